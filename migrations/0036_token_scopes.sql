-- What an API token is limited to, on top of its role: a JSON array of scopes. NULL: all that its role may, as before.
ALTER TABLE api_tokens ADD COLUMN scopes TEXT;
