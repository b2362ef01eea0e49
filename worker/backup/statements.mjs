// A file of SQL, one statement after the other: it may be larger than a string can be.
import { createReadStream } from "node:fs";

/** Rows are literals, in which a quote is always doubled: an odd number of quotes means that a text goes on. */
const isRow = (text) => /^(INSERT|UPDATE) /.test(text);
const isOpen = (text) => (text.split("'").length - 1) % 2 === 1;

/**
 * Hands each statement of the file to `execute`. What ends with a semicolon may go on all the same (a trigger has
 * several): SQLite itself says so.
 */
export async function eachStatement(path, execute) {
  let text = "";
  for await (const line of lines(path)) {
    text += text === "" ? line : `\n${line}`;
    if (!text.endsWith(";") || (isRow(text) && isOpen(text))) continue;
    try {
      execute(text);
      text = "";
    } catch (error) {
      if (!/incomplete input/.test(error.message)) throw error;
    }
  }
  if (text.trim() !== "") throw new Error(`${path} ends in the middle of a statement`);
}

/** At line feeds only: Node's own readline takes other characters of a text for the end of a line, too. */
async function* lines(path) {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const pieces = (rest + chunk).split("\n");
    rest = pieces.pop();
    yield* pieces;
  }
  if (rest !== "") yield rest;
}
