-- Kept files as pages list them, and what they belong to. ?1 is the council that asks.

-- name: evidence_newest
-- takes: ?1 council, ?2 taken_at, ?3 id: only files before that one, ?4 rows
-- gives: id, name, media, personal, size, sha256, taken_at, taken_by, erased
SELECT id, name, media, personal, size, sha256, taken_at, taken_by, erased_at IS NOT NULL
  FROM evidence
 WHERE council = ?1 AND (taken_at < ?2 OR (taken_at = ?2 AND id < ?3))
 ORDER BY taken_at DESC, id DESC LIMIT ?4;

-- name: evidence_link_add
-- takes: ?1 council, ?2 partners, ?3 evidence, ?4 subject_kind, ?5 subject_id, ?6 moment, ?7 by
INSERT INTO evidence_link (council, partners, evidence, subject_kind, subject_id, made_at, made_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: evidence_link_there
-- takes: ?1 council, ?2 evidence, ?3 subject_kind, ?4 subject_id      gives: 1; at most one row
SELECT 1 FROM evidence_link
 WHERE council = ?1 AND evidence = ?2 AND subject_kind = ?3 AND subject_id = ?4
   AND ended_at IS NULL ORDER BY id;

-- name: evidence_link_end
-- takes: ?1 council, ?2 evidence, ?3 subject_kind, ?4 subject_id, ?5 moment, ?6 by
UPDATE evidence_link SET ended_at = ?5, ended_by = ?6
 WHERE council = ?1 AND evidence = ?2 AND subject_kind = ?3 AND subject_id = ?4
   AND ended_at IS NULL;

-- name: evidence_links_of_subject
-- takes: ?1 council that asks, ?2 subject_kind, ?3 subject_id
-- gives: council, evidence, partners, subject_kind, subject_id, made_at, made_by; as they came
SELECT council, evidence, partners, subject_kind, subject_id, made_at, made_by
  FROM evidence_link
 WHERE subject_kind = ?2 AND subject_id = ?3 AND ended_at IS NULL AND (council = ?1
       OR partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%')
 ORDER BY id;

-- name: evidence_links_of_file
-- takes: ?1 council that asks, ?2 evidence      gives: as evidence_links_of_subject
SELECT council, evidence, partners, subject_kind, subject_id, made_at, made_by
  FROM evidence_link
 WHERE evidence = ?2 AND ended_at IS NULL AND (council = ?1
       OR partners LIKE '%,' || CAST(CAST(?1 AS BIGINT) AS TEXT) || ',%')
 ORDER BY id;
