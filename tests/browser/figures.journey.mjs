// What the company writes and spends: drawn, counted by day, number and campaign; and a cap that stops sending in words.
import { barriers, bubble, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
/** A telephone that is switched off. */
const UNREACHABLE = "+33600030003";
/** What the simulated Twilio takes for a segment (simulator/src/prices.rs). */
const SEGMENT = 0.0798;

const tile = (page, name) => page.locator("dl.figures-tiles > div").filter({ has: page.getByText(name, { exact: true }) }).getByRole("definition");
const figures = async (page, { url }) => {
  await page.goto(`${url}/settings/figures`);
  await expect(page.getByRole("heading", { name: "Figures and costs" })).toBeVisible();
};
const part = (page, title) => page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
/** The cells of the row that begins with these words. */
const cells = (page, title, name) => part(page, title).getByRole("row").filter({ has: page.getByRole("rowheader", { name }) }).getByRole("cell");
const dollars = (segments) => `US$${(segments * SEGMENT).toFixed(2)}`;

test("figures are drawn after a day’s traffic, and the month’s cap stops sending until it is raised", async ({ page, stage }) => {
  const { app, twilio } = stage;
  await signedIn(page, stage);

  await test.step("a customer is answered, one is not reached, three are written to by a campaign", async () => {
    await twilio.text({ from: CUSTOMER, body: "Vous êtes ouverts ?" });
    await row(page, "Vous êtes ouverts ?").click();
    await page.getByRole("textbox", { name: "Message" }).fill("Oui");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "Oui")).toContainText("Delivered");
    await app.call("POST", "/api/send-sms", { to: UNREACHABLE, body: "Votre commande est prête" });
    const recipients = ["+33612340001", "+33612340002", "+33612340003"].map((phone_number) => ({ phone_number }));
    const { id } = await app.call("POST", "/twilio/send-bulk", { channel: "sms", name: "Portes ouvertes", message: "Samedi", recipients });
    await expect
      .poll(async () => (await app.call("GET", `/api/campaigns/${id}`)).delivered, { message: "the campaign has arrived" })
      .toBe(3);
    // Twilio names the prices in its lists.
    await expect
      .poll(async () => {
        await app.call("POST", "/api/sync", {});
        const { spent_micros: spent, estimated_micros: guessed } = await app.call("GET", "/api/figures/spending");
        return spent - guessed;
      }, { message: "all that arrived is priced" })
      .toBeGreaterThanOrEqual(4 * SEGMENT * 1_000_000);
  });

  await test.step("the figures are those of the day, drawn and as numbers", async () => {
    await figures(page, app);
    await expect(tile(page, "Sent")).toHaveText("5");
    await expect(tile(page, "Received")).toHaveText("1");
    await expect(tile(page, "Delivered")).toHaveText("4 (80%)");
    await expect(tile(page, "Not delivered")).toHaveText("1 (20%)");
    await expect(part(page, "How long customers waited for a person’s answer")).toContainText("1 (100%)");
    await expect(part(page, "Why messages did not arrive")).toContainText("(30003)");
    for (const name of ["Messages a day", "Sent messages: delivered or not", "Cost a day"]) {
      const chart = page.locator("figure").filter({ hasText: name });
      await expect(chart.getByRole("img", { name })).toBeVisible();
      expect(await chart.locator("svg g rect:not(.bar_chart-place)").count(), `${name} has bars`).toBeGreaterThan(0);
    }
    const volume = page.locator("figure").filter({ hasText: "Messages a day" });
    await volume.getByText("The numbers").click();
    await expect(volume.getByRole("row").last().getByRole("cell")).toHaveText(["1", "5"]);
    await expect(cells(page, "By number", /07 55 53 00 01/).nth(1)).toHaveText("5");
    await expect(cells(page, "By campaign", "Portes ouvertes").first()).toHaveText("3");
    await expect(cells(page, "By campaign", "Portes ouvertes").last()).toHaveText(dollars(3));
    await page.getByRole("radio", { name: "7 days" }).check();
    await expect(tile(page, "Sent")).toHaveText("5");
    expect.soft(await barriers(page), "barriers in figures").toEqual([]);
    for (const [what, width] of [["tablet", 768], ["phone", 360]]) {
      await page.setViewportSize({ width, height: 740 });
      await expectNoSideways(page, `the figures, on a ${what}`);
    }
    expect.soft(await barriers(page), "barriers in figures on a phone").toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  const capped = async (sum, said) => {
    await figures(page, app);
    await page.getByLabel("Spend cap of a month").fill(sum);
    await page.getByRole("button", { name: "Save the cap" }).click();
    await expect(page.getByText(said)).toBeVisible();
  };

  await test.step("a cap that is no sum is refused; one below what was spent stops everything, and says so", async () => {
    await capped("beaucoup", "A sum such as 50 or 49.90.");
    await capped("0.20", "The cap is reached: nothing is sent any more.");
    await expect(page.locator(".figures-spent")).toContainText("of US$0.20");
    expect.soft(await barriers(page), "barriers beside a cap that is reached").toEqual([]);
    await page.goto(app.url);
    await row(page, "Oui").click();
    await expect(page.getByText("Your company has spent what it allows itself this month")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Message" })).toBeHidden();
    expect.soft(await barriers(page), "barriers where nothing can be sent").toEqual([]);
    await expect(app.call("POST", "/api/send-sms", { to: CUSTOMER, body: "non" })).rejects.toThrow(/422 .*spend_cap_reached/);
  });

  await test.step("what comes in comes in; with a higher cap it is answered", async () => {
    await twilio.text({ from: CUSTOMER, body: "Et dimanche ?" });
    await expect(bubble(page, "Et dimanche ?")).toBeVisible();
    await capped("50", "The cap is saved.");
    await page.goto(app.url);
    await row(page, "Et dimanche ?").click();
    await page.getByRole("textbox", { name: "Message" }).fill("Dimanche aussi");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "Dimanche aussi")).toContainText("Delivered");
    const shown = await twilio.phone(CUSTOMER);
    expect(shown.filter(({ mine }) => !mine).map(({ body }) => body)).toEqual(["Oui", "Dimanche aussi"]);
  });
});
