-- Files of basis values: a council's own, from the upload until their values stand in a proposal.
-- What is proposed is the proposal's own text; here stands where it came from, and how it was read.
CREATE TABLE basis_file (
    id       @id,
    council  @int64 NOT NULL REFERENCES council (id),
    evidence TEXT NOT NULL REFERENCES evidence (id),
    basis    TEXT NOT NULL,             -- the code that its values are of; '': a column says
    words    TEXT NOT NULL,             -- the profile that it is read with; '': none yet
    control  TEXT NOT NULL,             -- what its values come to, as somebody counted them
    given    TEXT NOT NULL,             -- a line for each value, as in basis_values.csv; '': not
                                        -- all rows are good
    counted  @int64 NOT NULL,           -- rows that were added up
    left_out @int64 NOT NULL,           -- by the profile's rules
    made_at  @int64 NOT NULL,           -- milliseconds since 1970, UTC
    made_by  TEXT NOT NULL,
    read_at  @int64,
    read_by  TEXT,
    CONSTRAINT basis_file_basis CHECK (length(basis) <= 32),
    CONSTRAINT basis_file_words CHECK (length(words) <= 32768),
    CONSTRAINT basis_file_control CHECK (length(control) <= 40),
    CONSTRAINT basis_file_given CHECK (length(given) <= 4000000),
    CONSTRAINT basis_file_counts CHECK (counted >= 0 AND left_out >= 0),
    CONSTRAINT basis_file_made_by CHECK (length(made_by) BETWEEN 1 AND 64),
    CONSTRAINT basis_file_read CHECK ((read_at IS NULL) = (read_by IS NULL)
        AND (read_at IS NULL) = (given = ''))
);

-- The same file is there once.
CREATE UNIQUE INDEX basis_file_council_evidence_key ON basis_file (council, evidence);

-- only: sqlite
CREATE TRIGGER basis_file_stays BEFORE DELETE ON basis_file
BEGIN SELECT RAISE(ABORT, 'a file of basis values is kept'); END;

-- only: postgres
ALTER TABLE basis_file ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE basis_file FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY basis_file_council ON basis_file
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
