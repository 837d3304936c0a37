-- Entries that came from a file. An import is its council's: the kept file, which column is which
-- field, and what became of it. The entries stand in their register like any others, with numbers
-- that follow each other, since they are added in one transaction.
CREATE TABLE register_import (
    id          @id,
    council     @int64 NOT NULL REFERENCES council (id),
    register    TEXT NOT NULL,                      -- "risk"
    evidence    TEXT NOT NULL REFERENCES evidence (id),
    name        TEXT NOT NULL,                      -- of the file, as it was given
    sheet       TEXT NOT NULL,                      -- of a workbook; '': the first
    heading     @int64 NOT NULL,                    -- the row of the headings, as the file counts
    state       TEXT NOT NULL,
    version     @int64 NOT NULL,
    made_by     TEXT NOT NULL,                      -- who sent the file
    made_at     @int64 NOT NULL,                    -- milliseconds since 1970, UTC, as all times
    added_by    TEXT,
    added_at    @int64,
    first_entry @int64,                             -- its number in the council's register
    entries     @int64,
    back_by     TEXT,
    back_at     @int64,
    CONSTRAINT register_import_register CHECK (length(register) BETWEEN 1 AND 64),
    CONSTRAINT register_import_heading CHECK (heading >= 0),
    CONSTRAINT register_import_version CHECK (version > 0),
    CONSTRAINT register_import_state CHECK (
        (state = 'read' AND added_at IS NULL AND back_at IS NULL)
        OR (state = 'added' AND added_at IS NOT NULL AND back_at IS NULL)
        OR (state = 'back' AND added_at IS NOT NULL AND back_at IS NOT NULL)),
    CONSTRAINT register_import_added CHECK ((added_at IS NULL) = (added_by IS NULL)
        AND (added_at IS NULL) = (first_entry IS NULL)
        AND (added_at IS NULL) = (entries IS NULL)),
    CONSTRAINT register_import_entries CHECK (first_entry > 0 AND entries > 0),
    CONSTRAINT register_import_back CHECK ((back_at IS NULL) = (back_by IS NULL))
);

-- A file is added to a register once, unless that was taken back.
CREATE UNIQUE INDEX register_import_council_register_evidence_key
    ON register_import (council, register, evidence) WHERE state <> 'back';

-- What each column of the file is taken for.
CREATE TABLE register_import_column (
    import  @int64 NOT NULL REFERENCES register_import (id),
    council @int64 NOT NULL REFERENCES council (id),
    place   @int64 NOT NULL,                        -- from 1
    heading TEXT NOT NULL,
    field   TEXT NOT NULL,                          -- '': not used; '#': the number
    CONSTRAINT register_import_column_pkey PRIMARY KEY (import, place),
    CONSTRAINT register_import_column_place CHECK (place BETWEEN 1 AND 50)
);
CREATE UNIQUE INDEX register_import_column_import_field_key
    ON register_import_column (import, field) WHERE field <> '';

-- only: sqlite
CREATE TRIGGER register_import_stays BEFORE DELETE ON register_import
BEGIN SELECT RAISE(ABORT, 'an import is taken back, not deleted'); END;

-- only: sqlite
CREATE TRIGGER register_import_goes_on BEFORE UPDATE ON register_import
WHEN NOT ((OLD.state, NEW.state) IN (VALUES ('read', 'read'), ('read', 'added'), ('added', 'back'))
    AND NEW.version = OLD.version + 1
    AND (NEW.id, NEW.council, NEW.register, NEW.evidence, NEW.name, NEW.made_by, NEW.made_at)
     IS (OLD.id, OLD.council, OLD.register, OLD.evidence, OLD.name, OLD.made_by, OLD.made_at))
BEGIN SELECT RAISE(ABORT, 'an import is read, added, taken back, in this order'); END;

-- only: postgres
CREATE FUNCTION register_import_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.version = OLD.version + 1
        AND (OLD.state, NEW.state) IN (VALUES ('read', 'read'), ('read', 'added'),
                                              ('added', 'back'))
        AND (NEW.id, NEW.council, NEW.register, NEW.evidence, NEW.name, NEW.made_by, NEW.made_at)
          = (OLD.id, OLD.council, OLD.register, OLD.evidence, OLD.name, OLD.made_by, OLD.made_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an import is read, added, taken back, in this order'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'register_import_law';
END $$;
-- only: postgres
CREATE TRIGGER register_import_goes_on BEFORE UPDATE OR DELETE ON register_import
    FOR EACH ROW EXECUTE FUNCTION register_import_law();

-- only: postgres
ALTER TABLE register_import ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE register_import FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY register_import_council ON register_import
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
ALTER TABLE register_import_column ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE register_import_column FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY register_import_column_council ON register_import_column
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- An answer that is given once more says the same version.
ALTER TABLE kept_answer ADD COLUMN etag TEXT NOT NULL DEFAULT '';
