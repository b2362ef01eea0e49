// What was due since the backup has probably left already, from the deployment that is being replaced. Nothing of it is
// sent again by itself: people see it, and send again what did not leave.

/** contract::twilio_error::RESTORED: its words stand on each such message. */
const RESTORED = -2;

/** The end of the file that is restored, so that rows are never there without it. */
export function asideSql(now) {
  return [
    "UPDATE campaigns SET state = 'paused', pause_reason = 'restored' WHERE state IN ('scheduled', 'running');",
    // Ranked as one that nobody knows of: a receipt that comes after all is believed. What was being handed to Twilio
    // (`claimed`) needs nothing: it is looked for in Twilio's own list before anything is sent.
    `UPDATE messages SET status = 'failed', status_rank = 1, send_at = NULL, error_code = ${RESTORED} WHERE status = 'pending' AND send_at <= ${now};`,
    // Programs are told nothing of it: most of these have left, and they know.
    `DELETE FROM hook_deliveries WHERE event = 'message.status' AND attempts = 0 AND subject IN (SELECT id FROM messages WHERE status = 'failed' AND error_code = ${RESTORED});`,
    `UPDATE conversations SET version = version + 1, last_status = 'failed' WHERE last_status = 'pending' AND EXISTS (SELECT 1 FROM messages WHERE id = last_message_id AND error_code = ${RESTORED});`,
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
