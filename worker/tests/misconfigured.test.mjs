// A setting that is wrong is named: on a page to people, in JSON to programs, and Twilio is to try again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDeployment } from "../../tests/stage/deployment.mjs";

let app;
before(async () => {
  app = await startDeployment({ variables: { ENCRYPTION_KEY: "AAAA" } });
});
after(() => app.stop());

const PAGE = { accept: "text/html,application/xhtml+xml" };

for (const path of ["/", "/healthz", "/inbox", "/settings/integrations"]) {
  test(`${path} is a page that says which setting`, async () => {
    const answer = await fetch(`${app.url}${path}`, { headers: PAGE });
    assert.equal(answer.status, 503);
    assert.match(answer.headers.get("content-type"), /^text\/html/);
    const page = await answer.text();
    assert.match(page, /<code>ENCRYPTION_KEY<\/code> is wrong/);
    assert.ok(!page.includes("AAAA"), "a secret is not shown");
  });
}

test("a program and a monitor read its name", async () => {
  for (const path of ["/healthz", "/api/session"]) {
    const answer = await fetch(`${app.url}${path}`);
    assert.equal(answer.status, 503);
    const { code, field } = await answer.json();
    assert.deepEqual({ code, field }, { code: "not_configured", field: "ENCRYPTION_KEY" });
  }
});

test("a webhook is not answered 200, so that Twilio tries its fallback", async () => {
  const body = new URLSearchParams({ MessageSid: `SM${"1".repeat(32)}`, From: "+33612345678", To: "+33755530001", Body: "x" });
  const answer = await fetch(`${app.url}/handle_sms`, { method: "POST", body });
  assert.equal(answer.status, 503);
});

test("the page of a right deployment is the panel, at its root, too", async () => {
  const right = await startDeployment();
  try {
    const answer = await fetch(right.url, { headers: PAGE });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /<title>Edgeline<\/title>/);
  } finally {
    await right.stop();
  }
});
