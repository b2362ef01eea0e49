// Backs up and restores a deployment's rows and files; `cargo xtask backup` and `cargo xtask restore` call it.
//
//   node worker/backup.mjs backup  --to FOLDER   [--env NAME] [--state DIR] [--config wrangler.toml]
//   node worker/backup.mjs restore --from FOLDER [--env NAME] [--state DIR] [--config wrangler.toml]
//
// The folder then has `database.sql`, `media/`, `media.jsonl` and `manifest.json`. The Durable Objects are not in it:
// what they hold are hints (live events) and alarms, which the next sweep sets again.
import { createHash } from "node:crypto";
import { appendFileSync, createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { countAside, sinceSql } from "./backup/since.mjs";
import { dump } from "./backup/dump.mjs";
import { fetchObjects, putObjects } from "./backup/objects.mjs";
import { open } from "./backup/place.mjs";
import { eachStatement } from "./backup/statements.mjs";

const FORMAT = 1;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: "string" },
    from: { type: "string" },
    env: { type: "string", default: "" },
    state: { type: "string" },
    config: { type: "string", default: new URL("../wrangler.toml", import.meta.url).pathname },
  },
});

try {
  const [what] = positionals;
  if (what === "backup" && flags.to) await backup(flags.to);
  else if (what === "restore" && flags.from) await restore(flags.from);
  else throw new Error("backup --to FOLDER or restore --from FOLDER is expected");
} catch (error) {
  console.error(error.stderr || error.message);
  process.exitCode = 1;
}

async function backup(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  const place = await open({ configPath: flags.config, environment: flags.env, state: flags.state });
  try {
    const file = join(folder, "database.sql");
    // What came before is in it; of what comes while it is copied, some.
    const at = new Date().toISOString();
    const tables = await dump(place.db, file);
    // After the rows: a file that a row names was there before it.
    const { objects, bytes } = await fetchObjects(place.bucket, folder);
    await prove(file);
    // Last, so that a folder without it is known to be half a backup.
    const manifest = { format: FORMAT, worker: place.worker, at, tables, objects, bytes, sha256: await sha256(file) };
    writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
    console.log(`${folder}: ${rows} rows of ${Object.keys(tables).length} tables, ${objects} files (${bytes} bytes)`);
  } finally {
    await place.close();
  }
}

/** A backup that cannot be restored is none: SQLite reads the whole file, and looks whether what refers to a row finds it. */
async function prove(file) {
  const path = `${file}.proof`;
  const db = new DatabaseSync(path);
  try {
    db.exec("BEGIN");
    await eachStatement(file, (statement) => db.exec(statement));
    db.exec("COMMIT");
    const lost = db.prepare("PRAGMA foreign_key_check").all();
    if (lost.length > 0) {
      throw new Error(`rows changed while they were copied (${JSON.stringify(lost[0])}): start the backup again`);
    }
  } finally {
    db.close();
    rmSync(path, { force: true });
  }
}

async function restore(folder) {
  const manifest = readManifest(folder);
  const file = join(folder, "database.sql");
  if ((await sha256(file)) !== manifest.sha256) throw new Error(`${file} is not what was backed up`);
  const place = await open({ configPath: flags.config, environment: flags.env, state: flags.state });
  try {
    const { results } = await place.db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
      .all();
    if (results.length > 0) {
      throw new Error(
        `the database has ${results.length} tables already: a backup goes into an empty one. Give wrangler.toml another database_name`,
      );
    }
    // The files first: without rows they do no harm, and a restore that breaks off here is simply started again.
    const { objects, kept } = await putObjects(place.bucket, folder);
    const whole = join(place.folder, "restore.sql");
    await copyFile(file, whole);
    appendFileSync(whole, `${sinceSql(Date.parse(manifest.at), Date.now())}\n`);
    await place.execute(whole);
    await compare(place.db, manifest);
    const { campaigns, messages } = await countAside(place.db);
    console.log(`${place.worker}: restored as of ${manifest.at}, with ${objects} files (${kept} of them were there)`);
    console.log(`set aside until a person looks: ${campaigns} campaigns (paused), ${messages} messages that were due`);
    console.log("what came since stands in Twilio's lists: within minutes of its first start the deployment begins to read them");
  } finally {
    await place.close();
  }
}

async function compare(db, { tables }) {
  for (const [name, expected] of Object.entries(tables)) {
    const { rows } = await db.prepare(`SELECT count(*) AS rows FROM "${name}"`).first();
    if (rows !== expected) throw new Error(`${name} has ${rows} rows after the restore, ${expected} in the backup`);
  }
}

function readManifest(folder) {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) throw new Error(`${path} is missing: this is no finished backup`);
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  if (manifest.format !== FORMAT) throw new Error(`${path} is of format ${manifest.format}, this version reads ${FORMAT}`);
  return manifest;
}

async function sha256(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
