-- A search for contacts reads only its own company's: every row also carries the end of its company's id, one trigram,
-- so that another company's address book cannot slow it down (server/src/inbox/search.rs).

DROP TRIGGER contact_address_becomes_searchable;
DROP TRIGGER contact_name_becomes_searchable;
DROP TRIGGER contact_address_moves_in_the_search;
DROP TRIGGER contact_address_leaves_the_search;
DROP TRIGGER contact_is_forgotten;
DROP TABLE contact_search;

CREATE VIRTUAL TABLE contact_search USING fts5 (company, text, tokenize = "trigram remove_diacritics 1");

-- What a contact is found by.
CREATE VIEW searchable_contacts AS
SELECT id, search_key, substr(company_id, -3) AS company, concat_ws(' ', name, profile_name,
  (SELECT group_concat(identity, ' ') FROM contact_addresses WHERE contact_id = contacts.id)) AS text
FROM contacts;

INSERT INTO contact_search (rowid, company, text) SELECT search_key, company, text FROM searchable_contacts;

CREATE TRIGGER contact_address_becomes_searchable AFTER INSERT ON contact_addresses BEGIN
  DELETE FROM contact_search WHERE rowid = (SELECT search_key FROM contacts WHERE id = NEW.contact_id);
  INSERT INTO contact_search (rowid, company, text)
  SELECT search_key, company, text FROM searchable_contacts WHERE id = NEW.contact_id;
END;

CREATE TRIGGER contact_name_becomes_searchable AFTER UPDATE OF name, profile_name ON contacts
WHEN OLD.name IS NOT NEW.name OR OLD.profile_name IS NOT NEW.profile_name BEGIN
  DELETE FROM contact_search WHERE rowid = NEW.search_key;
  INSERT INTO contact_search (rowid, company, text)
  SELECT search_key, company, text FROM searchable_contacts WHERE id = NEW.id;
END;

-- A number that goes to another contact, or away, is found there, or no more.
CREATE TRIGGER contact_address_moves_in_the_search AFTER UPDATE OF contact_id ON contact_addresses
WHEN OLD.contact_id <> NEW.contact_id BEGIN
  DELETE FROM contact_search
  WHERE rowid IN (SELECT search_key FROM contacts WHERE id IN (OLD.contact_id, NEW.contact_id));
  INSERT INTO contact_search (rowid, company, text)
  SELECT search_key, company, text FROM searchable_contacts WHERE id IN (OLD.contact_id, NEW.contact_id);
END;

CREATE TRIGGER contact_address_leaves_the_search AFTER DELETE ON contact_addresses BEGIN
  DELETE FROM contact_search WHERE rowid = (SELECT search_key FROM contacts WHERE id = OLD.contact_id);
  INSERT INTO contact_search (rowid, company, text)
  SELECT search_key, company, text FROM searchable_contacts WHERE id = OLD.contact_id;
END;

CREATE TRIGGER contact_is_forgotten AFTER DELETE ON contacts BEGIN
  DELETE FROM contact_search WHERE rowid = OLD.search_key;
END;
