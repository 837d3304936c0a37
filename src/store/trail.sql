-- Queries of trail_log.c and its like.

-- name: trail_head_of
-- takes: ?1 the council acted for, or 0
-- gives: the store, its code, size, last, tree; one row
SELECT store_identity.store, council.code, trail_head.size, trail_head.last, trail_head.tree
  FROM store_identity LEFT JOIN trail_head ON trail_head.id = 1
       LEFT JOIN council ON council.id = ?1
 WHERE store_identity.id = 1;

-- name: trail_head_put
-- takes: ?1 size, ?2 last, ?3 tree
INSERT INTO trail_head (id, size, last, tree) VALUES (1, ?1, ?2, ?3)
    ON CONFLICT (id) DO UPDATE
   SET size = excluded.size, last = excluded.last, tree = excluded.tree;

-- name: trail_entry_add
-- takes: ?1 sequence, ?2 content, ?3 hash
INSERT INTO trail_entry (sequence, content, hash) VALUES (?1, ?2, ?3);

-- name: trail_text_add
-- takes: ?1 sequence, ?2 council, ?3 shared, ?4 text
INSERT INTO trail_text (sequence, council, shared, text) VALUES (?1, ?2, ?3, ?4);

-- name: trail_opening_add
-- takes: ?1 sequence, ?2 field, ?3 council, ?4 shared, ?5 and ?6 subject, ?7 salt, ?8 text
INSERT INTO trail_opening (sequence, field, council, shared, subject_kind, subject_id, salt, text)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: trail_openings_erase
-- takes: ?1 and ?2 subject, ?3 council
DELETE FROM trail_opening
 WHERE subject_kind = ?1 AND subject_id = ?2 AND council IS NOT DISTINCT FROM ?3;
