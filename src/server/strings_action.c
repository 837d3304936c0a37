/*
 * server/strings_action.c -- `ochil strings`: the words of the pages, for who translates them.
 */
#include "server/server.h"
#include "web/words.h"

static bool is_word(const char *english)
{
    enum language is;

    for (enum word word = 0; word < WORDS; word++)
        if (strcmp(word_in(word, ENGLISH, &is), english) == 0)
            return true;
    return false;
}

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
    /* A phrase with a Gaelic has it from a word, which was listed. */
    for (size_t i = 0; phrases[i] != NULL; i++)
        if (!is_word(phrases[i]))
            (void)fprintf(command->out, "-\t%s\t\n", phrases[i]);
    return OK;
}
