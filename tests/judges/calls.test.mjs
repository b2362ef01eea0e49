// What the product tells Twilio to do with calls, judged by Twilio's own library: the same intent, compared as XML. And
// every callback of a call is believed only with the signature that this library makes.
import assert from "node:assert/strict";
import { createServer } from "node:http";
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

let app, number, identity, cookie, rest;

before(async () => {
  rest = await startRest();
  app = await startDeployment({ variables: { TWILIO_API_BASE: rest.url } });
  await app.call("POST", "/api/setup", {
    admin_token: "the-administrators-token-of-the-tests",
    company_name: "Boulangerie Martin",
    name: "Anne Martin",
    email: "anne@example.com",
    password: "un mot de passe assez long",
    language: "fr",
  }, { origin: app.url });
  await app.call("POST", "/inbox/integrations", {
    name: "Standard",
    account_id: ACCOUNT,
    api_key: AUTH_TOKEN,
    api_key_sid: sid("SK"),
    api_key_secret: "for the tokens of browsers",
    twiml_app_sid: sid("AP"),
    phone_number: NUMBER,
  });
  const { numbers } = await app.call("GET", "/api/call-rules");
  number = numbers[0];
  const session = await fetch(`${app.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: app.url },
    body: JSON.stringify({ email: "anne@example.com", password: "un mot de passe assez long" }),
  });
  assert.equal(session.status, 200, await session.clone().text());
  cookie = session.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const named = await fetch(`${app.url}/api/register-identity`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: app.url, cookie },
    body: "{}",
  });
  ({ identity } = await named.json());
});
after(async () => {
  await app?.stop();
  await rest?.stop();
});

/** Twilio's REST API, as far as a call is told what to do by it: it says yes, and keeps what it was told. */
async function startRest() {
  const told = [];
  const server = createServer(async (request, answer) => {
    let body = "";
    for await (const piece of request) body += piece;
    const sid = /Calls\/(CA[0-9a-f]{32})\.json$/.exec(request.url)?.[1];
    if (sid) told.push({ sid, twiml: new URLSearchParams(body).get("Twiml") });
    answer.writeHead(sid ? 200 : 404, { "content-type": "application/json" });
    answer.end(JSON.stringify(sid ? { sid, account_sid: ACCOUNT, status: "in-progress" } : { code: 20404, message: "", status: 404 }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    told,
    stop: () => new Promise((closed) => server.close(closed)),
  };
}

/** A browser that takes calls: it answers the hub at once. */
async function awake() {
  const socket = new WebSocket(`${app.url.replace("http", "ws")}/api/live`, { headers: { cookie, origin: app.url } });
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "ring_check") socket.send(JSON.stringify({ type: "can_ring", call: frame.call, busy: false }));
  });
  await new Promise((said, failed) => {
    socket.addEventListener("message", said, { once: true });
    socket.addEventListener("error", failed, { once: true });
  });
  return socket;
}

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
  build(response, (path, more = "") => `${app.url}/voice/${path}?c=${id}${more}#ct=2000&rt=6000&rc=2&rp=5xx,ct,rt`);
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
      const dial = response.dial({ action: url("dial-done"), callerId: NUMBER, answerOnBridge: true });
      const customer = { url: url("recorded-notice"), statusCallback: url("status", "&r=customer"), statusCallbackEvent: EVENTS };
      dial.number(customer, CUSTOMER);
    });
    await app.call("PATCH", "/api/call-rules", company);
  });

  test("the browsers that are awake ring, and are told who calls", async () => {
    const socket = await awake();
    try {
      const xml = await document("/handle_calls", leg({ From: "+33611223344" }));
      const id = /[?&]c=([0-9a-z]+)/.exec(xml)[1];
      same(xml, (response, url) => {
        const dial = response.dial({ action: url("dial-done"), timeout: 25, answerOnBridge: true });
        const client = dial.client({ statusCallback: url("status", "&r=agent"), statusCallbackEvent: EVENTS });
        client.identity(identity);
        for (const [name, value] of [["call", id], ["number", NUMBER], ["customer", "+33611223344"]]) client.parameter({ name, value });
      });
    } finally {
      socket.close();
    }
  });

  test("a call is held in a room, and handed on to a number", async () => {
    const parent = sid("CA");
    const xml = await document("/twiml/outgoing", leg({ CallSid: parent, From: `client:${identity}`, To: CUSTOMER }));
    const id = /[?&]c=([0-9a-z]+)/.exec(xml)[1];
    const child = sid("CA");
    const answered = leg({ CallSid: child, CallStatus: "in-progress", From: NUMBER, To: CUSTOMER });
    assert.ok((await post(`/voice/status?c=${id}&r=customer`, answered)).ok);
    await app.call("POST", `/api/calls/${id}/hold`, {});
    const room = (label) => (response, url) => {
      const dial = response.dial({ action: url("dial-done") });
      dial.conference({
        beep: "false",
        startConferenceOnEnter: true,
        endConferenceOnExit: true,
        waitUrl: url("hold-music"),
        participantLabel: label,
        statusCallback: url("conference"),
        statusCallbackEvent: ["start", "end", "join", "leave"],
      }, `call-${id}`);
    };
    const held = rest.told.at(-1);
    assert.equal(held.sid, child);
    same(held.twiml, room("customer"));
    const done = leg({ CallSid: parent, From: `client:${identity}`, CallStatus: "in-progress", DialCallStatus: "completed" });
    same(await document(`/voice/dial-done?c=${id}`, done), room("agent"));
    await app.call("POST", `/api/calls/${id}/transfer`, { to: ELSEWHERE, kind: "cold" });
    const handedOn = rest.told.at(-1);
    assert.equal(handedOn.sid, child);
    same(handedOn.twiml, (response, url) => {
      const dial = response.dial({ action: url("dial-done"), timeout: 25, callerId: NUMBER, answerOnBridge: true });
      dial.number({ statusCallback: url("status", "&r=other"), statusCallbackEvent: EVENTS }, ELSEWHERE);
    });
  });

  test("outside opening hours the words of the evening are said", async () => {
    // One minute in the week, three days from now.
    const weekday = (new Date().getUTCDay() + 2) % 7;
    await rules({ hours: { week: [{ weekday, from: 0, until: 1 }], closed_on: [] }, closed_greeting: "" });
    same(await document("/handle_calls", leg()), takesAMessage("Nos bureaux sont fermés. Laissez un message après le bip."));
    await rules({});
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
