// The database as one file of SQL, made of plain SELECTs: D1's own export refuses databases with FTS5 tables.
// Rows come out as SQLite itself writes them (`quote`), so every type survives.
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { once } from "node:events";
import { inPieces } from "./pieces.mjs";

const PAGE = 500;
/** A function of D1 takes no more than 32 arguments. */
const ARGUMENTS = 30;
/** The most bytes of a statement that D1 reads. */
const STATEMENT = 100_000;

/** Writes it to `path`; answers the number of rows of each table. */
export async function dump(db, path) {
  const file = createWriteStream(path);
  const write = async (line) => {
    if (!file.write(`${line}\n`)) await once(file, "drain");
  };
  const writeRows = async (table, results) => {
    for (const { row, at } of results) {
      const statements = Buffer.byteLength(row) > STATEMENT ? await takeApart(db, table, at) : [row];
      for (const statement of statements) await write(statement);
    }
    counts[table.name] += results.length;
  };
  const schema = await schemaOf(db);
  const tables = await Promise.all(schema.tables.map((table) => describe(db, table)));
  const counts = {};

  // What a row refers to may come later in the file.
  await write("PRAGMA defer_foreign_keys=TRUE;");
  for (const { sql } of [...schema.tables, ...schema.virtual]) await write(`${sql};`);
  const last = new Map();
  for (const table of tables) {
    counts[table.name] = 0;
    for (;;) {
      const { results } = await db.prepare(page(table, last.get(table))).all();
      await writeRows(table, results);
      if (results.length > 0) last.set(table, results.at(-1).at);
      if (results.length < PAGE) break;
    }
  }
  // What came in meanwhile, all tables at one moment: whatever a row above refers to is there.
  const late = tables.filter(({ grows }) => grows);
  const [cursor, ...rest] = await db.batch([
    db.prepare('SELECT * FROM search_cursor'),
    ...late.map((table) => db.prepare(page(table, last.get(table), -1))),
  ]);
  for (const [nth, { results }] of rest.entries()) await writeRows(late[nth], results);
  await write(cursorSql(cursor.results[0]));
  // After the rows, or the triggers would count everything twice.
  for (const { sql } of schema.others) await write(`${sql};`);
  file.end();
  await finished(file);
  return counts;
}

/**
 * The search index is filled anew from the messages by the first sweep (server/src/search/index.rs): it keeps no text of
 * its own. How far programs were told of messages stays, or they would be told of all of them again.
 */
function cursorSql({ indexed_to: indexed, told_to: told }) {
  // Before migration 0050 there was one number for both; that migration knows what 0 means.
  if (told === undefined) return "UPDATE search_cursor SET indexed_to = 0;";
  return `UPDATE search_cursor SET indexed_to = 0, told_to = ${Math.max(indexed, told)};`;
}

/** A row that D1 would not read back, as several statements. */
async function takeApart(db, { name, columns, key }, at) {
  const keys = key.map((column) => `"${column}"`).join(", ");
  const where = `(${keys}) = (${at})`;
  const literals = [];
  // One by one: a row may be as long as an answer may.
  for (const column of columns) {
    const row = await db.prepare(`SELECT ${quoted(column)} AS literal FROM "${name}" WHERE ${where}`).first();
    if (!row) throw new Error(`a row of ${name} was deleted while it was copied: start the backup again`);
    literals.push(row.literal);
  }
  return inPieces(name, columns, literals, where, STATEMENT);
}

async function schemaOf(db) {
  const { results } = await db
    .prepare("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    .all();
  const isVirtual = ({ sql }) => /^CREATE VIRTUAL TABLE/i.test(sql);
  const virtual = results.filter(isVirtual);
  // `x_data`, `x_idx`… belong to the virtual table x; `_cf_…` to Cloudflare; `sqlite_…` to SQLite.
  const isOurs = ({ tbl_name: name }) =>
    !/^(_cf_|sqlite_)/.test(name) && !virtual.some((table) => name.startsWith(`${table.name}_`));
  return {
    tables: results.filter((entry) => entry.type === "table" && !isVirtual(entry) && isOurs(entry)),
    virtual,
    others: results.filter((entry) => entry.type !== "table" && isOurs(entry)),
  };
}

/** What has to be known of a table to read it page by page. */
async function describe(db, { name, sql }) {
  const { results } = await db.prepare(`SELECT name, type, pk FROM pragma_table_info('${name}')`).all();
  const keys = results.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  const columns = results.map((column) => column.name);
  const hasRowid = !/WITHOUT ROWID/i.test(sql);
  const isAlias = keys.length === 1 && keys[0].type.toUpperCase() === "INTEGER";
  // The search indexes name rows by their numbers, so these are kept too.
  if (hasRowid && !isAlias) columns.unshift("rowid");
  return { name, columns, grows: hasRowid, key: hasRowid ? ["rowid"] : keys.map((column) => column.name) };
}

/** Its next rows after that key, as INSERTs. */
function page({ name, columns, key }, after, limit = PAGE) {
  const groups = [];
  for (let start = 0; start < columns.length; start += ARGUMENTS) {
    groups.push(`concat_ws(',', ${columns.slice(start, start + ARGUMENTS).map(quoted).join(", ")})`);
  }
  const insert = `'INSERT INTO "${name}" (${columns.map((column) => `"${column}"`).join(",")}) VALUES ('`;
  const at = `concat_ws(',', ${key.map(quoted).join(", ")})`;
  const keys = key.map((column) => `"${column}"`).join(", ");
  const where = after === undefined ? "" : `WHERE (${keys}) > (${after})`;
  return `SELECT ${insert} || ${groups.join(" || ',' || ")} || ');' AS row, ${at} AS at FROM "${name}" ${where} ORDER BY ${keys} LIMIT ${limit}`;
}

const quoted = (column) => `quote("${column}")`;
