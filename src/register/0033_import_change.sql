-- An import may change entries, too: those that a row names by number. `entries` counts all that came
-- of it, `changed` those of them that were there before; first_entry is 1 where nothing was added.
ALTER TABLE register_import ADD COLUMN changed @int64 NOT NULL DEFAULT 0;

-- What an import changed, and which version that made: while it stands, it can be taken back.
CREATE TABLE register_import_change (
    import        @int64 NOT NULL REFERENCES register_import (id),
    council       @int64 NOT NULL REFERENCES council (id),      -- whose import it is
    entry_council @int64 NOT NULL REFERENCES council (id),      -- a joint entry may be the partner's
    entry         @int64 NOT NULL,                              -- its number there
    version       @int64 NOT NULL,                              -- after the change
    CONSTRAINT register_import_change_pkey PRIMARY KEY (import, entry_council, entry),
    CONSTRAINT register_import_change_version CHECK (version > 1)
);

-- only: sqlite
CREATE TRIGGER register_import_change_stays BEFORE DELETE ON register_import_change
BEGIN SELECT RAISE(ABORT, 'what an import changed stays told'); END;
-- only: sqlite
CREATE TRIGGER register_import_change_fixed BEFORE UPDATE ON register_import_change
BEGIN SELECT RAISE(ABORT, 'what an import changed stays told'); END;

-- only: postgres
ALTER TABLE register_import_change ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE register_import_change FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY register_import_change_council ON register_import_change
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
