// Child processes that live as long as a test needs them.
import { once } from "node:events";
import { createInterface } from "node:readline";

const PATIENCE_MS = 60_000;

/** The first line of a child's output for which `wanted` holds; rejects when the child ends or takes too long. */
export function firstLine(child, wanted, name) {
  return new Promise((resolve, reject) => {
    const seen = [];
    const timer = setTimeout(() => reject(new Error(`${name} is not ready after ${PATIENCE_MS} ms: ${seen.join("\n")}`)), PATIENCE_MS);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with code ${code}: ${seen.join("\n")}`));
    });
    // The lines after it are read too, or the child would block on a full pipe.
    createInterface({ input: child.stdout }).on("line", (line) => {
      seen.push(line);
      if (!wanted(line)) return;
      clearTimeout(timer);
      resolve(line);
    });
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
