-- Calls. A call with somebody outside is an item of its conversation: a row of `messages` with channel `call` under
-- the same id, which brings the thread, its files (recordings, voicemail) and its deletion; what is special to
-- telephony stands here.

CREATE TABLE calls (
  id TEXT PRIMARY KEY, -- ULID: sorts by time
  company_id TEXT NOT NULL REFERENCES companies (id),
  message_id TEXT UNIQUE REFERENCES messages (id) ON DELETE CASCADE, -- the same id; NULL between two colleagues
  integration_id TEXT REFERENCES integrations (id) ON DELETE SET NULL,
  direction TEXT NOT NULL, -- domain::call::CallDirection
  number TEXT NOT NULL, -- ours
  customer TEXT NOT NULL, -- theirs, or `client:<identity>` of a colleague
  user_id TEXT REFERENCES users (id), -- who placed it, or took it
  parent_sid TEXT NOT NULL, -- of the leg that began it
  parent_status TEXT NOT NULL,
  dialled_status TEXT,
  answered INTEGER NOT NULL DEFAULT 0,
  voicemail INTEGER NOT NULL DEFAULT 0,
  rejected TEXT, -- why it was turned away
  outcome TEXT NOT NULL, -- domain::call::outcome of the columns above, at the last change
  forwarded_to TEXT,
  transferred_to TEXT,
  room TEXT, -- the conference that the parties were moved into
  conference_sid TEXT, -- once it has begun
  held INTEGER NOT NULL DEFAULT 0,
  recording TEXT NOT NULL DEFAULT 'off' CHECK (recording IN ('off', 'on', 'paused')),
  note TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  answered_at INTEGER,
  ended_at INTEGER,
  heard_at INTEGER NOT NULL, -- when Twilio last spoke of it: one silent too long is asked about
  CONSTRAINT one_call_per_sid UNIQUE (company_id, parent_sid)
) STRICT;

CREATE INDEX calls_of_company ON calls (company_id, id);
CREATE INDEX calls_by_outcome ON calls (company_id, outcome, id);
CREATE INDEX calls_of_user ON calls (user_id, id);
CREATE INDEX calls_going_on ON calls (heard_at) WHERE ended_at IS NULL;

-- Each party's own connection.
CREATE TABLE call_legs (
  sid TEXT PRIMARY KEY,
  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  party TEXT NOT NULL, -- `client:<identity>` or a number
  role TEXT NOT NULL CHECK (role IN ('customer', 'agent', 'other')),
  status TEXT NOT NULL,
  rank INTEGER NOT NULL, -- domain::call::CallStatus::rank: only ever rises
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX legs_of_call ON call_legs (call_id);

-- What happened to a call, in order. Two that change it at once cannot both write the next version: the second reads again.
CREATE TABLE call_events (
  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  what TEXT NOT NULL,
  at INTEGER NOT NULL,
  CONSTRAINT one_change_at_a_time PRIMARY KEY (call_id, version)
) STRICT, WITHOUT ROWID;

-- Under which name a person's browsers are known to Twilio. Companies may share an account: one name, one person.
CREATE TABLE voice_identities (
  identity TEXT PRIMARY KEY COLLATE NOCASE,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
  company_id TEXT NOT NULL REFERENCES companies (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_of_company ON voice_identities (company_id);

-- How a company, and each of its numbers, takes calls: contract::calls::{CallRules, NumberRules} as JSON.
CREATE TABLE call_rules (
  company_id TEXT NOT NULL REFERENCES companies (id),
  number TEXT NOT NULL, -- empty: of the company as a whole
  rules TEXT NOT NULL,
  PRIMARY KEY (company_id, number)
) STRICT, WITHOUT ROWID;

-- Recordings that are to be deleted at Twilio as soon as they are here.
CREATE TABLE recordings_to_delete (
  media_id TEXT PRIMARY KEY REFERENCES media (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  integration_id TEXT NOT NULL,
  recording_sid TEXT NOT NULL
) STRICT, WITHOUT ROWID;
