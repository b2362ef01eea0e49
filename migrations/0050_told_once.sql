-- How far programs were told of inbound messages (server/src/hooks), apart from how far the search has them: an index that
-- is made anew, after a restore or an import, must not tell them everything a second time.

ALTER TABLE search_cursor ADD COLUMN told_to INTEGER NOT NULL DEFAULT 0; -- messages.rowid; never asked without `indexed_to`

-- An index that is about to be made anew was already told of.
UPDATE search_cursor SET told_to = CASE indexed_to
  WHEN 0 THEN coalesce((SELECT max(rowid) FROM messages), 0) ELSE indexed_to END;

-- derived: the same trigger, for both.
DROP TRIGGER a_deleted_message_is_not_found;
CREATE TRIGGER a_deleted_message_is_not_found AFTER DELETE ON messages BEGIN
  DELETE FROM message_search WHERE rowid = OLD.rowid;
  UPDATE search_cursor SET
    indexed_to = min(indexed_to, coalesce((SELECT max(rowid) FROM messages), 0)),
    told_to = min(told_to, coalesce((SELECT max(rowid) FROM messages), 0))
  WHERE max(indexed_to, told_to) > coalesce((SELECT max(rowid) FROM messages), 0);
END;
