-- Appointments, and what the company says of them by itself.

-- A company without a row has its number's zone and country, and a day's notice.
CREATE TABLE appointment_settings (
  company_id TEXT PRIMARY KEY REFERENCES companies (id),
  zone TEXT NOT NULL, -- IANA
  language TEXT NOT NULL,
  reminder_minutes INTEGER NOT NULL -- before the appointment; 0: none
) STRICT, WITHOUT ROWID;

-- The texts that a company wrote in the place of ours.
CREATE TABLE notification_texts (
  company_id TEXT NOT NULL REFERENCES companies (id),
  kind TEXT NOT NULL,
  language TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (company_id, kind, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE appointments (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  number TEXT NOT NULL, -- ours, that writes
  customer TEXT NOT NULL, -- whom it writes to
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  zone TEXT NOT NULL,
  language TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('booked', 'confirmed', 'cancelled')),
  version INTEGER NOT NULL DEFAULT 1, -- rises with every change
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX appointments_by_time ON appointments (company_id, starts_at, id);

-- What was or will be said of an appointment: the last message of each kind.
CREATE TABLE appointment_messages (
  appointment_id TEXT NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('confirmed', 'reminder', 'cancelled')),
  message_id TEXT NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
  PRIMARY KEY (appointment_id, kind)
) STRICT, WITHOUT ROWID;

-- As `guards`: a row here says that the appointment is not what it was when the verb read it.
CREATE TABLE appointment_guards (
  name TEXT NOT NULL,
  CONSTRAINT appointment_changed CHECK (name <> 'appointment_changed')
) STRICT;
