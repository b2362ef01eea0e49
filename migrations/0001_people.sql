-- Companies, the people who work in them, and how they prove who they are.

CREATE TABLE companies (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('agent', 'admin', 'superadmin')),
  language TEXT NOT NULL,
  password_hash TEXT, -- NULL until the invitation is accepted
  active INTEGER NOT NULL DEFAULT 1,
  last_seen_at INTEGER,
  created_at INTEGER NOT NULL,
  CONSTRAINT one_account_per_email UNIQUE (email)
) STRICT;

CREATE INDEX users_of_company ON users (company_id, name);

-- Only hashes of what the browser and the caller hold.
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id), -- the one a superadmin looks at
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE invitations (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, -- a newer one replaces it
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  created_by TEXT REFERENCES users (id),
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  ending TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;

CREATE INDEX api_tokens_of_company ON api_tokens (company_id, id);

-- Failed sign-ins, per account and per address: `account:<e-mail>` or `address:<IP>`.
CREATE TABLE sign_in_failures (
  key TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- D1 has no interactive transaction: a condition that must hold while a batch commits is an INSERT here
-- that selects a row when it does not, and so fails the whole batch with the constraint's name.
CREATE TABLE guards (
  name TEXT NOT NULL,
  CONSTRAINT not_the_first_administrator CHECK (name <> 'not_the_first_administrator'),
  CONSTRAINT last_administrator CHECK (name <> 'last_administrator'),
  CONSTRAINT invitation_used CHECK (name <> 'invitation_used'),
  CONSTRAINT recipient_opted_out CHECK (name <> 'recipient_opted_out')
) STRICT;
