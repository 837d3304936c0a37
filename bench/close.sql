-- The nearest job in SQL: what each partner paid, by pool, period and group, and what it bears.
--
-- Shared by SQLite, PostgreSQL and DuckDB; each loads the tables its own way first:
--   ledger(entry_id, partner, date, period, cost_centre, account, amount, description)
--   cost_centres(partner, cost_centre, account, from_period, to_period, treatment, pool, bearer)
--   accounts(partner, account, grp)
--   months(month, period)                 2014-04 is 2014-15/P01
--   shares(pool, period, partner, share)  worked out beforehand, support pools composed
--   places(partner, cost_centre, account, period, treatment, pool, bearer)  cost_centres, a row
--                                         for each period in which it is in force: places.sql
-- Amounts are added as whole pence. Shares are floating point, each partner's rounded alone, so
-- a borne amount may be a penny out and the parts need not add up to the whole.
-- Gives: kind, pool, period, grp, partner, borne, paid in pence, and the totals by treatment as
-- rows of kind `total` with the number of lines in `borne`.

WITH cell AS (
    SELECT l.partner, coalesce(nullif(l.period, ''), m.period) AS period, l.cost_centre, l.account,
           count(*) AS lines, CAST(sum(CAST(round(l.amount * 100) AS BIGINT)) AS BIGINT) AS pence
      FROM ledger l LEFT JOIN months m ON m.month = substr(l.date, 1, 7)
     GROUP BY 1, 2, 3, 4
), mapped AS (
    SELECT c.partner, c.period, c.lines, c.pence, a.grp,
           CASE WHEN s.treatment IS NULL THEN g.treatment ELSE s.treatment END AS treatment,
           CASE WHEN s.treatment IS NULL THEN g.pool ELSE s.pool END AS pool,
           CASE WHEN s.treatment IS NULL THEN g.bearer ELSE s.bearer END AS bearer
      FROM cell c
      LEFT JOIN accounts a ON a.partner = c.partner AND a.account = c.account
      LEFT JOIN places s ON s.partner = c.partner AND s.cost_centre = c.cost_centre
                        AND s.account = c.account AND s.period = c.period
      LEFT JOIN places g ON g.partner = c.partner AND g.cost_centre = c.cost_centre
                        AND g.account = '' AND g.period = c.period
), paid AS (
    SELECT treatment AS kind, pool, period, grp, partner, bearer,
           CAST(sum(lines) AS BIGINT) AS lines, CAST(sum(pence) AS BIGINT) AS pence
      FROM mapped GROUP BY 1, 2, 3, 4, 5, 6
), pot AS (
    SELECT kind, pool, period, grp, sum(pence) AS pence
      FROM paid WHERE kind IN ('common', 'support') GROUP BY 1, 2, 3, 4
), due AS (
    SELECT p.kind, p.pool, p.period, p.grp, s.partner,
           CAST(round(sum(p.pence * s.share) OVER so_far) AS BIGINT) AS pence
      FROM pot p JOIN shares s ON s.pool = p.pool AND s.period = p.period
    WINDOW so_far AS (PARTITION BY p.kind, p.pool, p.grp, s.partner ORDER BY p.period)
), entry AS (
    SELECT kind, pool, period, grp, partner,
           pence - coalesce(lag(pence) OVER (PARTITION BY kind, pool, grp, partner
                                             ORDER BY period), 0) AS borne, 0 AS paid FROM due
    UNION ALL
    SELECT kind, pool, period, grp, bearer, pence, 0
      FROM paid WHERE kind IN ('direct', 'initiative')
    UNION ALL
    SELECT kind, pool, period, grp, partner, 0, pence FROM paid WHERE kind <> 'excluded'
)
SELECT kind, pool, period, grp, partner,
       CAST(sum(borne) AS BIGINT) AS borne, CAST(sum(paid) AS BIGINT) AS paid
  FROM entry GROUP BY 1, 2, 3, 4, 5
UNION ALL
SELECT 'total', kind, '', '', '', CAST(sum(lines) AS BIGINT), CAST(sum(pence) AS BIGINT)
  FROM paid GROUP BY 2
 ORDER BY 1, 2, 3, 4, 5
