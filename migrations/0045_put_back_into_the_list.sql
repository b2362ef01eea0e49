-- What Twilio certainly has not got of a campaign goes back into its list, and meets every condition again when its turn
-- comes: the campaign's state, STOP, the spending cap, the night.

ALTER TABLE recipients ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0; -- of earlier messages that Twilio did not take

UPDATE recipients SET state = 'waiting', message_id = NULL
WHERE state = 'sending' AND message_id IN (SELECT id FROM messages WHERE status = 'pending' AND campaign_recipient IS NOT NULL);
DELETE FROM messages WHERE status = 'pending' AND campaign_recipient IS NOT NULL;

-- A receipt may come after the campaign was over: nothing arrived after all, or something did.
CREATE TRIGGER campaign_is_judged_again AFTER UPDATE OF sent, delivered ON campaigns
WHEN NEW.state IN ('completed', 'failed') AND NEW.waiting = 0 AND NEW.sending = 0
  AND NEW.state <> CASE WHEN NEW.sent + NEW.delivered = 0 THEN 'failed' ELSE 'completed' END
BEGIN
  UPDATE campaigns SET state = CASE WHEN NEW.sent + NEW.delivered = 0 THEN 'failed' ELSE 'completed' END WHERE id = NEW.id;
END;
