// Calls with more than two: handed on, a third asked first, a third added, and those who wait while somebody speaks.
import { until } from "../stage/waiting.mjs";
import { CUSTOMER, MICROPHONE_HERTZ, expect, farEndHears, hearsMusic, launchOptions, legTo, test } from "./calls.mjs";
import { barriers } from "./stage.mjs";

test.use({ launchOptions });

const THIRD = "+33612340002";

test("a call is handed to a colleague at once", async ({ stage, desk, colleague }) => {
  const { twilio, app } = stage;
  const anne = await desk();
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await anne.answer();
  await anne.hears(1200);
  const lea = await desk(colleague);
  await anne.press("Transfer");
  await anne.panel.getByRole("button", { name: colleague.name }).click();
  expect(await barriers(anne.page)).toEqual([]);
  await anne.press("Transfer now");
  await expect(lea.incoming.getByText("Transferred by")).toBeVisible();
  await lea.answer();
  await anne.says("Call ended");
  await lea.hears(1200);
  await farEndHears(twilio, sid, MICROPHONE_HERTZ);
  await twilio.hangUp(sid);
  await lea.says("Call ended");
  await until("it stayed one call", async () => {
    const { items } = await app.call("GET", "/api/calls");
    return items.length === 1 && items[0].outcome === "answered";
  });
});

test("a colleague who does not take it: the call comes back to the one who handed it on", async ({ stage, desk, colleague }) => {
  const { twilio } = stage;
  const anne = await desk();
  const lea = await desk(colleague);
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1200 });
  await anne.dial(CUSTOMER);
  await anne.hears(1200);
  await anne.press("Transfer");
  await anne.panel.getByRole("button", { name: colleague.name }).click();
  await anne.press("Transfer now");
  await expect(lea.incoming).toBeVisible();
  await lea.incoming.getByRole("button", { name: "Reject" }).click();
  await expect(anne.incoming.getByText("Nobody took the transfer")).toBeVisible();
  await anne.answer();
  await anne.hears(1200);
  const { sid } = await legTo(twilio, CUSTOMER);
  await farEndHears(twilio, sid, MICROPHONE_HERTZ);
  await anne.press("Hang up");
  await until("the customer is released", async () => (await twilio.call(sid)).status === "completed");
});

test("a third is asked first, all three speak, and two go on without the first", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(THIRD, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1500 });
  const anne = await desk();
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1000 });
  await anne.answer();
  await anne.hears(1000);
  await anne.press("Transfer");
  await anne.panel.getByLabel(/To whom/).fill(THIRD);
  await anne.press("Speak first");
  // The customer waits, and the other two speak with each other.
  await hearsMusic(twilio, sid);
  await anne.hears(1500);
  const third = await dialled(twilio, THIRD);
  await farEndHears(twilio, third.sid, MICROPHONE_HERTZ);

  await anne.press("Speak all together");
  await allHearEachOther({ twilio, anne, customer: sid, third: third.sid });

  await anne.press("Hang up");
  await anne.says("Call ended");
  await farEndHears(twilio, sid, 1500);
  await farEndHears(twilio, third.sid, 1000);
  await twilio.hangUp(third.sid);
  await until("nobody waits alone", async () => (await twilio.call(sid)).status === "completed");
});

test("a third is added to a call, and leaves it again", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  await twilio.behave(THIRD, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1500 });
  const anne = await desk();
  await anne.dial(CUSTOMER);
  await anne.hears(1000);
  const customer = await legTo(twilio, CUSTOMER);
  await anne.press("Transfer");
  await anne.panel.getByLabel(/To whom/).fill(THIRD);
  await anne.press("Add to the call");
  const third = await dialled(twilio, THIRD);
  await allHearEachOther({ twilio, anne, customer: customer.sid, third: third.sid });
  await twilio.hangUp(third.sid);
  await anne.hears(1000);
  await farEndHears(twilio, customer.sid, MICROPHONE_HERTZ);
  await anne.press("Hang up");
  await until("the customer is released", async () => (await twilio.call(customer.sid)).status === "completed");
});

test("an engaged number ends the call, and whoever is in a call is told of the next", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  const anne = await desk();
  await twilio.behave(THIRD, { takes: "busy" });
  await anne.dial(THIRD);
  await until("it was engaged", async () => (await app.call("GET", "/api/calls?outcome=busy")).items.length === 1);
  await anne.says("The line is engaged");
  await anne.press("Done");

  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  await anne.dial(CUSTOMER);
  await anne.hears(1000);
  const second = await twilio.ring("+33612340009");
  await expect(anne.page.getByText(/Call waiting/).first()).toBeVisible();
  await expect(anne.incoming).toBeHidden();
  await until("the second hears the greeting", async () => (await twilio.call(second)).captions.length > 0, 30_000);
});

test("a number that may not be called is refused in words, on the screen and in the log", async ({ stage, desk }) => {
  const { app } = stage;
  const anne = await desk();
  for (const [number, words] of [
    ["0899 70 00 00", /Premium-rate/],
    ["112", /Emergency/],
  ]) {
    await anne.dial(number);
    await anne.says(words);
    await anne.press("Done");
  }
  const { items } = await app.call("GET", "/api/calls?outcome=rejected");
  expect(items.map(({ rejected }) => rejected)).toEqual(["emergency", "premium"]);
});

test("what is known of a caller stands beside their name while it rings", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  await app.call("POST", "/api/contacts", { name: "Zoé Martin", numbers: [CUSTOMER] });
  await twilio.text({ from: CUSTOMER, body: "Je vous appelle demain" });
  await until("the text is here", async () => (await app.call("GET", "/inbox/conversations")).items.length === 1);
  const anne = await desk();
  await twilio.ring(CUSTOMER);
  await expect(anne.incoming.getByText("Zoé Martin")).toBeVisible();
  await expect(anne.incoming.getByText("Je vous appelle demain")).toBeVisible();
  expect(await barriers(anne.page)).toEqual([]);
});

/** The leg to a number, which the panel asked for a moment ago. */
const dialled = (twilio, to) =>
  until(`${to} is called`, async () => (await twilio.calls()).find((call) => call.to === to && call.direction !== "inbound"));

/** Of three who say tones, each is silenced in turn: what the others hear then is the rest. */
async function allHearEachOther({ twilio, anne, customer, third }) {
  await twilio.sound(third, null);
  await farEndHears(twilio, customer, MICROPHONE_HERTZ);
  await anne.hears(1000);
  await farEndHears(twilio, third, 1000);
  await twilio.sound(third, 1500);
  await twilio.sound(customer, null);
  await farEndHears(twilio, third, MICROPHONE_HERTZ);
  await anne.hears(1500);
  await farEndHears(twilio, customer, 1500);
  await twilio.sound(customer, 1000);
}
