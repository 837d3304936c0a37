#include "store/job_lease.h"

#include <assert.h>
#include <stdio.h>

#include "store/job_inside.h"
#include "store/store_sql.h"

/* How often a take looks again when others were quicker, before it gives up for this time. */
#define LOOKS_MOST 100

static const struct text system_actor = { "system", 6 };

static struct moment now_of(const struct job_server *server)
{
    return server->clock.now(server->clock.context);
}

enum err job_server_open(struct job_server *server, struct arena *arena, struct trouble *trouble)
{
    unsigned char drawn[16];

    if (server->outside->random(drawn, sizeof drawn) < 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes");
    for (size_t i = 0; i < sizeof drawn; i++)
        (void)snprintf(server->holder + 2 * i, 3, "%02x", drawn[i]);
    server->kind_list = ",";
    for (const struct job_kind *kind = server->kinds; kind->name != NULL; kind++) {
        if (!job_kind_sane(text_of(kind->name)) || kind->lease_ms < 1 ||
            kind->lease_ms > JOB_LEASE_MS_MAX || kind->attempts < 1)
            return fail(trouble, ERR_USAGE, "'%s' is no kind of job", kind->name);
        server->kind_list = arena_print(arena, "%s%s,", server->kind_list, kind->name);
    }
    return OK;
}

static const struct job_kind *kind_of(const struct job_server *server, const char *name)
{
    const struct job_kind *kind = server->kinds;

    while (kind->name != NULL && strcmp(kind->name, name) != 0)
        kind++;
    assert(kind->name != NULL);     /* only those of kind_list were asked for */
    return kind;
}

/* --- taking --- */

struct taking {
    const struct job_server *server;
    struct arena            *arena;
    int64_t                  council;   /* -1: any */
    struct job_lease        *lease;
    struct moment            now;
    struct job_row           row;
    bool                     there;     /* a job is due */
    bool                     leased;    /* and is ours */
};

static enum err find_by(struct tx *tx, const struct query *query, struct taking *taking,
                        struct trouble *trouble)
{
    struct statement *find;
    enum err err = tx_prepare(tx, query, &find, trouble);

    if (err != OK)
        return err;
    bind_moment(find, 1, taking->now);
    bind_text(find, 2, text_of(taking->server->kind_list));
    bind_int(find, 3, taking->council);
    if (query == &sql_job_left)
        bind_int(find, 4, taking->now.ms + JOB_LEASE_MS_MAX);
    err = statement_step(find, &taking->there, trouble);
    if (err == OK && taking->there)
        err = job_row_read(find, &taking->row, trouble);
    statement_end(find);
    return err;
}

/* The next job that is due, of the council or of any. */
static enum err find_due(struct tx *tx, void *context, struct trouble *trouble)
{
    struct taking *taking = context;

    taking->leased = false;
    taking->now = now_of(taking->server);
    enum err err = find_by(tx, &sql_job_left, taking, trouble);
    if (err == OK && !taking->there)
        err = find_by(tx, &sql_job_queued, taking, trouble);
    return err;
}

static enum err read_work(struct tx *tx, const struct taking *taking, struct trouble *trouble)
{
    struct job_lease *lease = taking->lease;
    struct statement *find;
    enum err err = tx_prepare(tx, &sql_job_work, &find, trouble);

    if (err != OK)
        return err;
    bind_int(find, 1, taking->row.id);
    bind_int(find, 2, taking->row.council);
    if ((err = statement_one(find, trouble)) != OK)
        return err;
    lease->arguments = text_keep(taking->arena, column_text(find, 0));
    lease->checkpoint = text_keep(taking->arena, column_text(find, 1));
    lease->asked_by = text_keep(taking->arena, column_text(find, 2));
    statement_end(find);
    return OK;
}

static enum err lease_it(struct tx *tx, struct taking *taking, const struct job_kind *kind,
                         struct trouble *trouble)
{
    struct job_row *row = &taking->row;
    const int64_t token_before = row->token;
    const enum job_event event = row->state == JOB_QUEUED ? JOB_EVENT_TAKE : JOB_EVENT_TAKE_OVER;

    row->token++;
    row->attempt++;
    row->lease_until = taking->now.ms + kind->lease_ms;
    memcpy(row->holder, taking->server->holder, sizeof row->holder);
    enum err err = job_row_move(tx, row, event, token_before, taking->now, trouble);
    if (err != OK)
        return err;
    *taking->lease = (struct job_lease){ .job = row->id, .council = row->council, .kind = kind,
                                         .token = row->token, .attempt = row->attempt };
    err = read_work(tx, taking, trouble);
    taking->leased = err == OK;
    return err;
}

/* Nobody works on it any more and nobody shall: it has ended where it was left. */
static enum err end_left(struct tx *tx, struct taking *taking, enum job_event event,
                         struct trouble *trouble)
{
    char words[128] = "Cancelled; the server that worked on it had stopped";
    struct job_row *row = &taking->row;

    if (event == JOB_EVENT_FAIL)
        (void)snprintf(words, sizeof words, "Given up after %d %s: the server stopped before the "
                       "work had ended", row->attempt, row->attempt == 1 ? "attempt" : "attempts");
    const struct job_outcome outcome = { text_of(words), { "", 0 } };
    enum err err = job_row_move(tx, row, event, row->token, taking->now, trouble);
    if (err == OK)
        err = job_row_ended(tx, taking->server->outside, row, &outcome, system_actor, taking->now,
                            trouble);
    return err;
}

static enum err take_due(struct tx *tx, void *context, struct trouble *trouble)
{
    struct taking *taking = context;
    enum err err = find_due(tx, taking, trouble);

    if (err != OK || !taking->there)
        return err;
    const struct job_kind *kind = kind_of(taking->server, taking->row.kind);
    assert(taking->row.state == JOB_QUEUED ||
           job_lease_ran_out(taking->row.lease_until, taking->now.ms));
    if (taking->row.state == JOB_RUNNING && taking->row.cancel_wanted)
        return end_left(tx, taking, JOB_EVENT_CANCEL, trouble);
    if (taking->row.state == JOB_RUNNING && taking->row.attempt >= kind->attempts)
        return end_left(tx, taking, JOB_EVENT_FAIL, trouble);
    return lease_it(tx, taking, kind, trouble);
}

/* First a look at all councils' queue, which writes nothing and locks nobody out; then, in the
 * scope of the council whose job is next, whatever of its jobs is next by then. */
enum err job_lease_take(const struct job_server *server, struct arena *arena,
                        struct job_lease *out, bool *found, struct trouble *trouble)
{
    struct taking taking = { .server = server, .arena = arena, .lease = out };
    enum err err = OK;

    *found = false;
    for (int look = 0; look < LOOKS_MOST && err == OK && !*found; look++) {
        taking.council = -1;
        err = db_read(server->db, (struct db_scope){ 0, NULL }, find_due, &taking, trouble);
        if (err != OK || !taking.there)
            return err;
        taking.council = taking.row.council;
        err = db_write(server->db, (struct db_scope){ taking.council, arena }, take_due, &taking,
                       trouble);
        *found = err == OK && taking.leased;
    }
    return err;
}

/* --- holding --- */

/* The fence: is the lease still the job's? */
static enum err hold(struct tx *tx, const struct job_server *server, const struct job_lease *lease,
                     struct job_row *row, struct trouble *trouble)
{
    enum err err = job_row_find(tx, lease->council, lease->job, row, trouble);

    if (err != OK)
        return err;
    if (row->state != JOB_RUNNING)
        return fail(trouble, ERR_CONFLICT, "job %lld is %s: it was taken over or has ended",
                    (long long)lease->job, job_state_word(row->state));
    /* The holder too: a store that was restored from a copy may give a token a second time. */
    if (row->token != lease->token || strcmp(row->holder, server->holder) != 0)
        return fail(trouble, ERR_CONFLICT, "job %lld was taken over", (long long)lease->job);
    return OK;
}

struct beating {
    const struct job_server   *server;
    const struct job_lease    *lease;
    const struct job_progress *progress;
    struct moment              now;
    bool                       cancel_wanted;
};

static enum err renew_lease(struct tx *tx, struct beating *beating, struct trouble *trouble)
{
    const struct job_lease *lease = beating->lease;
    struct statement *renew;
    bool held = false;
    enum err err = tx_prepare(tx, &sql_job_beat, &renew, trouble);

    if (err != OK)
        return err;
    bind_int(renew, 1, lease->job);
    bind_int(renew, 2, lease->council);
    bind_int(renew, 3, lease->token);
    bind_text(renew, 4, text_of(beating->server->holder));
    bind_int(renew, 5, beating->now.ms + lease->kind->lease_ms);
    err = statement_step(renew, &held, trouble);
    if (err == OK && !held)
        return fail(trouble, ERR_CONFLICT, "job %lld was taken over", (long long)lease->job);
    if (err == OK)
        beating->cancel_wanted = column_bool(renew, 0);
    statement_end(renew);
    return err;
}

static enum err tell(struct tx *tx, const struct beating *beating, struct trouble *trouble)
{
    struct statement *set;
    enum err err = tx_prepare(tx, &sql_job_progress_set, &set, trouble);

    if (err != OK)
        return err;
    bind_int(set, 1, beating->lease->job);
    bind_int(set, 2, beating->lease->council);
    bind_moment(set, 3, beating->now);
    bind_int(set, 4, beating->progress->done);
    bind_int(set, 5, beating->progress->of);
    bind_text(set, 6, beating->progress->words);
    return statement_run(set, NULL, trouble);
}

static enum err beat(struct tx *tx, void *context, struct trouble *trouble)
{
    struct beating *beating = context;

    beating->now = now_of(beating->server);
    enum err err = renew_lease(tx, beating, trouble);
    return err != OK || beating->progress == NULL ? err : tell(tx, beating, trouble);
}

enum err job_lease_beat(const struct job_server *server, const struct job_lease *lease,
                        const struct job_progress *progress, bool *cancel_wanted,
                        struct trouble *trouble)
{
    struct beating beating = { .server = server, .lease = lease, .progress = progress };
    enum err err = db_write(server->db, (struct db_scope){ lease->council, NULL }, beat, &beating,
                            trouble);

    *cancel_wanted = beating.cancel_wanted;
    return err;
}

struct writing {
    const struct job_server *server;
    const struct job_lease  *lease;
    const struct job_ending *ending;
};

static enum err write_held(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct writing *writing = context;
    struct job_row row;
    enum err err = hold(tx, writing->server, writing->lease, &row, trouble);

    return err != OK ? err : writing->ending->work(tx, writing->ending->context, trouble);
}

enum err job_lease_write(const struct job_server *server, const struct job_lease *lease,
                         struct arena *arena, db_work *work, void *context,
                         struct trouble *trouble)
{
    const struct job_ending goes_on = { .work = work, .context = context };
    struct writing writing = { server, lease, &goes_on };

    return db_write(server->db, (struct db_scope){ lease->council, arena }, write_held, &writing,
                    trouble);
}

/* --- ending --- */

static enum err move_on(struct tx *tx, const struct writing *writing, struct job_row *row,
                        struct trouble *trouble)
{
    static const struct job_outcome cancelled = { { "Cancelled", 9 }, { "", 0 } };
    const struct job_server *server = writing->server;
    const struct job_outcome *outcome = writing->ending->outcome;
    const struct moment now = now_of(server);
    enum job_event event = writing->ending->event;

    if (row->cancel_wanted && (event == JOB_EVENT_TRY_AGAIN || event == JOB_EVENT_RELEASE)) {
        event = JOB_EVENT_CANCEL;
        outcome = &cancelled;
    }
    if (event == JOB_EVENT_TRY_AGAIN)
        row->not_before = now.ms + job_retry_delay_ms(row->attempt);
    if (event == JOB_EVENT_RELEASE)
        row->attempt--;     /* it was not the work's fault */
    enum err err = job_row_move(tx, row, event, row->token, now, trouble);
    if (err == OK && job_state_ended(row->state))
        err = job_row_ended(tx, server->outside, row, outcome, system_actor, now, trouble);
    return err;
}

static enum err end_held(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct writing *writing = context;
    const struct job_ending *ending = writing->ending;
    struct job_row row;
    enum err err = hold(tx, writing->server, writing->lease, &row, trouble);

    if (err == OK && ending->work != NULL)
        err = ending->work(tx, ending->context, trouble);
    return err != OK ? err : move_on(tx, writing, &row, trouble);
}

enum err job_lease_end(const struct job_server *server, const struct job_lease *lease,
                       const struct job_ending *ending, struct trouble *trouble)
{
    struct writing writing = { server, lease, ending };

    return db_write(server->db, (struct db_scope){ lease->council, ending->arena }, end_held,
                    &writing, trouble);
}

enum err job_lease_checkpoint(struct tx *tx, const struct job_lease *lease,
                              struct text checkpoint, struct trouble *trouble)
{
    struct statement *set;
    enum err err = tx_prepare(tx, &sql_job_checkpoint_set, &set, trouble);

    if (err != OK)
        return err;
    bind_int(set, 1, lease->job);
    bind_int(set, 2, lease->council);
    bind_text(set, 3, checkpoint);
    return statement_run(set, NULL, trouble);
}
