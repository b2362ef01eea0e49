// What the Worker is bound to, read from wrangler.toml as wrangler itself reads it.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig, unstable_splitSqlQuery } from "wrangler";

// wrangler.toml names the vars; these are the secrets, which it may not hold.
const SECRETS = [
  "ENCRYPTION_KEY",
  "ADMIN_TOKEN",
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "TWILIO_API_KEY",
  "TWILIO_API_SECRET",
  "TWILIO_TWIML_APP_SID",
  "TWILIO_PHONE_NUMBER",
  "TWILIO_WHATSAPP_NUMBER",
];

/** `flags` win over the environment, that over `.dev.vars` (read only when asked for), that over wrangler.toml. */
export function readDeployment({ configPath, main, vars, devVars }) {
  const config = unstable_readConfig({ config: configPath });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
  const root = dirname(resolve(configPath));
  const bindings = { ...config.vars };
  if (devVars) Object.assign(bindings, readDevVars(resolve(root, ".dev.vars")));
  for (const name of [...Object.keys(config.vars), ...SECRETS]) {
    if (process.env[name]) bindings[name] = process.env[name];
  }
  Object.assign(bindings, vars);

  const scriptPath = resolve(main ?? config.main);
  // A test's own main module imports the Worker's: nothing above the root can be imported.
  const home = dirname(resolve(config.main));
  const modulesRoot = scriptPath.startsWith(`${home}/`) ? home : dirname(scriptPath);
  return {
    crons: config.triggers?.crons ?? [],
    migrations: config.d1_databases.map(({ binding, migrations_dir }) => ({
      binding,
      directory: resolve(root, migrations_dir),
    })),
    worker: {
      ...workerOptions,
      name: config.name,
      bindings,
      modules: true,
      scriptPath,
      modulesRoot,
      // worker-build writes ES modules that end in .js, which Miniflare takes for CommonJS.
      modulesRules: [{ type: "ESModule", include: ["**/*.js", "**/*.mjs"] }, ...workerOptions.modulesRules],
    },
  };
}

function readDevVars(path) {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
}

/**
 * The panel as it is deployed may speak with Twilio only. For a simulated one its policy names that as well, in a copy
 * below `directory`; answers where the panel is.
 */
export function panelFor(worker, directory) {
  const { TWILIO_API_BASE: simulated } = worker.bindings;
  if (!simulated) return worker.assets.directory;
  const copy = resolve(directory, "panel");
  rmSync(copy, { recursive: true, force: true });
  cpSync(worker.assets.directory, copy, { recursive: true });
  const headers = resolve(copy, "_headers");
  const text = readFileSync(headers, "utf8");
  const signalling = simulated.replace(/^http/, "ws");
  writeFileSync(headers, text.replace("connect-src 'self'", `connect-src 'self' ${signalling}`));
  return copy;
}

export const splitSql = unstable_splitSqlQuery;
