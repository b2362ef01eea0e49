-- Contacts, conversations, messages.

CREATE TABLE contacts (
  search_key INTEGER PRIMARY KEY, -- the row of contact_search
  id TEXT NOT NULL UNIQUE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT, -- what the company calls this person
  profile_name TEXT, -- what WhatsApp says
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX contacts_of_company ON contacts (company_id, id);

-- One person behind each number, whatever the channel; consent belongs to the number.
CREATE TABLE contact_addresses (
  company_id TEXT NOT NULL REFERENCES companies (id),
  identity TEXT NOT NULL, -- E.164 without a channel, a short code, a sender's name, 'anonymous'
  contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  opted_out_at INTEGER,
  PRIMARY KEY (company_id, identity)
) STRICT, WITHOUT ROWID;

CREATE INDEX addresses_of_contact ON contact_addresses (contact_id);

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  contact_id TEXT NOT NULL REFERENCES contacts (id),
  integration_id TEXT REFERENCES integrations (id) ON DELETE SET NULL,
  number TEXT NOT NULL, -- ours
  customer TEXT NOT NULL, -- theirs
  identity TEXT NOT NULL, -- of the customer, to find consent
  channel TEXT NOT NULL, -- of the last message
  status TEXT NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0, -- we have written at least once: no longer `new`
  unread_count INTEGER NOT NULL DEFAULT 0,
  assignee_id TEXT REFERENCES users (id),
  last_preview TEXT NOT NULL DEFAULT '',
  last_message_id TEXT, -- NULL until there is one
  last_from_client INTEGER NOT NULL DEFAULT 0,
  last_status TEXT,
  last_media_count INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 0, -- rises with every change: of two views the greater one is newer
  created_at INTEGER NOT NULL,
  CONSTRAINT one_conversation_per_pair UNIQUE (company_id, number, customer)
) STRICT;

CREATE INDEX conversations_by_last ON conversations (company_id, last_at, id);
CREATE INDEX conversations_by_status ON conversations (company_id, status, last_at, id);
CREATE INDEX conversations_unread ON conversations (company_id, last_at, id) WHERE unread_count > 0;
CREATE INDEX conversations_of_contact ON conversations (contact_id);

-- History and outbox at once: a row to be sent is `pending`, one in Twilio's hands or perhaps there is `claimed`.
CREATE TABLE messages (
  id TEXT PRIMARY KEY, -- ULID: sorts by time
  company_id TEXT NOT NULL REFERENCES companies (id),
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  integration_id TEXT REFERENCES integrations (id) ON DELETE SET NULL,
  channel TEXT NOT NULL,
  from_client INTEGER NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  body TEXT NOT NULL,
  external_id TEXT, -- Twilio's SID
  status TEXT NOT NULL,
  status_rank INTEGER NOT NULL, -- domain::DeliveryStatus::rank: only ever rises
  error_code INTEGER,
  error_message TEXT, -- Twilio's own words, kept for whoever looks closer
  segments INTEGER NOT NULL DEFAULT 1,
  media_count INTEGER NOT NULL DEFAULT 0,
  author_id TEXT REFERENCES users (id),
  client_identity TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  send_at INTEGER, -- of a pending row
  claimed_at INTEGER, -- of a claimed row: since when its outcome has been unknown
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  delivered_at INTEGER
) STRICT;

CREATE UNIQUE INDEX one_message_per_sid ON messages (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX messages_of_conversation ON messages (conversation_id, id);
CREATE INDEX messages_due ON messages (send_at) WHERE status = 'pending';
CREATE INDEX messages_in_doubt ON messages (claimed_at) WHERE status = 'claimed';

CREATE TABLE media (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  url TEXT NOT NULL, -- at Twilio
  content_type TEXT NOT NULL
) STRICT;

CREATE INDEX media_of_message ON media (message_id, position);

-- Every time a person stopped messages or took them up again.
CREATE TABLE consent_events (
  company_id TEXT NOT NULL REFERENCES companies (id),
  identity TEXT NOT NULL,
  consent TEXT NOT NULL CHECK (consent IN ('optout', 'optin')),
  message_id TEXT REFERENCES messages (id) ON DELETE SET NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX consent_events_of_address ON consent_events (company_id, identity, at);

-- The first answer to a key stands for a day.
CREATE TABLE idempotency_keys (
  company_id TEXT NOT NULL REFERENCES companies (id),
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  message_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  CONSTRAINT one_request_per_key PRIMARY KEY (company_id, caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- One row inserted here is one inbound message received: its contact and conversation are found or made, it is
-- stored unless its SID is there already, and its conversation moves to the top. A trigger, because a webhook waits
-- for it: one statement takes half the time of six (docs/decisions/0004-inbound-in-one-statement.md).
CREATE VIEW arrivals (
  id, company_id, integration_id, number, customer, identity, channel, body, preview, external_id, segments,
  media_count, profile_name, new_contact_id, new_conversation_id, at
) AS SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE 0;

CREATE TRIGGER message_arrives INSTEAD OF INSERT ON arrivals BEGIN
  INSERT INTO contacts (id, company_id, profile_name, created_at, updated_at)
  SELECT NEW.new_contact_id, NEW.company_id, NEW.profile_name, NEW.at, NEW.at
  WHERE NOT EXISTS (SELECT 1 FROM contact_addresses WHERE company_id = NEW.company_id AND identity = NEW.identity);

  INSERT INTO contact_addresses (company_id, identity, contact_id)
  VALUES (NEW.company_id, NEW.identity, NEW.new_contact_id)
  ON CONFLICT DO NOTHING;

  INSERT INTO conversations
    (id, company_id, contact_id, integration_id, number, customer, identity, channel, status, last_at, created_at)
  SELECT NEW.new_conversation_id, NEW.company_id, contact_id, NEW.integration_id, NEW.number, NEW.customer,
    NEW.identity, NEW.channel, 'new', NEW.at, NEW.at
  FROM contact_addresses WHERE company_id = NEW.company_id AND identity = NEW.identity
  ON CONFLICT DO NOTHING;

  INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
    body, external_id, status, status_rank, segments, media_count, created_at)
  SELECT NEW.id, NEW.company_id, id, NEW.integration_id, NEW.channel, 1, NEW.customer, NEW.number,
    NEW.body, NEW.external_id, 'received', 50, NEW.segments, NEW.media_count, NEW.at
  FROM conversations WHERE company_id = NEW.company_id AND number = NEW.number AND customer = NEW.customer
  ON CONFLICT DO NOTHING;

  -- Only for a message that was not there already.
  UPDATE conversations SET
    version = version + 1,
    unread_count = unread_count + 1,
    status = CASE WHEN answered THEN 'to_reply' ELSE 'new' END,
    channel = NEW.channel, last_preview = NEW.preview, last_message_id = NEW.id, last_from_client = 1,
    last_status = 'received', last_media_count = NEW.media_count, last_at = max(last_at, NEW.at)
  WHERE id = (SELECT conversation_id FROM messages WHERE id = NEW.id);

  UPDATE contacts SET profile_name = NEW.profile_name, updated_at = NEW.at
  WHERE NEW.profile_name IS NOT NULL AND profile_name IS NOT NEW.profile_name
    AND id = (SELECT contact_id FROM contact_addresses WHERE company_id = NEW.company_id AND identity = NEW.identity);
END;

-- Names and numbers, found by any three characters in a row, accents and case folded.
CREATE VIRTUAL TABLE contact_search USING fts5 (text, tokenize = "trigram remove_diacritics 1");

CREATE TRIGGER contact_address_becomes_searchable AFTER INSERT ON contact_addresses BEGIN
  DELETE FROM contact_search WHERE rowid = (SELECT search_key FROM contacts WHERE id = NEW.contact_id);
  INSERT INTO contact_search (rowid, text)
  SELECT search_key, concat_ws(' ', name, profile_name,
    (SELECT group_concat(identity, ' ') FROM contact_addresses WHERE contact_id = contacts.id))
  FROM contacts WHERE id = NEW.contact_id;
END;

CREATE TRIGGER contact_name_becomes_searchable AFTER UPDATE OF name, profile_name ON contacts
WHEN OLD.name IS NOT NEW.name OR OLD.profile_name IS NOT NEW.profile_name BEGIN
  DELETE FROM contact_search WHERE rowid = NEW.search_key;
  INSERT INTO contact_search (rowid, text)
  VALUES (NEW.search_key, concat_ws(' ', NEW.name, NEW.profile_name,
    (SELECT group_concat(identity, ' ') FROM contact_addresses WHERE contact_id = NEW.id)));
END;

CREATE TRIGGER contact_is_forgotten AFTER DELETE ON contacts BEGIN
  DELETE FROM contact_search WHERE rowid = OLD.search_key;
END;
