-- FTS5's `unicode61` splits at marks that are part of a word in Hindi, Thai, Arabic or Hebrew, and what is split is a
-- phrase, which `detail = 'column'` refuses. What a word is, and its folding, is ours already (server/src/search/words.rs):
-- to `ascii`, whatever is beyond ASCII belongs to the word. Search and sweep fill the index anew from its beginning.

-- derived: an index of `messages`; the version before writes and reads the new one by the same name and columns.
DROP TABLE message_search;

CREATE VIRTUAL TABLE message_search USING fts5 (
  words, tags, content = '', contentless_delete = 1, detail = 'column', tokenize = 'ascii'
);

UPDATE search_cursor SET indexed_to = 0;
