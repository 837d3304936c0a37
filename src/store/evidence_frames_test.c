/* Where frames are cut, row by row; then the laws: pieces do not matter, what was written reads
 * back, and memory that runs out is said. */
#include "store/evidence_frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "engine/ledger.h"
#include "formats/csv.h"
#include "store/test_evidence.h"

#define TEXT_MOST 4096

static struct kept_file kept, again;

static const struct {
    const char *why, *bytes;
    enum evidence_kind kind;
    size_t frame, most;
    const char *frames;         /* "|" behind each, "~" before it for one that ends inside a
                                   record */
} rows[] = {
    { "an empty file has no frame", "", EVIDENCE_RECORDS, 8, 16, "" },
    { "one record", "a,b\n", EVIDENCE_RECORDS, 8, 16, "a,b\n|" },
    { "records that fill a frame exactly", "a,b\nc,d\n", EVIDENCE_RECORDS, 8, 16,
      "a,b\nc,d\n|" },
    { "the record that no longer fits begins the next frame", "a,b\nc,d\ne\n", EVIDENCE_RECORDS,
      8, 16, "a,b\nc,d\n|e\n|" },
    { "no line end at the end", "a,b\nc,d\ne", EVIDENCE_RECORDS, 8, 16, "a,b\nc,d\n|e|" },
    { "a line end in quotes ends nothing", "a,b\n\"c\nd\",e\n", EVIDENCE_RECORDS, 8, 16,
      "a,b\n|\"c\nd\",e\n|" },
    { "CR and LF stay together", "abcdef\r\ng\r\n", EVIDENCE_RECORDS, 8, 16,
      "abcdef\r\n|g\r\n|" },
    { "even where the frame would end between them", "abcdefg\r\nhi\r\njk\r\n",
      EVIDENCE_RECORDS, 8, 16, "abcdefg\r\nhi\r\n|jk\r\n|" },
    { "a record longer than a frame makes a longer frame", "abcdefghijkl\nm\nnopqrstu\n",
      EVIDENCE_RECORDS, 8, 16, "abcdefghijkl\nm\n|nopqrstu\n|" },
    { "one that is too long is cut, and so is all behind it", "a\n0123456789abcdefghij\nk\nl\n",
      EVIDENCE_RECORDS, 8, 16, "a\n|01234567~|89abcdef~|ghij\nk\nl~|\n|" },
    { "a quote that is never closed", "a\n\"bcdefghijklmnopqrstuvwxyz\n", EVIDENCE_RECORDS, 8, 16,
      "a\n|\"bcdefgh~|ijklmnop~|qrstuvwx~|yz\n|" },
    { "a last record that is long", "a\n0123456789ab", EVIDENCE_RECORDS, 8, 16,
      "a\n|0123456789ab|" },
    { "bytes are cut anywhere", "a,b\n\"c\nd\"\n", EVIDENCE_BYTES, 4, 16, "a,b\n|\"c\nd|\"\n|" },
    { "bytes that fill their frames exactly", "abcdefgh", EVIDENCE_BYTES, 4, 4, "abcd|efgh|" },
};

/* The frames as in the rows; offsets and line numbers are tested on the way. */
static void show_frames(struct kept_file *file, struct arena *arena, char *out, size_t room)
{
    const struct evidence_file opened = kept_file(file);
    struct evidence_reader *reader;
    struct trouble trouble = { .text = "" };
    uint64_t offset = 0;
    uint64_t line = 1;
    size_t size = 0;

    out[0] = '\0';
    assert_int_equal(evidence_reader_open(arena, &opened, &reader, &trouble), OK);
    for (uint64_t i = 0; i < evidence_reader_head(reader)->frames; i++) {
        struct evidence_frame frame;
        assert_int_equal(evidence_frame_read(reader, i, &frame, &trouble), OK);
        assert_int_equal(frame.offset, offset);
        assert_int_equal(frame.first_line, line);
        assert_int_equal(frame.last, i + 1 == file->count);
        offset += frame.plain.size;
        line += evidence_line_ends(frame.plain);
        size += (size_t)snprintf(out + size, room - size, "%.*s%s|", TEXT(frame.plain),
                                 frame.cut ? "~" : "");
        assert_true(size < room);
    }
    evidence_reader_drop(reader);
}

static void the_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct kept_plan plan = { rows[i].kind, rows[i].frame, rows[i].most, false, 1,
                                        NULL };
        struct arena arena = { .chunk = NULL };
        struct trouble trouble = { .text = "" };
        char shown[256];

        if (ARENA_GUARD(&arena))
            fail_msg("out of memory");
        assert_int_equal(kept_write(&kept, &arena, text_of(rows[i].bytes), &plan, &trouble), OK);
        show_frames(&kept, &arena, shown, sizeof shown);
        if (strcmp(shown, rows[i].frames) != 0)
            fail_msg("%s: %s instead of %s", rows[i].why, shown, rows[i].frames);
        kept_free(&kept);
        arena_free(&arena);
    }
}

static void the_head_says_what_there_is(void **state)
{
    const struct kept_plan plan = { EVIDENCE_RECORDS, 8, 16, false, 1, NULL };
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    struct text bytes = text_of("a\nb\n0123456789abcdefghij\nk");
    struct sha256_sum sum;

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(kept_write(&kept, &arena, bytes, &plan, &trouble), OK);
    assert_int_equal(sha256_of(bytes.data, bytes.size, &sum, &trouble), OK);
    assert_int_equal(kept.ending.head.size, bytes.size);
    assert_int_equal(kept.ending.head.lines, 4);
    assert_int_equal(kept.ending.head.cut_line, 3);
    assert_int_equal(kept.ending.head.frames, kept.count);
    assert_true(sha256_equal(&kept.ending.head.sum, &sum));
    size_t packed = 0;
    for (size_t i = 0; i < kept.count; i++)
        packed += kept.chunk[i].size;
    assert_int_equal(kept.ending.head.packed, packed);
    kept_free(&kept);
    arena_free(&arena);
}

/* ---- laws ---- */

/* Is there a record's end at `place`? Read from the beginning, as a whole. */
static bool record_ends_at(struct text bytes, size_t place)
{
    size_t at = 0;

    while (at < place) {
        struct csv_record record;
        at += csv_read((struct text){ bytes.data + at, bytes.size - at }, true, NULL, &record);
    }
    return at == place;
}

static void frames_end_where_records_end(struct kept_file *file, struct arena *arena,
                                         struct text bytes)
{
    const struct evidence_file opened = kept_file(file);
    struct evidence_reader *reader;
    struct trouble trouble = { .text = "" };
    bool cut = false;

    assert_int_equal(evidence_reader_open(arena, &opened, &reader, &trouble), OK);
    for (uint64_t i = 0; i < file->count; i++) {
        struct evidence_frame frame;
        assert_int_equal(evidence_frame_read(reader, i, &frame, &trouble), OK);
        if (frame.cut && !cut) {
            cut = true;
            assert_int_equal(frame.first_line, file->ending.head.cut_line);
        }
        assert_true(cut || record_ends_at(bytes, frame.offset + frame.plain.size));
    }
    assert_true(cut || file->ending.head.cut_line == 0);
    evidence_reader_drop(reader);
}

static void one_case(struct chance *chance, struct arena *arena)
{
    static char source[TEXT_MOST], back[TEXT_MOST];
    const size_t frame = chance_below(chance, 200) + 1;
    struct kept_plan plan = { chance_one_in(chance, 4) ? EVIDENCE_BYTES : EVIDENCE_RECORDS, frame,
                              frame + chance_below(chance, 400), false,
                              (unsigned char)chance_below(chance, 200), NULL };
    struct text bytes = random_records(chance, source, sizeof source);
    struct trouble trouble = { .text = "" };
    size_t size;

    assert_int_equal(kept_write(&kept, arena, bytes, &plan, &trouble), OK);
    plan.pieces = chance;
    assert_int_equal(kept_write(&again, arena, bytes, &plan, &trouble), OK);
    assert_int_equal(kept.count, again.count);
    for (size_t i = 0; i < kept.count; i++)
        assert_true(text_equal(kept.chunk[i], again.chunk[i]));
    assert_memory_equal(kept.ending.sealed, again.ending.sealed, EVIDENCE_HEAD_BYTES);
    assert_int_equal(kept_read(&kept, arena, chance_below(chance, 300) + 1, back, sizeof back,
                               &size, &trouble), OK);
    assert_true(text_equal((struct text){ back, size }, bytes));
    if (plan.kind == EVIDENCE_RECORDS)
        frames_end_where_records_end(&kept, arena, bytes);
    kept_free(&kept);
    kept_free(&again);
}

static void guarded_case(struct chance *chance)
{
    struct arena arena = { .chunk = NULL };

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    one_case(chance, &arena);
    arena_free(&arena);
}

static void any_pieces_give_the_same_chunks_that_read_back(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++)
        guarded_case(&chance);
}

/* ---- memory that runs out ---- */

static enum err write_and_read(struct text bytes, struct trouble *trouble)
{
    const struct kept_plan plan = { EVIDENCE_RECORDS, 64, 4096, true, 1, NULL };
    static char back[TEXT_MOST];
    struct arena arena = { .chunk = NULL };
    size_t size;

    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return ERR_IO;
    }
    enum err err = kept_write(&kept, &arena, bytes, &plan, trouble);
    if (err == OK)
        err = kept_read(&kept, &arena, 100, back, sizeof back, &size, trouble);
    kept_free(&kept);
    arena_free(&arena);
    return err;
}

static void every_allocation_fails_once(void **state)
{
    char source[TEXT_MOST];
    long count = 1;
    int size = snprintf(source, sizeof source, "%s\n1,STI,,2014-15/P01,A,B,1.00,%01500d\n",
                        LEDGER_HEADER, 7);

    (void)state;
    arena_fail_takes(true);
    for (long nth = 1; nth <= count; nth++) {
        struct trouble trouble = { .text = "" };
        arena_fail_after(nth, false);
        enum err err = write_and_read((struct text){ source, (size_t)size }, &trouble);
        count = arena_allocations();
        assert_int_equal(err, nth <= count ? ERR_IO : OK);
        if (nth <= count && strstr(trouble.text, "out of memory") == NULL)
            fail_msg("allocation %ld: %s", nth, trouble.text);
        if (nth > count)
            break;
        count = nth + 1;
    }
    arena_fail_after(0, false);
    arena_fail_takes(false);
    printf("# %ld allocations\n", count);
    assert_true(count > 8);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows),
        cmocka_unit_test(the_head_says_what_there_is),
        cmocka_unit_test(any_pieces_give_the_same_chunks_that_read_back),
        cmocka_unit_test(every_allocation_fails_once),
    };

    test_chance_open(count, argument, 2000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
