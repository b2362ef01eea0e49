// The simulated Twilio's telephone, before the unmodified Voice SDK in a real Chromium: sound is measured at both ends.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { NUMBER } from "../stage/simulator.mjs";
import { until } from "../stage/waiting.mjs";
import { MICROPHONE_HERTZ, launchOptions, loudestHertz, softphone, startCompany } from "./telephone.mjs";

test.use({ launchOptions, permissions: ["microphone"] });

const CUSTOMER = "+33612345678";
let company, room;

test.beforeAll(async () => {
  company = await startCompany({
    "/outgoing": (params, answer) => {
      if (params.To.startsWith("client:")) return answer.dial({ answerOnBridge: true }).client(params.To.slice(7));
      return answer
        .dial({ callerId: NUMBER, answerOnBridge: true, action: "/done", timeout: 10 })
        .number({ statusCallback: "/leg", statusCallbackEvent: ["initiated", "ringing", "answered", "completed"] }, params.To);
    },
    "/incoming": (params, answer) => {
      const client = answer.dial({ action: "/after", timeout: 5 }).client();
      client.identity("alice");
      client.parameter({ name: "caller", value: "Zoé & Léo" });
    },
    "/after": (params, answer) => {
      if (params.DialCallStatus === "completed") return answer.hangup();
      answer.say({ language: "fr-FR" }, "Laissez un message.");
      answer.record({ action: "/left", recordingStatusCallback: "/recorded", maxLength: 3, finishOnKey: "#" });
    },
    "/left": (params, answer) => answer.hangup(),
    // A leg whose other party was taken out of the call is asked what is next.
    "/done": (params, answer) => (room ? answer.dial().conference({ beep: "false" }, room) : answer.hangup()),
  });
});

test.afterAll(async () => {
  // Whatever came over the wire was signed as Twilio signs.
  expect(company.received.filter((one) => !one.signed)).toEqual([]);
  await company.stop();
});

/** The call that the company's parent leg dialled. */
const legTo = async (to) => (await company.calls()).find((call) => call.to === to && call.parent);

test("a call goes out, is heard at both ends, carries keys, and its end is told", async ({ context }) => {
  await company.phone(CUSTOMER, { takes: "by_itself", after_ms: 300, sound: "tone", hertz: 1000 });
  const alice = await softphone(context, company, "alice");
  await alice.dial({ To: CUSTOMER });
  await alice.until("ringing");
  await alice.until("accept");
  const heard = await alice.measure();
  expect(heard.received).toBeGreaterThan(60);
  expect(heard.sent).toBeGreaterThan(60);
  expect(Math.abs(heard.hertz - 1000)).toBeLessThan(15);
  const leg = await legTo(CUSTOMER);
  expect(Math.abs(leg.heard_hertz - MICROPHONE_HERTZ)).toBeLessThanOrEqual(20);

  await alice.mute(true);
  await until("the customer hears nothing", async () => (await company.call(leg.sid)).heard_rms < 0.001);
  await alice.mute(false);
  await alice.press("12*#");
  await until("the keys arrive", async () => (await company.call(leg.sid)).keys_heard === "12*#");

  await alice.hangUp();
  await until("the end is told", async () => company.of("/done").length > 0);
  expect(company.of("/done")[0]).toMatchObject({ DialCallStatus: "completed", DialCallSid: leg.sid });
  const told = () => company.of("/leg").sort((a, b) => a.SequenceNumber - b.SequenceNumber);
  await until("each step is told", async () => told().length === 4);
  const progress = told();
  expect(progress.map((one) => one.CallStatus)).toEqual(["initiated", "ringing", "in-progress", "completed"]);
});

test("a call comes in with what it carries, is answered and spoken, and the caller hangs up", async ({ context }) => {
  const alice = await softphone(context, company, "alice");
  const sid = await company.ring(CUSTOMER, { sound: "tone", hertz: 1200 });
  await alice.until("incoming");
  expect(await alice.data("incoming")).toEqual({ caller: "Zoé & Léo" });
  await alice.accept();
  await alice.until("accept");
  const heard = await alice.measure();
  expect(Math.abs(heard.hertz - 1200)).toBeLessThan(15);
  const caller = await company.call(sid);
  expect(caller.status).toBe("in-progress");
  expect(Math.abs(caller.heard_hertz - MICROPHONE_HERTZ)).toBeLessThanOrEqual(20);
  await company.hangUp(sid);
  await alice.until("disconnect");
  await until("the number is told of the end", async () => company.of("/ended").some((one) => one.CallSid === sid));
});

test("nobody answers: the caller leaves a message, and the recording plays back the tone", async ({ context }) => {
  const alice = await softphone(context, company, "alice");
  const sid = await company.ring(CUSTOMER, { sound: "tone", hertz: 900 });
  await alice.until("incoming");
  await alice.until("cancel");
  const recorded = await until(
    "the message is recorded",
    async () => company.of("/recorded").find((one) => one.CallSid === sid),
    20_000,
  );
  expect(recorded).toMatchObject({ RecordingStatus: "completed", RecordingDuration: "3", RecordingSource: "RecordVerb" });
  expect(company.of("/after").at(-1)).toMatchObject({ DialCallStatus: "no-answer" });
  expect((await company.call(sid)).captions).toEqual(["Laissez un message."]);
  // Behind the account's credentials, as at Twilio.
  const url = recorded.RecordingUrl;
  expect((await fetch(url)).status).toBe(401);
  const listed = await company.client.recordings(recorded.RecordingSid).fetch();
  expect(listed.duration).toBe("3");
  expect(loudestHertz(await company.recording(recorded.RecordingSid))).toBe(900);
});

test("a call is rejected, an engaged one is told, and one is given up before it is answered", async ({ context }) => {
  const alice = await softphone(context, company, "alice");
  const before = company.of("/after").length;
  const sid = await company.ring(CUSTOMER);
  await alice.until("incoming");
  await alice.reject();
  await until("the dial is over", async () => company.of("/after").length > before);
  expect(company.of("/after").at(-1).DialCallStatus).toBe("busy");
  await company.hangUp(sid);

  const done = company.of("/done").length;
  await company.phone("+33612340000", { takes: "busy" });
  await alice.dial({ To: "+33612340000" });
  await alice.until("disconnect");
  await until("it was engaged", async () => company.of("/done").length > done);
  expect(company.of("/done").at(-1).DialCallStatus).toBe("busy");

  await company.phone("+33612340001", { takes: "never" });
  const page = alice.page;
  await page.evaluate(() => (events.length = 0));
  await alice.dial({ To: "+33612340001" });
  await alice.until("ringing");
  await alice.hangUp();
  await until("it is given up", async () => (await legTo("+33612340001")).status === "canceled");
});

test("two browsers speak with each other, and all that hear a call stop ringing when one takes it", async ({ context }) => {
  const [alice, tablet, bob] = [
    await softphone(context, company, "alice"),
    await softphone(context, company, "alice"),
    await softphone(context, company, "bob"),
  ];
  await bob.dial({ To: "client:alice" });
  await Promise.all([alice.until("incoming"), tablet.until("incoming")]);
  await tablet.accept();
  await Promise.all([tablet.until("accept"), bob.until("accept"), alice.until("cancel")]);
  const heard = await bob.measure();
  expect(Math.abs(heard.hertz - MICROPHONE_HERTZ)).toBeLessThan(25);
  expect(heard.received).toBeGreaterThan(60);
  await bob.hangUp();
  await tablet.until("disconnect");
});

test("signalling breaks during a call, comes back, and the call goes on", async ({ context }) => {
  await company.phone(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  const alice = await softphone(context, company, "alice");
  await alice.dial({ To: CUSTOMER });
  await alice.until("accept");
  await alice.page.evaluate(() => sockets.at(-1).close());
  await alice.until("reconnected");
  expect(Math.abs((await alice.measure()).hertz - 1000)).toBeLessThan(15);
  await alice.hangUp();
  await alice.until("disconnect");
});

test("a token is renewed in time, and one that ends takes the browser off the line", async ({ context }) => {
  const alice = await softphone(context, company, "renewed", { ttl: 4, options: { tokenRefreshMs: 2000 } });
  await alice.until("tokenWillExpire");
  const { token } = await import("./telephone.mjs");
  await alice.page.evaluate((jwt) => device.updateToken(jwt), token("renewed"));
  const carol = await softphone(context, company, "carol", { ttl: 2 });
  await carol.until("error");
  expect(await carol.data("error")).toBe(20104);
  const registered = await (await fetch(`${company.simulator.url}/sim/registrations`)).json();
  expect(registered).toContain("renewed");
  expect(registered).not.toContain("carol");
});

test("two parties go into a conference with a third: hold is music, and each hears the others", async ({ context }) => {
  await company.phone(CUSTOMER, { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1000 });
  await company.phone("+33612340002", { takes: "by_itself", after_ms: 100, sound: "tone", hertz: 1500 });
  const alice = await softphone(context, company, "alice");
  await alice.dial({ To: CUSTOMER });
  await alice.until("accept");
  const customer = await legTo(CUSTOMER);
  room = "room-1";
  await company.client
    .calls(customer.sid)
    .update({ twiml: '<Response><Dial><Conference beep="false">room-1</Conference></Dial></Response>' });
  const [conference] = await until("the conference", async () => {
    const found = await company.client.conferences.list({ friendlyName: "room-1", status: "in-progress" });
    return found.length > 0 && found;
  });
  const participants = company.client.conferences(conference.sid).participants;
  await participants(customer.sid).update({ hold: true });
  await until("the customer hears music", async () => {
    const { heard_hertz } = await company.call(customer.sid);
    return [520, 530, 660, 780].some((note) => Math.abs((heard_hertz ?? 0) - note) <= 15);
  });
  const third = await participants.create({ from: NUMBER, to: "+33612340002", label: "third" });
  await until("the third is in", async () => (await participants.list()).length === 3);
  expect(Math.abs((await alice.measure()).hertz - 1500)).toBeLessThan(15);
  await participants(customer.sid).update({ hold: false });
  await participants("third").update({ muted: true });
  expect(Math.abs((await alice.measure()).hertz - 1000)).toBeLessThan(15);
  await alice.hangUp();
  await until("two are left", async () => (await participants.list()).length === 2);
  await company.client.conferences(conference.sid).update({ status: "completed" });
  await until("all are released", async () => (await company.call(third.callSid)).status === "completed");
});

test("the customer's phone rings the company with a real microphone, presses keys, and takes a call by hand", async ({ page, context }) => {
  const alice = await softphone(context, company, "alice");
  await page.goto(company.simulator.url);
  await page.getByLabel("Company’s number").selectOption(NUMBER);
  await page.getByRole("button", { name: "Ring the company" }).click();
  await alice.until("incoming");
  await alice.accept();
  await expect(page.getByText("Speaking")).toBeVisible();
  const heard = await alice.measure();
  expect(Math.abs(heard.hertz - MICROPHONE_HERTZ)).toBeLessThan(25);
  await alice.press("5");
  await expect(page.getByText("The company pressed 5")).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => ["serious", "critical"].includes(impact))).toEqual([]);
  await page.getByRole("button", { name: "Hang up" }).click();
  await alice.until("disconnect");
  await expect(page.getByText("The call is over")).toBeVisible();

  const customer = await page.getByLabel("Customer’s phone", { exact: true }).inputValue();
  await alice.page.evaluate(() => (events.length = 0));
  await alice.dial({ To: customer });
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await alice.until("accept");
  expect(Math.abs((await alice.measure()).hertz - MICROPHONE_HERTZ)).toBeLessThan(25);
  await alice.hangUp();
  await expect(page.getByText("The call is over")).toBeVisible();
});
