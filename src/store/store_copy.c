#include "store/store_copy.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>

#include "store/db_inside.h"
#include "store/dump.h"
#include "store/table_rows.h"

struct copy {
    struct db         *to;
    struct arena      *arena;
    struct tx         *source;
    struct shape       from;
    int64_t            rows;
    const struct dump *expected;    /* of what was loaded; NULL: it is not compared */
};

/* --- the target, ready to be loaded --- */

__attribute__((format(printf, 3, 4)))
static enum err execute(struct tx *tx, struct trouble *trouble, const char *format, ...)
{
    char sql[512];
    va_list list;

    va_start(list, format);
    int size = vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    assert(size > 0 && (size_t)size < sizeof sql);
    return tx_execute(tx, sql, trouble);
}

/* What guards rows: SQLite's triggers, with their words; on PostgreSQL the tables whose row-level
 * security holds for their owner too. */
static const struct query guards = {
    "guards",
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name",
    "SELECT CAST(relname AS TEXT), '' FROM pg_catalog.pg_class WHERE relforcerowsecurity AND "
    "pg_catalog.pg_table_is_visible(oid) ORDER BY relname",
};

struct guard {
    const char   *name;
    const char   *sql;
    struct guard *next;
};

static enum err read_guards(struct tx *tx, struct arena *arena, struct guard **out,
                            struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &guards, &list, trouble);

    *out = NULL;
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        struct guard *guard = arena_take(arena, 1, sizeof *guard);
        const struct text name = column_text(list, 0);
        const struct text sql = column_text(list, 1);
        *guard = (struct guard){ arena_copy(arena, name.data, name.size),
                                 arena_copy(arena, sql.data, sql.size), *out };
        *out = guard;
    }
    return err;
}

/* What the transaction sees now is what should be there; its rows are not hidden at this point. */
static enum err compare(struct copy *copy, struct tx *tx, struct trouble *trouble)
{
    struct dump found;

    if (copy->expected == NULL)
        return OK;
    enum err err = dump_store(tx, copy->arena, NULL, &found, trouble);
    return err == OK ? dump_same(copy->expected, "the backup", &found, "what was restored", trouble)
                     : err;
}

/* All of this is DDL, which both engines take back with the transaction. */
static enum err guards_down(struct tx *tx, const struct guard *guard, struct trouble *trouble)
{
    enum err err = OK;

    for (; guard != NULL && err == OK; guard = guard->next)
        err = tx_engine(tx) == DB_SQLITE
                  ? execute(tx, trouble, "DROP TRIGGER %s", guard->name)
                  : execute(tx, trouble, "ALTER TABLE %s NO FORCE ROW LEVEL SECURITY",
                            guard->name);
    return err;
}

static enum err guards_up(struct tx *tx, const struct guard *guard, struct trouble *trouble)
{
    enum err err = OK;

    for (; guard != NULL && err == OK; guard = guard->next)
        err = tx_engine(tx) == DB_SQLITE
                  ? tx_execute(tx, guard->sql, trouble)
                  : execute(tx, trouble, "ALTER TABLE %s FORCE ROW LEVEL SECURITY", guard->name);
    return err;
}

/* PostgreSQL's triggers of ours, should there be any; its own, of foreign keys, stay. */
static enum err triggers_turn(struct tx *tx, const struct shape *to, const char *how,
                              struct trouble *trouble)
{
    enum err err = OK;

    for (int i = 0; i < to->tables && err == OK && tx_engine(tx) == DB_POSTGRES; i++)
        err = execute(tx, trouble, "ALTER TABLE %s %s TRIGGER USER", to->table[i].name, how);
    return err;
}

/* What migrations put in is in the source as well. */
static enum err empty(struct tx *tx, const struct shape *to, struct trouble *trouble)
{
    enum err err = OK;

    for (int i = to->tables; i-- > 0 && err == OK;)
        err = execute(tx, trouble, "DELETE FROM %s", to->table[to->order[i]].name);
    return err;
}

/* --- rows --- */

static enum err load_table(struct copy *copy, struct tx *tx, const struct shape_table *to,
                           struct trouble *trouble)
{
    const int from = shape_find(&copy->from, text_of(to->name));
    struct table_rows rows;
    int64_t count;

    table_rows_open(&rows, copy->source, copy->arena, &copy->from.table[from], NULL, 0);
    enum err err = table_copy(&rows, tx, to, &count, trouble);
    copy->rows += err == OK ? count : 0;
    return err;
}

/* The server goes on counting behind what was loaded; COPY does not move its counter. */
static enum err count_on(struct tx *tx, struct arena *arena, const struct shape_table *table,
                         struct trouble *trouble)
{
    enum err err = OK;

    for (int i = 0; i < table->columns && err == OK; i++) {
        const char *column = table->column[i].name;
        struct query *query = arena_take(arena, 1, sizeof *query);
        struct statement *set;
        if (!table->column[i].counted)
            continue;
        *query = (struct query){ "count_on", arena_print(arena,
            "SELECT setval(pg_get_serial_sequence('%s', '%s'), coalesce(max(%s), 0) + 1, false) "
            "FROM %s", table->name, column, column, table->name), NULL };
        err = tx_prepare(tx, query, &set, trouble);
        if (err == OK)
            err = statement_run(set, NULL, trouble);
    }
    return err;
}

static enum err load_tables(struct copy *copy, struct tx *tx, const struct shape *to,
                            struct trouble *trouble)
{
    enum err err = OK;

    for (int i = 0; i < to->tables && err == OK; i++) {
        const struct shape_table *table = &to->table[to->order[i]];
        err = load_table(copy, tx, table, trouble);
        if (err == OK)
            err = count_on(tx, copy->arena, table, trouble);
    }
    return err;
}

static enum err load(struct tx *tx, void *context, struct trouble *trouble)
{
    struct copy *copy = context;
    struct guard *guard;
    struct shape to;
    enum err err;

    copy->rows = 0;
    /* Rows that refer to others of their own table, and a file that is larger than memory. */
    if (tx_engine(tx) == DB_SQLITE &&
        ((err = tx_execute(tx, "PRAGMA defer_foreign_keys = ON", trouble)) != OK ||
         (err = tx_execute(tx, "PRAGMA cache_spill = ON", trouble)) != OK))
        return err;
    if ((err = shape_read(tx, copy->arena, &to, trouble)) != OK ||
        (err = shape_same(&copy->from, "the source", &to, "the target", trouble)) != OK ||
        (err = read_guards(tx, copy->arena, &guard, trouble)) != OK ||
        (err = guards_down(tx, guard, trouble)) != OK ||
        (err = triggers_turn(tx, &to, "DISABLE", trouble)) != OK ||
        (err = empty(tx, &to, trouble)) != OK ||
        (err = load_tables(copy, tx, &to, trouble)) != OK ||
        (err = compare(copy, tx, trouble)) != OK ||
        (err = triggers_turn(tx, &to, "ENABLE", trouble)) != OK)
        return err;
    return guards_up(tx, guard, trouble);
}

static enum err copy_all(struct tx *tx, void *context, struct trouble *trouble)
{
    struct copy *copy = context;
    enum err err = dump_see_all(tx, trouble);

    copy->source = tx;
    if (err == OK)
        err = shape_read(tx, copy->arena, &copy->from, trouble);
    if (err == OK)
        err = db_write(copy->to, (struct db_scope){ 0, copy->arena }, load, copy, trouble);
    return dump_rights(err, trouble);
}

enum err store_copy_rows(struct db *from, struct db *to, struct arena *arena,
                         const struct dump *expected, int64_t *rows, struct trouble *trouble)
{
    struct copy copy = { .to = to, .arena = arena, .expected = expected };
    enum err err = db_read(from, (struct db_scope){ 0, arena }, copy_all, &copy, trouble);

    *rows = copy.rows;
    return err;
}

/* --- pages --- */

/* Begun on the writer's connection, whose mutex is held. What is copied is forced to the disk at
 * the end and not by SQLite, which would do it while everybody waits. */
static enum err pages_begin(struct connection *writer, const char *path, sqlite3 **to,
                            struct trouble *trouble)
{
    const int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXCLUSIVE;
    int code = sqlite3_open_v2(path, to, how, db_options_of(writer->db)->vfs);

    if (code == SQLITE_OK)
        code = sqlite3_exec(*to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                            "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        writer->copy = sqlite3_backup_init(*to, "main", writer->handle, "main");
        code = writer->copy != NULL ? SQLITE_OK : sqlite3_errcode(*to);
    }
    return code == SQLITE_OK ? OK : fail(trouble, ERR_IO, "%s: %s", path,
                                         *to == NULL ? "out of memory" : sqlite3_errmsg(*to));
}

/* How far it is: pages that are copied. Fewer than before: it began again. */
static int64_t pages_done(sqlite3_backup *copy)
{
    return sqlite3_backup_pagecount(copy) - sqlite3_backup_remaining(copy);
}

/* One step; `*more` false when it was the last. */
static enum err pages_step(struct connection *writer, struct file_copied *out, bool *more,
                           struct trouble *trouble)
{
    const int pages = out->restarts > COPY_RESTARTS_MOST ? -1 : COPY_STEP_PAGES;
    sqlite3_backup *copy = writer->copy;

    /* The connection was lost and with it what had been begun (sqlite_disconnect). */
    if (copy == NULL)
        return fail(trouble, ERR_BUSY, "the store was opened anew while it was copied");
    const int64_t before = out->pages;
    const int code = sqlite3_backup_step(copy, pages);
    out->pages = pages_done(copy);
    out->restarts += out->pages <= before && code == SQLITE_OK;
    out->steps++;
    *more = code != SQLITE_DONE;
    if (code == SQLITE_OK || code == SQLITE_DONE)
        return OK;
    /* Another process holds the file. Nothing is lost by it: the next turn goes on from here. */
    if ((code & 0xff) == SQLITE_BUSY && ++out->busy < COPY_BUSY_MOST)
        return OK;
    const bool kept_busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    return fail(trouble, kept_busy ? ERR_BUSY : ERR_IO,
                "the store cannot be copied: %s", sqlite3_errstr(code));
}

static enum err pages_end(struct connection *writer, enum err err, struct trouble *trouble)
{
    const int code = writer->copy == NULL ? SQLITE_OK : sqlite3_backup_finish(writer->copy);

    writer->copy = NULL;
    if (err == OK && code != SQLITE_OK)
        err = fail(trouble, ERR_IO, "the store cannot be copied: %s", sqlite3_errstr(code));
    return err;
}

enum err store_copy_file(struct db *db, const char *path, bool yields, struct file_copied *out,
                         struct trouble *trouble)
{
    struct connection *writer;
    sqlite3 *to = NULL;
    bool more = true;
    enum err err = db_writer_take(db, &writer, trouble);

    *out = (struct file_copied){ 0 };
    if (err != OK)
        return err;
    err = pages_begin(writer, path, &to, trouble);
    while (err == OK && (err = pages_step(writer, out, &more, trouble)) == OK && more) {
        if (yields && out->restarts > COPY_RESTARTS_MOST) {
            err = fail(trouble, ERR_BUSY, "another program writes to the store all the while");
            break;
        }
        db_writer_give(db);
        if ((err = db_writer_take(db, &writer, trouble)) != OK) {
            (void)sqlite3_close(to);        /* the copy ended with its connection */
            return err;
        }
    }
    err = pages_end(writer, err, trouble);
    db_writer_give(db);
    const int code = sqlite3_close(to);
    if (err == OK && code != SQLITE_OK)
        err = fail(trouble, ERR_IO, "%s: it cannot be closed", path);
    return err;
}
