/*
 * server/server_main.c -- the program `ochil-server`: what needs a database.
 *
 * `ochil` stays slim and starts this one, as git starts its own. Until there is something to
 * serve it brings a store's schema up to date.
 */
#include <getopt.h>
#include <stdio.h>

#include "server/server_migrations.h"

static const char usage[] =
    "ochil-server --version\n"
    "ochil-server migrate --db URL [--role NAME]\n"
    "\n"
    "  --db URL      the store: a file, or postgres://OWNER@HOST/NAME\n"
    "  --role NAME   PostgreSQL: the role that will serve, which is granted the tables' rows\n";

struct words {
    const char *db;
    const char *role;
    bool        version;
    bool        help;
};

static enum err read_words(int count, char *word[], struct words *out, struct trouble *trouble)
{
    static const struct option options[] = {
        { "db", required_argument, NULL, 'd' },
        { "role", required_argument, NULL, 'r' },
        { "version", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    opterr = 0;
    while ((option = getopt_long(count, word, "h", options, NULL)) != -1) {
        switch (option) {
        case 'd': out->db = optarg; break;
        case 'r': out->role = optarg; break;
        case 'v': out->version = true; break;
        case 'h': out->help = true; break;
        default: return fail(trouble, ERR_USAGE, "%s: not understood", word[optind - 1]);
        }
    }
    return OK;
}

static enum err migrate(const struct words *words, struct trouble *trouble)
{
    struct arena arena = { 0 };
    struct db *db = NULL;
    const struct db_options options = { .url = words->db, .readers = 1 };
    const struct migrating plan = { server_migrations, clock_now(), words->role };
    struct migrated done;

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = db_open(&arena, &options, &db, trouble);
    if (err == OK)
        err = schema_migrate(db, &plan, &done, trouble);
    if (err == OK && done.backup[0] != '\0')
        (void)printf("kept a copy: %s\n", done.backup);
    if (err == OK)
        (void)printf("the store is at version %d (it was at %d)\n", done.after, done.before);
    if (db != NULL)
        db_close(db);
    arena_free(&arena);
    return err;
}

static enum err run(int count, char *word[], struct trouble *trouble)
{
    struct words words = { 0 };
    enum err err = read_words(count, word, &words, trouble);

    if (err != OK)
        return err;
    if (words.version || words.help) {
        (void)fputs(words.help ? usage : "ochil-server " OCHIL_VERSION "\n", stdout);
        return OK;
    }
    if (count - optind != 1 || strcmp(word[optind], "migrate") != 0)
        return fail(trouble, ERR_USAGE, "the one verb is migrate");
    if (words.db == NULL)
        return fail(trouble, ERR_USAGE, "migrate needs --db URL");
    return migrate(&words, trouble);
}

int main(int count, char *word[])
{
    struct trouble trouble = { 0 };
    enum err err = run(count, word, &trouble);

    if (err == OK && fflush(stdout) != 0)
        err = fail(&trouble, ERR_IO, "standard output cannot be written");
    if (err != OK)
        (void)fprintf(stderr, "ochil-server: %s\n", trouble.text);
    if (err == ERR_USAGE)
        (void)fputs(usage, stderr);
    return (int)err;
}
