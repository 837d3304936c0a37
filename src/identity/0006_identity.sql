-- Who may come in: accounts, what they hold out to be known by, what councils granted them.

-- What somebody holds out before it is known for which council: the SHA-256 of a login name, of a
-- session's id, of an API token, of a one-time link. It says whose rows to look at, is found by
-- the whole hash or not at all, and tells nothing of a person. So it is the one table here whose
-- rows have a council and yet no row-level security: a login must find it before a council is
-- known. Everything that it leads to has.
CREATE TABLE identity_key (
    hash    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    council @int64 NOT NULL REFERENCES council (id),
    subject @int64 NOT NULL,            -- the id in account, session, api_token or one_time_link
    CONSTRAINT identity_key_pkey PRIMARY KEY (hash),
    CONSTRAINT identity_key_kind_subject_key UNIQUE (kind, subject),
    CONSTRAINT identity_key_hash CHECK (length(hash) = 64),
    CONSTRAINT identity_key_kind CHECK (kind IN ('login', 'session', 'token', 'link'))
);

-- One person's way in. `council` is the home council; others may grant the account roles too.
CREATE TABLE account (
    id       @id,
    council  @int64 NOT NULL REFERENCES council (id),
    login    TEXT NOT NULL,
    password TEXT NOT NULL,             -- argon2id, as account_password.h writes it; '': none yet
    state    TEXT NOT NULL,
    made_at  @int64 NOT NULL,           -- this and the like: milliseconds since 1970, UTC
    CONSTRAINT account_login_key UNIQUE (login),
    CONSTRAINT account_login CHECK (length(login) BETWEEN 2 AND 64),
    CONSTRAINT account_state CHECK (state IN ('open', 'closed'))
);

-- Lets whoever holds it do one thing once, without an account.
CREATE TABLE one_time_link (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),
    purpose TEXT NOT NULL,
    account @int64 REFERENCES account (id),     -- whose password it sets
    made_at @int64 NOT NULL,
    ends_at @int64 NOT NULL,
    used_at @int64,
    CONSTRAINT one_time_link_purpose CHECK (purpose IN ('administrator', 'password')),
    CONSTRAINT one_time_link_account CHECK ((purpose = 'password') = (account IS NOT NULL)),
    CONSTRAINT one_time_link_ends_at CHECK (ends_at > made_at),
    CONSTRAINT one_time_link_used_at CHECK (used_at < ends_at)
);

-- Somebody signed in, until ended_at, or idle or altogether too long (session.h).
CREATE TABLE session (
    id       @id,
    council  @int64 NOT NULL REFERENCES council (id),   -- the account's home council
    account  @int64 NOT NULL REFERENCES account (id),
    acting   @int64 NOT NULL REFERENCES council (id),   -- for whom the person acts
    made_at  @int64 NOT NULL,
    seen_at  @int64 NOT NULL,           -- written at most once a minute
    ended_at @int64,
    CONSTRAINT session_seen_at CHECK (seen_at >= made_at)
);
CREATE INDEX session_account ON session (account, made_at);

-- Lets a program act as its owner, for one council, until an end.
CREATE TABLE api_token (
    id        @id,
    council   @int64 NOT NULL REFERENCES council (id),  -- the account's home council
    account   @int64 NOT NULL REFERENCES account (id),
    acting    @int64 NOT NULL REFERENCES council (id),
    name      TEXT NOT NULL,            -- the owner's own word for it
    may_write @bool NOT NULL,
    made_at   @int64 NOT NULL,
    ends_at   @int64 NOT NULL,
    ended_at  @int64,
    CONSTRAINT api_token_name CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT api_token_ends_at CHECK (ends_at > made_at)
);
CREATE INDEX api_token_account ON api_token (account, made_at);

-- A council grants an account a role in its own area. Dates are days by UTC, both within.
CREATE TABLE role_grant (
    id       @id,
    council  @int64 NOT NULL REFERENCES council (id),   -- who grants
    account  @int64 NOT NULL REFERENCES account (id),
    role     TEXT NOT NULL,
    starts   @date NOT NULL,
    ends     @date,                     -- NULL: until further notice
    made_by  @int64 REFERENCES account (id),    -- NULL: by the first administrator's link
    made_at  @int64 NOT NULL,
    ended_at @int64,                    -- taken back before its end
    CONSTRAINT role_grant_role CHECK (role IN
        ('administrator', 'auditor', 'chief-executive', 'head-of-finance', 'accountant',
         'budget-holder', 'head-of-service', 'hr-lead', 'programme-manager',
         'performance-officer', 'legal-officer', 'clerk', 'ict-officer', 'member',
         'union-official')),
    CONSTRAINT role_grant_ends CHECK (ends >= starts),
    CONSTRAINT role_grant_made_by CHECK (made_by <> account),
    -- An auditor's time is boxed.
    CONSTRAINT role_grant_auditor CHECK (role <> 'auditor' OR ends IS NOT NULL)
);
CREATE INDEX role_grant_account ON role_grant (account, council);

-- Guesses of passwords: `who` is the hash of an account's login name or of an address.
CREATE TABLE login_attempt (
    id  @id,
    who TEXT NOT NULL,
    at  @int64 NOT NULL,
    CONSTRAINT login_attempt_who CHECK (length(who) = 64)
);
CREATE INDEX login_attempt_who_at ON login_attempt (who, at);

-- What was answered to a request that may be sent again (Idempotency-Key): kept in the transaction
-- of its work, so that the work is done once whatever becomes of the answer.
CREATE TABLE kept_answer (
    council @int64 NOT NULL REFERENCES council (id),    -- acted for
    account @int64 NOT NULL REFERENCES account (id),
    key     TEXT NOT NULL,
    request TEXT NOT NULL,              -- SHA-256 of method, path and body
    status  @int64 NOT NULL,
    type    TEXT NOT NULL,
    body    @blob NOT NULL,
    made_at @int64 NOT NULL,
    CONSTRAINT kept_answer_pkey PRIMARY KEY (council, account, key),
    CONSTRAINT kept_answer_key CHECK (length(key) BETWEEN 1 AND 200)
);

-- only: postgres
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE account FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY account_council ON account
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE one_time_link ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE one_time_link FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY one_time_link_council ON one_time_link
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE session FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY session_council ON session
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE api_token FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY api_token_council ON api_token
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE role_grant ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE role_grant FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY role_grant_council ON role_grant
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE kept_answer ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE kept_answer FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY kept_answer_council ON kept_answer
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
