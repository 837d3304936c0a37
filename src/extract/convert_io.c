/*
 * extract/convert_io.c -- row after row: judge it, write it where it belongs, count it.
 *
 * Both files are written under hidden names and take their places together at the very end.
 */
#include "extract/convert_io.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "formats/output_io.h"
#include "formats/small_file_io.h"

#define PROFILE_BYTES_MAX ((size_t)1 << 20)
#define ROWS_BETWEEN_LOOKS 4096     /* at Ctrl-C and the bar of progress */

/* One run. */
struct conversion {
    const struct convert_request *request;
    struct arena                 *arena;
    struct convert_summary       *summary;
    struct trouble               *trouble;
    struct arena                  file_arena;   /* of the extract that is open */
    struct extract                extract;
    struct proof                  proof;        /* of that extract */
    struct ids_seen               ids;
    bool                          ids_tested;
    struct row_verdict            verdict;
    struct whole_file             out_file, error_place;
    struct csv_writer             out;
    struct error_file             errors;
    bool                          out_open, errors_open;
    bool                          errors_begun;  /* the error file has a header */
    uint64_t                      bytes_before;  /* of the extracts that are done */
};

enum err profile_read(const struct outside *outside, struct arena *arena, const char *path,
                      struct profile *profile, struct trouble *trouble)
{
    char *bytes = arena_take(arena, PROFILE_BYTES_MAX, 1);
    size_t size;
    enum err err = small_file_read(outside, path, "a profile", bytes, PROFILE_BYTES_MAX, &size,
                                   trouble);

    if (err != OK)
        return err;
    return profile_parse((struct text){ bytes, size }, path, arena, profile, trouble);
}

/* -- what is written ----------------------------------------------------------------------- */

static void write_description(struct conversion *conversion, const struct row *row)
{
    struct text part[DESCRIPTION_PARTS_MAX];
    size_t count = row_description(&conversion->extract.rules, row, part, DESCRIPTION_PARTS_MAX);

    csv_joined(&conversion->out, part, count);
}

static void write_line(struct conversion *conversion, const struct row *row)
{
    const struct form_table *form = &form_table[conversion->request->form];
    const struct field_origin *origin = conversion->summary->profile.field;

    for (size_t i = 0; i < form->count; i++) {
        enum target field = form->field[i].field;
        if (target_kind(field) == KIND_TEXT && origin[field].origin == ORIGIN_COLUMN)
            write_description(conversion, row);
        else
            csv_text(&conversion->out, conversion->verdict.word[i]);
    }
    csv_end(&conversion->out);
}

static void write_refused(struct conversion *conversion, const struct row *row)
{
    if (!conversion->errors_begun)
        error_file_header(&conversion->errors, &conversion->extract.names);
    conversion->errors_begun = true;
    error_file_row(&conversion->errors, &conversion->extract.rules, row, &conversion->verdict);
}

/* -- what is counted ----------------------------------------------------------------------- */

/* An amount that is not taken in. */
static void count_amount(struct count *count, const struct row_verdict *verdict)
{
    if (verdict->amount.readable)
        decimal_sum_add(&count->total, verdict->amount.exact);
    else
        count->unreadable++;
}

static void count_accepted(struct conversion *conversion, const struct row *row)
{
    struct proof *proof = &conversion->proof;
    const struct amount_reading *amount = &conversion->verdict.amount;

    count_row(&proof->accepted, conversion->extract.name, row->number);
    if (conversion->request->form == FORM_BASIS_VALUES) {
        decimal_sum_add(&proof->accepted.total, amount->exact);
        return;
    }
    decimal_sum_add_pence(&proof->accepted.total, amount->pence);
    if (amount->rounded) {
        struct decimal exact = { -amount->exact.digits, amount->exact.places };
        proof->rounded++;
        decimal_sum_add_pence(&proof->rounding, amount->pence);
        decimal_sum_add(&proof->rounding, exact);
    }
}

/* A row that states the total: the last one of the file counts. */
static void note_total(struct conversion *conversion)
{
    struct proof *proof = &conversion->proof;

    decimal_sum_close(&proof->statement);
    decimal_sum_open(&proof->statement);
    decimal_sum_add(&proof->statement, conversion->verdict.amount.exact);
    proof->stated = true;
}

static void count_left_out(struct conversion *conversion, const struct row *row)
{
    const struct row_verdict *verdict = &conversion->verdict;
    struct count *count = &conversion->proof.left_out[verdict->left_out];

    count_row(count, conversion->extract.name, row->number);
    if (!form_has_amount(conversion->request->form))
        return;
    if (verdict->left_out == LEFT_TOTAL)
        note_total(conversion);
    else if (verdict->left_out >= LEFT_BY_PROFILE && !verdict->amount_blank)
        count_amount(count, verdict);
}

static void tell_refusal(struct conversion *conversion, const struct row *row)
{
    struct convert_summary *summary = conversion->summary;
    struct refusal *refusal = &summary->refusal[summary->refusals];
    char text[REFUSAL_TEXT_MAX];

    if (summary->refusals == REFUSALS_TOLD)
        return;
    (void)refusal_fact(&conversion->extract.rules, row, &conversion->verdict, text);
    refusal->file = summary->file[summary->files - 1].name;
    refusal->row = row->number;
    refusal->reason = conversion->verdict.reason;
    refusal->fact = arena_copy(conversion->arena, text, strlen(text));
    summary->refusals++;
}

static void count_refused(struct conversion *conversion, const struct row *row)
{
    struct count *count = &conversion->proof.refused[conversion->verdict.reason];

    count_row(count, conversion->extract.name, row->number);
    if (form_has_amount(conversion->request->form))
        count_amount(count, &conversion->verdict);
    tell_refusal(conversion, row);
}

/* -- a row, and a file --------------------------------------------------------------------- */

/* An id that has come before is refused before anything that comes later in the row. */
static void test_duplicate(struct conversion *conversion)
{
    struct row_verdict *verdict = &conversion->verdict;

    if (!conversion->ids_tested || !verdict->identified)
        return;
    if (ids_seen_before(&conversion->ids, verdict->word[1], verdict->word[0])) {
        verdict->outcome = OUTCOME_REFUSED;
        verdict->reason = REASON_DUPLICATE;
        verdict->at_field = true;
        verdict->field = TARGET_ENTRY_ID;
    }
}

/* A total that cannot be read is no total. */
static void test_total(struct row_verdict *verdict, enum form form)
{
    if (verdict->outcome != OUTCOME_LEFT_OUT || verdict->left_out != LEFT_TOTAL
        || verdict->amount.readable || !form_has_amount(form))
        return;
    verdict->outcome = OUTCOME_REFUSED;
    verdict->reason = REASON_AMOUNT;
    verdict->at_field = true;
    verdict->field = form == FORM_BASIS_VALUES ? TARGET_VALUE : TARGET_AMOUNT;
}

static void take_row(struct conversion *conversion, const struct row *row)
{
    const struct convert_request *request = conversion->request;
    struct proof *proof = &conversion->proof;
    struct row_verdict *verdict = &conversion->verdict;

    row_judge(&conversion->extract.rules, row, verdict);
    test_duplicate(conversion);
    test_total(verdict, request->form);
    if (request->see != NULL)
        request->see(request->see_context, &conversion->extract.rules, row, verdict);
    if (verdict->outcome != OUTCOME_LEFT_OUT || verdict->left_out >= LEFT_BY_PROFILE) {
        proof->first_row = proof->first_row == 0 ? row->number : proof->first_row;
        proof->last_row = row->number;
    }
    switch (verdict->outcome) {
    case OUTCOME_ACCEPTED:
        count_accepted(conversion, row);
        if (conversion->out_open)
            write_line(conversion, row);
        break;
    case OUTCOME_LEFT_OUT:
        count_left_out(conversion, row);
        break;
    case OUTCOME_REFUSED:
        count_refused(conversion, row);
        if (conversion->errors_open)
            write_refused(conversion, row);
        break;
    }
}

static bool wanted_on(const struct conversion *conversion)
{
    const struct progress_watch *watch = conversion->request->watch;

    return watch == NULL
           || watch->tell(watch->context,
                          conversion->bytes_before + extract_bytes(&conversion->extract));
}

/* The rows above, and the header itself. */
static void count_above(struct conversion *conversion)
{
    struct proof *proof = &conversion->proof;
    const struct extract *extract = &conversion->extract;

    for (uint64_t i = 0; i < extract->preamble; i++)
        count_row(&proof->left_out[LEFT_PREAMBLE], extract->name, 1);
    if (extract->headed)
        count_row(&proof->left_out[LEFT_HEADER], extract->name, extract->header.number);
    proof->rows = extract->preamble + (extract->headed ? 1 : 0);
}

static enum err take_rows(struct conversion *conversion)
{
    struct row row;
    bool end = false;

    while (true) {
        enum err err = extract_next(&conversion->extract, &row, &end, conversion->trouble);
        if (err != OK || end)
            return err;
        take_row(conversion, &row);
        conversion->proof.rows++;
        if (conversion->proof.rows % ROWS_BETWEEN_LOOKS == 0 && !wanted_on(conversion))
            return fail(conversion->trouble, ERR_BUSY, "stopped");
    }
}

/* What a later extract's error rows look like must fit the header that stands already. */
static enum err same_columns(const struct conversion *conversion, const struct row *names)
{
    const struct row *now = &conversion->extract.names;
    bool same = names->count == now->count;

    for (size_t i = 0; i < names->count && same; i++)
        same = text_equal(cell_trim(names->cell[i].text), cell_trim(now->cell[i].text));
    if (same)
        return OK;
    return fail(conversion->trouble, ERR_USAGE, "%s has other columns than the extracts before it, "
                "so their refused rows cannot stand in one file: convert it by itself",
                conversion->extract.path);
}

/* Does the extract add up to the total that it states itself? */
static void agree_file(struct conversion *conversion, struct convert_file *file)
{
    const struct proof *proof = &conversion->proof;

    file->rows = proof->rows;
    file->first_row = proof->first_row;
    file->last_row = proof->last_row;
    if (!proof->stated)
        return;
    decimal_sum_add_sum(&file->statement, &proof->statement);
    file->agreement = proof_agrees(proof, &file->statement, &file->difference);
}

static enum err take_open_file(struct conversion *conversion, struct row *names)
{
    struct convert_summary *summary = conversion->summary;
    struct convert_file *file = &summary->file[summary->files];
    const struct extract *extract = &conversion->extract;
    enum err err = OK;

    *file = (struct convert_file){
        .name = extract->name,
        .kind = extract->kind,
        .fixed = summary->profile.format == FORMAT_FIXED && !extract->rules.sent_back,
        .sent_back = extract->rules.sent_back,
    };
    decimal_sum_open(&file->statement);
    decimal_sum_open(&file->difference);
    summary->files++;
    if (summary->files == 1)
        *names = row_copy(conversion->arena, &extract->names);
    else if (conversion->errors_open)
        err = same_columns(conversion, names);
    if (err != OK)
        return err;
    proof_open(&conversion->proof, &conversion->file_arena, summary->profile.leave_outs);
    count_above(conversion);
    err = take_rows(conversion);
    agree_file(conversion, file);
    proof_add(&summary->proof, &conversion->proof);
    if (extract->text != NULL)
        file->seen = text_rows_seen(extract->text);
    return err;
}

static void close_extract(struct conversion *conversion)
{
    extract_close(&conversion->extract);
    proof_close(&conversion->proof);
    arena_free(&conversion->file_arena);
}

static enum err take_file(struct conversion *conversion, const char *path, struct row *names)
{
    enum err err = extract_open(&conversion->extract, &conversion->file_arena,
                                conversion->request->outside, path,
                                &conversion->summary->profile, conversion->request->form,
                                conversion->request->profile, conversion->trouble);

    if (err == OK)
        err = take_open_file(conversion, names);
    conversion->bytes_before += extract_bytes(&conversion->extract);
    close_extract(conversion);
    return err;
}

/* Memory may run out while an extract is open: it is closed on the way out. */
static enum err take_files(struct conversion *conversion)
{
    struct row names = { 0 };
    enum err err = OK;

    ARENA_KEEP(outer, &conversion->file_arena);
    if (ARENA_GUARD(&conversion->file_arena)) {
        close_extract(conversion);
        return fail(conversion->trouble, ERR_IO, "out of memory");
    }
    for (size_t i = 0; i < conversion->request->extracts && err == OK; i++)
        err = take_file(conversion, conversion->request->extract[i], &names);
    return err;
}

/* -- before anything is read --------------------------------------------------------------- */

static bool same_file(const struct outside *outside, const char *one, const char *other)
{
    struct stat first, second;

    return outside->stat(one, &first) == 0 && outside->stat(other, &second) == 0
           && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* The folder in which a path stands. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? "." : arena_copy(arena, path, (size_t)(slash - path) + 1);
}

/* Whether two paths, of files that need not be there, name the same place. */
static bool same_place(const struct outside *outside, struct arena *arena, const char *one,
                       const char *other)
{
    return strcmp(one, other) == 0 || same_file(outside, one, other)
           || (text_equal(file_name_of(one), file_name_of(other))
               && same_file(outside, folder_of(arena, one), folder_of(arena, other)));
}

/* What is read is never written over, also with --force. */
static enum err test_place(const struct convert_request *request, const char *place,
                           const char *option, struct trouble *trouble)
{
    for (size_t i = 0; place != NULL && i < request->extracts; i++) {
        if (same_file(request->outside, place, request->extract[i]))
            return fail(trouble, ERR_USAGE, "%s %s is the extract itself", option, place);
    }
    if (place != NULL && same_file(request->outside, place, request->profile))
        return fail(trouble, ERR_USAGE, "%s %s is the profile itself", option, place);
    return OK;
}

/* One of the extracts against those before it. */
static enum err test_extract(const struct convert_request *request, size_t which,
                             struct trouble *trouble)
{
    const char *path = request->extract[which];

    if (same_file(request->outside, path, request->profile))
        return fail(trouble, ERR_USAGE, "%s is the profile and an extract", path);
    for (size_t i = 0; i < which; i++) {
        if (text_equal(file_name_of(path), file_name_of(request->extract[i])))
            return fail(trouble, ERR_USAGE, "two extracts are called %.*s: their rows could "
                        "not be told apart", TEXT(file_name_of(path)));
        if (same_file(request->outside, path, request->extract[i]))
            return fail(trouble, ERR_USAGE, "%s and %s are the same file: its rows would count "
                        "twice", request->extract[i], path);
    }
    return OK;
}

static enum err test_names(const struct convert_request *request, struct arena *arena,
                           struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < request->extracts && err == OK; i++)
        err = test_extract(request, i, trouble);
    if (err != OK)
        return err;
    if (request->errors != NULL
        && same_place(request->outside, arena, request->errors, request->out))
        return fail(trouble, ERR_USAGE, "--out and --errors are the same file");
    return OK;
}

/* Basis values have more decimals than money. */
static bool control_fits(enum reason reason, enum form form, const struct amount_reading *reading)
{
    return reason == REASON_NONE
           || (reason == REASON_AMOUNT_DECIMALS && form == FORM_BASIS_VALUES && reading->readable);
}

/* As people write a total: with or without commas between the thousands. */
static enum err control_read(const struct convert_request *request, bool credit_positive,
                             struct decimal_sum *out, struct trouble *trouble)
{
    struct amount_style style = {
        .negative = NEGATIVE_MINUS | NEGATIVE_BRACKETS,
        .currency = { "\xC2\xA3", 2 },
        .rounding = PENNY_REFUSE,
    };
    struct cell cell = { text_of(request->control), CELL_TEXT };
    struct amount_reading reading;

    style.thousands = strchr(request->control, ',') != NULL ? THOUSANDS_COMMA : THOUSANDS_NONE;
    if (!form_has_amount(request->form))
        return fail(trouble, ERR_USAGE, "--control-total: %s have no amounts to add up",
                    form_table[request->form].name);
    if (!control_fits(amount_read(&cell, &style, &reading), request->form, &reading))
        return fail(trouble, ERR_USAGE, "--control-total '%s' is not an amount such as 1234.56",
                    request->control);
    if (credit_positive && request->form != FORM_BASIS_VALUES)
        reading.exact.digits = -reading.exact.digits;
    decimal_sum_add(out, reading.exact);
    return OK;
}

static enum err prepare(struct conversion *conversion)
{
    const struct convert_request *request = conversion->request;
    struct convert_summary *summary = conversion->summary;
    struct trouble *trouble = conversion->trouble;
    enum err err = test_names(request, conversion->arena, trouble);

    if (err == OK)
        err = test_place(request, request->out, "--out", trouble);
    if (err == OK)
        err = test_place(request, request->errors, "--errors", trouble);
    if (err == OK)
        err = profile_read(request->outside, conversion->arena, request->profile,
                           &summary->profile, trouble);
    if (err == OK)
        err = profile_suits(&summary->profile, request->form, request->profile, trouble);
    if (err == OK && request->control != NULL)
        err = control_read(request, summary->profile.credit_positive, &summary->control, trouble);
    return err;
}

static enum err open_places(struct conversion *conversion)
{
    const struct convert_request *request = conversion->request;
    enum err err;

    if (request->out == NULL)
        return OK;
    err = whole_file_open(&conversion->out_file, request->outside, conversion->arena, request->out,
                          request->force, conversion->trouble);
    if (err != OK)
        return err;
    conversion->out_open = true;
    csv_open(&conversion->out, &conversion->out_file.out.sink, conversion->trouble);
    csv_literal(&conversion->out, form_table[request->form].header);
    if (request->errors == NULL)
        return OK;
    err = whole_file_open(&conversion->error_place, request->outside, conversion->arena,
                          request->errors, request->force, conversion->trouble);
    if (err != OK)
        return err;
    conversion->errors_open = true;
    error_file_open(&conversion->errors, &conversion->error_place.out.sink, conversion->trouble);
    return OK;
}

/* -- after all has been read --------------------------------------------------------------- */

/* The control total: what was given, or else the sum of what the extracts state, if all do. */
static void agree_all(struct conversion *conversion)
{
    struct convert_summary *summary = conversion->summary;
    bool known = conversion->request->control != NULL;

    if (!known) {
        known = summary->files > 0;
        for (size_t i = 0; i < summary->files; i++) {
            decimal_sum_add_sum(&summary->control, &summary->file[i].statement);
            known = known && summary->file[i].agreement != AGREE_NOT_STATED;
        }
    }
    if (known)
        summary->agreement = proof_agrees(&summary->proof, &summary->control,
                                          &summary->difference);
}

/* May what was written take its place? */
static bool may_stand(const struct conversion *conversion, uint64_t refused)
{
    const struct convert_summary *summary = conversion->summary;

    if (refused > 0 && conversion->request->errors == NULL)
        return false;
    for (size_t i = 0; i < summary->files; i++) {
        if (summary->file[i].agreement == AGREE_NOT)
            return false;
    }
    return summary->agreement != AGREE_NOT;
}

/* The error file goes first where nothing stands in it: should it not go, nothing is written. */
static enum err commit_lines_alone(struct conversion *conversion)
{
    if (!whole_file_abort(&conversion->error_place, conversion->trouble))
        return ERR_IO;
    return whole_file_commit(&conversion->out_file, conversion->trouble);
}

static enum err commit(struct conversion *conversion, uint64_t refused)
{
    struct convert_summary *summary = conversion->summary;
    enum err err = csv_close(&conversion->out);

    if (err == OK && refused > 0)
        err = error_file_close(&conversion->errors);
    if (err != OK)
        return err;
    err = refused == 0 ? commit_lines_alone(conversion)
                       : whole_files_commit(&conversion->error_place, &conversion->out_file,
                                            conversion->trouble);
    summary->written = err == OK;
    summary->errors_written = err == OK && refused > 0;
    return err;
}

static enum err finish(struct conversion *conversion)
{
    struct convert_summary *summary = conversion->summary;
    uint64_t refused = 0;
    bool stands;
    enum err err = OK;

    for (int i = 0; i < REASONS; i++)
        refused += summary->proof.refused[i].rows;
    summary->ids_untested = conversion->ids.full;
    agree_all(conversion);
    stands = may_stand(conversion, refused);
    if (conversion->out_open && stands)
        err = commit(conversion, refused);
    return err != OK ? err : stands && refused == 0 ? OK : ERR_REFUSED;
}

/* The last first: it may stand in a folder that was made for the other. */
static void clear_away(struct conversion *conversion)
{
    (void)whole_file_abort(&conversion->error_place, conversion->trouble);
    (void)whole_file_abort(&conversion->out_file, conversion->trouble);
}

static enum err convert(struct conversion *conversion)
{
    struct convert_summary *summary = conversion->summary;
    enum err err = prepare(conversion);

    if (err != OK)
        return err;
    proof_open(&summary->proof, conversion->arena, summary->profile.leave_outs);
    conversion->ids_tested = summary->profile.field[TARGET_ENTRY_ID].origin == ORIGIN_COLUMN
                             && form_table[conversion->request->form].field[0].field
                                == TARGET_ENTRY_ID;
    if (conversion->ids_tested)
        ids_seen_open(&conversion->ids, conversion->arena);
    err = open_places(conversion);
    if (err == OK)
        err = take_files(conversion);
    if (err == OK)
        err = finish(conversion);
    clear_away(conversion);
    return err;
}

enum err convert_extracts(const struct convert_request *request, struct arena *arena,
                          struct convert_summary *summary, struct trouble *trouble)
{
    struct conversion *volatile conversion = NULL;
    enum err err;

    *summary = (struct convert_summary){ .form = request->form };
    decimal_sum_open(&summary->control);
    decimal_sum_open(&summary->difference);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        if (conversion != NULL) {
            close_extract(conversion);
            clear_away(conversion);
        }
        convert_summary_close(summary);
        return fail(trouble, ERR_IO, "out of memory");
    }
    conversion = arena_take(arena, 1, sizeof *conversion);
    conversion->request = request;
    conversion->arena = arena;
    conversion->summary = summary;
    conversion->trouble = trouble;
    summary->file = arena_take(arena, request->extracts, sizeof *summary->file);
    err = convert(conversion);
    if (err != OK && err != ERR_REFUSED)
        convert_summary_close(summary);
    return err;
}

void convert_summary_close(struct convert_summary *summary)
{
    proof_close(&summary->proof);
    for (size_t i = 0; i < summary->files; i++) {
        decimal_sum_close(&summary->file[i].statement);
        decimal_sum_close(&summary->file[i].difference);
    }
    decimal_sum_close(&summary->control);
    decimal_sum_close(&summary->difference);
}
