-- The register of statutory obligations: what the law asks of the services, and how it is met.
CREATE TABLE obligation (
    council    @int64 NOT NULL REFERENCES council (id),
    number     @int64 NOT NULL,
    version    @int64 NOT NULL,
    state      TEXT NOT NULL,
    shared     @bool NOT NULL,
    joint      @bool NOT NULL,
    shared_at  @int64,
    shared_by  TEXT,
    title      TEXT NOT NULL,
    law        TEXT NOT NULL,
    service    TEXT NOT NULL,
    owner_post TEXT NOT NULL,
    rag        TEXT NOT NULL,
    how_met    TEXT NOT NULL,
    evidence   TEXT NOT NULL,
    next_check @date NOT NULL,
    risk       TEXT NOT NULL,
    made_at    @int64 NOT NULL,
    changed_at @int64 NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT obligation_pkey PRIMARY KEY (council, number),
    CONSTRAINT obligation_number CHECK (number > 0),
    CONSTRAINT obligation_version CHECK (version > 0),
    CONSTRAINT obligation_state CHECK (state IN ('current', 'ended')),
    CONSTRAINT obligation_joint CHECK (shared OR NOT joint),
    CONSTRAINT obligation_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT obligation_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT obligation_law CHECK (length(law) BETWEEN 1 AND 200),
    CONSTRAINT obligation_service CHECK (service IN ('education', 'social services', 'support')),
    CONSTRAINT obligation_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT obligation_rag CHECK (rag IN ('red', 'amber', 'green')),
    CONSTRAINT obligation_how_met CHECK (length(how_met) BETWEEN 1 AND 4000),
    CONSTRAINT obligation_evidence CHECK (length(evidence) <= 4000)
);

-- only: sqlite
CREATE TRIGGER obligation_stays BEFORE DELETE ON obligation
BEGIN SELECT RAISE(ABORT, 'an obligation is ended, not deleted'); END;

-- A council sees its own and what is shared; it changes its own and what is joint; what it changes
-- stays its own or joint.

-- only: postgres
ALTER TABLE obligation ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE obligation FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY obligation_read ON obligation FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY obligation_add ON obligation FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY obligation_edit ON obligation FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
