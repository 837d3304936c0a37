/*
 * finance/finance_month_pages.c -- a month: what is done, by whom, and what is missing from whom.
 */
#include "finance/finance_beside.h"
#include "finance/finance_fund_check.h"
#include "finance/finance_map.h"
#include "finance/finance_pages.h"
#include "register/register_field_view.h"
#include "finance/finance_standing.h"
#include "finance/finance_query_standing.h"

struct month {
    struct text             year;
    int                     index;      /* of the period, 0 to 12 */
    enum period_state       state;
    struct councils         councils;
    struct period_standing *standing;   /* [councils] */
    struct period_import   *import;     /* the acting council's */
    size_t                  imports;
    struct unmapped_code   *missing;    /* its codes in this period without a row */
    size_t                  missings;
    struct joint_model     *joint;
    struct query_standing   queries;
    struct fund_leaks       leaks;      /* of the acting council's funds, for who sees them */
};

static void take_missing(struct arena *arena, struct month *month,
                         const struct unmapped_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++) {
        if ((codes->code[i].periods & 1U << month->index) == 0)
            continue;
        month->missing = arena_grow(arena, month->missing, month->missings, month->missings + 1,
                                    sizeof *month->missing);
        month->missing[month->missings++] = codes->code[i];
    }
}

static enum err load_missing(struct request *request, struct month *month)
{
    struct council council;
    struct money_map map;
    struct map_gaps gaps;
    enum err err = money_council(request, &council);

    if (err == OK)
        err = money_map_load(request->tx, request->arena, council.id, month->year, &map,
                             request->trouble);
    if (err != OK)
        return err;
    const struct map_question question = { &month->councils, &council, month->year, &map };
    err = money_map_gaps(request->tx, request->arena, &question, &gaps, request->trouble);
    if (err != OK)
        return err;
    take_missing(request->arena, month, &gaps.accounts);
    take_missing(request->arena, month, &gaps.cost_centres);
    return OK;
}

static enum err load_month(struct request *request, struct month *month)
{
    enum period_state state[PERIODS];
    enum err err = OK;

    *month = (struct month){ .year = request_word(request, "year"),
                             .index = month_index(request_word(request, "period")) };
    if (month->index < 0)
        return ERR_MISSING;
    err = joint_periods_load(request->tx, month->year, state, request->trouble);
    if (err == OK)
        err = councils_read(request->tx, request->arena, &month->councils, request->trouble);
    if (err != OK)
        return err;
    month->state = state[month->index];
    month->standing = arena_take(request->arena, month->councils.count + 1,
                                 sizeof *month->standing);
    err = period_standing_load(request->tx, &month->councils, month->year, month->index,
                               month->standing, request->trouble);
    if (err == OK)
        err = period_imports_load(request->tx, request->arena, request->actor.acting, month->year,
                                  month->index, &month->import, &month->imports,
                                  request->trouble);
    if (err == OK)
        err = query_standing_load(request->tx, request->actor.acting, month->year, month->index,
                                  &month->queries, request->trouble);
    if (err == OK && actor_may(&request->actor, MAY_SEE_BESIDE))
        err = fund_leaks_load(request->tx, request->arena, request->actor.acting, month->year,
                              &month->leaks, request->trouble);
    if (err == OK)
        err = load_missing(request, month);
    return err == OK ? month_gaps_load(request, month->year, month->index, &month->joint) : err;
}

/* --- the page --- */

static void task_cell(struct html *h, bool done, bool possible, const char *missing)
{
    El(h, "td") page_tag(h, done ? TAG_GOOD : possible ? TAG_WARNING : TAG_PLAIN,
                         done ? "Done" : missing);
}

static void tasks(struct request *request, struct html *h, const struct month *month)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Extracts taken in", COLUMN_WORDS },
        { "Codes mapped", COLUMN_WORDS }, { "Bases agreed", COLUMN_WORDS },
        { "Last changed", COLUMN_WORDS },
    };

    Table(h, arena_print(request->arena, "What is done for %s, by each council",
                         period_title(request->arena, month->year, month->index)), columns)
        for (size_t i = 0; i < month->councils.count; i++) {
            const struct period_standing *standing = &month->standing[i];
            El(h, "tr") {
                page_row_head(h, month->councils.council[i].name);
                task_cell(h, standing->taken, true, "Missing");
                task_cell(h, standing->mapped, standing->taken,
                          standing->taken ? "Codes without a row" : "Waits for the extract");
                task_cell(h, month_council_agreed(month->joint, month->councils.council[i].code),
                          true, "Not yet");
                El(h, "td") {
                    if (standing->changed_at.ms == 0)
                        Lit(h, "Nothing yet");
                    else
                        page_moment(h, standing->changed_at);
                }
            }
        }
}

static void link_words(struct html *h, struct url url, const char *words)
{
    El(h, "p") El(h, "a") {
        Href(h, "href", url);
        html_phrase(h, text_of(words));
    }
}

static void imports(struct request *request, struct html *h, const struct month *month)
{
    static const struct column columns[] = {
        { "Import", COLUMN_WORDS }, { "File", COLUMN_WORDS }, { "By", COLUMN_WORDS },
        { "Lines", COLUMN_NUMBER }, { "Amount", COLUMN_NUMBER },
    };

    El(h, "h2") Lit(h, "Your council's extracts");
    if (month->imports == 0) {
        page_empty(h, "No lines of this period are taken in yet.",
                   "Upload an extract of your ledger that has them; it is read as the last one "
                   "was.");
        if (actor_may(&request->actor, MAY_TAKE_EXTRACT))
            El(h, "p") link_to(h, Url("/money/imports/new"), "Upload an extract");
    } else {
        Table(h, "Imports with lines in this period", columns)
            for (size_t i = 0; i < month->imports; i++) {
                const struct period_import *import = &month->import[i];
                El(h, "tr") {
                    El(h, "th") {
                        LitAttr(h, "scope", "row");
                        El(h, "a") {
                            Href(h, "href", url_id(request->arena, Url("/money/imports"),
                                                   import->id));
                            html_int(h, import->id);
                        }
                    }
                    page_cell(h, import->file.size > 0 ? import->file : text_of("Erased"));
                    page_cell(h, import->made_by);
                    page_number(h, import->lines);
                    page_money(h, import->pence);
                }
            }
    }
    if (actor_may(&request->actor, MAY_TAKE_EXTRACT))
        link_words(h, Url("/money/imports/new"), "Upload an extract");
}

static void missing(struct request *request, struct html *h, const struct month *month)
{
    El(h, "h2") Lit(h, "Your council's map");
    if (month->imports == 0)
        El(h, "p") Lit(h, "Codes are looked for once lines are taken in.");
    else if (month->missings == 0)
        El(h, "p") Lit(h, "Every account and cost centre of this period has a row.");
    else
        El(h, "p") {
            html_int(h, (int64_t)month->missings);
            Lit(h, " codes with lines in this period have no row, such as ");
            html_text(h, month->missing[0].code);
            Lit(h, ".");
        }
    fund_leaks_shown(request, h, month->year, &month->leaks);
    link_words(h, url_segment(request->arena, Url("/money/map"), month->year),
               "The map of this year");
}

/* A money role sees both, or neither: the list is asked for by its own right. */
static void queries(struct request *request, struct html *h, const struct month *month)
{
    const char *period = arena_print(request->arena, "P%02d", month->index + 1);
    const struct period_place place = { month->year, month->index };
    struct url list = UrlArg(request->arena, Url("/queries"), "year", month->year);
    struct url new = UrlArg(request->arena, Url("/new-query"), "year", month->year);

    list = UrlArg(request->arena, list, "period", text_of(period));
    new = UrlArg(request->arena, new, "period", text_of(period));
    El(h, "h2") Lit(h, "Queries");
    El(h, "p") {
        if (month->queries.open == 0) {
            Lit(h, "No query about this period is open.");
        } else {
            html_int(h, month->queries.open);
            Lit(h, " open, with ");
            page_pounds(h, month->queries.disputed);
            Lit(h, " in dispute; the rest stays payable.");
        }
    }
    if (actor_may(&request->actor, MAY_SEE_QUERY))
        link_words(h, list, "Queries about this period");
    if (actor_may(&request->actor, MAY_EDIT_QUERY))
        link_words(h, new, "Question a figure of this period");
    link_words(h, month_part_url(request->arena, &place, "initiatives"),
               "That each council pays for its own initiatives");
}

enum err month_show(struct request *request)
{
    static const char *const states[PERIOD_STATES] = {
        [PERIOD_OPEN] = "Open", [PERIOD_SOFT] = "Closed softly", [PERIOD_LOCKED] = "Locked" };
    struct month month;
    struct period_place place;
    struct period_known known;
    enum err err = load_month(request, &month);

    if (err == OK)
        err = month_known(request, &place, &known);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(
        request->arena, "%s, %s", period_title(request->arena, month.year, month.index),
        month_name(month.index)));
    El(h, "p") page_tag(h, month.state == PERIOD_LOCKED ? TAG_GOOD : TAG_NEWS,
                        states[month.state]);
    month_tabs(request, h, &place, TAB_MONTH);
    month_course(request, h, &place, &known);
    tasks(request, h, &month);
    month_gaps_show(request, h, month.joint);
    imports(request, h, &month);
    missing(request, h, &month);
    queries(request, h, &month);
    return page_end(request, h, 200);
}
