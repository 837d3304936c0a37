-- The risk register. A risk belongs to the council that recorded it, and has a number in that
-- council's register; it may show it to the others (shared) or keep it with them (joint).
CREATE TABLE risk (
    council             @int64 NOT NULL REFERENCES council (id),
    number              @int64 NOT NULL,        -- from 1 in each council's register, without gaps
    version             @int64 NOT NULL,        -- one more with every change
    state               TEXT NOT NULL,
    shared              @bool NOT NULL,         -- the other councils may read it
    joint               @bool NOT NULL,         -- and change it
    shared_at           @int64,                 -- when that was last said, and by whom
    shared_by           TEXT,
    title               TEXT NOT NULL,
    description         TEXT NOT NULL,
    cause               TEXT NOT NULL,
    effect              TEXT NOT NULL,
    category            TEXT NOT NULL,
    inherent_likelihood @int64 NOT NULL,        -- without any control; 1 to 5
    inherent_impact     @int64 NOT NULL,
    current_likelihood  @int64 NOT NULL,        -- with the controls that there are
    current_impact      @int64 NOT NULL,
    target_likelihood   @int64,                 -- with those that are planned
    target_impact       @int64,
    owner_post          TEXT NOT NULL,          -- a post, not a person
    controls            TEXT NOT NULL,
    review_due          @date NOT NULL,
    escalated           @bool NOT NULL,
    made_at             @int64 NOT NULL,        -- this and the like: milliseconds since 1970, UTC
    changed_at          @int64 NOT NULL,
    changed_by          TEXT NOT NULL,
    CONSTRAINT risk_pkey PRIMARY KEY (council, number),
    CONSTRAINT risk_number CHECK (number > 0),
    CONSTRAINT risk_version CHECK (version > 0),
    CONSTRAINT risk_state CHECK (state IN ('open', 'treating', 'tolerated', 'closed', 'reopened')),
    CONSTRAINT risk_joint CHECK (shared OR NOT joint),
    CONSTRAINT risk_shared CHECK (NOT shared OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT risk_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT risk_description CHECK (length(description) BETWEEN 1 AND 4000),
    CONSTRAINT risk_cause CHECK (length(cause) <= 4000),
    CONSTRAINT risk_effect CHECK (length(effect) <= 4000),
    CONSTRAINT risk_category CHECK (category IN ('finance', 'workforce', 'legal', 'service',
        'safeguarding', 'technology', 'property', 'programme', 'reputation')),
    CONSTRAINT risk_controls CHECK (length(controls) <= 4000),
    CONSTRAINT risk_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT risk_inherent CHECK (inherent_likelihood BETWEEN 1 AND 5
        AND inherent_impact BETWEEN 1 AND 5),
    CONSTRAINT risk_current CHECK (current_likelihood BETWEEN 1 AND 5
        AND current_impact BETWEEN 1 AND 5),
    CONSTRAINT risk_target CHECK ((target_likelihood IS NULL AND target_impact IS NULL)
        OR (target_likelihood IS NOT NULL AND target_impact IS NOT NULL
            AND target_likelihood BETWEEN 1 AND 5 AND target_impact BETWEEN 1 AND 5))
);

-- What is planned against a risk; seen and done by whoever may see and change the risk itself.
CREATE TABLE risk_action (
    council    @int64 NOT NULL,                 -- the risk's
    risk       @int64 NOT NULL,
    number     @int64 NOT NULL,                 -- from 1 in each risk
    words      TEXT NOT NULL,
    owner_post TEXT NOT NULL,
    due        @date NOT NULL,
    done_at    @int64,
    done_by    TEXT,
    CONSTRAINT risk_action_pkey PRIMARY KEY (council, risk, number),
    CONSTRAINT risk_action_words CHECK (length(words) BETWEEN 1 AND 500),
    CONSTRAINT risk_action_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT risk_action_done CHECK ((done_at IS NULL AND done_by IS NULL)
        OR (done_at IS NOT NULL AND done_by IS NOT NULL)),
    CONSTRAINT risk_action_risk_fkey FOREIGN KEY (council, risk) REFERENCES risk (council, number)
);

-- only: sqlite
CREATE TRIGGER risk_stays BEFORE DELETE ON risk
BEGIN SELECT RAISE(ABORT, 'a risk is closed, not deleted'); END;

-- A council sees its own and what is shared; it changes its own and what is joint; what it changes
-- stays its own or joint.

-- only: postgres
ALTER TABLE risk ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE risk FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY risk_read ON risk FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY risk_add ON risk FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
CREATE POLICY risk_edit ON risk FOR UPDATE USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0))
    WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (joint AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));

-- Within a policy `risk` shows what the council may see of it.

-- only: postgres
ALTER TABLE risk_action ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE risk_action FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY risk_action_read ON risk_action FOR SELECT USING (EXISTS (
    SELECT 1 FROM risk r WHERE r.council = risk_action.council AND r.number = risk_action.risk));
-- only: postgres
CREATE POLICY risk_action_add ON risk_action FOR INSERT WITH CHECK (EXISTS (
    SELECT 1 FROM risk r WHERE r.council = risk_action.council AND r.number = risk_action.risk
    AND (r.joint OR CAST(r.council AS TEXT) = current_setting('ochil.council', true))));
-- only: postgres
CREATE POLICY risk_action_edit ON risk_action FOR UPDATE USING (EXISTS (
    SELECT 1 FROM risk r WHERE r.council = risk_action.council AND r.number = risk_action.risk
    AND (r.joint OR CAST(r.council AS TEXT) = current_setting('ochil.council', true))));
