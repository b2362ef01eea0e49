// The rows of a backup, from a database that goes on while it is read: everything that is in it fits together.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { countAside, sinceSql } from "../backup/since.mjs";
import { dump } from "../backup/dump.mjs";
import { eachStatement } from "../backup/statements.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "edgeline-dump-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What D1 is to a Worker, over SQLite; `between` runs before each question, as a webhook would. */
function d1(db, between = () => {}) {
  const bound = (sql, values = []) => {
    const run = () => ({ results: db.prepare(sql).all(...values) });
    const all = async () => {
      between();
      return run();
    };
    return { run, all, first: async () => (await all()).results[0], bind: (...more) => bound(sql, more) };
  };
  const batch = async (statements) => {
    between();
    return statements.map((statement) => statement.run());
  };
  return { prepare: (sql) => bound(sql), batch };
}

function migrated() {
  const db = new DatabaseSync(":memory:");
  for (const name of readdirSync(`${ROOT}migrations`).sort()) db.exec(readFileSync(`${ROOT}migrations/${name}`, "utf8"));
  db.exec(`INSERT INTO companies (id, name, created_at) VALUES ('c', 'L''Écluse', 0);
    INSERT INTO contacts (id, company_id, created_at, updated_at) VALUES ('p', 'c', 0, 0);
    INSERT INTO conversations (id, company_id, contact_id, number, customer, identity, channel, status, last_at, created_at)
    VALUES ('v', 'c', 'p', '+33755530001', '+33639980042', '+33639980042', 'sms', 'waiting', 0, 0);`);
  return db;
}

function message(db, id, status, more = {}) {
  const row = {
    id, company_id: "c", conversation_id: "v", channel: "sms", from_client: status === "received" ? 1 : 0, sender: "+33755530001",
    recipient: "+33639980042", body: id, status, status_rank: 0, created_at: 0, ...more,
  };
  const names = Object.keys(row);
  db.prepare(`INSERT INTO messages (${names}) VALUES (${names.map(() => "?")})`).run(...Object.values(row));
}

async function restored(path, more = "") {
  const db = new DatabaseSync(":memory:");
  db.exec("BEGIN");
  await eachStatement(path, (statement) => db.exec(statement));
  db.exec(more);
  db.exec("COMMIT");
  assert.deepEqual(db.prepare("PRAGMA foreign_key_check").all(), []);
  return db;
}

const rows = (db, sql) => db.prepare(sql).all().map((row) => ({ ...row }));

test("what comes in while it is read is in it, with all that it refers to", async () => {
  const db = migrated();
  for (let nth = 0; nth < 1200; nth += 1) message(db, `m${nth}`, "received", { external_id: `SM${nth}` });
  let arrived = 0;
  const path = join(folder, "growing.sql");
  const counts = await dump(d1(db, () => {
    // A customer who has never written: a row in each of these tables, of which some have been read already.
    arrived += 1;
    db.exec(`INSERT INTO contacts (id, company_id, created_at, updated_at) VALUES ('p${arrived}', 'c', 0, 0);
      INSERT INTO conversations (id, company_id, contact_id, number, customer, identity, channel, status, last_at, created_at)
      VALUES ('v${arrived}', 'c', 'p${arrived}', '+33755530001', '+3363998${arrived}', '+3363998${arrived}', 'sms', 'new', 0, 0);`);
    message(db, `late${arrived}`, "received", { conversation_id: `v${arrived}` });
  }), path);
  assert.ok(arrived > 20, `${arrived} came in meanwhile`);
  const copy = await restored(path);
  const [{ messages }] = rows(copy, "SELECT count(*) AS messages FROM messages");
  assert.equal(messages, counts.messages);
  assert.ok(messages > 1200);
});

test("texts come back as they were: line breaks, quotes, emoji, and more than a statement may hold", async () => {
  const db = migrated();
  const texts = [
    "une ligne\n);\nDELETE FROM messages;\n'",
    "à la ligne\r\n\u2028 et encore",
    "l’été 🙏".repeat(60_000),
    "'".repeat(70_000),
  ];
  for (const [nth, body] of texts.entries()) message(db, `m${nth}`, "received", { body });
  const path = join(folder, "texts.sql");
  await dump(d1(db), path);
  const copy = await restored(path);
  assert.deepEqual(rows(copy, "SELECT body FROM messages ORDER BY id").map(({ body }) => body), texts);
  await eachStatement(path, (statement) => assert.ok(Buffer.byteLength(statement) <= 100_000, statement.slice(0, 80)));
});

test("a file that was cut off is no backup", async () => {
  const db = migrated();
  message(db, "m", "received", { body: "une ligne\n;\nune autre" });
  const path = join(folder, "whole.sql");
  await dump(d1(db), path);
  const text = readFileSync(path, "utf8");
  const cut = join(folder, "cut.sql");
  writeFileSync(cut, text.slice(0, text.indexOf("une autre")));
  await assert.rejects(eachStatement(cut, () => {}), /in the middle of a statement/);
});

test("programs are told nothing again: how far they were told is kept, and the search begins anew", async () => {
  const db = migrated();
  for (let nth = 0; nth < 7; nth += 1) message(db, `m${nth}`, "received");
  db.exec("UPDATE search_cursor SET indexed_to = 5, told_to = 5");
  const path = join(folder, "cursor.sql");
  await dump(d1(db), path);
  const copy = await restored(path);
  assert.deepEqual(rows(copy, "SELECT indexed_to, told_to FROM search_cursor"), [{ indexed_to: 0, told_to: 5 }]);
});

test("a backup of a version that did not know it yet can be restored, and is then brought up", async () => {
  const db = migrated();
  for (let nth = 0; nth < 7; nth += 1) message(db, `m${nth}`, "received");
  db.exec("DROP TRIGGER a_deleted_message_is_not_found; ALTER TABLE search_cursor DROP COLUMN told_to");
  const path = join(folder, "before.sql");
  await dump(d1(db), path);
  const copy = await restored(path);
  copy.exec(readFileSync(`${ROOT}migrations/0050_told_once.sql`, "utf8").replace(/DROP TRIGGER/, "DROP TRIGGER IF EXISTS"));
  assert.deepEqual(rows(copy, "SELECT indexed_to, told_to FROM search_cursor"), [{ indexed_to: 0, told_to: 7 }]);
});

test("after a restore nothing that was due leaves by itself", async () => {
  const db = migrated();
  const campaign = (id, state) =>
    db.exec(`INSERT INTO campaigns (id, company_id, name, channel, number, body, state, send_at, created_at)
      VALUES ('${id}', 'c', '${id}', 'sms', '+33755530001', 'Bonjour', '${state}', 0, 0)`);
  for (const state of ["running", "scheduled", "completed", "paused"]) campaign(state, state);
  const now = 1_000_000;
  message(db, "due", "pending", { send_at: now });
  message(db, "later", "pending", { send_at: now + 1, scheduled_for: now + 1 });
  message(db, "in doubt", "claimed", { claimed_at: now - 5, status_rank: 1 });
  message(db, "gone", "delivered", { status_rank: 50 });
  db.exec("UPDATE conversations SET last_message_id = 'a', last_preview = 'a', last_status = 'delivered'");
  db.exec(`INSERT INTO hooks (id, company_id, url, events, secret, created_at)
    VALUES ('h', 'c', 'https://hooks.example.com/', '["message.status","campaign.done"]', 'x', 0)`);
  db.exec(`INSERT INTO integrations (id, company_id, name, account_sid, auth_token_sealed, auth_token_ending, default_region, created_at, updated_at)
    VALUES ('i', 'c', 'Standard', 'AC', 'x', 'x', 'FR', 0, 0);
    INSERT INTO readings (integration_id, company_id, next_at) VALUES ('i', 'c', 2000000)`);
  const path = join(folder, "due.sql");
  await dump(d1(db), path);
  const copy = await restored(path, sinceSql(now - 10, now));
  assert.deepEqual(await countAside(d1(copy)), { campaigns: 2, messages: 1 });
  assert.deepEqual(rows(copy, "SELECT id, state, pause_reason FROM campaigns ORDER BY id"), [
    { id: "completed", state: "completed", pause_reason: null },
    { id: "paused", state: "paused", pause_reason: null },
    { id: "running", state: "paused", pause_reason: "restored" },
    { id: "scheduled", state: "paused", pause_reason: "restored" },
  ]);
  assert.deepEqual(rows(copy, "SELECT id, status, send_at, error_code FROM messages ORDER BY id"), [
    { id: "due", status: "failed", send_at: null, error_code: -2 },
    { id: "gone", status: "delivered", send_at: null, error_code: null },
    { id: "in doubt", status: "claimed", send_at: null, error_code: null },
    { id: "later", status: "pending", send_at: now + 1, error_code: null },
  ]);
  const [{ next_at: due, since, began }] = rows(copy, "SELECT next_at, since, began FROM readings");
  assert.deepEqual([due, since < now - 10, began], [0, true, now], "Twilio's lists are read since the backup");
  const shown = rows(copy, "SELECT last_message_id, last_preview, last_status FROM conversations");
  assert.deepEqual(shown, [{ last_message_id: "due", last_preview: "due", last_status: "failed" }], "somebody sees it");
  assert.deepEqual(rows(copy, "SELECT subject FROM hook_deliveries"), [], "programs are told nothing of it");
});
