#include "store/export_spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct export_spool *spool_of(struct export_into *into)
{
    return (struct export_spool *)into;
}

static enum err flush(struct export_spool *spool, struct trouble *trouble)
{
    const char *at = spool->buffer;

    while (spool->used > 0) {
        const ssize_t put = pwrite(spool->file, at, spool->used, (off_t)spool->written);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fail(trouble, ERR_IO, "what is to be packed cannot be put down: %s",
                        strerror(errno));
        at += put;
        spool->written += (uint64_t)put;
        spool->used -= (size_t)put;
    }
    return OK;
}

static enum err write_part(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct export_spool *spool =
        (struct export_spool *)(void *)((char *)sink - offsetof(struct export_spool, sink));
    const char *at = bytes;
    enum err err = OK;

    spool->part->size += size;
    while (size > 0 && err == OK) {
        const size_t room = sizeof spool->buffer - spool->used;
        const size_t now = size < room ? size : room;
        memcpy(spool->buffer + spool->used, at, now);
        spool->used += now;
        at += now;
        size -= now;
        if (spool->used == sizeof spool->buffer)
            err = flush(spool, trouble);
    }
    return err;
}

static enum err spool_restart(struct export_into *into, struct trouble *trouble)
{
    struct export_spool *spool = spool_of(into);

    (void)trouble;
    spool->written = 0;
    spool->used = 0;
    spool->first = spool->part = NULL;
    spool->last = &spool->first;
    return OK;
}

static enum err spool_begin(struct export_into *into, const char *name, struct sink **sink,
                            struct trouble *trouble)
{
    struct export_spool *spool = spool_of(into);

    (void)trouble;
    spool->part = arena_take(spool->arena, 1, sizeof *spool->part);
    *spool->part = (struct spool_part){
        .name = arena_copy(spool->arena, name, strlen(name)), .at = spool->written };
    *spool->last = spool->part;
    spool->last = &spool->part->next;
    *sink = &spool->sink;
    return OK;
}

static enum err spool_end(struct export_into *into, struct trouble *trouble)
{
    return flush(spool_of(into), trouble);
}

enum err export_spool_open(struct export_spool *spool, struct arena *arena, const char *folder,
                           struct trouble *trouble)
{
    *spool = (struct export_spool){ .into = { spool_restart, spool_begin, spool_end },
                                    .sink = { write_part }, .arena = arena };
    spool->last = &spool->first;
    spool->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return spool->file >= 0 ? OK : fail(trouble, ERR_IO, "%s: %s", folder, strerror(errno));
}

enum err export_spool_pour(struct export_spool *spool, const struct spool_part *part,
                           struct sink *sink, struct trouble *trouble)
{
    uint64_t done = 0;
    enum err err = OK;

    assert(spool->used == 0);
    while (done < part->size && err == OK) {
        const uint64_t left = part->size - done;
        const size_t now = left < sizeof spool->buffer ? (size_t)left : sizeof spool->buffer;
        const ssize_t got = pread(spool->file, spool->buffer, now, (off_t)(part->at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(trouble, ERR_IO, "what was put down cannot be read: %s",
                        got < 0 ? strerror(errno) : "it has ended");
        err = sink->write(sink, spool->buffer, (size_t)got, trouble);
        done += (uint64_t)got;
    }
    return err;
}

void export_spool_close(struct export_spool *spool)
{
    (void)close(spool->file);
}
