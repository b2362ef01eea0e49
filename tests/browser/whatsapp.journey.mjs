// WhatsApp: free text for a day, then only its own templates.
import { ACCOUNT, AUTH_TOKEN, NUMBER } from "../stage/simulator.mjs";
import { barriers, bubble, expect, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33611223344";
const BODY = "Bonjour {{1}}, votre rendez-vous est à {{2}}.";

/** A template that WhatsApp has approved, made where the company makes them: at Twilio. */
async function approvedTemplate({ twilio }) {
  const headers = {
    authorization: `Basic ${Buffer.from(`${ACCOUNT}:${AUTH_TOKEN}`).toString("base64")}`,
    "content-type": "application/json",
  };
  const call = async (method, path, body) => {
    const answer = await fetch(`${twilio.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
    return answer.json();
  };
  const { sid } = await call("POST", "/v1/Content", {
    friendly_name: "rappel",
    language: "fr",
    variables: { 1: "Ana", 2: "14 h" },
    types: { "twilio/text": { body: BODY } },
  });
  await call("POST", `/v1/Content/${sid}/ApprovalRequests/whatsapp`, { name: "rappel_rdv", category: "UTILITY" });
  const approval = async () => (await call("GET", `/v1/Content/${sid}/ApprovalRequests`)).whatsapp.status;
  await expect.poll(approval, { timeout: 30_000 }).toBe("approved");
}

test("the name of a profile that comes with a message stands everywhere at once", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Bonjour" });
  await row(page, "Bonjour").click();
  const panel = page.getByRole("complementary", { name: "Contact" });
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText("06 11 22 33 44");
  const whatsapp = { from: `whatsapp:${CUSTOMER}`, to: `whatsapp:${NUMBER}` };
  await stage.twilio.text({ ...whatsapp, body: "C’est encore moi", profile_name: "Amélie" });
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText("Amélie");
  await expect(page.getByRole("button", { name: "Amélie" })).toBeVisible();
  await expect(row(page, "C’est encore moi")).toContainText("Amélie");
});

test("outside its window a template is chosen, filled and sent, and an answer opens the window again", async ({ page, stage }) => {
  await signedIn(page, stage);
  await approvedTemplate(stage);
  // What somebody noted of a call opens no window.
  await stage.app.call("POST", "/inbox/conversations", {
    source: "whatsapp",
    phone_number: CUSTOMER,
    message: "Rappelez-moi pour le rendez-vous",
    is_from_client: true,
  });
  await row(page, "Rappelez-moi").click();

  await test.step("free text is not offered, and why", async () => {
    await expect(page.getByRole("group", { name: "WhatsApp takes only its own templates now" })).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Message" })).toBeHidden();
  });

  await test.step("a template is picked and filled", async () => {
    await page.getByRole("button", { name: "Choose a WhatsApp template" }).click();
    const dialog = page.getByRole("dialog", { name: "Send a WhatsApp template" });
    await dialog.getByRole("button", { name: /rappel/ }).click();
    const send = dialog.getByRole("button", { name: "Send", exact: true });
    await expect(send).toBeDisabled();
    await dialog.getByLabel("Value 1").fill("Chloé");
    await dialog.getByLabel("Value 2").fill("16 h");
    await expect(dialog.getByText("Bonjour Chloé, votre rendez-vous est à 16 h.")).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await send.click();
    await expect(dialog).toBeHidden();
    await expect(bubble(page, "Bonjour Chloé")).toContainText(/Delivered|Read/);
    const shown = await stage.twilio.phone(CUSTOMER);
    expect(shown.map(({ body }) => body)).toContain("Bonjour Chloé, votre rendez-vous est à 16 h.");
  });

  await test.step("another is kept for tomorrow", async () => {
    await page.getByRole("button", { name: "Choose a WhatsApp template" }).click();
    const dialog = page.getByRole("dialog", { name: "Send a WhatsApp template" });
    await dialog.getByRole("button", { name: /rappel/ }).click();
    await dialog.getByLabel("Value 1").fill("Paul");
    await dialog.getByLabel("Value 2").fill("9 h");
    await dialog.getByRole("button", { name: "Send later…" }).click();
    const when = page.getByRole("dialog", { name: "Send later" });
    await when.getByRole("button", { name: "Tomorrow at 8:00" }).click();
    await when.getByRole("button", { name: "Schedule", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(bubble(page, "Bonjour Paul")).toBeVisible();
    await expect(page.getByText(/^Leaves/)).toBeVisible();
    const shown = await stage.twilio.phone(CUSTOMER);
    expect(shown.map(({ body }) => body)).not.toContain("Bonjour Paul, votre rendez-vous est à 9 h.");
    await page.getByRole("button", { name: "Send now" }).click();
    await expect(bubble(page, "Bonjour Paul")).toContainText(/Delivered|Read/);
  });

  await test.step("the client answers, and the field is back with the time that is left", async () => {
    await page.getByRole("button", { name: "Choose a WhatsApp template" }).click();
    const dialog = page.getByRole("dialog", { name: "Send a WhatsApp template" });
    await dialog.getByRole("button", { name: /rappel/ }).click();
    await dialog.getByLabel("Value 1").fill("Chl");
    await stage.twilio.text({ from: `whatsapp:${CUSTOMER}`, to: `whatsapp:${NUMBER}`, body: "Parfait, merci", profile_name: "Chloé" });
    await expect(bubble(page, "Parfait, merci")).toBeVisible();
    // Whoever was filling in a template may go on.
    await page.keyboard.type("oé");
    await expect(dialog.getByLabel("Value 1")).toHaveValue("Chloé");
    await page.keyboard.press("Escape");
    await expect(page.getByText(/\d+ hours left/)).toBeVisible();
    await page.getByRole("textbox", { name: "Message" }).fill("À tout à l’heure");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "À tout à l’heure")).toContainText("Read");
  });
});
