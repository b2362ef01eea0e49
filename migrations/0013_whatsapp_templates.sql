-- WhatsApp's templates and the countries that a company writes to.

ALTER TABLE companies ADD COLUMN countries TEXT; -- JSON array of ISO 3166 codes; NULL: the usual ones

-- As Twilio last said; made anew with each look.
CREATE TABLE whatsapp_templates (
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  sid TEXT NOT NULL, -- HX…
  company_id TEXT NOT NULL REFERENCES companies (id),
  position INTEGER NOT NULL, -- in Twilio's list
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  body TEXT NOT NULL,
  buttons TEXT NOT NULL, -- JSON array of texts
  variables TEXT NOT NULL, -- JSON object: an example for each name
  approval TEXT NOT NULL, -- domain::whatsapp_template::Approval
  category TEXT,
  rejection_reason TEXT,
  PRIMARY KEY (integration_id, sid)
) STRICT, WITHOUT ROWID;

CREATE TABLE whatsapp_template_lists (
  integration_id TEXT PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  synced_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which template a message is, for whoever sends it; its text stands in the message as the person reads it.
CREATE TABLE message_templates (
  message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  sid TEXT NOT NULL,
  variables TEXT NOT NULL -- JSON object of texts
) STRICT, WITHOUT ROWID;
