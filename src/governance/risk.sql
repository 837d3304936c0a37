-- Queries of the risk register. The council that asks is named in each, since SQLite has no
-- row-level security.
-- register: risk

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
