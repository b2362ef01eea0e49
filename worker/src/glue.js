// What crosses between JavaScript and wasm, in as few calls as can be: one to read a request, one to write an
// answer, one for a whole batch of SQL, one for a request to Twilio.

/** Uploads and long lists: their bodies are read as they are stored. */
const STREAMED = /^https?:\/\/[^/]+\/(api\/send-mms|api\/uploads|api\/sms\/bulk|twilio\/send-bulk)(\?|$)/;
/** Of an upload that was answered early, this much is still read. */
const MOST_DRAINED = 64 * 1024 * 1024;
const MOST_OF_HOOK = 2000;
/** Read at once of a streamed body: the platform's own pieces are small, and each crosses into wasm and back. */
const PIECE_BYTES = 64 * 1024;

/**
 * Method, address, headers as `name\nvalue` lines, and the body: bytes, `null` for one larger than `most` bytes, or a
 * reader for one that is streamed.
 */
export async function readRequest(request, most) {
  const headers = [];
  for (const [name, value] of request.headers) headers.push(name, value);
  if (request.method === "POST" && request.body && STREAMED.test(request.url)) {
    return [request.method, request.url, headers.join("\n"), request.body.getReader({ mode: "byob" })];
  }
  return [request.method, request.url, headers.join("\n"), await readBody(request, most)];
}

// The body is always read to its end: an answer before that leaves the connection in a state that the next
// request on it pays for.
async function readBody(request, most) {
  if (!request.body) return new Uint8Array();
  if (Number(request.headers.get("content-length") ?? Infinity) <= most) {
    return new Uint8Array(await request.arrayBuffer());
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
  }
  if (size > most) return null;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The next piece of a streamed body; `undefined` at its end. */
export async function readChunk(reader) {
  const { value, done } = await reader.readAtLeast(PIECE_BYTES, new Uint8Array(PIECE_BYTES));
  return done && !value?.length ? undefined : value;
}

/** Reads the rest. A body that broke off has none. */
export async function drain(reader) {
  try {
    for (let size = 0; size < MOST_DRAINED; ) {
      const piece = await readChunk(reader);
      if (piece === undefined) return;
      size += piece.length;
    }
    await reader.cancel();
  } catch {
    return;
  }
}

/** `headers`: `name\nvalue` lines. */
export function writeResponse(status, headers, body) {
  const lines = headers.split("\n");
  const list = [];
  for (let i = 0; i + 1 < lines.length; i += 2) list.push([lines[i], lines[i + 1]]);
  // 204 and 304 must have no body at all.
  return new Response(body.length === 0 ? null : body, { status, headers: list });
}

/** `statements`: JSON, `[[sql, [values…]], …]`. Answers JSON: the rows of each. One transaction, one round trip. */
export async function commit(database, statements) {
  const prepared = JSON.parse(statements).map(([sql, values]) => {
    const statement = database.prepare(sql);
    return values.length === 0 ? statement : statement.bind(...values);
  });
  const results = await database.batch(prepared);
  return JSON.stringify(results.map((result) => result.results));
}

/** Answers status and body; throws when no whole answer comes within `milliseconds`. */
export async function askTwilio(url, method, authorization, type, body, milliseconds) {
  const headers = { authorization, accept: "application/json" };
  if (type !== undefined) headers["content-type"] = type;
  const signal = AbortSignal.timeout(milliseconds);
  const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
  return [response.status, new Uint8Array(await response.arrayBuffer())];
}

/** Hands an encrypted note to a browser's push service. Answers the status. */
export async function push(url, authorization, ttl, body, milliseconds) {
  const headers = {
    authorization,
    ttl: `${ttl}`,
    urgency: "high",
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
  };
  const signal = AbortSignal.timeout(milliseconds);
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  await response.arrayBuffer();
  return response.status;
}

/** Tells a company's own program. `headers`: name and value in turn, a line each. Answers status and how it began. */
export async function tellHook(url, headers, body, milliseconds) {
  const lines = headers.split("\n");
  const list = [];
  for (let i = 0; i + 1 < lines.length; i += 2) list.push([lines[i], lines[i + 1]]);
  const signal = AbortSignal.timeout(milliseconds);
  const response = await fetch(url, { method: "POST", headers: list, body, redirect: "manual", signal });
  let text = "";
  if (response.body) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    while (text.length < MOST_OF_HOOK) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    await reader.cancel();
  }
  return [response.status, text.slice(0, MOST_OF_HOOK)];
}

/** Asks one of our Durable Objects by its name; throws unless it says 2xx. */
export async function askObject(namespace, name, path, body) {
  await questionObject(namespace, name, path, body);
}

/** The same, for what it answers. */
export async function questionObject(namespace, name, path, body) {
  const stub = namespace.get(namespace.idFromName(name));
  const response = await stub.fetch(`https://object${path}`, { method: "POST", body });
  const text = await response.text();
  if (!response.ok) throw new Error(`the object answered ${response.status}: ${text}`);
  return text;
}

/** Hands the request over with our own query, for an answer that goes back as it is (a WebSocket). */
export function forwardToObject(namespace, name, request, query) {
  const url = new URL(request.url);
  url.search = query;
  return namespace.get(namespace.idFromName(name)).fetch(new Request(url, request));
}

/** The panel's page, with the headers that `_headers` gives it. */
export function fetchPanel(assets, request) {
  return assets.fetch(new Request(new URL("/", request.url), { headers: request.headers }));
}

/** With 0, after the event loop has turned: by then the answer has left. */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function fillRandom(bytes) {
  crypto.getRandomValues(bytes);
}

export function binding(env, name) {
  return env[name];
}
