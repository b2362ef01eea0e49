// Who did what: an administrator narrows it to a person, a number and days, and takes along what is shown.
import { readFile } from "node:fs/promises";
import { barriers, expect, expectNoSideways, PASSWORD, signedIn, test } from "./stage.mjs";

const entries = (page) => page.locator(".settings_page ul.rows > li");
const entry = (page, ...words) => words.reduce((found, hasText) => found.filter({ hasText }), entries(page));
/** As the browser's calendar has it. */
const day = (page, later) => page.evaluate((later) => {
  const date = new Date();
  date.setDate(date.getDate() + later);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}, later);

test("the activity is narrowed by person, action, number and days, and exported as it is shown", async ({ page, stage }) => {
  const { app } = stage;
  await signedIn(page, stage);
  const { invitation_url: invitation } = await app.call("POST", "/api/users", {
    name: "Léa Dubois", email: "lea@example.com", role: "agent", language: "fr",
  });
  await app.call("POST", "/api/invitation", { token: new URL(invitation).hash.slice(1), password: PASSWORD }, { origin: app.url });
  const { token } = await app.call("POST", "/api/api-tokens", { name: "Caisse", role: "agent" });
  const till = { authorization: `Bearer ${token}` };
  for (const to of ["+33612345678", "+33698765432"]) await app.call("POST", "/api/send-sms", { to, body: "Prête" }, till);

  const narrow = async ({ person = "Everybody", number = "", from = "", to = "" }) => {
    await page.getByLabel("Done by").selectOption({ label: person });
    await page.getByLabel("Number", { exact: true }).fill(number);
    await page.getByLabel("Number", { exact: true }).press("Enter");
    await page.getByLabel("From", { exact: true }).fill(from);
    await page.getByLabel("To", { exact: true }).fill(to);
  };

  await page.goto(`${app.url}/settings/activity`);
  await test.step("everything, newest first", async () => {
    await expect(entries(page).first()).toContainText("Caisse (API token)");
    await expect(entry(page, "Accepted the invitation", "Léa Dubois")).toHaveCount(1);
    expect.soft(await barriers(page), "barriers in the activity").toEqual([]);
  });

  await test.step("what one did", async () => {
    await narrow({ person: "Caisse" });
    await expect(entries(page)).toHaveCount(2);
    await expect(entry(page, "Caisse (API token)")).toHaveCount(2);
  });

  await test.step("with whom", async () => {
    await narrow({ person: "Caisse", number: "06 98 76 54 32" });
    await expect(entries(page)).toHaveCount(1);
    await expect(entries(page).first()).toContainText("+33698765432");
  });

  await test.step("on which days: the last one to its end", async () => {
    await narrow({ person: "Caisse", from: await day(page, -1), to: await day(page, 1) });
    await expect(entries(page)).toHaveCount(2);
    await narrow({ person: "Caisse", from: await day(page, 2) });
    await expect(page.getByText("Nothing yet")).toBeVisible();
    await narrow({ person: "Caisse", to: await day(page, -2) });
    await expect(page.getByText("Nothing yet")).toBeVisible();
    await narrow({});
    await expect(entry(page, "Accepted the invitation", "Léa Dubois")).toHaveCount(1);
  });

  await test.step("the file has the rows that are shown", async () => {
    await narrow({ person: "Caisse", number: "+33612345678" });
    await expect(entries(page)).toHaveCount(1);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export (CSV)" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    const [head, ...rows] = (await readFile(await file.path(), "utf8")).replace(/^\uFEFF/, "").trim().split(/\r?\n/);
    expect(head.split(/[,;]/).length).toBeGreaterThan(4);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain("Caisse");
    expect(rows[0]).toContain("+33612345678");
  });

  await test.step("on a phone", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(entries(page)).toHaveCount(1);
    await expectNoSideways(page, "the activity, on a phone");
    expect.soft(await barriers(page), "barriers in the activity on a phone").toEqual([]);
  });
});
