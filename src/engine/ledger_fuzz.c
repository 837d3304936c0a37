/*
 * Ledger files from any bytes, read by the engine and by a plain slow reading of the contract
 * (section 7, fine print 2 to 8): both find the same faults and sums. One thread and three, with
 * hashes and without, find the same.
 *
 * The first byte says how the rest is laid out: bit 0 puts the header before each file, bit 1
 * puts long lines before it, so that the bytes lie across the end of a block. Files are parted by
 * the byte 0x1e.
 */
#include "engine/ledger_blocks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define FILES_MAX  4
#define BYTES_MAX  ((size_t)3000)        /* no record is longer than the smallest block */
#define IDS_MAX    4096
#define THROUGH    8

static const struct memory_file model_files[] = {
    { "partnership.csv", { "key,value\nyear,2014-15\n", 23 } },
#define FILE_OF(name, bytes) { name, { bytes, sizeof bytes - 1 } }
    FILE_OF("partners.csv", "partner,name\nCLK,C\nSTI,S\nA-partner-with-a-longer-code,L\n"),
    FILE_OF("services.csv", "service,name,lead\ned,E,STI\n"),
    FILE_OF("pools.csv", "pool,name,service,kind,from,to,basis\nP,,ed,common,,,EQ\n"
                         "S,,ed,support,,,\n"),
    FILE_OF("bases.csv", "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                         "EQ,,equal,,,,,,\n"),
    FILE_OF("basis_values.csv", "basis,from,partner,value\n"),
    FILE_OF("accounts.csv", "partner,account,group\nCLK,1,g\nCLK,40200,h\nSTI,1,g\n"
                            "STI,D2000-with-a-long-name,i\nA-partner-with-a-longer-code,1,g\n"),
    FILE_OF("cost_centres.csv",
            "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
            "CLK,a,,,,common,P,\nCLK,b,,,2014-15/P06,direct,P,STI\n"
            "CLK,b,40200,2014-15/P03,,initiative,P,CLK\nCLK,b,,2014-15/P09,,excluded,,\n"
            "STI,a,,,,support,S,\nSTI,a-cost-centre-of-many-letters,,,,common,P,\n"
            "STI,x,1,,,excluded,,\nA-partner-with-a-longer-code,a,,,,common,P,\n"),
};

/* ---- the plain reading ---- */

struct seen {
    int32_t     partner;
    struct text id;
};

struct plain {
    const struct model *model;
    struct arena       *arena;
    struct faults       faults;
    struct sums         sums;
    struct seen         seen[IDS_MAX];
    size_t              ids;
    uint64_t            lines[FILES_MAX];
    bool                too_many;
};

static int32_t plain_partner(const struct model *model, struct text code)
{
    for (size_t p = 0; p < model->partners; p++)
        if (text_equal(model->partner[p].code, code))
            return (int32_t)p;
    return -1;
}

static bool plain_seen(struct plain *plain, int32_t partner, struct text id)
{
    for (size_t i = 0; i < plain->ids; i++)
        if (plain->seen[i].partner == partner && text_equal(plain->seen[i].id, id))
            return true;
    plain->too_many = plain->ids == IDS_MAX;
    if (!plain->too_many)
        plain->seen[plain->ids++] = (struct seen){ partner, id };
    return false;
}

/* The period of a line in the year; a fault, and the value to show. */
static enum fault_code plain_period(const struct model *model, const struct text *field,
                                    int32_t *index, struct text *shown,
                                    char text[PERIOD_TEXT_MAX])
{
    period_number period = 0;

    *shown = field[FIELD_DATE];
    if (field[FIELD_DATE].size > 0 && !day_parse(field[FIELD_DATE], &period))
        return FAULT_DATE;
    *shown = field[FIELD_PERIOD];
    if (field[FIELD_PERIOD].size > 0 && !period_parse(field[FIELD_PERIOD], &period))
        return FAULT_PERIOD;
    if (field[FIELD_PERIOD].size == 0 && field[FIELD_DATE].size == 0)
        return FAULT_PERIOD;
    *index = period - period_of_year(model->year, 0);
    if (*index >= 0 && *index < PERIODS)
        return FAULT_NONE;
    if (field[FIELD_PERIOD].size == 0)
        *shown = (struct text){ text, period_print(period, text) };
    return FAULT_PERIOD;
}

static void plain_add(struct plain *plain, int32_t slot, int32_t group, int32_t period,
                      int64_t pence)
{
    if (period > THROUGH) {
        plain->sums.later.lines++;
        plain->sums.later.pence += pence;
        return;
    }
    plain->sums.lines[slot]++;
    sums_add_slow(&plain->sums, slot, group, period, pence);
}

/* The tests of a line in the order of the contract; the first fault, and the value to show. */
static enum fault_code plain_line(struct plain *plain, const struct text *field,
                                  struct text *shown, char text[PERIOD_TEXT_MAX])
{
    const struct model *model = plain->model;
    enum fault_code fault;
    int32_t period = 0;
    wide pence;

    *shown = field[FIELD_ENTRY_ID];
    if (field[FIELD_ENTRY_ID].size == 0)
        return FAULT_ENTRY_ID;
    int32_t partner = plain_partner(model, *shown = field[FIELD_PARTNER]);
    if (partner < 0)
        return FAULT_PARTNER;
    *shown = field[FIELD_ENTRY_ID];
    if (plain_seen(plain, partner, field[FIELD_ENTRY_ID]))
        return FAULT_DUPLICATE;
    if ((fault = plain_period(model, field, &period, shown, text)) != FAULT_NONE)
        return fault;
    if (!amount_parse(*shown = field[FIELD_AMOUNT], AMOUNT_DIGITS, &pence))
        return FAULT_AMOUNT;
    int32_t group = index_find(&model->account_index, (uint32_t)partner,
                               *shown = field[FIELD_ACCOUNT]);
    if (group < 0)
        return FAULT_ACCOUNT;
    int32_t centre = index_find(&model->centre_index, (uint32_t)partner,
                                *shown = field[FIELD_COST_CENTRE]);
    const struct centre_row *row =
        centre < 0 ? NULL : centre_at(model, &model->centre[centre], field[FIELD_ACCOUNT],
                                      period_of_year(model->year, period));
    if (row == NULL)
        return FAULT_COST_CENTRE;
    plain_add(plain, row->slot, group, period, (int64_t)pence);
    return FAULT_NONE;
}

static void plain_record(struct plain *plain, int32_t file, uint64_t line,
                         const struct csv_record *record, enum fault_code fault)
{
    char text[PERIOD_TEXT_MAX];
    struct text shown = text_of("");

    plain->lines[file]++;
    if (fault == FAULT_NONE && record->count != LEDGER_FIELDS) {
        fault = FAULT_FIELDS;
        shown = (struct text){ text, (size_t)snprintf(text, sizeof text, "%zu", record->count) };
    } else if (fault == FAULT_NONE) {
        fault = plain_line(plain, record->field, &shown, text);
    }
    if (fault != FAULT_NONE)
        fault_add(&plain->faults, FILE_BOOK + file, line, fault, shown);
}

static void plain_file(struct plain *plain, int32_t file, struct text bytes)
{
    char *spare = arena_take(plain->arena, bytes.size + 64, 1);
    struct text left = after_mark(bytes);
    uint64_t line = 1;
    bool header = true;
    struct csv_record record;

    while (left.size > 0) {
        size_t used = csv_read(left, true, spare, &record);
        struct text raw = { left.data, used };
        enum fault_code fault = record_fault(raw, &record);
        if (!record.empty || fault != FAULT_NONE) {
            if (header && fault == FAULT_NONE && !record_is_header(&record, LEDGER_HEADER))
                fault = FAULT_HEADER;
            if (header && fault != FAULT_NONE) {
                fault_add(&plain->faults, FILE_BOOK + file, line, fault, text_of(""));
                return;
            }
            if (!header)
                plain_record(plain, file, line, &record, fault);
            header = false;
        }
        line += record.lines;
        left = (struct text){ left.data + used, left.size - used };
        spare += used;                   /* ids that were seen may lie in it */
    }
    if (header)
        fault_add(&plain->faults, FILE_BOOK + file, 1, FAULT_HEADER, text_of(""));
}

/* ---- the files ---- */

struct input {
    struct memory_file file[FILES_MAX];
    size_t             files;
};

/* Long lines in front, so that the end of a block falls among the bytes. */
static size_t put_filler(char *at, size_t before)
{
    size_t used = 0;

    for (int i = 0; used + 300 < before; i++) {
        size_t size = before - used > BLOCK_BYTES / 2 ? BLOCK_BYTES / 3 : before - used - 100;
        used += (size_t)sprintf(at + used, "!%d,CLK,2014-08-31,,a,1,1.00,", i);
        memset(at + used, 'y', size);
        used += size;
        at[used++] = '\n';
    }
    return used;
}

static void add_file(struct input *input, struct arena *arena, struct text bytes, unsigned flags)
{
    static const char *const name[FILES_MAX] = { "ledger/a.csv", "ledger/b.csv", "ledger/c.csv",
                                                 "ledger/d.csv" };
    char *at = arena_take(arena, bytes.size + BLOCK_BYTES + sizeof LEDGER_HEADER, 1);
    size_t used = 0;

    if ((flags & 1) != 0 || (flags & 2) != 0)
        used = (size_t)sprintf(at, LEDGER_HEADER "\n");
    if ((flags & 2) != 0)
        used += put_filler(at + used, BLOCK_BYTES - used - bytes.size / 2);
    if (bytes.size > 0)
        memcpy(at + used, bytes.data, bytes.size);
    input->file[input->files] = (struct memory_file){ name[input->files],
                                                    { at, used + bytes.size } };
    input->files++;
}

static void lay_out(struct input *input, struct arena *arena, const uint8_t *bytes, size_t size)
{
    unsigned flags = size > 0 ? bytes[0] : 0;
    struct text left = { (const char *)bytes + (size > 0), size - (size > 0) };

    *input = (struct input){ .files = 0 };
    while (input->files < FILES_MAX) {
        const char *end = left.size == 0 ? NULL : memchr(left.data, 0x1e, left.size);
        size_t used = end == NULL ? left.size : (size_t)(end - left.data);
        add_file(input, arena, (struct text){ left.data, used }, flags);
        if (end == NULL)
            break;
        left = (struct text){ end + 1, left.size - used - 1 };
    }
}

/* ---- both readings ---- */

struct findings {
    struct faults     faults;
    struct sums       sums;
    struct book_files files;
};

static void read_book(const struct model *model, struct input *input, struct arena *arena,
                      int threads, bool hashes, struct findings *out)
{
    struct memory_source source;
    struct trouble trouble = { 0 };
    struct ledger_request request = { .source = &source.source, .model = model,
                                      .files = &out->files, .through = THROUGH,
                                      .threads = threads, .hashes = hashes };

    memory_source_open(&source, input->file, input->files, NULL);
    faults_open(&out->faults, arena);
    enum err err = ledger_list(&source.source, arena, BOOK_LEDGER, &out->faults, &out->files,
                               &trouble);
    assert(err == OK && out->files.count == input->files);
    err = ledger_sum(&request, arena, &out->sums, &out->faults, &trouble);
    assert(err == OK);
    faults_sort(&out->faults);
}

static void compare_faults_of(const struct faults *one, const struct faults *other)
{
    assert(one->total == other->total && one->count == other->count);
    for (size_t i = 0; i < one->count; i++) {
        const struct fault *a = &one->fault[i];
        const struct fault *b = &other->fault[i];
        assert(a->file == b->file && a->line == b->line && a->code == b->code);
        assert(text_equal(a->value, b->value));
    }
}

static void compare_sums(const struct sums *one, const struct sums *other)
{
    const struct model *model = one->model;

    assert(one->later.lines == other->later.lines && one->later.pence == other->later.pence);
    for (int32_t s = 0; s < (int32_t)model->slots; s++) {
        assert(one->lines[s] == other->lines[s]);
        for (int32_t g = 0; g < (int32_t)model->groups; g++)
            for (int32_t t = 0; t < PERIODS; t++) {
                assert(sums_touched(one, s, g, t) == sums_touched(other, s, g, t));
                assert(sums_get(one, s, g, t) == sums_get(other, s, g, t));
            }
    }
}

static void compare_readings(const struct model *model, struct input *input, struct arena *arena)
{
    struct plain *plain = arena_take(arena, 1, sizeof *plain);
    struct findings one, three;

    plain->model = model;
    plain->arena = arena;
    faults_open(&plain->faults, arena);
    sums_open(&plain->sums, arena, model);
    for (size_t i = 0; i < input->files; i++)
        plain_file(plain, (int32_t)i, input->file[i].bytes);
    if (plain->too_many)
        return;
    faults_sort(&plain->faults);
    read_book(model, input, arena, 1, false, &one);
    compare_faults_of(&plain->faults, &one.faults);
    compare_sums(&plain->sums, &one.sums);
    read_book(model, input, arena, 3, true, &three);
    compare_faults_of(&one.faults, &three.faults);
    compare_sums(&one.sums, &three.sums);
    for (size_t i = 0; i < input->files; i++) {
        struct sha256_sum sum;
        enum err err = sha256_of(input->file[i].bytes.data, input->file[i].bytes.size, &sum, NULL);
        bool whole = err == OK && (plain->lines[i] > 0 || one.faults.total == 0);
        assert(one.files.file[i].lines == three.files.file[i].lines);
        assert(one.files.file[i].lines == plain->lines[i]);
        assert(!whole || sha256_equal(&sum, &three.files.file[i].sum));
    }
}

static const struct model *fixed_model(void)
{
    static struct arena arena;
    static struct model model;
    static bool loaded;
    struct memory_source source;
    struct faults faults;
    struct trouble trouble = { 0 };
    bool usable = false;

    if (loaded)
        return &model;
    memory_source_open(&source, model_files, COUNT(model_files), NULL);
    faults_open(&faults, &arena);
    enum err err = model_load(&source.source, &arena, true, &faults, &model, &usable, &trouble);
    assert(err == OK && usable && faults.total == 0);
    loaded = true;
    return &model;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = { 0 };
    struct input input;

    if (size > BYTES_MAX)
        return 0;
    lay_out(&input, &arena, bytes, size);
    compare_readings(fixed_model(), &input, &arena);
    arena_free(&arena);
    return 0;
}
