#include "extract/unpack_io.h"

#define ZLIB_CONST
#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define PACKED_BYTES ((size_t)64 * 1024)
#define WINDOW_LOG_MAX 26                       /* 64 MiB */
#define XZ_MEMORY_MAX ((UINT64_C(1) << WINDOW_LOG_MAX) + (UINT64_C(2) << 20))

/* Turns some of the packed bytes into some of the text. */
struct unpack_step {
    char  *out;
    size_t room;
    size_t made;
};

struct unpack_way {
    const char  *name;
    enum packing packing;
    char         magic[8];
    size_t       magic_size;
    enum err   (*open)(struct unpack *, struct trouble *);
    enum err   (*step)(struct unpack *, struct unpack_step *, struct trouble *);
    void       (*close)(struct unpack *);
};

/* The packed bytes known and not yet used are `packed[from..to)`. */
struct unpack {
    struct stream            stream;
    struct stream           *behind;
    const char              *name;
    const struct unpack_way *way;        /* NULL: the bytes pass through */
    bool                     opened;     /* the library has something to give back */
    bool                     ended;      /* nothing comes behind `to` */
    bool                     between;    /* no member is begun and not ended */
    union {
        z_stream      gzip;
        lzma_stream   xz;
        ZSTD_DStream *zstd;
    } state;
    size_t from, to;
    char   packed[PACKED_BYTES];
};

/* ---- a file ---- */

static enum err file_stream_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                                 struct trouble *trouble)
{
    struct file_stream *file = (struct file_stream *)stream;
    ssize_t read = file->outside->read(file->file, bytes, size);

    if (read < 0)
        return fail(trouble, ERR_IO, "%s: %s", file->path, strerror(errno));
    *got = (size_t)read;
    file->bytes += *got;
    return OK;
}

static void file_stream_close(struct stream *stream)
{
    struct file_stream *file = (struct file_stream *)stream;

    (void)file->outside->close(file->file);      /* nothing was written: nothing is lost */
}

enum err file_stream_open(struct file_stream *file, const struct outside *outside,
                          const char *path, struct trouble *trouble)
{
    struct stat status;

    *file = (struct file_stream){ { file_stream_read, file_stream_close }, outside, path, -1, 0 };
    if (outside->stat(path, &status) != 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    /* A pipe could not be looked at first and read afterwards. */
    if (!S_ISREG(status.st_mode))
        return fail(trouble, ERR_IO, "%s: not a regular file", path);
    file->file = outside->open_read(path);
    if (file->file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    return OK;
}

/* ---- what goes wrong ---- */

static enum err damaged(const struct unpack *unpack, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: the %s data is damaged", unpack->name,
                unpack->way->name);
}

static enum err cut_short(const struct unpack *unpack, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: the %s data ends too early", unpack->name,
                unpack->way->name);
}

static enum err something_behind(const struct unpack *unpack, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: something else stands behind the %s data", unpack->name,
                unpack->way->name);
}

static enum err too_wide(const struct unpack *unpack, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK,
                "%s: needs a window of more than 64 MiB to unpack; unpack it with %s first",
                unpack->name, unpack->way->name);
}

static enum err no_memory(const struct unpack *unpack, struct trouble *trouble)
{
    return fail(trouble, ERR_IO, "%s: out of memory", unpack->name);
}

/* ---- gzip ---- */

static enum err gzip_open(struct unpack *unpack, struct trouble *trouble)
{
    z_stream *gzip = &unpack->state.gzip;

    memset(gzip, 0, sizeof *gzip);
    return inflateInit2(gzip, 15 + 16) == Z_OK ? OK : no_memory(unpack, trouble);
}

static bool begins_gzip(const struct unpack *unpack)
{
    return unpack->to - unpack->from >= 2 &&
           memcmp(unpack->packed + unpack->from, "\x1F\x8B", 2) == 0;
}

static enum err gzip_step(struct unpack *unpack, struct unpack_step *step,
                          struct trouble *trouble)
{
    z_stream *gzip = &unpack->state.gzip;

    if (unpack->between && (!begins_gzip(unpack) || inflateReset(gzip) != Z_OK))
        return something_behind(unpack, trouble);
    unpack->between = false;
    gzip->next_in = (const unsigned char *)unpack->packed + unpack->from;
    gzip->avail_in = (unsigned)(unpack->to - unpack->from);
    gzip->next_out = (unsigned char *)step->out;
    gzip->avail_out = (unsigned)(step->room < PACKED_BYTES ? step->room : PACKED_BYTES);
    const unsigned room = gzip->avail_out;
    int result = inflate(gzip, Z_NO_FLUSH);
    unpack->from = unpack->to - gzip->avail_in;
    step->made = room - gzip->avail_out;
    unpack->between = result == Z_STREAM_END;
    if (result == Z_MEM_ERROR)
        return no_memory(unpack, trouble);
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR
               ? OK : damaged(unpack, trouble);
}

static void gzip_close(struct unpack *unpack)
{
    (void)inflateEnd(&unpack->state.gzip);
}

/* ---- xz ---- */

static enum err xz_open(struct unpack *unpack, struct trouble *trouble)
{
    unpack->state.xz = (lzma_stream)LZMA_STREAM_INIT;
    return lzma_stream_decoder(&unpack->state.xz, XZ_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK
               ? OK : no_memory(unpack, trouble);
}

/* The library knows by itself where one member ends and the next begins, and what may stand
 * between them; it must be told that nothing comes any more. */
static enum err xz_step(struct unpack *unpack, struct unpack_step *step, struct trouble *trouble)
{
    lzma_stream *xz = &unpack->state.xz;

    xz->next_in = (const uint8_t *)unpack->packed + unpack->from;
    xz->avail_in = unpack->to - unpack->from;
    xz->next_out = (uint8_t *)step->out;
    xz->avail_out = step->room;
    lzma_ret result = lzma_code(xz, unpack->ended ? LZMA_FINISH : LZMA_RUN);
    unpack->from = unpack->to - xz->avail_in;
    step->made = step->room - xz->avail_out;
    unpack->between = result == LZMA_STREAM_END;
    switch ((int)result) {
    case LZMA_OK:
    case LZMA_STREAM_END:
    case LZMA_BUF_ERROR:               /* no progress: read_packed() sees that too */
        return OK;
    case LZMA_MEM_ERROR:
        return no_memory(unpack, trouble);
    case LZMA_MEMLIMIT_ERROR:
        return too_wide(unpack, trouble);
    default:
        return damaged(unpack, trouble);
    }
}

static void xz_close(struct unpack *unpack)
{
    lzma_end(&unpack->state.xz);
}

/* ---- zstd ---- */

static enum err zstd_open(struct unpack *unpack, struct trouble *trouble)
{
    unpack->state.zstd = ZSTD_createDStream();
    if (unpack->state.zstd == NULL)
        return no_memory(unpack, trouble);
    if (!ZSTD_isError(ZSTD_DCtx_setParameter(unpack->state.zstd, ZSTD_d_windowLogMax,
                                             WINDOW_LOG_MAX)))
        return OK;
    (void)ZSTD_freeDStream(unpack->state.zstd);
    return no_memory(unpack, trouble);
}

static enum err zstd_step(struct unpack *unpack, struct unpack_step *step,
                          struct trouble *trouble)
{
    ZSTD_inBuffer in = { unpack->packed + unpack->from, unpack->to - unpack->from, 0 };
    ZSTD_outBuffer out = { step->out, step->room, 0 };
    const bool between = unpack->between;
    size_t result = ZSTD_decompressStream(unpack->state.zstd, &out, &in);

    unpack->from += in.pos;
    step->made = out.pos;
    unpack->between = result == 0;
    switch (ZSTD_isError(result) ? ZSTD_getErrorCode(result) : ZSTD_error_no_error) {
    case ZSTD_error_no_error:
        return OK;
    case ZSTD_error_memory_allocation:
        return no_memory(unpack, trouble);
    case ZSTD_error_frameParameter_windowTooLarge:
        return too_wide(unpack, trouble);
    case ZSTD_error_prefix_unknown:
        return between ? something_behind(unpack, trouble) : damaged(unpack, trouble);
    default:
        return damaged(unpack, trouble);
    }
}

static void zstd_close(struct unpack *unpack)
{
    (void)ZSTD_freeDStream(unpack->state.zstd);
}

/* ---- which ---- */

static const struct unpack_way ways[] = {
    { "gzip", PACKING_GZIP, "\x1F\x8B\x08", 3, gzip_open, gzip_step, gzip_close },
    { "xz", PACKING_XZ, "\xFD" "7zXZ", 6, xz_open, xz_step, xz_close },
    { "zstd", PACKING_ZSTD, "\x28\xB5\x2F\xFD", 4, zstd_open, zstd_step, zstd_close },
    /* As pzstd begins a file: with a frame to be skipped. */
    { "zstd", PACKING_ZSTD, "\x50\x2A\x4D\x18", 4, zstd_open, zstd_step, zstd_close },
};

static const struct unpack_way *way_of(const struct unpack *unpack)
{
    for (size_t i = 0; i < COUNT(ways); i++)
        if (unpack->to >= ways[i].magic_size &&
            memcmp(unpack->packed, ways[i].magic, ways[i].magic_size) == 0)
            return &ways[i];
    return NULL;
}

/* More packed bytes behind those not yet used, until there are `least` of them or no more. */
static enum err need_packed(struct unpack *unpack, size_t least, struct trouble *trouble)
{
    enum err err = OK;

    if (unpack->to - unpack->from >= least || unpack->ended)
        return OK;
    memmove(unpack->packed, unpack->packed + unpack->from, unpack->to - unpack->from);
    unpack->to -= unpack->from;
    unpack->from = 0;
    while (err == OK && unpack->to < least && !unpack->ended) {
        size_t got = 0;
        err = unpack->behind->read(unpack->behind, unpack->packed + unpack->to,
                                   PACKED_BYTES - unpack->to, &got, trouble);
        unpack->to += got;
        unpack->ended = err == OK && got == 0;
    }
    return err;
}

static enum err read_packed(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct unpack *unpack = (struct unpack *)stream;
    struct unpack_step step = { bytes, size, 0 };

    *got = 0;
    while (size > 0 && step.made == 0) {
        /* What begins a member of gzip is looked at as a whole. */
        enum err err = need_packed(unpack, unpack->between ? 2 : 1, trouble);
        if (err != OK)
            return err;
        const bool none = unpack->from == unpack->to;
        if (none && unpack->between)
            return OK;
        const size_t before = unpack->from;
        err = unpack->way->step(unpack, &step, trouble);
        if (err != OK)
            return err;
        if (step.made == 0 && unpack->from == before && !unpack->between)
            return none ? cut_short(unpack, trouble) : damaged(unpack, trouble);
    }
    *got = step.made;
    return OK;
}

static enum err read_through(struct stream *stream, void *bytes, size_t size, size_t *got,
                             struct trouble *trouble)
{
    struct unpack *unpack = (struct unpack *)stream;
    size_t known = unpack->to - unpack->from;

    if (known == 0)
        return unpack->behind->read(unpack->behind, bytes, size, got, trouble);
    *got = size < known ? size : known;
    memcpy(bytes, unpack->packed + unpack->from, *got);
    unpack->from += *got;
    return OK;
}

static void close_unpack(struct stream *stream)
{
    struct unpack *unpack = (struct unpack *)stream;

    if (unpack->opened)
        unpack->way->close(unpack);
    unpack->opened = false;
    unpack->behind->close(unpack->behind);
}

enum err unpack_open(struct unpack *unpack, struct stream *packed, const char *name,
                     struct trouble *trouble)
{
    unpack->stream = (struct stream){ read_through, close_unpack };
    unpack->behind = packed;
    unpack->name = name;
    unpack->way = NULL;
    unpack->opened = unpack->ended = unpack->between = false;
    unpack->from = unpack->to = 0;
    enum err err = need_packed(unpack, sizeof unpack->way->magic, trouble);
    if (err == OK)
        unpack->way = way_of(unpack);
    if (err == OK && unpack->way != NULL) {
        unpack->stream.read = read_packed;
        err = unpack->way->open(unpack, trouble);
        unpack->opened = err == OK;
    }
    if (err != OK)
        packed->close(packed);
    return err;
}

struct stream *unpack_stream(struct unpack *unpack)
{
    return &unpack->stream;
}

enum packing unpack_packing(const struct unpack *unpack)
{
    return unpack->way == NULL ? PACKING_NONE : unpack->way->packing;
}

struct unpack *unpack_take(struct arena *arena)
{
    return arena_take(arena, 1, sizeof(struct unpack));
}
