/*
 * store/postgres_engine.c -- a connection to a PostgreSQL database, through libpq.
 *
 * Nothing is set for a session but what a start-up packet can say, and everything else by SET
 * LOCAL, so that a pooler that hands connections round by transaction does no harm. Results come
 * in binary: an int8 is eight bytes, a date a number of days, and no setting of the server
 * changes how they look. A sum() of bigint is numeric, which no column call takes: write
 * CAST(sum(x) AS BIGINT).
 *
 * COMMIT has three ends: done; refused; and neither, when the connection went meanwhile or the
 * server warned ("canceling wait for synchronous replication": kept here, perhaps not there,
 * though it reports success). The third is DB_OUTCOME_UNKNOWN.
 */
#include "store/db_inside.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>

#define INT8_DIGITS 24
/* PostgreSQL counts its days from here: 2000-01-01. */
#define DAYS_TO_2000 10957
/* Types of columns, from PostgreSQL's catalogue (pg_type.dat). */
enum { TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_NAME = 19, TYPE_INT8 = 20, TYPE_INT2 = 21,
       TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_VARCHAR = 1043, TYPE_DATE = 1082 };

static PGconn *server(const struct connection *connection)
{
    return connection->handle;
}

/* --- what went wrong --- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static enum err err_of(const char *state)
{
    static const struct {
        const char *begin;      /* of the SQLSTATE */
        enum err    err;
    } kinds[] = {
        { "40001", ERR_BUSY }, { "40P01", ERR_BUSY },   /* serialization, deadlock */
        { "55P03", ERR_BUSY },                          /* lock_timeout */
        { "57014", ERR_BUSY },                          /* cancelled */
        { "57P", ERR_BUSY }, { "08", ERR_BUSY },        /* shut down, connection */
        { "23", ERR_CONFLICT },
        { "42501", ERR_RIGHTS }, { "28", ERR_RIGHTS },
        { "53", ERR_IO }, { "58", ERR_IO }, { "XX", ERR_IO },   /* resources, system, damage */
        { "54", ERR_USAGE },                            /* too large */
    };

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (begins(state, kinds[i].begin))
            return kinds[i].err;
    }
    return ERR_BUG;
}

static bool is_lost(const struct connection *connection)
{
    return PQstatus(server(connection)) != CONNECTION_OK;
}

static const char *field_or_empty(const PGresult *result, int field)
{
    const char *text = result == NULL ? NULL : PQresultErrorField(result, field);

    return text == NULL ? "" : text;
}

static void constraint_name(const PGresult *result, const char *state, char *out, size_t room)
{
    if (strcmp(state, "23503") == 0)
        (void)snprintf(out, room, "fkey");
    else if (strcmp(state, "23502") == 0)
        (void)snprintf(out, room, "%s_%s_not_null", field_or_empty(result, PG_DIAG_TABLE_NAME),
                       field_or_empty(result, PG_DIAG_COLUMN_NAME));
    else
        (void)snprintf(out, room, "%s", field_or_empty(result, PG_DIAG_CONSTRAINT_NAME));
}

/* Tells what the server says, and keeps what it means for the transaction. `result` may be NULL. */
static enum err told(struct connection *connection, const PGresult *result, const char *what,
                     struct trouble *trouble)
{
    const char *state = field_or_empty(result, PG_DIAG_SQLSTATE);
    const char *message = field_or_empty(result, PG_DIAG_MESSAGE_PRIMARY);
    struct db_fault *fault = &connection->fault;
    enum err err = err_of(state);

    if (message[0] == '\0')
        message = PQerrorMessage(server(connection));
    if (is_lost(connection)) {
        err = ERR_BUSY;
        fault->gone = true;
    }
    /* A cancelled statement was somebody's wish; all else that is busy is worth another try. */
    fault->again = err == ERR_BUSY && strcmp(state, "57014") != 0;
    if (err == ERR_CONFLICT)
        constraint_name(result, state, fault->constraint, sizeof fault->constraint);
    return fail(trouble, err, "%.*s: %.*s (PostgreSQL %s)", (int)strcspn(what, "\n"), what,
                (int)strcspn(message, "\n"), message, state[0] == '\0' ? "connection" : state);
}

/* Takes the result; OK if it is of the wanted kind. */
static enum err taken(struct connection *connection, PGresult *result, ExecStatusType wanted,
                      const char *what, struct trouble *trouble)
{
    enum err err = result != NULL && PQresultStatus(result) == wanted
                       ? OK : told(connection, result, what, trouble);

    PQclear(result);
    return err;
}

static enum err postgres_execute(struct connection *connection, const char *sql,
                                 struct trouble *trouble)
{
    return taken(connection, PQexec(server(connection), sql), PGRES_COMMAND_OK, sql, trouble);
}

/* --- opening --- */

/* Notices do not go to standard error; a warning while committing is kept. */
static void notice(void *context, const PGresult *result)
{
    struct connection *connection = context;

    if (connection->committing &&
        strcmp(field_or_empty(result, PG_DIAG_SEVERITY_NONLOCALIZED), "WARNING") == 0)
        connection->warned = true;
}

/* By bytes, which is by code points, as SQLite sorts; and in UTF-8. Asked by what it does: a name
 * such as "C.utf8" can stand for several collations. */
static enum err check_database(struct connection *connection, struct trouble *trouble)
{
    static const char sql[] =
        "SELECT 'B' < 'a' AND 'a b' < 'ab' AND 'z' < 'é' AND chr(65533) < chr(128512)";
    const char *encoding = PQparameterStatus(server(connection), "server_encoding");
    PGresult *result = NULL;
    enum err err = OK;
    bool good = encoding != NULL && strcmp(encoding, "UTF8") == 0;

    if (good) {
        result = PQexec(server(connection), sql);
        if (result == NULL || PQresultStatus(result) != PGRES_TUPLES_OK)
            err = told(connection, result, "asking for the sort order", trouble);
        else
            good = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    }
    if (!good)
        err = fail(trouble, ERR_CHECK, "the database must have the encoding UTF8 and sort as "
                   "C.UTF-8 does; create it with TEMPLATE template0 LC_COLLATE 'C.UTF-8'");
    PQclear(result);
    return err;
}

static void postgres_disconnect(struct connection *connection)
{
    PQfinish(server(connection));
}

static enum err postgres_connect(struct connection *connection, struct trouble *trouble)
{
    /* What stands before "dbname" is a default that the URL may change. */
    const char *const key[] = { "connect_timeout", "tcp_user_timeout", "keepalives_idle",
                                "application_name", "target_session_attrs", "dbname",
                                "client_encoding", NULL };
    const char *const value[] = { "10", "10000", "10", "ochil",
                                  connection->writer ? "read-write" : "any",
                                  db_url_of(connection->db)->place, "UTF8", NULL };
    PGconn *made = PQconnectdbParams(key, value, 1);

    if (made == NULL)
        return fail(trouble, ERR_IO, "out of memory");
    connection->handle = made;
    if (PQstatus(made) != CONNECTION_OK) {
        const char *said = PQerrorMessage(made);
        return fail(trouble, ERR_IO, "%.*s", (int)strcspn(said, "\n"), said);
    }
    (void)PQsetNoticeReceiver(made, notice, connection);
    if (PQserverVersion(made) < 150000)
        return fail(trouble, ERR_CHECK, "the server is older than PostgreSQL 15");
    return check_database(connection, trouble);
}

/* --- transactions --- */

static enum err postgres_scope(struct connection *connection, int64_t council,
                               struct trouble *trouble)
{
    char sql[64];

    (void)snprintf(sql, sizeof sql, "SET LOCAL ochil.council = '%lld'", (long long)council);
    return postgres_execute(connection, sql, trouble);
}

static enum err postgres_begin(struct connection *connection, const struct tx *tx,
                               struct trouble *trouble)
{
    char sql[512];
    const char *lock = "LOCK TABLE store_writer IN EXCLUSIVE MODE;";
    const long long council = tx->council;

    /* All in one go: a round trip costs as much as a row. */
    connection->warned = false;
    if (tx->kind == TX_READ)
        (void)snprintf(sql, sizeof sql, "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY; "
                       "SET LOCAL ochil.council = '%lld'", council);
    else
        (void)snprintf(sql, sizeof sql,
                       "BEGIN ISOLATION LEVEL %s; SET LOCAL lock_timeout = %d; "
                       /* The lock goes with a server that vanishes, not with its TCP. */
                       "SET LOCAL idle_in_transaction_session_timeout = 60000; %s "
                       "SET LOCAL ochil.council = '%lld'",
                       tx->kind == TX_WRITE ? "SERIALIZABLE" : "READ COMMITTED",
                       db_options_of(connection->db)->busy_ms, tx->kind == TX_WRITE ? lock : "",
                       council);
    enum err err = postgres_execute(connection, sql, trouble);
    /* A migration sees anew with each statement, so it may ask by SELECT: 0x4f6368696c, "Ochil". */
    if (err == OK && tx->kind == TX_MIGRATE)
        err = taken(connection, PQexec(server(connection),
                                       "SELECT pg_advisory_xact_lock(341211212140)"),
                    PGRES_TUPLES_OK, "the lock of migrations", trouble);
    return err;
}

static enum err postgres_commit(struct connection *connection, struct trouble *trouble)
{
    struct db_fault *fault = &connection->fault;

    connection->warned = false;
    connection->committing = true;
    PGresult *result = PQexec(server(connection), "COMMIT");
    connection->committing = false;
    const bool done = result != NULL && PQresultStatus(result) == PGRES_COMMAND_OK &&
                      strcmp(PQcmdStatus(result), "COMMIT") == 0;
    fault->unknown = connection->writer && (connection->warned || is_lost(connection));
    if (fault->unknown) {
        PQclear(result);
        fault->again = false;
        return fail(trouble, ERR_BUSY, DB_OUTCOME_UNKNOWN ": the connection was lost, or a copy "
                    "of the database did not answer, while committing");
    }
    if (done) {
        PQclear(result);
        return OK;
    }
    enum err err = told(connection, result, "COMMIT", trouble);
    PQclear(result);
    return err;
}

static bool postgres_rollback(struct connection *connection)
{
    const PGTransactionStatusType now = PQtransactionStatus(server(connection));

    if (is_lost(connection) || now == PQTRANS_ACTIVE || now == PQTRANS_UNKNOWN)
        return false;       /* a COPY that was left, or no connection at all */
    if (now != PQTRANS_IDLE)
        PQclear(PQexec(server(connection), "ROLLBACK"));
    return PQtransactionStatus(server(connection)) == PQTRANS_IDLE;
}

/* --- statements --- */

static enum err postgres_prepare(struct connection *connection, struct statement *statement,
                                 struct trouble *trouble)
{
    const struct query *query = statement->query;
    const char *text = query->postgres != NULL ? query->postgres : query->sql;
    const char *sql = sql_for_postgres(&connection->arena, text_of(text));

    return taken(connection, PQprepare(server(connection), statement->name, sql, 0, NULL),
                 PGRES_COMMAND_OK, query->name, trouble);
}

/* Numbers and days go as digits, which suit whatever integer type the server infers; text and
 * blobs as they are. */
struct parameters {
    const char *value[SQL_PARAMETERS_MAX];
    int         size[SQL_PARAMETERS_MAX];
    int         format[SQL_PARAMETERS_MAX];
    char        digits[SQL_PARAMETERS_MAX][INT8_DIGITS];
};

static void put_parameter(struct parameters *put, int at, const struct value *value)
{
    put->value[at] = put->digits[at];
    put->size[at] = 0;
    put->format[at] = 0;
    switch (value->type) {
    case VALUE_NULL: put->value[at] = NULL; break;
    case VALUE_INT:
        (void)snprintf(put->digits[at], INT8_DIGITS, "%lld", (long long)value->number);
        break;
    case VALUE_BOOL:
        (void)snprintf(put->digits[at], INT8_DIGITS, "%s", value->number != 0 ? "t" : "f");
        break;
    case VALUE_DAY: db_day_print((struct db_day){ (int32_t)value->number }, put->digits[at]); break;
    case VALUE_TEXT:
    case VALUE_BLOB:
        put->value[at] = value->bytes.data;
        put->size[at] = (int)value->bytes.size;
        put->format[at] = 1;
        break;
    }
}

static enum err send(struct statement *statement, struct trouble *trouble)
{
    struct connection *connection = statement->connection;
    struct parameters put;

    for (int i = 1; i <= statement->parameters; i++) {
        if (statement->value[i].bytes.size > INT32_MAX)
            return fail(trouble, ERR_USAGE, "%s: parameter %d is too large",
                        statement->query->name, i);
        put_parameter(&put, i - 1, &statement->value[i]);
    }
    PGresult *result = PQexecPrepared(server(connection), statement->name, statement->parameters,
                                      put.value, put.size, put.format, 1);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        enum err err = told(connection, result, statement->query->name, trouble);
        PQclear(result);
        return err;
    }
    statement->result = result;
    statement->row = -1;
    return OK;
}

static int64_t rows_changed(PGresult *result)
{
    const char *digits = PQcmdTuples(result);
    int64_t count = 0;

    if (begins(PQcmdStatus(result), "SELECT"))
        return 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        count = count * 10 + (*digits - '0');
    return count;
}

static enum err postgres_step(struct statement *statement, bool *row, struct trouble *trouble)
{
    enum err err = statement->result == NULL ? send(statement, trouble) : OK;

    if (err != OK)
        return err;
    statement->row++;
    *row = statement->row < PQntuples(statement->result);
    if (!*row)
        statement->changed = rows_changed(statement->result);
    return OK;
}

static void postgres_end(struct statement *statement)
{
    PQclear(statement->result);
    statement->result = NULL;
}

static uint64_t big_endian(const char *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

static int64_t signed_number(const char *bytes, Oid type)
{
    if (type == TYPE_INT8)
        return (int64_t)big_endian(bytes, 8);
    if (type == TYPE_INT2)
        return (int16_t)big_endian(bytes, 2);
    return (int32_t)big_endian(bytes, 4);
}

static bool postgres_column(struct statement *statement, int column, enum value_type wanted,
                            struct value *value)
{
    const PGresult *result = statement->result;

    value->type = wanted;
    if (column >= PQnfields(result))
        return false;
    if (PQgetisnull(result, statement->row, column) || wanted == VALUE_NULL)
        return PQgetisnull(result, statement->row, column) && wanted == VALUE_NULL;
    const char *bytes = PQgetvalue(result, statement->row, column);
    const size_t size = (size_t)PQgetlength(result, statement->row, column);
    const Oid type = PQftype(result, column);
    value->bytes = (struct text){ bytes, size };
    switch (type) {
    case TYPE_BOOL:
        value->number = bytes[0] != 0;
        return wanted == VALUE_BOOL;
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        value->number = signed_number(bytes, type);
        return wanted == VALUE_INT;
    case TYPE_DATE:
        value->number = signed_number(bytes, type) + DAYS_TO_2000;
        return wanted == VALUE_DAY && value->number >= DB_DAY_FIRST &&
               value->number <= DB_DAY_LAST;
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_NAME: return wanted == VALUE_TEXT;
    case TYPE_BYTEA: return wanted == VALUE_BLOB;
    default: return false;
    }
}

/* --- many rows: COPY in its binary format (PostgreSQL, "COPY", File Formats) --- */

struct copy {
    PGconn *server;
    char    bytes[64 * 1024];
    size_t  used;
    bool    failed;
};

static void copy_flush(struct copy *copy)
{
    if (copy->used > 0 && PQputCopyData(copy->server, copy->bytes, (int)copy->used) != 1)
        copy->failed = true;
    copy->used = 0;
}

static void copy_put(struct copy *copy, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t room = sizeof copy->bytes - copy->used;
        size_t part = size < room ? size : room;
        memcpy(copy->bytes + copy->used, bytes, part);
        copy->used += part;
        bytes += part;
        size -= part;
        if (copy->used == sizeof copy->bytes)
            copy_flush(copy);
    }
}

static void copy_number(struct copy *copy, uint64_t number, size_t size)
{
    char bytes[8];
    const uint64_t ordered = htobe64(number);

    memcpy(bytes, &ordered, sizeof bytes);
    copy_put(copy, bytes + (8 - size), size);
}

static void copy_value(struct copy *copy, const struct value *value)
{
    switch (value->type) {
    case VALUE_NULL: copy_number(copy, UINT32_MAX, 4); break;
    case VALUE_INT:
        copy_number(copy, 8, 4);
        copy_number(copy, (uint64_t)value->number, 8);
        break;
    case VALUE_BOOL:
        copy_number(copy, 1, 4);
        copy_number(copy, (uint64_t)value->number, 1);
        break;
    case VALUE_DAY:
        copy_number(copy, 4, 4);
        copy_number(copy, (uint64_t)(value->number - DAYS_TO_2000), 4);
        break;
    case VALUE_TEXT:
    case VALUE_BLOB:
        copy_number(copy, value->bytes.size, 4);
        copy_put(copy, value->bytes.data, value->bytes.size);
        break;
    }
}

static enum err copy_rows(struct copy *copy, struct statement *row, db_next_row *next,
                          void *context, int64_t *count, struct trouble *trouble)
{
    static const char begin[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    bool more = false;

    copy_put(copy, begin, sizeof begin);
    for (;;) {
        enum err err = next(context, row, &more, trouble);
        if (err == OK && more)
            err = statement_check(row, trouble);
        if (err != OK)
            return err;
        if (!more || copy->failed)
            break;
        copy_number(copy, (uint64_t)row->parameters, 2);
        for (int i = 1; i <= row->parameters; i++)
            copy_value(copy, &row->value[i]);
        ++*count;
    }
    copy_number(copy, UINT16_MAX, 2);       /* no more rows */
    copy_flush(copy);
    return OK;
}

static enum err copy_end(struct connection *connection, enum err err, const char *what,
                         struct trouble *trouble)
{
    (void)PQputCopyEnd(server(connection), err == OK ? NULL : "stopped");
    PGresult *result = PQgetResult(server(connection));
    if (err == OK)
        err = taken(connection, result, PGRES_COMMAND_OK, what, trouble);
    else
        PQclear(result);
    while ((result = PQgetResult(server(connection))) != NULL)
        PQclear(result);
    return err;
}

static enum err copy_begin(struct statement *row, struct trouble *trouble)
{
    struct connection *connection = row->connection;
    const char *what = row->query->name;
    struct arena *arena = &connection->arena;
    const char *sql;
    int columns;
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    if (sql_copy(arena, text_of(row->query->sql), &sql, &columns) != SQL_FINE)
        return fail(trouble, ERR_BUG, "%s: %s", what, sql_fault_text(SQL_NOT_AN_INSERT));
    return taken(connection, PQexec(server(connection), sql), PGRES_COPY_IN, what, trouble);
}

static enum err postgres_load(struct statement *row, db_next_row *next, void *context,
                              int64_t *count, struct trouble *trouble)
{
    struct connection *connection = row->connection;
    struct copy copy = { .server = server(connection) };
    enum err err = copy_begin(row, trouble);

    if (err != OK)
        return err;
    err = copy_rows(&copy, row, next, context, count, trouble);
    return copy_end(connection, err, row->query->name, trouble);
}

const struct engine postgres_engine = {
    .connect = postgres_connect,
    .disconnect = postgres_disconnect,
    .begin = postgres_begin,
    .scope = postgres_scope,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .execute = postgres_execute,
    .prepare = postgres_prepare,
    .step = postgres_step,
    .end = postgres_end,
    .column = postgres_column,
    .load = postgres_load,
    .attempts = 10,
};
