-- When a line is looked at again: sooner after a look at which Twilio did not answer. A line that was tried before anybody
-- looked at it has a row with `checked_at` 0, and is left in peace.

ALTER TABLE line_checks ADD COLUMN next_at INTEGER DEFAULT 0; -- NULL: never
ALTER TABLE line_checks ADD COLUMN failed_checks INTEGER NOT NULL DEFAULT 0; -- one after the other

UPDATE line_checks SET next_at = checked_at + 6 * 3600 * 1000;

CREATE INDEX lines_due ON line_checks (next_at) WHERE next_at IS NOT NULL;
DROP INDEX lines_by_check; -- derived: nobody asks by that time any more
