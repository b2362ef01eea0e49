// serve.mjs with a Worker of three lines: everything that is started here rests on these promises.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { isDue } from "./cron.mjs";

const SERVE = new URL("../serve.mjs", import.meta.url).pathname;
const PATIENCE_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), "edgeline-serve-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name, text) {
  writeFileSync(join(folder, name), text);
}
mkdirSync(join(folder, "migrations"));
write(
  "wrangler.toml",
  `name = "tiny"
main = "main.mjs"
compatibility_date = "2026-04-01"
[vars]
GREETING = "from wrangler.toml"
[[d1_databases]]
binding = "DB"
database_name = "tiny"
migrations_dir = "migrations"
[triggers]
crons = ["* * * * *"]
`,
);
write(
  "main.mjs",
  `export default {
  async fetch(request, env) {
    return new Response(env.GREETING);
  },
  async scheduled(event, env) {
    await env.DB.prepare("INSERT INTO notes (text) VALUES (?1)").bind(event.cron).run();
  },
};
`,
);
write(
  "migrations/0001_notes.sql",
  `CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE copies (text TEXT NOT NULL) STRICT;
-- A trigger has semicolons of its own.
CREATE TRIGGER note_is_copied AFTER INSERT ON notes BEGIN
  INSERT INTO copies (text) VALUES (NEW.text);
END;
`,
);

/** A running serve.mjs: `report()` is its next line, `command()` the answer to a command. */
function serve(...args) {
  const child = spawn(process.execPath, [SERVE, "--config", join(folder, "wrangler.toml"), "--no-cron", ...args], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const report = async () => {
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const { value, done } = await lines.next();
    clearTimeout(timer);
    assert.ok(!done, "serve.mjs ended or said nothing");
    return JSON.parse(value);
  };
  const command = async (object) => {
    child.stdin.write(`${JSON.stringify({ id: 1, ...object })}\n`);
    return report();
  };
  const end = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  };
  return { child, report, command, end };
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    // One that died after its parent may wait for somebody to collect it.
    return !existsSync("/proc") || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("it answers on both ports, with the vars of wrangler.toml unless a flag changes them", async () => {
  const plain = serve("--state", join(folder, "vars"), "--direct-port", "0");
  const { ready, direct } = await plain.report();
  assert.equal(await (await fetch(ready)).text(), "from wrangler.toml");
  assert.equal(await (await fetch(direct)).text(), "from wrangler.toml");
  await plain.end();

  const told = serve("--state", join(folder, "vars"), "--var", "GREETING=a=b");
  assert.equal(await (await fetch((await told.report()).ready)).text(), "a=b");
  await told.end();
});

test("a migration is applied once, and what is stored outlives a restart", async () => {
  const state = join(folder, "migrated");
  const first = serve("--state", state);
  await first.report();
  await first.command({ sql: "INSERT INTO notes (text) VALUES (?1)", params: ["kept"] });
  await first.end();

  const second = serve("--state", state);
  await second.report();
  assert.deepEqual((await second.command({ sql: "SELECT text FROM copies" })).rows, [{ text: "kept" }]);
  assert.deepEqual((await second.command({ sql: "SELECT name FROM d1_migrations" })).rows, [{ name: "0001_notes.sql" }]);
  await second.end();
});

test("a migration that fails leaves nothing behind and stops the start", async () => {
  write("migrations/0002_broken.sql", "CREATE TABLE half (id INTEGER) STRICT;\nINSERT INTO nowhere VALUES (1);\n");
  const state = join(folder, "broken");
  try {
    const { report, end } = serve("--state", state);
    assert.match((await report()).fatal, /0002_broken\.sql.*nowhere/);
    await end();
  } finally {
    rmSync(join(folder, "migrations/0002_broken.sql"));
  }
  const { report, command, end } = serve("--state", state);
  await report();
  assert.deepEqual((await command({ sql: "SELECT name FROM sqlite_master WHERE name = 'half'" })).rows, []);
  await end();
});

test("a killed workerd is started again on the same port, with everything that was stored", async () => {
  const { report, command, end } = serve("--state", join(folder, "killed"), "--direct-port", "0");
  const before = await report();
  await command({ sql: "INSERT INTO notes (text) VALUES ('kept')" });
  assert.deepEqual(await command({ kill: true }), { died: "SIGKILL" });
  assert.deepEqual(await report(), { id: 1, killed: true });
  const again = await report();
  assert.deepEqual([again.ready, again.direct], [before.ready, before.direct]);
  assert.notEqual(again.pid, before.pid);
  assert.deepEqual((await command({ sql: "SELECT text FROM notes" })).rows, [{ text: "kept" }]);
  await end();
});

test("one that is halted answers nobody until it is started again", async () => {
  const { report, command, end } = serve("--state", join(folder, "halted"));
  const before = await report();
  await command({ sql: "INSERT INTO notes (text) VALUES ('kept')" });
  assert.deepEqual(await command({ halt: true }), { id: 1, halted: true });
  await assert.rejects(fetch(before.ready));
  assert.equal((await command({ start: true })).ready, before.ready);
  assert.deepEqual(await report(), { id: 1, started: true });
  assert.equal(await (await fetch(before.ready)).text(), "from wrangler.toml");
  assert.deepEqual((await command({ sql: "SELECT text FROM notes" })).rows, [{ text: "kept" }]);
  await end();
});

test("the cron handler runs when it is told to", async () => {
  const { report, command, end } = serve("--state", join(folder, "cron"));
  await report();
  assert.equal((await command({ cron: "* * * * *" })).outcome, "ok");
  assert.deepEqual((await command({ sql: "SELECT text FROM notes" })).rows, [{ text: "* * * * *" }]);
  await end();
});

test("what makes no sense is an error and not the end", async () => {
  const { report, command, end } = serve("--state", join(folder, "errors"));
  await report();
  assert.match((await command({ sql: "SELECT * FROM nothing" })).error, /nothing/);
  assert.match((await command({ dance: true })).error, /not a command/);
  assert.deepEqual((await command({ sql: "SELECT 1 AS one" })).rows, [{ one: 1 }]);
  await end();
});

test("a port in use is named", async () => {
  const other = createServer();
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address();
  const { child, report } = serve("--state", join(folder, "port"), "--port", String(port));
  assert.deepEqual(await report(), { fatal: `port ${port} is in use` });
  const [code] = await once(child, "exit");
  assert.equal(code, 1);
  other.close();
});

test("workerd goes when the one who asked for it goes", async () => {
  for (const leave of [(child) => child.stdin.destroy(), (child) => child.kill("SIGTERM")]) {
    const { child, report } = serve("--state", join(folder, "leave"));
    const { pid } = await report();
    assert.ok(isRunning(pid));
    leave(child);
    await once(child, "exit");
    assert.ok(!isRunning(pid));
  }
});

test("workerd goes even when serve.mjs is killed", async () => {
  const { child, report } = serve("--state", join(folder, "orphan"));
  const { pid } = await report();
  child.kill("SIGKILL");
  await once(child, "exit");
  for (let waited = 0; isRunning(pid); waited += 20) {
    assert.ok(waited < 5_000, "workerd outlives it");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test("cron expressions are read in UTC", () => {
  const at = new Date("2026-11-22T03:30:00Z"); // a Sunday
  for (const due of ["* * * * *", "*/15 * * * *", "30 3 * * *", "0,30 2-4 * 11 *", "30 3 22 11 0", "10-59/20 * * * *"]) {
    assert.ok(isDue(due, at), due);
  }
  for (const not of ["31 * * * *", "*/7 * * * *", "30 4 * * *", "* * * * 1-5", "* * 21 * *"]) {
    assert.ok(!isDue(not, at), not);
  }
  assert.throws(() => isDue("* * *", at));
  assert.throws(() => isDue("MON * * * *", at));
});
