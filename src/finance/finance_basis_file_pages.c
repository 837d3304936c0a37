/*
 * finance/finance_basis_file_pages.c -- basis values from a file: uploaded, read, looked at, and
 * put into a draft.
 */
#include "finance/finance_pages.h"

#include "finance/finance_basis.h"
#include "finance/finance_basis_file.h"
#include "finance/finance_basis_seen.h"
#include "finance/finance_csv_file.h"
#include "register/evidence_desk.h"
#include "register/register_field_view.h"

#define ROWS_SHOWN 100

static struct url file_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/money/basis-files"), id);
}

/* --- the list, and a new one --- */

static void file_row(struct request *request, struct html *h, const struct basis_file *file)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", file_url(request->arena, file->id));
                html_text(h, file->file.size > 0 ? file->file : text_of("Erased"));
            }
        }
        page_cell(h, file->basis.size > 0 ? file->basis : text_of("By a column"));
        El(h, "td") page_tag(h, file->given.size > 0 ? TAG_GOOD : TAG_PLAIN,
                             file->given.size > 0 ? "Values taken" : "Not taken yet");
        page_number(h, file->counted);
        El(h, "td") page_moment(h, file->made_at);
        page_cell(h, file->made_by);
    }
}

static enum err list_page(struct request *request, const char *wrong, const char *wrong_file,
                          int status)
{
    static const struct column columns[] = {
        { "File", COLUMN_WORDS }, { "Basis", COLUMN_WORDS }, { "State", COLUMN_WORDS },
        { "Rows", COLUMN_NUMBER }, { "Uploaded", COLUMN_WORDS }, { "By", COLUMN_WORDS },
    };
    const struct field field[] = {
        { .name = "basis", .label = "Basis", .type = "text", .autocomplete = "off",
          .hint = "Its code, as ROLL; empty: a column of the file says it",
          .value = request_field(request, "basis"), .error = wrong },
        { .name = "file", .label = "File with the values", .type = "file",
          .hint = "CSV, XLSX, ODS or a text of fixed width", .error = wrong_file },
    };
    struct basis_files files;
    enum err err = basis_files_load(request->tx, request->arena, request->actor.acting, &files,
                                    request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Basis values from files");
    page_errors(request, h, field, COUNT(field));
    if (files.count == 0) {
        page_empty(h, "Your council has brought no file of basis values yet.",
                   "Who prepares bases uploads one: a row for each council, or for each school or "
                   "office of one. You see how it is read before a draft begins with it.");
    } else {
        Table(h, "Files of your council, the newest first", columns)
            for (size_t i = 0; i < files.count; i++)
                file_row(request, h, &files.file[i]);
    }
    if (actor_may(&request->actor, MAY_PREPARE_BASIS)) {
        El(h, "h2") Lit(h, "Bring another");
        UploadForm(request, h, Url("/money/basis-files")) {
            page_field(h, &field[0]);
            page_file_field(h, &field[1], false);
            page_tick(h, "personal", "It holds personal data", false);
            page_button(h, "Upload it");
        }
    }
    return page_end(request, h, status);
}

enum err basis_files_show(struct request *request)
{
    return list_page(request, NULL, NULL, 200);
}

static enum err link_file(struct request *request, struct text hex, int64_t id)
{
    const struct evidence_deed deed = { &request->happening, request->actor.acting,
                                        text_of(request->actor.login) };
    const struct evidence_subject subject = {
        text_of("basis_file"), text_of(arena_number(request->arena, id)), text_of("") };

    return evidence_link(request->tx, request->arena, &deed, hex, &subject, request->trouble);
}

enum err basis_file_arrive(struct request *request, struct text hex, struct text basis,
                           int64_t *id, bool *already)
{
    const enum err err = basis_file_add(request->tx, &request->happening, &request->actor, hex,
                                        basis, id, already, request->trouble);

    return err != OK || *already ? err : link_file(request, hex, *id);
}

enum err basis_file_make(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    const struct text basis = request_field(request, "basis");
    const char *wrong = basis.size > 0 ? basis_kind.judge_subject(basis) : NULL;
    bool already;
    int64_t id;

    if (wrong != NULL || kept->refused != NULL || kept->count != 1)
        return list_page(request, wrong, kept->refused != NULL ? kept->refused
                         : kept->count != 1 ? "Choose one file." : NULL, 422);
    const enum err err = basis_file_arrive(request, kept->file[0].hex, basis, &id, &already);
    return err != OK ? err : answer_done(request, file_url(request->arena, id),
                                         already ? WORD_DONE_EXTRACT_ALREADY
                                                 : WORD_DONE_BASIS_FILE_KEPT);
}

/* --- read, before the page and outside of the store --- */

static enum err load_seen(struct tx *tx, void *context, struct trouble *trouble)
{
    struct file_seen *seen = context;
    struct request *request = seen->request;
    struct basis_files all;
    enum err err = basis_file_load(tx, request->arena, request->actor.acting,
                                   request_number(request, "values"), &seen->file, trouble);

    if (err == OK)
        err = councils_read(tx, request->arena, &seen->councils, trouble);
    if (err == OK)
        err = basis_files_load(tx, request->arena, request->actor.acting, &all, trouble);
    for (size_t i = 0; err == OK && i < all.count && seen->last.id == 0; i++)
        if (all.file[i].given.size > 0)
            seen->last = all.file[i];
    return err;
}

static enum err begin_seen(struct request *request, struct file_seen **out)
{
    const struct db_scope scope = { request->actor.acting, request->arena };
    struct file_seen *seen = arena_take(request->arena, 1, sizeof *seen);

    *seen = (struct file_seen){ .request = request };
    request->work = *out = seen;
    const enum err err = db_read(request->site->db, scope, load_seen, seen, request->trouble);
    return err != OK ? err : money_desk(request, &seen->desk);
}

static enum err preview(struct file_seen *seen)
{
    return extract_preview(&seen->desk, seen->request->arena, seen->file.evidence, seen->words,
                           EXTRACT_BASIS_VALUES, &seen->preview, seen->request->trouble);
}

/* As it was read last; else as the council's last file, if it has the same columns; else as it
 * seems. */
static enum err choose_words(struct file_seen *seen)
{
    struct request *request = seen->request;
    const char *guess;
    enum err err = OK;

    seen->words = seen->file.words.size > 0 ? seen->file.words : seen->last.words;
    if (seen->words.size > 0)
        err = preview(seen);
    if (err != OK || seen->file.words.size > 0 ||
        (seen->words.size > 0 && seen->preview.trouble == NULL))
        return err;
    seen->guessed = true;
    err = basis_file_guess(&seen->desk, request->arena, seen->file.evidence, seen->file.basis,
                           &guess, request->trouble);
    seen->words = text_of(err == OK ? guess : "");
    if (err == ERR_USAGE)
        seen->preview.trouble = arena_copy(request->arena, request->trouble->text,
                                           strlen(request->trouble->text));
    return err == ERR_USAGE ? OK : err != OK ? err : preview(seen);
}

static enum err read_file(struct file_seen *seen, struct text control)
{
    struct arena *arena = seen->request->arena;
    const struct basis_asked asked = {
        &seen->desk, &seen->councils, seen->file.evidence, seen->words,
        control.size > 0 ? arena_copy(arena, control.data, control.size) : NULL };

    return basis_file_read(&asked, arena, &seen->reading, seen->request->trouble);
}

enum err basis_file_show_prepare(struct request *request)
{
    struct file_seen *seen;
    enum err err = begin_seen(request, &seen);

    if (err != OK || seen->file.file.size == 0)
        return err;
    err = choose_words(seen);
    return err != OK || seen->preview.trouble != NULL ? err
                                                      : read_file(seen, seen->file.control);
}

/* --- its page --- */

static void facts(struct request *request, struct html *h, const struct file_seen *seen)
{
    const struct basis_file *file = &seen->file;

    El(h, "dl") {
        El(h, "dt") Lit(h, "File");
        El(h, "dd") El(h, "a") {
            Href(h, "href", evidence_url(request->arena, file->evidence));
            html_text(h, file->file.size > 0 ? file->file : text_of("Erased"));
        }
        page_entry(h, "Basis", file->basis.size > 0 ? file->basis
                                                    : text_of("As a column of the file says"));
        page_entry(h, "Uploaded by", file->made_by);
        El(h, "dt") Lit(h, "State");
        El(h, "dd") page_tag(h, file->given.size > 0 ? TAG_GOOD : TAG_PLAIN,
                             file->given.size > 0 ? "Values taken" : "Not taken yet");
        if (file->given.size > 0) {
            page_entry(h, "Taken by", file->read_by);
            page_entry(h, "Control total", file->control);
        }
    }
}

/* Where a draft with the values of a basis begins: with the text that is agreed, if there is. */
static enum err draft_url(struct request *request, const struct file_seen *seen,
                          struct text code, struct url *out)
{
    struct arena *arena = request->arena;
    struct joint_proposals all;
    enum err err = joint_proposals_load(request->tx, arena, &seen->councils, BASIS_KIND, code,
                                        &all, request->trouble);

    *out = UrlArg(arena, UrlArg(arena, Url("/new-proposal"), "kind", text_of(BASIS_KIND)),
                  "subject", code);
    for (size_t i = 0; err == OK && i < all.count; i++)
        if (all.proposal[i].key.state == TWO_KEY_AGREED) {
            *out = UrlArg(arena, Url("/new-proposal"), "from",
                          text_of(arena_number(arena, all.proposal[i].place.id)));
            break;
        }
    *out = UrlArg(arena, *out, "file", text_of(arena_number(arena, seen->file.id)));
    return err;
}

static enum err draft_link(struct request *request, struct html *h, const struct file_seen *seen,
                           struct text code)
{
    struct url url;
    const enum err err = draft_url(request, seen, code, &url);

    if (err == OK)
        El(h, "p") El(h, "a") {
            LitAttr(h, "class", "ds_button");
            Href(h, "href", url);
            html_text(h, text_of(arena_print(request->arena, "Begin a draft of %.*s with them",
                                             TEXT(code))));
        }
    return err;
}

bool basis_value_is_first(const struct basis_reading *reading, size_t at)
{
    size_t i = 0;

    while (!text_equal(reading->value[i].basis, reading->value[at].basis))
        i++;
    return i == at;
}

static enum err values(struct request *request, struct html *h, const struct file_seen *seen)
{
    static const struct column columns[] = {
        { "Basis", COLUMN_WORDS }, { "From", COLUMN_WORDS }, { "Council", COLUMN_WORDS },
        { "Value", COLUMN_NUMBER }, { "Rows", COLUMN_NUMBER },
    };
    const struct basis_reading *reading = &seen->reading;
    enum err err = OK;

    if (reading->values == 0)
        return OK;
    Table(h, "What its rows come to", columns)
        for (size_t i = 0; i < reading->values; i++)
            El(h, "tr") {
                const struct basis_value *value = &reading->value[i];
                page_row_head(h, value->basis);
                page_cell(h, value->from.size > 0 ? value->from : text_of("The beginning"));
                page_cell(h, value->partner);
                El(h, "td") {
                    LitAttr(h, "class", "number");
                    html_text(h, text_of(value->value));
                }
                page_number(h, (int64_t)value->rows);
            }
    El(h, "p") html_text(h, text_of(arena_print(
        request->arena, "%llu rows are added up, %llu left out by the profile, %llu refused; the "
        "values come to %s.", (unsigned long long)reading->counted,
        (unsigned long long)reading->left_out, (unsigned long long)reading->refused,
        reading->total)));
    if (!reading->agrees)
        El(h, "p") {
            page_tag(h, TAG_BAD, "Another total");
            html_text(h, text_of(arena_print(request->arena, " The values differ from the control "
                                             "total by %s: nothing is taken.",
                                             reading->difference)));
        }
    for (size_t i = 0; i < reading->values && err == OK && seen->file.given.size > 0 &&
                       actor_may(&request->actor, MAY_PREPARE_BASIS); i++)
        if (basis_value_is_first(reading, i))
            err = draft_link(request, h, seen, reading->value[i].basis);
    return err;
}

static void refusals(struct request *request, struct html *h, const struct file_seen *seen)
{
    static const struct column columns[] = {
        { "Row of the file", COLUMN_NUMBER }, { "Reason", COLUMN_WORDS },
        { "What is wrong, and what to do", COLUMN_WORDS },
    };
    const struct basis_reading *reading = &seen->reading;

    if (reading->refused == 0)
        return;
    El(h, "h2") Lit(h, "Rows that were refused");
    if (seen->file.words.size > 0)
        El(h, "p") El(h, "a") {
            Href(h, "href", url_segment(request->arena, file_url(request->arena, seen->file.id),
                                        text_of("errors.csv")));
            html_text(h, text_of(arena_print(request->arena, "Download all %llu",
                                             (unsigned long long)reading->refused)));
        }
    Table(h, "Refused rows, by their numbers in the file", columns)
        for (size_t i = 0; i < reading->refusals && i < ROWS_SHOWN; i++)
            El(h, "tr") {
                page_number(h, (int64_t)reading->refusal[i].row);
                page_cell(h, text_of(reading->refusal[i].reason));
                page_cell(h, text_of(reading->refusal[i].words));
            }
}

static void read_form(struct request *request, struct html *h, const struct file_seen *seen,
                      const struct field field[2])
{
    if (!actor_may(&request->actor, MAY_PREPARE_BASIS))
        return;
    El(h, "h2") Lit(h, "How it is read");
    if (seen->guessed)
        El(h, "p") Lit(h, "This is what the file seems to need, with the reason behind each line. "
                          "Complete the lines that begin with # (open): which column holds the "
                          "values, which the council, and the basis.");
    Form(request, h, file_url(request->arena, seen->file.id)) {
        page_text_field(h, &field[0]);
        page_field(h, &field[1]);
        page_button(h, "Read it so, and take its values if all is good");
    }
}

static enum err file_page(struct request *request, const struct file_seen *seen, int status)
{
    const struct field field[] = {
        { .name = "words", .label = "Profile", .type = "text", .autocomplete = "off",
          .hint = "Lines of key = value; basis, from, partner and value",
          .value = seen->words, .error = seen->wrong_words },
        { .name = "control", .label = "Control total", .type = "text", .autocomplete = "off",
          .hint = "What all values of the file come to, as whoever made it counted them",
          .value = request_field(request, "control").size > 0 ? request_field(request, "control")
                                                              : seen->file.control,
          .error = seen->wrong_control },
    };
    struct html *h = page_begin(request, "Basis values from a file");

    page_errors(request, h, field, COUNT(field));
    facts(request, h, seen);
    const enum err err = values(request, h, seen);
    if (err != OK)
        return err;
    refusals(request, h, seen);
    import_preview_show(request, h, &seen->preview);
    read_form(request, h, seen, field);
    return page_end(request, h, status);
}

enum err basis_file_show(struct request *request)
{
    return file_page(request, request->work, 200);
}

/* --- taken --- */

enum err basis_file_read_prepare(struct request *request)
{
    const struct text control = request_field(request, "control");
    struct file_seen *seen;
    enum err err = begin_seen(request, &seen);

    if (err != OK)
        return err;
    seen->words = request_field(request, "words");
    seen->wrong_words = basis_words_judge(request->arena, seen->words);
    if (!basis_control_is_fit(control))
        seen->wrong_control = "What do the values come to? Write it as 1234.5.";
    if (seen->wrong_words == NULL)
        err = preview(seen);
    if (err == OK && seen->wrong_words == NULL && seen->preview.trouble != NULL)
        seen->wrong_words = seen->preview.trouble;
    return err != OK || seen->wrong_words != NULL
               ? err : read_file(seen, seen->wrong_control == NULL ? control : text_of(""));
}

enum err basis_file_seen_keep(struct request *request, struct file_seen *seen, bool *good)
{
    if (seen->wrong_words == NULL && seen->reading.trouble != NULL)
        seen->wrong_words = seen->reading.trouble;
    *good = false;
    if (seen->wrong_words != NULL || seen->wrong_control != NULL)
        return OK;
    *good = basis_reading_is_good(&seen->reading);
    seen->file.words = seen->words;
    seen->file.control = request_field(request, "control");
    seen->file.given = *good ? basis_reading_lines(request->arena, &seen->reading) : text_of("");
    seen->file.counted = (int64_t)seen->reading.counted;
    seen->file.left_out = (int64_t)seen->reading.left_out;
    return basis_file_keep(request->tx, &request->happening, &request->actor, &seen->file,
                           request->trouble);
}

enum err basis_file_take(struct request *request)
{
    struct file_seen *seen = request->work;
    bool good;
    const enum err err = basis_file_seen_keep(request, seen, &good);

    if (err != OK)
        return err;
    return seen->wrong_words != NULL || seen->wrong_control != NULL
               ? file_page(request, seen, 422)
               : answer_done(request, file_url(request->arena, seen->file.id),
                             good ? WORD_DONE_BASIS_FILE_TAKEN : WORD_DONE_BASIS_FILE_READ);
}

enum err basis_file_errors(struct request *request)
{
    const struct file_seen *seen = request->work;
    struct csv_file made;

    csv_file_open(&made, request->arena, text_of("row,reason,what\n"));
    for (size_t i = 0; i < seen->reading.refusals; i++) {
        const struct ledger_refusal *refusal = &seen->reading.refusal[i];
        csv_file_row(&made, (struct text[]){
            text_of(arena_number(request->arena, (int64_t)refusal->row)),
            text_of(refusal->reason), text_of(refusal->words) }, 3);
    }
    answer_saved_as(request, "refused.csv");
    return answer_bytes(request, 200, "text/csv; charset=utf-8; header=present",
                        csv_file_close(&made));
}

/* --- into a draft --- */

static void set_field(struct form *content, const char *name, struct text value)
{
    size_t at = 0;

    while (at < content->count && !text_is(content->name[at], name))
        at++;
    if (at == content->count && content->count < FORM_FIELDS_MOST)
        content->count++;
    if (at == FORM_FIELDS_MOST)
        return;
    content->name[at] = text_of(name);
    content->value[at] = value;
}

struct text basis_file_lines(struct arena *arena, struct text given, struct text code)
{
    struct csv_file made;
    struct csv_rows rows;

    csv_file_open(&made, arena, text_of(""));
    csv_rows_open(&rows, arena, given);
    while (csv_rows_next(&rows))
        if (text_equal(csv_rows_field(&rows, 0), code))
            csv_file_row(&made, (struct text[]){ csv_rows_field(&rows, 1),
                                                 csv_rows_field(&rows, 2),
                                                 csv_rows_field(&rows, 3) }, 3);
    return csv_file_close(&made);
}

enum err basis_begin(struct request *request, struct text subject, struct form *content)
{
    const struct text number = request_field(request, "file");
    struct basis_file file;

    if (number.size == 0)
        return OK;
    if (number.size > 18 || text_digits(number, 0) != number.size)
        return ERR_MISSING;
    const enum err err = basis_file_load(request->tx, request->arena, request->actor.acting,
                                         route_number(number), &file, request->trouble);
    if (err != OK)
        return err;
    set_field(content, "values", basis_file_lines(request->arena, file.given, subject));
    set_field(content, "evidence", file.evidence);
    if (form_value(content, "basis_kind").size == 0)
        set_field(content, "basis_kind", text_of("measure"));
    if (form_value(content, "source").size == 0)
        set_field(content, "source", text_of(arena_print(
            request->arena, "%.*s: %lld rows, control total %.*s", TEXT(file.file),
            (long long)file.counted, TEXT(file.control))));
    return OK;
}
