/* What must hold for every row of the action table. */
#include "app/features.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/command.h"
#include "cli/exits.h"
#include "cli/help.h"

#define COLUMNS 80

static struct arena arena;

/* Calls `look` for every action; the second argument names it in a failure. */
static void every_action(void (*look)(const struct action *))
{
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    while ((action = action_next(features, &feature, &row)) != NULL)
        look(action);
}

static bool ends_in_stop(const char *text)
{
    return text[strlen(text) - 1] == '.' || text[strlen(text) - 1] == '?'
           || strchr(text, '\n') != NULL;
}

static void look_at_words(const struct action *action)
{
    if (action->run == NULL)
        fail_msg("%s: no handler", action->verb);
    if (action->summary == NULL || !isupper((unsigned char)action->summary[0])
        || ends_in_stop(action->summary) || strlen(action->summary) > 62)
        fail_msg("%s: the summary is a short line without a full stop", action->verb);
    if (action->description == NULL || strlen(action->description) < 80)
        fail_msg("%s: the description says too little", action->verb);
    for (const char *at = action->verb; *at != '\0'; at++)
        assert_true(islower((unsigned char)*at) || *at == ' ' || *at == '-');
}

static void look_at_examples(const struct action *action)
{
    size_t count = 0;

    for (; action->example[count].line != NULL; count++) {
        assert_true(count < ACTION_EXAMPLES_MAX);
        assert_non_null(action->example[count].meaning);
        assert_true(ends_in_stop(action->example[count].meaning));
    }
    if (count < 2)
        fail_msg("%s: two examples at least", action->verb);
}

/* An example that begins with ochil must be parsed as it stands. */
static void parse_example(const struct action *action, const char *line)
{
    const char *word[32] = { "" };
    size_t count = 0;
    struct trouble trouble = { { 0 } };
    struct command command = { .features = features, .arena = &arena, .trouble = &trouble };
    char *rest = arena_copy(&arena, line, strlen(line));

    for (char *at = strtok_r(rest, " ", &rest); at != NULL && at[0] != '<' && at[0] != '>'
         && at[0] != '|'; at = strtok_r(NULL, " ", &rest)) {
        if (at[0] == '\'')      /* the one quoted value: its first word will do */
            at++;
        if (count == 0 || at[strlen(at) - 1] != '\'')
            word[count++] = at;
    }
    if (strcmp(word[0], "ochil") != 0)
        return;
    if (command_parse(&command, count - 1, word + 1) != OK)
        fail_msg("%s: %s: %s", action->verb, line, trouble.text);
    if (command.action != action && !command.version)
        fail_msg("%s: %s: shows another verb", action->verb, line);
}

static void look_at_example_lines(const struct action *action)
{
    for (size_t i = 0; action->example[i].line != NULL; i++)
        parse_example(action, action->example[i].line);
}

static void look_at_arguments(const struct action *action)
{
    bool optional = false;
    const struct argument *argument = action->argument;

    for (; argument->name != NULL; argument++) {
        assert_non_null(argument->help);
        assert_true(ends_in_stop(argument->help));
        assert_false(optional && !argument->optional);    /* what must be given comes first */
        assert_true(!argument->repeatable || argument[1].name == NULL);
        optional = argument->optional;
    }
}

static void look_at_option(const struct action *action, const struct option *option)
{
    if (option->help == NULL || !ends_in_stop(option->help)
        || !isupper((unsigned char)option->help[0]))
        fail_msg("%s --%s: help is a sentence", action->verb, option->name);
    if ((option->repeatable || option->required || option->choices != NULL
         || option->kind != VALUE_WORD) && option->value == NULL)
        fail_msg("%s --%s: has no value to repeat, to need or to choose", action->verb,
                 option->name);
    if (action_option(action, option->name) != option)
        fail_msg("%s --%s: stands there twice", action->verb, option->name);
}

static void look_at_options(const struct action *action)
{
    char letters[32] = "";
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL) {
        look_at_option(action, option);
        if (option->letter == '\0')
            continue;
        if (strchr(letters, option->letter) != NULL)
            fail_msg("%s -%c: stands there twice", action->verb, option->letter);
        letters[strlen(letters)] = option->letter;
    }
}

static void look_at_exits(const struct action *action)
{
    for (size_t i = 0; action->exits[i] != OK; i++) {
        assert_true(i < ACTION_EXITS_MAX);
        assert_non_null(exit_meaning((int)action->exits[i]));
        for (size_t k = 0; k < i; k++)
            assert_true(action->exits[k] < action->exits[i]);
    }
}

static void look_at_see_also(const struct action *action)
{
    const char *words = action->see_also == NULL ? "" : action->see_also;
    char *rest = arena_copy(&arena, words, strlen(words));

    for (char *at = strtok_r(rest, " ", &rest); at != NULL; at = strtok_r(NULL, " ", &rest)) {
        if (action_find(features, at) == NULL && topic_find(at) == NULL)
            fail_msg("%s: see also %s: there is no such page", action->verb, at);
    }
}

static void look_for_another(const struct action *action)
{
    if (action_find(features, action->verb) != action)
        fail_msg("%s stands there twice", action->verb);
    if (topic_find(action->verb) != NULL)
        fail_msg("%s is a topic too", action->verb);
}

#define LAW(name, look)                                                                        \
    static void name(void **state) { (void)state; every_action(look); }

LAW(every_action_says_what_it_does, look_at_words)
LAW(every_action_has_two_examples, look_at_examples)
LAW(every_example_is_understood, look_at_example_lines)
LAW(every_argument_is_explained, look_at_arguments)
LAW(every_option_is_explained, look_at_options)
LAW(every_exit_code_is_documented, look_at_exits)
LAW(every_reference_leads_somewhere, look_at_see_also)
LAW(every_verb_is_there_once, look_for_another)

/* -- pages --------------------------------------------------------------------------------- */

static void check_columns(const char *name, const char *text)
{
    size_t column = 0;

    for (; *text != '\0'; text++) {
        column = *text == '\n' ? 0 : column + ((*text & 0xC0) != 0x80);
        if (column >= COLUMNS)
            fail_msg("%s: a line is longer than %d columns", name, COLUMNS - 1);
        if (*text == '\t' || (*text < ' ' && *text != '\n' && *text > 0))
            fail_msg("%s: a control character", name);
    }
}

static void check_options_named(const struct action *action, const char *text)
{
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL) {
        if (strstr(text, help_option_term(&arena, option)) == NULL)
            fail_msg("%s: help does not name --%s", action->verb, option->name);
    }
}

static void look_at_short_help(const struct action *action)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    help_short(out, &arena, action);
    assert_int_equal(fclose(out), 0);
    check_columns(action->verb, text);
    check_options_named(action, text);
    assert_non_null(strstr(text, action->example[1].meaning));
    free(text);
}

static void look_at_page(const struct action *action)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct page page = { out, PAGE_TEXT };

    help_page_action(&page, &arena, action);
    assert_int_equal(fclose(out), 0);
    check_columns(action->verb, text);
    check_options_named(action, text);
    assert_non_null(strstr(text, "EXIT STATUS"));
    assert_non_null(strstr(text, "SEE ALSO"));
    free(text);
}

LAW(short_help_fits_the_screen_and_names_every_option, look_at_short_help)
LAW(pages_fit_the_screen_and_name_every_option, look_at_page)

static void topics_fit_the_screen(void **state)
{
    (void)state;
    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        struct page page = { out, PAGE_TEXT };

        help_page_topic(&page, &arena, topic);
        assert_int_equal(fclose(out), 0);
        check_columns(topic->name, text);
        assert_true(size > 200);
        free(text);
    }
}

static void the_overview_names_every_verb(void **state)
{
    char *text = NULL;
    size_t size = 0;
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    help_program(out, features);
    assert_int_equal(fclose(out), 0);
    check_columns("overview", text);
    while ((action = action_next(features, &feature, &row)) != NULL) {
        assert_non_null(strstr(text, arena_print(&arena, "\n  %s ", action->verb)));
        assert_non_null(strstr(text, action->summary));
    }
    free(text);
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
        cmocka_unit_test(every_action_says_what_it_does),
        cmocka_unit_test(every_action_has_two_examples),
        cmocka_unit_test(every_example_is_understood),
        cmocka_unit_test(every_argument_is_explained),
        cmocka_unit_test(every_option_is_explained),
        cmocka_unit_test(every_exit_code_is_documented),
        cmocka_unit_test(every_reference_leads_somewhere),
        cmocka_unit_test(every_verb_is_there_once),
        cmocka_unit_test(short_help_fits_the_screen_and_names_every_option),
        cmocka_unit_test(pages_fit_the_screen_and_name_every_option),
        cmocka_unit_test(topics_fit_the_screen),
        cmocka_unit_test(the_overview_names_every_verb),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
