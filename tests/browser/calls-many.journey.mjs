// Fifty calls in a row, in both directions: each has sound both ways, and none is lost.
import { until } from "../stage/waiting.mjs";
import { CUSTOMER, launchOptions, test } from "./calls.mjs";

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
  await until("all were answered", async () => (await app.call("GET", "/api/calls?outcome=answered&limit=60")).items.length === 50);
});
