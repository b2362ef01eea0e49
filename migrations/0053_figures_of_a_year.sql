-- Until now only a month was counted of what was there before figures were: a screen may ask for a year. Everything is
-- counted once more; a day that has lost messages since keeps what it had (server/src/figures/store.rs).

UPDATE companies SET figured_at = 0;
