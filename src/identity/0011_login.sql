-- How people sign in: a second factor, a council's own login, and what is left when that fails.

-- What a council asks of those who have a role in it; without a row: a second factor of those who
-- approve or administer (right.h), and local passwords.
CREATE TABLE login_setting (
    council       @int64 NOT NULL REFERENCES council (id),
    second_factor TEXT NOT NULL,
    local_login   @bool NOT NULL,       -- its own people may sign in with passwords kept here
    CONSTRAINT login_setting_pkey PRIMARY KEY (council),
    CONSTRAINT login_setting_second_factor CHECK (second_factor IN ('off', 'roles', 'everybody'))
);

-- What an account's telephone makes codes of; both sealed (sealed.h).
CREATE TABLE second_factor (
    account @int64 NOT NULL REFERENCES account (id),
    council @int64 NOT NULL REFERENCES council (id),    -- the account's home council
    secret  @blob,                      -- in force
    offered @blob,                      -- shown, not yet confirmed
    counter @int64 NOT NULL,            -- of the code used last: none counts twice
    made_at @int64 NOT NULL,
    CONSTRAINT second_factor_pkey PRIMARY KEY (account),
    CONSTRAINT second_factor_secret CHECK (secret IS NOT NULL OR offered IS NOT NULL)
);

-- Each lets its owner in once, without the telephone.
CREATE TABLE recovery_code (
    hash    TEXT NOT NULL,
    account @int64 NOT NULL REFERENCES account (id),
    council @int64 NOT NULL REFERENCES council (id),
    made_at @int64 NOT NULL,
    used_at @int64,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (hash),
    CONSTRAINT recovery_code_hash CHECK (length(hash) = 64)
);
CREATE INDEX recovery_code_account ON recovery_code (account, council);

-- Somebody signed in with more than a password; a token is what its maker's session was.
ALTER TABLE session ADD COLUMN strong @bool NOT NULL DEFAULT FALSE;
ALTER TABLE api_token ADD COLUMN strong @bool NOT NULL DEFAULT FALSE;

-- only: postgres
ALTER TABLE login_setting ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE login_setting FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY login_setting_council ON login_setting
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE second_factor ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE second_factor FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY second_factor_council ON second_factor
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE recovery_code FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY recovery_code_council ON recovery_code
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
