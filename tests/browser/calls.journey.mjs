// Calls from end to end: the panel's softphone in Chromium, the product on workerd, and the simulated Twilio's telephones.
import { until } from "../stage/waiting.mjs";
import { CUSTOMER, MICROPHONE_HERTZ, expect, farEndHears, hearsMusic, launchOptions, legTo, test } from "./calls.mjs";
import { barriers } from "./stage.mjs";
import { loudestHertz, loudestTones, token } from "./telephone.mjs";

test.use({ launchOptions });

const THIRD = "+33612340002";

test("a call goes out from the dial pad, is heard at both ends, muted, carries keys, and ends", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 300, sound: "tone", hertz: 1000 });
  const anne = await desk();
  await anne.dial("06 12 34 56 78");
  await anne.says("In a call");
  await anne.hears(1000);
  const leg = await legTo(twilio, CUSTOMER);
  await farEndHears(twilio, leg.sid, MICROPHONE_HERTZ);
  expect(await barriers(anne.page)).toEqual([]);

  await anne.press("Mute");
  await until("the customer hears nothing", async () => (await twilio.call(leg.sid)).heard_rms < 0.001);
  await anne.press("Unmute");
  await farEndHears(twilio, leg.sid, MICROPHONE_HERTZ);

  await anne.press("Keypad");
  for (const key of ["1", "2", "*", "#"]) await anne.press(key);
  await until("the keys arrive", async () => (await twilio.call(leg.sid)).keys_heard === "12*#");

  // It goes on through all screens.
  await anne.page.getByRole("link", { name: "Contacts" }).click();
  await anne.page.getByRole("link", { name: "Inbox" }).click();
  await anne.hears(1000);
  await anne.press("Hang up");
  await anne.says("Call ended");
  await until("the customer's telephone is free", async () => (await twilio.call(leg.sid)).status === "completed");
});

test("a call comes in while somebody reads the inbox, is answered, noted, and the caller hangs up", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  const anne = await desk();
  await anne.opener.click();
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await expect(anne.incoming).toBeVisible({ timeout: 20_000 });
  await expect(anne.incoming.getByText("06 12 34 56 78")).toBeVisible();
  expect(await barriers(anne.page)).toEqual([]);
  await anne.answer();
  await anne.hears(1200);
  await farEndHears(twilio, sid, MICROPHONE_HERTZ);
  await anne.press("Note");
  const note = anne.panel.getByLabel("Note on this call");
  await note.pressSequentially("Rappeler j");
  await twilio.hangUp(sid);
  await anne.says("Call ended");
  // She was in the middle of a word.
  await anne.page.keyboard.type("eudi");
  await expect(note).toHaveValue("Rappeler jeudi");
  await anne.press("Done");
  await until("the note is kept", async () => {
    const { items } = await app.call("GET", "/api/calls");
    return items[0].note === "Rappeler jeudi" && items[0].outcome === "answered";
  });
});

test("the other party hears music while it is held, and the voice again afterwards", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  const anne = await desk();
  await anne.dial(CUSTOMER);
  await anne.hears(1000);
  const leg = await legTo(twilio, CUSTOMER);
  await anne.press("Hold");
  await hearsMusic(twilio, leg.sid);
  await anne.says("On hold");
  await anne.press("Resume");
  await farEndHears(twilio, leg.sid, MICROPHONE_HERTZ);
  await anne.hears(1000);
  await anne.press("Hang up");
  await until("the customer is released", async () => (await twilio.call(leg.sid)).status === "completed");
});

test("a call that came in is held and spoken again, too", async ({ stage, desk }) => {
  const { twilio } = stage;
  const anne = await desk();
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await anne.answer();
  await anne.hears(1200);
  await anne.press("Hold");
  await hearsMusic(twilio, sid);
  await anne.press("Resume");
  await farEndHears(twilio, sid, MICROPHONE_HERTZ);
  await anne.hears(1200);
  await anne.press("Hang up");
  await until("the caller is released", async () => (await twilio.call(sid)).status === "completed");
});

test("a recording is begun, told, paused, stopped, and plays back what was said", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 900 });
  const anne = await desk();
  await anne.dial(CUSTOMER);
  await anne.says("In a call");
  await anne.hears(900);
  await anne.press("Record");
  await anne.says("Recording");
  await anne.hears(900);
  await anne.press("Pause recording");
  await anne.says("Recording paused");
  await anne.press("Resume recording");
  await anne.hears(900);
  await anne.press("Stop recording");
  await expect(anne.panel.getByRole("button", { name: "Record", exact: true })).toBeVisible();
  const { captions } = await twilio.call((await legTo(twilio, CUSTOMER)).sid);
  expect(captions.join(), "the customer was told, in the language of the number's country").toContain("enregistré");
  await anne.press("Hang up");
  await anne.says("Call ended");
  const recording = await until("the recording is here", async () => {
    const { items } = await app.call("GET", "/api/calls");
    return items[0].recordings.find((file) => file.state === "here");
  }, 30_000);
  const answer = await anne.page.request.get(`${app.url}/api/recordings/${recording.id}`);
  expect(answer.status()).toBe(200);
  const wav = await answer.body();
  expect(loudestTones(wav, 2), "both sides of the call").toEqual([MICROPHONE_HERTZ, 900]);
});

test("nobody takes it, and the caller leaves a message", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  const { numbers } = await app.call("GET", "/api/call-rules");
  await app.call("PATCH", `/api/call-rules/${numbers[0].id}`, { ...numbers[0].rules, ring_seconds: 5 });
  const anne = await desk();
  await twilio.ring(CUSTOMER, { sound: "tone", hertz: 800, hangs_up_after_ms: 25_000 });
  await expect(anne.incoming).toBeVisible({ timeout: 20_000 });
  await anne.incoming.getByRole("button", { name: "Ignore" }).click();
  await expect(anne.incoming).toBeHidden();
  const message = await until("the message is in the thread", async () => {
    const { items } = await app.call("GET", "/api/calls");
    return items[0].outcome === "voicemail" && items[0].recordings.find((file) => file.state === "here");
  }, 60_000);
  const answer = await anne.page.request.get(`${app.url}/api/recordings/${message.id}`);
  expect(loudestHertz(await answer.body()), "what the caller said").toBe(800);
});

test("a call is refused, given up by its caller, and given up from here", async ({ stage, desk }) => {
  const { twilio, app } = stage;
  const anne = await desk();
  const refused = await twilio.ring(CUSTOMER);
  await expect(anne.incoming).toBeVisible({ timeout: 20_000 });
  await anne.incoming.getByRole("button", { name: "Reject" }).click();
  await expect(anne.incoming).toBeHidden();
  await until("the caller hears the greeting", async () => (await twilio.call(refused)).captions.length > 0);
  await twilio.hangUp(refused);

  const given = await twilio.ring(CUSTOMER);
  await expect(anne.incoming).toBeVisible({ timeout: 20_000 });
  await twilio.hangUp(given);
  await expect(anne.incoming).toBeHidden();
  await until("it is a missed call", async () => {
    const { items } = await app.call("GET", "/api/calls?outcome=missed");
    return items.some((call) => call.call_sid === given);
  });

  await twilio.behave(THIRD, { takes: "never" });
  await anne.dial(THIRD);
  await anne.says("It rings…");
  await anne.press("Hang up");
  await until("the other telephone stops ringing", async () => (await legTo(twilio, THIRD)).status === "canceled");
  await until("it is told so", async () => {
    const { items } = await app.call("GET", "/api/calls?outcome=canceled");
    return items.length === 1;
  });
});

test("signalling breaks during a call, comes back, and the call goes on", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  const anne = await desk();
  await anne.dial(CUSTOMER);
  await anne.hears(1000);
  const sockets = await anne.page.evaluate(() => {
    window.signals.at(-1).close();
    return window.signals.length;
  });
  await anne.page.waitForFunction((before) => window.signals.length > before && window.signals.at(-1).readyState === 1, sockets);
  await anne.says("In a call");
  await anne.hears(1000);
  await anne.press("Hang up");
  await until("the customer is released", async () => (await legTo(twilio, CUSTOMER)).status === "completed");
  await anne.says("You can be reached.");
});

test("two tabs are one telephone: both show the call, either steers it, and the second goes on alone", async ({ stage, desk }) => {
  const { twilio } = stage;
  const first = await desk();
  const second = await desk(undefined, { takesCalls: false, context: first.page.context() });
  await second.open();
  await second.says("You can be reached.");
  expect(await twilio.registrations()).toHaveLength(1);
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await expect(first.incoming).toBeVisible({ timeout: 20_000 });
  await second.answer();
  await first.says("In a call");
  await first.hears(1200);
  await second.press("Mute");
  await until("the caller hears nothing", async () => (await twilio.call(sid)).heard_rms < 0.001);
  await second.press("Hang up");
  await first.says("Call ended");
  await second.says("Call ended");
  await first.page.close();
  await until("the second has the line", async () => (await second.page.evaluate(() => window.signals.length)) > 0);
  await second.says("You can be reached.");
  const again = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1000 });
  await second.answer();
  await second.hears(1000);
  await twilio.hangUp(again);
});

test("a tab that sleeps does not get the call", async ({ stage, desk, colleague }) => {
  const { twilio } = stage;
  const anne = await desk();
  const lea = await desk(colleague);
  // Nothing of the page runs, and its sockets stay open: as in a tab that the browser put to sleep.
  await anne.page.evaluate(() => {
    setTimeout(() => {
      const end = performance.now() + 15_000;
      while (performance.now() < end);
    });
  });
  const sid = await twilio.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await lea.answer();
  const rung = (await twilio.calls()).filter((call) => call.parent === sid);
  expect(rung).toHaveLength(1);
  await anne.page.waitForFunction(() => true);
  await expect(anne.incoming).toBeHidden();
  await twilio.hangUp(sid);
});

test("a token that ends is renewed while one speaks", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  const [given, shown] = [[], []];
  const anne = await desk(undefined, {
    before: async (page) => {
      page.on("websocket", (socket) => {
        socket.on("framesent", ({ payload }) => {
          if (`${payload}`.includes('"listen"')) shown.push(JSON.parse(payload).payload.token);
        });
      });
      await page.route("**/api/token", async (route) => {
        const answer = await route.fetch();
        const real = await answer.json();
        // The first lasts a quarter of a minute longer than it takes to be asked for again.
        const short = given.length === 0 ? { token: token(real.identity, 75) } : {};
        given.push({ ...real, ...short }.token);
        await route.fulfill({ response: answer, json: { ...real, ...short } });
      });
    },
  });
  await anne.dial(CUSTOMER);
  await anne.hears(1000);
  await until("the line has the next token", async () => given.length > 1 && shown.includes(given[1]), 60_000);
  await anne.hears(1000);
  await anne.press("Hang up");
  await anne.says("You can be reached.");
});

