-- What was forgotten here still stands in Twilio's lists: it must not come back from there (server/src/own_data/forgotten.rs).

CREATE TABLE forgotten_sids (
  company_id TEXT NOT NULL REFERENCES companies (id),
  sid TEXT NOT NULL, -- of a message, or of the leg that began a call
  at INTEGER NOT NULL, -- when that was: the lists are not read further back than these are kept
  PRIMARY KEY (company_id, sid)
) STRICT, WITHOUT ROWID;

CREATE INDEX forgotten_sids_by_age ON forgotten_sids (at);

-- However a message or a call goes: with its person, its conversation, all others, or by its age.
CREATE TRIGGER a_message_stays_forgotten AFTER DELETE ON messages WHEN OLD.external_id IS NOT NULL BEGIN
  INSERT INTO forgotten_sids (company_id, sid, at)
  VALUES (OLD.company_id, OLD.external_id, coalesce(OLD.sent_at, OLD.created_at)) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER a_call_stays_forgotten AFTER DELETE ON calls BEGIN
  INSERT INTO forgotten_sids (company_id, sid, at) VALUES (OLD.company_id, OLD.parent_sid, OLD.created_at)
  ON CONFLICT DO NOTHING;
END;
