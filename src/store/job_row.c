/* store/job_row.c -- the queue's row: read, moved through its states, ended. */
#include "store/job_inside.h"

#include <stdio.h>

#include "store/store_sql.h"
#include "store/trail_log.h"

static void copy_text(struct text text, char *out, size_t room)
{
    (void)snprintf(out, room, "%.*s", TEXT(text));
}

enum err job_row_read(struct statement *statement, struct job_row *row, struct trouble *trouble)
{
    *row = (struct job_row){
        .id = column_int(statement, 0),
        .council = column_int(statement, 1),
        .not_before = column_int(statement, 4),
        .token = column_int(statement, 5),
        .attempt = (int)column_int(statement, 6),
        .cancel_wanted = column_bool(statement, 7),
        .lease_until = column_int(statement, 8),
    };
    copy_text(column_text(statement, 2), row->kind, sizeof row->kind);
    copy_text(column_text(statement, 9), row->holder, sizeof row->holder);
    if (!job_state_of_word(column_text(statement, 3), &row->state))
        return fail(trouble, ERR_CHECK, "job %lld is '%.*s', which no job can be",
                    (long long)row->id, TEXT(column_text(statement, 3)));
    return OK;
}

enum err job_row_find(struct tx *tx, int64_t council, int64_t id, struct job_row *row,
                      struct trouble *trouble)
{
    struct statement *find;
    bool there = false;
    enum err err = tx_prepare(tx, &sql_job_find, &find, trouble);

    if (err != OK)
        return err;
    bind_int(find, 1, id);
    bind_int(find, 2, council);
    err = statement_step(find, &there, trouble);
    if (err == OK && !there)
        return fail(trouble, ERR_MISSING, "there is no job %lld", (long long)id);
    if (err == OK)
        err = job_row_read(find, row, trouble);
    statement_end(find);
    return err;
}

static enum err move(struct tx *tx, const struct job_row *row, int64_t token_before,
                     struct moment now, struct trouble *trouble)
{
    struct statement *set;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_job_move, &set, trouble);

    if (err != OK)
        return err;
    bind_int(set, 1, row->id);
    bind_int(set, 2, row->council);
    bind_int(set, 3, token_before);
    bind_text(set, 4, text_of(job_state_word(row->state)));
    bind_int(set, 5, row->not_before);
    bind_int(set, 6, row->token);
    bind_int(set, 7, row->attempt);
    if (row->state == JOB_RUNNING) {
        bind_int(set, 8, row->lease_until);
        bind_text(set, 9, text_of(row->holder));
    }
    if (job_state_ended(row->state))
        bind_moment(set, 10, now);
    err = statement_run(set, &changed, trouble);
    if (err == OK && changed != 1)
        return fail(trouble, ERR_CONFLICT, "job %lld was taken over", (long long)row->id);
    return err;
}

enum err job_row_move(struct tx *tx, struct job_row *row, enum job_event event,
                      int64_t token_before, struct moment now, struct trouble *trouble)
{
    enum job_state to;

    if (!job_state_after(row->state, event, &to))
        return fail(trouble, ERR_CONFLICT, "job %lld is %s already", (long long)row->id,
                    job_state_word(row->state));
    row->state = to;
    return move(tx, row, token_before, now, trouble);
}

static enum err outcome_set(struct tx *tx, const struct job_row *row,
                            const struct job_outcome *outcome, struct trouble *trouble)
{
    struct statement *set;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_job_outcome_set, &set, trouble);

    if (err != OK)
        return err;
    bind_int(set, 1, row->id);
    bind_int(set, 2, row->council);
    bind_text(set, 3, outcome->words);
    bind_text(set, 4, outcome->result);
    err = statement_run(set, &changed, trouble);
    if (err == OK && changed != 1)
        return fail(trouble, ERR_CHECK, "job %lld has no details", (long long)row->id);
    return err;
}

enum err job_row_ended(struct tx *tx, const struct outside *outside, const struct job_row *row,
                       const struct job_outcome *outcome, struct text actor, struct moment now,
                       struct trouble *trouble)
{
    char action[32];
    struct job_entry entry = { now, actor, row->council, action, text_of(row->kind), row->id,
                               { "", 0 } };
    enum err err = outcome_set(tx, row, outcome, trouble);

    (void)snprintf(action, sizeof action, "job.%s", job_state_word(row->state));
    return err != OK ? err : job_trail(tx, outside, &entry, trouble);
}

enum err job_trail(struct tx *tx, const struct outside *outside, const struct job_entry *entry,
                   struct trouble *trouble)
{
    char id[24];
    struct trail_event event = {
        .now = entry->now,
        .actor = entry->actor,
        .council = entry->council,
        .action = text_of(entry->action),
        .subject_kind = text_of("job"),
        .after = { entry->kind, false },
        .request = entry->request,
    };

    (void)snprintf(id, sizeof id, "%lld", (long long)entry->id);
    event.subject_id = text_of(id);
    return trail_append(tx, outside, &event, NULL, trouble);
}
