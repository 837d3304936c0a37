-- The register of actions: what follows from a recommendation, a decision or a risk.
CREATE TABLE action (
    council    @int64 NOT NULL REFERENCES council (id),
    number     @int64 NOT NULL,
    version    @int64 NOT NULL,
    state      TEXT NOT NULL,
    shared     @bool NOT NULL,
    joint      @bool NOT NULL,
    shared_at  @int64,
    shared_by  TEXT,
    title      TEXT NOT NULL,
    source     TEXT NOT NULL,
    risk       TEXT NOT NULL,
    detail     TEXT NOT NULL,
    owner_post TEXT NOT NULL,
    assigned   TEXT NOT NULL,
    due        @date NOT NULL,
    progress   @int64,
    outcome    TEXT NOT NULL,
    made_at    @int64 NOT NULL,
    changed_at @int64 NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT action_pkey PRIMARY KEY (council, number),
    CONSTRAINT action_number CHECK (number > 0),
    CONSTRAINT action_version CHECK (version > 0),
    CONSTRAINT action_state CHECK (state IN ('open', 'started', 'done', 'dropped')),
    CONSTRAINT action_joint CHECK (shared OR NOT joint),
    CONSTRAINT action_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT action_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT action_source CHECK (length(source) <= 200),
    CONSTRAINT action_detail CHECK (length(detail) <= 4000),
    CONSTRAINT action_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT action_progress CHECK (progress BETWEEN 0 AND 100),
    CONSTRAINT action_outcome CHECK (length(outcome) <= 4000)
);

-- only: sqlite
CREATE TRIGGER action_stays BEFORE DELETE ON action
BEGIN SELECT RAISE(ABORT, 'an action is dropped, not deleted'); END;

-- A council sees its own and what is shared; it changes its own and what is joint; what it changes
-- stays its own or joint.

-- only: postgres
ALTER TABLE action ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE action FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY action_read ON action FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY action_add ON action FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY action_edit ON action FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
