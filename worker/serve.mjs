// Runs the built Worker on workerd with its state on disk: for `cargo xtask dev`, the tests and the bench.
//
//   node worker/serve.mjs --state DIR [--port 8787] [--direct-port N] [--var NAME=VALUE]… [--dev-vars] [--no-cron]
//                         [--no-assets] [--config wrangler.toml] [--main worker/entry.mjs]
//
// Port 0 (the default) lets the system choose. `--direct-port` opens a second port without Miniflare's entry worker;
// `--no-assets` leaves out its asset router, too. It lives as long as its standard input: whoever started it and dies,
// however suddenly, takes it along.
//
// Standard output carries one JSON object a line:
//   {"ready": "http://127.0.0.1:8787", "direct": "http://…", "pid": 4711}   at the start and after each restart
//   {"died": "SIGKILL"}                                                     workerd is gone; it is started again
//   {"fatal": "…"}                                                          what went wrong, before exit code 1
// Commands come one JSON object a line and are obeyed in order; each is answered by one object that repeats its "id":
//   {"id": 1, "kill": true}                     SIGKILL for workerd     → {"id": 1, "killed": true}
//   {"id": 2, "halt": true}                     nobody listens from now → {"id": 2, "halted": true}
//   {"id": 3, "start": true}                    … until now             → {"id": 3, "started": true}
//   {"id": 4, "sql": "SELECT …", "params": []}  on the first database   → {"id": 4, "rows": […]}
//   {"id": 4, "batch": ["SELECT …", "…"]}       all at one moment       → {"id": 4, "rows": [[…], […]]}
//   {"id": 5, "cron": "* * * * *"}              runs the handler now    → {"id": 5, "outcome": "ok"}
//   anything that fails                                                 → {"id": …, "error": "…"}
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { everyMinute } from "./serve/cron.mjs";
import { migrate } from "./serve/migrate.mjs";
import { panelFor, readDeployment } from "./serve/options.mjs";
import { Runtime } from "./serve/runtime.mjs";

const HOST = "127.0.0.1";

const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

let runtime;
let leaving = false;
async function leave(code) {
  if (leaving) return;
  leaving = true;
  await runtime?.stop();
  process.exit(code);
}
function fail(error) {
  if (leaving) return;
  say({ fatal: error.message });
  leave(1);
}
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => leave(0));

const { values: flags } = parseArgs({
  options: {
    state: { type: "string" },
    port: { type: "string", default: "0" },
    "direct-port": { type: "string" },
    var: { type: "string", multiple: true, default: [] },
    "dev-vars": { type: "boolean", default: false },
    "no-cron": { type: "boolean", default: false },
    "no-assets": { type: "boolean", default: false },
    config: { type: "string", default: new URL("../wrangler.toml", import.meta.url).pathname },
    main: { type: "string" },
  },
});
if (!flags.state) throw new Error("--state DIR is required");

const { worker, crons, migrations } = readDeployment({
  configPath: flags.config,
  main: flags.main,
  devVars: flags["dev-vars"],
  vars: Object.fromEntries(
    flags.var.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--var ${pair}: NAME=VALUE is expected`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  ),
});

// With assets, Miniflare puts its own router in front of the Worker on every port, which costs each request a hop
// that Cloudflare's network does not have: the bench measures without it.
if (flags["no-assets"]) delete worker.assets;
else if (worker.assets) worker.assets.directory = panelFor(worker, flags.state);

const port = Number(flags.port);
const directPort = flags["direct-port"] === undefined ? undefined : Number(flags["direct-port"]);
for (const wanted of [port, directPort]) if (wanted) await assertFree(wanted);

runtime = new Runtime(
  { worker, host: HOST, port, directPort, stateDirectory: flags.state },
  {
    async onReady(miniflare, addresses) {
      for (const { binding, directory } of migrations) {
        await migrate(await miniflare.getD1Database(binding), directory);
      }
      say({ ready: addresses.url, direct: addresses.direct, pid: addresses.pid });
    },
    onDeath: (died) => say({ died }),
    onFailure: fail,
  },
);
await runtime.start();

if (!flags["no-cron"]) {
  everyMinute(crons, (expression, time) => {
    scheduled(expression, time).catch((error) => console.error(`cron ${expression}: ${error.message}`));
  });
}

// In their order: what follows a kill finds the next workerd.
let last = Promise.resolve();
const commands = createInterface({ input: process.stdin });
commands.on("line", (line) => {
  if (line.trim()) last = last.then(() => answer(line));
});
commands.on("close", () => leave(0));

async function answer(line) {
  let id;
  try {
    const command = JSON.parse(line);
    id = command.id;
    say({ id, ...(await obey(command)) });
  } catch (error) {
    if (!leaving) say({ id, error: error.message });
  }
}

async function obey(command) {
  if (command.kill) {
    await runtime.kill();
    return { killed: true };
  }
  if (command.halt) {
    await runtime.halt();
    return { halted: true };
  }
  if (command.start) {
    await runtime.start();
    return { started: true };
  }
  if (command.sql) {
    const miniflare = await runtime.miniflare();
    const db = await miniflare.getD1Database(migrations[0].binding);
    const { results } = await db.prepare(command.sql).bind(...(command.params ?? [])).all();
    return { rows: results };
  }
  if (command.batch) {
    const miniflare = await runtime.miniflare();
    const db = await miniflare.getD1Database(migrations[0].binding);
    const answers = await db.batch(command.batch.map((sql) => db.prepare(sql)));
    return { rows: answers.map(({ results }) => results) };
  }
  if (command.cron) {
    const { outcome } = await scheduled(command.cron, new Date());
    return { outcome };
  }
  throw new Error("not a command: one of kill, halt, start, sql, batch, cron is expected");
}

async function scheduled(cron, scheduledTime) {
  const miniflare = await runtime.miniflare();
  const fetcher = await miniflare.getWorker();
  return fetcher.scheduled({ cron, scheduledTime });
}

// workerd's own words for a port in use do not say which one.
function assertFree(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) =>
      reject(new Error(error.code === "EADDRINUSE" ? `port ${wanted} is in use` : `port ${wanted}: ${error.message}`)),
    );
    server.listen(wanted, HOST, () => server.close(resolve));
  });
}
