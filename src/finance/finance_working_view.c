/*
 * finance/finance_working_view.c -- the working of a pool's figures as a page: the steps of
 * `ochil explain` (engine/explain.h) in its order and its words.
 */
#include "finance/finance_working.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/shown.h"
#include "finance/finance_pages.h"
#include "finance/finance_settlement_view.h"
#include "register/register_field_view.h"

#define FRACTION_SHOWN 40

struct sheet {
    struct request           *request;
    struct html              *h;
    const struct working     *working;
    const struct explanation *explanation;
    const struct model       *model;
};

static struct arena *arena_of(const struct sheet *sheet)
{
    return sheet->request->arena;
}

__attribute__((format(printf, 2, 3)))
static void say(const struct sheet *sheet, const char *format, ...)
{
    char words[2048];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    El(sheet->h, "p") html_text(sheet->h, text_of(words));
}

static void heading(const struct sheet *sheet, const char *words)
{
    El(sheet->h, "h2") html_text(sheet->h, text_of(words));
}

static const char *code_and_name(const struct sheet *sheet, struct text code, struct text name)
{
    if (name.size == 0 || text_equal(code, name))
        return arena_print(arena_of(sheet), "%.*s", TEXT(code));
    return arena_print(arena_of(sheet), "%.*s, %.*s", TEXT(code), TEXT(name));
}

static struct text partner_name(const struct sheet *sheet, size_t partner)
{
    const struct partner *one = &sheet->model->partner[partner];

    return one->name.size > 0 ? one->name : one->code;
}

static const char *period_text(const struct sheet *sheet, int32_t period)
{
    return period_shown(arena_of(sheet), sheet->model, period);
}

/* A number cell: "~" before one that had to be rounded. */
static void decimal_cell(const struct sheet *sheet, const struct exact *exact)
{
    El(sheet->h, "td") {
        LitAttr(sheet->h, "class", "number");
        if (exact->rounded)
            Lit(sheet->h, "~");
        html_text(sheet->h, text_of(exact->decimal));
    }
}

/* The exact number; a very long one is shown from its beginning, the file has all of it. */
static void fraction_cell(const struct sheet *sheet, const struct exact *exact)
{
    const size_t size = strlen(exact->fraction);

    El(sheet->h, "td") {
        html_text(sheet->h, (struct text){ exact->fraction,
                                           size > FRACTION_SHOWN ? FRACTION_SHOWN : size });
        if (size > FRACTION_SHOWN)
            Lit(sheet->h, "...");
    }
}

static void partner_head(const struct sheet *sheet, size_t partner)
{
    page_row_head(sheet->h, partner_name(sheet, partner));
}

static void word_cell(const struct sheet *sheet, const char *words)
{
    page_cell(sheet->h, text_of(words));
}

/* --- the basis --- */

static void values_table(const struct sheet *sheet, const struct explained_basis *basis)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Value", COLUMN_NUMBER }, { "Holds from", COLUMN_WORDS },
        { "Per cent", COLUMN_NUMBER }, { "Share", COLUMN_WORDS },
    };
    const struct text code = sheet->model->basis[basis->basis].code;

    Table(sheet->h, arena_print(arena_of(sheet), "Values of %.*s in force", TEXT(code)), columns)
    {
        for (size_t p = 0; p < sheet->model->partners; p++)
            El(sheet->h, "tr") {
                const struct exact *share = basis->before != NULL ? &basis->before[p]
                                                                  : &basis->share[p];
                partner_head(sheet, p);
                El(sheet->h, "td") {
                    LitAttr(sheet->h, "class", "number");
                    html_text(sheet->h, basis->value[p]->written);
                }
                word_cell(sheet, bound_shown(arena_of(sheet), basis->value[p]->from,
                                             "the beginning"));
                decimal_cell(sheet, share);
                fraction_cell(sheet, share);
            }
        El(sheet->h, "tr") {
            page_row_head(sheet->h, text_of("Sum"));
            decimal_cell(sheet, &basis->sum);
            for (int blank = 0; blank < 3; blank++)
                word_cell(sheet, "");
        }
    }
}

static void shares_table(const struct sheet *sheet, const char *caption,
                         const struct exact *share)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Per cent", COLUMN_NUMBER }, { "Share", COLUMN_WORDS },
    };

    Table(sheet->h, caption, columns)
        for (size_t p = 0; p < sheet->model->partners; p++)
            El(sheet->h, "tr") {
                partner_head(sheet, p);
                decimal_cell(sheet, &share[p]);
                fraction_cell(sheet, &share[p]);
            }
}

static void say_made_of(const struct sheet *sheet, const struct explained_basis *explained)
{
    const struct model *model = sheet->model;
    const struct basis *basis = &model->basis[explained->basis];

    for (size_t c = 0; explained->weight != NULL && c < basis->components; c++)
        say(sheet, "%s per cent of the share by %.*s.", explained->weight[c],
            TEXT(model->basis[basis->component[c].basis].code));
    if (explained->tolerance != NULL)
        say(sheet, "Estimate %.*s, actual %.*s: the largest difference is %s points. The "
            "tolerance is %s points, so the %s shares are taken.",
            TEXT(model->basis[basis->estimate].code), TEXT(model->basis[basis->actual].code),
            explained->points_off.decimal, explained->tolerance,
            explained->takes_actual ? "actual" : "estimated");
}

static void one_basis(const struct sheet *sheet, const struct explained_basis *explained)
{
    const struct basis *basis = &sheet->model->basis[explained->basis];
    struct arena *arena = arena_of(sheet);

    heading(sheet, arena_print(arena, "Basis %s (%s)",
                               code_and_name(sheet, basis->code, basis->name),
                               basis_kind_name[basis->kind]));
    if (basis->unit.size > 0 || basis->source.size > 0)
        say(sheet, "%s%.*s%s%s%.*s", basis->unit.size > 0 ? "Unit: " : "", TEXT(basis->unit),
            basis->unit.size > 0 ? ". " : "", basis->source.size > 0 ? "Source: " : "",
            TEXT(basis->source));
    say_made_of(sheet, explained);
    if (explained->value != NULL)
        values_table(sheet, explained);
    else if (explained->before != NULL)
        shares_table(sheet, arena_print(arena, "Shares by %.*s before rounding",
                                        TEXT(basis->code)), explained->before);
    if (explained->before != NULL)
        say(sheet, "Rounded to %d place%s of a per cent, by largest remainder.",
            (int)basis->places, basis->places == 1 ? "" : "s");
    if (explained->before != NULL || explained->value == NULL)
        shares_table(sheet, arena_print(arena, "Shares by %.*s", TEXT(basis->code)),
                     explained->share);
}

/* --- the chain of support --- */

static void drivers_table(const struct sheet *sheet, const struct explained_pool *pool)
{
    static const struct column columns[] = {
        { "Supports", COLUMN_WORDS }, { "Driver", COLUMN_NUMBER }, { "Holds from", COLUMN_WORDS },
        { "Per cent", COLUMN_NUMBER }, { "Part", COLUMN_WORDS },
    };
    const struct text code = sheet->model->pool[pool->pool].code;

    Table(sheet->h, arena_print(arena_of(sheet), "What %.*s supports", TEXT(code)), columns)
        for (size_t d = 0; d < pool->drivers; d++) {
            const struct explained_driver *driver = &pool->driver[d];
            El(sheet->h, "tr") {
                page_row_head(sheet->h, sheet->model->pool[driver->receiver].code);
                El(sheet->h, "td") {
                    LitAttr(sheet->h, "class", "number");
                    html_text(sheet->h, driver->value->written);
                }
                word_cell(sheet, bound_shown(arena_of(sheet), driver->value->from,
                                             "the beginning"));
                if (driver->left_out) {
                    word_cell(sheet, "");
                    word_cell(sheet, "left out by the method");
                } else {
                    decimal_cell(sheet, &driver->part);
                    fraction_cell(sheet, &driver->part);
                }
            }
        }
}

static void outlets_table(const struct sheet *sheet, const struct explained_pool *pool)
{
    static const struct column columns[] = {
        { "Ends in", COLUMN_WORDS }, { "Per cent", COLUMN_NUMBER }, { "Part", COLUMN_WORDS },
    };
    const struct text code = sheet->model->pool[pool->pool].code;

    Table(sheet->h, arena_print(arena_of(sheet), "Where the cost of %.*s ends", TEXT(code)),
          columns)
        for (size_t o = 0; o < pool->outlets; o++)
            El(sheet->h, "tr") {
                page_row_head(sheet->h, sheet->model->pool[pool->outlet[o].pool].code);
                decimal_cell(sheet, &pool->outlet[o].part);
                fraction_cell(sheet, &pool->outlet[o].part);
            }
}

static void chained_pool(const struct sheet *sheet, const struct explained_pool *explained)
{
    const struct pool *pool = &sheet->model->pool[explained->pool];
    struct arena *arena = arena_of(sheet);

    if (pool->kind == KIND_SUPPORT) {
        heading(sheet, arena_print(arena, "Support pool %s",
                                   code_and_name(sheet, pool->code, pool->name)));
        drivers_table(sheet, explained);
        outlets_table(sheet, explained);
        say(sheet, "Its shares: each part it ends in, times the shares there.");
    } else {
        heading(sheet, arena_print(arena, "Common pool %s, shared by %.*s",
                                   code_and_name(sheet, pool->code, pool->name),
                                   TEXT(sheet->model->basis[explained->row->basis].code)));
    }
    shares_table(sheet, arena_print(arena, "Shares of %.*s", TEXT(pool->code)),
                 explained->share);
}

static void chain(const struct sheet *sheet)
{
    static const char *const method[] = {
        [SUPPORT_RECIPROCAL] = "reciprocal: support pools pass cost to each other too, and the "
                               "simultaneous equations are solved exactly",
        [SUPPORT_STEP_DOWN] = "step-down: support pools are closed in the order of pools.csv, and "
                              "a closed pool receives nothing",
        [SUPPORT_DIRECT] = "direct: drivers towards other support pools are left out",
    };
    const struct explanation *explanation = sheet->explanation;

    if (explanation->chained == 0 || sheet->model->pool[explanation->pool].kind != KIND_SUPPORT)
        return;
    heading(sheet, "How support cost is allocated");
    say(sheet, "The method is %s. Nothing is rounded on the way.",
        method[sheet->model->support_method]);
    for (size_t i = 0; i < explanation->chained; i++)
        chained_pool(sheet, &explanation->chain[i]);
}

/* --- a figure --- */

static const char *figure_title(const struct sheet *sheet, const struct explained_figure *figure)
{
    return arena_print(arena_of(sheet), "%.*s, %s", TEXT(sheet->model->group[figure->group]),
                       kind_name[figure->kind]);
}

static const char *of_figure(const struct sheet *sheet, const char *what,
                             const struct explained_figure *figure)
{
    return arena_print(arena_of(sheet), "%s: %s", what, figure_title(sheet, figure));
}

static void paid_table(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const struct column columns[] = { { "Paid by", COLUMN_WORDS },
                                             { "Amount", COLUMN_NUMBER } };

    Table(sheet->h, of_figure(sheet, "What was paid in the period", figure), columns) {
        for (size_t p = 0; p < sheet->model->partners; p++)
            if (figure->part[p].due.paid != 0)
                El(sheet->h, "tr") {
                    partner_head(sheet, p);
                    page_money(sheet->h, figure->part[p].due.paid);
                }
        El(sheet->h, "tr") {
            page_row_head(sheet->h, text_of("Total"));
            page_money(sheet->h, figure->total);
        }
    }
}

static void periods_table(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const struct column columns[] = {
        { "Period", COLUMN_WORDS }, { "Total", COLUMN_NUMBER }, { "Council", COLUMN_WORDS },
        { "Per cent", COLUMN_NUMBER }, { "Share", COLUMN_WORDS },
        { "Exact pence", COLUMN_NUMBER },
    };

    Table(sheet->h, of_figure(sheet, "Exact amounts by period", figure), columns)
        for (size_t t = 0; t < figure->periods; t++) {
            const struct explained_period *period = &figure->period[t];
            for (size_t p = 0; period->total != 0 && p < sheet->model->partners; p++)
                El(sheet->h, "tr") {
                    page_row_head(sheet->h, text_of(period_text(sheet, period->period)));
                    page_money(sheet->h, period->total);
                    page_cell(sheet->h, partner_name(sheet, p));
                    decimal_cell(sheet, &period->share[p]);
                    fraction_cell(sheet, &period->share[p]);
                    decimal_cell(sheet, &period->exact[p]);
                }
        }
}

static const char *money_text(const struct sheet *sheet, wide pence)
{
    struct html *h = html_open(arena_of(sheet));

    page_pounds(h, pence);
    const struct text bytes = html_bytes(h);
    return arena_copy(arena_of(sheet), bytes.data, bytes.size);
}

static void say_rule(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const char *const takers[] = {
        [REMAINDER_LARGEST] = ("one each to the largest fractions, a tie to the council listed "
                               "first"),
        [REMAINDER_LEAD] = "to the lead of the service",
        [REMAINDER_FIRST] = "to the council listed first",
    };
    static const char *const remainder[] = { [REMAINDER_LARGEST] = "largest",
                                             [REMAINDER_LEAD] = "lead",
                                             [REMAINDER_FIRST] = "first" };
    const bool to_date = sheet->model->rounding == ROUNDING_YEAR_TO_DATE;

    say(sheet, "Rounding is %s, remainder %s. The %s is %s. Every exact amount is floored to "
        "whole pence, and what is left goes %s: %s%s.%s",
        to_date ? "year-to-date" : "by period", remainder[sheet->model->remainder],
        to_date ? "total accumulated over the year so far" : "total of the period",
        money_text(sheet, figure->accumulated), takers[sheet->model->remainder],
        figure->spare == 0 ? "here nothing is left" : "here ",
        figure->spare == 0 ? "" : money_text(sheet, figure->spare),
        figure->reversed ? " The total is below zero, so the rule is applied with the signs "
                           "changed and the result is changed back." : "");
}

static void pennies_table(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Exact pence", COLUMN_NUMBER },
        { "Whole pence", COLUMN_NUMBER }, { "Fraction left", COLUMN_NUMBER },
        { "Order", COLUMN_NUMBER }, { "Pennies moved", COLUMN_NUMBER }, { "Due", COLUMN_NUMBER },
    };

    Table(sheet->h, of_figure(sheet, "The pennies", figure), columns)
        for (size_t p = 0; p < sheet->model->partners; p++) {
            const struct explained_part *part = &figure->part[p];
            El(sheet->h, "tr") {
                partner_head(sheet, p);
                decimal_cell(sheet, &part->accumulated);
                page_money(sheet->h, part->floor);
                decimal_cell(sheet, &part->fraction);
                page_number(sheet->h, part->rank);
                page_money(sheet->h, part->pennies);
                page_money(sheet->h, part->due_after);
            }
        }
}

static void difference_table(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Due", COLUMN_NUMBER }, { "Less before", COLUMN_NUMBER },
        { "Of the period", COLUMN_NUMBER }, { "Carry before", COLUMN_NUMBER },
        { "Carry after", COLUMN_NUMBER },
    };

    Table(sheet->h, of_figure(sheet, "What of it is of the period", figure), columns)
        for (size_t p = 0; p < sheet->model->partners; p++) {
            const struct explained_part *part = &figure->part[p];
            El(sheet->h, "tr") {
                partner_head(sheet, p);
                page_money(sheet->h, part->due_after);
                page_money(sheet->h, part->due_before);
                page_money(sheet->h, part->due.borne);
                decimal_cell(sheet, &part->carry_before);
                decimal_cell(sheet, &part->carry_after);
            }
        }
    say(sheet, "The carry is what the exact amount is ahead of the pence due, in pence.");
}

static void result_row(const struct sheet *sheet, size_t partner, const char *what,
                       struct due due)
{
    El(sheet->h, "tr") {
        partner_head(sheet, partner);
        word_cell(sheet, what);
        page_money(sheet->h, due.borne);
        page_money(sheet->h, due.paid);
        page_money(sheet->h, due.borne - due.paid);
    }
}

static struct due negated(struct due due)
{
    return (struct due){ -due.borne, -due.paid };
}

/* A locked period: what was charged, what was corrected since, what is due today. */
static void locked_rows(const struct sheet *sheet, const struct explained_figure *figure,
                        size_t p)
{
    const struct explained_part *part = &figure->part[p];
    struct arena *arena = arena_of(sheet);

    result_row(sheet, p, "the figure, as charged", part->figure);
    for (size_t i = 0; i < figure->moves; i++) {
        const struct explained_move *move = &figure->move[i];
        const bool out = move->carried_in == sheet->explanation->period;
        if (move->partner == (int32_t)p)
            result_row(sheet, p,
                       arena_print(arena, out ? "of this, belongs to %s" : "corrected in %s",
                                   period_text(sheet, out ? move->period : move->carried_in)),
                       out ? negated(move->due) : move->due);
    }
    result_row(sheet, p, "due today", part->due);
    result_row(sheet, p, arena_print(arena, "carried into %s",
                                     period_text(sheet, sheet->explanation->result->first)),
               (struct due){ part->due.borne - part->standing.borne,
                             part->due.paid - part->standing.paid });
}

static void open_rows(const struct sheet *sheet, const struct explained_figure *figure, size_t p)
{
    const struct explained_part *part = &figure->part[p];

    if (part->carried_in.borne != 0 || part->carried_in.paid != 0)
        result_row(sheet, p, "due for the period", part->due);
    for (size_t i = 0; i < figure->moves; i++)
        if (figure->move[i].partner == (int32_t)p)
            result_row(sheet, p, arena_print(arena_of(sheet), "carried in from %s",
                                             period_text(sheet, figure->move[i].period)),
                       figure->move[i].due);
    result_row(sheet, p, "the figure", part->figure);
}

static void result_table(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "What", COLUMN_WORDS }, { "Borne", COLUMN_NUMBER },
        { "Paid", COLUMN_NUMBER }, { "Net", COLUMN_NUMBER },
    };

    Table(sheet->h, of_figure(sheet, "What comes of it", figure), columns)
        for (size_t p = 0; p < sheet->model->partners; p++) {
            if (sheet->explanation->locked)
                locked_rows(sheet, figure, p);
            else
                open_rows(sheet, figure, p);
        }
}

static void lines_link(const struct sheet *sheet, const struct explained_figure *figure)
{
    struct url url = working_url(sheet->request, sheet->working->run.id, "lines",
                                 sheet->model->pool[sheet->explanation->pool].code,
                                 sheet->explanation->period);

    url = UrlArg(arena_of(sheet), url, "group", sheet->model->group[figure->group]);
    url = UrlArg(arena_of(sheet), url, "kind", text_of(kind_name[figure->kind]));
    El(sheet->h, "p") link_to(sheet->h, url, arena_print(
        arena_of(sheet), "The ledger lines behind it (%s)", figure_title(sheet, figure)));
}

static void figure_part(const struct sheet *sheet, const struct explained_figure *figure)
{
    heading(sheet, of_figure(sheet, "Group", figure));
    paid_table(sheet, figure);
    if (figure->shared) {
        periods_table(sheet, figure);
        say_rule(sheet, figure);
        pennies_table(sheet, figure);
        difference_table(sheet, figure);
    } else if (figure->kind == KIND_COMMON || figure->kind == KIND_SUPPORT) {
        say(sheet, "The pool is no longer of this kind: only what was charged is known.");
    } else {
        say(sheet, "%s cost is borne by the council that its row of cost_centres.csv names.",
            figure->kind == KIND_DIRECT ? "Direct" : "An initiative's");
    }
    result_table(sheet, figure);
    lines_link(sheet, figure);
}

/* --- the head --- */

static void overview_table(const struct sheet *sheet)
{
    const struct explanation *explanation = sheet->explanation;
    static const struct column columns[] = {
        { "Group", COLUMN_WORDS }, { "Kind", COLUMN_WORDS }, { "Council", COLUMN_WORDS },
        { "Borne", COLUMN_NUMBER }, { "Paid", COLUMN_NUMBER },
    };

    Table(sheet->h, "The figures of this pool in the period", columns)
        for (size_t i = 0; i < explanation->figures; i++) {
            const struct explained_figure *figure = &explanation->figure[i];
            for (size_t p = 0; working_shows(sheet->working, figure) &&
                               p < sheet->model->partners; p++)
                El(sheet->h, "tr") {
                    page_row_head(sheet->h, sheet->model->group[figure->group]);
                    word_cell(sheet, kind_name[figure->kind]);
                    page_cell(sheet->h, partner_name(sheet, p));
                    page_money(sheet->h, figure->part[p].figure.borne);
                    page_money(sheet->h, figure->part[p].figure.paid);
                }
        }
}

static void period_tabs(const struct sheet *sheet)
{
    const struct money_run *run = &sheet->working->run;
    struct tab tab[PERIODS];

    for (int32_t t = 0; t < run->through; t++) {
        struct url url = working_url(sheet->request, run->id, "working",
                                     sheet->model->pool[sheet->explanation->pool].code, t);
        if (sheet->working->asked.kind.size > 0)
            url = UrlArg(arena_of(sheet), url, "kind", sheet->working->asked.kind);
        if (sheet->working->asked.group.size > 0)
            url = UrlArg(arena_of(sheet), url, "group", sheet->working->asked.group);
        tab[t] = (struct tab){ arena_print(arena_of(sheet), "P%02d", (int)t + 1), url };
    }
    page_tabs(sheet->h, "Periods of the run", tab, (size_t)run->through,
              (size_t)sheet->explanation->period);
}

static void sheet_head(const struct sheet *sheet)
{
    const struct explanation *explanation = sheet->explanation;
    const struct pool *pool = &sheet->model->pool[explanation->pool];
    const struct service *service = &sheet->model->service[pool->service];
    const struct money_run *run = &sheet->working->run;

    El(sheet->h, "p") {
        Lit(sheet->h, "Of ");
        link_to(sheet->h, run_url(sheet->request, run->id),
                arena_print(arena_of(sheet), "run %lld", (long long)run->id));
        Lit(sheet->h, ", up to ");
        link_to(sheet->h, UrlArg(arena_of(sheet),
                                 settlement_url(sheet->request, run->year, (int)run->through - 1),
                                 "run", text_of(arena_number(arena_of(sheet), run->id))),
                settlement_month(arena_of(sheet), run->year, (int)run->through - 1));
        Lit(sheet->h, ".");
    }
    say(sheet, "Service %s, led by %.*s. %s",
        code_and_name(sheet, service->code, service->name),
        TEXT(partner_name(sheet, (size_t)service->lead)),
        pool->kind == KIND_COMMON
            ? "A common pool: every council bears it by its share."
            : "A support pool: its cost goes to the pools it supports, and from there to the "
              "councils by the shares of those pools.");
    if (explanation->locked)
        say(sheet, "The period is locked: what was charged stands. What would be due today is "
            "worked out below, and the difference is carried into %s.",
            period_text(sheet, explanation->result->first));
}

enum err working_page_answer(struct request *request, const struct working *working)
{
    const struct explanation *explanation = &working->explanation;
    const struct model *model = &working->model.partnership.model;
    const struct pool *pool = &model->pool[explanation->pool];
    struct sheet sheet = { .request = request, .working = working, .explanation = explanation,
                           .model = model };
    struct html *h = page_begin(request, arena_print(
        request->arena, "Working: %s, %s", code_and_name(&sheet, pool->code, pool->name),
        settlement_month(request->arena, working->run.year, explanation->period)));

    sheet.h = h;
    period_tabs(&sheet);
    sheet_head(&sheet);
    El(h, "div") {
        LitAttr(h, "class", "figures");
        if (explanation->figures == 0) {
            say(&sheet, "Nothing was paid, charged or carried here in this period.");
        } else {
            overview_table(&sheet);
            chain(&sheet);
            for (size_t i = 0; i < explanation->bases; i++)
                one_basis(&sheet, &explanation->basis[i]);
        }
        for (size_t i = 0; i < explanation->figures; i++)
            if (working_shows(working, &explanation->figure[i]))
                figure_part(&sheet, &explanation->figure[i]);
    }
    if (explanation->bases > 0)
        say(&sheet, "~ before a decimal: rounded to %d places, half away from zero. Every fraction "
            "stands in full in the file.", EXPLAIN_PLACES);
    El(h, "p") link_to(h, working_file_url(request, working), "The working as a file (JSON), as "
                       "ochil explain gives it");
    return page_end(request, h, 200);
}
