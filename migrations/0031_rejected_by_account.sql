-- Refused webhooks are looked at by the company whose account they name.

CREATE INDEX rejected_webhooks_by_account ON rejected_webhooks (account_sid, id);
