#include <errno.h>
#include <inttypes.h>

#include "base/secret_outside.h"
#include "engine/verify.h"
#include "formats/output_io.h"
#include "formats/small_file_io.h"
#include "server/server.h"
#include "store/trail_guard_io.h"
#include "trail/trail_io.h"

/* One of the two verbs, with what it works on. */
struct checkpointing {
    struct command   *command;
    struct server     server;
    struct trail_deed deed;
    struct checked    made;
    struct councils   councils;
};

/* With the keys, and a store that this program knows. */
static enum err begin(struct checkpointing *at, struct command *command)
{
    *at = (struct checkpointing){
        .command = command,
        .deed = { clock_now(), text_of("system"), &real_outside },
    };
    enum err err = server_open(command, &at->server);

    if (err == OK)
        err = schema_check(at->server.db, server_migrations, command->trouble);
    return err != OK ? err : server_keys(command, &at->server);
}

/* ---- making ---- */

static enum err make(struct tx *tx, void *context, struct trouble *trouble)
{
    struct checkpointing *at = context;

    return checkpoint_make(tx, at->command->work, &at->deed, &at->server.keyring.secret, &at->made,
                           trouble);
}

static enum err write_text(struct whole_file *file, struct text text, struct trouble *trouble)
{
    return file->out.sink.write(&file->out.sink, text.data, text.size, trouble);
}

/* Both files are begun first, so that a checkpoint is not made that cannot be handed out. */
static enum err make_files(struct checkpointing *at, struct whole_file *file,
                           struct whole_file *signature)
{
    struct command *command = at->command;
    const bool force = command_has(command, "force");
    const char *path = command_argument(command, 0);
    const struct db_scope nobody = { .arena = command->work };
    enum err err = whole_file_open(file, &real_outside, command->arena, path, force,
                                   command->trouble);

    if (err == OK)
        err = whole_file_open(signature, &real_outside, command->arena,
                              signature_path(command->arena, path, CHECKPOINT_SERVER), force,
                              command->trouble);
    if (err == OK)
        err = db_write(at->server.db, nobody, make, at, command->trouble);
    if (err == OK)
        err = write_text(file, at->made.text, command->trouble);
    if (err == OK)
        err = write_text(signature, at->made.signature[0].text, command->trouble);
    return err != OK ? err : whole_files_commit(file, signature, command->trouble);
}

enum err checkpoint_make_run(struct command *command)
{
    struct whole_file *file = arena_take(command->arena, 2, sizeof *file);
    struct checkpointing *at = arena_take(command->arena, 1, sizeof *at);
    enum err err = begin(at, command);

    if (err == OK)
        err = trail_guard(at->server.db, &secret_outside, command->work, &at->server.keyring,
                          command->trouble);
    if (err == OK)
        err = make_files(at, &file[0], &file[1]);
    (void)whole_file_abort(&file[1], command->trouble);
    (void)whole_file_abort(&file[0], command->trouble);
    if (err == OK)
        command_say(command, "%s: %" PRIu64 " entries, signed by the server",
                    command_argument(command, 0), at->made.size);
    server_close(&at->server);
    return err;
}

/* ---- taking in ---- */

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct checkpointing *at = context;

    return councils_read(tx, at->command->work, &at->councils, trouble);
}

/* The signature beside the checkpoint; no data: there is none. */
static enum err read_signature(const struct command *command, const char *by, struct text *out)
{
    const char *path = signature_path(command->arena, command_argument(command, 0), by);
    char *bytes = arena_take(command->arena, MINISIGN_FILE_MAX, 1);
    struct stat status;

    *out = (struct text){ NULL, 0 };
    if (real_outside.stat(path, &status) != 0 && errno == ENOENT)
        return OK;
    out->data = bytes;
    return small_file_read(&real_outside, path, "a signature", bytes, MINISIGN_FILE_MAX,
                           &out->size, command->trouble);
}

/* The store has not made this checkpoint: it is older than the council's, and that is kept. */
static enum err raise(struct checkpointing *at, const struct cosignature *given)
{
    struct command *command = at->command;
    struct text server;
    enum err err = read_signature(command, CHECKPOINT_SERVER, &server);

    if (err == OK && server.data == NULL)
        err = fail(command->trouble, ERR_MISSING, "this store has made no such checkpoint, and %s "
                   "is not there", signature_path(command->arena, command_argument(command, 0),
                                                  CHECKPOINT_SERVER));
    if (err == OK)
        err = trail_guard_raise(at->server.db, &secret_outside, command->work,
                                &at->server.keyring, given, server, command->trouble);
    if (err == OK)
        err = fail(command->trouble, ERR_CHECK, "this store has not made the checkpoint, which the "
                   "server and %.*s have signed: it is older, or another one. From now on it is "
                   "not served", TEXT(given->council));
    return err;
}

static enum err take(struct checkpointing *at, const struct cosignature *given)
{
    struct command *command = at->command;
    struct trouble said = { 0 };
    enum err err = trail_guard_take(at->server.db, &secret_outside, command->work,
                                    &at->server.keyring, &at->deed, given, &said);

    if (err == OK)
        command_say(command, "Taken in: the signature of %.*s", TEXT(given->council));
    else if (err == ERR_CONFLICT)
        command_say(command, "%s", said.text);
    else if (err == ERR_MISSING)
        err = raise(at, given);
    else
        return fail(command->trouble, err, "%s", said.text);
    return err == ERR_CONFLICT ? OK : err;
}

static enum err take_all(struct checkpointing *at)
{
    struct command *command = at->command;
    const char *path = command_argument(command, 0);
    struct checkpoint_file file;
    size_t found = 0;
    enum err err = checkpoint_read(&real_outside, path, &file, command->trouble);

    for (size_t i = 0; i < at->councils.count && err == OK; i++) {
        struct cosignature given = {
            { file.text, file.size }, at->councils.council[i].code, { NULL, 0 },
        };

        err = read_signature(command, given.council.data, &given.signature);
        if (err != OK || given.signature.data == NULL)
            continue;
        found++;
        err = take(at, &given);
    }
    if (err == OK && found == 0)
        err = fail(command->trouble, ERR_MISSING, "no council's signature stands beside %s (%s)",
                   path, signature_path(command->arena, path, "CODE"));
    return err;
}

enum err checkpoint_take_run(struct command *command)
{
    struct checkpointing *at = arena_take(command->arena, 1, sizeof *at);
    const struct db_scope nobody = { .arena = command->work };
    enum err err = begin(at, command);

    if (err == OK)
        err = db_read(at->server.db, nobody, look, at, command->trouble);
    if (err == OK)
        err = take_all(at);
    server_close(&at->server);
    return err;
}
