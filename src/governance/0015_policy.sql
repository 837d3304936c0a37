-- The register of policies: common to the councils or individual, who owns them, when they are
-- looked at again, by which decision they were adopted. The two days are written when both councils
-- have agreed (kind "policy" of two_key).
CREATE TABLE policy (
    council      @int64 NOT NULL REFERENCES council (id),
    number       @int64 NOT NULL,
    version      @int64 NOT NULL,
    state        TEXT NOT NULL,
    shared       @bool NOT NULL,
    joint        @bool NOT NULL,
    shared_at    @int64,
    shared_by    TEXT,
    title        TEXT NOT NULL,
    area         TEXT NOT NULL,
    summary      TEXT NOT NULL,
    kept         TEXT NOT NULL,
    owner_post   TEXT NOT NULL,
    review_due   @date NOT NULL,
    adopted      TEXT NOT NULL,
    common_from  @date,
    common_until @date,
    made_at      @int64 NOT NULL,
    changed_at   @int64 NOT NULL,
    changed_by   TEXT NOT NULL,
    CONSTRAINT policy_pkey PRIMARY KEY (council, number),
    CONSTRAINT policy_number CHECK (number > 0),
    CONSTRAINT policy_version CHECK (version > 0),
    CONSTRAINT policy_state CHECK (state IN ('draft', 'adopted', 'withdrawn')),
    CONSTRAINT policy_joint CHECK (shared OR NOT joint),
    CONSTRAINT policy_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT policy_common CHECK (joint OR common_from IS NULL),
    CONSTRAINT policy_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT policy_area CHECK (area IN ('conduct', 'finance', 'information', 'people',
        'procurement', 'service')),
    CONSTRAINT policy_summary CHECK (length(summary) BETWEEN 1 AND 4000),
    CONSTRAINT policy_kept CHECK (length(kept) <= 300),
    CONSTRAINT policy_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT policy_adopted CHECK (length(adopted) <= 200)
);

-- only: sqlite
CREATE TRIGGER policy_stays BEFORE DELETE ON policy
BEGIN SELECT RAISE(ABORT, 'a policy is withdrawn, not deleted'); END;

-- A council sees its own and what is shared; it changes its own and what is joint; what it changes
-- stays its own or joint.

-- only: postgres
ALTER TABLE policy ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE policy FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY policy_read ON policy FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY policy_add ON policy FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY policy_edit ON policy FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
