-- Queries of migrate.c.

-- name: schema_tables
-- gives: how many tables named schema_migration there are; one row
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration';

-- name: schema_tables/pg
SELECT count(*) FROM pg_catalog.pg_class
 WHERE relkind = 'r' AND relname = 'schema_migration' AND pg_catalog.pg_table_is_visible(oid);

-- name: schema_tables_any
-- gives: how many tables there are; one row
SELECT count(*) FROM sqlite_schema WHERE type = 'table';

-- name: schema_tables_any/pg
SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema;

-- name: migrations_applied
-- gives: version, name, sha256
SELECT version, name, sha256 FROM schema_migration ORDER BY version;

-- name: migration_add
-- takes: ?1 version, ?2 name, ?3 sha256, ?4 applied_at
INSERT INTO schema_migration (version, name, sha256, applied_at) VALUES (?1, ?2, ?3, ?4);
