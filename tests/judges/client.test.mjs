// Twilio's own client drives the simulated Twilio, with Prism between them: every request and every answer must be as
// Twilio's OpenAPI file has it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import twilio from "twilio";
import { ACCOUNT, AUTH_TOKEN, NUMBER, OTHER_NUMBER, startSimulator, TEXT_NUMBER } from "../stage/simulator.mjs";
import { until } from "../stage/waiting.mjs";
import { startPrism } from "./prism.mjs";

const CUSTOMER = "+33612345678";
const KEY = { sid: "SK33333333333333333333333333333333", secret: "the-secret-of-the-key" };
const TEST = { sid: "AC44444444444444444444444444444444", auth_token: "55555555555555555555555555555555" };
let simulator, prism, client;

/** A client whose requests to api.twilio.com go to Prism. */
function clientFor(user, password, accountSid = user) {
  const requests = new twilio.RequestClient();
  const request = requests.request.bind(requests);
  requests.request = async (options) => {
    const uri = options.uri.replace("https://api.twilio.com", prism.url);
    assert.notEqual(uri, options.uri);
    const answer = await request({ ...options, uri });
    const violations = answer.headers?.["sl-violations"];
    assert.equal(violations, undefined, `${options.method} ${options.uri}: ${violations}`);
    return answer;
  };
  return twilio(user, password, { accountSid, httpClient: requests });
}

before(async () => {
  simulator = await startSimulator({ appUrl: "http://127.0.0.1:1" });
  await simulator.delay({ sent_ms: 10, delivered_ms: 10, read_ms: 10 });
  await simulator.put("accounts", { sid: ACCOUNT, auth_token: AUTH_TOKEN, friendly_name: "Démo", keys: [KEY], test: TEST });
  prism = await startPrism({ upstream: simulator.url });
  assert.ok(prism.operations >= 14);
  client = clientFor(ACCOUNT, AUTH_TOKEN);
});

after(async () => {
  await prism?.stop();
  await simulator?.stop();
});

const refused = (code, status) => (error) => {
  assert.ok(error instanceof twilio.RestException, `${error}`);
  assert.deepEqual([error.code, error.status], [code, status], error.message);
  assert.match(error.moreInfo, new RegExp(`/errors/${code}$`));
  return true;
};

test("a message is created, fetched and delivered", async () => {
  const created = await client.messages.create({ to: CUSTOMER, from: NUMBER, body: "Votre commande est prête 🎉" });
  assert.match(created.sid, /^SM[0-9a-f]{32}$/);
  assert.deepEqual([created.status, created.direction, created.numSegments], ["queued", "outbound-api", "1"]);
  assert.ok(created.dateCreated instanceof Date && !Number.isNaN(created.dateCreated.getTime()));
  const delivered = await until("delivered", async () => {
    const message = await client.messages(created.sid).fetch();
    return message.status === "delivered" && message;
  });
  assert.equal(delivered.body, "Votre commande est prête 🎉");
  assert.ok(delivered.dateSent instanceof Date);
});

test("a picture is sent and its media are listed", async () => {
  const created = await client.messages.create({
    to: "+18195551234",
    from: OTHER_NUMBER,
    mediaUrl: [`${simulator.url}/phone.js`, `${simulator.url}/texts.js`],
  });
  assert.match(created.sid, /^MM[0-9a-f]{32}$/);
  assert.equal(created.numMedia, "2");
  const media = await client.messages(created.sid).media.list();
  assert.equal(media.length, 2);
  assert.ok(media.every((medium) => /^ME[0-9a-f]{32}$/.test(medium.sid) && medium.parentSid === created.sid));
});

test("the list is paged, filtered and newest first", async () => {
  const to = "+33687654321";
  for (let nth = 0; nth < 5; nth += 1) await client.messages.create({ to, from: NUMBER, body: `numéro ${nth}` });
  const all = await client.messages.list({ to, from: NUMBER, pageSize: 2 });
  assert.deepEqual(all.map(({ body }) => body), [4, 3, 2, 1, 0].map((nth) => `numéro ${nth}`));
  assert.equal((await client.messages.list({ to, limit: 3 })).length, 3);
  const today = new Date();
  assert.ok((await client.messages.list({ to, dateSentAfter: new Date(today - 60_000) })).length <= 5);
  assert.deepEqual(await client.messages.list({ to: "+33600000001" }), []);
  await simulator.text({ from: to, body: "et moi" });
  const [inbound] = await client.messages.list({ from: to });
  assert.deepEqual([inbound.direction, inbound.status, inbound.body], ["inbound", "received", "et moi"]);
});

test("a message is redacted and deleted", async () => {
  const { sid } = await client.messages.create({ to: CUSTOMER, from: NUMBER, body: "secret" });
  await until("delivered", async () => (await client.messages(sid).fetch()).status === "delivered");
  assert.equal((await client.messages(sid).update({ body: "" })).body, "");
  assert.equal(await client.messages(sid).remove(), true);
  await assert.rejects(client.messages(sid).fetch(), refused(20404, 404));
});

test("the account and its numbers are as the console shows them", async () => {
  const account = await client.api.v2010.accounts(ACCOUNT).fetch();
  assert.deepEqual([account.friendlyName, account.status], ["Démo", "active"]);
  const numbers = await client.incomingPhoneNumbers.list();
  assert.deepEqual(numbers.map(({ phoneNumber }) => phoneNumber).sort(), [OTHER_NUMBER, NUMBER, TEXT_NUMBER]);
  const french = numbers.find(({ phoneNumber }) => phoneNumber === NUMBER);
  assert.equal(french.capabilities.sms, true);
  assert.match(french.smsUrl, /\/handle_sms$/);
  const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: NUMBER });
  assert.equal(found.sid, french.sid);
  const moved = await client.incomingPhoneNumbers(french.sid).update({ smsUrl: "https://app.example.com/handle_sms" });
  assert.equal(moved.smsUrl, "https://app.example.com/handle_sms");
});

test("an API key works, and wrong credentials do not", async () => {
  const byKey = clientFor(KEY.sid, KEY.secret, ACCOUNT);
  assert.match((await byKey.messages.create({ to: CUSTOMER, from: NUMBER, body: "par clé" })).sid, /^SM/);
  for (const wrong of [clientFor(ACCOUNT, "pas le bon"), clientFor(KEY.sid, AUTH_TOKEN, ACCOUNT)]) {
    await assert.rejects(wrong.messages.create({ to: CUSTOMER, from: NUMBER, body: "x" }), refused(20003, 401));
  }
});

test("what Twilio refuses is refused with its code", async () => {
  const send = (message) => client.messages.create({ to: CUSTOMER, from: NUMBER, body: "x", ...message });
  await assert.rejects(send({ to: "bonjour" }), refused(21211, 400));
  await assert.rejects(send({ from: "+33799999999" }), (error) => [21606, 21659, 21660].includes(error.code) && error.status === 400);
  await assert.rejects(send({ body: "x".repeat(1601) }), refused(21617, 400));
  await assert.rejects(send({ body: "" }), refused(21602, 400));
  await assert.rejects(send({ to: "+33600021610" }), refused(21610, 400));
  await assert.rejects(send({ to: "+33600021614" }), refused(21614, 400));
  await assert.rejects(client.messages("SM00000000000000000000000000000000").fetch(), refused(20404, 404));
  await simulator.misbehave({ too_many_requests: 1 });
  await assert.rejects(send({}), refused(20429, 429));
});

test("a customer who said STOP is not written to any more", async () => {
  const stubborn = "+33611111111";
  await simulator.text({ from: stubborn, body: "STOP" });
  await assert.rejects(client.messages.create({ to: stubborn, from: NUMBER, body: "x" }), refused(21610, 400));
  await simulator.text({ from: stubborn, body: "START" });
  assert.match((await client.messages.create({ to: stubborn, from: NUMBER, body: "x" })).sid, /^SM/);
});

test("the magic numbers work under test credentials", async () => {
  const testing = clientFor(TEST.sid, TEST.auth_token);
  const send = (message) => testing.messages.create({ to: CUSTOMER, from: "+15005550006", body: "x", ...message });
  assert.equal((await send({})).status, "queued");
  for (const [to, code] of [["+15005550001", 21211], ["+15005550002", 21612], ["+15005550003", 21408], ["+15005550004", 21610], ["+15005550009", 21614]]) {
    await assert.rejects(send({ to }), refused(code, 400));
  }
  for (const [from, code, status] of [["+15005550001", 21212, 400], ["+15005550007", 21606, 400], ["+15005550008", 21611, 429]]) {
    await assert.rejects(send({ from }), refused(code, status));
  }
});
