#include "finance/finance_basis_file.h"

#include "finance/finance_sql.h"

static struct text kept_text(struct statement *row, struct arena *arena, int column)
{
    return column_null(row, column) ? text_of("") : text_keep(arena, column_text(row, column));
}

static struct basis_file of_row(struct statement *row, struct arena *arena)
{
    return (struct basis_file){
        .id = column_int(row, 0), .evidence = kept_text(row, arena, 1),
        .file = kept_text(row, arena, 2), .basis = kept_text(row, arena, 3),
        .words = kept_text(row, arena, 4), .control = kept_text(row, arena, 5),
        .given = kept_text(row, arena, 6), .counted = column_int(row, 7),
        .left_out = column_int(row, 8), .made_at = column_moment(row, 9),
        .made_by = kept_text(row, arena, 10),
        .read_at = { column_null(row, 11) ? 0 : column_int(row, 11) },
        .read_by = kept_text(row, arena, 12),
    };
}

static enum err load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                     struct basis_files *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_basis_file_list, &list, trouble);

    *out = (struct basis_files){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_int(list, 2, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->file = arena_grow(arena, out->file, out->count, out->count + 1, sizeof *out->file);
        out->file[out->count++] = of_row(list, arena);
    }
    return err;
}

enum err basis_files_load(struct tx *tx, struct arena *arena, int64_t council,
                          struct basis_files *out, struct trouble *trouble)
{
    return load(tx, arena, council, 0, out, trouble);
}

enum err basis_file_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                         struct basis_file *out, struct trouble *trouble)
{
    struct basis_files found = { .count = 0 };
    enum err err = id > 0 ? load(tx, arena, council, id, &found, trouble) : ERR_MISSING;

    if (err != OK || found.count == 0)
        return err != OK ? err : ERR_MISSING;
    *out = found.file[0];
    return OK;
}

/* --- written --- */

static enum err record(struct tx *tx, const struct happening *happening,
                       const struct actor *actor, const char *action, int64_t id,
                       struct text words, struct trouble *trouble)
{
    const struct identity_event event = { text_of(actor->login), actor->acting, action,
                                          "basis_file", id, words };

    return identity_record(tx, happening, &event, trouble);
}

static enum err find(struct tx *tx, int64_t council, struct text evidence, int64_t *id,
                     struct trouble *trouble)
{
    struct statement *read;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_basis_file_find, &read, trouble);

    *id = 0;
    if (err != OK)
        return err;
    bind_int(read, 1, council);
    bind_text(read, 2, evidence);
    err = statement_step(read, &row, trouble);
    if (err != OK || !row)
        return err;
    *id = column_int(read, 0);
    statement_end(read);
    return OK;
}

enum err basis_file_add(struct tx *tx, const struct happening *happening,
                        const struct actor *actor, struct text evidence, struct text basis,
                        int64_t *id, bool *already, struct trouble *trouble)
{
    struct statement *add;
    enum err err = find(tx, actor->acting, evidence, id, trouble);

    *already = *id > 0;
    if (err != OK || *already)
        return err;
    err = tx_prepare(tx, &sql_basis_file_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_text(add, 2, evidence);
    bind_text(add, 3, basis);
    bind_moment(add, 4, happening->now);
    bind_text(add, 5, text_of(actor->login));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    *id = column_int(add, 0);
    statement_end(add);
    return record(tx, happening, actor, "money.basis-file", *id, evidence, trouble);
}

enum err basis_file_keep(struct tx *tx, const struct happening *happening,
                         const struct actor *actor, const struct basis_file *file,
                         struct trouble *trouble)
{
    struct statement *keep;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_basis_file_keep, &keep, trouble);

    if (err != OK)
        return err;
    bind_int(keep, 1, actor->acting);
    bind_int(keep, 2, file->id);
    bind_text(keep, 3, file->words);
    bind_text(keep, 4, file->control);
    bind_text(keep, 5, file->given);
    bind_int(keep, 6, file->counted);
    bind_int(keep, 7, file->left_out);
    if (file->given.size > 0) {
        bind_moment(keep, 8, happening->now);
        bind_text(keep, 9, text_of(actor->login));
    }
    err = statement_run(keep, &changed, trouble);
    if (err != OK || changed == 0)
        return err != OK ? err : ERR_MISSING;
    return record(tx, happening, actor, file->given.size > 0 ? "money.basis-file.take"
                                                              : "money.basis-file.read",
                  file->id, file->control, trouble);
}
