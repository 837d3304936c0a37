-- What an entry is about: a service that the councils share, by its name; empty: none, the
-- council's own in general. And what not everybody reads who reads the entry.
ALTER TABLE risk ADD COLUMN service TEXT NOT NULL DEFAULT ''
    CONSTRAINT risk_service CHECK (length(service) <= 60);
ALTER TABLE risk ADD COLUMN cost @int64          -- if it happens, in pence
    CONSTRAINT risk_cost CHECK (cost BETWEEN 0 AND 99999999999);
ALTER TABLE action ADD COLUMN service TEXT NOT NULL DEFAULT ''
    CONSTRAINT action_service CHECK (length(service) <= 60);
ALTER TABLE policy ADD COLUMN service TEXT NOT NULL DEFAULT ''
    CONSTRAINT policy_service CHECK (length(service) <= 60);

-- Obligations had three words for it; what was written stays. SQLite takes no constraint off a
-- table, so there the table is made anew.

-- only: sqlite
CREATE TABLE obligation_anew (
    council    @int64 NOT NULL REFERENCES council (id),
    number     @int64 NOT NULL,
    version    @int64 NOT NULL,
    state      TEXT NOT NULL,
    shared     @bool NOT NULL,
    joint      @bool NOT NULL,
    shared_at  @int64,
    shared_by  TEXT,
    title      TEXT NOT NULL,
    law        TEXT NOT NULL,
    service    TEXT NOT NULL,
    owner_post TEXT NOT NULL,
    rag        TEXT NOT NULL,
    how_met    TEXT NOT NULL,
    evidence   TEXT NOT NULL,
    next_check @date NOT NULL,
    risk       TEXT NOT NULL,
    made_at    @int64 NOT NULL,
    changed_at @int64 NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT obligation_pkey PRIMARY KEY (council, number),
    CONSTRAINT obligation_number CHECK (number > 0),
    CONSTRAINT obligation_version CHECK (version > 0),
    CONSTRAINT obligation_state CHECK (state IN ('current', 'ended')),
    CONSTRAINT obligation_joint CHECK (shared OR NOT joint),
    CONSTRAINT obligation_shared CHECK (NOT shared
        OR (shared_at IS NOT NULL AND shared_by IS NOT NULL)),
    CONSTRAINT obligation_title CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT obligation_law CHECK (length(law) BETWEEN 1 AND 200),
    CONSTRAINT obligation_service CHECK (length(service) <= 60),
    CONSTRAINT obligation_owner_post CHECK (length(owner_post) BETWEEN 1 AND 100),
    CONSTRAINT obligation_rag CHECK (rag IN ('red', 'amber', 'green')),
    CONSTRAINT obligation_how_met CHECK (length(how_met) BETWEEN 1 AND 4000),
    CONSTRAINT obligation_evidence CHECK (length(evidence) <= 4000)
);
-- only: sqlite
INSERT INTO obligation_anew (council, number, version, state, shared, joint, shared_at, shared_by,
    title, law, service, owner_post, rag, how_met, evidence, next_check, risk, made_at, changed_at,
    changed_by)
SELECT council, number, version, state, shared, joint, shared_at, shared_by, title, law, service,
       owner_post, rag, how_met, evidence, next_check, risk, made_at, changed_at, changed_by
  FROM obligation ORDER BY council, number;
-- only: sqlite
DROP TABLE obligation;
-- only: sqlite
ALTER TABLE obligation_anew RENAME TO obligation;
-- only: sqlite
CREATE TRIGGER obligation_stays BEFORE DELETE ON obligation
BEGIN SELECT RAISE(ABORT, 'an obligation is ended, not deleted'); END;

-- only: postgres
ALTER TABLE obligation DROP CONSTRAINT obligation_service;
-- only: postgres
ALTER TABLE obligation ADD CONSTRAINT obligation_service CHECK (length(service) <= 60);

ALTER TABLE obligation ADD COLUMN advice TEXT NOT NULL DEFAULT ''   -- of the council's lawyers
    CONSTRAINT obligation_advice CHECK (length(advice) <= 4000);
