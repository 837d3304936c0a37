-- Queries of council.c.

-- name: identity_read
-- gives: store, server_key; one row
SELECT store, server_key FROM store_identity ORDER BY id;

-- name: identity_add
-- takes: ?1 store, ?2 made_at, ?3 server_key
INSERT INTO store_identity (id, store, made_at, server_key) VALUES (1, ?1, ?2, ?3);

-- name: councils
-- gives: id, code, name
SELECT id, code, name FROM council ORDER BY id;

-- name: council_of_code
-- takes: ?1 code      gives: id, code, name
SELECT id, code, name FROM council WHERE code = ?1 ORDER BY id;

-- name: council_add
-- takes: ?1 id, ?2 code, ?3 name
INSERT INTO council (id, code, name) VALUES (?1, ?2, ?3);

-- name: council_keys
-- gives: council, public_key; the newest of a council first
SELECT council, public_key FROM council_key ORDER BY council, id DESC;

-- name: council_key_add
-- takes: ?1 council, ?2 public_key, ?3 added_at
INSERT INTO council_key (council, public_key, added_at) VALUES (?1, ?2, ?3);
