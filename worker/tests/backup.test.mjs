// A deployment is backed up, restored into an empty one, and compared: row by row, byte by byte, and by using it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { startDeployment } from "../../tests/stage/deployment.mjs";
import { startSimulator, ACCOUNT, AUTH_TOKEN, NUMBER } from "../../tests/stage/simulator.mjs";
import { freePort } from "../../tests/stage/ports.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const BACKUP = new URL("../backup.mjs", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "edgeline-restored-"));
const [original, restored] = ["original", "restored"].map((name) => join(folder, name));
const FILE = Buffer.from(Array.from({ length: 200_000 }, (_, nth) => (nth * 31) % 251));
/** Quotes, line breaks, emoji, and characters that SQL or a shell might trip over. */
const TEXT = "C'est l’heure « d'été » ; -- 100 % \"vrai\"\nÀ demain 🙏";
let company, media;

/** Rows as they are; wrangler drops comments when it reads the definitions. */
const lines = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .map((line) => (line.startsWith("INSERT") ? line : line.replace(/\s*-- .*/, "").trimEnd()))
    .filter(Boolean);
const keep = (...flags) => promisify(execFile)(process.execPath, [BACKUP, ...flags], { timeout: 120_000 });
const texts = async (app) => {
  const inCompany = { "x-company-id": company };
  const { items } = await app.call("GET", "/inbox/conversations", undefined, inCompany);
  const lists = await Promise.all(
    items.map(({ id }) => app.call("GET", `/inbox/conversations/${id}/messages`, undefined, inCompany)),
  );
  return lists.flatMap((list) => list.items).map(({ content }) => content).sort();
};

before(async () => {
  const port = await freePort();
  const simulator = await startSimulator({ appUrl: `http://127.0.0.1:${port}` });
  const app = await startDeployment({ port, state: original, variables: { TWILIO_API_BASE: simulator.url, PUBLIC_URL: `http://127.0.0.1:${port}` } });
  try {
    ({ id: company } = await app.call("POST", "/api/companies", { name: "L'Écluse" }));
    const inCompany = { "x-company-id": company };
    const integration = { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER };
    await app.call("POST", "/inbox/integrations", integration, inCompany);
    await simulator.text({ from: "+33639980042", body: TEXT });
    await simulator.text({ from: "+33639980043", body: "Bonjour" });
    await until("both texts are there", async () => (await texts(app)).length === 2);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const recipients = [{ phone_number: "+33639980042" }, { phone_number: "+33639980043" }];
    await app.call("POST", "/twilio/send-bulk", { channel: "sms", message: "Fermé demain", send_at: later, recipients }, inCompany);
    const answer = await fetch(`${app.url}/api/uploads?name=plan.bin`, {
      method: "POST",
      headers: { authorization: "Bearer the-administrators-token-of-the-tests", ...inCompany, "content-type": "application/octet-stream" },
      body: FILE,
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    media = (await answer.json()).id;
  } finally {
    await app.stop();
    await simulator.stop();
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("what is restored is what was backed up", async () => {
  const [first, second] = ["first", "second"].map((name) => join(folder, name));
  await keep("backup", "--state", original, "--to", first);
  const { stdout } = await keep("restore", "--state", restored, "--from", first);
  assert.match(stdout, /set aside until a person looks: 1 campaigns \(paused\), 0 messages/);
  await keep("backup", "--state", restored, "--to", second);
  const [before, now] = [first, second].map((name) => lines(join(name, "database.sql")));
  assert.equal(now.length, before.length);
  // Not in one assertion: its explanation would be two databases long.
  const different = before.filter((line, nth) => now[nth] !== line);
  // What was set aside since.
  assert.deepEqual(different.map((line) => line.match(/^INSERT INTO "(\w+)"/)?.[1]), ["campaigns", "readings"]);
  assert.deepEqual(readFileSync(join(second, "media.jsonl")), readFileSync(join(first, "media.jsonl")));
  const [entry] = readFileSync(join(first, "media.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(entry.sha256, createHash("sha256").update(FILE).digest("hex"));
  assert.deepEqual(readFileSync(join(first, "media", entry.key)), FILE);
  assert.ok(entry.key.includes(media));
  const { tables } = JSON.parse(readFileSync(join(first, "manifest.json"), "utf8"));
  assert.deepEqual([tables.messages, tables.companies], [2, 1]);
});

test("the restored deployment works: its messages, its search, and what comes next", async () => {
  const app = await startDeployment({ state: restored });
  try {
    assert.deepEqual(await texts(app), ["Bonjour", TEXT].sort());
    const found = await app.call("GET", "/api/search?q=heure", undefined, { "x-company-id": company });
    assert.equal(found.messages.length, 1);
    const { items } = await app.call("GET", "/api/campaigns", undefined, { "x-company-id": company });
    assert.deepEqual(items.map(({ status, pause_reason: reason }) => [status, reason]), [["paused", "restored"]]);
    await app.call("POST", "/api/companies", { name: "Après" });
    assert.equal((await app.call("GET", "/api/companies")).length, 2);
  } finally {
    await app.stop();
  }
});

test("a backup goes neither over rows that are there, nor into a folder that is not empty", async () => {
  const first = join(folder, "first");
  await assert.rejects(keep("restore", "--state", original, "--from", first), /tables already/);
  await assert.rejects(keep("backup", "--state", original, "--to", first), /not empty/);
});

test("a damaged or unfinished backup is not restored", async () => {
  const first = join(folder, "first");
  const manifest = readFileSync(join(first, "manifest.json"));
  const empty = join(folder, "empty");
  appendFileSync(join(first, "database.sql"), "DELETE FROM messages;\n");
  await assert.rejects(keep("restore", "--state", empty, "--from", first), /not what was backed up/);
  rmSync(join(first, "manifest.json"));
  await assert.rejects(keep("restore", "--state", empty, "--from", first), /no finished backup/);
  writeFileSync(join(first, "manifest.json"), manifest);
  assert.ok(readdirSync(first).includes("database.sql"));
});
