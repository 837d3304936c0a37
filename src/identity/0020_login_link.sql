-- An account is one person's at the council's own login at most.
CREATE UNIQUE INDEX oidc_identity_account ON oidc_identity (council, account);

-- Whom somebody who is signed in here was there, a moment ago: until it is confirmed (login_link.h).
CREATE TABLE login_link_offer (
    account @int64 NOT NULL REFERENCES account (id),
    council @int64 NOT NULL REFERENCES council (id),    -- the account's home council
    hash    TEXT NOT NULL,              -- of issuer and subject, as in oidc_identity
    name    @blob NOT NULL,             -- what it calls them; sealed (sealed.h)
    made_at @int64 NOT NULL,
    CONSTRAINT login_link_offer_pkey PRIMARY KEY (account),
    CONSTRAINT login_link_offer_hash CHECK (length(hash) = 64)
);
CREATE INDEX login_link_offer_made_at ON login_link_offer (council, made_at);

-- only: postgres
ALTER TABLE login_link_offer ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE login_link_offer FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY login_link_offer_council ON login_link_offer
    USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
