-- The address book: what a company writes down about a person, and whom it does not want to hear.

ALTER TABLE contacts ADD COLUMN sort_name TEXT NOT NULL DEFAULT ''; -- domain::folding::fold of `name`; '' without one
ALTER TABLE contacts ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN language TEXT CHECK (language IN ('en', 'fr'));
UPDATE contacts SET sort_name = lower(name) WHERE name IS NOT NULL;

-- One index for those with a name, by name, and for those without, by their making.
DROP INDEX contacts_of_company;
CREATE INDEX contacts_of_company ON contacts (company_id, sort_name, id);

ALTER TABLE contact_addresses ADD COLUMN position INTEGER NOT NULL DEFAULT 0; -- the first one is the main number
ALTER TABLE contact_addresses ADD COLUMN blocked_at INTEGER; -- whoever writes from it is stored and not heard

CREATE INDEX blocked_addresses ON contact_addresses (company_id, identity) WHERE blocked_at IS NOT NULL;

CREATE TABLE contact_tags (
  company_id TEXT NOT NULL REFERENCES companies (id),
  tag TEXT NOT NULL,
  contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  PRIMARY KEY (company_id, tag, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_of_contact ON contact_tags (contact_id);

-- An opt-out or opt-in that a person of the company records by hand says why, and who.
ALTER TABLE consent_events ADD COLUMN reason TEXT;
ALTER TABLE consent_events ADD COLUMN recorded_by TEXT; -- the name, as it was then

-- A message of a blocked sender is in its thread, and that is all: nothing unread, nothing to reply, no move in the
-- list. Apart from `message_arrives`, so that the road of a message has one reason to change; for everybody else it
-- costs one look into an index of the blocked ones.
CREATE TRIGGER blocked_sender_stays_silent AFTER UPDATE OF unread_count ON conversations
WHEN NEW.unread_count > OLD.unread_count AND EXISTS (
  SELECT 1 FROM contact_addresses
  WHERE company_id = NEW.company_id AND identity = NEW.identity AND blocked_at IS NOT NULL)
BEGIN
  UPDATE conversations SET
    unread_count = 0, status = 'closed', channel = OLD.channel, last_preview = OLD.last_preview,
    last_message_id = OLD.last_message_id, last_from_client = OLD.last_from_client, last_status = OLD.last_status,
    last_media_count = OLD.last_media_count, last_at = OLD.last_at
  WHERE id = NEW.id;
END;

-- A number that goes to another contact, or away, is found there, or no more.
CREATE TRIGGER contact_address_moves_in_the_search AFTER UPDATE OF contact_id ON contact_addresses
WHEN OLD.contact_id <> NEW.contact_id BEGIN
  DELETE FROM contact_search
  WHERE rowid IN (SELECT search_key FROM contacts WHERE id IN (OLD.contact_id, NEW.contact_id));
  INSERT INTO contact_search (rowid, text)
  SELECT search_key, concat_ws(' ', name, profile_name,
    (SELECT group_concat(identity, ' ') FROM contact_addresses WHERE contact_id = contacts.id))
  FROM contacts WHERE id IN (OLD.contact_id, NEW.contact_id);
END;

CREATE TRIGGER contact_address_leaves_the_search AFTER DELETE ON contact_addresses BEGIN
  DELETE FROM contact_search WHERE rowid = (SELECT search_key FROM contacts WHERE id = OLD.contact_id);
  INSERT INTO contact_search (rowid, text)
  SELECT search_key, concat_ws(' ', name, profile_name,
    (SELECT group_concat(identity, ' ') FROM contact_addresses WHERE contact_id = contacts.id))
  FROM contacts WHERE id = OLD.contact_id;
END;
