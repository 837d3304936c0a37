/* Lines found in a kept extract: a few by name, then the laws. No line asked for is missed, none
 * is handed out that one may not see, and few frames are opened. */
#include "store/evidence_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_extract.h"

static struct kept_file kept;
static struct known_extract extract;

/* ---- a few by name ---- */

static const char ledger[] =
    LEDGER_HEADER "\n"
    "1,STI,2014-04-02,,SW117,40200,10.00,Care\n"
    "2,CLK,2014-04-02,,SW117,40200,20.00,Care\n"
    "3,STI,2014-04-03,,\"SW117\",40300,30.00,\"Two\nlines, a comma\"\n"
    "\n"
    "4,STI,2014-05-01,2014-15/P01,SW118,40200,40.00,Late\n"
    "5,STI,2014-05-01,,SW117,40200,50.00,\"The \"\"new\"\" one\"\n"
    "6,STI,2014-02-30,,SW117,40200,60.00,No such day\n"
    "7,STI,SW117\n"
    "8,STI,2014-06-01,,SW117,40200,70.00,No line end";

#define BOTH "STI CLK"
#define P01 (2014 * 13)
#define ANY EVIDENCE_ANY_PERIOD

static const struct {
    const char *why, *rights;
    bool descriptions;
    const char *partner, *centre, *account;
    period_number period;
    const char *lines;
} rows[] = {
    { "by cost centre, account and period", "STI", true, "STI", "SW117", "40200", P01,
      "2:1,STI,2014-04-02,,SW117,40200,10.00,Care\n" },
    { "the other council's line of the same codes", BOTH, true, "CLK", "SW117", "40200", P01,
      "3:2,CLK,2014-04-02,,SW117,40200,20.00,Care\n" },
    { "a named period beats the date; quotes and line ends are no matter", "STI", true, "STI",
      NULL, NULL, P01,
      "2:1,STI,2014-04-02,,SW117,40200,10.00,Care\n"
      "4:3,STI,2014-04-03,,\"SW117\",40300,30.00,\"Two\nlines, a comma\"\n"
      "7:4,STI,2014-05-01,2014-15/P01,SW118,40200,40.00,Late\n" },
    { "a day that is none has no period, but is found without one", "STI", true, "STI", "SW117",
      "40200", ANY,
      "2:1,STI,2014-04-02,,SW117,40200,10.00,Care\n"
      "8:5,STI,2014-05-01,,SW117,40200,50.00,\"The \"\"new\"\" one\"\n"
      "9:6,STI,2014-02-30,,SW117,40200,60.00,No such day\n"
      "11:8,STI,2014-06-01,,SW117,40200,70.00,No line end" },
    { "without descriptions there are no raw bytes", "STI", false, "STI", "SW118", NULL, ANY,
      "7:[4|STI|2014-05-01|2014-15/P01|SW118|40200|40.00|]" },
    { "the other council's lines are not there", "STI", true, "CLK", NULL, NULL, ANY, "" },
    { "no rights, no lines", "", true, "STI", NULL, NULL, ANY, "" },
    { "a code that is only part of one", "STI", true, "STI", "SW11", NULL, ANY, "" },
    { "a code from another column", "STI", true, "STI", "40200", NULL, ANY, "" },
    { "the header is no line", "partner", true, "partner", NULL, NULL, ANY, "" },
    { "a cost centre that is blank is not any", "STI", true, "STI", "", NULL, ANY, "" },
};

struct shown {
    char   text[4096];
    size_t size;
};

static enum err show_line(void *context, const struct evidence_line *line)
{
    struct shown *shown = context;
    char *at = shown->text + shown->size;
    size_t room = sizeof shown->text - shown->size;
    int size;

    assert_string_equal(line->file, "a.csv");
    if (line->raw.size > 0)
        size = snprintf(at, room, "%llu:%.*s", (unsigned long long)line->line, TEXT(line->raw));
    else
        size = snprintf(at, room, "%llu:[%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s]",
                        (unsigned long long)line->line, TEXT(line->field[0]),
                        TEXT(line->field[1]), TEXT(line->field[2]), TEXT(line->field[3]),
                        TEXT(line->field[4]), TEXT(line->field[5]), TEXT(line->field[6]),
                        TEXT(line->field[7]));
    assert_true(size >= 0 && (size_t)size < room);
    shown->size += (size_t)size;
    return OK;
}

struct opened {
    struct evidence_reader *reader;
    struct evidence_index   index;
};

static void open_kept(struct kept_file *file, struct arena *arena, struct opened *opened)
{
    const struct evidence_file evidence = kept_file(file);
    struct trouble trouble = { .text = "" };

    assert_int_equal(file->index_is, OK);
    if (evidence_reader_open(arena, &evidence, &opened->reader, &trouble) != OK ||
        kept_index_open(file, arena, &opened->index, &trouble) != OK)
        fail_msg("%s", trouble.text);
}

static struct text text_or_any(const char *terminated)
{
    return terminated == NULL ? (struct text){ NULL, 0 } : text_of(terminated);
}

static size_t partners_of(const char *rights, struct text partner[2])
{
    partner[0] = (struct text){ rights, 3 };
    partner[1] = (struct text){ rights + 4, 3 };
    if (strcmp(rights, "partner") == 0)
        partner[0].size = 7;
    return strcmp(rights, BOTH) == 0 ? 2 : rights[0] != '\0';
}

static void one_row(size_t r, size_t frame_bytes)
{
    const struct kept_plan plan = { EVIDENCE_RECORDS, frame_bytes, 4096, true, 1, NULL };
    const struct evidence_query query = { text_of(rows[r].partner), text_or_any(rows[r].centre),
                                          text_or_any(rows[r].account), rows[r].period };
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    struct shown shown = { .size = 0 };
    struct evidence_scanned scanned;
    struct opened opened;
    struct text partner[2];
    const struct evidence_rights rights = { partner, partners_of(rows[r].rights, partner),
                                            rows[r].descriptions };

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(kept_write(&kept, &arena, text_of(ledger), &plan, &trouble), OK);
    open_kept(&kept, &arena, &opened);
    assert_int_equal(evidence_scan(opened.reader, &opened.index, &query, &rights, &arena,
                                   show_line, &shown, &scanned, &trouble), OK);
    if (strcmp(shown.text, rows[r].lines) != 0)
        fail_msg("%s: %s", rows[r].why, shown.text);
    evidence_reader_drop(opened.reader);
    kept_free(&kept);
    arena_free(&arena);
}

static void the_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        one_row(i, 64);
        one_row(i, 150);
        one_row(i, 4096);
    }
}

/* ---- laws ---- */

/* What is handed out is compared with what is known, line after line. */
struct expected {
    const struct evidence_query  *query;
    const struct evidence_rights *rights;
    size_t                        next;       /* of the known lines */
    size_t                        enough;     /* stop after so many; 0: never */
    size_t                        seen;
};

static bool seen_by(const struct evidence_rights *rights, const char *partner)
{
    for (size_t i = 0; i < rights->partners; i++)
        if (text_is(rights->partner[i], partner))
            return true;
    return false;
}

static const struct known_line *next_expected(struct expected *expected)
{
    for (; expected->next < extract.count; expected->next++) {
        const struct known_line *line = &extract.line[expected->next];
        if (known_matches(line, expected->query) &&
            seen_by(expected->rights, line->field[FIELD_PARTNER]))
            return &extract.line[expected->next++];
    }
    return NULL;
}

static enum err compare_line(void *context, const struct evidence_line *line)
{
    struct expected *expected = context;
    const struct known_line *known = next_expected(expected);

    if (known == NULL) {
        fail_msg("line %llu is handed out", (unsigned long long)line->line);
        return ERR_BUG;
    }
    assert_int_equal(line->line, known->line);
    assert_int_equal(line->period, known->period);
    for (int i = 0; i < FIELD_DESCRIPTION; i++)
        assert_true(text_is(line->field[i], known->field[i]));
    if (expected->rights->descriptions) {
        assert_true(text_is(line->field[FIELD_DESCRIPTION], known->field[FIELD_DESCRIPTION]));
        assert_true(text_equal(line->raw, (struct text){ extract.text + known->from,
                                                         known->to - known->from }));
    } else {
        assert_int_equal(line->field[FIELD_DESCRIPTION].size + line->raw.size, 0);
    }
    return ++expected->seen == expected->enough ? ERR_MISSING : OK;
}

static void ask_once(struct opened *opened, struct chance *chance, struct arena *arena)
{
    struct text partner[COUNT(known_partner)];
    size_t partners = 0;

    for (size_t i = 0; i < COUNT(known_partner); i++)
        if (!chance_one_in(chance, 3))
            partner[partners++] = text_of(known_partner[i]);
    const struct evidence_query query = known_query(chance);
    const struct evidence_rights rights = { partner, partners, chance_one_in(chance, 2) };
    struct expected expected = { &query, &rights, 0, chance_below(chance, 5), 0 };
    struct evidence_scanned scanned;
    struct trouble trouble = { .text = "" };
    enum err err = evidence_scan(opened->reader, &opened->index, &query, &rights, arena,
                                 compare_line, &expected, &scanned, &trouble);
    if (err != OK)
        fail_msg("%s", trouble.text);
    assert_int_equal(scanned.lines, expected.seen);
    if (expected.seen != expected.enough || expected.enough == 0)
        assert_null(next_expected(&expected));
    if (!seen_by(&rights, query.partner.data))
        assert_int_equal(scanned.frames, 0);
}

static void one_extract(struct chance *chance, struct arena *arena)
{
    const size_t frame = chance_below(chance, 2000) + 1;
    const struct kept_plan plan = { EVIDENCE_RECORDS, frame, frame + 4000, true, 3, NULL };
    struct trouble trouble = { .text = "" };
    struct opened opened;

    known_make(&extract, chance, chance_below(chance, 100));
    if (kept_write(&kept, arena, (struct text){ extract.text, extract.size }, &plan, &trouble) !=
        OK)
        fail_msg("%s", trouble.text);
    open_kept(&kept, arena, &opened);
    for (int i = 0; i < 12; i++)
        ask_once(&opened, chance, arena);
    evidence_reader_drop(opened.reader);
    kept_free(&kept);
}

static void guarded_extract(struct chance *chance)
{
    struct arena arena = { .chunk = NULL };

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    one_extract(chance, &arena);
    arena_free(&arena);
}

static void no_line_is_missed_and_none_leaks(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++)
        guarded_extract(&chance);
}

/* ---- a large extract ---- */

#define LARGE_LINES ((size_t)200000 / TEST_CASES_DIVISOR)

#define SAMPLES 200

/* A line that must be found. */
struct sample {
    uint64_t      line;
    char          centre[16], account[16];
    period_number period;
    bool          found;
};

struct large {
    struct chance chance;
    uint64_t      busy;                /* lines of SW0 and 40000 in P03 */
    struct sample sample[SAMPLES];
    char          text[160];
    size_t        size;
};

/* Sorted by date; low numbers of cost centres are far more common. */
static void make_line(struct large *large, uint64_t number)
{
    const unsigned day = (unsigned)(number * 360 / LARGE_LINES);
    const size_t skew = chance_below(&large->chance, 2000) + 1;
    const unsigned centre = (unsigned)(chance_below(&large->chance, skew) *
                                       chance_below(&large->chance, 1000) / 1000);
    const unsigned account = (unsigned)chance_below(&large->chance,
                                                    chance_below(&large->chance, 40) + 1);

    large->busy += centre == 0 && account == 0 && day / 30 == 2;
    if (number % (LARGE_LINES / SAMPLES) == 0 && number / (LARGE_LINES / SAMPLES) < SAMPLES) {
        struct sample *sample = &large->sample[number / (LARGE_LINES / SAMPLES)];
        sample->line = number + 2;
        (void)snprintf(sample->centre, sizeof sample->centre, "SW%u", centre);
        (void)snprintf(sample->account, sizeof sample->account, "4%04u", account);
        sample->period = 2014 * 13 + (period_number)(day / 30);
    }
    large->size = (size_t)snprintf(large->text, sizeof large->text,
                                   "%llu,STI,%s-%02u-%02u,,SW%u,4%04u,12.34,Care and more care\n",
                                   (unsigned long long)number, day / 30 < 9 ? "2014" : "2015",
                                   (day / 30 + 3) % 12 + 1, day % 28 + 1, centre, account);
}

static enum err count_line(void *context, const struct evidence_line *line)
{
    (void)line;
    ++*(uint64_t *)context;
    return OK;
}

static void write_large(struct kept_file *file, struct large *large, struct arena *arena)
{
    struct evidence_indexer *indexer;
    struct evidence_writer *writer;
    struct trouble trouble = { .text = "" };

    memset(file, 0, sizeof *file);
    file->chunks.put = kept_put;
    file->source = (struct kept_source){ { kept_fetch }, file };
    assert_int_equal(evidence_indexer_open(arena, &indexer, &trouble), OK);
    const struct evidence_request request = { EVIDENCE_RECORDS, file->id, file->key, &file->chunks,
                                              evidence_indexer_watch(indexer), 65536, 0 };
    assert_int_equal(evidence_writer_open(arena, &request, &writer, &trouble), OK);
    assert_int_equal(evidence_add(writer, LEDGER_HEADER "\n", sizeof LEDGER_HEADER, &trouble), OK);
    for (uint64_t i = 0; i < LARGE_LINES; i++) {
        make_line(large, i);
        assert_int_equal(evidence_add(writer, large->text, large->size, &trouble), OK);
    }
    assert_int_equal(evidence_end(writer, &file->ending, &trouble), OK);
    evidence_drop(writer);
    assert_int_equal(kept_index_seal(file, indexer, arena, &trouble), OK);
}

static enum err note_sample(void *context, const struct evidence_line *line)
{
    struct sample *sample = context;

    sample->found = sample->found || line->line == sample->line;
    return OK;
}

static void every_sample_is_found(struct large *large, const struct opened *opened,
                                  struct arena *arena)
{
    const struct text partner = text_of("STI");
    const struct evidence_rights rights = { &partner, 1, true };
    struct evidence_scanned scanned;
    struct trouble trouble = { .text = "" };

    for (size_t i = 0; i < SAMPLES; i++) {
        struct sample *sample = &large->sample[i];
        const struct evidence_query query = { partner, text_of(sample->centre),
                                              text_of(sample->account), sample->period };
        assert_int_equal(evidence_scan(opened->reader, &opened->index, &query, &rights, arena,
                                       note_sample, sample, &scanned, &trouble), OK);
        if (!sample->found)
            fail_msg("line %llu is missed", (unsigned long long)sample->line);
    }
}

static void few_frames_are_opened(void **state)
{
    struct large large = { .chance = chance_of(test_seed) };
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    const struct text partner = text_of("STI");
    const struct evidence_rights rights = { &partner, 1, true };
    struct evidence_scanned scanned;
    struct opened opened;
    uint64_t lines = 0;

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    write_large(&kept, &large, &arena);
    open_kept(&kept, &arena, &opened);
    struct evidence_query query = { partner, text_of("SW0"), text_of("40000"), 2014 * 13 + 2 };
    assert_int_equal(evidence_scan(opened.reader, &opened.index, &query, &rights, &arena,
                                   count_line, &lines, &scanned, &trouble), OK);
    assert_int_equal(lines, large.busy);
    printf("# %llu lines of a month in %zu of %zu frames; index %zu bytes, chunks %llu\n",
           (unsigned long long)lines, scanned.frames, opened.index.count, kept.index.size,
           (unsigned long long)kept.ending.head.packed);
    assert_true(scanned.frames <= opened.index.count / 12 + opened.index.count / 20 + 2);

    every_sample_is_found(&large, &opened, &arena);
    /* Codes that are nowhere: what is opened is opened for nothing. */
    size_t for_nothing = 0;
    for (int i = 0; i < 200; i++) {
        char code[16];
        (void)snprintf(code, sizeof code, "NO%d", i);
        query = (struct evidence_query){ partner, text_of(code), { NULL, 0 },
                                         EVIDENCE_ANY_PERIOD };
        assert_int_equal(evidence_scan(opened.reader, &opened.index, &query, &rights, &arena,
                                       count_line, &lines, &scanned, &trouble), OK);
        for_nothing += scanned.frames;
    }
    printf("# opened for nothing: %zu of %zu\n", for_nothing, 200 * opened.index.count);
    assert_true(for_nothing * 100 <= 200 * opened.index.count * 4);
    assert_int_equal(lines, large.busy);
    evidence_reader_drop(opened.reader);
    kept_free(&kept);
    arena_free(&arena);
}

/* ---- what goes wrong ---- */

static void another_files_index_is_found(void **state)
{
    static const char source[] = LEDGER_HEADER "\n1,STI,2014-04-02,,SW117,40200,10.00,Care\n";
    static const char longer[] = LEDGER_HEADER "\n1,STI,2014-04-02,,SW117,40200,1.000,Care\n";
    const struct kept_plan plan = { EVIDENCE_RECORDS, 4096, 4096, true, 1, NULL };
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    const struct text partner = text_of("STI");
    const struct evidence_rights rights = { &partner, 1, true };
    const struct evidence_query query = { partner, { NULL, 0 }, { NULL, 0 }, ANY };
    static struct kept_file other;
    struct evidence_scanned scanned;
    struct opened opened;
    uint64_t lines = 0;

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(kept_write(&kept, &arena, text_of(source), &plan, &trouble), OK);
    assert_int_equal(kept_write(&other, &arena, text_of(longer), &plan, &trouble), OK);
    open_kept(&other, &arena, &opened);
    opened.index.frame[0].size--;
    assert_int_equal(evidence_scan(opened.reader, &opened.index, &query, &rights, &arena,
                                   count_line, &lines, &scanned, &trouble), ERR_CHECK);
    assert_string_equal(trouble.text, "a.csv: frame 0 is not the one that its index knows");
    assert_int_equal(lines, 0);
    evidence_reader_drop(opened.reader);
    kept_free(&kept);
    kept_free(&other);
    arena_free(&arena);
}

static enum err write_and_ask(struct trouble *trouble)
{
    const struct kept_plan plan = { EVIDENCE_RECORDS, 64, 4096, true, 1, NULL };
    const struct text partner = text_of("STI");
    const struct evidence_rights rights = { &partner, 1, true };
    const struct evidence_query query = { partner, { NULL, 0 }, { NULL, 0 }, ANY };
    struct arena arena = { .chunk = NULL };
    struct evidence_reader *reader;
    struct evidence_index index;
    struct evidence_scanned scanned;
    uint64_t lines = 0;

    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return ERR_IO;
    }
    enum err err = kept_write(&kept, &arena, text_of(ledger), &plan, trouble);
    const struct evidence_file file = kept_file(&kept);
    if (err == OK)
        err = kept_index_open(&kept, &arena, &index, trouble);
    if (err == OK && (err = evidence_reader_open(&arena, &file, &reader, trouble)) == OK) {
        err = evidence_scan(reader, &index, &query, &rights, &arena, count_line, &lines,
                            &scanned, trouble);
        evidence_reader_drop(reader);
    }
    kept_free(&kept);
    arena_free(&arena);
    return err;
}

static void every_allocation_fails_once(void **state)
{
    long nth = 1;
    enum err err = ERR_IO;

    (void)state;
    arena_fail_takes(true);
    for (; err != OK; nth++) {
        struct trouble trouble = { .text = "" };
        arena_fail_after(nth, false);
        err = write_and_ask(&trouble);
        if (err != OK && (err != ERR_IO || strstr(trouble.text, "out of memory") == NULL))
            fail_msg("allocation %ld: %d %s", nth, err, trouble.text);
    }
    arena_fail_after(0, false);
    arena_fail_takes(false);
    printf("# %ld allocations\n", nth - 2);
    assert_true(nth > 12);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows),
        cmocka_unit_test(no_line_is_missed_and_none_leaks),
        cmocka_unit_test(few_frames_are_opened),
        cmocka_unit_test(another_files_index_is_found),
        cmocka_unit_test(every_allocation_fails_once),
    };

    test_chance_open(count, argument, 3000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
