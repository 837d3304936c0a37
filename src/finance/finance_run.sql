-- Runs. They are joint; where a council is named it is the one that they are made for.

-- name: money_run_add
-- takes: ?1 council, ?2 year, ?3 through, ?4 book, ?5 job, ?6 now, ?7 login
-- gives: id
INSERT INTO money_run (year, through, book, state, job, made_for, made_at, made_by, outcome,
                       lines, faults, inputs)
VALUES (?2, ?3, ?4, 'waiting', ?5, ?1, ?6, ?7, '', 0, 0, '') RETURNING id;

-- name: money_run_of_job
-- takes: ?1 council, ?2 job
-- gives: as read by run_take()
SELECT id, year, through, book, state, job, made_for, made_at, made_by, ended_at, outcome, lines,
       faults, inputs, same_as
  FROM money_run WHERE made_for = ?1 AND job = ?2 ORDER BY id;

-- name: money_run_list
-- takes: ?1 year or '', ?2 id or 0      the newest first
-- gives: as read by run_take()
SELECT id, year, through, book, state, job, made_for, made_at, made_by, ended_at, outcome, lines,
       faults, inputs, same_as
  FROM money_run
 WHERE (year = ?1 OR CAST(?1 AS TEXT) = '') AND (id = ?2 OR CAST(?2 AS BIGINT) = 0)
 ORDER BY id DESC LIMIT 200;

-- name: money_run_last
-- takes: ?1 year, ?2 book, ?3 through, ?4 below which id
-- gives: as read by run_take()
SELECT id, year, through, book, state, job, made_for, made_at, made_by, ended_at, outcome, lines,
       faults, inputs, same_as
  FROM money_run
 WHERE year = ?1 AND book = ?2 AND through = ?3 AND state = 'closed' AND id < ?4
 ORDER BY id DESC LIMIT 1;

-- name: money_run_end
-- takes: ?1 council, ?2 id, ?3 state, ?4 now, ?5 outcome, ?6 lines, ?7 faults, ?8 inputs,
--        ?9 same_as or 0      changes one row, or none
UPDATE money_run SET state = ?3, ended_at = ?4, outcome = ?5, lines = ?6, faults = ?7,
       inputs = ?8, same_as = NULLIF(?9, 0)
 WHERE made_for = ?1 AND id = ?2 AND state = 'waiting';

-- name: money_run_part_add
-- takes: ?1 run, ?2 place, ?3 council or 0, ?4 kind, ?5 subject, ?6 version, ?7 sha256
INSERT INTO money_run_part (run, place, council, kind, subject, version, sha256)
VALUES (?1, ?2, NULLIF(?3, 0), ?4, ?5, ?6, ?7);

-- name: money_run_part_list
-- takes: ?1 run
-- gives: council, kind, subject, version, sha256
SELECT council, kind, subject, version, sha256 FROM money_run_part WHERE run = ?1 ORDER BY place;

-- name: money_run_file_add
-- takes: ?1 run, ?2 name, ?3 bytes, ?4 sha256
INSERT INTO money_run_file (run, name, bytes, sha256) VALUES (?1, ?2, ?3, ?4);

-- name: money_run_file_read
-- takes: ?1 run, ?2 name
-- gives: bytes, sha256
SELECT bytes, sha256 FROM money_run_file WHERE run = ?1 AND name = ?2 ORDER BY name;

-- name: money_run_file_list
-- takes: ?1 run
-- gives: name, sha256, length
SELECT name, sha256, CAST(length(bytes) AS BIGINT) FROM money_run_file WHERE run = ?1
 ORDER BY name;

-- name: money_run_input_list
-- takes: ?1 run
-- gives: name, bytes      of its inputs
SELECT name, bytes FROM money_run_file WHERE run = ?1 AND name LIKE 'input/%' ORDER BY name;

-- name: ledger_import_lines_keep
-- takes: ?1 council, ?2 import, ?3 evidence
UPDATE ledger_import SET ledger = NULLIF(?3, '') WHERE council = ?1 AND id = ?2;

-- name: ledger_made_of
-- takes: ?1 council, ?2 evidence of an extract
-- gives: a file made of it, lines or refused rows, that no other extract that is there came to
SELECT d.id FROM ledger_import i
  JOIN evidence d ON d.council = i.council AND (d.id = i.ledger OR d.id = i.errors)
 WHERE i.council = ?1 AND i.evidence = ?2 AND d.id <> ?2 AND d.erased_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM ledger_import o
                     JOIN evidence e ON e.id = o.evidence AND e.council = o.council
                    WHERE o.council = ?1 AND o.evidence <> ?2 AND e.erased_at IS NULL
                      AND (o.evidence = d.id OR o.ledger = d.id OR o.errors = d.id))
 ORDER BY d.id LIMIT 1;

-- name: ledger_import_lines
-- takes: ?1 council, ?2 import
-- gives: evidence of its lines, name and hash of the extract, when the lines were erased or NULL
--        or none
SELECT i.ledger, e.name, e.sha256, l.erased_at FROM ledger_import i
  JOIN evidence e ON e.id = i.evidence AND e.council = i.council
  JOIN evidence l ON l.id = i.ledger AND l.council = i.council
 WHERE i.council = ?1 AND i.id = ?2 AND i.ledger IS NOT NULL ORDER BY i.id;

-- name: ledger_import_codes
-- takes: ?1 council, ?2 import, ?3 period
-- gives: cost_centre, account, lines, pence
SELECT cost_centre, account, lines, pence FROM ledger_sum
 WHERE council = ?1 AND import = ?2 AND period = ?3 ORDER BY cost_centre, account;

-- name: money_map_version
-- takes: ?1 council, ?2 year, ?3 version
-- gives: accounts, cost_centres
SELECT accounts, cost_centres FROM money_map
 WHERE council = ?1 AND year = ?2 AND version = ?3 ORDER BY version;

-- name: ledger_taken_list
-- takes: ?1 council, ?2 year, ?3 book
-- gives: id, sha256 of the extract
SELECT i.id, e.sha256 FROM ledger_import i
  JOIN evidence e ON e.id = i.evidence AND e.council = i.council
 WHERE i.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = ?3 ORDER BY i.id;

-- name: ledger_book_sums
-- takes: ?1 council, ?2 year, ?3 book
-- gives: cost_centre, account, period, lines, pence      of all that is taken in
SELECT s.cost_centre, s.account, s.period, CAST(SUM(s.lines) AS BIGINT),
       CAST(SUM(s.pence) AS BIGINT)
  FROM ledger_sum s JOIN ledger_import i ON i.id = s.import AND i.council = s.council
 WHERE s.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = ?3
 GROUP BY s.cost_centre, s.account, s.period
 ORDER BY s.cost_centre, s.account, s.period;
