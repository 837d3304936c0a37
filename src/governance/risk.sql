-- Queries of the risk register. The council that asks is named in each, since SQLite has no
-- row-level security.

-- name: risk_next
-- takes: ?1 council      gives: the next number of its register; one row
SELECT COALESCE(MAX(number), 0) + 1 FROM risk WHERE council = ?1;

-- name: risk_add
-- takes: ?1 council, ?2 number, ?3 state, ?4 now, ?5 by, ?6 title ... ?20 escalated
INSERT INTO risk (council, number, version, state, shared, joint, made_at, changed_at, changed_by,
    title, description, cause, effect, category, inherent_likelihood, inherent_impact,
    current_likelihood, current_impact, target_likelihood, target_impact, owner_post, controls,
    review_due, escalated)
VALUES (?1, ?2, 1, ?3, FALSE, FALSE, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
    ?17, ?18, ?19, ?20);

-- name: risk_save
-- takes: ?1 council, ?2 number, ?3 state, ?4 now, ?5 by, ?6 title ... ?20 escalated, ?21 the version
-- it was, ?22 who asks, ?23 shared, ?24 joint, ?25 shared_at, ?26 shared_by
-- changes one row, or none: changed meanwhile, or not for this council to change
UPDATE risk SET version = version + 1, state = ?3, changed_at = ?4, changed_by = ?5,
    title = ?6, description = ?7, cause = ?8, effect = ?9, category = ?10,
    inherent_likelihood = ?11, inherent_impact = ?12, current_likelihood = ?13,
    current_impact = ?14, target_likelihood = ?15, target_impact = ?16, owner_post = ?17,
    controls = ?18, review_due = ?19, escalated = ?20, shared = ?23, joint = ?24,
    shared_at = ?25, shared_by = ?26
 WHERE council = ?1 AND number = ?2 AND version = ?21 AND (council = ?22 OR joint);

-- name: risk_list
-- takes: ?1 who asks      gives: the columns of risk, with the council's code
SELECT r.council, c.code, r.number, r.version, r.state, r.shared, r.joint, r.shared_at,
       r.shared_by, r.made_at, r.changed_at, r.changed_by, r.title, r.description, r.cause,
       r.effect, r.category, r.inherent_likelihood, r.inherent_impact, r.current_likelihood,
       r.current_impact, r.target_likelihood, r.target_impact, r.owner_post, r.controls,
       r.review_due, r.escalated
  FROM risk r JOIN council c ON c.id = r.council
 WHERE (r.council = ?1 OR r.shared)
 ORDER BY c.code, r.number;

-- name: risk_get
-- takes: ?1 who asks, ?2 code of the risk's council, ?3 number      gives: as risk_list; at most
-- one row
SELECT r.council, c.code, r.number, r.version, r.state, r.shared, r.joint, r.shared_at,
       r.shared_by, r.made_at, r.changed_at, r.changed_by, r.title, r.description, r.cause,
       r.effect, r.category, r.inherent_likelihood, r.inherent_impact, r.current_likelihood,
       r.current_impact, r.target_likelihood, r.target_impact, r.owner_post, r.controls,
       r.review_due, r.escalated
  FROM risk r JOIN council c ON c.id = r.council
 WHERE (r.council = ?1 OR r.shared) AND c.code = ?2 AND r.number = ?3
 ORDER BY r.number;

-- name: risk_change_add
-- takes: ?1 council, ?2 shared, ?3 risk_council, ?4 risk, ?5 version, ?6 field, ?7 before, ?8 after,
-- ?9 why, ?10 by, ?11 at
INSERT INTO risk_change (council, shared, risk_council, risk, version, field, before, after, why,
    changed_by, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: risk_changes
-- takes: ?1 who asks, ?2 risk_council, ?3 risk
-- gives: version, field, before, after, why, by, at; the newest first
SELECT version, field, before, after, why, changed_by, changed_at FROM risk_change
 WHERE risk_council = ?2 AND risk = ?3 AND (council = ?1 OR shared)
 ORDER BY version DESC, id;

-- name: risk_comment_add
-- takes: ?1 council, ?2 shared, ?3 risk_council, ?4 risk, ?5 words, ?6 by, ?7 at
INSERT INTO risk_comment (council, shared, risk_council, risk, words, made_by, made_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: risk_comments
-- takes: ?1 who asks, ?2 risk_council, ?3 risk      gives: words, by, at, the writer's council
SELECT m.words, m.made_by, m.made_at, c.name
  FROM risk_comment m JOIN council c ON c.id = m.council
 WHERE m.risk_council = ?2 AND m.risk = ?3 AND (m.council = ?1 OR m.shared)
 ORDER BY m.made_at, m.id;

-- name: risk_action_next
-- takes: ?1 council, ?2 risk      gives: the next number; one row
SELECT COALESCE(MAX(number), 0) + 1 FROM risk_action WHERE council = ?1 AND risk = ?2;

-- name: risk_action_add
-- takes: ?1 council, ?2 risk, ?3 number, ?4 words, ?5 owner_post, ?6 due
INSERT INTO risk_action (council, risk, number, words, owner_post, due)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: risk_action_done
-- takes: ?1 council, ?2 risk, ?3 number, ?4 at, ?5 by, ?6 who asks
-- changes one row, or none: there is none, it is done, or not for this council to say
UPDATE risk_action SET done_at = ?4, done_by = ?5
 WHERE council = ?1 AND risk = ?2 AND number = ?3 AND done_at IS NULL
   AND EXISTS (SELECT 1 FROM risk r WHERE r.council = risk_action.council
                AND r.number = risk_action.risk AND (r.council = ?6 OR r.joint));

-- name: risk_actions
-- takes: ?1 who asks, ?2 council, ?3 risk      gives: number, words, owner_post, due, done_at
SELECT a.number, a.words, a.owner_post, a.due, a.done_at
  FROM risk_action a JOIN risk r ON r.council = a.council AND r.number = a.risk
 WHERE a.council = ?2 AND a.risk = ?3 AND (r.council = ?1 OR r.shared)
 ORDER BY a.number;
