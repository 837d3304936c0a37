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

-- name: trail_last_sequence
-- gives: the highest sequence of an entry, or 0; one row
SELECT COALESCE(max(sequence), 0) FROM trail_entry;

-- name: trail_hashes
-- takes: ?1 and ?2 first and last sequence
-- gives: sequence, content, hash
SELECT sequence, content, hash FROM trail_entry
 WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence;

-- name: trail_texts
-- takes: ?1 and ?2 first and last sequence, ?3 whose right it is to read, or 0, ?4 at most
-- gives: sequence, council, shared, text
SELECT sequence, council, shared, text FROM trail_text
 WHERE sequence BETWEEN ?1 AND ?2
   AND (council IS NULL OR council = ?3 OR (shared AND ?3 > 0))
 ORDER BY sequence LIMIT ?4;

-- name: trail_openings
-- takes: ?1 and ?2 first and last sequence, ?3 whose right it is to read, or 0
-- gives: sequence, field, council, shared, subject_kind, subject_id, salt, text
SELECT sequence, field, council, shared, subject_kind, subject_id, salt, text FROM trail_opening
 WHERE sequence BETWEEN ?1 AND ?2
   AND (council IS NULL OR council = ?3 OR (shared AND ?3 > 0))
 ORDER BY sequence, field;

-- name: trail_checkpoint_add
-- takes: ?1 size, ?2 text
INSERT INTO trail_checkpoint (size, text) VALUES (?1, ?2);

-- name: trail_signature_add
-- takes: ?1 size, ?2 signer, ?3 signature
INSERT INTO trail_signature (size, signer, signature) VALUES (?1, ?2, ?3);

-- name: trail_checkpoint_from
-- takes: ?1 the least size
-- gives: size, text
SELECT size, text FROM trail_checkpoint WHERE size >= ?1 ORDER BY size LIMIT 1;

-- name: trail_checkpoint_newest
-- gives: size, or 0; one row
SELECT COALESCE(max(size), 0) FROM trail_checkpoint;

-- name: trail_cosigned_newest
-- gives: size of the last one that a council signed, or 0; one row
SELECT COALESCE(max(size), 0) FROM trail_signature WHERE signer <> 'server';

-- name: trail_signatures
-- takes: ?1 size
-- gives: signer, signature; the server's first
SELECT signer, signature FROM trail_signature WHERE size = ?1
 ORDER BY CASE WHEN signer = 'server' THEN 0 ELSE 1 END, signer;

-- name: trail_council_keys
-- takes: ?1 council
-- gives: public key; the one in force first
SELECT public_key FROM council_key WHERE council = ?1 ORDER BY id DESC;
