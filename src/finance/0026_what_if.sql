-- Questions to a run that is there: what if a basis, a value or a setting were another? A question
-- is its council's own until it is shared; it charges nobody anything, and can be thrown away. What
-- the engine answers is worked out again whenever it is shown, from what the run keeps.
CREATE TABLE what_if (
    id          @id,
    council     @int64 NOT NULL REFERENCES council (id),
    run         @int64 NOT NULL,        -- money_run.id, which stays for ever
    name        TEXT NOT NULL,
    assignments TEXT NOT NULL,          -- a line for each: "pool.ED-PRI.basis=ROLL"
    shared      @bool NOT NULL,         -- every council reads it
    made_at     @int64 NOT NULL,        -- milliseconds since 1970, UTC
    made_by     TEXT NOT NULL,
    CONSTRAINT what_if_name CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT what_if_assignments CHECK (length(assignments) BETWEEN 1 AND 4000),
    CONSTRAINT what_if_made_by CHECK (length(made_by) BETWEEN 1 AND 64)
);

CREATE INDEX what_if_of_council ON what_if (council, id);

-- only: postgres
ALTER TABLE what_if ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE what_if FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY what_if_read ON what_if FOR SELECT
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT)
           OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY what_if_add ON what_if FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY what_if_change ON what_if FOR UPDATE
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY what_if_clear ON what_if FOR DELETE
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
