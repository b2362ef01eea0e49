// Every screen, light and dark, wide and narrow: nothing that keeps anybody out.
import { barriers, expect, expectNoSideways, firstAdministrator, row, signedIn, test } from "./stage.mjs";

const SIZES = { wide: { width: 1440, height: 900 }, tablet: { width: 768, height: 1024 }, phone: { width: 360, height: 740 } };

async function expectGood(page, what) {
  const found = new Map();
  for (const [name, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const barrier of await barriers(page)) found.set(barrier, [...(found.get(barrier) ?? []), `${name} ${colorScheme}`]);
    }
    await expectNoSideways(page, `${what}, ${name}`);
  }
  await page.setViewportSize(SIZES.wide);
  expect.soft([...found].map(([barrier, where]) => `${barrier} (${where.join(", ")})`), `barriers in ${what}`).toEqual([]);
}

test("the ways in", async ({ page, stage }) => {
  await page.goto(stage.app.url);
  await expect(page.getByRole("button", { name: "Create the company" })).toBeVisible();
  await page.getByRole("button", { name: "Create the company" }).click();
  await expect(page.getByText("This field is required.").first()).toBeVisible();
  await expectGood(page, "the set-up with its problems");
  await firstAdministrator(stage.app);
  await page.goto(stage.app.url);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expectGood(page, "signing in");
  await page.goto(`${stage.app.url}/invitation#nothing`);
  await expect(page.getByText("This invitation has expired or was used")).toBeVisible();
  await expectGood(page, "an invitation that is over");
});

test("the inbox", async ({ page, stage }) => {
  await signedIn(page, stage);
  await expectGood(page, "the empty inbox");
  await stage.twilio.text({ from: "+33612345678", body: "Bonjour, êtes-vous ouverts lundi ?" });
  await stage.twilio.text({ from: "+33698765432", body: "STOP" });
  await stage.twilio.text({ from: "whatsapp:+33611223344", to: "whatsapp:+33755530001", body: "Coucou", profile_name: "Amélie 🌸" });
  await expect(row(page, "Coucou")).toBeVisible();
  await expectGood(page, "the list");
  await row(page, "êtes-vous ouverts").click();
  await page.getByRole("textbox", { name: "Message" }).fill("Ça ira : ouvert de 7 h à 19 h 30.");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article").last()).toContainText("Delivered");
  await page.getByRole("textbox", { name: "Message" }).fill("brouillon");
  await expectGood(page, "a thread");
  await page.getByRole("button", { name: "Actions on the conversation" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  expect.soft(await barriers(page), "barriers in the menu of a conversation").toEqual([]);
  await page.keyboard.press("Escape");
  await row(page, "STOP").click();
  await expect(page.getByText("This person asked not to receive messages")).toBeVisible();
  await expectGood(page, "a person who said STOP");
  await page.getByRole("button", { name: "New SMS" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectGood(page, "a new SMS");
});

test("the settings", async ({ page, stage }) => {
  await signedIn(page, stage);
  await page.getByRole("link", { name: "Settings" }).click();
  for (const name of ["My account", "Team", "API tokens", "Twilio accounts", "Companies"]) {
    await page.setViewportSize(SIZES.wide);
    await page.getByRole("navigation", { name: "Sections of the settings" }).getByRole("link", { name }).click();
    await expect(page.getByRole("heading", { name, level: 2 })).toBeVisible();
    await expectGood(page, name);
  }
});

test("the keyboard alone", async ({ page, stage }) => {
  await signedIn(page, stage);
  for (const [from, body] of [["+33612345601", "premier"], ["+33612345602", "second"]]) {
    await stage.twilio.text({ from, body });
    await expect(row(page, body)).toBeVisible();
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  expect.soft(await barriers(page), "barriers in the shortcuts").toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("45601");
  await expect(row(page, "second")).toBeHidden();
  await expect(page.getByRole("link", { name: /06 12 34 56 01/ })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article").filter({ hasText: "premier" })).toBeVisible();
  await page.keyboard.press("r");
  await expect(page.getByRole("textbox", { name: "Message" })).toBeFocused();
  await page.keyboard.type("Oui");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article").filter({ hasText: "Oui" })).toContainText("Delivered");
});
