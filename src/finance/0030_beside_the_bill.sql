-- Registers of money beside the bill: what a council does on its own inside a shared service, what
-- sharing costs without being charged, and money that must not be shared. No statement of these
-- tables is read by a settlement.

-- A council's own initiative inside a shared service: it bears all of it.
CREATE TABLE initiative (
    council     @int64 NOT NULL REFERENCES council (id),
    number      @int64 NOT NULL,
    version     @int64 NOT NULL,
    state       TEXT NOT NULL,
    shared      @bool NOT NULL,
    joint       @bool NOT NULL,
    shared_at   @int64,
    shared_by   TEXT,
    title       TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    decision    TEXT NOT NULL,
    owner_post  TEXT NOT NULL,
    starts      @date NOT NULL,
    ends        @date,
    cost_centres TEXT NOT NULL,
    pool        TEXT NOT NULL,
    budget      @int64,
    service     TEXT NOT NULL,
    made_at     @int64 NOT NULL,
    changed_at  @int64 NOT NULL,
    changed_by  TEXT NOT NULL,
    CONSTRAINT initiative_pkey PRIMARY KEY (council, number),
    CONSTRAINT initiative_number CHECK (number > 0),
    CONSTRAINT initiative_version CHECK (version > 0),
    CONSTRAINT initiative_state CHECK (state IN ('proposed', 'running', 'ended', 'dropped')),
    CONSTRAINT initiative_joint CHECK (shared OR NOT joint),
    CONSTRAINT initiative_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT initiative_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT initiative_purpose CHECK (length(purpose) BETWEEN 1 AND 4000),
    CONSTRAINT initiative_decision CHECK (length(decision) <= 200),
    CONSTRAINT initiative_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT initiative_cost_centres CHECK (length(cost_centres) <= 400),
    CONSTRAINT initiative_pool CHECK (length(pool) <= 60),
    CONSTRAINT initiative_budget CHECK (budget BETWEEN 0 AND 99999999999999),
    CONSTRAINT initiative_service CHECK (length(service) <= 60)
);

-- only: sqlite
CREATE TRIGGER initiative_stays BEFORE DELETE ON initiative
BEGIN SELECT RAISE(ABORT, 'an initiative is dropped, not deleted'); END;

-- only: postgres
ALTER TABLE initiative ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE initiative FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY initiative_read ON initiative FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY initiative_add ON initiative FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY initiative_edit ON initiative FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));

-- What sharing costs or may cost without being in any bill: opportunity costs, set-up costs,
-- liabilities that go with a transfer.
CREATE TABLE memorandum (
    council     @int64 NOT NULL REFERENCES council (id),
    number      @int64 NOT NULL,
    version     @int64 NOT NULL,
    state       TEXT NOT NULL,
    shared      @bool NOT NULL,
    joint       @bool NOT NULL,
    shared_at   @int64,
    shared_by   TEXT,
    title       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    amount      @int64 NOT NULL,
    valued_at   @date NOT NULL,
    method      TEXT NOT NULL,
    source      TEXT NOT NULL,
    bearer      TEXT NOT NULL,
    split       TEXT NOT NULL,
    detail      TEXT NOT NULL,
    owner_post  TEXT NOT NULL,
    agreed_from @date,
    service     TEXT NOT NULL,
    made_at     @int64 NOT NULL,
    changed_at  @int64 NOT NULL,
    changed_by  TEXT NOT NULL,
    CONSTRAINT memorandum_pkey PRIMARY KEY (council, number),
    CONSTRAINT memorandum_number CHECK (number > 0),
    CONSTRAINT memorandum_version CHECK (version > 0),
    CONSTRAINT memorandum_state CHECK (state IN ('estimated', 'final', 'ended')),
    CONSTRAINT memorandum_joint CHECK (shared OR NOT joint),
    CONSTRAINT memorandum_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT memorandum_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT memorandum_kind CHECK (kind IN ('opportunity', 'set-up', 'exit', 'pension', 'leave', 'equal-pay',
        'insurance', 'other')),
    CONSTRAINT memorandum_amount CHECK (amount BETWEEN 0 AND 99999999999999),
    CONSTRAINT memorandum_method CHECK (length(method) BETWEEN 1 AND 1000),
    CONSTRAINT memorandum_source CHECK (length(source) BETWEEN 1 AND 300),
    CONSTRAINT memorandum_bearer CHECK (length(bearer) <= 32),
    CONSTRAINT memorandum_split CHECK (length(split) <= 1000),
    CONSTRAINT memorandum_borne CHECK (bearer <> '' OR split <> ''),
    CONSTRAINT memorandum_detail CHECK (length(detail) <= 4000),
    CONSTRAINT memorandum_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT memorandum_agreed CHECK (agreed_from IS NULL OR joint),
    CONSTRAINT memorandum_service CHECK (length(service) <= 60)
);

-- only: sqlite
CREATE TRIGGER memorandum_stays BEFORE DELETE ON memorandum
BEGIN SELECT RAISE(ABORT, 'a memorandum is ended, not deleted'); END;

-- only: postgres
ALTER TABLE memorandum ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE memorandum FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY memorandum_read ON memorandum FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY memorandum_add ON memorandum FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY memorandum_edit ON memorandum FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));

-- Money from outside with conditions: ring-fenced, so that it is not shared by accident.
CREATE TABLE fund (
    council     @int64 NOT NULL REFERENCES council (id),
    number      @int64 NOT NULL,
    version     @int64 NOT NULL,
    state       TEXT NOT NULL,
    shared      @bool NOT NULL,
    joint       @bool NOT NULL,
    shared_at   @int64,
    shared_by   TEXT,
    title       TEXT NOT NULL,
    funder      TEXT NOT NULL,
    conditions  TEXT NOT NULL,
    amount      @int64 NOT NULL,
    starts      @date NOT NULL,
    ends        @date,
    cost_centres TEXT NOT NULL,
    accounts    TEXT NOT NULL,
    may_share   @bool NOT NULL,
    owner_post  TEXT NOT NULL,
    report_due  @date,
    service     TEXT NOT NULL,
    made_at     @int64 NOT NULL,
    changed_at  @int64 NOT NULL,
    changed_by  TEXT NOT NULL,
    CONSTRAINT fund_pkey PRIMARY KEY (council, number),
    CONSTRAINT fund_number CHECK (number > 0),
    CONSTRAINT fund_version CHECK (version > 0),
    CONSTRAINT fund_state CHECK (state IN ('expected', 'held', 'spent', 'closed')),
    CONSTRAINT fund_joint CHECK (shared OR NOT joint),
    CONSTRAINT fund_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT fund_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT fund_funder CHECK (length(funder) BETWEEN 1 AND 200),
    CONSTRAINT fund_conditions CHECK (length(conditions) BETWEEN 1 AND 4000),
    CONSTRAINT fund_amount CHECK (amount BETWEEN 0 AND 99999999999999),
    CONSTRAINT fund_cost_centres CHECK (length(cost_centres) BETWEEN 1 AND 400),
    CONSTRAINT fund_accounts CHECK (length(accounts) <= 400),
    CONSTRAINT fund_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT fund_service CHECK (length(service) <= 60)
);

-- only: sqlite
CREATE TRIGGER fund_stays BEFORE DELETE ON fund
BEGIN SELECT RAISE(ABORT, 'a fund is closed, not deleted'); END;

-- only: postgres
ALTER TABLE fund ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE fund FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY fund_read ON fund FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY fund_add ON fund FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY fund_edit ON fund FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
