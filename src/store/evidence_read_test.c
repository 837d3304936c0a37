/* What is not the file as it was written is found, and the frame is named. */
#include "store/evidence_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_evidence.h"

#define TEXT_MOST 4096

static const char source[] =
    "1,STI,100.00\n2,STI,200.00\n3,STI,300.00\n4,STI,400.00\n5,STI,500.00\n6,STI,600.00\n";

static struct kept_file kept, other;
static struct arena arena;

/* Six frames of one record each; `number` gives key and id, another number another file's. */
static void write_file(struct kept_file *file, unsigned char number)
{
    const struct kept_plan plan = { EVIDENCE_RECORDS, 14, 32, false, number, NULL };
    struct trouble trouble = { .text = "" };

    assert_int_equal(kept_write(file, &arena, text_of(source), &plan, &trouble), OK);
    assert_int_equal(file->count, 6);
}

static int set_up(void **state)
{
    (void)state;
    if (ARENA_GUARD(&arena))
        return -1;
    write_file(&kept, 1);
    write_file(&other, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kept_free(&kept);
    kept_free(&other);
    arena_free(&arena);
    return 0;
}

static enum err read_whole(struct trouble *trouble)
{
    char back[TEXT_MOST];
    size_t size;

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    return kept_read(&kept, &arena, 7, back, sizeof back, &size, trouble);
}

static enum err read_frame(uint64_t number, struct trouble *trouble)
{
    const struct evidence_file file = kept_file(&kept);
    struct evidence_reader *reader;
    struct evidence_frame frame;

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    enum err err = evidence_reader_open(&arena, &file, &reader, trouble);
    if (err != OK)
        return err;
    err = evidence_frame_read(reader, number, &frame, trouble);
    if (err == OK)
        assert_memory_equal(frame.plain.data, source + 13 * number, 13);
    evidence_reader_drop(reader);
    return err;
}

/* Read whole, and that frame alone: both say what is wrong with it. */
static void expect_frame(const char *why, unsigned number, const char *what)
{
    struct trouble whole = { .text = "" };
    struct trouble alone = { .text = "" };
    char message[256];

    (void)snprintf(message, sizeof message, "a.csv: frame %u of 6 is %s", number, what);
    if (read_whole(&whole) != ERR_CHECK || strncmp(whole.text, message, strlen(message)) != 0)
        fail_msg("%s, read whole: %s", why, whole.text);
    if (read_frame(number, &alone) != ERR_CHECK || strcmp(alone.text, whole.text) != 0)
        fail_msg("%s, the frame alone: %s", why, alone.text);
}

static void expect_whole(const char *why, const char *what)
{
    struct trouble trouble = { .text = "" };

    if (read_whole(&trouble) != ERR_CHECK || strstr(trouble.text, what) == NULL)
        fail_msg("%s: %s", why, trouble.text);
}

static void expect_good(void)
{
    struct trouble trouble = { .text = "" };

    if (read_whole(&trouble) != OK)
        fail_msg("%s", trouble.text);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(read_frame(i, &trouble), OK);
}

static void it_reads_as_it_was_written(void **state)
{
    struct trouble trouble = { .text = "" };

    (void)state;
    expect_good();
    assert_int_equal(read_frame(6, &trouble), ERR_USAGE);
    assert_string_equal(trouble.text, "a.csv: there is no frame 6 of 6");
}

static void every_changed_byte_is_found(void **state)
{
    static const unsigned char change[] = { 1, 0x80, 0xff };

    (void)state;
    for (unsigned i = 0; i < kept.count; i++)
        for (size_t at = 0; at < kept.chunk[i].size; at++)
            for (size_t c = 0; c < COUNT(change); c++) {
                char *byte = kept_bytes(kept.chunk[i]) + at;
                *byte = (char)((unsigned char)*byte ^ change[c]);
                expect_frame("a changed byte", i, "damaged");
                *byte = (char)((unsigned char)*byte ^ change[c]);
            }
    for (size_t at = 0; at < EVIDENCE_HEAD_BYTES; at++)
        for (size_t c = 0; c < COUNT(change); c++) {
            kept.ending.sealed[at] ^= change[c];
            expect_whole("a changed byte of the head", "a.csv: ");
            kept.ending.sealed[at] ^= change[c];
        }
    expect_good();
}

static void every_missing_byte_is_found(void **state)
{
    (void)state;
    for (unsigned i = 0; i < kept.count; i++) {
        const struct text chunk = kept.chunk[i];
        for (size_t size = 0; size < chunk.size; size++) {
            char *copy = kept_bytes(kept_copy((struct text){ chunk.data, size }));
            kept.chunk[i] = (struct text){ copy, size };
            expect_frame("a chunk cut short", i, "damaged");
            free(copy);
        }
        kept.chunk[i] = chunk;
    }
    expect_good();
}

static void swap(struct text *one, struct text *two)
{
    const struct text kept_one = *one;

    *one = *two;
    *two = kept_one;
}

static void frames_stay_in_their_places(void **state)
{
    struct text all[6];

    (void)state;
    memcpy(all, kept.chunk, sizeof all);
    swap(&kept.chunk[1], &kept.chunk[4]);
    expect_frame("two are swapped", 1, "damaged, or is not the frame that was written there");
    swap(&kept.chunk[1], &kept.chunk[4]);
    swap(&kept.chunk[4], &kept.chunk[5]);
    expect_frame("the last two are swapped", 4, "damaged");
    swap(&kept.chunk[4], &kept.chunk[5]);

    kept.chunk[3] = (struct text){ NULL, 0 };
    expect_frame("one is missing", 3, "missing");
    kept.chunk[3] = kept.chunk[2];
    expect_frame("one stands twice", 3, "damaged");
    kept.chunk[3] = all[3];

    memmove(&kept.chunk[2], &kept.chunk[3], 3 * sizeof kept.chunk[0]);
    kept.count = 5;
    expect_frame("one is left out, the others moved up", 2, "damaged");
    memcpy(kept.chunk, all, sizeof all);
    kept.count = 6;
    expect_good();
}

static void the_end_cannot_be_left_off(void **state)
{
    (void)state;
    kept.count = 5;
    expect_frame("the last is missing", 5, "missing");
    kept.count = 0;
    expect_frame("all are missing", 0, "missing");
    kept.count = 6;
    expect_good();
}

static void frames_of_another_file_are_none(void **state)
{
    struct kept_file third;

    (void)state;
    write_file(&third, 2);
    swap(&kept.chunk[2], &third.chunk[2]);
    expect_frame("the same text from another file", 2, "damaged");
    swap(&kept.chunk[2], &third.chunk[2]);
    /* The same key by mistake, but another id: still another file. */
    kept.id = third.id;
    expect_whole("another id", "a.csv: the head is damaged or another file's");
    kept.id = other.id;
    kept.key = third.key;
    expect_whole("another key", "or the key is another one");
    kept.key = other.key;
    const struct evidence_ending ending = kept.ending;
    kept.ending = third.ending;
    expect_whole("another head", "a.csv: the head is damaged or another file's");
    kept.ending = ending;
    expect_good();
    kept_free(&third);
}

static void a_head_of_another_kind_is_named(void **state)
{
    (void)state;
    kept.ending.sealed[7] = 2;
    expect_whole("a later format", "a.csv: written in format 2, which this program does not know");
    kept.ending.sealed[0] = 'X';
    expect_whole("no head at all", "a.csv: this is not the head of an evidence file");
}

/* ---- what only a writer with a bug could have sealed ---- */

static void seal_again(unsigned number, const struct evidence_clear *clear)
{
    unsigned char plain[128], bytes[EVIDENCE_CLEAR_BYTES + sizeof plain];
    struct text old = kept.chunk[number];
    struct evidence_place place = { &kept.key, &kept.id, PART_FRAME, number,
                                    { old.data, EVIDENCE_CLEAR_BYTES } };
    const struct text sealed = { old.data + EVIDENCE_CLEAR_BYTES,
                                 old.size - EVIDENCE_CLEAR_BYTES };

    assert_true(sealed.size < sizeof plain);
    assert_true(evidence_unseal(&place, sealed, plain));
    evidence_clear_print(clear, bytes);
    place.clear.data = (const char *)bytes;
    evidence_seal(&place, (struct text){ (const char *)plain, sealed.size - EVIDENCE_TAG_BYTES },
                  bytes + EVIDENCE_CLEAR_BYTES);
    kept.chunk[number] = kept_copy((struct text){ (const char *)bytes, old.size });
    free(kept_bytes(old));
}

static void a_good_tag_is_not_believed_blindly(void **state)
{
    const struct {
        const char *why;
        unsigned number;
        struct evidence_clear clear;
    } rows[] = {
        { "another size", 1, { 13, 2, 12, false, false } },
        { "a size beyond the file", 1, { 13, 2, 100, false, false } },
        { "a size of 4 MiB", 1, { 13, 2, EVIDENCE_FRAME_MOST, false, false } },
        { "the first is not the first", 0, { 1, 1, 13, false, false } },
        { "an offset beyond the file", 1, { UINT64_MAX, 2, 13, false, false } },
        { "line 0", 1, { 13, 0, 13, false, false } },
        { "the last is not the last", 5, { 65, 6, 13, false, false } },
        { "the last before the last", 4, { 52, 5, 13, true, false } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        tear_down(NULL);
        assert_int_equal(set_up(NULL), 0);
        seal_again(rows[i].number, &rows[i].clear);
        expect_frame(rows[i].why, rows[i].number, "damaged");
    }
    /* Alone such a frame looks well; read whole it does not follow the one before. */
    tear_down(NULL);
    assert_int_equal(set_up(NULL), 0);
    seal_again(2, &(struct evidence_clear){ 27, 3, 13, false, false });
    expect_whole("an offset that does not follow", "frame 2 of 6 is damaged");
    seal_again(2, &(struct evidence_clear){ 26, 4, 13, false, false });
    expect_whole("a line that does not follow", "frame 2 of 6 is damaged");
    seal_again(2, &(struct evidence_clear){ 26, 3, 13, false, false });
    expect_good();
}

static void the_whole_sum_is_tested(void **state)
{
    (void)state;
    kept.ending.head.sum.bytes[31] ^= 1;
    evidence_head_seal(&kept.ending.head, &kept.key, &kept.id, kept.ending.sealed);
    expect_whole("another sum", "a.csv: the file that was read has not the SHA-256 of the one");
}

static void the_end_is_told_again(void **state)
{
    const struct evidence_file file = kept_file(&kept);
    struct evidence_reader *reader;
    struct stream *stream;
    struct trouble trouble = { .text = "" };
    char bytes[TEXT_MOST];
    size_t got = 1;

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(evidence_reader_open(&arena, &file, &reader, &trouble), OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(evidence_stream_open(reader, &stream, &trouble), OK);
        for (got = 1; got > 0;)
            assert_int_equal(stream->read(stream, bytes, sizeof bytes, &got, &trouble), OK);
        assert_int_equal(stream->read(stream, bytes, sizeof bytes, &got, &trouble), OK);
        assert_int_equal(got, 0);
        stream->close(stream);
    }
    /* Closed half way, and opened anew. */
    assert_int_equal(evidence_stream_open(reader, &stream, &trouble), OK);
    assert_int_equal(stream->read(stream, bytes, 3, &got, &trouble), OK);
    assert_int_equal(got, 3);
    stream->close(stream);
    evidence_reader_drop(reader);
}

static enum err broken_fetch(struct evidence_fetch *fetch, uint64_t number, struct text *out,
                             struct trouble *trouble)
{
    (void)fetch;
    (void)number;
    (void)out;
    (void)snprintf(trouble->text, sizeof trouble->text, "the database is gone");
    return ERR_BUSY;
}

static void trouble_of_the_store_is_passed_on(void **state)
{
    struct trouble trouble = { .text = "" };

    (void)state;
    kept.source.fetch.chunk = broken_fetch;
    assert_int_equal(read_whole(&trouble), ERR_BUSY);
    assert_string_equal(trouble.text, "the database is gone");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_reads_as_it_was_written),
        TEST(every_changed_byte_is_found),
        TEST(every_missing_byte_is_found),
        TEST(frames_stay_in_their_places),
        TEST(the_end_cannot_be_left_off),
        TEST(frames_of_another_file_are_none),
        TEST(a_head_of_another_kind_is_named),
        TEST(a_good_tag_is_not_believed_blindly),
        TEST(the_whole_sum_is_tested),
        TEST(the_end_is_told_again),
        TEST(trouble_of_the_store_is_passed_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
