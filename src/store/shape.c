#include "store/shape.h"

#include <assert.h>
#include <string.h>

#include "store/store_sql.h"

static const struct {
    const char      *type;
    enum column_kind kind;
} types[] = {
    { "INTEGER", COLUMN_INT }, { "INT", COLUMN_INT }, { "TEXT", COLUMN_TEXT },
    { "BLOB", COLUMN_BLOB },
    { "bigint", COLUMN_INT }, { "boolean", COLUMN_BOOL }, { "date", COLUMN_DAY },
    { "text", COLUMN_TEXT }, { "bytea", COLUMN_BLOB },
};

static bool kind_of(struct text type, enum column_kind *kind)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        if (text_is(type, types[i].type)) {
            *kind = types[i].kind;
            return true;
        }
    }
    return false;
}

/* Letters, digits and _: a name that can stand in SQL without quotes. */
static bool is_plain(struct text name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

    for (size_t i = 0; i < name.size; i++) {
        if (!is_one_of(name.data[i], plain))
            return false;
    }
    return name.size > 0 && name.size < 64;
}

static struct shape_table *table_of(struct shape *shape, struct arena *arena, struct text name)
{
    if (shape->tables == 0 || !text_is(name, shape->table[shape->tables - 1].name)) {
        shape->table = arena_grow(arena, shape->table, (size_t)shape->tables,
                                  (size_t)shape->tables + 1, sizeof *shape->table);
        shape->table[shape->tables++] = (struct shape_table){
            .name = arena_copy(arena, name.data, name.size),
            .column = arena_take(arena, SQL_PARAMETERS_MAX, sizeof(struct shape_column)),
        };
    }
    return &shape->table[shape->tables - 1];
}

static enum err add_column(struct statement *row, struct arena *arena, struct shape *shape,
                           struct trouble *trouble)
{
    const struct text name = column_text(row, 0);
    const struct text column = column_text(row, 1);
    enum column_kind kind;

    if (!is_plain(name) || !is_plain(column))
        return fail(trouble, ERR_BUG, "the table %.*s or its column %.*s needs quotes",
                    TEXT(name), TEXT(column));
    if (!kind_of(column_text(row, 2), &kind))
        return fail(trouble, ERR_BUG, "%.*s.%.*s has a type that cannot be copied", TEXT(name),
                    TEXT(column));
    struct shape_table *table = table_of(shape, arena, name);
    if (table->columns == SQL_PARAMETERS_MAX)
        return fail(trouble, ERR_BUG, "%s has more than %d columns", table->name,
                    SQL_PARAMETERS_MAX);
    table->column[table->columns++] = (struct shape_column){
        arena_copy(arena, column.data, column.size), kind, (int)column_int(row, 3),
        column_int(row, 4) != 0, column_int(row, 5) != 0 };
    return OK;
}

/* A key that may be NULL is none: such rows come first on one engine and last on the other, and a
 * comparison with them is neither true nor false. */
static void set_key(struct shape_table *table, struct arena *arena)
{
    int *key = arena_take(arena, (size_t)table->columns, sizeof *key);
    bool whole = true;

    for (int i = 0; i < table->columns; i++) {
        const struct shape_column *column = &table->column[i];
        if (column->key == 0)
            continue;
        key[column->key - 1] = i;
        table->keys++;
        whole = whole && column->never_null;
    }
    table->key = key;
    table->keys = whole ? table->keys : 0;
}

static enum err read_columns(struct tx *tx, struct arena *arena, struct shape *out,
                             struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_shape_columns, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row)
        err = add_column(list, arena, out, trouble);
    for (int i = 0; err == OK && i < out->tables; i++)
        set_key(&out->table[i], arena);
    return err;
}

static enum err read_references(struct tx *tx, struct arena *arena, struct shape *out,
                                struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_shape_references, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        const int from = shape_find(out, column_text(list, 0));
        const int to = shape_find(out, column_text(list, 1));
        if (from < 0 || to < 0)
            return fail(trouble, ERR_BUG, "%.*s refers to %.*s, which is not there",
                        TEXT(column_text(list, 0)), TEXT(column_text(list, 1)));
        struct shape_table *table = &out->table[from];
        int *grown = arena_grow(arena, table->refers, (size_t)table->references,
                                (size_t)table->references + 1, sizeof *grown);
        grown[table->references++] = to;
        table->refers = grown;
    }
    return err;
}

static bool all_placed(const struct shape_table *table, const bool *placed)
{
    for (int i = 0; i < table->references; i++) {
        if (!placed[table->refers[i]])
            return false;
    }
    return true;
}

static enum err set_order(struct shape *shape, struct arena *arena, struct trouble *trouble)
{
    int *order = arena_take(arena, (size_t)shape->tables + 1, sizeof *order);
    bool *placed = arena_take(arena, (size_t)shape->tables + 1, sizeof *placed);
    int count = 0;

    for (int before = -1; before < count && count < shape->tables;) {
        before = count;
        for (int i = 0; i < shape->tables; i++) {
            if (!placed[i] && all_placed(&shape->table[i], placed)) {
                placed[i] = true;
                order[count++] = i;
            }
        }
    }
    shape->order = order;
    return count == shape->tables ? OK : fail(trouble, ERR_BUG, "tables refer to each other in "
                                              "a ring: none of them can be loaded first");
}

enum err shape_read(struct tx *tx, struct arena *arena, struct shape *out,
                    struct trouble *trouble)
{
    enum err err;

    *out = (struct shape){ 0 };
    err = read_columns(tx, arena, out, trouble);
    if (err == OK)
        err = read_references(tx, arena, out, trouble);
    return err == OK ? set_order(out, arena, trouble) : err;
}

int shape_find(const struct shape *shape, struct text table)
{
    for (int i = 0; i < shape->tables; i++) {
        if (text_is(table, shape->table[i].name))
            return i;
    }
    return -1;
}

int shape_column_find(const struct shape_table *table, struct text column)
{
    for (int i = 0; i < table->columns; i++) {
        if (text_is(column, table->column[i].name))
            return i;
    }
    return -1;
}

struct side {
    const struct shape *shape;
    const char         *whose;
};

/* What the one side has and the other has not. */
static enum err shape_within(const struct side *one, const struct side *other,
                             struct trouble *trouble)
{
    for (int i = 0; i < one->shape->tables; i++) {
        const struct shape_table *table = &one->shape->table[i];
        const int at = shape_find(other->shape, text_of(table->name));
        if (at < 0)
            return fail(trouble, ERR_CHECK, "%s has the table %s, %s has not", one->whose,
                        table->name, other->whose);
        for (int column = 0; column < table->columns; column++) {
            const struct shape_table *theirs = &other->shape->table[at];
            const struct shape_column *mine = &table->column[column];
            const int there = shape_column_find(theirs, text_of(mine->name));
            if (there < 0 || theirs->column[there].key != mine->key)
                return fail(trouble, ERR_CHECK, "%s has the column %s.%s, %s has not, or with "
                            "another key", one->whose, table->name, mine->name, other->whose);
        }
    }
    return OK;
}

enum err shape_same(const struct shape *one, const char *whose, const struct shape *other,
                    const char *others, struct trouble *trouble)
{
    const struct side side[] = { { one, whose }, { other, others } };
    enum err err = shape_within(&side[0], &side[1], trouble);

    return err == OK ? shape_within(&side[1], &side[0], trouble) : err;
}
