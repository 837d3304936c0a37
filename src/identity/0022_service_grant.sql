-- A role, also one that a group gives, is for a service, or for all.
ALTER TABLE role_grant ADD COLUMN service TEXT NOT NULL DEFAULT ''      -- empty: for all
    CONSTRAINT role_grant_service CHECK (length(service) <= 60
        AND (service = '' OR role NOT IN ('administrator', 'ict-officer')));

-- A group may give the same role for several services. SQLite takes no constraint off a table, so
-- there the table is made anew.

-- only: sqlite
CREATE TABLE oidc_group_anew (
    id      @id,
    council @int64 NOT NULL REFERENCES council (id),
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    service TEXT NOT NULL DEFAULT '',
    CONSTRAINT oidc_group_council_name_role_service_key UNIQUE (council, name, role, service),
    CONSTRAINT oidc_group_name CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT oidc_group_service CHECK (length(service) <= 60
        AND (service = '' OR role NOT IN ('administrator', 'ict-officer')))
);
-- only: sqlite
INSERT INTO oidc_group_anew (id, council, name, role)
SELECT id, council, name, role FROM oidc_group ORDER BY id;
-- only: sqlite
DROP TABLE oidc_group;
-- only: sqlite
ALTER TABLE oidc_group_anew RENAME TO oidc_group;

-- only: postgres
ALTER TABLE oidc_group ADD COLUMN service TEXT NOT NULL DEFAULT ''
    CONSTRAINT oidc_group_service CHECK (length(service) <= 60
        AND (service = '' OR role NOT IN ('administrator', 'ict-officer')));
-- only: postgres
ALTER TABLE oidc_group DROP CONSTRAINT oidc_group_council_name_role_key;
-- only: postgres
ALTER TABLE oidc_group ADD CONSTRAINT oidc_group_council_name_role_service_key
    UNIQUE (council, name, role, service);
