#include "governance/governance_risk.h"

#include "governance/governance_sql.h"

static struct text keep(struct arena *arena, struct text text)
{
    return (struct text){ arena_copy(arena, text.data, text.size), text.size };
}

enum err risk_actions_load(struct tx *tx, struct arena *arena, int64_t council,
                           const struct entry *risk, struct risk_action **out, size_t *count,
                           struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_risk_actions, &list, trouble);

    *out = NULL;
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_int(list, 2, risk->council);
    bind_int(list, 3, risk->number);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const bool done = !column_null(list, 4);
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct risk_action){
            column_int(list, 0), keep(arena, column_text(list, 1)),
            keep(arena, column_text(list, 2)), column_day(list, 3), done,
            done ? column_moment(list, 4) : (struct moment){ 0 },
        };
    }
    return err;
}

static enum err next_action(struct tx *tx, const struct entry *risk, int64_t *number,
                            struct trouble *trouble)
{
    struct statement *next;
    enum err err = tx_prepare(tx, &sql_risk_action_next, &next, trouble);

    if (err != OK)
        return err;
    bind_int(next, 1, risk->council);
    bind_int(next, 2, risk->number);
    if ((err = statement_one(next, trouble)) != OK)
        return err;
    *number = column_int(next, 0);
    statement_end(next);
    return OK;
}

/* "action 3: words" for the trail. */
static enum err record_action(struct tx *tx, const struct register_deed *deed,
                              const struct entry *risk, int64_t number, struct text words,
                              struct trouble *trouble)
{
    const char *after = arena_print(deed->arena, "action %lld: %.*s", (long long)number,
                                    TEXT(words));

    return entry_record(tx, &risk_register, deed, risk, text_of(after), trouble);
}

enum err risk_action_add(struct tx *tx, const struct register_deed *deed,
                         const struct entry *risk, struct risk_action *action,
                         struct trouble *trouble)
{
    struct statement *add;
    enum err err;

    if (!entry_is_editable(risk, deed->council))
        return ERR_MISSING;
    if ((err = next_action(tx, risk, &action->number, trouble)) != OK ||
        (err = tx_prepare(tx, &sql_risk_action_add, &add, trouble)) != OK)
        return err;
    bind_int(add, 1, risk->council);
    bind_int(add, 2, risk->number);
    bind_int(add, 3, action->number);
    bind_text(add, 4, action->words);
    bind_text(add, 5, action->owner_post);
    bind_day(add, 6, action->due);
    err = statement_run(add, NULL, trouble);
    return err != OK ? err : record_action(tx, deed, risk, action->number, action->words, trouble);
}

enum err risk_action_done(struct tx *tx, const struct register_deed *deed,
                          const struct entry *risk, int64_t number, struct trouble *trouble)
{
    struct statement *done;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_risk_action_done, &done, trouble);

    if (err != OK)
        return err;
    bind_int(done, 1, risk->council);
    bind_int(done, 2, risk->number);
    bind_int(done, 3, number);
    bind_moment(done, 4, deed->happening->now);
    bind_text(done, 5, deed->login);
    bind_int(done, 6, deed->council);
    if ((err = statement_run(done, &changed, trouble)) != OK)
        return err;
    return changed != 1 ? ERR_MISSING
                        : record_action(tx, deed, risk, number, text_of("done"), trouble);
}
