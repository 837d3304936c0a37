/*
 * A text extract from the disk: whatever its packing, its encoding and the size of the reads, the
 * rows are the same; what was detected is told; a call that fails is told, and no file stays open.
 */
#include "extract/text_rows_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <errno.h>
#include <iconv.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "base/fault_io.h"
#include "base/test_folder.h"
#include "base/test_random.h"
#include "extract/test_rows.h"

#define FILE_MAX ((size_t)16 * 1024 * 1024)

static char home[TEST_PATH];
static struct arena arena;

/* ---- a disk that gives so many bytes at a time ---- */

static size_t at_most;

static ssize_t read_a_few(int file, void *bytes, size_t size)
{
    return real_outside.read(file, bytes, size < at_most ? size : at_most);
}

static struct outside slow_disk(size_t bytes)
{
    struct outside outside = real_outside;

    at_most = bytes;
    outside.read = read_a_few;
    return outside;
}

/* ---- writing files ---- */

static char written[FILE_MAX];

static struct text in_encoding(const char *encoding, struct text bytes)
{
    iconv_t library = iconv_open(encoding, "UTF-8");
    char *copy = arena_copy(&arena, bytes.data, bytes.size);
    char *in = copy;
    char *out = written;
    size_t in_left = bytes.size;
    size_t out_left = sizeof written;

    assert_int_equal(iconv(library, &in, &in_left, &out, &out_left), 0);
    (void)iconv_close(library);
    return (struct text){ written, sizeof written - out_left };
}

static struct text in_gzip(struct text bytes)
{
    z_stream gzip = { .next_in = (unsigned char *)arena_copy(&arena, bytes.data, bytes.size),
                      .avail_in = (unsigned)bytes.size, .next_out = (unsigned char *)written,
                      .avail_out = (unsigned)sizeof written };

    assert_int_equal(deflateInit2(&gzip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&gzip), Z_OK);
    return (struct text){ written, sizeof written - gzip.avail_out };
}

static struct text in_xz(struct text bytes)
{
    size_t made = 0;

    assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL,
                                             (const uint8_t *)bytes.data, bytes.size,
                                             (uint8_t *)written, &made, sizeof written),
                     LZMA_OK);
    return (struct text){ written, made };
}

static struct text in_zstd(struct text bytes)
{
    size_t made = ZSTD_compress(written, sizeof written, bytes.data, bytes.size, 1);

    assert_false(ZSTD_isError(made));
    return (struct text){ written, made };
}

static const char *extract(struct text bytes)
{
    const char *path = test_path(home, "june.csv");

    test_bytes_write(path, bytes.data, bytes.size);
    return arena_print(&arena, "%s", path);
}

/* ---- reading them ---- */

static const struct text_dialect usual = { .delimiter = ',', .quotes = true };

/* All rows, as text; ends with the error, if there is one. */
static void show_file(const struct outside *outside, const char *path,
                      const struct text_dialect *how, struct text_seen *seen,
                      struct shown_rows *shown)
{
    struct trouble trouble = { 0 };
    struct text_rows *rows;
    struct row row;
    bool end = false;
    enum err err = text_rows_open(&rows, &arena, outside, path, how, &trouble);

    *shown = (struct shown_rows){ .size = 0 };
    if (err == OK) {
        struct row_reader *reader = text_rows_reader(rows);
        while ((err = reader->next(reader, &row, &end, &trouble)) == OK && !end)
            show_row(shown, &row);
        *seen = text_rows_seen(rows);
        reader->close(reader);
    }
    if (err != OK)
        show_word(shown, arena_print(&arena, "%s%d %s", shown->rows > 0 ? "; " : "", err,
                                     trouble.text + (trouble.text[0] == '/' ? strlen(home) : 0)));
}

static const char table[] = "name,amount\r\n\"Smith, \xC2\xA3\",1.50\r\n\r\n\"a\r\nb\",\xC3\xA9\r\n"
                            "\"x\"y,2\r\n";
static const char table_rows[] = "1 name|amount; 2 Smith, \\xC2\\xA3|1.50; 3 ; "
                                 "4 a\\r\\nb|\\xC3\\xA9; 6 \"x\"y|2 !Q";

#define MARK "\xEF\xBB\xBF"
#define MARK_TWICE "\xC3\xAF\xC2\xBB\xC2\xBF"

static const struct {
    const char   *why, *mark, *encoding;
    struct text (*pack)(struct text);
    enum packing  packing;
    enum encoding seen;
    unsigned      marks;
    bool          twice;
} same[] = {
    { "UTF-8",           "",         NULL, NULL, PACKING_NONE, ENCODING_UTF8, 0, false },
    { "with a mark",     MARK,       NULL, NULL, PACKING_NONE, ENCODING_UTF8, 1, false },
    { "encoded twice",   MARK_TWICE, NULL, NULL, PACKING_NONE, ENCODING_UTF8, 1, true },
    { "two marks",       MARK MARK,  NULL, NULL, PACKING_NONE, ENCODING_UTF8, 2, false },
    { "a mark of each",  MARK MARK_TWICE, NULL, NULL, PACKING_NONE, ENCODING_UTF8, 2, true },
    { "UTF-16LE",        "", "UTF-16LE", NULL, PACKING_NONE, ENCODING_UTF16LE, 0, false },
    { "UTF-16BE",        "", "UTF-16BE", NULL, PACKING_NONE, ENCODING_UTF16BE, 0, false },
    { "LE with a mark",  MARK, "UTF-16LE", NULL, PACKING_NONE, ENCODING_UTF16LE, 1, false },
    { "BE with a mark",  MARK, "UTF-16BE", NULL, PACKING_NONE, ENCODING_UTF16BE, 1, false },
    { "Windows-1252",    "", "CP1252", NULL, PACKING_NONE, ENCODING_WINDOWS_1252, 0, false },
    { "gzip",            "", NULL, in_gzip, PACKING_GZIP, ENCODING_UTF8, 0, false },
    { "xz",              "", NULL, in_xz, PACKING_XZ, ENCODING_UTF8, 0, false },
    { "zstd",            "", NULL, in_zstd, PACKING_ZSTD, ENCODING_UTF8, 0, false },
    { "gzip of a mark",  MARK, "UTF-16LE", in_gzip, PACKING_GZIP, ENCODING_UTF16LE, 1, false },
};

static void the_same_text_gives_the_same_rows(void **state)
{
    static const size_t reads[] = { 1, 7, 65536 };
    static struct shown_rows shown;

    (void)state;
    for (size_t i = 0; i < COUNT(same); i++)
        for (size_t k = 0; k < COUNT(reads); k++) {
            struct outside outside = slow_disk(reads[k]);
            struct text_seen seen;
            struct text bytes = text_of(arena_print(&arena, "%s%s", same[i].mark, table));
            if (same[i].encoding != NULL)
                bytes = in_encoding(same[i].encoding, bytes);
            if (same[i].pack != NULL)
                bytes = same[i].pack(bytes);
            show_file(&outside, extract(bytes), &usual, &seen, &shown);
            if (strcmp(shown.text, table_rows) != 0)
                print_error("%s\n", same[i].why);
            assert_string_equal(shown.text, table_rows);
            assert_true(seen.packing == same[i].packing && seen.encoding == same[i].seen);
            assert_true(seen.byte_order_marks == same[i].marks && seen.encoding_detected);
            assert_true(seen.mark_encoded_twice == same[i].twice);
            assert_int_equal(seen.line_end, LINE_END_CRLF);
            arena_free(&arena);
        }
}

static const struct fixed_column widths[] = { { { "a", 1 }, 1, 2 }, { { "b", 1 }, 4, 5 } };

static const struct {
    const char         *why;
    struct text_dialect how;
    struct text         bytes;
    enum line_end       line_end;
    const char         *rows;
} told[] = {
#define BYTES(literal) { literal, sizeof(literal) - 1 }
    { "nothing", { .delimiter = ',' }, BYTES(""), LINE_END_LF, "" },
    { "a mark only", { .delimiter = ',' }, BYTES(MARK), LINE_END_LF, "" },
    { "CR", { .delimiter = ',', .quotes = true }, BYTES("a,b\r\"c\rd\",e\rf"), LINE_END_CR,
      "1 a|b; 2 c\\rd|e; 4 f" },
    { "CR as asked", { .delimiter = ',', .line_end = LINE_END_CR }, BYTES("a\nb\rc\r"),
      LINE_END_CR, "1 a\\nb; 2 c" },
    { "LF as asked", { .delimiter = ',', .line_end = LINE_END_LF }, BYTES("a\rb\nc\r"),
      LINE_END_LF, "1 a\\rb; 2 c\\r" },
    { "a semicolon, no quotes", { .delimiter = ';' }, BYTES("\"a;b\"\n"), LINE_END_LF,
      "1 \"a|b\"" },
    { "a NUL", { .delimiter = ',' }, BYTES("a,b\nc\0,d\ne\n"), LINE_END_LF,
      "1 a|b; 2 c\\x00|d !E; 3 e" },
    { "UTF-8 as asked", { .delimiter = ',', .encoding = ENCODING_UTF8 }, BYTES("\xA3" "5\nb\n"),
      LINE_END_LF, "1 \\xA35 !E; 2 b" },
    { "Windows-1252 as asked", { .delimiter = ',', .encoding = ENCODING_WINDOWS_1252 },
      BYTES("\xC2\xA3\n\x81\n"), LINE_END_LF, "1 \\xC3\\x82\\xC2\\xA3; 2 \\xFF !E" },
    { "a mark of UTF-8 read so", { .delimiter = ',', .encoding = ENCODING_WINDOWS_1252 },
      BYTES(MARK "a\n"), LINE_END_LF, "1 a" },
    { "half a pair of UTF-16", { .delimiter = ',' }, BYTES("\xFF\xFE" "a\0\x3D\xD8\n\0b\0"),
      LINE_END_LF, "1 a\\xFF !E; 2 b" },
    { "half a unit of UTF-16", { .delimiter = ',' }, BYTES("\xFF\xFE" "a\0\n\0b\0c"),
      LINE_END_LF, "1 a; 2 b\\xFF !E" },
    { "a bit of a long file in an unknown coding", { .delimiter = ',' }, BYTES("\x81,\xA3\nb\n"),
      LINE_END_LF, "1 \\xFF|\\xC2\\xA3 !E; 2 b" },
    { "fixed widths", { .format = FORMAT_FIXED, .fixed = widths, .fixed_count = 2 },
      BYTES("ab cd\r\nab\r\nabcde\r\n\"a b\"\r\n"), LINE_END_CRLF,
      "1 ab|cd; 2 ab|; 3 ab|de !R; 4 \"a|b\"" },
    { "fixed widths and CR", { .format = FORMAT_FIXED, .fixed = widths, .fixed_count = 2 },
      BYTES("\xA3" "b cd\rab"), LINE_END_CR, "1 \\xC2\\xA3b|cd; 2 ab|" },
};

static void what_was_detected_is_told(void **state)
{
    static struct shown_rows shown;

    (void)state;
    for (size_t i = 0; i < COUNT(told); i++)
        for (size_t reads = 1; reads < 100; reads += 9) {
            struct outside outside = slow_disk(reads);
            struct text_seen seen;
            show_file(&outside, extract(told[i].bytes), &told[i].how, &seen, &shown);
            if (strcmp(shown.text, told[i].rows) != 0)
                print_error("%s\n", told[i].why);
            assert_string_equal(shown.text, told[i].rows);
            assert_int_equal(seen.line_end, told[i].line_end);
            assert_true(seen.encoding != ENCODING_DETECT);
            assert_int_equal(seen.encoding_detected,
                             told[i].how.encoding == ENCODING_DETECT);
            arena_free(&arena);
        }
}

/* ---- a large file ---- */

#define LARGE_ROWS 60000
#define LONG_AT 20000        /* a record of three times the limit */
#define LONG_BYTES ((size_t)3 * RECORD_BYTES_MAX)
#define UNCLOSED_AT 30000    /* a quote closed by nothing within the limit */

static char *put_line(char *at, size_t row, const char *end)
{
    if (row == LONG_AT) {
        memset(at, 'x', LONG_BYTES);
        at += LONG_BYTES;
    } else if (row == UNCLOSED_AT) {
        at += sprintf(at, "%zu,\"open", row);
    } else if (row < UNCLOSED_AT && row % 100 == 0) {
        at += sprintf(at, "%zu,\"with%sa line end, \xC2\xA3 and a \"\"quote\"\"\",x", row, end);
    } else {
        at += sprintf(at, "%zu,a text that is here to make the row of an ordinary size,x", row);
    }
    return at + sprintf(at, "%s", end);
}

static struct text large_text(const char *end)
{
    char *bytes = arena_take(&arena, FILE_MAX, 1);
    char *at = bytes;

    for (size_t row = 0; row < LARGE_ROWS; row++)
        at = put_line(at, row, end);
    return (struct text){ bytes, (size_t)(at - bytes) };
}

static void check_large_row(const struct row *row, size_t which, uint64_t line)
{
    char number[32];
    int size = snprintf(number, sizeof number, "%zu", which);

    assert_int_equal(row->number, line);
    if (which == LONG_AT) {
        assert_true(row->fault == ROW_LONG && row->count == 0);
        return;
    }
    assert_true(row->count >= 2);
    assert_true(text_equal(row->cell[0].text, (struct text){ number, (size_t)size }));
    assert_int_equal(row->fault, which == UNCLOSED_AT ? ROW_QUOTE : ROW_GOOD);
    if (which == UNCLOSED_AT)
        assert_true(text_is(row->cell[1].text, "\"open"));
    else
        assert_true(row->count == 3 && text_is(row->cell[2].text, "x"));
}

static void read_large(const char *path, size_t reads)
{
    struct outside outside = slow_disk(reads);
    struct arena own = { 0 };
    struct trouble trouble = { 0 };
    struct text_rows *rows;
    struct row row;
    bool end = false;
    uint64_t line = 1;

    assert_int_equal(ARENA_GUARD(&own), 0);
    assert_int_equal(text_rows_open(&rows, &own, &outside, path, &usual, &trouble), OK);
    struct row_reader *reader = text_rows_reader(rows);
    for (size_t which = 0; which < LARGE_ROWS; which++) {
        assert_int_equal(reader->next(reader, &row, &end, &trouble), OK);
        assert_false(end);
        check_large_row(&row, which, line);
        bool two_lines = which % 100 == 0 && which != LONG_AT && which < UNCLOSED_AT;
        line += 1U + two_lines;
    }
    assert_int_equal(reader->next(reader, &row, &end, &trouble), OK);
    assert_true(end && own.total < (size_t)5 * 1024 * 1024);
    reader->close(reader);
    arena_free(&own);
}

static void a_large_file_is_read_in_blocks(void **state)
{
    static const char *const ends[] = { "\n", "\r\n", "\r" };
    static const char *const encodings[] = { "UTF-8", "UTF-16LE", "CP1252" };

    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++)
        for (size_t k = 0; k < COUNT(encodings); k++) {
            struct text bytes = in_encoding(encodings[k], large_text(ends[i]));
            const char *path = extract(bytes);
            read_large(path, 1000000);
            read_large(path, 4999);
            arena_free(&arena);
        }
    read_large(extract(in_gzip(large_text("\n"))), 65536);
    read_large(extract(in_xz(large_text("\n"))), 65536);
    read_large(extract(in_zstd(large_text("\n"))), 65536);
    arena_free(&arena);
}

/* The encoding changes its face behind the sample: the row is refused, nothing else. */
static void a_late_odd_byte_refuses_its_row(void **state)
{
    struct trouble trouble = { 0 };
    struct text_rows *rows;
    struct row row;
    bool end = false;
    size_t odd = 0;

    (void)state;
    struct text bytes = large_text("\n");
    char *last = memrchr(bytes.data, 'x', bytes.size);
    *last = '\xA3';
    const char *path = extract(bytes);
    assert_int_equal(text_rows_open(&rows, &arena, &real_outside, path, &usual, &trouble), OK);
    struct row_reader *reader = text_rows_reader(rows);
    while (reader->next(reader, &row, &end, &trouble) == OK && !end)
        odd += row.fault == ROW_ENCODING;
    assert_int_equal(odd, 1);
    assert_int_equal(text_rows_bytes(rows), bytes.size);
    reader->close(reader);
    arena_free(&arena);
}

/* ---- trouble ---- */

static void what_cannot_be_read_is_told(void **state)
{
    static struct shown_rows shown;
    static const struct fixed_column wrong[] = { { { "a", 1 }, 1, 2 }, { { "b", 1 }, 2, 5 } };
    const struct text_dialect overlap = { .format = FORMAT_FIXED, .fixed = wrong,
                                          .fixed_count = 2 };
    struct text_seen seen;
    char bytes[8];
    size_t got;

    (void)state;
    show_file(&real_outside, test_path(home, "none.csv"), &usual, &seen, &shown);
    assert_string_equal(shown.text, "3 /none.csv: No such file or directory");
    show_file(&real_outside, home, &usual, &seen, &shown);
    assert_string_equal(shown.text, "3 : not a regular file");
    show_file(&real_outside, extract(text_of(table)), &overlap, &seen, &shown);
    assert_string_equal(shown.text, "2 /june.csv: column 2 of the fixed columns begins before the "
                        "one before it ends, ends before it begins, or is one too many");
    assert_int_equal(text_first_bytes(&real_outside, &arena, test_path(home, "none.csv"), bytes,
                                      8, &got, NULL), ERR_IO);
    arena_free(&arena);
}

/* Rows come as far as the file is good. */
/* Cut in blocks of `most` bytes, and what stands in none of them read row by row. */
static void show_blocks(const char *path, const struct text_dialect *how, size_t most,
                        struct shown_rows *shown)
{
    struct trouble trouble = { 0 };
    struct text_rows *rows;
    char bytes[64], spare[64];
    struct cell *cell = arena_take(&arena, ROW_CELLS_MAX, sizeof *cell);
    struct row row = { .cell = cell };
    bool end = false;

    *shown = (struct shown_rows){ .size = 0 };
    assert_int_equal(text_rows_open(&rows, &arena, &real_outside, path, how, &trouble), OK);
    while (!end) {
        struct text_block block;
        assert_int_equal(text_rows_take(rows, bytes, most, &block, &trouble), OK);
        assert_true(block.bytes.size <= most);
        const bool none = block.bytes.size == 0;
        for (row.cell = cell; text_block_next(rows, &block, spare, &row); row.cell = cell)
            show_row(shown, &row);
        struct row_reader *reader = text_rows_reader(rows);
        if (none)
            assert_int_equal(reader->next(reader, &row, &end, &trouble), OK);
        if (none && !end)
            show_row(shown, &row);
    }
    text_rows_reader(rows)->close(text_rows_reader(rows));
}

/* Quotes that close, that do not, and that are none; blank lines; a CR alone; bytes of no
 * encoding. */
static struct text random_text(struct chance *chance, char bytes[256])
{
    static const char signs[] = "ab,\"\"\n\n\r 1\xC3\xA9";
    const size_t size = chance_next(chance) % 256;

    for (size_t i = 0; i < size; i++)
        bytes[i] = signs[chance_next(chance) % (sizeof signs - 1)];
    return (struct text){ bytes, size };
}

static void blocks_give_the_same_rows(void **state)
{
    static const struct fixed_column columns[] = {
        { .first = 1, .last = 2 }, { .first = 4, .last = 6 }
    };
    static const struct text_dialect dialects[] = {
        { .delimiter = ',', .quotes = true, .encoding = ENCODING_UTF8 },
        { .delimiter = ',', .quotes = false, .line_end = LINE_END_CR },
        { .format = FORMAT_FIXED, .fixed = columns, .fixed_count = COUNT(columns) },
        { .format = FORMAT_FIXED, .fixed = columns, .fixed_count = COUNT(columns),
          .line_end = LINE_END_CR },
    };
    static struct shown_rows one, other;
    char bytes[256];

    (void)state;
    for (uint64_t i = 0; i < 400; i++) {
        struct chance chance = chance_of(i);
        const struct text_dialect *how = &dialects[i % COUNT(dialects)];
        const char *path = extract(random_text(&chance, bytes));
        struct text_seen seen;

        show_file(&real_outside, path, how, &seen, &one);
        show_blocks(path, how, 1 + chance_next(&chance) % 64, &other);
        if (one.size != other.size || memcmp(one.text, other.text, one.size) != 0)
            fail_msg("case %d: in blocks\n%s\nnot\n%s", (int)i, other.text, one.text);
        arena_free(&arena);
    }
}

static void damage_in_the_middle_is_told(void **state)
{
    static struct shown_rows shown;
    struct text_seen seen;

    (void)state;
    struct text bytes = in_gzip(large_text("\n"));
    written[bytes.size - 5] ^= 1;
    struct trouble trouble = { 0 };
    struct text_rows *rows;
    struct row row;
    bool end = false;
    size_t count = 0;
    assert_int_equal(text_rows_open(&rows, &arena, &real_outside, extract(bytes), &usual,
                                    &trouble), OK);
    struct row_reader *reader = text_rows_reader(rows);
    enum err err;
    while ((err = reader->next(reader, &row, &end, &trouble)) == OK && !end)
        count++;
    assert_int_equal(err, ERR_CHECK);
    assert_true(count > 10000 && count < LARGE_ROWS);
    assert_non_null(strstr(trouble.text, "/june.csv: the gzip data is damaged"));
    reader->close(reader);
    show_file(&real_outside, extract((struct text){ written, 20 }), &usual, &seen, &shown);
    assert_string_equal(shown.text, "4 /june.csv: the gzip data ends too early");
    arena_free(&arena);
}

static void first_bytes_are_those_once_unpacked(void **state)
{
    struct outside outside = slow_disk(1);
    char bytes[8];
    size_t got;

    (void)state;
    for (size_t i = 0; i < COUNT(same); i++) {
        if (same[i].pack == NULL || same[i].encoding != NULL)
            continue;
        const char *path = extract(same[i].pack(text_of("PK\3\4 and more")));
        assert_int_equal(text_first_bytes(&outside, &arena, path, bytes, 4, &got, NULL), OK);
        assert_true(got == 4 && memcmp(bytes, "PK\3\4", 4) == 0);
        path = extract(same[i].pack(text_of("ab")));
        assert_int_equal(text_first_bytes(&outside, &arena, path, bytes, 8, &got, NULL), OK);
        assert_int_equal(got, 2);
    }
    arena_free(&arena);
}

static void every_outside_call_fails(void **state)
{
    static struct shown_rows shown;
    struct text_seen seen;

    (void)state;
    for (size_t i = 0; i < COUNT(same); i++) {
        struct text bytes = text_of(table);
        if (same[i].pack != NULL)
            bytes = same[i].pack(bytes);
        const char *path = extract(bytes);
        struct outside slow = slow_disk(20);
        fault_io_plan(&slow, 0, false, 0);
        show_file(&fault_outside, path, &usual, &seen, &shown);
        assert_string_equal(shown.text, table_rows);
        assert_int_equal(fault_io_open_files(), 0);
        const long calls = fault_io_calls();
        assert_true(calls > 6);
        for (long nth = 1; nth <= 2 * calls; nth++) {
            fault_io_plan(&slow, (nth + 1) / 2, nth % 2 == 0, EIO);
            show_file(&fault_outside, path, &usual, &seen, &shown);
            assert_int_equal(fault_io_open_files(), 0);
            /* The last call closes a file that was read to its end. */
            assert_string_equal(shown.text, (nth + 1) / 2 == calls ? table_rows
                                            : "3 /june.csv: Input/output error");
        }
    }
    arena_free(&arena);
}

/* Memory can run out only before a file is open. */
static void every_piece_of_memory_fails(void **state)
{
    const char *path = extract(text_of(table));
    struct arena own = { 0 };
    struct trouble trouble = { 0 };
    struct text_rows *rows;
    volatile long failed = 0;

    (void)state;
    arena_fail_takes(true);
    for (volatile long nth = 1; failed == nth - 1; nth++) {
        fault_io_plan(&real_outside, 0, false, 0);
        arena_fail_after(nth, true);
        if (ARENA_GUARD(&own)) {
            failed++;
        } else {
            assert_int_equal(text_rows_open(&rows, &own, &fault_outside, path, &usual, &trouble),
                             OK);
            struct row_reader *reader = text_rows_reader(rows);
            reader->close(reader);
        }
        assert_int_equal(fault_io_open_files(), 0);
        arena_free(&own);
    }
    arena_fail_after(0, false);
    arena_fail_takes(false);
    assert_true(failed >= 5);
    arena_free(&arena);
}

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return ARENA_GUARD(&arena) ? -1 : 0;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_text_gives_the_same_rows),
        cmocka_unit_test(what_was_detected_is_told),
        cmocka_unit_test(a_large_file_is_read_in_blocks),
        cmocka_unit_test(a_late_odd_byte_refuses_its_row),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(blocks_give_the_same_rows),
        cmocka_unit_test(damage_in_the_middle_is_told),
        cmocka_unit_test(first_bytes_are_those_once_unpacked),
        cmocka_unit_test(every_outside_call_fails),
        cmocka_unit_test(every_piece_of_memory_fails),
    };

    return cmocka_run_group_tests_name("text_rows", tests, make_home, remove_home);
}
