-- What is paid on account: the creditor, which leads a service, records what was paid to it, and the
-- debtor confirms it; what one of them says alone counts for nothing. Both read all of it. An entry
-- is never changed: a wrong one that was confirmed is reversed by another, by the same two.
CREATE TABLE on_account (
    id          @id,
    year        TEXT NOT NULL,
    number      @int64 NOT NULL,        -- the period that it is for; 1 is April
    service     TEXT NOT NULL,
    creditor    @int64 NOT NULL REFERENCES council (id),
    debtor      @int64 NOT NULL REFERENCES council (id),
    pence       @int64 NOT NULL,        -- below zero: given back, or a reversal
    reference   TEXT NOT NULL,          -- of invoice or payment
    paid_on     @date NOT NULL,
    reverses    @int64 REFERENCES on_account (id),
    recorded_at @int64 NOT NULL,        -- milliseconds since 1970, UTC
    recorded_by TEXT NOT NULL,
    state       TEXT NOT NULL,
    ended_at    @int64,
    ended_for   @int64 REFERENCES council (id),
    ended_by    TEXT,
    ended_why   TEXT,                   -- of what is refused or withdrawn
    CONSTRAINT on_account_year_number_fkey FOREIGN KEY (year, number)
        REFERENCES joint_period (year, number),
    CONSTRAINT on_account_service CHECK (length(service) BETWEEN 1 AND 200),
    CONSTRAINT on_account_councils CHECK (creditor <> debtor),
    CONSTRAINT on_account_pence CHECK (pence <> 0 AND pence BETWEEN -1000000000000000
                                       AND 1000000000000000),
    CONSTRAINT on_account_reference CHECK (length(reference) BETWEEN 1 AND 200),
    CONSTRAINT on_account_recorded_by CHECK (length(recorded_by) BETWEEN 1 AND 64),
    CONSTRAINT on_account_state CHECK (state IN ('waiting', 'confirmed', 'refused', 'withdrawn')),
    CONSTRAINT on_account_ended CHECK ((state = 'waiting') = (ended_at IS NULL)
        AND (ended_at IS NULL) = (ended_for IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)),
    -- Neither alone: the debtor confirms or refuses, the creditor withdraws; and nobody is both.
    CONSTRAINT on_account_keys CHECK (ended_for IS NULL
        OR ended_for = CASE WHEN state = 'withdrawn' THEN creditor ELSE debtor END),
    CONSTRAINT on_account_people CHECK (state <> 'confirmed' OR ended_by <> recorded_by),
    CONSTRAINT on_account_why CHECK ((state IN ('refused', 'withdrawn')) = (ended_why IS NOT NULL)
        AND length(ended_why) BETWEEN 1 AND 1000)
);

CREATE INDEX on_account_of_year ON on_account (year, number, id);

-- An entry is reversed once, unless the reversal came to nothing.
CREATE UNIQUE INDEX on_account_reverses_key ON on_account (reverses)
    WHERE state IN ('waiting', 'confirmed');

-- only: sqlite
CREATE TRIGGER on_account_changes BEFORE UPDATE ON on_account
WHEN NOT (OLD.state = 'waiting' AND NEW.state <> 'waiting'
    AND (NEW.id, NEW.year, NEW.number, NEW.service, NEW.creditor, NEW.debtor, NEW.pence,
         NEW.reference, NEW.paid_on, NEW.reverses, NEW.recorded_at, NEW.recorded_by)
     IS (OLD.id, OLD.year, OLD.number, OLD.service, OLD.creditor, OLD.debtor, OLD.pence,
         OLD.reference, OLD.paid_on, OLD.reverses, OLD.recorded_at, OLD.recorded_by))
BEGIN SELECT RAISE(ABORT, 'what was paid on account is answered once, and stays'); END;
-- only: sqlite
CREATE TRIGGER on_account_stays BEFORE DELETE ON on_account
BEGIN SELECT RAISE(ABORT, 'what was paid on account stays'); END;
-- A reversal is of an entry that was confirmed, whole.
-- only: sqlite
CREATE TRIGGER on_account_comes BEFORE INSERT ON on_account
WHEN NOT (NEW.state = 'waiting' AND (NEW.reverses IS NULL
    OR EXISTS (SELECT 1 FROM on_account o WHERE o.id = NEW.reverses AND o.state = 'confirmed'
                  AND o.reverses IS NULL AND o.pence = -NEW.pence AND o.year = NEW.year
                  AND o.number = NEW.number AND o.service = NEW.service
                  AND o.creditor = NEW.creditor AND o.debtor = NEW.debtor)))
BEGIN SELECT RAISE(ABORT, 'so nothing is recorded on account'); END;

-- only: postgres
CREATE FUNCTION on_account_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'waiting' AND (NEW.reverses IS NULL
           OR EXISTS (SELECT 1 FROM on_account o WHERE o.id = NEW.reverses
                         AND o.state = 'confirmed' AND o.reverses IS NULL
                         AND o.pence = -NEW.pence AND o.year = NEW.year
                         AND o.number = NEW.number AND o.service = NEW.service
                         AND o.creditor = NEW.creditor AND o.debtor = NEW.debtor)) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.state = 'waiting' AND NEW.state <> 'waiting'
          AND ROW(NEW.id, NEW.year, NEW.number, NEW.service, NEW.creditor, NEW.debtor, NEW.pence,
                  NEW.reference, NEW.paid_on, NEW.reverses, NEW.recorded_at, NEW.recorded_by)
              IS NOT DISTINCT FROM
              ROW(OLD.id, OLD.year, OLD.number, OLD.service, OLD.creditor, OLD.debtor, OLD.pence,
                  OLD.reference, OLD.paid_on, OLD.reverses, OLD.recorded_at, OLD.recorded_by) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'so nothing is recorded on account'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'on_account_law';
END $$;

-- only: postgres
CREATE TRIGGER on_account_law BEFORE UPDATE OR DELETE OR INSERT ON on_account
    FOR EACH ROW EXECUTE FUNCTION on_account_law();

-- Every council reads it; a council records what it is owed and answers what it owes, or withdraws
-- its own.
-- only: postgres
ALTER TABLE on_account ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE on_account FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY on_account_read ON on_account FOR SELECT USING (true);
-- only: postgres
CREATE POLICY on_account_add ON on_account FOR INSERT
    WITH CHECK (current_setting('ochil.council', true) = CAST(creditor AS TEXT));
-- only: postgres
CREATE POLICY on_account_answer ON on_account FOR UPDATE
    USING (current_setting('ochil.council', true) IN (CAST(creditor AS TEXT), CAST(debtor AS TEXT)))
    WITH CHECK (current_setting('ochil.council', true) = CAST(ended_for AS TEXT));
