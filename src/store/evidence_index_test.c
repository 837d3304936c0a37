/* The index itself: which files have one, what is refused as malformed, and that it is sealed.
 * That no line is missed is a law of evidence_scan_test.c. */
#include "store/evidence_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_extract.h"

static struct kept_file kept;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    return ARENA_GUARD(&arena) ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    kept_free(&kept);
    arena_free(&arena);
    return 0;
}

static void write_extract(const char *bytes, size_t frame, size_t most)
{
    const struct kept_plan plan = { EVIDENCE_RECORDS, frame, most, true, 1, NULL };
    struct trouble trouble = { .text = "" };

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(kept_write(&kept, &arena, text_of(bytes), &plan, &trouble), OK);
}

static enum err open_index(struct evidence_index *index, struct trouble *trouble)
{
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    return kept_index_open(&kept, &arena, index, trouble);
}

#define LINE "1,STI,2014-04-02,,SW117,40200,10.00,Care\n"

static void which_files_have_one(void **state)
{
    const struct {
        const char *why, *bytes;
        size_t frame, most;
        const char *refused;
    } rows[] = {
        { "a ledger extract", LEDGER_HEADER "\n" LINE, 100, 100, "" },
        { "a header alone", LEDGER_HEADER, 100, 100, "" },
        { "a byte order mark, CRLF and blank lines before", BYTE_ORDER_MARK "\r\n\r\n"
          LEDGER_HEADER "\r\n" LINE, 100, 100, "" },
        { "blank lines that fill frames of their own", "\n\n\n\n\n\n" LEDGER_HEADER "\n" LINE, 2,
          200, "" },
        { "quoted", "\"entry_id\",\"partner\",date,period,cost_centre,account,amount,"
          "description\n", 100, 100, "" },
        { "nothing at all", "", 100, 100, "does not begin with the header of a ledger" },
        { "a line before the header", LINE LEDGER_HEADER "\n", 100, 100,
          "does not begin with the header" },
        { "another sort of table", "pool,name\n", 100, 100, "does not begin with the header" },
        { "a record that was cut", LEDGER_HEADER "\n" LINE "2,STI,\"endless\n\n\n\n\n\n" LINE LINE
          LINE LINE, 68, 80, "line 3: a record so long that it was cut" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_extract(rows[i].bytes, rows[i].frame, rows[i].most);
        if ((kept.index_is == OK) != (rows[i].refused[0] == '\0') ||
            strstr(kept.why_none.text, rows[i].refused) == NULL)
            fail_msg("%s: %d %s", rows[i].why, kept.index_is, kept.why_none.text);
        kept_free(&kept);
    }
}

static void it_knows_where_frames_are(void **state)
{
    struct evidence_index index;
    struct trouble trouble = { .text = "" };

    (void)state;
    write_extract("\n" LEDGER_HEADER "\n" LINE LINE LINE, 100, 100);
    assert_int_equal(open_index(&index, &trouble), OK);
    assert_int_equal(index.count, 3);
    assert_int_equal(index.header_line, 2);
    assert_int_equal(index.frame[0].offset, 0);
    assert_int_equal(index.frame[0].first_line, 1);
    assert_int_equal(index.frame[0].lines, 2);
    assert_int_equal(index.frame[0].filter.size, 0);     /* no line: nothing to be found */
    assert_int_equal(index.frame[1].offset, sizeof LEDGER_HEADER + 1);
    assert_int_equal(index.frame[1].first_line, 3);
    assert_int_equal(index.frame[1].lines, 2);
    assert_int_equal(index.frame[1].filter.size, 8);     /* equal lines: eight keys */
    assert_int_equal(index.frame[2].first_line, 5);
    assert_int_equal(index.lines, 5);
}

static void every_changed_byte_is_found(void **state)
{
    struct evidence_index index;

    (void)state;
    write_extract(LEDGER_HEADER "\n" LINE LINE, 100, 100);
    for (size_t at = 0; at < kept.index.size; at++) {
        struct trouble trouble = { .text = "" };
        char *byte = kept_bytes(kept.index) + at;
        *byte = (char)(*byte ^ 1);
        assert_int_equal(open_index(&index, &trouble), ERR_CHECK);
        assert_non_null(strstr(trouble.text, "a.csv: the index is damaged"));
        *byte = (char)(*byte ^ 1);
    }
    struct text whole = kept.index;
    for (size_t size = 0; size < whole.size; size++) {
        kept.index.size = size;
        assert_int_equal(open_index(&index, NULL), ERR_CHECK);
    }
    kept.index = whole;
    assert_int_equal(open_index(&index, NULL), OK);
}

static void another_files_index_is_refused(void **state)
{
    struct evidence_index index;
    struct trouble trouble = { .text = "" };

    (void)state;
    write_extract(LEDGER_HEADER "\n" LINE LINE, 100, 100);
    kept.id.bytes[3] ^= 1;
    assert_int_equal(open_index(&index, &trouble), ERR_CHECK);
    kept.id.bytes[3] ^= 1;
    kept.ending.head.frames++;
    trouble.text[0] = '\0';
    assert_int_equal(open_index(&index, &trouble), ERR_CHECK);
    assert_string_equal(trouble.text, "a.csv: the index is malformed: it is not this file's");
}

/* ---- hostile bytes ---- */

/* Numbers written into an index that is good otherwise: 1 frame of 50 bytes, 2 lines, and a
 * filter of 4 bytes. */
static void malformed_ones_are_refused(void **state)
{
    const struct {
        const char *why;
        size_t   at, bytes;
        uint64_t value;
        const char *what;
    } rows[] = {
        { "as it is", 8, 4, 1, "" },
        { "another magic", 0, 1, 'X', "not an index of this version" },
        { "another version", 7, 1, 2, "not an index of this version" },
        { "no frames", 8, 4, 0, "more frames than it has room for, or none" },
        { "two frames", 8, 4, 2, "more frames" },
        { "four milliard", 8, 4, UINT32_MAX, "more frames" },
        { "no header", 12, 8, 0, "the header is not in the file" },
        { "a header behind the end", 12, 8, 4, "the header is not in the file" },
        { "another size", 20, 8, 51, "the frames do not add up" },
        { "other lines", 28, 8, 3, "the frames do not add up" },
        { "an empty frame", 36, 4, 0, "a frame of impossible size" },
        { "a giant frame", 36, 4, EVIDENCE_FRAME_MOST + 1, "a frame of impossible size" },
        { "more lines than bytes", 40, 4, 51, "a frame of impossible size" },
        { "a filter that is too short", 44, 4, 3, "something stands behind it" },
        { "a filter that is not there", 44, 4, 5, "a filter that is not there" },
        { "a filter of 4 GiB", 44, 4, UINT32_MAX - 1, "a filter that is not there" },
        { "no filter, but its bytes", 44, 4, UINT32_MAX, "something stands behind it" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char bytes[52] = "OCHILIX\1";
        struct evidence_index index;
        struct trouble trouble = { .text = "" };

        little_endian_put(bytes + 8, 1, 4);
        little_endian_put(bytes + 12, 1, 8);
        little_endian_put(bytes + 20, 50, 8);
        little_endian_put(bytes + 28, 2, 8);
        little_endian_put(bytes + 36, 50, 4);
        little_endian_put(bytes + 40, 2, 4);
        little_endian_put(bytes + 44, 4, 4);
        little_endian_put(bytes + rows[i].at, rows[i].value, rows[i].bytes);
        if (ARENA_GUARD(&arena))
            fail_msg("out of memory");
        enum err err = evidence_index_parse(&arena, (struct text){ (char *)bytes, sizeof bytes },
                                            "a.csv", &index, &trouble);
        if (err != (rows[i].what[0] == '\0' ? OK : ERR_CHECK) ||
            strstr(trouble.text, rows[i].what) == NULL)
            fail_msg("%s: %d %s", rows[i].why, err, trouble.text);
    }
}

/* ---- a frame with too many codes ---- */

static void a_frame_with_too_many_codes_may_hold_anything(void **state)
{
    const struct evidence_query nowhere = { text_of("CLK"), { NULL, 0 }, { NULL, 0 },
                                            EVIDENCE_ANY_PERIOD };
    struct evidence_index index;
    struct trouble trouble = { .text = "" };
    const size_t lines = 12000;
    char *bytes = malloc(lines * 350 + sizeof LEDGER_HEADER + 1);
    size_t size = (size_t)sprintf(bytes, "%s\n", LEDGER_HEADER);
    uint32_t frame;

    (void)state;
    for (size_t i = 0; i < lines; i++)
        size += (size_t)sprintf(bytes + size, "%zu,STI,2014-04-02,,C%zu,A%zu,1,%0300zu\n", i,
                                i, i, i);
    write_extract(bytes, EVIDENCE_FRAME_MOST, EVIDENCE_FRAME_MOST);
    assert_int_equal(open_index(&index, &trouble), OK);
    assert_int_equal(index.count, 1);
    assert_true(index.frame[0].anything);
    assert_int_equal(evidence_index_find(&index, &nowhere, &frame), 1);
    kept_free(&kept);
    /* With as many as there may be the filter still says no. */
    bytes[size / 10 * 6] = '\0';
    write_extract(bytes, EVIDENCE_FRAME_MOST, EVIDENCE_FRAME_MOST);
    assert_int_equal(open_index(&index, &trouble), OK);
    assert_false(index.frame[0].anything);
    assert_true(index.frame[0].filter.size > 32768);
    assert_int_equal(evidence_index_find(&index, &nowhere, &frame), 0);
    kept_free(&kept);
    /* Short lines, so that a filter for all these codes would be half of the frame. */
    size = (size_t)sprintf(bytes, "%s\n", LEDGER_HEADER);
    for (size_t i = 0; i < 3000; i++)
        size += (size_t)sprintf(bytes + size, ",STI,,,C%zu,A%zu,1,\n", i, i);
    write_extract(bytes, EVIDENCE_FRAME_MOST, EVIDENCE_FRAME_MOST);
    assert_int_equal(open_index(&index, &trouble), OK);
    assert_int_equal(index.frame[0].filter.size, 4096);
    free(bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(which_files_have_one),
        TEST(it_knows_where_frames_are),
        TEST(every_changed_byte_is_found),
        TEST(another_files_index_is_refused),
        TEST(malformed_ones_are_refused),
        TEST(a_frame_with_too_many_codes_may_hold_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
