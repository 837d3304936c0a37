#include "engine/fault.h"

#include <assert.h>
#include <stdlib.h>

#include "formats/csv.h"

static const struct {
    const char *name, *help;
} codes[FAULT_CODES] = {
    [FAULT_NONE] = { "", "" },
    [FAULT_ENCODING] = { "ENCODING",
        "The record is not valid UTF-8: save the file as \"CSV UTF-8\" and try again." },
    [FAULT_LINE_END] = { "LINE_END",
        "A carriage return stands alone: save the file with ordinary line ends." },
    [FAULT_QUOTE] = { "QUOTE",
        "A quoted field is not closed, or text follows its closing quote: mend the quotes." },
    [FAULT_HEADER] = { "HEADER",
        "The first row must name exactly the columns of this file, in their order." },
    [FAULT_FIELDS] = { "FIELDS",
        "The record has another number of fields than the header (the value is its number)." },
    [FAULT_ENTRY_ID] = { "ENTRY_ID", "The line has no entry_id: give it one of its own." },
    [FAULT_PARTNER] = { "PARTNER",
        "The partner is not in partners.csv, or is not allowed here: correct the code." },
    [FAULT_DUPLICATE] = { "DUPLICATE",
        "This partner has used the entry_id before: is the line in the extract twice?" },
    [FAULT_DATE] = { "DATE", "There is no such day: write it as YYYY-MM-DD." },
    [FAULT_PERIOD] = { "PERIOD",
        "The period is malformed, outside the year, missing together with the date, or ends "
        "before it begins." },
    [FAULT_AMOUNT] = { "AMOUNT",
        "Not an amount: digits, at most two after a point, no separators, minus in front." },
    [FAULT_ACCOUNT] = { "ACCOUNT",
        "The account has no group: map it in accounts.csv (`ochil map` lists all of them)." },
    [FAULT_COST_CENTRE] = { "COST_CENTRE",
        "The cost centre has no treatment in this period: map it in cost_centres.csv." },
    [FAULT_MISSING] = { "MISSING", "The file is needed and is not there." },
    [FAULT_SETTING] = { "SETTING", "The setting is unknown, blank or has no such value." },
    [FAULT_SERVICE] = { "SERVICE", "The service is not in services.csv, or may not be named so." },
    [FAULT_POOL] = { "POOL", "The pool is not in pools.csv, or may not stand here." },
    [FAULT_POOL_MIXED] = { "POOL_MIXED",
        "Rows of one pool name different services or kinds: a pool has one of each." },
    [FAULT_OVERLAP] = { "OVERLAP",
        "The periods of this row overlap an earlier row of the same code: end the earlier one." },
    [FAULT_POOL_PERIOD] = { "POOL_PERIOD",
        "Cost falls on the pool in a period in which no row of it is in force." },
    [FAULT_BASIS] = { "BASIS", "The basis is not in bases.csv, or may not stand here." },
    [FAULT_BASIS_KIND] = { "BASIS_KIND",
        "The kind of the basis, its places or its tolerance is wrong, or does not fit this row." },
    [FAULT_BASIS_VALUE] = { "BASIS_VALUE",
        "The basis has no value in force for some partner, or the value is not a number." },
    [FAULT_BASIS_NEGATIVE] = { "BASIS_NEGATIVE", "A basis or driver cannot be negative." },
    [FAULT_BASIS_ZERO] = { "BASIS_ZERO",
        "All partners have zero on this basis: nothing says who bears the cost." },
    [FAULT_BASIS_NOT_100] = { "BASIS_NOT_100",
        "The fixed shares in force do not add up to exactly 100." },
    [FAULT_BLEND_NOT_100] = { "BLEND_NOT_100",
        "The weights of the blend do not add up to exactly 100." },
    [FAULT_BASIS_CYCLE] = { "BASIS_CYCLE", "The basis is made of itself: break the circle." },
    [FAULT_SUPPORT_NO_OUTLET] = { "SUPPORT_NO_OUTLET",
        "The support pool's drivers lead to no common pool: its cost has nowhere to go." },
    [FAULT_BEARER] = { "BEARER", "The bearer is not in partners.csv." },
    [FAULT_TREATMENT] = { "TREATMENT",
        "There is no such treatment, or the pool is of another kind than it asks for." },
    [FAULT_DUPLICATE_KEY] = { "DUPLICATE_KEY", "An earlier row has this key: keep one of them." },
    [FAULT_THROUGH] = { "THROUGH",
        "--through must name a period of the year, after the last one that is locked." },
    [FAULT_OVERFLOW] = { "OVERFLOW", "An amount is larger than 64 bits of pence can hold." },
    [FAULT_LIMIT] = { "LIMIT", "More than the program holds: see `ochil help limits`." },
};


const char *fault_name(enum fault_code code)
{
    return codes[code].name;
}

const char *fault_help(enum fault_code code)
{
    return codes[code].help;
}

void faults_open(struct faults *faults, struct arena *arena)
{
    *faults = (struct faults){ .arena = arena };
}

void fault_add(struct faults *faults, int32_t file, uint64_t line, enum fault_code code,
               struct text value)
{
    if (faults->count == faults->room) {
        size_t room = faults->room == 0 ? 64 : faults->room * 2;
        faults->fault = arena_grow(faults->arena, faults->fault, faults->count, room,
                                   sizeof *faults->fault);
        faults->room = room;
    }
    char *copy = arena_copy(faults->arena, value.data, value.size);
    faults->fault[faults->count++] =
        (struct fault){ file, code, line, { copy, value.size } };
    faults->total++;
}

void fault_count(struct faults *faults, uint64_t more)
{
    faults->total += more;
}

bool fault_stands_at(const struct faults *faults, int32_t file, uint64_t line)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->fault[i].file == file && faults->fault[i].line == line)
            return true;
    return false;
}

static int compare_faults(const void *a, const void *b)
{
    const struct fault *one = a;
    const struct fault *other = b;

    if (one->file != other->file)
        return one->file < other->file ? -1 : 1;
    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    int by_name = strcmp(codes[one->code].name, codes[other->code].name);
    return by_name != 0 ? by_name : text_compare(one->value, other->value);
}

void faults_sort(struct faults *faults)
{
    if (faults->count > 0)
        qsort(faults->fault, faults->count, sizeof *faults->fault, compare_faults);
}

const char *fault_file(const struct faults *faults, int32_t file)
{
    return file < FILE_BOOK ? model_file_name[file] : faults->book_file[file - FILE_BOOK];
}

enum err faults_write(struct faults *faults, struct sink *sink, struct trouble *trouble)
{
    struct csv_writer *writer = arena_take(faults->arena, 1, sizeof *writer);

    faults_sort(faults);
    csv_open(writer, sink, trouble);
    csv_literal(writer, "file,line,code,value\n");
    for (size_t i = 0; i < faults->count && i < FAULTS_SHOWN; i++) {
        const struct fault *fault = &faults->fault[i];
        csv_word(writer, fault_file(faults, fault->file));
        csv_count(writer, fault->line);
        csv_word(writer, fault_name(fault->code));
        csv_text(writer, fault->value);
        csv_end(writer);
    }
    if (faults->total > FAULTS_SHOWN) {
        csv_word(writer, "");
        csv_count(writer, 0);
        csv_word(writer, "CUT");
        csv_count(writer, faults->total);
        csv_end(writer);
    }
    return csv_close(writer);
}
