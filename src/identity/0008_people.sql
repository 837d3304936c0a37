-- A council's key says who cosigned: keys are added, and earlier ones stay to be asked.
-- only: sqlite
CREATE TRIGGER council_key_is_kept BEFORE UPDATE ON council_key
BEGIN SELECT RAISE(ABORT, 'keys are only added'); END;

-- only: sqlite
CREATE TRIGGER council_key_stays BEFORE DELETE ON council_key
BEGIN SELECT RAISE(ABORT, 'keys are only added'); END;
