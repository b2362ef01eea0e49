-- For how many days the flight recorder keeps what Twilio sent; 0: not at all. The rows are in the company's live hub.
ALTER TABLE companies ADD COLUMN keep_webhooks_days INTEGER NOT NULL DEFAULT 14;
