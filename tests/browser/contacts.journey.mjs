// The address book: a receptionist writes down who is who; an administrator brings a file in.
import { readFile } from "node:fs/promises";
import { barriers, bubble, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";

/** The row of a contact in the list. */
function contact(page, name) {
  return page.getByRole("list", { name: "Contacts" }).getByRole("link").filter({ hasText: name });
}

async function openContacts(page) {
  await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "Contacts" }).click();
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();
}

async function create(page, name, numbers, more = {}) {
  await page.getByRole("button", { name: "New contact" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Numbers").fill(numbers);
  if (more.tags) await dialog.getByLabel(/Tags/).fill(more.tags);
  if (more.notes) await dialog.getByLabel("Notes").fill(more.notes);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
}

test("a number gets a name, which shows everywhere at once", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Bonjour" });
  await row(page, "Bonjour").click();
  const panel = page.getByRole("complementary", { name: "Contact" });
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText("06 12 34 56 78");
  await panel.getByRole("button", { name: "Save this contact" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Léa Martin");
  await dialog.getByLabel(/Tags/).fill("VIP, Paris");
  await dialog.getByLabel("Notes").fill("Préfère le matin");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Léa Martin")).toBeVisible();
  await expect(page.getByRole("button", { name: "Léa Martin" })).toBeVisible();
  await expect(panel.getByText("Préfère le matin")).toBeVisible();

  await openContacts(page);
  await expect(contact(page, "Léa Martin")).toContainText("06 12 34 56 78");
  await page.getByRole("searchbox").fill("lea");
  await contact(page, "Léa Martin").click();
  const main = page.getByRole("main");
  await main.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Name").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("A name has 1 to 100 characters.")).toBeVisible();
  await dialog.getByLabel("Name").fill("Léa Durand");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(main.getByRole("heading", { name: "Léa Durand" })).toBeVisible();
  await main.getByRole("link", { name: /06 12 34 56 78/ }).click();
  await expect(row(page, "Léa Durand")).toBeVisible();
});

test("two contacts become one, and a deleted one leaves its conversation", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: "+33698765432", body: "Bonsoir" });
  await openContacts(page);
  await create(page, "Paul Petit", "06 12 34 56 78", { tags: "VIP" });
  await create(page, "P. Petit", "+33698765432", { notes: "Chez lui" });
  await contact(page, "Paul Petit").click();
  const main = page.getByRole("main");
  await main.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Merge with another…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Who is the same person?").fill("98765");
  await dialog.getByRole("button", { name: /P\. Petit/ }).click();
  await expect(dialog.getByText("06 12 34 56 78 · 06 98 76 54 32")).toBeVisible();
  expect.soft(await barriers(page), "barriers in a merge").toEqual([]);
  await dialog.getByRole("button", { name: "Merge", exact: true }).click();
  await expect(contact(page, "P. Petit")).toBeHidden();
  await expect(main.getByText("Chez lui")).toBeVisible();
  await expect(main.getByRole("heading", { name: "Paul Petit" })).toBeVisible();

  await main.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await expect(dialog.getByText("The conversation stays, under its number")).toBeVisible();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("The address book is empty")).toBeVisible();
  await page.getByRole("button", { name: "Unknown" }).click();
  await expect(contact(page, "06 98 76 54 32")).toBeVisible();
});

test("a blocked contact is kept, and not heard", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Gagnez un million" });
  await row(page, "Gagnez").click();
  const panel = page.getByRole("complementary", { name: "Contact" });
  await panel.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Block", exact: true }).click();
  await expect(row(page, "Blocked")).toBeVisible();
  await openContacts(page);
  await stage.twilio.text({ from: CUSTOMER, body: "Dernière chance" });
  await stage.twilio.text({ from: "+33698765432", body: "Bonjour" });
  // The second one is heard, so the first has been dealt with.
  await expect(page.getByRole("link", { name: "Inbox, 1 unread" })).toBeVisible();
  await page.getByRole("link", { name: "Inbox, 1 unread" }).click();
  await row(page, "Blocked").click();
  await expect(bubble(page, "Dernière chance")).toBeVisible();
});

test("a file comes in, its bad rows are named, and nothing comes twice", async ({ page, stage }) => {
  await signedIn(page, stage);
  await openContacts(page);
  const rows = ["Nom;Portable;Groupe", "Amélie Nöel;06 12 34 56 78;VIP", "Bernard;06 98 76 54 32;", "Faux;12;", "Sans;;"];
  for (let nth = 0; nth < 600; nth += 1) rows.push(`Client ${nth};+336${String(20_000_000 + nth)};Liste`);
  // As a French Excel saves it.
  const file = { name: "clients.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n"), "latin1") };
  const main = page.getByRole("main");
  for (const [facts, again] of [["602added", false], ["602known already", true]]) {
    await page.getByRole("button", { name: "Import and export" }).click();
    await page.getByRole("menuitem", { name: "Import a file…" }).click();
    await main.getByLabel("Choose a file").setInputFiles(file);
    await expect(main.getByText("Amélie Nöel").first()).toBeVisible();
    if (!again) expect.soft(await barriers(page), "barriers in the columns of a file").toEqual([]);
    await main.getByRole("button", { name: "Import 604 rows" }).click();
    await expect(main.getByRole("heading", { name: "The import is done" })).toBeVisible();
    await expect(main.locator("dl")).toContainText(facts);
    await expect(main.getByText("12 – This is not a telephone number")).toBeVisible();
    if (!again) {
      expect.soft(await barriers(page), "barriers in the report").toEqual([]);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        main.getByRole("button", { name: "Download these rows" }).click(),
      ]);
      const rejects = await readFile(await download.path(), "utf8");
      expect(rejects.trim().split("\r\n")).toHaveLength(3);
      expect(rejects).toContain("Faux;12;;4;");
    }
    await main.getByRole("button", { name: "Show the contacts" }).click();
  }
  await expect(contact(page, "Amélie Nöel")).toBeVisible();

  await page.getByRole("button", { name: "Import and export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Export for a spreadsheet (CSV)" }).click(),
  ]);
  const exported = await readFile(await download.path(), "utf8");
  expect(exported.trim().split("\r\n")).toHaveLength(603);
  expect(exported).toContain("Amélie Nöel,+33612345678,VIP");
  const cards = await page.evaluate(async () => (await fetch("/api/contacts/export?format=vcard")).text());
  expect(cards.match(/BEGIN:VCARD/g)).toHaveLength(602);
});

test("the address book keeps nobody out", async ({ page, stage }) => {
  await signedIn(page, stage);
  await openContacts(page);
  await expect(page.getByText("The address book is empty")).toBeVisible();
  await create(page, "Léa Martin", "06 12 34 56 78\n01 45 67 89 01", { tags: "VIP, Paris", notes: "Préfère le matin" });
  await expect(page.getByRole("main").getByRole("heading", { name: "Léa Martin" })).toBeVisible();
  for (const size of [{ width: 1440, height: 900 }, { width: 768, height: 1024 }, { width: 360, height: 740 }]) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect.soft(await barriers(page), `barriers at ${size.width}, ${colorScheme}`).toEqual([]);
    }
    await expectNoSideways(page, `a contact at ${size.width}`);
  }
  await page.getByRole("button", { name: "Edit" }).click();
  expect.soft(await barriers(page), "barriers in the form").toEqual([]);
  await expectNoSideways(page, "the form on a phone");
});
