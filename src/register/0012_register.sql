-- What every register's entries have: history and comments. An entry is known by the register's
-- name ("risk"), its council and its number there; the entries themselves stand in a table of each
-- register's own, and are never deleted.

-- What became of each field, written with the change. `council` is who changed it; `shared` is what
-- the entry was then, so what was written before it was shared stays where it was written.
CREATE TABLE entry_change (
    id            @id,
    council       @int64 NOT NULL REFERENCES council (id),
    shared        @bool NOT NULL,
    register      TEXT NOT NULL,
    entry_council @int64 NOT NULL REFERENCES council (id),
    entry         @int64 NOT NULL,
    version       @int64 NOT NULL,              -- the one it made
    field         TEXT NOT NULL,
    before        TEXT NOT NULL,
    after         TEXT NOT NULL,
    why           TEXT NOT NULL,
    changed_by    TEXT NOT NULL,
    changed_at    @int64 NOT NULL,              -- milliseconds since 1970, UTC
    CONSTRAINT entry_change_register_entry_council_entry_version_field_key
        UNIQUE (register, entry_council, entry, version, field)
);

CREATE TABLE entry_comment (
    id            @id,
    council       @int64 NOT NULL REFERENCES council (id),   -- whose words
    shared        @bool NOT NULL,
    register      TEXT NOT NULL,
    entry_council @int64 NOT NULL REFERENCES council (id),
    entry         @int64 NOT NULL,
    words         TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    made_at       @int64 NOT NULL,
    CONSTRAINT entry_comment_words CHECK (length(words) BETWEEN 1 AND 4000)
);
CREATE INDEX entry_comment_entry ON entry_comment (register, entry_council, entry);

-- only: sqlite
CREATE TRIGGER entry_change_is_kept BEFORE UPDATE ON entry_change
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

-- only: sqlite
CREATE TRIGGER entry_change_stays BEFORE DELETE ON entry_change
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;

-- only: sqlite
CREATE TRIGGER entry_comment_is_kept BEFORE UPDATE ON entry_comment
BEGIN SELECT RAISE(ABORT, 'comments are only added to'); END;

-- only: sqlite
CREATE TRIGGER entry_comment_stays BEFORE DELETE ON entry_comment
BEGIN SELECT RAISE(ABORT, 'comments are only added to'); END;

-- only: postgres
ALTER TABLE entry_change ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE entry_change FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY entry_change_read ON entry_change FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY entry_change_add ON entry_change FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));

-- only: postgres
ALTER TABLE entry_comment ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE entry_comment FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY entry_comment_read ON entry_comment FOR SELECT USING (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));
-- only: postgres
CREATE POLICY entry_comment_add ON entry_comment FOR INSERT WITH CHECK (
    council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
