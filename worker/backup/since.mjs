// What happened since the backup. What was due has probably left already, from the deployment that is being replaced:
// nothing of it is sent again by itself; people see it, and send again what did not leave. What came stands in Twilio's
// own lists, and is read there.

/** contract::twilio_error::RESTORED: its words stand on each such message. */
const RESTORED = -2;
/** A webhook of the time before may have been on its way. */
const LOOKS_BACK_MS = 3_600_000;

/** The end of the file that is restored, so that rows are never there without it. Both times: milliseconds since 1970. */
export function sinceSql(backedUp, now) {
  return [
    "UPDATE campaigns SET state = 'paused', pause_reason = 'restored' WHERE state IN ('scheduled', 'running');",
    // Ranked as one that nobody knows of: a receipt that comes after all is believed. What was being handed to Twilio
    // (`claimed`) needs nothing: it is looked for in Twilio's own list before anything is sent.
    `UPDATE messages SET status = 'failed', status_rank = 1, send_at = NULL, error_code = ${RESTORED} WHERE status = 'pending' AND send_at <= ${now};`,
    // Programs are told nothing of it: most of these have left, and they know.
    `DELETE FROM hook_deliveries WHERE event = 'message.status' AND attempts = 0 AND subject IN (SELECT id FROM messages WHERE status = 'failed' AND error_code = ${RESTORED});`,
    // Where somebody sees it: one that waited for its time was not its conversation's last message yet.
    `UPDATE conversations SET version = version + 1, channel = aside.channel, last_message_id = aside.id, last_from_client = 0,
       last_preview = substr(trim(replace(replace(aside.body, char(13), ''), char(10), ' ')), 1, 140), last_status = 'failed',
       last_media_count = aside.media_count, last_at = max(last_at, coalesce(aside.scheduled_for, aside.created_at))
     FROM (SELECT max(id) AS id, conversation_id, channel, body, media_count, scheduled_for, created_at FROM messages
       WHERE status = 'failed' AND error_code = ${RESTORED} GROUP BY conversation_id) AS aside
     WHERE aside.conversation_id = conversations.id AND aside.id >= coalesce(conversations.last_message_id, '');`,
    // The first sweeps go through it (server/src/inbox/reading.rs).
    `UPDATE readings SET next_at = 0, since = ${backedUp - LOOKS_BACK_MS}, until = NULL, began = ${now}, is_nightly = 0, checked = 0, received = 0, calls = 0, sent = 0, updated = 0;`,
  ].join("\n");
}

/** How many campaigns and messages wait for a person since then. */
export async function countAside(db) {
  const [{ results: campaigns }, { results: messages }] = await db.batch([
    db.prepare("SELECT count(*) AS n FROM campaigns WHERE state = 'paused' AND pause_reason = 'restored'"),
    db.prepare(`SELECT count(*) AS n FROM messages WHERE status = 'failed' AND error_code = ${RESTORED}`),
  ]);
  return { campaigns: campaigns[0].n, messages: messages[0].n };
}
