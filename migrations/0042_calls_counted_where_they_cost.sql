-- Every number outside that is dialled at the company's expense: placed from a browser, handed on to, joined, forwarded
-- to. The day's caps are counted here, so that no way of dialling stays uncounted, and deleting a conversation frees none.
CREATE TABLE dialled_outside (
  id TEXT PRIMARY KEY, -- ULID: sorts by time
  company_id TEXT NOT NULL REFERENCES companies (id),
  user_id TEXT REFERENCES users (id) -- NULL: a rule forwarded it
) STRICT, WITHOUT ROWID;

CREATE INDEX dialled_by_company ON dialled_outside (company_id, id);
CREATE INDEX dialled_by_user ON dialled_outside (user_id, id) WHERE user_id IS NOT NULL;

INSERT INTO dialled_outside (id, company_id, user_id)
SELECT id, company_id, user_id FROM calls
WHERE direction = 'outbound' AND rejected IS NULL AND created_at > (unixepoch() - 86400) * 1000;

ALTER TABLE calls ADD COLUMN joined INTEGER NOT NULL DEFAULT 0; -- somebody was asked into its room, and has not gone

ALTER TABLE recordings_to_delete ADD COLUMN try_at INTEGER NOT NULL DEFAULT 0; -- later, after Twilio did not do it
