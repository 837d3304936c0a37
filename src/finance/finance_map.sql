-- The map of a council's codes. ?1 is the council acted for, ?2 the year.

-- name: money_map_read
-- gives: version, accounts, cost_centres, made_at, made_by, moves or ''      the newest, or none
SELECT version, accounts, cost_centres, made_at, made_by, COALESCE(moves, '') FROM money_map
 WHERE council = ?1 AND year = ?2 ORDER BY version DESC LIMIT 1;

-- name: money_map_add
-- takes: ?3 version, ?4 accounts, ?5 cost_centres, ?6 now, ?7 login, ?8 why or '',
--        ?9 moves or ''
INSERT INTO money_map (council, year, version, accounts, cost_centres, made_at, made_by,
                       late_why, moves)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULLIF(?8, ''), NULLIF(?9, ''));

-- name: ledger_code_sums
-- gives: cost_centre, account, period, lines, pence      of all that is taken in of the ledger
SELECT s.cost_centre, s.account, s.period, CAST(SUM(s.lines) AS BIGINT),
       CAST(SUM(s.pence) AS BIGINT)
  FROM ledger_sum s JOIN ledger_import i ON i.id = s.import AND i.council = s.council
 WHERE s.council = ?1 AND i.year = ?2 AND i.state = 'taken' AND i.book = 'ledger'
 GROUP BY s.cost_centre, s.account, s.period
 ORDER BY s.cost_centre, s.account, s.period;
