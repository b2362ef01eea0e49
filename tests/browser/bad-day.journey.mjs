// A bad day: the connection is lost, Twilio refuses, a customer has said STOP.
import { bubble, expect, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";

test("a lost connection is shown, and what came meanwhile appears when it is back", async ({ page, stage }) => {
  let isDown = false;
  const sockets = [];
  await page.routeWebSocket(/\/api\/live/, (socket) => {
    if (isDown) {
      socket.close();
      return;
    }
    sockets.push(socket);
    socket.connectToServer();
  });
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "avant la coupure" });
  await expect(row(page, "avant la coupure")).toBeVisible();

  isDown = true;
  for (const socket of sockets) await socket.close({ code: 1001, reason: "the network is gone" });
  await expect(page.getByText(/Connection lost — what you see is \d+ s old/)).toBeVisible();
  await stage.twilio.text({ from: CUSTOMER, body: "pendant la coupure" });
  await page.waitForTimeout(300);
  await expect(row(page, "pendant la coupure")).toBeHidden();

  isDown = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText(/Connection lost/)).toBeHidden();
  await expect(row(page, "pendant la coupure")).toContainText("2 unread messages");
  await stage.twilio.text({ from: CUSTOMER, body: "après la coupure" });
  await expect(row(page, "après la coupure")).toBeVisible();
});

test("the server dies and comes back, and nobody has to reload", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "avant" });
  await expect(row(page, "avant")).toBeVisible();
  await stage.app.kill();
  await stage.twilio.text({ from: CUSTOMER, body: "après" });
  await expect(row(page, "après")).toBeVisible({ timeout: 40_000 });
});

test("what nobody announced is read when the connection is back", async ({ page, stage }) => {
  let tells = true;
  const sockets = [];
  await page.routeWebSocket(/\/api\/live/, (socket) => {
    sockets.push(socket);
    // A Worker that ends between its 200 and the hub: the hub greets, and knows of nothing.
    socket.connectToServer().onMessage((frame) => {
      if (tells || !`${frame}`.includes('"type":"event"')) socket.send(frame);
    });
  });
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "avant" });
  await expect(row(page, "avant")).toBeVisible();

  await page.waitForLoadState("networkidle");

  tells = false;
  await stage.twilio.text({ from: CUSTOMER, body: "jamais annoncé" });
  await expect(row(page, "avant")).toBeVisible();
  for (const socket of sockets) await socket.close({ code: 1001, reason: "the network is gone" });
  await expect(row(page, "jamais annoncé")).toBeVisible();
});

test("what Twilio refuses is explained beside the message, and sent again on request", async ({ page, stage }) => {
  await signedIn(page, stage);
  await page.getByRole("button", { name: "New SMS" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Number", { exact: true }).fill("06 00 02 16 12");
  await dialog.getByLabel("Message").fill("Bonjour");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await expect(dialog.getByText("This number cannot be reached from ours this way.")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await row(page, "Bonjour").click();
  await expect(bubble(page, "Bonjour")).toContainText("Not delivered");
  await expect(page.getByText("This number cannot be reached from ours this way.")).toBeVisible();
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("article")).toHaveCount(2);
});

test("who said STOP is not written to", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "STOP" });
  const conversation = row(page, "STOP");
  await expect(conversation).toContainText("Opted out");
  await conversation.click();
  await expect(page.getByText("This person asked not to receive messages (STOP).")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Message" })).toBeHidden();
  await stage.twilio.text({ from: CUSTOMER, body: "START" });
  await expect(page.getByRole("textbox", { name: "Message" })).toBeVisible();
});

test("a message that was written during a cut is not lost and not sent twice", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Vous êtes là ?" });
  await row(page, "Vous êtes là ?").click();
  // The request arrives, its answer does not.
  let cut = true;
  await page.route("**/inbox/conversations/*/messages", async (route) => {
    if (route.request().method() !== "POST" || !cut) return route.fallback();
    cut = false;
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page.getByRole("textbox", { name: "Message" }).fill("Oui, tout de suite");
  await page.keyboard.press("Enter");
  const again = page.getByRole("button", { name: "Send again" });
  const settled = bubble(page, "Oui, tout de suite").filter({ hasText: "Delivered" });
  await expect(again.or(settled).first()).toBeVisible();
  if (await again.isVisible()) await again.click();
  await expect(settled).toBeVisible();
  await expect(bubble(page, "Oui, tout de suite")).toHaveCount(1);
  const shown = await stage.twilio.phone(CUSTOMER);
  expect(shown.filter(({ body }) => body === "Oui, tout de suite")).toHaveLength(1);
});

test("a part of the panel that does not arrive says so, and comes when asked again", async ({ page, stage }) => {
  // From the start: the panel fetches it by itself when it has nothing else to do.
  await page.route("**/edgeline-office-*.wasm", (route) => route.abort("internetdisconnected"));
  await signedIn(page, stage);
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "This could not be loaded" })).toBeVisible();
  // The rest of the panel goes on.
  await page.getByRole("link", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.unroute("**/edgeline-office-*.wasm");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
});

test("who goes on before a part of the panel has come is not held up by it", async ({ page, stage }) => {
  let arrive;
  const held = new Promise((resolve) => (arrive = resolve));
  await page.route("**/edgeline-office-*.wasm", async (route) => {
    await held;
    await route.fallback();
  });
  await signedIn(page, stage);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  const fetched = page.waitForResponse("**/edgeline-office-*.wasm");
  arrive();
  await (await fetched).finished();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
});
