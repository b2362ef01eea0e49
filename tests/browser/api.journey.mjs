// A developer gets a limited token, reads the API's page, tries a path there and from a terminal, and the token ends.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { barriers, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";

/** The described request of the page, opened. */
async function entry(page, path, method) {
  // Over an empty list, so that no entry of the list before is taken for one of the next.
  const search = page.getByRole("searchbox", { name: "Find a path" });
  await search.fill("nothing has this");
  await expect(page.getByText("No path has these letters.")).toBeVisible();
  await search.fill(path);
  const found = page
    .locator(".api-entry")
    .filter({ has: page.getByText(path, { exact: true }) })
    .filter({ has: page.getByText(method, { exact: true }) });
  await found.locator("summary").click();
  await expect(found.getByRole("button", { name: "Send the request" })).toBeVisible();
  return found;
}

test("a token is made for one purpose, used as the API's page says, held to it, and revoked", async ({ page, stage }) => {
  await signedIn(page, stage);
  const { url } = stage.app;
  const ask = async (token, method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "accept-language": "en" };
    const answer = await fetch(`${url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    return [answer.status, (await answer.json()).code];
  };
  let token;

  await test.step("limited to sending, and shown once", async () => {
    await page.goto(`${url}/settings/api-tokens`);
    await expect(page.getByText("No token yet")).toBeVisible();
    await page.getByRole("button", { name: "Create a token" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a token" });
    await dialog.getByRole("switch", { name: "Limit it to what the program needs" }).check();
    const messages = dialog.getByRole("switch", { name: "Read conversations and messages" });
    await messages.uncheck();
    await dialog.getByLabel("What is it for?").fill("Caisse");
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(dialog.getByText("Choose at least one thing")).toBeVisible();
    await dialog.getByRole("switch", { name: "Send messages and notifications" }).check();
    expect.soft(await barriers(page), "barriers in a new token").toEqual([]);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    const made = page.getByRole("dialog", { name: "The token is ready" });
    token = await made.getByLabel("Token").inputValue();
    await made.getByRole("button", { name: "Done" }).click();
    const listed = page.getByRole("listitem").filter({ hasText: "Caisse" });
    await expect(listed.first()).toContainText(`…${token.slice(-4)}`);
    await expect(listed.first()).toContainText("Send messages and notifications");
    await expect(listed.first()).toContainText("Never used");
    await page.reload();
    await expect(listed.first()).toBeVisible();
    expect(await page.content(), "it is shown once").not.toContain(token);
  });

  const send = { to: CUSTOMER, body: "Votre commande est prête" };
  await test.step("the API's page tells what a path takes, who may, and what it answers", async () => {
    await page.goto(`${url}/api-docs`);
    await expect(page.getByRole("heading", { name: "API reference" })).toBeVisible();
    const sms = await entry(page, "/api/send-sms", "POST");
    await expect(sms).toContainText("agent");
    await expect(sms).toContainText("Idempotency-Key");
    await expect(sms).toContainText("opted_out");
    expect.soft(await barriers(page), "barriers in the API's page").toEqual([]);
  });

  await test.step("a path is tried there: it is real, and the answer is shown", async () => {
    const sms = await entry(page, "/api/send-sms", "POST");
    await sms.getByLabel("Body").fill(JSON.stringify({ ...send, to: "12" }));
    await sms.getByRole("button", { name: "Send the request" }).click();
    await expect(sms.getByRole("heading", { name: "Answer 422" })).toBeVisible();
    await expect(sms.locator("[aria-live] pre")).toContainText("invalid_phone_number");
    await sms.getByLabel("Body").fill(JSON.stringify({ ...send, body: "C’est un essai d’Anne" }));
    await sms.getByRole("button", { name: "Send the request" }).click();
    await expect(sms.getByRole("heading", { name: "Answer 201" })).toBeVisible();
    await expect.poll(async () => (await stage.twilio.phone(CUSTOMER)).map(({ body }) => body)).toEqual(["C’est un essai d’Anne"]);

    // What stands in the path is asked for, and goes where it belongs.
    const contact = await entry(page, "/api/contacts/{id}", "GET");
    await contact.getByLabel("id", { exact: true }).fill("a b");
    await expect(contact.locator(".api-curl")).toContainText("/api/contacts/a%20b");
  });

  await test.step("the line for a terminal works as it stands, with the token", async () => {
    const sms = await entry(page, "/api/send-sms", "POST");
    await sms.getByLabel("Body").fill(JSON.stringify({ ...send, body: "C'est prêt, à \"19 h\"" }));
    const line = await sms.locator(".api-curl").innerText();
    const env = { ...process.env, EDGELINE_TOKEN: token };
    const { stdout } = await promisify(execFile)("sh", ["-c", `${line} -s -w '\n%{http_code}'`], { env, timeout: 60_000 });
    expect(stdout.trim().split("\n").at(-1), stdout).toBe("201");
    await expect.poll(async () => (await stage.twilio.phone(CUSTOMER)).at(-1)?.body).toBe("C'est prêt, à \"19 h\"");
  });

  await test.step("what is out of its scope is refused in words that say what to do", async () => {
    expect(await ask(token, "GET", "/inbox/conversations")).toEqual([403, "scope_missing"]);
    expect(await ask(token, "GET", "/api/contacts")).toEqual([403, "scope_missing"]);
    expect(await ask(token, "POST", "/api/api-tokens", { name: "Autre", role: "agent" })).toEqual([403, "forbidden"]);
    expect(await ask("no token of ours", "POST", "/api/send-sms", send)).toEqual([401, "not_signed_in"]);
  });

  await test.step("on a phone nothing sticks out", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await entry(page, "/api/search", "GET");
    await expectNoSideways(page, "the API's page, on a phone");
    expect.soft(await barriers(page), "barriers in the API's page on a phone").toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("revoked, it opens nothing any more; what it sent stays on the record", async () => {
    await page.goto(`${url}/settings/api-tokens`);
    await expect(page.getByText(/^Used/)).toBeVisible();
    await page.getByRole("button", { name: "Revoke…" }).click();
    await page.getByRole("dialog", { name: "Revoke “Caisse”?" }).getByRole("button", { name: "Revoke", exact: true }).click();
    await expect(page.getByText("No token yet")).toBeVisible();
    expect(await ask(token, "POST", "/api/send-sms", send)).toEqual([401, "not_signed_in"]);
    await page.goto(url);
    await row(page, "C'est prêt").click();
    await expect(page.getByRole("article")).toHaveCount(2);
  });
});
