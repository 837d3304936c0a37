#include "cli/answer.h"
#include "server/server.h"

static void print_text(const struct command *command, const struct settings *settings)
{
    for (int i = 0; setting_table[i].name != NULL; i++) {
        const char *value = settings->value[i];

        (void)fprintf(command->out, "%s = %s", setting_table[i].name,
                      value == NULL ? "" : setting_shown(command->arena, value));
        if (command_has(command, "origin"))
            (void)fprintf(command->out, "   (%s)", settings->origin[i]);
        (void)fputc('\n', command->out);
    }
}

static enum err print_json(const struct command *command, const struct settings *settings)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    for (int i = 0; setting_table[i].name != NULL; i++) {
        const char *value = settings->value[i];

        json_key(&json, setting_table[i].name);
        json_object(&json);
        json_key(&json, "value");
        if (value == NULL)
            json_null(&json);
        else
            json_text(&json, text_of(setting_shown(command->arena, value)));
        json_word(&json, "origin", settings->origin[i]);
        json_object_end(&json);
    }
    json_object_end(&json);
    return json_end(&json);
}

enum err config_run(struct command *command)
{
    struct server server;
    enum err err = server_begin(command, &server);

    if (err == OK && command_has(command, "json"))
        err = print_json(command, &server.settings);
    else if (err == OK)
        print_text(command, &server.settings);
    server_close(&server);
    return err;
}
