/*
 * tests/store_worker.c -- a server that tools/soak kills: it writes to a store, works on its jobs
 * and says each on its standard output once it is committed.
 *
 *     store_worker URL run NAME FIRST LEASE_MS      writes NAME-FIRST and on, and works, until it
 *                                                   is killed
 *     store_worker URL drain NAME FIRST LEASE_MS    works until no job is left
 *     store_worker URL hold NAME FIRST LEASE_MS     takes one job and keeps it a while
 *     store_worker URL audit - 0 0                  looks at every byte of evidence
 *
 * Each key that it writes is one transaction: a row of soak_entry, an entry of the trail and a
 * job. What was written already is not written again, since a client that got no answer asks a
 * second time. A job is three pieces of work (soak_piece) and a last one (soak_done). Before every
 * eighth key a file of that name is taken in as evidence, in several transactions.
 *
 *     wrote KEY      committed
 *     kept KEY       the file is whole
 *     began JOB      a handler was called
 *     done JOB       committed
 *     lost JOB       the job was taken over: nothing was written
 */
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/evidence_audit.h"
#include "store/evidence_intake.h"
#include "store/job.h"
#include "store/job_runner.h"
#include "store/trail_log.h"

#define PIECES 3
#define WORKERS 2
#define HOLD_MS 2000
#define FILE_LINES 4000
#define FRAME_BYTES 32768

/* A key of the soak's own: what it keeps nobody else reads. */
static const struct master_key master = { { 7 } };
static const struct evidence_council councils[] = {
    { 1, { "CLK", 3 }, &master }, { 2, { "STI", 3 }, &master },
};

static const struct query entry_count = {
    "entry_count", "SELECT count(*) FROM soak_entry WHERE key = ?1", NULL };
static const struct query entry_add = {
    "entry_add", "INSERT INTO soak_entry (key) VALUES (?1)", NULL };
static const struct query piece_add = {
    "piece_add", "INSERT INTO soak_piece (job, piece) VALUES (?1, ?2)", NULL };
static const struct query done_add = {
    "done_add", "INSERT INTO soak_done (job, token) VALUES (?1, ?2)", NULL };
static const struct query open_count = {
    "open_count", "SELECT count(*) FROM job WHERE ended_at IS NULL", NULL };

/* A line that is out before anything else happens. */
static void say(const char *what, const char *key)
{
    printf("%s %s\n", what, key);
    (void)fflush(stdout);
}

static void say_job(const char *what, int64_t job)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%lld", (long long)job);
    say(what, id);
}

static void tell(void *context, const char *words)
{
    (void)context;
    (void)fprintf(stderr, "%s\n", words);
}

/* --- writing --- */

static enum err count_of(struct tx *tx, const struct query *query, const char *key,
                         int64_t *count, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, query, &ask, trouble);

    if (err != OK)
        return err;
    if (key != NULL)
        bind_text(ask, 1, text_of(key));
    if ((err = statement_one(ask, trouble)) == OK)
        *count = column_int(ask, 0);
    statement_end(ask);
    return err;
}

struct writing {
    char          key[64];
    int64_t       council;
    struct moment now;
};

static enum err add_entry(struct tx *tx, const struct writing *writing, struct trouble *trouble)
{
    const struct trail_event event = {
        .now = writing->now, .actor = text_of("soak"), .council = writing->council,
        .action = text_of("soak.write"), .subject_kind = text_of("soak"),
        .subject_id = text_of(writing->key),
    };
    struct statement *add;
    enum err err = tx_prepare(tx, &entry_add, &add, trouble);

    if (err != OK)
        return err;
    bind_text(add, 1, text_of(writing->key));
    err = statement_run(add, NULL, trouble);
    return err != OK ? err : trail_append(tx, &real_outside, &event, NULL, trouble);
}

static enum err write_key(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct writing *writing = context;
    const struct job_order order = {
        .now = writing->now, .kind = text_of("soak.count"), .council = writing->council,
        .asked_by = text_of("soak"), .priority = JOB_PRIORITY_USUAL,
        .idempotency = text_of(writing->key),
    };
    int64_t there = 0, job;
    enum err err = count_of(tx, &entry_count, writing->key, &there, trouble);

    if (err == OK && there == 0)
        err = add_entry(tx, writing, trouble);
    return err != OK ? err : job_add(tx, &real_outside, &order, &job, trouble);
}

/* Lines that are the key's alone, the same each time. */
static enum err add_lines(struct evidence_intake *intake, const char *key, struct trouble *trouble)
{
    uint64_t mixed = 14695981039346656037u;
    enum err err = OK;
    char line[128];

    for (int number = 0; number < FILE_LINES && err == OK; number++) {
        for (const char *c = key; *c != '\0'; c++)
            mixed = (mixed ^ (unsigned char)*c) * 1099511628211u;
        int size = snprintf(line, sizeof line, "%s,%d,%016llx\n", key, number,
                            (unsigned long long)mixed);
        err = evidence_intake_add(intake, line, (size_t)size, trouble);
    }
    return err;
}

static enum err take_file(struct arena *arena, const struct evidence_arrival *arrival,
                          const char *key, struct trouble *trouble)
{
    struct evidence_intake *intake;
    struct evidence_taken taken;
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = evidence_intake_begin(arena, arrival, &intake, trouble);
    if (err != OK)
        return err;
    err = add_lines(intake, key, trouble);
    if (err == OK)
        err = evidence_intake_end(intake, &taken, trouble);
    evidence_intake_drop(intake);
    return err;
}

static enum err keep_file(struct db *db, const struct writing *writing, struct trouble *trouble)
{
    const struct evidence_arrival arrival = {
        .db = db, .outside = &real_outside, .clock = clock_now,
        .council = councils[writing->council == 2], .actor = text_of("soak"),
        .name = text_of(writing->key), .media = text_of("text/csv"), .kind = EVIDENCE_RECORDS,
        .frame_bytes = FRAME_BYTES, .batch_bytes = FRAME_BYTES,
    };
    struct arena arena = { 0 };
    enum err err = take_file(&arena, &arrival, writing->key, trouble);

    arena_free(&arena);
    if (err == OK)
        say("kept", writing->key);
    return err;
}

static enum err audit(struct db *db, struct trouble *trouble)
{
    struct evidence_audited audited;
    enum err err = OK;

    for (size_t i = 0; i < COUNT(councils) && err == OK; i++) {
        err = evidence_audit(db, &councils[i], &audited, trouble);
        if (err == OK)
            say_job("audited", (int64_t)audited.files);
    }
    return err;
}

static enum err write_on(struct db *db, const char *name, long first, struct trouble *trouble)
{
    enum err err = OK;

    for (long number = first; err == OK; number++) {
        struct writing writing = { .council = number % 3, .now = clock_now() };
        (void)snprintf(writing.key, sizeof writing.key, "%s-%ld", name, number);
        if (number % 8 == 0)
            err = keep_file(db, &writing, trouble);
        if (err == OK)
            err = db_write(db, (struct db_scope){ writing.council, NULL }, write_key, &writing,
                           trouble);
        if (err == OK)
            say("wrote", writing.key);
    }
    return err;
}

/* --- working --- */

struct piece {
    const struct job_run *run;
    int64_t               number;
};

static enum err keep_piece(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct piece *piece = context;
    struct statement *add;
    char checkpoint[8];
    enum err err = tx_prepare(tx, &piece_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, piece->run->lease->job);
    bind_int(add, 2, piece->number);
    if ((err = statement_run(add, NULL, trouble)) != OK)
        return err;
    (void)snprintf(checkpoint, sizeof checkpoint, "%d", (int)piece->number);
    return job_checkpoint(tx, piece->run, text_of(checkpoint), trouble);
}

static enum err keep_done(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct piece *piece = context;
    struct statement *add;
    enum err err = tx_prepare(tx, &done_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, piece->run->lease->job);
    bind_int(add, 2, piece->run->lease->token);
    return statement_run(add, NULL, trouble);
}

static enum err count_pieces(struct job_run *run, void *hold_ms, struct trouble *trouble)
{
    static const struct job_outcome outcome = { { "Counted", 7 }, { "", 0 } };
    const struct text checkpoint = run->lease->checkpoint;
    struct piece piece = { run, checkpoint.size == 0 ? 1 : checkpoint.data[0] - '0' + 1 };
    bool stop = false;
    enum err err = OK;

    say_job("began", run->lease->job);
    (void)poll(NULL, 0, *(int *)hold_ms);
    for (; piece.number <= PIECES && err == OK && !stop; piece.number++) {
        err = job_write(run, keep_piece, &piece, trouble);
        if (err == OK)
            err = job_progress(run, piece.number, PIECES, text_of("counting"), &stop, trouble);
    }
    if (err == OK && stop)
        return job_stopped(run, trouble);
    if (err == OK)
        err = job_finish(run, keep_done, &piece, &outcome, trouble);
    if (err == OK || err == ERR_CONFLICT)
        say_job(err == OK ? "done" : "lost", run->lease->job);
    return err;
}

static enum err count_open(struct tx *tx, void *context, struct trouble *trouble)
{
    return count_of(tx, &open_count, NULL, context, trouble);
}

static enum err wait_for_the_end(struct db *db, struct trouble *trouble)
{
    int64_t left = 1;
    enum err err = OK;

    while (err == OK && left > 0) {
        (void)poll(NULL, 0, 20);
        err = db_read(db, (struct db_scope){ 0, NULL }, count_open, &left, trouble);
    }
    return err;
}

static struct moment real_now(void *context)
{
    (void)context;
    return clock_now();
}

/* `word`: URL, mode, name, first and lease, as above. */
static enum err serve(struct arena *arena, struct db *db, char *const word[],
                      struct trouble *trouble)
{
    const bool holds = strcmp(word[1], "hold") == 0;
    int hold_ms = holds ? HOLD_MS : 1;
    const struct job_kind kinds[] = {
        /* Being killed is an attempt, and here nobody gives up. */
        { "soak.count", count_pieces, &hold_ms, strtol(word[4], NULL, 10), 1000000 },
        { NULL, NULL, NULL, 0, 0 },
    };
    const struct job_runner_options options = {
        .db = db, .outside = &real_outside, .clock = { real_now, NULL }, .kinds = kinds,
        .workers = holds ? 1 : WORKERS, .look_ms = 5, .look_most_ms = 50, .tell = tell,
    };
    struct job_runner *runner = NULL;
    enum err err = job_runner_start(arena, &options, &runner, trouble);

    if (err != OK)
        return err;
    err = strcmp(word[1], "run") == 0 ? write_on(db, word[2], strtol(word[3], NULL, 10), trouble)
                                      : wait_for_the_end(db, trouble);
    job_runner_stop(runner);
    return err;
}

static enum err open_and_serve(struct arena *arena, char *const word[], struct trouble *trouble)
{
    const struct db_options options = { .url = word[0], .readers = WORKERS + 1,
                                        .must_exist = true };
    struct db *db = NULL;
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = db_open(arena, &options, &db, trouble);
    if (err == OK)
        err = strcmp(word[1], "audit") == 0 ? audit(db, trouble)
                                            : serve(arena, db, word, trouble);
    db_close(db);
    return err;
}

int main(int count, char *argument[])
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };

    if (count != 6)
        return ERR_USAGE;
    enum err err = open_and_serve(&arena, argument + 1, &trouble);
    if (err != OK)
        (void)fprintf(stderr, "store_worker: %s\n", trouble.text);
    arena_free(&arena);
    return (int)err;
}
