-- What a month is closed from: the joint calendar, how each council's extracts are read, and the
-- sums of those that were taken in.

-- A financial year of the partnership, with its thirteen periods. It belongs to all councils, and
-- holds nothing of any.
CREATE TABLE joint_year (
    year      TEXT NOT NULL,            -- "2014-15"
    begun_for @int64 NOT NULL REFERENCES council (id),
    begun_at  @int64 NOT NULL,          -- milliseconds since 1970, UTC, as all times
    begun_by  TEXT NOT NULL,
    CONSTRAINT joint_year_pkey PRIMARY KEY (year),
    CONSTRAINT joint_year_year CHECK (length(year) = 7),
    CONSTRAINT joint_year_begun_by CHECK (length(begun_by) BETWEEN 1 AND 64)
);

CREATE TABLE joint_period (
    year       TEXT NOT NULL REFERENCES joint_year (year),
    number     @int64 NOT NULL,         -- 1 is April, 12 March, 13 the final accounts
    state      TEXT NOT NULL,
    changed_at @int64 NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT joint_period_pkey PRIMARY KEY (year, number),
    CONSTRAINT joint_period_number CHECK (number BETWEEN 1 AND 13),
    CONSTRAINT joint_period_state CHECK (state IN ('open', 'soft', 'locked')),
    CONSTRAINT joint_period_changed_by CHECK (length(changed_by) BETWEEN 1 AND 64)
);

-- What is locked stays locked.
-- only: sqlite
CREATE TRIGGER joint_period_locked BEFORE UPDATE ON joint_period WHEN OLD.state = 'locked'
BEGIN SELECT RAISE(ABORT, 'a locked period stays as it is'); END;

-- only: postgres
CREATE FUNCTION joint_period_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'locked' THEN
        RAISE EXCEPTION 'a locked period stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'joint_period_locked';
    END IF;
    RETURN NEW;
END $$;

-- only: postgres
CREATE TRIGGER joint_period_law BEFORE UPDATE ON joint_period
    FOR EACH ROW EXECUTE FUNCTION joint_period_law();

-- How the extracts of a council's system are read (docs/convert.md). A version is never changed.
CREATE TABLE extract_profile (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),
    system  TEXT NOT NULL,              -- "Payroll"
    version @int64 NOT NULL,
    words   TEXT NOT NULL,              -- the profile itself
    guessed @bool NOT NULL,             -- by the program, from an extract; else by a person
    made_at @int64 NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT extract_profile_council_system_version_key UNIQUE (council, system, version),
    CONSTRAINT extract_profile_system CHECK (length(system) BETWEEN 1 AND 64),
    CONSTRAINT extract_profile_version CHECK (version > 0),
    CONSTRAINT extract_profile_words CHECK (length(words) BETWEEN 1 AND 32768),
    CONSTRAINT extract_profile_made_by CHECK (length(made_by) BETWEEN 1 AND 64)
);

-- only: sqlite
CREATE TRIGGER extract_profile_stays BEFORE UPDATE ON extract_profile
BEGIN SELECT RAISE(ABORT, 'a version of a profile is never changed'); END;
-- only: sqlite
CREATE TRIGGER extract_profile_is_kept BEFORE DELETE ON extract_profile
BEGIN SELECT RAISE(ABORT, 'a version of a profile is never deleted'); END;

-- An extract on its way into the books.
CREATE TABLE ledger_import (
    id            @id,
    council       @int64 NOT NULL REFERENCES council (id),
    year          TEXT NOT NULL REFERENCES joint_year (year),
    evidence      TEXT NOT NULL REFERENCES evidence (id),
    profile       @int64 REFERENCES extract_profile (id),     -- NULL: not chosen yet
    state         TEXT NOT NULL,
    job           @int64,                   -- that reads it, or read it
    control_lines @int64,                   -- what the ledger system says; NULL: not asked of it
    control_pence @int64,
    lines         @int64 NOT NULL,          -- accepted; of all below: what the reading found
    left_out      @int64 NOT NULL,          -- by the profile's rules
    refused       @int64 NOT NULL,
    pence         @int64 NOT NULL,          -- of the accepted lines
    outcome       TEXT NOT NULL,            -- a sentence; '' until it was read
    errors        TEXT REFERENCES evidence (id),    -- the error file
    made_at       @int64 NOT NULL,
    made_by       TEXT NOT NULL,
    ended_at      @int64,
    withdrawn_by  TEXT,
    withdrawn_why TEXT,
    CONSTRAINT ledger_import_state
        CHECK (state IN ('new', 'reading', 'taken', 'refused', 'withdrawn')),
    CONSTRAINT ledger_import_read CHECK (state IN ('new', 'withdrawn') OR
        (profile IS NOT NULL AND job IS NOT NULL AND control_lines IS NOT NULL
         AND control_pence IS NOT NULL)),
    -- All or nothing, and as many as the ledger system says. (Its total counts amounts as they
    -- stood in the extract, before rounding, with those left out: that is judged when it is read.)
    CONSTRAINT ledger_import_taken CHECK (state <> 'taken' OR
        (refused = 0 AND lines + left_out = control_lines)),
    CONSTRAINT ledger_import_counts CHECK (lines >= 0 AND left_out >= 0 AND refused >= 0),
    CONSTRAINT ledger_import_outcome CHECK (length(outcome) <= 1000),
    CONSTRAINT ledger_import_made_by CHECK (length(made_by) BETWEEN 1 AND 64),
    CONSTRAINT ledger_import_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_by IS NOT NULL)
        AND (withdrawn_by IS NULL) = (withdrawn_why IS NULL)),
    CONSTRAINT ledger_import_why CHECK (length(withdrawn_why) BETWEEN 1 AND 1000)
);

-- The same file is taken in once.
CREATE UNIQUE INDEX ledger_import_council_evidence_key ON ledger_import (council, evidence)
    WHERE state <> 'withdrawn';
CREATE INDEX ledger_import_of_year ON ledger_import (council, year, id);

-- only: sqlite
CREATE TRIGGER ledger_import_stays BEFORE DELETE ON ledger_import
BEGIN SELECT RAISE(ABORT, 'an import is withdrawn, not deleted'); END;

-- What an import comes to: so that another map or basis needs no second reading. They count while
-- the import is taken.
CREATE TABLE ledger_sum (
    import      @int64 NOT NULL REFERENCES ledger_import (id),
    council     @int64 NOT NULL,
    cost_centre TEXT NOT NULL,
    account     TEXT NOT NULL,
    period      @int64 NOT NULL,
    lines       @int64 NOT NULL,
    pence       @int64 NOT NULL,
    CONSTRAINT ledger_sum_pkey PRIMARY KEY (import, cost_centre, account, period),
    CONSTRAINT ledger_sum_period CHECK (period BETWEEN 1 AND 13),
    CONSTRAINT ledger_sum_lines CHECK (lines > 0)
);

-- The first rows of an import that were refused, for the page; all of them are in the error file.
CREATE TABLE ledger_refusal (
    import  @int64 NOT NULL REFERENCES ledger_import (id),
    council @int64 NOT NULL,
    place   @int64 NOT NULL,            -- the row's number in the file
    reason  TEXT NOT NULL,              -- "CODE_LOST": docs/convert.md
    words   TEXT NOT NULL,              -- column, value, what it means
    CONSTRAINT ledger_refusal_pkey PRIMARY KEY (import, place),
    CONSTRAINT ledger_refusal_reason CHECK (length(reason) BETWEEN 1 AND 64)
);

-- only: postgres
ALTER TABLE extract_profile ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE extract_profile FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY extract_profile_council ON extract_profile
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
ALTER TABLE ledger_import ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE ledger_import FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY ledger_import_council ON ledger_import
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
ALTER TABLE ledger_sum ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE ledger_sum FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY ledger_sum_council ON ledger_sum
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
ALTER TABLE ledger_refusal ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE ledger_refusal FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY ledger_refusal_council ON ledger_refusal
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
