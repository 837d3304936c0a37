#include "identity/kept_answer.h"

#include "identity/identity_sql.h"

enum err answer_find(struct tx *tx, struct arena *arena, struct moment now,
                     const struct actor *actor, struct kept_answer *answer,
                     struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_kept_answer_get, &get, trouble);

    if (err != OK)
        return err;
    bind_int(get, 1, actor->acting);
    bind_int(get, 2, actor->account);
    bind_text(get, 3, answer->key);
    bind_int(get, 4, now.ms - ANSWER_KEPT_MS);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    const bool same = text_equal(column_text(get, 0), answer->request);
    const struct text type = column_text(get, 2), body = column_blob(get, 3);
    const struct text etag = column_text(get, 4);
    answer->status = (int)column_int(get, 1);
    answer->type = text_keep(arena, type);
    answer->etag = text_keep(arena, etag);
    answer->body = text_keep(arena, body);
    statement_end(get);
    return same ? OK : fail(trouble, ERR_CONFLICT, "this Idempotency-Key was used for another "
                            "request");
}

static enum err forget(struct tx *tx, struct moment now, const struct actor *actor,
                       struct trouble *trouble)
{
    struct statement *drop;
    enum err err = tx_prepare(tx, &sql_kept_answer_forget, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, actor->acting);
    bind_int(drop, 2, now.ms - ANSWER_KEPT_MS);
    return statement_run(drop, NULL, trouble);
}

enum err answer_keep(struct tx *tx, struct moment now, const struct actor *actor,
                     const struct kept_answer *answer, struct trouble *trouble)
{
    struct statement *add;
    enum err err = forget(tx, now, actor, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_kept_answer_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_int(add, 2, actor->account);
    bind_text(add, 3, answer->key);
    bind_text(add, 4, answer->request);
    bind_int(add, 5, answer->status);
    bind_text(add, 6, answer->type);
    bind_blob(add, 7, answer->body);
    bind_moment(add, 8, now);
    bind_text(add, 9, answer->etag);
    return statement_run(add, NULL, trouble);
}
