#include "store/council.h"

#include "extract/value_rules.h"
#include "store/store_sql.h"
#include "trail/trail_checkpoint.h"

/* The second line of the key's file, without the comment above it. */
struct text council_key_line(struct arena *arena, const struct minisign_public *key)
{
    struct text text = minisign_public_text(arena, key);
    const char *first_end = memchr(text.data, '\n', text.size);
    const size_t start = (size_t)(first_end + 1 - text.data);

    return (struct text){ text.data + start, text.size - start - 1 };
}

enum err store_identity_read(struct tx *tx, struct arena *arena, struct store_identity *out,
                             struct trouble *trouble)
{
    struct statement *read;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_identity_read, &read, trouble);

    if (err == OK)
        err = statement_step(read, &row, trouble);
    if (err == OK && !row)
        return fail(trouble, ERR_MISSING, "the store was not begun: run ochil init");
    if (err != OK)
        return err;
    out->store = text_keep(arena, column_text(read, 0));
    err = minisign_public_parse(column_text(read, 1), &out->server, trouble);
    out->sample = column_bool(read, 2);
    statement_end(read);
    return err;
}

enum err store_identity_add(struct tx *tx, struct arena *arena,
                            const struct store_identity *identity, struct moment now,
                            struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_identity_add, &add, trouble);

    if (err != OK)
        return err;
    bind_text(add, 1, identity->store);
    bind_moment(add, 2, now);
    bind_text(add, 3, council_key_line(arena, &identity->server));
    bind_bool(add, 4, identity->sample);
    return statement_run(add, NULL, trouble);
}

static struct council council_of_row(struct arena *arena, struct statement *row)
{
    return (struct council){ .id = column_int(row, 0),
                             .code = text_keep(arena, column_text(row, 1)),
                             .name = text_keep(arena, column_text(row, 2)) };
}

enum err councils_read(struct tx *tx, struct arena *arena, struct councils *out,
                       struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_councils, &list, trouble);

    *out = (struct councils){ NULL, 0 };
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        out->council = arena_grow(arena, out->council, out->count, out->count + 1,
                                  sizeof *out->council);
        out->council[out->count++] = council_of_row(arena, list);
    }
    return err;
}

enum err council_find(struct tx *tx, struct arena *arena, struct text code, struct council *out,
                      struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_council_of_code, &find, trouble);

    if (err != OK)
        return err;
    bind_text(find, 1, code);
    err = statement_step(find, &row, trouble);
    if (err == OK && !row)
        return fail(trouble, ERR_MISSING, "there is no council '%.*s' in this store", TEXT(code));
    if (err != OK)
        return err;
    *out = council_of_row(arena, find);
    statement_end(find);
    return OK;
}

enum err council_judge(const struct council *council, struct trouble *trouble)
{
    if (!partner_code_is_good(council->code) || text_is(council->code, CHECKPOINT_SERVER))
        return fail(trouble, ERR_USAGE, "'%.*s' is no code of a council: 1 to %d of A-Z, a-z, "
                    "0-9, '.', '_' and '-', and not '" CHECKPOINT_SERVER "'",
                    TEXT(council->code), COUNCIL_CODE_MAX);
    if (council->name.size == 0 || council->name.size > COUNCIL_NAME_MAX)
        return fail(trouble, ERR_USAGE, "the name of council %.*s must have 1 to %d bytes",
                    TEXT(council->code), COUNCIL_NAME_MAX);
    return OK;
}

enum err council_add(struct tx *tx, const struct council *council, struct trouble *trouble)
{
    struct statement *add;
    enum err err = council_judge(council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_council_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, council->id);
    bind_text(add, 2, council->code);
    bind_text(add, 3, council->name);
    return statement_run(add, NULL, trouble);
}

/* Has somebody named this key? The server's own would make it its own cosigner. */
static enum err key_is_taken(struct tx *tx, struct arena *arena, const struct minisign_public *key,
                             bool *taken, struct trouble *trouble)
{
    struct store_identity identity;
    struct statement *count;
    enum err err = store_identity_read(tx, arena, &identity, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_council_key_count, &count, trouble);
    if (err != OK)
        return err;
    bind_text(count, 1, council_key_line(arena, key));
    if ((err = statement_one(count, trouble)) != OK)
        return err;
    *taken = column_int(count, 0) > 0 || minisign_public_same(key, &identity.server);
    statement_end(count);
    return OK;
}

enum err council_key_add(struct tx *tx, struct arena *arena, int64_t council,
                         const struct minisign_public *key, struct moment now,
                         struct trouble *trouble)
{
    struct statement *add;
    bool taken = false;
    enum err err = key_is_taken(tx, arena, key, &taken, trouble);

    if (err == OK && taken)
        return fail(trouble, ERR_CONFLICT, "this key is in use already");
    if (err == OK)
        err = tx_prepare(tx, &sql_council_key_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, council);
    bind_text(add, 2, council_key_line(arena, key));
    bind_moment(add, 3, now);
    return statement_run(add, NULL, trouble);
}

enum err council_key_list(struct tx *tx, struct arena *arena, int64_t council,
                          struct council_keys *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_council_key_list, &list, trouble);

    *out = (struct council_keys){ NULL, 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->key = arena_grow(arena, out->key, out->count, out->count + 1, sizeof *out->key);
        out->key[out->count++] = (struct council_key){ text_keep(arena, column_text(list, 0)),
                                                       column_moment(list, 1) };
    }
    return err;
}
