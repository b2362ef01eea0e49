-- What a company no longer wants to keep, and what a person may ask it to forget.

ALTER TABLE companies ADD COLUMN keep_messages_days INTEGER; -- NULL: for ever
ALTER TABLE companies ADD COLUMN keep_files_days INTEGER; -- of messages; recordings have a rule of their own (call_rules)

CREATE INDEX companies_with_retention ON companies (id)
  WHERE keep_messages_days IS NOT NULL OR keep_files_days IS NOT NULL;

-- The oldest files of a company. A file that comes in is not here yet, so that no webhook writes this.
CREATE INDEX files_of_company ON media (company_id, id) WHERE state = 'here';

-- What is to be deleted at Twilio, too: asked by the sweep, a few at a time.
CREATE TABLE deletions_at_twilio (
  place INTEGER PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  integration_id TEXT NOT NULL, -- no reference: one that is taken away takes nothing of this along
  kind TEXT NOT NULL CHECK (kind IN ('message', 'recording')),
  sid TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL
) STRICT;

CREATE INDEX deletions_due ON deletions_at_twilio (next_at);
