-- Who did what: every send and every administrative act, written in the batch of the act itself. Rows stay as they are.

CREATE TABLE audit (
  id TEXT PRIMARY KEY, -- ULID: sorts by time
  company_id TEXT NOT NULL REFERENCES companies (id),
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'token', 'system')),
  actor_id TEXT,
  actor_name TEXT NOT NULL, -- as it was then
  action TEXT NOT NULL, -- domain::AuditAction
  subject TEXT, -- what or whom it was done to, in words: an e-mail address, a name
  number TEXT, -- whom a message went to
  message_id TEXT, -- no reference: the row outlives the message
  details TEXT -- JSON
) STRICT;

CREATE INDEX audit_of_company ON audit (company_id, id);
CREATE INDEX audit_by_action ON audit (company_id, action, id);
CREATE INDEX audit_by_actor ON audit (company_id, actor_id, id);
CREATE INDEX audit_by_number ON audit (company_id, number, id) WHERE number IS NOT NULL;
CREATE INDEX audit_of_message ON audit (message_id) WHERE message_id IS NOT NULL;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit is append-only');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit is append-only');
END;

-- What Twilio last said of a message that somebody sent and that is no longer there; as long as it is, its own row says it.
CREATE TABLE audit_outcomes (
  message_id TEXT PRIMARY KEY,
  twilio_sid TEXT,
  twilio_status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER a_deleted_message_leaves_its_outcome BEFORE DELETE ON messages WHEN OLD.from_client = 0 BEGIN
  INSERT INTO audit_outcomes (message_id, twilio_sid, twilio_status)
  SELECT OLD.id, OLD.external_id, OLD.status
  WHERE EXISTS (SELECT 1 FROM audit WHERE message_id = OLD.id)
  ON CONFLICT DO NOTHING;
END;
