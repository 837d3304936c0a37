#include <errno.h>
#include <sodium.h>

#include "base/secret_outside.h"
#include "formats/minisign_io.h"
#include "formats/output_io.h"
#include "formats/small_file_io.h"
#include "server/backup_means.h"
#include "server/backup_served.h"
#include "trail/trail_time.h"

struct backup_means backup_means_of_program(void)
{
    return (struct backup_means){ &secret_outside, server_migrations, clock_now };
}

enum err server_key_read(struct command *command, const char *word, struct minisign_public *out)
{
    struct stat status;

    if (real_outside.stat(word, &status) == 0)
        return minisign_public_read(&real_outside, word, out, command->trouble);
    if (minisign_public_parse(text_of(word), out, NULL) == OK)
        return OK;
    return fail(command->trouble, ERR_CHECK, "%s: neither a file nor a public key", word);
}

/* --- ochil backup --- */

enum err backup_recipient(const char *path, struct seal_public *out, struct trouble *trouble)
{
    char bytes[SEAL_KEY_TEXT];
    size_t size;
    enum err err = small_file_read(&real_outside, path, "a key", bytes, sizeof bytes, &size,
                                   trouble);

    if (err == OK && !seal_public_parse((struct text){ bytes, size }, out))
        err = fail(trouble, ERR_CHECK, "%s: not a public key for backups (ochil backup key makes "
                   "one)", path);
    return err;
}

const char *backup_folder(struct arena *arena, const char *backups, struct moment now)
{
    char when[TRAIL_TIME_SIZE];

    trail_time_print(now.ms, when);
    when[13] = when[16] = '-';
    return arena_print(arena, "%s/%.19sZ", backups, when);
}

static const char *folder_of(struct command *command, const struct server *server)
{
    const char *out = command_value(command, "out");
    const char *backups = settings_value(&server->settings, "backups");

    return out != NULL || backups == NULL ? out : backup_folder(command->arena, backups,
                                                                clock_now());
}

static void tell(const struct command *command, const char *folder,
                 const struct backup_made *made)
{
    (void)fprintf(command->out, "%s: %llu bytes in %lld ms; %d tables, a trail of %llu entries.\n",
                  folder, (unsigned long long)made->bytes,
                  (long long)(made->manifest.ended_ms - made->manifest.begun_ms),
                  made->manifest.dump.tables, (unsigned long long)made->manifest.trail_size);
    if (!made->manifest.sealed)
        (void)fprintf(command->out, "The server's keys are not in it: without a copy of their "
                      "folder no kept file in this backup can be opened.\n");
    if (made->copied.restarts > COPY_RESTARTS_MOST)
        command_say(command, "Another program wrote all the while: its writers had to wait for "
                    "the last part of the copy.");
}

/* Here, unless somebody else writes to a SQLite store all the while: then by whoever serves it, and
 * if nobody does, here after all. */
static enum err make_somewhere(struct command *command, struct server *server,
                               struct backup_making *making, struct backup_made *made,
                               bool *by_server)
{
    struct trouble said = { 0 };

    making->yields = true;
    enum err err = backup_make(making, command->work, made, &said);
    *by_server = err == ERR_BUSY && made->copied.restarts > COPY_RESTARTS_MOST;
    if (!*by_server)
        return err == OK ? OK : fail(command->trouble, err, "%s", said.text);
    command_say(command, "Another program writes to the store: whoever serves it is asked to make "
                "the backup.");
    err = backup_by_server(command, server, making->folder, command_value(command, "to"),
                           by_server);
    if (err != OK || *by_server)
        return err;
    making->yields = false;
    return backup_make(making, command->work, made, command->trouble);
}

static enum err make(struct command *command, struct server *server)
{
    const struct backup_means means = backup_means_of_program();
    const char *to = command_value(command, "to");
    const char *keys = settings_value(&server->settings, "keys");
    const char *folder = folder_of(command, server);
    struct seal_public recipient;
    struct backup_made made;
    struct trouble said = { 0 };
    bool by_server = false;
    enum err err = OK;

    if (folder == NULL)
        return fail(command->trouble, ERR_USAGE, "say where to: --out DIR, or the setting "
                    "'backups'");
    if (to != NULL && (err = backup_recipient(to, &recipient, command->trouble)) != OK)
        return err;
    struct backup_making making = {
        .means = means, .db = server->db, .folder = folder, .key = &server->keyring.secret,
        .to = to == NULL ? NULL : &recipient, .keys = keys,
        .scratch = arena_print(command->arena, "%s.backup", keys) };
    err = make_somewhere(command, server, &making, &made, &by_server);
    if (err != OK || by_server)
        return err;
    tell(command, folder, &made);
    err = backup_note(server->db, &means, command->work, &made, text_of(folder), &said);
    return err == OK ? OK : fail(command->trouble, err, "the backup stands, but the store has no "
                                 "note of it: %s", said.text);
}

enum err backup_run(struct command *command)
{
    struct server server;
    enum err err = server_open(command, &server);

    if (err == OK)
        err = server_keys(command, &server);
    if (err == OK)
        err = make(command, &server);
    server_close(&server);
    return err;
}

/* --- ochil backup key --- */

enum err backup_key_run(struct command *command)
{
    const char *path = command_value(command, "out");
    unsigned char seed[SEAL_KEY_BYTES];
    char secret_text[SEAL_KEY_TEXT];
    char public_text[SEAL_KEY_TEXT];
    struct whole_file *file = arena_take(command->arena, 2, sizeof *file);
    struct seal_secret secret;
    enum err err;

    if (real_outside.random(seed, sizeof seed) != 0)
        return fail(command->trouble, ERR_IO, "random bytes: %s", strerror(errno));
    if ((err = seal_keys_make(seed, &secret, command->trouble)) != OK)
        return err;
    seal_secret_text(&secret, secret_text);
    seal_public_text(&secret.public, public_text);
    err = whole_file_open(&file[0], &secret_outside, command->arena, path, false,
                          command->trouble);
    if (err == OK)
        err = whole_file_open(&file[1], &real_outside, command->arena,
                              arena_print(command->arena, "%s.pub", path), false,
                              command->trouble);
    if (err == OK)
        err = file[0].out.sink.write(&file[0].out.sink, secret_text, strlen(secret_text),
                                     command->trouble);
    if (err == OK)
        err = file[1].out.sink.write(&file[1].out.sink, public_text, strlen(public_text),
                                     command->trouble);
    if (err == OK)
        err = whole_files_commit(&file[0], &file[1], command->trouble);
    (void)whole_file_abort(&file[1], command->trouble);
    (void)whole_file_abort(&file[0], command->trouble);
    seal_secret_wipe(&secret);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret_text, sizeof secret_text);
    if (err == OK)
        command_say(command, "Keep %s away from the server, in two places; the server seals to "
                    "%s.pub.", path, path);
    return err;
}

/* --- ochil backup check --- */

enum err backup_check_run(struct command *command)
{
    const char *folder = command_argument(command, 0);
    struct minisign_public server;
    struct manifest manifest;
    char when[TRAIL_TIME_SIZE];
    enum err err = server_key_read(command, command_value(command, "server-key"), &server);

    if (err == OK)
        err = backup_open(&real_outside, command->work, folder, &server, &manifest,
                          command->trouble);
    if (err == OK)
        err = backup_check(&real_outside, command->work, folder, &manifest, command->trouble);
    if (err != OK)
        return err;
    trail_time_print(manifest.begun_ms, when);
    (void)fprintf(command->out, "%s is whole: store %s at %s, a trail of %llu entries%s.\n",
                  folder, manifest.store, when, (unsigned long long)manifest.trail_size,
                  manifest.sealed ? ", sealed" : "");
    return OK;
}
