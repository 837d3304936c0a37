#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define WORDS_MAX 8

static enum err nothing(struct command *command)
{
    (void)command;
    return OK;
}

static const char *const books[] = { "ledger", "budget", NULL };

static const struct option close_options[] = {
    { .name = "out", .letter = 'o', .value = "DIR", .required = true, .help = "x" },
    { .name = "book", .value = "BOOK", .choices = books, .help = "x" },
    { .name = "threads", .letter = 't', .value = "N", .kind = VALUE_NUMBER, .help = "x" },
    { .name = "set", .letter = 's', .value = "K=V", .repeatable = true, .help = "x" },
    { .name = "force", .letter = 'f', .help = "x" },
    { 0 },
};

static const struct action actions[] = {
    { .verb = "close", .run = nothing, .argument = { { .name = "FOLDER" } },
      .options = close_options },
    { .verb = "period lock", .run = nothing, .argument = { { .name = "PERIOD" } } },
    { .verb = "period", .run = nothing },
    { .verb = "help", .run = nothing,
      .argument = { { .name = "NAME", .optional = true, .repeatable = true } } },
    { .verb = "risk list", .run = nothing },
    { 0 },
};

static const struct feature feature = { "test", "Test", actions };
static const struct feature *const features[] = { &feature, NULL };

static struct arena arena;

static size_t count_words(const char *const word[])
{
    size_t count = 0;

    while (word[count] != NULL)
        count++;
    return count;
}

static enum err parse(const char *const word[], struct command *command, struct trouble *trouble)
{
    *trouble = (struct trouble){ { 0 } };
    *command = (struct command){ .features = features, .arena = &arena, .trouble = trouble };
    return command_parse(command, count_words(word), word);
}

/* What was understood, as one line: "close|out=d force|a". */
static const char *understood(const struct command *command)
{
    const char *text = command->action == NULL ? "-" : command->action->verb;

    if (command->version)
        return "version";
    if (command->help)
        return arena_print(&arena, "help of %s", text);
    text = arena_print(&arena, "%s|", text);
    for (size_t i = 0; i < command->given_count; i++) {
        const struct given *given = &command->given[i];

        text = arena_print(&arena, "%s%s%s", text, i == 0 ? "" : " ", given->option->name);
        if (given->value != NULL)
            text = arena_print(&arena, "%s=%s", text, given->value);
    }
    text = arena_print(&arena, "%s|", text);
    for (size_t i = 0; i < command->argument_count; i++)
        text = arena_print(&arena, "%s%s%s", text, i == 0 ? "" : " ", command->argument[i]);
    return text;
}

static const struct {
    const char *word[WORDS_MAX], *understood;
} good[] = {
    { { "close", "a", "--out", "d" },                   "close|out=d|a" },
    { { "close", "a", "--out=d" },                      "close|out=d|a" },
    { { "close", "a", "-o", "d" },                      "close|out=d|a" },
    { { "close", "a", "-od" },                          "close|out=d|a" },
    { { "close", "--out", "d", "a" },                   "close|out=d|a" },
    { { "close", "a", "-fqod" },                        "close|force quiet out=d|a" },
    { { "close", "a", "-fo", "d" },                     "close|force out=d|a" },
    { { "close", "--out=d=e", "a" },                    "close|out=d=e|a" },
    { { "close", "--out", "--force", "a" },             "close|out=--force|a" },
    { { "close", "-o", "d", "--", "-a" },               "close|out=d|-a" },
    { { "close", "-o", "d", "-" },                      "close|out=d|-" },
    { { "close", "a", "-od", "--set", "a=1", "-sb=2" }, "close|out=d set=a=1 set=b=2|a" },
    { { "close", "a", "-od", "--book", "budget" },      "close|out=d book=budget|a" },
    { { "close", "a", "-od", "-t12" },                  "close|out=d threads=12|a" },
    { { "close", "a", "-od", "-f", "-f" },              "close|out=d force force|a" },
    { { "period", "lock", "P01" },                      "period lock||P01" },
    { { "period" },                                     "period||" },
    { { "period", "-q" },                               "period|quiet|" },
    { { "help" },                                       "help||" },
    { { "help", "period", "lock" },                     "help||period lock" },
    { { "risk", "list" },                               "risk list||" },
    { { "close", "--help" },                            "help of close" },
    { { "close", "-h", "--nonsense" },                  "help of close" },
    { { "period", "lock", "-qh" },                      "help of period lock" },
    { { "--help" },                                     "help of -" },
    { { "-h", "close" },                                "help of close" },
    { { "--version" },                                  "version" },
    { { "--version", "close" },                         "version" },
    { { NULL },                                         "-||" },
};

static void good_words_are_understood(void **state)
{
    struct command command;
    struct trouble trouble;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        if (parse(good[i].word, &command, &trouble) != OK)
            fail_msg("row %zu: %s", i, trouble.text);
        if (strcmp(understood(&command), good[i].understood) != 0)
            fail_msg("row %zu: %s", i, understood(&command));
    }
}

static const struct {
    const char *word[WORDS_MAX], *message;
} bad[] = {
    { { "clsoe", "a" },           "'clsoe' is not something ochil can do. Did you mean 'close'?" },
    { { "nonsense" },             "'nonsense' is not something ochil can do" },
    { { "" },                     "'' is not something ochil can do" },
    { { "risk" },                 "'risk' is not something ochil can do. "
                                  "Did you mean 'risk list'?" },
    { { "risk", "lsit" },         "'risk lsit' is not something ochil can do. "
                                  "Did you mean 'risk list'?" },
    { { "-x", "close" },          "'-x' before the verb: options are written behind it" },
    { { "close" },                "'close' needs FOLDER" },
    { { "close", "a" },           "'close' needs --out DIR" },
    { { "close", "", "-od" },     "FOLDER is empty" },
    { { "close", "a", "--out=" }, "--out is empty" },
    { { "close", "a", "--out" },  "--out needs a value: --out DIR" },
    { { "close", "a", "-o" },     "--out needs a value: --out DIR" },
    { { "close", "a", "-od", "--out", "e" }, "--out is given twice" },
    { { "close", "a", "--ou=d" }, "'close' has no option '--ou'. Did you mean '--out'?" },
    { { "close", "--treads=1" },  "'close' has no option '--treads'. Did you mean '--threads'?" },
    { { "close", "--hlep" },      "'close' has no option '--hlep'. Did you mean '--help'?" },
    { { "close", "--zzzzz" },     "'close' has no option '--zzzzz'" },
    { { "close", "-z" },          "'close' has no option '-z'" },
    { { "close", "--force=yes" }, "--force takes no value" },
    { { "close", "-t", "many" },  "--threads is a whole number, not 'many'" },
    { { "close", "-t", "-1" },    "--threads is a whole number, not '-1'" },
    { { "close", "-t", "1234567890" }, "--threads is a whole number, not '1234567890'" },
    { { "close", "--book", "leger" },
      "--book is one of ledger, budget, not 'leger'. Did you mean 'ledger'?" },
    { { "close", "a", "b", "-od" }, "'close' does not know what to do with 'b'" },
    { { "period", "lock", "-q" },   "'period lock' needs PERIOD" },
    { { "period", "loc" },          "'period' does not know what to do with 'loc'" },
};

static void bad_words_are_refused_by_name(void **state)
{
    struct command command;
    struct trouble trouble;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (parse(bad[i].word, &command, &trouble) != ERR_USAGE)
            fail_msg("row %zu is not refused", i);
        if (strcmp(trouble.text, bad[i].message) != 0)
            fail_msg("row %zu: %s", i, trouble.text);
    }
}

static void a_handler_asks_for_what_was_given(void **state)
{
    static const char *const words[] = { "close", "a", "-o", "d", "-s", "x=1", "-s", "y=2",
                                         "-t", "7", "-v", NULL };
    struct command command;
    struct trouble trouble;
    size_t count;

    (void)state;
    assert_int_equal(parse(words, &command, &trouble), OK);
    assert_string_equal(command_argument(&command, 0), "a");
    assert_null(command_argument(&command, 1));
    assert_string_equal(command_value(&command, "out"), "d");
    assert_null(command_value(&command, "book"));
    assert_int_equal(command_number(&command, "threads", 1), 7);
    assert_true(command.verbose);
    assert_false(command.quiet);
    assert_false(command_has(&command, "force"));
    const char *const *values = command_values(&command, "set", &count);
    assert_int_equal(count, 2);
    assert_string_equal(values[0], "x=1");
    assert_string_equal(values[1], "y=2");
}

static int open_arena(void **state)
{
    (void)state;
    return ARENA_GUARD(&arena) == 0 ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_words_are_understood),
        cmocka_unit_test(bad_words_are_refused_by_name),
        cmocka_unit_test(a_handler_asks_for_what_was_given),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
