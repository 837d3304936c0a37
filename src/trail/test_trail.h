/*
 * trail/test_trail.h -- for tests only: a small trail, exported into memory, signed by keys that
 * are always the same.
 *
 * Nine entries: the fourth with two sealed values, one of them opened. A checkpoint of four is
 * signed by the server and CLK, one of seven by the server alone.
 */
#ifndef OCHIL_TEST_TRAIL_H
#define OCHIL_TEST_TRAIL_H

#include <assert.h>
#include <stdio.h>

#include "trail/trail_verify.h"
#include "trail/trail_writer.h"

#define TEST_STORE   "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
#define TEST_ENTRIES 9
#define TEST_ROOM    ((size_t)64 * 1024)

struct test_sink {
    struct sink sink;
    char        bytes[TEST_ROOM];
    size_t      size;
};

static inline enum err test_sink_write(struct sink *sink, const void *bytes, size_t size,
                                       struct trouble *trouble)
{
    struct test_sink *memory = (struct test_sink *)sink;

    (void)trouble;
    assert(size <= TEST_ROOM - memory->size);
    memcpy(memory->bytes + memory->size, bytes, size);
    memory->size += size;
    return OK;
}

/* Bytes in memory as a stream; at most `piece` of them at once. */
struct test_stream {
    struct stream stream;
    struct text   left;
    size_t        piece;
};

static inline enum err test_stream_read(struct stream *stream, void *bytes, size_t size,
                                        size_t *got, struct trouble *trouble)
{
    struct test_stream *memory = (struct test_stream *)stream;

    (void)trouble;
    *got = memory->left.size < size ? memory->left.size : size;
    if (*got > memory->piece)
        *got = memory->piece;
    if (*got > 0)
        memcpy(bytes, memory->left.data, *got);
    memory->left.data += *got;
    memory->left.size -= *got;
    return OK;
}

struct test_key {
    struct minisign_public public;
    struct minisign_secret secret;
};

static inline void test_key_make(unsigned char which, struct test_key *key)
{
    const unsigned char seed[MINISIGN_SEED_BYTES] = { which, 1 };
    const unsigned char number[MINISIGN_NUMBER_BYTES] = { which, 2, 3 };
    enum err err = minisign_keys_make(seed, number, &key->public, &key->secret, NULL);

    assert(err == OK);
}

/* Entry `n` of the trail. */
static inline struct trail_entry test_entry(uint64_t n, struct sha256 *work)
{
    static const unsigned char salt[TRAIL_SEAL_SALT_BYTES] = { 7, 7 };
    struct trail_entry entry = {
        .sequence = n, .time_ms = INT64_C(1775034000123) + (int64_t)n,
        .actor = text_of("m.reid"), .council = text_of(n % 3 == 0 ? "STI" : "CLK"),
        .action = text_of("agreement.edit"), .subject_kind = text_of("agreement"),
        .subject_id = text_of("7"), .request = text_of(n % 2 == 0 ? "01J2" : ""),
        .salt = { (unsigned char)n },
    };

    entry.value[TRAIL_BEFORE] = (struct trail_value){ .form = TRAIL_PLAIN,
                                                      .text = text_of("at \"risk\"\n\x01") };
    if (n == 4) {
        entry.value[TRAIL_BEFORE].form = TRAIL_SEALED;
        entry.value[TRAIL_WHY].form = TRAIL_SEALED;
        trail_seal(work, salt, text_of("1 Mill Road"), &entry.value[TRAIL_BEFORE].seal);
        trail_seal(work, salt, text_of("moved house"), &entry.value[TRAIL_WHY].seal);
    }
    return entry;
}

static inline enum err test_put_checkpoint(struct trail_writer *writer, struct arena *arena,
                                           bool council, struct trouble *trouble)
{
    static const char *const name[] = { "server", "CLK" };
    struct trail_signature signature[2];
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    char text[CHECKPOINT_TEXT_MAX];
    struct checkpoint checkpoint;
    struct test_key key[2];
    enum err err = OK;

    test_key_make(0, &key[0]);
    test_key_make(1, &key[1]);
    checkpoint_of(&writer->work, &writer->chain, text_of(TEST_STORE), INT64_C(1775034000000),
                  key[0].public.number, &checkpoint);
    const struct text whole = { text, checkpoint_print(&checkpoint, text) };
    if ((err = minisign_digest_of(whole, digest, trouble)) != OK)
        return err;
    for (size_t i = 0; i < 2 && err == OK; i++) {
        const char *said = arena_print(arena, "ochil\tpartner:%s\tfile:c", name[i]);

        signature[i].by = text_of(name[i]);
        err = minisign_sign(arena, &key[i].secret, digest, text_of("test"), text_of(said),
                            &signature[i].text, trouble);
    }
    return err != OK ? err : trail_writer_checkpoint(writer, whole, signature, council ? 2 : 1);
}

static inline enum err test_put_entry(struct trail_writer *writer, struct trail_line *line,
                                      uint64_t n, bool for_clk)
{
    static const unsigned char salt[TRAIL_SEAL_SALT_BYTES] = { 7, 7 };
    struct trail_entry entry = test_entry(n, &writer->work);
    struct sha256_sum content, hash;

    line->size = 0;
    trail_entry_encode(&entry, line);
    const struct text canonical = { line->bytes, line->size };
    trail_content(&writer->work, canonical, &content);
    if (for_clk && text_is(entry.council, "STI"))
        return trail_writer_withheld(writer, &content, &hash);
    enum err err = trail_writer_entry(writer, canonical, &hash);
    if (err == OK && n == 4)
        err = trail_writer_opening(writer, TRAIL_BEFORE, salt, text_of("1 Mill Road"));
    return err;
}

/* The export; with `for_clk` as CLK gets it, every third entry being STI's. */
static inline enum err test_export(struct sink *sink, struct arena *arena, bool for_clk,
                                   struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    struct trail_header header = { .store = text_of(TEST_STORE), .to = TEST_ENTRIES };
    struct trail_writer *writer = arena_take(arena, 1, sizeof *writer);
    struct trail_line line;
    struct sha256 work;
    enum err err;

    trail_line_open(&line, arena);
    header.council = text_of(for_clk ? "CLK" : "");
    if ((err = sha256_begin(&work, trouble)) != OK)
        return err;
    trail_chain_begin(&work, header.store, &header.before);
    sha256_drop(&work);
    if (ARENA_GUARD(arena)) {
        trail_writer_drop(writer);
        arena_pass_on(&outer);
    }
    err = trail_writer_open(writer, arena, sink, &header, trouble);
    if (err != OK)
        return err;
    for (uint64_t n = 1; n <= TEST_ENTRIES && err == OK; n++) {
        err = test_put_entry(writer, &line, n, for_clk);
        if (err == OK && (n == 4 || n == 7))
            err = test_put_checkpoint(writer, arena, n == 4, trouble);
    }
    if (err == OK)
        return trail_writer_close(writer);
    trail_writer_drop(writer);
    return err;
}

static inline struct text test_export_made(struct arena *arena, bool for_clk)
{
    struct test_sink *sink = arena_take(arena, 1, sizeof *sink);
    enum err err;

    sink->sink.write = test_sink_write;
    err = test_export(&sink->sink, arena, for_clk, NULL);
    assert(err == OK);
    return (struct text){ sink->bytes, sink->size };
}

/* Verifies bytes with CLK's key. */
static inline enum err test_verify(struct text bytes, size_t piece, struct arena *arena,
                                   const struct checkpoint *since, struct trail_report *report,
                                   struct trouble *trouble)
{
    struct test_stream stream = { { test_stream_read, NULL }, bytes, piece };
    struct test_key key;
    struct trail_key clk = { .name = "clk.key.pub" };
    const struct trail_request request = {
        .name = "trail", .key = &clk, .keys = 1, .since = since,
    };

    test_key_make(1, &key);
    clk.public = key.public;
    return trail_verify(&stream.stream, arena, &request, report, trouble);
}

#endif
