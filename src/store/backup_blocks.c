#include "store/backup_blocks.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define READ_BLOCKS ((size_t)32)

/* A file being read, as many whole blocks at a time as there are. */
struct blocks {
    const struct outside *outside;
    const char           *path;
    int                   file;
    uint64_t              number;       /* of the first block in `bytes` */
    size_t                size;         /* of `bytes` that is filled */
    unsigned char         bytes[READ_BLOCKS * BLOCK_BYTES];
};

static enum err blocks_open(struct blocks *blocks, const struct outside *outside,
                            const char *path, struct trouble *trouble)
{
    blocks->outside = outside;
    blocks->path = path;
    blocks->number = 0;
    blocks->size = 0;
    blocks->file = -1;
    if (sodium_init() < 0)
        return fail(trouble, ERR_IO, "libsodium cannot work here");
    blocks->file = outside->open_read(path);
    return blocks->file >= 0 ? OK : fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

/* Fills `bytes`; `size` is smaller than it only at the end. */
static enum err blocks_read(struct blocks *blocks, struct trouble *trouble)
{
    ssize_t got = 1;

    blocks->number += (blocks->size + BLOCK_BYTES - 1) / BLOCK_BYTES;
    blocks->size = 0;
    while (got > 0 && blocks->size < sizeof blocks->bytes) {
        got = blocks->outside->read(blocks->file, blocks->bytes + blocks->size,
                                    sizeof blocks->bytes - blocks->size);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            return fail(trouble, ERR_IO, "%s: %s", blocks->path, strerror(errno));
        else
            blocks->size += (size_t)got;
    }
    return OK;
}

static size_t block_size(const struct blocks *blocks, size_t at)
{
    const size_t left = blocks->size - at;

    return left < BLOCK_BYTES ? left : BLOCK_BYTES;
}

static void block_sum(const struct blocks *blocks, size_t at,
                      unsigned char sum[BLOCK_SUM_BYTES])
{
    int summed = crypto_generichash(sum, BLOCK_SUM_BYTES, blocks->bytes + at,
                                    block_size(blocks, at), NULL, 0);

    assert(summed == 0);
}

static enum err write_sums(const struct blocks *blocks, struct sink *sums,
                           struct trouble *trouble)
{
    unsigned char sum[READ_BLOCKS * BLOCK_SUM_BYTES];
    size_t size = 0;

    for (size_t at = 0; at < blocks->size; at += BLOCK_BYTES, size += BLOCK_SUM_BYTES)
        block_sum(blocks, at, sum + size);
    return sums->write(sums, sum, size, trouble);
}

static enum err make_all(struct blocks *blocks, struct sha256 *hash, struct sink *sums,
                         struct manifest_file *out, struct trouble *trouble)
{
    enum err err;

    out->bytes = 0;
    do {
        err = blocks_read(blocks, trouble);
        if (err != OK || blocks->size == 0)
            break;
        sha256_add(hash, blocks->bytes, blocks->size);
        out->bytes += blocks->size;
        err = write_sums(blocks, sums, trouble);
    } while (err == OK);
    return err;
}

enum err blocks_make(const struct outside *outside, const char *path, struct sink *sums,
                     struct manifest_file *out, struct trouble *trouble)
{
    struct blocks blocks;
    struct sha256 hash;
    enum err err = blocks_open(&blocks, outside, path, trouble);

    if (err != OK)
        return err;
    err = sha256_begin(&hash, trouble);
    if (err == OK) {
        err = make_all(&blocks, &hash, sums, out, trouble);
        if (err == OK)
            err = sha256_end(&hash, &out->sum, trouble);
        else
            sha256_drop(&hash);
    }
    (void)outside->close(blocks.file);
    return err;
}

/* --- and again --- */

static enum err check_blocks(const struct blocks *blocks, struct text sums,
                             struct trouble *trouble)
{
    unsigned char sum[BLOCK_SUM_BYTES];

    for (size_t at = 0; at < blocks->size; at += BLOCK_BYTES) {
        const uint64_t number = blocks->number + at / BLOCK_BYTES;
        const unsigned long long byte = number * BLOCK_BYTES;
        block_sum(blocks, at, sum);
        if ((number + 1) * BLOCK_SUM_BYTES > sums.size ||
            memcmp(sum, sums.data + number * BLOCK_SUM_BYTES, sizeof sum) != 0)
            return fail(trouble, ERR_CHECK, "%s: block %llu (bytes %llu and on) is damaged",
                        blocks->path, (unsigned long long)number, byte);
    }
    return OK;
}

static enum err check_all(struct blocks *blocks, struct sha256 *hash, struct text sums,
                          uint64_t *bytes, struct sink *to, struct trouble *trouble)
{
    enum err err;

    *bytes = 0;
    do {
        err = blocks_read(blocks, trouble);
        if (err != OK || blocks->size == 0)
            break;
        *bytes += blocks->size;
        sha256_add(hash, blocks->bytes, blocks->size);
        err = check_blocks(blocks, sums, trouble);
        if (err == OK && to != NULL)
            err = to->write(to, blocks->bytes, blocks->size, trouble);
    } while (err == OK);
    return err;
}

/* The size first: a file that was cut off is not one with a damaged last block. */
static enum err check_size(const struct outside *outside, const char *path,
                           const struct manifest_file *expected, struct trouble *trouble)
{
    struct stat status;

    if (outside->stat(path, &status) != 0)
        return fail(trouble, errno == ENOENT ? ERR_CHECK : ERR_IO, "%s: %s", path,
                    strerror(errno));
    const uint64_t size = (uint64_t)status.st_size;
    if (size < expected->bytes)
        return fail(trouble, ERR_CHECK, "%s: it was cut off: %llu bytes of %llu, block %llu is "
                    "not whole", path, (unsigned long long)size,
                    (unsigned long long)expected->bytes,
                    (unsigned long long)(size / BLOCK_BYTES));
    if (size > expected->bytes)
        return fail(trouble, ERR_CHECK, "%s: %llu bytes instead of %llu", path,
                    (unsigned long long)size, (unsigned long long)expected->bytes);
    return OK;
}

enum err blocks_check(const struct outside *outside, const char *path, struct text sums,
                      const struct manifest_file *expected, struct sink *to,
                      struct trouble *trouble)
{
    struct blocks blocks;
    struct sha256 hash;
    struct sha256_sum sum;
    uint64_t bytes = 0;
    enum err err = check_size(outside, path, expected, trouble);

    if (err == OK)
        err = blocks_open(&blocks, outside, path, trouble);
    if (err != OK)
        return err;
    err = sha256_begin(&hash, trouble);
    if (err == OK) {
        err = check_all(&blocks, &hash, sums, &bytes, to, trouble);
        if (err == OK)
            err = sha256_end(&hash, &sum, trouble);
        else
            sha256_drop(&hash);
    }
    (void)outside->close(blocks.file);
    if (err == OK && (bytes != expected->bytes || !sha256_equal(&sum, &expected->sum)))
        err = fail(trouble, ERR_CHECK, "%s: it is not the file that the manifest names", path);
    return err;
}
