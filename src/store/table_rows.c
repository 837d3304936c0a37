#include "store/table_rows.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How many bytes of rows a page should have, and how many rows at most. */
#define PAGE_BYTES ((uint64_t)4 << 20)
#define PAGE_ROWS_FIRST 64
#define PAGE_ROWS_MOST 8192
/* More than an SQL text over SQL_PARAMETERS_MAX columns of 63 characters can have, twice over. */
#define SQL_ROOM ((size_t)16 * 1024)

struct sql_line {
    char  *text;
    size_t size;
};

__attribute__((format(printf, 2, 3)))
static void line_add(struct sql_line *line, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    int size = vsnprintf(line->text + line->size, SQL_ROOM - line->size, format, list);
    va_end(list);
    assert(size >= 0 && (size_t)size < SQL_ROOM - line->size);
    line->size += (size_t)size;
}

static void add_key(struct sql_line *line, const struct shape_table *table)
{
    for (int i = 0; i < table->keys; i++)
        line_add(line, "%s%s", i == 0 ? "" : ", ", table->column[table->key[i]].name);
}

static int first_key(const struct table_rows *rows)
{
    return rows->where == NULL ? 2 : 3;
}

/* ?1 is the size of the page; ?2 the subject, if there is a `where`; then the last key. */
static const char *page_sql(const struct table_rows *rows, bool after)
{
    const struct shape_table *table = rows->table;
    struct sql_line line = { arena_take(rows->arena, SQL_ROOM, 1), 0 };
    const char *joined = " WHERE ";

    for (int i = 0; i < table->columns; i++)
        line_add(&line, "%s%s", i == 0 ? "SELECT " : ", ", table->column[i].name);
    line_add(&line, " FROM %s", table->name);
    if (rows->where != NULL) {
        line_add(&line, "%s(%s)", joined, rows->where);
        joined = " AND ";
    }
    if (after) {
        line_add(&line, "%s(", joined);
        add_key(&line, table);
        line_add(&line, ") > (");
        for (int i = 0; i < table->keys; i++)
            line_add(&line, "%s?%d", i == 0 ? "" : ", ", first_key(rows) + i);
        line_add(&line, ")");
    }
    if (table->keys > 0) {
        line_add(&line, " ORDER BY ");
        add_key(&line, table);
    }
    line_add(&line, " LIMIT ?1");
    return line.text;
}


void table_rows_open(struct table_rows *rows, struct tx *tx, struct arena *arena,
                     const struct shape_table *table, const char *where, int64_t subject)
{
    const size_t columns = (size_t)table->columns;

    *rows = (struct table_rows){ .tx = tx, .arena = arena, .table = table, .where = where,
                                 .subject = subject, .limit = PAGE_ROWS_FIRST };
    rows->query = arena_take(arena, 2, sizeof *rows->query);
    rows->query[0] = (struct query){ table->name, page_sql(rows, false), NULL };
    rows->query[1] = (struct query){ table->name, page_sql(rows, true), NULL };
    rows->value = arena_take(arena, columns, sizeof *rows->value);
    rows->last = arena_take(arena, (size_t)table->keys + 1, sizeof *rows->last);
}

/* --- values, in one spelling --- */

static struct cell_value read_cell(struct statement *page, const struct shape_column *column,
                                   int number)
{
    struct cell_value value = { .kind = column->kind };

    if (column_null(page, number)) {
        value.null = true;
        return value;
    }
    switch (column->kind) {
    case COLUMN_INT: value.number = column_int(page, number); break;
    case COLUMN_TEXT: value.bytes = column_text(page, number); break;
    case COLUMN_BLOB: value.bytes = column_blob(page, number); break;
    case COLUMN_BOOL:
        value.kind = COLUMN_INT;
        value.number = column_bool(page, number) ? 1 : 0;
        break;
    case COLUMN_DAY:
        value.kind = COLUMN_TEXT;
        db_day_print(column_day(page, number), value.day);
        break;
    }
    return value;
}

/* The bytes of a text or blob: a day stands in the value itself. */
struct text cell_bytes(const struct cell_value *value)
{
    return value->day[0] != '\0' ? text_of(value->day) : value->bytes;
}

static enum err bind_cell(struct statement *statement, int number, enum column_kind kind,
                          const struct cell_value *value, struct trouble *trouble)
{
    const struct text bytes = cell_bytes(value);
    struct db_day day;

    if (value->null) {
        bind_null(statement, number);
        return OK;
    }
    switch (kind) {
    case COLUMN_INT: bind_int(statement, number, value->number); break;
    case COLUMN_BOOL: bind_bool(statement, number, value->number != 0); break;
    case COLUMN_TEXT: bind_text(statement, number, bytes); break;
    case COLUMN_BLOB: bind_blob(statement, number, bytes); break;
    case COLUMN_DAY:
        if (!db_day_parse(bytes, &day))
            return fail(trouble, ERR_CHECK, "'%.*s' is no date", TEXT(bytes));
        bind_day(statement, number, day);
        break;
    }
    return OK;
}

/* --- page by page --- */

static enum err page_begin(struct table_rows *rows, struct trouble *trouble)
{
    const struct shape_table *table = rows->table;
    enum err err = tx_prepare(rows->tx, &rows->query[rows->begun ? 1 : 0], &rows->page, trouble);

    if (err != OK)
        return err;
    bind_int(rows->page, 1, rows->limit);
    if (rows->where != NULL)
        bind_int(rows->page, 2, rows->subject);
    for (int i = 0; i < table->keys && rows->begun && err == OK; i++)
        err = bind_cell(rows->page, first_key(rows) + i, table->column[table->key[i]].kind,
                        &rows->last[i], trouble);
    rows->begun = true;
    rows->seen = 0;
    rows->bytes = 0;
    return err;
}

/* The next page is as large as the last one lets expect. */
static void page_end(struct table_rows *rows)
{
    rows->page = NULL;
    if (rows->bytes > PAGE_BYTES && rows->limit > 1)
        rows->limit /= 2;
    else if (rows->bytes < PAGE_BYTES / 4 && rows->limit < PAGE_ROWS_MOST)
        rows->limit *= 2;
}

/* Only the last row of a page is continued from; its key outlives the page. */
static void keep_key(struct table_rows *rows)
{
    const struct shape_table *table = rows->table;

    for (int i = 0; i < table->keys; i++) {
        struct cell_value *last = &rows->last[i];
        *last = rows->value[table->key[i]];
        if (last->bytes.size > 0)
            last->bytes.data = arena_copy(rows->arena, last->bytes.data, last->bytes.size);
    }
}

static enum err read_row(struct table_rows *rows, struct trouble *trouble)
{
    const struct shape_table *table = rows->table;

    if (table->keys == 0)
        return fail(trouble, ERR_BUG, "the table %s has rows and no key", table->name);
    for (int i = 0; i < table->columns; i++) {
        rows->value[i] = read_cell(rows->page, &table->column[i], i);
        rows->bytes += rows->value[i].bytes.size + sizeof(int64_t);
    }
    rows->seen++;
    if (rows->seen == rows->limit)
        keep_key(rows);
    return OK;
}

enum err table_rows_next(struct table_rows *rows, bool *more, struct trouble *trouble)
{
    enum err err = OK;

    for (;;) {
        if (rows->page == NULL)
            err = page_begin(rows, trouble);
        if (err == OK)
            err = statement_step(rows->page, more, trouble);
        if (err != OK)
            return err;
        if (*more)
            return read_row(rows, trouble);
        const bool full = rows->seen == rows->limit;
        page_end(rows);
        if (!full)
            return OK;
    }
}

/* --- into another store --- */

struct copying {
    struct table_rows        *from;
    const struct shape_table *to;
    int                       place[SQL_PARAMETERS_MAX];    /* of the target's columns */
};

static enum err copy_row(void *context, struct statement *row, bool *more,
                         struct trouble *trouble)
{
    struct copying *copying = context;
    enum err err = table_rows_next(copying->from, more, trouble);

    for (int i = 0; i < copying->to->columns && err == OK && *more; i++)
        err = bind_cell(row, i + 1, copying->to->column[i].kind,
                        &copying->from->value[copying->place[i]], trouble);
    return err;
}

static const char *insert_sql(struct arena *arena, const struct shape_table *table)
{
    struct sql_line line = { arena_take(arena, SQL_ROOM, 1), 0 };

    line_add(&line, "INSERT INTO %s ", table->name);
    for (int i = 0; i < table->columns; i++)
        line_add(&line, "%s%s", i == 0 ? "(" : ", ", table->column[i].name);
    for (int i = 0; i < table->columns; i++)
        line_add(&line, "%s?%d", i == 0 ? ") VALUES (" : ", ", i + 1);
    line_add(&line, ")");
    return line.text;
}

enum err table_copy(struct table_rows *from, struct tx *to, const struct shape_table *table,
                    int64_t *count, struct trouble *trouble)
{
    struct copying copying = { .from = from, .to = table };
    struct query *query = arena_take(from->arena, 1, sizeof *query);

    *query = (struct query){ table->name, insert_sql(from->arena, table), NULL };
    for (int i = 0; i < table->columns; i++) {
        copying.place[i] = shape_column_find(from->table, text_of(table->column[i].name));
        assert(copying.place[i] >= 0);      /* shape_same() */
    }
    return tx_load(to, query, copy_row, &copying, count, trouble);
}
