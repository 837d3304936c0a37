/*
 * extract/convert_io.c -- batch after batch of rows: judged by several threads, written where they
 * belong and counted in order.
 *
 * Both files are written under hidden names and take their places together at the very end.
 */
#include "extract/convert_io.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "extract/convert_batch.h"
#include "extract/relay.h"
#include "formats/output_io.h"
#include "formats/small_file_io.h"

#define PROFILE_BYTES_MAX ((size_t)1 << 20)
#define ROWS_BETWEEN_LOOKS 4096     /* about, at Ctrl-C and the bar of progress */

static_assert(RELAY_PLACES_MAX <= ROW_PLACES_MAX, "a place of the relay has a batch");

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
    struct batch_terms            terms;
    struct row_supply             supply;
    struct convert_batch         *batch;        /* a place of the relay has one */
    size_t                        batches;
    int                           threads;
    struct whole_file             out_file, error_place;
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

/* -- a batch of rows, in its three steps --------------------------------------------------- */

static bool wanted_on(const struct conversion *conversion, const struct convert_batch *batch)
{
    const struct progress_watch *watch = conversion->request->watch;

    return watch == NULL
           || watch->tell(watch->context, conversion->bytes_before + batch->rows.read);
}

/* The error file's header, before the first row of it. */
static enum err begin_errors(struct conversion *conversion, struct convert_batch *batch,
                             struct trouble *trouble)
{
    if (conversion->errors_begun)
        return OK;
    conversion->errors_begun = true;
    error_file_open(&batch->error_file, &conversion->error_place.out.sink, trouble);
    error_file_header(&batch->error_file, &conversion->extract.names);
    return error_file_close(&batch->error_file);
}

static enum err write_batch(struct conversion *conversion, struct convert_batch *batch,
                            struct trouble *trouble)
{
    struct sink *lines = conversion->request->lines != NULL ? conversion->request->lines
                                                            : &conversion->out_file.out.sink;
    struct sink *refused = &conversion->error_place.out.sink;
    enum err err = OK;

    if (batch->lines.used > 0)
        err = lines->write(lines, batch->lines.bytes, batch->lines.used, trouble);
    if (err != OK || batch->refused.used == 0)
        return err;
    err = begin_errors(conversion, batch, trouble);
    if (err == OK)
        err = refused->write(refused, batch->refused.bytes, batch->refused.used, trouble);
    return err;
}

/* Those told are the first. */
static void tell_refusals(struct conversion *conversion, const struct convert_batch *batch)
{
    struct convert_summary *summary = conversion->summary;

    for (size_t i = 0; i < batch->refusals && summary->refusals < REFUSALS_TOLD; i++) {
        struct refusal *refusal = &summary->refusal[summary->refusals++];
        *refusal = batch->refusal[i];
        refusal->fact = arena_copy(conversion->arena, batch->fact[i], strlen(batch->fact[i]));
    }
}

static enum err count_batch(struct conversion *conversion, const struct convert_batch *batch,
                            struct trouble *trouble)
{
    struct proof *proof = &conversion->proof;
    const uint64_t looks = proof->rows / ROWS_BETWEEN_LOOKS;

    proof_go_on(proof, &batch->proof);
    tell_refusals(conversion, batch);
    if (proof->rows / ROWS_BETWEEN_LOOKS > looks && !wanted_on(conversion, batch))
        return fail(trouble, ERR_BUSY, "stopped");
    return OK;
}

static enum err bring_batch(void *context, size_t place, bool *end, struct trouble *trouble)
{
    struct conversion *conversion = context;

    return row_batch_take(&conversion->batch[place].rows, &conversion->supply, end, trouble);
}

static enum err judge_batch(void *context, size_t place, struct trouble *trouble)
{
    struct conversion *conversion = context;

    return convert_batch_judge(&conversion->batch[place], &conversion->extract, trouble);
}

static enum err settle(struct conversion *conversion, struct convert_batch *batch,
                       struct trouble *trouble)
{
    const struct row_looker *looker = conversion->request->looker;
    bool again = convert_batch_test_ids(batch, &conversion->ids);
    enum err err = OK;

    if (again || batch->seen)
        err = convert_batch_judge_again(batch, trouble);
    else if (looker != NULL)
        looker->settle(looker->context, batch->place);
    if (err == OK)
        err = write_batch(conversion, batch, trouble);
    return err != OK ? err : count_batch(conversion, batch, trouble);
}

/* Done by any thread, so memory that runs out may not jump to the guard that is set already. */
static enum err settle_batch(void *context, size_t place, struct trouble *trouble)
{
    struct conversion *conversion = context;

    ARENA_KEEP(outer, conversion->arena);
    if (ARENA_GUARD(conversion->arena))
        return fail(trouble, ERR_IO, "out of memory");
    return settle(conversion, &conversion->batch[place], trouble);
}

/* -- a file -------------------------------------------------------------------------------- */

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

/* How many cells a row has must be known before rows are judged beside the reading of others. */
static enum err take_unmeasured(struct conversion *conversion, bool *end)
{
    struct trouble *trouble = conversion->trouble;
    enum err err = OK;

    while (err == OK && !*end && !conversion->extract.measured) {
        err = bring_batch(conversion, 0, end, trouble);
        if (err == OK && !*end)
            err = judge_batch(conversion, 0, trouble);
        if (err == OK && !*end)
            err = settle_batch(conversion, 0, trouble);
    }
    return err;
}

static enum err take_rows(struct conversion *conversion)
{
    static const struct relay_course course = { bring_batch, judge_batch, settle_batch };
    bool end = false;

    row_supply_open(&conversion->supply, &conversion->extract);
    enum err err = take_unmeasured(conversion, &end);
    if (err != OK || end)
        return err;
    return relay_run(&course, conversion, conversion->threads, conversion->trouble);
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
    struct sink *out = &conversion->out_file.out.sink;
    enum err err;

    const struct text header = text_of(form_table[request->form].header);
    if (request->lines != NULL)
        return request->lines->write(request->lines, header.data, header.size,
                                     conversion->trouble);
    if (request->out == NULL)
        return OK;
    err = whole_file_open(&conversion->out_file, request->outside, conversion->arena, request->out,
                          request->force, conversion->trouble);
    if (err != OK)
        return err;
    conversion->out_open = true;
    err = out->write(out, header.data, header.size, conversion->trouble);
    if (err != OK || request->errors == NULL)
        return err;
    err = whole_file_open(&conversion->error_place, request->outside, conversion->arena,
                          request->errors, request->force, conversion->trouble);
    if (err != OK)
        return err;
    conversion->errors_open = true;
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
    enum err err = refused == 0 ? commit_lines_alone(conversion)
                                : whole_files_commit(&conversion->error_place,
                                                     &conversion->out_file, conversion->trouble);

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

static void open_batches(struct conversion *conversion)
{
    const struct convert_request *request = conversion->request;
    const struct profile *profile = &conversion->summary->profile;

    conversion->terms = (struct batch_terms){
        .request = request,
        .ids_tested = (request->doubt != NULL
                       ? request->doubt->is_doubted != NULL
                       : profile->field[TARGET_ENTRY_ID].origin == ORIGIN_COLUMN)
                      && form_table[request->form].field[0].field == TARGET_ENTRY_ID,
        .lines_wanted = request->out != NULL || request->lines != NULL,
        .refused_wanted = request->out != NULL && request->errors != NULL,
        .leave_outs = profile->leave_outs,
    };
    if (conversion->terms.ids_tested)
        ids_seen_open(&conversion->ids, conversion->arena);
    conversion->threads = relay_threads(request->threads);
    conversion->batch = arena_take(conversion->arena, relay_places(conversion->threads),
                                   sizeof *conversion->batch);
    for (; conversion->batches < relay_places(conversion->threads); conversion->batches++)
        convert_batch_open(&conversion->batch[conversion->batches], conversion->arena,
                           &conversion->terms, conversion->batches);
}

static void close_batches(struct conversion *conversion)
{
    for (size_t i = 0; i < conversion->batches; i++)
        convert_batch_close(&conversion->batch[i]);
    conversion->batches = 0;
}

static enum err convert(struct conversion *conversion)
{
    struct convert_summary *summary = conversion->summary;
    enum err err = prepare(conversion);

    if (err != OK)
        return err;
    proof_open(&summary->proof, conversion->arena, summary->profile.leave_outs);
    open_batches(conversion);
    err = open_places(conversion);
    if (err == OK)
        err = take_files(conversion);
    if (err == OK)
        err = finish(conversion);
    clear_away(conversion);
    close_batches(conversion);
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
            close_batches(conversion);
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
