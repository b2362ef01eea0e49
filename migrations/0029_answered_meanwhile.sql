-- Whoever answers says which message they have seen last: nothing is sent when somebody else has answered after it.
-- A table of guards is always empty, so that it is made anew with one more condition; and one table is enough.

DROP TABLE appointment_guards;
DROP TABLE guards;

CREATE TABLE guards (
  name TEXT NOT NULL,
  CONSTRAINT not_the_first_administrator CHECK (name <> 'not_the_first_administrator'),
  CONSTRAINT last_administrator CHECK (name <> 'last_administrator'),
  CONSTRAINT invitation_used CHECK (name <> 'invitation_used'),
  CONSTRAINT recipient_opted_out CHECK (name <> 'recipient_opted_out'),
  CONSTRAINT answered_meanwhile CHECK (name <> 'answered_meanwhile'),
  CONSTRAINT appointment_changed CHECK (name <> 'appointment_changed')
) STRICT;
