// One text for many people: from a file with bad rows to the last receipt; planned, paused, called off; sent again.
import { barriers, expect, expectNoSideways, PASSWORD, signedIn, test } from "./stage.mjs";

const FIRST = "+33612340001";

const heading = (page, name) => page.getByRole("heading", { name, level: 1 });
const count = (page, label) => page.locator("dl.campaign-counts > div", { hasText: label }).getByRole("definition");
const next = (page) => page.getByRole("button", { name: "Continue" }).filter({ visible: true });

async function openCampaigns(page) {
  await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "Campaigns" }).click();
  await expect(heading(page, "Campaigns")).toBeVisible();
}

/** The first two steps, with numbers that are pasted. */
async function write(page, numbers, text) {
  await openCampaigns(page);
  await page.getByRole("button", { name: "New campaign" }).click();
  await page.getByRole("radio", { name: "Numbers" }).check();
  await page.getByLabel("Phone numbers").fill(numbers.join("\n"));
  await page.getByRole("button", { name: "Check the list" }).click();
  await next(page).click();
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await next(page).click();
  // Whatever the hour at which this runs.
  await page.getByRole("switch", { name: "Keep quiet at night" }).click();
}

test("a file with bad rows becomes a campaign that reaches everybody else", async ({ page, stage }) => {
  await signedIn(page, stage);
  await openCampaigns(page);
  await expect(page.getByText("One text for many people")).toBeVisible();
  expect.soft(await barriers(page), "barriers without a campaign").toEqual([]);
  await page.getByRole("button", { name: "New campaign" }).click();

  await page.getByRole("radio", { name: "File" }).check();
  const rows = ["Nom;Portable;Ville", `Ana;${FIRST};Lyon`, "Bob;06 12 34 00 02;Pau", "Zoé;12;Nice", `Ana;${FIRST};Lyon`, "Léo;0612340003;"];
  const file = { name: "clients.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n"), "latin1") };
  await page.getByLabel("Choose a file…").setInputFiles(file);
  await expect(page.getByLabel("Phone numbers are in")).toHaveValue("1");
  await expect(page.getByLabel("Names are in")).toHaveValue("0");
  await expect(page.getByRole("region", { name: "Preview" })).toContainText("Lyon");
  expect.soft(await barriers(page), "barriers in the columns of a file").toEqual([]);
  await page.getByRole("button", { name: "Check the list" }).click();
  await expect(count(page, "ready to be written to")).toHaveText("3");
  await expect(page.getByRole("listitem").filter({ hasText: "Row 4" })).toContainText("not a telephone number");
  await expect(page.getByRole("listitem").filter({ hasText: "Row 5" })).toContainText("gets the message once");
  expect.soft(await barriers(page), "barriers beside rows that are left out").toEqual([]);
  await next(page).click();

  const text = page.getByRole("textbox", { name: "Message" });
  await text.fill("Bonjour , à ");
  await text.press("Home");
  for (let step = 0; step < "Bonjour ".length; step += 1) await text.press("ArrowRight");
  await page.getByRole("button", { name: "{{name}}" }).click();
  await expect(text).toHaveValue("Bonjour {{name}}, à ");
  await text.press("End");
  await page.getByRole("button", { name: "{{Ville}}" }).click();
  await expect(text).toHaveValue("Bonjour {{name}}, à {{Ville}}");
  const preview = page.getByRole("region", { name: "Preview" }).filter({ visible: true });
  await expect(preview).toContainText("Bonjour Ana, à Lyon");
  await preview.getByRole("button", { name: "Next recipient" }).click();
  await expect(preview).toContainText("Bonjour Bob, à Pau");
  await preview.getByRole("button", { name: "Next recipient" }).click();
  await expect(preview).toContainText("Ville (no value)");
  await expect(page.getByText("1 person lacks a value and is left out.")).toBeVisible();
  expect.soft(await barriers(page), "barriers in the message").toEqual([]);
  await page.getByRole("button", { name: "Save as a template" }).click();
  await page.getByLabel("Name of the template").fill("Portes ouvertes");
  await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The template is saved.")).toBeVisible();
  await next(page).click();

  await page.getByLabel(/Name of the campaign/).fill("Portes ouvertes");
  await page.getByRole("switch", { name: "Keep quiet at night" }).click();
  await page.getByLabel("Price of a segment").fill("0.0659");
  await expect(page.getByRole("region", { name: "Estimate" })).toContainText("€0.13");
  expect.soft(await barriers(page), "barriers before it is sent").toEqual([]);
  await page.getByRole("button", { name: "Send to 2 people" }).click();

  await expect(heading(page, "Portes ouvertes")).toBeVisible();
  await expect(count(page, "delivered")).toHaveText("2");
  await expect(page.getByText("Completed")).toBeVisible();
  await expect(page.getByText("A variable of the text has no value")).toBeVisible();
  expect.soft(await barriers(page), "barriers beside a campaign").toEqual([]);
  const received = await stage.twilio.phone(FIRST);
  expect(JSON.stringify(received)).toContain("Bonjour Ana, à Lyon");
  const results = page.waitForEvent("download");
  await page.getByRole("link", { name: "Results (CSV)" }).click();
  expect((await results).suggestedFilename()).toBe("edgeline-campaign.csv");

  // The template, and the price, are there for the next one.
  await page.getByRole("link", { name: "All campaigns" }).click();
  await expect(page.getByRole("link", { name: /Portes ouvertes/ })).toContainText("2 of 3");
  await write(page, [FIRST], "x");
  await expect(page.getByLabel("Price of a segment")).toHaveValue("0.0659");
  await page.getByRole("button", { name: "Message", exact: true }).click();
  await page.getByLabel("From a template").selectOption("Portes ouvertes");
  await expect(text).toHaveValue("Bonjour {{name}}, à {{Ville}}");
  for (const width of [768, 360]) {
    await page.setViewportSize({ width, height: 740 });
    await expectNoSideways(page, `the message at ${width}`);
  }
});

test("contacts are ticked, and what is planned is paused, resumed and called off", async ({ page, stage }) => {
  await signedIn(page, stage);
  for (const [name, number] of [["Ana", FIRST], ["Bob", "+33612340002"], ["Zoé", "+33612340003"]]) {
    await stage.app.call("POST", "/api/contacts", { name, numbers: [number], tags: ["VIP"] });
  }
  await openCampaigns(page);
  await page.getByRole("button", { name: "New campaign" }).click();
  await page.getByLabel("Tag").selectOption({ label: "VIP (3)" });
  await page.getByRole("checkbox", { name: /Bob/ }).uncheck();
  await expect(page.getByText("2 of 3 ticked")).toBeVisible();
  expect.soft(await barriers(page), "barriers among contacts to tick").toEqual([]);
  await page.getByRole("button", { name: "Check the list" }).click();
  await next(page).click();
  await page.getByRole("textbox", { name: "Message" }).fill("Fermé lundi, {{name}}");
  await next(page).click();
  await page.getByRole("radio", { name: "Later" }).check();
  await expect(page.getByText("By your company’s clocks (Europe/Paris).")).toBeVisible();
  const tomorrow = await page.getByLabel("Date and time").inputValue();
  expect(tomorrow).toMatch(/T09:00$/);
  await page.getByRole("button", { name: "Schedule for 2 people" }).click();
  await expect(page.getByText(/^Leaves on .* 09:00, by your company’s clocks\.$/)).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused by a person.")).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByText("Scheduled", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Cancel the campaign…" }).click();
  expect.soft(await barriers(page), "barriers before it is called off").toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the campaign", exact: true }).click();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible();
  await expect(count(page, "failed")).toHaveText("2");
  await expect(page.getByRole("button", { name: "Pause" })).toHaveCount(0);
});

test("what failed for a reason that can pass is sent again", async ({ page, stage }) => {
  await signedIn(page, stage);
  // The telephone is off.
  await stage.twilio.misbehave({ every_message_ends_with: 30003 });
  await write(page, [FIRST, "+33612340002"], "Bonjour");
  await page.getByRole("button", { name: "Send to 2 people" }).click();
  await expect(heading(page, "Bonjour")).toBeVisible();
  await expect(count(page, "failed")).toHaveText("2");
  await expect(page.getByRole("listitem").filter({ hasText: "Twilio 30003" })).toContainText("Can be sent again");
  expect.soft(await barriers(page), "barriers beside what failed").toEqual([]);
  await stage.twilio.misbehave({ every_message_ends_with: 0 });
  await page.getByRole("button", { name: "Send again to those" }).click();
  await expect(count(page, "delivered")).toHaveText("2");
  await expect(page.getByText("What failed")).toHaveCount(0);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSideways(page, "a campaign");
});

test("an agent follows a campaign, and starts none", async ({ page, browser, stage }) => {
  await signedIn(page, stage);
  await stage.app.call("POST", "/twilio/send-bulk", {
    name: "Vitrine", message: "Bonjour", recipients: [{ phone_number: FIRST }],
    send_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const invited = await stage.app.call("POST", "/api/users", { email: "leo@example.com", name: "Léo", role: "agent" });
  const context = await browser.newContext({ locale: "en-GB" });
  const colleague = await context.newPage();
  await colleague.goto(invited.invitation_url);
  await colleague.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await colleague.getByRole("button", { name: "Choose this password" }).click();
  await expect(colleague.getByRole("heading", { name: "Inbox" })).toBeVisible();
  await openCampaigns(colleague);
  await expect(colleague.getByRole("button", { name: "New campaign" })).toHaveCount(0);
  await colleague.getByRole("link", { name: /Vitrine/ }).click();
  await expect(heading(colleague, "Vitrine")).toBeVisible();
  // Everybody's numbers in a file are for administrators.
  await expect(colleague.getByRole("link", { name: "Results (CSV)" })).toHaveCount(0);
  for (const name of ["Pause", "Cancel the campaign…"]) {
    await expect(colleague.getByRole("button", { name })).toHaveCount(0);
  }
  await colleague.goto(`${stage.app.url}/campaigns/new`);
  await expect(colleague.getByText("Administrators start campaigns")).toBeVisible();
  expect.soft(await barriers(colleague), "barriers for an agent").toEqual([]);
  await context.close();
});
