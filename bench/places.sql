-- Cost centres by period: turns "from" and "to" into equality, which every engine joins fast.
INSERT INTO places
SELECT c.partner, c.cost_centre, c.account, p.period, c.treatment, c.pool, c.bearer
  FROM cost_centres c
  JOIN (SELECT DISTINCT period FROM shares) p
    ON (c.from_period = '' OR c.from_period <= p.period)
   AND (c.to_period = '' OR c.to_period >= p.period)
