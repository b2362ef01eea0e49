-- What messages and calls cost, as Twilio says some time after they have left, and how many there were.

ALTER TABLE messages ADD COLUMN price_micros INTEGER; -- millionths of the currency; NULL until Twilio says
ALTER TABLE calls ADD COLUMN price_micros INTEGER;
ALTER TABLE companies ADD COLUMN currency TEXT; -- ISO 4217, of the prices; NULL until the first one
ALTER TABLE companies ADD COLUMN cap_micros INTEGER; -- what a month may cost; NULL: no end
ALTER TABLE companies ADD COLUMN figured_at INTEGER NOT NULL DEFAULT 0; -- when its figures were last brought up to date

CREATE INDEX companies_by_figures ON companies (figured_at);
CREATE INDEX companies_with_cap ON companies (id) WHERE cap_micros IS NOT NULL;

-- A ledger: it only ever grows with what Twilio took, and forgets nothing when messages are erased. Months are UTC's, as
-- on Twilio's bill.
CREATE TABLE spending (
  company_id TEXT NOT NULL REFERENCES companies (id),
  month TEXT NOT NULL, -- 2026-01
  sent_micros INTEGER NOT NULL DEFAULT 0, -- of messages that we sent
  sent_segments INTEGER NOT NULL DEFAULT 0, -- of those
  unpriced_segments INTEGER NOT NULL DEFAULT 0, -- sent, and not yet priced
  other_micros INTEGER NOT NULL DEFAULT 0, -- received messages, calls
  warned INTEGER NOT NULL DEFAULT 0, -- the last share of the cap that administrators were told of, in percent
  PRIMARY KEY (company_id, month)
) STRICT, WITHOUT ROWID;

-- What has no price yet counts as much as this month's messages cost on average, or the last priced month's, or as the
-- company says itself.
CREATE VIEW month_spending AS
SELECT company_id, month, currency, cap_micros, warned, unpriced_segments * segment_rate AS estimated_micros,
  sent_micros + other_micros + unpriced_segments * segment_rate AS spent_micros
FROM (
  SELECT s.*, c.currency, c.cap_micros, coalesce(
      s.sent_micros / nullif(s.sent_segments, 0),
      (SELECT p.sent_micros / p.sent_segments FROM spending p
       WHERE p.company_id = s.company_id AND p.month < s.month AND p.sent_segments > 0 ORDER BY p.month DESC LIMIT 1),
      c.segment_micros, 0) AS segment_rate
  FROM spending s JOIN companies c ON c.id = s.company_id);

-- However a message comes to have a SID or a price (an answer, a receipt, a reconciliation), the ledger has it. Rows are
-- inserted without either, but for one that was sent elsewhere (server/src/inbox/sync/store.rs).
CREATE TRIGGER a_message_costs AFTER UPDATE OF external_id, price_micros, segments, status ON messages
WHEN NEW.channel <> 'call' AND (
  OLD.price_micros IS NOT NEW.price_micros
  OR NEW.from_client = 0 AND (
    CASE WHEN OLD.external_id IS NULL OR OLD.price_micros IS NOT NULL OR OLD.status = 'failed' THEN 0 ELSE OLD.segments END
    <> CASE WHEN NEW.external_id IS NULL OR NEW.price_micros IS NOT NULL OR NEW.status = 'failed' THEN 0 ELSE NEW.segments END))
BEGIN
  INSERT INTO spending (company_id, month) VALUES (NEW.company_id, strftime('%Y-%m', NEW.created_at / 1000, 'unixepoch'))
  ON CONFLICT DO NOTHING;
  UPDATE spending SET
    other_micros = other_micros + NEW.from_client * (coalesce(NEW.price_micros, 0) - coalesce(OLD.price_micros, 0)),
    sent_micros = sent_micros + (1 - NEW.from_client) * (coalesce(NEW.price_micros, 0) - coalesce(OLD.price_micros, 0)),
    sent_segments = sent_segments + (1 - NEW.from_client) * (
      CASE WHEN NEW.price_micros IS NULL THEN 0 ELSE NEW.segments END
      - CASE WHEN OLD.price_micros IS NULL THEN 0 ELSE OLD.segments END),
    unpriced_segments = unpriced_segments + (1 - NEW.from_client) * (
      CASE WHEN NEW.external_id IS NULL OR NEW.price_micros IS NOT NULL OR NEW.status = 'failed' THEN 0 ELSE NEW.segments END
      - CASE WHEN OLD.external_id IS NULL OR OLD.price_micros IS NOT NULL OR OLD.status = 'failed' THEN 0 ELSE OLD.segments END)
  WHERE company_id = NEW.company_id AND month = strftime('%Y-%m', NEW.created_at / 1000, 'unixepoch');
END;

CREATE TRIGGER a_call_costs AFTER UPDATE OF price_micros ON calls WHEN OLD.price_micros IS NOT NEW.price_micros BEGIN
  INSERT INTO spending (company_id, month) VALUES (NEW.company_id, strftime('%Y-%m', NEW.created_at / 1000, 'unixepoch'))
  ON CONFLICT DO NOTHING;
  UPDATE spending SET
    other_micros = other_micros + coalesce(NEW.price_micros, 0) - coalesce(OLD.price_micros, 0)
  WHERE company_id = NEW.company_id AND month = strftime('%Y-%m', NEW.created_at / 1000, 'unixepoch');
END;

-- A day of a company, as its own clocks show it. Made anew from the rows while the day is young (server/src/figures).
CREATE TABLE daily_figures (
  company_id TEXT NOT NULL REFERENCES companies (id),
  day TEXT NOT NULL, -- 2026-01-31
  number TEXT NOT NULL, -- ours
  channel TEXT NOT NULL,
  campaign_id TEXT NOT NULL, -- empty: of none
  items INTEGER NOT NULL, -- rows that it was made of
  received INTEGER NOT NULL, -- of calls: those that came in
  sent INTEGER NOT NULL, -- that Twilio took; of calls: those that went out
  segments INTEGER NOT NULL, -- of what was sent
  delivered INTEGER NOT NULL, -- of calls: answered
  failed INTEGER NOT NULL, -- refused by Twilio included; of calls: not answered
  seconds INTEGER NOT NULL, -- spoken
  micros INTEGER NOT NULL, -- as far as prices are known
  PRIMARY KEY (company_id, day, number, channel, campaign_id)
) STRICT, WITHOUT ROWID;

-- Why messages did not arrive.
CREATE TABLE daily_errors (
  company_id TEXT NOT NULL REFERENCES companies (id),
  day TEXT NOT NULL,
  code INTEGER NOT NULL, -- Twilio's; 0: none was given
  messages INTEGER NOT NULL,
  PRIMARY KEY (company_id, day, code)
) STRICT, WITHOUT ROWID;

-- How long customers waited for a person's answer.
CREATE TABLE daily_replies (
  company_id TEXT NOT NULL REFERENCES companies (id),
  day TEXT NOT NULL,
  within_5_minutes INTEGER NOT NULL,
  within_1_hour INTEGER NOT NULL,
  within_4_hours INTEGER NOT NULL,
  within_1_day INTEGER NOT NULL,
  later INTEGER NOT NULL,
  PRIMARY KEY (company_id, day)
) STRICT, WITHOUT ROWID;

-- Twilio's own lists are read in the background: for prices, and for what a webhook missed (server/src/inbox/reading.rs).
CREATE TABLE readings (
  integration_id TEXT PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL REFERENCES companies (id),
  next_at INTEGER NOT NULL DEFAULT 0, -- when to begin, or to go on
  -- Where a long reading goes on; NULL between two.
  since INTEGER,
  until INTEGER,
  began INTEGER,
  is_nightly INTEGER NOT NULL DEFAULT 0,
  -- Of the reading at hand, else of the last one.
  checked INTEGER NOT NULL DEFAULT 0,
  received INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  -- Of the last night's, that went through.
  night_at INTEGER,
  night_checked INTEGER,
  night_received INTEGER,
  night_calls INTEGER,
  night_sent INTEGER,
  night_updated INTEGER,
  problem TEXT -- a problem code: Twilio could not be asked
) STRICT, WITHOUT ROWID;

CREATE INDEX readings_due ON readings (next_at);

INSERT INTO readings (integration_id, company_id) SELECT id, company_id FROM integrations;
