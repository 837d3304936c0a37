-- What the store itself needs: which migrations it has been through, and what a writer locks.

CREATE TABLE schema_migration (
    version    @id,
    name       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    applied_at @int64 NOT NULL,     -- milliseconds since 1970, UTC
    CONSTRAINT schema_migration_version CHECK (version > 0),
    CONSTRAINT schema_migration_sha256 CHECK (length(sha256) = 64)
);

-- Never holds a row. On PostgreSQL every write locks it first, so that there is one writer; an
-- advisory lock would need a SELECT, which fixes what a serializable transaction sees before it
-- has waited. SQLite has one writer anyway.
CREATE TABLE store_writer (
    held @int64
);
