// The calls of the bench, with the journeys' browser: one at a time, on a machine that does nothing else.
import journeys from "../tests/browser/playwright.config.mjs";

export default {
  ...journeys,
  testDir: ".",
  testMatch: "*.bench.mjs",
  outputDir: "../target/bench-browser",
  workers: 1,
  timeout: 600_000,
  use: { ...journeys.use, trace: "off" },
};
