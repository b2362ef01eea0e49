// A program of the company's is told, on the real platform: each thing once, signed as Standard Webhooks says, and again
// when it did not answer. <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { startDeployment } from "../../tests/stage/deployment.mjs";
import { freePort } from "../../tests/stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../../tests/stage/simulator.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const CUSTOMER = "+33639980042";
const told = [];
let status = 200;
const program = createServer(async (request, answer) => {
  let body = "";
  for await (const piece of request) body += piece;
  told.push({ headers: request.headers, body });
  answer.writeHead(status).end();
});
let app, simulator, company, hook, secret;
const call = (method, path, body) => app.call(method, path, body, { "x-company-id": company });
const of = (event) => told.filter(({ body }) => JSON.parse(body).type === event);

before(async () => {
  await once(program.listen(0, "127.0.0.1"), "listening");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  simulator = await startSimulator({ appUrl: url });
  app = await startDeployment({ port, variables: { TWILIO_API_BASE: simulator.url, PUBLIC_URL: url } });
  ({ id: company } = await app.call("POST", "/api/companies", { name: "L'Écluse" }));
  await call("POST", "/inbox/integrations", { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER });
  ({ hook, secret } = await call("POST", "/api/webhooks", {
    url: `http://127.0.0.1:${program.address().port}/edgeline`,
    events: ["message.received", "message.status"],
  }));
});
after(async () => {
  await app?.stop();
  await simulator?.stop();
  program.close();
});

test("the button sends one that proves who it is from", async () => {
  const { state } = await call("POST", `/api/webhooks/${hook.id}/test`, {});
  assert.equal(state, "arrived");
  const [{ headers, body }] = of("test");
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  assert.equal(headers["webhook-signature"], `v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
});

test("a text that comes in, and what becomes of the answer, are told once each", async () => {
  await simulator.text({ from: CUSTOMER, body: "Bonjour" });
  await until("the text is told", () => of("message.received").length > 0);
  await call("POST", "/api/send-sms", { to: CUSTOMER, body: "Bonjour à vous" });
  await until("the delivery is told", () => of("message.status").some(({ body }) => body.includes('"delivered"')));
  assert.equal(of("message.received").length, 1);
  const ids = told.map(({ headers }) => headers["webhook-id"]);
  assert.equal(new Set(ids).size, ids.length, "each has an id of its own");
});

test("what the program did not take waits in the log, and goes again as the same one", async () => {
  status = 503;
  await simulator.text({ from: CUSTOMER, body: "Encore là ?" });
  await until("the text is told", () => of("message.received").length > 1);
  const missed = await until("it stands in the log", async () => {
    const { items } = await call("GET", `/api/webhooks/${hook.id}/deliveries`);
    return items.find(({ event, state, status }) => event === "message.received" && state === "waiting" && status === 503);
  });
  status = 200;
  const again = await call("POST", `/api/webhook-deliveries/${missed.id}/resend`, {});
  assert.equal(again.state, "arrived");
  const [first, second] = of("message.received").slice(-2);
  assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
  assert.equal(first.body, second.body);
});
