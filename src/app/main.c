/* app/main.c -- the program `ochil`: its features, its standard files, its signals. */
#include "app/features.h"
#include "cli/cli.h"
#include "cli/stop.h"

int main(int count, char *word[])
{
    /* Without even a name of its own the program was given no words either. */
    size_t words = count > 0 ? (size_t)count - 1 : 0;

    const struct program ochil = { .name = "ochil", .features = features };

    cli_open_standard_files();
    stop_watch();
    return cli_run(&ochil, words, (const char *const *)word + 1, stdin, stdout, stderr);
}
