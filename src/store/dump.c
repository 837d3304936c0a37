#include "store/dump.h"

#include <stdio.h>
#include <string.h>

#include "store/db_inside.h"
#include "store/table_rows.h"

/* Lines on their way: hashed, and given to the sink if there is one. */
struct dumping {
    struct sink    *text;
    struct sha256   hash;
    enum err        err;
    struct trouble *trouble;
    size_t          used;
    char            buffer[32 * 1024];
};

static void flush(struct dumping *dumping)
{
    sha256_add(&dumping->hash, dumping->buffer, dumping->used);
    if (dumping->text != NULL && dumping->err == OK)
        dumping->err = dumping->text->write(dumping->text, dumping->buffer, dumping->used,
                                            dumping->trouble);
    dumping->used = 0;
}

static void put(struct dumping *dumping, const char *bytes, size_t size)
{
    while (size > 0) {
        const size_t room = sizeof dumping->buffer - dumping->used;
        const size_t part = size < room ? size : room;
        memcpy(dumping->buffer + dumping->used, bytes, part);
        dumping->used += part;
        bytes += part;
        size -= part;
        if (dumping->used == sizeof dumping->buffer)
            flush(dumping);
    }
}

static void put_word(struct dumping *dumping, const char *word)
{
    put(dumping, word, strlen(word));
}

static const char *escape_of(char c)
{
    switch (c) {
    case '\\': return "\\\\";
    case '\t': return "\\t";
    case '\n': return "\\n";
    case '\r': return "\\r";
    default: return NULL;
    }
}

static void put_text(struct dumping *dumping, struct text text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.size; i++) {
        const char *escape = escape_of(text.data[i]);
        if (escape == NULL)
            continue;
        put(dumping, text.data + from, i - from);
        put_word(dumping, escape);
        from = i + 1;
    }
    put(dumping, text.data + from, text.size - from);
}

static enum err put_blob(struct dumping *dumping, struct text blob)
{
    char hex[DUMP_BLOB_MOST * 2 + 1] = "";
    struct sha256_sum sum;
    enum err err = OK;

    if (blob.size <= DUMP_BLOB_MOST) {
        for (size_t i = 0; i < blob.size; i++)
            (void)snprintf(hex + 2 * i, 3, "%02x", (unsigned char)blob.data[i]);
    } else {
        err = sha256_of(blob.data, blob.size, &sum, dumping->trouble);
        if (err == OK)
            sha256_hex(&sum, hex);
    }
    put_word(dumping, blob.size <= DUMP_BLOB_MOST ? "\\x" : "\\h");
    put_word(dumping, hex);
    return err;
}

static enum err put_cell(struct dumping *dumping, const struct cell_value *value)
{
    char digits[24];

    if (value->null) {
        put_word(dumping, "\\N");
        return OK;
    }
    switch (value->kind) {
    case COLUMN_BLOB: return put_blob(dumping, cell_bytes(value));
    case COLUMN_TEXT: put_text(dumping, cell_bytes(value)); break;
    case COLUMN_INT:
    case COLUMN_BOOL:
    case COLUMN_DAY:
        (void)snprintf(digits, sizeof digits, "%lld", (long long)value->number);
        put_word(dumping, digits);
        break;
    }
    return OK;
}

/* Columns by name: a column that a migration added stands last in the store that was migrated. */
struct column_order {
    const struct shape_table *table;
    int                       at[SQL_PARAMETERS_MAX];
};

static void order_columns(struct column_order *order)
{
    const struct shape_table *table = order->table;

    for (int i = 0; i < table->columns; i++) {
        int at = i;
        for (; at > 0 && strcmp(table->column[i].name,
                                table->column[order->at[at - 1]].name) < 0; at--)
            order->at[at] = order->at[at - 1];
        order->at[at] = i;
    }
}

static void put_header(struct dumping *dumping, const struct column_order *order)
{
    put_word(dumping, "table ");
    put_word(dumping, order->table->name);
    for (int i = 0; i < order->table->columns; i++) {
        put_word(dumping, " ");
        put_word(dumping, order->table->column[order->at[i]].name);
    }
    put_word(dumping, "\n");
}

static enum err put_rows(struct dumping *dumping, struct table_rows *rows,
                         const struct column_order *order, int64_t *count)
{
    bool more = false;
    enum err err = OK;

    while (err == OK && (err = table_rows_next(rows, &more, dumping->trouble)) == OK && more) {
        for (int i = 0; i < rows->table->columns && err == OK; i++) {
            if (i > 0)
                put_word(dumping, "\t");
            err = put_cell(dumping, &rows->value[order->at[i]]);
        }
        put_word(dumping, "\n");
        ++*count;
    }
    return err;
}

static enum err dump_one(struct tx *tx, struct arena *arena, struct dumping *dumping,
                         const struct shape_table *table, struct dump_table *out)
{
    struct table_rows rows;
    struct column_order order = { .table = table };
    enum err err = sha256_begin(&dumping->hash, dumping->trouble);

    if (err != OK)
        return err;
    out->name = table->name;
    order_columns(&order);
    table_rows_open(&rows, tx, arena, table, NULL, 0);
    put_header(dumping, &order);
    err = put_rows(dumping, &rows, &order, &out->rows);
    flush(dumping);
    if (err == OK)
        err = dumping->err;
    if (err == OK)
        return sha256_end(&dumping->hash, &out->sum, dumping->trouble);
    sha256_drop(&dumping->hash);
    return err;
}

enum err dump_total(struct dump *dump, struct trouble *trouble)
{
    struct sha256 hash;
    char hex[SHA256_HEX_SIZE];
    char line[256];
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    for (int i = 0; i < dump->tables; i++) {
        sha256_hex(&dump->table[i].sum, hex);
        int size = snprintf(line, sizeof line, "%s %lld %s\n", dump->table[i].name,
                            (long long)dump->table[i].rows, hex);
        sha256_add(&hash, line, (size_t)size);
    }
    return sha256_end(&hash, &dump->sum, trouble);
}

/* When memory runs out within a table, its hash is the one thing to be given back. */
enum err dump_store(struct tx *tx, struct arena *arena, struct sink *text, struct dump *out,
                    struct trouble *trouble)
{
    struct dumping *const dumping = arena_take(arena, 1, sizeof *dumping);
    struct shape shape;
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena)) {
        sha256_drop(&dumping->hash);
        arena_pass_on(&outer);
    }
    enum err err = shape_read(tx, arena, &shape, trouble);
    *out = (struct dump){ 0 };
    if (err != OK)
        return err;
    dumping->text = text;
    dumping->trouble = trouble;
    out->table = arena_take(arena, (size_t)shape.tables + 1, sizeof *out->table);
    for (int i = 0; i < shape.tables && err == OK; i++)
        err = dump_one(tx, arena, dumping, &shape.table[i], &out->table[out->tables++]);
    return err == OK ? dump_total(out, trouble) : err;
}

enum err dump_see_all(struct tx *tx, struct trouble *trouble)
{
    if (tx_engine(tx) != DB_POSTGRES)
        return OK;
    return tx_execute(tx, "SET LOCAL row_security = off", trouble);
}

enum err dump_rights(enum err err, struct trouble *trouble)
{
    if (err == ERR_RIGHTS && trouble != NULL) {
        const size_t used = strlen(trouble->text);
        (void)snprintf(trouble->text + used, sizeof trouble->text - used, "; whoever copies a "
                       "whole store must read every council's rows: a role with BYPASSRLS that "
                       "may use all tables");
    }
    return err;
}

struct whole {
    struct arena *arena;
    struct dump  *out;
};

static enum err dump_whole(struct tx *tx, void *context, struct trouble *trouble)
{
    struct whole *whole = context;
    enum err err = dump_see_all(tx, trouble);

    if (err == OK)
        err = dump_store(tx, whole->arena, NULL, whole->out, trouble);
    return dump_rights(err, trouble);
}

enum err dump_url(const char *url, const char *vfs, struct arena *arena, struct dump *out,
                  struct trouble *trouble)
{
    const struct db_options options = { .url = url, .readers = 1, .vfs = vfs };
    struct whole whole = { arena, out };
    struct db *db = NULL;
    enum err err = db_open(arena, &options, &db, trouble);

    if (err != OK)
        return err;
    err = db_read(db, (struct db_scope){ 0, arena }, dump_whole, &whole, trouble);
    db_close(db);
    return err;
}

enum err dump_same(const struct dump *one, const char *whose, const struct dump *other,
                   const char *others, struct trouble *trouble)
{
    if (one->tables != other->tables)
        return fail(trouble, ERR_CHECK, "%s has %d tables, %s has %d", whose, one->tables, others,
                    other->tables);
    for (int i = 0; i < one->tables; i++) {
        const struct dump_table *mine = &one->table[i];
        const struct dump_table *theirs = &other->table[i];
        if (strcmp(mine->name, theirs->name) != 0)
            return fail(trouble, ERR_CHECK, "%s has the table %s where %s has %s", whose,
                        mine->name, others, theirs->name);
        if (mine->rows != theirs->rows || !sha256_equal(&mine->sum, &theirs->sum))
            return fail(trouble, ERR_CHECK, "the table %s differs: %lld rows in %s, %lld in %s%s",
                        mine->name, (long long)mine->rows, whose, (long long)theirs->rows, others,
                        mine->rows == theirs->rows ? ", not the same ones" : "");
    }
    return sha256_equal(&one->sum, &other->sum)
               ? OK : fail(trouble, ERR_CHECK, "the sum over all tables differs");
}
