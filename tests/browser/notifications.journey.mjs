// Being told while another window has one's eyes.
import { expect, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33639980043";

test("who wants to be told is told of a message while looking elsewhere, and only then", async ({ page, context, stage }) => {
  await context.grantPermissions(["notifications"], { origin: stage.app.url });
  await signedIn(page, stage);
  const shown = () => page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, data }) => ({ title, body, path: data.path }));
  });
  const lookElsewhere = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  }, hidden);

  await lookElsewhere(true);
  await stage.twilio.text({ from: CUSTOMER, body: "Personne n’a demandé" });
  await expect(row(page, "Personne n’a demandé")).toBeVisible();
  expect(await shown()).toEqual([]);

  await page.getByRole("link", { name: "Settings" }).click();
  const wanted = page.getByRole("switch", { name: "A new message arrives" });
  await wanted.check();
  await expect(wanted).toBeChecked();
  await page.reload();
  await expect(wanted).toBeChecked();

  await stage.twilio.text({ from: CUSTOMER, body: "Sous vos yeux" });
  await expect(page).toHaveTitle(/^\(1\)/);
  expect(await shown()).toEqual([]);
  await lookElsewhere(true);
  await stage.twilio.text({ from: CUSTOMER, body: "Êtes-vous là ?" });
  await expect.poll(shown).toEqual([{ title: "06 39 98 00 43", body: "Êtes-vous là ?", path: expect.stringMatching(/^\/c\//) }]);
});

test("the panel can be installed", async ({ page, stage }) => {
  await page.goto(stage.app.url);
  const address = await page.locator("link[rel=manifest]").getAttribute("href");
  const manifest = await (await page.request.get(stage.app.url + address)).json();
  for (const { src, type } of manifest.icons) {
    const icon = await page.request.get(stage.app.url + src);
    expect(icon.headers()["content-type"]).toBe(type);
  }
  const worker = await page.request.get(`${stage.app.url}/notifier.js`);
  expect(worker.headers()["cache-control"]).toBe("no-cache");
  expect(await worker.text()).not.toContain('"fetch"');
});
