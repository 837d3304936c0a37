-- The register of queries: a line or figure of a period is questioned by one council and answered
-- by another. A draft is its council's own; what was put is joint, whatever becomes of it.
CREATE TABLE query (
    council        @int64 NOT NULL REFERENCES council (id),
    number         @int64 NOT NULL,
    version        @int64 NOT NULL,
    state          TEXT NOT NULL,
    shared         @bool NOT NULL,
    joint          @bool NOT NULL,
    shared_at      @int64,
    shared_by      TEXT,
    title          TEXT NOT NULL,
    year           TEXT NOT NULL,
    period         TEXT NOT NULL,
    pool           TEXT NOT NULL,
    cost_group     TEXT NOT NULL,
    bearer         TEXT NOT NULL,
    source_line    TEXT NOT NULL,
    detail         TEXT NOT NULL,
    amount         @int64,
    disputed       @int64 NOT NULL,
    answers        TEXT NOT NULL,
    owner_post     TEXT NOT NULL,
    answer         TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    corrected_from TEXT NOT NULL,
    correction     @int64,
    stage          TEXT NOT NULL,
    put_on         @date,
    due            @date,
    service        TEXT NOT NULL,
    made_at        @int64 NOT NULL,
    changed_at     @int64 NOT NULL,
    changed_by     TEXT NOT NULL,
    CONSTRAINT query_pkey PRIMARY KEY (council, number),
    CONSTRAINT query_number CHECK (number > 0),
    CONSTRAINT query_version CHECK (version > 0),
    CONSTRAINT query_state CHECK (state IN ('draft', 'put', 'answered', 'settled', 'withdrawn')),
    CONSTRAINT query_joint CHECK (shared OR NOT joint),
    CONSTRAINT query_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    -- Both see what was put, and neither takes it from the other's sight again.
    CONSTRAINT query_put CHECK (joint OR state IN ('draft', 'withdrawn')),
    CONSTRAINT query_answered CHECK (state NOT IN ('answered', 'settled')
        OR (answer <> '' AND outcome <> '')),
    CONSTRAINT query_corrected CHECK (outcome <> 'corrected' OR corrected_from <> ''),
    CONSTRAINT query_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT query_year CHECK (length(year) BETWEEN 1 AND 7),
    CONSTRAINT query_period CHECK (period IN ('P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P07',
        'P08', 'P09', 'P10', 'P11', 'P12', 'P13')),
    CONSTRAINT query_pool CHECK (length(pool) <= 60),
    CONSTRAINT query_cost_group CHECK (length(cost_group) <= 60),
    CONSTRAINT query_bearer CHECK (length(bearer) <= 32),
    CONSTRAINT query_source_line CHECK (length(source_line) <= 200),
    CONSTRAINT query_detail CHECK (length(detail) BETWEEN 1 AND 4000),
    CONSTRAINT query_amount CHECK (amount BETWEEN 0 AND 99999999999999),
    CONSTRAINT query_disputed CHECK (disputed BETWEEN 0 AND 99999999999999),
    -- No more is in dispute than there is.
    CONSTRAINT query_rest CHECK (amount IS NULL OR disputed <= amount),
    CONSTRAINT query_answers CHECK (length(answers) <= 32),
    CONSTRAINT query_owner_post CHECK (length(owner_post) <= 100),
    CONSTRAINT query_answer CHECK (length(answer) <= 4000),
    CONSTRAINT query_outcome CHECK (outcome IN ('', 'stands', 'corrected')),
    CONSTRAINT query_corrected_from CHECK (length(corrected_from) <= 11),
    CONSTRAINT query_correction CHECK (correction BETWEEN -99999999999999 AND 99999999999999),
    CONSTRAINT query_stage CHECK (stage IN ('', 'council', 'board', 'executives')),
    CONSTRAINT query_service CHECK (length(service) <= 60)
);

-- only: sqlite
CREATE TRIGGER query_stays BEFORE DELETE ON query
BEGIN SELECT RAISE(ABORT, 'a query is withdrawn, not deleted'); END;

-- A council sees its own and what is shared; it changes its own and what is joint; what it changes
-- stays its own or joint.

-- only: postgres
ALTER TABLE query ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE query FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY query_read ON query FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY query_add ON query FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY query_edit ON query FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
