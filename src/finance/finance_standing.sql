-- How far councils are with a period. ?1 is the council acted for, ?2 the year.

-- name: period_standing_clear
DELETE FROM period_standing WHERE council = ?1 AND year = ?2;

-- name: period_standing_add
-- takes: ?3 number, ?4 taken, ?5 mapped, ?6 changed_at, ?7 inputs
INSERT INTO period_standing (year, number, council, taken, mapped, changed_at, inputs)
VALUES (?2, ?3, ?1, ?4, ?5, ?6, ?7);

-- name: period_standing_own
-- gives: number, taken, mapped, changed_at, inputs
SELECT number, taken, mapped, changed_at, inputs FROM period_standing
 WHERE council = ?1 AND year = ?2 ORDER BY number;

-- name: period_input_list
-- takes: ?3 an import that is left out, or 0
-- gives: import, the first period that it has lines in      of what is taken in
SELECT i.id, CAST(MIN(s.period) AS BIGINT) FROM ledger_import i
  JOIN ledger_sum s ON s.import = i.id AND s.council = i.council
 WHERE i.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = 'ledger'
   AND i.id <> ?3
 GROUP BY i.id ORDER BY i.id;

-- name: period_standing_list
-- takes: ?1 year, ?2 number
-- gives: council, taken, mapped, changed_at      of every council that began
SELECT council, taken, mapped, changed_at FROM period_standing
 WHERE year = ?1 AND number = ?2 ORDER BY council;

-- name: period_import_list
-- takes: ?3 number
-- gives: id, name of the file, made_by, lines, pence      of the ledger's that are taken in
SELECT i.id, e.name, i.made_by, CAST(SUM(s.lines) AS BIGINT), CAST(SUM(s.pence) AS BIGINT)
  FROM ledger_import i
  JOIN ledger_sum s ON s.import = i.id AND s.council = i.council
  JOIN evidence e ON e.id = i.evidence AND e.council = i.council
 WHERE i.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = 'ledger'
   AND s.period = ?3
 GROUP BY i.id, e.name, i.made_by ORDER BY i.id;
