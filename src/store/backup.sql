-- Queries of backup*.c.

-- name: trail_hash_at
-- takes: ?1 an entry's number      gives: its hash; one row
SELECT hash FROM trail_entry WHERE sequence = ?1;

-- name: backup_add
-- takes: ?1 made_at, ?2 manifest_sha256, ?3 bytes, ?4 place
INSERT INTO backup (made_at, manifest_sha256, bytes, place) VALUES (?1, ?2, ?3, ?4);

-- name: backup_newest
-- gives: when the last backup was made; one row, or none
SELECT made_at FROM backup ORDER BY made_at DESC LIMIT 1;
