-- Recording began in mid-call: on their way into the room both parties hear that it does.
ALTER TABLE calls ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
