/*
 * finance/finance_import_pages.c -- extracts: uploaded, looked at, read, withdrawn.
 */
#include "finance/finance_pages.h"

#include "finance/finance_profile.h"
#include "register/evidence_desk.h"
#include "store/job.h"

static struct url import_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/money/imports"), id);
}

/* --- the list --- */

static void import_row(struct request *request, struct html *h,
                       const struct ledger_import *import)
{
    static const enum tag_kind kind[IMPORT_STATES] = {
        [IMPORT_NEW] = TAG_PLAIN, [IMPORT_READING] = TAG_NEWS, [IMPORT_TAKEN] = TAG_GOOD,
        [IMPORT_REFUSED] = TAG_BAD, [IMPORT_WITHDRAWN] = TAG_PLAIN,
    };

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", import_url(request->arena, import->id));
                html_int(h, import->id);
            }
        }
        page_cell(h, import->file.size > 0 ? import->file : text_of("Erased"));
        page_cell(h, import->year);
        page_cell(h, text_of(book_title(import->book)));
        El(h, "td") page_tag(h, kind[import->state], import_state_title(import->state));
        page_number(h, import->lines);
        page_money(h, import->pence);
        El(h, "td") page_moment(h, import->made_at);
    }
}

enum err extracts_show(struct request *request)
{
    static const struct column columns[] = {
        { "Import", COLUMN_WORDS }, { "File", COLUMN_WORDS }, { "Year", COLUMN_WORDS },
        { "Book", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "Lines", COLUMN_NUMBER },
        { "Amount", COLUMN_NUMBER }, { "Uploaded", COLUMN_WORDS },
    };
    struct ledger_imports imports;
    enum err err = ledger_imports_load(request->tx, request->arena, request->actor.acting,
                                       text_of(""), &imports, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Imports");
    if (imports.count == 0) {
        page_empty(h, "No extract of your council's ledger is here yet.",
                   "Upload one: you see how it is read before anything is taken in.");
    } else {
        Table(h, "Extracts of your council's ledger, the newest first", columns)
            for (size_t i = 0; i < imports.count; i++)
                import_row(request, h, &imports.import[i]);
    }
    if (actor_may(&request->actor, MAY_TAKE_EXTRACT))
        El(h, "p") El(h, "a") {
            LitAttr(h, "class", "ds_button");
            Href(h, "href", Url("/money/imports/new"));
            Lit(h, "Upload an extract");
        }
    return page_end(request, h, 200);
}

/* --- a new one --- */

static enum err new_page(struct request *request, const char *wrong, int status)
{
    const struct field year = { .name = "year", .label = "Financial year",
                                .value = request_field(request, "year") };
    static const struct choice books[] = {
        { "ledger", "Ledger: what was spent and received" },
        { "budget", "Budget: what was planned" },
        { "forecast", "Forecast: what is expected" },
    };
    const struct field book = { .name = "book", .label = "Book",
                                .value = request_field(request, "book") };
    const struct field file = { .name = "file", .label = "Extract", .type = "file",
                                .hint = "CSV, XLSX, ODS or a text of fixed width", .error = wrong };
    struct joint_years years;
    enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    if (err != OK)
        return err;
    struct choice *choice = arena_take(request->arena, years.count + 1, sizeof *choice);
    for (size_t i = 0; i < years.count; i++)
        choice[i].value = choice[i].label = arena_copy(request->arena, years.year[i].year.data,
                                                       years.year[i].year.size);
    struct html *h = page_begin(request, "Upload an extract");
    page_errors(request, h, &file, 1);
    if (years.count == 0) {
        page_empty(h, "No year has begun.", "A head of finance begins it under Months.");
        return page_end(request, h, status);
    }
    UploadForm(request, h, Url("/money/imports")) {
        page_choice_field(h, &year, NULL, choice, years.count);
        page_choice_field(h, &book, NULL, books, COUNT(books));
        page_file_field(h, &file, false);
        page_tick(h, "personal", "It holds personal data", false);
        page_button(h, "Upload it");
    }
    return page_end(request, h, status);
}

enum err extract_new(struct request *request)
{
    return new_page(request, NULL, 200);
}

enum err extract_make_prepare(struct request *request)
{
    return evidence_keep_sent(request, text_is(request_field(request, "personal"), "yes"));
}

/* The profile that the council's last import was read with: the likeliest one. */
static enum err choose_last(struct request *request, int64_t id)
{
    struct ledger_imports imports;
    enum err err = ledger_imports_load(request->tx, request->arena, request->actor.acting,
                                       text_of(""), &imports, request->trouble);

    for (size_t i = 0; i < imports.count && err == OK; i++)
        if (imports.import[i].profile != 0)
            return ledger_import_choose(request->tx, request->arena, &request->actor, id,
                                        imports.import[i].profile, request->trouble);
    return err;
}

static enum err link_file(struct request *request, struct text hex, int64_t id)
{
    const struct evidence_deed deed = { &request->happening, request->actor.acting,
                                        text_of(request->actor.login) };
    const struct evidence_subject subject = {
        text_of("ledger_import"), text_of(arena_number(request->arena, id)), text_of("") };

    return evidence_link(request->tx, request->arena, &deed, hex, &subject, request->trouble);
}

enum err extract_arrive(struct request *request, const struct arrival *arrival, int64_t *id,
                        bool *already)
{
    struct ledger_import import = { .state = IMPORT_NEW };
    enum err err = ledger_import_add(request->tx, &request->happening, &request->actor,
                                     arrival->year, arrival->book, arrival->evidence, id, already,
                                     request->trouble);

    if (err == OK && !*already)
        err = link_file(request, arrival->evidence, *id);
    if (err == OK && !*already && arrival->profile == 0)
        return choose_last(request, *id);
    if (err == OK)
        err = ledger_import_load(request->tx, request->arena, request->actor.acting, *id, &import,
                                 request->trouble);
    if (err != OK || arrival->profile == 0 ||
        (import.state != IMPORT_NEW && import.state != IMPORT_REFUSED))
        return err;
    return ledger_import_choose(request->tx, request->arena, &request->actor, *id,
                                arrival->profile, request->trouble);
}

enum err extract_make(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    const struct text book = request_field(request, "book");
    struct arrival arrival = { .year = request_field(request, "year"),
                               .book = book.size == 0 ? BOOK_LEDGER : book_of(book) };
    enum period_state state[PERIODS];
    bool already;
    int64_t id;

    if (kept->refused != NULL || kept->count != 1)
        return new_page(request, kept->refused != NULL ? kept->refused
                                                       : "Choose the file of one extract.", 422);
    if (arrival.book == BOOKS)
        return new_page(request, "There is no such book.", 422);
    enum err err = joint_periods_load(request->tx, arrival.year, state, request->trouble);
    arrival.evidence = kept->file[0].hex;
    if (err == OK)
        err = extract_arrive(request, &arrival, &id, &already);
    return err != OK ? err : answer_done(request, import_url(request->arena, id),
                                         already ? WORD_DONE_EXTRACT_ALREADY
                                                 : WORD_DONE_EXTRACT_KEPT);
}

/* --- one of them --- */

/* What is shown of an extract that is not read yet; made before the page, outside of the store. */
struct looking {
    struct request         *request;
    struct ledger_import    import;
    struct extract_profile  profile;
    struct extract_preview  preview;
    bool                    shown;
};

static enum err load_looked(struct tx *tx, void *context, struct trouble *trouble)
{
    struct looking *looking = context;
    struct request *request = looking->request;
    enum err err = ledger_import_load(tx, request->arena, request->actor.acting,
                                      request_number(request, "import"), &looking->import,
                                      trouble);

    if (err == OK && looking->import.profile != 0)
        err = extract_profile_load(tx, request->arena, request->actor.acting,
                                   looking->import.profile, &looking->profile, trouble);
    return err;
}

enum err extract_show_prepare(struct request *request)
{
    struct looking *looking = arena_take(request->arena, 1, sizeof *looking);
    const struct db_scope scope = { request->actor.acting, request->arena };
    struct extract_desk desk;

    request->work = looking;
    looking->request = request;
    enum err err = db_read(request->site->db, scope, load_looked, looking, request->trouble);
    if (err != OK || looking->import.profile == 0 || looking->import.file.size == 0 ||
        (looking->import.state != IMPORT_NEW && looking->import.state != IMPORT_REFUSED))
        return err;
    looking->shown = true;
    err = money_desk(request, &desk);
    return err != OK ? err : extract_preview(&desk, request->arena, looking->import.evidence,
                                             looking->profile.words, EXTRACT_LEDGER,
                                             &looking->preview, request->trouble);
}

const struct extract_preview *extract_preview_made(const struct request *request)
{
    const struct looking *looking = request->work;

    return looking->shown ? &looking->preview : NULL;
}

int64_t refusals_behind(const struct request *request)
{
    const struct text behind = request_field(request, "behind");

    return behind.size >= 1 && behind.size <= 18 && text_digits(behind, 0) == behind.size
               ? route_number(behind) : 0;
}

static enum err load_page(struct request *request, struct import_page *page)
{
    struct tx *tx = request->tx;
    struct arena *arena = request->arena;
    const int64_t council = request->actor.acting, id = request_number(request, "import");
    enum err err = ledger_import_load(tx, arena, council, id, &page->import, request->trouble);

    page->profiles = arena_take(arena, 1, sizeof *page->profiles);
    page->may = actor_may(&request->actor, MAY_TAKE_EXTRACT);
    page->behind = refusals_behind(request);
    if (err == OK)
        err = extract_profiles_load(tx, arena, council, page->profiles, request->trouble);
    if (err == OK)
        err = import_refusals_load(tx, arena, council, id, page->behind, REFUSALS_SHOWN,
                                   &page->refusal, &page->refusals, request->trouble);
    if (err == OK)
        err = import_sums_load(tx, council, &page->import, &page->sums, request->trouble);
    if (err == OK)
        err = period_soft_load(tx, page->import.year, &page->soft, request->trouble);
    if (err == OK)
        err = ledger_import_locked(tx, council, id, &page->locked, request->trouble);
    if (err != OK || page->import.state != IMPORT_READING)
        return err;
    struct job job;
    err = job_load(tx, arena, council, page->import.job, &job, request->trouble);
    if (err == OK)
        page->progress = (struct import_progress){ job.id, job_state_ended(job.state), job.done,
                                                   job.of, job.outcome };
    return err;
}

enum err extract_show(struct request *request)
{
    struct import_page page = { .preview = extract_preview_made(request) };
    enum err err = load_page(request, &page);

    return err != OK ? err : import_page_answer(request, &page, 200);
}

/* The page again, with what is wrong with what was typed or asked. */
static enum err refuse_page(struct request *request, const char *lines, const char *amount,
                            const char *why)
{
    struct import_page page = { .wrong = { lines, amount, why } };
    enum err err = load_page(request, &page);

    return err != OK ? err : import_page_answer(request, &page, 422);
}

enum err extract_choose(struct request *request)
{
    const struct text profile = request_field(request, "profile");
    const int64_t id = request_number(request, "import");
    struct extract_profile found;

    if (profile.size == 0 || profile.size > 18 || text_digits(profile, 0) != profile.size)
        return ERR_MISSING;
    enum err err = extract_profile_load(request->tx, request->arena, request->actor.acting,
                                        route_number(profile), &found, request->trouble);
    if (err == OK)
        err = ledger_import_choose(request->tx, request->arena, &request->actor, id,
                                   found.id, request->trouble);
    return err != OK ? err : answer_done(request, import_url(request->arena, id),
                                         WORD_DONE_PROFILE_CHOSEN);
}

/* As people write numbers: with or without commas between the thousands. */
static struct text without_commas(struct arena *arena, struct text text)
{
    char *plain = arena_take(arena, text.size + 1, 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != ',')
            plain[size++] = text.data[i];
    return (struct text){ plain, size };
}

bool control_read(struct request *request, struct ledger_control *out, const char *wrong[2])
{
    const struct text lines = without_commas(request->arena,
                                             request_field(request, "control_lines"));
    const struct text amount = without_commas(request->arena,
                                              request_field(request, "control_amount"));
    wide pence = 0;

    if (lines.size == 0 || lines.size > 9 || text_digits(lines, 0) != lines.size)
        wrong[0] = "How many lines has the extract, by the ledger system?";
    else
        out->lines = route_number(lines);
    if (!amount_parse(amount, 13, &pence))
        wrong[1] = "What do they come to, by the ledger system? Write it as 1234.56, or "
                   "-1234.56.";
    out->pence = (int64_t)pence;
    return wrong[0] == NULL && wrong[1] == NULL;
}

enum err extract_begin(struct request *request)
{
    const int64_t id = request_number(request, "import");
    const char *wrong[2] = { NULL, NULL };
    struct ledger_control control = { 0, 0, request_field(request, "late_why") };

    if (!control_read(request, &control, wrong))
        return refuse_page(request, wrong[0], wrong[1], NULL);
    enum err err = ledger_import_begin(request->tx, request->arena, &request->happening,
                                       &request->actor, id, &control, request->trouble);
    return err != OK ? err : answer_done(request, import_url(request->arena, id),
                                         WORD_DONE_IMPORT_BEGUN);
}

enum err extract_withdraw(struct request *request)
{
    const int64_t id = request_number(request, "import");
    const struct text why = request_field(request, "why");

    if (why.size == 0 || why.size > IMPORT_WHY_MOST)
        return refuse_page(request, NULL, NULL, "Say why, in at most 1,000 bytes.");
    enum err err = ledger_import_withdraw(request->tx, request->arena, &request->happening,
                                          &request->actor, id, why, request->trouble);
    return err != OK ? err : answer_done(request, import_url(request->arena, id),
                                         WORD_DONE_IMPORT_WITHDRAWN);
}

enum err extract_errors_prepare(struct request *request)
{
    struct looking looking = { .request = request };
    const struct db_scope scope = { request->actor.acting, request->arena };
    enum err err = db_read(request->site->db, scope, load_looked, &looking, request->trouble);

    if (err != OK)
        return err;
    return looking.import.errors.size == 0 ? ERR_MISSING
                                           : evidence_fetch(request, looking.import.errors);
}
