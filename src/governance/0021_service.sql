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

-- What was planned against a risk becomes entries of the register of actions that name the risk:
-- of the risk's council, seen by whom the risk is seen, numbered behind those that are there. Words
-- that are too long for a title stand in the detail, too. (An owner of forced row-level rights sees
-- nothing.)

-- only: postgres
ALTER TABLE risk NO FORCE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE risk_action NO FORCE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE action NO FORCE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE entry_change NO FORCE ROW LEVEL SECURITY;

INSERT INTO action (council, number, version, state, shared, joint, shared_at, shared_by, title,
    source, risk, detail, owner_post, assigned, due, progress, outcome, made_at, changed_at,
    changed_by)
SELECT r.council,
       COALESCE((SELECT MAX(b.number) FROM action b WHERE b.council = r.council), 0)
           + ROW_NUMBER() OVER (PARTITION BY r.council ORDER BY a.risk, a.number),
       1, CASE WHEN a.done_at IS NULL THEN 'open' ELSE 'done' END, r.shared, r.joint, r.shared_at,
       r.shared_by, SUBSTR(a.words, 1, 200), 'Planned against the risk',
       c.code || '-' || CAST(r.number AS TEXT),
       CASE WHEN LENGTH(a.words) > 200 THEN a.words ELSE '' END, a.owner_post, '', a.due, NULL,
       CASE WHEN a.done_at IS NULL THEN '' ELSE 'Done, as was said on the risk''s page.' END,
       r.made_at, COALESCE(a.done_at, r.changed_at), COALESCE(a.done_by, r.changed_by)
  FROM risk_action a JOIN risk r ON r.council = a.council AND r.number = a.risk
       JOIN council c ON c.id = r.council
 ORDER BY r.council, a.risk, a.number;

INSERT INTO entry_change (council, shared, register, entry_council, entry, version, field, before,
    after, why, changed_by, changed_at)
SELECT council, shared, 'action', council, number, 1, 'title', '', title,
       'It stood on the page of the risk.', changed_by, changed_at
  FROM action
 WHERE source = 'Planned against the risk'
   AND NOT EXISTS (SELECT 1 FROM entry_change e WHERE e.register = 'action'
                      AND e.entry_council = action.council AND e.entry = action.number)
 ORDER BY council, number;

DROP TABLE risk_action;

-- only: postgres
ALTER TABLE risk FORCE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE action FORCE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE entry_change FORCE ROW LEVEL SECURITY;
