-- Questions. ?1 is the council acted for.

-- name: what_if_list
-- takes: ?2 id or 0      the newest first
-- gives: id, council, run, name, assignments, shared, made_at, made_by
SELECT id, council, run, name, assignments, shared, made_at, made_by FROM what_if
 WHERE (council = ?1 OR shared) AND (id = ?2 OR CAST(?2 AS BIGINT) = 0)
 ORDER BY id DESC LIMIT 200;

-- name: what_if_add
-- takes: ?2 run, ?3 name, ?4 assignments, ?5 now, ?6 login
-- gives: id
INSERT INTO what_if (council, run, name, assignments, shared, made_at, made_by)
VALUES (?1, ?2, ?3, ?4, FALSE, ?5, ?6) RETURNING id;

-- name: what_if_share
-- takes: ?2 id, ?3 shared      changes one row, or none
UPDATE what_if SET shared = ?3 WHERE council = ?1 AND id = ?2;

-- name: what_if_end
-- takes: ?2 id      changes one row, or none
DELETE FROM what_if WHERE council = ?1 AND id = ?2;
