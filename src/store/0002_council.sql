-- The councils that share this store, and which store it is.

-- One row: who this store is. Its id goes into every hash of the trail and every checkpoint, so
-- that nothing of one store can be passed off as another's.
CREATE TABLE store_identity (
    id         @id,
    store      TEXT NOT NULL,           -- 32 hex digits, random
    made_at    @int64 NOT NULL,         -- milliseconds since 1970, UTC
    server_key TEXT NOT NULL,           -- the server's public key, as minisign writes it: one line
    sample     @bool NOT NULL DEFAULT FALSE,    -- nothing in it is real, and every page says so
    CONSTRAINT store_identity_one CHECK (id = 1),
    CONSTRAINT store_identity_store CHECK (length(store) = 32)
);

-- A partner of the shared service. Its code is the one of partners.csv (docs/engine.md, 2).
CREATE TABLE council (
    id   @id,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT council_code_key UNIQUE (code),
    CONSTRAINT council_code CHECK (length(code) BETWEEN 1 AND 32),
    CONSTRAINT council_name CHECK (length(name) BETWEEN 1 AND 200)
);

-- The key with which a council cosigns checkpoints of the trail, away from the server. The row
-- with the highest number is in force; earlier ones say with what was signed before.
CREATE TABLE council_key (
    id         @id,
    council    @int64 NOT NULL REFERENCES council (id),
    public_key TEXT NOT NULL,           -- one line, as minisign writes it
    added_at   @int64 NOT NULL,
    CONSTRAINT council_key_public_key_key UNIQUE (public_key)
);
