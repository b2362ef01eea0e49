// What the product tells Twilio to do with calls, judged by Twilio's own library: the same intent, compared as XML. And
// every callback of a call is believed only with the signature that this library makes.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import twilio from "twilio";
import { startDeployment } from "../stage/deployment.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER } from "../stage/simulator.mjs";
import { canonical } from "./canonical.mjs";

const CUSTOMER = "+33612345678";
const BLOCKED = "+33698765432";
const ELSEWHERE = "+33699999999";
const FRENCH = { voice: "Polly.Lea", language: "fr-FR" };
const EVENTS = ["initiated", "ringing", "answered", "completed"];
const { VoiceResponse } = twilio.twiml;

let app, number, identity;

before(async () => {
  app = await startDeployment();
  await app.call("POST", "/api/setup", {
    admin_token: "the-administrators-token-of-the-tests",
    company_name: "Boulangerie Martin",
    name: "Anne Martin",
    email: "anne@example.com",
    password: "un mot de passe assez long",
    language: "fr",
  }, { origin: app.url });
  await app.call("POST", "/inbox/integrations", { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER });
  const { numbers } = await app.call("GET", "/api/call-rules");
  number = numbers[0];
  const session = await fetch(`${app.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: app.url },
    body: JSON.stringify({ email: "anne@example.com", password: "un mot de passe assez long" }),
  });
  assert.equal(session.status, 200, await session.clone().text());
  const cookie = session.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const named = await fetch(`${app.url}/api/register-identity`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: app.url, cookie },
    body: "{}",
  });
  ({ identity } = await named.json());
});
after(() => app?.stop());

let made = 0;
const sid = (letters) => `${letters}${(++made).toString(16).padStart(32, "0")}`;

function post(path, params, signature = twilio.getExpectedTwilioSignature(AUTH_TOKEN, `${app.url}${path}`, params)) {
  return fetch(`${app.url}${path}`, {
    method: "POST",
    headers: signature ? { "x-twilio-signature": signature } : {},
    body: new URLSearchParams(params),
  });
}

const leg = (change) => ({
  CallSid: sid("CA"),
  AccountSid: ACCOUNT,
  From: CUSTOMER,
  To: NUMBER,
  CallStatus: "ringing",
  Direction: "inbound",
  ApiVersion: "2010-04-01",
  ...change,
});

async function document(path, params) {
  const answer = await post(path, params);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

/** `build` makes the same with Twilio's library; it is told our id of the call. */
function same(xml, build) {
  const id = /[?&]c=([0-9a-z]+)/.exec(xml)?.[1];
  const response = new VoiceResponse();
  build(response, (path, more = "") => `${app.url}/voice/${path}?c=${id}${more}`);
  assert.deepEqual(canonical(xml), canonical(response.toString()));
}

const takesAMessage = (words) => (response, url) => {
  response.say(FRENCH, words);
  response.record({
    action: url("voicemail-done"),
    timeout: 5,
    finishOnKey: "#",
    maxLength: 180,
    playBeep: true,
    trim: "trim-silence",
    recordingStatusCallback: url("recording", "&v=1"),
  });
  response.hangup();
};

const rules = (change) => app.call("PATCH", `/api/call-rules/${number.id}`, { ...number.rules, ...change });

describe("what Twilio is told", () => {
  test("nobody is here: the words, the tone, the recording", async () => {
    const words = "Nous ne pouvons pas vous répondre pour le moment. Laissez un message après le bip.";
    same(await document("/handle_calls", leg()), takesAMessage(words));
  });

  test("words of one's own, with what XML would misread", async () => {
    await rules({ greeting: "Ici <Martin> & fils : « un instant »" });
    same(await document("/handle_calls", leg()), takesAMessage("Ici <Martin> & fils : « un instant »"));
    await rules({});
  });

  test("it is forwarded, and shows our number", async () => {
    await rules({ forward_to: ELSEWHERE });
    same(await document("/handle_calls", leg()), (response, url) => {
      const dial = response.dial({ action: url("dial-done", "&f=1"), timeout: 25, callerId: NUMBER, answerOnBridge: true });
      dial.number({ statusCallback: url("status", "&r=other"), statusCallbackEvent: EVENTS }, ELSEWHERE);
    });
    await rules({});
  });

  test("a browser calls a customer, who hears that it is recorded", async () => {
    const company = (await app.call("GET", "/api/call-rules")).company;
    await app.call("PATCH", "/api/call-rules", { ...company, record_all: true });
    const xml = await document("/twiml/outgoing", leg({ From: `client:${identity}`, To: "06 12 34 56 78" }));
    same(xml, (response, url) => {
      response.say(FRENCH, "Cet appel est enregistré.");
      const dial = response.dial({
        action: url("dial-done"),
        callerId: NUMBER,
        answerOnBridge: true,
        record: "record-from-answer-dual",
        recordingStatusCallback: url("recording"),
      });
      const customer = { url: url("recorded-notice"), statusCallback: url("status", "&r=customer"), statusCallbackEvent: EVENTS };
      dial.number(customer, CUSTOMER);
    });
    await app.call("PATCH", "/api/call-rules", company);
  });

  test("a call that may not be made is refused in words", async () => {
    const xml = await document("/twiml/outgoing", leg({ From: `client:${identity}`, To: "0899700000" }));
    same(xml, (response) => {
      response.say(FRENCH, "Les numéros surtaxés ne peuvent pas être appelés.");
      response.hangup();
    });
  });

  test("a blocked caller is turned away", async () => {
    const { id } = await app.call("POST", "/api/contacts", { name: "Importun", numbers: [BLOCKED] });
    await app.call("PATCH", `/api/contacts/${id}`, { blocked: true });
    same(await document("/handle_calls", leg({ From: BLOCKED })), (response) => {
      // `rejected` is what it says without a reason.
      response.reject();
    });
  });

  test("those who wait hear music for as long as it takes, and those who are recorded hear so", async () => {
    const xml = await document("/handle_calls", leg());
    const id = /[?&]c=([0-9a-z]+)/.exec(xml)[1];
    same(await document(`/voice/hold-music?c=${id}`, { AccountSid: ACCOUNT, ConferenceSid: sid("CF") }), (response) => {
      response.play({ loop: 0 }, `${app.url}/sounds/hold.wav`);
    });
    same(await document(`/voice/recorded-notice?c=${id}`, leg()), (response) => {
      response.say(FRENCH, "Cet appel est enregistré.");
    });
    same(await document(`/voice/voicemail-done?c=${id}`, leg()), (response) => response.hangup());
  });
});

describe("every callback", () => {
  const CALLBACKS = {
    "/voice/status": { CallStatus: "completed" },
    "/voice/dial-done": { DialCallStatus: "no-answer", CallStatus: "in-progress" },
    "/voice/voicemail-done": {},
    "/voice/recorded-notice": {},
    "/voice/hold-music": { ConferenceSid: `CF${"1".repeat(32)}` },
    "/voice/recording": {
      RecordingSid: `RE${"1".repeat(32)}`,
      RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Recordings/RE${"1".repeat(32)}`,
      RecordingStatus: "in-progress",
    },
    "/voice/transcription": {
      RecordingSid: `RE${"1".repeat(32)}`,
      TranscriptionSid: `TR${"1".repeat(32)}`,
      TranscriptionStatus: "failed",
    },
    "/voice/conference": {
      ConferenceSid: `CF${"1".repeat(32)}`,
      FriendlyName: "call-x",
      StatusCallbackEvent: "conference-start",
    },
  };

  for (const [path, more] of Object.entries(CALLBACKS)) {
    test(`${path} is believed with its signature only`, async () => {
      const xml = await document("/handle_calls", leg());
      const address = `${path}?c=${/[?&]c=([0-9a-z]+)/.exec(xml)[1]}`;
      const params = leg(more);
      const signature = twilio.getExpectedTwilioSignature(AUTH_TOKEN, `${app.url}${address}`, params);
      assert.equal((await post(address, params, "")).status, 403, "unsigned");
      assert.equal((await post(address, { ...params, CallStatus: "busy" }, signature)).status, 403, "other parameters");
      assert.equal((await post(`${address}&r=other`, params, signature)).status, 403, "another address");
      const answer = await post(address, params, signature);
      assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
    });
  }
});
