-- Each program is told at its own pace (server/src/hooks/deliver.rs): one that does not answer holds up nobody else, and what
-- is new for it waits with what has failed.

ALTER TABLE hooks ADD COLUMN failures INTEGER NOT NULL DEFAULT 0; -- one after the other
ALTER TABLE hooks ADD COLUMN retry_at INTEGER; -- of one that fails: nothing is sent to it before

-- `hook_deliveries_due` stays: the version that still runs while this is applied asks by its name.
CREATE INDEX hook_deliveries_waiting ON hook_deliveries (hook_id, next_at) WHERE next_at IS NOT NULL;
