-- Long work: what waits, what is being worked on, and how it ended.

-- The queue: what every server must see to find its next work, whosever it is. So there is nothing
-- personal in it, and nothing of what the work is about: that is in job_detail.
CREATE TABLE job (
    id            @id,
    council       @int64 NOT NULL,      -- for whom; 0: the system itself
    kind          TEXT NOT NULL,        -- "evidence.collect": which handler
    idempotency   TEXT,                 -- the caller's key; NULL: none
    priority      @int64 NOT NULL,      -- 0 to 9, the highest first
    state         TEXT NOT NULL,
    not_before    @int64 NOT NULL,      -- milliseconds since 1970, UTC, as all times here
    added_at      @int64 NOT NULL,
    ended_at      @int64,
    attempt       @int64 NOT NULL,      -- how often it was begun
    token         @int64 NOT NULL,      -- one more with every lease, and never less
    holder        TEXT,                 -- the server that works on it: 32 hex digits, random
    lease_until   @int64,
    cancel_wanted @bool NOT NULL,
    CONSTRAINT job_council_kind_idempotency_key UNIQUE (council, kind, idempotency),
    CONSTRAINT job_council CHECK (council >= 0),
    CONSTRAINT job_kind CHECK (length(kind) BETWEEN 1 AND 64),
    CONSTRAINT job_idempotency CHECK (length(idempotency) BETWEEN 1 AND 200),
    CONSTRAINT job_priority CHECK (priority BETWEEN 0 AND 9),
    CONSTRAINT job_state CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT job_token CHECK (attempt >= 0 AND token >= attempt),
    -- A lease has an end, a holder and an attempt, and only running work has one.
    CONSTRAINT job_lease CHECK ((state = 'running') = (lease_until IS NOT NULL)
                                AND (state = 'running') = (holder IS NOT NULL)
                                AND (state <> 'running' OR attempt > 0)),
    CONSTRAINT job_holder CHECK (length(holder) = 32),
    CONSTRAINT job_ended CHECK ((state IN ('done', 'failed', 'cancelled'))
                                = (ended_at IS NOT NULL)),
    -- Nobody begins what somebody wants stopped.
    CONSTRAINT job_cancel CHECK (state <> 'queued' OR cancel_wanted = FALSE)
);

CREATE INDEX job_queued ON job (priority DESC, not_before, id) WHERE state = 'queued';
CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_of_council ON job (council, id);

-- What the work is about, how far it is and what came of it: its council's alone.
CREATE TABLE job_detail (
    job            @int64 NOT NULL REFERENCES job (id),
    council        @int64 NOT NULL,
    asked_by       TEXT NOT NULL,           -- the account
    arguments      TEXT NOT NULL,           -- JSON, for the handler
    checkpoint     TEXT NOT NULL,           -- the handler's own words on how far it is; '' at first
    progress_at    @int64 NOT NULL,         -- 0: never told
    progress_done  @int64 NOT NULL,
    progress_of    @int64 NOT NULL,         -- 0: not known
    progress_words TEXT NOT NULL,
    outcome        TEXT NOT NULL,           -- a sentence for people; '' until it has ended
    result         TEXT NOT NULL,           -- JSON; '' if there is none
    CONSTRAINT job_detail_pkey PRIMARY KEY (job),
    CONSTRAINT job_detail_asked_by CHECK (length(asked_by) BETWEEN 1 AND 200),
    CONSTRAINT job_detail_arguments CHECK (length(arguments) <= 16384),
    CONSTRAINT job_detail_checkpoint CHECK (length(checkpoint) <= 16384),
    CONSTRAINT job_detail_progress CHECK (progress_done >= 0 AND progress_of >= 0
                                          AND length(progress_words) <= 200),
    CONSTRAINT job_detail_outcome CHECK (length(outcome) <= 1024),
    CONSTRAINT job_detail_result CHECK (length(result) <= 16384)
);

-- only: postgres
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE job FORCE ROW LEVEL SECURITY;
-- A council sees its own rows; council 0, in which servers look for work, all of them.
-- only: postgres
CREATE POLICY job_of_council ON job
 USING (current_setting('ochil.council', true) IN ('0', CAST(council AS TEXT)));

-- only: postgres
ALTER TABLE job_detail ENABLE ROW LEVEL SECURITY;
-- only: postgres
ALTER TABLE job_detail FORCE ROW LEVEL SECURITY;
-- only: postgres
CREATE POLICY job_detail_of_council ON job_detail
 USING (current_setting('ochil.council', true) = CAST(council AS TEXT));
