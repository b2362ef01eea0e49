// An administrator looks into what came in Twilio's name: what arrived, what was refused and why, and takes that in once
// the cause is mended.
import { ACCOUNT, AUTH_TOKEN, NUMBER } from "../stage/simulator.mjs";
import { until } from "../stage/waiting.mjs";
import { barriers, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33639980042";

test("a text and a refused request are looked into, and the refused one is taken in", async ({ page, stage }) => {
  await signedIn(page, stage);
  const { app, twilio } = stage;
  const [{ id }] = await app.call("GET", "/inbox/integrations");
  const tokenIs = (api_key) => app.call("PATCH", `/inbox/integrations/${id}`, { api_key });
  await twilio.text({ from: CUSTOMER, body: "Bonjour, êtes-vous ouverts ?" });
  await expect(row(page, "êtes-vous ouverts")).toBeVisible();

  // Somebody enters a token of yesterday, and a text comes in meanwhile.
  await tokenIs("a token of yesterday");
  await twilio.text({ from: CUSTOMER, body: "Et demain ?" });
  await until("the text is refused", async () => {
    const { items } = await app.call("GET", "/api/health/webhooks?verdict=refused");
    return items.length > 0;
  });

  await page.goto(`${app.url}/settings/health`);
  const log = page.locator("section").filter({ has: page.getByRole("heading", { name: "Requests from Twilio" }) });
  const entries = log.getByRole("list").first().locator(":scope > li");
  const stored = entries.filter({ hasText: "Message received" });
  const refused = entries.filter({ hasText: "The signature does not fit" });

  await test.step("both stand in the list, with masked numbers", async () => {
    await expect(stored).toHaveCount(1);
    await expect(refused).not.toHaveCount(0);
    await expect(stored.getByText("+336••••••42", { exact: false })).toBeVisible();
    await expect(log.getByText(CUSTOMER)).toHaveCount(0);
    expect(await barriers(page)).toEqual([]);
  });

  await test.step("one sees all that came", async () => {
    await stored.getByRole("button", { name: "Details" }).click();
    await expect(stored.getByText("Bonjour, êtes-vous ouverts ?")).toBeVisible();
    await expect(stored.getByText(CUSTOMER, { exact: true })).toBeVisible();
    await expect(stored.getByText(`${app.url}/handle_sms`, { exact: false })).toBeVisible();
    await expect(stored.getByText(ACCOUNT)).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSideways(page, "the details of a request");
    await page.setViewportSize({ width: 1280, height: 800 });
    await stored.getByRole("button", { name: "Hide details" }).click();
    await expect(stored.getByText(CUSTOMER, { exact: true })).toBeHidden();
  });

  await test.step("one narrows the list", async () => {
    await log.getByLabel("Refused", { exact: true }).check();
    await expect(stored).toHaveCount(0);
    await expect(refused).not.toHaveCount(0);
    await log.getByLabel("Failed", { exact: true }).check();
    await expect(log.getByText("Nothing like it was kept.", { exact: false })).toBeVisible();
    await log.getByLabel("All", { exact: true }).check();
    await log.getByLabel("About", { exact: true }).selectOption("call");
    await expect(log.getByText("Nothing like it was kept.", { exact: false })).toBeVisible();
    await log.getByLabel("About", { exact: true }).selectOption("");
    await log.getByLabel("Number or SID").fill(NUMBER.slice(-4));
    await log.getByRole("button", { name: "Find" }).click();
    await expect(stored).toHaveCount(1);
    await log.getByLabel("Number or SID").fill("0000000");
    await log.getByRole("button", { name: "Find" }).click();
    await expect(stored).toHaveCount(0);
    await log.getByLabel("Number or SID").fill("");
    await log.getByRole("button", { name: "Find" }).click();
    await expect(stored).toHaveCount(1);
  });

  await test.step("why it was refused, and not taken in before the cause is mended", async () => {
    const one = refused.first();
    await one.getByRole("button", { name: "Details" }).click();
    await expect(one.getByText("The signature was tried", { exact: false })).toBeVisible();
    await expect(one.getByRole("listitem").first()).toHaveText(/\/handle_sms$/);
    await one.getByRole("button", { name: "Take it in now" }).click();
    await expect(one.getByText("does not match", { exact: false })).toBeVisible();
    await expect(refused).not.toHaveCount(0);
  });

  await test.step("mended, it is taken in", async () => {
    await tokenIs(AUTH_TOKEN);
    const before = await refused.count();
    await refused.last().getByRole("button", { name: "Take it in now" }).click();
    await expect(page.getByText("It was taken in.").first()).toBeVisible();
    await expect(refused).toHaveCount(before - 1);
    await expect(entries.filter({ hasText: "Taken in by hand" })).toHaveCount(1);
    await page.goto(app.url);
    await expect(row(page, "Et demain ?")).toBeVisible();
  });

  await test.step("how long it is kept is chosen, not at all included", async () => {
    await page.goto(`${app.url}/settings/data`);
    await page.getByLabel("Requests from Twilio").selectOption({ label: "Not at all" });
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.").first()).toBeVisible();
    await page.goto(`${app.url}/settings/health`);
    await expect(stored).toHaveCount(0);
  });
});
