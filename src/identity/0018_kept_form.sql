-- What somebody had typed when the session ended: it waits for the same person (kept_form.h).
CREATE TABLE kept_form (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),    -- the account's home council
    account @int64 NOT NULL REFERENCES account (id),
    session @int64 NOT NULL,            -- the one that had ended; its row goes in its own time
    acting  @int64 NOT NULL REFERENCES council (id),    -- the council it was typed for
    path    TEXT NOT NULL,              -- where it was sent
    fields  @blob NOT NULL,             -- sealed (sealed.h)
    kept_at @int64 NOT NULL,
    CONSTRAINT kept_form_path CHECK (length(path) BETWEEN 1 AND 500)
);
CREATE INDEX kept_form_account ON kept_form (account, council);
CREATE INDEX kept_form_kept_at ON kept_form (council, kept_at);

-- only: postgres
ALTER TABLE kept_form ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE kept_form FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY kept_form_council ON kept_form
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
