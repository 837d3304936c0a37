/*
 * store/db.c -- pools, transactions and statements, whichever the engine.
 *
 * One connection writes, behind a mutex; `readers` connections read, taken from a list of free
 * ones. A transaction that failed because of another one is tried again from the beginning, as
 * often as the engine says; nothing waits by a clock of ours, since both engines wait for the
 * other writer themselves.
 *
 * A connection that was lost before COMMIT was sent cannot have committed anything, so that work
 * too is tried again, on a new one. One that was lost after is the one thing that is never
 * retried: DB_OUTCOME_UNKNOWN.
 */
#include "store/db_inside.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>

struct db {
    struct db_options   options;
    struct store_url    url;
    struct connection   writer;
    pthread_mutex_t     queueing;       /* who may ask for `writing` next */
    pthread_mutex_t     writing;
    struct connection  *reader;
    struct connection  *free_reader;
    pthread_mutex_t     taking;         /* of free_reader */
    pthread_cond_t      given;
};

/* --- opening --- */

static void connection_drop(struct connection *connection)
{
    if (connection->handle != NULL)
        connection->engine->disconnect(connection);
    connection->handle = NULL;
    connection->statements = 0;
    connection->begun = NULL;
    connection->statement = NULL;
    arena_free(&connection->arena);
}

static enum err connection_open(struct connection *connection, struct trouble *trouble)
{
    ARENA_KEEP(outer, &connection->arena);

    if (connection->handle != NULL)
        return OK;
    if (ARENA_GUARD(&connection->arena)) {
        connection_drop(connection);
        return fail(trouble, ERR_IO, "out of memory");
    }
    connection->statement = arena_take(&connection->arena, DB_STATEMENTS_MAX,
                                       sizeof(struct statement *));
    enum err err = connection->engine->connect(connection, trouble);
    if (err != OK)
        connection_drop(connection);
    return err;
}

static void connection_set(struct db *db, struct connection *connection, bool writer)
{
    connection->db = db;
    connection->engine = db->url.engine == DB_SQLITE ? &sqlite_engine : &postgres_engine;
    connection->writer = writer;
}

static void locks_open(struct db *db)
{
    int failed = pthread_mutex_init(&db->writing, NULL);

    failed |= pthread_mutex_init(&db->queueing, NULL);
    failed |= pthread_mutex_init(&db->taking, NULL);
    failed |= pthread_cond_init(&db->given, NULL);
    assert(failed == 0);    /* glibc's need no memory */
}

enum err db_open(struct arena *arena, const struct db_options *options, struct db **out,
                 struct trouble *trouble)
{
    struct store_url url;
    enum err err = store_url_read(options->url, &url, trouble);

    if (err != OK)
        return err;
    if (options->readers < 1 || options->readers > DB_READERS_MAX)
        return fail(trouble, ERR_USAGE, "a store has 1 to %d readers", DB_READERS_MAX);
    struct db *db = arena_take(arena, 1, sizeof *db);
    db->options = *options;
    db->options.busy_ms = options->busy_ms > 0 ? options->busy_ms : 5000;
    db->url = url;
    db->reader = arena_take(arena, (size_t)options->readers, sizeof *db->reader);
    locks_open(db);
    connection_set(db, &db->writer, true);
    for (int i = options->readers - 1; i >= 0; i--) {
        connection_set(db, &db->reader[i], false);
        db->reader[i].next_free = db->free_reader;
        db->free_reader = &db->reader[i];
    }
    /* Readers are connected when they are first needed. */
    err = connection_open(&db->writer, trouble);
    if (err != OK)
        db_close(db);
    else
        *out = db;
    return err;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (int i = 0; i < db->options.readers; i++)
        connection_drop(&db->reader[i]);
    connection_drop(&db->writer);
    (void)pthread_mutex_destroy(&db->writing);
    (void)pthread_mutex_destroy(&db->queueing);
    (void)pthread_mutex_destroy(&db->taking);
    (void)pthread_cond_destroy(&db->given);
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->url.engine;
}

const struct db_options *db_options_of(const struct db *db)
{
    return &db->options;
}

const struct store_url *db_url_of(const struct db *db)
{
    return &db->url;
}

/* --- which connection --- */

static void lock(pthread_mutex_t *mutex)
{
    int failed = pthread_mutex_lock(mutex);

    assert(failed == 0);
}

static void unlock(pthread_mutex_t *mutex)
{
    int failed = pthread_mutex_unlock(mutex);

    assert(failed == 0);
}

static struct connection *connection_take(struct db *db, enum tx_kind kind)
{
    if (kind != TX_READ) {
        /* A mutex may go to whoever gave it back last; through the queue, somebody who waited
         * gets between any two turns of one thread (the steps of a copy). */
        lock(&db->queueing);
        lock(&db->writing);
        unlock(&db->queueing);
        return &db->writer;
    }
    lock(&db->taking);
    while (db->free_reader == NULL)
        (void)pthread_cond_wait(&db->given, &db->taking);
    struct connection *reader = db->free_reader;
    db->free_reader = reader->next_free;
    unlock(&db->taking);
    return reader;
}

static void connection_give(struct db *db, struct connection *connection)
{
    if (connection == &db->writer) {
        unlock(&db->writing);
        return;
    }
    lock(&db->taking);
    connection->next_free = db->free_reader;
    db->free_reader = connection;
    (void)pthread_cond_signal(&db->given);
    unlock(&db->taking);
}

enum err db_writer_take(struct db *db, struct connection **out, struct trouble *trouble)
{
    *out = connection_take(db, TX_WRITE);
    enum err err = connection_open(*out, trouble);
    if (err != OK)
        connection_give(db, *out);
    return err;
}

void db_writer_give(struct db *db)
{
    connection_give(db, &db->writer);
}

/* --- transactions --- */

/* Keeps what a failure means for the whole transaction. */
static enum err tx_doom(struct tx *tx, enum err err, const struct trouble *why)
{
    const struct db_fault *fault = &tx->connection->fault;

    if (err == OK)
        return OK;
    (void)snprintf(tx->constraint, sizeof tx->constraint, "%s", fault->constraint);
    tx->again |= fault->again;
    tx->final |= fault->again || fault->gone || err == ERR_IO || err == ERR_BUSY;
    if (tx->doom == OK) {
        tx->doom = err;
        tx->why = *why;
    }
    return err;
}

/* Their texts are ended, not cleared: this is done for every row. */
static void fault_clear(struct connection *connection)
{
    struct db_fault *fault = &connection->fault;

    fault->again = fault->gone = fault->unknown = false;
    fault->constraint[0] = '\0';
    connection->said.text[0] = '\0';
}

/* What an engine answered, kept and told. */
static enum err tx_answer(struct tx *tx, enum err err, const struct trouble *said,
                          struct trouble *trouble)
{
    if (err == OK)
        return OK;
    (void)tx_doom(tx, err, said);
    return fail(trouble, err, "%s", said->text);
}

/* A doomed transaction does nothing more. */
static enum err tx_alive(struct tx *tx, struct trouble *trouble)
{
    fault_clear(tx->connection);
    return tx->doom == OK ? OK : fail(trouble, tx->doom, "%s", tx->why.text);
}

enum err tx_execute(struct tx *tx, const char *sql, struct trouble *trouble)
{
    struct trouble said = { 0 };
    enum err err = tx_alive(tx, trouble);

    if (err != OK)
        return err;
    err = tx->connection->engine->execute(tx->connection, sql, &said);
    return tx_answer(tx, err, &said, trouble);
}

static void end_statements(struct connection *connection)
{
    while (connection->begun != NULL)
        statement_end(connection->begun);
}

/* The work, with the arena's guard standing in between: running out of memory is then a failure
 * like any other instead of a jump past an open transaction. */
static enum err guarded(struct tx *tx, struct arena *arena, db_work *work, void *context,
                        struct trouble *trouble)
{
    if (arena == NULL)
        return work(tx, context, trouble);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    return work(tx, context, trouble);
}

static enum err tx_commit(struct tx *tx, struct trouble *trouble)
{
    struct connection *connection = tx->connection;

    fault_clear(connection);
    enum err err = connection->engine->commit(connection, trouble);
    tx->again = err != OK && connection->fault.again && !connection->fault.unknown;
    return err;
}

/* One attempt, on a connection that is there. */
static enum err tx_once(struct tx *tx, struct arena *arena, db_work *work, void *context,
                        struct trouble *trouble)
{
    struct connection *connection = tx->connection;

    fault_clear(connection);
    enum err err = connection->engine->begin(connection, tx, trouble);
    if (err != OK) {
        (void)tx_doom(tx, err, trouble);
    } else {
        err = guarded(tx, arena, work, context, trouble);
        end_statements(connection);
        /* The work may have missed it; the transaction did not. */
        if (err == OK && tx->doom != OK)
            err = fail(trouble, tx->doom, "%s", tx->why.text);
        if (err == OK)
            err = tx_commit(tx, trouble);
    }
    if (err != OK && !connection->engine->rollback(connection))
        connection_drop(connection);
    return err;
}

enum err db_transact(struct db *db, enum tx_kind kind, struct db_scope scope, db_work *work,
                     void *context, struct trouble *trouble)
{
    struct connection *connection = connection_take(db, kind);
    const int attempts = connection->engine->attempts;
    struct trouble said = { 0 };
    enum err err = OK;
    bool again = true;

    for (int attempt = 0; again && attempt < attempts; attempt++) {
        struct tx tx = { .connection = connection, .kind = kind, .council = scope.council };

        said = (struct trouble){ 0 };
        err = connection_open(connection, &said);
        if (err != OK) {
            err = err == ERR_IO ? ERR_BUSY : err;
            break;
        }
        connection->tx = &tx;
        err = tx_once(&tx, scope.arena, work, context, &said);
        connection->tx = NULL;
        again = err != OK && tx.again;
    }
    connection_give(db, connection);
    return err == OK ? OK : fail(trouble, err, "%s", said.text);
}

enum err db_write(struct db *db, struct db_scope scope, db_work *work, void *context,
                  struct trouble *trouble)
{
    return db_transact(db, TX_WRITE, scope, work, context, trouble);
}

enum err db_read(struct db *db, struct db_scope scope, db_work *work, void *context,
                 struct trouble *trouble)
{
    return db_transact(db, TX_READ, scope, work, context, trouble);
}

/* Takes back what was done since the savepoint, and its doom, unless that is final. */
static void attempt_take_back(struct tx *tx, const char *name)
{
    char sql[64];
    const struct tx before = *tx;

    if (tx->final)
        return;
    tx->doom = OK;
    (void)snprintf(sql, sizeof sql, "ROLLBACK TO SAVEPOINT %s", name);
    enum err err = tx_execute(tx, sql, NULL);
    (void)snprintf(sql, sizeof sql, "RELEASE SAVEPOINT %s", name);
    if (err == OK)
        err = tx_execute(tx, sql, NULL);
    if (err == OK)
        memcpy(tx->constraint, before.constraint, sizeof tx->constraint);
}

enum err tx_attempt(struct tx *tx, db_work *work, void *context, struct trouble *trouble)
{
    char name[24];
    char sql[64];

    (void)snprintf(name, sizeof name, "attempt%d", tx->depth);
    (void)snprintf(sql, sizeof sql, "SAVEPOINT %s", name);
    enum err err = tx_execute(tx, sql, trouble);
    if (err != OK)
        return err;
    tx->depth++;
    err = work(tx, context, trouble);
    tx->depth--;
    if (err == OK && tx->doom != OK)
        err = fail(trouble, tx->doom, "%s", tx->why.text);
    if (err != OK) {
        attempt_take_back(tx, name);
        return err;
    }
    (void)snprintf(sql, sizeof sql, "RELEASE SAVEPOINT %s", name);
    return tx_execute(tx, sql, trouble);
}

const char *tx_constraint(const struct tx *tx)
{
    return tx->constraint;
}

enum db_engine tx_engine(const struct tx *tx)
{
    return tx->connection->db->url.engine;
}

enum err tx_scope(struct tx *tx, int64_t council, struct trouble *trouble)
{
    struct trouble said = { 0 };
    enum err err = tx_alive(tx, trouble);

    if (err != OK || council == tx->council)
        return err;
    err = tx->connection->engine->scope(tx->connection, council, &said);
    if (err == OK)
        tx->council = council;
    return tx_answer(tx, err, &said, trouble);
}

int64_t tx_council(const struct tx *tx)
{
    return tx->council;
}

/* --- statements --- */

/* The place of the query's statement among the connection's; NULL there: not prepared yet. */
static struct statement **statement_place(struct connection *connection,
                                          const struct query *query)
{
    size_t at = ((uintptr_t)query / sizeof *query) % DB_STATEMENTS_MAX;

    while (connection->statement[at] != NULL && connection->statement[at]->query != query)
        at = (at + 1) % DB_STATEMENTS_MAX;
    return &connection->statement[at];
}

static enum err statement_make(struct connection *connection, const struct query *query,
                               struct statement **out, struct trouble *trouble)
{
    struct arena *arena = &connection->arena;
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    /* One place stays empty, so that a search ends. */
    if (connection->statements + 1 >= DB_STATEMENTS_MAX)
        return fail(trouble, ERR_BUG, "more than %d different queries", DB_STATEMENTS_MAX - 1);
    struct statement *made = arena_take(arena, 1, sizeof *made);
    made->connection = connection;
    made->query = query;
    (void)snprintf(made->name, sizeof made->name, "q%zu", connection->statements);
    const char *sql = connection->db->url.engine == DB_POSTGRES && query->postgres != NULL
                          ? query->postgres : query->sql;
    enum sql_fault fault = sql_parameters(text_of(sql), &made->parameters);
    if (fault != SQL_FINE)
        return fail(trouble, ERR_BUG, "%s: %s", query->name, sql_fault_text(fault));
    enum err err = connection->engine->prepare(connection, made, trouble);
    if (err != OK)
        return err;
    *statement_place(connection, query) = made;
    connection->statements++;
    *out = made;
    return OK;
}

static void statement_begin(struct statement *statement)
{
    struct connection *connection = statement->connection;

    statement->begun = true;
    statement->stepped = false;
    statement->has_row = false;
    statement->changed = 0;
    statement->next_begun = connection->begun;
    connection->begun = statement;
    for (int i = 0; i <= statement->parameters; i++)
        statement->value[i] = (struct value){ VALUE_NULL, 0, { "", 0 } };
}

enum err tx_prepare(struct tx *tx, const struct query *query, struct statement **out,
                    struct trouble *trouble)
{
    struct trouble *said = &tx->connection->said;
    enum err err = tx_alive(tx, trouble);

    if (err != OK)
        return err;
    struct statement *made = *statement_place(tx->connection, query);
    if (made == NULL)
        err = statement_make(tx->connection, query, &made, said);
    else if (made->begun)
        err = fail(said, ERR_BUG, "%s: begun a second time", query->name);
    if (err == OK) {
        assert(made != NULL);
        statement_begin(made);
    }
    *out = made;
    return tx_answer(tx, err, said, trouble);
}

static struct value *value_at(struct statement *statement, int number)
{
    assert(statement->begun && number >= 1 && number <= statement->parameters);
    return &statement->value[number];
}

void bind_null(struct statement *statement, int number)
{
    *value_at(statement, number) = (struct value){ VALUE_NULL, 0, { "", 0 } };
}

void bind_int(struct statement *statement, int number, int64_t value)
{
    *value_at(statement, number) = (struct value){ VALUE_INT, value, { "", 0 } };
}

void bind_bool(struct statement *statement, int number, bool value)
{
    *value_at(statement, number) = (struct value){ VALUE_BOOL, value ? 1 : 0, { "", 0 } };
}

/* NULL with a size of 0 is the empty text too: whether it is NULL is not for a pointer to say. */
static struct text not_null(struct text value)
{
    return value.size == 0 ? (struct text){ "", 0 } : value;
}

void bind_text(struct statement *statement, int number, struct text value)
{
    *value_at(statement, number) = (struct value){ VALUE_TEXT, 0, not_null(value) };
}

void bind_blob(struct statement *statement, int number, struct text value)
{
    *value_at(statement, number) = (struct value){ VALUE_BLOB, 0, not_null(value) };
}

void bind_day(struct statement *statement, int number, struct db_day value)
{
    assert(db_day_sane(value));
    *value_at(statement, number) = (struct value){ VALUE_DAY, value.days, { "", 0 } };
}

void bind_moment(struct statement *statement, int number, struct moment value)
{
    bind_int(statement, number, value.ms);
}

enum err statement_check(const struct statement *statement, struct trouble *trouble)
{
    for (int i = 1; i <= statement->parameters; i++) {
        const struct value *value = &statement->value[i];
        if (value->type == VALUE_TEXT && !text_is_utf8(value->bytes))
            return fail(trouble, ERR_USAGE, "%s: parameter %d is not UTF-8 text",
                        statement->query->name, i);
    }
    return OK;
}

enum err statement_step(struct statement *statement, bool *row, struct trouble *trouble)
{
    struct connection *connection = statement->connection;
    struct trouble *said = &connection->said;

    *row = false;
    enum err err = tx_alive(connection->tx, trouble);
    if (err != OK)
        return err;
    assert(statement->begun);
    if (!statement->stepped)
        err = statement_check(statement, said);
    statement->stepped = true;
    if (err == OK)
        err = connection->engine->step(statement, row, said);
    statement->has_row = *row;
    if (!*row)
        statement_end(statement);
    return tx_answer(connection->tx, err, said, trouble);
}

enum err statement_run(struct statement *statement, int64_t *changed, struct trouble *trouble)
{
    bool row = true;
    enum err err = OK;

    while (err == OK && row)
        err = statement_step(statement, &row, trouble);
    if (err == OK && changed != NULL)
        *changed = statement->changed;
    return err;
}

enum err statement_one(struct statement *statement, struct trouble *trouble)
{
    bool row;
    enum err err = statement_step(statement, &row, trouble);

    if (err == OK && !row)
        return fail(trouble, ERR_MISSING, "%s: there is none", statement->query->name);
    return err;
}

void statement_end(struct statement *statement)
{
    struct statement **at = &statement->connection->begun;

    if (!statement->begun)
        return;
    while (*at != statement)
        at = &(*at)->next_begun;
    *at = statement->next_begun;
    statement->begun = false;
    statement->has_row = false;
    statement->connection->engine->end(statement);
}

/* --- columns --- */

/* A column of a wrong type dooms the transaction: it is a fault of the program, but no reason to
 * end a server. What is given back then is empty. Apart from column_of(), which is called for
 * every value that is read: the message would be cleared each time. */
static __attribute__((noinline)) struct value column_wrong(struct statement *statement, int column,
                                                           enum value_type wanted)
{
    static const char *const names[] = { "NULL", "an int", "a bool", "a text", "a blob", "a day" };
    struct trouble said = { 0 };

    fault_clear(statement->connection);
    (void)fail(&said, ERR_BUG, "%s: column %d is not %s", statement->query->name, column,
               names[wanted]);
    (void)tx_doom(statement->connection->tx, ERR_BUG, &said);
    return (struct value){ VALUE_NULL, 0, { "", 0 } };
}

static inline struct value column_of(struct statement *statement, int column,
                                     enum value_type wanted)
{
    struct value value = { VALUE_NULL, 0, { "", 0 } };

    assert(statement->has_row && column >= 0);
    if (statement->connection->engine->column(statement, column, wanted, &value) &&
        value.type == wanted)
        return value;
    return column_wrong(statement, column, wanted);
}

bool column_null(struct statement *statement, int column)
{
    struct value value;

    assert(statement->has_row && column >= 0);
    return statement->connection->engine->column(statement, column, VALUE_NULL, &value);
}

int64_t column_int(struct statement *statement, int column)
{
    return column_of(statement, column, VALUE_INT).number;
}

bool column_bool(struct statement *statement, int column)
{
    return column_of(statement, column, VALUE_BOOL).number != 0;
}

struct text column_text(struct statement *statement, int column)
{
    return column_of(statement, column, VALUE_TEXT).bytes;
}

struct text column_blob(struct statement *statement, int column)
{
    return column_of(statement, column, VALUE_BLOB).bytes;
}

struct db_day column_day(struct statement *statement, int column)
{
    return (struct db_day){ (int32_t)column_of(statement, column, VALUE_DAY).number };
}

struct moment column_moment(struct statement *statement, int column)
{
    return (struct moment){ column_int(statement, column) };
}

/* --- many rows --- */

enum err tx_load(struct tx *tx, const struct query *query, db_next_row *next, void *context,
                 int64_t *count, struct trouble *trouble)
{
    struct trouble said = { 0 };
    struct statement *row;

    *count = 0;
    enum err err = tx_prepare(tx, query, &row, trouble);
    if (err != OK)
        return err;
    err = tx->connection->engine->load(row, next, context, count, &said);
    statement_end(row);
    return tx_answer(tx, err, &said, trouble);
}
