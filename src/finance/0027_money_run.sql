-- Runs: what the lines of a year come to for each council, with all that they were worked out
-- from. They are joint: each council reads them all, and none holds a code of a council's ledger.
CREATE TABLE money_run (
    id       @id,
    year     TEXT NOT NULL REFERENCES joint_year (year),
    through  @int64 NOT NULL,           -- the last period settled; 1 is April
    book     TEXT NOT NULL,
    state    TEXT NOT NULL,
    job      @int64 NOT NULL,           -- of made_for
    made_for @int64 NOT NULL REFERENCES council (id),
    made_at  @int64 NOT NULL,           -- milliseconds since 1970, UTC
    made_by  TEXT NOT NULL,
    ended_at @int64,
    outcome  TEXT NOT NULL,             -- a sentence; '' until it has ended
    lines    @int64 NOT NULL,           -- of the ledgers, all treatments, later ones too
    faults   @int64 NOT NULL,           -- why it was refused
    inputs   TEXT NOT NULL,             -- SHA-256 of all that went in; '' until it has ended
    same_as  @int64 REFERENCES money_run (id),      -- the run of the same inputs, which stands
    CONSTRAINT money_run_through CHECK (through BETWEEN 1 AND 13),
    CONSTRAINT money_run_book CHECK (book IN ('ledger', 'budget', 'forecast')),
    CONSTRAINT money_run_state
        CHECK (state IN ('waiting', 'closed', 'refused', 'same', 'failed')),
    CONSTRAINT money_run_ended CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CONSTRAINT money_run_same CHECK ((state = 'same') = (same_as IS NOT NULL)),
    CONSTRAINT money_run_faults CHECK (faults >= 0 AND (state = 'refused') = (faults > 0)),
    CONSTRAINT money_run_lines CHECK (lines >= 0),
    CONSTRAINT money_run_inputs CHECK (length(inputs) = CASE WHEN state IN
        ('closed', 'refused', 'same') THEN 64 ELSE 0 END),
    CONSTRAINT money_run_outcome CHECK (length(outcome) <= 1000),
    CONSTRAINT money_run_made_by CHECK (length(made_by) BETWEEN 1 AND 64)
);

CREATE INDEX money_run_of_year ON money_run (year, book, through, id);

-- The lines of an extract that is taken in, as the engine reads them, kept with an index by cost
-- centre, account and period: what stands behind a figure is found in it.
ALTER TABLE ledger_import ADD COLUMN ledger TEXT REFERENCES evidence (id);

-- What went into a run.
CREATE TABLE money_run_part (
    run     @int64 NOT NULL REFERENCES money_run (id),
    place   @int64 NOT NULL,
    council @int64 REFERENCES council (id),     -- whose; NULL: what both agreed
    kind    TEXT NOT NULL,                      -- "import", "map", "basis", "cost-model"
    subject TEXT NOT NULL,                      -- the import's number, the basis' code
    version @int64 NOT NULL,
    sha256  TEXT NOT NULL,                      -- of its bytes; '' where version says it all
    CONSTRAINT money_run_part_pkey PRIMARY KEY (run, place),
    CONSTRAINT money_run_part_kind CHECK (length(kind) BETWEEN 1 AND 64),
    CONSTRAINT money_run_part_subject CHECK (length(subject) <= 200),
    CONSTRAINT money_run_part_sha256 CHECK (length(sha256) IN (0, 64))
);

-- What came of it, as the engine wrote it (docs/engine.md, section 6), and, named "input/...",
-- what it was worked out from, so that any figure can be worked out again.
CREATE TABLE money_run_file (
    run    @int64 NOT NULL REFERENCES money_run (id),
    name   TEXT NOT NULL,
    bytes  TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    CONSTRAINT money_run_file_pkey PRIMARY KEY (run, name),
    CONSTRAINT money_run_file_name CHECK (length(name) BETWEEN 1 AND 64),
    CONSTRAINT money_run_file_sha256 CHECK (length(sha256) = 64)
);

-- A run that has ended stays as it is, and so does what belongs to any.
-- only: sqlite
CREATE TRIGGER money_run_stays BEFORE UPDATE ON money_run WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'a run that has ended stays as it is'); END;
-- only: sqlite
CREATE TRIGGER money_run_is_kept BEFORE DELETE ON money_run
BEGIN SELECT RAISE(ABORT, 'a run is kept'); END;
-- only: sqlite
CREATE TRIGGER money_run_part_stays BEFORE UPDATE ON money_run_part
BEGIN SELECT RAISE(ABORT, 'what went into a run stays as it is'); END;
-- only: sqlite
CREATE TRIGGER money_run_part_is_kept BEFORE DELETE ON money_run_part
BEGIN SELECT RAISE(ABORT, 'what went into a run is kept'); END;
-- only: sqlite
CREATE TRIGGER money_run_file_stays BEFORE UPDATE ON money_run_file
BEGIN SELECT RAISE(ABORT, 'what came of a run stays as it is'); END;
-- only: sqlite
CREATE TRIGGER money_run_file_is_kept BEFORE DELETE ON money_run_file
BEGIN SELECT RAISE(ABORT, 'what came of a run is kept'); END;

-- only: postgres
CREATE FUNCTION money_run_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'a run that has ended stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_run_stays';
    END IF;
    RETURN NEW;
END $$;
-- only: postgres
CREATE TRIGGER money_run_law BEFORE UPDATE ON money_run
    FOR EACH ROW EXECUTE FUNCTION money_run_law();

-- only: postgres
ALTER TABLE money_run ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE money_run FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY money_run_read ON money_run FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY money_run_add ON money_run FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(made_for AS TEXT));
-- only: postgres
CREATE POLICY money_run_end ON money_run FOR UPDATE
    USING (current_setting('ochil.council', true) = CAST(made_for AS TEXT));
-- only: postgres
ALTER TABLE money_run_part ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE money_run_part FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY money_run_part_read ON money_run_part FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY money_run_part_add ON money_run_part FOR INSERT
    WITH CHECK (EXISTS (SELECT 1 FROM money_run r WHERE r.id = run
        AND current_setting('ochil.council', true) = CAST(r.made_for AS TEXT)));
-- only: postgres
ALTER TABLE money_run_file ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE money_run_file FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY money_run_file_read ON money_run_file FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY money_run_file_add ON money_run_file FOR INSERT
    WITH CHECK (EXISTS (SELECT 1 FROM money_run r WHERE r.id = run
        AND current_setting('ochil.council', true) = CAST(r.made_for AS TEXT)));
