-- The words of all messages. Nothing is written here while a webhook waits: rows of `messages` behind the cursor are
-- indexed by the search itself and by the minute's sweep (server/src/search/index.rs).
-- Every word carries the end of its company's id, so that another company's rows cannot slow a search down; no text is
-- kept twice (contentless).

CREATE VIRTUAL TABLE message_search USING fts5 (
  words, tags, content = '', contentless_delete = 1, detail = 'column', tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE search_cursor (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  indexed_to INTEGER NOT NULL -- messages.rowid
) STRICT;

INSERT INTO search_cursor (only_one, indexed_to) VALUES (1, 0);

-- SQLite gives the number of the last row to the next one when the last is deleted: the cursor must not be beyond it.
CREATE TRIGGER a_deleted_message_is_not_found AFTER DELETE ON messages BEGIN
  DELETE FROM message_search WHERE rowid = OLD.rowid;
  UPDATE search_cursor SET indexed_to = coalesce((SELECT max(rowid) FROM messages), 0)
  WHERE indexed_to > coalesce((SELECT max(rowid) FROM messages), 0);
END;
