// From a fresh deployment to a working line, and back to one after somebody has changed something at Twilio, with the
// commands that README.md names.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ADMIN_TOKEN, startDeployment } from "../../tests/stage/deployment.mjs";
import { freePort } from "../../tests/stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../../tests/stage/simulator.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const XTASK = `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/xtask`;
const SHOWN = "07 55 53 00 01";
let app, twilio, company;

/** Its exit code, and all that it said. */
function xtask(...flags) {
  return new Promise((resolve) => {
    const env = { ...process.env, ADMIN_TOKEN };
    execFile(XTASK, flags, { cwd: ROOT, env, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, said: stdout + stderr });
    });
  });
}

async function atTwilio(path, form) {
  const answer = await fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT}/${path}`, {
    method: form ? "POST" : "GET",
    headers: { authorization: `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}` },
    body: form && new URLSearchParams(form),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}
const number = async () => (await atTwilio(`IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(NUMBER)}`)).incoming_phone_numbers[0];
const everything = async () => [await number(), (await atTwilio("Applications.json")).applications];

before(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Nothing at Twilio leads here yet.
  twilio = await startSimulator({ appUrl: "http://127.0.0.1:1" });
  app = await startDeployment({ port, variables: { TWILIO_API_BASE: twilio.url, PUBLIC_URL: url } });
});
after(async () => {
  await app?.stop();
  await twilio?.stop();
});

test("before an account is connected, configuring says so", async () => {
  const { code, said } = await xtask("configure", app.url);
  assert.equal(code, 1);
  assert.match(said, /no Twilio account is connected .* yet/);
});

test("an account becomes a working line: rehearsed, set up, tried", async () => {
  ({ id: company } = await app.call("POST", "/api/companies", { name: "Boulangerie Martin" }));
  const integration = { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER };
  await app.call("POST", "/inbox/integrations", integration, { "x-company-id": company });

  const before = await everything();
  const rehearsed = await xtask("configure", app.url, "--dry-run");
  assert.equal(rehearsed.code, 0, rehearsed.said);
  assert.ok(rehearsed.said.includes(`would set ${SHOWN}, message_webhook: ${app.url}/handle_sms#`), rehearsed.said);
  assert.deepEqual(await everything(), before);
  assert.equal((await xtask("check-line", app.url)).code, 1);

  const done = await xtask("configure", app.url);
  assert.equal(done.code, 0, done.said);
  assert.ok((await number()).sms_url.startsWith(`${app.url}/handle_sms#`));
  const after = await everything();
  const again = await xtask("configure", app.url);
  assert.match(again.said, /nothing to change/);
  assert.deepEqual(await everything(), after);

  const checked = await xtask("check-line", app.url);
  assert.equal(checked.code, 0, checked.said);
  assert.match(checked.said, /a signed message of our own came in and was noted in \d+ ms/);
  assert.match(checked.said, /a signed call of our own came in and was noted in \d+ ms/);
  await twilio.text({ from: "+33639980042", body: "Bonjour" });
  await until("the customer's text is in the inbox", async () => {
    const { items } = await app.call("GET", "/inbox/conversations", undefined, { "x-company-id": company });
    return items.length === 1;
  });
});

test("what somebody changes at Twilio is named, and set right", async () => {
  const { sid } = await number();
  await atTwilio(`IncomingPhoneNumbers/${sid}.json`, { VoiceUrl: "https://elsewhere.example/calls" });
  const broken = await xtask("check-line", app.url);
  assert.equal(broken.code, 1);
  const named = broken.said.split("\n").filter((line) => line.includes("✗"));
  assert.equal(named.length, 1, broken.said);
  assert.ok(named[0].includes(`${SHOWN}, voice_webhook`) && named[0].includes("https://elsewhere.example/calls"), named[0]);
  assert.match(broken.said, /1 things? (is|are) not as (it|they) should be/);

  assert.equal((await xtask("configure", app.url)).code, 0);
  assert.equal((await xtask("check-line", app.url)).code, 0);
});

test("a line that has only WhatsApp is not blamed for taking no calls", async () => {
  const { id } = await app.call("POST", "/api/companies", { name: "Fleurs" });
  const inCompany = { "x-company-id": id };
  const [{ id: standard }] = await app.call("GET", "/inbox/integrations", undefined, { "x-company-id": company });
  await app.call("DELETE", `/inbox/integrations/${standard}`, undefined, { "x-company-id": company });
  const integration = { name: "WhatsApp", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: `whatsapp:${NUMBER}` };
  await app.call("POST", "/inbox/integrations", integration, inCompany);
  const { said } = await xtask("check-line", app.url);
  assert.match(said, /a signed message of our own came in/);
  assert.match(said, /no number of this line takes a call: not tried/);
});
