// A tab that the browser froze: no call goes there, and the next tab takes the line from it.
import { CUSTOMER, expect, launchOptions, test } from "./calls.mjs";

test.use({ launchOptions });

/**
 * Nothing of the page runs any more, while its sockets stay open: as in a tab that nobody looked at for long. A page that
 * Playwright drives counts as looked at, so `Page.setWebLifecycleState` does not freeze it; the debugger does. Answers
 * what wakes it.
 */
async function freeze(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Debugger.enable");
  const frozen = new Promise((done) => devtools.once("Debugger.paused", done));
  await devtools.send("Debugger.pause");
  // Something has to run to be stopped. It goes on when the page is awake.
  const stopped = page.evaluate(() => {});
  await frozen;
  return async () => {
    await devtools.send("Debugger.disable");
    await stopped;
  };
}

test("a frozen tab gets no call, gives the line to the next tab, and shows its call when it wakes", async ({ stage, desk, colleague }) => {
  const { twilio } = stage;
  const first = await desk();
  const lea = await desk(colleague);
  const wake = await freeze(first.page);
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await lea.answer();
  const rung = (await twilio.calls()).filter((call) => call.parent === sid);
  expect(rung, "only who is awake is rung").toHaveLength(1);
  await twilio.hangUp(sid);
  await lea.says("Call ended");

  const second = await desk(undefined, { takesCalls: false, context: first.page.context() });
  await second.open();
  await second.says("You can be reached.");
  const again = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1000 });
  await second.answer();
  await second.hears(1000);
  await wake();
  await first.says("In a call");
  await second.hears(1000);
  await twilio.hangUp(again);
  await second.says("Call ended");
  await first.says("Call ended");
});
