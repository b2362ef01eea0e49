-- Web Push: which browsers are told of a message while no tab is open.

-- Who we are to push services (RFC 8292), unless VAPID_PRIVATE_KEY says it. One for the deployment: browsers subscribe
-- to it, and a new one would silence them all.
CREATE TABLE push_keys (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- One per browser. It goes with the session: who signed out is told nothing.
CREATE TABLE push_subscriptions (
  endpoint TEXT PRIMARY KEY,
  session_hash TEXT NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX push_subscriptions_of_company ON push_subscriptions (company_id);
CREATE INDEX push_subscriptions_of_session ON push_subscriptions (session_hash);
