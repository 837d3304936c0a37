-- Restatements. They are joint; where a council is named it is the one that they are made for, or
-- whose books are read.

-- name: restate_moves
-- takes: ?1 council, ?2 first year, ?3 last year
-- gives: moves      of the newest version of each year's map that there is, by year
SELECT m.moves FROM money_map m
 WHERE m.council = ?1 AND m.year >= ?2 AND m.year <= ?3 AND m.moves IS NOT NULL
   AND m.version = (SELECT MAX(n.version) FROM money_map n
                     WHERE n.council = m.council AND n.year = m.year)
 ORDER BY m.year;

-- name: restate_sums
-- takes: ?1 council, ?2 import
-- gives: cost_centre, account, period, lines, pence
SELECT cost_centre, account, period, lines, pence FROM ledger_sum
 WHERE council = ?1 AND import = ?2 ORDER BY cost_centre, account, period;

-- name: restatement_read
-- takes: ?1 id
-- gives: as read by take() of finance_restatement.c
SELECT id, run, map_year, map_period, made_for, made_at, made_by, lines, inputs FROM restatement
 WHERE id = ?1 ORDER BY id;

-- name: restatement_same
-- takes: ?1 run, ?2 year, ?3 period, ?4 inputs
-- gives: id      of the one that came of the very same
SELECT id FROM restatement
 WHERE run = ?1 AND map_year = ?2 AND map_period = ?3 AND inputs = ?4 ORDER BY id;

-- name: restatement_of_period
-- takes: ?1 year, ?2 through
-- gives: as read by take() of finance_restatement.c
--        of any run of the ledger up to it, the newest first
SELECT s.id, s.run, s.map_year, s.map_period, s.made_for, s.made_at, s.made_by, s.lines, s.inputs
  FROM restatement s JOIN money_run r ON r.id = s.run
 WHERE r.year = ?1 AND r.through = ?2 ORDER BY s.id DESC LIMIT 200;

-- name: restatement_add
-- takes: ?1 council, ?2 run, ?3 year, ?4 period, ?5 now, ?6 login, ?7 lines, ?8 inputs
-- gives: id
INSERT INTO restatement (run, map_year, map_period, made_for, made_at, made_by, lines, inputs)
VALUES (?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8) RETURNING id;

-- name: restatement_map_add
-- takes: ?1 restatement, ?2 council, ?3 was, ?4 now, ?5 moved lines, ?6 moved pence,
--        ?7 kept lines, ?8 kept pence
INSERT INTO restatement_map (restatement, council, was, now, moved_lines, moved_pence, kept_lines,
                             kept_pence)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: restatement_map_list
-- takes: ?1 restatement
-- gives: council, was, now, moved_lines, moved_pence, kept_lines, kept_pence
SELECT council, was, now, moved_lines, moved_pence, kept_lines, kept_pence FROM restatement_map
 WHERE restatement = ?1 ORDER BY council;

-- name: restatement_file_add
-- takes: ?1 restatement, ?2 name, ?3 bytes, ?4 sha256
INSERT INTO restatement_file (restatement, name, bytes, sha256) VALUES (?1, ?2, ?3, ?4);

-- name: restatement_file_read
-- takes: ?1 restatement, ?2 name
-- gives: bytes
SELECT bytes FROM restatement_file WHERE restatement = ?1 AND name = ?2 ORDER BY name;

-- name: restatement_file_list
-- takes: ?1 restatement
-- gives: name, sha256, length
SELECT name, sha256, CAST(length(bytes) AS BIGINT) FROM restatement_file WHERE restatement = ?1
 ORDER BY name;
