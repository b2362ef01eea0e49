-- A message to be sent later waits as `pending`. Its id is made of the time at which it is to leave, so that it takes
-- its place in the thread then; one that is moved to another time becomes another row.

ALTER TABLE messages ADD COLUMN scheduled_for INTEGER; -- NULL for what is sent at once
ALTER TABLE messages ADD COLUMN unless_reply_since TEXT; -- a client's message of a greater id stops it
ALTER TABLE messages ADD COLUMN canceled_by TEXT CHECK (canceled_by IN ('person', 'reply'));

CREATE INDEX messages_scheduled ON messages (company_id, scheduled_for, id)
  WHERE status = 'pending' AND scheduled_for IS NOT NULL;
