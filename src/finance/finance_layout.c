#include "finance/finance_layout.h"

#include "finance/finance_sql.h"

static struct journal_layout of_row(struct statement *row, struct arena *arena)
{
    return (struct journal_layout){
        .id = column_int(row, 0), .system = text_keep(arena, column_text(row, 1)),
        .version = column_int(row, 2), .made_at = column_moment(row, 3),
        .made_by = text_keep(arena, column_text(row, 4)),
        .words = text_keep(arena, column_text(row, 5)),
    };
}

enum err journal_layouts_load(struct tx *tx, struct arena *arena, int64_t council,
                              struct journal_layouts *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_journal_layout_list, &list, trouble);

    *out = (struct journal_layouts){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->layout = arena_grow(arena, out->layout, out->count, out->count + 1,
                                 sizeof *out->layout);
        out->layout[out->count++] = of_row(list, arena);
    }
    return err;
}

enum err journal_layout_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                             struct journal_layout *out, struct trouble *trouble)
{
    struct statement *read;
    enum err err = tx_prepare(tx, &sql_journal_layout_read, &read, trouble);

    if (err != OK)
        return err;
    bind_int(read, 1, council);
    bind_int(read, 2, id);
    if ((err = statement_one(read, trouble)) != OK)
        return err;
    *out = of_row(read, arena);
    statement_end(read);
    return OK;
}

enum err journal_layout_add(struct tx *tx, const struct happening *happening,
                            const struct actor *actor, struct journal_layout *layout,
                            struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_journal_layout_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_text(add, 2, layout->system);
    bind_text(add, 3, layout->words);
    bind_moment(add, 4, happening->now);
    bind_text(add, 5, text_of(actor->login));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    layout->id = column_int(add, 0);
    statement_end(add);
    const struct identity_event event = { text_of(actor->login), actor->acting, "money.layout",
                                          "journal_layout", layout->id, layout->system };
    return identity_record(tx, happening, &event, trouble);
}

enum err journal_layout_in_force(struct tx *tx, struct arena *arena, int64_t council,
                                 struct paper_layout *out, struct trouble *trouble)
{
    struct journal_layouts layouts;
    enum err err = journal_layouts_load(tx, arena, council, &layouts, trouble);

    if (err != OK)
        return err;
    if (layouts.count == 0)
        return paper_layout_read(arena, paper_layout_usual(), out, trouble);
    const struct journal_layout *newest = &layouts.layout[0];
    err = paper_layout_read(arena, newest->words, out, trouble);
    out->name = text_of(arena_print(arena, "%.*s, version %lld", TEXT(newest->system),
                                    (long long)newest->version));
    return err;
}
