#include "register/view_store.h"

#include "base/arena.h"
#include "register/register_sql.h"

static enum err ask(struct tx *tx, const struct query *query, const struct actor *actor,
                    struct statement **out, struct trouble *trouble)
{
    const enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, actor->acting);
    bind_int(*out, 2, actor->account);
    return OK;
}

enum err saved_views_load(struct tx *tx, struct arena *arena, const struct actor *actor,
                          struct text of, struct saved_views *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask(tx, &sql_saved_view_list, actor, &list, trouble);

    *out = (struct saved_views){ .count = 0 };
    if (err != OK)
        return err;
    bind_text(list, 3, of);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->view = arena_grow(arena, out->view, out->count, out->count + 1, sizeof *out->view);
        out->view[out->count++] = (struct saved_view){
            column_int(list, 0), text_keep(arena, column_text(list, 1)),
            text_keep(arena, column_text(list, 2)), text_keep(arena, column_text(list, 3)),
            column_bool(list, 4), column_bool(list, 5), text_keep(arena, column_text(list, 6)),
        };
    }
    return err;
}

/* The name may say more than the trail should. */
static enum err record(struct tx *tx, const struct happening *happening,
                       const struct actor *actor, const char *action, int64_t id, struct text of,
                       struct trouble *trouble)
{
    const struct identity_event event = { text_of(actor->login), actor->acting, action,
                                          "saved_view", id, of };

    return identity_record(tx, happening, &event, trouble);
}

static enum err drop_namesake(struct tx *tx, const struct actor *actor,
                              const struct saved_view *view, struct trouble *trouble)
{
    struct statement *drop;
    const enum err err = ask(tx, &sql_saved_view_replaced, actor, &drop, trouble);

    if (err != OK)
        return err;
    bind_text(drop, 3, view->of);
    bind_text(drop, 4, view->name);
    return statement_run(drop, NULL, trouble);
}

enum err saved_view_keep(struct tx *tx, const struct happening *happening,
                         const struct actor *actor, const struct saved_view *view,
                         struct trouble *trouble)
{
    struct statement *add;
    enum err err = drop_namesake(tx, actor, view, trouble);

    if (err == OK)
        err = ask(tx, &sql_saved_view_add, actor, &add, trouble);
    if (err != OK)
        return err;
    bind_text(add, 3, view->of);
    bind_text(add, 4, view->name);
    bind_text(add, 5, text_of(actor->login));
    bind_text(add, 6, view->query);
    bind_bool(add, 7, view->shared);
    bind_moment(add, 8, happening->now);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    const int64_t id = column_int(add, 0);
    statement_end(add);
    return record(tx, happening, actor, "view.keep", id, view->of, trouble);
}

enum err saved_view_end(struct tx *tx, const struct happening *happening,
                        const struct actor *actor, int64_t id, struct trouble *trouble)
{
    struct statement *drop;
    int64_t changed = 0;
    enum err err = ask(tx, &sql_saved_view_drop, actor, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 3, id);
    err = statement_run(drop, &changed, trouble);
    if (err == OK && changed == 0)
        return ERR_MISSING;
    return err != OK ? err : record(tx, happening, actor, "view.end", id, text_of(""), trouble);
}
