-- Queries of shape.c: which tables there are, whichever features made them.

-- name: shape_columns
-- takes: nothing      gives: table, column, type, place in the key (from 1; 0: none), whether the
-- server counts it up, whether it is never NULL (1 or 0)
-- The key is the primary key, or else the one UNIQUE that the table has.
SELECT t.name, c.name, c.type,
       CASE WHEN EXISTS (SELECT 1 FROM pragma_table_info(t.name) AS p WHERE p.pk > 0) THEN c.pk
            WHEN (SELECT count(*) FROM pragma_index_list(t.name) AS l
                   WHERE l."unique" = 1 AND l.partial = 0) <> 1 THEN 0
            ELSE coalesce((SELECT i.seqno + 1
                             FROM pragma_index_list(t.name) AS l, pragma_index_info(l.name) AS i
                            WHERE l."unique" = 1 AND l.partial = 0 AND i.cid = c.cid), 0) END,
       0, c."notnull" = 1 OR c.pk > 0
  FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
 WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'
 ORDER BY t.name, c.cid;

-- name: shape_columns/pg
SELECT t.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       CAST(coalesce(array_position(CAST(k.indkey AS int2[]), a.attnum) + 1, 0) AS BIGINT),
       CAST(CASE WHEN a.attidentity = '' THEN 0 ELSE 1 END AS BIGINT),
       CAST(CASE WHEN a.attnotnull THEN 1 ELSE 0 END AS BIGINT)
  FROM pg_catalog.pg_class AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = current_schema
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_index AS k ON k.indrelid = t.oid AND k.indisunique AND k.indpred IS NULL
       AND (k.indisprimary OR
            1 = (SELECT count(*) FROM pg_catalog.pg_index AS u
                  WHERE u.indrelid = t.oid AND u.indisunique AND u.indpred IS NULL))
 WHERE t.relkind IN ('r', 'p')
 ORDER BY t.relname, a.attnum;

-- name: shape_references
-- takes: nothing      gives: table, the table that it refers to; not to itself
SELECT DISTINCT t.name, f."table"
  FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f
 WHERE t.type = 'table' AND f."table" <> t.name
 ORDER BY t.name, f."table";

-- name: shape_references/pg
SELECT DISTINCT t.relname, o.relname
  FROM pg_catalog.pg_constraint AS f
  JOIN pg_catalog.pg_class AS t ON t.oid = f.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = current_schema
  JOIN pg_catalog.pg_class AS o ON o.oid = f.confrelid
 WHERE f.contype = 'f' AND f.conrelid <> f.confrelid
 ORDER BY t.relname, o.relname;
