// `cargo xtask dev` as whoever tries the product meets it: addresses, a sign-in that works, a second start, an end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../tests/stage/ports.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const XTASK = `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/xtask`;
const PATIENCE_MS = 120_000;

const state = mkdtempSync(join(tmpdir(), "edgeline-dev-"));
after(() => rmSync(state, { recursive: true, force: true }));

function start(flags = [], variables = {}) {
  const child = spawn(XTASK, ["dev", "--port", `${port}`, "--state", state, ...flags], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  after(() => child.kill("SIGKILL"));
  const dev = { child, said: "" };
  for (const output of [child.stdout, child.stderr]) output.on("data", (text) => (dev.said += text));
  const closed = once(child, "close");
  dev.ends = async () => (await closed)[0];
  dev.welcomes = async () => {
    await until("the welcome", () => dev.said.includes("Ctrl-C stops everything") || child.exitCode !== null, PATIENCE_MS);
    assert.equal(child.exitCode, null, dev.said);
  };
  return dev;
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

const printed = (label) => dev.said.match(new RegExp(`${label} +(\\S+)`))?.[1];

async function signIn() {
  const email = printed("Sign in as");
  const password = printed("Password");
  const address = `http://localhost:${port}`;
  return fetch(`${address}/api/session`, {
    method: "POST",
    headers: { origin: address, "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
}

let port, dev;
before(async () => {
  port = await freePort();
});

test("the first start prints the app, the customer's phone, and a sign-in that works", async () => {
  dev = start();
  await dev.welcomes();
  assert.match(dev.said, new RegExp(`http://localhost:${port}\\b`));
  assert.match(dev.said, new RegExp(`http://localhost:${port + 1}\\b`));
  assert.equal((await signIn()).status, 200);
  assert.equal((await fetch(`http://localhost:${port + 1}`)).status, 200);
});

test("what is taken is said in a sentence, before anything is built", async () => {
  const second = start();
  assert.equal(await second.ends(), 1);
  assert.match(second.said, new RegExp(`port ${port} is taken: .*--port`));
});

test("Ctrl-C stops all that it started", async () => {
  dev.child.kill("SIGINT");
  await dev.ends();
  await until("both ports are free", async () => (await isFree(port)) && (await isFree(port + 1)), 10_000);
});

test("a second start makes no second demo company, and the same sign-in works", async () => {
  const password = printed("Password");
  dev = start();
  await dev.welcomes();
  assert.ok(!dev.said.includes("making the demo company"), dev.said);
  assert.equal(printed("Password"), password);
  assert.equal((await signIn()).status, 200);
  dev.child.kill("SIGINT");
  await dev.ends();
});

test("a demo company that was left half made is not taken for a whole one", async () => {
  writeFileSync(join(state, "demo-unfinished"), "");
  dev = start();
  assert.equal(await dev.ends(), 1);
  assert.match(dev.said, /the demo company is incomplete: start with --fresh/);
});

test("half an account of Twilio's is named", async () => {
  const half = start([], { TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}` });
  assert.equal(await half.ends(), 1);
  assert.match(half.said, /TWILIO_AUTH_TOKEN is not/);
});
