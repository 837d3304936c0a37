#include "cli/completion.h"

#include <string.h>

#include "cli/help.h"

struct script {
    FILE                        *out;
    struct arena                *arena;
    const struct feature *const *features;
};

/* -- words of the table -------------------------------------------------------------------- */

/* "period" of "period lock"; "" of "close". */
static const char *noun_of(struct arena *arena, const char *verb)
{
    const char *blank = strchr(verb, ' ');

    return blank == NULL ? "" : arena_copy(arena, verb, (size_t)(blank - verb));
}

/* Is this action the first of its noun? */
static bool opens_noun(const struct script *script, const struct action *action)
{
    const char *noun = noun_of(script->arena, action->verb);
    size_t feature = 0;
    size_t row = 0;
    const struct action *other;

    while ((other = action_next(script->features, &feature, &row)) != NULL) {
        if (noun[0] != '\0' && strcmp(noun_of(script->arena, other->verb), noun) == 0)
            return other == action;
    }
    return false;
}

/* The first words: verbs of one word, and nouns once each. */
static const char *first_words(const struct script *script)
{
    const char *words = "";
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    while ((action = action_next(script->features, &feature, &row)) != NULL) {
        const char *noun = noun_of(script->arena, action->verb);

        if (noun[0] == '\0')
            words = arena_print(script->arena, "%s%s ", words, action->verb);
        else if (opens_noun(script, action))
            words = arena_print(script->arena, "%s%s ", words, noun);
    }
    return words;
}

/* The second words of a noun. */
static const char *second_words(const struct script *script, const char *noun)
{
    const char *words = "";
    size_t size = strlen(noun);
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    while ((action = action_next(script->features, &feature, &row)) != NULL) {
        if (strncmp(action->verb, noun, size) == 0 && action->verb[size] == ' ')
            words = arena_print(script->arena, "%s%s ", words, action->verb + size + 1);
    }
    return words;
}

static const char *choice_words(struct arena *arena, const char *const *choices)
{
    const char *words = "";

    for (; *choices != NULL; choices++)
        words = arena_print(arena, "%s%s ", words, *choices);
    return words;
}

/* What a value may be, as a list of words: "" where nothing can be offered, or where files are. */
static const char *value_words(const struct script *script, enum value_kind kind,
                               const char *const *choices)
{
    if (choices != NULL)
        return choice_words(script->arena, choices);
    if (kind == VALUE_VERB) {
        const char *words = first_words(script);

        for (const struct topic *topic = topics; topic->name != NULL; topic++)
            words = arena_print(script->arena, "%s%s ", words, topic->name);
        return words;
    }
    return "";
}

/* The first sentence of a help text, with a backslash before each of the `special` bytes. */
static const char *sentence(struct arena *arena, const char *text, const char *special)
{
    size_t size = strcspn(text, ".;");
    char *short_text = arena_take(arena, size * 2 + 1, 1);
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'') {          /* no quote inside the quotes of a shell */
            short_text[used++] = '"';
            continue;
        }
        if (strchr(special, text[i]) != NULL)
            short_text[used++] = '\\';
        short_text[used++] = text[i];
    }
    return short_text;
}

/* -- bash ---------------------------------------------------------------------------------- */

static void bash_values(const struct script *script, enum value_kind kind,
                        const char *const *choices)
{
    if (kind == VALUE_FOLDER)
        (void)fputs("kind='folder'", script->out);
    else if (kind == VALUE_FILE)
        (void)fputs("kind='file'", script->out);
    else
        (void)fprintf(script->out, "list='%s'", value_words(script, kind, choices));
}

static void bash_option_values(const struct script *script, const struct action *action)
{
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL) {
        if (option->value == NULL)
            continue;
        (void)fprintf(script->out, "            --%s", option->name);
        if (option->letter != '\0')
            (void)fprintf(script->out, "|-%c", option->letter);
        (void)fputs(") ", script->out);
        bash_values(script, option->kind, option->choices);
        (void)fputs(" ;;\n", script->out);
    }
}

static void bash_option_names(const struct script *script, const struct action *action)
{
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL)
        (void)fprintf(script->out, "--%s ", option->name);
}

static void bash_action(const struct script *script, const struct action *action)
{
    (void)fprintf(script->out, "    '%s')\n        case $prev in\n", action->verb);
    bash_option_values(script, action);
    (void)fputs("            *)\n                if [[ $cur == -* ]]; then list='", script->out);
    bash_option_names(script, action);
    (void)fputs("'\n                else ", script->out);
    if (action->argument[0].name == NULL)
        (void)fputs(":", script->out);
    else
        bash_values(script, action->argument[0].kind, action->argument[0].choices);
    (void)fputs("; fi ;;\n        esac ;;\n", script->out);
}

static const char bash_front[] =
    "# Completion of ochil for bash, made by 'ochil completion bash'.\n"
    "_ochil() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local verb=${COMP_WORDS[1]} list='' kind='' nouns\n"
    "    COMPREPLY=()\n"
    "    # bash makes three words of --option=value.\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        cur=''\n"
    "    elif [[ $prev == '=' ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n";

static const char bash_end[] =
    "    esac\n"
    "    case $kind in\n"
    "        folder) compopt -o filenames 2>/dev/null\n"
    "            mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
    "        file) compopt -o filenames 2>/dev/null\n"
    "            mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
    "        *) mapfile -t COMPREPLY < <(compgen -W \"$list\" -- \"$cur\") ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _ochil ochil\n";

/* `verb` becomes "" while the first word is typed, the noun alone while its second is. */
static void bash_nouns(const struct script *script)
{
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    (void)fputs("    nouns=' ", script->out);
    while ((action = action_next(script->features, &feature, &row)) != NULL) {
        if (opens_noun(script, action))
            (void)fprintf(script->out, "%s ", noun_of(script->arena, action->verb));
    }
    (void)fputs("'\n"
                "    if ((COMP_CWORD == 1)); then\n"
                "        verb=''\n"
                "    elif [[ $nouns == *\" $verb \"* ]] && ((COMP_CWORD > 2)); then\n"
                "        verb=\"$verb ${COMP_WORDS[2]}\"\n"
                "    fi\n", script->out);
}

void completion_bash(FILE *out, struct arena *arena, const struct feature *const features[])
{
    const struct script script = { out, arena, features };
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    (void)fputs(bash_front, out);
    bash_nouns(&script);
    (void)fprintf(out, "    case $verb in\n    '') list='%s--help --version' ;;\n",
                  first_words(&script));
    while ((action = action_next(features, &feature, &row)) != NULL) {
        if (opens_noun(&script, action)) {
            const char *noun = noun_of(arena, action->verb);

            (void)fprintf(out, "    '%s') list='%s' ;;\n", noun, second_words(&script, noun));
        }
        bash_action(&script, action);
    }
    (void)fputs(bash_end, out);
}

/* -- zsh ----------------------------------------------------------------------------------- */

/* ":DIR:_files -/" */
static void zsh_value(const struct script *script, const char *name, enum value_kind kind,
                      const char *const *choices)
{
    (void)fprintf(script->out, ":%s:", name);
    if (kind == VALUE_FOLDER)
        (void)fputs("_files -/", script->out);
    else if (kind == VALUE_FILE)
        (void)fputs("_files", script->out);
    else
        (void)fprintf(script->out, "(%s)", value_words(script, kind, choices));
}

static void zsh_option(const struct script *script, const struct option *option)
{
    const char *value_mark = option->value == NULL ? "" : "=";
    const char *help = sentence(script->arena, option->help, "[]:\\");

    (void)fputs(" \\\n            ", script->out);
    if (option->letter != '\0')
        (void)fprintf(script->out, "'(-%c --%s)'{-%c%s,--%s%s}'[%s]", option->letter,
                      option->name, option->letter, option->value == NULL ? "" : "+",
                      option->name, value_mark, help);
    else
        (void)fprintf(script->out, "'%s--%s%s[%s]", option->repeatable ? "*" : "",
                      option->name, value_mark, help);
    if (option->value != NULL)
        zsh_value(script, option->value, option->kind, option->choices);
    (void)fputc('\'', script->out);
}

static void zsh_action(const struct script *script, const struct action *action)
{
    const struct option *option = NULL;

    (void)fprintf(script->out, "    '%s')\n        _arguments", action->verb);
    while ((option = option_next(action, option)) != NULL)
        zsh_option(script, option);
    for (size_t i = 0; action->argument[i].name != NULL; i++) {
        (void)fputs(" \\\n            '", script->out);
        if (action->argument[i].repeatable)
            (void)fputc('*', script->out);
        else
            (void)fprintf(script->out, "%zu", i + 1);
        zsh_value(script, action->argument[i].name, action->argument[i].kind,
                  action->argument[i].choices);
        (void)fputc('\'', script->out);
    }
    (void)fputs(" ;;\n", script->out);
}

static void zsh_first_words(const struct script *script)
{
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    (void)fputs("    if (( CURRENT == 2 )); then\n        list=(", script->out);
    while ((action = action_next(script->features, &feature, &row)) != NULL) {
        const char *noun = noun_of(script->arena, action->verb);

        if (noun[0] == '\0')
            (void)fprintf(script->out, "'%s:%s' ", action->verb,
                          sentence(script->arena, action->summary, ":\\"));
        else if (opens_noun(script, action))
            (void)fprintf(script->out, "'%s' ", noun);
    }
    (void)fputs("'--help:Show help' '--version:Show the version')\n"
                "        _describe 'verb' list\n"
                "        return\n"
                "    fi\n"
                "    verb=$words[2]\n"
                "    shift words; (( CURRENT-- ))\n", script->out);
}

static void zsh_second_words(const struct script *script)
{
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    (void)fputs("    case $verb in\n", script->out);
    while ((action = action_next(script->features, &feature, &row)) != NULL) {
        const char *noun = noun_of(script->arena, action->verb);

        if (!opens_noun(script, action))
            continue;
        (void)fprintf(script->out,
                      "    '%s')\n"
                      "        if (( CURRENT == 2 )); then\n"
                      "            list=(%s)\n"
                      "            _describe 'verb' list\n"
                      "            return\n"
                      "        fi\n"
                      "        verb=\"$verb $words[2]\"\n"
                      "        shift words; (( CURRENT-- )) ;;\n",
                      noun, second_words(script, noun));
    }
    (void)fputs("    esac\n", script->out);
}

void completion_zsh(FILE *out, struct arena *arena, const struct feature *const features[])
{
    const struct script script = { out, arena, features };
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    (void)fputs("#compdef ochil\n"
                "# Completion of ochil for zsh, made by 'ochil completion zsh'.\n"
                "_ochil() {\n"
                "    local -a list\n"
                "    local verb\n", out);
    zsh_first_words(&script);
    zsh_second_words(&script);
    (void)fputs("    case $verb in\n", out);
    while ((action = action_next(features, &feature, &row)) != NULL)
        zsh_action(&script, action);
    (void)fputs("    esac\n"
                "}\n"
                "if [[ $funcstack[1] == _ochil ]]; then\n"
                "    _ochil \"$@\"\n"
                "else\n"
                "    compdef _ochil ochil\n"
                "fi\n", out);
}

/* -- fish ---------------------------------------------------------------------------------- */

static const char fish_front[] =
    "# Completion of ochil for fish, made by 'ochil completion fish'.\n"
    "# True when the words behind ochil begin with these.\n"
    "function __ochil_is\n"
    "    set -l words (commandline -opc)\n"
    "    test (count $words) -gt (count $argv); or return 1\n"
    "    set -l last (math (count $argv) + 1)\n"
    "    test \"$words[2..$last]\" = \"$argv\"\n"
    "end\n"
    "# True when exactly these have been typed.\n"
    "function __ochil_at\n"
    "    test (count (commandline -opc)) -eq (math (count $argv) + 1); or return 1\n"
    "    test -z \"$argv\"; or __ochil_is $argv\n"
    "end\n"
    "complete -c ochil -f\n"
    "complete -c ochil -n __ochil_at -l help -s h -d 'Show help'\n"
    "complete -c ochil -n __ochil_at -l version -d 'Show the version'\n";

static void fish_values(const struct script *script, enum value_kind kind,
                        const char *const *choices)
{
    if (kind == VALUE_FOLDER)
        (void)fputs(" -a '(__fish_complete_directories)'", script->out);
    else if (kind == VALUE_FILE)
        (void)fputs(" -F", script->out);
    else
        (void)fprintf(script->out, " -a '%s'", value_words(script, kind, choices));
}

static void fish_options(const struct script *script, const struct action *action)
{
    const struct option *option = NULL;

    while ((option = option_next(action, option)) != NULL) {
        (void)fprintf(script->out, "complete -c ochil -n '__ochil_is %s' -l %s", action->verb,
                      option->name);
        if (option->letter != '\0')
            (void)fprintf(script->out, " -s %c", option->letter);
        if (option->value != NULL) {
            (void)fputs(option->kind == VALUE_FILE ? " -r" : " -x", script->out);
            fish_values(script, option->kind, option->choices);
        }
        (void)fprintf(script->out, " -d '%s'\n", sentence(script->arena, option->help, "\\"));
    }
}

static void fish_action(const struct script *script, const struct action *action)
{
    const char *noun = noun_of(script->arena, action->verb);
    size_t skipped = noun[0] == '\0' ? 0 : strlen(noun) + 1;

    if (opens_noun(script, action))
        (void)fprintf(script->out, "complete -c ochil -n __ochil_at -a %s\n", noun);
    (void)fprintf(script->out, "complete -c ochil -n '__ochil_at %s' -a %s -d '%s'\n", noun,
                  action->verb + skipped, sentence(script->arena, action->summary, "\\"));
    fish_options(script, action);
    for (size_t i = 0; action->argument[i].name != NULL; i++) {
        (void)fprintf(script->out, "complete -c ochil -n '__ochil_is %s'", action->verb);
        fish_values(script, action->argument[i].kind, action->argument[i].choices);
        (void)fputc('\n', script->out);
    }
}

void completion_fish(FILE *out, struct arena *arena, const struct feature *const features[])
{
    const struct script script = { out, arena, features };
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    (void)fputs(fish_front, out);
    while ((action = action_next(features, &feature, &row)) != NULL)
        fish_action(&script, action);
}
