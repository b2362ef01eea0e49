// The Worker's main: a guard around what worker-build makes of the Rust code.
//
// A panic in wasm ends the instance, and with it every request that waits in it: those would hang for ever, as would
// whoever called one of our Durable Objects. The shim of worker-build notes a panic in a global and makes a new
// instance for the next request; the guard watches that global and fails the requests in flight at once.
// Pinned to worker-build 0.8.7 and tested by panicking on purpose (worker/tests).
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import Inner, { Dispatcher as RustDispatcher, LiveHub as RustLiveHub } from "./build/index.js";
import { shortWay } from "./short_way.mjs";

const state = globalThis.__worker_init_state;
const inFlight = new Set();
let critical = state.criticalError;

function failAll(reason) {
  const error = new Error(reason);
  for (const reject of inFlight) reject(error);
  inFlight.clear();
}

Object.defineProperty(state, "criticalError", {
  get: () => critical,
  set(value) {
    critical = value;
    if (value) failAll("the instance was lost to a panic");
  },
});

// An exception that no Rust code catches leaves its request hanging, and the instance in an unknown state.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) return;
  state.criticalError = true;
});

export function guard(work) {
  return new Promise((resolve, reject) => {
    inFlight.add(reject);
    Promise.resolve()
      .then(work)
      .then(resolve, reject)
      .finally(() => inFlight.delete(reject));
  });
}

// What the short way needs of Rust. A lost instance is replaced on the long way.
const rust = (ctx, env) => ({
  plan(url, signature, body) {
    if (state.criticalError) return undefined;
    try {
      return Inner.prototype.planArrival(url, signature, body);
    } catch (error) {
      console.error(`internal error: ${error.stack ?? error}`);
      state.criticalError = true;
      return undefined;
    }
  },
  announce: (company, arrivals) => guard(() => new Inner(ctx, env).announceArrivals(env, company, arrivals)),
});

export default class Main extends WorkerEntrypoint {
  async fetch(request) {
    try {
      const way = await shortWay(request, this.env.DB, rust(this.ctx, this.env), this.ctx);
      if (way instanceof Response) return way;
      return await guard(() => new Inner(this.ctx, this.env).fetch(way));
    } catch (error) {
      console.error(`internal error: ${error.stack ?? error}`);
      const problem = {
        error: "Something broke on our side. Try again in a moment.",
        code: "internal",
        request_id: request.headers.get("cf-ray") ?? "-",
      };
      return Response.json(problem, { status: 500, headers: { "cache-control": "no-store" } });
    }
  }

  scheduled(event) {
    return guard(() => new Inner(this.ctx, this.env).scheduled(event));
  }
}

// In each object the Rust one does the work.
const guarded = (Rust) =>
  class extends DurableObject {
    #inner;
    constructor(ctx, env) {
      super(ctx, env);
      this.#inner = new Rust(ctx, env);
    }
    fetch(request) {
      return guard(() => this.#inner.fetch(request));
    }
    alarm(info) {
      return guard(() => this.#inner.alarm(info));
    }
    webSocketMessage(socket, message) {
      return guard(() => this.#inner.webSocketMessage(socket, message));
    }
    webSocketClose(socket, code, reason, clean) {
      return guard(() => this.#inner.webSocketClose(socket, code, reason, clean));
    }
    webSocketError(socket, error) {
      return guard(() => this.#inner.webSocketError(socket, error));
    }
  };

export class LiveHub extends guarded(RustLiveHub) {}
export class Dispatcher extends guarded(RustDispatcher) {}
