-- Which of the partnership's books an extract belongs to, and which entries its lines are.

ALTER TABLE ledger_import ADD COLUMN book TEXT NOT NULL DEFAULT 'ledger'
    CONSTRAINT ledger_import_book CHECK (book IN ('ledger', 'budget', 'forecast'));

-- The ids of an import's lines, so that no entry is taken in twice by way of two extracts: their
-- hashes, ascending, in pieces. Two different ids may have one hash, so a hash is where to look and
-- no proof.
CREATE TABLE ledger_id_set (
    import  @int64 NOT NULL REFERENCES ledger_import (id),
    council @int64 NOT NULL,
    piece   @int64 NOT NULL,            -- 0, 1 ...
    hashes  @blob NOT NULL,             -- eight bytes each, the highest first
    CONSTRAINT ledger_id_set_pkey PRIMARY KEY (import, piece),
    CONSTRAINT ledger_id_set_piece CHECK (piece >= 0)
);

-- only: postgres
ALTER TABLE ledger_id_set ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE ledger_id_set FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY ledger_id_set_council ON ledger_id_set
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
