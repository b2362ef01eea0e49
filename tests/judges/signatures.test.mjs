// Twilio's own library judges the signatures of the simulated Twilio.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import twilio from "twilio";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../stage/simulator.mjs";
import { until } from "../stage/waiting.mjs";

const CUSTOMER = "+33612345678";
let receiver, simulator, url;
const received = [];

before(async () => {
  receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      received.push({
        url: `${url}${request.url}`,
        params: Object.fromEntries(new URLSearchParams(body)),
        signature: request.headers["x-twilio-signature"],
      });
      response.writeHead(200, { "content-type": "text/xml" });
      response.end("<Response/>");
    });
  });
  await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${receiver.address().port}`;
  simulator = await startSimulator({ appUrl: url });
  await simulator.delay({ sent_ms: 10, delivered_ms: 10, read_ms: 10 });
});

after(async () => {
  await simulator?.stop();
  receiver?.close();
});

const isSigned = ({ url, params, signature }) => twilio.validateRequest(AUTH_TOKEN, signature, url, params);

async function webhooks(count) {
  await until(`${count} webhooks`, () => received.length >= count);
  return received.splice(0);
}

test("an inbound text is signed, in every script", async () => {
  const texts = ["Bonjour", "L’été à Nîmes : « ça marche » … €", "👩‍👩‍👧 🇫🇷", "a+b=c&d=e%20f;#g", "deux\r\nlignes ", "שלום 你好"];
  for (const body of texts) await simulator.text({ from: CUSTOMER, body });
  const all = await webhooks(texts.length);
  assert.deepEqual(all.map(({ params }) => params.Body).sort(), [...texts].sort());
  for (const webhook of all) assert.ok(isSigned(webhook), webhook.params.Body);
  for (const webhook of all) {
    assert.ok(!isSigned({ ...webhook, params: { ...webhook.params, Body: "forgé" } }), "another text");
    assert.ok(!isSigned({ ...webhook, url: `${webhook.url}?x=1` }), "another address");
  }
});

test("a picture and a WhatsApp message are signed", async () => {
  const data = Buffer.from("not really a picture").toString("base64");
  await simulator.text({ from: CUSTOMER, body: "", media: [{ content_type: "image/jpeg", data }] });
  await simulator.text({ from: `whatsapp:${CUSTOMER}`, to: `whatsapp:${NUMBER}`, body: "Coucou", profile_name: "Amélie 🌸" });
  const all = await webhooks(2);
  assert.ok(all.every(isSigned));
  const picture = all.find(({ params }) => params.NumMedia === "1").params;
  assert.match(picture.MessageSid, /^MM[0-9a-f]{32}$/);
  assert.match(picture.MediaUrl0, /\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\/MM[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/);
  assert.equal(all.find(({ params }) => params.ProfileName).params.ProfileName, "Amélie 🌸");
});

test("a receipt is signed with the query of its address", async () => {
  const answer = await fetch(`${simulator.url}/2010-04-01/Accounts/${ACCOUNT}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}` },
    body: new URLSearchParams({ To: CUSTOMER, From: NUMBER, Body: "Oui", StatusCallback: `${url}/receipt?m=01abc&x=a%20b` }),
  });
  assert.equal(answer.status, 201);
  const all = await webhooks(2);
  assert.deepEqual(all.map(({ params }) => params.MessageStatus), ["sent", "delivered"]);
  assert.ok(all.every(isSigned));
  assert.ok(all.every((webhook) => webhook.url.endsWith("/receipt?m=01abc&x=a%20b")));
});

test("told to sign badly, it does", async () => {
  await simulator.misbehave({ bad_signature: true });
  await simulator.text({ from: CUSTOMER, body: "forgé" });
  const [webhook] = await webhooks(1);
  assert.ok(!isSigned(webhook));
  await simulator.misbehave({ bad_signature: false });
});
