// Messages that leave later, and appointments: planned, changed, told.
import { ADMINISTRATOR, PASSWORD, barriers, bubble, expect, expectNoSideways, row, signIn, signedIn, test, watch } from "./stage.mjs";

const CUSTOMER = "+33612345678";

/** As `<input type="datetime-local">` wants it, by the browser's clock. */
function local(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

async function openThread(page, stage) {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Bonjour, avez-vous reçu ma commande ?" });
  await row(page, "ma commande").click();
}

test("a reply leaves later, is changed, cancelled and sent after all", async ({ page, stage }) => {
  await openThread(page, stage);
  await page.getByRole("textbox", { name: "Message" }).fill("Elle est prête.");
  await page.getByRole("button", { name: "Send later…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send later" });
  await dialog.getByRole("button", { name: "Monday at 8:00" }).click();
  await expect(dialog.getByLabel("When")).toHaveValue(/T08:00$/);
  await dialog.getByRole("switch", { name: "Unless they reply before" }).click();
  expect.soft(await barriers(page), "barriers in the choice of a time").toEqual([]);
  await dialog.getByRole("button", { name: "Schedule", exact: true }).click();
  await expect(page.getByText(/Leaves on Monday.*unless they reply/)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue("");
  expect.soft(await barriers(page), "barriers beside a message for later").toEqual([]);

  // Seen among all that waits, and changed from the thread.
  await page.getByRole("link", { name: "Agenda" }).click();
  await page.getByRole("radio", { name: "Messages", exact: true }).check();
  await page.getByRole("link", { name: /Elle est prête/ }).click();
  await page.getByRole("button", { name: "Change…" }).click();
  const change = page.getByRole("dialog", { name: "Change the message" });
  await change.getByLabel("Message").fill("Elle est prête depuis ce matin.");
  await change.getByLabel("When").fill(local(new Date(Date.now() + 3 * 3600_000)));
  await change.getByRole("button", { name: "Schedule", exact: true }).click();
  await expect(bubble(page, "depuis ce matin")).toBeVisible();
  await expect(page.getByText("Elle est prête.", { exact: true })).toHaveCount(0);

  // They reply: it says so before its time, and takes nothing from whoever is about to change it.
  await page.getByRole("button", { name: "Change…" }).click();
  await change.getByLabel("Message").fill("Elle est prête, vous");
  await stage.twilio.text({ from: CUSTOMER, body: "C’est bon, merci" });
  await expect(page.getByText("They have replied: it will not leave.")).toBeVisible();
  await page.keyboard.type(" pouvez passer");
  await expect(change.getByLabel("Message")).toHaveValue("Elle est prête, vous pouvez passer");
  await page.keyboard.press("Escape");
  await expect(change).toBeHidden();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByText("Canceled")).toBeVisible();
  await page.getByRole("button", { name: "Send anyway" }).click();
  await expect(bubble(page, "depuis ce matin")).toContainText("Delivered");
  await expectNoSideways(page, "a thread with a message for later");
});

test("an appointment is booked, confirmed, moved and cancelled", async ({ page, stage }) => {
  await openThread(page, stage);
  await page.getByRole("link", { name: "Agenda" }).click();
  await expect(page.getByText("Nothing on this day")).toBeVisible();
  expect.soft(await barriers(page), "barriers in an empty day").toEqual([]);
  await page.getByRole("button", { name: "Next day" }).click();
  await page.getByRole("button", { name: "New appointment 14:00" }).click();
  const form = page.getByRole("dialog", { name: "New appointment" });
  await form.getByRole("button", { name: "Book" }).click();
  await expect(form.getByText("This field is required.").first()).toBeVisible();
  await form.getByLabel("Client").fill("Mme Lefèvre");
  await form.getByLabel("Phone number").fill("06 12 34 56 78");
  await form.getByLabel("Time", { exact: true }).fill("14:30");
  await form.getByLabel(/Subject/).fill("Essayage");
  expect.soft(await barriers(page), "barriers in the form of an appointment").toEqual([]);
  await form.getByRole("button", { name: "Book" }).click();
  const block = page.getByRole("button", { name: /14:30.*Mme Lefèvre/ });
  await block.click();
  const shown = page.getByRole("dialog", { name: "Mme Lefèvre" });
  await expect(shown.getByText("To be confirmed")).toBeVisible();
  expect.soft(await barriers(page), "barriers in an appointment").toEqual([]);
  await shown.getByRole("button", { name: "Confirm and text" }).click();
  await expect(shown.getByText("Confirmed", { exact: true })).toBeVisible();
  await expect
    .poll(async () => (await stage.twilio.phone(CUSTOMER)).filter(({ body }) => body.includes("à 14:30 est confirmé")).length)
    .toBe(1);

  await shown.getByRole("button", { name: "Change…" }).click();
  const change = page.getByRole("dialog", { name: "Change the appointment" });
  await change.getByLabel("Time", { exact: true }).fill("16:15");
  await change.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: /16:15.*Mme Lefèvre/ }).click();
  await expect(shown.getByText("To be confirmed")).toBeVisible();
  await shown.getByRole("button", { name: "Cancel the appointment…" }).click();
  await shown.getByRole("button", { name: "Cancel and text" }).click();
  await expect(shown.getByText("Cancelled", { exact: true })).toBeVisible();
  await expect
    .poll(async () => (await stage.twilio.phone(CUSTOMER)).filter(({ body }) => body.includes("est annulé")).length)
    .toBe(1);
  await page.keyboard.press("Escape");
  await page.getByRole("radio", { name: "Upcoming", exact: true }).check();
  await expect(page.getByRole("button", { name: /Mme Lefèvre/ })).toBeVisible();
  expect.soft(await barriers(page), "barriers in what lies ahead").toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSideways(page, "what lies ahead, on a phone");
  await page.getByRole("radio", { name: "Day", exact: true }).check();
  await expectNoSideways(page, "a day, on a phone");
});

test("a text that does not arrive shows in every open agenda", async ({ page, browser, stage }) => {
  await signedIn(page, stage);
  const other = await browser.newContext({ locale: "en-GB" });
  const theirs = await other.newPage();
  const trouble = watch(theirs);
  await signIn(theirs, stage.app, ADMINISTRATOR.email, PASSWORD);
  await expect(theirs.getByRole("heading", { name: "Inbox" })).toBeVisible();
  const tomorrow = local(new Date(Date.now() + 24 * 3600_000)).slice(0, 10);
  for (const browser of [page, theirs]) {
    await browser.getByRole("link", { name: "Agenda" }).click();
    await browser.getByLabel("Go to a day").fill(tomorrow);
    await expect(browser.getByText("Nothing on this day")).toBeVisible();
  }
  // Switched off.
  await stage.app.call("POST", "/api/appointments", { phone_number: "+33600030003", name: "M. Absent", starts_at: `${tomorrow}T10:00` });
  const block = (browser) => browser.getByRole("button", { name: /10:00.*M\. Absent/ });
  await expect(block(theirs)).toBeVisible();
  await block(page).click();
  const shown = page.getByRole("dialog", { name: "M. Absent" });
  await shown.getByRole("button", { name: "Confirm and text" }).click();
  await expect(shown.getByText("Confirmed", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  // Said by Twilio, some time after both have read what was confirmed.
  for (const browser of [page, theirs]) await expect(block(browser)).toContainText("not delivered");
  expect(trouble).toEqual([]);
  await other.close();
});

test("a company writes its own notices", async ({ page, stage }) => {
  await signedIn(page, stage);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Appointments and notices" }).click();
  const wording = page.getByLabel("Wording");
  await expect(wording).toHaveValue(/Bonjour \{\{nom\}\}/);
  await wording.fill("C’est noté, {{nom}} : {{date}} à {{heure}}.");
  await expect(page.locator("[data-preview]")).toContainText(/C’est noté, Mme Martin : .* à 14:30\./);
  expect.soft(await barriers(page), "barriers in the notices").toEqual([]);
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(page.getByText("Edited")).toBeVisible();
  await wording.fill("{{nom}}, {{couleur}}");
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(page.getByText("An appointment cannot fill one of the variables")).toBeVisible();
  await page.getByRole("button", { name: "Back to the original" }).click();
  await expect(wording).toHaveValue(/Bonjour \{\{nom\}\}/);
  await page.getByLabel("Remind", { exact: true }).selectOption("120");
  await page.getByLabel("Time zone").fill("Europe/Lutetia");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText("A time zone is a name such as")).toBeVisible();
  await page.getByLabel("Time zone").fill("Europe/Paris");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText("Saved.").last()).toBeVisible();
});
