#include "store/evidence_frames.h"

#include <assert.h>
#include <zstd.h>

#include "formats/csv.h"

#define LEVEL 1         /* a quarter less time than 3; ledgers come out no larger */

/*
 * The invariants: `plain` holds the bytes of the file that are in no frame yet, from the start of
 * a frame. Where that frame ends is decided when there are more bytes than the window, and only
 * by those within the window: so pieces do not matter, and the last frame is known to be the
 * last. The window is a frame's size, and is doubled where not one record ends in it.
 */
struct evidence_writer {
    struct arena           *arena;
    struct evidence_request request;
    ZSTD_CCtx              *zstd;
    struct sha256           hash;
    char                   *plain;
    size_t                  used, room;      /* of plain */
    size_t                  window;
    unsigned char          *chunk;
    size_t                  chunk_room;
    bool                    anywhere;        /* frames may end anywhere */
    bool                    closed;          /* failed or ended: nothing may follow */
    char                    last_byte;
    uint64_t                first_line;      /* of the next frame */
    struct evidence_head    head;            /* as far as is known */
};

static enum err zstd_open(struct evidence_writer *writer, struct trouble *trouble)
{
    writer->zstd = ZSTD_createCCtx();
    if (writer->zstd != NULL &&
        !ZSTD_isError(ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL)) &&
        !ZSTD_isError(ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1)))
        return OK;
    (void)ZSTD_freeCCtx(writer->zstd);
    writer->zstd = NULL;
    return fail(trouble, ERR_IO, "zstd: out of memory");
}

static size_t given_or(size_t given, size_t usual)
{
    return given == 0 ? usual : given;
}

enum err evidence_writer_open(struct arena *arena, const struct evidence_request *request,
                              struct evidence_writer **out, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");

    struct evidence_writer *writer = arena_take(arena, 1, sizeof *writer);
    writer->arena = arena;
    writer->request = *request;
    writer->window = given_or(request->frame_bytes, EVIDENCE_FRAME_BYTES);
    writer->request.frame_bytes = writer->window;
    writer->request.frame_most = given_or(request->frame_most, EVIDENCE_FRAME_MOST);
    assert(writer->request.frame_most <= EVIDENCE_FRAME_MOST);
    assert(writer->window <= writer->request.frame_most);
    writer->room = writer->window + 1;
    writer->plain = arena_take(arena, writer->room, 1);
    writer->anywhere = request->kind == EVIDENCE_BYTES;
    writer->first_line = 1;
    writer->head.kind = request->kind;

    enum err err = evidence_seal_ready(trouble);
    if (err == OK)
        err = zstd_open(writer, trouble);
    if (err == OK)
        err = sha256_begin(&writer->hash, trouble);
    if (err != OK)
        evidence_drop(writer);
    else
        *out = writer;
    return err;
}

void evidence_drop(struct evidence_writer *writer)
{
    (void)ZSTD_freeCCtx(writer->zstd);
    writer->zstd = NULL;
    sha256_drop(&writer->hash);
    evidence_key_wipe(&writer->request.key);
}

/* Room for the chunk of any frame that `plain` has room for, so that it seldom grows. */
static enum err need_chunk(struct evidence_writer *writer, struct trouble *trouble)
{
    const size_t need = EVIDENCE_CLEAR_BYTES + ZSTD_compressBound(writer->room) +
                        EVIDENCE_TAG_BYTES;

    if (need <= writer->chunk_room)
        return OK;
    ARENA_KEEP(outer, writer->arena);
    if (ARENA_GUARD(writer->arena))
        return fail(trouble, ERR_IO, "out of memory");
    writer->chunk = arena_take(writer->arena, need, 1);
    writer->chunk_room = need;
    return OK;
}

/* Compresses and seals the frame into `writer->chunk`. */
static enum err make_chunk(struct evidence_writer *writer, const struct evidence_frame *frame,
                           size_t *size, struct trouble *trouble)
{
    const struct evidence_clear clear = { frame->offset, frame->first_line, frame->plain.size,
                                          frame->last, frame->cut };
    enum err err = need_chunk(writer, trouble);

    if (err != OK)
        return err;
    unsigned char *packed = writer->chunk + EVIDENCE_CLEAR_BYTES;
    size_t got = ZSTD_compress2(writer->zstd, packed,
                                writer->chunk_room - EVIDENCE_CLEAR_BYTES - EVIDENCE_TAG_BYTES,
                                frame->plain.data, frame->plain.size);
    if (ZSTD_isError(got))
        return fail(trouble, ERR_IO, "zstd: %s", ZSTD_getErrorName(got));
    const struct evidence_place place = {
        &writer->request.key, &writer->request.id, PART_FRAME, frame->number,
        { (const char *)writer->chunk, EVIDENCE_CLEAR_BYTES },
    };
    evidence_clear_print(&clear, writer->chunk);
    evidence_seal(&place, (struct text){ (const char *)packed, got }, packed);
    *size = EVIDENCE_CLEAR_BYTES + got + EVIDENCE_TAG_BYTES;
    return OK;
}

/* The first `size` bytes of `plain` become a frame. */
static enum err put_frame(struct evidence_writer *writer, size_t size, bool last,
                          struct trouble *trouble)
{
    const bool cut = writer->anywhere && writer->request.kind == EVIDENCE_RECORDS && !last;
    const struct evidence_frame frame = { writer->head.frames, writer->head.size,
                                          writer->first_line, last, cut,
                                          { writer->plain, size } };
    size_t packed = 0;
    enum err err = make_chunk(writer, &frame, &packed, trouble);

    if (err == OK && writer->request.watch != NULL)
        err = writer->request.watch->frame(writer->request.watch, &frame, trouble);
    if (err == OK)
        err = writer->request.chunks->put(writer->request.chunks, frame.number,
                                          (struct text){ (const char *)writer->chunk, packed },
                                          trouble);
    if (err != OK)
        return err;
    sha256_add(&writer->hash, writer->plain, size);
    writer->head.frames++;
    writer->head.size += size;
    writer->head.packed += packed;
    writer->first_line += evidence_line_ends(frame.plain);
    writer->last_byte = writer->plain[size - 1];
    writer->used -= size;
    memmove(writer->plain, writer->plain + size, writer->used);
    writer->window = writer->request.frame_bytes;
    return OK;
}

static enum err need_plain(struct evidence_writer *writer, size_t room, struct trouble *trouble)
{
    if (room <= writer->room)
        return OK;
    ARENA_KEEP(outer, writer->arena);
    if (ARENA_GUARD(writer->arena))
        return fail(trouble, ERR_IO, "out of memory");
    writer->plain = arena_grow(writer->arena, writer->plain, writer->used, room, 1);
    writer->room = room;
    return OK;
}

/* Not one record ends in the window: a larger one, unless it is as large as may be. */
static enum err widen(struct evidence_writer *writer, struct trouble *trouble)
{
    const size_t most = writer->request.frame_most;

    if (writer->window == most) {
        writer->anywhere = true;
        writer->head.cut_line = writer->first_line;
        writer->window = writer->request.frame_bytes;
        return OK;
    }
    writer->window = writer->window > most / 2 ? most : 2 * writer->window;
    return need_plain(writer, writer->window + 1, trouble);
}

/* Frames, until what is left fits the window. */
static enum err put_frames(struct evidence_writer *writer, struct trouble *trouble)
{
    enum err err = OK;

    while (err == OK && writer->used > writer->window) {
        size_t size = writer->anywhere
                          ? writer->window
                          : csv_whole_records((struct text){ writer->plain, writer->window });
        err = size == 0 ? widen(writer, trouble) : put_frame(writer, size, false, trouble);
    }
    return err;
}

enum err evidence_add(struct evidence_writer *writer, const void *bytes, size_t size,
                      struct trouble *trouble)
{
    const char *from = bytes;

    assert(!writer->closed);
    while (size > 0) {
        /* One byte beyond the window shows that the frame is not the last. */
        const size_t free_bytes = writer->window + 1 - writer->used;
        const size_t part = size < free_bytes ? size : free_bytes;
        memcpy(writer->plain + writer->used, from, part);
        writer->used += part;
        from += part;
        size -= part;
        enum err err = put_frames(writer, trouble);
        writer->closed = err != OK;
        if (err != OK)
            return err;
    }
    return OK;
}

enum err evidence_end(struct evidence_writer *writer, struct evidence_ending *out,
                      struct trouble *trouble)
{
    enum err err = OK;

    assert(!writer->closed);
    if (writer->used > 0)
        err = put_frame(writer, writer->used, true, trouble);
    if (err == OK)
        err = sha256_end(&writer->hash, &writer->head.sum, trouble);
    writer->closed = true;
    if (err != OK)
        return err;
    writer->head.lines = writer->first_line - 1;
    writer->head.lines += writer->head.size > 0 && writer->last_byte != '\n';
    out->head = writer->head;
    evidence_head_seal(&writer->head, &writer->request.key, &writer->request.id, out->sealed);
    return OK;
}
