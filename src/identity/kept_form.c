#include "identity/kept_form.h"

#include "identity/identity_sql.h"

/* A statement in the scope of this council. */
static enum err begin(struct tx *tx, const struct query *query, int64_t council,
                      struct statement **out, struct trouble *trouble)
{
    const enum err err = tx_scope(tx, council, trouble);

    return err != OK ? err : tx_prepare(tx, query, out, trouble);
}

static enum err thin(struct tx *tx, const struct actor *actor, struct trouble *trouble)
{
    struct statement *drop;
    enum err err = begin(tx, &sql_kept_form_thin, actor->home, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, actor->home);
    bind_int(drop, 2, actor->account);
    bind_int(drop, 3, KEPT_FORMS_MOST);
    return statement_run(drop, NULL, trouble);
}

enum err kept_form_add(struct tx *tx, struct moment now, const struct actor *actor,
                       struct text path, struct text fields, struct trouble *trouble)
{
    struct statement *add;
    enum err err = begin(tx, &sql_kept_form_add, actor->home, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, actor->home);
    bind_int(add, 2, actor->account);
    bind_int(add, 3, actor->session);
    bind_int(add, 4, actor->acting);
    bind_text(add, 5, path);
    bind_blob(add, 6, fields);
    bind_moment(add, 7, now);
    err = statement_run(add, NULL, trouble);
    return err != OK ? err : thin(tx, actor, trouble);
}

enum err kept_form_list(struct tx *tx, struct arena *arena, struct moment now,
                        const struct actor *actor, struct kept_forms *out,
                        struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = begin(tx, &sql_kept_form_list, actor->home, &list, trouble);

    *out = (struct kept_forms){ arena_take(arena, KEPT_FORMS_MOST, sizeof *out->form), 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, actor->home);
    bind_int(list, 2, actor->account);
    bind_int(list, 3, now.ms - KEPT_FORM_MS);
    while (out->count < KEPT_FORMS_MOST &&
           (err = statement_step(list, &row, trouble)) == OK && row)
        out->form[out->count++] = (struct kept_form){
            .id = column_int(list, 0), .session = column_int(list, 1),
            .acting = column_int(list, 2), .path = text_keep(arena, column_text(list, 3)),
            .kept_at = column_moment(list, 4) };
    if (row)
        statement_end(list);
    return err;
}

enum err kept_form_get(struct tx *tx, struct arena *arena, struct moment now,
                       const struct actor *actor, int64_t id, struct kept_form *out,
                       struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = begin(tx, &sql_kept_form_get, actor->home, &get, trouble);

    if (err != OK)
        return err;
    bind_int(get, 1, id);
    bind_int(get, 2, actor->home);
    bind_int(get, 3, actor->account);
    bind_int(get, 4, now.ms - KEPT_FORM_MS);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *out = (struct kept_form){
        .id = id, .session = column_int(get, 0), .acting = column_int(get, 1),
        .path = text_keep(arena, column_text(get, 2)), .kept_at = column_moment(get, 3),
        .fields = text_keep(arena, column_blob(get, 4)) };
    statement_end(get);
    return OK;
}

enum err kept_form_drop(struct tx *tx, const struct actor *actor, int64_t id,
                        struct trouble *trouble)
{
    struct statement *drop;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_kept_form_drop, actor->home, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, id);
    bind_int(drop, 2, actor->home);
    bind_int(drop, 3, actor->account);
    err = statement_run(drop, &changed, trouble);
    return err == OK && changed != 1 ? ERR_MISSING : err;
}

enum err kept_form_drop_all(struct tx *tx, int64_t council, int64_t account,
                            struct trouble *trouble)
{
    struct statement *drop;
    enum err err = begin(tx, &sql_account_kept_forms_drop, council, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, account);
    bind_int(drop, 2, council);
    return statement_run(drop, NULL, trouble);
}

enum err kept_form_collect(struct tx *tx, struct moment now, int64_t council, int64_t *collected,
                           struct trouble *trouble)
{
    struct statement *drop;
    enum err err = begin(tx, &sql_kept_form_collect, council, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, council);
    bind_int(drop, 2, now.ms - KEPT_FORM_MS);
    return statement_run(drop, collected, trouble);
}
