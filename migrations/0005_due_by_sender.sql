-- A dispatcher looks for the rows of its own number, and one company's campaign must not slow another's reply.

CREATE INDEX messages_due_of_sender ON messages (company_id, sender, send_at) WHERE status = 'pending';
CREATE INDEX messages_in_doubt_of_sender ON messages (company_id, sender, claimed_at) WHERE status = 'claimed';

-- A message that is deleted is looked for where it is referred to.
CREATE INDEX consent_events_of_message ON consent_events (message_id);

CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);
