// A port for programs that cannot tell which one the system gave them.
//
// A port that was free a moment ago may be somebody's the next: the system hands out those from 32768 on to every
// connection it opens, and several of these processes look at once. So each process takes a block below that range by
// holding its first port for as long as it lives, and gives out the block's others in turn.
import { createServer } from "node:net";

const FIRST = 20_000;
const BLOCKS = 120;
const BLOCK_SIZE = 100;

let block;
let given = 0;

export async function freePort() {
  block ??= takeBlock();
  const first = await block;
  for (let tries = 1; tries < BLOCK_SIZE; tries += 1) {
    given = (given % (BLOCK_SIZE - 1)) + 1;
    const port = first + given;
    const probe = await listen(port);
    if (!probe) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
  throw new Error(`no port from ${first} to ${first + BLOCK_SIZE - 1} is free`);
}

async function takeBlock() {
  for (let index = 0; index < BLOCKS; index += 1) {
    const first = FIRST + index * BLOCK_SIZE;
    const guard = await listen(first);
    if (!guard) continue;
    guard.unref();
    return first;
  }
  throw new Error(`no block of ports from ${FIRST} on is free`);
}

/** A server on the port, or nothing when the port is somebody's. */
function listen(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (error.code === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
