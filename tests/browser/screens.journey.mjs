// Every screen, light and dark, wide and narrow: nothing that keeps anybody out.
import { barriers, expect, expectNoSideways, firstAdministrator, row, signedIn, test } from "./stage.mjs";

const SIZES = { wide: { width: 1440, height: 900 }, tablet: { width: 768, height: 1024 }, phone: { width: 360, height: 740 } };

const EVERYTHING = { wide: ["light", "dark"], tablet: ["light", "dark"], phone: ["light", "dark"] };

/** `looks`: which sizes, each in which colours. */
async function expectGood(page, what, looks = EVERYTHING) {
  const found = new Map();
  for (const [name, schemes] of Object.entries(looks)) {
    await page.setViewportSize(SIZES[name]);
    for (const colorScheme of schemes) {
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
  await page.getByRole("searchbox").fill("bonjour");
  await expect(page.getByRole("region", { name: "Search results" }).locator("mark").first()).toBeVisible();
  await expectGood(page, "what a search found");
  await page.getByRole("searchbox").press("Escape");
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

/** A company at work: somebody in the book, appointments, a campaign, a call that was missed, canned replies. */
async function atWork({ app, twilio }) {
  await twilio.text({ from: "+33612345678", body: "Bonjour, êtes-vous ouverts lundi ?" });
  const { id: contact } = await app.call("POST", "/api/contacts", {
    name: "Léa Martin", numbers: ["+33698765432"], tags: ["VIP", "Lyon"], notes: "Préfère le matin",
  });
  const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const [name, days] of [["Léa Martin", 2], ["Paul Petit", 0.02]]) {
    await app.call("POST", "/api/appointments", { phone_number: "+33698765432", name, subject: "Pose", starts_at: at(days) });
  }
  await app.call("POST", "/inbox/conversations", {
    source: "sms", phone_number: "+33698765432", message: "À jeudi", send_at: at(1),
  });
  await app.call("POST", "/api/templates", { name: "Horaires", body: "Ouvert de 7 h à 19 h 30.", language: "fr" });
  const { id: campaign } = await app.call("POST", "/twilio/send-bulk", {
    channel: "sms",
    name: "Portes ouvertes",
    message: "Bonjour {{name}}, portes ouvertes samedi.",
    recipients: [{ phone_number: "+33612340001", name: "Ana" }, { phone_number: "12", name: "Bob" }],
  });
  return { contact, campaign };
}

/** As the panel itself leads to them, so that a new one is looked at, too. */
async function sections(page, url) {
  await page.goto(`${url}/settings`);
  const links = page.locator("nav.settings-sections a");
  await expect(links.first()).toBeVisible();
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(hrefs).toContain("/settings/account");
  expect(hrefs.length).toBeGreaterThan(10);
  return hrefs;
}

// Each place in each language, size and colour; not in all of their combinations.
for (const [language, looks] of [["en", { wide: ["light"], phone: ["dark"] }], ["fr", { tablet: ["dark"], phone: ["light"] }]]) {
  test(`every other place, in ${language}`, async ({ page, stage }) => {
    // Ninety looks of axe, on a machine that may be slow.
    test.setTimeout(600_000);
    await signedIn(page, stage);
    const { contact, campaign } = await atWork(stage);
    const { url } = stage.app;
    await page.request.patch(`${url}/api/me`, { data: { language }, headers: { origin: url } });
    for (const place of [
      "/contacts", `/contacts/${contact}`, "/contacts/import", "/agenda", "/campaigns", `/campaigns/${campaign}`,
      "/campaigns/new", "/calls", "/nowhere", ...await sections(page, url),
    ]) {
      await page.goto(url + place);
      await expect(page.locator(`html[lang="${language}"]`)).toBeVisible();
      await expect(page.getByRole("heading").filter({ visible: true }).first()).toBeVisible();
      await expect(page.locator(".skeleton")).toHaveCount(0);
      await expectGood(page, `${place} in ${language}`, looks);
    }
  });
}

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
