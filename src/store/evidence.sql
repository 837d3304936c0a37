-- Kept files: evidence_intake.c, evidence_open.c, evidence_erase.c, evidence_audit.c. ?1 is the
-- council in all of them.

-- name: evidence_intake_add
-- takes: ?1 council, ?2 id, ?3 moment, ?4 ended
INSERT INTO evidence_intake (council, id, begun_at, progress_at, ended)
VALUES (?1, ?2, ?3, ?3, ?4);

-- name: evidence_intake_live
-- takes: ?1 council, ?2 id, ?3 moment
UPDATE evidence_intake SET progress_at = ?3 WHERE council = ?1 AND id = ?2 AND NOT ended;

-- name: evidence_intake_end
-- takes: ?1 council, ?2 id
UPDATE evidence_intake SET ended = TRUE WHERE council = ?1 AND id = ?2 AND NOT ended;

-- name: evidence_intakes_end
-- takes: ?1 council, ?2 moment: those without a sign of life since
UPDATE evidence_intake SET ended = TRUE WHERE council = ?1 AND progress_at < ?2 AND NOT ended;

-- name: evidence_intake_ended
-- gives: id
SELECT id FROM evidence_intake WHERE council = ?1 AND ended ORDER BY id LIMIT 1;

-- name: evidence_intake_remove
-- takes: ?1 council, ?2 id
DELETE FROM evidence_intake WHERE council = ?1 AND id = ?2;

-- name: evidence_intake_ended_remove
-- takes: ?1 council, ?2 id
DELETE FROM evidence_intake WHERE council = ?1 AND id = ?2 AND ended;

-- name: evidence_chunk_add
-- takes: ?1 council, ?2 file, ?3 part, ?4 number, ?5 bytes
INSERT INTO evidence_chunk (council, evidence, part, number, bytes)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: evidence_chunk_sizes
-- takes: ?1 council, ?2 file, ?3 part, ?4 from number, ?5 to below      gives: number, size
SELECT number, length(bytes) FROM evidence_chunk
 WHERE council = ?1 AND evidence = ?2 AND part = ?3 AND number >= ?4 AND number < ?5
 ORDER BY number;

-- name: evidence_chunks
-- takes: as evidence_chunk_sizes      gives: number, bytes
SELECT number, bytes FROM evidence_chunk
 WHERE council = ?1 AND evidence = ?2 AND part = ?3 AND number >= ?4 AND number < ?5
 ORDER BY number;

-- name: evidence_chunks_remove
-- takes: ?1 council, ?2 id of an intake that has ended, ?3 how many at most
DELETE FROM evidence_chunk WHERE council = ?1 AND evidence = ?2 AND (part, number) IN
    (SELECT part, number FROM evidence_chunk
      WHERE council = ?1 AND evidence = ?2
        AND EXISTS (SELECT 1 FROM evidence_intake WHERE council = ?1 AND id = ?2 AND ended)
      ORDER BY part, number LIMIT ?3);

-- name: evidence_chunk_totals
-- takes: ?1 council, ?2 file      gives: part, chunks, bytes
SELECT part, count(*), CAST(sum(length(bytes)) AS BIGINT) FROM evidence_chunk
 WHERE council = ?1 AND evidence = ?2 GROUP BY part ORDER BY part;

-- name: evidence_chunk_stray
-- gives: file      of a chunk that belongs to nothing
SELECT evidence FROM evidence_chunk
 WHERE council = ?1
   AND NOT EXISTS (SELECT 1 FROM evidence
                    WHERE id = evidence_chunk.evidence AND council = ?1 AND erased_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM evidence_intake
                    WHERE id = evidence_chunk.evidence AND council = ?1)
 ORDER BY evidence LIMIT 1;

-- name: evidence_insert
-- takes: ?1 council, then the columns in their order
INSERT INTO evidence (council, id, sha256, kind, name, media, personal, size, lines, head,
                      index_size, wrapped_key, taken_at, taken_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: evidence_same
-- takes: ?1 council, ?2 sha256      gives: id of the file that is there, one row
SELECT id FROM evidence WHERE council = ?1 AND sha256 = ?2 AND erased_at IS NULL;

-- name: evidence_get
-- takes: ?1 council, ?2 id      gives: one row
SELECT sha256, kind, name, media, personal, size, lines, head, index_size, wrapped_key, taken_at,
       taken_by, erased_at
  FROM evidence WHERE council = ?1 AND id = ?2;

-- name: evidence_behind
-- takes: ?1 council, ?2 id      gives: id of the next file
SELECT id FROM evidence WHERE council = ?1 AND id > ?2 ORDER BY id LIMIT 1;

-- name: evidence_erase
-- takes: ?1 council, ?2 id, ?3 the key's zeros, ?4 moment
UPDATE evidence SET wrapped_key = ?3, name = '', erased_at = ?4
 WHERE council = ?1 AND id = ?2 AND erased_at IS NULL;

-- name: evidence_file_behind
-- takes: ?1 council, ?2 id, ?3 a media type that is left out      gives: id of the next file
SELECT id FROM evidence
 WHERE council = ?1 AND id > ?2 AND erased_at IS NULL AND media <> ?3 ORDER BY id LIMIT 1;

-- name: evidence_file_bytes
-- takes: ?1 council, ?2 a media type that is left out      gives: one row
SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM evidence
 WHERE council = ?1 AND erased_at IS NULL AND media <> ?2;

-- name: evidence_outdated
-- takes: ?1 council, ?2 media type, ?3 moment      gives: id of a file that was taken in before
SELECT id FROM evidence
 WHERE council = ?1 AND media = ?2 AND taken_at < ?3 AND erased_at IS NULL ORDER BY id LIMIT 1;
