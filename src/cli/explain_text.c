#include <inttypes.h>
#include <stdarg.h>

#include "cli/answer.h"
#include "cli/explain_view.h"
#include "cli/page.h"
#include "cli/shown.h"
#include "cli/table.h"

#define INDENT 2
#define FRACTION_SHOWN 24

/* What every part of the page needs. */
struct sheet {
    FILE               *out;
    struct arena       *arena;
    const struct model *model;
};

static const char *shown(const struct sheet *sheet, struct text text)
{
    return text_shown(sheet->arena, text);
}

static const char *partner_code(const struct sheet *sheet, size_t partner)
{
    return shown(sheet, sheet->model->partner[partner].code);
}

/* "CLK, Clackmannanshire Council" */
static const char *code_and_name(const struct sheet *sheet, struct text code, struct text name)
{
    if (name.size == 0 || text_equal(code, name))
        return shown(sheet, code);
    return arena_print(sheet->arena, "%s, %s", shown(sheet, code), shown(sheet, name));
}

static const char *partner_named(const struct sheet *sheet, size_t partner)
{
    return code_and_name(sheet, sheet->model->partner[partner].code,
                         sheet->model->partner[partner].name);
}

static const char *period_text(const struct sheet *sheet, int32_t period)
{
    return period_shown(sheet->arena, sheet->model, period);
}

__attribute__((format(printf, 2, 3)))
static void say(const struct sheet *sheet, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    page_wrap(sheet->out, INDENT, INDENT, text);
}

static void heading(const struct sheet *sheet, const char *title)
{
    (void)fprintf(sheet->out, "\n%s\n", title);
}

/* A decimal marked when it is rounded. */
static const char *decimal(const struct sheet *sheet, const struct exact *exact)
{
    return arena_print(sheet->arena, "%s%s", exact->rounded ? "~" : "", exact->decimal);
}

/* A fraction as long as it fits a table; --json has all of it. */
static const char *fraction(const struct sheet *sheet, const struct exact *exact)
{
    if (strlen(exact->fraction) <= FRACTION_SHOWN)
        return exact->fraction;
    return arena_print(sheet->arena, "%.*s...", FRACTION_SHOWN - 3, exact->fraction);
}

static const char *span_text(const struct sheet *sheet, struct span span)
{
    const char *from = bound_shown(sheet->arena, span.from, "the beginning");
    const char *to = bound_shown(sheet->arena, span.to, "further notice");

    if (span.from == PERIOD_FIRST && span.to == PERIOD_LAST)
        return "for all periods";
    return arena_print(sheet->arena, "from %s to %s", from, to);
}

static void put_model_file(const struct sheet *sheet, enum file_rank rank)
{
    char hex[SHA256_HEX_SIZE];

    if (!sheet->model->file[rank].there)
        return;
    sha256_hex(&sheet->model->file[rank].sum, hex);
    (void)fprintf(sheet->out, "  %-17s %s\n", model_file_name[rank], hex);
}

/* ---- head ---- */

static void print_head(const struct sheet *sheet, const struct explanation *explanation)
{
    const struct pool *pool = &sheet->model->pool[explanation->pool];
    const struct service *service = &sheet->model->service[pool->service];

    (void)fprintf(sheet->out, "Pool %s: %s\n", code_and_name(sheet, pool->code, pool->name),
                  period_text(sheet, explanation->period));
    say(sheet, "Service %s, led by %s.", code_and_name(sheet, service->code, service->name),
        partner_named(sheet, (size_t)service->lead));
    if (pool->kind == KIND_COMMON)
        say(sheet, "A common pool: every partner bears it by its share.");
    else
        say(sheet, "A support pool: its cost goes to the pools it supports, and from there to "
            "the partners by the shares of those pools.");
    if (explanation->row != NULL)
        say(sheet, "In force by line %" PRIu32 " of pools.csv, %s.", explanation->row->line,
            span_text(sheet, explanation->row->span));
    if (explanation->locked)
        say(sheet, "The period is locked: what was charged stands. What would be due today is "
            "worked out below, and the difference is carried into %s.",
            period_text(sheet, explanation->result->first));
}

/* ---- bases ---- */

static void print_values(const struct sheet *sheet, const struct explained_basis *basis)
{
    struct table table;

    table_open(&table, sheet->arena, "lrlrl");
    table_put(&table, "partner");
    table_put(&table, "value");
    table_put(&table, "holds from");
    table_put(&table, "per cent");
    table_put(&table, "share");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        table_put(&table, "%s", partner_code(sheet, p));
        table_put(&table, "%s", shown(sheet, basis->value[p]->written));
        table_put(&table, "%s", bound_shown(sheet->arena, basis->value[p]->from,
                                            "the beginning"));
        const struct exact *share = basis->before != NULL ? &basis->before[p] : &basis->share[p];
        table_put(&table, "%s", decimal(sheet, share));
        table_put(&table, "%s", fraction(sheet, share));
    }
    table_put(&table, "sum");
    table_put(&table, "%s", basis->sum.decimal);
    table_put(&table, "%s", "");
    table_put(&table, "%s", "");
    table_put(&table, "%s", "");
    table_print(&table, sheet->out, INDENT + 2);
}

static void print_shares(const struct sheet *sheet, const struct exact *share)
{
    struct table table;

    table_open(&table, sheet->arena, "lrl");
    table_put(&table, "partner");
    table_put(&table, "per cent");
    table_put(&table, "share");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        table_put(&table, "%s", partner_code(sheet, p));
        table_put(&table, "%s", decimal(sheet, &share[p]));
        table_put(&table, "%s", fraction(sheet, &share[p]));
    }
    table_print(&table, sheet->out, INDENT + 2);
}

static void print_made_of(const struct sheet *sheet, const struct explained_basis *explained)
{
    const struct model *model = sheet->model;
    const struct basis *basis = &model->basis[explained->basis];

    for (size_t c = 0; explained->weight != NULL && c < basis->components; c++)
        say(sheet, "%s per cent of the share by %s", explained->weight[c],
            shown(sheet, model->basis[basis->component[c].basis].code));
    if (explained->tolerance == NULL)
        return;
    say(sheet, "Estimate %s, actual %s: the largest difference is %s points. The tolerance is "
        "%s points, so the %s shares are taken.", shown(sheet, model->basis[basis->estimate].code),
        shown(sheet, model->basis[basis->actual].code), decimal(sheet, &explained->points_off),
        explained->tolerance, explained->takes_actual ? "actual" : "estimated");
}

static void print_basis(const struct sheet *sheet, const struct explained_basis *explained)
{
    const struct basis *basis = &sheet->model->basis[explained->basis];

    heading(sheet, arena_print(sheet->arena, "Basis %s (%s)",
                               code_and_name(sheet, basis->code, basis->name),
                               basis_kind_name[basis->kind]));
    if (basis->unit.size > 0)
        say(sheet, "Unit: %s", shown(sheet, basis->unit));
    if (basis->source.size > 0)
        say(sheet, "Source: %s", shown(sheet, basis->source));
    print_made_of(sheet, explained);
    if (explained->value != NULL)
        print_values(sheet, explained);
    else if (explained->before != NULL)
        print_shares(sheet, explained->before);
    if (explained->before != NULL)
        say(sheet, "Rounded to %d place%s of a per cent, by largest remainder:",
            (int)basis->places, basis->places == 1 ? "" : "s");
    if (explained->before != NULL || explained->value == NULL)
        print_shares(sheet, explained->share);
}

/* ---- the chain of support ---- */

static void print_drivers(const struct sheet *sheet, const struct explained_pool *pool)
{
    struct table table;

    table_open(&table, sheet->arena, "lrlrl");
    table_put(&table, "supports");
    table_put(&table, "driver");
    table_put(&table, "holds from");
    table_put(&table, "per cent");
    table_put(&table, "part");
    for (size_t d = 0; d < pool->drivers; d++) {
        const struct explained_driver *driver = &pool->driver[d];
        table_put(&table, "%s", shown(sheet, sheet->model->pool[driver->receiver].code));
        table_put(&table, "%s", shown(sheet, driver->value->written));
        table_put(&table, "%s", bound_shown(sheet->arena, driver->value->from,
                                            "the beginning"));
        table_put(&table, "%s", driver->left_out ? "" : decimal(sheet, &driver->part));
        table_put(&table, "%s", driver->left_out ? "left out by the method"
                                                 : fraction(sheet, &driver->part));
    }
    table_print(&table, sheet->out, INDENT + 2);
}

static void print_outlets(const struct sheet *sheet, const struct explained_pool *pool)
{
    struct table table;

    table_open(&table, sheet->arena, "lrl");
    table_put(&table, "ends in");
    table_put(&table, "per cent");
    table_put(&table, "part");
    for (size_t o = 0; o < pool->outlets; o++) {
        table_put(&table, "%s", shown(sheet, sheet->model->pool[pool->outlet[o].pool].code));
        table_put(&table, "%s", decimal(sheet, &pool->outlet[o].part));
        table_put(&table, "%s", fraction(sheet, &pool->outlet[o].part));
    }
    table_print(&table, sheet->out, INDENT + 2);
}

static void print_chained(const struct sheet *sheet, const struct explained_pool *explained)
{
    const struct pool *pool = &sheet->model->pool[explained->pool];

    if (pool->kind == KIND_SUPPORT) {
        heading(sheet, arena_print(sheet->arena, "Support pool %s",
                                   code_and_name(sheet, pool->code, pool->name)));
        print_drivers(sheet, explained);
        print_outlets(sheet, explained);
        say(sheet, "Its shares: each part it ends in, times the shares there.");
    } else {
        const struct basis *basis = &sheet->model->basis[explained->row->basis];
        heading(sheet, arena_print(sheet->arena, "Common pool %s, shared by %s",
                                   code_and_name(sheet, pool->code, pool->name),
                                   shown(sheet, basis->code)));
    }
    print_shares(sheet, explained->share);
}

static void print_chain(const struct sheet *sheet, const struct explanation *explanation)
{
    static const char *const method[] = {
        "reciprocal: support pools pass cost to each other too, and the simultaneous equations "
        "are solved exactly",
        "step-down: support pools are closed in the order of pools.csv, and a closed pool "
        "receives nothing",
        "direct: drivers towards other support pools are left out"
    };

    if (explanation->chained == 0 ||
        sheet->model->pool[explanation->pool].kind != KIND_SUPPORT)
        return;
    heading(sheet, "How support cost is allocated");
    say(sheet, "The method is %s. Nothing is rounded on the way.",
        method[sheet->model->support_method]);
    for (size_t i = 0; i < explanation->chained; i++)
        print_chained(sheet, &explanation->chain[i]);
}

/* ---- a figure ---- */

static bool is_wanted(const struct explanation *explanation, size_t partner)
{
    return explanation->partner < 0 || explanation->partner == (int32_t)partner;
}

static void print_paid(const struct sheet *sheet, const struct explained_figure *figure)
{
    struct table table;

    table_open(&table, sheet->arena, "lr");
    table_put(&table, "paid by");
    table_put(&table, "amount");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        if (figure->part[p].due.paid == 0)
            continue;
        table_put(&table, "%s", partner_code(sheet, p));
        table_put(&table, "%s", money_shown(sheet->arena, figure->part[p].due.paid));
    }
    table_put(&table, "total");
    table_put(&table, "%s", money_shown(sheet->arena, figure->total));
    table_print(&table, sheet->out, INDENT + 2);
}

/* The exact amounts of each period that has any. */
static void print_periods(const struct sheet *sheet, const struct explanation *explanation,
                          const struct explained_figure *figure)
{
    struct table table;

    table_open(&table, sheet->arena, "lrlrr");
    table_put(&table, "period");
    table_put(&table, "total");
    table_put(&table, "partner");
    table_put(&table, "per cent");
    table_put(&table, "exact pence");
    for (size_t t = 0; t < figure->periods; t++) {
        const struct explained_period *period = &figure->period[t];
        bool first = true;
        for (size_t p = 0; period->total != 0 && p < sheet->model->partners; p++) {
            if (!is_wanted(explanation, p))
                continue;
            table_put(&table, "%s", first ? period_text(sheet, period->period) : "");
            table_put(&table, "%s", first ? money_shown(sheet->arena, period->total) : "");
            table_put(&table, "%s", partner_code(sheet, p));
            table_put(&table, "%s", decimal(sheet, &period->share[p]));
            table_put(&table, "%s", decimal(sheet, &period->exact[p]));
            first = false;
        }
    }
    if (table.count > strlen(table.columns))
        table_print(&table, sheet->out, INDENT + 2);
}

static void say_rule(const struct sheet *sheet, const struct explained_figure *figure)
{
    static const char *const takers[] = {
        "one each to the largest fractions, a tie to the partner listed first",
        "to the lead of the service", "to the partner listed first"
    };
    bool to_date = sheet->model->rounding == ROUNDING_YEAR_TO_DATE;

    say(sheet, "Rounding is %s, remainder %s. The %s is %s. Every exact amount is floored to "
        "whole pence, and what is left goes %s: %s.%s",
        to_date ? "year-to-date" : "by period",
        sheet->model->remainder == REMAINDER_LARGEST
            ? "largest" : sheet->model->remainder == REMAINDER_LEAD ? "lead" : "first",
        to_date ? "total accumulated over the year so far" : "total of the period",
        money_shown(sheet->arena, figure->accumulated), takers[sheet->model->remainder],
        figure->spare == 0 ? "here nothing is left"
                           : arena_print(sheet->arena, "here %s",
                                         money_shown(sheet->arena, figure->spare)),
        figure->reversed ? " The total is below zero, so the rule is applied with the signs "
                           "changed and the result is changed back." : "");
}

static void print_pennies(const struct sheet *sheet, const struct explained_figure *figure)
{
    struct table table;

    table_open(&table, sheet->arena, "lrrlrrr");
    table_put(&table, "partner");
    table_put(&table, "exact pence");
    table_put(&table, "floor");
    table_put(&table, "fraction");
    table_put(&table, "order");
    table_put(&table, "pennies");
    table_put(&table, "due");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        const struct explained_part *part = &figure->part[p];
        table_put(&table, "%s", partner_code(sheet, p));
        table_put(&table, "%s", decimal(sheet, &part->accumulated));
        table_put(&table, "%s", money_shown(sheet->arena, part->floor));
        table_put(&table, "%s", decimal(sheet, &part->fraction));
        table_put(&table, "%d", (int)part->rank);
        table_put(&table, "%s", part->pennies == 0 ? ""
                                                   : money_shown(sheet->arena, part->pennies));
        table_put(&table, "%s", money_shown(sheet->arena, part->due_after));
    }
    table_print(&table, sheet->out, INDENT + 2);
}

static void print_difference(const struct sheet *sheet, const struct explanation *explanation,
                             const struct explained_figure *figure)
{
    struct table table;

    table_open(&table, sheet->arena, "lrrrll");
    table_put(&table, "partner");
    table_put(&table, "due");
    table_put(&table, "less before");
    table_put(&table, "of the period");
    table_put(&table, "carry before");
    table_put(&table, "carry after");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        const struct explained_part *part = &figure->part[p];
        if (!is_wanted(explanation, p))
            continue;
        table_put(&table, "%s", partner_code(sheet, p));
        table_put(&table, "%s", money_shown(sheet->arena, part->due_after));
        table_put(&table, "%s", money_shown(sheet->arena, part->due_before));
        table_put(&table, "%s", money_shown(sheet->arena, part->due.borne));
        table_put(&table, "%s", decimal(sheet, &part->carry_before));
        table_put(&table, "%s", decimal(sheet, &part->carry_after));
    }
    table_print(&table, sheet->out, INDENT + 2);
    say(sheet, "The carry is what the exact amount is ahead of the pence due, in pence.");
}

static void put_result(const struct sheet *sheet, struct table *table, const char *what,
                       size_t partner, struct due due)
{
    table_put(table, "%s", what);
    table_put(table, "%s", partner_code(sheet, partner));
    table_put(table, "%s", money_shown(sheet->arena, due.borne));
    table_put(table, "%s", money_shown(sheet->arena, due.paid));
    table_put(table, "%s", money_shown(sheet->arena, due.borne - due.paid));
}

static bool is_nothing(struct due due)
{
    return due.borne == 0 && due.paid == 0;
}

static struct due difference(struct due due, struct due less)
{
    return (struct due){ due.borne - less.borne, due.paid - less.paid };
}

/* From what is due to what the settlement says: corrections that an open period carries in. */
static void put_open_result(const struct sheet *sheet, struct table *table,
                            const struct explained_figure *figure, size_t partner)
{
    const struct explained_part *part = &figure->part[partner];

    if (is_nothing(part->due) && is_nothing(part->figure))
        return;
    if (!is_nothing(part->carried_in))
        put_result(sheet, table, "due for the period", partner, part->due);
    for (size_t i = 0; i < figure->moves; i++)
        if (figure->move[i].partner == (int32_t)partner)
            put_result(sheet, table,
                       arena_print(sheet->arena, "carried in from %s",
                                   period_text(sheet, figure->move[i].period)),
                       partner, figure->move[i].due);
    put_result(sheet, table, "the figure", partner, part->figure);
}

/* A locked period: what was charged, what earlier closes have moved, what is due today. */
static void put_locked_result(const struct sheet *sheet, const struct explanation *explanation,
                              struct table *table, const struct explained_figure *figure,
                              size_t partner)
{
    const struct explained_part *part = &figure->part[partner];

    if (is_nothing(part->due) && is_nothing(part->figure) && is_nothing(part->standing))
        return;
    put_result(sheet, table, "the figure, as charged", partner, part->figure);
    for (size_t i = 0; i < figure->moves; i++) {
        const struct explained_move *move = &figure->move[i];
        bool out = move->carried_in == explanation->period;
        if (move->partner != (int32_t)partner)
            continue;
        const char *what = arena_print(sheet->arena, out ? "of this, belongs to %s"
                                                         : "corrected in %s",
                                       period_text(sheet, out ? move->period : move->carried_in));
        put_result(sheet, table, what, partner,
                   out ? difference((struct due){ 0, 0 }, move->due) : move->due);
    }
    put_result(sheet, table, "due today", partner, part->due);
    put_result(sheet, table, arena_print(sheet->arena, "carried into %s",
                                         period_text(sheet, explanation->result->first)),
               partner, difference(part->due, part->standing));
}

static void print_result(const struct sheet *sheet, const struct explanation *explanation,
                         const struct explained_figure *figure)
{
    struct table table;

    table_open(&table, sheet->arena, "llrrr");
    table_put(&table, "%s", "");
    table_put(&table, "partner");
    table_put(&table, "borne");
    table_put(&table, "paid");
    table_put(&table, "net");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        if (!is_wanted(explanation, p))
            continue;
        if (explanation->locked)
            put_locked_result(sheet, explanation, &table, figure, p);
        else
            put_open_result(sheet, &table, figure, p);
    }
    table_print(&table, sheet->out, INDENT + 2);
}

static void print_figure(const struct sheet *sheet, const struct explanation *explanation,
                         const struct explained_figure *figure)
{
    const char *title = arena_print(sheet->arena, "%s of %s, %s",
                                    shown(sheet, sheet->model->group[figure->group]),
                                    period_text(sheet, explanation->period),
                                    kind_name[figure->kind]);

    heading(sheet, arena_print(sheet->arena, "Group %s", title));
    print_paid(sheet, figure);
    if (figure->shared) {
        print_periods(sheet, explanation, figure);
        say_rule(sheet, figure);
        print_pennies(sheet, figure);
        print_difference(sheet, explanation, figure);
    } else if (figure->kind == KIND_COMMON || figure->kind == KIND_SUPPORT) {
        say(sheet, "The pool is no longer of this kind: only what was charged is known.");
    } else {
        say(sheet, "%s cost is borne by the bearer that its row of cost_centres.csv names.",
            figure->kind == KIND_DIRECT ? "Direct" : "An initiative's");
    }
    print_result(sheet, explanation, figure);
}

/* ---- rows and lines ---- */

static void print_centres(const struct sheet *sheet, const struct explanation *explanation)
{
    struct table table;

    if (explanation->centres == 0)
        return;
    heading(sheet, "By the rows of cost_centres.csv");
    table_open(&table, sheet->arena, "rllllrr");
    table_put(&table, "line");
    table_put(&table, "partner");
    table_put(&table, "cost centre");
    table_put(&table, "account");
    table_put(&table, "treatment");
    table_put(&table, "lines");
    table_put(&table, "amount");
    for (size_t i = 0; i < explanation->centres; i++) {
        const struct explained_row *row = &explanation->centre[i];
        const struct slot *slot = &sheet->model->slot[row->row->slot];
        table_put(&table, "%" PRIu32, row->row->line);
        table_put(&table, "%s", partner_code(sheet, (size_t)row->centre->partner));
        table_put(&table, "%s", shown(sheet, row->centre->code));
        table_put(&table, "%s", row->row->account.size == 0 ? "any"
                                                            : shown(sheet, row->row->account));
        table_put(&table, "%s%s%s", kind_name[slot->kind], slot->bearer < 0 ? "" : ", borne by ",
                  slot->bearer < 0 ? "" : partner_code(sheet, (size_t)slot->bearer));
        table_put(&table, "%" PRIu64, row->tally.lines);
        table_put(&table, "%s", money_shown(sheet->arena, row->tally.pence));
    }
    table_print(&table, sheet->out, INDENT);
}

static void print_lines_of(const struct sheet *sheet, const struct explanation *explanation,
                           size_t *at)
{
    struct table table;
    int32_t file = explanation->line[*at].file;

    table_open(&table, sheet->arena, "rllllrl");
    table_put(&table, "line");
    table_put(&table, "entry");
    table_put(&table, "date");
    table_put(&table, "cost centre");
    table_put(&table, "account");
    table_put(&table, "amount");
    table_put(&table, "description");
    for (; *at < explanation->shown && explanation->line[*at].file == file; (*at)++) {
        const struct explained_line *line = &explanation->line[*at];
        struct text date = line->field[FIELD_DATE];
        table_put(&table, "%" PRIu64, line->line);
        table_put(&table, "%s", shown(sheet, line->field[FIELD_ENTRY_ID]));
        table_put(&table, "%s", shown(sheet, date.size > 0 ? date : line->field[FIELD_PERIOD]));
        table_put(&table, "%s", shown(sheet, line->field[FIELD_COST_CENTRE]));
        table_put(&table, "%s", shown(sheet, line->field[FIELD_ACCOUNT]));
        table_put(&table, "%s", money_shown(sheet->arena, line->pence));
        table_put(&table, "%s", shown(sheet, line->field[FIELD_DESCRIPTION]));
    }
    table_print(&table, sheet->out, INDENT);
}

static void print_lines(const struct sheet *sheet, const struct explain_answer *answer)
{
    const struct explanation *explanation = &answer->explanation;
    char hex[SHA256_HEX_SIZE];

    heading(sheet, arena_print(sheet->arena, "Ledger lines: %zu of %" PRIu64 " shown, together %s",
                               explanation->shown, explanation->lines.lines,
                               money_shown(sheet->arena, explanation->lines.pence)));
    for (size_t at = 0; at < explanation->shown;) {
        const struct book_file *file = &answer->partnership.files.file[explanation->line[at].file];
        sha256_hex(&file->sum, hex);
        (void)fprintf(sheet->out, "  %s, SHA-256\n  %s\n",
                      text_shown(sheet->arena, text_of(file->name)), hex);
        print_lines_of(sheet, explanation, &at);
    }
    if (explanation->shown < explanation->lines.lines)
        say(sheet, "All of them: --lines all");
}

static void print_model_files(const struct sheet *sheet)
{
    static const enum file_rank ranks[] = { FILE_PARTNERSHIP, FILE_POOLS, FILE_BASES,
                                            FILE_BASIS_VALUES, FILE_BLENDS, FILE_ACCOUNTS,
                                            FILE_COST_CENTRES, FILE_SUPPORT, FILE_CHARGED,
                                            FILE_CORRECTED };

    heading(sheet, "By these files (SHA-256)");
    for (size_t i = 0; i < COUNT(ranks); i++)
        put_model_file(sheet, ranks[i]);
}

void figure_text(const struct command *command, const struct explain_answer *answer)
{
    const struct explanation *explanation = &answer->explanation;
    struct sheet sheet = { command->out, command->arena, &answer->partnership.model };

    print_head(&sheet, explanation);
    if (explanation->figures == 0)
        say(&sheet, "Nothing was paid, charged or carried here in this period.");
    if (explanation->figures > 0) {
        print_chain(&sheet, explanation);
        for (size_t i = 0; i < explanation->bases; i++)
            print_basis(&sheet, &explanation->basis[i]);
    }
    for (size_t i = 0; i < explanation->figures; i++)
        print_figure(&sheet, explanation, &explanation->figure[i]);
    print_centres(&sheet, explanation);
    print_lines(&sheet, answer);
    print_model_files(&sheet);
    if (explanation->bases > 0)
        (void)fprintf(command->out, "\n~ before a decimal: rounded to %d places, half away from "
                      "zero. --json has\nevery fraction in full.\n", EXPLAIN_PLACES);
}

/* ---- a line ---- */

static void print_fields(const struct sheet *sheet, const struct line_story *story)
{
    static const char *const names[LEDGER_FIELDS] = {
        "entry id", "partner", "date", "period", "cost centre", "account", "amount",
        "description"
    };

    for (size_t f = 0; f < LEDGER_FIELDS; f++)
        if (story->line.field[f].size > 0)
            (void)fprintf(sheet->out, "  %-12s %s\n", names[f],
                          shown(sheet, story->line.field[f]));
    (void)fputc('\n', sheet->out);
}

static void say_fault(const struct sheet *sheet, const struct line_story *story)
{
    const struct book_file *file = story->partnership->files.file;

    say(sheet, "Not charged: the line is refused, and with it the whole folder.");
    if (story->line.fault == FAULT_NONE) {
        say(sheet, "A file of the model is missing, so the line has no treatment.");
        return;
    }
    say(sheet, "%s%s%s%s. %s", fault_name(story->line.fault),
        story->line.fault_value.size > 0 ? " '" : "", shown(sheet, story->line.fault_value),
        story->line.fault_value.size > 0 ? "'" : "", fault_help(story->line.fault));
    if (story->twin.line != 0)
        say(sheet, "The same entry_id stands on line %" PRIu64 " of %s already: %s of %s.",
            story->twin.line, text_shown(sheet->arena, text_of(file[story->twin.file].name)),
            shown(sheet, story->twin.field[FIELD_AMOUNT]),
            shown(sheet, story->twin.field[FIELD_DATE]));
}

static void say_row(const struct sheet *sheet, const struct line_story *story)
{
    const char *account = story->row->account.size == 0
                              ? "any account" : arena_print(sheet->arena, "account %s",
                                                            shown(sheet, story->row->account));

    say(sheet, "Line %" PRIu32 " of cost_centres.csv treats it, %s, %s: %s.", story->row->line,
        account, span_text(sheet, story->row->span), kind_name[story->slot.kind]);
}

static void print_line_parts(const struct sheet *sheet, const struct line_story *story)
{
    struct table table;

    table_open(&table, sheet->arena, "lrrl");
    table_put(&table, "partner");
    table_put(&table, "per cent");
    table_put(&table, "exact pence");
    table_put(&table, "share");
    for (size_t p = 0; p < sheet->model->partners; p++) {
        table_put(&table, "%s", partner_code(sheet, p));
        table_put(&table, "%s", decimal(sheet, &story->part[p].share));
        table_put(&table, "%s", decimal(sheet, &story->part[p].pence));
        table_put(&table, "%s", fraction(sheet, &story->part[p].share));
    }
    table_print(&table, sheet->out, INDENT + 2);
}

static void say_where_it_went(const struct sheet *sheet, const struct line_story *story)
{
    const struct model *model = sheet->model;
    const char *pool = shown(sheet, model->pool[story->slot.pool].code);

    say(sheet, "It counts in pool %s, period %s, group %s, as paid by %s.",
        code_and_name(sheet, model->pool[story->slot.pool].code,
                      model->pool[story->slot.pool].name),
        period_text(sheet, story->line.period), shown(sheet, model->group[story->line.group]),
        partner_named(sheet, (size_t)story->line.partner));
    if (story->outcome == LINE_BORNE)
        say(sheet, "%s bears all of it.", partner_named(sheet, (size_t)story->slot.bearer));
    if (!story->settled) {
        say(sheet, "Nothing is charged yet: the folder is refused for other faults (%" PRIu64
            "); 'ochil close' names them.", story->partnership->faults.total);
        return;
    }
    if (story->part != NULL) {
        print_line_parts(sheet, story);
        say(sheet, "Whole pennies are handed out on the total of the pool, group and period, "
            "which is %s.", money_shown(sheet->arena, story->of->total));
    }
    if (story->figure.locked) {
        say(sheet, "The period is locked. What was charged for it stands, and the difference to "
            "what is due today, with this line, is carried into %s:",
            period_text(sheet, story->figure.result->first));
        print_result(sheet, &story->figure, story->of);
    }
    say(sheet, "Why the figure is what it is: ochil explain FOLDER --pool %s --period %s "
        "--group %s", pool, period_text(sheet, story->line.period),
        shown(sheet, model->group[story->line.group]));
}

static void say_outcome(const struct sheet *sheet, const struct line_story *story)
{
    switch (story->outcome) {
    case LINE_EMPTY:
        say(sheet, "Not charged: the record is empty, and empty records are ignored.");
        break;
    case LINE_HEADER:
        say(sheet, "Not charged: it is the header of the file.");
        break;
    case LINE_NOT_READ:
        say(sheet, "Not charged: the header of the file is wrong, so nothing behind it is read "
            "and the folder is refused.");
        break;
    case LINE_FAULTY:
        say_fault(sheet, story);
        break;
    case LINE_EXCLUDED:
        say(sheet, "Not charged: the cost centre is no part of the shared service.");
        say_row(sheet, story);
        break;
    case LINE_LATER:
        say_row(sheet, story);
        say(sheet, "Not charged yet: its period, %s, is later than %s, the last one settled.",
            period_text(sheet, story->line.period),
            period_text(sheet, story->partnership->through));
        break;
    default:
        say_row(sheet, story);
        say_where_it_went(sheet, story);
        break;
    }
}

void story_text(const struct command *command, const struct explain_answer *answer)
{
    struct sheet sheet = { command->out, command->arena, &answer->partnership.model };
    const struct line_story *story = &answer->story;
    const struct book_file *file = &answer->partnership.files.file[story->file];
    char hex[SHA256_HEX_SIZE];

    sha256_hex(&story->sum, hex);
    (void)fprintf(command->out, "Line %" PRIu64 " of %s\n  SHA-256 %s\n", story->asked,
                  text_shown(command->arena, text_of(file->name)), hex);
    if (story->start != story->asked)
        say(&sheet, "It is part of the record that starts on line %" PRIu64 ".", story->start);
    (void)fputc('\n', command->out);
    if (story->line.line != 0)
        print_fields(&sheet, story);
    say_outcome(&sheet, story);
}
