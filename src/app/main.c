/* app/main.c -- the program `ochil`: its features, its standard files, its signals. */
#include "app/features.h"
#include "cli/cli.h"
#include "cli/server_table.h"
#include "cli/stop.h"

/* Where the server is installed, it has more verbs to tell of. */
static const struct handler handlers[] = {
    { "help", server_help_run },
    { "manual", server_help_run },
    { "completion", server_help_run },
    { NULL, NULL },
};

int main(int count, char *word[])
{
    /* Without even a name of its own the program was given no words either. */
    size_t words = count > 0 ? (size_t)count - 1 : 0;

    const struct program ochil = { .name = "ochil", .features = features, .handlers = handlers,
                                   .elsewhere = server_forward_try };

    cli_open_standard_files();
    stop_watch();
    return cli_run(&ochil, words, (const char *const *)word + 1, stdin, stdout, stderr);
}
