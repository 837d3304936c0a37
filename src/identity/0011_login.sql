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

-- A council's own login, by OpenID Connect.
CREATE TABLE oidc_provider (
    council       @int64 NOT NULL REFERENCES council (id),
    issuer        TEXT NOT NULL,
    client        TEXT NOT NULL,
    secret        @blob NOT NULL,       -- sealed (sealed.h)
    name_claim    TEXT NOT NULL,        -- of which claim a login name is made
    groups_claim  TEXT NOT NULL,
    asks_second   @bool NOT NULL,       -- it asks for a second factor itself
    is_on         @bool NOT NULL,
    authorization_url TEXT NOT NULL,    -- these four as its discovery said when it was saved
    token_url     TEXT NOT NULL,
    keys_url      TEXT NOT NULL,
    secret_in_form @bool NOT NULL,      -- client_secret_post, else client_secret_basic
    keys          TEXT NOT NULL,        -- its key set, as it was fetched last
    keys_at       @int64 NOT NULL,      -- when that was tried last, by any server
    tested_at     @int64,               -- somebody came through it with what is kept now
    CONSTRAINT oidc_provider_pkey PRIMARY KEY (council),
    CONSTRAINT oidc_provider_is_on CHECK (NOT is_on OR tested_at IS NOT NULL)
);

-- Whose addresses a council's login is for; a domain is one council's.
CREATE TABLE oidc_domain (
    domain  TEXT NOT NULL,
    council @int64 NOT NULL REFERENCES council (id),
    CONSTRAINT oidc_domain_pkey PRIMARY KEY (domain)
);

-- What belonging to a group there gives here.
CREATE TABLE oidc_group (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    CONSTRAINT oidc_group_council_name_role_key UNIQUE (council, name, role),
    CONSTRAINT oidc_group_name CHECK (length(name) BETWEEN 1 AND 200)
);

-- Who came through a council's login: the hash of issuer and subject.
CREATE TABLE oidc_identity (
    hash    TEXT NOT NULL,
    council @int64 NOT NULL REFERENCES council (id),
    account @int64 NOT NULL REFERENCES account (id),
    made_at @int64 NOT NULL,
    CONSTRAINT oidc_identity_pkey PRIMARY KEY (hash),
    CONSTRAINT oidc_identity_hash CHECK (length(hash) = 64)
);

-- States that came back from there: each is taken once, by whichever server.
CREATE TABLE oidc_state (
    hash    TEXT NOT NULL,
    council @int64 NOT NULL REFERENCES council (id),
    used_at @int64 NOT NULL,
    CONSTRAINT oidc_state_pkey PRIMARY KEY (hash)
);

-- A role that a group gave: it ends by itself, and with the next login without the group.
ALTER TABLE role_grant ADD COLUMN by_group @bool NOT NULL DEFAULT FALSE;

-- only: postgres
ALTER TABLE oidc_provider ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE oidc_provider FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY oidc_provider_council ON oidc_provider
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE oidc_domain ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE oidc_domain FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY oidc_domain_council ON oidc_domain
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE oidc_group ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE oidc_group FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY oidc_group_council ON oidc_group
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE oidc_identity ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE oidc_identity FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY oidc_identity_council ON oidc_identity
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE oidc_state ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE oidc_state FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY oidc_state_council ON oidc_state
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- The account for the day when nothing else lets in: one of a council.
ALTER TABLE account ADD COLUMN break_glass @bool NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX account_council_key ON account (council) WHERE break_glass AND state = 'open';

-- When such an account was used. Every council reads it, that being its purpose: so the table has
-- a council and yet no row-level security.
CREATE TABLE break_glass_use (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),
    used_at @int64 NOT NULL
);
CREATE INDEX break_glass_use_used_at ON break_glass_use (used_at);
