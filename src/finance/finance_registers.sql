-- Registers of finance, and queries about figures of periods. ?1 is the council acted for.
-- register: query
-- register: initiative
-- register: memorandum
-- register: fund

-- name: query_standing
-- takes: ?2 year, ?3 "P03"
-- gives: how many are open, what is in dispute in them, how many were answered and wait for the
--        council that asked; one row
SELECT COUNT(*), COALESCE(CAST(SUM(disputed) AS BIGINT), 0),
       COALESCE(CAST(SUM(CASE WHEN state = 'answered' THEN 1 ELSE 0 END) AS BIGINT), 0)
  FROM query
 WHERE (council = ?1 OR shared) AND state IN ('put', 'answered') AND year = ?2 AND period = ?3;
