// XML as what it says, so that two ways to write the same are equal.
import assert from "node:assert/strict";

/** An element as name, sorted attributes, text and children: what XML says, whatever way it is written. */
export function canonical(xml) {
  const stack = [{ children: [] }];
  const unescape = (text) =>
    text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" })[name]);
  for (const [, close, name, attributes, empty, text] of xml.matchAll(/<(\/?)([A-Za-z]+)((?:\s+[\w.:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g)) {
    const top = stack.at(-1);
    if (text !== undefined) {
      if (text.trim()) top.text = (top.text ?? "") + unescape(text);
    } else if (close) {
      stack.pop();
    } else {
      const pairs = [...attributes.matchAll(/([\w.:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, unescape(value)]);
      const element = { name, attributes: Object.fromEntries(pairs.sort()), children: [] };
      top.children.push(element);
      if (!empty) stack.push(element);
    }
  }
  assert.equal(stack.length, 1, `unbalanced: ${xml}`);
  return stack[0].children;
}
