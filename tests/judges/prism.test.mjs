// The judge itself: it must notice what is wrong, or its silence would say nothing.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { ACCOUNT, AUTH_TOKEN } from "../stage/simulator.mjs";
import { startPrism } from "./prism.mjs";

let upstream, prism, answer;

before(async () => {
  upstream = createServer((request, response) => {
    request.resume();
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  prism = await startPrism({ upstream: `http://127.0.0.1:${upstream.address().port}` });
});

after(async () => {
  await prism?.stop();
  upstream?.close();
});

function send(form, account = ACCOUNT) {
  return fetch(`${prism.url}/2010-04-01/Accounts/${account}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}` },
    body: new URLSearchParams(form),
  });
}

const GOOD = { sid: "SM11111111111111111111111111111111", status: "queued", num_segments: "1" };

test("a good request and a good answer pass", async () => {
  answer = GOOD;
  assert.equal((await send({ To: "+33612345678", Body: "x" })).status, 201);
});

test("a request without its recipient, or for no account, is noticed", async () => {
  answer = GOOD;
  assert.equal((await send({ Body: "x" })).status, 422);
  assert.equal((await send({ To: "+33612345678", Body: "x" }, "AC1")).status, 422);
});

test("an answer of another shape is noticed", async () => {
  for (const wrong of [{ sid: 1 }, { ...GOOD, sid: "SM1" }, { ...GOOD, status: "teleported" }, { ...GOOD, num_segments: 1 }]) {
    answer = wrong;
    assert.equal((await send({ To: "+33612345678", Body: "x" })).status, 500, JSON.stringify(wrong));
  }
});
