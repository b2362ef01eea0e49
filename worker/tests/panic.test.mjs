// A panic loses the instance. The guard in entry.mjs must let go of everybody who waits in it, and the next request
// must find a new one.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { ADMIN_TOKEN, startDeployment } from "../../tests/stage/deployment.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const WAITING = 5;
let app, silent, company, integration;
/** Requests that Twilio has and never answers. */
const held = [];

before(async () => {
  silent = createServer((request) => held.push(request));
  await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const main = new URL("panicking.mjs", import.meta.url).pathname;
  app = await startDeployment({ main, variables: { TWILIO_API_BASE: `http://127.0.0.1:${silent.address().port}` } });
  ({ id: company } = await app.call("POST", "/api/companies", { name: "Boulangerie" }));
  integration = await app.call(
    "POST",
    "/inbox/integrations",
    { name: "Standard", account_id: `AC${"1".repeat(32)}`, api_key: "token", phone_number: "+33755530001" },
    { "x-company-id": company },
  );
});

after(async () => {
  await app?.stop();
  silent?.closeAllConnections();
  silent?.close();
});

test("who waits in the instance is let go, and the next one is served", async () => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "x-company-id": company };
  const waiting = Array.from({ length: WAITING }, () =>
    fetch(`${app.url}/inbox/integrations/${integration.id}/test`, {
      method: "POST",
      headers,
      signal: AbortSignal.timeout(20_000),
    }),
  );
  await until("all of them wait for Twilio", () => held.length >= WAITING);

  const panicked = await fetch(`${app.url}/panic`);
  assert.equal(panicked.status, 500, await panicked.text());

  for (const answer of await Promise.all(waiting)) {
    assert.equal(answer.status, 500);
    assert.equal((await answer.json()).code, "internal");
  }
  assert.equal((await fetch(`${app.url}/healthz`)).status, 200);
  const companies = await app.call("GET", "/api/companies");
  assert.ok(companies.some(({ id }) => id === company));
});

test("a panic after a panic is survived as well", async () => {
  for (let nth = 0; nth < 3; nth += 1) {
    assert.equal((await fetch(`${app.url}/panic`)).status, 500);
    assert.equal((await fetch(`${app.url}/healthz`)).status, 200);
  }
});
