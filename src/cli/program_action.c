#include "cli/program_action.h"

#include <errno.h>
#include <string.h>

#include "base/word.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "engine/certificate.h"

/* The arguments as one text: "period lock". */
static const char *arguments_joined(const struct command *command)
{
    const char *text = "";

    for (size_t i = 0; i < command->argument_count; i++)
        text = arena_print(command->arena, "%s%s%s", text, i == 0 ? "" : " ",
                           command->argument[i]);
    return text;
}

static enum err unknown_page(const struct command *command, const char *name)
{
    struct word_search search = { .typed = name };
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    while ((action = action_next(command->features, &feature, &row)) != NULL)
        word_offer(&search, action->verb);
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        word_offer(&search, topic->name);
    if (search.nearest == NULL)
        return fail(command->trouble, ERR_USAGE, "there is no page about '%s'", name);
    return fail(command->trouble, ERR_USAGE, "there is no page about '%s'. Did you mean '%s'?",
                name, search.nearest);
}

/* One page by its name: "" is ochil itself. */
static enum err write_page(struct command *command, enum page_form form, const char *name)
{
    struct page page = { command->out, form };
    const struct action *action = action_find(command->features, name);
    const struct topic *topic = topic_find(name);

    if (name[0] == '\0')
        help_page_program(&page, command->arena, command->features);
    else if (action != NULL)
        help_page_action(&page, command->arena, action);
    else if (topic != NULL)
        help_page_topic(&page, command->arena, topic);
    else
        return unknown_page(command, name);
    return OK;
}

static enum err help_run(struct command *command)
{
    return write_page(command, PAGE_TEXT, arguments_joined(command));
}

/* -- manual -------------------------------------------------------------------------------- */

static enum err write_manual_file(const struct command *command, const char *folder,
                                  const char *page, int section)
{
    struct command into = *command;
    const char *name = page[0] == '\0' ? "ochil" : help_manual_name(command->arena, page);
    const char *path = arena_print(command->arena, "%s/%s.%d.scd", folder, name, section);

    into.out = fopen(path, "we");
    if (into.out == NULL)
        return fail(command->trouble, ERR_IO, "%s: %s", path, strerror(errno));
    enum err err = write_page(&into, PAGE_SCDOC, page);
    bool failed = ferror(into.out) != 0;
    if ((fclose(into.out) != 0 || failed) && err == OK)
        return fail(command->trouble, ERR_IO, "%s: cannot be written", path);
    return err;
}

static enum err write_all_manuals(const struct command *command, const char *folder)
{
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;
    enum err err = write_manual_file(command, folder, "", 1);

    while (err == OK && (action = action_next(command->features, &feature, &row)) != NULL)
        err = write_manual_file(command, folder, action->verb, 1);
    for (const struct topic *topic = topics; err == OK && topic->name != NULL; topic++)
        err = write_manual_file(command, folder, topic->name, topic->section);
    return err;
}

static enum err manual_run(struct command *command)
{
    const char *folder = command_value(command, "all");

    if (folder != NULL)
        return write_all_manuals(command, folder);
    return write_page(command, PAGE_SCDOC, arguments_joined(command));
}

/* -- completion, version ------------------------------------------------------------------- */

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static enum err completion_run(struct command *command)
{
    const char *shell = command_argument(command, 0);

    if (strcmp(shell, "bash") == 0)
        completion_bash(command->out, command->arena, command->features);
    else if (strcmp(shell, "zsh") == 0)
        completion_zsh(command->out, command->arena, command->features);
    else
        completion_fish(command->out, command->arena, command->features);
    return OK;
}

static enum err version_run(struct command *command)
{
    struct file_sink sink;
    struct json json;

    if (!command->version && command_has(command, "json")) {
        file_sink_open(&sink, command->out);
        json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
        json_object(&json);
        json_word(&json, "version", ENGINE_VERSION);
        json_key(&json, "rules");
        json_integer(&json, RULES_VERSION);
        json_object_end(&json);
        return json_end(&json);
    }
    (void)fprintf(command->out, "ochil %s (rules %d)\n", ENGINE_VERSION, RULES_VERSION);
    return OK;
}

/* -- the table ----------------------------------------------------------------------------- */

static const struct option manual_options[] = {
    { .name = "all", .value = "DIR", .kind = VALUE_FOLDER,
      .help = "Write the source of every page into this folder instead." },
    { 0 },
};

static const struct option version_options[] = {
    { .name = "json", .help = "Print one JSON object instead of text." },
    { 0 },
};

static const struct action actions[] = {
    {
        .verb = "help", .run = help_run,
        .summary = "Show the full help about a verb or a topic",
        .description =
            "Prints the same text as the manual page. Without a name it prints an overview of "
            "all verbs and topics.\n\n"
            "Topics are csv (the files of a partnership folder), faults (every code of "
            "errors.csv), limits and exit-codes.",
        .argument = { { .name = "NAME", .kind = VALUE_VERB, .optional = true, .repeatable = true,
                        .help = "A verb or a topic." } },
        .example = {
            { "ochil help close", "Everything about closing." },
            { "ochil help csv", "The files of a partnership folder, column by column." },
        },
        .see_also = "csv exit-codes",
    },
    {
        .verb = "completion", .run = completion_run,
        .summary = "Print a script that completes words in a shell",
        .description =
            "Prints a script for the shell named. With it the shell completes verbs, options, "
            "their values, files and folders.\n\n"
            "bash: put this line into ~/.bashrc:\n\n"
            "    eval \"$(ochil completion bash)\"\n\n"
            "zsh: write the script to a file named _ochil in a folder of $fpath, or source it "
            "after compinit.\n\n"
            "fish:\n\n"
            "    ochil completion fish > ~/.config/fish/completions/ochil.fish",
        .argument = { { .name = "SHELL", .choices = shells, .help = "The shell." } },
        .example = {
            { "eval \"$(ochil completion bash)\"", "Complete in this bash from now on." },
            { "ochil completion zsh > ~/.zfunc/_ochil", "Complete in every new zsh." },
        },
    },
    {
        .verb = "manual", .run = manual_run,
        .summary = "Print the source of a manual page, for scdoc",
        .description =
            "Prints what scdoc turns into a manual page. It comes from the same table as the "
            "help, so the two cannot differ. Without a name it prints the source of ochil(1).",
        .argument = { { .name = "NAME", .kind = VALUE_VERB, .optional = true, .repeatable = true,
                        .help = "A verb or a topic." } },
        .options = manual_options,
        .example = {
            { "ochil manual close | scdoc > ochil-close.1", "Make one page." },
            { "ochil manual --all man", "Write the sources of all pages into the folder man." },
        },
        .exits = { ERR_IO },
        .see_also = "help",
    },
    {
        .verb = "version", .run = version_run,
        .summary = "Print the versions of the program and of its rules",
        .description =
            "The version of the program changes with every release; the version of the rules "
            "only when the same folder would give another bill. Bundles of the same rules "
            "verify with any program.",
        .options = version_options,
        .example = {
            { "ochil version", "Print both versions." },
            { "ochil --version", "The same." },
        },
    },
    { 0 },
};

const struct feature program_feature = { "program", "Help and shell", actions };
