// The built product on a real workerd, with its state in a folder of its own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nextLine, stop } from "./processes.mjs";

export const ADMIN_TOKEN = "the-administrators-token-of-the-tests";
const ENCRYPTION_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * `variables`: of the deployment, beside the two secrets above. `port` 0: the system chooses. `main`: another module
 * than the Worker's own. `state`: a folder that outlives it.
 */
export async function startDeployment({ variables = {}, port = 0, cron = false, main, state: kept } = {}) {
  if (!existsSync(`${ROOT}worker/build/index.js`)) {
    throw new Error("worker/build is missing: run `cargo xtask build` first");
  }
  const state = kept ?? (await mkdtemp(join(tmpdir(), "edgeline-")));
  const all = { ADMIN_TOKEN, ENCRYPTION_KEY, ...variables };
  const flags = Object.entries(all).flatMap(([name, value]) => ["--var", `${name}=${value}`]);
  if (!cron) flags.push("--no-cron");
  if (main) flags.push("--main", main);
  const child = spawn(process.execPath, ["worker/serve.mjs", "--state", state, "--port", `${port}`, ...flags], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", process.env.EDGELINE_VERBOSE ? "inherit" : "ignore"],
  });
  const ready = () => nextLine(child, (line) => line.includes('"ready"'), "worker/serve.mjs");
  const { ready: url } = JSON.parse(await ready());
  let asked = 0;
  let last = Promise.resolve();
  const command = (what) => (last = last.catch(() => {}).then(() => obey(what)));
  const obey = async (what) => {
    const id = `command ${(asked += 1)}`;
    const over = nextLine(child, (line) => JSON.parse(line).id === id, "worker/serve.mjs");
    child.stdin.write(`${JSON.stringify({ id, ...what })}\n`);
    const answer = JSON.parse(await over);
    if (answer.error) throw new Error(`${Object.keys(what)}: ${answer.error}`);
    return answer;
  };
  return {
    url,
    /** As the holder of ADMIN_TOKEN. Answers the body; throws when it was refused. */
    async call(method, path, body, headers = {}) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json", ...headers },
        body: body && JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    /** Ends workerd as a crash would. Resolves when its successor is there. */
    async kill() {
      const back = ready();
      child.stdin.write(`${JSON.stringify({ id: 1, kill: true })}\n`);
      await back;
    },
    /** Nobody answers until `start`. */
    async halt() {
      const halted = nextLine(child, (line) => line.includes('"halted"'), "worker/serve.mjs");
      child.stdin.write(`${JSON.stringify({ id: 2, halt: true })}\n`);
      await halted;
    },
    async start() {
      const back = ready();
      child.stdin.write(`${JSON.stringify({ id: 3, start: true })}\n`);
      await back;
    },
    /** What the cron does each minute, now. */
    async sweep() {
      const { outcome } = await command({ cron: "* * * * *" });
      if (outcome !== "ok") throw new Error(`the sweep: ${outcome}`);
    },
    /** The rows of each statement, all read at one moment. */
    read: async (statements) => (await command({ batch: statements })).rows,
    async stop() {
      child.stdin.end();
      await stop(child);
      if (!kept) await rm(state, { recursive: true, force: true });
    },
  };
}
