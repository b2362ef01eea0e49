-- As `guards`: fails a batch that counts a guess while guessing has to pause.
CREATE TABLE sign_in_guards (
  name TEXT NOT NULL,
  CONSTRAINT sign_in_paused CHECK (name <> 'sign_in_paused')
) STRICT;

-- Where people reached this deployment last, for what wakes by itself while `PUBLIC_URL` is not set.
CREATE TABLE site_address (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  public_url TEXT NOT NULL
) STRICT;
