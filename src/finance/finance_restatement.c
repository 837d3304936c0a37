/*
 * finance/finance_restatement.c -- restatements as they are kept.
 */
#include "finance/finance_restate.h"
#include "finance/finance_sql.h"
#include "finance/finance_year.h"

/* --- kept --- */

static enum err find_same(struct tx *tx, const struct restated *restated, int64_t *id,
                          struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restatement_same, &find, trouble);

    *id = 0;
    if (err != OK)
        return err;
    bind_int(find, 1, restated->run.id);
    bind_text(find, 2, restated->as.year);
    bind_int(find, 3, restated->as.index + 1);
    bind_text(find, 4, text_of(restated->inputs));
    err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err;
    *id = column_int(find, 0);
    statement_end(find);
    return OK;
}

static enum err add_restatement(struct tx *tx, const struct happening *happening,
                                const struct actor *actor, const struct restated *restated,
                                int64_t *id, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_restatement_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_int(add, 2, restated->run.id);
    bind_text(add, 3, restated->as.year);
    bind_int(add, 4, restated->as.index + 1);
    bind_moment(add, 5, happening->now);
    bind_text(add, 6, text_of(actor->login));
    bind_int(add, 7, restated->lines);
    bind_text(add, 8, text_of(restated->inputs));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    *id = column_int(add, 0);
    statement_end(add);
    return OK;
}

static enum err add_map(struct tx *tx, int64_t id, const struct restated_map *map,
                        struct trouble *trouble)
{
    const int64_t figure[] = { id, map->council, map->was, map->now, map->moved_lines,
                               map->moved_pence, map->kept_lines, map->kept_pence };
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_restatement_map_add, &add, trouble);

    if (err != OK)
        return err;
    for (size_t i = 0; i < COUNT(figure); i++)
        bind_int(add, (int)i + 1, figure[i]);
    return statement_run(add, NULL, trouble);
}

static enum err add_file(struct tx *tx, int64_t id, const struct memory_file *file,
                         struct trouble *trouble)
{
    char hex[SHA256_HEX_SIZE];
    struct sha256_sum sum;
    struct statement *add;
    enum err err = sha256_of(file->bytes.data, file->bytes.size, &sum, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_restatement_file_add, &add, trouble);
    if (err != OK)
        return err;
    sha256_hex(&sum, hex);
    bind_int(add, 1, id);
    bind_text(add, 2, text_of(file->name));
    bind_text(add, 3, file->bytes);
    bind_text(add, 4, text_of(hex));
    return statement_run(add, NULL, trouble);
}

static enum err add_parts(struct tx *tx, int64_t id, const struct restated *restated,
                          struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < restated->maps.count && err == OK; i++)
        err = add_map(tx, id, &restated->maps.map[i], trouble);
    for (size_t i = 0; i < restated->answer.files && err == OK; i++)
        err = add_file(tx, id, &restated->answer.file[i], trouble);
    for (size_t i = 0; i < restated->answer.inputs && err == OK; i++)
        err = add_file(tx, id, &restated->answer.input[i], trouble);
    return err;
}

enum err restatement_keep(struct tx *tx, struct arena *arena, const struct happening *happening,
                          const struct actor *actor, const struct restated *restated, int64_t *id,
                          struct trouble *trouble)
{
    const char *what = arena_print(arena, "%.*s/P%02lld by the maps of %.*s/P%02d",
                                   TEXT(restated->run.year), (long long)restated->run.through,
                                   TEXT(restated->as.year), restated->as.index + 1);
    enum err err = find_same(tx, restated, id, trouble);

    if (err != OK || *id != 0)
        return err;
    err = add_restatement(tx, happening, actor, restated, id, trouble);
    if (err == OK)
        err = add_parts(tx, *id, restated, trouble);
    const struct identity_event event = { text_of(actor->login), actor->acting, "money.restate",
                                          "restatement", *id, text_of(what) };
    return err == OK ? identity_record_shared(tx, happening, &event, trouble) : err;
}

/* --- read --- */

static void take(struct arena *arena, struct statement *row, struct restatement *out)
{
    *out = (struct restatement){
        .id = column_int(row, 0), .run = column_int(row, 1),
        .as = { text_keep(arena, column_text(row, 2)), (int)column_int(row, 3) - 1 },
        .made_for = column_int(row, 4), .made_at = column_moment(row, 5),
        .made_by = text_keep(arena, column_text(row, 6)), .lines = column_int(row, 7),
        .inputs = text_keep(arena, column_text(row, 8)) };
}

enum err restatement_load(struct tx *tx, struct arena *arena, int64_t id, struct restatement *out,
                          struct trouble *trouble)
{
    struct statement *find;
    enum err err = tx_prepare(tx, &sql_restatement_read, &find, trouble);
    bool row = false;

    *out = (struct restatement){ .id = 0 };
    if (err != OK)
        return err;
    bind_int(find, 1, id);
    err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err == OK ? ERR_MISSING : err;
    take(arena, find, out);
    statement_end(find);
    return OK;
}

enum err restatements_load(struct tx *tx, struct arena *arena, const struct period_place *place,
                           struct restatements *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restatement_of_period, &list, trouble);

    *out = (struct restatements){ .count = 0 };
    if (err != OK)
        return err;
    bind_text(list, 1, place->year);
    bind_int(list, 2, place->index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->restatement = arena_grow(arena, out->restatement, out->count, out->count + 1,
                                      sizeof *out->restatement);
        take(arena, list, &out->restatement[out->count++]);
    }
    return err;
}

enum err restatement_maps_load(struct tx *tx, struct arena *arena, int64_t id,
                               struct restated_maps *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restatement_map_list, &list, trouble);

    *out = (struct restated_maps){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->map = arena_grow(arena, out->map, out->count, out->count + 1, sizeof *out->map);
        out->map[out->count++] = (struct restated_map){
            column_int(list, 0), column_int(list, 1), column_int(list, 2), column_int(list, 3),
            column_int(list, 4), column_int(list, 5), column_int(list, 6) };
    }
    return err;
}

enum err restatement_file(struct tx *tx, struct arena *arena, int64_t id, struct text name,
                          struct text *bytes, struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restatement_file_read, &find, trouble);

    if (err != OK)
        return err;
    bind_int(find, 1, id);
    bind_text(find, 2, name);
    err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err == OK ? ERR_MISSING : err;
    *bytes = text_keep(arena, column_text(find, 0));
    statement_end(find);
    return OK;
}

enum err restatement_files_load(struct tx *tx, struct arena *arena, int64_t id,
                                struct run_file **out, size_t *count, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restatement_file_list, &list, trouble);

    *out = NULL;
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct run_file){ text_keep(arena, column_text(list, 0)),
                                                text_keep(arena, column_text(list, 1)),
                                                column_int(list, 2) };
    }
    return err;
}
