-- Queries of health.c.

-- name: health_version
-- gives: the engine's version; one row
SELECT sqlite_version();

-- name: health_version/pg
SELECT current_setting('server_version');

-- name: health_safety
-- gives: fsync, full_page_writes, synchronous_commit ("on" or not), whether this role may do
-- everything, whether it passes row-level rights; one row
SELECT 'on', 'on', 'on', 0, 0;

-- name: health_safety/pg
SELECT current_setting('fsync'), current_setting('full_page_writes'),
       current_setting('synchronous_commit'), CAST(CAST(rolsuper AS INTEGER) AS BIGINT),
       CAST(CAST(rolbypassrls AS INTEGER) AS BIGINT)
  FROM pg_catalog.pg_roles WHERE rolname = current_user ORDER BY rolname;
