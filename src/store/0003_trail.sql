-- The trail of what was done: docs/trail.md, whose section 7 says what is kept where. Hashes stand
-- apart from texts: everybody may read every hash, so that a text can be withheld and the chain
-- still be verified.

-- One row: where the chain stands, so that appending reads no other entry. No row: no entry yet.
CREATE TABLE trail_head (
    id   @id,
    size @int64 NOT NULL,
    last @blob NOT NULL,            -- hash(size)
    tree @blob NOT NULL,            -- the peaks of the tree, 32 bytes each, the largest first
    CONSTRAINT trail_head_one CHECK (id = 1),
    CONSTRAINT trail_head_size CHECK (size > 0),
    CONSTRAINT trail_head_last CHECK (length(last) = 32)
);

CREATE TABLE trail_entry (
    sequence @int64 NOT NULL,
    content  @blob NOT NULL,
    hash     @blob NOT NULL,
    CONSTRAINT trail_entry_pkey PRIMARY KEY (sequence),
    CONSTRAINT trail_entry_sequence CHECK (sequence > 0),
    CONSTRAINT trail_entry_content CHECK (length(content) = 32),
    CONSTRAINT trail_entry_hash CHECK (length(hash) = 32)
);

-- The canonical texts. `council` and `shared` say who may read one; both are in the text as well
-- (its council, and a bit of its salt), so neither can be changed unseen.
CREATE TABLE trail_text (
    sequence @int64 NOT NULL REFERENCES trail_entry (sequence),
    council  @int64 REFERENCES council (id),    -- NULL: the system's own entry
    shared   @bool NOT NULL,                    -- every council may read it
    text     TEXT NOT NULL,
    CONSTRAINT trail_text_pkey PRIMARY KEY (sequence)
);

-- What was sealed, with its salt: personal data, which can be erased here.
CREATE TABLE trail_opening (
    sequence     @int64 NOT NULL REFERENCES trail_entry (sequence),
    field        TEXT NOT NULL,                 -- "before", "after", "why"
    council      @int64 REFERENCES council (id),
    shared       @bool NOT NULL,
    subject_kind TEXT NOT NULL,                 -- as in the entry: whose data, for erasing
    subject_id   TEXT NOT NULL,
    salt         @blob NOT NULL,
    text         TEXT NOT NULL,
    CONSTRAINT trail_opening_pkey PRIMARY KEY (sequence, field),
    CONSTRAINT trail_opening_field CHECK (field IN ('before', 'after', 'why')),
    CONSTRAINT trail_opening_salt CHECK (length(salt) = 32)
);

CREATE INDEX trail_opening_subject ON trail_opening (subject_kind, subject_id);

-- The text tells everything; its size is here so that it can be found.
CREATE TABLE trail_checkpoint (
    size @int64 NOT NULL REFERENCES trail_entry (sequence),
    text TEXT NOT NULL,
    CONSTRAINT trail_checkpoint_pkey PRIMARY KEY (size)
);

CREATE TABLE trail_signature (
    size      @int64 NOT NULL REFERENCES trail_checkpoint (size),
    signer    TEXT NOT NULL,                    -- "server", or a council's code
    signature TEXT NOT NULL,                    -- the content of the .minisig file
    CONSTRAINT trail_signature_pkey PRIMARY KEY (size, signer)
);

-- Only ever added to. On PostgreSQL the serving role has no right to more (migrate.c).

-- only: sqlite
CREATE TRIGGER trail_head_goes_on BEFORE UPDATE ON trail_head WHEN NEW.size IS NOT OLD.size + 1
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;

-- only: sqlite
CREATE TRIGGER trail_head_stays BEFORE DELETE ON trail_head
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;

-- only: sqlite
CREATE TRIGGER trail_entry_is_kept BEFORE UPDATE ON trail_entry
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;

-- only: sqlite
CREATE TRIGGER trail_entry_stays BEFORE DELETE ON trail_entry
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;

-- only: sqlite
CREATE TRIGGER trail_text_is_kept BEFORE UPDATE ON trail_text
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;

-- only: sqlite
CREATE TRIGGER trail_text_stays BEFORE DELETE ON trail_text
BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END;

-- only: sqlite
CREATE TRIGGER trail_opening_is_kept BEFORE UPDATE ON trail_opening
BEGIN SELECT RAISE(ABORT, 'what was sealed is erased or as it was'); END;

-- only: sqlite
CREATE TRIGGER trail_checkpoint_is_kept BEFORE UPDATE ON trail_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint stays as it was signed'); END;

-- only: sqlite
CREATE TRIGGER trail_checkpoint_stays BEFORE DELETE ON trail_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint stays as it was signed'); END;

-- only: sqlite
CREATE TRIGGER trail_signature_is_kept BEFORE UPDATE ON trail_signature
BEGIN SELECT RAISE(ABORT, 'a signature stays as it was taken in'); END;

-- only: sqlite
CREATE TRIGGER trail_signature_stays BEFORE DELETE ON trail_signature
BEGIN SELECT RAISE(ABORT, 'a signature stays as it was taken in'); END;

-- A council reads its own entries, shared ones and the system's. It adds its own and the system's;
-- what the system itself does (council 0) may be for any council. Erased is what is one's own.

-- only: postgres
ALTER TABLE trail_text ENABLE ROW LEVEL SECURITY;

-- only: postgres
ALTER TABLE trail_text FORCE ROW LEVEL SECURITY;

-- only: postgres
CREATE POLICY trail_text_read ON trail_text FOR SELECT USING (
    council IS NULL OR council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));

-- only: postgres
CREATE POLICY trail_text_add ON trail_text FOR INSERT WITH CHECK (
    council IS NULL OR CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    IN (0, council));

-- only: postgres
ALTER TABLE trail_opening ENABLE ROW LEVEL SECURITY;

-- only: postgres
ALTER TABLE trail_opening FORCE ROW LEVEL SECURITY;

-- only: postgres
CREATE POLICY trail_opening_read ON trail_opening FOR SELECT USING (
    council IS NULL OR council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    OR (shared AND CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0));

-- only: postgres
CREATE POLICY trail_opening_add ON trail_opening FOR INSERT WITH CHECK (
    council IS NULL OR CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    IN (0, council));

-- only: postgres
CREATE POLICY trail_opening_erase ON trail_opening FOR DELETE USING (
    council IS NULL OR CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT)
    = council);
