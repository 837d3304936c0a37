/*
 * store/db.h -- the store: one file of SQLite, or a PostgreSQL database, behind the same calls.
 *
 * A transaction is a function. db_write() and db_read() call it inside one; OK commits, anything
 * else rolls back, and nothing needs to be cleaned up. When two transactions get in each other's
 * way the whole function is called again, so it must change nothing but the store and its own
 * `context`, which it sets up anew at its beginning.
 *
 *     static enum err reading_add(struct tx *tx, void *context, struct trouble *trouble)
 *     {
 *         const struct reading *reading = context;
 *         struct statement *add;
 *         enum err err;
 *
 *         if ((err = tx_prepare(tx, &sql_reading_add, &add, trouble)) != OK)
 *             return err;
 *         bind_int(add, 1, reading->agreement);
 *         bind_day(add, 2, reading->taken);
 *         return statement_run(add, NULL, trouble);
 *     }
 *
 *     err = db_write(db, (struct db_scope){ council, arena }, reading_add, &reading, trouble);
 *
 * The same on both engines:
 *   - one writer at a time. SQLite: one connection behind a mutex, BEGIN IMMEDIATE (a deferred
 *     transaction that turns to writing fails at once, whatever busy_timeout says). PostgreSQL:
 *     one connection of this process behind a mutex, SERIALIZABLE, and the table store_writer
 *     locked before anything else, for other processes. (An advisory lock would have to be asked
 *     for by a SELECT, which already fixes what a serializable transaction sees: whoever had to
 *     wait would then work on what was there before and fail. LOCK TABLE fixes nothing.)
 *   - readers go on meanwhile and see one state of the store from begin to end.
 *   - a failed statement dooms its transaction, unless it failed inside tx_attempt(): PostgreSQL
 *     would not go on, so SQLite does not either.
 *   - a column is read as the type it has; another type, or NULL, is ERR_BUG.
 *
 * Errors, beyond what the work itself gives:
 *   ERR_CONFLICT  a constraint; tx_constraint() has its name
 *   ERR_MISSING   statement_one() found no row
 *   ERR_BUSY      others kept the store busy longer than the retries, the server is away, or the
 *                 connection went while committing: then the message begins with
 *                 DB_OUTCOME_UNKNOWN, and the work is not called again
 *   ERR_IO        disk, memory, a damaged file; while committing, DB_OUTCOME_UNKNOWN too
 *   ERR_RIGHTS    the database's own rights say no
 *   ERR_USAGE     text that is not UTF-8 or holds a NUL (neither engine is given any)
 *   ERR_BUG       wrong SQL, a column read as what it is not, a write in db_read()
 *
 * Nothing process-wide is kept. A `struct db` may be used by any number of threads; a `struct tx`
 * and what comes from it belong to the thread that the work runs in, and end with it.
 *
 * Read next: migrate.h (the schema), sql_text.h (SQL for two engines), db_inside.h.
 */
#ifndef OCHIL_DB_H
#define OCHIL_DB_H

#include "base/clock_io.h"
#include "store/db_day.h"
#include "store/sql_text.h"

struct db;
struct tx;
struct statement;

/* A query has a name and stands in a .sql file; tools/embed.py makes the constants. */
struct query {
    const char *name;       /* "reading_add" */
    const char *sql;        /* with ?1, ?2 ... */
    const char *postgres;   /* NULL: the same on both */
};

#define DB_READERS_MAX 64
#define DB_STATEMENTS_MAX 512       /* different queries of one connection */
#define DB_COLUMNS_MAX 128

#define DB_OUTCOME_UNKNOWN "it is not known whether the work was kept"

struct db_options {
    const char *url;        /* store_url.h */
    int         readers;    /* connections that read at the same time, 1 to DB_READERS_MAX */
    int         busy_ms;    /* how long a writer waits for another process's; 0: 5000 */
    bool        must_exist;     /* a file that is not there is ERR_IO, and none is made */
    const char *vfs;        /* SQLite's way to the disk; NULL: the system's. For tests. */
};

/* Opens the store; what it needs lives in `arena` until db_close(). A SQLite file is created if
 * there is none. ERR_USAGE: the URL; ERR_IO: it cannot be reached; ERR_CHECK: a PostgreSQL
 * database that is not UTF-8 or does not sort by bytes (as C.UTF-8 does). */
MUST_USE enum err db_open(struct arena *, const struct db_options *, struct db **out,
                          struct trouble *);

/* No transaction is running any more. NULL is let pass. */
void db_close(struct db *);

enum db_engine db_engine_of(const struct db *);

/* How SQLite keeps its journal ("wal", "truncate"), for `doctor`; "server" on PostgreSQL. */
const char *db_journal(const struct db *);

/* For whom a transaction is. */
struct db_scope {
    int64_t       council;  /* whose rows row-level security shows; 0: nobody's */
    /* The arena that the work takes from; may be NULL. When it runs out of memory the transaction
     * is rolled back and ERR_IO given: a jump past db_write() would leave it open. */
    struct arena *arena;
};

typedef enum err db_work(struct tx *, void *context, struct trouble *);

MUST_USE enum err db_write(struct db *db, struct db_scope scope, db_work *work, void *context,
                           struct trouble *trouble);
MUST_USE enum err db_read(struct db *db, struct db_scope scope, db_work *work, void *context,
                          struct trouble *trouble);

/* The work inside a savepoint: what it did is taken back when it fails, and the transaction goes
 * on. (A failure that ends the whole transaction -- the disk, the connection, another writer --
 * still does.) For errors of single rows. */
MUST_USE enum err tx_attempt(struct tx *tx, db_work *work, void *context,
                             struct trouble *trouble);

/* The constraint that the last failed statement broke, until the next one fails; "" if it was
 * not that. By PostgreSQL's own names, on both engines: what CONSTRAINT says for a CHECK,
 * "table_pkey", "table_column_other_key" for UNIQUE (a unique index must be named so),
 * "table_column_not_null", and "fkey" for every foreign key, since SQLite says no more. */
const char *tx_constraint(const struct tx *);

enum db_engine tx_engine(const struct tx *);

/* From here on row-level security shows this council's rows (0: nobody's). For a transaction that
 * must first find out for whom it is: a session, an API token, a one-time link. */
MUST_USE enum err tx_scope(struct tx *, int64_t council, struct trouble *);

/* The council that the transaction is for; 0: none. */
int64_t tx_council(const struct tx *);

/* A statement, prepared once for each connection and query. It is begun until it has given its
 * last row or statement_end(); a statement that is begun cannot be begun again. */
MUST_USE enum err tx_prepare(struct tx *, const struct query *, struct statement **out,
                             struct trouble *);

/* Parameters, from 1. One that is not set is NULL. Bytes of text and blob are not copied: they
 * stay until the statement has ended. */
void bind_null(struct statement *, int number);
void bind_int(struct statement *, int number, int64_t value);
void bind_bool(struct statement *, int number, bool value);
void bind_text(struct statement *, int number, struct text value);
void bind_blob(struct statement *, int number, struct text value);
void bind_day(struct statement *, int number, struct db_day value);
void bind_moment(struct statement *, int number, struct moment value);

/* The next row; `*row` false when there is none, and the statement has ended. */
MUST_USE enum err statement_step(struct statement *, bool *row, struct trouble *);

/* Steps to the end. `changed`, if not NULL: how many rows were inserted, updated or deleted. */
MUST_USE enum err statement_run(struct statement *, int64_t *changed, struct trouble *);

/* The first row, which must be there, or ERR_MISSING with the query's name. */
MUST_USE enum err statement_one(struct statement *, struct trouble *);

/* No further rows are wanted. Nothing if it has ended. */
void statement_end(struct statement *);

/* Columns of the row, from 0. Text and blobs stay until the next step or the end. */
bool column_null(struct statement *, int column);
int64_t column_int(struct statement *, int column);
bool column_bool(struct statement *, int column);
struct text column_text(struct statement *, int column);
struct text column_blob(struct statement *, int column);
struct db_day column_day(struct statement *, int column);
struct moment column_moment(struct statement *, int column);

/* Fills the next row by bind_...(row, 1 ...); `*more` false when there is none. Its bytes stay
 * until it is called again. */
typedef enum err db_next_row(void *context, struct statement *row, bool *more, struct trouble *);

/* Many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite. The query is
 * INSERT INTO table (a, b) VALUES (?1, ?2) and nothing more. Numbers go into @int64 columns, since
 * COPY takes no type for another. A parameter that is not set keeps the value of the row before;
 * ids are given, or the table has no @id: COPY does not move its counter. Meanwhile nothing else
 * may be asked of `tx`. `*count`: how many rows. */
MUST_USE enum err tx_load(struct tx *tx, const struct query *query, db_next_row *next,
                          void *context, int64_t *count, struct trouble *trouble);

#endif
