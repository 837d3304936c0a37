-- How a period comes to be locked. ?1 is the year and ?2 the number, where nothing else is said.

-- name: period_state_set
-- takes: ?3 from, ?4 to, ?5 now, ?6 login      changes one row, or none
UPDATE joint_period SET state = ?4, changed_at = ?5, changed_by = ?6
 WHERE year = ?1 AND number = ?2 AND state = ?3;

-- name: period_signature_list
-- gives: as read by signature_take()      the newest first
SELECT id, council, run, outputs, account, login, signed_at, undone_at, undone_for, undone_by,
       undone_why
  FROM period_signature WHERE year = ?1 AND number = ?2 ORDER BY id DESC LIMIT 200;

-- name: period_signature_add
-- takes: ?3 council, ?4 run, ?5 outputs, ?6 account, ?7 login, ?8 now
INSERT INTO period_signature (year, number, council, run, outputs, account, login, signed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: period_signature_undo
-- takes: ?1 id, ?2 now, ?3 council whose doing it is, ?4 login, ?5 why
UPDATE period_signature SET undone_at = ?2, undone_for = ?3, undone_by = ?4, undone_why = ?5
 WHERE id = ?1 AND undone_at IS NULL;

-- name: period_lock_add
-- takes: ?3 run, ?4 outputs, ?5 now, ?6 council, ?7 login, ?8 job
INSERT INTO period_lock (year, number, run, outputs, locked_at, locked_for, locked_by, job)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: period_lock_list
-- takes: ?1 year, ?2 number or 0
-- gives: number, run, outputs, locked_at, locked_for, locked_by, job
SELECT number, run, outputs, locked_at, locked_for, locked_by, job FROM period_lock
 WHERE year = ?1 AND (number = ?2 OR CAST(?2 AS BIGINT) = 0) ORDER BY number;

-- name: period_nothing_add
-- takes: ?3 council, ?4 now, ?5 login
INSERT INTO period_nothing (year, number, council, said_at, said_by)
VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (year, number, council) DO NOTHING;

-- name: period_nothing_list
-- gives: council
SELECT council FROM period_nothing WHERE year = ?1 AND number = ?2 ORDER BY council;

-- name: period_import_seen
-- takes: ?1 council, ?2 year, ?3 number
-- gives: id      of what is taken in and has lines up to the period
SELECT i.id FROM ledger_import i
 WHERE i.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = 'ledger'
   AND EXISTS (SELECT 1 FROM ledger_sum s
                WHERE s.council = ?1 AND s.import = i.id AND s.period <= ?3)
 ORDER BY i.id;

-- name: period_output_list
-- takes: ?1 run
-- gives: name, bytes, sha256      of what the engine wrote
SELECT name, bytes, sha256 FROM money_run_file WHERE run = ?1 AND name NOT LIKE 'input/%'
 ORDER BY name;

-- name: ledger_import_late_set
-- takes: ?1 council, ?2 import, ?3 why
UPDATE ledger_import SET late_why = ?3 WHERE council = ?1 AND id = ?2;

-- name: ledger_import_late
-- takes: ?1 council, ?2 import
-- gives: whether it says why it comes late
SELECT late_why IS NOT NULL FROM ledger_import WHERE council = ?1 AND id = ?2 ORDER BY id;

-- name: period_soft_list
-- takes: ?1 year
-- gives: number      of the periods that are closed softly
SELECT number FROM joint_period WHERE year = ?1 AND state = 'soft' ORDER BY number;

-- name: period_locked_files
-- takes: ?1 year, ?2 below which number
-- gives: number, run, name, bytes      settlement and corrections of the runs that were locked
SELECT l.number, l.run, f.name, f.bytes FROM period_lock l JOIN money_run_file f ON f.run = l.run
 WHERE l.year = ?1 AND l.number < ?2 AND f.name IN ('settlement.csv', 'corrections.csv')
 ORDER BY l.number, f.name;

-- name: period_import_profile
-- takes: ?1 council, ?2 import
-- gives: evidence, words of the profile, evidence of its lines or NULL, when the extract was erased
--        or NULL
SELECT i.evidence, p.words, CASE WHEN l.erased_at IS NULL THEN i.ledger END, e.erased_at
  FROM ledger_import i
  JOIN extract_profile p ON p.id = i.profile AND p.council = i.council
  JOIN evidence e ON e.id = i.evidence AND e.council = i.council
  LEFT JOIN evidence l ON l.id = i.ledger AND l.council = i.council
 WHERE i.council = ?1 AND i.id = ?2 ORDER BY i.id;

-- name: period_bundle_add
-- takes: ?3 council, ?4 evidence, ?5 sha256, ?6 digest, ?7 bytes, ?8 now
INSERT INTO period_bundle (year, number, council, evidence, sha256, digest, bytes, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (year, number, council) DO NOTHING;

-- name: period_bundle_list
-- gives: council, evidence, sha256, digest, bytes, made_at
SELECT council, evidence, sha256, digest, bytes, made_at FROM period_bundle
 WHERE year = ?1 AND number = ?2 ORDER BY council;

-- name: period_bundle_signature_add
-- takes: ?3 council, ?4 key, ?5 signature, ?6 now, ?7 login
INSERT INTO period_bundle_signature (year, number, council, key, signature, taken_at, taken_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: period_bundle_signature_list
-- gives: council, key, signature, taken_at, taken_by
SELECT council, key, signature, taken_at, taken_by FROM period_bundle_signature
 WHERE year = ?1 AND number = ?2 ORDER BY council;

-- name: period_recount_add
-- takes: ?3 council, ?4 now, ?5 login, ?6 job
INSERT INTO period_recount (year, number, council, asked_at, asked_by, job, outcome)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, '');

-- name: period_recount_end
-- takes: ?1 council, ?2 job, ?3 same, ?4 outcome
UPDATE period_recount SET same = ?3, outcome = ?4 WHERE council = ?1 AND job = ?2
   AND same IS NULL;

-- name: period_recount_list
-- takes: ?3 council
-- gives: asked_at, asked_by, same, outcome      the newest first
SELECT asked_at, asked_by, same, outcome FROM period_recount
 WHERE year = ?1 AND number = ?2 AND council = ?3 ORDER BY id DESC LIMIT 20;
