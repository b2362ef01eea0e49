// Waiting for what another process does: always with an end.
import { setTimeout as pause } from "node:timers/promises";

/** Resolves with the first truthy answer of `look`; rejects after `patience` milliseconds. */
export async function until(what, look, patience = 15_000) {
  const end = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${patience} ms: ${what}`);
    await pause(25);
  }
}
