#include "trail/test_trail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define LINES_MAX 64
#define WHOLE SIZE_MAX      /* a stream that gives all it is asked for */

/* An export taken apart into its lines, line feeds included. */
struct lines {
    struct text line[LINES_MAX];
    size_t      count;
};

static struct lines lines_of(struct text bytes)
{
    struct lines lines = { .count = 0 };

    while (bytes.size > 0) {
        const char *end = memchr(bytes.data, '\n', bytes.size);
        size_t size = end == NULL ? bytes.size : (size_t)(end + 1 - bytes.data);

        assert_in_range(lines.count, 0, LINES_MAX - 1);
        lines.line[lines.count++] = (struct text){ bytes.data, size };
        bytes.data += size;
        bytes.size -= size;
    }
    return lines;
}

static size_t line_that_holds(const struct lines *lines, const char *word)
{
    for (size_t i = 0; i < lines->count; i++)
        if (memmem(lines->line[i].data, lines->line[i].size, word, strlen(word)) != NULL)
            return i;
    fail_msg("no line holds %s", word);
    return 0;
}

static struct text joined(const struct lines *lines, struct arena *arena)
{
    char *bytes = arena_take(arena, TEST_ROOM * 2, 1);
    size_t size = 0;

    for (size_t i = 0; i < lines->count; i++) {
        assert_in_range(size, 0, TEST_ROOM * 2 - lines->line[i].size);
        memcpy(bytes + size, lines->line[i].data, lines->line[i].size);
        size += lines->line[i].size;
    }
    return (struct text){ bytes, size };
}

/* Verifies; gives what is wrong, and asserts that the answer is in order. */
static enum trail_fault fault_of(struct text bytes, struct trail_report *report)
{
    struct arena arena = { 0 };
    struct trouble trouble = { .text = "" };
    enum err err = test_verify(bytes, WHOLE, &arena, NULL, report, &trouble);

    assert_true(err == OK || err == ERR_CHECK);
    assert_true((err == OK) == (report->fault == TRAIL_SOUND));
    assert_true((trouble.text[0] == '\0') == (err == OK));
    assert_true(err == OK || strstr(trouble.text, report->fault_said) != NULL);
    report->fault_said = NULL;   /* it goes with the arena */
    arena_free(&arena);
    return report->fault;
}

static void a_whole_trail_is_verified(void **state)
{
    (void)state;
    for (int for_clk = 0; for_clk < 2; for_clk++) {
        struct arena arena = { 0 };
        struct text bytes = test_export_made(&arena, for_clk == 1);

        for (size_t piece = 1; piece < 2000; piece = piece * 3 + 1) {
            struct trail_report report;

            assert_int_equal(test_verify(bytes, piece, &arena, NULL, &report, NULL), OK);
            assert_int_equal(report.entries, TEST_ENTRIES);
            assert_int_equal(report.withheld, for_clk == 1 ? 3 : 0);
            assert_int_equal(report.sealed, 2);
            assert_int_equal(report.opened, 1);
            assert_int_equal(report.checkpoints, 2);
            assert_int_equal(report.signers, 2);
            assert_string_equal(report.signer[0].by, "CLK");
            assert_int_equal(report.signer[0].size, 4);
            assert_string_equal(report.signer[1].by, "server");
            assert_null(report.signer[1].key);
            assert_int_equal(report.signer[1].size, 7);
        }
        arena_free(&arena);
    }
}

/* The very bytes that tools/trail_check.py, which is written from the contract alone, verifies in
 * tests/trail_test.py. */
static void the_writer_writes_what_the_contract_says(void **state)
{
    static const char *const path[] = { "tests/trail/whole.jsonl", "tests/trail/for-clk.jsonl" };
    static char kept[TEST_ROOM];

    (void)state;
    for (size_t i = 0; i < COUNT(path); i++) {
        struct arena arena = { 0 };
        struct text bytes = test_export_made(&arena, i == 1);
        FILE *file = fopen(path[i], "rb");

        assert_non_null(file);
        size_t size = fread(kept, 1, sizeof kept, file);
        (void)fclose(file);
        assert_true(text_equal(bytes, (struct text){ kept, size }));
        arena_free(&arena);
    }
}

/* ---- laws ---- */

/* Where the line begins that holds the byte; `of_entry`: it is one of an entry. */
static size_t line_start(const struct lines *lines, size_t at, bool *of_entry)
{
    static const char entry[] = "{\"entry\":";
    size_t start = 0, i = 0;

    while (at >= start + lines->line[i].size)
        start += lines->line[i++].size;
    *of_entry = memcmp(lines->line[i].data, entry, sizeof entry - 1) == 0;
    return start;
}

/* A change to an entry is told at that entry. */
static void any_byte_changed_is_found(void **state)
{
    (void)state;
    for (int for_clk = 0; for_clk < 2; for_clk++) {
        struct arena arena = { 0 };
        struct text bytes = test_export_made(&arena, for_clk == 1);
        char *changed = arena_copy(&arena, bytes.data, bytes.size);
        const struct lines lines = lines_of(bytes);
        struct trail_report report;

        for (size_t at = 0; at < bytes.size; at++) {
            bool of_entry;
            size_t start = line_start(&lines, at, &of_entry);

            changed[at] = (char)(changed[at] ^ (1 << at % 8));
            assert_int_not_equal(fault_of((struct text){ changed, bytes.size }, &report),
                                 TRAIL_SOUND);
            assert_true(!of_entry || report.fault_byte == start);
            changed[at] = bytes.data[at];
        }
        arena_free(&arena);
    }
}

static void a_file_cut_anywhere_is_found(void **state)
{
    struct arena arena = { 0 };
    struct text bytes = test_export_made(&arena, false);
    struct trail_report report;

    (void)state;
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_equal(fault_of((struct text){ bytes.data, size }, &report), TRAIL_FAULT_CUT);
    arena_free(&arena);
}

/* Whichever line is left out, doubled, put elsewhere: but for an opening that was left out, which
 * the counts tell, the fault lies where the line was. */
static void lines_in_another_order_are_found(void **state)
{
    struct arena arena = { 0 };
    struct text bytes = test_export_made(&arena, false);
    const struct lines whole = lines_of(bytes);
    struct trail_report report;

    (void)state;
    for (size_t from = 0; from < whole.count; from++)
        for (size_t to = 0; to <= whole.count; to++) {
            struct lines moved = whole, doubled = whole;

            for (size_t i = from; i + 1 < whole.count; i++)
                moved.line[i] = whole.line[i + 1];
            moved.count--;
            if (to < whole.count) {
                for (size_t i = moved.count++; i > to; i--)
                    moved.line[i] = moved.line[i - 1];
                moved.line[to] = whole.line[from];
            }
            for (size_t i = doubled.count++; i > to; i--)
                doubled.line[i] = doubled.line[i - 1];
            doubled.line[to] = whole.line[from];
            assert_int_not_equal(fault_of(joined(&doubled, &arena), &report), TRAIL_SOUND);
            if (to != from)
                assert_int_not_equal(fault_of(joined(&moved, &arena), &report), TRAIL_SOUND);
        }
    arena_free(&arena);
}

static void what_is_wrong_has_a_name_and_a_place(void **state)
{
    static const struct {
        const char      *line, *old, *new;     /* in the line that holds `line` */
        enum trail_fault fault;
        uint64_t         entry;
    } rows[] = {
        { "\"sequence\":2,", "m.reid", "m.Reid", TRAIL_FAULT_HASH, 2 },
        { "\"sequence\":2,", "\"salt\":\"0", "\"salt\":\"1", TRAIL_FAULT_HASH, 2 },
        { "\"sequence\":2,", "\"sequence\":2", "\"sequence\":3", TRAIL_FAULT_GAP, 2 },
        { "\"sequence\":2,", "\"sequence\":2", "\"sequence\":1", TRAIL_FAULT_ORDER, 1 },
        { "\"sequence\":2,", "2026", "1926", TRAIL_FAULT_FORM, 2 },
        { "\"opening\":4", "1 Mill", "2 Mill", TRAIL_FAULT_SEAL, 4 },
        { "\"opening\":4", "before", "beford", TRAIL_FAULT_FORM, 4 },
        { "\"opening\":4", "\"opening\":4", "\"opening\":3", TRAIL_FAULT_FORM, 4 },
        { "size 4", "size 4", "size 5", TRAIL_FAULT_CHECKPOINT, 4 },
        { "size 4", "09:00:00.000Z", "09:00:00.001Z", TRAIL_FAULT_SIGNATURE, 4 },
        { "size 4", "\"by\":\"CLK\"", "\"by\":\"STI\"", TRAIL_FAULT_SIGNATURE, 4 },
        { "size 4", "\"by\":\"server\"", "\"by\":\"serveR\"", TRAIL_FAULT_SIGNATURE, 4 },
        { "trail export", "\"to\":9", "\"to\":8", TRAIL_FAULT_END, 9 },
        { "trail export", "\"store\":\"0", "\"store\":\"1", TRAIL_FAULT_HASH, 0 },
        { "\"end\":9", "\"openings\":1", "\"openings\":2", TRAIL_FAULT_END, 0 },
        { "\"end\":9", "\"last\":\"", "\"lost\":\"", TRAIL_FAULT_FORM, 10 },
    };
    struct arena arena = { 0 };
    struct text bytes = test_export_made(&arena, false);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lines lines = lines_of(bytes);
        struct text *line = &lines.line[line_that_holds(&lines, rows[i].line)];
        char *copy = arena_copy(&arena, line->data, line->size);
        struct trail_report report;

        memcpy(strstr(copy, rows[i].old), rows[i].new, strlen(rows[i].new));
        line->data = copy;
        assert_int_equal(fault_of(joined(&lines, &arena), &report), rows[i].fault);
        assert_int_equal(report.fault_entry, rows[i].entry);
        assert_true(trail_fault_name[report.fault][0] != '\0');
    }
    arena_free(&arena);
}

static void a_checkpoint_must_be_kept(void **state)
{
    static const struct {
        const char *old, *new;
        enum err    err;
    } rows[] = {
        { "size 4", "size 4", OK },
        { "size 4", "size 5", ERR_CHECK },         /* other hashes at 5 */
        { "size 4", "size 9", ERR_CHECK },
        { "root ", "rooT ", ERR_USAGE },           /* no checkpoint at all */
        { "store 0", "store 1", ERR_CHECK },
    };
    struct arena arena = { 0 };
    struct text bytes = test_export_made(&arena, false);
    struct lines lines = lines_of(bytes);
    struct text line = lines.line[line_that_holds(&lines, "size 4")];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trail_report report;
        struct checkpoint since;
        char text[CHECKPOINT_TEXT_MAX] = "";
        size_t size = 0;

        /* The text as it was signed, out of its JSON. */
        size_t at = strlen("{\"checkpoint\":\"");
        for (; at < line.size && line.data[at] != '"'; at++) {
            text[size] = line.data[at];
            if (line.data[at] == '\\')
                text[size] = '\n';
            at += line.data[at] == '\\';
            size++;
        }
        memcpy(strstr(text, rows[i].old), rows[i].new, strlen(rows[i].new));
        assert_true(checkpoint_parse(text_of(text), &since) == (rows[i].err != ERR_USAGE));
        if (rows[i].err != ERR_USAGE)
            assert_int_equal(test_verify(bytes, WHOLE, &arena, &since, &report, NULL),
                             rows[i].err);
        if (rows[i].err == ERR_CHECK)
            assert_int_equal(report.fault, TRAIL_FAULT_ROLLBACK);
    }
    arena_free(&arena);
}

static void an_older_state_does_not_keep_it(void **state)
{
    struct checkpoint since = { .store = TEST_STORE, .size = TEST_ENTRIES + 1 };
    struct arena arena = { 0 };
    struct trail_report report;

    (void)state;
    assert_int_equal(test_verify(test_export_made(&arena, false), WHOLE, &arena, &since, &report,
                                 NULL), ERR_CHECK);
    assert_int_equal(report.fault, TRAIL_FAULT_ROLLBACK);
    assert_int_equal(report.fault_entry, TEST_ENTRIES);
    arena_free(&arena);
}

static void a_key_that_signed_nothing_is_missed(void **state)
{
    struct arena arena = { 0 };
    struct test_stream stream = { { test_stream_read, NULL }, test_export_made(&arena, false),
                                  WHOLE };
    struct trail_key sti = { .name = "sti.key.pub" };
    const struct trail_request request = { .name = "trail", .key = &sti, .keys = 1 };
    struct trail_report report;
    struct test_key key;

    (void)state;
    test_key_make(2, &key);
    sti.public = key.public;
    assert_int_equal(trail_verify(&stream.stream, &arena, &request, &report, NULL), ERR_CHECK);
    assert_int_equal(report.fault, TRAIL_FAULT_KEY);
    arena_free(&arena);
}

static void a_line_too_long_is_no_trail(void **state)
{
    static char bytes[TRAIL_LINE_MAX + 2];
    struct trail_report report;

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    bytes[TRAIL_LINE_MAX] = '\n';
    assert_int_equal(fault_of((struct text){ bytes, sizeof bytes }, &report), TRAIL_FAULT_FORM);
    bytes[TRAIL_LINE_MAX - 1] = '\n';
    assert_int_equal(fault_of((struct text){ bytes, TRAIL_LINE_MAX }, &report), TRAIL_FAULT_FORM);
    assert_int_equal(report.fault_line, 1);
}

/* ---- the writer's own refusals ---- */

static void a_writer_keeps_its_promise(void **state)
{
    struct arena arena = { 0 };
    struct test_sink *sink = arena_take(&arena, 1, sizeof *sink);
    struct trail_header header = { .store = text_of(TEST_STORE), .to = 1 };
    struct trouble trouble = { .text = "" };
    struct trail_writer writer;
    struct sha256_sum hash = { { 0 } };

    (void)state;
    sink->sink.write = test_sink_write;
    assert_int_equal(trail_writer_open(&writer, &arena, &sink->sink, &header, &trouble), OK);
    assert_int_equal(trail_writer_withheld(&writer, &hash, &hash), ERR_BUG);
    assert_int_equal(trail_writer_close(&writer), ERR_BUG);
    assert_int_equal(trail_writer_open(&writer, &arena, &sink->sink, &header, &trouble), OK);
    assert_int_equal(trail_writer_entry(&writer, text_of("{}"), &hash), OK);
    assert_int_equal(trail_writer_entry(&writer, text_of("{}"), &hash), ERR_BUG);
    trail_writer_drop(&writer);
    header.before.size = 2;
    assert_int_equal(trail_writer_open(&writer, &arena, &sink->sink, &header, &trouble), ERR_BUG);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_trail_is_verified),
        cmocka_unit_test(the_writer_writes_what_the_contract_says),
        cmocka_unit_test(any_byte_changed_is_found),
        cmocka_unit_test(a_file_cut_anywhere_is_found),
        cmocka_unit_test(lines_in_another_order_are_found),
        cmocka_unit_test(what_is_wrong_has_a_name_and_a_place),
        cmocka_unit_test(a_checkpoint_must_be_kept),
        cmocka_unit_test(an_older_state_does_not_keep_it),
        cmocka_unit_test(a_key_that_signed_nothing_is_missed),
        cmocka_unit_test(a_line_too_long_is_no_trail),
        cmocka_unit_test(a_writer_keeps_its_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
