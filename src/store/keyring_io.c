#include "store/keyring_io.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "formats/minisign_io.h"
#include "formats/output_io.h"
#include "formats/small_file_io.h"

#define MASTER_TEXT (2 * EVIDENCE_KEY_BYTES + 1)      /* with its line feed */
#define MASTER_NAME 64                                 /* a file's, with its NUL */
#define OTHERS_MODE 077

static const char *path_in(struct arena *arena, const char *folder, const char *name)
{
    return arena_print(arena, "%s/%s", folder, name);
}

/* ---- making ---- */

static enum err put_file(struct out_folder *folder, const char *name, struct text text,
                         struct trouble *trouble)
{
    struct out_file *file = arena_take(folder->arena, 1, sizeof *file);
    enum err err = out_file_open(folder, name, file, trouble);

    if (err != OK)
        return err;
    enum err put = file->sink.write(&file->sink, text.data, text.size, trouble);
    err = out_file_close(file, trouble);
    return put != OK ? put : err;
}

static enum err put_server_keys(struct out_folder *folder, struct keyring *out,
                                struct trouble *trouble)
{
    unsigned char seed[MINISIGN_SEED_BYTES], number[MINISIGN_NUMBER_BYTES];
    const unsigned char no_salt[MINISIGN_SALT_BYTES] = { 0 };
    char text[MINISIGN_SECRET_TEXT];
    const struct outside *outside = folder->place.outside;
    enum err err;

    if (outside->random(seed, sizeof seed) != 0 || outside->random(number, sizeof number) != 0)
        return fail(trouble, ERR_IO, "random bytes: %s", strerror(errno));
    err = minisign_keys_make(seed, number, &out->public, &out->secret, trouble);
    if (err == OK)
        err = minisign_secret_text(&out->secret, (struct text){ "", 0 }, no_salt,
                                   &minisign_cost_usual, text, trouble);
    if (err == OK)
        err = put_file(folder, KEYRING_SERVER_SECRET, text_of(text), trouble);
    if (err == OK)
        err = put_file(folder, KEYRING_SERVER_PUBLIC,
                       minisign_public_text(folder->arena, &out->public), trouble);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(text, sizeof text);
    return err;
}

static enum err put_master(struct out_folder *folder, struct keyring_master *master,
                           struct trouble *trouble)
{
    char text[MASTER_TEXT + 1];

    if (folder->place.outside->random(master->key.bytes, sizeof master->key.bytes) != 0)
        return fail(trouble, ERR_IO, "random bytes: %s", strerror(errno));
    (void)sodium_bin2hex(text, sizeof text, master->key.bytes, sizeof master->key.bytes);
    text[MASTER_TEXT - 1] = '\n';
    enum err err = put_file(folder, arena_print(folder->arena, "%.*s" KEYRING_MASTER_END,
                                                TEXT(master->council)),
                            (struct text){ text, MASTER_TEXT }, trouble);
    sodium_memzero(text, sizeof text);
    return err;
}

enum err keyring_make(const struct outside *secrets, struct arena *arena, const char *folder,
                      const struct text council[], size_t councils, struct keyring *out,
                      struct trouble *trouble)
{
    struct out_folder made = { .made = false };

    *out = (struct keyring){ .folder = folder, .masters = councils };
    out->master = arena_take(arena, councils, sizeof *out->master);
    if (sodium_init() < 0)
        return fail(trouble, ERR_IO, "libsodium cannot work here");
    enum err err = out_folder_open(&made, secrets, arena, folder, false, trouble);
    if (err == OK)
        err = put_server_keys(&made, out, trouble);
    for (size_t i = 0; i < councils && err == OK; i++) {
        out->master[i].council = council[i];
        err = put_master(&made, &out->master[i], trouble);
    }
    if (err == OK)
        err = out_folder_commit(&made, trouble);
    (void)out_folder_abort(&made, trouble);
    if (err != OK)
        keyring_wipe(out);
    return err;
}

/* ---- opening ---- */

static enum err be_private(const struct outside *outside, const char *path,
                           struct trouble *trouble)
{
    struct stat status;

    if (outside->stat(path, &status) != 0)
        return fail(trouble, errno == ENOENT ? ERR_MISSING : ERR_IO, "%s: %s", path,
                    strerror(errno));
    if ((status.st_mode & OTHERS_MODE) != 0)
        return fail(trouble, ERR_RIGHTS, "%s can be read by others: chmod go= %s", path, path);
    return OK;
}

static enum err read_master(const struct outside *outside, const char *path,
                            struct master_key *key, struct trouble *trouble)
{
    char text[MASTER_TEXT + 1];      /* one more shows that a file is longer */
    size_t size = 0, bytes = 0;
    enum err err = be_private(outside, path, trouble);

    if (err == OK)
        err = small_file_read(outside, path, "a master key", text, sizeof text, &size, trouble);
    if (err == OK && (size != MASTER_TEXT || text[MASTER_TEXT - 1] != '\n' ||
                      sodium_hex2bin(key->bytes, sizeof key->bytes, text, MASTER_TEXT - 1, NULL,
                                     &bytes, NULL) != 0 || bytes != sizeof key->bytes))
        err = fail(trouble, ERR_CHECK, "%s is not a master key: 64 hex digits and a line end",
                   path);
    sodium_memzero(text, sizeof text);
    return err;
}

/* Nothing is taken from the arena while the folder is open, since that might jump away. */
struct names {
    size_t count;
    char   name[KEYRING_MASTERS_MAX + 1][MASTER_NAME];
};

static bool keep_master_name(void *context, const char *name)
{
    struct names *names = context;
    const size_t size = strlen(name), end = strlen(KEYRING_MASTER_END);

    if (size > end && size < MASTER_NAME && strcmp(name + size - end, KEYRING_MASTER_END) == 0)
        memcpy(names->name[names->count++], name, size + 1);
    return names->count <= KEYRING_MASTERS_MAX;
}

static enum err read_masters(const struct outside *outside, struct arena *arena,
                             struct keyring *out, struct trouble *trouble)
{
    struct names *names = arena_take(arena, 1, sizeof *names);
    enum err err = OK;

    if (outside->list(out->folder, keep_master_name, names) != 0)
        return fail(trouble, ERR_IO, "%s: %s", out->folder, strerror(errno));
    if (names->count > KEYRING_MASTERS_MAX)
        return fail(trouble, ERR_CHECK, "%s holds more than %d master keys", out->folder,
                    KEYRING_MASTERS_MAX);
    out->master = arena_take(arena, names->count, sizeof *out->master);
    for (; out->masters < names->count && err == OK; out->masters++) {
        struct keyring_master *master = &out->master[out->masters];
        const char *name = names->name[out->masters];

        master->council = (struct text){ name, strlen(name) - strlen(KEYRING_MASTER_END) };
        err = read_master(outside, path_in(arena, out->folder, name), &master->key, trouble);
    }
    return err;
}

enum err keyring_open(const struct outside *outside, struct arena *arena, const char *folder,
                      struct keyring *out, struct trouble *trouble)
{
    const char *secret = path_in(arena, folder, KEYRING_SERVER_SECRET);

    *out = (struct keyring){ .folder = folder };
    if (sodium_init() < 0)
        return fail(trouble, ERR_IO, "libsodium cannot work here");
    enum err err = be_private(outside, folder, trouble);
    if (err == OK)
        err = be_private(outside, secret, trouble);
    if (err == OK)
        err = minisign_secret_read(outside, secret, (struct text){ "", 0 }, &out->secret,
                                   trouble);
    if (err == OK)
        err = minisign_public_read(outside, path_in(arena, folder, KEYRING_SERVER_PUBLIC),
                                   &out->public, trouble);
    if (err == OK && memcmp(out->public.number, out->secret.number, MINISIGN_NUMBER_BYTES) != 0)
        err = fail(trouble, ERR_CHECK, "%s: " KEYRING_SERVER_PUBLIC " is not the public half of "
                   KEYRING_SERVER_SECRET, folder);
    if (err == OK)
        err = read_masters(outside, arena, out, trouble);
    if (err != OK)
        keyring_wipe(out);
    return err;
}

void keyring_wipe(struct keyring *keyring)
{
    minisign_secret_wipe(&keyring->secret);
    for (size_t i = 0; i < keyring->masters; i++)
        master_key_wipe(&keyring->master[i].key);
}

const struct master_key *keyring_master(const struct keyring *keyring, struct text council)
{
    for (size_t i = 0; i < keyring->masters; i++) {
        if (text_equal(keyring->master[i].council, council))
            return &keyring->master[i].key;
    }
    return NULL;
}
