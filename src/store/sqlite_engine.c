/*
 * store/sqlite_engine.c -- a connection to a SQLite file.
 *
 * Durable before anything else: synchronous=FULL in either journal mode, and WAL only from a
 * library that does not lose its reset race (store_url.h). With a rollback journal cache_spill is
 * off for the writer: a long write that spilled would shut readers out long before it commits.
 *
 * secure_delete=FAST: what is overwritten or deleted within a page of the file (a wrapped key, a
 * session's hash) leaves no trace there. Pages that are given back whole keep theirs: what must
 * be erased is small, or sealed (evidence_erase.h).
 *
 * A reader is opened for reading and writing and kept from writing by query_only: a connection
 * that is read-only could not roll back the journal that a killed writer left behind.
 */
#include "store/db_inside.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>

#include "base/outside.h"

static sqlite3 *sqlite_of(const struct connection *connection)
{
    return connection->handle;
}

/* --- what went wrong --- */

static enum err err_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK: return OK;
    case SQLITE_CONSTRAINT: return ERR_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT: return ERR_BUSY;
    case SQLITE_PERM:
    case SQLITE_AUTH: return ERR_RIGHTS;
    case SQLITE_TOOBIG: return ERR_USAGE;
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOTADB: return ERR_IO;
    default: return ERR_BUG;
    }
}

/* "t.a, t.b" -> "t_a_b": a constraint's columns under its table, as PostgreSQL names it. */
static void join_columns(const char *columns, const char *ending, char *out, size_t room)
{
    const char *dot = strchr(columns, '.');
    const size_t table = dot == NULL ? 0 : (size_t)(dot - columns);
    const char *at = dot == NULL ? NULL : columns;
    size_t used = (size_t)snprintf(out, room, "%.*s", (int)table, columns);

    while (at != NULL && used < room) {
        at += table + 1;
        used += (size_t)snprintf(out + used, room - used, "_%.*s", (int)strcspn(at, ","), at);
        at = strstr(at, ", ");
        at = at == NULL ? NULL : at + 2;
    }
    if (used < room)
        (void)snprintf(out + used, room - used, "%s", ending);
}

static void constraint_name(int extended, const char *message, char *out, size_t room)
{
    const char *what = strstr(message, "failed: ");

    what = what == NULL ? "" : what + strlen("failed: ");
    switch (extended) {
    case SQLITE_CONSTRAINT_CHECK: (void)snprintf(out, room, "%s", what); break;
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        (void)snprintf(out, room, "%.*s_pkey", (int)strcspn(what, "."), what);
        break;
    case SQLITE_CONSTRAINT_UNIQUE: join_columns(what, "_key", out, room); break;
    case SQLITE_CONSTRAINT_NOTNULL: join_columns(what, "_not_null", out, room); break;
    case SQLITE_CONSTRAINT_FOREIGNKEY: (void)snprintf(out, room, "fkey"); break;
    default: (void)snprintf(out, room, "unnamed"); break;
    }
}

/* Tells what SQLite says of its last failure, and keeps what it means for the transaction. */
static enum err told(struct connection *connection, const char *what, struct trouble *trouble)
{
    sqlite3 *sqlite = sqlite_of(connection);
    const int code = sqlite3_extended_errcode(sqlite);
    const char *message = sqlite3_errmsg(sqlite);
    struct db_fault *fault = &connection->fault;
    enum err err = err_of(code);

    /* query_only keeps a reader from writing; a file or disk that is read-only, the writer. */
    if (err == OK || (code & 0xff) == SQLITE_READONLY)
        err = connection->writer && err != OK ? ERR_IO : ERR_BUG;
    fault->again = err == ERR_BUSY;
    /* After a full disk and its like SQLite may have rolled everything back by itself. */
    fault->gone = connection->tx != NULL && sqlite3_get_autocommit(sqlite) != 0;
    if (err == ERR_CONFLICT)
        constraint_name(code, message, fault->constraint, sizeof fault->constraint);
    return fail(trouble, err, "%.*s: %s (SQLite %d)", (int)strcspn(what, "\n"), what, message,
                code);
}

static enum err sqlite_execute(struct connection *connection, const char *sql,
                               struct trouble *trouble)
{
    if (sqlite3_exec(sqlite_of(connection), sql, NULL, NULL, NULL) != SQLITE_OK)
        return told(connection, sql, trouble);
    return OK;
}

/* --- opening --- */

/* What a hostile or broken query may not go beyond. */
static void set_limits(sqlite3 *sqlite)
{
    static const struct {
        int limit;
        int most;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024 },      /* a row, a text, a blob */
        { SQLITE_LIMIT_SQL_LENGTH, 100000 },
        { SQLITE_LIMIT_COLUMN, DB_COLUMNS_MAX },
        { SQLITE_LIMIT_EXPR_DEPTH, 100 },
        { SQLITE_LIMIT_COMPOUND_SELECT, 20 },
        { SQLITE_LIMIT_FUNCTION_ARG, 16 },
        { SQLITE_LIMIT_ATTACHED, 1 },                   /* VACUUM INTO attaches its copy */
        { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200 },
        { SQLITE_LIMIT_VARIABLE_NUMBER, SQL_PARAMETERS_MAX },
        { SQLITE_LIMIT_TRIGGER_DEPTH, 10 },
        { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };

    for (size_t i = 0; i < COUNT(limits); i++)
        (void)sqlite3_limit(sqlite, limits[i].limit, limits[i].most);
}

static enum err set_safety(struct connection *connection, struct trouble *trouble)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
        /* "text" in double quotes is a name, never a string. */
        { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },
    };
    sqlite3 *sqlite = sqlite_of(connection);

    for (size_t i = 0; i < COUNT(options); i++) {
        int now = -1;
        if (sqlite3_db_config(sqlite, options[i].option, options[i].value, &now) != SQLITE_OK ||
            now != options[i].value)
            return fail(trouble, ERR_BUG, "SQLite does not take option %d", options[i].option);
    }
    set_limits(sqlite);
    return OK;
}

/* Of the rollback journals "truncate", whose end is synced: one that is deleted, as is SQLite's
 * custom, can come back after a power cut (its folder is not synced below synchronous=EXTRA) and
 * takes back what was acknowledged. The file is brought to this mode: it may come from
 * elsewhere. */
static const char *journal_wanted(void)
{
    return sqlite_wal_is_safe(sqlite3_libversion_number()) ? "wal" : "truncate";
}

static int journal_is(void *wanted, int columns, char **value, char **name)
{
    (void)name;
    return columns == 1 && strcmp(value[0], wanted) == 0 ? 0 : 1;
}

static enum err set_journal(struct connection *connection, struct trouble *trouble)
{
    char wanted[16];
    char sql[64];

    (void)snprintf(wanted, sizeof wanted, "%s", journal_wanted());
    (void)snprintf(sql, sizeof sql, "PRAGMA journal_mode=%s", wanted);
    int code = sqlite3_exec(sqlite_of(connection), sql, journal_is, wanted, NULL);
    if (code == SQLITE_ABORT)
        return fail(trouble, ERR_IO, "the store's journal cannot be brought to mode %s", wanted);
    return code == SQLITE_OK ? OK : told(connection, sql, trouble);
}

/* A look every millisecond: SQLite's own waiting soon sleeps for 25, and whoever reads a page while
 * a job's piece is committed would wait that long for what takes five; so would new readers for a
 * writer that sleeps while an old one reads on. */
static int wait_for_lock(void *context, int looks)
{
    const struct connection *connection = context;

    if (looks >= db_options_of(connection->db)->busy_ms)
        return 0;
    (void)poll(NULL, 0, 1);
    return 1;
}

static enum err sqlite_settings(struct connection *connection, struct trouble *trouble)
{
    enum err err = set_safety(connection, trouble);

    (void)sqlite3_busy_handler(sqlite_of(connection), wait_for_lock, connection);
    if (err == OK && connection->writer)
        err = set_journal(connection, trouble);
    if (err == OK)
        err = sqlite_execute(connection, "PRAGMA synchronous=FULL", trouble);
    if (err == OK)
        err = sqlite_execute(connection, connection->writer ? "PRAGMA cache_spill=OFF; "
                                                              "PRAGMA secure_delete=FAST"
                                                            : "PRAGMA query_only=ON", trouble);
    return err;
}

static void sqlite_disconnect(struct connection *connection)
{
    for (size_t i = 0; i < DB_STATEMENTS_MAX; i++) {
        if (connection->statement[i] != NULL)
            (void)sqlite3_finalize(connection->statement[i]->prepared);
    }
    for (size_t i = 0; i < DB_CONTROLS; i++) {
        (void)sqlite3_finalize(connection->control[i]);
        connection->control[i] = NULL;
    }
    /* store_copy.c finds it gone. */
    (void)sqlite3_backup_finish(connection->copy);
    connection->copy = NULL;
    int closed = sqlite3_close(sqlite_of(connection));
    assert(closed == SQLITE_OK);    /* else a statement was forgotten */
}

/* Nobody asks how much memory SQLite has, and counting it takes a lock for every piece. */
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err sqlite_connect(struct connection *connection, struct trouble *trouble)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *path = db_url_of(connection->db)->place;
    sqlite3 *sqlite = NULL;
    const int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (db_options_of(connection->db)->must_exist ? 0 : SQLITE_OPEN_CREATE);

    assert(sqlite3_threadsafe() != 0);
    (void)pthread_once(&once, count_no_memory);
    int code = sqlite3_open_v2(path, &sqlite, how, db_options_of(connection->db)->vfs);
    if (sqlite == NULL)
        return fail(trouble, ERR_IO, "out of memory");
    connection->handle = sqlite;
    enum err err = code == SQLITE_OK ? sqlite_settings(connection, trouble)
                                     : told(connection, path, trouble);
    return err;
}

const char *db_journal(const struct db *db)
{
    return db_engine_of(db) == DB_SQLITE ? journal_wanted() : "server";
}

/* --- transactions --- */

enum control { CONTROL_BEGIN, CONTROL_BEGIN_WRITING, CONTROL_COMMIT };

/* Every transaction asks for two of them: compiled once. */
static enum err sqlite_control(struct connection *connection, enum control which,
                               struct trouble *trouble)
{
    static const char *const sql[DB_CONTROLS] = { "BEGIN", "BEGIN IMMEDIATE", "COMMIT" };
    sqlite3_stmt *prepared = connection->control[which];

    if (prepared == NULL && sqlite3_prepare_v3(sqlite_of(connection), sql[which], -1,
                                               SQLITE_PREPARE_PERSISTENT, &prepared,
                                               NULL) != SQLITE_OK)
        return told(connection, sql[which], trouble);
    connection->control[which] = prepared;
    (void)sqlite3_step(prepared);
    return sqlite3_reset(prepared) == SQLITE_OK ? OK : told(connection, sql[which], trouble);
}

static enum err sqlite_begin(struct connection *connection, const struct tx *tx,
                             struct trouble *trouble)
{
    /* A deferred transaction that began by reading is refused when it turns to writing while
     * another one writes, without waiting; so whoever may write says so at once. */
    return sqlite_control(connection, tx->kind == TX_READ ? CONTROL_BEGIN : CONTROL_BEGIN_WRITING,
                          trouble);
}

/* There is no row-level security: every statement names the council itself. */
static enum err sqlite_scope(struct connection *connection, int64_t council,
                             struct trouble *trouble)
{
    (void)connection;
    (void)council;
    (void)trouble;
    return OK;
}

static enum err sqlite_commit(struct connection *connection, struct trouble *trouble)
{
    struct trouble said = { 0 };
    enum err err = sqlite_control(connection, CONTROL_COMMIT, &said);

    if (err == OK)
        return OK;
    /* Whether the disk kept it shows when the file is opened again: a journal that was removed
     * though its folder could not be synced has committed. */
    connection->fault.unknown = err == ERR_IO && connection->writer;
    return fail(trouble, err, "%s%s", connection->fault.unknown ? DB_OUTCOME_UNKNOWN ": " : "",
                said.text);
}

static bool sqlite_rollback(struct connection *connection)
{
    sqlite3 *sqlite = sqlite_of(connection);

    if (sqlite3_get_autocommit(sqlite) != 0)
        return !connection->fault.unknown;
    return sqlite3_exec(sqlite, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK &&
           !connection->fault.unknown;
}

/* --- statements --- */

static enum err sqlite_prepare(struct connection *connection, struct statement *statement,
                               struct trouble *trouble)
{
    sqlite3_stmt *made = NULL;
    const char *rest = NULL;
    const struct query *query = statement->query;

    if (sqlite3_prepare_v3(sqlite_of(connection), query->sql, -1, SQLITE_PREPARE_PERSISTENT, &made,
                           &rest) != SQLITE_OK)
        return told(connection, query->name, trouble);
    struct text left = text_of(rest);
    struct text another;
    if (made == NULL || sql_next_statement(&left, &another)) {
        (void)sqlite3_finalize(made);
        return fail(trouble, ERR_BUG, "%s: not one statement", query->name);
    }
    statement->prepared = made;
    return OK;
}

static int bind_value(sqlite3_stmt *prepared, int number, const struct value *value)
{
    char day[DB_DAY_TEXT];

    switch (value->type) {
    case VALUE_INT:
    case VALUE_BOOL: return sqlite3_bind_int64(prepared, number, value->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(prepared, number, value->bytes.data, value->bytes.size,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB:
        return sqlite3_bind_blob64(prepared, number, value->bytes.data, value->bytes.size,
                                   SQLITE_STATIC);
    case VALUE_DAY:
        db_day_print((struct db_day){ (int32_t)value->number }, day);
        return sqlite3_bind_text(prepared, number, day, DB_DAY_TEXT - 1, SQLITE_TRANSIENT);
    case VALUE_NULL: break;
    }
    return sqlite3_bind_null(prepared, number);
}

static enum err bind_values(struct statement *statement, struct trouble *trouble)
{
    for (int i = 1; i <= statement->parameters; i++) {
        if (bind_value(statement->prepared, i, &statement->value[i]) != SQLITE_OK)
            return told(statement->connection, statement->query->name, trouble);
    }
    return OK;
}

static enum err sqlite_step(struct statement *statement, bool *row, struct trouble *trouble)
{
    sqlite3_stmt *prepared = statement->prepared;
    enum err err = OK;

    if (sqlite3_stmt_busy(prepared) == 0)
        err = bind_values(statement, trouble);
    if (err != OK)
        return err;
    switch (sqlite3_step(prepared)) {
    case SQLITE_ROW:
        *row = true;
        return OK;
    case SQLITE_DONE:
        /* What a query that changes nothing reports is left over from the one before it. */
        statement->changed = sqlite3_stmt_readonly(prepared) != 0
                                 ? 0 : sqlite3_changes64(sqlite_of(statement->connection));
        return OK;
    default: return told(statement->connection, statement->query->name, trouble);
    }
}

static void sqlite_end(struct statement *statement)
{
    /* The same failure that the step has told. */
    (void)sqlite3_reset(statement->prepared);
    (void)sqlite3_clear_bindings(statement->prepared);
}

static bool is_day(struct text text, struct value *value)
{
    struct db_day day;

    if (!db_day_parse(text, &day))
        return false;
    value->number = day.days;
    return true;
}

/* The value is asked for once: a connection is one thread's, so that it may be looked at while the
 * statement stands on its row. */
static bool sqlite_column(struct statement *statement, int column, enum value_type wanted,
                          struct value *value)
{
    sqlite3_stmt *prepared = statement->prepared;
    sqlite3_value *found = sqlite3_column_value(prepared, column);
    const int type = sqlite3_value_type(found);

    value->type = wanted;
    /* A column that the row does not have is NULL, too, says SQLite. */
    if (type == SQLITE_NULL || wanted == VALUE_NULL)
        return type == SQLITE_NULL && wanted == VALUE_NULL &&
               column < sqlite3_column_count(prepared);
    if (type == SQLITE_INTEGER) {
        value->number = sqlite3_value_int64(found);
        return wanted == VALUE_INT || (wanted == VALUE_BOOL && (value->number | 1) == 1);
    }
    /* An empty blob has no address; its bytes are asked for before their number, as SQLite wants
     * it. */
    const void *bytes = sqlite3_value_blob(found);
    value->bytes = (struct text){ bytes == NULL ? "" : bytes,
                                  (size_t)sqlite3_value_bytes(found) };
    if (type == SQLITE_BLOB)
        return wanted == VALUE_BLOB;
    if (type != SQLITE_TEXT)
        return false;
    return wanted == VALUE_TEXT || (wanted == VALUE_DAY && is_day(value->bytes, value));
}

static enum err sqlite_load(struct statement *row, db_next_row *next, void *context,
                            int64_t *count, struct trouble *trouble)
{
    bool more = false;
    bool gave;
    enum err err = next(context, row, &more, trouble);

    while (err == OK && more) {
        err = statement_check(row, trouble);
        if (err == OK)
            err = sqlite_step(row, &gave, trouble);
        sqlite_end(row);
        *count += err == OK;
        if (err == OK)
            err = next(context, row, &more, trouble);
    }
    return err;
}

/* --- a copy --- */

static enum err sync_one(const char *path, struct trouble *trouble)
{
    int file = real_outside.open_read(path);

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: cannot be opened to be synced", path);
    int synced = real_outside.sync(file);
    (void)real_outside.close(file);
    return synced == 0 ? OK : fail(trouble, ERR_IO, "%s: cannot be synced", path);
}

/* The folder of a path, in `folder`: "." when it names none. */
static void folder_of(const char *path, char *folder, size_t room)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        (void)snprintf(folder, room, ".");
    else
        (void)snprintf(folder, room, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static enum err vacuum_into(struct connection *connection, const char *path,
                            struct trouble *trouble)
{
    sqlite3_stmt *copy = NULL;

    if (sqlite3_prepare_v2(sqlite_of(connection), "VACUUM INTO ?1", -1, &copy, NULL) != SQLITE_OK)
        return told(connection, path, trouble);
    int code = sqlite3_bind_text(copy, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(copy);
    enum err err = code == SQLITE_DONE ? OK : told(connection, path, trouble);
    (void)sqlite3_finalize(copy);
    return err;
}

enum err sqlite_sync_folder(struct db *db, struct trouble *trouble)
{
    char folder[4096];

    folder_of(db_url_of(db)->place, folder, sizeof folder);
    return sync_one(folder, trouble);
}

/* VACUUM INTO does not sync what it writes in SQLite 3.40: that is done here. */
enum err sqlite_backup(struct db *db, const char *path, struct trouble *trouble)
{
    char folder[4096];
    struct connection *connection;
    enum err err = db_writer_take(db, &connection, trouble);

    if (err != OK)
        return err;
    err = vacuum_into(connection, path, trouble);
    db_writer_give(db);
    folder_of(path, folder, sizeof folder);
    if (err == OK)
        err = sync_one(path, trouble);
    if (err == OK)
        err = sync_one(folder, trouble);
    return err;
}

const struct engine sqlite_engine = {
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .begin = sqlite_begin,
    .scope = sqlite_scope,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .execute = sqlite_execute,
    .prepare = sqlite_prepare,
    .step = sqlite_step,
    .end = sqlite_end,
    .column = sqlite_column,
    .load = sqlite_load,
    .attempts = 3,      /* each of which has waited busy_ms */
};
