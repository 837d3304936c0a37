-- Years, profiles and imports. Where ?1 is a council it is the one acted for.

-- name: joint_year_list
-- gives: year, begun_at, begun_by      the latest first
SELECT year, begun_at, begun_by FROM joint_year ORDER BY year DESC;

-- name: joint_year_add
-- takes: ?1 council, ?2 year, ?3 now, ?4 login
INSERT INTO joint_year (year, begun_for, begun_at, begun_by) VALUES (?2, ?1, ?3, ?4);

-- name: joint_period_add
-- takes: ?1 year, ?2 number, ?3 now, ?4 login
INSERT INTO joint_period (year, number, state, changed_at, changed_by)
VALUES (?1, ?2, 'open', ?3, ?4);

-- name: joint_period_list
-- takes: ?1 year
-- gives: number, state
SELECT number, state FROM joint_period WHERE year = ?1 ORDER BY number;

-- name: extract_profile_list
-- takes: ?1 council
-- gives: id, system, version, guessed, made_at, made_by
SELECT id, system, version, guessed, made_at, made_by FROM extract_profile
 WHERE council = ?1 ORDER BY system, version DESC;

-- name: extract_profile_read
-- takes: ?1 council, ?2 id
-- gives: id, system, version, guessed, made_at, made_by, words
SELECT id, system, version, guessed, made_at, made_by, words FROM extract_profile
 WHERE council = ?1 AND id = ?2 ORDER BY id;

-- name: extract_profile_add
-- takes: ?1 council, ?2 system, ?3 words, ?4 guessed, ?5 now, ?6 login
-- gives: id
INSERT INTO extract_profile (council, system, version, words, guessed, made_at, made_by)
VALUES (?1, ?2, 1 + COALESCE((SELECT MAX(version) FROM extract_profile
                               WHERE council = ?1 AND system = ?2), 0), ?3, ?4, ?5, ?6)
RETURNING id;

-- name: ledger_import_add
-- takes: ?1 council, ?2 year, ?3 evidence, ?4 now, ?5 login, ?6 book
-- gives: id
INSERT INTO ledger_import (council, year, evidence, state, lines, left_out, refused,
                           pence, outcome, made_at, made_by, book)
VALUES (?1, ?2, ?3, 'new', 0, 0, 0, 0, '', ?4, ?5, ?6) RETURNING id;

-- name: ledger_import_of_file
-- takes: ?1 council, ?2 evidence
-- gives: id
SELECT id FROM ledger_import WHERE council = ?1 AND evidence = ?2 AND state <> 'withdrawn'
 ORDER BY id;

-- name: ledger_import_list
-- takes: ?1 council, ?2 year or '', ?3 id or 0      the newest first
-- gives: as read by import_take()
SELECT i.id, i.year, i.evidence, e.name, i.profile, i.state, i.job, i.control_lines,
       i.control_pence, i.lines, i.left_out, i.refused, i.pence, i.outcome, i.errors,
       i.made_at, i.made_by, i.ended_at, i.withdrawn_by, i.withdrawn_why, i.book
  FROM ledger_import i JOIN evidence e ON e.id = i.evidence AND e.council = i.council
 WHERE i.council = ?1 AND (i.year = ?2 OR CAST(?2 AS TEXT) = '')
   AND (i.id = ?3 OR CAST(?3 AS BIGINT) = 0)
 ORDER BY i.id DESC LIMIT 200;

-- name: ledger_import_choose
-- takes: ?1 council, ?2 id, ?3 profile
UPDATE ledger_import SET profile = ?3 WHERE council = ?1 AND id = ?2
   AND state IN ('new', 'reading', 'refused');

-- name: ledger_import_begin
-- takes: ?1 council, ?2 id, ?3 job, ?4 control_lines, ?5 control_pence
UPDATE ledger_import SET state = 'reading', job = ?3, control_lines = ?4, control_pence = ?5,
       lines = 0, left_out = 0, refused = 0, pence = 0, outcome = '',
       ended_at = NULL, errors = NULL
 WHERE council = ?1 AND id = ?2 AND state IN ('new', 'reading', 'refused')
   AND profile IS NOT NULL;

-- name: ledger_import_end
-- takes: ?1 council, ?2 id, ?3 state, ?4 lines, ?5 left_out, ?6 refused, ?7 pence, ?8 outcome,
--        ?9 errors or '', ?10 now, ?11 job      changes one row, or none
UPDATE ledger_import SET state = ?3, lines = ?4, left_out = ?5, refused = ?6, pence = ?7,
       outcome = ?8, errors = NULLIF(?9, ''), ended_at = ?10
 WHERE council = ?1 AND id = ?2 AND state = 'reading' AND job = ?11;

-- name: ledger_import_withdraw
-- takes: ?1 council, ?2 id, ?3 login, ?4 why      changes one row, or none
UPDATE ledger_import SET state = 'withdrawn', withdrawn_by = ?3, withdrawn_why = ?4
 WHERE council = ?1 AND id = ?2 AND state <> 'withdrawn';

-- name: ledger_import_locked
-- takes: ?1 council, ?2 id
-- gives: number of a locked period that the import has lines in
SELECT p.number FROM joint_period p JOIN ledger_import i ON i.year = p.year
 WHERE i.council = ?1 AND i.id = ?2 AND i.book = 'ledger' AND p.state = 'locked'
   AND EXISTS (SELECT 1 FROM ledger_sum s
                WHERE s.council = ?1 AND s.import = i.id AND s.period = p.number)
 ORDER BY p.number LIMIT 1;

-- name: ledger_sum_clear
-- takes: ?1 council, ?2 import
DELETE FROM ledger_sum WHERE council = ?1 AND import = ?2;

-- name: ledger_refusal_clear
-- takes: ?1 council, ?2 import
DELETE FROM ledger_refusal WHERE council = ?1 AND import = ?2;

-- name: ledger_sum_add
-- takes: ?1 import, ?2 council, ?3 cost_centre, ?4 account, ?5 period, ?6 lines, ?7 pence
INSERT INTO ledger_sum (import, council, cost_centre, account, period, lines, pence)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: ledger_sum_add/pg
-- As many rows as the arrays ?3 to ?7 are long.
INSERT INTO ledger_sum (import, council, cost_centre, account, period, lines, pence)
SELECT ?1, ?2, s.cost_centre, s.account, s.period, s.lines, s.pence
  FROM unnest(CAST(CAST(?3 AS text) AS text[]), CAST(CAST(?4 AS text) AS text[]),
              CAST(CAST(?5 AS text) AS bigint[]), CAST(CAST(?6 AS text) AS bigint[]),
              CAST(CAST(?7 AS text) AS bigint[]))
       AS s (cost_centre, account, period, lines, pence);

-- name: ledger_refusal_add
-- takes: ?1 import, ?2 council, ?3 place, ?4 reason, ?5 words
INSERT INTO ledger_refusal (import, council, place, reason, words) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: ledger_refusal_list
-- takes: ?1 council, ?2 import, ?3 above which row, ?4 how many
-- gives: place, reason, words
SELECT place, reason, words FROM ledger_refusal
 WHERE council = ?1 AND import = ?2 AND place > ?3 ORDER BY place LIMIT ?4;

-- name: ledger_period_sums
-- takes: ?1 council, ?2 year
-- gives: period, lines, pence      of all that is taken in of the ledger
SELECT s.period, CAST(SUM(s.lines) AS BIGINT), CAST(SUM(s.pence) AS BIGINT) FROM ledger_sum s
  JOIN ledger_import i ON i.id = s.import AND i.council = s.council
 WHERE s.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = 'ledger'
 GROUP BY s.period ORDER BY s.period;

-- name: ledger_import_sums
-- takes: ?1 council, ?2 import
-- gives: period, lines, pence
SELECT period, CAST(SUM(lines) AS BIGINT), CAST(SUM(pence) AS BIGINT) FROM ledger_sum WHERE council = ?1 AND import = ?2
 GROUP BY period ORDER BY period;

-- name: ledger_id_set_clear
-- takes: ?1 council, ?2 import
DELETE FROM ledger_id_set WHERE council = ?1 AND import = ?2;

-- name: ledger_id_set_add
-- takes: ?1 import, ?2 council, ?3 piece, ?4 hashes
INSERT INTO ledger_id_set (import, council, piece, hashes) VALUES (?1, ?2, ?3, ?4);

-- name: ledger_id_set_list
-- takes: ?1 council, ?2 year, ?3 book, ?4 import
-- gives: import, hashes      of all others, those that are being read among them
SELECT s.import, s.hashes FROM ledger_id_set s
  JOIN ledger_import i ON i.id = s.import AND i.council = s.council
 WHERE s.council = ?1 AND i.year = ?2 AND i.book = ?3 AND i.id <> ?4
   AND i.state IN ('taken', 'reading')
 ORDER BY s.import, s.piece;
