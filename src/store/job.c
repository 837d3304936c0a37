/* store/job.c -- jobs as whoever asks for them sees them: added, cancelled, listed. */
#include "store/job.h"

#include <assert.h>

#include "store/job_inside.h"
#include "store/store_sql.h"

/* --- adding --- */

static enum err order_check(const struct tx *tx, const struct job_order *order,
                            struct trouble *trouble)
{
    if (!job_kind_sane(order->kind))
        return fail(trouble, ERR_USAGE, "'%.*s' is no kind of job", TEXT(order->kind));
    if (order->priority < 0 || order->priority > JOB_PRIORITY_MOST)
        return fail(trouble, ERR_USAGE, "a job's priority is 0 to %d", JOB_PRIORITY_MOST);
    /* On PostgreSQL a policy says so too. */
    if (tx_council(tx) != order->council)
        return fail(trouble, ERR_RIGHTS, "a transaction of another council cannot add a job");
    return OK;
}

/* `*id` 0: its key is new, or it has none. */
static enum err earlier_one(struct tx *tx, const struct job_order *order, int64_t *id,
                            struct trouble *trouble)
{
    struct statement *find;
    bool row = false;

    *id = 0;
    if (order->idempotency.size == 0)
        return OK;
    enum err err = tx_prepare(tx, &sql_job_of_key, &find, trouble);
    if (err != OK)
        return err;
    bind_int(find, 1, order->council);
    bind_text(find, 2, order->kind);
    bind_text(find, 3, order->idempotency);
    err = statement_step(find, &row, trouble);
    if (err == OK && row)
        *id = column_int(find, 0);
    statement_end(find);
    return err;
}

static enum err insert(struct tx *tx, const struct job_order *order, int64_t *id,
                       struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_job_insert, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, order->council);
    bind_text(add, 2, order->kind);
    if (order->idempotency.size > 0)
        bind_text(add, 3, order->idempotency);
    bind_int(add, 4, order->priority);
    bind_moment(add, 5, order->not_before);
    bind_moment(add, 6, order->now);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    *id = column_int(add, 0);
    statement_end(add);

    if ((err = tx_prepare(tx, &sql_job_detail_insert, &add, trouble)) != OK)
        return err;
    bind_int(add, 1, *id);
    bind_int(add, 2, order->council);
    bind_text(add, 3, order->asked_by);
    bind_text(add, 4, order->arguments);
    return statement_run(add, NULL, trouble);
}

enum err job_add(struct tx *tx, const struct outside *outside, const struct job_order *order,
                 int64_t *id, struct trouble *trouble)
{
    enum err err = order_check(tx, order, trouble);

    if (err == OK)
        err = earlier_one(tx, order, id, trouble);
    if (err != OK || *id != 0)
        return err;
    if ((err = insert(tx, order, id, trouble)) != OK)
        return err;
    const struct job_entry entry = { order->now, order->asked_by, order->council, "job.add",
                                     order->kind, *id, order->request };
    return job_trail(tx, outside, &entry, trouble);
}

/* --- cancelling --- */

static enum err want_cancel(struct tx *tx, const struct job_row *row, struct trouble *trouble)
{
    struct statement *want;
    enum err err = tx_prepare(tx, &sql_job_want_cancel, &want, trouble);

    if (err != OK)
        return err;
    bind_int(want, 1, row->id);
    bind_int(want, 2, row->council);
    return statement_run(want, NULL, trouble);
}

enum err job_cancel(struct tx *tx, const struct outside *outside, const struct job_cancel *cancel,
                    struct trouble *trouble)
{
    static const struct job_outcome outcome = { { "Cancelled before it began", 25 }, { "", 0 } };
    struct job_row row;
    enum err err = job_row_find(tx, cancel->council, cancel->id, &row, trouble);

    if (err != OK || (row.state == JOB_RUNNING && row.cancel_wanted))
        return err;
    const struct job_entry entry = { cancel->now, cancel->actor, row.council, "job.cancel",
                                     text_of(row.kind), row.id, cancel->request };
    if (row.state == JOB_RUNNING)
        err = want_cancel(tx, &row, trouble);
    else
        err = job_row_move(tx, &row, JOB_EVENT_CANCEL, row.token, cancel->now, trouble);
    if (err == OK)
        err = job_trail(tx, outside, &entry, trouble);
    if (err == OK && row.state == JOB_CANCELLED)
        err = job_row_ended(tx, outside, &row, &outcome, cancel->actor, cancel->now, trouble);
    return err;
}

/* --- showing --- */

static enum err job_read(struct statement *row, struct arena *arena, struct job *job,
                         struct trouble *trouble)
{
    *job = (struct job){
        .id = column_int(row, 0),
        .kind = text_keep(arena, column_text(row, 1)),
        .priority = (int)column_int(row, 2),
        .not_before = column_moment(row, 4),
        .added_at = column_moment(row, 5),
        .ended_at = column_moment(row, 6),
        .attempt = (int)column_int(row, 7),
        .cancel_wanted = column_bool(row, 8),
        .asked_by = text_keep(arena, column_text(row, 9)),
        .arguments = text_keep(arena, column_text(row, 10)),
        .progress_at = column_moment(row, 11),
        .done = column_int(row, 12),
        .of = column_int(row, 13),
        .progress = text_keep(arena, column_text(row, 14)),
        .outcome = text_keep(arena, column_text(row, 15)),
        .result = text_keep(arena, column_text(row, 16)),
    };
    if (!job_state_of_word(column_text(row, 3), &job->state))
        return fail(trouble, ERR_CHECK, "job %lld is '%.*s', which no job can be",
                    (long long)job->id, TEXT(column_text(row, 3)));
    return OK;
}

/* `out` has room for `rows`. `id` 0: all that the filter lets pass. */
static enum err list(struct tx *tx, struct arena *arena, const struct job_filter *filter,
                     int64_t id, struct job *out, size_t *count, struct trouble *trouble)
{
    const char *state = filter->state == NULL ? "" : job_state_word(*filter->state);
    struct statement *ask;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_job_list, &ask, trouble);

    *count = 0;
    if (err != OK)
        return err;
    bind_int(ask, 1, filter->council);
    bind_int(ask, 2, id);
    bind_text(ask, 3, text_of(state));
    bind_text(ask, 4, filter->kind);
    bind_int(ask, 5, filter->below > 0 ? filter->below : INT64_MAX);
    bind_int(ask, 6, filter->rows);
    while (err == OK && (err = statement_step(ask, &row, trouble)) == OK && row)
        err = job_read(ask, arena, &out[(*count)++], trouble);
    return err;
}

enum err job_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                  struct job *out, struct trouble *trouble)
{
    const struct job_filter filter = { .council = council, .rows = 1 };
    size_t count = 0;
    /* 0 asks for all. */
    enum err err = id > 0 ? list(tx, arena, &filter, id, out, &count, trouble) : OK;

    if (err == OK && count == 0)
        return fail(trouble, ERR_MISSING, "there is no job %lld", (long long)id);
    return err;
}

enum err job_list(struct tx *tx, struct arena *arena, const struct job_filter *filter,
                  struct job **out, size_t *count, struct trouble *trouble)
{
    assert(filter->rows >= 1 && filter->rows <= JOB_LIST_MAX);
    *out = arena_take(arena, (size_t)filter->rows, sizeof **out);
    return list(tx, arena, filter, 0, *out, count, trouble);
}
