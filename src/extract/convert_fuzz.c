/*
 * A whole conversion. The first byte chooses the form and whether there is a control total; then
 * comes a profile, a line "---", and the extract, whatever it is.
 *
 * What is held against the code: it ends with a known result, with a message where nothing can be
 * converted, and then nothing is written; rows accepted, left out and refused are all rows; what
 * is written has a line for every row accepted, each as the engine contract wants it (a second,
 * plain reading), and their amounts are the total told; the error file has a row for every row
 * refused, is read again as what it is, and the rows of that run add up too.
 */
#include "extract/convert_io.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/period.h"
#include "formats/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define INPUT_MAX  ((size_t)64 * 1024)
#define OUTPUT_MAX ((size_t)4 * 1024 * 1024)
#define SEPARATOR  "\n---\n"

/* ---- a folder, made once ---- */

static struct place {
    char folder[64];
    char profile[80], extract[80], again[80], out[80], errors[80];
} place;

static void leave_folder(void)
{
    (void)unlink(place.profile);
    (void)unlink(place.extract);
    (void)unlink(place.again);
    (void)rmdir(place.folder);
}

static void enter_folder(void)
{
    const char *where = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    if (place.folder[0] != '\0')
        return;
    (void)snprintf(place.folder, sizeof place.folder, "%s/ochil-fuzz-XXXXXX", where);
    const char *made = mkdtemp(place.folder);
    assert(made != NULL);
    (void)snprintf(place.profile, sizeof place.profile, "%s/profile", place.folder);
    (void)snprintf(place.extract, sizeof place.extract, "%s/june.csv", place.folder);
    (void)snprintf(place.again, sizeof place.again, "%s/again.csv", place.folder);
    (void)snprintf(place.out, sizeof place.out, "%s/out.csv", place.folder);
    (void)snprintf(place.errors, sizeof place.errors, "%s/errors.csv", place.folder);
    (void)atexit(leave_folder);
}

static void put_file(const char *path, struct text bytes)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    assert(file >= 0);
    ssize_t put = write(file, bytes.data, bytes.size);
    assert(put == (ssize_t)bytes.size);
    (void)close(file);
}

/* A file that was written, which is then deleted; false: there is none. */
static bool take_file_away(const char *path, char *bytes, struct text *out)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    ssize_t got;

    if (file < 0)
        return false;
    while ((got = read(file, bytes + used, OUTPUT_MAX - used)) > 0)
        used += (size_t)got;
    (void)close(file);
    (void)unlink(path);
    assert(used < OUTPUT_MAX);
    *out = (struct text){ bytes, used };
    return true;
}

static int sync_nothing(int file)
{
    (void)file;
    return 0;
}

/* ---- a plain reading of what is written ---- */

static size_t digits_at(struct text text, size_t at)
{
    size_t from = at;

    while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9')
        at++;
    return at - from;
}

/* -?[0-9]{1,13}\.[0-9]{2}, no zero too many, never -0.00 */
static struct decimal amount_plainly(struct text text)
{
    const size_t minus = text.size > 0 && text.data[0] == '-';
    const size_t whole = digits_at(text, minus);
    struct decimal amount = { 0, 2 };

    assert(whole >= 1 && whole <= 13 && text.size == minus + whole + 3);
    assert(whole == 1 || text.data[minus] != '0');
    assert(text.data[minus + whole] == '.' && digits_at(text, minus + whole + 1) == 2);
    for (size_t i = minus; i < text.size; i++) {
        if (text.data[i] != '.')
            amount.digits = amount.digits * 10 + (text.data[i] - '0');
    }
    assert(minus == 0 || amount.digits != 0);
    amount.digits = minus != 0 ? -amount.digits : amount.digits;
    return amount;
}

/* [0-9]{1,18}(\.[0-9]{1,12})?, no zero too many */
static struct decimal value_plainly(struct text text)
{
    const size_t whole = digits_at(text, 0);
    const size_t decimals = text.size > whole ? digits_at(text, whole + 1) : 0;
    struct decimal value = { 0, (unsigned)decimals };

    assert(whole >= 1 && whole <= 18 && decimals <= 12);
    assert(whole == 1 || text.data[0] != '0');
    assert(text.size == (decimals > 0 ? whole + 1 + decimals : whole));
    assert(decimals == 0 || (text.data[whole] == '.' && text.data[text.size - 1] != '0'));
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '.')
            value.digits = value.digits * 10 + (text.data[i] - '0');
    }
    return value;
}

static void check_field(enum target field, struct text text, struct decimal_sum *sum)
{
    period_number period;

    switch (target_kind(field)) {
    case KIND_AMOUNT:
        decimal_sum_add(sum, amount_plainly(text));
        break;
    case KIND_VALUE:
        decimal_sum_add(sum, value_plainly(text));
        break;
    case KIND_DATE:
        assert(text.size == 0 || (text.size == 10 && day_parse(text, &period)));
        break;
    case KIND_PERIOD:
        assert(text.size == 0 || period_parse(text, &period));
        break;
    case KIND_TREATMENT:
        assert(text.size >= 6);
        break;
    case KIND_CODE:
    case KIND_TEXT:
        break;
    }
}

static void check_line(const struct form_table *form, const struct csv_record *record,
                       struct decimal_sum *sum)
{
    assert(record->faults == 0 && record->count == form->count);
    for (size_t i = 0; i < form->count; i++) {
        assert(!form->field[i].needed || record->field[i].size > 0);
        check_field(form->field[i].field, record->field[i], sum);
    }
    if (form->field[0].field == TARGET_ENTRY_ID)
        assert(record->field[2].size > 0 || record->field[3].size > 0);
}

static void check_lines(const struct convert_summary *summary, struct text bytes, char *spare)
{
    const struct form_table *form = &form_table[summary->form];
    struct decimal_sum sum = { 0 }, difference = { 0 };
    struct csv_record record;
    uint64_t lines = 0;
    size_t head = strlen(form->header);

    assert(bytes.size >= head && memcmp(bytes.data, form->header, head) == 0);
    assert(text_is_utf8(bytes));
    for (size_t at = head; at < bytes.size; lines++) {
        at += csv_read((struct text){ bytes.data + at, bytes.size - at }, true, spare, &record);
        check_line(form, &record, &sum);
    }
    assert(lines == summary->proof.accepted.rows);
    decimal_sum_difference(&sum, &summary->proof.accepted.total, &difference);
    assert(decimal_sum_is_zero(&difference));
    decimal_sum_close(&sum);
    decimal_sum_close(&difference);
}

/* Records, CRLF, UTF-8; what stands in them is for the second run to say. */
static void check_errors(uint64_t refused, struct text bytes, char *spare)
{
    struct csv_record record;
    uint64_t rows = 0;

    assert(text_is_utf8(bytes));
    for (size_t at = 0; at < bytes.size; rows++) {
        at += csv_read((struct text){ bytes.data + at, bytes.size - at }, true, spare, &record);
        assert(record.faults == 0 && record.count >= SENT_BACK_COLUMNS);
        assert(bytes.data[at - 2] == '\r' && bytes.data[at - 1] == '\n');
    }
    assert(rows == refused + 1);
}

/* ---- a run ---- */

/* All rows are counted once; gives how many were refused. */
static uint64_t check_proof(const struct convert_summary *summary)
{
    const struct proof *proof = &summary->proof;
    struct count left_out = { 0 }, refused = { 0 };
    uint64_t rows = 0;

    proof_left_out(proof, &left_out);
    proof_refused(proof, &refused);
    for (size_t i = 0; i < summary->files; i++)
        rows += summary->file[i].rows;
    assert(proof->accepted.rows + left_out.rows + refused.rows == proof->rows);
    assert(rows == proof->rows && proof->rounded <= proof->accepted.rows);
    assert(left_out.unreadable + refused.unreadable == proof_unreadable(proof));
    assert(proof->refused[REASON_NONE].rows == 0);
    decimal_sum_close(&left_out.total);
    decimal_sum_close(&refused.total);
    return refused.rows;
}

static void check_refusals(const struct convert_summary *summary, uint64_t refused)
{
    assert(summary->refusals == (refused < REFUSALS_TOLD ? refused : REFUSALS_TOLD));
    for (size_t i = 0; i < summary->refusals; i++)
        assert(text_is_utf8(text_of(summary->refusal[i].fact)));
}

/* Converts; gives whether there is an error file, in `errors`. */
static bool run(const char *extract, enum form form, const char *control, char *bytes,
                struct text *errors)
{
    struct outside outside = real_outside;
    struct arena arena = { 0 };
    struct trouble trouble = { .text = "" };
    struct convert_summary summary;
    struct text lines;
    char *spare = bytes + 2 * OUTPUT_MAX;
    struct convert_request request = {
        .outside = &outside, .profile = place.profile, .extract = &extract, .extracts = 1,
        .form = form, .out = place.out, .errors = place.errors, .control = control,
    };

    outside.sync = sync_nothing;
    enum err err = convert_extracts(&request, &arena, &summary, &trouble);
    bool written = take_file_away(place.out, bytes, &lines);
    bool refused = take_file_away(place.errors, bytes + OUTPUT_MAX, errors);
    if (err != OK && err != ERR_REFUSED) {
        assert(err == ERR_USAGE || err == ERR_CHECK);
        assert(trouble.text[0] != '\0' && !written && !refused);
        arena_free(&arena);
        return false;
    }
    uint64_t rows = check_proof(&summary);
    assert(written == summary.written && refused == (written && rows > 0));
    assert((err == OK) == (written && rows == 0));
    check_refusals(&summary, rows);
    if (written)
        check_lines(&summary, lines, spare);
    if (refused)
        check_errors(rows, *errors, spare);
    convert_summary_close(&summary);
    arena_free(&arena);
    return refused;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char room[3 * OUTPUT_MAX];
    static const char *const control[] = { NULL, "0.00", "-1,234.56" };
    struct text errors;

    if (size < 2 || size > INPUT_MAX)
        return 0;
    const char *from = (const char *)bytes + 1;
    const char *cut = memmem(from, size - 1, SEPARATOR, strlen(SEPARATOR));
    if (cut == NULL)
        return 0;
    const char *behind = cut + strlen(SEPARATOR);
    const char *end = (const char *)bytes + size;
    enum form form = (enum form)(bytes[0] % FORMS);

    enter_folder();
    put_file(place.profile, (struct text){ from, (size_t)(cut - from) });
    put_file(place.extract, (struct text){ behind, (size_t)(end - behind) });
    if (!run(place.extract, form, form_has_amount(form) ? control[bytes[0] / FORMS % 3] : NULL,
             room, &errors))
        return 0;
    put_file(place.again, errors);
    (void)run(place.again, form, NULL, room, &errors);
    return 0;
}
