// A desk with a telephone: its microphone and sound, callers who come together, and being told in time.
import { CUSTOMER, expect, launchOptions, test } from "./calls.mjs";
import { barriers } from "./stage.mjs";

test.use({ launchOptions });

/** In the page, before its scripts: what is played, which microphones are opened, and one that is said to be broken. */
function sounds() {
  const { play } = HTMLMediaElement.prototype;
  window.played = 0;
  HTMLMediaElement.prototype.play = function (...all) {
    window.played += 1;
    return play.apply(this, all);
  };
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.opened = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const chosen = wanted.audio?.deviceId?.exact;
    if (chosen && localStorage.getItem("broken")) throw new DOMException("in use", "NotReadableError");
    const stream = await open(wanted);
    window.opened.push({ chosen, stream });
    return stream;
  };
  /** The chosen microphones that listen now; an empty name is the system's own. */
  window.listening = () =>
    window.opened
      .filter(({ stream }) => stream.getTracks().some(({ readyState }) => readyState === "live"))
      .map(({ chosen }) => chosen ?? "");
}

test("microphone and sound are chosen and tried; one that cannot be opened makes nobody unreachable", async ({ stage, desk }) => {
  const { twilio } = stage;
  const anne = await desk(undefined, { before: (page) => page.addInitScript(sounds) });
  await anne.press("Microphone and sound");
  expect(await barriers(anne.page)).toEqual([]);
  const microphones = anne.panel.getByLabel("Microphone", { exact: true });
  const named = await microphones.locator("option").allTextContents();
  expect(named.length, named.join()).toBeGreaterThan(1);
  await microphones.selectOption({ label: named.at(-1) });
  const chosen = await microphones.inputValue();
  await anne.press("Test the microphone");
  const level = anne.panel.getByRole("meter", { name: "Level of the microphone" });
  await expect.poll(async () => Number(await level.getAttribute("aria-valuenow")), { timeout: 20_000 }).toBeGreaterThan(0.05);
  await anne.press("Stop the test");
  for (const sound of ["Play a sound", "Ring"]) {
    const before = await anne.page.evaluate(() => window.played);
    await anne.press(sound);
    await expect.poll(() => anne.page.evaluate(() => window.played), { message: sound }).toBeGreaterThan(before);
  }
  await anne.press("Done");
  const listening = () => anne.page.evaluate(() => window.listening());
  await expect.poll(listening, { message: "nobody listens between calls" }).toEqual([]);

  await anne.page.reload();
  await anne.open();
  await anne.says("You can be reached.");
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1000 });
  await anne.answer();
  await anne.hears(1000);
  expect(await listening()).toEqual([chosen]);
  await twilio.hangUp(sid);
  await anne.press("Done");
  await expect.poll(listening, { message: "nobody listens after the call" }).toEqual([]);

  await anne.page.evaluate(() => localStorage.setItem("broken", "yes"));
  await anne.page.reload();
  await expect(anne.page.getByText("cannot be opened: the system’s own is used")).toBeVisible({ timeout: 20_000 });
  await anne.open();
  await anne.says("You can be reached.");
});

test("two ring at once, in a tab that nobody looks at: both are told, one is taken, and closing the tab is warned of", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  const allow = (page) => page.context().grantPermissions(["microphone", "notifications"], { origin: app.url });
  const anne = await desk(undefined, { before: allow });
  const lookElsewhere = (hidden) =>
    anne.page.evaluate((hidden) => {
      Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
    }, hidden);
  await lookElsewhere(true);
  const first = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1000 });
  await expect(anne.incoming).toBeVisible({ timeout: 20_000 });
  const shown = () =>
    anne.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title }) => title);
    });
  await expect.poll(shown).toEqual(["Incoming call"]);
  await lookElsewhere(false);

  // Nobody speaks yet: the second caller rings here, too.
  const second = await twilio.ring("+33698765432", { sound: "tone", hertz: 1300 });
  await expect(anne.incoming).toHaveCount(2, { timeout: 20_000 });
  await anne.incoming.filter({ hasText: "06 98 76 54 32" }).getByRole("button", { name: "Accept" }).click();
  await anne.says("In a call");
  await expect(anne.incoming).toHaveCount(0);
  await anne.hears(1300);

  const warned = anne.page.waitForEvent("dialog");
  await anne.page.close({ runBeforeUnload: true });
  const dialog = await warned;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await anne.hears(1300);
  await twilio.hangUp(first);
  await twilio.hangUp(second);
  await anne.says("Call ended");
});
