-- The logs of one channel, newest first.

CREATE INDEX messages_by_channel ON messages (company_id, channel, created_at, id);
