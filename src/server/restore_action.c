#include "formats/small_file_io.h"
#include "server/backup_means.h"
#include "store/backup_drill.h"
#include "trail/trail_io.h"

struct restore {
    struct command         *command;
    struct server           server;
    const char             *keys;       /* the folder, there or not */
    bool                    keys_there;
    struct minisign_public  public;
    struct seal_secret      secret;
    bool                    has_secret;
    struct checkpoint_file  since;
    bool                    has_since;
};

static bool is_there(const char *path)
{
    struct stat status;

    return real_outside.stat(path, &status) == 0;
}

static const char *key_path(const struct restore *restore, const char *name)
{
    return arena_print(restore->command->arena, "%s/%s", restore->keys, name);
}

/* Whose signature must be under the manifest: nothing that the backup says can tell. */
static enum err read_server_key(struct restore *restore)
{
    const char *word = command_value(restore->command, "server-key");

    if (word != NULL)
        return server_key_read(restore->command, word, &restore->public);
    word = key_path(restore, KEYRING_SERVER_PUBLIC);
    if (!is_there(word))
        return fail(restore->command->trouble, ERR_USAGE, "say whose backup it must be: "
                    "--server-key, since there is no %s", word);
    return server_key_read(restore->command, word, &restore->public);
}

static enum err read_secret(struct restore *restore)
{
    const char *path = command_value(restore->command, "key");
    char bytes[SEAL_KEY_TEXT];
    size_t size;

    if (path == NULL)
        return OK;
    enum err err = small_file_read(&real_outside, path, "a key", bytes, sizeof bytes, &size,
                                   restore->command->trouble);
    if (err == OK)
        err = seal_secret_parse((struct text){ bytes, size }, &restore->secret,
                                restore->command->trouble);
    restore->has_secret = err == OK;
    return err;
}

static enum err read_since(struct restore *restore)
{
    const char *path = command_value(restore->command, "since");

    if (path == NULL && is_there(key_path(restore, KEYRING_CHECKPOINT)))
        path = key_path(restore, KEYRING_CHECKPOINT);
    if (path == NULL)
        return OK;
    restore->has_since = true;
    return checkpoint_read(&real_outside, path, &restore->since, restore->command->trouble);
}

static struct backup_restoring restoring_of(const struct restore *restore)
{
    return (struct backup_restoring){
        .means = backup_means_of_program(),
        .folder = command_argument(restore->command, 0),
        .url = settings_value(&restore->server.settings, "db"),
        .server = &restore->public,
        .key = restore->has_secret ? &restore->secret : NULL,
        .keys = restore->keys_there ? NULL : restore->keys,
        .scratch = arena_print(restore->command->arena, "%s.restore", restore->keys),
        .since = restore->has_since ? &restore->since.checkpoint : NULL,
    };
}

static enum err restore_it(struct restore *restore)
{
    const struct backup_restoring restoring = restoring_of(restore);
    struct command *command = restore->command;
    struct backup_restored restored;
    enum err err = backup_restore(&restoring, command->work, &restored, command->trouble);

    if (err != OK)
        return err;
    (void)fprintf(command->out, "Store %s is restored to %s: %d tables, a trail of %llu "
                  "entries.\n", restored.manifest.store,
                  setting_shown(command->arena, restoring.url), restored.manifest.dump.tables,
                  (unsigned long long)restored.manifest.trail_size);
    if (restored.keys)
        (void)fprintf(command->out, "Its keys are restored to %s.\n", restore->keys);
    if (server_migrations[restored.manifest.schema] != NULL)
        (void)fprintf(command->out, "Its schema is older than this program: run ochil migrate.\n");
    return OK;
}

static enum err drill_it(struct restore *restore, const char *report)
{
    struct command *command = restore->command;
    struct backup_drilling drilling = { .restoring = restoring_of(restore), .report = report };
    struct backup_drilled drilled;

    /* Only a database that was named for it: the usual one is what is served. */
    if (command_value(command, "db") == NULL)
        drilling.restoring.url = NULL;
    if (restore->server.keyring.folder != NULL)
        drilling.keys = &restore->server.keyring;
    enum err err = backup_drill(&drilling, command->work, &drilled, command->trouble);
    if (err == OK)
        (void)fprintf(command->out, "The drill passed: restored and compared in %lld ms, audited "
                      "in %lld ms. The report is %s/%s%s.\n", (long long)drilled.restore_ms,
                      (long long)drilled.audit_ms, report, DRILL_TEXT,
                      drilling.keys == NULL ? ", not signed: the server's key is not at hand"
                                            : "");
    return err;
}

enum err restore_run(struct command *command)
{
    struct restore restore = { .command = command };
    const char *report = command_value(command, "drill");
    enum err err = server_begin(command, &restore.server);

    if (err == OK) {
        restore.keys = settings_value(&restore.server.settings, "keys");
        restore.keys_there = is_there(restore.keys);
        err = read_server_key(&restore);
    }
    if (err == OK)
        err = read_secret(&restore);
    if (err == OK)
        err = read_since(&restore);
    if (err == OK && report != NULL && restore.keys_there)
        err = server_keys(command, &restore.server);
    if (err == OK)
        err = report == NULL ? restore_it(&restore) : drill_it(&restore, report);
    seal_secret_wipe(&restore.secret);
    server_close(&restore.server);
    return err;
}
