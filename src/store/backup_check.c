/*
 * store/backup_check.c -- is a backup what it was when it was made?
 *
 * From the signature inwards: the server signed the manifest, the manifest names every file and
 * the sums of blocks, and those name the block that is not what it was.
 */
#include <stdio.h>
#include <string.h>

#include "formats/minisign_io.h"
#include "formats/small_file_io.h"
#include "store/backup_blocks.h"
#include "store/backup_file.h"

enum err backup_open(const struct outside *outside, struct arena *arena, const char *folder,
                     const struct minisign_public *server, struct manifest *out,
                     struct trouble *trouble)
{
    const char *path = arena_print(arena, "%s/%s", folder, BACKUP_MANIFEST);
    const char *signature = arena_print(arena, "%s/%s", folder, BACKUP_SIGNATURE);
    char *bytes = arena_take(arena, MANIFEST_BYTES_MAX + 1, 1);
    enum minisign_verdict verdict;
    struct text trusted;
    size_t size;
    enum err err = small_file_read(outside, path, "a backup's manifest", bytes,
                                   MANIFEST_BYTES_MAX + 1, &size, trouble);

    if (err == OK)
        err = minisign_verify_file(outside, arena, path, signature, server, &verdict, &trusted,
                                   trouble);
    if (err != OK)
        return err;
    if (verdict != MINISIGN_GOOD)
        return fail(trouble, ERR_CHECK, "%s: %s", signature, minisign_sentence(verdict));
    if (!manifest_parse((struct text){ bytes, size }, arena, out))
        return fail(trouble, ERR_CHECK, "%s: not a manifest that this program knows", path);
    return OK;
}

/* The file's sums of blocks, which are small enough for memory: a 256th of the store. */
static enum err read_sums(const struct outside *outside, struct arena *arena, const char *folder,
                          const struct manifest *manifest, struct text *sums,
                          struct trouble *trouble)
{
    const struct manifest_file *file = manifest_file(manifest, BACKUP_BLOCKS);
    const char *path = arena_print(arena, "%s/%s", folder, BACKUP_BLOCKS);
    struct sha256_sum sum;
    size_t size = 0;

    if (file == NULL || file->bytes > SIZE_MAX / 2)
        return fail(trouble, ERR_CHECK, "the manifest names no file '%s'", BACKUP_BLOCKS);
    char *bytes = arena_take(arena, (size_t)file->bytes + 1, 1);
    enum err err = small_file_read(outside, path, "the sums of this backup's blocks", bytes,
                                   (size_t)file->bytes + 1, &size, trouble);
    if (err == OK)
        err = sha256_of(bytes, size, &sum, trouble);
    if (err != OK)
        return err;
    if (size != file->bytes || !sha256_equal(&sum, &file->sum))
        return fail(trouble, ERR_CHECK, "%s: it is not the file that the manifest names", path);
    *sums = (struct text){ bytes, size };
    return OK;
}

enum err backup_pour(const struct outside *outside, struct arena *arena, const char *folder,
                     const struct manifest *manifest, struct sink *to, struct trouble *trouble)
{
    const char *name = manifest->sealed ? BACKUP_SEALED : BACKUP_STORE;
    const struct manifest_file *file = manifest_file(manifest, name);
    struct text sums = { "", 0 };

    if (file == NULL)
        return fail(trouble, ERR_CHECK, "the manifest names no file '%s'", name);
    enum err err = read_sums(outside, arena, folder, manifest, &sums, trouble);
    if (err != OK)
        return err;
    return blocks_check(outside, arena_print(arena, "%s/%s", folder, name), sums, file, to,
                        trouble);
}

/* A file without sums of its own. */
static enum err check_file(const struct outside *outside, struct arena *arena, const char *folder,
                           const struct manifest_file *file, struct trouble *trouble)
{
    const char *path = arena_print(arena, "%s/%s", folder, file->name);
    struct sink nowhere = { write_nowhere };
    struct manifest_file found = { .bytes = 0 };
    enum err err = blocks_make(outside, path, &nowhere, &found, trouble);

    if (err == OK && (found.bytes != file->bytes || !sha256_equal(&found.sum, &file->sum)))
        err = fail(trouble, ERR_CHECK, "%s: it is not the file that the manifest names", path);
    return err;
}

enum err backup_check(const struct outside *outside, struct arena *arena, const char *folder,
                      const struct manifest *manifest, struct trouble *trouble)
{
    enum err err = backup_pour(outside, arena, folder, manifest, NULL, trouble);

    for (int i = 0; i < manifest->files && err == OK; i++) {
        if (strchr(manifest->file[i].name, '/') != NULL)
            return fail(trouble, ERR_CHECK, "the manifest names a file '%s'",
                        manifest->file[i].name);
        if (strcmp(manifest->file[i].name, BACKUP_KEYS) == 0)
            err = check_file(outside, arena, folder, &manifest->file[i], trouble);
    }
    return err;
}
