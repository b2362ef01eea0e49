// Calls that nobody took: the voicemail, the log, the thread, and the hours in which a number is answered.
import { until } from "../stage/waiting.mjs";
import { barriers, expect, expectNoSideways, row, signedIn, test } from "./stage.mjs";

const CUSTOMER = "+33612345678";
/** Says a tone for a while, then hangs up. */
const TALKS = { sound: "tone", hertz: 1000, hangs_up_after_ms: 15_000 };

/** The call, once it is over. */
async function over(twilio, sid) {
  return until("the caller has hung up", async () => {
    const call = await twilio.call(sid);
    return ["completed", "busy", "failed", "no-answer", "canceled"].includes(call.status) && call;
  }, 60_000);
}

async function openLog(page) {
  await page.getByRole("link", { name: /^Calls/ }).click();
  await expect(page.getByRole("heading", { name: "Calls", exact: true })).toBeVisible();
}

/** A call of the log, by whom it was with. */
const logged = (page, name) => page.getByRole("listitem").filter({ hasText: name });

test("a voicemail is left, seen in the log, played, and found in the thread", async ({ page, stage }) => {
  test.slow();
  await signedIn(page, stage);
  await openLog(page);
  await expect(page.getByText("No call yet")).toBeVisible();
  expect.soft(await barriers(page), "barriers in an empty log").toEqual([]);

  // It comes into the open log by itself.
  const sid = await stage.twilio.ring(CUSTOMER, TALKS);
  await expect(logged(page, "06 12 34 56 78")).toBeVisible();
  const call = await over(stage.twilio, sid);
  expect(call.captions.join(" ")).toContain("Laissez un message");
  await expect(logged(page, "06 12 34 56 78")).toContainText("Voicemail");
  await expect(page.getByRole("link", { name: "Calls, 1 missed" })).toBeVisible();
  expect.soft(await barriers(page), "barriers in the log").toEqual([]);

  await page.getByRole("radio", { name: "Voicemails" }).check();
  await expect(logged(page, "06 12 34 56 78")).toBeVisible();
  await page.getByRole("radio", { name: "Missed" }).check();
  await logged(page, "06 12 34 56 78").getByRole("button", { name: "Listen" }).click();
  const player = page.getByLabel("Voicemail", { exact: true });
  await expect(player).toBeVisible();
  // Its bytes are in our own storage, and can be had in parts.
  const source = await player.getAttribute("src");
  const part = await page.request.get(`${stage.app.url}${source}`, { headers: { range: "bytes=0-3" } });
  expect([part.status(), (await part.body()).toString()]).toEqual([206, "RIFF"]);
  await player.evaluate((audio) => audio.play());
  await expect.poll(() => player.evaluate((audio) => audio.currentTime)).toBeGreaterThan(0.2);
  await expect(page.getByRole("link", { name: "Calls", exact: true })).toBeVisible();

  // It is dealt with now, and yet it plays on while the list is asked for again.
  const playing = await player.elementHandle();
  await stage.twilio.ring("+33698765432", { sound: "silence", hangs_up_after_ms: 1000 });
  await expect(logged(page, "06 98 76 54 32")).toContainText("Missed call");
  expect(await playing.evaluate((audio) => audio.isConnected && (audio.ended || !audio.paused))).toBe(true);
  await page.getByRole("radio", { name: "All" }).check();
  await page.getByRole("radio", { name: "Missed" }).check();
  await expect(logged(page, "06 12 34 56 78")).toBeHidden();
  await page.getByRole("radio", { name: "All" }).check();

  // The same call, among the messages.
  await logged(page, "06 12 34 56 78").getByRole("link", { name: "06 12 34 56 78" }).click();
  const item = page.getByRole("article").filter({ hasText: "Voicemail" });
  await expect(item.getByLabel("Voicemail", { exact: true })).toBeVisible();
  await expect(row(page, "06 12 34 56 78")).toContainText("Voicemail");
  expect.soft(await barriers(page), "barriers in a thread with a call").toEqual([]);
  await expectNoSideways(page, "a thread with a call");
});

test("a missed call is dealt with, found again and exported", async ({ page, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.ring(CUSTOMER, { sound: "silence", hangs_up_after_ms: 1000 });
  await stage.twilio.ring("+33698765432", { sound: "silence", hangs_up_after_ms: 1000 });
  await expect(page.getByRole("link", { name: "Calls, 2 missed" })).toBeVisible();
  await expect(row(page, "06 98 76 54 32")).toContainText("Missed call");
  await openLog(page);
  await page.getByRole("radio", { name: "Missed" }).check();
  await expect(logged(page, "Missed call")).toHaveCount(2);
  await page.getByRole("button", { name: "Mark the call of 06 98 76 54 32 as dealt with" }).click();
  await expect(page.getByRole("link", { name: "Calls, 1 missed" })).toBeVisible();

  await page.getByRole("radio", { name: "All" }).check();
  await page.getByRole("searchbox").fill("06 98");
  await expect(logged(page, "06 98 76 54 32")).toHaveCount(1);
  await expect(logged(page, "06 12 34 56 78")).toHaveCount(0);
  await page.getByLabel("Direction").selectOption({ label: "Outgoing" });
  await expect(page.getByText("No call matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await expect(logged(page, "Missed call")).toHaveCount(2);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export (CSV)" }).click();
  expect((await download).suggestedFilename()).toBe("edgeline-calls.csv");

  await page.getByRole("button", { name: "Mark all as dealt with" }).click();
  await expect(page.getByRole("link", { name: "Calls", exact: true })).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(logged(page, "Missed call").first()).toBeVisible();
  await expectNoSideways(page, "the log, on a phone");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await expect(page.getByLabel("Result")).toBeVisible();
  await expectNoSideways(page, "the filters of the log, on a phone");
  expect.soft(await barriers(page), "barriers in the log on a phone").toEqual([]);
});

test("the opening hours of a number change what a caller hears", async ({ page, stage }) => {
  await signedIn(page, stage);
  await page.getByRole("link", { name: "Settings" }).click();
  const sections = page.getByRole("navigation", { name: "Sections of the settings" });
  await sections.getByRole("link", { name: "Calls", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Calls", exact: true })).toBeVisible();
  expect.soft(await barriers(page), "barriers in the settings of calls").toEqual([]);

  // A week with a break at noon, copied from Monday; a span the wrong way round is refused.
  await page.getByRole("switch", { name: "Answered around the clock" }).click();
  const monday = page.getByRole("group", { name: "Monday" });
  await monday.getByLabel("Monday, To").first().fill("08:00");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText("Each span must end after it begins.")).toBeVisible();
  await monday.getByLabel("Monday, To").first().fill("12:30");
  await page.getByRole("button", { name: "Monday to Friday like Monday" }).click();
  await expect(page.getByLabel("Thursday, To").first()).toHaveValue("12:30");
  await page.getByRole("button", { name: "Add the French public holidays" }).click();
  await expect(page.getByText(/14 July \d{4} · Fête nationale/).first()).toBeVisible();
  // Today and the days beside it: the browser's day may not be the number's.
  for (const days of [-1, 0, 1]) {
    const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel("Close on").fill(day);
    await page.getByLabel("Close on").blur();
  }
  await page.getByLabel("Greeting outside opening hours").fill("La boulangerie est fermée aujourd’hui.");
  expect.soft(await barriers(page), "barriers in the hours").toEqual([]);
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText("Saved. It holds from the next call on.")).toBeVisible();

  const sid = await stage.twilio.ring(CUSTOMER, { sound: "silence", hangs_up_after_ms: 4000 });
  const call = await over(stage.twilio, sid);
  expect(call.captions.join(" ")).toContain("La boulangerie est fermée aujourd’hui.");

  // What was saved is what is shown, on a phone too.
  await page.reload();
  await expect(page.getByLabel("Greeting outside opening hours")).toHaveValue("La boulangerie est fermée aujourd’hui.");
  await expect(page.getByLabel("Thursday, To").first()).toHaveValue("12:30");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSideways(page, "the settings of calls, on a phone");
});
