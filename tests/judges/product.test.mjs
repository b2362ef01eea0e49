// What the product asks of Twilio, judged by Twilio's OpenAPI file: once before the file's own examples, once before
// the simulated Twilio.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startDeployment } from "../stage/deployment.mjs";
import { freePort } from "../stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../stage/simulator.mjs";
import { until } from "../stage/waiting.mjs";
import { startPrism } from "./prism.mjs";

const CUSTOMER = "+33612345678";
const INTEGRATION = { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER, whatsapp_number: NUMBER };

async function connect(app) {
  const { id } = await app.call("POST", "/api/companies", { name: "Boulangerie" });
  const call = (method, path, body) => app.call(method, path, body, { "x-company-id": id });
  const integration = await call("POST", "/inbox/integrations", INTEGRATION);
  return { call, integration };
}

describe("before the examples of Twilio's own file", () => {
  let prism, app, company;
  before(async () => {
    prism = await startPrism();
    app = await startDeployment({ variables: { TWILIO_API_BASE: prism.url } });
    company = await connect(app);
  });
  after(async () => {
    await app?.stop();
    await prism?.stop();
  });

  test("the credentials are tested, and Twilio's example answers are understood", async () => {
    const tested = await company.call("POST", `/inbox/integrations/${company.integration.id}/test`);
    assert.equal(tested.account_status, "active");
    assert.ok(tested.numbers.length > 0);
    assert.ok(tested.numbers.every(({ address }) => address.startsWith("+")));
  });

  test("a message is accepted as well formed", async () => {
    const message = await company.call("POST", "/twilio/send-sms", { phone_number: CUSTOMER, message: "Ça marche ? 1 + 1 = 2 & fin" });
    assert.match(message.message_sid, /^SM[0-9a-f]{32}$/);
    assert.equal(message.error, null);
  });
});

describe("before the simulated Twilio", () => {
  let prism, simulator, app, company;
  before(async () => {
    const port = await freePort();
    simulator = await startSimulator({ appUrl: `http://127.0.0.1:${port}` });
    await simulator.delay({ sent_ms: 10, delivered_ms: 10 });
    prism = await startPrism({ upstream: simulator.url });
    app = await startDeployment({ port, variables: { TWILIO_API_BASE: prism.url } });
    company = await connect(app);
  });
  after(async () => {
    await app?.stop();
    await prism?.stop();
    await simulator?.stop();
  });

  const conversation = async () => (await company.call("GET", "/inbox/conversations")).items[0];
  const thread = async ({ id }) => (await company.call("GET", `/inbox/conversations/${id}/messages`)).items;

  test("a customer's text is answered, and the answer arrives", async () => {
    await simulator.text({ from: CUSTOMER, body: "Êtes-vous ouverts ?" });
    const found = await until("the text in the inbox", conversation);
    await company.call("POST", `/inbox/conversations/${found.id}/messages`, { content: "Oui, jusqu’à 18 h." });
    await until("delivered", async () => (await thread(found))[0].status === "delivered");
    const shown = await simulator.phone(CUSTOMER);
    assert.deepEqual(shown.map(({ body, mine }) => [body, mine]), [["Êtes-vous ouverts ?", true], ["Oui, jusqu’à 18 h.", false]]);
  });

  test("the line is configured: every request and every answer is as Twilio's files say", async () => {
    const path = `/api/health/lines/${company.integration.id}`;
    const { changes, line } = await company.call("POST", `${path}/configure`, { dry_run: false });
    assert.ok(changes.some(({ subject, setting }) => subject === "application" && setting === "exists"));
    assert.ok(changes.some(({ subject, setting }) => subject === "number" && setting === "message_fallback"));
    assert.ok(changes.some(({ subject, setting }) => subject === "whatsapp_sender" && setting === "message_status"));
    assert.deepEqual(line.points.filter(({ verdict }) => verdict === "mendable"), []);
    assert.equal((await company.call("POST", `${path}/configure`, { dry_run: false })).changes.length, 0);
  });

  test("an answer that got lost is found in Twilio's list, and nothing is sent twice", async () => {
    await simulator.misbehave({ drop_after: 1, lose_receipts: true });
    const sent = await company.call("POST", "/api/send-sms", { to: CUSTOMER, body: "une seule fois" });
    assert.equal(sent.status, "pending");
    // The dispatcher asks half a minute after the silence began.
    await until("the dispatcher found it", async () => (await thread(await conversation()))[0].external_id, 60_000);
    const shown = await simulator.phone(CUSTOMER);
    assert.equal(shown.filter(({ body }) => body === "une seule fois").length, 1);
  });
});
