-- Views that people keep. ?1 is the council acted for, ?2 the account.

-- name: saved_view_list
-- takes: ?1 council, ?2 account, ?3 register or ''
-- gives: id, register, name, query, shared, own, made_by
SELECT id, register, name, query, shared, account = ?2, made_by FROM saved_view
 WHERE council = ?1 AND (account = ?2 OR shared) AND (register = ?3 OR CAST(?3 AS TEXT) = '')
 ORDER BY register, name, id;

-- name: saved_view_replaced
-- takes: ?1 council, ?2 account, ?3 register, ?4 name      takes away one row, or none
DELETE FROM saved_view WHERE council = ?1 AND account = ?2 AND register = ?3 AND name = ?4;

-- name: saved_view_add
-- takes: ?1 council, ?2 account, ?3 register, ?4 name, ?5 made_by, ?6 query, ?7 shared, ?8 made_at
-- gives: id
INSERT INTO saved_view (council, account, register, name, made_by, query, shared, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id;

-- name: saved_view_drop
-- takes: ?1 council, ?2 account, ?3 id      takes away one row, or none
DELETE FROM saved_view WHERE council = ?1 AND account = ?2 AND id = ?3;
