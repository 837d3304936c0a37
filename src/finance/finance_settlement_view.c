/*
 * finance/finance_settlement_view.c -- "What each council pays" as a page: in a sentence, as bars,
 * as a table.
 */
#include "finance/finance_settlement_view.h"

#include "finance/finance_pages.h"
#include "register/register_field_view.h"

#define BARS_MOST 14            /* the largest; all stand in the table */
#define BAR_WIDTH 1000

static struct arena *arena_of(const struct settlement_page *page)
{
    return page->request->arena;
}

struct url settlement_url(struct request *request, struct text year, int index)
{
    const struct period_place place = { year, index };

    return month_part_url(request->arena, &place, "settlement");
}

struct url run_url(struct request *request, int64_t run)
{
    return url_id(request->arena, Url("/money/runs"), run);
}

/* --- where it stands --- */

static void state_line(struct html *h, const struct settlement_page *page)
{
    static const char *const words[PERIOD_STATES] = {
        [PERIOD_OPEN] = "Draft", [PERIOD_SOFT] = "Closed softly", [PERIOD_LOCKED] = "Locked" };
    static const enum tag_kind kind[PERIOD_STATES] = {
        [PERIOD_OPEN] = TAG_WARNING, [PERIOD_SOFT] = TAG_NEWS, [PERIOD_LOCKED] = TAG_GOOD };
    const struct settled *settlement = page->settlement;

    El(h, "p") {
        page_tag(h, kind[settlement->state],
                 arena_print(arena_of(page), "%s, run %lld", words[settlement->state],
                             (long long)settlement->run.id));
        Lit(h, " Worked out on ");
        page_moment(h, settlement->run.ended_at);
        Lit(h, " from ");
        html_int(h, settlement->run.lines);
        Lit(h, " ledger lines. ");
        link_to(h, run_url(page->request, settlement->run.id), "What went into it");
    }
    if (settlement->corrected && settlement->asked.index >= settlement->model.result.first)
        El(h, "p") Lit(h, "Corrections of locked periods are carried into the first open one.");
}

static bool is_running(const struct settlement_page *page)
{
    const struct money_runs *runs = &page->settlement->runs;

    return runs->count > 0 && runs->run[0].state == RUN_WAITING;
}

/* The newest run, where it is not the one that is shown. */
static void newest_line(struct html *h, const struct settlement_page *page)
{
    const struct settled *settlement = page->settlement;
    const struct money_runs *runs = &settlement->runs;
    struct request *request = page->request;

    if (runs->count == 0 || (settlement->has_run && runs->run[0].id == settlement->run.id))
        return;
    const struct money_run *newest = &runs->run[0];
    El(h, "p") {
        page_tag(h, newest->state == RUN_WAITING || newest->state == RUN_SAME ? TAG_NEWS
                    : newest->state == RUN_CLOSED ? TAG_GOOD : TAG_BAD,
                 arena_print(request->arena, "Run %lld is %s", (long long)newest->id,
                             run_state_title(newest->state)));
        Lit(h, " ");
        html_text(h, newest->outcome);
        Lit(h, " ");
        link_to(h, UrlArg(request->arena,
                          settlement_url(request, settlement->asked.year,
                                         settlement->asked.index), "run",
                          text_of(arena_number(request->arena, newest->id))),
                newest->state == RUN_WAITING ? "Look again" : "Show it");
    }
}

static void sums(struct html *h, const struct settlement_page *page)
{
    const struct settled *settlement = page->settlement;
    wide borne = 0, paid = 0;

    for (size_t p = 0; p < settlement->partners; p++) {
        borne += settlement->now[p].borne;
        paid += settlement->now[p].paid;
    }
    El(h, "dl") {
        LitAttr(h, "class", "sums");
        for (size_t i = 0; i < settlement->partners; i++) {
            const size_t p = settlement->order[i];
            El(h, "div") {
                El(h, "dt") {
                    html_text(h, settlement_short(settlement, p));
                    Lit(h, " pays (");
                    html_text(h, text_of(settlement_per_cent(arena_of(page),
                                                             settlement->now[p].borne, borne)));
                    Lit(h, "%)");
                }
                El(h, "dd") page_pounds(h, settlement->now[p].borne);
            }
        }
        El(h, "div") {
            El(h, "dt") Lit(h, "Left over");
            El(h, "dd") page_pounds(h, paid - borne);
        }
    }
}

/* --- bars --- */

static wide size_of(wide pence)
{
    return pence < 0 ? -pence : pence;
}

static wide line_total(const struct settled *settlement, const struct settlement_line *line)
{
    wide total = 0;

    for (size_t p = 0; p < settlement->partners; p++)
        total += line->now[p].borne;
    return total;
}

/* What the bars say, in a sentence: who bears more, and what is the largest. */
static const char *message(const struct settlement_page *page)
{
    const struct settled *settlement = page->settlement;
    const size_t one = settlement->order[0], other = settlement->order[1];
    const struct settlement_line *largest = &settlement->line[0];
    size_t more = 0;

    for (size_t i = 0; i < settlement->lines; i++) {
        const struct settlement_line *line = &settlement->line[i];
        more += line->now[other].borne > line->now[one].borne;
        if (line_total(settlement, line) > line_total(settlement, largest))
            largest = line;
    }
    const bool second = 2 * more > settlement->lines;
    const size_t who = second ? other : one;
    return arena_print(arena_of(page), "%.*s bears more in %zu of %zu; %.*s%s%s%s is the largest",
                       TEXT(settlement_short(settlement, who)),
                       second ? more : settlement->lines - more, settlement->lines,
                       TEXT(largest->name), largest->kind == NULL ? "" : " (",
                       largest->kind == NULL ? "" : largest->kind,
                       largest->kind == NULL ? "" : ")");
}

/* "£1.74m", "£12.3k": to be read beside a bar; the table has the pence. */
static const char *rounded(struct arena *arena, wide pence)
{
    const wide size = size_of(pence);
    const bool millions = size >= 99950000;
    const wide unit = millions ? 1000000 : 10000;   /* hundredths of a million, tenths of 1000 */
    const long long of = (long long)((size + unit / 2) / unit);
    const char *sign = pence < 0 ? "-" : "";

    if (size < 99950)
        return arena_print(arena, "%s\u00A3%lld", sign, (long long)((size + 50) / 100));
    return millions ? arena_print(arena, "%s\u00A3%lld.%02lldm", sign, of / 100, of % 100)
                    : arena_print(arena, "%s\u00A3%lld.%lldk", sign, of / 10, of % 10);
}

/* What the bars have to hold on either side of nothing. */
struct bar_scale {
    wide below, above;
};

static int64_t on_scale(const struct bar_scale *scale, wide size)
{
    const wide most = scale->below + scale->above;

    return most == 0 ? 0 : (int64_t)(size * BAR_WIDTH / most);
}

static void bar(struct html *h, const struct settlement_page *page,
                const struct settlement_line *line, size_t place, const struct bar_scale *scale)
{
    const struct settled *settlement = page->settlement;
    const size_t partner = settlement->order[place];
    const wide pence = line->now[partner].borne;
    const int64_t width = on_scale(scale, size_of(pence)), zero = on_scale(scale, scale->below);

    El(h, "div") {
        LitAttr(h, "class", "bar");
        page_bar(h, arena_of(page), place % 2 == 1, pence < 0 ? zero - width : zero, width);
        El(h, "span") {
            El(h, "span") {
                LitAttr(h, "class", "visually-hidden");
                html_text(h, settlement_short(settlement, partner));
                Lit(h, " ");
            }
            html_text(h, text_of(rounded(arena_of(page), pence)));
        }
    }
}

static void bar_key(struct html *h, const struct settlement_page *page)
{
    static const char *const place[] = { "upper bar", "lower bar, with a line" };
    const struct settled *settlement = page->settlement;

    El(h, "ul") {
        LitAttr(h, "class", "key");
        for (size_t i = 0; i < settlement->partners && i < COUNT(place); i++)
            El(h, "li") {
                page_bar(h, arena_of(page), i % 2 == 1, 0, BAR_WIDTH);
                Lit(h, " ");
                html_text(h, settlement_short(settlement, settlement->order[i]));
                Lit(h, " (");
                html_text(h, text_of(place[i]));
                Lit(h, ")");
            }
    }
}

/* The largest lines, in the order of the table. */
static bool is_shown(const struct settled *settlement, size_t at)
{
    const wide own = size_of(line_total(settlement, &settlement->line[at]));
    size_t larger = 0;

    for (size_t i = 0; i < settlement->lines; i++) {
        const wide total = size_of(line_total(settlement, &settlement->line[i]));
        larger += total > own || (total == own && i < at);
    }
    return larger < BARS_MOST;
}

static struct bar_scale scale_of(const struct settled *settlement)
{
    struct bar_scale scale = { 0, 0 };

    for (size_t i = 0; i < settlement->lines; i++)
        for (size_t p = 0; p < settlement->partners; p++) {
            const wide pence = settlement->line[i].now[p].borne;
            wide *side = pence < 0 ? &scale.below : &scale.above;
            if (size_of(pence) > *side)
                *side = size_of(pence);
        }
    return scale;
}

static void bars(struct html *h, const struct settlement_page *page)
{
    const struct settled *settlement = page->settlement;
    const struct bar_scale scale = scale_of(settlement);

    if (settlement->lines == 0 || settlement->partners != 2)
        return;
    El(h, "h2") {
        LitAttr(h, "id", "bars");
        html_text(h, text_of(message(page)));
    }
    bar_key(h, page);
    El(h, "ul") {
        LitAttr(h, "class", "bars");
        LitAttr(h, "aria-labelledby", "bars");
        for (size_t i = 0; i < settlement->lines; i++) {
            const struct settlement_line *line = &settlement->line[i];
            if (!is_shown(settlement, i))
                continue;
            El(h, "li") {
                El(h, "span") {
                    html_text(h, line->name);
                    if (line->kind != NULL && strcmp(line->kind, "common") != 0)
                        html_text(h, text_of(arena_print(arena_of(page), " (%s)", line->kind)));
                }
                El(h, "div") for (size_t place = 0; place < settlement->partners; place++)
                    bar(h, page, line, place, &scale);
            }
        }
    }
    if (settlement->lines > BARS_MOST)
        El(h, "p") html_text(h, text_of(arena_print(
            arena_of(page), "The %d largest of %zu; all stand in the table.", BARS_MOST,
            settlement->lines)));
}

/* --- what is asked for --- */

static void choice(struct html *h, const char *name, const char *label, const char *chosen,
                   const struct choice choices[], size_t count)
{
    const struct field field = { .name = name, .label = label, .value = text_of(chosen) };

    page_choice_field(h, &field, NULL, choices, count);
}

/* Runs of the period that closed, the newest first. */
static void run_choice(struct html *h, const struct settlement_page *page)
{
    const struct money_runs *runs = &page->settlement->runs;
    struct choice *choices = arena_take(arena_of(page), runs->count + 1, sizeof *choices);
    const int64_t run = page->settlement->asked.run;
    size_t count = 0;

    choices[count++] = (struct choice){ "", "The last" };
    for (size_t i = 0; i < runs->count; i++)
        if (runs->run[i].state == RUN_CLOSED)
            choices[count++] = (struct choice){
                arena_number(arena_of(page), runs->run[i].id),
                arena_print(arena_of(page), "Run %lld%s", (long long)runs->run[i].id,
                            runs->run[i].book == BOOK_LEDGER ? "" : ", budget or forecast") };
    choice(h, "run", "Run", run == 0 ? "" : arena_number(arena_of(page), run), choices, count);
}

static void council_choice(struct html *h, const struct settlement_page *page)
{
    const struct settled *settlement = page->settlement;
    struct choice *choices = arena_take(arena_of(page), settlement->partners, sizeof *choices);
    const struct model *model = &settlement->model.partnership.model;

    for (size_t p = 0; p < settlement->partners; p++)
        choices[p] = (struct choice){
            arena_print(arena_of(page), "%.*s", TEXT(model->partner[p].code)),
            arena_print(arena_of(page), "%.*s", TEXT(settlement_short(settlement, p))) };
    choice(h, "first", "Council that stands first",
           choices[settlement->order[0]].value, choices, settlement->partners);
}

static void filter(struct html *h, const struct settlement_page *page)
{
    static const struct choice views[] = { { "pool", "Cost pools" }, { "service", "Services" },
                                           { "group", "Subjective groups" } };
    static const struct choice spans[] = { { "month", "This period" },
                                           { "bill", "All that is billed now" },
                                           { "year", "The year to date" } };
    static const struct choice costs[] = { { "all", "All cost" },
                                           { "shared", "Shared cost (common, support)" },
                                           { "own", "Borne whole (direct, initiatives)" } };
    static const struct choice others[] = { { "none", "Nothing" },
                                            { "period", "The period before" },
                                            { "year", "The year before" },
                                            { "run", "The run before" }, { "budget", "Budget" } };
    const struct settlement_asked *asked = &page->settlement->asked;
    const struct field words = { .name = "words", .label = "Service or cost pool",
                                 .type = "text", .autocomplete = "off", .value = asked->words };

    Filter(page->request, h, settlement_url(page->request, asked->year, asked->index)) {
        page_field(h, &words);
        choice(h, "view", "By", settlement_view_word[asked->view], views, COUNT(views));
        choice(h, "span", "For", settlement_span_word[asked->span], spans, COUNT(spans));
        choice(h, "cost", "Cost", settlement_cost_word[asked->cost], costs, COUNT(costs));
        choice(h, "compare", "Compare with", settlement_other_word[asked->other], others,
               COUNT(others));
        council_choice(h, page);
        run_choice(h, page);
        page_tick(h, "paid", "What each has paid, too", asked->paid);
    }
}

/* --- what has changed --- */

static void difference(struct html *h, const struct settlement_page *page)
{
    const struct settled *settlement = page->settlement;
    size_t differ = 0;

    if (settlement->asked.other == OTHER_NONE)
        return;
    if (!settlement->has_other) {
        El(h, "p") Lit(h, "There is nothing to compare it with.");
        return;
    }
    for (size_t i = 0; i < settlement->lines; i++)
        for (size_t p = 0; p < settlement->partners; p++)
            if (settlement->line[i].now[p].borne != settlement->line[i].before[p].borne) {
                differ++;
                break;
            }
    El(h, "p") {
        html_text(h, text_of(arena_print(arena_of(page), "Compared with %s, %zu of %zu row%s "
                                         "differ%s.", settlement->other_title, differ,
                                         settlement->lines, settlement->lines == 1 ? "" : "s",
                                         differ == 1 ? "s" : "")));
        for (size_t i = 0; i < settlement->partners && differ > 0; i++) {
            const size_t p = settlement->order[i];
            const wide change = settlement->now[p].borne - settlement->before[p].borne;
            Lit(h, " ");
            html_text(h, settlement_short(settlement, p));
            Lit(h, " pays ");
            page_pounds(h, size_of(change));
            html_text(h, text_of(change < 0 ? " less." : " more."));
        }
    }
}

/* --- without figures --- */

static void gaps_list(struct html *h, const struct run_gaps *gaps)
{
    El(h, "h2") Lit(h, "What is missing before it can be worked out");
    El(h, "ul") for (size_t i = 0; i < gaps->count; i++)
        El(h, "li") html_text(h, text_of(gaps->gap[i].words));
}

static void run_form(struct html *h, const struct settlement_page *page)
{
    static const struct choice books[] = { { "ledger", "Ledger" }, { "budget", "Budget" },
                                           { "forecast", "Forecast" } };
    const struct settled *settlement = page->settlement;
    struct request *request = page->request;

    if (!page->may_run || is_running(page) || settlement->state == PERIOD_LOCKED)
        return;
    if (page->gaps.count > 0) {
        gaps_list(h, &page->gaps);
        return;
    }
    El(h, "h2") html_text(h, text_of(settlement->has_run ? "Work it out again"
                                                         : "Work it out"));
    El(h, "p") Lit(h, "From what is taken in, mapped and agreed today. Nobody is charged by it; "
                      "the run before stays, and what has changed is shown.");
    Form(request, h, settlement_url(request, settlement->asked.year, settlement->asked.index)) {
        choice(h, "book", "Book", book_name[BOOK_LEDGER], books, COUNT(books));
        page_button(h, "Work out what each council pays");
    }
}

static void no_figures(struct html *h, const struct settlement_page *page)
{
    if (is_running(page))
        page_empty(h, "It is being worked out.", "Look again in a moment.");
    else
        page_empty(h, "Nothing is worked out for this period yet.",
                   "When both councils have taken in their ledgers, mapped their codes and agreed "
                   "bases and cost model, anybody of finance can work out what each pays.");
}

enum err settlement_page_answer(const struct settlement_page *page, int status)
{
    const struct settled *settlement = page->settlement;
    struct request *request = page->request;
    struct html *h = page_begin(request, arena_print(
        request->arena, "What each council pays: %s",
        settlement_month(request->arena, settlement->asked.year, settlement->asked.index)));

    const struct period_place place = { settlement->asked.year, settlement->asked.index };
    month_tabs(request, h, &place, TAB_PAYS);
    if (page->wrong != NULL)
        El(h, "p") {
            page_tag(h, TAG_BAD, "Not begun");
            Lit(h, " ");
            html_text(h, text_of(page->wrong));
        }
    newest_line(h, page);
    if (!settlement->has_run) {
        no_figures(h, page);
    } else {
        struct money_sheet sheet;
        settlement_sheet(request, settlement, &sheet);
        state_line(h, page);
        sums(h, page);
        El(h, "p") {
            LitAttr(h, "class", "owes");
            html_text(h, text_of(settlement_debts(request, settlement)));
        }
        bars(h, page);
        filter(h, page);
        difference(h, page);
        money_sheet_show(h, &sheet);
        El(h, "p") Lit(h, "A figure leads to its working.");
        const struct period_place period = { settlement->asked.year, settlement->asked.index };
        El(h, "p") link_to(h, month_part_url(request->arena, &period, "restatements"),
                           "Restate it by the maps of a later period");
        El(h, "p") link_to(h, url_segment(request->arena, month_part_url(request->arena, &period,
                                                                         "documents"),
                                          text_of("true-up.html")),
                           "The true-up by cause: price, volume, basis, correction");
        money_sheet_links(request, h, &sheet,
                          settlement_url(request, settlement->asked.year,
                                         settlement->asked.index),
                          settlement_query(request, &settlement->asked));
    }
    run_form(h, page);
    return page_end(request, h, status);
}
