-- What a webhook writes while Twilio waits: a page for each index that a new message moves. Whoever is to be answered, or
-- has written something unread, is a short list: it needs no order of its own, and so stays where it is when they write
-- again (docs/decisions/0004-inbound-in-one-statement.md).

DROP INDEX conversations_by_status;
DROP INDEX conversations_unread;
CREATE INDEX conversations_to_reply ON conversations (company_id) WHERE status IN ('new', 'to_reply');
CREATE INDEX conversations_unread ON conversations (company_id) WHERE unread_count > 0;
CREATE INDEX conversations_by_status ON conversations (company_id, status, last_at, id)
  WHERE status NOT IN ('new', 'to_reply');

DROP TRIGGER message_arrives;

CREATE TRIGGER message_arrives INSTEAD OF INSERT ON arrivals BEGIN
  INSERT INTO contacts (id, company_id, profile_name, created_at, updated_at)
  SELECT NEW.new_contact_id, NEW.company_id, NEW.profile_name, NEW.at, NEW.at
  WHERE NOT EXISTS (SELECT 1 FROM contact_addresses WHERE company_id = NEW.company_id AND identity = NEW.identity);

  INSERT INTO contact_addresses (company_id, identity, contact_id)
  VALUES (NEW.company_id, NEW.identity, NEW.new_contact_id)
  ON CONFLICT DO NOTHING;

  INSERT INTO conversations
    (id, company_id, contact_id, integration_id, number, customer, identity, channel, status, last_at, created_at)
  SELECT NEW.new_conversation_id, NEW.company_id, contact_id, NEW.integration_id, NEW.number, NEW.customer,
    NEW.identity, NEW.channel, 'new', NEW.at, NEW.at
  FROM contact_addresses WHERE company_id = NEW.company_id AND identity = NEW.identity
  ON CONFLICT DO NOTHING;

  INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
    body, external_id, status, status_rank, segments, media_count, created_at)
  SELECT NEW.id, NEW.company_id, id, NEW.integration_id, NEW.channel, 1, NEW.customer, NEW.number,
    NEW.body, NEW.external_id, 'received', 50, NEW.segments, NEW.media_count, NEW.at
  FROM conversations WHERE company_id = NEW.company_id AND number = NEW.number AND customer = NEW.customer
  ON CONFLICT DO NOTHING;

  -- Only for a message that was not there already. The status by itself, and only when it changes: an UPDATE that names
  -- a column writes every index that has it, changed or not.
  UPDATE conversations SET status = CASE WHEN answered THEN 'to_reply' ELSE 'new' END
  WHERE id = (SELECT conversation_id FROM messages WHERE id = NEW.id)
    AND status <> CASE WHEN answered THEN 'to_reply' ELSE 'new' END;

  UPDATE conversations SET
    version = version + 1,
    unread_count = unread_count + 1,
    channel = NEW.channel, last_preview = NEW.preview, last_message_id = NEW.id, last_from_client = 1,
    last_status = 'received', last_media_count = NEW.media_count, last_at = max(last_at, NEW.at)
  WHERE id = (SELECT conversation_id FROM messages WHERE id = NEW.id);

  UPDATE contacts SET profile_name = NEW.profile_name, updated_at = NEW.at
  WHERE NEW.profile_name IS NOT NULL AND profile_name IS NOT NEW.profile_name
    AND id = (SELECT contact_id FROM contact_addresses WHERE company_id = NEW.company_id AND identity = NEW.identity);
END;
