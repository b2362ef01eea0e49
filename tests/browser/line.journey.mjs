// An administrator sets the line up from the panel, tries it, and sees when somebody changed it at Twilio.
import { ACCOUNT, AUTH_TOKEN, NUMBER } from "../stage/simulator.mjs";
import { barriers, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

/** What somebody sets at Twilio's console. */
async function atTwilio(twilio, settings) {
  const base = `${twilio.url}/2010-04-01/Accounts/${ACCOUNT}/IncomingPhoneNumbers`;
  const headers = { authorization: `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}` };
  const list = await (await fetch(`${base}.json?PhoneNumber=${encodeURIComponent(NUMBER)}`, { headers })).json();
  const [{ sid }] = list.incoming_phone_numbers;
  const answer = await fetch(`${base}/${sid}.json`, { method: "POST", headers, body: new URLSearchParams(settings) });
  expect(answer.status).toBe(200);
}

test("the line is checked, set right and tried; what is changed at Twilio is seen", async ({ page, stage }) => {
  await signedIn(page, stage);
  await page.goto(`${stage.app.url}/settings/health`);
  const line = page.getByRole("article", { name: "Standard" });
  await expect(line.getByText("Never checked")).toBeVisible();
  await expect(page.getByText("Works", { exact: true })).toHaveCount(3);

  await test.step("what differs is named with what it is and should be", async () => {
    await atTwilio(stage.twilio, { SmsUrl: "https://elsewhere.example/sms" });
    await line.getByRole("button", { name: "Check now" }).click();
    await expect(line.getByText("https://elsewhere.example/sms")).toBeVisible();
    await expect(line.getByText(`${stage.app.url}/handle_sms#`, { exact: false }).first()).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSideways(page, "the line's health");
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("one press sets it right", async () => {
    await line.getByRole("button", { name: "Set it right" }).click();
    await expect(page.getByText("The line is set up.").first()).toBeVisible();
    await expect(line.getByText("https://elsewhere.example/sms")).toBeHidden();
    await expect(line.getByRole("button", { name: "Set it right" })).toBeHidden();
    await line.getByText(/settings in order/).click();
    await expect(line.getByText("Calls, when the first address fails").first()).toBeVisible();
    expect(await barriers(page)).toEqual([]);
  });

  await test.step("a signed message and a signed call come in, and nobody sees them", async () => {
    await line.getByRole("button", { name: "Try the line" }).click();
    await expect(line.getByText(/A signed message arrived and was noted in \d+ ms/)).toBeVisible();
    await expect(line.getByText(/A signed call arrived and was noted in \d+ ms/)).toBeVisible();
  });

  await test.step("a customer's text arrives by the new address", async () => {
    await stage.twilio.text({ from: "+33639980042", body: "Vous m’entendez ?" });
    await page.goto(stage.app.url);
    await expect(row(page, "Vous m’entendez ?")).toBeVisible();
  });
});

test("the countries that one may write to are chosen by their names", async ({ page, stage }) => {
  await signedIn(page, stage);
  await page.goto(`${stage.app.url}/settings/integrations`);
  const add = page.getByLabel("Add a country");
  const allowed = page.getByRole("list", { name: "Allowed countries" });
  await expect(allowed.getByText("France")).toBeVisible();

  await test.step("one is added by its name and one by its code", async () => {
    await add.fill("brazil");
    await add.press("Enter");
    await expect(allowed.getByText("Brazil")).toBeVisible();
    await expect(add).toHaveValue("");
    await add.fill("jp");
    await add.press("Tab");
    await expect(allowed.getByText("Japan")).toBeVisible();
  });

  await test.step("what is no country is said, and not saved", async () => {
    await add.fill("Narnia");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("There is no country of this name.")).toBeVisible();
    await expect(page.getByText("Saved", { exact: true })).toBeHidden();
    expect(await barriers(page)).toEqual([]);
    await add.fill("");
  });

  await test.step("what is saved is still there", async () => {
    await allowed.getByRole("button", { name: "Remove Germany" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await page.reload();
    await expect(allowed.getByText("Brazil")).toBeVisible();
    await expect(allowed.getByText("Germany")).toBeHidden();
  });
});
