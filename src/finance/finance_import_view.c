/*
 * finance/finance_import_view.c -- the page of an import, whatever its state.
 */
#include "finance/finance_pages.h"
#include "finance/finance_profile.h"
#include "register/evidence_desk.h"

#define CELLS_SHOWN 12

static struct url part_url(struct request *request, const struct import_page *page,
                           const char *part)
{
    return url_segment(request->arena, url_id(request->arena, Url("/money/imports"),
                                              page->import.id), text_of(part));
}

static void money_entry(struct html *h, const char *label, int64_t pence)
{
    El(h, "dt") html_phrase(h, text_of(label));
    El(h, "dd") page_pounds(h, pence);
}

static void number_entry(struct html *h, const char *label, int64_t number)
{
    El(h, "dt") html_phrase(h, text_of(label));
    El(h, "dd") html_int(h, number);
}

/* --- what it is --- */

static void file_entry(struct request *request, struct html *h,
                       const struct ledger_import *import)
{
    El(h, "dt") Lit(h, "File");
    El(h, "dd") {
        if (import->file.size == 0) {
            Lit(h, "Erased");
        } else {
            El(h, "a") {
                Href(h, "href", evidence_url(request->arena, import->evidence));
                html_text(h, import->file);
            }
        }
    }
}

static void profile_entry(struct request *request, struct html *h,
                          const struct import_page *page)
{
    for (size_t i = 0; i < page->profiles->count; i++) {
        const struct extract_profile *profile = &page->profiles->profile[i];
        if (profile->id != page->import.profile)
            continue;
        El(h, "dt") Lit(h, "Read with");
        El(h, "dd") El(h, "a") {
            Href(h, "href", url_id(request->arena, Url("/money/profiles"), profile->id));
            html_text(h, profile->system);
            Lit(h, ", version ");
            html_int(h, profile->version);
        }
    }
}

static void facts(struct request *request, struct html *h, const struct import_page *page)
{
    static const enum tag_kind kind[IMPORT_STATES] = {
        [IMPORT_NEW] = TAG_PLAIN, [IMPORT_READING] = TAG_NEWS, [IMPORT_TAKEN] = TAG_GOOD,
        [IMPORT_REFUSED] = TAG_BAD, [IMPORT_WITHDRAWN] = TAG_PLAIN,
    };
    const struct ledger_import *import = &page->import;

    El(h, "dl") {
        El(h, "dt") Lit(h, "State");
        El(h, "dd") page_tag(h, kind[import->state], import_state_title(import->state));
        file_entry(request, h, import);
        page_entry(h, "Year", import->year);
        page_entry(h, "Book", text_of(book_title(import->book)));
        profile_entry(request, h, page);
        page_entry(h, "Uploaded by", import->made_by);
        if (import->outcome.size > 0)
            page_entry(h, "What came of it", import->outcome);
        if (import->job != 0) {
            number_entry(h, "Lines by the ledger system", import->control.lines);
            money_entry(h, "Total by the ledger system", import->control.pence);
        }
        if (import->ended_at.ms != 0) {
            number_entry(h, "Lines", import->lines);
            number_entry(h, "Rows left out by the profile", import->left_out);
            number_entry(h, "Rows refused", import->refused);
            money_entry(h, "Amount of the lines", import->pence);
        }
        if (import->state == IMPORT_WITHDRAWN) {
            page_entry(h, "Withdrawn by", import->withdrawn_by);
            page_entry(h, "Why", import->withdrawn_why);
        }
    }
}

/* --- while it is read --- */

static void progress(struct request *request, struct html *h, const struct import_page *page)
{
    const struct import_progress *job = &page->progress;

    if (job->job == 0)
        return;
    if (job->ended) {
        El(h, "p") {
            Lit(h, "The reading did not come to its end: ");
            html_text(h, job->outcome.size > 0 ? job->outcome : text_of("it was stopped."));
            Lit(h, " Nothing was taken in; it can be begun again.");
        }
        return;
    }
    El(h, "p") {
        if (job->of > 0) {
            html_text(h, text_of(evidence_size_shown(request->arena, (uint64_t)job->done)));
            Lit(h, " of ");
            html_text(h, text_of(evidence_size_shown(request->arena, (uint64_t)job->of)));
            Lit(h, " are read. ");
        } else {
            Lit(h, "It waits for its turn. ");
        }
        El(h, "a") {
            Href(h, "href", url_id(request->arena, Url("/money/imports"), page->import.id));
            Lit(h, "Look again");
        }
        Lit(h, ", or come back: it goes on by itself. ");
        El(h, "a") {
            Href(h, "href", url_id(request->arena, Url("/jobs"), job->job));
            Lit(h, "Its job");
        }
    }
}

/* --- rows that were refused --- */

static void refusals(struct request *request, struct html *h, const struct import_page *page)
{
    static const struct column columns[] = {
        { "Row of the file", COLUMN_NUMBER }, { "Reason", COLUMN_WORDS },
        { "What is wrong, and what to do", COLUMN_WORDS },
    };
    const struct url newest = url_id(request->arena, Url("/money/imports"), page->import.id);

    if (page->import.state != IMPORT_REFUSED || page->import.refused == 0)
        return;
    El(h, "h2") Lit(h, "Rows that were refused");
    El(h, "p") El(h, "a") {
        Href(h, "href", part_url(request, page, "errors"));
        html_text(h, text_of(arena_print(request->arena, "Download all %lld as a file, in the "
                                         "extract's own columns, with the reasons",
                                         (long long)page->import.refused)));
    }
    Table(h, "Refused rows, by their numbers in the file", columns)
        for (size_t i = 0; i < page->refusals; i++)
            El(h, "tr") {
                page_number(h, page->refusal[i].place);
                page_cell(h, page->refusal[i].reason);
                page_cell(h, page->refusal[i].words);
            }
    if (page->refusals < REFUSALS_SHOWN)
        return;
    const char *last = arena_number(request->arena, page->refusal[page->refusals - 1].place);
    El(h, "p") El(h, "a") {
        Href(h, "href", UrlArg(request->arena, newest, "behind", text_of(last)));
        Lit(h, "Further rows");
    }
}

/* --- how it would be read --- */

static void names(struct html *h, const char *label, const struct text *name, size_t count,
                  const char *none)
{
    El(h, "dt") html_phrase(h, text_of(label));
    El(h, "dd") {
        if (count == 0)
            html_phrase(h, text_of(none));
        for (size_t i = 0; i < count; i++) {
            if (i > 0)
                Lit(h, ", ");
            html_text(h, name[i]);
        }
    }
}

static const char *cells_shown(struct arena *arena, const struct preview_row *row)
{
    const char *text = "";

    for (size_t i = 0; i < row->cells && i < CELLS_SHOWN; i++)
        text = arena_print(arena, "%s%s%.*s", text, i == 0 ? "" : " | ", TEXT(row->cell[i]));
    return row->cells > CELLS_SHOWN ? arena_print(arena, "%s | ...", text) : text;
}

void import_preview_show(struct request *request, struct html *h,
                         const struct extract_preview *shown)
{
    static const struct column columns[] = {
        { "Row", COLUMN_NUMBER }, { "As it is", COLUMN_WORDS }, { "As it would be", COLUMN_WORDS },
    };

    if (shown == NULL)
        return;
    El(h, "h2") Lit(h, "How it would be read");
    El(h, "dl") {
        names(h, "Columns used", shown->used, shown->used_count, "None by its name");
        names(h, "Columns not used", shown->unused, shown->unused_count, "None");
        names(h, "Columns missing", shown->missing, shown->missing_count, "None");
    }
    if (shown->trouble != NULL) {
        El(h, "p") {
            page_tag(h, TAG_BAD, "It cannot be read so");
            Lit(h, " ");
            html_text(h, text_of(shown->trouble));
        }
        return;
    }
    Table(h, "The first rows", columns)
        for (size_t i = 0; i < shown->rows; i++)
            El(h, "tr") {
                page_number(h, (int64_t)shown->row[i].number);
                page_cell(h, text_of(cells_shown(request->arena, &shown->row[i])));
                page_cell(h, text_of(shown->row[i].words));
            }
}

/* --- what can be done --- */

static void choose_form(struct request *request, struct html *h, const struct import_page *page)
{
    const struct extract_profiles *profiles = page->profiles;
    struct choice *choice = arena_take(request->arena, profiles->count + 1, sizeof *choice);
    const struct field field = { .name = "profile", .label = "Profile",
                                 .value = text_of(arena_number(request->arena,
                                                               page->import.profile)) };

    El(h, "h2") Lit(h, "How it is read");
    for (size_t i = 0; i < profiles->count; i++)
        choice[i] = (struct choice){
            arena_number(request->arena, profiles->profile[i].id),
            arena_print(request->arena, "%.*s, version %lld", TEXT(profiles->profile[i].system),
                        (long long)profiles->profile[i].version) };
    if (profiles->count > 0)
        Form(request, h, part_url(request, page, "profile")) {
            page_choice_field(h, &field, NULL, choice, profiles->count);
            page_button(h, "Show it as this profile reads it");
        }
    El(h, "p") El(h, "a") {
        Href(h, "href", UrlArg(request->arena, Url("/money/profiles/new"), "import",
                               text_of(arena_number(request->arena, page->import.id))));
        Lit(h, "Let a profile be guessed from this extract");
    }
}

static void begin_form(struct request *request, struct html *h, const struct import_page *page)
{
    const struct field lines = {
        .name = "control_lines", .label = "Lines, by the ledger system", .type = "text",
        .hint = "With those that the profile leaves out; without headings and total rows",
        .autocomplete = "off", .value = request_field(request, "control_lines"),
        .error = page->wrong[0] };
    const struct field amount = {
        .name = "control_amount", .label = "Their total, by the ledger system", .type = "text",
        .hint = "As 1234.56; negative with a minus", .autocomplete = "off",
        .value = request_field(request, "control_amount"), .error = page->wrong[1] };
    const struct field why = {
        .name = "late_why", .label = "Why it comes now", .type = "text",
        .hint = arena_print(request->arena, "%s is closed softly. If there are lines of it, they "
                            "need a reason.", period_soft_first(request->arena, page->soft)),
        .autocomplete = "off", .value = request_field(request, "late_why") };

    El(h, "h2") Lit(h, "Take it in");
    El(h, "p") Lit(h, "All rows are taken in, or none: if one is refused, or count or total are "
                      "others than the ledger system's, nothing changes.");
    Form(request, h, part_url(request, page, "begin")) {
        page_field(h, &lines);
        page_field(h, &amount);
        if (page->soft != 0)
            page_field(h, &why);
        page_button(h, "Take it in");
    }
}

static void withdraw_form(struct request *request, struct html *h,
                          const struct import_page *page)
{
    const struct field why = { .name = "why", .label = "Why", .type = "text",
                               .hint = "It stays with the import: name nobody.",
                               .autocomplete = "off", .value = request_field(request, "why"),
                               .error = page->wrong[2] };

    El(h, "h2") Lit(h, "Withdraw it");
    if (page->locked != 0) {
        El(h, "p") html_text(h, text_of(arena_print(
            request->arena, "P%02lld is locked and rests on these lines, so they stay. What is "
            "wrong in them is put right in your ledger: the correction comes with the next "
            "extract, in the next open period.", (long long)page->locked)));
        return;
    }
    El(h, "p") Lit(h, "Its lines count no longer; the file stays kept. This can be done until a "
                      "period that it has lines in is locked.");
    Form(request, h, part_url(request, page, "withdraw")) {
        page_field(h, &why);
        page_button(h, "Withdraw this import");
    }
}

static void sums(struct request *request, struct html *h, const struct import_page *page)
{
    static const struct column columns[] = {
        { "Period", COLUMN_WORDS }, { "Lines", COLUMN_NUMBER }, { "Amount", COLUMN_NUMBER },
    };

    if (page->import.state != IMPORT_TAKEN)
        return;
    Table(h, "What was taken in, by period", columns)
        for (int i = 0; i < PERIODS; i++)
            if (page->sums.lines[i] > 0)
                El(h, "tr") {
                    page_row_head(h, text_of(period_title(request->arena, page->import.year,
                                                          i)));
                    page_number(h, page->sums.lines[i]);
                    page_money(h, page->sums.pence[i]);
                }
}

/* May it be read, now or again? */
static bool is_to_be_read(const struct import_page *page)
{
    return page->import.state == IMPORT_NEW || page->import.state == IMPORT_REFUSED ||
           (page->import.state == IMPORT_READING && page->progress.ended);
}

enum err import_page_answer(struct request *request, const struct import_page *page, int status)
{
    const struct field fields[] = {
        { .name = "control_lines", .label = "Lines, by the ledger system",
          .error = page->wrong[0] },
        { .name = "control_amount", .label = "Their total, by the ledger system",
          .error = page->wrong[1] },
        { .name = "why", .label = "Why", .error = page->wrong[2] },
    };
    const bool reads = is_to_be_read(page);
    struct html *h = page_begin(request, arena_print(request->arena, "Import %lld",
                                                     (long long)page->import.id));

    page_errors(request, h, fields, COUNT(fields));
    facts(request, h, page);
    progress(request, h, page);
    sums(request, h, page);
    refusals(request, h, page);
    if (page->may && reads)
        choose_form(request, h, page);
    import_preview_show(request, h, page->preview);
    if (page->may && reads && page->import.profile != 0 &&
        (page->preview == NULL || page->preview->trouble == NULL))
        begin_form(request, h, page);
    if (page->may && (reads || page->import.state == IMPORT_TAKEN))
        withdraw_form(request, h, page);
    return page_end(request, h, status);
}
