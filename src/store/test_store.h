/*
 * store/test_store.h -- for tests only: an empty store of whichever engine is tested, and a rival
 * that goes to the database past the layer.
 *
 * OCHIL_TEST_DB names a PostgreSQL database whose schema `public` is dropped for each test; with
 * nothing there the tests run on a SQLite file of their own. tests/store_test.py does both.
 */
#ifndef OCHIL_TEST_STORE_H
#define OCHIL_TEST_STORE_H

#include <assert.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/test_folder.h"
#include "store/migrate.h"

struct test_store {
    char         folder[TEST_PATH];
    char         url[TEST_PATH * 2];
    struct arena arena;
    struct db   *db;
};

static inline bool test_on_server(void)
{
    const char *url = getenv("OCHIL_TEST_DB");

    return url != NULL && strncmp(url, "postgres", 8) == 0;
}

/* Past the layer: a connection of either engine, for the rival's plain SQL. */
struct rival {
    PGconn  *server;
    sqlite3 *file;
};

static inline struct rival rival_open(const char *url)
{
    struct rival rival = { 0 };

    if (test_on_server()) {
        rival.server = PQconnectdb(url);
        assert(PQstatus(rival.server) == CONNECTION_OK);
        PQclear(PQexec(rival.server, "SET client_min_messages = error"));
    } else {
        int opened = sqlite3_open(url, &rival.file);
        assert(opened == SQLITE_OK);
        (void)sqlite3_busy_timeout(rival.file, 30000);
    }
    return rival;
}

/* True when it did. What it gives in the first column of the first row goes to `text`. */
static inline bool rival_ask(struct rival *rival, const char *sql, char text[TEST_PATH])
{
    bool done;

    text[0] = '\0';
    if (rival->server != NULL) {
        PGresult *result = PQexec(rival->server, sql);
        done = PQresultStatus(result) == PGRES_COMMAND_OK ||
               PQresultStatus(result) == PGRES_TUPLES_OK;
        if (PQntuples(result) > 0)
            (void)snprintf(text, TEST_PATH, "%s", PQgetvalue(result, 0, 0));
        if (!done)
            printf("# rival: %s", PQerrorMessage(rival->server));
        PQclear(result);
        return done;
    }
    sqlite3_stmt *made = NULL;
    done = sqlite3_prepare_v2(rival->file, sql, -1, &made, NULL) == SQLITE_OK;
    int code = done ? sqlite3_step(made) : SQLITE_ERROR;
    if (code == SQLITE_ROW && sqlite3_column_text(made, 0) != NULL)
        (void)snprintf(text, TEST_PATH, "%s", (const char *)sqlite3_column_text(made, 0));
    while (code == SQLITE_ROW)
        code = sqlite3_step(made);
    if (code != SQLITE_DONE)
        printf("# rival: %s\n", sqlite3_errmsg(rival->file));
    (void)sqlite3_finalize(made);
    return done && code == SQLITE_DONE;
}

static inline void rival_do(struct rival *rival, const char *sql)
{
    char text[TEST_PATH];
    bool done = rival_ask(rival, sql, text);

    assert(done);
}

static inline void rival_close(struct rival *rival)
{
    PQfinish(rival->server);
    (void)sqlite3_close(rival->file);
}

/* An empty place for a store: nothing is opened yet. */
static inline void test_store_place(struct test_store *store)
{
    test_folder_make(store->folder);
    if (!test_on_server()) {
        (void)snprintf(store->url, sizeof store->url, "%s/store.db", store->folder);
        return;
    }
    (void)snprintf(store->url, sizeof store->url, "%s", getenv("OCHIL_TEST_DB"));
    struct rival rival = rival_open(store->url);
    rival_do(&rival, "DROP SCHEMA public CASCADE");
    rival_do(&rival, "CREATE SCHEMA public");
    rival_close(&rival);
}

/* Waits for others longer than a server would: on a machine under load PostgreSQL takes its time to
 * see that a connection was dropped, and to let go of what it had locked. */
#define TEST_BUSY_MS 30000

/* `busy_ms` 0: that long. */
static inline struct db *test_db_open(struct test_store *store, int busy_ms)
{
    struct trouble trouble = { 0 };
    struct db_options options = { .url = store->url, .readers = 4,
                                  .busy_ms = busy_ms > 0 ? busy_ms : TEST_BUSY_MS };
    struct db *db = NULL;

    ARENA_KEEP(outer, &store->arena);
    if (ARENA_GUARD(&store->arena))
        abort();
    enum err err = db_open(&store->arena, &options, &db, &trouble);
    if (err != OK)
        printf("# %s\n", trouble.text);
    assert(err == OK);
    return db;
}

/* An open store with these migrations. */
static inline void test_store_make(struct test_store *store,
                                   const struct migration *const *migrations)
{
    struct trouble trouble = { 0 };
    struct migrating migrating = { migrations, { 1403776800000 }, NULL };
    struct migrated done;

    *store = (struct test_store){ 0 };
    test_store_place(store);
    store->db = test_db_open(store, 0);
    enum err err = schema_migrate(store->db, &migrating, &done, &trouble);
    if (err != OK)
        printf("# %s\n", trouble.text);
    assert(err == OK);
}

static inline void test_store_drop(struct test_store *store)
{
    db_close(store->db);
    arena_free(&store->arena);
    test_folder_remove(store->folder);
}

#endif
