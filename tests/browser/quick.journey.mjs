// From the list itself: quick actions on a conversation, and a new message with everything that belongs to it.
import { PDF, drop, photo } from "./pictures.mjs";
import { barriers, bubble, expect, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
const menu = (page) => page.getByRole("menu");
const act = (page, name) => page.getByRole("menuitem", { name }).click();

test("a conversation is answered, marked and deleted from the list: by pointer, by keyboard, by touch", async ({ page, browser, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Bonjour" });
  const conversation = row(page, "Bonjour");
  await expect(conversation).toContainText("1 unread message");

  await test.step("by the pointer: its button, and the other key of the mouse", async () => {
    await conversation.hover();
    await page.getByRole("listitem").filter({ hasText: "Bonjour" }).getByRole("button", { name: "Quick actions" }).click();
    await expect(menu(page)).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await act(page, "Mark as read");
    await expect(menu(page)).toBeHidden();
    await expect(conversation).not.toContainText("unread");
    await conversation.click({ button: "right" });
    await act(page, "Mark as unread");
    await expect(conversation).toContainText("1 unread message");
    await conversation.click({ button: "right" });
    await page.getByRole("heading", { name: "Inbox" }).click();
    await expect(menu(page)).toBeHidden();
  });

  await test.step("by the keyboard", async () => {
    await conversation.focus();
    await page.keyboard.press("ArrowRight");
    await expect(menu(page).getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(menu(page)).toBeHidden();
    await expect(conversation).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("menuitem", { name: "Reply" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("textbox", { name: "Message" })).toBeFocused();
    await page.keyboard.type("Bonjour à vous");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "Bonjour à vous")).toContainText("Delivered");
  });

  await test.step("by touch, on a telephone", async () => {
    const state = await page.context().storageState();
    const telephone = await browser.newContext({ storageState: state, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: "en-GB" });
    const hand = await telephone.newPage();
    await hand.goto(stage.app.url);
    await hand.getByRole("button", { name: "Quick actions" }).tap();
    await hand.getByRole("menuitem", { name: "Delete the conversation…" }).tap();
    const dialog = hand.getByRole("dialog", { name: "Delete this conversation?" });
    await dialog.getByRole("button", { name: "Delete", exact: true }).tap();
    await expect(hand.getByText("Conversation deleted.")).toBeVisible();
    await expect(row(hand, "Bonjour")).toBeHidden();
    await telephone.close();
  });
  await expect(row(page, "Bonjour")).toBeHidden();
});

test("a list that moves under somebody's hands takes nothing out of them: neither the keyboard's place nor a note", async ({ page, stage }) => {
  await signedIn(page, stage);
  const [first, second, third] = [CUSTOMER, "+33698765432", "+33611223344"];
  for (const [from, body] of [[first, "Bonjour"], [second, "Bonsoir"], [third, "Bonne nuit"]]) {
    await stage.twilio.text({ from, body });
    await expect(row(page, body)).toBeVisible();
  }
  const rows = page.getByRole("list", { name: "Conversations" }).getByRole("link");

  await test.step("the keyboard stays on its row, and goes on from there", async () => {
    await row(page, "Bonsoir").focus();
    await stage.twilio.text({ from: first, body: "Êtes-vous là ?" });
    await expect(rows.first()).toContainText("Êtes-vous là ?");
    await expect(row(page, "Bonsoir")).toBeFocused();
    await page.keyboard.press("ArrowUp");
    await expect(row(page, "Bonne nuit")).toBeFocused();
  });

  await test.step("a note is written on while its conversation moves, is read by a colleague, and leaves the list", async () => {
    await page.getByRole("group", { name: "Filter" }).getByRole("button", { name: /^Unread/ }).click();
    await row(page, "Bonsoir").click({ button: "right" });
    await act(page, "Add a note…");
    const dialog = page.getByRole("dialog", { name: "Note for colleagues" });
    await dialog.getByRole("textbox").fill("Elle rappelle ");
    await stage.twilio.text({ from: second, body: "Toujours là ?" });
    await expect(rows.first()).toContainText("Toujours là ?");
    const { items } = await stage.app.call("GET", "/inbox/conversations");
    const { id } = items.find(({ contact }) => contact.address.includes(second));
    await stage.app.call("PATCH", `/inbox/conversations/${id}`, { unread: false });
    await expect(row(page, "Toujours là ?")).toBeHidden();
    await page.keyboard.type("jeudi");
    await dialog.getByRole("button", { name: "Save the note" }).click();
    await expect(dialog).toBeHidden();
    const notes = async () => (await stage.app.call("GET", `/inbox/conversations/${id}/notes`)).map(({ body }) => body);
    await expect.poll(notes).toEqual(["Elle rappelle jeudi"]);
  });

  await test.step("the canned reply that was chosen is the one that is taken", async () => {
    for (const [name, body] of [["Adresse", "12, rue des Lilas."], ["Attente", "Nous vous répondons ce soir."]]) {
      await stage.app.call("POST", "/api/templates", { name, language: "fr", body });
    }
    await row(page, "Êtes-vous là ?").click();
    const message = page.getByRole("textbox", { name: "Message" });
    await message.pressSequentially("/a");
    const later = page.getByRole("option", { name: /Attente/ });
    await expect(later).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await expect(later).toHaveAttribute("aria-selected", "true");
    await stage.twilio.text({ from: first, body: "Alors ?" });
    await expect(bubble(page, "Alors ?")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(message).toHaveValue("Nous vous répondons ce soir.");
  });
});

test("a new message: the number is judged while it is written, MMS asks for its files, a canned reply fills the text", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.app.call("POST", "/api/templates", { name: "Horaires", shortcut: "heures", language: "fr", body: "Nous ouvrons à 9 h." });
  await stage.twilio.text({ from: "+33698765432", body: "STOP" });
  await expect(row(page, "STOP")).toBeVisible();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await act(page, "MMS");
  const dialog = page.getByRole("dialog", { name: "New MMS" });
  const send = dialog.getByRole("button", { name: "Send", exact: true });
  const number = dialog.getByLabel("Number", { exact: true });

  await test.step("who said STOP is not written to", async () => {
    await number.fill("06 98 76 54 32");
    await expect(dialog.getByText("asked not to receive messages")).toBeVisible();
    await expect(send).toBeDisabled();
  });

  await test.step("nor a country that the company does not write to", async () => {
    await number.fill("+86 131 2345 6789");
    await expect(dialog.getByRole("alert")).toBeVisible();
    await number.fill("06 12 34 56 78");
    await expect(dialog.getByText("Goes to +33612345678")).toBeVisible();
  });

  await test.step("an MMS needs its files", async () => {
    await dialog.getByRole("button", { name: "Canned replies" }).click();
    await dialog.getByRole("option", { name: /Horaires/ }).click();
    await expect(dialog.getByRole("textbox", { name: "Message" })).toHaveValue("Nous ouvrons à 9 h.");
    await expect(dialog.getByText("Attach the pictures or files of this MMS.")).toBeVisible();
    await expect(send).toBeDisabled();
    await drop(dialog.getByRole("textbox", { name: "Message" }), [{ name: "vitrine.jpg", mimeType: "image/jpeg", buffer: await photo(page, { width: 640, height: 480 }) }]);
    await dialog.getByLabel("Attach files").setInputFiles({ name: "plan.pdf", mimeType: "application/pdf", buffer: PDF });
    await expect(dialog.getByRole("list", { name: "Attached files" }).getByRole("listitem")).toHaveCount(2);
    await expect(send).toBeEnabled();
    expect(await barriers(page)).toEqual([]);
    await send.click();
    await expect(dialog).toBeHidden();
  });

  await test.step("it arrives with both", async () => {
    await expect(bubble(page, "Nous ouvrons à 9 h.")).toContainText("Delivered");
    const shown = (await stage.twilio.phone(CUSTOMER)).find(({ body }) => body === "Nous ouvrons à 9 h.");
    expect(shown.media.map(({ content_type }) => content_type).sort()).toEqual(["application/pdf", "image/jpeg"]);
  });

  await test.step("a first message can wait, too", async () => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await act(page, "SMS");
    const first = page.getByRole("dialog", { name: "New SMS" });
    await first.getByLabel("Number", { exact: true }).fill("06 12 34 56 79");
    await expect(first.getByText("Goes to +33612345679")).toBeVisible();
    await first.getByRole("textbox", { name: "Message" }).fill("Votre commande part lundi.");
    await first.getByRole("button", { name: "Send later…" }).click();
    const when = page.getByRole("dialog", { name: "Send later" });
    await when.getByRole("button", { name: "Monday at 8:00" }).click();
    expect(await barriers(page)).toEqual([]);
    await when.getByRole("button", { name: "Schedule", exact: true }).click();
    await expect(first).toBeHidden();
    await expect(bubble(page, "Votre commande part lundi.")).toBeVisible();
    await expect(page.getByText(/^Leaves on Monday/)).toBeVisible();
    expect(await stage.twilio.phone("+33612345679")).toEqual([]);
  });
});
