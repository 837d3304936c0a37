-- What each council's accounts and cost centres are to the partnership: the engine's own files,
-- accounts.csv and cost_centres.csv (docs/engine.md), for a year, in versions that stay.
CREATE TABLE money_map (
    council      @int64 NOT NULL REFERENCES council (id),
    year         TEXT NOT NULL REFERENCES joint_year (year),
    version      @int64 NOT NULL,
    accounts     TEXT NOT NULL,         -- the files, with their headers
    cost_centres TEXT NOT NULL,
    made_at      @int64 NOT NULL,       -- milliseconds since 1970, UTC
    made_by      TEXT NOT NULL,
    CONSTRAINT money_map_pkey PRIMARY KEY (council, year, version),
    CONSTRAINT money_map_version CHECK (version > 0),
    CONSTRAINT money_map_accounts CHECK (length(accounts) BETWEEN 1 AND 4000000),
    CONSTRAINT money_map_cost_centres CHECK (length(cost_centres) BETWEEN 1 AND 4000000),
    CONSTRAINT money_map_made_by CHECK (length(made_by) BETWEEN 1 AND 64)
);

-- only: sqlite
CREATE TRIGGER money_map_stays BEFORE UPDATE ON money_map
BEGIN SELECT RAISE(ABORT, 'a version of a map is never changed'); END;
-- only: sqlite
CREATE TRIGGER money_map_is_kept BEFORE DELETE ON money_map
BEGIN SELECT RAISE(ABORT, 'a version of a map is never deleted'); END;

-- only: postgres
ALTER TABLE money_map ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE money_map FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY money_map_council ON money_map
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
