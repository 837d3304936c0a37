/*
 * Packed files: what was packed comes out, one member or several, whatever the size of the
 * reads; every file that is cut short, damaged or followed by something else is refused.
 */
#include "extract/unpack_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ZLIB_CONST
#include <lzma.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include "base/test_random.h"

#define TEXT_MAX ((size_t)300 * 1024)
#define PACKED_MAX ((size_t)400 * 1024)

static struct arena arena;
static struct unpack *unpack;
static char text[TEXT_MAX];
static char packed[PACKED_MAX];
static char out[2 * TEXT_MAX];

/* ---- packing ---- */

static size_t pack_gzip(const char *bytes, size_t size, char *into, size_t room)
{
    z_stream gzip = { .next_in = (const unsigned char *)bytes, .avail_in = (unsigned)size,
                      .next_out = (unsigned char *)into, .avail_out = (unsigned)room };

    assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&gzip), Z_OK);
    return room - gzip.avail_out;
}

static size_t pack_xz(const char *bytes, size_t size, char *into, size_t room)
{
    size_t made = 0;

    assert_int_equal(lzma_easy_buffer_encode(2, LZMA_CHECK_CRC64, NULL, (const uint8_t *)bytes,
                                             size, (uint8_t *)into, &made, room), LZMA_OK);
    return made;
}

static size_t pack_zstd(const char *bytes, size_t size, char *into, size_t room)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();

    (void)ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t made = ZSTD_compress2(context, into, room, bytes, size);
    assert_false(ZSTD_isError(made));
    (void)ZSTD_freeCCtx(context);
    return made;
}

static size_t pack_not(const char *bytes, size_t size, char *into, size_t room)
{
    assert_true(size <= room);
    memcpy(into, bytes, size);
    return size;
}

static const struct packer {
    const char  *name;
    enum packing packing;
    size_t     (*pack)(const char *bytes, size_t size, char *into, size_t room);
} packers[] = {
    { "none", PACKING_NONE, pack_not },
    { "gzip", PACKING_GZIP, pack_gzip },
    { "xz", PACKING_XZ, pack_xz },
    { "zstd", PACKING_ZSTD, pack_zstd },
};

/* ---- a stream over memory that gives so many bytes at a time ---- */

struct slow_stream {
    struct stream stream;
    struct text   left;
    size_t        at_most;
    long          fails_after;      /* reads; below 0: never */
    int           open;
};

static enum err slow_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                          struct trouble *trouble)
{
    struct slow_stream *slow = (struct slow_stream *)stream;

    if (slow->fails_after == 0) {
        (void)snprintf(trouble->text, sizeof trouble->text, "slow: broken");
        return ERR_IO;
    }
    slow->fails_after--;
    *got = size < slow->at_most ? size : slow->at_most;
    if (*got > slow->left.size)
        *got = slow->left.size;
    if (*got > 0)
        memcpy(bytes, slow->left.data, *got);
    slow->left.data += *got;
    slow->left.size -= *got;
    return OK;
}

static void slow_close(struct stream *stream)
{
    ((struct slow_stream *)stream)->open--;
}

static struct slow_stream slow_stream(size_t size, size_t at_most)
{
    return (struct slow_stream){ { slow_read, slow_close }, { packed, size }, at_most, -1, 1 };
}

/* Unpacks into `out`, in reads of `room` bytes. */
static enum err unpack_all(struct slow_stream *slow, size_t room, size_t *made,
                           struct trouble *trouble)
{
    enum err err = unpack_open(unpack, &slow->stream, "june.csv", trouble);
    size_t got = 1;

    *made = 0;
    if (err != OK)
        return err;
    struct stream *stream = unpack_stream(unpack);
    while (err == OK && got > 0) {
        size_t most = sizeof out - *made < room ? sizeof out - *made : room;
        err = stream->read(stream, out + *made, most, &got, trouble);
        *made += err == OK ? got : 0;
    }
    stream->close(stream);
    return err;
}

static enum err unpack_these(size_t size, size_t *made, struct trouble *trouble)
{
    struct slow_stream slow = slow_stream(size, SIZE_MAX);
    enum err err = unpack_all(&slow, 65536, made, trouble);

    assert_int_equal(slow.open, 0);
    return err;
}

/* Lines of a ledger, as random as needed to take some room once packed. */
static void write_text(void)
{
    struct chance chance = chance_of(test_seed);
    size_t size = 0;

    while (size < TEXT_MAX)
        size += (size_t)snprintf(text + size, TEXT_MAX - size, "%zu,STI,SW%zu,%zu.%02zu\n", size,
                                 chance_below(&chance, 900), chance_below(&chance, 100000),
                                 chance_below(&chance, 100));
}

static void what_was_packed_comes_out(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 5, 8, 1000, 65536, TEXT_MAX };
    static const size_t reads[] = { 1, 7, 65536 };

    (void)state;
    for (size_t i = 0; i < COUNT(packers); i++)
        for (size_t k = 0; k < COUNT(sizes); k++)
            for (size_t r = 0; r < COUNT(reads); r++) {
                struct trouble trouble = { 0 };
                size_t made;
                size_t size = packers[i].pack(text, sizes[k], packed, PACKED_MAX);
                struct slow_stream slow = slow_stream(size, reads[r]);
                assert_int_equal(unpack_all(&slow, reads[COUNT(reads) - 1 - r], &made, &trouble),
                                 OK);
                assert_int_equal(unpack_packing(unpack), packers[i].packing);
                assert_true(made == sizes[k] && memcmp(out, text, made) == 0);
                assert_int_equal(slow.open, 0);
            }
}

static void members_follow_one_another(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT(packers); i++)
        for (size_t reads = 1; reads < 100; reads += 13) {
            struct trouble trouble = { 0 };
            size_t made;
            size_t size = packers[i].pack(text, 1000, packed, PACKED_MAX);
            size += packers[i].pack(text, 0, packed + size, PACKED_MAX - size);
            size += packers[i].pack(text + 1000, 500, packed + size, PACKED_MAX - size);
            struct slow_stream slow = slow_stream(size, reads);
            assert_int_equal(unpack_all(&slow, 100, &made, &trouble), OK);
            assert_true(made == 1500 && memcmp(out, text, made) == 0);
        }
}

static void a_file_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT(packers); i++) {
        const size_t size = packers[i].pack(text, 2000, packed, PACKED_MAX);
        for (size_t cut = 6; cut < size; cut++) {
            struct trouble trouble = { 0 };
            char message[64];
            size_t made;
            assert_int_equal(unpack_these(cut, &made, &trouble), ERR_CHECK);
            (void)snprintf(message, sizeof message, "june.csv: the %s data ends too early",
                           packers[i].name);
            assert_string_equal(trouble.text, message);
            assert_true(made <= 2000 && memcmp(out, text, made) == 0);
        }
    }
}

/* The second of two members, cut. */
static void a_second_member_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT(packers); i++) {
        const size_t first = packers[i].pack(text, 200, packed, PACKED_MAX);
        const size_t size = first + packers[i].pack(text, 300, packed + first,
                                                    PACKED_MAX - first);
        for (size_t cut = first + 1; cut < size; cut++) {
            struct trouble trouble = { 0 };
            size_t made;
            assert_int_equal(unpack_these(cut, &made, &trouble), ERR_CHECK);
            assert_memory_equal(trouble.text, "june.csv: ", 10);
        }
    }
}

/* One byte changed anywhere: refused, or (in a field that means nothing) the same text. */
static void a_damaged_file_is_never_another_text(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT(packers); i++) {
        const size_t size = packers[i].pack(text, 700, packed, PACKED_MAX);
        size_t refused = 0;
        for (size_t at = 6; at < size; at++) {
            struct trouble trouble = { 0 };
            size_t made;
            packed[at] = (char)(packed[at] ^ 0x10);
            enum err err = unpack_these(size, &made, &trouble);
            assert_true(err == ERR_CHECK || (made == 700 && memcmp(out, text, made) == 0));
            assert_true(err == OK || memcmp(trouble.text, "june.csv: the ", 14) == 0);
            refused += err != OK;
            packed[at] = (char)(packed[at] ^ 0x10);
        }
        assert_true(refused > size - 20);
    }
}

static void nothing_else_may_stand_behind(void **state)
{
    static const char *const rest[] = { "x", "\n", "abcdefgh", "\x1F", "\x28\xB5\x2F" };

    (void)state;
    for (size_t i = 1; i < COUNT(packers); i++)
        for (size_t k = 0; k < COUNT(rest); k++) {
            struct trouble trouble = { 0 };
            size_t made;
            size_t size = packers[i].pack(text, 100, packed, PACKED_MAX);
            memcpy(packed + size, rest[k], strlen(rest[k]));
            size += strlen(rest[k]);
            assert_int_equal(unpack_these(size, &made, &trouble), ERR_CHECK);
            assert_memory_equal(trouble.text, "june.csv: ", 10);
        }
}

/* What xz says of memory, and zstd of windows. */
static void a_window_has_a_limit(void **state)
{
    struct trouble trouble = { 0 };
    size_t made;

    (void)state;
    for (int large = 0; large < 2; large++) {
        lzma_options_lzma options;
        lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options },
                                        { LZMA_VLI_UNKNOWN, NULL } };
        size_t size = 0;
        assert_false(lzma_lzma_preset(&options, 0));
        options.dict_size = UINT32_C(1) << (26 + large);
        assert_int_equal(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL,
                                                   (const uint8_t *)text, 100,
                                                   (uint8_t *)packed, &size, PACKED_MAX),
                         LZMA_OK);
        assert_int_equal(unpack_these(size, &made, &trouble), large ? ERR_CHECK : OK);
    }
    assert_string_equal(trouble.text, "june.csv: needs a window of more than 64 MiB to unpack; "
                        "unpack it with xz first");
    /* A frame by hand: magic, no single segment, a window of 2^26 and of 2^27 bytes, the last
     * block raw and empty. */
    for (int large = 0; large < 2; large++) {
        char frame[] = "\x28\xB5\x2F\xFD\x00\x80\x01\x00";
        frame[5] = (char)((26 - 10 + large) << 3);
        memcpy(packed, frame, 9);
        trouble.text[0] = '\0';
        assert_int_equal(unpack_these(9, &made, &trouble), large ? ERR_CHECK : OK);
    }
    assert_string_equal(trouble.text, "june.csv: needs a window of more than 64 MiB to unpack; "
                        "unpack it with zstd first");
}

static void a_frame_to_be_skipped_may_come_first(void **state)
{
    static const char frame[10] = { 0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 'h', 'i' };
    struct trouble trouble = { 0 };
    size_t made;

    (void)state;
    memcpy(packed, frame, sizeof frame);
    size_t size = 10 + pack_zstd(text, 50, packed + 10, PACKED_MAX - 10);
    assert_int_equal(unpack_these(size, &made, &trouble), OK);
    assert_true(made == 50 && memcmp(out, text, made) == 0);
}

static void a_read_that_fails_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(packers); i++) {
        const size_t size = packers[i].pack(text, 3000, packed, PACKED_MAX);
        for (long nth = 0; nth < 20; nth++) {
            struct trouble trouble = { 0 };
            struct slow_stream slow = slow_stream(size, 10);
            size_t made;
            slow.fails_after = nth;
            assert_int_equal(unpack_all(&slow, 100, &made, &trouble), ERR_IO);
            assert_string_equal(trouble.text, "slow: broken");
            assert_int_equal(slow.open, 0);
        }
    }
}

static int take_place(void **state)
{
    (void)state;
    if (ARENA_GUARD(&arena))
        return -1;
    unpack = unpack_take(&arena);
    write_text();
    return 0;
}

static int free_place(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_comes_out),
        cmocka_unit_test(members_follow_one_another),
        cmocka_unit_test(a_file_cut_short_is_refused),
        cmocka_unit_test(a_second_member_cut_short_is_refused),
        cmocka_unit_test(a_damaged_file_is_never_another_text),
        cmocka_unit_test(nothing_else_may_stand_behind),
        cmocka_unit_test(a_window_has_a_limit),
        cmocka_unit_test(a_frame_to_be_skipped_may_come_first),
        cmocka_unit_test(a_read_that_fails_is_told),
    };

    return cmocka_run_group_tests_name("unpack", tests, take_place, free_place);
}
