// Finding a message again among many, and going to where it stands.
import { barriers, bubble, expect, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
const MESSAGES = 120;

test("a message is found, and the thread opens where it stands", async ({ page, stage }) => {
  await signedIn(page, stage);
  const record = (message) =>
    stage.app.call("POST", "/inbox/conversations", { source: "sms", phone_number: CUSTOMER, message, is_from_client: true });
  await record("J’ai oublié mon écharpe à carreaux chez vous");
  for (let nth = 0; nth < MESSAGES; nth += 1) await record(`Message n° ${nth}`);
  await stage.app.call("POST", "/api/contacts", { name: "Zoé Carré", numbers: ["+33698765432"] });

  const box = page.getByRole("searchbox");
  const results = page.getByRole("region", { name: "Search results" });
  await test.step("accents and case do not matter, beginnings are enough, hits are marked", async () => {
    await box.fill("ECHARPE carr");
    const hit = results.getByRole("list", { name: "Messages" }).getByRole("link");
    await expect(hit).toHaveCount(1);
    await expect(hit.locator("mark")).toHaveText(["écharpe", "carreaux"]);
    expect(await barriers(page)).toEqual([]);
    await hit.click();
  });

  await test.step("the thread shows it in its place, and goes on both ways", async () => {
    const found = bubble(page, "écharpe à carreaux");
    await expect(found).toBeInViewport();
    await expect(bubble(page, `Message n° ${MESSAGES - 1}`)).toBeHidden();
    await page.getByRole("button", { name: "Go to the newest message" }).click();
    await expect(bubble(page, `Message n° ${MESSAGES - 1}`)).toBeInViewport();
  });

  await test.step("a contact to whom nothing was ever written is written to from here", async () => {
    await box.fill("zoe");
    await results.getByRole("button", { name: /Zoé Carré/ }).click();
    const dialog = page.getByRole("dialog", { name: "New SMS" });
    await expect(dialog.getByLabel("Number", { exact: true })).toHaveValue("+33698765432");
    await dialog.getByRole("textbox", { name: "Message" }).fill("Votre commande est prête");
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(bubble(page, "Votre commande est prête")).toContainText("Delivered");
  });

  await test.step("what is not there is said, and what helps", async () => {
    await box.fill("introuvable");
    await expect(results.getByText("Nothing found")).toBeVisible();
    await box.press("Escape");
    await expect(page.getByRole("list", { name: "Conversations" })).toBeVisible();
  });
});
