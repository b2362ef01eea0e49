-- What was found when a line was last looked at (server/src/health): the sweep looks again, and tells administrators
-- when something has changed at Twilio that nobody changed here.

CREATE TABLE line_checks (
  integration_id TEXT PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  public_url TEXT NOT NULL, -- the sweep has no request that would tell it
  checked_at INTEGER NOT NULL,
  problem TEXT, -- a problem code: Twilio could not be asked
  open_points TEXT NOT NULL, -- JSON, contract::lines::Point: what is not as it should be
  -- When a signed request of our own last came through Twilio's door.
  message_probe_at INTEGER,
  call_probe_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_by_check ON line_checks (checked_at);
