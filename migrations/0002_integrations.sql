-- Twilio accounts and the numbers that belong to them.

CREATE TABLE integrations (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  account_sid TEXT NOT NULL,
  auth_token_sealed TEXT NOT NULL, -- AES-256-GCM: see server/src/keys.rs
  auth_token_ending TEXT NOT NULL,
  api_key_sid TEXT,
  api_key_secret_sealed TEXT,
  api_key_secret_ending TEXT,
  twiml_app_sid TEXT,
  messaging_service_sid TEXT,
  default_region TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 1,
  is_default INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX integrations_of_company ON integrations (company_id, id);
CREATE INDEX integrations_by_account ON integrations (account_sid, id);
CREATE UNIQUE INDEX one_default_integration ON integrations (company_id) WHERE is_default = 1;

CREATE TABLE numbers (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  position INTEGER NOT NULL, -- 0 is the integration's main number
  capabilities TEXT, -- JSON, as Twilio last said
  CONSTRAINT one_integration_per_number UNIQUE (company_id, address)
) STRICT;

CREATE INDEX numbers_of_integration ON numbers (integration_id, position);
