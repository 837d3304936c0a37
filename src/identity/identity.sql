-- Queries of identity. A council's own rows are asked for with the council named, since SQLite has
-- no row-level security.

-- name: identity_key_add
-- takes: ?1 hash, ?2 kind, ?3 council, ?4 subject
INSERT INTO identity_key (hash, kind, council, subject) VALUES (?1, ?2, ?3, ?4);

-- name: identity_key_find
-- takes: ?1 hash, ?2 kind      gives: council, subject; at most one row
SELECT council, subject FROM identity_key WHERE hash = ?1 AND kind = ?2 ORDER BY hash;

-- name: identity_key_drop
-- takes: ?1 kind, ?2 subject
DELETE FROM identity_key WHERE kind = ?1 AND subject = ?2;

-- name: account_add
-- takes: ?1 council, ?2 login, ?3 password, ?4 made_at      gives: id
INSERT INTO account (council, login, password, state, made_at)
VALUES (?1, ?2, ?3, 'open', ?4) RETURNING id;

-- name: account_get
-- takes: ?1 id, ?2 council      gives: login, password, is it open, break_glass; at most one row
SELECT login, password, CASE WHEN state = 'open' THEN 1 ELSE 0 END, break_glass
  FROM account WHERE id = ?1 AND council = ?2 ORDER BY id;

-- name: account_logins
-- takes: ?1 council      gives: id, login, is it open, has it a password, break_glass
SELECT id, login, CASE WHEN state = 'open' THEN 1 ELSE 0 END,
       CASE WHEN password <> '' THEN 1 ELSE 0 END, break_glass
  FROM account WHERE council = ?1 ORDER BY state DESC, login;

-- name: account_home
-- takes: ?1 account      gives: its council; at most one row
SELECT council FROM identity_key WHERE kind = 'login' AND subject = ?1 ORDER BY hash;

-- name: account_break_glass_set
-- takes: ?1 id, ?2 council
UPDATE account SET break_glass = TRUE WHERE id = ?1 AND council = ?2 AND state = 'open';

-- name: account_password_set
-- takes: ?1 id, ?2 council, ?3 password      changes one row, or none: it is closed
UPDATE account SET password = ?3 WHERE id = ?1 AND council = ?2 AND state = 'open';

-- name: account_close
-- takes: ?1 id, ?2 council      changes one row, or none
UPDATE account SET state = 'closed' WHERE id = ?1 AND council = ?2 AND state = 'open';

-- name: account_session_keys_drop
-- takes: ?1 account, ?2 council
DELETE FROM identity_key WHERE kind = 'session' AND council = ?2 AND subject IN
    (SELECT id FROM session WHERE council = ?2 AND account = ?1 AND ended_at IS NULL);

-- name: account_sessions_end
-- takes: ?1 account, ?2 council, ?3 now
UPDATE session SET ended_at = ?3 WHERE account = ?1 AND council = ?2 AND ended_at IS NULL;

-- name: account_token_keys_drop
-- takes: ?1 account, ?2 council
DELETE FROM identity_key WHERE kind = 'token' AND council = ?2 AND subject IN
    (SELECT id FROM api_token WHERE council = ?2 AND account = ?1 AND ended_at IS NULL);

-- name: account_tokens_end
-- takes: ?1 account, ?2 council, ?3 now
UPDATE api_token SET ended_at = ?3 WHERE account = ?1 AND council = ?2 AND ended_at IS NULL;

-- name: account_link_keys_drop
-- takes: ?1 account, ?2 council
DELETE FROM identity_key WHERE kind = 'link' AND council = ?2 AND subject IN
    (SELECT id FROM one_time_link WHERE council = ?2 AND account = ?1 AND used_at IS NULL);

-- name: account_links_end
-- takes: ?1 account, ?2 council, ?3 now      those whose time is over have ended by themselves
UPDATE one_time_link SET used_at = ?3
 WHERE account = ?1 AND council = ?2 AND used_at IS NULL AND ends_at > ?3;

-- name: link_add
-- takes: ?1 council, ?2 purpose, ?3 made_at, ?4 ends_at, ?5 account or NULL      gives: id
INSERT INTO one_time_link (council, purpose, made_at, ends_at, account)
VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id;

-- name: link_get
-- takes: ?1 id, ?2 council, ?3 now, ?4 purpose
-- gives: the account or 0, if it is still good; at most one row
SELECT CASE WHEN account IS NULL THEN 0 ELSE account END FROM one_time_link
 WHERE id = ?1 AND council = ?2 AND used_at IS NULL AND ends_at > ?3 AND purpose = ?4
 ORDER BY id;

-- name: link_use
-- takes: ?1 id, ?2 council, ?3 now      changes one row, or none: used, or past its end
UPDATE one_time_link SET used_at = ?3
 WHERE id = ?1 AND council = ?2 AND used_at IS NULL AND ends_at > ?3;

-- name: session_add
-- takes: ?1 council, ?2 account, ?3 acting, ?4 now, ?5 strong      gives: id
INSERT INTO session (council, account, acting, made_at, seen_at, strong)
VALUES (?1, ?2, ?3, ?4, ?4, ?5) RETURNING id;

-- name: session_get
-- takes: ?1 id, ?2 council      gives: account, acting, made_at, seen_at, login, strong, break_glass,
-- unless it or the account has ended; at most one row
SELECT s.account, s.acting, s.made_at, s.seen_at, a.login, s.strong, a.break_glass
  FROM session s JOIN account a ON a.id = s.account AND a.council = s.council
 WHERE s.id = ?1 AND s.council = ?2 AND s.ended_at IS NULL AND a.state = 'open' ORDER BY s.id;

-- name: session_seen
-- takes: ?1 id, ?2 council, ?3 now
UPDATE session SET seen_at = ?3
 WHERE id = ?1 AND council = ?2 AND ended_at IS NULL AND seen_at < ?3;

-- name: session_end
-- takes: ?1 id, ?2 council, ?3 account, ?4 now      changes one row, or none
UPDATE session SET ended_at = ?4
 WHERE id = ?1 AND council = ?2 AND account = ?3 AND ended_at IS NULL;

-- name: session_list
-- takes: ?1 council, ?2 account, ?3 made after, ?4 seen after
-- gives: id, acting's name, made_at, seen_at
SELECT s.id, c.name, s.made_at, s.seen_at FROM session s JOIN council c ON c.id = s.acting
 WHERE s.council = ?1 AND s.account = ?2 AND s.ended_at IS NULL
   AND s.made_at > ?3 AND s.seen_at > ?4
 ORDER BY s.made_at DESC, s.id DESC;

-- name: session_keys_forget
-- takes: ?1 council, ?2 account, ?3 made before
DELETE FROM identity_key WHERE kind = 'session' AND council = ?1 AND subject IN
    (SELECT id FROM session WHERE council = ?1 AND account = ?2 AND made_at < ?3);

-- name: session_forget
-- takes: ?1 council, ?2 account, ?3 made before
DELETE FROM session WHERE council = ?1 AND account = ?2 AND made_at < ?3;

-- name: token_add
-- takes: ?1 council, ?2 account, ?3 acting, ?4 name, ?5 may_write, ?6 made_at, ?7 ends_at, ?8 strong
-- gives: id
INSERT INTO api_token (council, account, acting, name, may_write, made_at, ends_at, strong)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id;

-- name: token_get
-- takes: ?1 id, ?2 council, ?3 now      gives: account, acting, may_write, login, strong,
-- break_glass, unless it or the account has ended; at most one row
SELECT t.account, t.acting, t.may_write, a.login, t.strong, a.break_glass
  FROM api_token t JOIN account a ON a.id = t.account AND a.council = t.council
 WHERE t.id = ?1 AND t.council = ?2 AND t.ended_at IS NULL AND t.ends_at > ?3
   AND a.state = 'open' ORDER BY t.id;

-- name: token_end
-- takes: ?1 id, ?2 council, ?3 account, ?4 now      changes one row, or none
UPDATE api_token SET ended_at = ?4
 WHERE id = ?1 AND council = ?2 AND account = ?3 AND ended_at IS NULL;

-- name: token_list
-- takes: ?1 council, ?2 account, ?3 now      gives: id, name, acting's name, may_write, ends_at
SELECT t.id, t.name, c.name, t.may_write, t.ends_at
  FROM api_token t JOIN council c ON c.id = t.acting
 WHERE t.council = ?1 AND t.account = ?2 AND t.ended_at IS NULL AND t.ends_at > ?3
 ORDER BY t.made_at DESC, t.id DESC;

-- name: grant_add
-- takes: ?1 council, ?2 account, ?3 role, ?4 starts, ?5 ends, ?6 made_at, ?7 made_by or NULL,
-- ?8 by_group, ?9 service or ''      gives: id
INSERT INTO role_grant (council, account, role, starts, ends, made_at, made_by, by_group, service)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id;

-- name: grant_list
-- takes: ?1 council, ?2 account or 0 for all, ?3 today
-- gives: id, account, role, starts, ends or NULL, by_group, service; in force, or to come
SELECT id, account, role, starts, ends, by_group, service FROM role_grant
 WHERE council = ?1 AND (?2 = 0 OR account = ?2) AND ended_at IS NULL
   AND (ends IS NULL OR ends >= ?3)
 ORDER BY account, starts, id;

-- name: grant_administrators
-- takes: ?1 council, ?2 today, ?3 but for this grant, ?4 but for this account
-- gives: how many there are of its own, until further notice, who can sign in; one row
SELECT count(*) FROM role_grant g JOIN account a ON a.id = g.account AND a.council = g.council
 WHERE g.council = ?1 AND g.role = 'administrator' AND g.ended_at IS NULL AND g.starts <= ?2
   AND g.ends IS NULL AND g.id <> ?3 AND g.account <> ?4
   AND a.state = 'open' AND a.password <> '';

-- name: grant_end
-- takes: ?1 id, ?2 council, ?3 now      changes one row, or none
UPDATE role_grant SET ended_at = ?3 WHERE id = ?1 AND council = ?2 AND ended_at IS NULL;

-- name: grant_roles
-- takes: ?1 council, ?2 account, ?3 today      gives: the roles in force, and for which service
SELECT role, service FROM role_grant
 WHERE council = ?1 AND account = ?2 AND ended_at IS NULL AND starts <= ?3
   AND (ends IS NULL OR ends >= ?3)
 ORDER BY id;

-- name: attempt_add
-- takes: ?1 who, ?2 now
INSERT INTO login_attempt (who, at) VALUES (?1, ?2);

-- name: attempt_count
-- takes: ?1 who, ?2 after      gives: how many; one row
SELECT count(*) FROM login_attempt WHERE who = ?1 AND at > ?2;

-- name: attempt_forgive
-- takes: ?1 who, ?2 at
DELETE FROM login_attempt WHERE who = ?1 AND at = ?2;

-- name: attempt_forget
-- takes: ?1 before
DELETE FROM login_attempt WHERE at <= ?1;

-- name: kept_answer_add
-- takes: ?1 council, ?2 account, ?3 key, ?4 request, ?5 status, ?6 type, ?7 body, ?8 now,
-- ?9 etag or ''
INSERT INTO kept_answer (council, account, key, request, status, type, body, made_at, etag)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: kept_answer_get
-- takes: ?1 council, ?2 account, ?3 key, ?4 made after
-- gives: request, status, type, body, etag; at most one row
SELECT request, status, type, body, etag FROM kept_answer
 WHERE council = ?1 AND account = ?2 AND key = ?3 AND made_at > ?4 ORDER BY key;

-- name: kept_answer_forget
-- takes: ?1 council, ?2 made before
DELETE FROM kept_answer WHERE council = ?1 AND made_at <= ?2;

-- name: login_setting_get
-- takes: ?1 council      gives: second_factor, local_login; at most one row
SELECT second_factor, local_login FROM login_setting WHERE council = ?1 ORDER BY council;

-- name: login_setting_set
-- takes: ?1 council, ?2 second_factor, ?3 local_login
INSERT INTO login_setting (council, second_factor, local_login) VALUES (?1, ?2, ?3)
ON CONFLICT (council) DO UPDATE SET second_factor = ?2, local_login = ?3;

-- name: second_factor_get
-- takes: ?1 account, ?2 council      gives: secret, offered, counter; at most one row
SELECT secret, offered, counter FROM second_factor
 WHERE account = ?1 AND council = ?2 ORDER BY account;

-- name: second_factor_offer
-- takes: ?1 account, ?2 council, ?3 sealed, ?4 now
INSERT INTO second_factor (account, council, offered, counter, made_at)
VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT (account) DO UPDATE SET offered = ?3;

-- name: second_factor_confirm
-- takes: ?1 account, ?2 council, ?3 counter      changes one row, or none: none was offered
UPDATE second_factor SET secret = offered, offered = NULL, counter = ?3
 WHERE account = ?1 AND council = ?2 AND offered IS NOT NULL;

-- name: second_factor_use
-- takes: ?1 account, ?2 council, ?3 counter      changes one row, or none: used, or a later one was
UPDATE second_factor SET counter = ?3 WHERE account = ?1 AND council = ?2 AND counter < ?3;

-- name: second_factor_drop
-- takes: ?1 account, ?2 council      changes one row, or none
DELETE FROM second_factor WHERE account = ?1 AND council = ?2;

-- name: recovery_code_add
-- takes: ?1 account, ?2 council, ?3 hash, ?4 now
INSERT INTO recovery_code (account, council, hash, made_at) VALUES (?1, ?2, ?3, ?4);

-- name: recovery_codes_drop
-- takes: ?1 account, ?2 council
DELETE FROM recovery_code WHERE account = ?1 AND council = ?2;

-- name: recovery_codes_count
-- takes: ?1 account, ?2 council      gives: how many are left; one row
SELECT count(*) FROM recovery_code WHERE account = ?1 AND council = ?2 AND used_at IS NULL;

-- name: recovery_code_use
-- takes: ?1 account, ?2 council, ?3 hash, ?4 now      changes one row, or none
UPDATE recovery_code SET used_at = ?4
 WHERE account = ?1 AND council = ?2 AND hash = ?3 AND used_at IS NULL;

-- name: oidc_provider_get
-- takes: ?1 council
-- gives: issuer, client, secret, name_claim, groups_claim, asks_second, is_on, authorization_url,
-- token_url, keys_url, secret_in_form, keys, tested_at; at most one row
SELECT issuer, client, secret, name_claim, groups_claim, asks_second, is_on, authorization_url,
       token_url, keys_url, secret_in_form, keys, tested_at
  FROM oidc_provider WHERE council = ?1 ORDER BY council;

-- name: oidc_provider_set
-- takes: ?1 council, ?2 issuer, ?3 client, ?4 secret, ?5 name_claim, ?6 groups_claim,
-- ?7 asks_second, ?8 authorization_url, ?9 token_url, ?10 keys_url, ?11 secret_in_form, ?12 keys,
-- ?13 keys_at
INSERT INTO oidc_provider (council, issuer, client, secret, name_claim, groups_claim, asks_second,
    is_on, authorization_url, token_url, keys_url, secret_in_form, keys, keys_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, FALSE, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (council) DO UPDATE SET issuer = ?2, client = ?3, secret = ?4, name_claim = ?5,
    groups_claim = ?6, asks_second = ?7, is_on = FALSE, authorization_url = ?8, token_url = ?9,
    keys_url = ?10, secret_in_form = ?11, keys = ?12, keys_at = ?13, tested_at = NULL;

-- name: oidc_provider_tested
-- takes: ?1 council, ?2 now
UPDATE oidc_provider SET tested_at = ?2 WHERE council = ?1;

-- name: oidc_provider_turn
-- takes: ?1 council, ?2 on      changes one row, or none: it was not tested, or there is none
UPDATE oidc_provider SET is_on = ?2 WHERE council = ?1 AND tested_at IS NOT NULL;

-- name: oidc_keys_due
-- takes: ?1 council, ?2 now, ?3 tried before      changes one row, or none: not yet
UPDATE oidc_provider SET keys_at = ?2 WHERE council = ?1 AND keys_at <= ?3;

-- name: oidc_keys_set
-- takes: ?1 council, ?2 keys
UPDATE oidc_provider SET keys = ?2 WHERE council = ?1;

-- name: oidc_states_forget
-- takes: ?1 council, ?2 used before
DELETE FROM oidc_state WHERE council = ?1 AND used_at < ?2;

-- name: oidc_state_use
-- takes: ?1 council, ?2 hash, ?3 now      changes one row, or none: it was used
INSERT INTO oidc_state (council, hash, used_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: oidc_domains
-- takes: ?1 council      gives: its domains
SELECT domain FROM oidc_domain WHERE council = ?1 ORDER BY domain;

-- name: oidc_domains_drop
-- takes: ?1 council
DELETE FROM oidc_domain WHERE council = ?1;

-- name: oidc_domain_add
-- takes: ?1 council, ?2 domain      changes one row, or none: somebody has it
INSERT INTO oidc_domain (council, domain) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: oidc_groups
-- takes: ?1 council      gives: id, name, role, service
SELECT id, name, role, service FROM oidc_group WHERE council = ?1 ORDER BY name, role, service;

-- name: oidc_group_add
-- takes: ?1 council, ?2 name, ?3 role, ?4 service or ''
-- changes one row, or none: it is there
INSERT INTO oidc_group (council, name, role, service) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING;

-- name: oidc_group_drop
-- takes: ?1 council, ?2 id      changes one row, or none
DELETE FROM oidc_group WHERE council = ?1 AND id = ?2;

-- name: oidc_identity_get
-- takes: ?1 council, ?2 hash      gives: account; at most one row
SELECT account FROM oidc_identity WHERE council = ?1 AND hash = ?2 ORDER BY hash;

-- name: oidc_identity_add
-- takes: ?1 council, ?2 hash, ?3 account, ?4 now
INSERT INTO oidc_identity (council, hash, account, made_at) VALUES (?1, ?2, ?3, ?4);

-- name: break_glass_use_add
-- takes: ?1 council, ?2 now
INSERT INTO break_glass_use (council, used_at) VALUES (?1, ?2);

-- name: break_glass_uses
-- takes: ?1 after      gives: council, used_at
SELECT council, used_at FROM break_glass_use WHERE used_at > ?1 ORDER BY used_at DESC, id DESC;

-- name: kept_form_add
-- takes: ?1 council, ?2 account, ?3 session, ?4 acting, ?5 path, ?6 fields, ?7 kept_at
INSERT INTO kept_form (council, account, session, acting, path, fields, kept_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: kept_form_thin
-- takes: ?1 council, ?2 account, ?3 how many stay      the oldest go
DELETE FROM kept_form WHERE council = ?1 AND account = ?2 AND id NOT IN
    (SELECT id FROM kept_form WHERE council = ?1 AND account = ?2 ORDER BY id DESC LIMIT ?3);

-- name: kept_form_list
-- takes: ?1 council, ?2 account, ?3 kept after      gives: id, session, acting, path, kept_at
SELECT id, session, acting, path, kept_at FROM kept_form
 WHERE council = ?1 AND account = ?2 AND kept_at > ?3 ORDER BY id DESC;

-- name: kept_form_get
-- takes: ?1 id, ?2 council, ?3 account, ?4 kept after
-- gives: session, acting, path, kept_at, fields; at most one row
SELECT session, acting, path, kept_at, fields FROM kept_form
 WHERE id = ?1 AND council = ?2 AND account = ?3 AND kept_at > ?4 ORDER BY id;

-- name: kept_form_drop
-- takes: ?1 id, ?2 council, ?3 account      changes one row, or none
DELETE FROM kept_form WHERE id = ?1 AND council = ?2 AND account = ?3;

-- name: account_kept_forms_drop
-- takes: ?1 account, ?2 council
DELETE FROM kept_form WHERE account = ?1 AND council = ?2;

-- name: kept_form_collect
-- takes: ?1 council, ?2 kept until
DELETE FROM kept_form WHERE council = ?1 AND kept_at <= ?2;

-- name: login_link_get
-- takes: ?1 council, ?2 account      gives: made_at; at most one row
SELECT made_at FROM oidc_identity WHERE council = ?1 AND account = ?2 ORDER BY made_at;

-- name: login_link_drop
-- takes: ?1 council, ?2 account      changes one row, or none
DELETE FROM oidc_identity WHERE council = ?1 AND account = ?2;

-- name: login_link_offer_get
-- takes: ?1 council, ?2 account, ?3 made after      gives: hash, name; at most one row
SELECT hash, name FROM login_link_offer
 WHERE council = ?1 AND account = ?2 AND made_at > ?3 ORDER BY account;

-- name: login_link_offer_set
-- takes: ?1 account, ?2 council, ?3 hash, ?4 name, ?5 now
INSERT INTO login_link_offer (account, council, hash, name, made_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (account) DO UPDATE SET hash = ?3, name = ?4, made_at = ?5;

-- name: login_link_offers_forget
-- takes: ?1 council, ?2 made until
DELETE FROM login_link_offer WHERE council = ?1 AND made_at <= ?2;

-- name: login_link_offer_drop
-- takes: ?1 council, ?2 account
DELETE FROM login_link_offer WHERE council = ?1 AND account = ?2;
