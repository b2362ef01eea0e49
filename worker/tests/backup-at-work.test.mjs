// A backup is taken while the company works: texts come in, a campaign leaves, a message waits for its time, a program is
// told. What is restored of it is whole, sends nothing by itself, and tells nothing under a second name.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { startDeployment } from "../../tests/stage/deployment.mjs";
import { freePort } from "../../tests/stage/ports.mjs";
import { startReceiver } from "../../tests/stage/receiver.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../../tests/stage/simulator.mjs";
import { until } from "../../tests/stage/waiting.mjs";
import { dump } from "../backup/dump.mjs";

const BACKUP = new URL("../backup.mjs", import.meta.url).pathname;
/** One a second: more than any copy takes. */
const RECIPIENTS = Array.from({ length: 300 }, (_, nth) => `+3363900${1000 + nth}`);
const CUSTOMER = "+33639980001";
const APPOINTED = "+33639980002";
const PATIENCE_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), "edgeline-at-work-"));
const place = (name) => join(folder, name);
const restore = () =>
  promisify(execFile)(process.execPath, [BACKUP, "restore", "--state", place("restored"), "--from", place("copy")], { timeout: PATIENCE_MS });
let port, app, simulator, program, company;

const start = (state) =>
  startDeployment({ port, state, variables: { TWILIO_API_BASE: simulator.url, PUBLIC_URL: `http://127.0.0.1:${port}` } });
const call = (method, path, body) => app.call(method, path, body, { "x-company-id": company });
/** What a telephone got from us. */
const got = async (number) => (await simulator.phone(number)).filter(({ mine }) => !mine).map(({ body }) => body);
const campaign = async () => (await call("GET", "/api/campaigns")).items[0];

/**
 * A backup of the deployment that runs. On one machine a second workerd may not open its state, so the rows are asked of
 * the first; in Cloudflare's account that is what `backup.mjs` does.
 */
async function copy(folder) {
  const prepared = (sql) => {
    const all = async () => ({ results: (await app.read([sql]))[0] });
    return { sql, all, first: async () => (await all()).results[0] };
  };
  const batch = async (statements) => (await app.read(statements.map(({ sql }) => sql))).map((results) => ({ results }));
  mkdirSync(join(folder, "media"), { recursive: true });
  const at = new Date().toISOString();
  const tables = await dump({ prepare: prepared, batch }, join(folder, "database.sql"));
  const sha256 = createHash("sha256").update(readFileSync(join(folder, "database.sql"))).digest("hex");
  const manifest = { format: 1, worker: "edgeline", at, tables, objects: 0, bytes: 0, sha256 };
  writeFileSync(join(folder, "media.jsonl"), "");
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
}

/** The last message of every conversation. */
async function lastMessages() {
  const messages = [];
  let cursor = "";
  do {
    const page = await call("GET", `/inbox/conversations?limit=100${cursor && `&cursor=${cursor}`}`);
    messages.push(...page.items.map(({ last_message: last }) => last).filter(Boolean));
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return messages;
}

/** All that customers wrote, as the inbox has it. */
const received = async () =>
  (await lastMessages()).filter(({ is_from_client: theirs }) => theirs).map(({ preview }) => preview);

before(async () => {
  program = await startReceiver();
  port = await freePort();
  simulator = await startSimulator({ appUrl: `http://127.0.0.1:${port}` });
  app = await start(place("original"));
  ({ id: company } = await app.call("POST", "/api/companies", { name: "L'Écluse" }));
  await call("POST", "/inbox/integrations", {
    name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER, sending_rates: { [NUMBER]: 60 },
  });
  await call("POST", "/api/webhooks", { url: program.url, events: ["message.received", "message.status"] });
});
after(async () => {
  await app?.stop();
  await simulator?.stop();
  program?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a backup of a company at work is whole, and what is restored of it repeats nothing", async () => {
  await simulator.text({ from: CUSTOMER, body: "Avant" });
  await until("the first text", async () => (await received()).length === 1);
  const soon = new Date(Date.now() + 20_000).toISOString();
  await call("POST", "/inbox/conversations", { source: "sms", phone_number: APPOINTED, message: "À l’heure dite", send_at: soon });
  const recipients = RECIPIENTS.map((phone_number) => ({ phone_number }));
  await call("POST", "/twilio/send-bulk", { channel: "sms", name: "Fermeture", message: "Fermé demain", canary: false, recipients });
  await until("the campaign is under way", async () => (await campaign()).sent > 0, PATIENCE_MS);

  // While it is copied, customers go on writing.
  let copied = false;
  const writing = (async () => {
    let nth = 0;
    for (; !copied; nth += 1) {
      await simulator.text({ from: `+3363998${1000 + nth}`, body: `Pendant ${nth}` });
      await pause(100);
    }
    return nth;
  })();
  await copy(place("copy")).finally(() => (copied = true));
  const during = await writing;
  assert.ok(during > 0, "somebody wrote meanwhile");
  const left = (await campaign()).sent;
  assert.ok(left < RECIPIENTS.length, "the campaign was still going on");

  // The original goes on for a while, and ends.
  await simulator.text({ from: "+33639987999", body: "Après" });
  const written = during + 1;
  await until("what waited has left", async () => (await got(APPOINTED)).length === 1, PATIENCE_MS);
  await until("all that was written is there", async () => (await received()).length === written + 1, PATIENCE_MS);
  await app.stop();
  const sent = await Promise.all([APPOINTED, ...RECIPIENTS].map(got));
  assert.ok(sent.flat().length < RECIPIENTS.length + 1, "the campaign was not over");

  const { stdout } = await restore();
  assert.match(stdout, /set aside until a person looks: 1 campaigns \(paused\)/);
  app = await start(place("restored"));
  assert.ok((await received()).includes("Avant"), "what was there before the copy began is in it");
  const { status, pause_reason: reason } = await campaign();
  assert.deepEqual([status, reason], ["paused", "restored"]);
  // A part of a text that came while it was copied would be worse than none.
  const conversations = await received();
  assert.equal(new Set(conversations).size, conversations.length);
  assert.ok(!conversations.includes("Après"), "what came after the copy is not in it");

  // It sweeps as it would each minute, and reads what it does not know in Twilio's lists.
  await until("what came after the copy is read in Twilio’s list", async () => {
    await app.sweep();
    const [going] = await app.read(["SELECT 1 FROM readings WHERE since IS NOT NULL"]);
    return going.length === 0;
  }, PATIENCE_MS);
  assert.deepEqual(await Promise.all([APPOINTED, ...RECIPIENTS].map(got)), sent, "nothing is sent by itself");
  assert.equal((await received()).length, written + 1, "all that came since is there");
  const due = (await lastMessages()).find(({ preview }) => preview === "À l’heure dite");
  assert.equal(due.status, "delivered", "what was due has left meanwhile, and that is found out");

  // Somebody looks, and lets the campaign go on.
  const [{ id: integration }] = await call("GET", "/inbox/integrations");
  await call("PATCH", `/inbox/integrations/${integration}`, { sending_rates: { [NUMBER]: 60_000 } });
  await call("POST", `/twilio/bulk/${(await campaign()).id}/resume`, {});
  await until("the campaign is over", async () => (await campaign()).status === "completed", PATIENCE_MS);
  const texts = await Promise.all(RECIPIENTS.map(got));
  assert.deepEqual(new Set(texts.map((each) => each.join())), new Set(["Fermé demain"]), "each got it, and got it once");

  const names = new Map();
  for (const { headers, body } of program.of("message.received")) {
    const { content } = JSON.parse(body).data.message;
    names.set(content, (names.get(content) ?? new Set()).add(headers["webhook-id"]));
  }
  assert.ok(names.has("Avant"));
  assert.equal(names.get("Avant").size, 1, "what was told before is not told under another name");
});
