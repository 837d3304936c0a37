-- How the ledger of a council takes a journal in (finance_paper_layout.h): columns, days, signs, the
-- joint groups' own accounts, and how charges are treated for VAT. A version is never changed, so
-- that a document made again is the same.
CREATE TABLE journal_layout (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),
    system  TEXT NOT NULL,              -- "General ledger"
    version @int64 NOT NULL,
    words   TEXT NOT NULL,
    made_at @int64 NOT NULL,            -- milliseconds since 1970, UTC
    made_by TEXT NOT NULL,
    CONSTRAINT journal_layout_council_system_version_key UNIQUE (council, system, version),
    CONSTRAINT journal_layout_system CHECK (length(system) BETWEEN 1 AND 64),
    CONSTRAINT journal_layout_version CHECK (version > 0),
    CONSTRAINT journal_layout_words CHECK (length(words) BETWEEN 1 AND 32768),
    CONSTRAINT journal_layout_made_by CHECK (length(made_by) BETWEEN 1 AND 64)
);

-- only: sqlite
CREATE TRIGGER journal_layout_stays BEFORE UPDATE ON journal_layout
BEGIN SELECT RAISE(ABORT, 'a version of a layout is never changed'); END;
-- only: sqlite
CREATE TRIGGER journal_layout_is_kept BEFORE DELETE ON journal_layout
BEGIN SELECT RAISE(ABORT, 'a version of a layout is never deleted'); END;

-- only: postgres
ALTER TABLE journal_layout ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE journal_layout FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY journal_layout_council ON journal_layout
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
