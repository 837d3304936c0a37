-- Files that were taken in, each kept whole, sealed and in pieces (store/evidence_frames.h). A
-- file belongs to one council; the same file of the other council is another row under another
-- key, so that nobody learns what the partner holds. Ids are random for the same reason: counted
-- ones would tell how many the partner has.

-- A file. Its row is written once all of its chunks are there, and changed once at most: when the
-- file is erased, its key is overwritten with zeros and its name, which may name a person, with
-- nothing. What stays says that there was a file with this hash.
CREATE TABLE evidence (
    id          TEXT NOT NULL,              -- 32 hex digits; every seal covers it
    council     @int64 NOT NULL REFERENCES council (id),
    sha256      TEXT NOT NULL,              -- of the file, in hex
    kind        @int64 NOT NULL,            -- 1: any bytes, 2: records (evidence_frames.h)
    name        TEXT NOT NULL,
    media       TEXT NOT NULL,              -- "text/csv"
    personal    @bool NOT NULL,             -- it holds personal data: each reading is recorded
    size        @int64 NOT NULL,            -- bytes
    lines       @int64 NOT NULL,            -- physical ones
    head        @blob NOT NULL,             -- sealed
    index_size  @int64 NOT NULL,            -- bytes of the index of lines, unsealed; 0: it has none
    wrapped_key @blob NOT NULL,             -- store/evidence_keys.h; zeros: erased
    taken_at    @int64 NOT NULL,            -- milliseconds since 1970, UTC
    taken_by    TEXT NOT NULL,              -- the account
    erased_at   @int64,                     -- NULL: the file is there
    CONSTRAINT evidence_pkey PRIMARY KEY (id),
    CONSTRAINT evidence_id CHECK (length(id) = 32),
    CONSTRAINT evidence_sha256 CHECK (length(sha256) = 64),
    CONSTRAINT evidence_kind CHECK (kind IN (1, 2)),
    CONSTRAINT evidence_name CHECK (length(name) <= 255),
    CONSTRAINT evidence_named CHECK (name <> '' OR erased_at IS NOT NULL),
    CONSTRAINT evidence_media CHECK (length(media) BETWEEN 1 AND 255),
    CONSTRAINT evidence_size CHECK (size >= 0 AND lines BETWEEN 0 AND size AND index_size >= 0),
    CONSTRAINT evidence_head CHECK (length(head) = 97),
    CONSTRAINT evidence_wrapped_key CHECK (length(wrapped_key) = 73)
);

-- The same bytes are kept once for a council. One that was erased does not stand in the way.
CREATE UNIQUE INDEX evidence_council_sha256_key ON evidence (council, sha256)
    WHERE erased_at IS NULL;

-- What owns chunks without being a file: one that is just being taken in, or what is left of one
-- that failed or was erased, until its chunks are taken away (`ended`).
CREATE TABLE evidence_intake (
    id          TEXT NOT NULL,              -- that of the file it becomes, or was
    council     @int64 NOT NULL REFERENCES council (id),
    begun_at    @int64 NOT NULL,
    progress_at @int64 NOT NULL,            -- the last sign of life of whoever takes it in
    ended       @bool NOT NULL,             -- nothing is added any more: to be taken away
    CONSTRAINT evidence_intake_pkey PRIMARY KEY (id)
);

-- A piece of a file. `part` and `number` are those of its seal; the index of lines is cut into
-- pieces too, numbered, so that no row is large.
CREATE TABLE evidence_chunk (
    evidence TEXT NOT NULL,                 -- the id of an intake or a file
    part     @int64 NOT NULL,               -- 1: a frame, 3: a piece of the index
    number   @int64 NOT NULL,               -- from 0
    council  @int64 NOT NULL REFERENCES council (id),
    bytes    @blob NOT NULL,
    CONSTRAINT evidence_chunk_evidence_part_number_key UNIQUE (evidence, part, number),
    CONSTRAINT evidence_chunk_part CHECK (part IN (1, 3)),
    CONSTRAINT evidence_chunk_number CHECK (number >= 0)
);

-- Sealed bytes cannot be compressed: PostgreSQL need not try.
-- only: postgres
ALTER TABLE evidence_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What may happen to rows, by law of the database:
--   a file is changed by being erased alone, and never deleted;
--   a chunk is added to an intake that is under way, never changed, and deleted when its intake
--   has ended: whoever was thought dead and goes on can neither add nor take away anything;
--   an intake that has ended does not go on.

-- only: sqlite
CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;

-- only: sqlite
CREATE TRIGGER evidence_is_erased_only BEFORE UPDATE ON evidence
WHEN NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.name = ''
    AND NEW.wrapped_key = zeroblob(73)
    AND (NEW.id, NEW.council, NEW.sha256, NEW.kind, NEW.media, NEW.personal, NEW.size, NEW.lines,
         NEW.head, NEW.index_size, NEW.taken_at, NEW.taken_by)
     IS (OLD.id, OLD.council, OLD.sha256, OLD.kind, OLD.media, OLD.personal, OLD.size, OLD.lines,
         OLD.head, OLD.index_size, OLD.taken_at, OLD.taken_by))
BEGIN SELECT RAISE(ABORT, 'evidence is changed by being erased alone'); END;

-- only: sqlite
CREATE TRIGGER evidence_intake_ends BEFORE UPDATE ON evidence_intake
WHEN OLD.ended OR NEW.id IS NOT OLD.id OR NEW.council IS NOT OLD.council
BEGIN SELECT RAISE(ABORT, 'an intake that has ended does not go on'); END;

-- only: sqlite
CREATE TRIGGER evidence_chunk_comes BEFORE INSERT ON evidence_chunk
WHEN NOT EXISTS (SELECT 1 FROM evidence_intake
                  WHERE id = NEW.evidence AND council = NEW.council AND NOT ended)
BEGIN SELECT RAISE(ABORT, 'a chunk is added to an intake under way'); END;

-- only: sqlite
CREATE TRIGGER evidence_chunk_stays BEFORE UPDATE ON evidence_chunk
BEGIN SELECT RAISE(ABORT, 'a chunk is never changed'); END;

-- only: sqlite
CREATE TRIGGER evidence_chunk_goes BEFORE DELETE ON evidence_chunk
WHEN NOT EXISTS (SELECT 1 FROM evidence_intake
                  WHERE id = OLD.evidence AND council = OLD.council AND ended)
BEGIN SELECT RAISE(ABORT, 'a chunk goes when its intake has ended'); END;

-- only: postgres
CREATE FUNCTION evidence_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.name = ''
            AND NEW.wrapped_key = decode(repeat('00', 73), 'hex')
            AND ROW(NEW.id, NEW.council, NEW.sha256, NEW.kind, NEW.media, NEW.personal, NEW.size,
                    NEW.lines, NEW.head, NEW.index_size, NEW.taken_at, NEW.taken_by)
                IS NOT DISTINCT FROM
                ROW(OLD.id, OLD.council, OLD.sha256, OLD.kind, OLD.media, OLD.personal, OLD.size,
                    OLD.lines, OLD.head, OLD.index_size, OLD.taken_at, OLD.taken_by) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'evidence is changed by being erased alone'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_law';
END $$;

-- only: postgres
CREATE TRIGGER evidence_law BEFORE UPDATE OR DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION evidence_law();

-- only: postgres
CREATE FUNCTION evidence_intake_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended OR NEW.id <> OLD.id OR NEW.council <> OLD.council THEN
        RAISE EXCEPTION 'an intake that has ended does not go on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_intake_law';
    END IF;
    RETURN NEW;
END $$;

-- only: postgres
CREATE TRIGGER evidence_intake_law BEFORE UPDATE ON evidence_intake
    FOR EACH ROW EXECUTE FUNCTION evidence_intake_law();

-- only: postgres
CREATE FUNCTION evidence_chunk_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM evidence_intake
                    WHERE id = NEW.evidence AND council = NEW.council AND NOT ended) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM evidence_intake
                    WHERE id = OLD.evidence AND council = OLD.council AND ended) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a chunk comes with an intake under way and goes with one that has ended'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_chunk_law';
END $$;

-- only: postgres
CREATE TRIGGER evidence_chunk_law BEFORE UPDATE OR DELETE OR INSERT ON evidence_chunk
    FOR EACH ROW EXECUTE FUNCTION evidence_chunk_law();

-- A setting that was local to an earlier transaction is '' afterwards, not NULL.
-- only: postgres
ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE evidence FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY evidence_council ON evidence
    USING (council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
ALTER TABLE evidence_intake ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE evidence_intake FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY evidence_intake_council ON evidence_intake
    USING (council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
-- only: postgres
ALTER TABLE evidence_chunk ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE evidence_chunk FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY evidence_chunk_council ON evidence_chunk
    USING (council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));
