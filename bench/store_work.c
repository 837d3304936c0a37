/*
 * bench/store_work.c -- the work that bench/store measures, through the thin layer.
 *
 *     store_work create URL         the table
 *     store_work short URL N        N write transactions of one row each, from standard input
 *     store_work bulk URL           one write transaction of all rows of standard input
 *
 * A row is a line: number,words,pence. (bench/store builds it.)
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/migrate.h"

#define LINE_MOST 4096

static const struct migration rows = {
    1, "rows", "0000000000000000000000000000000000000000000000000000000000000000",
    "CREATE TABLE schema_migration (version @id, name TEXT NOT NULL, sha256 TEXT NOT NULL, "
    "applied_at @int64 NOT NULL);\n"
    "CREATE TABLE store_writer (held @int64);\n"
    "CREATE TABLE work (number @int64 PRIMARY KEY, words TEXT NOT NULL, pence @int64 NOT NULL);\n"
};
static const struct migration *const migrations[] = { &rows, NULL };
static const struct query add = {
    "work_add", "INSERT INTO work (number, words, pence) VALUES (?1, ?2, ?3)", NULL
};

struct row {
    char    line[LINE_MOST];
    int64_t number, pence;
    struct text words;
};

static bool next_row(struct row *row)
{
    if (fgets(row->line, sizeof row->line, stdin) == NULL)
        return false;
    char *first = strchr(row->line, ','), *last = strrchr(row->line, ',');
    row->number = strtoll(row->line, NULL, 10);
    row->words = (struct text){ first + 1, (size_t)(last - first - 1) };
    row->pence = strtoll(last + 1, NULL, 10);
    return true;
}

static void bind(struct statement *statement, const struct row *row)
{
    bind_int(statement, 1, row->number);
    bind_text(statement, 2, row->words);
    bind_int(statement, 3, row->pence);
}

static enum err add_one(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *statement;
    enum err err = tx_prepare(tx, &add, &statement, trouble);

    if (err != OK)
        return err;
    bind(statement, context);
    return statement_run(statement, NULL, trouble);
}

static enum err next(void *context, struct statement *statement, bool *more,
                     struct trouble *trouble)
{
    (void)trouble;
    *more = next_row(context);
    if (*more)
        bind(statement, context);
    return OK;
}

static enum err add_all(struct tx *tx, void *context, struct trouble *trouble)
{
    int64_t count;

    return tx_load(tx, &add, next, context, &count, trouble);
}

int main(int count, char *word[])
{
    static struct arena arena;
    static struct row row;
    struct trouble trouble = { 0 };
    struct migrated done;
    struct db *db = NULL;
    const struct migrating plan = { .migrations = migrations };
    const struct db_options options = { .url = word[2], .readers = 1 };

    ARENA_KEEP(outer, &arena);
    if (count < 3 || ARENA_GUARD(&arena))
        return 2;
    enum err err = db_open(&arena, &options, &db, &trouble);
    if (err == OK && strcmp(word[1], "create") == 0)
        err = schema_migrate(db, &plan, &done, &trouble);
    else if (err == OK && strcmp(word[1], "bulk") == 0)
        err = db_write(db, (struct db_scope){ 0 }, add_all, &row, &trouble);
    else
        while (err == OK && next_row(&row))
            err = db_write(db, (struct db_scope){ 0 }, add_one, &row, &trouble);
    if (err != OK)
        fprintf(stderr, "store_work: %s\n", trouble.text);
    db_close(db);
    return err;
}
