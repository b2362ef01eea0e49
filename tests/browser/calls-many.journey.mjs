// Fifty calls in a row, in both directions: each has sound both ways, and none is lost.
import { until } from "../stage/waiting.mjs";
import { CUSTOMER, expect, launchOptions, test } from "./calls.mjs";

test.use({ launchOptions });

test("of fifty calls in a row none is lost", async ({ stage, desk }) => {
  test.setTimeout(900_000);
  const { twilio, app } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  const anne = await desk();
  for (let turn = 0; turn < 25; turn++) {
    await test.step(`turn ${turn}`, async () => {
      const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1000 });
      await anne.answer();
      await anne.flows();
      await twilio.hangUp(sid);
      await anne.press("Done");
      await anne.dial(CUSTOMER);
      await anne.says("In a call");
      await anne.flows();
      await anne.press("Hang up");
      await anne.press("Done");
    });
  }
  expect(await twilio.alerts(), "each webhook was taken").toEqual([]);
  const logged = async () => (await app.call("GET", "/api/calls?limit=60")).items;
  await until("all are over", async () => (await logged()).every(({ ended_at }) => ended_at), 60_000);
  const calls = await logged();
  expect(calls.filter(({ outcome }) => outcome !== "answered")).toEqual([]);
  expect(calls.length).toBe(50);
});
