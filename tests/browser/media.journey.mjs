// Pictures and files, both ways.
import { ACCOUNT, AUTH_TOKEN, TEXT_NUMBER } from "../stage/simulator.mjs";
import { PDF, drop, paste, photo } from "./pictures.mjs";
import { barriers, bubble, expect, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33639980042";

test("a customer sends a picture and a PDF, and gets a photo back", async ({ page, context, stage }) => {
  await signedIn(page, stage);
  const phone = await context.newPage();
  await test.step("from the customer's phone", async () => {
    await phone.goto(stage.twilio.url);
    await phone.getByRole("textbox", { name: "Message" }).fill("Voici le plan et le devis");
    await phone.locator("#file").setInputFiles([
      { name: "plan.jpg", mimeType: "image/jpeg", buffer: await photo(phone, { width: 640, height: 480 }) },
      { name: "devis.pdf", mimeType: "application/pdf", buffer: PDF },
    ]);
    await phone.getByRole("button", { name: "Send" }).click();
  });

  const said = bubble(page, "Voici le plan et le devis");
  await test.step("they stand in the thread, and the picture opens in full", async () => {
    await row(page, "Voici le plan et le devis").click();
    const picture = said.getByRole("button", { name: /^Look at/ });
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.locator("img").evaluate((image) => image.naturalWidth)).toBe(640);
    const pdf = said.getByRole("link", { name: /PDF/ });
    await expect(pdf).toBeVisible();
    const answer = await page.request.get(`${stage.app.url}${await pdf.getAttribute("href")}`);
    expect(answer.headers()["content-type"]).toBe("application/pdf");
    expect(await answer.body()).toEqual(PDF);
    await picture.click();
    const full = page.getByRole("dialog");
    await expect(full.getByRole("img")).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(full).toBeHidden();
    await expect(picture).toBeFocused();
  });

  await test.step("a large photo is dropped anywhere on the thread, made smaller, and sent", async () => {
    const large = await photo(page, { width: 3000, height: 2000, orientation: 6 });
    expect(large.length).toBeGreaterThan(3_000_000);
    await drop(said, [{ name: "vitrine.jpg", mimeType: "image/jpeg", buffer: large }]);
    const attached = page.getByRole("list", { name: "Attached files" });
    await expect(attached.getByText("vitrine.jpg")).toBeVisible();
    await expect(attached.getByText(/^[\d.]+\s(KB|MB)$/)).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Message" }).fill("La vitrine, comme promis");
    await page.keyboard.press("Enter");
    await expect(attached).toBeHidden();
    const ours = bubble(page, "La vitrine, comme promis");
    await expect(ours.filter({ hasText: "Delivered" })).toBeVisible();
    // Held upright by the camera's note: what was lying is standing now, on every telephone.
    const size = () => ours.locator("img").evaluate((image) => [image.naturalWidth, image.naturalHeight]);
    await expect.poll(size).toEqual([1365, 2048]);
  });

  await test.step("the phone shows it", async () => {
    const shown = phone.locator("img").last();
    await expect.poll(() => shown.evaluate((image) => image.naturalHeight)).toBe(2048);
    const shownTo = await stage.twilio.phone(await phone.locator("#customer").inputValue());
    const { media } = shownTo.find(({ body }) => body === "La vitrine, comme promis");
    expect(media.map(({ content_type }) => content_type)).toEqual(["image/jpeg"]);
  });
});

test("what a channel does not carry is refused before it is sent, and an upload that is cut goes on", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Vous avez les photos ?" });
  await row(page, "Vous avez les photos ?").click();
  const attached = page.getByRole("list", { name: "Attached files" });
  const send = page.getByRole("button", { name: "Send", exact: true });

  await test.step("a program is refused in words", async () => {
    await page.getByLabel("Attach files").setInputFiles({ name: "outil.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
    await expect(attached.getByText("This kind of file cannot be sent on this channel.")).toBeVisible();
    await expect(send).toBeDisabled();
    await page.getByRole("button", { name: "Remove outil.exe" }).click();
    await expect(attached).toBeHidden();
  });

  await test.step("a cut upload is tried again", async () => {
    let cut = true;
    await page.route("**/api/uploads*", (route) => (cut ? route.abort("connectionreset") : route.fallback()));
    await page.getByLabel("Attach files").setInputFiles({ name: "note.pdf", mimeType: "application/pdf", buffer: PDF });
    await expect(attached.getByText(/The server cannot be reached/)).toBeVisible();
    cut = false;
    await attached.getByRole("button", { name: "Try again" }).click();
    await expect(send).toBeEnabled();
  });

  await test.step("what was attached is still there after looking elsewhere", async () => {
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: /^Inbox/ }).click();
    await row(page, "Vous avez les photos ?").click();
    await expect(attached.getByText("note.pdf")).toBeVisible();
    await send.click();
    await expect(page.getByRole("article").filter({ hasText: "PDF" }).filter({ hasText: "Delivered" })).toBeVisible();
  });
});

test("a number that cannot send MMS sends a link, and says so first", async ({ page, stage }) => {
  await signedIn(page, stage);
  const integration = await stage.app.call("POST", "/inbox/integrations", {
    name: "Mobile",
    account_id: ACCOUNT,
    api_key: AUTH_TOKEN,
    phone_number: TEXT_NUMBER,
  });
  await stage.app.call("POST", `/inbox/integrations/${integration.id}/test`);
  await stage.twilio.text({ from: CUSTOMER, to: TEXT_NUMBER, body: "Un devis ?" });
  await row(page, "Un devis ?").click();
  await page.getByLabel("Attach files").setInputFiles({ name: "devis.pdf", mimeType: "application/pdf", buffer: PDF });
  await expect(page.getByText("This number cannot send MMS. The files go as links in the SMS.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Attached files" })).toContainText("1 KB");
  await page.getByRole("textbox", { name: "Message" }).fill("Le voici");
  await page.keyboard.press("Enter");
  await expect(bubble(page, "Le voici").filter({ hasText: "Delivered" })).toBeVisible();
  const { body, media } = (await stage.twilio.phone(CUSTOMER)).find(({ body }) => body.startsWith("Le voici"));
  expect(media).toEqual([]);
  const file = await page.request.get(body.split("\n").at(-1));
  expect(await file.body()).toEqual(PDF);
});

test("a screenshot is pasted and sent at once: the message leaves when it has arrived", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: CUSTOMER, body: "Une photo ?" });
  await stage.twilio.text({ from: "+33639980043", body: "Vous ouvrez quand ?" });
  const box = page.getByRole("textbox", { name: "Message" });
  const attached = page.getByRole("list", { name: "Attached files" });
  const leaves = page.getByText("Your message leaves as soon as its files are here.");
  const shot = { name: "capture.jpg", mimeType: "image/jpeg", buffer: await photo(page, { width: 320, height: 240 }) };
  let answer = "wait";
  const held = [];
  const goOn = (route) => (answer === "cut" ? route.abort("connectionreset") : route.fallback());
  await page.route("**/api/uploads*", (route) => (answer === "wait" ? held.push(route) : goOn(route)));
  const release = (now) => {
    answer = now;
    return Promise.all(held.splice(0).map(goOn));
  };
  const pasteAndSend = async (text) => {
    answer = "wait";
    await paste(box, [shot]);
    await expect(attached.getByText(/% uploaded/)).toBeVisible();
    await box.fill(text);
    await page.keyboard.press("Enter");
    await expect(leaves).toBeVisible();
  };

  await test.step("it leaves while another conversation is looked at", async () => {
    await row(page, "Une photo ?").click();
    await pasteAndSend("Voilà");
    await expect(attached.getByRole("progressbar", { includeHidden: true })).toBeVisible();
    await row(page, "Vous ouvrez quand ?").click();
    await expect(bubble(page, "Vous ouvrez quand ?")).toBeVisible();
    await release("arrive");
    await expect(row(page, "Voilà")).toBeVisible();
    await row(page, "Voilà").click();
    await expect(bubble(page, "Voilà").filter({ hasText: "Delivered" })).toHaveCount(1);
    await expect(box).toHaveValue("");
    await expect(attached).toBeHidden();
  });

  await test.step("whoever writes on sends it later", async () => {
    await pasteAndSend("Et l’autre côté");
    await box.press("End");
    await box.pressSequentially(" aussi");
    await expect(leaves).toBeHidden();
    await release("arrive");
    await expect(attached.getByText(/KB$/)).toBeVisible();
    await expect(box).toHaveValue("Et l’autre côté aussi");
    await page.keyboard.press("Enter");
    await expect(bubble(page, "Et l’autre côté aussi").filter({ hasText: "Delivered" })).toHaveCount(1);
  });

  await test.step("what does not arrive is told, and nothing of the message is lost", async () => {
    await pasteAndSend("La dernière");
    await row(page, "Vous ouvrez quand ?").click();
    await release("cut");
    await expect(page.getByText(/^capture\.jpg – The server cannot be reached/)).toBeVisible();
    await row(page, "Et l’autre côté aussi").click();
    await expect(box).toHaveValue("La dernière");
    answer = "arrive";
    await attached.getByRole("button", { name: "Try again" }).click();
    await expect(attached.getByText(/KB$/)).toBeVisible();
    await box.focus();
    await page.keyboard.press("Enter");
    await expect(bubble(page, "La dernière").filter({ hasText: "Delivered" })).toHaveCount(1);
    const { length } = (await stage.twilio.phone(CUSTOMER)).filter(({ media }) => media.length > 0);
    expect(length).toBe(3);
  });
});
