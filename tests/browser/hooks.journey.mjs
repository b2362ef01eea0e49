// A program of the company's is told what happens: the administrator sees that it is, why it was not, and mends it.
import { signatureOf, startReceiver } from "../stage/receiver.mjs";
import { barriers, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
const deliveries = (page) => page.locator(".hook-log > li");
const delivery = (page, ...words) => words.reduce((found, hasText) => found.filter({ hasText }), deliveries(page));

test("a webhook is added, tried, fails for a reason that is shown, and catches up once it is mended", async ({ page, stage }) => {
  const program = await startReceiver();
  await signedIn(page, stage);
  await page.goto(`${stage.app.url}/settings/webhooks`);
  await expect(page.getByText("No webhook yet")).toBeVisible();
  let secret;

  await test.step("an address that is none is refused in words, a right one has its secret shown once", async () => {
    await page.getByRole("button", { name: "Add a webhook" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a webhook" });
    const address = dialog.getByLabel("Address");
    await expect(address).toBeFocused();
    await address.fill("https://192.168.1.1/hooks");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(address).toHaveAttribute("aria-invalid", "true");
    await address.fill(program.url);
    await dialog.getByRole("switch", { name: "A message got on" }).check();
    expect.soft(await barriers(page), "barriers in a new webhook").toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();

    const made = page.getByRole("dialog", { name: "The secret is ready" });
    secret = await made.getByLabel("Secret").inputValue();
    expect(secret).toMatch(/^whsec_/);
    expect.soft(await barriers(page), "barriers beside a secret").toEqual([]);
    await made.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("heading", { name: program.url })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { name: program.url })).toBeVisible();
    expect(await page.content(), "it is shown once").not.toContain(secret);
  });

  await test.step("the test arrives, signed with that secret, and stands in the log", async () => {
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect(delivery(page, "Test", "Arrived", "200")).toBeVisible();
    const [told] = program.of("test");
    expect(told.headers["webhook-signature"]).toBe(signatureOf(told, secret));
    await delivery(page, "Test").getByText("What was sent").click();
    await expect(delivery(page, "Test").locator("pre")).toHaveText(told.body);
  });

  await test.step("a program that fails: the log says what it answered, and that it will be tried again", async () => {
    Object.assign(program, { status: 500, answer: "disk full" });
    await stage.twilio.text({ from: CUSTOMER, body: "Vous êtes ouverts ?" });
    await expect.poll(() => program.of("message.received").length, { message: "it is told" }).toBe(1);
    // The answer is noted after the program has given it.
    await expect(async () => {
      await page.getByRole("button", { name: "Hide what was sent" }).click();
      await page.getByRole("button", { name: "Show what was sent" }).click();
      await expect(delivery(page, "A customer wrote", "500 · disk full")).toBeVisible({ timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    const failed = delivery(page, "A customer wrote");
    await expect(failed).toContainText("Will be tried again");
    await expect(failed).toContainText("1 attempt");
    await expect(failed).toContainText("Next attempt:");
    await page.reload();
    await expect(page.getByText("Not answering")).toBeVisible();
    await expect(page.getByText(/Nothing has arrived since/)).toBeVisible();
    expect.soft(await barriers(page), "barriers beside a webhook that fails").toEqual([]);
  });

  await test.step("mended, it is told again on request: the same, so that it can know it", async () => {
    Object.assign(program, { status: 200, answer: "" });
    await page.getByRole("button", { name: "Show what was sent" }).click();
    await delivery(page, "A customer wrote").getByRole("button", { name: "Send again" }).click();
    await expect(delivery(page, "A customer wrote", "Arrived", "200")).toBeVisible();
    const [first, second] = program.of("message.received");
    expect(second.body).toBe(first.body);
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    expect(JSON.parse(second.body).data.message.content).toBe("Vous êtes ouverts ?");
    await page.reload();
    await expect(page.getByText("Active", { exact: true })).toBeVisible();
  });

  await test.step("what becomes of an answer is told, too; on a phone all of it can be read", async () => {
    await page.goto(stage.app.url);
    await row(page, "Vous êtes ouverts ?").click();
    await page.getByRole("textbox", { name: "Message" }).fill("Oui, jusqu’à 19 h.");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => program.of("message.status").some(({ body }) => body.includes('"delivered"')), { message: "the delivery is told" })
      .toBe(true);
    const ids = program.of("message.status").map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size, "each once").toBe(ids.length);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${stage.app.url}/settings/webhooks`);
    await page.getByRole("button", { name: "Show what was sent" }).click();
    await expect(delivery(page, "A message got on").first()).toBeVisible();
    await delivery(page, "A message got on").first().getByText("What was sent").click();
    await expectNoSideways(page, "the log of a webhook, on a phone");
    expect.soft(await barriers(page), "barriers in the log on a phone").toEqual([]);
  });

  await test.step("it is put to sleep, and taken away", async () => {
    await page.getByRole("button", { name: "Deactivate" }).click();
    await expect(page.getByText("Inactive")).toBeVisible();
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete this webhook?" }).getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page.getByText("No webhook yet")).toBeVisible();
  });
  program.stop();
});
