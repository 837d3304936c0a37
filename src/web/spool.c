#include "web/spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#define BLOCK ((size_t)64)              /* the cipher counts in these */
#define PIECE ((size_t)16 * 1024)

static_assert(SPOOL_KEY_BYTES == crypto_stream_xchacha20_KEYBYTES, "the cipher's key");

enum err spool_open(struct spool *spool, const char *folder, const struct outside *outside,
                    struct trouble *trouble)
{
    *spool = SPOOL_NONE;
    if (outside->random(spool->key, sizeof spool->key) != 0)
        return fail(trouble, ERR_IO, "the system gives no random numbers");
    spool->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool->file < 0)
        return fail(trouble, ERR_IO, "%s: %s", folder, strerror(errno));
    return OK;
}

void spool_close(struct spool *spool)
{
    if (spool->file >= 0)
        (void)close(spool->file);
    sodium_memzero(spool->key, sizeof spool->key);
    *spool = SPOOL_NONE;
}

/* Seals or opens the bytes that stand at `at`: the same step both ways. No key is used for two
 * files, so the nonce may be always the same. `room` has a block more than the bytes, in front of
 * which as much of it is left free as `at` is beyond a block; gives where they stand. */
static unsigned char *turn(const struct spool *spool, uint64_t at, unsigned char *room,
                           size_t size)
{
    static const unsigned char nonce[crypto_stream_xchacha20_NONCEBYTES] = { 0 };
    const size_t skip = (size_t)(at % BLOCK);

    (void)crypto_stream_xchacha20_xor_ic(room, room, skip + size, nonce, at / BLOCK, spool->key);
    return room + skip;
}

static enum err write_whole(int file, const unsigned char *bytes, size_t size,
                            struct trouble *trouble)
{
    while (size > 0) {
        const ssize_t put = write(file, bytes, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fail(trouble, ERR_IO, "a temporary file: %s", strerror(errno));
        bytes += put;
        size -= (size_t)put;
    }
    return OK;
}

enum err spool_add(struct spool *spool, const void *bytes, size_t size, struct trouble *trouble)
{
    const unsigned char *from = bytes;
    unsigned char room[BLOCK + PIECE] = { 0 };
    enum err err = OK;

    while (size > 0 && err == OK) {
        const size_t piece = size < PIECE ? size : PIECE;
        memcpy(room + spool->size % BLOCK, from, piece);
        err = write_whole(spool->file, turn(spool, spool->size, room, piece), piece, trouble);
        spool->size += piece;
        from += piece;
        size -= piece;
    }
    return err;
}

static enum err read_whole(int file, uint64_t at, unsigned char *bytes, size_t size,
                           struct trouble *trouble)
{
    while (size > 0) {
        const ssize_t got = pread(file, bytes, size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(trouble, ERR_IO, "a temporary file: %s",
                        got == 0 ? "its end is gone" : strerror(errno));
        bytes += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return OK;
}

enum err spool_read(const struct spool *spool, uint64_t at, void *bytes, size_t size,
                    struct trouble *trouble)
{
    unsigned char *to = bytes;
    unsigned char room[BLOCK + PIECE] = { 0 };
    enum err err = OK;

    assert(at <= spool->size && size <= spool->size - at);
    while (size > 0 && err == OK) {
        const size_t piece = size < PIECE ? size : PIECE;
        err = read_whole(spool->file, at, room + at % BLOCK, piece, trouble);
        if (err == OK)
            memcpy(to, turn(spool, at, room, piece), piece);
        to += piece;
        at += piece;
        size -= piece;
    }
    sodium_memzero(room, sizeof room);
    return err;
}

/* --- as a stream --- */

struct spool_reading {
    struct stream       stream;
    const struct spool *spool;
    uint64_t            at, end;
};

static enum err stream_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct spool_reading *reading = (struct spool_reading *)stream;
    const uint64_t left = reading->end - reading->at;

    *got = left < size ? (size_t)left : size;
    const enum err err = spool_read(reading->spool, reading->at, bytes, *got, trouble);
    reading->at += *got;
    return err;
}

static void stream_close(struct stream *stream)
{
    (void)stream;
}

struct stream *spool_stream(struct arena *arena, const struct spool *spool, uint64_t at,
                            uint64_t size)
{
    struct spool_reading *reading = arena_take(arena, 1, sizeof *reading);

    assert(at <= spool->size && size <= spool->size - at);
    *reading = (struct spool_reading){ { stream_read, stream_close }, spool, at, at + size };
    return &reading->stream;
}
