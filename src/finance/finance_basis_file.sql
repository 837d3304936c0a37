-- Files of basis values. ?1 is the council acted for.

-- name: basis_file_find
-- takes: ?2 evidence
-- gives: id
SELECT id FROM basis_file WHERE council = ?1 AND evidence = ?2 ORDER BY id;

-- name: basis_file_add
-- takes: ?2 evidence, ?3 basis, ?4 now, ?5 login
-- gives: id
INSERT INTO basis_file (council, evidence, basis, words, control, given, counted, left_out,
                        made_at, made_by)
VALUES (?1, ?2, ?3, '', '', '', 0, 0, ?4, ?5) RETURNING id;

-- name: basis_file_keep
-- takes: ?2 id, ?3 words, ?4 control, ?5 given, ?6 counted, ?7 left_out, ?8 now or NULL, ?9 login
--        or NULL
UPDATE basis_file SET words = ?3, control = ?4, given = ?5, counted = ?6, left_out = ?7,
       read_at = ?8, read_by = ?9
 WHERE council = ?1 AND id = ?2;

-- name: basis_file_list
-- takes: ?2 id or 0
-- gives: as read by of_row()      the newest first
SELECT f.id, f.evidence, e.name, f.basis, f.words, f.control, f.given, f.counted, f.left_out,
       f.made_at, f.made_by, f.read_at, f.read_by
  FROM basis_file f LEFT JOIN evidence e ON e.id = f.evidence AND e.council = f.council
 WHERE f.council = ?1 AND (f.id = ?2 OR CAST(?2 AS BIGINT) = 0) ORDER BY f.id DESC LIMIT 200;
