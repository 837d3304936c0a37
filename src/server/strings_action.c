/*
 * server/strings_action.c -- `ochil strings`: the words of the pages, for who translates them.
 */
#include "server/server.h"
#include "web/words.h"

enum err strings_run(struct command *command)
{
    const bool missing = command_has(command, "missing");
    enum language is, ignored;

    for (enum word word = 0; word < WORDS; word++) {
        const char *gaelic = word_in(word, GAELIC, &is);

        if (missing && is == GAELIC)
            continue;
        (void)fprintf(command->out, "%s\t%s\t%s\n", word_name(word),
                      word_in(word, ENGLISH, &ignored), is == GAELIC ? gaelic : "");
    }
    return OK;
}
