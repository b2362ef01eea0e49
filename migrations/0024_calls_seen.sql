-- Missed calls that somebody has to see to, what was said in a voicemail, and recordings that are not kept for ever.

ALTER TABLE calls ADD COLUMN seen_at INTEGER; -- of a missed one: when somebody saw to it
ALTER TABLE calls ADD COLUMN transcript TEXT; -- of its voicemail, where the account has it made
ALTER TABLE calls ADD COLUMN recordings INTEGER NOT NULL DEFAULT 0; -- voicemail included

-- What came before anybody could see it is not brought up now.
UPDATE calls SET seen_at = created_at,
  recordings = (SELECT count(*) FROM media WHERE media.message_id = calls.message_id);

CREATE INDEX calls_unseen ON calls (company_id, customer)
  WHERE seen_at IS NULL AND outcome IN ('missed', 'voicemail');
CREATE INDEX calls_with_recordings ON calls (company_id, id) WHERE recordings > 0;
CREATE INDEX rules_with_retention ON call_rules (company_id)
  WHERE number = '' AND json_extract(rules, '$.keep_recordings_days') IS NOT NULL;
