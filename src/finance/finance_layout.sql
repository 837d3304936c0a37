-- name: journal_layout_list
-- takes: ?1 council
-- gives: id, system, version, made_at, made_by, words
SELECT id, system, version, made_at, made_by, words FROM journal_layout
 WHERE council = ?1 ORDER BY id DESC;

-- name: journal_layout_read
-- takes: ?1 council, ?2 id
-- gives: id, system, version, made_at, made_by, words
SELECT id, system, version, made_at, made_by, words FROM journal_layout
 WHERE council = ?1 AND id = ?2 ORDER BY id;

-- name: journal_layout_add
-- takes: ?1 council, ?2 system, ?3 words, ?4 now, ?5 login
-- gives: id
INSERT INTO journal_layout (council, system, version, words, made_at, made_by)
VALUES (?1, ?2, 1 + COALESCE((SELECT MAX(version) FROM journal_layout
                               WHERE council = ?1 AND system = ?2), 0), ?3, ?4, ?5)
RETURNING id;
