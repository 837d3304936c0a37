-- Lists of registers as people want to find them again: what was asked for, under a name. A view is
-- its owner's, for one council; shared, everybody of that council who sees the register finds it.
-- It holds a question, no answer: who opens it sees what that person may see.
CREATE TABLE saved_view (
    id       @id,
    council  @int64 NOT NULL REFERENCES council (id),   -- acted for
    account  @int64 NOT NULL REFERENCES account (id),
    made_by  TEXT NOT NULL,                             -- its login
    register TEXT NOT NULL,                             -- "risk"
    name     TEXT NOT NULL,
    query    TEXT NOT NULL,                             -- "state=open&sort=title"; '': all
    shared   @bool NOT NULL,
    made_at  @int64 NOT NULL,                           -- milliseconds since 1970, UTC
    CONSTRAINT saved_view_council_account_register_name_key
        UNIQUE (council, account, register, name),
    CONSTRAINT saved_view_register CHECK (length(register) BETWEEN 1 AND 64),
    CONSTRAINT saved_view_name CHECK (length(name) BETWEEN 1 AND 80),
    CONSTRAINT saved_view_query CHECK (length(query) <= 2000)
);

-- only: postgres
ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE saved_view FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY saved_view_council ON saved_view
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
