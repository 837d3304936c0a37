/*
 * Hostile chunks. A file that was written and then damaged as the input says: refused as damaged
 * unless nothing was changed, in which case it reads back. And chunks that somebody with the key
 * has sealed, with clear bytes, zstd frame and head as the input says: refused, or what is read
 * is what the head says, and each frame alone is a piece of it.
 */
#include "store/evidence_read.h"

#include "store/test_evidence.h"

#define INPUT_MOST 2048
#define READ_MOST ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct kept_file kept;

/* What is left of the input. */
struct input {
    const uint8_t *at, *end;
};

static uint64_t take(struct input *input, size_t bytes)
{
    const size_t left = (size_t)(input->end - input->at);
    const size_t part = bytes < left ? bytes : left;
    uint64_t value = little_endian_get(input->at, part);

    input->at += part;
    return value;
}

static struct text take_text(struct input *input, size_t size)
{
    const size_t left = (size_t)(input->end - input->at);
    struct text text = { (const char *)input->at, size < left ? size : left };

    input->at += text.size;
    return text;
}

/* ---- damage ---- */

/* One change: to a byte of a chunk or of the head, or a chunk in another's place, or none. True:
 * something is different now. */
static bool damage(struct input *input)
{
    const size_t number = kept.count == 0 ? 0 : (size_t)take(input, 1) % kept.count;
    const uint64_t how = take(input, 1);
    const size_t at = (size_t)take(input, 2);
    const unsigned char change = (unsigned char)take(input, 1);

    if (how % 4 == 0 || kept.count == 0) {
        kept.ending.sealed[at % EVIDENCE_HEAD_BYTES] ^= change;
        return change != 0;
    }
    struct text *chunk = &kept.chunk[number];
    if (how % 4 == 1) {
        char *byte = kept_bytes(*chunk) + at % chunk->size;
        *byte = (char)((unsigned char)*byte ^ change);
        return change != 0;
    }
    if (how % 4 == 2) {
        const struct text other = kept.chunk[at % kept.count];
        const bool same = text_equal(*chunk, other);
        const struct text old = *chunk;
        *chunk = kept_copy(other);
        free(kept_bytes(old));
        return !same;
    }
    const size_t cut = at % (chunk->size + 1);
    const struct text old = *chunk;
    *chunk = kept_copy((struct text){ old.data, old.size - cut });
    free(kept_bytes(old));
    return cut > 0;
}

static void damaged_file(struct arena *arena, struct input *input)
{
    static char back[INPUT_MOST];
    const unsigned how = (unsigned)take(input, 1);
    const size_t frame = (size_t)take(input, 1) + 1;
    const struct kept_plan plan = { (how & 1) != 0 ? EVIDENCE_RECORDS : EVIDENCE_BYTES, frame,
                                    frame + 64, false, 7, NULL };
    struct input changes = { input->at, input->at };
    size_t size = 0;

    changes.end += (size_t)(input->end - input->at) < 5 ? (size_t)(input->end - input->at) : 5;
    input->at = changes.end;
    const struct text bytes = take_text(input, INPUT_MOST);
    enum err err = kept_write(&kept, arena, bytes, &plan, NULL);
    assert(err == OK);
    const bool changed = damage(&changes);
    err = kept_read(&kept, arena, 50, back, sizeof back, &size, NULL);
    assert(err == (changed ? ERR_CHECK : OK));
    assert(err != OK || text_equal((struct text){ back, size }, bytes));
    kept_free(&kept);
}

/* ---- sealed by somebody with the key ---- */

static void seal_chunk(struct arena *arena, struct input *input, uint64_t number)
{
    unsigned char clear[EVIDENCE_CLEAR_BYTES];
    const uint64_t offset = take(input, 2);
    const uint64_t line = take(input, 1);
    const uint64_t plain = take(input, 3);

    little_endian_put(clear, offset, 8);
    little_endian_put(clear + 8, line, 8);
    little_endian_put(clear + 16, plain, 4);
    clear[20] = (unsigned char)take(input, 1);
    const struct text packed = take_text(input, (size_t)take(input, 1));
    unsigned char *chunk = arena_take(arena, sizeof clear + packed.size + EVIDENCE_TAG_BYTES, 1);
    memcpy(chunk, clear, sizeof clear);
    const struct evidence_place place = { &kept.key, &kept.id, PART_FRAME, number,
                                          { (const char *)chunk, sizeof clear } };
    evidence_seal(&place, packed, chunk + sizeof clear);
    kept.chunk[kept.count++] = kept_copy((struct text){
        (const char *)chunk, sizeof clear + packed.size + EVIDENCE_TAG_BYTES });
}

static enum err read_all(struct evidence_reader *reader, char *out, size_t *size)
{
    struct stream *stream;
    size_t got = 1;
    enum err err = evidence_stream_open(reader, &stream, NULL);

    assert(err == OK);
    *size = 0;
    while (err == OK && got > 0 && *size < READ_MOST) {
        err = stream->read(stream, out + *size, READ_MOST - *size, &got, NULL);
        *size += err == OK ? got : 0;
    }
    stream->close(stream);
    return err;
}

static void read_sealed(struct arena *arena)
{
    const struct evidence_file file = kept_file(&kept);
    struct evidence_reader *reader;
    struct sha256_sum sum;
    char *whole = arena_take(arena, READ_MOST, 1);
    size_t size;

    if (evidence_reader_open(arena, &file, &reader, NULL) != OK)
        return;
    const struct evidence_head *head = evidence_reader_head(reader);
    const enum err read = read_all(reader, whole, &size);
    assert(read == OK || read == ERR_CHECK);
    if (read == OK && size < READ_MOST) {
        enum err err = sha256_of(whole, size, &sum, NULL);
        assert(err == OK && sha256_equal(&sum, &head->sum) && size == head->size);
    }
    for (uint64_t i = 0; i < head->frames && i < 4; i++) {
        struct evidence_frame frame;
        enum err err = evidence_frame_read(reader, i, &frame, NULL);
        assert(err == OK || (err == ERR_CHECK && (read != OK || size == READ_MOST)));
        if (err == OK && read == OK && frame.offset + frame.plain.size <= size)
            assert(memcmp(whole + frame.offset, frame.plain.data, frame.plain.size) == 0);
    }
    evidence_reader_drop(reader);
}

static void sealed_file(struct arena *arena, struct input *input)
{
    struct evidence_head head = { .kind = (enum evidence_kind)take(input, 1) };

    memset(&kept, 0, sizeof kept);
    memset(kept.key.bytes, 7, sizeof kept.key.bytes);
    memset(kept.id.bytes, 9, sizeof kept.id.bytes);
    kept.source = (struct kept_source){ { kept_fetch }, &kept };
    enum err err = evidence_seal_ready(NULL);
    assert(err == OK);
    head.frames = take(input, 1);
    head.size = take(input, 3);
    head.lines = take(input, 1);
    head.cut_line = take(input, 1);
    /* The sum of a text that the input names, so that one can be right. */
    const struct text named = take_text(input, (size_t)take(input, 1));
    err = sha256_of(named.data, named.size, &head.sum, NULL);
    assert(err == OK);
    while (input->at < input->end && kept.count < 16)
        seal_chunk(arena, input, kept.count);
    evidence_head_seal(&head, &kept.key, &kept.id, kept.ending.sealed);
    read_sealed(arena);
    kept_free(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = { .chunk = NULL };
    struct input input = { bytes + 1, bytes + size };

    if (size == 0 || size > INPUT_MOST)
        return 0;
    if (ARENA_GUARD(&arena))
        abort();
    if ((bytes[0] & 1) == 0)
        damaged_file(&arena, &input);
    else
        sealed_file(&arena, &input);
    arena_free(&arena);
    return 0;
}
