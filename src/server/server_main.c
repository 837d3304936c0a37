/*
 * server/server_main.c -- the program `ochil-server`: what needs a database.
 *
 * `ochil` stays slim and starts this one, as git starts its own programs, for the verbs over the
 * store, whose handlers are here, and for those over the API, which are made from the site's own
 * table (client_table.h).
 */
#include <sys/stat.h>

#include <string.h>

#include "app/features.h"
#include "cli/cli.h"
#include "cli/stop.h"
#include "server/client_table.h"
#include "server/server.h"

static const struct handler handlers[] = {
    { "init", init_run },
    { "migrate", migrate_run },
    { "config", config_run },
    { "doctor", doctor_run },
    { "backup", backup_run },
    { "backup key", backup_key_run },
    { "backup check", backup_check_run },
    { "restore", restore_run },
    { "export", export_run },
    { "papers", papers_run },
    { "serve", serve_run },
    { "strings", strings_run },
    { "trail export", trail_export_run },
    { "checkpoint make", checkpoint_make_run },
    { "checkpoint take", checkpoint_take_run },
    { "watch", watch_run },
    { NULL, NULL },
};

/* Started by `ochil`, it speaks as `ochil`. */
static const char *name_of(int count, char *const word[])
{
    return count > 0 && strcmp(word[0], "ochil") == 0 ? "ochil" : "ochil-server";
}

/* All verbs of `ochil`, and those over the API. */
static int run(struct arena *arena, int count, char *word[])
{
    const size_t words = count > 0 ? (size_t)count - 1 : 0;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        (void)fputs("ochil: out of memory\n", stderr);
        return ERR_IO;
    }
    const struct program program = { .name = name_of(count, word), .handlers = handlers,
                                     .features = client_features(arena, features,
                                                                 site_features) };
    return cli_run(&program, words, (const char *const *)word + 1, stdin, stdout, stderr);
}

int main(int count, char *word[])
{
    struct arena arena = { 0 };

    (void)umask(077);       /* the store is nobody else's to read */
    cli_open_standard_files();
    stop_watch();
    const int code = run(&arena, count, word);
    arena_free(&arena);
    return code;
}
