// The buttons SYNC and CLEAR: bringing in what was missed, and erasing everything.
import { barriers, bubble, expect, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
const list = (page) => page.getByRole("list", { name: "Conversations" }).getByRole("link");

async function tool(page, name) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name }).click();
}

test("what came during an outage is fetched by SYNC, once", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "avant la panne" });
  await expect(row(page, "avant la panne")).toBeVisible();

  await stage.app.halt();
  await stage.twilio.text({ from: CUSTOMER, body: "pendant la panne" });
  await stage.twilio.text({ from: "+33698765432", body: "Il y a quelqu’un ?" });
  // Twilio has knocked in vain, and given up.
  await expect.poll(async () => (await stage.twilio.alerts()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  await stage.app.start();
  await expect(page.getByText(/Connection lost/)).toBeHidden({ timeout: 40_000 });
  await expect(list(page)).toHaveCount(1);

  for (const found of ["Received: 2.", "Nothing was missing."]) {
    await tool(page, /^SYNC/);
    const dialog = page.getByRole("dialog", { name: "Fetch missed messages" });
    await dialog.getByRole("button", { name: "Synchronise" }).click();
    await expect(dialog.getByText(found)).toBeVisible();
    expect.soft(await barriers(page), "barriers in SYNC").toEqual([]);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await expect(list(page)).toHaveCount(2);
  }
  await row(page, "pendant la panne").click();
  await expect(page.getByRole("article")).toHaveCount(2);
});

test("CLEAR erases everything for who types the word, and leaves its mark", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "à effacer" });
  await row(page, "à effacer").click();
  await expect(bubble(page, "à effacer")).toBeVisible();
  await tool(page, /^CLEAR/);
  const dialog = page.getByRole("dialog", { name: "Erase all messages?" });
  const erase = dialog.getByRole("button", { name: "Erase everything" });
  await dialog.getByLabel("Type CLEAR to confirm").fill("clear");
  await erase.click();
  await expect(dialog.getByText("The word is CLEAR, in capitals.")).toBeVisible();
  expect.soft(await barriers(page), "barriers in CLEAR").toEqual([]);
  await expect(row(page, "à effacer")).toBeVisible();
  await dialog.getByLabel("Type CLEAR to confirm").fill("CLEAR");
  await erase.click();
  await expect(page.getByText("1 message erased.")).toBeVisible();
  await expect(list(page)).toHaveCount(0);
  await expect(page.getByText("No conversation yet")).toBeVisible();

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("navigation", { name: "Sections of the settings" }).getByRole("link", { name: "Activity" }).click();
  // Not the one among the choices of the filter.
  await expect(page.getByText("Erased all messages").and(page.locator(":not(option)"))).toBeVisible();
});
