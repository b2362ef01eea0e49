// A program of the company's is told, on the real platform: each thing once, signed as Standard Webhooks says, and again
// when it did not answer. <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDeployment } from "../../tests/stage/deployment.mjs";
import { freePort } from "../../tests/stage/ports.mjs";
import { signatureOf, startReceiver } from "../../tests/stage/receiver.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../../tests/stage/simulator.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const CUSTOMER = "+33639980042";
let app, simulator, program, company, hook, secret;
const call = (method, path, body) => app.call(method, path, body, { "x-company-id": company });

before(async () => {
  program = await startReceiver();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  simulator = await startSimulator({ appUrl: url });
  app = await startDeployment({ port, variables: { TWILIO_API_BASE: simulator.url, PUBLIC_URL: url } });
  ({ id: company } = await app.call("POST", "/api/companies", { name: "L'Écluse" }));
  await call("POST", "/inbox/integrations", { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER });
  ({ hook, secret } = await call("POST", "/api/webhooks", {
    url: program.url,
    events: ["message.received", "message.status"],
  }));
});
after(async () => {
  await app?.stop();
  await simulator?.stop();
  program?.stop();
});

test("the button sends one that proves who it is from", async () => {
  const { state } = await call("POST", `/api/webhooks/${hook.id}/test`, {});
  assert.equal(state, "arrived");
  const [told] = program.of("test");
  assert.equal(told.headers["webhook-signature"], signatureOf(told, secret));
});

test("a text that comes in, and what becomes of the answer, are told once each", async () => {
  await simulator.text({ from: CUSTOMER, body: "Bonjour" });
  await until("the text is told", () => program.of("message.received").length > 0);
  await call("POST", "/api/send-sms", { to: CUSTOMER, body: "Bonjour à vous" });
  await until("the delivery is told", () => program.of("message.status").some(({ body }) => body.includes('"delivered"')));
  assert.equal(program.of("message.received").length, 1);
  const ids = program.told.map(({ headers }) => headers["webhook-id"]);
  assert.equal(new Set(ids).size, ids.length, "each has an id of its own");
});

test("what the program did not take waits in the log, and goes again as the same one", async () => {
  program.status = 503;
  await simulator.text({ from: CUSTOMER, body: "Encore là ?" });
  await until("the text is told", () => program.of("message.received").length > 1);
  const missed = await until("it stands in the log", async () => {
    const { items } = await call("GET", `/api/webhooks/${hook.id}/deliveries`);
    return items.find(({ event, state, status }) => event === "message.received" && state === "waiting" && status === 503);
  });
  program.status = 200;
  const again = await call("POST", `/api/webhook-deliveries/${missed.id}/resend`, {});
  assert.equal(again.state, "arrived");
  const [first, second] = program.of("message.received").slice(-2);
  assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
  assert.equal(first.body, second.body);
});
