// Takes the pictures of docs/guide, in every language: `cargo xtask screenshots`, or after a build
//
//   node tests/guide/screenshots.mjs [--to docs/guide/images] [--only NAME] [--language fr]
//
// The people, their words and the hours of the agenda are always the same; times of day are those of the moment.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import config from "../browser/playwright.config.mjs";
import { launchOptions } from "../browser/telephone.mjs";
import { COMPANIES, PASSWORD } from "./company.mjs";
import { PICTURES } from "./pictures.mjs";
import { open } from "./stage.mjs";

const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 360, height: 700 } };

const { values: flags } = parseArgs({
  options: {
    to: { type: "string", default: fileURLToPath(new URL("../../docs/guide/images", import.meta.url)) },
    only: { type: "string" },
    language: { type: "string" },
  },
});

const failed = [];

/** A browser of somebody who has signed in. */
async function desk(browser, company, url, size) {
  const context = await browser.newContext({
    locale: company.locale,
    timezoneId: company.zone,
    viewport: SIZES[size],
    permissions: ["microphone"],
    reducedMotion: "reduce",
    colorScheme: "light",
  });
  context.setDefaultTimeout(config.use.actionTimeout);
  const answer = await context.request.post(`${url}/api/session`, {
    data: { email: company.receptionist.email, password: PASSWORD },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
  return context;
}

async function takeAll(browser, company) {
  const folder = join(flags.to, company.language);
  await mkdir(folder, { recursive: true });
  const stage = await open(company);
  try {
    for (const [name, picture] of Object.entries(PICTURES)) {
      if (flags.only && !name.includes(flags.only)) continue;
      const context = await desk(browser, company, stage.app.url, picture.size ?? "desk");
      if (picture.signedOut) await context.clearCookies();
      const page = await context.newPage();
      try {
        await picture.show({ page, company, size: picture.size, ...stage });
        // Chunks of words and icons that come after what was waited for.
        await page.waitForLoadState("networkidle");
        await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
        console.log(`${company.language}/${name}.png`);
      } catch (error) {
        // The others are taken all the same: one look shows all that has changed in the product.
        failed.push(`${company.language}/${name}`);
        console.error(`${company.language}/${name}: ${error.message}`);
      }
      await context.close();
    }
  } finally {
    await stage.stop();
  }
}

for (const company of Object.values(COMPANIES)) {
  if (flags.language && flags.language !== company.language) continue;
  // Fields for a day and an hour speak the browser's own language, as far as it has it (Debian: chromium-l10n).
  const args = [...launchOptions.args, `--lang=${company.locale}`];
  const browser = await chromium.launch({ ...launchOptions, args, env: { ...process.env, LANGUAGE: company.locale.replace("-", "_") } });
  try {
    await takeAll(browser, company);
  } finally {
    await browser.close();
  }
}
if (failed.length > 0) {
  console.error(`not taken: ${failed.join(", ")}`);
  process.exitCode = 1;
}
