-- Outgoing webhooks: where a company's own programs are told what happens (server/src/hooks).

CREATE TABLE hooks (
  id TEXT PRIMARY KEY, -- ULID: sorts by time
  company_id TEXT NOT NULL REFERENCES companies (id),
  url TEXT NOT NULL,
  events TEXT NOT NULL, -- JSON array of contract::hooks::HookEvent
  secret TEXT NOT NULL, -- sealed
  old_secret TEXT, -- sealed; signs too until then, so that a rotation loses nothing
  old_secret_until INTEGER,
  active INTEGER NOT NULL DEFAULT 1,
  failing_since INTEGER, -- since when nothing has arrived
  disabled_at INTEGER, -- by us, after days of that
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX hooks_of_company ON hooks (company_id, id);

-- What is to be told, and what became of it. Written in the batch of what it tells, by the triggers below.
CREATE TABLE hook_deliveries (
  place INTEGER PRIMARY KEY, -- the order in which things happened
  id TEXT NOT NULL UNIQUE, -- `webhook-id`: the same with each attempt
  hook_id TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  event TEXT NOT NULL, -- contract::hooks::HookEvent
  subject TEXT NOT NULL, -- id of the message, call or campaign
  happened_at INTEGER NOT NULL,
  body TEXT, -- what is sent, from the first attempt on
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER, -- NULL: arrived, or given up
  arrived INTEGER NOT NULL DEFAULT 0,
  status INTEGER, -- of the last answer; NULL: none came
  answer TEXT, -- how it began, or why there was none
  tried_at INTEGER
) STRICT;

CREATE INDEX hook_deliveries_of_hook ON hook_deliveries (hook_id);
CREATE INDEX hook_deliveries_due ON hook_deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX hook_deliveries_by_age ON hook_deliveries (happened_at);

-- Ids are 26 letters of the alphabet of ours; hexadecimal digits are among them. An inbound message is told when the
-- search index takes it in (server/src/search/index.rs): nothing is added to what a webhook of Twilio's waits for.
CREATE TRIGGER hooks_are_told_of_a_status AFTER UPDATE OF status ON messages
WHEN NEW.from_client = 0 AND NEW.status IS NOT OLD.status AND NEW.status NOT IN ('pending', 'claimed') BEGIN
  INSERT INTO hook_deliveries (id, hook_id, company_id, event, subject, happened_at, next_at)
  SELECT lower(hex(randomblob(13))), h.id, h.company_id, 'message.status', NEW.id,
    CAST(unixepoch('subsec') * 1000 AS INTEGER), 0
  FROM hooks h WHERE h.company_id = NEW.company_id AND h.active = 1
    AND instr(h.events, '"message.status"') > 0;
END;

CREATE TRIGGER hooks_are_told_of_a_call AFTER UPDATE OF ended_at ON calls
WHEN NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL BEGIN
  INSERT INTO hook_deliveries (id, hook_id, company_id, event, subject, happened_at, next_at)
  SELECT lower(hex(randomblob(13))), h.id, h.company_id, 'call.ended', NEW.id, NEW.ended_at, 0
  FROM hooks h WHERE h.company_id = NEW.company_id AND h.active = 1
    AND instr(h.events, '"call.ended"') > 0;
END;

CREATE TRIGGER hooks_are_told_of_a_campaign AFTER UPDATE OF state ON campaigns
WHEN NEW.state IN ('completed', 'failed', 'canceled') AND OLD.state NOT IN ('completed', 'failed', 'canceled') BEGIN
  INSERT INTO hook_deliveries (id, hook_id, company_id, event, subject, happened_at, next_at)
  SELECT lower(hex(randomblob(13))), h.id, h.company_id, 'campaign.done', NEW.id,
    coalesce(NEW.finished_at, CAST(unixepoch('subsec') * 1000 AS INTEGER)), 0
  FROM hooks h WHERE h.company_id = NEW.company_id AND h.active = 1
    AND instr(h.events, '"campaign.done"') > 0;
END;
