// The short way of a plain text that comes in: Rust plans one statement, synchronously, and this runs it and answers.
// Whatever is not plain goes the long way, through the router; what both store is the same code in Rust
// (docs/decisions/0004). Twilio waits for this answer, and a future in wasm costs a third of one insert.

const WEBHOOKS = /^https?:\/\/[^/]+\/(handle_sms|handle_mms|inbox\/webhooks\/sms)(\?|$)/;
const MOST_BYTES = 64 * 1024;
const FORM = "application/x-www-form-urlencoded";

/** Messages of a company that arrive within this time are told to its browsers together. */
const GATHER_MS = 5;
/** Should whoever gathers be lost with its request, the next one takes over after this. */
const LOST_AFTER_MS = 1000;

/**
 * The answer, or the request that must go the long way.
 * `rust`: `plan(url, signature, body)` and `announce(company, messages)`.
 */
export async function shortWay(request, database, rust, context) {
  if (request.method !== "POST" || !WEBHOOKS.test(request.url)) return request;
  const { headers } = request;
  const signature = headers.get("x-twilio-signature");
  const isSmall = Number(headers.get("content-length") ?? Infinity) <= MOST_BYTES;
  if (!signature || !isSmall || !headers.get("content-type")?.startsWith(FORM)) return request;

  const body = new Uint8Array(await request.arrayBuffer());
  const planned = rust.plan(request.url, signature, body);
  if (planned === undefined) return new Request(request, { body });
  const { company, message, request_id, statement, answer } = JSON.parse(planned);
  const [sql, values] = statement;
  try {
    await database.prepare(sql).bind(...values).run();
  } catch (error) {
    console.warn(`${request_id} an arrival is tried again the long way: ${error.message}`);
    return new Request(request, { body });
  } finally {
    // Also after an error: the row may be there all the same.
    announceLater(company, message, rust, context);
  }
  return new Response(answer.body, {
    headers: {
      "content-type": answer.content_type,
      "x-content-type-options": "nosniff",
      "x-request-id": request_id,
    },
  });
}

/** By company: who has arrived since somebody began to gather. */
const gathered = new Map();

function announceLater(company, message, rust, context) {
  const gathering = gathered.get(company);
  if (gathering && Date.now() - gathering.since < LOST_AFTER_MS) {
    gathering.messages.push(message);
    return;
  }
  const messages = [...(gathering?.messages ?? []), message];
  gathered.set(company, { since: Date.now(), messages });
  context.waitUntil(announce(company, messages, rust));
}

async function announce(company, messages, rust) {
  await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
  if (gathered.get(company)?.messages === messages) gathered.delete(company);
  try {
    await rust.announce(company, messages.join("\n"));
  } catch (error) {
    // Whoever looks reads it over HTTP.
    console.error(`${company}: the browsers were not told: ${error.message}`);
  }
}
