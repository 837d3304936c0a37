-- How far each council is with a period, for both to see: no amounts, no codes, no counts. Each
-- council's row is written by what it does itself.
CREATE TABLE period_standing (
    year       TEXT NOT NULL,
    number     @int64 NOT NULL,
    council    @int64 NOT NULL REFERENCES council (id),
    taken      @bool NOT NULL,          -- lines of its ledger are taken in
    mapped     @bool NOT NULL,          -- and all their codes are in its map
    changed_at @int64 NOT NULL,         -- milliseconds since 1970, UTC
    CONSTRAINT period_standing_pkey PRIMARY KEY (year, number, council),
    CONSTRAINT period_standing_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES joint_period (year, number),
    CONSTRAINT period_standing_mapped CHECK (taken OR NOT mapped)
);

-- only: postgres
ALTER TABLE period_standing ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE period_standing FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY period_standing_read ON period_standing FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY period_standing_add ON period_standing FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY period_standing_clear ON period_standing FOR DELETE
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
