-- What a kept file has to do with: its council says that it belongs to a record, and who may read
-- it for that. A link is ended, never deleted: who might have read what stays known.
CREATE TABLE evidence_link (
    id           @id,
    council      @int64 NOT NULL REFERENCES council (id),   -- whose file
    partners     TEXT NOT NULL,             -- who else reads the file: ",1,2,"; '': nobody
    evidence     TEXT NOT NULL REFERENCES evidence (id),
    subject_kind TEXT NOT NULL,             -- "two_key"
    subject_id   TEXT NOT NULL,
    made_at      @int64 NOT NULL,           -- milliseconds since 1970, UTC, as all times
    made_by      TEXT NOT NULL,
    ended_at     @int64,
    ended_by     TEXT,
    CONSTRAINT evidence_link_partners CHECK (partners = '' OR (partners LIKE ',%,'
        AND partners NOT LIKE '%,,%' AND length(partners) <= 700)),
    CONSTRAINT evidence_link_subject_kind CHECK (length(subject_kind) BETWEEN 1 AND 64),
    CONSTRAINT evidence_link_subject_id CHECK (length(subject_id) BETWEEN 1 AND 200),
    CONSTRAINT evidence_link_made_by CHECK (length(made_by) BETWEEN 1 AND 64),
    CONSTRAINT evidence_link_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

-- A file belongs to a record once at a time.
CREATE UNIQUE INDEX evidence_link_evidence_subject_kind_subject_id_key
    ON evidence_link (evidence, subject_kind, subject_id) WHERE ended_at IS NULL;
CREATE INDEX evidence_link_subject ON evidence_link (subject_kind, subject_id);

-- Lists of files, the newest first.
CREATE INDEX evidence_taken ON evidence (council, taken_at, id);

-- The laws: a link is made for a file that is there, of its own council; a file with personal data
-- is shown to nobody else by a link; and a link is changed once at most, by being ended.

-- only: sqlite
CREATE TRIGGER evidence_link_begins BEFORE INSERT ON evidence_link
WHEN NOT (NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM evidence e
              WHERE e.id = NEW.evidence AND e.council = NEW.council AND e.erased_at IS NULL
                AND (NEW.partners = '' OR NOT e.personal)))
BEGIN SELECT RAISE(ABORT, 'a file is not linked so'); END;

-- only: sqlite
CREATE TRIGGER evidence_link_ends BEFORE UPDATE ON evidence_link
WHEN NOT (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
    AND (NEW.id, NEW.council, NEW.partners, NEW.evidence, NEW.subject_kind, NEW.subject_id,
         NEW.made_at, NEW.made_by)
     IS (OLD.id, OLD.council, OLD.partners, OLD.evidence, OLD.subject_kind, OLD.subject_id,
         OLD.made_at, OLD.made_by))
BEGIN SELECT RAISE(ABORT, 'a link is changed by being ended alone'); END;

-- only: sqlite
CREATE TRIGGER evidence_link_stays BEFORE DELETE ON evidence_link
BEGIN SELECT RAISE(ABORT, 'a link is ended, not deleted'); END;

-- only: postgres
CREATE FUNCTION evidence_link_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM evidence e
              WHERE e.id = NEW.evidence AND e.council = NEW.council AND e.erased_at IS NULL
                AND (NEW.partners = '' OR NOT e.personal)) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
            AND ROW(NEW.id, NEW.council, NEW.partners, NEW.evidence, NEW.subject_kind,
                    NEW.subject_id, NEW.made_at, NEW.made_by)
                IS NOT DISTINCT FROM
                ROW(OLD.id, OLD.council, OLD.partners, OLD.evidence, OLD.subject_kind,
                    OLD.subject_id, OLD.made_at, OLD.made_by) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a file is not linked so'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_link_law';
END $$;

-- only: postgres
CREATE TRIGGER evidence_link_law BEFORE UPDATE OR DELETE OR INSERT ON evidence_link
    FOR EACH ROW EXECUTE FUNCTION evidence_link_law();

-- A council sees the links of its own files, and those that let it read another's.

-- only: postgres
ALTER TABLE evidence_link ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE evidence_link FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY evidence_link_read ON evidence_link FOR SELECT
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT)
           OR partners LIKE '%,' || current_setting('ochil.council', true) || ',%');
-- only: postgres
CREATE POLICY evidence_link_add ON evidence_link FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY evidence_link_end ON evidence_link FOR UPDATE
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
