-- Webhooks that were refused, for whoever looks into why and to replay them. The newest thousand are kept.

CREATE TABLE rejected_webhooks (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  url TEXT NOT NULL,
  reason TEXT NOT NULL, -- a problem code
  account_sid TEXT,
  signature TEXT,
  content_type TEXT,
  body TEXT NOT NULL,
  remote_address TEXT,
  at INTEGER NOT NULL
) STRICT;
