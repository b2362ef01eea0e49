// Child processes that live as long as a test needs them.
import { once } from "node:events";
import { createInterface } from "node:readline";

const PATIENCE_MS = 60_000;

const outputs = new WeakMap();

/** A child's output, line by line; it is read to its end, or the child would block on a full pipe. */
function linesOf(child) {
  if (!outputs.has(child)) outputs.set(child, createInterface({ input: child.stdout }));
  return outputs.get(child);
}

/** The next line for which `wanted` holds; rejects when the child ends or takes too long. */
export function nextLine(child, wanted, name) {
  return new Promise((resolve, reject) => {
    const seen = [];
    const lines = linesOf(child);
    const settle = (act) => {
      clearTimeout(timer);
      lines.off("line", onLine);
      child.off("exit", onExit);
      act();
    };
    const said = () => seen.join("\n");
    const onExit = (code) => settle(() => reject(new Error(`${name} ended with code ${code}: ${said()}`)));
    const onLine = (line) => {
      seen.push(line);
      if (wanted(line)) settle(() => resolve(line));
    };
    const timer = setTimeout(
      () => settle(() => reject(new Error(`${name} did not say what was awaited in ${PATIENCE_MS} ms: ${said()}`))),
      PATIENCE_MS,
    );
    child.on("exit", onExit);
    lines.on("line", onLine);
  });
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(timer);
}
