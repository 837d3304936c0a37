/*
 * finance/finance_lines_pages.c -- the ledger lines behind a figure, and what became of a line. All
 * is read before the answer's transaction: lines stand in the store in pieces, sealed.
 */
#include "finance/finance_lines.h"

#include "finance/finance_pages.h"
#include "finance/finance_settlement_view.h"
#include "formats/csv.h"
#include "register/register_field_view.h"

/* What a page shows, when everything that must be given back was. */
struct lines_page {
    struct request     *request;
    struct lines_found  found;
    struct money_sheet  sheet;
    int64_t             from;           /* of the first one shown, from 0 */
    struct text         cost_centre, account, period;
    const char         *wrong;
    bool                asked;
};

static const struct sheet_column columns[] = {
    { "council", "Council", SHEET_WORDS },         { "extract", "Extract", SHEET_WORDS },
    { "line", "Line", SHEET_NUMBER },              { "entry_id", "Entry", SHEET_WORDS },
    { "date", "Date or period", SHEET_WORDS },     { "cost_centre", "Cost centre", SHEET_WORDS },
    { "account", "Account", SHEET_WORDS },         { "amount", "Amount", SHEET_MONEY },
    { "description", "Description", SHEET_WORDS },
};

static const struct money_run *run_of(const struct lines_page *page)
{
    return &page->found.working.run;
}

static int64_t number_asked(struct request *request, const char *name)
{
    const struct text text = request_field(request, name);
    int64_t number = 0;

    for (size_t i = 0; i < text.size && i < 12 && is_digit(text.data[i]); i++)
        number = number * 10 + (text.data[i] - '0');
    return number;
}

/* --- the lines of a figure --- */

static struct url fate_url(struct request *request, int64_t run, const struct line_codes *codes)
{
    struct arena *arena = request->arena;
    struct url url = url_segment(arena, run_url(request, run), text_of("line"));

    url = UrlArg(arena, url, "cost_centre", codes->cost_centre);
    url = UrlArg(arena, url, "account", codes->account);
    return UrlArg(arena, url, "period",
                  text_of(arena_print(arena, "P%02d", (int)codes->period + 1)));
}

static enum err show_line(void *context, const struct line_seen *seen)
{
    struct lines_page *page = context;
    struct arena *arena = page->request->arena;
    const struct text *field = seen->line->field;
    struct sheet_cell *row = money_sheet_row(&page->sheet);
    wide pence = 0;

    (void)amount_parse(field[FIELD_AMOUNT], AMOUNT_DIGITS, &pence);
    row[0] = sheet_words(seen->import->council->name);
    row[1] = sheet_words(seen->import->name);
    row[2] = sheet_number(arena, (int64_t)seen->line->line);
    row[3] = sheet_words(text_keep(arena, field[FIELD_ENTRY_ID]));
    row[4] = sheet_words(text_keep(arena, field[FIELD_DATE].size > 0 ? field[FIELD_DATE]
                                                                     : field[FIELD_PERIOD]));
    row[5] = sheet_words(text_keep(arena, field[FIELD_COST_CENTRE]));
    row[6] = sheet_words(text_keep(arena, field[FIELD_ACCOUNT]));
    row[7] = sheet_money(pence);
    row[8] = sheet_words(text_keep(arena, field[FIELD_DESCRIPTION]));
    if (seen->import->council->id == page->request->actor.acting)
        row[5] = sheet_linked(row[5], fate_url(page->request, run_of(page)->id, seen->codes));
    return OK;
}

enum err lines_show_prepare(struct request *request)
{
    struct lines_page *page = arena_take(request->arena, 1, sizeof *page);
    const struct working_asked asked = working_asked(request);

    *page = (struct lines_page){ .request = request, .from = number_asked(request, "from") };
    request->work = page;
    if (asked.pool.size == 0)
        return ERR_MISSING;
    enum err err = lines_load(request, &asked, &page->found);
    if (err == OK) {
        money_sheet_open(&page->sheet, request->arena, "lines", "Ledger lines behind the figure",
                         columns, COUNT(columns));
        err = lines_each(request, &page->found, page->from, LINES_ON_PAGE, show_line, page);
    }
    lines_close(&page->found);
    return err;
}

static struct url lines_url(struct request *request, const struct lines_page *page,
                            const char *part)
{
    const struct working *working = &page->found.working;
    struct arena *arena = request->arena;
    struct url url = working_url(request, working->run.id, part, working->asked.pool,
                                 working->explanation.period);

    if (working->asked.group.size > 0)
        url = UrlArg(arena, url, "group", working->asked.group);
    return working->asked.kind.size == 0 ? url : UrlArg(arena, url, "kind", working->asked.kind);
}

static void files_table(struct html *h, const struct lines_page *page)
{
    static const struct column heads[] = {
        { "Extract", COLUMN_WORDS }, { "Council", COLUMN_WORDS }, { "Import", COLUMN_NUMBER },
        { "SHA-256", COLUMN_WORDS },
    };

    Table(h, "The extracts of the run", heads)
        for (size_t i = 0; i < page->found.imports; i++) {
            const struct line_import *import = &page->found.import[i];
            El(h, "tr") {
                page_row_head(h, import->erased ? text_of("Its lines were erased")
                                 : import->name.size > 0
                                     ? import->name : text_of("Its lines were not kept"));
                page_cell(h, import->council->name);
                page_number(h, import->id);
                page_hash(h, import->sha256);
            }
        }
}

static void sight_words(struct html *h, const struct lines_page *page)
{
    static const char *const words[SIGHTS] = {
        [SIGHT_SHARED] = ("Of the partner's ledger a council sees lines of cost that it bears a "
                          "share of, without descriptions; its own it sees whole."),
        [SIGHT_NONE] = "Of the partner's ledger a council sees no lines; its own it sees whole.",
        [SIGHT_ALL] = "Each council sees the lines of both.",
    };

    El(h, "p") {
        html_text(h, text_of(words[page->found.sight]));
        Lit(h, " So it is agreed in the cost model.");
        if (page->found.hidden)
            Lit(h, " Lines of the partner's are behind this figure that are not shown here.");
    }
}

static void erased_words(struct request *request, struct html *h, const struct lines_page *page)
{
    const struct lines_found *found = &page->found;

    if (found->erased_lines == 0)
        return;
    El(h, "p") {
        El(h, "strong") html_text(h, text_of(arena_print(
            request->arena, "%lld of the lines cannot be shown: they were erased with their "
            "extract.", (long long)found->erased_lines)));
        Lit(h, " Together they were ");
        page_pounds(h, found->erased_pence);
        Lit(h, "; that stays in the figure.");
    }
}

static void page_links(struct request *request, struct html *h, const struct lines_page *page)
{
    const struct url all = lines_url(request, page, "lines");
    const int64_t behind = page->from + LINES_ON_PAGE;

    if (page->from > 0)
        El(h, "p") link_to(h, all, "From the first line");
    if (behind < page->found.lines)
        El(h, "p") link_to(h, UrlArg(request->arena, all, "from",
                                     text_of(arena_number(request->arena, behind))),
                           "The next lines");
}

enum err lines_show(struct request *request)
{
    const struct lines_page *page = request->work;
    const struct working *working = &page->found.working;
    const struct text pool = working->asked.pool;
    struct html *h = page_begin(request, arena_print(
        request->arena, "Ledger lines: %.*s, %s", TEXT(pool),
        settlement_month(request->arena, working->run.year, working->explanation.period)));

    El(h, "p") {
        html_text(h, text_of(arena_print(
            request->arena, "%lld line%s of %s%.*s%s%.*s, together ",
            (long long)page->found.lines, page->found.lines == 1 ? "" : "s",
            working->asked.kind.size > 0 ? "" : "all kinds", TEXT(working->asked.kind),
            working->asked.group.size > 0 ? ", " : "", TEXT(working->asked.group))));
        page_pounds(h, page->found.pence);
        Lit(h, ". ");
        link_to(h, lines_url(request, page, "working"), "The working of the figure");
    }
    sight_words(h, page);
    erased_words(request, h, page);
    if (page->sheet.rows == 0)
        page_empty(h, "There are no lines to show.", page->found.erased_lines > 0
                   ? "They were erased."
                   : "Nothing was paid here, or its lines were taken in before they were kept.");
    else
        money_sheet_show(h, &page->sheet);
    page_links(request, h, page);
    if (page->sheet.rows > 0)
        El(h, "p") link_to(h, lines_url(request, page, "lines.csv"), "All of them as a file (CSV)");
    El(h, "div") {
        LitAttr(h, "class", "figures");
        files_table(h, page);
    }
    return page_end(request, h, 200);
}

/* --- all of them, as a file --- */

struct lines_file {
    struct answer_file file;
    struct csv_writer *csv;
};

static enum err put_line(void *context, const struct line_seen *seen)
{
    struct lines_file *into = context;
    const struct text *field = seen->line->field;

    csv_shown(into->csv, seen->import->council->code);
    csv_shown(into->csv, seen->import->name);
    csv_count(into->csv, seen->line->line);
    csv_shown(into->csv, field[FIELD_ENTRY_ID]);
    csv_text(into->csv, field[FIELD_DATE].size > 0 ? field[FIELD_DATE] : field[FIELD_PERIOD]);
    csv_shown(into->csv, field[FIELD_COST_CENTRE]);
    csv_shown(into->csv, field[FIELD_ACCOUNT]);
    csv_text(into->csv, field[FIELD_AMOUNT]);
    csv_shown(into->csv, field[FIELD_DESCRIPTION]);
    csv_end_crlf(into->csv);
    return into->csv->err;
}

/* What was erased stands there as what it came to, so that the file adds up to the figure. */
static void put_erased(struct lines_file *into, const struct lines_found *found,
                       struct arena *arena)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct line_codes *codes = &found->codes[i];
        if (!found->import[codes->import].erased)
            continue;
        csv_shown(into->csv, found->import[codes->import].council->code);
        for (int blank = 0; blank < 4; blank++)
            csv_word(into->csv, "");
        csv_shown(into->csv, codes->cost_centre);
        csv_shown(into->csv, codes->account);
        csv_money(into->csv, codes->pence);
        csv_word(into->csv, arena_print(arena, "%lld lines that were erased with their extract",
                                        (long long)codes->lines));
        csv_end_crlf(into->csv);
    }
}

enum err lines_file_prepare(struct request *request)
{
    struct lines_file *into = arena_take(request->arena, 1, sizeof *into);
    struct lines_found *found = arena_take(request->arena, 1, sizeof *found);
    const struct working_asked asked = working_asked(request);

    if (asked.pool.size == 0)
        return ERR_MISSING;
    enum err err = answer_file_begin(request, &into->file);
    if (err != OK)
        return err;
    into->csv = arena_take(request->arena, 1, sizeof *into->csv);
    csv_open(into->csv, &into->file.sink, request->trouble);
    for (size_t i = 0; i < COUNT(columns); i++)
        csv_word(into->csv, columns[i].name);
    csv_end_crlf(into->csv);
    err = lines_load(request, &asked, found);
    if (err == OK)
        err = lines_each(request, found, 0, INT64_MAX, put_line, into);
    if (err == OK)
        put_erased(into, found, request->arena);
    lines_close(found);
    const enum err closed = csv_close(into->csv);
    return err != OK ? err : closed;
}

enum err lines_file(struct request *request)
{
    return answer_file_send(request, "text/csv; charset=utf-8; header=present", "lines.csv");
}

/* --- what became of a line --- */

static enum err load_fate(struct request *request, struct lines_page *page)
{
    const int period = month_index(page->period);
    const int64_t run = request_number(request, "run");

    if (page->asked && period >= 0)
        return lines_fate_load(request, run, page->cost_centre, page->account, period,
                               &page->found);
    if (page->asked)
        page->wrong = "Write a period as P03.";
    page->asked = false;
    return lines_uncharged_load(request, run, &page->found);
}

static const char *why_not(struct arena *arena, const struct lines_page *page,
                           const struct line_codes *codes)
{
    if (!codes->known)
        return "Not charged: no row of the map treats it.";
    if (codes->pool < 0)
        return arena_print(arena, "Not charged: the cost centre is no part of the shared service "
                           "(line %u of the map's cost centres: excluded).",
                           (unsigned)codes->row);
    return arena_print(arena, "Not charged yet: its period, P%02d, is later than P%02lld, the last "
                       "one settled.", (int)codes->period + 1,
                       (long long)run_of(page)->through);
}

static bool is_charged(const struct lines_page *page, const struct line_codes *codes)
{
    return codes->known && codes->pool >= 0 && codes->period < run_of(page)->through;
}

/* Words of the found codes, while the engine's numbers are there. */
static void tell_fates(struct lines_page *page)
{
    static const struct sheet_column heads[] = {
        { "cost_centre", "Cost centre", SHEET_WORDS }, { "account", "Account", SHEET_WORDS },
        { "period", "Period", SHEET_WORDS },           { "lines", "Lines", SHEET_NUMBER },
        { "amount", "Amount", SHEET_MONEY },           { "fate", "What became of it", SHEET_WORDS },
    };
    struct arena *arena = page->request->arena;
    const struct model *model = &page->found.working.model.partnership.model;

    money_sheet_open(&page->sheet, arena, "line",
                     page->asked ? "What became of these lines"
                                 : "Lines of your council in the year that nobody is charged for",
                     heads,
                     COUNT(heads));
    for (size_t i = 0; i < page->found.count; i++) {
        const struct line_codes *codes = &page->found.codes[i];
        const struct exact *share = lines_shares(&page->found, codes);
        struct sheet_cell *row = money_sheet_row(&page->sheet);
        const char *fate = why_not(arena, page, codes);
        if (is_charged(page, codes)) {
            fate = arena_print(arena, "Charged in pool %.*s, %s, group %.*s, by line %u of the "
                               "map's cost centres:", TEXT(model->pool[codes->pool].code),
                               kind_name[codes->kind], TEXT(model->group[codes->group]),
                               (unsigned)codes->row);
            for (size_t p = 0; p < model->partners; p++)
                if (share != NULL)
                    fate = arena_print(arena, "%s %.*s bears %s (%s%s per cent)%s", fate,
                                       TEXT(model->partner[p].name), share[p].fraction,
                                       share[p].rounded ? "~" : "", share[p].decimal,
                                       p + 1 < model->partners ? "," : ".");
                else if ((int32_t)p == codes->bearer)
                    fate = arena_print(arena, "%s %.*s bears all of it.", fate,
                                       TEXT(model->partner[p].name));
        }
        row[0] = sheet_words(codes->cost_centre);
        row[1] = sheet_words(codes->account);
        row[2] = sheet_words(text_of(arena_print(arena, "P%02d", (int)codes->period + 1)));
        row[3] = sheet_number(arena, codes->lines);
        row[4] = sheet_money(codes->pence);
        row[5] = sheet_words(text_of(fate));
        if (is_charged(page, codes))
            row[5] = sheet_linked(row[5], UrlArg(arena, working_url(
                page->request, run_of(page)->id, "working", model->pool[codes->pool].code,
                codes->period), "group", model->group[codes->group]));
    }
}

enum err line_fate_prepare(struct request *request)
{
    struct lines_page *page = arena_take(request->arena, 1, sizeof *page);

    *page = (struct lines_page){ .request = request,
                                 .cost_centre = request_field(request, "cost_centre"),
                                 .account = request_field(request, "account"),
                                 .period = request_field(request, "period") };
    page->asked = page->cost_centre.size > 0 || page->account.size > 0;
    request->work = page;
    enum err err = load_fate(request, page);
    if (err == OK)
        tell_fates(page);
    lines_close(&page->found);
    return err;
}

static void fate_form(struct request *request, struct html *h, const struct lines_page *page)
{
    const struct field field[] = {
        { .name = "cost_centre", .label = "Cost centre", .type = "text", .autocomplete = "off",
          .value = page->cost_centre },
        { .name = "account", .label = "Account", .type = "text", .autocomplete = "off",
          .value = page->account },
        { .name = "period", .label = "Period", .hint = "Such as: P03", .type = "text",
          .autocomplete = "off", .value = page->period, .error = page->wrong },
    };

    Filter(request, h, url_segment(request->arena, run_url(request, run_of(page)->id),
                                   text_of("line")))
        for (size_t i = 0; i < COUNT(field); i++)
            page_field(h, &field[i]);
}

enum err line_fate(struct request *request)
{
    const struct lines_page *page = request->work;
    struct html *h = page_begin(request, arena_print(
        request->arena, "What became of a line: run %lld", (long long)run_of(page)->id));

    El(h, "p") {
        Lit(h, "Lines of your council's ledger, by the map that went into ");
        link_to(h, run_url(request, run_of(page)->id), "the run");
        Lit(h, ".");
    }
    fate_form(request, h, page);
    if (page->sheet.rows > 0)
        money_sheet_show(h, &page->sheet);
    else if (page->asked)
        page_empty(h, "The run has no such line.",
                   "Is the cost centre written as in the extract, and was the extract taken in "
                   "before the run?");
    else
        page_empty(h, "Every line of your council is charged.",
                   "None is excluded; lines of later periods are charged with those.");
    return page_end(request, h, 200);
}
