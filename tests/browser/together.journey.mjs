// Two people at one inbox.
import { PASSWORD, bubble, expect, row, signIn, signedIn, test, watch } from "./stage.mjs";

const CUSTOMER = "+33612345678";

/** A colleague who accepted an invitation, in a browser of their own. */
async function colleague(browser, { app }, name, email) {
  const { invitation_url } = await app.call("POST", "/api/users", { email, name, role: "agent", language: "en" });
  await app.call("POST", "/api/invitation", { token: invitation_url.split("#")[1], password: PASSWORD }, { origin: app.url });
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  const trouble = watch(page);
  await signIn(page, app, email, PASSWORD);
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  return { page, trouble, close: () => context.close() };
}

test("an answer that was long on its way undoes nothing that was told meanwhile", async ({ page, stage }) => {
  let heard = "";
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => (heard += payload)));
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "une table ce soir ?" });
  await expect(row(page, "une table")).toBeVisible();
  const [{ id }] = (await stage.app.call("GET", "/inbox/conversations")).items;

  // The list as it is now, in a browser that gets it later.
  let arrive;
  const arrives = new Promise((resolve) => (arrive = resolve));
  const answered = new Promise((resolve) =>
    page.route(/\/inbox\/conversations\?/, async (route) => {
      const response = await route.fetch();
      resolve();
      await arrives;
      await route.fulfill({ response });
    }),
  );
  await page.getByRole("button", { name: "To reply" }).click();
  await answered;
  await stage.app.call("PATCH", `/inbox/conversations/${id}`, { contact_name: "Mme Petit" });
  await stage.twilio.text({ from: "+33698765432", body: "et pour déjeuner ?" });
  await expect.poll(() => heard).toContain("et pour déjeuner");
  arrive();
  await expect(row(page, "Mme Petit")).toBeVisible();
  await expect(row(page, "et pour déjeuner")).toBeVisible();
});

const write = (page) => page.getByRole("textbox", { name: "Message" });

test("they see each other look and type, hand a conversation on, and do not answer twice", async ({ page, browser, stage }) => {
  await signedIn(page, stage);
  const lea = await colleague(browser, stage, "Léa Dubois", "lea@example.com");
  await stage.twilio.text({ from: CUSTOMER, body: "Avez-vous une table ce soir ?" });
  for (const theirs of [page, lea.page]) await row(theirs, "une table").click();

  await test.step("who looks, who types", async () => {
    await expect(page.getByText("Léa Dubois is looking, too")).toBeVisible();
    await expect(lea.page.getByText("Anne Martin is looking, too")).toBeVisible();
    await write(lea.page).pressSequentially("Bonjour, ");
    await expect(page.getByText("Léa Dubois is writing…")).toBeVisible();
  });

  await test.step("one takes it over, and the other sees whose it is", async () => {
    await lea.page.getByRole("button", { name: "Actions on the conversation" }).click();
    await lea.page.getByRole("menuitem", { name: "Take over" }).click();
    await expect(page.getByRole("button", { name: "Assigned to Léa Dubois" })).toBeVisible();
    await expect(row(page, "une table").getByTitle("Assign to Léa Dubois")).toBeVisible();
  });

  await test.step("who is still writing is warned that it was answered", async () => {
    await write(page).fill("Oui, à 20 h.");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "Oui, à 20 h.")).toContainText("Delivered");
    await expect(lea.page.getByText(/Anne Martin has answered while you were writing: “Oui, à 20 h.”/)).toBeVisible();
    await write(lea.page).fill("");
  });

  await test.step("an answer that crosses another's is stopped before it leaves", async () => {
    // Léa's browser hears nothing of Anne's answer before hers is on its way.
    await lea.page.routeWebSocket(/\/api\/live/, () => {});
    await lea.page.reload();
    await expect(write(lea.page)).toBeVisible();
    await write(page).fill("Pour combien de personnes ?");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "Pour combien")).toContainText("Delivered");
    await write(lea.page).fill("Combien serez-vous ?");
    await lea.page.keyboard.press("Enter");
    const stopped = lea.page.getByRole("alert").filter({ hasText: "Somebody else has answered meanwhile" });
    await expect(stopped).toBeVisible();
    await stopped.getByRole("button", { name: "Discard" }).click();
    await expect(bubble(lea.page, "Combien serez-vous ?")).toBeHidden();
    const shown = await stage.twilio.phone(CUSTOMER);
    expect(shown.filter(({ mine }) => !mine).map(({ body }) => body).sort()).toEqual(["Oui, à 20 h.", "Pour combien de personnes ?"]);
  });
  expect(lea.trouble).toEqual([]);
  await lea.close();
});
