/*
 * store/db_inside.h -- what db.c shares with the two engines, and nobody else.
 *
 * db.c knows pools, transactions, retries and what dooms them; an engine knows one connection and
 * its statements. `struct engine` is all that one must be able to do.
 */
#ifndef OCHIL_DB_INSIDE_H
#define OCHIL_DB_INSIDE_H

#include "store/db.h"
#include "store/store_url.h"

/* What a transaction is begun for. */
enum tx_kind {
    TX_READ,
    TX_WRITE,
    TX_MIGRATE      /* as TX_WRITE, but store_writer may not be there yet */
};

/* What an engine says of the last failure on a connection. */
struct db_fault {
    bool again;             /* another transaction was in the way: worth another attempt */
    bool gone;              /* the transaction is over already: connection lost, rolled back */
    bool unknown;           /* it went while committing */
    char constraint[128];   /* the one that was broken, or "" */
};

enum value_type { VALUE_NULL, VALUE_INT, VALUE_BOOL, VALUE_TEXT, VALUE_BLOB, VALUE_DAY };

struct value {
    enum value_type type;
    int64_t         number;     /* int, bool; a day's days */
    struct text     bytes;
};

struct connection;

struct statement {
    struct connection  *connection;
    const struct query *query;
    struct statement   *next_begun;
    bool                begun;
    bool                has_row;
    bool                stepped;
    int                 parameters;
    struct value        value[SQL_PARAMETERS_MAX + 1];  /* from 1 */
    int64_t             changed;
    void               *prepared;       /* sqlite3_stmt */
    char                name[16];       /* PostgreSQL's, unique in the connection */
    void               *result;         /* PGresult */
    int                 row;            /* of the result */
};

#define DB_CONTROLS 3

struct connection {
    struct db          *db;
    const struct engine *engine;
    struct arena        arena;          /* of its statements; ends with the connection */
    void               *handle;         /* sqlite3, PGconn; NULL: not connected */
    bool                writer;
    struct tx          *tx;             /* the one that runs; NULL: none */
    struct statement   *begun;          /* of this transaction */
    struct statement  **statement;      /* DB_STATEMENTS_MAX places, by the query's address */
    size_t              statements;
    bool                committing;     /* PostgreSQL: a warning now means "perhaps" */
    bool                warned;
    void               *control[DB_CONTROLS];   /* SQLite: begin, commit; prepared when needed */
    void               *copy;           /* sqlite3_backup that goes on between transactions */
    struct db_fault     fault;
    struct trouble      said;           /* by the engine, of the call that runs */
    struct connection  *next_free;
};

struct tx {
    struct connection *connection;
    enum tx_kind       kind;
    int64_t            council;
    enum err           doom;            /* OK: it may still commit */
    bool               again;           /* doomed by another transaction */
    bool               final;           /* doomed beyond any savepoint */
    int                depth;           /* of savepoints */
    struct trouble     why;
    char               constraint[128];
};

struct engine {
    /* Opens the connection: `handle`. */
    enum err (*connect)(struct connection *, struct trouble *);
    void     (*disconnect)(struct connection *);
    enum err (*begin)(struct connection *, const struct tx *, struct trouble *);
    /* Whose rows the transaction sees from here on. */
    enum err (*scope)(struct connection *, int64_t council, struct trouble *);
    /* `fault.unknown` when it cannot be told whether it was committed. */
    enum err (*commit)(struct connection *, struct trouble *);
    /* false: the connection is of no use any more. */
    bool     (*rollback)(struct connection *);
    /* SQL without parameters or rows: savepoints, DDL. */
    enum err (*execute)(struct connection *, const char *sql, struct trouble *);
    enum err (*prepare)(struct connection *, struct statement *, struct trouble *);
    enum err (*step)(struct statement *, bool *row, struct trouble *);
    /* Gives back what the run holds. */
    void     (*end)(struct statement *);
    /* The column of the row as `wanted`, unless it is NULL; false: it is another type. */
    bool     (*column)(struct statement *, int column, enum value_type wanted, struct value *);
    enum err (*load)(struct statement *, db_next_row *, void *context, int64_t *count,
                     struct trouble *);
    /* How often a transaction is tried. */
    int      attempts;
};

extern const struct engine sqlite_engine;
extern const struct engine postgres_engine;

/* db_write() and db_read() are this. */
MUST_USE enum err db_transact(struct db *db, enum tx_kind kind, struct db_scope scope,
                              db_work *work, void *context, struct trouble *trouble);

/* DDL within a transaction of TX_MIGRATE. */
MUST_USE enum err tx_execute(struct tx *, const char *sql, struct trouble *);

const struct db_options *db_options_of(const struct db *);
const struct store_url *db_url_of(const struct db *);

/* Are the parameters fit to be sent? ERR_USAGE: text that is not UTF-8. */
MUST_USE enum err statement_check(const struct statement *, struct trouble *);

/* SQLite alone. A whole copy of the store as `path`, which must not exist; on the disk when it
 * returns OK. Outside of any transaction. */
MUST_USE enum err sqlite_backup(struct db *, const char *path, struct trouble *);

/* SQLite alone. Its file's name is on the disk as well: SQLite syncs the file, not the folder. */
MUST_USE enum err sqlite_sync_folder(struct db *, struct trouble *);

/* Borrows the writer's connection outside of a transaction, and gives it back. */
MUST_USE enum err db_writer_take(struct db *, struct connection **, struct trouble *);
void db_writer_give(struct db *);

#endif
