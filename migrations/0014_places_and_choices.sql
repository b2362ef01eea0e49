-- What a WhatsApp message may carry beside text and files. Most messages have no row here.

CREATE TABLE message_extras (
  message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  place TEXT, -- JSON, domain::Place
  choice TEXT -- JSON, contract::inbox::Choice
) STRICT, WITHOUT ROWID;
