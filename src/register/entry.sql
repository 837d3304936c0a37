-- What goes with the entries of every register. The council that asks is named in each query,
-- since SQLite has no row-level security.

-- name: entry_change_add
-- takes: ?1 council, ?2 shared, ?3 register, ?4 entry_council, ?5 entry, ?6 version, ?7 field,
-- ?8 before, ?9 after, ?10 why, ?11 by, ?12 at
INSERT INTO entry_change (council, shared, register, entry_council, entry, version, field, before,
    after, why, changed_by, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: entry_changes
-- takes: ?1 who asks, ?2 register, ?3 entry_council, ?4 entry
-- gives: version, field, before, after, why, by, at; the newest first
SELECT version, field, before, after, why, changed_by, changed_at FROM entry_change
 WHERE register = ?2 AND entry_council = ?3 AND entry = ?4 AND (council = ?1 OR shared)
 ORDER BY version DESC, id;

-- name: entry_comment_add
-- takes: ?1 council, ?2 shared, ?3 register, ?4 entry_council, ?5 entry, ?6 words, ?7 by, ?8 at
INSERT INTO entry_comment (council, shared, register, entry_council, entry, words, made_by, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: entry_comments
-- takes: ?1 who asks, ?2 register, ?3 entry_council, ?4 entry
-- gives: words, by, at, the writer's council
SELECT m.words, m.made_by, m.made_at, c.name
  FROM entry_comment m JOIN council c ON c.id = m.council
 WHERE m.register = ?2 AND m.entry_council = ?3 AND m.entry = ?4 AND (m.council = ?1 OR m.shared)
 ORDER BY m.made_at, m.id;

-- name: entry_login_there
-- takes: ?1 council, ?2 login      gives: 1, if the council has such an account, open; or no row
SELECT 1 FROM account WHERE council = ?1 AND login = ?2 AND state = 'open' ORDER BY id;
