// The Worker with one more path, on which the Rust code panics on purpose.
import Main, { Dispatcher, LiveHub, guard } from "../entry.mjs";
import Inner from "../build/index.js";

export { Dispatcher, LiveHub };

export default class extends Main {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/panic") return super.fetch(request);
    try {
      await guard(() => new Inner(this.ctx, this.env).panicOnPurpose());
    } catch (error) {
      return new Response(`${error}`, { status: 500 });
    }
    return new Response("there was no panic");
  }
}
