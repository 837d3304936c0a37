-- Queries of register. Each names the council that asks, since SQLite has no row-level security.

-- name: two_key_add
-- takes: ?1 council, ?2 partners, ?3 kind, ?4 subject, ?5 replaces, ?6 effective, ?7 overtakes,
-- ?8 payload, ?9 preparers, ?10 made_at      gives: id
INSERT INTO two_key (council, partners, shared, kind, subject, replaces, effective, overtakes,
                     payload, preparers, state, made_at, revision)
VALUES (?1, ?2, FALSE, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'draft', ?10, 1) RETURNING id;

-- name: two_key_councils_there
-- takes: ?1 partners      gives: how many of them there are; one row
SELECT count(*) FROM council
 WHERE CAST(?1 AS TEXT) LIKE '%,' || CAST(id AS TEXT) || ',%';

-- name: two_key_change
-- takes: ?1 id, ?2 council, ?3 revision, ?4 effective, ?5 overtakes, ?6 payload, ?7 preparers
-- changes one row, or none: not a draft of that council, or not that revision
UPDATE two_key SET effective = ?4, overtakes = ?5, payload = ?6, preparers = ?7,
                   revision = revision + 1
 WHERE id = ?1 AND council = ?2 AND revision = ?3 AND state = 'draft';

-- name: two_key_move
-- takes: ?1 id, ?2 revision, ?3 state, ?4 shared, ?5 version, ?6 agreed_at, ?7 council that asks
-- changes one row, or none
UPDATE two_key SET state = ?3, shared = ?4, version = ?5, agreed_at = ?6, revision = revision + 1
 WHERE id = ?1 AND revision = ?2 AND (council = ?7
       OR (shared AND partners LIKE '%,' || CAST(CAST(?7 AS BIGINT) AS TEXT) || ',%'));

-- name: two_key_list
-- takes: ?1 council that asks, ?2 id or 0, ?3 kind or '', ?4 subject or '', ?5 partners or '',
-- ?6 account: only what waits for the council's key and this account did not prepare; 0: all,
-- ?7 only ids below, ?8 rows
SELECT k.id, k.council, k.partners, k.shared, k.kind, k.subject, coalesce(k.replaces, 0),
       k.effective, k.overtakes, k.payload, k.preparers, k.state, coalesce(k.version, 0),
       coalesce(k.agreed_at, 0), k.made_at, k.revision
  FROM two_key k
 WHERE (k.council = ?1
        OR (k.shared AND k.partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%'))
   AND (k.id = ?2 OR CAST(?2 AS BIGINT) = 0)
   AND (k.kind = ?3 OR CAST(?3 AS TEXT) = '')
   AND (k.subject = ?4 OR CAST(?4 AS TEXT) = '')
   AND (k.partners = ?5 OR CAST(?5 AS TEXT) = '')
   AND (CAST(?6 AS BIGINT) = 0
        OR (k.state = 'proposed'
            AND k.preparers NOT LIKE '%,' || CAST(CAST(?6 AS BIGINT) AS TEXT) || ',%'
            AND NOT EXISTS (SELECT 1 FROM two_key_agreement a WHERE a.two_key = k.id
                               AND (a.council = ?1 OR a.account = ?6))))
   AND k.id < ?7
 ORDER BY k.id DESC LIMIT ?8;

-- name: two_key_versions
-- takes: ?1 council that asks, ?2 kind, ?3 subject, ?4 partners
-- gives: version, effective, agreed_at, id; the agreed ones
SELECT version, effective, agreed_at, id FROM two_key
 WHERE state = 'agreed' AND kind = ?2 AND subject = ?3 AND partners = ?4
   AND partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%'
 ORDER BY version;

-- name: two_key_agreed
-- takes: ?1 council that asks, ?2 kind
-- gives: subject, partners, payload, id, effective; what was agreed, by subject, in its order
SELECT subject, partners, payload, id, effective FROM two_key
 WHERE state = 'agreed' AND kind = ?2
   AND partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%'
 ORDER BY subject, partners, version;

-- name: two_key_subjects
-- takes: ?1 council that asks, ?2 kind      gives: how many were agreed on; one row
SELECT count(DISTINCT subject) FROM two_key
 WHERE state = 'agreed' AND kind = ?2
   AND partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%';

-- name: two_key_agreement_add
-- takes: ?1 two_key, ?2 council, ?3 partners, ?4 account, ?5 login, ?6 agreed_at, ?7 body,
-- ?8 decided, ?9 minute, ?10 evidence or NULL
INSERT INTO two_key_agreement (two_key, council, partners, shared, account, login, agreed_at, body,
                               decided, minute, evidence)
VALUES (?1, ?2, ?3, TRUE, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: two_key_agreements
-- takes: ?1 two_key, ?2 council that asks
-- gives: council, account, login, agreed_at, body, decided, minute, evidence
SELECT council, account, login, agreed_at, body, decided, minute, coalesce(evidence, '')
  FROM two_key_agreement
 WHERE two_key = ?1 AND partners LIKE '%,' || CAST(CAST(?2 AS BIGINT) AS TEXT) || ',%'
 ORDER BY agreed_at, council;

-- name: two_key_step_add
-- takes: ?1 two_key, ?2 revision, ?3 council, ?4 partners, ?5 shared, ?6 at, ?7 login, ?8 event,
-- ?9 reason
INSERT INTO two_key_step (two_key, revision, council, partners, shared, at, login, event, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: two_key_steps
-- takes: ?1 two_key, ?2 council that asks      gives: revision, council, at, login, event, reason
SELECT revision, council, at, login, event, reason FROM two_key_step
 WHERE two_key = ?1 AND (council = ?2
       OR (shared AND partners LIKE '%,' || CAST(CAST(?2 AS BIGINT) AS TEXT) || ',%'))
 ORDER BY revision;

-- name: two_key_evidence_there
-- takes: ?1 id, ?2 council      gives: 1, if the council has the file; at most one row
SELECT 1 FROM evidence WHERE id = ?1 AND council = ?2 AND erased_at IS NULL ORDER BY id;

-- name: two_key_waits
-- takes: ?1 council that asks, ?2 account, ?3 kind
-- gives: how many wait for the council's key that this account may turn, and since when the first
-- was proposed; one row
SELECT count(*), coalesce(min(s.at), 0)
  FROM two_key k JOIN two_key_step s ON s.two_key = k.id AND s.event = 'propose'
 WHERE k.kind = ?3 AND k.state = 'proposed'
   AND k.partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%'
   AND k.preparers NOT LIKE '%,' || CAST(CAST(?2 AS BIGINT) AS TEXT) || ',%'
   AND NOT EXISTS (SELECT 1 FROM two_key_agreement a WHERE a.two_key = k.id
                      AND (a.council = ?1 OR a.account = ?2));
