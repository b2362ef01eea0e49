// One workerd, kept alive: Miniflare starts it but does not notice its death, after which every request would hang.
import childProcess from "node:child_process";
import { Log, LogLevel, Miniflare } from "miniflare";

// Miniflare keeps the process to itself, so its birth is watched here.
let lastChild;
const spawn = childProcess.spawn;
childProcess.spawn = (command, args, options) => {
  const child = spawn(command, args, options);
  if (/workerd/.test(command)) {
    lastChild = child;
    outlivedByNobody(child);
  }
  return child;
};

/** workerd does not notice that its parent was killed, and would hold its port for ever. This shell does. */
function outlivedByNobody(child) {
  const script = 'read -r _; kill -s KILL "$0" 2>/dev/null';
  const watcher = spawn("sh", ["-c", script, String(child.pid)], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  watcher.unref();
  watcher.stdin.unref();
  watcher.stdin.on("error", () => {});
  // Its number may become another's.
  child.once("exit", () => watcher.kill());
}

/** Resolves when the process is gone and collected. */
async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** Miniflare answers a signal by leaving at once, workerd collected or not; here that is the caller's business. */
function withoutSignalHandlers(construct) {
  const signals = ["SIGINT", "SIGTERM"];
  const before = signals.map((signal) => process.listeners(signal));
  const made = construct();
  signals.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) {
      if (!before[i].includes(listener)) process.removeListener(signal, listener);
    }
  });
  return made;
}

/** More deaths than this in a minute mean that starting again will not help. */
const DEATHS_PER_MINUTE = 20;

export class Runtime {
  #options;
  #events;
  #miniflare;
  #child;
  #stopping = false;
  #deaths = [];
  /** Resolves when the present workerd answers; replaced at each death. */
  #ready;

  /** `events`: `onReady({url, direct, pid})` at each start, `onDeath(signal)`, `onFailure(error)` when it gives up. */
  constructor({ worker, host, port, directPort, stateDirectory }, events) {
    this.#events = events;
    this.#options = {
      workers: [{ ...worker, ...(directPort === undefined ? {} : { unsafeDirectSockets: [{ host, port: directPort }] }) }],
      host,
      port,
      // No request to Cloudflare for a sample of `request.cf`.
      cf: false,
      // Where `wrangler --persist-to <state>` keeps its own, so that both see the same database.
      defaultPersistRoot: `${stateDirectory}/v3`,
      log: new Log(LogLevel.WARN),
      handleRuntimeStdio(stdout, stderr) {
        stdout.pipe(process.stderr, { end: false });
        stderr.pipe(process.stderr, { end: false });
      },
    };
  }

  async start() {
    this.#stopping = false;
    this.#ready = this.#launch();
    return this.#ready;
  }

  async #launch() {
    this.#miniflare = withoutSignalHandlers(() => new Miniflare(this.#options));
    const url = await this.#miniflare.ready;
    this.#child = lastChild;
    this.#child.once("exit", (code, signal) => this.#onExit(signal ?? `code ${code}`));
    // The same port after a restart, also when the first one was chosen by the system.
    this.#options.port = Number(url.port);
    let direct;
    const [socket] = this.#options.workers[0].unsafeDirectSockets ?? [];
    if (socket) {
      direct = await this.#miniflare.unsafeGetDirectURL();
      socket.port = Number(direct.port);
    }
    await this.#events.onReady(this.#miniflare, { url: url.origin, direct: direct?.origin, pid: this.#child.pid });
    return this.#miniflare;
  }

  #onExit(how) {
    if (this.#stopping) return;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < 60_000), now];
    this.#events.onDeath(how);
    if (this.#deaths.length > DEATHS_PER_MINUTE) {
      this.#events.onFailure(new Error(`workerd died ${this.#deaths.length} times within a minute`));
      return;
    }
    const dead = this.#miniflare;
    this.#ready = dead.dispose().then(() => this.#launch());
    this.#ready.catch((error) => this.#events.onFailure(error));
  }

  /** The Miniflare whose workerd is up. */
  miniflare() {
    return this.#ready;
  }

  /** Ends workerd as a crash would. Resolves when it is gone; its successor is then on its way. */
  async kill() {
    await this.#ready;
    await end(this.#child);
  }

  /** An outage: nobody listens until `start`. */
  async halt() {
    await this.#ready;
    this.#stopping = true;
    await end(this.#child);
    await this.#miniflare.dispose();
  }

  async stop() {
    this.#stopping = true;
    // Without waiting for requests in flight: the state on disk survives worse.
    await end(lastChild);
    await this.#miniflare?.dispose().catch(() => {});
  }
}
