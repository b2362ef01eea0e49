// What every journey starts from: the product, a simulated Twilio, and ways to do what is not the journey's point.
import { test as base, expect } from "@playwright/test";
import AxeBuilder from "@axe-core/playwright";
import { ADMIN_TOKEN, startDeployment } from "../stage/deployment.mjs";
import { freePort } from "../stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../stage/simulator.mjs";

export { expect };
export const PASSWORD = "un mot de passe solide";
export const ADMINISTRATOR = { name: "Anne Martin", email: "anne@example.com" };

export const test = base.extend({
  /** `{app, twilio}`, fresh for each journey. */
  stage: async ({}, use) => {
    const port = await freePort();
    const twilio = await startSimulator({ appUrl: `http://127.0.0.1:${port}` });
    const app = await startDeployment({ port, variables: { TWILIO_API_BASE: twilio.url } });
    await use({ app, twilio });
    await app.stop();
    await twilio.stop();
  },

  /** A page on which an error of a script, or a refusal by the security policy, fails the journey. */
  page: async ({ page }, use) => {
    const trouble = watch(page);
    await use(page);
    expect(trouble, "nothing went wrong in the page").toEqual([]);
  },
});

/** Errors of the page's scripts. What a server refused is shown by the browser, too: that is no error of the page. */
export function watch(page) {
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(`${error}`));
  page.on("console", (message) => {
    const text = message.text();
    // The last: a private window, which journeys run in, has no push service.
    const known = /Failed to load resource|WebSocket connection|Push API in incognito mode/;
    if (message.type() === "error" && !known.test(text)) trouble.push(text);
  });
  return trouble;
}

/** The first administrator, with the number connected, on the inbox. */
export async function signedIn(page, { app }) {
  await firstAdministrator(app);
  await app.call("POST", "/inbox/integrations", {
    name: "Standard",
    account_id: ACCOUNT,
    api_key: AUTH_TOKEN,
    phone_number: NUMBER,
    whatsapp_number: NUMBER,
  });
  await signIn(page, app, ADMINISTRATOR.email, PASSWORD);
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
}

export function firstAdministrator(app) {
  return app.call("POST", "/api/setup", {
    admin_token: ADMIN_TOKEN,
    company_name: "Boulangerie Martin",
    ...ADMINISTRATOR,
    password: PASSWORD,
    language: "en",
  }, { origin: app.url });
}

export async function signIn(page, app, email, password) {
  await page.goto(app.url);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** The row of a conversation in the list. */
export function row(page, name) {
  return page.getByRole("list", { name: "Conversations" }).getByRole("link").filter({ hasText: name });
}

/** A message of the open thread. */
export function bubble(page, text) {
  return page.getByRole("article").filter({ hasText: text });
}

/** What axe finds serious in the page as it is now, one line for each rule and element. */
export async function barriers(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary?.replaceAll("\n", " ")}`));
}

/** Nothing sticks out to the side. */
export async function expectNoSideways(page, what) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(overflow, `${what} fits the width`).toBeLessThanOrEqual(0);
}
