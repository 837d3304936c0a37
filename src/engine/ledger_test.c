/*
 * Reading a ledger fast is reading it right: whatever the bytes, the cells, the lines and the
 * faults are those of a plain reading, record by record, written here from the contract. Odd
 * bytes are moved over the edge of a block one by one; blocks are shared out to 1, 2 and 7
 * threads; ids stand in every sort of disorder.
 */
#include "engine/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/test_random.h"
#include "engine/ledger_blocks.h"
#include "engine/test_model.h"

#define LEDGER_MOST ((size_t)4 * 1024 * 1024)
#define FILES_MOST 4

static struct arena arena;

/* What a reading came to. */
struct findings {
    struct sums   sums;
    struct faults faults;
    uint64_t      lines[FILES_MOST];
};

/* ---- the plain reading ---- */

struct slow {
    const struct model *model;
    int32_t             through, file;
    uint64_t            line;
    struct index        seen;
    struct findings    *found;
};

/* Always false: the line is not taken. */
static bool refuse(struct slow *slow, enum fault_code code, struct text value)
{
    fault_add(&slow->found->faults, FILE_BOOK + slow->file, slow->line, code, value);
    return false;
}

/* The period of a line; the fault of it is reported here. */
static bool slow_period(struct slow *slow, struct text date, struct text given, int32_t *index)
{
    char text[PERIOD_TEXT_MAX];
    period_number period = 0;

    if (date.size > 0 && !day_parse(date, &period))
        return refuse(slow, FAULT_DATE, date);
    if (date.size == 0 && given.size == 0)
        return refuse(slow, FAULT_PERIOD, given);
    if (given.size > 0 && !period_parse(given, &period))
        return refuse(slow, FAULT_PERIOD, given);
    *index = period - slow->model->year * PERIODS;
    if (*index >= 0 && *index < PERIODS)
        return true;
    if (given.size == 0)
        given = (struct text){ text, period_print(period, text) };
    return refuse(slow, FAULT_PERIOD, given);
}

/* The tests of a line, in the order of the contract, section 7; true if it passes them all. */
static bool slow_line(struct slow *slow, const struct text field[])
{
    const struct model *model = slow->model;
    struct sums *sums = &slow->found->sums;
    int32_t period;
    wide pence;

    if (field[FIELD_ENTRY_ID].size == 0)
        return refuse(slow, FAULT_ENTRY_ID, field[FIELD_ENTRY_ID]);
    int32_t partner = index_find(&model->partner_index, 0, field[FIELD_PARTNER]);
    if (partner < 0)
        return refuse(slow, FAULT_PARTNER, field[FIELD_PARTNER]);
    struct text id = field[FIELD_ENTRY_ID];
    if (index_find(&slow->seen, (uint32_t)partner, id) >= 0)
        return refuse(slow, FAULT_DUPLICATE, id);
    id.data = arena_copy(&arena, id.data, id.size);
    index_add(&slow->seen, (uint32_t)partner, id, 0);
    if (!slow_period(slow, field[FIELD_DATE], field[FIELD_PERIOD], &period))
        return false;
    if (!amount_parse(field[FIELD_AMOUNT], AMOUNT_DIGITS, &pence))
        return refuse(slow, FAULT_AMOUNT, field[FIELD_AMOUNT]);
    int32_t group = index_find(&model->account_index, (uint32_t)partner, field[FIELD_ACCOUNT]);
    if (group < 0)
        return refuse(slow, FAULT_ACCOUNT, field[FIELD_ACCOUNT]);
    int32_t centre = index_find(&model->centre_index, (uint32_t)partner,
                                field[FIELD_COST_CENTRE]);
    const struct centre_row *row =
        centre < 0 ? NULL : centre_at(model, &model->centre[centre], field[FIELD_ACCOUNT],
                                      model->year * PERIODS + period);
    if (row == NULL)
        return refuse(slow, FAULT_COST_CENTRE, field[FIELD_COST_CENTRE]);
    if (period > slow->through) {
        sums->later.lines++;
        sums->later.pence += pence;
        return true;
    }
    sums->lines[row->slot]++;
    sums_add(sums, row->slot, group, period, (int64_t)pence);
    return true;
}

/* A record behind the header. One that fits no block, with its line end, is LIMIT. */
static void slow_record(struct slow *slow, const struct csv_record *record, struct text raw)
{
    enum fault_code fault = record_fault(raw, record);
    size_t size = raw.size + (raw.data[raw.size - 1] != '\n');
    char digits[24];

    if ((record->faults & CSV_UNCLOSED) == 0 && size > BLOCK_BYTES)
        fault = FAULT_LIMIT;
    if (record->empty && fault == FAULT_NONE)
        return;
    slow->found->lines[slow->file]++;
    if (fault != FAULT_NONE) {
        (void)refuse(slow, fault, text_of(""));
    } else if (record->count != LEDGER_FIELDS) {
        (void)snprintf(digits, sizeof digits, "%zu", record->count);
        (void)refuse(slow, FAULT_FIELDS, text_of(digits));
    } else {
        (void)slow_line(slow, record->field);
    }
}

static void slow_file(struct slow *slow, struct text bytes)
{
    struct text left = after_mark(bytes);
    char *spare = arena_take(&arena, left.size + 1, 1);
    bool header = true;
    struct csv_record record;
    size_t used;

    slow->line = 1;
    for (; (used = csv_read(left, true, spare, &record)) > 0; left.data += used,
         left.size -= used, slow->line += record.lines) {
        struct text raw = { left.data, used };
        enum fault_code fault = record_fault(raw, &record);

        if (!header)
            slow_record(slow, &record, raw);
        if (!header || (record.empty && fault == FAULT_NONE))
            continue;
        if (fault == FAULT_NONE && !record_is_header(&record, LEDGER_HEADER))
            fault = FAULT_HEADER;
        if (fault != FAULT_NONE) {
            (void)refuse(slow, fault, text_of(""));
            return;
        }
        header = false;
    }
    slow->line = 1;
    if (header)
        (void)refuse(slow, FAULT_HEADER, text_of(""));
}

static void read_slowly(const struct test_partnership *p, int32_t through,
                        struct findings *found)
{
    struct slow slow = { .model = &p->model, .through = through, .found = found };

    sums_open(&found->sums, &arena, &p->model);
    faults_open(&found->faults, &arena);
    found->faults.book_file = p->faults.book_file;
    memset(found->lines, 0, sizeof found->lines);
    index_open(&slow.seen, &arena);
    for (size_t i = 0; i < p->book.count; i++)
        for (size_t f = 0; f < p->files; f++)
            if (strcmp(p->file[f].name, p->book.file[i].name) == 0) {
                slow.file = (int32_t)i;
                slow_file(&slow, p->file[f].bytes);
            }
}

/* ---- the reading that is tested ---- */

static void read_fast(struct test_partnership *p, int32_t through, int threads,
                      struct findings *found)
{
    struct trouble trouble = { "" };
    struct ledger_request request = { .source = &p->source.source, .model = &p->model,
                                      .files = &p->book, .through = through,
                                      .threads = threads, .hashes = true };

    faults_open(&found->faults, &arena);
    found->faults.book_file = p->faults.book_file;
    assert_int_equal(ledger_sum(&request, &arena, &found->sums, &found->faults, &trouble), OK);
    for (size_t i = 0; i < p->book.count; i++)
        found->lines[i] = p->book.file[i].lines;
}

/* Findings as text, so that two can be compared and what differs be shown. */
struct page {
    char  *text;
    size_t size, room;
};

__attribute__((format(printf, 2, 3)))
static void page_add(struct page *page, const char *format, ...)
{
    va_list arguments;

    if (page->room - page->size < 1024) {
        size_t room = page->room * 2 + 65536;
        page->text = arena_grow(&arena, page->text, page->size, room, 1);
        page->room = room;
    }
    va_start(arguments, format);
    int size = vsnprintf(page->text + page->size, page->room - page->size, format, arguments);
    va_end(arguments);
    page->size += size < 1000 ? (size_t)size : 1000;
}

static const char *sums_shown(const struct sums *sums)
{
    const struct model *model = sums->model;
    struct page page = { 0 };
    char amount[MONEY_TEXT_MAX];

    for (int32_t s = 0; s < (int32_t)model->slots; s++) {
        page_add(&page, "slot %d: %llu lines\n", s, (unsigned long long)sums->lines[s]);
        for (int32_t g = 0; g < (int32_t)model->groups; g++)
            for (int32_t t = 0; t < PERIODS; t++) {
                if (!sums_touched(sums, s, g, t))
                    continue;
                (void)money_print(sums_get(sums, s, g, t), amount);
                page_add(&page, "slot %d group %d period %d: %s\n", s, g, t, amount);
            }
    }
    (void)money_print(sums->later.pence, amount);
    page_add(&page, "later: %llu lines, %s\n", (unsigned long long)sums->later.lines, amount);
    return page.text;
}

static const char *faults_shown(struct faults *faults)
{
    struct page page = { 0 };

    faults_sort(faults);
    page_add(&page, "%llu faults\n", (unsigned long long)faults->total);
    for (size_t i = 0; i < faults->count; i++)
        page_add(&page, "%d %llu %s %.*s\n", faults->fault[i].file,
                 (unsigned long long)faults->fault[i].line, fault_name(faults->fault[i].code),
                 (int)(faults->fault[i].value.size < 300 ? faults->fault[i].value.size : 300),
                 faults->fault[i].value.data);
    return page.text;
}

/* The first line in which two pages differ, as a line of TAP comment; true if there is none. */
static bool pages_agree(const char *what, const char *fast, const char *slow)
{
    size_t at = 0;
    size_t line = 0;

    if (strcmp(fast, slow) == 0)
        return true;
    for (; fast[at] == slow[at]; at++)
        line = fast[at] == '\n' ? at + 1 : line;
    printf("# %s differ: %.*s, should be %.*s\n", what, (int)strcspn(fast + line, "\n"),
           fast + line, (int)strcspn(slow + line, "\n"), slow + line);
    return false;
}

/* The hash of each file is that of its bytes, as they came. */
static bool hashes_are_right(const struct test_partnership *p)
{
    bool right = true;

    for (size_t i = 0; i < p->book.count; i++)
        for (size_t f = 0; f < p->files; f++) {
            struct text bytes = p->file[f].bytes;
            struct sha256_sum sum;
            if (strcmp(p->file[f].name, p->book.file[i].name) != 0)
                continue;
            assert_int_equal(sha256_of(bytes.data, bytes.size, &sum, NULL), OK);
            right = right && sha256_equal(&sum, &p->book.file[i].sum);
        }
    if (!right)
        printf("# a hash is wrong\n");
    return right;
}

/* Reads with so many threads and compares with the plain reading; false if something differs.
 * After a fault the sums are of no use to anybody, and are not compared. */
static bool reads_as_slowly(struct test_partnership *p, int32_t through, int threads)
{
    struct findings slow;
    struct findings fast;
    bool same = true;

    read_slowly(p, through, &slow);
    read_fast(p, through, threads, &fast);
    same = pages_agree("faults", faults_shown(&fast.faults), faults_shown(&slow.faults)) && same;
    if (slow.faults.total == 0) {
        same = pages_agree("sums", sums_shown(&fast.sums), sums_shown(&slow.sums)) && same;
        for (size_t i = 0; i < p->book.count; i++)
            same = fast.lines[i] == slow.lines[i] && same;
        same = hashes_are_right(p) && same;
    }
    return same;
}

/* ---- a partnership with codes of every length ---- */

#define LONG_PARTNER "Forth-Valley-Health-Board"
#define LONG_CENTRE "a cost centre of forty bytes - no fewer."
#define LONG_ACCOUNT "an account past sixteen"

static void open_partnership(struct test_partnership *p)
{
    test_partnership_open(p, &arena);
    test_file_set(p, "partners.csv", "partner,name\nCLK,c\nSTI,s\nF,f\n" LONG_PARTNER ",v\n");
    test_file_set(p, "pools.csv", "pool,name,service,kind,from,to,basis\nHQ,h,SW,,,,EQ\n"
                                  "HR,r,SW,support,,,\nIT,i,SW,,,,EQ\n");
    test_file_set(p, "accounts.csv",
                  "partner,account,group\nCLK,10,Pay\nCLK,20,Other\nSTI,10000,Pay\n"
                  "STI,\xc2\xa3,Other\nSTI," LONG_ACCOUNT ",Other\nF,1,Pay\n"
                  LONG_PARTNER ",10,Pay\n");
    test_file_set(p, "cost_centres.csv",
                  "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
                  "CLK,C,,,,common,HQ,\nCLK,D,,,2014-15/P06,common,HQ,\n"
                  "CLK,D,,2014-15/P07,,direct,IT,STI\nCLK,E,10,,,support,HR,\n"
                  "STI,S1251,,,,common,HQ,\nSTI,S1251,10000,2014-15/P03,2014-15/P05,common,IT,\n"
                  "STI," LONG_CENTRE ",,,,common,IT,\nSTI,\"S,1\",,,,excluded,,\n"
                  "STI,12345678,,,,initiative,IT,STI\nF,1,,,,common,IT,\n"
                  LONG_PARTNER ",C,,,,common,IT,\n");
    test_model_load(p);
    assert_string_equal(test_faults_shown(&p->faults, &arena), "");
}

/* ---- ledgers by chance ---- */

struct writing {
    struct chance chance;
    char         *bytes;
    size_t        size;
    size_t        quirk;     /* one field in so many is odd; 0: none is */
    size_t        order;     /* 0: ids ascend; else one in so many does not */
    size_t        longest;   /* description */
    uint64_t      next_id[4];
    size_t        same;      /* partner and date stay for so many lines, about */
    size_t        partner, date;
};

#define PICK(writing, texts) (texts)[chance_below(&(writing)->chance, COUNT(texts))]

static const char *const partners[] = { "CLK", "STI", "F", LONG_PARTNER };
static const char *const dates[] = { "2014-04-01", "2014-06-30", "2014-08-31", "2014-12-25",
                                     "2015-01-01", "2015-03-31" };
static const char *const centres[][4] = {
    { "C", "D", "E", "C" }, { "S1251", LONG_CENTRE, "\"S,1\"", "12345678" },
    { "1", "1", "1", "1" }, { "C", "C", "C", "C" }
};
static const char *const accounts[][3] = {
    { "10", "10", "20" }, { "10000", "\xc2\xa3", LONG_ACCOUNT }, { "1", "1", "1" },
    { "10", "10", "10" }
};
static const char *const amounts[] = { "1234.56", "-0.01", "7", "12345678.90", "-99999999.99",
                                       "123456789.01", "9999999999999.99", "0.5", "-3", "0" };
static const char *const odd_fields[] = {
    "", "\"\"", "0", "x", "\"a,b\"", "\"a\"\"b\"", "\"a\nb\"", "\"a\r\nb\"", "a\"b", "\"a\"b",
    "\r", "a\rb", "\xc2\xa3", "\xff", "\xed\xa0\x80", "2014-02-29", "2014-15/P13", "2014-15/P02",
    "2013-14/P01", "2015-04-01", "1.234", ",", "\"CLK\"", "\"10\"", "FIF", " CLK", "1,2",
    "a code that is longer than sixteen bytes", "\"\r\"", "99999999999999", "-", "\xef\xbb\xbf"
};
static const char *const odd_records[] = { "\n", "\r\n", ",,,,,,,\n", ",\n", "\"\"\n", "x\n",
                                           ",,,,,,,,\n", "\"\n\"\n", "\r\r\n", "\"a\n\"\"\"x\n" };

static void put_bytes(struct writing *w, const char *bytes, size_t size)
{
    assert_true(w->size + size < LEDGER_MOST);
    memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static void put(struct writing *w, const char *text)
{
    put_bytes(w, text, strlen(text));
}

static bool quirky(struct writing *w)
{
    return w->quirk > 0 && chance_one_in(&w->chance, w->quirk);
}

static void put_field(struct writing *w, const char *text)
{
    put(w, quirky(w) ? PICK(w, odd_fields) : text);
    put(w, ",");
}

static void put_id(struct writing *w)
{
    static const char *const forms[] = { "%llu", "SL-%08llu", "ref %020llu", "reference %030llu" };
    char text[64];
    uint64_t id = ++w->next_id[w->partner];

    if (w->order > 0 && chance_one_in(&w->chance, w->order))
        id = chance_below(&w->chance, (size_t)id + 1) + 1;
    size_t form = w->order > 0 && chance_one_in(&w->chance, 100)
                      ? chance_below(&w->chance, COUNT(forms)) : w->partner % 3;
    /* The formats are the four above. */
    switch (form) {
    case 0: (void)snprintf(text, sizeof text, "%llu", (unsigned long long)id); break;
    case 1: (void)snprintf(text, sizeof text, "SL-%08llu", (unsigned long long)id); break;
    case 2: (void)snprintf(text, sizeof text, "ref %020llu", (unsigned long long)id); break;
    default: (void)snprintf(text, sizeof text, "reference %030llu", (unsigned long long)id);
    }
    put_field(w, text);
}

static void put_description(struct writing *w)
{
    size_t size = chance_below(&w->chance, w->longest + 1);

    for (size_t i = 0; i < size; i++)
        w->bytes[w->size + i] = (char)chance_between(&w->chance, 'a', 'z');
    w->size += size;
    if (quirky(w))
        put(w, PICK(w, odd_fields));
    else if (w->quirk > 0 && chance_one_in(&w->chance, 4))
        put(w, size == 0 ? "\"care, day\"" : ", \xe2\x82\xac");
    assert_true(w->size < LEDGER_MOST);
}

static void put_line(struct writing *w)
{
    if (chance_one_in(&w->chance, w->same)) {
        w->partner = chance_below(&w->chance, 4);
        w->date = chance_below(&w->chance, COUNT(dates));
    }
    if (quirky(w))
        put(w, PICK(w, odd_records));
    put_id(w);
    put_field(w, partners[w->partner]);
    put_field(w, dates[w->date]);
    put_field(w, w->quirk > 0 && chance_one_in(&w->chance, 9) ? "2014-15/P11" : "");
    put_field(w, PICK(w, centres[w->partner]));
    put_field(w, PICK(w, accounts[w->partner]));
    put_field(w, PICK(w, amounts));
    put_description(w);
    put(w, w->quirk > 0 && chance_one_in(&w->chance, 3) ? "\r\n" : quirky(w) ? "\r" : "\n");
}

static char ledger_bytes[FILES_MOST][LEDGER_MOST];
static const char *const ledger_names[FILES_MOST] = { "ledger/a.csv", "ledger/b.csv",
                                                      "ledger/c.csv", "ledger/d.csv" };

/* Fills a ledger file up to about `most` bytes. */
static void write_file(struct writing *w, struct test_partnership *p, size_t file, size_t most)
{
    w->bytes = ledger_bytes[file];
    w->size = 0;
    if (w->quirk > 0 && chance_one_in(&w->chance, 4))
        put(w, "\xef\xbb\xbf");
    while (quirky(w))
        put(w, chance_one_in(&w->chance, 3) ? ",,,\n" : "\r\n");
    bool nameless = w->quirk > 0 && chance_one_in(&w->chance, w->quirk * w->quirk);
    put(w, nameless ? "no,header" : LEDGER_HEADER);
    put(w, w->quirk > 0 && chance_one_in(&w->chance, 4) ? "\r\n" : "\n");
    while (w->size < most)
        put_line(w);
    if (chance_one_in(&w->chance, 3))
        w->size--;                       /* the last line end may be missing */
    test_file_set_bytes(p, ledger_names[file], (struct text){ w->bytes, w->size });
}

/* Lists the files anew, after they were written. */
static void list_files(struct test_partnership *p)
{
    memory_source_open(&p->source, p->file, p->files, NULL);
    test_ledger_list(p);
}

/* Leaves what breaks the law on the disk, to be looked at. */
static void keep_broken(const struct test_partnership *p, uint64_t seed)
{
    for (size_t f = 0; f < p->files; f++) {
        char path[64];

        if (strncmp(p->file[f].name, "ledger/", 7) != 0)
            continue;
        (void)snprintf(path, sizeof path, "/tmp/ochil-broken-%s", p->file[f].name + 7);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(p->file[f].bytes.data, 1, p->file[f].bytes.size, file),
                         p->file[f].bytes.size);
        (void)fclose(file);
        printf("# kept as %s\n", path);
    }
    fail_msg("seed %llu is read otherwise", (unsigned long long)seed);
}

static void try_ledger(uint64_t seed, struct writing w, size_t files, size_t most, int threads)
{
    struct test_partnership p;

    open_partnership(&p);
    w.chance = chance_of(seed);
    for (size_t file = 0; file < files; file++)
        write_file(&w, &p, file, chance_below(&w.chance, most) + 1);
    list_files(&p);
    if (!reads_as_slowly(&p, (int32_t)chance_below(&w.chance, PERIODS), threads))
        keep_broken(&p, seed);
    model_close(&p.model);
    arena_free(&arena);
}

static void small_odd_ledgers_read_as_slowly(void **state)
{
    static const size_t quirks[] = { 0, 2, 6, 20, 60 };
    static const size_t orders[] = { 0, 1, 3, 20 };

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct writing w = { .quirk = quirks[i % 5], .order = orders[i / 5 % 4], .longest = 20,
                             .same = 1 + (size_t)(i % 7) };
        try_ledger(test_seed + (uint64_t)i, w, 1 + (size_t)(i % 3), 1500, 1);
    }
}

static void ledgers_of_many_blocks_read_alike_with_any_threads(void **state)
{
    static const int threads[] = { 1, 2, 7 };

    (void)state;
    for (long i = 0; i < test_cases / 20; i++) {
        struct writing w = { .quirk = i % 3 == 0 ? 0 : i % 3 == 1 ? 40 : 1000,
                             .order = i % 4 == 0 ? 0 : i % 4 == 1 ? 1 : 400,
                             .longest = i % 5 == 0 ? 70000 : 2000, .same = 50 };
        try_ledger(test_seed + (uint64_t)i, w, 1 + (size_t)(i % 3), 700000, threads[i % 3]);
    }
}

/* ---- the edge of a block ---- */

/* A ledger whose bytes up to `size` are ordinary lines. */
static void write_up_to(struct writing *w, size_t size, uint64_t *id)
{
    char line[256];

    for (;;) {
        int written = snprintf(line, sizeof line, "%llu,CLK,2014-04-01,,C,10,1.00,",
                               (unsigned long long)++*id);
        size_t left = size - w->size;
        size_t most = (size_t)written + 61;

        put_bytes(w, line, (size_t)written);
        size_t padding = left <= most + 100 ? left - (size_t)written - 1 : 60;
        memset(w->bytes + w->size, 'x', padding);
        w->size += padding;
        put(w, "\n");
        if (w->size == size)
            return;
        assert_true(w->size < size);
    }
}

/* What is moved over the edge; ids are larger than those before and smaller than those behind. */
static const char *const crossing[] = {
    "800001,STI,2014-04-01,,S1251,10000,1.00,ordinary\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,carriage\r\n\r\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,\"quoted, \"\"twice\"\"\"\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,\"three\n\nlines\r\n\"\n",
    "\"800001\",\"STI\",\"2014-04-01\",\"\",\"S1251\",\"10000\",\"1.00\",\"\"\r\n",
    "800001,STI,2014-04-01,,S1251,\xc2\xa3,1.00,\xe2\x82\xac\xf0\x9f\x92\xa0\n",
    "800001,STI,2014-04-01,,\"S,1\",\xc2\xa3,1.00,in \"plain\" text\"\n\n,,,\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,a lone\rone\n800002,STI,,,,,,\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,\"closed\"late\"\n,\"\n\"x,\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,\xe2\x82\n800002,STI,2014-04-01,,C\xff\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,\xef\xbb\xbf\n1,CLK,2014-04-01,,C,10,1.00,\n",
    "800001,STI,2014-04-01,,S1251,10000,1.00,\"never closed\n\n",
};

static bool crosses_well(struct test_partnership *p, const char *text, size_t edge, size_t shift)
{
    struct writing w = { .bytes = ledger_bytes[0] };
    uint64_t id = 0;

    put(&w, LEDGER_HEADER "\n");
    write_up_to(&w, edge - shift, &id);
    put(&w, text);
    id = 900000;
    write_up_to(&w, edge + 2000, &id);
    test_file_set_bytes(p, ledger_names[0], (struct text){ w.bytes, w.size });
    list_files(p);
    return reads_as_slowly(p, PERIODS - 1, 1);
}

static void every_byte_crosses_the_edge_of_a_block(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(crossing); i++)
        for (size_t shift = 0; shift <= strlen(crossing[i]) + 1; shift++) {
            struct test_partnership p;

            open_partnership(&p);
            if (!crosses_well(&p, crossing[i], BLOCK_BYTES, shift))
                fail_msg("'%s' with %zu bytes before the edge", crossing[i], shift);
            model_close(&p.model);
            arena_free(&arena);
        }
}

/* ---- records as long as a block ---- */

/* A ledger with one record of `size` bytes before its line end, between two ordinary ones. */
static void try_long_record(const char *begin, const char *end, size_t size, const char *behind)
{
    struct writing w = { .bytes = ledger_bytes[0] };
    struct test_partnership p;

    open_partnership(&p);
    put(&w, LEDGER_HEADER "\n1,CLK,2014-04-01,,C,10,1.00,\n");
    size_t from = w.size;
    put(&w, begin);
    size_t filling = size - strlen(begin) - strlen(end);
    for (size_t i = 0; i < filling; i++)
        w.bytes[w.size++] = i % 1000 == 999 && begin[strlen(begin) - 1] == '"' ? '\n' : 'x';
    put(&w, end);
    assert_int_equal(w.size - from, size);
    put(&w, behind);
    test_file_set_bytes(&p, ledger_names[0], (struct text){ w.bytes, w.size });
    list_files(&p);
    if (!reads_as_slowly(&p, PERIODS - 1, 2))
        fail_msg("%s...%s, %zu bytes", begin, end, size);
    model_close(&p.model);
    arena_free(&arena);
}

static void records_past_a_block_are_refused_at_their_line(void **state)
{
    static const size_t sizes[] = { 100, BLOCK_BYTES - 3, BLOCK_BYTES - 2, BLOCK_BYTES - 1,
                                    BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES - 1,
                                    2 * BLOCK_BYTES, 3 * BLOCK_BYTES + 77 };
    static const char *const ends[] = { "\n", "\n\n3,CLK,2014-04-01,,C,10,bad,\n", "",
                                        "\r\n3,CLK,2014-04-01,,C,10,1.00,\"q\"\n" };
    static const char begin[] = "2,CLK,2014-04-01,,C,10,1.00,";
    static const char quoted[] = "2,CLK,2014-04-01,,C,10,1.00,\"";

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t e = 0; e < COUNT(ends); e++) {
            try_long_record(begin, "", sizes[i], ends[e]);
            try_long_record(begin, "\"", sizes[i], ends[e]);
            try_long_record(quoted, "\"", sizes[i], ends[e]);
            try_long_record(quoted, "\"\"\n\"", sizes[i], ends[e]);
            try_long_record(quoted, "\"x,\"\n\"", sizes[i], ends[e]);
            try_long_record(quoted, "", sizes[i], "\"");            /* closed at the very end */
            try_long_record(quoted, "", sizes[i], "\n");            /* never closed */
            try_long_record(quoted, "\"\"", sizes[i], "\n4,x\n");   /* never closed */
        }
}

/* A header that does not fit a block: what is wrong with it is told all the same. */
static void headers_past_a_block_are_told_apart(void **state)
{
    static const char *const heads[] = { "entry_id,", "\n\n\"entry_id", "\n,,\nentry_id,\"",
                                         "\"entry_id\",partner" };

    (void)state;
    for (size_t i = 0; i < COUNT(heads); i++)
        for (size_t size = 1000; size < 3 * BLOCK_BYTES; size += BLOCK_BYTES - 500) {
            struct writing w = { .bytes = ledger_bytes[0] };
            struct test_partnership p;

            open_partnership(&p);
            put(&w, heads[i]);
            memset(w.bytes + w.size, 'x', size);
            w.size += size;
            put(&w, "\n1,CLK,2014-04-01,,C,10,1.00,\n");
            test_file_set_bytes(&p, ledger_names[0], (struct text){ w.bytes, w.size });
            list_files(&p);
            if (!reads_as_slowly(&p, PERIODS - 1, 1))
                fail_msg("a header that begins '%s', %zu bytes", heads[i], size);
            model_close(&p.model);
            arena_free(&arena);
        }
}

/* ---- ids ---- */

/* Ids of CLK, "|" begins another file, "~" pads the line before to half a block: so a block
 * holds one or two. Refused are lines by file and number, the header being 1. */
static const struct {
    const char *why, *ids, *refused;
} id_rows[] = {
    { "one line",                               "1",                        "" },
    { "ascending numbers",                      "1 2 3 9 10 11 100",        "" },
    { "the same twice, side by side",           "1 2 2 3",                  "a4" },
    { "three times: at the second and third",   "2 2 2",                    "a3 a4" },
    { "far apart",                              "1 2 3 4 1",                "a6" },
    { "descending, each once",                  "5 4 3 2 1",                "" },
    { "descending, one twice",                  "5 4 3 4 2 1",              "a5" },
    { "two runs, apart",                        "5 6 7 1 2 3",              "" },
    { "two runs that overlap, each once",       "1 3 5 2 4 6",              "" },
    { "two runs that overlap, one twice",       "1 3 5 2 3 6",              "a6" },
    { "two runs that touch",                    "1 2 3 | 3 4 5",            "b2" },
    { "runs in several files",                  "4 5 6 | 1 2 3 | 7 8",      "" },
    { "across files",                           "1 2 3 | 9 8 2",            "b4" },
    { "twice across three files",               "7 | 7 | 7",                "b2 c2" },
    { "across blocks, ascending",               "1~ 2~ 3~ 4~ 5~",           "" },
    { "the same in the next block",             "1~ 2~ 3~ 3~ 4~ 5~",        "a5" },
    { "the same some blocks on",                "1~ 2~ 3~ 4~ 5~ 2~ 6~",     "a7" },
    { "across blocks and files",                "1~ 2~ 3~ | 8~ 9~ 3~",      "b4" },
    { "zeros in front make another id",         "1 01 001",                 "" },
    { "letters: by length, then by bytes",      "b aa ab B",                "" },
    { "letters, one twice",                     "b aa ab b",                "a5" },
    { "an id begins another",                   "ab abc ab",                "a4" },
    { "24 bytes",
      "aaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaab aaaaaaaaaaaaaaaaaaaaaaaa", "a4" },
    { "25 bytes",
      "aaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaab aaaaaaaaaaaaaaaaaaaaaaaaa", "a4" },
    { "25 bytes, each once",
      "aaaaaaaaaaaaaaaaaaaaaaaab aaaaaaaaaaaaaaaaaaaaaaaaa 1", "" },
    { "one long id is enough to look",          "1 2 3 aaaaaaaaaaaaaaaaaaaaaaaaa 3", "a6" },
    { "they differ in the 24th byte only",
      "aaaaaaaaaaaaaaaaaaaaaaab aaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaac", "" },
    { "zero bytes are no padding",              "a a0 a00 a0",              "a5" },
};

static void put_id_rows(struct test_partnership *p, const char *ids)
{
    struct writing w = { .bytes = ledger_bytes[0] };
    size_t file = 0;

    put(&w, LEDGER_HEADER "\n");
    for (;; ids += strspn(ids, " ")) {
        size_t size = strcspn(ids, " ~");

        if (*ids == '|' || *ids == '\0') {
            test_file_set_bytes(p, ledger_names[file], (struct text){ w.bytes, w.size });
            if (*ids == '\0')
                return;
            w = (struct writing){ .bytes = ledger_bytes[++file] };
            put(&w, LEDGER_HEADER "\n");
            ids++;
            continue;
        }
        put_bytes(&w, ids, size);
        put(&w, ",CLK,2014-04-01,,C,10,1.00,");
        if (ids[size] == '~') {
            memset(w.bytes + w.size, 'x', BLOCK_BYTES / 2);
            w.size += BLOCK_BYTES / 2;
            size++;
        }
        put(&w, "\n");
        ids += size;
    }
}

static const char *refused_shown(struct faults *faults)
{
    const char *shown = "";

    faults_sort(faults);
    for (size_t i = 0; i < faults->count; i++) {
        assert_int_equal(faults->fault[i].code, FAULT_DUPLICATE);
        shown = arena_print(&arena, "%s%s%c%llu", shown, i == 0 ? "" : " ",
                            'a' + faults->fault[i].file - FILE_BOOK,
                            (unsigned long long)faults->fault[i].line);
    }
    return shown;
}

static void an_id_stands_once(void **state)
{
    static const int threads[] = { 1, 2, 7 };

    (void)state;
    for (size_t i = 0; i < COUNT(id_rows); i++)
        for (size_t t = 0; t < COUNT(threads); t++) {
            struct test_partnership p;
            struct findings found;

            open_partnership(&p);
            put_id_rows(&p, id_rows[i].ids);
            list_files(&p);
            read_fast(&p, PERIODS - 1, threads[t], &found);
            if (strcmp(refused_shown(&found.faults), id_rows[i].refused) != 0)
                fail_msg("%s: %s", id_rows[i].why, refused_shown(&found.faults));
            model_close(&p.model);
            arena_free(&arena);
        }
}

/* Ids of 24 bytes with one hash: where its first multiplication meets zero, the last eight bytes
 * make no difference. See text_hash(). */
static void make_colliding_head(uint32_t salt, char head[16])
{
    struct chance chance = chance_of(test_seed);
    uint64_t begin = salt * UINT64_C(0x9e3779b97f4a7c15) ^ 24;
    size_t plain;

    do {
        for (size_t i = 0; i < 8; i++)
            head[i] = (char)chance_between(&chance, 'a', 'z');
        uint64_t seed = hash_mix(begin ^ UINT64_C(0xe7037ed1a0b428db),
                                 hash_load8(head) ^ UINT64_C(0x8ebc6af09c88c6e3));
        uint64_t word = seed ^ UINT64_C(0xa0761d6478bd642f);
        memcpy(head + 8, &word, sizeof word);
        for (plain = 8; plain < 16 && head[plain] > ',' && head[plain] < 127; plain++)
            ;
    } while (plain < 16);
}

static void another_id_with_the_same_hash_is_no_duplicate(void **state)
{
    static const char *const tails[] = { "00000003", "00000001", "00000002", "00000001",
                                         "00000003", "00000004", "00000001" };
    struct writing w = { .bytes = ledger_bytes[0] };
    struct test_partnership p;
    struct findings found;
    char head[16];

    (void)state;
    open_partnership(&p);
    make_colliding_head(1, head);            /* the first partner's ids are salted with 1 */
    put(&w, LEDGER_HEADER "\n");
    for (size_t i = 0; i < COUNT(tails); i++) {
        char id[24];

        memcpy(id, head, 16);
        memcpy(id + 16, tails[i], 8);
        assert_int_equal(text_hash((struct text){ id, 24 }, 1), 0);
        put_bytes(&w, id, 24);
        put(&w, ",CLK,2014-04-01,,C,10,1.00,\n");
    }
    test_file_set_bytes(&p, ledger_names[0], (struct text){ w.bytes, w.size });
    list_files(&p);
    read_fast(&p, PERIODS - 1, 2, &found);
    assert_string_equal(refused_shown(&found.faults), "a5 a6 a8");
    model_close(&p.model);
    arena_free(&arena);
}

/* ---- the short way for lines like earlier ones ---- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The same lines, by partner and date (each like the one before), and so that no line is like the
 * one before: the sums are the same. */
static void the_order_of_lines_changes_no_sum(void **state)
{
    static char text[6000][64];
    static const char *line[6000];
    struct chance chance = chance_of(test_seed);
    static char shown[2][100000];

    (void)state;
    for (size_t i = 0; i < COUNT(line); i++) {
        size_t partner = chance_below(&chance, 2);
        (void)snprintf(text[i], sizeof text[i], "%s,2014-%02d-01,,%s,%s,%d.%02d,\n",
                       partners[partner], (int)chance_between(&chance, 4, 12),
                       partner == 0 ? "C" : "S1251", partner == 0 ? "10" : "10000",
                       (int)chance_between(&chance, -9999, 9999),
                       (int)chance_between(&chance, 0, 99));
        line[i] = text[i];
    }
    for (int order = 0; order < 2; order++) {
        struct writing w = { .bytes = ledger_bytes[0] };
        struct test_partnership p;
        struct findings found;

        open_partnership(&p);
        qsort(line, COUNT(line), sizeof *line, compare_lines);
        put(&w, LEDGER_HEADER "\n");
        for (size_t i = 0; i < COUNT(line); i++) {
            size_t half = i % 2 == 0 ? 0 : COUNT(line) / 2;
            size_t at = order == 0 ? i : half + i / 2;
            put(&w, arena_print(&arena, "%zu,%s", 10000 + i, line[at]));
        }
        test_file_set_bytes(&p, ledger_names[0], (struct text){ w.bytes, w.size });
        list_files(&p);
        read_fast(&p, 5, 1, &found);
        assert_int_equal(found.faults.total, 0);
        (void)snprintf(shown[order], sizeof shown[order], "%s", sums_shown(&found.sums));
        model_close(&p.model);
        arena_free(&arena);
    }
    assert_string_equal(shown[0], shown[1]);
}

/* Cells that pass 64 bits on the way, and come back. */
static void sums_past_64_bits_stay_exact(void **state)
{
    struct writing w = { .bytes = ledger_bytes[0] };
    struct test_partnership p;
    struct findings found;

    (void)state;
    open_partnership(&p);
    put(&w, LEDGER_HEADER "\n");
    for (unsigned i = 0; i < 40000; i++)
        put(&w, arena_print(&arena, "%u,CLK,2014-04-01,,C,10,%s9999999999999.99,\n", i + 1,
                            i < 20000 || i >= 39999 ? "" : "-"));
    test_file_set_bytes(&p, ledger_names[0], (struct text){ w.bytes, w.size });
    list_files(&p);
    for (int threads = 1; threads <= 3; threads++) {
        read_fast(&p, PERIODS - 1, threads, &found);
        assert_int_equal(found.faults.total, 0);
        assert_true(sums_get(&found.sums, 0, 0, 0) == 2 * (wide)999999999999999);
    }
    model_close(&p.model);
    arena_free(&arena);
}

/* ---- without partners.csv ---- */

/* The partners are then those of accounts.csv; a line of another one is read, and read again
 * because of the order of the ids. */
static void an_unknown_partner_in_disorder_without_partners_csv(void **state)
{
    struct test_partnership p;
    struct findings found;

    (void)state;
    test_partnership_open(&p, &arena);
    test_file_set(&p, "partners.csv", NULL);
    test_file_set(&p, ledger_names[0],
                  LEDGER_HEADER "\n2,CLK,2014-04-01,,C,10,1.00,\n1,CLK,2014-04-01,,C,10,1.00,\n"
                  "1,FIF,2014-04-01,,C,10,1.00,\n1,CLK,2014-04-01,,C,10,1.00,\n");
    test_model_load(&p);
    list_files(&p);
    read_fast(&p, PERIODS - 1, 1, &found);
    assert_int_equal(found.faults.count, 2);
    faults_sort(&found.faults);
    assert_int_equal(found.faults.fault[0].line, 4);
    assert_int_equal(found.faults.fault[0].code, FAULT_ACCOUNT);
    assert_int_equal(found.faults.fault[1].line, 5);
    assert_int_equal(found.faults.fault[1].code, FAULT_DUPLICATE);
    model_close(&p.model);
    arena_free(&arena);
}

/* ---- many faults ---- */

static void the_first_ten_thousand_faults_are_kept_and_all_counted(void **state)
{
    struct writing w = { .bytes = ledger_bytes[0] };
    struct test_partnership p;
    struct findings found;

    (void)state;
    open_partnership(&p);
    put(&w, LEDGER_HEADER "\n");
    for (unsigned i = 0; i < 25000; i++)
        put(&w, arena_print(&arena, "%u,CLK,2014-04-01,,C,10,bad,\n", i + 1));
    test_file_set_bytes(&p, ledger_names[0], (struct text){ w.bytes, w.size });
    list_files(&p);
    for (int threads = 1; threads <= 3; threads++) {
        read_fast(&p, PERIODS - 1, threads, &found);
        assert_int_equal(found.faults.total, 25000);
        faults_sort(&found.faults);
        assert_true(found.faults.count >= FAULTS_SHOWN);
        for (size_t i = 0; i < FAULTS_SHOWN; i++)
            assert_int_equal(found.faults.fault[i].line, i + 2);
    }
    model_close(&p.model);
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_stands_once),
        cmocka_unit_test(another_id_with_the_same_hash_is_no_duplicate),
        cmocka_unit_test(an_unknown_partner_in_disorder_without_partners_csv),
        cmocka_unit_test(the_first_ten_thousand_faults_are_kept_and_all_counted),
        cmocka_unit_test(sums_past_64_bits_stay_exact),
        cmocka_unit_test(the_order_of_lines_changes_no_sum),
        cmocka_unit_test(records_past_a_block_are_refused_at_their_line),
        cmocka_unit_test(headers_past_a_block_are_told_apart),
        cmocka_unit_test(every_byte_crosses_the_edge_of_a_block),
        cmocka_unit_test(small_odd_ledgers_read_as_slowly),
        cmocka_unit_test(ledgers_of_many_blocks_read_alike_with_any_threads),
    };

    test_chance_open(count, argument, 4000);
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
