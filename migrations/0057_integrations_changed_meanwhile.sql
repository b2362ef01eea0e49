-- Whoever changes an account says which version of it they have seen: nothing is written over a change that came between.

ALTER TABLE integrations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- derived: a table of guards is always empty. It is made anew with one more condition; those of the version before stay.
DROP TABLE guards;

CREATE TABLE guards (
  name TEXT NOT NULL,
  CONSTRAINT not_the_first_administrator CHECK (name <> 'not_the_first_administrator'),
  CONSTRAINT last_administrator CHECK (name <> 'last_administrator'),
  CONSTRAINT invitation_used CHECK (name <> 'invitation_used'),
  CONSTRAINT recipient_opted_out CHECK (name <> 'recipient_opted_out'),
  CONSTRAINT answered_meanwhile CHECK (name <> 'answered_meanwhile'),
  CONSTRAINT appointment_changed CHECK (name <> 'appointment_changed'),
  CONSTRAINT integration_changed CHECK (name <> 'integration_changed')
) STRICT;
