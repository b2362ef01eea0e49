-- Several people at one inbox: what is put off, what is said among colleagues, what is written again and again.

ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER; -- counts while the status is 'snoozed'
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE status = 'snoozed';

-- Said among colleagues, never sent.
CREATE TABLE notes (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  author_id TEXT REFERENCES users (id),
  author_name TEXT NOT NULL, -- as it was then
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX notes_of_conversation ON notes (conversation_id, id);

-- Texts to answer with, with {{variables}}.
CREATE TABLE templates (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  shortcut TEXT, -- what is typed after `/`
  channel TEXT, -- NULL: any
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT one_template_per_shortcut UNIQUE (company_id, shortcut)
) STRICT;

CREATE INDEX templates_of_company ON templates (company_id, name, id);

-- Up to when Twilio's own list has been read for what a webhook missed.
ALTER TABLE integrations ADD COLUMN synced_to INTEGER;
