// The first day: from an empty deployment to an answered customer.
import { ADMIN_TOKEN } from "../stage/deployment.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER } from "../stage/simulator.mjs";
import { ADMINISTRATOR, PASSWORD, bubble, expect, expectNoSideways, row, test } from "./stage.mjs";

const QUESTION = "Bonjour, avez-vous du pain de seigle ?";
const ANSWER = "Oui, jusqu’à 18 h.";

test("an administrator sets up, connects an account, and answers the first customer", async ({ page, context, stage }) => {
  const { app, twilio } = stage;
  // Slow enough to be seen on its way.
  await twilio.delay({ sent_ms: 700, delivered_ms: 700 });

  await test.step("the first administrator", async () => {
    await page.goto(app.url);
    await page.getByLabel("Administration token").fill("not the token of this deployment");
    await page.getByLabel("Company").fill("Boulangerie Martin");
    await page.getByLabel("Your name").fill(ADMINISTRATOR.name);
    await page.getByLabel("E-mail address").fill(ADMINISTRATOR.email);
    await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create the company" }).click();
    await expect(page.getByText("This is not the deployment’s ADMIN_TOKEN.")).toBeVisible();
    await page.getByLabel("Administration token").fill(ADMIN_TOKEN);
    await page.getByRole("button", { name: "Create the company" }).click();
    await expect(page.getByText("Connect your Twilio account")).toBeVisible();
  });

  await test.step("connects the account, and Twilio is asked", async () => {
    await page.getByRole("button", { name: "Connect an account" }).click();
    await page.getByRole("main").getByRole("button", { name: "Connect an account" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Standard");
    await dialog.getByLabel("Account SID").fill(ACCOUNT);
    await dialog.getByLabel("Auth Token", { exact: true }).fill("not the token");
    await dialog.getByRole("button", { name: "Test these credentials" }).click();
    await expect(dialog.getByText(/Twilio does not accept .* credentials/)).toBeVisible();
    await dialog.getByLabel("Auth Token", { exact: true }).fill(AUTH_TOKEN);
    await dialog.getByRole("button", { name: "Test these credentials" }).click();
    await expect(dialog.getByText("Twilio accepts these credentials.")).toBeVisible();
    await expect(dialog.getByText("Arrive here").first()).toBeVisible();
    await dialog.getByLabel("Numbers", { exact: true }).fill(NUMBER);
    await dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText("07 55 53 00 01").first()).toBeVisible();
    await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: /Inbox/ }).click();
    await expect(page.getByText("No conversation yet")).toBeVisible();
  });

  const phone = await context.newPage();
  await test.step("a customer texts from the phone page", async () => {
    await phone.goto(twilio.url);
    await phone.getByRole("textbox", { name: "Message" }).fill(QUESTION);
    await phone.getByRole("button", { name: "Send" }).click();
  });

  await test.step("it appears by itself, unread, in the list and in the title", async () => {
    const conversation = row(page, QUESTION);
    await expect(conversation).toBeVisible();
    await expect(conversation).toContainText("1 unread message");
    await expect(page).toHaveTitle("(1) Edgeline");
    await expect(page.getByRole("button", { name: /^Unread/ })).toContainText("1");
  });

  const other = await context.newPage();
  await test.step("reading it takes the mark away, in another tab too", async () => {
    await other.goto(app.url);
    await expect(other).toHaveTitle("(1) Edgeline");
    await row(page, QUESTION).click();
    await expect(bubble(page, QUESTION)).toBeVisible();
    await expect(page).toHaveTitle("Edgeline");
    await expect(other).toHaveTitle("Edgeline");
    await expect(row(other, QUESTION)).not.toContainText("unread");
  });

  await test.step("the answer goes out and is delivered without a reload", async () => {
    await page.getByRole("textbox", { name: "Message" }).fill("a".repeat(161));
    await expect(page.getByText("2 SMS")).toBeVisible();
    await page.getByRole("textbox", { name: "Message" }).fill(ANSWER);
    await expect(page.getByText("1 SMS")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(bubble(page, ANSWER)).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue("");
    await expect(bubble(page, ANSWER)).toContainText("Delivered");
    await expect(row(page, ANSWER)).toContainText("You:");
  });

  await test.step("the customer’s phone shows it, and so does the other tab", async () => {
    await expect(phone.getByRole("log")).toContainText(ANSWER);
    await row(other, ANSWER).click();
    await expect(bubble(other, ANSWER)).toContainText("Delivered");
  });

  await test.step("in French, and remembered", async () => {
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "My account" }).click();
    await page.getByRole("radio", { name: "Français" }).check();
    await expect(page.getByRole("heading", { name: "Mon compte" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
    await page.reload();
    await expect(page.getByRole("heading", { name: "Mon compte" })).toBeVisible();
    await page.getByRole("link", { name: "Messages" }).click();
    await row(page, ANSWER).click();
    await expect(bubble(page, ANSWER)).toContainText("Distribué");
  });

  await test.step("on a small phone one sees the list or the thread", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(bubble(page, ANSWER)).toBeVisible();
    await expectNoSideways(page, "the thread");
    await page.getByRole("button", { name: "Retour" }).click();
    await expect(row(page, ANSWER)).toBeVisible();
    await expect(bubble(page, ANSWER)).toBeHidden();
    await expectNoSideways(page, "the list");
    await row(page, ANSWER).click();
    await page.getByRole("textbox", { name: "Message" }).fill("Bonne journée !");
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await expect(bubble(page, "Bonne journée !")).toContainText("Distribué");
    await expect(phone.getByRole("log")).toContainText("Bonne journée !");
  });
});
