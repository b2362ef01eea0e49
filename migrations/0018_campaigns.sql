-- Campaigns: one text for many people, at the pace that the sending number bears.

CREATE TABLE campaigns (
  id TEXT PRIMARY KEY, -- ULID: sorts by time
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  channel TEXT NOT NULL,
  integration_id TEXT REFERENCES integrations (id) ON DELETE SET NULL,
  number TEXT NOT NULL, -- ours
  body TEXT NOT NULL, -- with {{variables}}
  media_url TEXT,
  state TEXT NOT NULL, -- domain::campaign::CampaignState; `storing` until all its recipients are here
  pause_reason TEXT,
  send_at INTEGER NOT NULL,
  quiet_from INTEGER, -- minutes of the recipient's day; NULL: at any hour
  quiet_to INTEGER,
  validity_seconds INTEGER,
  zones TEXT NOT NULL DEFAULT '[]', -- JSON: every zone that a recipient lives in
  canary INTEGER NOT NULL DEFAULT 0, -- so many go first; 0 once they were judged
  canary_until INTEGER, -- since they are all out: judged then at the latest
  total INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  sending INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  -- What the circuit breaker has seen since it last began to count.
  judged INTEGER NOT NULL DEFAULT 0,
  judged_filtered INTEGER NOT NULL DEFAULT 0,
  judged_opted_out INTEGER NOT NULL DEFAULT 0,
  judged_unregistered INTEGER NOT NULL DEFAULT 0,
  judged_failed INTEGER NOT NULL DEFAULT 0,
  author_id TEXT REFERENCES users (id),
  client_identity TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;

CREATE INDEX campaigns_of_company ON campaigns (company_id, id);
CREATE INDEX campaigns_at_work ON campaigns (company_id, number, id) WHERE state IN ('scheduled', 'running');
CREATE INDEX campaigns_due ON campaigns (send_at) WHERE state IN ('scheduled', 'running');
CREATE INDEX campaigns_half_stored ON campaigns (created_at) WHERE state = 'storing';
CREATE INDEX campaigns_of_integration ON campaigns (integration_id) WHERE integration_id IS NOT NULL;

CREATE TABLE recipients (
  id INTEGER PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  position INTEGER NOT NULL, -- in the list as it came, from 0
  address TEXT NOT NULL, -- as Twilio writes it; what came in when it is none
  name TEXT,
  variables TEXT, -- a JSON object by domain::template::key
  zone TEXT NOT NULL,
  state TEXT NOT NULL, -- waiting, sending, sent, delivered, failed
  error TEXT, -- contract::ProblemCode
  error_code INTEGER, -- Twilio's
  message_id TEXT, -- of the last attempt
  CONSTRAINT one_recipient_per_place UNIQUE (campaign_id, position)
) STRICT;

CREATE INDEX recipients_waiting ON recipients (campaign_id, zone, position) WHERE state = 'waiting';
CREATE INDEX recipients_failed ON recipients (campaign_id, error, error_code, position) WHERE state = 'failed';

-- Which recipient a message was for; NULL for all others.
ALTER TABLE messages ADD COLUMN campaign_recipient INTEGER;

-- However a message moves (an answer, a receipt, a reconciliation), its recipient moves with it, and the counters with
-- the recipient: progress is read, never counted.
CREATE TRIGGER campaign_message_moves AFTER UPDATE OF status ON messages
WHEN NEW.campaign_recipient IS NOT NULL AND NEW.status IS NOT OLD.status BEGIN
  UPDATE recipients SET
    state = CASE
      WHEN NEW.status IN ('pending', 'claimed') THEN 'sending'
      WHEN NEW.status IN ('delivered', 'read') THEN 'delivered'
      WHEN NEW.status IN ('failed', 'undelivered', 'canceled') THEN 'failed'
      ELSE 'sent' END,
    error_code = CASE WHEN NEW.status IN ('failed', 'undelivered') THEN NEW.error_code END,
    error = CASE
      WHEN NEW.status = 'canceled' THEN 'campaign_canceled'
      WHEN NEW.status NOT IN ('failed', 'undelivered') THEN NULL
      WHEN NEW.status_rank = 1 THEN 'not_confirmed'
      ELSE 'twilio_refused' END
  WHERE id = NEW.campaign_recipient AND message_id = NEW.id;
END;

CREATE TRIGGER campaign_message_is_deleted AFTER DELETE ON messages
WHEN OLD.campaign_recipient IS NOT NULL BEGIN
  UPDATE recipients SET state = 'failed', error = 'message_deleted'
  WHERE id = OLD.campaign_recipient AND message_id = OLD.id AND state = 'sending';
END;

CREATE TRIGGER recipient_moves AFTER UPDATE OF state ON recipients WHEN NEW.state IS NOT OLD.state BEGIN
  UPDATE campaigns SET
    waiting = waiting - (OLD.state = 'waiting') + (NEW.state = 'waiting'),
    sending = sending - (OLD.state = 'sending') + (NEW.state = 'sending'),
    sent = sent - (OLD.state = 'sent') + (NEW.state = 'sent'),
    delivered = delivered - (OLD.state = 'delivered') + (NEW.state = 'delivered'),
    failed = failed - (OLD.state = 'failed') + (NEW.state = 'failed'),
    judged = judged + (OLD.state = 'sending' AND NEW.state IN ('sent', 'delivered', 'failed')),
    judged_filtered = judged_filtered + (NEW.state = 'failed' AND coalesce(NEW.error_code = 30007, 0)),
    judged_opted_out = judged_opted_out + (NEW.state = 'failed' AND coalesce(NEW.error_code = 21610, 0)),
    judged_unregistered = judged_unregistered + (NEW.state = 'failed' AND coalesce(NEW.error_code = 30034, 0)),
    judged_failed = judged_failed + (NEW.state = 'failed' AND OLD.state <> 'waiting')
  WHERE id = NEW.campaign_id;
END;

-- The pace of a sending number.
ALTER TABLE numbers ADD COLUMN rate REAL; -- segments a second; NULL: by the kind of number
ALTER TABLE numbers ADD COLUMN free_at INTEGER NOT NULL DEFAULT 0; -- when it may send more
ALTER TABLE numbers ADD COLUMN setbacks INTEGER NOT NULL DEFAULT 0; -- refusals to take more, one after the other
