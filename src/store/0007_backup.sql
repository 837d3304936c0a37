-- Which backups were made of this store. A row is written when the backup stands, so the backup
-- itself does not have it.
CREATE TABLE backup (
    id              @id,
    made_at         @int64 NOT NULL,        -- milliseconds since 1970, UTC
    manifest_sha256 TEXT NOT NULL,
    bytes           @int64 NOT NULL,
    place           TEXT NOT NULL,          -- where, in words
    CONSTRAINT backup_manifest_sha256_key UNIQUE (manifest_sha256),
    CONSTRAINT backup_manifest_sha256 CHECK (length(manifest_sha256) = 64),
    CONSTRAINT backup_bytes CHECK (bytes > 0),
    CONSTRAINT backup_place CHECK (length(place) BETWEEN 1 AND 200)
);
