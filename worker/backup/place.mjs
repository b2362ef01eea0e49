// Where a deployment's database and bucket are: in Cloudflare's account, or in a folder on this machine.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { getPlatformProxy, unstable_readConfig } from "wrangler";

const WRANGLER = new URL("../../node_modules/.bin/wrangler", import.meta.url).pathname;
const run = promisify(execFile);

/**
 * `state`: a local folder as worker/serve.mjs keeps it; without it, the real thing.
 * Answers `{ db, bucket, folder, execute(file), close() }`; the folder is for files that nobody needs afterwards.
 */
export async function open({ configPath, environment, state }) {
  const config = unstable_readConfig({ config: configPath, env: environment });
  const [database] = config.d1_databases;
  const [bucket] = config.r2_buckets;
  const folder = mkdtempSync(join(tmpdir(), "edgeline-backup-"));
  // Only what is needed, and bound to the account's own: the objects' classes are not here.
  const bound = {
    name: config.name,
    compatibility_date: config.compatibility_date,
    d1_databases: [{ ...database, migrations_dir: undefined, ...(state ? {} : await remote(database)) }],
    r2_buckets: [{ ...bucket, ...(state ? {} : { remote: true }) }],
  };
  const bindings = join(folder, "wrangler.json");
  writeFileSync(bindings, JSON.stringify(bound));
  const proxy = await getPlatformProxy({
    configPath: bindings,
    persist: state ? { path: join(state, "v3") } : false,
    remoteBindings: !state,
  });
  const { DB: db, MEDIA: media } = proxy.env;
  return {
    worker: config.name,
    db,
    bucket: media,
    folder,
    /** Runs a file of SQL as a whole. */
    async execute(file) {
      const where = state ? ["--local", "--persist-to", state] : ["--remote"];
      const flags = ["d1", "execute", "DB", ...where, "--config", bindings, "--yes", "--file", file];
      await run(WRANGLER, flags, {
        cwd: folder,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(folder, "logs") },
      });
    },
    async close() {
      await proxy.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function remote({ database_name: name }) {
  const { stdout } = await run(WRANGLER, ["d1", "list", "--json"], { env: { ...process.env, CI: "1" } });
  const found = JSON.parse(stdout.slice(stdout.indexOf("["))).find((database) => database.name === name);
  if (!found) throw new Error(`there is no database ${name} in this account`);
  return { database_id: found.uuid, remote: true };
}
