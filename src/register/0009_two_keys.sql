-- What binds several councils, and who has agreed to it: register/two_key_rules.h says what may
-- happen, and what of it can be said to a database is said here again.

-- A proposal. A draft is its council's alone; from `shared` on every council it names sees it.
CREATE TABLE two_key (
    id        @id,
    council   @int64 NOT NULL REFERENCES council (id),      -- that made it
    partners  TEXT NOT NULL,            -- whom it names, lowest first: ",1,2,"
    shared    @bool NOT NULL,
    kind      TEXT NOT NULL,            -- of the subject: "basis"
    subject   TEXT NOT NULL,
    replaces  @int64 REFERENCES two_key (id),   -- the proposal that this one stands for; or NULL
    effective @date NOT NULL,           -- the first day on which it would be in force
    overtakes @bool NOT NULL,           -- it may leave agreed versions no day of their own
    payload   TEXT NOT NULL,            -- what is proposed, JSON; nothing personal
    preparers TEXT NOT NULL,            -- accounts that wrote the draft: ",7,9,"
    state     TEXT NOT NULL,
    version   @int64,                   -- of the subject, in the order of agreement
    agreed_at @int64,                   -- the last key; milliseconds since 1970, UTC, as all times
    made_at   @int64 NOT NULL,
    revision  @int64 NOT NULL,          -- one more with every step
    CONSTRAINT two_key_kind_subject_partners_version_key
        UNIQUE (kind, subject, partners, version),
    CONSTRAINT two_key_kind CHECK (length(kind) BETWEEN 1 AND 64),
    CONSTRAINT two_key_subject CHECK (length(subject) BETWEEN 1 AND 200),
    CONSTRAINT two_key_payload CHECK (length(payload) BETWEEN 1 AND 60000),
    -- 2 to 32 councils stand between 3 to 33 commas.
    CONSTRAINT two_key_partners CHECK (
        length(partners) - length(replace(partners, ',', '')) BETWEEN 3 AND 33
        AND partners LIKE ',%,' AND partners NOT LIKE '%,,%'
        AND partners LIKE '%,' || CAST(council AS TEXT) || ',%'),
    CONSTRAINT two_key_preparers CHECK (preparers LIKE ',_%,' AND length(preparers) <= 1300),
    CONSTRAINT two_key_state CHECK (state IN ('draft', 'proposed', 'agreed', 'returned',
                                              'withdrawn', 'replaced')),
    CONSTRAINT two_key_shared CHECK (CASE state WHEN 'draft' THEN shared = FALSE
                                                WHEN 'withdrawn' THEN TRUE
                                                ELSE shared = TRUE END),
    CONSTRAINT two_key_version CHECK ((state = 'agreed') = (version IS NOT NULL)
                                      AND (state = 'agreed') = (agreed_at IS NOT NULL)),
    CONSTRAINT two_key_revision CHECK (revision > 0)
);
CREATE INDEX two_key_council ON two_key (council, id);

-- A key turned: one council's agreement, with the decision that it rests on.
CREATE TABLE two_key_agreement (
    two_key   @int64 NOT NULL REFERENCES two_key (id),
    council   @int64 NOT NULL REFERENCES council (id),
    partners  TEXT NOT NULL,            -- as in the proposal: who sees this
    shared    @bool NOT NULL,           -- always
    account   @int64 NOT NULL REFERENCES account (id),
    login     TEXT NOT NULL,            -- partners do not see each other's accounts
    agreed_at @int64 NOT NULL,
    body      TEXT NOT NULL,            -- "Clackmannanshire Council"
    decided   @date NOT NULL,
    minute    TEXT NOT NULL,            -- "item 7"
    evidence  TEXT REFERENCES evidence (id),    -- a file of the same council; or NULL
    CONSTRAINT two_key_agreement_pkey PRIMARY KEY (two_key, council),
    CONSTRAINT two_key_agreement_two_key_account_key UNIQUE (two_key, account),
    CONSTRAINT two_key_agreement_shared CHECK (shared = TRUE),
    CONSTRAINT two_key_agreement_body CHECK (length(body) BETWEEN 1 AND 1000),
    CONSTRAINT two_key_agreement_minute CHECK (length(minute) BETWEEN 1 AND 1000),
    CONSTRAINT two_key_agreement_login CHECK (length(login) BETWEEN 1 AND 64)
);

-- What happened to a proposal.
CREATE TABLE two_key_step (
    two_key  @int64 NOT NULL REFERENCES two_key (id),
    revision @int64 NOT NULL,           -- that it made
    council  @int64 NOT NULL REFERENCES council (id),   -- acted for
    partners TEXT NOT NULL,
    shared   @bool NOT NULL,            -- FALSE while it is a draft
    at       @int64 NOT NULL,
    login    TEXT NOT NULL,
    event    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    CONSTRAINT two_key_step_pkey PRIMARY KEY (two_key, revision),
    CONSTRAINT two_key_step_event CHECK (event IN ('prepare', 'change', 'propose', 'agree',
                                                   'complete', 'return', 'withdraw', 'replace')),
    CONSTRAINT two_key_step_login CHECK (length(login) BETWEEN 1 AND 64),
    CONSTRAINT two_key_step_reason CHECK (length(reason) <= 1000
                                          AND (event <> 'return' OR reason <> ''))
);

-- The laws, on both engines the same:
--   a proposal begins as a draft, and its words change only while it is one;
--   who prepared it stays among its preparers;
--   its state goes the ways of two_key_rules.c; it is agreed only with every council's key, as
--   the next version of its subject, and where it overtakes another one it says so;
--   a key is turned while it is proposed, by somebody of a named council who did not prepare it, on
--   a decision not dated after it takes effect, with a file of the same council if any;
--   nothing is deleted, and no agreement or step is changed.

-- only: sqlite
CREATE TRIGGER two_key_begins BEFORE INSERT ON two_key
WHEN NOT (NEW.state = 'draft' AND NEW.revision = 1)
BEGIN SELECT RAISE(ABORT, 'a proposal begins as a draft'); END;

-- only: sqlite
CREATE TRIGGER two_key_goes_on BEFORE UPDATE ON two_key
WHEN NOT ((NEW.id, NEW.council, NEW.partners, NEW.kind, NEW.subject, NEW.replaces, NEW.made_at,
           NEW.revision)
       IS (OLD.id, OLD.council, OLD.partners, OLD.kind, OLD.subject, OLD.replaces, OLD.made_at,
           OLD.revision + 1)
    AND ((OLD.state = 'draft' AND NEW.state = 'draft'
          AND substr(NEW.preparers, 1, length(OLD.preparers)) = OLD.preparers)
      OR ((NEW.effective, NEW.overtakes, NEW.payload, NEW.preparers)
          IS (OLD.effective, OLD.overtakes, OLD.payload, OLD.preparers)
          AND ((OLD.state = 'draft' AND NEW.state IN ('proposed', 'withdrawn')
                AND NEW.shared = (NEW.state = 'proposed'))
            OR (OLD.state = 'proposed' AND NEW.shared
                AND NEW.state IN ('proposed', 'returned', 'withdrawn', 'replaced'))
            OR (OLD.state = 'proposed' AND NEW.state = 'agreed'
                AND (SELECT count(*) FROM two_key_agreement a WHERE a.two_key = NEW.id)
                    = length(NEW.partners) - length(replace(NEW.partners, ',', '')) - 1
                AND NEW.version = 1 + (SELECT coalesce(max(o.version), 0) FROM two_key o
                     WHERE o.kind = NEW.kind AND o.subject = NEW.subject
                       AND o.partners = NEW.partners)
                AND (NEW.overtakes OR NOT EXISTS (SELECT 1 FROM two_key o
                     WHERE o.kind = NEW.kind AND o.subject = NEW.subject
                       AND o.partners = NEW.partners AND o.state = 'agreed'
                       AND o.effective >= NEW.effective)))))))
BEGIN SELECT RAISE(ABORT, 'a proposal is not changed so'); END;

-- only: sqlite
CREATE TRIGGER two_key_stays BEFORE DELETE ON two_key
BEGIN SELECT RAISE(ABORT, 'a proposal is never deleted'); END;

-- only: sqlite
CREATE TRIGGER two_key_agreement_comes BEFORE INSERT ON two_key_agreement
WHEN NOT (EXISTS (SELECT 1 FROM two_key k WHERE k.id = NEW.two_key AND k.state = 'proposed'
                     AND k.partners = NEW.partners
                     AND k.partners LIKE '%,' || CAST(NEW.council AS TEXT) || ',%'
                     AND k.preparers NOT LIKE '%,' || CAST(NEW.account AS TEXT) || ',%'
                     AND NEW.decided <= k.effective)
          AND (NEW.evidence IS NULL OR EXISTS (SELECT 1 FROM evidence e
                WHERE e.id = NEW.evidence AND e.council = NEW.council)))
BEGIN SELECT RAISE(ABORT, 'a key is not turned so'); END;

-- only: sqlite
CREATE TRIGGER two_key_agreement_is_kept BEFORE UPDATE ON two_key_agreement
BEGIN SELECT RAISE(ABORT, 'an agreement stays as it was'); END;

-- only: sqlite
CREATE TRIGGER two_key_agreement_stays BEFORE DELETE ON two_key_agreement
BEGIN SELECT RAISE(ABORT, 'an agreement stays as it was'); END;

-- only: sqlite
CREATE TRIGGER two_key_step_is_kept BEFORE UPDATE ON two_key_step
BEGIN SELECT RAISE(ABORT, 'a step stays as it was'); END;

-- only: sqlite
CREATE TRIGGER two_key_step_stays BEFORE DELETE ON two_key_step
BEGIN SELECT RAISE(ABORT, 'a step stays as it was'); END;

-- only: postgres
CREATE FUNCTION two_key_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'draft' AND NEW.revision = 1 THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF ROW(NEW.id, NEW.council, NEW.partners, NEW.kind, NEW.subject, NEW.replaces, NEW.made_at,
               NEW.revision)
           IS NOT DISTINCT FROM
           ROW(OLD.id, OLD.council, OLD.partners, OLD.kind, OLD.subject, OLD.replaces, OLD.made_at,
               OLD.revision + 1)
        AND ((OLD.state = 'draft' AND NEW.state = 'draft'
              AND substr(NEW.preparers, 1, length(OLD.preparers)) = OLD.preparers)
          OR (ROW(NEW.effective, NEW.overtakes, NEW.payload, NEW.preparers)
              IS NOT DISTINCT FROM
              ROW(OLD.effective, OLD.overtakes, OLD.payload, OLD.preparers)
              AND ((OLD.state = 'draft' AND NEW.state IN ('proposed', 'withdrawn')
                    AND NEW.shared = (NEW.state = 'proposed'))
                OR (OLD.state = 'proposed' AND NEW.shared
                    AND NEW.state IN ('proposed', 'returned', 'withdrawn', 'replaced'))
                OR (OLD.state = 'proposed' AND NEW.state = 'agreed'
                    AND (SELECT count(*) FROM two_key_agreement a WHERE a.two_key = NEW.id)
                        = length(NEW.partners) - length(replace(NEW.partners, ',', '')) - 1
                    AND NEW.version = 1 + (SELECT coalesce(max(o.version), 0) FROM two_key o
                         WHERE o.kind = NEW.kind AND o.subject = NEW.subject
                           AND o.partners = NEW.partners)
                    AND (NEW.overtakes OR NOT EXISTS (SELECT 1 FROM two_key o
                         WHERE o.kind = NEW.kind AND o.subject = NEW.subject
                           AND o.partners = NEW.partners AND o.state = 'agreed'
                           AND o.effective >= NEW.effective)))))) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a proposal is not changed so'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'two_key_law';
END $$;

-- only: postgres
CREATE TRIGGER two_key_law BEFORE UPDATE OR DELETE OR INSERT ON two_key
    FOR EACH ROW EXECUTE FUNCTION two_key_law();

-- only: postgres
CREATE FUNCTION two_key_agreement_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM two_key k WHERE k.id = NEW.two_key AND k.state = 'proposed'
                      AND k.partners = NEW.partners
                      AND k.partners LIKE '%,' || CAST(NEW.council AS TEXT) || ',%'
                      AND k.preparers NOT LIKE '%,' || CAST(NEW.account AS TEXT) || ',%'
                      AND NEW.decided <= k.effective)
           AND (NEW.evidence IS NULL OR EXISTS (SELECT 1 FROM evidence e
                 WHERE e.id = NEW.evidence AND e.council = NEW.council)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a key is not turned so'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'two_key_agreement_law';
END $$;

-- only: postgres
CREATE TRIGGER two_key_agreement_law BEFORE UPDATE OR DELETE OR INSERT ON two_key_agreement
    FOR EACH ROW EXECUTE FUNCTION two_key_agreement_law();

-- only: postgres
CREATE FUNCTION two_key_step_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a step stays as it was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'two_key_step_law';
END $$;

-- only: postgres
CREATE TRIGGER two_key_step_law BEFORE UPDATE OR DELETE ON two_key_step
    FOR EACH ROW EXECUTE FUNCTION two_key_step_law();

-- A council sees its own rows, and the shared ones that name it; it adds rows of its own alone. So
-- nobody turns another council's key.

-- only: postgres
ALTER TABLE two_key ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE two_key FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY two_key_read ON two_key FOR SELECT
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT)
           OR (shared AND partners LIKE '%,' || current_setting('ochil.council', true) || ',%'));
-- only: postgres
CREATE POLICY two_key_add ON two_key FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
-- only: postgres
CREATE POLICY two_key_step ON two_key FOR UPDATE
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT)
           OR (shared AND partners LIKE '%,' || current_setting('ochil.council', true) || ',%'));

-- only: postgres
ALTER TABLE two_key_agreement ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE two_key_agreement FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY two_key_agreement_read ON two_key_agreement FOR SELECT
    USING (partners LIKE '%,' || current_setting('ochil.council', true) || ',%');
-- only: postgres
CREATE POLICY two_key_agreement_add ON two_key_agreement FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));

-- only: postgres
ALTER TABLE two_key_step ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE two_key_step FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY two_key_step_read ON two_key_step FOR SELECT
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT)
           OR (shared AND partners LIKE '%,' || current_setting('ochil.council', true) || ',%'));
-- only: postgres
CREATE POLICY two_key_step_add ON two_key_step FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(council AS TEXT));
