// The short way of a plain text that comes in: Rust plans one statement, synchronously, and this runs it and answers.
// Whatever is not plain goes the long way, through the router; what both store is the same code in Rust
// (docs/decisions/0004). Twilio waits for this answer, and a future in wasm costs a third of one insert.

const WEBHOOKS = /^https?:\/\/[^/]+\/(handle_sms|handle_mms|inbox\/webhooks\/sms)(\?|$)/;
const MOST_BYTES = 64 * 1024;
const RECORDED = ["host", "content-type", "user-agent", "i-twilio-idempotency-token"];
const decoder = new TextDecoder();
const FORM = "application/x-www-form-urlencoded";

/** Between two announcements of a burst. */
const GATHER_MS = 100;
/** As many as a request makes for those after it. */
const MOST_ROUNDS = 100;
/** Should whoever announces be lost with its request, the next one takes over after this. */
const LOST_AFTER_MS = 1000;

/**
 * The answer, or the request that must go the long way.
 * `rust`: `plan(url, signature, body)` and `announce(company, arrivals)`.
 */
export async function shortWay(request, database, rust, context) {
  if (request.method !== "POST" || !WEBHOOKS.test(request.url)) return request;
  const { headers } = request;
  const signature = headers.get("x-twilio-signature");
  const isSmall = Number(headers.get("content-length") ?? Infinity) <= MOST_BYTES;
  if (!signature || !isSmall || !headers.get("content-type")?.startsWith(FORM)) return request;

  const at = Date.now();
  const body = new Uint8Array(await request.arrayBuffer());
  const planned = rust.plan(request.url, signature, body);
  if (planned === undefined) return new Request(request, { body });
  const { company, message, request_id, keep_days, statement, answer } = JSON.parse(planned);
  const [sql, values] = statement;
  const arrival = { message };
  try {
    await database.prepare(sql).bind(...values).run();
    if (keep_days > 0) arrival.came = { keep_days, at, duration_ms: Date.now() - at, body, ...seen(request) };
  } catch (error) {
    console.warn(`${request_id} an arrival is tried again the long way: ${error.message}`);
    return new Request(request, { body });
  } finally {
    // Also after an error: the row may be there all the same.
    announceLater(company, arrival, rust, context);
  }
  return new Response(answer.body, {
    headers: {
      "content-type": answer.content_type,
      "x-content-type-options": "nosniff",
      "x-request-id": request_id,
    },
  });
}

/** What the flight recorder keeps (server/src/recorder/note.rs), as cheaply as can be: Twilio is waiting. */
function seen({ url, headers }) {
  const named = RECORDED.map((name) => [name, headers.get(name)]);
  return { url, headers: named.filter(([, value]) => value), remote_address: headers.get("cf-connecting-ip") ?? "" };
}

/** By company: whoever announces, and who has arrived meanwhile. */
const announcing = new Map();

function announceLater(company, arrival, rust, context) {
  const going = announcing.get(company);
  if (going && Date.now() - going.since < LOST_AFTER_MS) {
    going.arrivals.push(arrival);
    return;
  }
  const turn = { since: Date.now(), arrivals: [...(going?.arrivals ?? []), arrival] };
  announcing.set(company, turn);
  context.waitUntil(announce(company, turn, rust));
}

/** What comes alone is told at once, once its webhook is answered; of a burst, what came while the last was told. */
async function announce(company, turn, rust) {
  const text = (name, value) => (name === "body" ? decoder.decode(value) : value);
  for (let round = 1; turn.arrivals.length > 0; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, round === 1 ? 0 : GATHER_MS));
    turn.since = Date.now();
    const arrivals = turn.arrivals.splice(0);
    // This request has lived long enough: that of the next message goes on.
    if (round === MOST_ROUNDS && announcing.get(company) === turn) announcing.delete(company);
    try {
      await rust.announce(company, JSON.stringify(arrivals, text));
    } catch (error) {
      // Whoever looks reads it over HTTP.
      console.error(`${company}: the browsers were not told: ${error.message}`);
    }
  }
  if (announcing.get(company) === turn) announcing.delete(company);
}
