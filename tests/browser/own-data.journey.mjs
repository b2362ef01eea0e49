// What a company has is its own: taken along as files that others can read, kept as long as it chooses, forgotten on request.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { photo } from "./pictures.mjs";
import { barriers, bubble, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
const OTHER = "+33698765432";

/** The files of a zip, read by somebody else's program: Python's own. It fails when a sum or a size is wrong. */
async function opened(zip) {
  const folder = await mkdtemp(join(tmpdir(), "edgeline-export-"));
  const python = (...flags) => promisify(execFile)("python3", ["-m", "zipfile", ...flags], { timeout: 60_000 });
  try {
    await python("-t", zip);
    await python("-e", zip, folder);
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const read = names.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), await readFile(path)];
    });
    return Object.fromEntries(await Promise.all(read));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const lines = (file) => file.toString().split("\n").filter(Boolean).map((line) => JSON.parse(line));
const ownData = async (page, { url }) => {
  await page.goto(`${url}/settings/data`);
  await expect(page.getByRole("heading", { name: "Keeping data" })).toBeVisible();
};

test("everything is exported as a zip that another program reads, word for word and byte for byte", async ({ page, stage }) => {
  const { app, twilio } = stage;
  await signedIn(page, stage);
  const picture = await photo(page, { width: 640, height: 480 });
  const said = "Voici le plan :\n« à côté d'la gare » 🚉";
  await twilio.text({ from: CUSTOMER, body: said, media: [{ content_type: "image/jpeg", data: picture.toString("base64") }] });
  await row(page, "Voici le plan").click();
  await expect.poll(() => bubble(page, "Voici le plan").locator("img").evaluate((image) => image.naturalWidth)).toBe(640);
  await page.getByRole("textbox", { name: "Message" }).fill("Merci, reçu");
  await page.keyboard.press("Enter");
  await expect(bubble(page, "Merci, reçu")).toContainText("Delivered");
  await app.call("POST", "/api/contacts", { name: "Zoé Carré", numbers: [OTHER], notes: "Préfère le matin" });

  const save = async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export everything" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^edgeline-\d{4}-\d\d-\d\d\.zip$/);
    return opened(await file.path());
  };

  await test.step("with its files", async () => {
    await ownData(page, app);
    const files = await save();
    await expect(page.getByText(/^Saved: \d+ lines, 1 files?\.$/)).toBeVisible();
    expect.soft(await barriers(page), "barriers beside what was exported").toEqual([]);
    const messages = lines(files["messages.jsonl"]);
    expect(messages.map(({ body }) => body).sort()).toEqual(["Merci, reçu", said]);
    const [received] = messages.filter(({ from_client: theirs }) => theirs);
    expect(received).toMatchObject({ sender: CUSTOMER, status: "received", files: 1 });
    const [kept] = lines(files["files.jsonl"]);
    expect(kept).toMatchObject({ message_id: received.id, content_type: "image/jpeg", size: picture.length });
    expect(files[kept.saved_as].equals(picture), "the picture, byte for byte").toBe(true);
    expect(lines(files["contacts.jsonl"]).map(({ name }) => name)).toContain("Zoé Carré");
    expect(lines(files["people.jsonl"]).map(({ email }) => email)).toEqual(["anne@example.com"]);
    const all = Object.values(files).map(String).join("\n");
    for (const secret of ["22222222222222222222222222222222", "argon2"]) expect(all, "no secret is in it").not.toContain(secret);
  });

  await test.step("without them, and on the record once", async () => {
    await page.getByRole("switch", { name: "With pictures, documents and recordings" }).uncheck();
    const files = await save();
    expect(Object.keys(files).filter((name) => name.startsWith("files/"))).toEqual([]);
    expect(lines(files["messages.jsonl"])).toHaveLength(2);
    const audit = await app.call("GET", "/api/audit?action=export_company");
    expect(audit.items.map(({ actor }) => actor.name)).toEqual(["Anne Martin"]);
  });

  await test.step("what cannot be fetched is said, and nothing half is saved", async () => {
    await page.route("**/api/export?kind=messages*", (route) => route.abort());
    await page.getByRole("button", { name: "Export everything" }).click();
    await expect(page.getByRole("alert").filter({ visible: true }).filter({ hasText: /\w/ })).toBeVisible();
    await expect(page.getByRole("button", { name: "Export everything" })).toBeEnabled();
    expect.soft(await barriers(page), "barriers beside an export that failed").toEqual([]);
    for (const width of [768, 360]) {
      await page.setViewportSize({ width, height: 740 });
      await expectNoSideways(page, `own data, ${width} wide`);
    }
  });
});

test("how long is kept is remembered, and a person who wishes it is forgotten everywhere", async ({ page, context, stage }) => {
  const { app, twilio } = stage;
  await signedIn(page, stage);

  await test.step("how long things are kept", async () => {
    await ownData(page, app);
    await expect(page.getByLabel("Messages", { exact: true })).toHaveValue("");
    await page.getByLabel("Messages", { exact: true }).selectOption({ label: "3 years" });
    await page.getByLabel("Files of messages").selectOption({ label: "180 days" });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("Messages", { exact: true })).toHaveValue("1095");
    await expect(page.getByLabel("Files of messages")).toHaveValue("180");
  });

  await page.goto(app.url);
  await twilio.text({ from: CUSTOMER, body: "Mon code est 4711" });
  await twilio.text({ from: OTHER, body: "Bonjour" });
  await app.call("POST", "/api/contacts", { name: "Léa Martin", numbers: [CUSTOMER] });
  const colleague = await context.newPage();

  await test.step("a colleague has the thread open", async () => {
    await colleague.goto(app.url);
    await row(colleague, "Léa Martin").click();
    await expect(bubble(colleague, "Mon code est 4711")).toBeVisible();
  });

  await test.step("who types the word forgets the person", async () => {
    await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "Contacts" }).click();
    await page.getByRole("list", { name: "Contacts" }).getByRole("link").filter({ hasText: "Léa Martin" }).click();
    await page.getByRole("main").getByRole("button", { name: "Actions", exact: true }).click();
    await page.getByRole("menuitem", { name: "Forget this person" }).click();
    const dialog = page.getByRole("dialog", { name: "Forget this person?" });
    await dialog.getByLabel("Type ERASE to confirm").fill("erase");
    await dialog.getByRole("button", { name: "Forget for good" }).click();
    await expect(dialog.getByText("The word is ERASE, in capitals.")).toBeVisible();
    expect.soft(await barriers(page), "barriers before somebody is forgotten").toEqual([]);
    await dialog.getByLabel("Type ERASE to confirm").fill("ERASE");
    await dialog.getByRole("button", { name: "Forget for good" }).click();
    await expect(page.getByText("The person is forgotten, with 1 message or call.")).toBeVisible();
  });

  await test.step("nothing of them is left: in the book, the inbox, the colleague’s thread, the search", async () => {
    await expect(page.getByRole("list", { name: "Contacts" }).getByRole("link").filter({ hasText: "Léa Martin" })).toHaveCount(0);
    await expect(bubble(colleague, "Mon code est 4711")).toBeHidden();
    await expect(row(colleague, "Bonjour")).toBeVisible();
    await expect(row(colleague, "4711")).toHaveCount(0);
    await page.goto(app.url);
    await expect(row(page, "Bonjour")).toBeVisible();
    await expect(row(page, "Léa Martin")).toHaveCount(0);
    for (const words of ["4711", "Léa", "0612345678"]) {
      await page.getByRole("searchbox").fill(words);
      await expect(page.getByRole("region", { name: "Search results" }).getByText("Nothing found")).toBeVisible();
    }
    // Who writes again is a stranger.
    await page.getByRole("searchbox").press("Escape");
    await twilio.text({ from: CUSTOMER, body: "C’est encore moi" });
    await expect(row(page, "C’est encore moi")).toContainText("06 12 34 56 78");
    await row(page, "C’est encore moi").click();
    await expect(page.getByRole("article")).toHaveCount(1);
  });
});
