// Journeys in a real Chromium, before the real product on workerd and the simulated Twilio.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const CHROMIUM = [process.env.EDGELINE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export default defineConfig({
  testDir: ".",
  testMatch: "*.journey.mjs",
  outputDir: "../../target/playwright",
  // Each journey starts a workerd and a browser of its own.
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: {
    actionTimeout: 15_000,
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      // Without a system's browser: Playwright's own.
      executablePath: CHROMIUM.find((path) => path && existsSync(path)),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
