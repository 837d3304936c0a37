-- Imports. ?1 is the council acted for.

-- name: import_add
-- takes: ?1 council, ?2 register, ?3 evidence, ?4 name, ?5 sheet, ?6 heading, ?7 made_by, ?8 made_at
-- gives: id
INSERT INTO register_import (council, register, evidence, name, sheet, heading, state, version,
                             made_by, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'read', 1, ?7, ?8) RETURNING id;

-- name: import_list
-- takes: ?1 council, ?2 register, ?3 id or 0, ?4 evidence or '': of that file, not taken back
-- gives: as it stands there; the newest twenty
SELECT id, evidence, name, sheet, heading, state, version, made_by, made_at,
       coalesce(added_by, ''), coalesce(added_at, 0), coalesce(first_entry, 0),
       coalesce(entries, 0), coalesce(back_by, ''), coalesce(back_at, 0), changed
  FROM register_import
 WHERE council = ?1 AND register = ?2 AND (id = ?3 OR CAST(?3 AS BIGINT) = 0)
   AND ((evidence = ?4 AND state <> 'back') OR CAST(?4 AS TEXT) = '')
 ORDER BY id DESC LIMIT 20;

-- name: import_remap
-- takes: ?1 council, ?2 id, ?3 version, ?4 sheet, ?5 heading      changes one row, or none
UPDATE register_import SET sheet = ?4, heading = ?5, version = version + 1
 WHERE council = ?1 AND id = ?2 AND version = ?3 AND state = 'read';

-- name: import_added
-- takes: ?1 council, ?2 id, ?3 version, ?4 added_by, ?5 added_at, ?6 first_entry, ?7 entries,
-- ?8 changed      changes one row, or none
UPDATE register_import SET state = 'added', added_by = ?4, added_at = ?5, first_entry = ?6,
                           entries = ?7, changed = ?8, version = version + 1
 WHERE council = ?1 AND id = ?2 AND version = ?3 AND state = 'read';

-- name: import_back
-- takes: ?1 council, ?2 id, ?3 version, ?4 back_by, ?5 back_at      changes one row, or none
UPDATE register_import SET state = 'back', back_by = ?4, back_at = ?5, version = version + 1
 WHERE council = ?1 AND id = ?2 AND version = ?3 AND state = 'added';

-- name: import_columns_drop
-- takes: ?1 council, ?2 import
DELETE FROM register_import_column WHERE council = ?1 AND import = ?2;

-- name: import_column_add
-- takes: ?1 council, ?2 import, ?3 place, ?4 heading, ?5 field
INSERT INTO register_import_column (council, import, place, heading, field)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: import_columns
-- takes: ?1 council, ?2 import      gives: place, heading, field
SELECT place, heading, field FROM register_import_column
 WHERE council = ?1 AND import = ?2 ORDER BY place;

-- name: import_last
-- takes: ?1 council, ?2 register      gives: the newest that was added; or no row
SELECT id FROM register_import
 WHERE council = ?1 AND register = ?2 AND state <> 'read' ORDER BY added_at DESC, id DESC LIMIT 1;

-- name: import_change_add
-- takes: ?1 council, ?2 import, ?3 whose entry, ?4 its number, ?5 version
INSERT INTO register_import_change (council, import, entry_council, entry, version)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: import_changes
-- takes: ?1 council, ?2 import      gives: whose entry, code, number, version
SELECT h.entry_council, c.code, h.entry, h.version
  FROM register_import_change h JOIN council c ON c.id = h.entry_council
 WHERE h.council = ?1 AND h.import = ?2 ORDER BY c.code, h.entry;
