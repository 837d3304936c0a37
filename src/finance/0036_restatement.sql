-- What codes became when they were reorganised: a third file of the map,
-- cost_centre,account,becomes_cost_centre,becomes_account,from. NULL: nothing is said.
ALTER TABLE money_map ADD COLUMN moves TEXT
    CONSTRAINT money_map_moves CHECK (length(moves) BETWEEN 1 AND 4000000);

-- A report as it would have been by the maps of a later period: worked out once, kept, and read by
-- every council. It charges nobody anything; the report itself stays as it was. It holds no code of
-- a council's ledger.
CREATE TABLE restatement (
    id         @id,
    run        @int64 NOT NULL REFERENCES money_run (id),       -- the report as it was
    map_year   TEXT NOT NULL REFERENCES joint_year (year),
    map_period @int64 NOT NULL,         -- 1 is April
    made_for   @int64 NOT NULL REFERENCES council (id),
    made_at    @int64 NOT NULL,         -- milliseconds since 1970, UTC
    made_by    TEXT NOT NULL,
    lines      @int64 NOT NULL,
    inputs     TEXT NOT NULL,           -- SHA-256 of all that it was worked out from
    CONSTRAINT restatement_run_map_year_map_period_inputs_key
        UNIQUE (run, map_year, map_period, inputs),
    CONSTRAINT restatement_map_period CHECK (map_period BETWEEN 1 AND 13),
    CONSTRAINT restatement_made_by CHECK (length(made_by) BETWEEN 1 AND 64),
    CONSTRAINT restatement_lines CHECK (lines >= 0),
    CONSTRAINT restatement_inputs CHECK (length(inputs) = 64)
);

-- Which maps of a council it was worked out from, and how many of its lines that concerned.
CREATE TABLE restatement_map (
    restatement @int64 NOT NULL REFERENCES restatement (id),
    council     @int64 NOT NULL REFERENCES council (id),
    was         @int64 NOT NULL,        -- version of the map that the report was made of
    now         @int64 NOT NULL,        -- of the map of map_year
    moved_lines @int64 NOT NULL,        -- whose code has become another
    moved_pence @int64 NOT NULL,        -- without signs
    kept_lines  @int64 NOT NULL,        -- whose code that map does not know: as the report had it
    kept_pence  @int64 NOT NULL,
    CONSTRAINT restatement_map_pkey PRIMARY KEY (restatement, council),
    CONSTRAINT restatement_map_moved CHECK (moved_lines >= 0 AND moved_pence >= 0),
    CONSTRAINT restatement_map_kept CHECK (kept_lines >= 0 AND kept_pence >= 0)
);

-- What came of it, as the engine wrote it, and, named "input/...", what it was worked out from.
CREATE TABLE restatement_file (
    restatement @int64 NOT NULL REFERENCES restatement (id),
    name        TEXT NOT NULL,
    bytes       TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    CONSTRAINT restatement_file_pkey PRIMARY KEY (restatement, name),
    CONSTRAINT restatement_file_name CHECK (length(name) BETWEEN 1 AND 64),
    CONSTRAINT restatement_file_sha256 CHECK (length(sha256) = 64)
);

-- only: sqlite
CREATE TRIGGER restatement_stays BEFORE UPDATE ON restatement
BEGIN SELECT RAISE(ABORT, 'a restatement stays as it is'); END;
-- only: sqlite
CREATE TRIGGER restatement_is_kept BEFORE DELETE ON restatement
BEGIN SELECT RAISE(ABORT, 'a restatement is kept'); END;
-- only: sqlite
CREATE TRIGGER restatement_map_stays BEFORE UPDATE ON restatement_map
BEGIN SELECT RAISE(ABORT, 'what a restatement was made of stays as it is'); END;
-- only: sqlite
CREATE TRIGGER restatement_map_is_kept BEFORE DELETE ON restatement_map
BEGIN SELECT RAISE(ABORT, 'what a restatement was made of is kept'); END;
-- only: sqlite
CREATE TRIGGER restatement_file_stays BEFORE UPDATE ON restatement_file
BEGIN SELECT RAISE(ABORT, 'what came of a restatement stays as it is'); END;
-- only: sqlite
CREATE TRIGGER restatement_file_is_kept BEFORE DELETE ON restatement_file
BEGIN SELECT RAISE(ABORT, 'what came of a restatement is kept'); END;

-- only: postgres
ALTER TABLE restatement ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE restatement FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY restatement_read ON restatement FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY restatement_add ON restatement FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(made_for AS TEXT));
-- only: postgres
ALTER TABLE restatement_map ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE restatement_map FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY restatement_map_read ON restatement_map FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY restatement_map_add ON restatement_map FOR INSERT
    WITH CHECK (EXISTS (SELECT 1 FROM restatement r WHERE r.id = restatement
        AND current_setting('ochil.council', true) = CAST(r.made_for AS TEXT)));
-- only: postgres
ALTER TABLE restatement_file ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE restatement_file FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY restatement_file_read ON restatement_file FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY restatement_file_add ON restatement_file FOR INSERT
    WITH CHECK (EXISTS (SELECT 1 FROM restatement r WHERE r.id = restatement
        AND current_setting('ochil.council', true) = CAST(r.made_for AS TEXT)));
