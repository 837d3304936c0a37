#include "store/evidence_read.h"

#include <assert.h>
#include <inttypes.h>
#include <zstd.h>

/* Room for any chunk that the writer makes of a frame of this size. */
#define PACKED_MOST(size) ZSTD_COMPRESSBOUND(size)

struct evidence_reader {
    struct stream        stream;
    struct arena        *arena;
    struct evidence_file file;
    struct evidence_head head;
    ZSTD_DCtx           *zstd;
    unsigned char       *packed, *plain;
    size_t               packed_room, plain_room;
    /* of the stream */
    struct sha256        hash;
    bool                 hashing;
    enum err             sum_is;         /* once not hashing any more: what the test gave */
    uint64_t             next;           /* frame */
    uint64_t             next_line;      /* that it begins on */
    uint64_t             offset;         /* that it begins at */
    struct text          left;           /* of the frame before */
};

static enum err damaged(const struct evidence_reader *reader, uint64_t number,
                        struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: frame %" PRIu64 " of %" PRIu64 " is damaged, or is not "
                "the frame that was written there", reader->file.name, number,
                reader->head.frames);
}

enum err evidence_reader_open(struct arena *arena, const struct evidence_file *file,
                              struct evidence_reader **out, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "%s: out of memory", file->name);

    struct evidence_reader *reader = arena_take(arena, 1, sizeof *reader);
    reader->arena = arena;
    enum err err = evidence_seal_ready(trouble);
    if (err == OK)
        err = evidence_head_open(file->head, &file->key, &file->id, file->name, &reader->head,
                                 trouble);
    if (err != OK)
        return err;
    reader->zstd = ZSTD_createDCtx();
    if (reader->zstd == NULL)
        return fail(trouble, ERR_IO, "%s: out of memory", file->name);
    reader->file = *file;
    *out = reader;
    return OK;
}

void evidence_reader_drop(struct evidence_reader *reader)
{
    (void)ZSTD_freeDCtx(reader->zstd);
    reader->zstd = NULL;
    if (reader->hashing)
        sha256_drop(&reader->hash);
    reader->hashing = false;
    evidence_key_wipe(&reader->file.key);
}

const struct evidence_head *evidence_reader_head(const struct evidence_reader *reader)
{
    return &reader->head;
}

const char *evidence_reader_name(const struct evidence_reader *reader)
{
    return reader->file.name;
}

/* Fetches chunk `number`; one that is not there is damage. */
static enum err fetch(struct evidence_reader *reader, uint64_t number, struct text *chunk,
                      struct trouble *trouble)
{
    struct evidence_fetch *source = reader->file.fetch;
    struct trouble found = { .text = "" };
    enum err err = source->chunk(source, number, chunk, &found);

    if (err == ERR_MISSING)
        return fail(trouble, ERR_CHECK, "%s: frame %" PRIu64 " of %" PRIu64 " is missing",
                    reader->file.name, number, reader->head.frames);
    return err == OK ? OK : fail(trouble, err, "%s", found.text);
}

/* At least `need` bytes, and so many that it seldom grows. */
static size_t roomy(size_t need)
{
    size_t room = EVIDENCE_FRAME_BYTES;

    while (room < need)
        room *= 2;
    return room;
}

static enum err need_room(struct evidence_reader *reader, size_t packed, size_t plain,
                          struct trouble *trouble)
{
    if (packed <= reader->packed_room && plain <= reader->plain_room)
        return OK;
    ARENA_KEEP(outer, reader->arena);
    if (ARENA_GUARD(reader->arena))
        return fail(trouble, ERR_IO, "%s: out of memory", reader->file.name);
    if (packed > reader->packed_room) {
        reader->packed = arena_take(reader->arena, roomy(packed), 1);
        reader->packed_room = roomy(packed);
    }
    if (plain > reader->plain_room) {
        reader->plain = arena_take(reader->arena, roomy(plain), 1);
        reader->plain_room = roomy(plain);
    }
    return OK;
}

/* Can a frame that says this be part of a file with this head? The tag was good, so only a
 * writer with a bug could have made it otherwise; but what it says is used as a size. */
static bool clear_is_sane(const struct evidence_reader *reader, uint64_t number,
                          const struct evidence_clear *clear)
{
    const struct evidence_head *head = &reader->head;

    return clear->offset <= head->size && clear->size <= head->size - clear->offset &&
           clear->first_line >= 1 && clear->first_line <= head->lines &&
           clear->last == (number == head->frames - 1) &&
           (!clear->last || clear->size == head->size - clear->offset) &&
           (number > 0 || (clear->offset == 0 && clear->first_line == 1));
}

/* Opens the seal and the zstd frame within. */
static enum err open_chunk(struct evidence_reader *reader, uint64_t number, struct text chunk,
                           struct evidence_clear *clear, struct trouble *trouble)
{
    if (chunk.size < EVIDENCE_CLEAR_BYTES + EVIDENCE_TAG_BYTES ||
        !evidence_clear_parse((const unsigned char *)chunk.data, clear))
        return damaged(reader, number, trouble);
    const struct text sealed = { chunk.data + EVIDENCE_CLEAR_BYTES,
                                 chunk.size - EVIDENCE_CLEAR_BYTES };
    const size_t packed = sealed.size - EVIDENCE_TAG_BYTES;
    if (packed > PACKED_MOST(clear->size))
        return damaged(reader, number, trouble);
    const struct evidence_place place = { &reader->file.key, &reader->file.id, PART_FRAME, number,
                                          { chunk.data, EVIDENCE_CLEAR_BYTES } };
    enum err err = need_room(reader, packed, clear->size, trouble);
    if (err != OK)
        return err;
    if (!evidence_unseal(&place, sealed, reader->packed) ||
        !clear_is_sane(reader, number, clear))
        return damaged(reader, number, trouble);
    size_t got = ZSTD_decompressDCtx(reader->zstd, reader->plain, clear->size, reader->packed,
                                     packed);
    return got == clear->size ? OK : damaged(reader, number, trouble);
}

enum err evidence_frame_read(struct evidence_reader *reader, uint64_t number,
                             struct evidence_frame *out, struct trouble *trouble)
{
    struct text chunk = { NULL, 0 };
    struct evidence_clear clear = { 0 };

    reader->left.size = 0;
    if (number >= reader->head.frames)
        return fail(trouble, ERR_USAGE, "%s: there is no frame %" PRIu64 " of %" PRIu64,
                    reader->file.name, number, reader->head.frames);
    enum err err = fetch(reader, number, &chunk, trouble);
    if (err == OK)
        err = open_chunk(reader, number, chunk, &clear, trouble);
    if (err != OK)
        return err;
    *out = (struct evidence_frame){ number, clear.offset, clear.first_line, clear.last, clear.cut,
                                    { (const char *)reader->plain, clear.size } };
    return OK;
}

/* ---- the whole file ---- */

/* The frame behind the one before: offsets and lines go on from there. */
static enum err next_frame(struct evidence_reader *reader, struct trouble *trouble)
{
    struct evidence_frame frame = { 0 };
    enum err err = evidence_frame_read(reader, reader->next, &frame, trouble);

    if (err != OK)
        return err;
    if (frame.offset != reader->offset || frame.first_line != reader->next_line)
        return damaged(reader, reader->next, trouble);
    sha256_add(&reader->hash, frame.plain.data, frame.plain.size);
    reader->next++;
    reader->offset += frame.plain.size;
    reader->next_line += evidence_line_ends(frame.plain);
    reader->left = frame.plain;
    return OK;
}

static enum err test_sum(struct evidence_reader *reader, struct trouble *trouble)
{
    struct sha256_sum sum;

    if (reader->hashing) {
        reader->hashing = false;
        reader->sum_is = sha256_end(&reader->hash, &sum, trouble);
        if (reader->sum_is == OK && !sha256_equal(&sum, &reader->head.sum))
            reader->sum_is = ERR_CHECK;
    }
    return reader->sum_is == OK ? OK : fail(trouble, reader->sum_is,
                                            "%s: the file that was read has not the SHA-256 of "
                                            "the one that was written", reader->file.name);
}

static enum err read_stream(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct evidence_reader *reader = (struct evidence_reader *)stream;

    *got = 0;
    if (size == 0)
        return OK;
    if (reader->left.size == 0) {
        const bool ended = reader->next == reader->head.frames;
        enum err err = ended ? test_sum(reader, trouble) : next_frame(reader, trouble);
        if (err != OK || ended)
            return err;
    }
    assert(reader->left.data != NULL);       /* no frame is empty */
    *got = size < reader->left.size ? size : reader->left.size;
    memcpy(bytes, reader->left.data, *got);
    reader->left.data += *got;
    reader->left.size -= *got;
    return OK;
}

static void close_stream(struct stream *stream)
{
    struct evidence_reader *reader = (struct evidence_reader *)stream;

    if (reader->hashing)
        sha256_drop(&reader->hash);
    reader->hashing = false;
}

enum err evidence_stream_open(struct evidence_reader *reader, struct stream **out,
                              struct trouble *trouble)
{
    assert(!reader->hashing);
    enum err err = sha256_begin(&reader->hash, trouble);
    if (err != OK)
        return err;
    reader->hashing = true;
    reader->stream = (struct stream){ read_stream, close_stream };
    reader->next = reader->offset = 0;
    reader->next_line = 1;
    reader->left = (struct text){ NULL, 0 };
    *out = &reader->stream;
    return OK;
}
