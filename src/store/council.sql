-- Queries of council.c.

-- name: identity_read
-- gives: store, server_key, sample; one row
SELECT store, server_key, sample FROM store_identity ORDER BY id;

-- name: identity_add
-- takes: ?1 store, ?2 made_at, ?3 server_key, ?4 sample
INSERT INTO store_identity (id, store, made_at, server_key, sample) VALUES (1, ?1, ?2, ?3, ?4);

-- name: councils
-- gives: id, code, name
SELECT id, code, name FROM council ORDER BY id;

-- name: council_of_code
-- takes: ?1 code      gives: id, code, name
SELECT id, code, name FROM council WHERE code = ?1 ORDER BY id;

-- name: council_add
-- takes: ?1 id, ?2 code, ?3 name
INSERT INTO council (id, code, name) VALUES (?1, ?2, ?3);

-- name: council_key_list
-- takes: ?1 council      gives: public_key, added_at; the one in force first
SELECT public_key, added_at FROM council_key WHERE council = ?1 ORDER BY id DESC;

-- name: council_key_add
-- takes: ?1 council, ?2 public_key, ?3 added_at
INSERT INTO council_key (council, public_key, added_at) VALUES (?1, ?2, ?3);

-- name: council_key_count
-- takes: ?1 public_key      gives: how many councils have named it; one row
SELECT count(*) FROM council_key WHERE public_key = ?1;
