#include "engine/explain.h"

#include <assert.h>

#include "base/word.h"

/* ---- what is asked ---- */

enum err explain_no_such(struct arena *arena, const char *what, const char *typed,
                         const struct text *codes, size_t count, struct trouble *trouble)
{
    struct word_search search = { .typed = typed };

    for (size_t i = 0; i < count; i++)
        word_offer(&search, arena_copy(arena, codes[i].data, codes[i].size));
    if (search.nearest != NULL)
        return fail(trouble, ERR_MISSING, "there is no %s '%s'. Did you mean '%s'?", what, typed,
                    search.nearest);
    if (count == 1)
        return fail(trouble, ERR_MISSING, "there is no %s '%s', only '%.*s'", what, typed,
                    TEXT(codes[0]));
    return fail(trouble, ERR_MISSING, "there is no %s '%s'; there are %zu, such as '%.*s'", what,
                typed, count, count == 0 ? 0 : (int)codes[0].size,
                count == 0 ? "" : codes[0].data);
}

static enum err find_pool(struct explanation *explanation, const char *typed,
                          struct trouble *trouble)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;
    struct text *codes = arena_take(arena, model->pools, sizeof *codes);

    explanation->pool = index_find(&model->pool_index, 0, text_of(typed));
    if (explanation->pool >= 0)
        return OK;
    for (size_t i = 0; i < model->pools; i++)
        codes[i] = model->pool[i].code;
    return explain_no_such(arena, "pool", typed, codes, model->pools, trouble);
}

static enum err find_partner(struct explanation *explanation, const char *typed,
                             struct trouble *trouble)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;
    struct text *codes = arena_take(arena, model->partners, sizeof *codes);

    explanation->partner = -1;
    if (typed == NULL)
        return OK;
    explanation->partner = index_find(&model->partner_index, 0, text_of(typed));
    if (explanation->partner >= 0)
        return OK;
    for (size_t i = 0; i < model->partners; i++)
        codes[i] = model->partner[i].code;
    return explain_no_such(arena, "partner", typed, codes, model->partners, trouble);
}

static enum err find_group(struct explanation *explanation, const char *typed,
                           struct trouble *trouble)
{
    const struct model *model = &explanation->partnership->model;

    explanation->group = -1;
    if (typed == NULL)
        return OK;
    explanation->group = index_find(&model->group_index, 0, text_of(typed));
    if (explanation->group >= 0)
        return OK;
    return explain_no_such(explanation->partnership->arena, "group", typed, model->group,
                           model->groups, trouble);
}

static enum err find_period(struct explanation *explanation, const char *typed,
                            struct trouble *trouble)
{
    const struct partnership *partnership = explanation->partnership;
    int32_t year = partnership->model.year;
    char first[PERIOD_TEXT_MAX];
    char last[PERIOD_TEXT_MAX];
    period_number period;

    period_print(period_of_year(year, 0), first);
    period_print(period_of_year(year, partnership->through), last);
    if (!period_parse(text_of(typed), &period))
        return fail(trouble, ERR_MISSING, "'%s' is not a period: %s is the first of this year",
                    typed, first);
    explanation->period = period - period_of_year(year, 0);
    if (explanation->period < 0 || explanation->period >= PERIODS)
        return fail(trouble, ERR_MISSING, "%s is not in this year, which runs from %s to P13",
                    typed, first);
    if (explanation->period > partnership->through)
        return fail(trouble, ERR_MISSING,
                    "%s is later than %s, the last period settled: its lines are tested and "
                    "counted, not settled", typed, last);
    explanation->locked = explanation->period < partnership->model.locked;
    return OK;
}

enum err explain_find(struct partnership *partnership, const struct explain_question *question,
                      struct explanation *explanation, struct trouble *trouble)
{
    enum err err;

    *explanation = (struct explanation){ .partnership = partnership };
    if ((err = find_pool(explanation, question->pool, trouble)) != OK ||
        (err = find_period(explanation, question->period, trouble)) != OK ||
        (err = find_group(explanation, question->group, trouble)) != OK)
        return err;
    return find_partner(explanation, question->partner, trouble);
}

/* ---- the figures there are ---- */

static const struct due *due_at(const struct explanation *explanation, const struct due *due,
                                int32_t period, size_t partner)
{
    static const struct due nothing = { 0, 0 };

    return due == NULL ? &nothing
                       : &due[(size_t)period * explanation->result->partners + partner];
}

static bool any_line_fell(const struct explanation *explanation, enum kind kind, int32_t group)
{
    const struct partnership *partnership = explanation->partnership;

    for (size_t s = 0; s < partnership->model.slots; s++)
        if (partnership->model.slot[s].kind == kind &&
            partnership->model.slot[s].pool == explanation->pool &&
            sums_touched(&partnership->sums, (int32_t)s, group, explanation->period))
            return true;
    return false;
}

static bool row_is_of(const struct explanation *explanation, enum kind kind, int32_t group,
                      const struct charged_row *row)
{
    return row->kind == kind && row->pool == explanation->pool && row->group == group;
}

static bool any_row_charged(const struct explanation *explanation, enum kind kind, int32_t group)
{
    const struct model *model = &explanation->partnership->model;

    for (size_t i = 0; i < model->charged_rows; i++)
        if (model->charged[i].period == explanation->period &&
            row_is_of(explanation, kind, group, &model->charged[i]))
            return true;
    return false;
}

/* Whether there is a figure: lines, or something due, charged or corrected. */
static bool has_figure(const struct explanation *explanation, enum kind kind, int32_t group)
{
    const struct account_line *line =
        settlement_line(explanation->result, kind, explanation->pool, group);

    if (line == NULL || (explanation->group >= 0 && explanation->group != group))
        return false;
    for (size_t p = 0; p < explanation->result->partners; p++) {
        const struct due *due = due_at(explanation, line->due, explanation->period, p);
        const struct due *charged = due_at(explanation, line->charged, explanation->period, p);
        if (due->borne != 0 || due->paid != 0 || charged->borne != 0 || charged->paid != 0)
            return true;
    }
    return any_line_fell(explanation, kind, group) || any_row_charged(explanation, kind, group);
}

/* ---- corrections and locked periods ---- */

static void add_move(struct explanation *explanation, struct explained_figure *figure,
                     struct explained_move move, size_t *room)
{
    if (figure->moves == *room) {
        *room = *room == 0 ? 8 : *room * 2;
        figure->move = arena_grow(explanation->partnership->arena, figure->move, figure->moves,
                                  *room, sizeof *figure->move);
    }
    figure->move[figure->moves++] = move;
}

/* What the first open period carries, by the locked period it comes from. */
static void take_carried(struct explanation *explanation, struct explained_figure *figure,
                         const struct account_line *line)
{
    size_t room = 0;

    for (int32_t t = 0; line->correction != NULL && t < explanation->result->first; t++)
        for (size_t p = 0; p < explanation->result->partners; p++) {
            const struct due *due = due_at(explanation, line->correction, t, p);
            if (due->borne == 0 && due->paid == 0)
                continue;
            add_move(explanation, figure,
                     (struct explained_move){ t, explanation->result->first, (int32_t)p, *due },
                     &room);
            figure->part[p].carried_in.borne += due->borne;
            figure->part[p].carried_in.paid += due->paid;
        }
}

/* A locked period: its rows of charged.csv, what earlier closes moved out of it and into it. (A
 * close that carried a correction into a period that is still open was never locked.) */
static void take_charged(struct explanation *explanation, struct explained_figure *figure)
{
    const struct model *model = &explanation->partnership->model;
    size_t room = 0;

    for (size_t i = 0; i < model->charged_rows; i++) {
        const struct charged_row *row = &model->charged[i];
        if (row->period == explanation->period &&
            row_is_of(explanation, figure->kind, figure->group, row))
            figure->part[row->partner].charged = (struct due){ row->borne, row->paid };
    }
    for (size_t i = 0; i < model->corrected_rows; i++) {
        const struct charged_row *row = &model->corrected[i];
        if (row->carried_in < explanation->result->first &&
            row_is_of(explanation, figure->kind, figure->group, row) &&
            (row->period == explanation->period || row->carried_in == explanation->period))
            add_move(explanation, figure,
                     (struct explained_move){ row->period, row->carried_in, row->partner,
                                              { row->borne, row->paid } }, &room);
    }
}

/* ---- the pennies of a shared figure ---- */

struct steps {
    struct explanation       *explanation;
    struct explained_figure  *figure;
    const struct account_line *line;
    const struct pool_shares *shares;
    struct apportion_work     apportion;
    mpz_t                     exact[PARTNERS_MAX];    /* accumulated, over the denominator */
    mpz_t                     before[PARTNERS_MAX];   /* the same after the period before */
    wide                      due[PARTNERS_MAX];
    wide                      due_before[PARTNERS_MAX];
    wide                      accumulated;
};

static wide paid_by(const struct steps *steps, int32_t period, size_t partner)
{
    const struct explanation *explanation = steps->explanation;
    wide paid = due_at(explanation, steps->line->due, period, partner)->paid;

    if (period == explanation->result->first)    /* the correction stands in it already */
        for (int32_t t = 0; steps->line->correction != NULL && t < period; t++)
            paid -= due_at(explanation, steps->line->correction, t, partner)->paid;
    return paid;
}

static void open_steps(struct steps *steps, struct explanation *explanation,
                       struct explained_figure *figure, const struct account_line *line)
{
    *steps = (struct steps){ .explanation = explanation, .figure = figure, .line = line };
    steps->shares = &explanation->partnership->shares.pool[explanation->pool];
    apportion_open(&steps->apportion);
    for (size_t p = 0; p < explanation->result->partners; p++) {
        mpz_init(steps->exact[p]);
        mpz_init(steps->before[p]);
    }
}

static void close_steps(struct steps *steps)
{
    apportion_close(&steps->apportion);
    for (size_t p = 0; p < steps->explanation->result->partners; p++) {
        mpz_clear(steps->exact[p]);
        mpz_clear(steps->before[p]);
    }
}

static void start_again(struct steps *steps)
{
    steps->accumulated = 0;
    for (size_t p = 0; p < steps->explanation->result->partners; p++) {
        mpz_set_ui(steps->exact[p], 0);
        mpz_set_ui(steps->before[p], 0);
        steps->due[p] = steps->due_before[p] = 0;
    }
}

/* Adds a period's exact amounts, and keeps them. */
static void add_exact(struct steps *steps, struct explained_period *period)
{
    struct arena *arena = steps->explanation->partnership->arena;
    size_t partners = steps->explanation->result->partners;
    mpz_t *numerator = steps->shares->numerator[period->period];
    mpz_t amount;

    period->share = explain_shares(steps->explanation, steps->explanation->pool, period->period);
    period->exact = arena_take(arena, partners, sizeof *period->exact);
    mpz_init(amount);
    for (size_t p = 0; p < partners; p++) {
        wide_to_mpz(numerator == NULL ? 0 : period->total, amount);
        if (numerator != NULL)
            mpz_mul(amount, amount, numerator[p]);
        period->exact[p] = exact_ratio(arena, amount, steps->shares->denominator, EXPLAIN_PLACES);
        mpz_set(steps->before[p], steps->exact[p]);
        mpz_add(steps->exact[p], steps->exact[p], amount);
    }
    mpz_clear(amount);
}

static void take_period(struct steps *steps, int32_t t)
{
    const struct explanation *explanation = steps->explanation;
    const struct model *model = &explanation->partnership->model;
    size_t partners = explanation->result->partners;
    struct explained_period *period = &steps->figure->period[steps->figure->periods++];
    const struct service *service = &model->service[model->pool[explanation->pool].service];

    period->period = t;
    for (size_t p = 0; p < partners; p++)
        period->total += paid_by(steps, t, p);
    add_exact(steps, period);
    steps->accumulated += period->total;
    memcpy(steps->due_before, steps->due, sizeof steps->due);
    apportion(&steps->apportion, steps->exact, steps->shares->denominator, steps->accumulated,
              partners, model->remainder, (size_t)service->lead, steps->due);
    period->due = arena_take(explanation->partnership->arena, partners, sizeof *period->due);
    memcpy(period->due, steps->due, partners * sizeof *period->due);
}

/* Which fraction is the largest, which the next: a tie goes to the partner listed first. */
static void rank_fractions(struct steps *steps, mpz_t fraction[])
{
    size_t partners = steps->explanation->result->partners;

    for (size_t p = 0; p < partners; p++) {
        struct explained_part *part = &steps->figure->part[p];
        part->rank = 1;
        for (size_t other = 0; other < partners; other++) {
            int order = mpz_cmp(fraction[other], fraction[p]);
            part->rank += order > 0 || (order == 0 && other < p);
        }
    }
}

static struct exact carry_of(const struct steps *steps, const mpz_t exact, wide due)
{
    mpz_t carry;

    mpz_init(carry);
    wide_to_mpz(due, carry);
    mpz_mul(carry, carry, steps->shares->denominator);
    mpz_sub(carry, exact, carry);
    struct exact text = exact_ratio(steps->explanation->partnership->arena, carry,
                                    steps->shares->denominator, EXPLAIN_PLACES);
    mpz_clear(carry);
    return text;
}

/* The floor, the fraction and the penny of each partner after the period asked for. */
static void take_parts(struct steps *steps)
{
    struct explained_figure *figure = steps->figure;
    struct arena *arena = steps->explanation->partnership->arena;
    size_t partners = steps->explanation->result->partners;
    mpz_t fraction[PARTNERS_MAX];
    mpz_t floor;

    mpz_init(floor);
    figure->accumulated = steps->accumulated;
    figure->reversed = steps->accumulated < 0;
    for (size_t p = 0; p < partners; p++) {
        struct explained_part *part = &figure->part[p];
        mpz_init(fraction[p]);
        mpz_set(fraction[p], steps->exact[p]);
        if (figure->reversed)
            mpz_neg(fraction[p], fraction[p]);
        mpz_fdiv_qr(floor, fraction[p], fraction[p], steps->shares->denominator);
        part->floor = figure->reversed ? -wide_from_mpz(floor) : wide_from_mpz(floor);
        part->fraction = exact_ratio(arena, fraction[p], steps->shares->denominator,
                                     EXPLAIN_PLACES);
        part->accumulated = exact_ratio(arena, steps->exact[p], steps->shares->denominator,
                                        EXPLAIN_PLACES);
        part->due_before = steps->due_before[p];
        part->due_after = steps->due[p];
        part->pennies = part->due_after - part->floor;
        figure->spare += part->pennies;
        part->carry_before = carry_of(steps, steps->before[p], part->due_before);
        part->carry_after = carry_of(steps, steps->exact[p], part->due_after);
    }
    rank_fractions(steps, fraction);
    for (size_t p = 0; p < partners; p++)
        mpz_clear(fraction[p]);
    mpz_clear(floor);
}

static void explain_shared(struct explanation *explanation, struct explained_figure *figure,
                           const struct account_line *line)
{
    bool accumulates = explanation->partnership->model.rounding == ROUNDING_YEAR_TO_DATE;
    struct steps *steps = arena_take(explanation->partnership->arena, 1, sizeof *steps);

    figure->period = arena_take(explanation->partnership->arena, PERIODS,
                                sizeof *figure->period);
    open_steps(steps, explanation, figure, line);
    start_again(steps);
    for (int32_t t = accumulates ? 0 : explanation->period; t <= explanation->period; t++)
        take_period(steps, t);
    take_parts(steps);
    close_steps(steps);
}

/* ---- a figure ---- */

/* What is due for the period by itself: the settlement's, less what it carries in. */
static void take_due(struct explanation *explanation, struct explained_figure *figure,
                     const struct account_line *line)
{
    for (size_t p = 0; p < explanation->result->partners; p++) {
        struct explained_part *part = &figure->part[p];
        part->due = *due_at(explanation, line->due, explanation->period, p);
        part->due.borne -= part->carried_in.borne;
        part->due.paid -= part->carried_in.paid;
        part->standing = settlement_standing(explanation->result, line, explanation->period, p);
        part->figure = explanation->locked ? part->charged : part->standing;
        figure->total += part->due.paid;
    }
}

static void explain_figure(struct explanation *explanation, struct explained_figure *figure)
{
    const struct account_line *line =
        settlement_line(explanation->result, figure->kind, explanation->pool, figure->group);
    size_t partners = explanation->result->partners;

    figure->part = arena_take(explanation->partnership->arena, partners, sizeof *figure->part);
    figure->shared = figure->kind == explanation->partnership->model.pool[explanation->pool].kind;
    if (explanation->period == explanation->result->first)
        take_carried(explanation, figure, line);
    if (explanation->locked)
        take_charged(explanation, figure);
    take_due(explanation, figure, line);
    if (!figure->shared)
        return;
    explain_shared(explanation, figure, line);
    for (size_t p = 0; p < partners; p++)        /* the steps give the figure */
        assert(figure->part[p].due_after - figure->part[p].due_before ==
               figure->part[p].due.borne);
}

void explain_work_out(struct explanation *explanation, struct settlement_result *result)
{
    const struct partnership *partnership = explanation->partnership;
    const struct model *model = &partnership->model;

    explanation->result = result;
    explanation->row = pool_at(&model->pool[explanation->pool],
                               period_of_year(model->year, explanation->period));
    explanation->figure = arena_take(partnership->arena, (size_t)KIND_EXCLUDED * model->groups,
                                     sizeof *explanation->figure);
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (size_t g = 0; g < model->groups; g++) {
            int32_t group = result->group_order[g];
            if (!has_figure(explanation, (enum kind)kind, group))
                continue;
            struct explained_figure *figure = &explanation->figure[explanation->figures++];
            *figure = (struct explained_figure){ .kind = (enum kind)kind, .group = group };
            explain_figure(explanation, figure);
        }
    if (partnership->shares.pool[explanation->pool].numerator[explanation->period] != NULL)
        explain_chain(explanation);
}

/* ---- the ledger lines ---- */

struct line_search {
    struct explanation *explanation;
    size_t              most, room;
    struct tally       *row;             /* [row of the model] */
};

static void keep_line(struct line_search *search, const struct ledger_line *line)
{
    struct explanation *explanation = search->explanation;
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;

    if (explanation->shown == search->room) {
        size_t room = search->room == 0 ? 16 : search->room * 2;
        explanation->line = arena_grow(arena, explanation->line, explanation->shown, room,
                                       sizeof *explanation->line);
        search->room = room;
    }
    struct explained_line *kept = &explanation->line[explanation->shown++];
    *kept = (struct explained_line){
        .file = line->file - FILE_BOOK, .line = line->line, .group = line->group,
        .kind = model->slot[line->slot].kind, .partner = line->partner, .pence = line->pence,
        .row = model->centre_row[line->centre_row].line,
    };
    for (size_t f = 0; f < LEDGER_FIELDS; f++) {
        struct text field = line->field[f];
        kept->field[f] = text_keep(arena, field);
    }
}

static enum err look_at_line(void *context, const struct ledger_line *line)
{
    struct line_search *search = context;
    struct explanation *explanation = search->explanation;
    const struct slot *slot;

    if (line->fault != FAULT_NONE || line->slot < 0 || line->period != explanation->period)
        return OK;
    slot = &explanation->partnership->model.slot[line->slot];
    if (slot->pool != explanation->pool ||
        (explanation->group >= 0 && explanation->group != line->group))
        return OK;
    explanation->lines.lines++;
    explanation->lines.pence += line->pence;
    search->row[line->centre_row].lines++;
    search->row[line->centre_row].pence += line->pence;
    if (explanation->shown < search->most)
        keep_line(search, line);
    return OK;
}

/* The cost centre of each row that has lines: rows are chained from their cost centre. */
static void take_rows(struct explanation *explanation, const struct line_search *search)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;
    int32_t *centre_of = arena_take(arena, model->centre_rows, sizeof *centre_of);

    for (size_t c = 0; c < model->centres; c++)
        for (int32_t at = model->centre[c].row; at >= 0; at = model->centre_row[at].next)
            centre_of[at] = (int32_t)c;
    explanation->centre = arena_take(arena, model->centre_rows, sizeof *explanation->centre);
    for (size_t r = 0; r < model->centre_rows; r++)
        if (search->row[r].lines > 0)
            explanation->centre[explanation->centres++] = (struct explained_row){
                &model->centre_row[r], &model->centre[centre_of[r]], search->row[r]
            };
}

enum err explain_lines(struct explanation *explanation, size_t most,
                       const struct progress_watch *watch, struct trouble *trouble)
{
    struct partnership *partnership = explanation->partnership;
    struct line_search search = { .explanation = explanation, .most = most };
    struct book_files files = partnership->files;
    struct ledger_request request = {
        .source = partnership->source, .model = &partnership->model, .files = &files,
        .through = partnership->through, .threads = 1, .watch = watch,
    };
    struct book_file *file = arena_take(partnership->arena, files.count, sizeof *file);

    memcpy(file, files.file, files.count * sizeof *file);
    files.file = file;                   /* the hashes that are known stay as they are */
    search.row = arena_take(partnership->arena, partnership->model.centre_rows,
                            sizeof *search.row);
    enum err err = ledger_each(&request, partnership->arena, look_at_line, &search, trouble);
    if (err == OK)
        take_rows(explanation, &search);
    return err;
}
