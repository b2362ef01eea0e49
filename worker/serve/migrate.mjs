// Applies the migrations that a D1 database does not have yet, and notes them where `wrangler d1 migrations` looks.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { splitSql } from "./options.mjs";

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Answers the names of the files that it applied. Each file is one atomic batch. */
export async function migrate(db, directory) {
  await db.prepare(TABLE).run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map((row) => row.name));
  const missing = readdirSync(directory)
    .filter((name) => name.endsWith(".sql") && !applied.has(name))
    .sort();
  for (const name of missing) {
    const statements = splitSql(readFileSync(join(directory, name), "utf8"));
    try {
      await db.batch([
        ...statements.map((sql) => db.prepare(sql)),
        db.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(name),
      ]);
    } catch (error) {
      throw new Error(`migration ${name}: ${error.message}`, { cause: error });
    }
  }
  return missing;
}
