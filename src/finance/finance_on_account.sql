-- What is paid on account.

-- name: on_account_list
-- takes: ?1 year, ?2 id or 0
-- gives: as read by of_row()      the earliest period first
SELECT id, year, number, service, creditor, debtor, pence, reference, paid_on, reverses,
       recorded_at, recorded_by, state, ended_at, ended_by, ended_why
  FROM on_account WHERE (year = ?1 OR ?1 = '') AND (id = ?2 OR CAST(?2 AS BIGINT) = 0)
 ORDER BY number, id LIMIT 2000;

-- name: on_account_add
-- takes: ?1 year, ?2 number, ?3 service, ?4 creditor, ?5 debtor, ?6 pence, ?7 reference,
--        ?8 paid_on, ?9 reverses or NULL, ?10 now, ?11 login
-- gives: id
INSERT INTO on_account (year, number, service, creditor, debtor, pence, reference, paid_on,
                        reverses, recorded_at, recorded_by, state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'waiting') RETURNING id;

-- name: on_account_end
-- takes: ?1 id, ?2 state, ?3 now, ?4 council, ?5 login, ?6 why or NULL      changes one row, or none
UPDATE on_account SET state = ?2, ended_at = ?3, ended_for = ?4, ended_by = ?5, ended_why = ?6
 WHERE id = ?1 AND state = 'waiting';

-- name: on_account_billed
-- takes: ?1 year, ?2 the last number
-- gives: service, code of the debtor, pence      of what was confirmed
SELECT a.service, c.code, CAST(SUM(a.pence) AS BIGINT)
  FROM on_account a JOIN council c ON c.id = a.debtor
 WHERE a.year = ?1 AND a.number <= ?2 AND a.state = 'confirmed'
 GROUP BY a.service, c.code ORDER BY a.service, c.code;
