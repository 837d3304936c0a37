/*
 * server/server_main.c -- the program `ochil-server`: what needs a database.
 *
 * `ochil` stays slim and starts this one, as git starts its own programs. Its words are parsed by
 * the same table; here are the handlers.
 */
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/program_action.h"
#include "cli/server_table.h"
#include "cli/stop.h"
#include "server/server.h"

static const struct feature *const server_features[] = {
    &server_feature,
    &program_feature,
    NULL,
};

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
    { "serve", serve_run },
    { "strings", strings_run },
    { "trail export", trail_export_run },
    { "checkpoint make", checkpoint_make_run },
    { "checkpoint take", checkpoint_take_run },
    { NULL, NULL },
};

int main(int count, char *word[])
{
    static const struct program program = { "ochil-server", server_features, handlers };
    const size_t words = count > 0 ? (size_t)count - 1 : 0;

    (void)umask(077);       /* the store is nobody else's to read */
    cli_open_standard_files();
    stop_watch();
    return cli_run(&program, words, (const char *const *)word + 1, stdin, stdout, stderr);
}
