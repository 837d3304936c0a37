-- Queries of job*.c. Whoever changes a row of `job` has read it in the same transaction, and there
-- is one writer; the token in WHERE is a second lock on the same door.

-- name: job_of_key
-- takes: ?1 council, ?2 kind, ?3 idempotency      gives: id
SELECT id FROM job WHERE council = ?1 AND kind = ?2 AND idempotency = ?3 ORDER BY id;

-- name: job_insert
-- takes: ?1 council, ?2 kind, ?3 idempotency, ?4 priority, ?5 not_before, ?6 added_at
-- gives: id
INSERT INTO job (council, kind, idempotency, priority, state, not_before, added_at, attempt, token,
                 cancel_wanted)
VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6, 0, 0, FALSE) RETURNING id;

-- name: job_detail_insert
-- takes: ?1 job, ?2 council, ?3 asked_by, ?4 arguments
INSERT INTO job_detail (job, council, asked_by, arguments, checkpoint, progress_at, progress_done,
                        progress_of, progress_words, outcome, result)
VALUES (?1, ?2, ?3, ?4, '', 0, 0, 0, '', '', '');

-- name: job_queued
-- takes: ?1 now, ?2 the kinds as ",a,b,", ?3 council or -1 for any
-- gives: the next to begin, as job_row; kinds are told apart by LIKE, which both engines have and
-- no kind has a character for
SELECT id, council, kind, state, not_before, token, attempt, cancel_wanted,
       coalesce(lease_until, 0), coalesce(holder, '')
  FROM job
 WHERE state = 'queued' AND not_before <= ?1
   AND CAST(?2 AS TEXT) LIKE '%,' || kind || ',%'
   AND (council = ?3 OR CAST(?3 AS BIGINT) = -1)
 ORDER BY priority DESC, not_before, id LIMIT 1;

-- name: job_left
-- takes: ?1 now, ?2 the kinds as ",a,b,", ?3 council or -1 for any, ?4 no lease ends later
-- gives: work whose lease ran out, as job_row
SELECT id, council, kind, state, not_before, token, attempt, cancel_wanted,
       coalesce(lease_until, 0), coalesce(holder, '')
  FROM job
 WHERE state = 'running' AND (lease_until <= ?1 OR lease_until > ?4)
   AND CAST(?2 AS TEXT) LIKE '%,' || kind || ',%'
   AND (council = ?3 OR CAST(?3 AS BIGINT) = -1)
 ORDER BY lease_until, id LIMIT 1;

-- name: job_find
-- takes: ?1 id, ?2 council      gives: job_row
SELECT id, council, kind, state, not_before, token, attempt, cancel_wanted,
       coalesce(lease_until, 0), coalesce(holder, '')
  FROM job WHERE id = ?1 AND council = ?2 ORDER BY id;

-- name: job_move
-- takes: ?1 id, ?2 council, ?3 the token it has; as it becomes: ?4 state, ?5 not_before,
-- ?6 token, ?7 attempt, ?8 lease_until, ?9 holder, ?10 ended_at
UPDATE job
   SET state = ?4, not_before = ?5, token = ?6, attempt = ?7, lease_until = ?8, holder = ?9,
       ended_at = ?10
 WHERE id = ?1 AND council = ?2 AND token = ?3;

-- name: job_beat
-- takes: ?1 id, ?2 council, ?3 token, ?4 holder, ?5 lease_until      gives: cancel_wanted
UPDATE job SET lease_until = ?5
 WHERE id = ?1 AND council = ?2 AND token = ?3 AND holder = ?4 AND state = 'running'
RETURNING cancel_wanted;

-- name: job_want_cancel
-- takes: ?1 id, ?2 council
UPDATE job SET cancel_wanted = TRUE WHERE id = ?1 AND council = ?2 AND state = 'running';

-- name: job_progress_set
-- takes: ?1 job, ?2 council, ?3 progress_at, ?4 progress_done, ?5 progress_of, ?6 progress_words
UPDATE job_detail
   SET progress_at = ?3, progress_done = ?4, progress_of = ?5, progress_words = ?6
 WHERE job = ?1 AND council = ?2;

-- name: job_checkpoint_set
-- takes: ?1 job, ?2 council, ?3 checkpoint
UPDATE job_detail SET checkpoint = ?3 WHERE job = ?1 AND council = ?2;

-- name: job_outcome_set
-- takes: ?1 job, ?2 council, ?3 outcome, ?4 result
UPDATE job_detail SET outcome = ?3, result = ?4 WHERE job = ?1 AND council = ?2;

-- name: job_work
-- takes: ?1 job, ?2 council      gives: arguments, checkpoint, asked_by
SELECT arguments, checkpoint, asked_by FROM job_detail
 WHERE job = ?1 AND council = ?2 ORDER BY job;

-- name: job_list
-- takes: ?1 council, ?2 id or 0 for all, ?3 state or '', ?4 kind or '', ?5 below this id, ?6 rows
-- gives: as job.c reads it, the newest first
SELECT job.id, job.kind, job.priority, job.state, job.not_before, job.added_at,
       coalesce(job.ended_at, 0), job.attempt, job.cancel_wanted, job_detail.asked_by,
       job_detail.arguments, job_detail.progress_at, job_detail.progress_done,
       job_detail.progress_of, job_detail.progress_words, job_detail.outcome, job_detail.result
  FROM job JOIN job_detail ON job_detail.job = job.id AND job_detail.council = job.council
 WHERE job.council = ?1 AND (job.id = ?2 OR CAST(?2 AS BIGINT) = 0)
   AND (job.state = ?3 OR CAST(?3 AS TEXT) = '') AND (job.kind = ?4 OR CAST(?4 AS TEXT) = '')
   AND job.id < ?5
 ORDER BY job.id DESC LIMIT ?6;
