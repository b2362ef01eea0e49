-- Files: those that come in are copied from Twilio, those that go out are uploaded first. Their bytes lie in the
-- bucket under `blob_key`; a row says what and where they are.

ALTER TABLE media ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting'
  CHECK (state IN ('waiting', 'here', 'failed', 'elsewhere')); -- elsewhere: only ever at `url`, which the caller gave
ALTER TABLE media ADD COLUMN failure TEXT; -- why, of a failed one
ALTER TABLE media ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0; -- of a waiting one; while it is copied, when that is given up
ALTER TABLE media ADD COLUMN blob_key TEXT;
ALTER TABLE media ADD COLUMN size INTEGER;
ALTER TABLE media ADD COLUMN sha256 TEXT;
ALTER TABLE media ADD COLUMN file_name TEXT;
ALTER TABLE media ADD COLUMN as_link INTEGER NOT NULL DEFAULT 0; -- its address stands in the text: the message is an SMS

CREATE INDEX media_waiting ON media (next_at) WHERE state = 'waiting';
CREATE INDEX media_waiting_of_company ON media (company_id, next_at) WHERE state = 'waiting';
CREATE INDEX media_by_blob ON media (blob_key) WHERE blob_key IS NOT NULL;

-- Files that were uploaded and belong to no message yet. Whatever is still here after a day is thrown away.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY, -- becomes the id of its medium, so that it can be sent only once
  company_id TEXT NOT NULL REFERENCES companies (id),
  blob_key TEXT NOT NULL,
  content_type TEXT NOT NULL DEFAULT '',
  file_name TEXT,
  size INTEGER, -- NULL while it is arriving
  sha256 TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX uploads_by_age ON uploads (created_at);
CREATE INDEX uploads_of_company ON uploads (company_id);

-- Bytes that no row speaks of any more, for the sweep to delete.
CREATE TABLE forgotten_blobs (
  blob_key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER medium_is_forgotten AFTER DELETE ON media WHEN OLD.blob_key IS NOT NULL BEGIN
  INSERT INTO forgotten_blobs (blob_key) SELECT OLD.blob_key
  WHERE NOT EXISTS (SELECT 1 FROM media WHERE blob_key = OLD.blob_key)
  ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER upload_is_forgotten AFTER DELETE ON uploads BEGIN
  INSERT INTO forgotten_blobs (blob_key) SELECT OLD.blob_key
  WHERE NOT EXISTS (SELECT 1 FROM media WHERE blob_key = OLD.blob_key)
  ON CONFLICT DO NOTHING;
END;
