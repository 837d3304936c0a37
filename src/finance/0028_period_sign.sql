-- How a period comes to be locked: each council's signature under one run, and the lock.

-- What a council's part of a period was made of, as one sum: so that a change undoes what was
-- signed, and nothing else does. (finance_standing.c)
ALTER TABLE period_standing ADD COLUMN inputs TEXT NOT NULL DEFAULT '';

-- Why something was still taken in or mapped while a period of the year was closed softly.
ALTER TABLE ledger_import ADD COLUMN late_why TEXT
    CONSTRAINT ledger_import_late_why CHECK (length(late_why) BETWEEN 1 AND 1000);
ALTER TABLE money_map ADD COLUMN late_why TEXT
    CONSTRAINT money_map_late_why CHECK (length(late_why) BETWEEN 1 AND 1000);

-- A council says that it has no lines in a period: then none are waited for.
CREATE TABLE period_nothing (
    year    TEXT NOT NULL,
    number  @int64 NOT NULL,
    council @int64 NOT NULL REFERENCES council (id),
    said_at @int64 NOT NULL,            -- milliseconds since 1970, UTC, as all times
    said_by TEXT NOT NULL,
    CONSTRAINT period_nothing_pkey PRIMARY KEY (year, number, council),
    CONSTRAINT period_nothing_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES joint_period (year, number),
    CONSTRAINT period_nothing_said_by CHECK (length(said_by) BETWEEN 1 AND 64)
);

-- A council's signature under a run of a period. It stands until it is undone; undone it stays, to
-- be read.
CREATE TABLE period_signature (
    id         @id,
    year       TEXT NOT NULL,
    number     @int64 NOT NULL,
    council    @int64 NOT NULL REFERENCES council (id),
    run        @int64 NOT NULL REFERENCES money_run (id),
    outputs    TEXT NOT NULL,           -- the sum of the run's outputs (run_sum()): what was signed
    account    @int64 NOT NULL REFERENCES account (id),
    login      TEXT NOT NULL,
    signed_at  @int64 NOT NULL,
    undone_at  @int64,
    undone_for @int64 REFERENCES council (id),
    undone_by  TEXT,
    undone_why TEXT,
    CONSTRAINT period_signature_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES joint_period (year, number),
    CONSTRAINT period_signature_outputs CHECK (length(outputs) = 64),
    CONSTRAINT period_signature_login CHECK (length(login) BETWEEN 1 AND 64),
    CONSTRAINT period_signature_undone CHECK ((undone_at IS NULL) = (undone_for IS NULL)
        AND (undone_at IS NULL) = (undone_by IS NULL)
        AND (undone_at IS NULL) = (undone_why IS NULL)),
    CONSTRAINT period_signature_undone_by CHECK (length(undone_by) BETWEEN 1 AND 64),
    CONSTRAINT period_signature_undone_why CHECK (length(undone_why) BETWEEN 1 AND 1000)
);

-- One of each council stands; and nobody signs for two.
CREATE UNIQUE INDEX period_signature_year_number_council_key
    ON period_signature (year, number, council) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX period_signature_year_number_account_key
    ON period_signature (year, number, account) WHERE undone_at IS NULL;

-- A period that is locked, and the run whose bill stands from then on.
CREATE TABLE period_lock (
    year       TEXT NOT NULL,
    number     @int64 NOT NULL,
    run        @int64 NOT NULL REFERENCES money_run (id),
    outputs    TEXT NOT NULL,
    locked_at  @int64 NOT NULL,
    locked_for @int64 NOT NULL REFERENCES council (id),     -- whose signature was the last
    locked_by  TEXT NOT NULL,
    job        @int64,                  -- that makes the bundle
    CONSTRAINT period_lock_pkey PRIMARY KEY (year, number),
    CONSTRAINT period_lock_run_key UNIQUE (run),
    CONSTRAINT period_lock_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES joint_period (year, number),
    CONSTRAINT period_lock_locked_by CHECK (length(locked_by) BETWEEN 1 AND 64)
);

-- What became of a locked period's bundle: each council's copy, kept as its evidence, of the same
-- bytes.
CREATE TABLE period_bundle (
    year     TEXT NOT NULL,
    number   @int64 NOT NULL,
    council  @int64 NOT NULL REFERENCES council (id),
    evidence TEXT NOT NULL,             -- REFERENCES evidence, which the partner does not see
    sha256   TEXT NOT NULL,
    digest   TEXT NOT NULL,             -- BLAKE2b-512: what is signed (formats/minisign.h)
    bytes    @int64 NOT NULL,
    made_at  @int64 NOT NULL,
    CONSTRAINT period_bundle_pkey PRIMARY KEY (year, number, council),
    CONSTRAINT period_bundle_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES period_lock (year, number),
    CONSTRAINT period_bundle_sha256 CHECK (length(sha256) = 64),
    CONSTRAINT period_bundle_digest CHECK (length(digest) = 128)
);

-- A council's signature under the bundle, made with its own key on a machine of its own.
CREATE TABLE period_bundle_signature (
    year      TEXT NOT NULL,
    number    @int64 NOT NULL,
    council   @int64 NOT NULL REFERENCES council (id),
    key       TEXT NOT NULL,            -- the public key, one of the council's (council_key)
    signature TEXT NOT NULL,            -- the .minisig file
    taken_at  @int64 NOT NULL,
    taken_by  TEXT NOT NULL,
    CONSTRAINT period_bundle_signature_pkey PRIMARY KEY (year, number, council),
    CONSTRAINT period_bundle_signature_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES period_lock (year, number),
    CONSTRAINT period_bundle_signature_signature CHECK (length(signature) BETWEEN 1 AND 16384),
    CONSTRAINT period_bundle_signature_taken_by CHECK (length(taken_by) BETWEEN 1 AND 64)
);

-- An auditor's (or anybody's) request to work a locked period out again, and what came of it.
CREATE TABLE period_recount (
    id       @id,
    year     TEXT NOT NULL,
    number   @int64 NOT NULL,
    council  @int64 NOT NULL REFERENCES council (id),       -- asked for
    asked_at @int64 NOT NULL,
    asked_by TEXT NOT NULL,
    job      @int64 NOT NULL,
    same     @bool,                     -- NULL: not ended yet
    outcome  TEXT NOT NULL,
    CONSTRAINT period_recount_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES period_lock (year, number),
    CONSTRAINT period_recount_asked_by CHECK (length(asked_by) BETWEEN 1 AND 64),
    CONSTRAINT period_recount_outcome CHECK (length(outcome) <= 1000)
);

-- The laws, on both engines the same:
--   a period is signed while it is not locked, under a closed run of its own ledger, through this
--   very period, the last word on it, that somebody else has begun, or came to the same;
--   a signature is only ever undone, and while the period is not locked; none is deleted;
--   a period is locked when a signature of every council stands under one run, with one sum, and
--   every earlier period of the year is locked; a lock stays;
--   a period's state becomes 'locked' with its lock, never without.

-- only: sqlite
CREATE TRIGGER period_signature_comes BEFORE INSERT ON period_signature
WHEN NOT (NEW.undone_at IS NULL
    AND EXISTS (SELECT 1 FROM joint_period p WHERE p.year = NEW.year AND p.number = NEW.number
                   AND p.state <> 'locked')
    AND EXISTS (SELECT 1 FROM money_run r WHERE r.id = NEW.run AND r.year = NEW.year
                   AND r.through = NEW.number AND r.book = 'ledger' AND r.state = 'closed')
    AND EXISTS (SELECT 1 FROM money_run r WHERE (r.id = NEW.run OR r.same_as = NEW.run)
                   AND r.made_by <> NEW.login)
    AND NEW.run = (SELECT COALESCE(r.same_as, r.id) FROM money_run r
                    WHERE r.year = NEW.year AND r.through = NEW.number AND r.book = 'ledger'
                      AND r.state <> 'failed' ORDER BY r.id DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'a period is not signed so'); END;

-- only: sqlite
CREATE TRIGGER period_signature_goes BEFORE UPDATE ON period_signature
WHEN NOT ((NEW.id, NEW.year, NEW.number, NEW.council, NEW.run, NEW.outputs, NEW.account,
           NEW.login, NEW.signed_at)
       IS (OLD.id, OLD.year, OLD.number, OLD.council, OLD.run, OLD.outputs, OLD.account,
           OLD.login, OLD.signed_at)
    AND OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM joint_period p WHERE p.year = NEW.year AND p.number = NEW.number
                   AND p.state <> 'locked'))
BEGIN SELECT RAISE(ABORT, 'a signature is undone, or stays'); END;

-- only: sqlite
CREATE TRIGGER period_signature_stays BEFORE DELETE ON period_signature
BEGIN SELECT RAISE(ABORT, 'a signature is never deleted'); END;

-- only: sqlite
CREATE TRIGGER period_lock_comes BEFORE INSERT ON period_lock
WHEN NOT ((SELECT count(*) FROM period_signature s
            WHERE s.year = NEW.year AND s.number = NEW.number AND s.run = NEW.run
              AND s.outputs = NEW.outputs AND s.undone_at IS NULL)
          = (SELECT count(*) FROM council)
    AND NOT EXISTS (SELECT 1 FROM joint_period p WHERE p.year = NEW.year
                       AND p.number < NEW.number AND p.state <> 'locked')
    AND NEW.run = (SELECT COALESCE(r.same_as, r.id) FROM money_run r
                    WHERE r.year = NEW.year AND r.through = NEW.number AND r.book = 'ledger'
                      AND r.state <> 'failed' ORDER BY r.id DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'a period is not locked so'); END;

-- only: sqlite
CREATE TRIGGER period_lock_is_kept BEFORE UPDATE ON period_lock
BEGIN SELECT RAISE(ABORT, 'a lock stays as it is'); END;
-- only: sqlite
CREATE TRIGGER period_lock_stays BEFORE DELETE ON period_lock
BEGIN SELECT RAISE(ABORT, 'a lock stays as it is'); END;

-- only: sqlite
CREATE TRIGGER joint_period_is_locked BEFORE UPDATE ON joint_period
WHEN NEW.state = 'locked' AND NOT EXISTS (SELECT 1 FROM period_lock l
                                           WHERE l.year = NEW.year AND l.number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a period is locked by two signatures'); END;

-- only: sqlite
CREATE TRIGGER period_bundle_is_kept BEFORE UPDATE ON period_bundle
BEGIN SELECT RAISE(ABORT, 'a bundle stays as it is'); END;
-- only: sqlite
CREATE TRIGGER period_bundle_stays BEFORE DELETE ON period_bundle
BEGIN SELECT RAISE(ABORT, 'a bundle stays as it is'); END;
-- only: sqlite
CREATE TRIGGER period_bundle_signature_is_kept BEFORE UPDATE ON period_bundle_signature
BEGIN SELECT RAISE(ABORT, 'a signature stays as it is'); END;
-- only: sqlite
CREATE TRIGGER period_bundle_signature_stays BEFORE DELETE ON period_bundle_signature
BEGIN SELECT RAISE(ABORT, 'a signature stays as it is'); END;

-- only: postgres
CREATE FUNCTION period_signature_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM joint_period p WHERE p.year = NEW.year
                                        AND p.number = NEW.number AND p.state <> 'locked') THEN
        IF TG_OP = 'INSERT' THEN
            IF NEW.undone_at IS NULL
               AND EXISTS (SELECT 1 FROM money_run r WHERE r.id = NEW.run AND r.year = NEW.year
                              AND r.through = NEW.number AND r.book = 'ledger'
                              AND r.state = 'closed')
               AND EXISTS (SELECT 1 FROM money_run r
                            WHERE (r.id = NEW.run OR r.same_as = NEW.run)
                              AND r.made_by <> NEW.login)
               AND NEW.run = (SELECT COALESCE(r.same_as, r.id) FROM money_run r
                               WHERE r.year = NEW.year AND r.through = NEW.number
                                 AND r.book = 'ledger' AND r.state <> 'failed'
                               ORDER BY r.id DESC LIMIT 1) THEN
                RETURN NEW;
            END IF;
        ELSIF ROW(NEW.id, NEW.year, NEW.number, NEW.council, NEW.run, NEW.outputs, NEW.account,
                  NEW.login, NEW.signed_at)
              IS NOT DISTINCT FROM
              ROW(OLD.id, OLD.year, OLD.number, OLD.council, OLD.run, OLD.outputs, OLD.account,
                  OLD.login, OLD.signed_at)
              AND OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a period is not signed so'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'period_signature_law';
END $$;

-- only: postgres
CREATE TRIGGER period_signature_law BEFORE UPDATE OR DELETE OR INSERT ON period_signature
    FOR EACH ROW EXECUTE FUNCTION period_signature_law();

-- only: postgres
CREATE FUNCTION period_lock_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (SELECT count(*) FROM period_signature s
             WHERE s.year = NEW.year AND s.number = NEW.number AND s.run = NEW.run
               AND s.outputs = NEW.outputs AND s.undone_at IS NULL)
           = (SELECT count(*) FROM council)
           AND NOT EXISTS (SELECT 1 FROM joint_period p WHERE p.year = NEW.year
                              AND p.number < NEW.number AND p.state <> 'locked')
           AND NEW.run = (SELECT COALESCE(r.same_as, r.id) FROM money_run r
                           WHERE r.year = NEW.year AND r.through = NEW.number
                             AND r.book = 'ledger' AND r.state <> 'failed'
                           ORDER BY r.id DESC LIMIT 1) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a period is not locked so'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'period_lock_law';
END $$;

-- only: postgres
CREATE TRIGGER period_lock_law BEFORE UPDATE OR DELETE OR INSERT ON period_lock
    FOR EACH ROW EXECUTE FUNCTION period_lock_law();

-- only: postgres
CREATE FUNCTION joint_period_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'locked' AND NOT EXISTS (SELECT 1 FROM period_lock l
                                             WHERE l.year = NEW.year AND l.number = NEW.number)
    THEN
        RAISE EXCEPTION 'a period is locked by two signatures'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'joint_period_is_locked';
    END IF;
    RETURN NEW;
END $$;

-- only: postgres
CREATE TRIGGER joint_period_is_locked BEFORE UPDATE ON joint_period
    FOR EACH ROW EXECUTE FUNCTION joint_period_is_locked();

-- These rows are both councils': each reads them all, and writes in its own name alone; what a
-- signature stood for is gone by whichever council's doing, so either may undo it.

-- only: postgres
ALTER TABLE period_nothing ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE period_nothing FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY period_nothing_read ON period_nothing FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY period_nothing_add ON period_nothing FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY period_nothing_clear ON period_nothing FOR DELETE
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE period_signature ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE period_signature FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY period_signature_read ON period_signature FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY period_signature_add ON period_signature FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY period_signature_undo ON period_signature FOR UPDATE
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0)
    WITH CHECK (current_setting('ochil.council', true) = CAST(undone_for AS TEXT));

-- only: postgres
ALTER TABLE period_bundle ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE period_bundle FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY period_bundle_read ON period_bundle FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY period_bundle_add ON period_bundle FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE period_bundle_signature ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE period_bundle_signature FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY period_bundle_signature_read ON period_bundle_signature FOR SELECT
    USING (CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT) > 0);
-- only: postgres
CREATE POLICY period_bundle_signature_add ON period_bundle_signature FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE period_recount ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE period_recount FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY period_recount_council ON period_recount
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
