#include "cli/help.h"

#include <string.h>

#include "cli/exits.h"

#define TERM_INDENT 2
#define MEANING_INDENT 6
#define VERB_COLUMN 14

/* -- pieces -------------------------------------------------------------------------------- */

const char *help_manual_name(struct arena *arena, const char *verb)
{
    char *name = arena_print(arena, "ochil-%s", verb);

    for (char *at = name; *at != '\0'; at++) {
        if (*at == ' ')
            *at = '-';
    }
    return name;
}

static const char *joined(struct arena *arena, const char *const *words, const char *between)
{
    const char *text = "";

    for (size_t i = 0; words[i] != NULL; i++)
        text = arena_print(arena, "%s%s%s", text, i == 0 ? "" : between, words[i]);
    return text;
}

static const char *option_synopsis(struct arena *arena, const struct option *option)
{
    const char *text = arena_print(arena, "--%s", option->name);

    if (option->value != NULL)
        text = arena_print(arena, "%s" HARD_BLANK "%s", text,
                           option->choices == NULL ? option->value
                           : joined(arena, option->choices, "|"));
    if (!option->required)
        text = arena_print(arena, "[%s]", text);
    return option->repeatable ? arena_print(arena, "%s...", text) : text;
}

static const char *argument_synopsis(struct arena *arena, const struct argument *argument)
{
    const char *text = argument->choices == NULL ? argument->name
                     : joined(arena, argument->choices, "|");

    if (argument->repeatable)
        text = arena_print(arena, "%s...", text);
    return argument->optional ? arena_print(arena, "[%s]", text) : text;
}

const char *help_synopsis(struct arena *arena, const struct action *action)
{
    const char *text = arena_print(arena, "ochil %s", action->verb);

    for (size_t i = 0; action->argument[i].name != NULL; i++)
        text = arena_print(arena, "%s %s", text, argument_synopsis(arena, &action->argument[i]));
    const struct option *option = NULL;
    while ((option = option_next(action, option)) != NULL && option != common_options)
        text = arena_print(arena, "%s %s", text, option_synopsis(arena, option));
    return text;
}

const char *help_option_term(struct arena *arena, const struct option *option)
{
    const char *term = arena_print(arena, "--%s", option->name);

    if (option->letter != '\0')
        term = arena_print(arena, "-%c, %s", option->letter, term);
    if (option->value != NULL)
        term = arena_print(arena, "%s %s", term, option->value);
    return term;
}

/* The help sentence with what the row knows besides: the choices, whether it must be given. */
static const char *option_meaning(struct arena *arena, const struct option *option)
{
    const char *text = option->help;

    if (option->choices != NULL)
        text = arena_print(arena, "%s One of %s.", text, joined(arena, option->choices, ", "));
    if (option->required)
        text = arena_print(arena, "%s Must be given.", text);
    if (option->repeatable)
        text = arena_print(arena, "%s May be given several times.", text);
    return text;
}

static const char *argument_meaning(struct arena *arena, const struct argument *argument)
{
    if (argument->choices == NULL)
        return argument->help;
    return arena_print(arena, "%s One of %s.", argument->help,
                       joined(arena, argument->choices, ", "));
}

/* -- short help ---------------------------------------------------------------------------- */

static void short_options(FILE *out, struct arena *arena, const struct action *action)
{
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL) {
        page_wrap(out, TERM_INDENT, TERM_INDENT, help_option_term(arena, option));
        page_wrap(out, MEANING_INDENT, MEANING_INDENT, option_meaning(arena, option));
    }
}

static void short_examples(FILE *out, const struct example *example, size_t most)
{
    (void)fputs("\nExamples:\n", out);
    for (size_t i = 0; i < most && example[i].line != NULL; i++) {
        page_wrap(out, TERM_INDENT, MEANING_INDENT, example[i].line);
        page_wrap(out, MEANING_INDENT, MEANING_INDENT, example[i].meaning);
    }
}

void help_short(FILE *out, struct arena *arena, const struct action *action)
{
    page_wrap(out, 0, 0, arena_print(arena, "%s.", action->summary));
    short_examples(out, action->example, 2);
    (void)fputs("\nUsage:\n", out);
    page_wrap(out, TERM_INDENT, MEANING_INDENT, help_synopsis(arena, action));
    for (size_t i = 0; action->argument[i].name != NULL; i++) {
        if (i == 0)
            (void)fputs("\nArguments:\n", out);
        page_wrap(out, TERM_INDENT, TERM_INDENT, action->argument[i].name);
        page_wrap(out, MEANING_INDENT, MEANING_INDENT,
                  argument_meaning(arena, &action->argument[i]));
    }
    (void)fputs("\nOptions:\n", out);
    short_options(out, arena, action);
    page_wrap(out, 0, 0, "");
    page_wrap(out, 0, 0, arena_print(arena, "'ochil help %s' says more.", action->verb));
}

static void list_verbs(FILE *out, const struct action *action, size_t indent)
{
    for (; action->verb != NULL; action++) {
        (void)fprintf(out, "%*s%-*s", (int)indent, "", VERB_COLUMN, action->verb);
        page_wrap(out, 1, indent + VERB_COLUMN + 1, action->summary);
    }
}

void help_program(FILE *out, const struct feature *const features[])
{
    static const struct example example[] = {
        { "ochil close 2014-15 --out bill", "Work out what each partner pays." },
        { "ochil explain 2014-15 --pool SW-HQ --period 2014-15/P06", "Why this penny?" },
        { NULL, NULL },
    };


    page_wrap(out, 0, 0, "Ochil works out who pays for whom when councils share services.");
    short_examples(out, example, 2);
    (void)fputs("\nUsage:\n  ochil VERB [ARGUMENT]... [OPTION]...\n", out);
    for (size_t i = 0; features[i] != NULL; i++) {
        (void)fprintf(out, "\n%s:\n", features[i]->title);
        list_verbs(out, features[i]->actions, TERM_INDENT);
    }
    (void)fputs("\n'ochil VERB --help' is short, 'ochil help VERB' says everything.\n", out);
}

/* -- whole pages --------------------------------------------------------------------------- */

static void page_options(struct page *page, struct arena *arena, const struct action *action)
{
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL)
        page_term(page, help_option_term(arena, option), option_meaning(arena, option));
}

static void page_exit(struct page *page, struct arena *arena, int code)
{
    page_term(page, arena_print(arena, "%d", code), exit_meaning(code));
}

static void page_exits(struct page *page, struct arena *arena, const struct action *action)
{
    page_section(page, "exit status");
    for (const struct exit_code *row = exit_codes; row->meaning != NULL; row++) {
        bool shown = row->code == OK || row->code == ERR_USAGE || row->code == ERR_BUG
                     || row->code == EXIT_STOPPED;

        for (size_t i = 0; !shown && action->exits[i] != OK; i++)
            shown = (int)action->exits[i] == row->code;
        if (shown)
            page_exit(page, arena, row->code);
    }
}

static const char *manual_reference(struct arena *arena, const char *word)
{
    const struct topic *topic = topic_find(word);

    return arena_print(arena, "%s(%d)", help_manual_name(arena, word),
                       topic == NULL ? 1 : topic->section);
}

static void page_see_also(struct page *page, struct arena *arena, const char *words)
{
    const char *text = "ochil(1)";

    while (words != NULL && *words != '\0') {
        size_t size = strcspn(words, " ");

        text = arena_print(arena, "%s, %s", text,
                           manual_reference(arena, arena_copy(arena, words, size)));
        words += size + strspn(words + size, " ");
    }
    page_section(page, "see also");
    page_paragraphs(page, text);
}

void help_page_action(struct page *page, struct arena *arena, const struct action *action)
{
    page_open(page, help_manual_name(arena, action->verb), 1, action->summary);
    page_section(page, "synopsis");
    page_paragraphs(page, help_synopsis(arena, action));
    page_section(page, "description");
    page_paragraphs(page, action->description);
    if (action->argument[0].name != NULL)
        page_section(page, "arguments");
    for (size_t i = 0; action->argument[i].name != NULL; i++)
        page_term(page, action->argument[i].name, argument_meaning(arena, &action->argument[i]));
    page_section(page, "options");
    page_options(page, arena, action);
    page_section(page, "examples");
    for (size_t i = 0; action->example[i].line != NULL; i++)
        page_example(page, action->example[i].line, action->example[i].meaning);
    page_exits(page, arena, action);
    page_see_also(page, arena, action->see_also);
}

void help_page_program(struct page *page, struct arena *arena,
                       const struct feature *const features[])
{
    page_open(page, "ochil", 1, "who pays for whom when councils share services");
    page_section(page, "synopsis");
    page_paragraphs(page, "ochil VERB [ARGUMENT]... [OPTION]...\n\n"
                          "ochil --help\n\n"
                          "ochil --version");
    page_section(page, "description");
    page_paragraphs(page,
        "Ochil reads a partnership folder: plain CSV files with the partners, the services they "
        "share, the pools of cost, the bases on which these are shared, and each partner's "
        "ledger. From it Ochil works out, to the penny, what every partner bears, what it has "
        "paid and who owes whom; says for any figure why; and packs the result so that each "
        "partner can compute it again without trusting the other.\n\n"
        "Data goes to standard output, messages to standard error. A bar of progress is drawn "
        "only on a terminal.");
    for (size_t i = 0; features[i] != NULL; i++) {
        page_section(page, features[i]->title);
        for (const struct action *action = features[i]->actions; action->verb != NULL; action++)
            page_term(page, arena_print(arena, "ochil %s", action->verb),
                      arena_print(arena, "%s.", action->summary));
    }
    page_section(page, "exit status");
    for (const struct exit_code *row = exit_codes; row->meaning != NULL; row++)
        page_exit(page, arena, row->code);
    page_section(page, "more help");
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        page_term(page, arena_print(arena, "ochil help %s", topic->name),
                  arena_print(arena, "%s.", topic->summary));
}

void help_page_topic(struct page *page, struct arena *arena, const struct topic *topic)
{
    page_open(page, help_manual_name(arena, topic->name), topic->section, topic->summary);
    topic->write(page, arena);
}
