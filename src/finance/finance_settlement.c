#include "finance/finance_settlement.h"

#include <assert.h>
#include <stdlib.h>

#include "finance/finance_pages.h"
#include "finance/finance_working.h"

const char *const settlement_view_word[SETTLEMENT_VIEWS] = { "pool", "service", "group" };
const char *const settlement_span_word[SETTLEMENT_SPANS] = { "month", "bill", "year" };
const char *const settlement_cost_word[SETTLEMENT_COSTS] = { "all", "shared", "own" };
const char *const settlement_other_word[SETTLEMENT_OTHERS] = { "none", "period", "year", "run",
                                                               "budget" };

#define WORDS_MOST 100
#define MARCH 11

/* --- what is asked --- */

/* The place of the field's word; the first, when there is none. False: it is none of them. */
static bool asked_word(struct request *request, const char *name, const char *const words[],
                       int count, int *out)
{
    const struct text given = request_field(request, name);

    *out = 0;
    if (given.size == 0)
        return true;
    while (*out < count && !text_is(given, words[*out]))
        ++*out;
    return *out < count;
}

static bool asked_number(struct text given, int64_t *out)
{
    *out = 0;
    if (given.size > 18 || text_digits(given, 0) != given.size)
        return false;
    for (size_t i = 0; i < given.size; i++)
        *out = *out * 10 + (given.data[i] - '0');
    return true;
}

bool settlement_asked(struct request *request, struct settlement_asked *out)
{
    int view, span, cost, other;

    *out = (struct settlement_asked){
        .year = request_word(request, "year"),
        .index = month_index(request_word(request, "period")),
        .words = request_field(request, "words"), .first = request_field(request, "first"),
        .paid = text_is(request_field(request, "paid"), "yes"),
    };
    if (!asked_word(request, "view", settlement_view_word, SETTLEMENT_VIEWS, &view) ||
        !asked_word(request, "span", settlement_span_word, SETTLEMENT_SPANS, &span) ||
        !asked_word(request, "cost", settlement_cost_word, SETTLEMENT_COSTS, &cost) ||
        !asked_word(request, "compare", settlement_other_word, SETTLEMENT_OTHERS, &other) ||
        !asked_number(request_field(request, "run"), &out->run) || out->index < 0 ||
        out->words.size > WORDS_MOST)
        return false;
    out->view = (enum settlement_view)view;
    out->span = (enum settlement_span)span;
    out->cost = (enum settlement_cost)cost;
    out->other = (enum settlement_other)other;
    return true;
}

struct text settlement_query(struct request *request, const struct settlement_asked *asked)
{
    struct arena *arena = request->arena;
    struct url url = UrlArg(arena, Url("/"), "view", text_of(settlement_view_word[asked->view]));

    url = UrlArg(arena, url, "span", text_of(settlement_span_word[asked->span]));
    url = UrlArg(arena, url, "cost", text_of(settlement_cost_word[asked->cost]));
    url = UrlArg(arena, url, "compare", text_of(settlement_other_word[asked->other]));
    if (asked->words.size > 0)
        url = UrlArg(arena, url, "words", asked->words);
    if (asked->first.size > 0)
        url = UrlArg(arena, url, "first", asked->first);
    if (asked->paid)
        url = UrlArg(arena, url, "paid", text_of("yes"));
    if (asked->run > 0)
        url = UrlArg(arena, url, "run", text_of(arena_number(arena, asked->run)));
    return (struct text){ url.text.data + 2, url.text.size - 2 };
}

/* --- names --- */

const char *settlement_month(struct arena *arena, struct text year, int index)
{
    char digits[5] = "";
    memcpy(digits, year.data, 4);
    const int first = (int)strtol(digits, NULL, 10);

    if (index == PERIODS - 1)
        return arena_print(arena, "final accounts of %.*s", TEXT(year));
    return arena_print(arena, "%s %d", month_name(index), first + (index >= 9));
}

struct text settlement_partner(const struct settled *settlement, size_t partner)
{
    return settlement->model.partnership.model.partner[partner].code;
}

struct text settlement_short(const struct settled *settlement, size_t partner)
{
    static const char council[] = " Council";
    const size_t less = sizeof council - 1;
    const struct text name = settlement->model.partnership.model.partner[partner].name;

    if (name.size > less && memcmp(name.data + name.size - less, council, less) == 0)
        return (struct text){ name.data, name.size - less };
    return name;
}

const char *settlement_per_cent(struct arena *arena, wide part, wide whole)
{
    if (whole == 0)
        return "";
    if (whole < 0) {
        part = -part;
        whole = -whole;
    }
    /* Tenths of a per cent, half away from zero. */
    const wide twice = 2 * part * 1000;
    const long long tenths = (long long)((twice + (part < 0 ? -whole : whole)) / (2 * whole));
    const long long size = tenths < 0 ? -tenths : tenths;
    return arena_print(arena, "%s%lld.%lld", tenths < 0 ? "-" : "", size / 10, size % 10);
}

/* --- rows become lines --- */

struct adding {
    struct request    *request;
    struct settled *settlement;
    struct index       index;       /* of lines, by what they are */
    bool               before;      /* the rows are those compared with */
    int                from, to;    /* periods, both included */
};

static const struct model *model_of(const struct settled *settlement)
{
    return &settlement->model.partnership.model;
}

static bool is_shared(struct text kind)
{
    return text_is(kind, kind_name[KIND_COMMON]) || text_is(kind, kind_name[KIND_SUPPORT]);
}

static int32_t row_service(const struct settled *settlement, const struct settlement_row *row)
{
    const int32_t pool = index_find(&model_of(settlement)->pool_index, 0, row->pool);

    return pool < 0 ? -1 : model_of(settlement)->pool[pool].service;
}

/* What a row is shown under. */
static struct text row_key(const struct adding *adding, const struct settlement_row *row)
{
    const struct settled *settlement = adding->settlement;
    const int32_t service = row_service(settlement, row);

    switch (settlement->asked.view) {
    case VIEW_GROUP: return row->group;
    case VIEW_SERVICE:
        return service < 0 ? text_of("") : model_of(settlement)->service[service].code;
    default:
        return text_of(arena_print(adding->request->arena, "%.*s %.*s", TEXT(row->pool),
                                   TEXT(row->kind)));
    }
}

static const char *kind_of(struct text word)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (text_is(word, kind_name[kind]))
            return kind_name[kind];
    return NULL;
}

static struct text basis_of(const struct adding *adding, int32_t pool)
{
    const struct settled *settlement = adding->settlement;
    const struct model *model = model_of(settlement);
    const struct pool_row *row = pool < 0 ? NULL
        : pool_at(&model->pool[pool], period_of_year(model->year, settlement->asked.index));

    if (row == NULL || row->basis < 0)
        return text_of("");
    const struct basis *basis = &model->basis[row->basis];
    return basis->name.size > 0 ? basis->name : basis->code;
}

static void name_line(const struct adding *adding, const struct settlement_row *row,
                      struct settlement_line *line)
{
    const struct settled *settlement = adding->settlement;
    const struct model *model = model_of(settlement);
    const int32_t pool = index_find(&model->pool_index, 0, row->pool);
    const int32_t service = row_service(settlement, row);

    if (service >= 0)
        line->service = model->service[service].name;
    if (settlement->asked.view == VIEW_GROUP) {
        line->code = line->name = row->group;
        line->service = text_of("");
    } else if (settlement->asked.view == VIEW_SERVICE) {
        line->code = service < 0 ? text_of("") : model->service[service].code;
        line->name = service < 0 ? text_of("Pools that are no longer there") : line->service;
    } else {
        line->code = row->pool;
        line->name = pool < 0 || model->pool[pool].name.size == 0 ? row->pool
                                                                  : model->pool[pool].name;
        line->kind = kind_of(row->kind);
        if (text_is(row->kind, kind_name[KIND_COMMON]))
            line->basis = basis_of(adding, pool);
        else if (text_is(row->kind, kind_name[KIND_SUPPORT]))
            line->basis = text_of("By the pools that it supports");
        else
            line->basis = text_of("Borne whole");
    }
}

static struct settlement_line *line_of(struct adding *adding, const struct settlement_row *row)
{
    struct settled *settlement = adding->settlement;
    struct arena *arena = adding->request->arena;
    const struct text key = row_key(adding, row);
    const int32_t found = index_find(&adding->index, 0, key);

    if (found >= 0)
        return &settlement->line[found];
    if (settlement->lines == settlement->room) {
        const size_t room = settlement->room * 2 + 32;
        settlement->line = arena_grow(arena, settlement->line, settlement->lines, room,
                                      sizeof *settlement->line);
        settlement->room = room;
    }
    (void)index_add(&adding->index, 0, text_keep(arena, key), (int32_t)settlement->lines);
    struct settlement_line *line = &settlement->line[settlement->lines++];
    *line = (struct settlement_line){ .basis = text_of(""), .service = text_of("") };
    line->now = arena_take(arena, settlement->partners, sizeof *line->now);
    line->before = arena_take(arena, settlement->partners, sizeof *line->before);
    name_line(adding, row, line);
    return line;
}

static bool is_wanted(const struct adding *adding, const struct settlement_row *row)
{
    const enum settlement_cost cost = adding->settlement->asked.cost;
    period_number period;

    if (!period_parse(row->period, &period))
        return false;
    const int index = period % PERIODS;
    return index >= adding->from && index <= adding->to &&
           (cost == COST_ALL || (cost == COST_SHARED) == is_shared(row->kind));
}

static void add_rows(struct adding *adding, const struct settlement_rows *rows)
{
    struct settled *settlement = adding->settlement;

    for (size_t i = 0; i < rows->count; i++) {
        const struct settlement_row *row = &rows->row[i];
        const int32_t partner = index_find(&model_of(settlement)->partner_index, 0, row->partner);
        if (partner < 0 || !is_wanted(adding, row))
            continue;
        struct settlement_line *line = line_of(adding, row);
        struct due *due = adding->before ? &line->before[partner] : &line->now[partner];
        due->borne += row->borne;
        due->paid += row->paid;
    }
}

/* --- what is loaded --- */

static enum err read_rows(struct request *request, int64_t run, const char *name,
                          struct settlement_rows *rows)
{
    struct text bytes;
    enum err err = money_run_file(request->tx, request->arena, run, name, &bytes,
                                  request->trouble);

    *rows = (struct settlement_rows){ .count = 0 };
    if (err == ERR_MISSING)
        return OK;
    return err == OK ? settlement_rows_read(request->arena, bytes, rows, request->trouble) : err;
}

/* Of a run: what is settled, and behind it what was charged for locked periods. */
static enum err add_run(struct adding *adding, int64_t run)
{
    struct settlement_rows settled, charged;
    enum err err = read_rows(adding->request, run, "settlement.csv", &settled);

    if (err == OK)
        err = read_rows(adding->request, run, "input/charged.csv", &charged);
    if (err != OK)
        return err;
    add_rows(adding, &charged);
    add_rows(adding, &settled);
    return OK;
}

/* The periods that are shown. */
static void set_span(const struct settled *settlement, int *from, int *to)
{
    const struct settlement_asked *asked = &settlement->asked;

    *to = asked->index;
    *from = asked->span == SPAN_MONTH  ? asked->index
            : asked->span == SPAN_BILL ? settlement->model.result.first : 0;
}

/* Rows of the run are what it is compared with. */
static enum err add_compared(struct adding *adding, int64_t run, const char *title)
{
    adding->settlement->has_other = true;
    adding->settlement->other_title = title;
    return add_run(adding, run);
}

/* The year before, up to this period: the run that ended with it, else the next that holds it. */
static enum err find_year_before(struct request *request, struct text year, int index,
                                 struct money_run *out)
{
    int32_t number;
    enum err err = ERR_MISSING;

    if (!year_parse(year, &number))
        return ERR_MISSING;
    const struct text before = year_text(request->arena, number - 1);
    for (int through = index + 1; through <= PERIODS && err == ERR_MISSING; through++)
        err = money_run_last(request->tx, request->arena, before, BOOK_LEDGER, through, out,
                             request->trouble);
    return err;
}

/* March is before April, though the final accounts come between. */
static enum err add_year_before(struct adding *adding)
{
    struct settled *settlement = adding->settlement;
    struct arena *arena = adding->request->arena;
    const bool month = settlement->asked.other == OTHER_PERIOD;
    const int index = month ? MARCH : settlement->asked.index;
    enum err err = find_year_before(adding->request, settlement->asked.year, index,
                                    &settlement->other);

    if (err != OK)
        return err;
    if (month)
        adding->from = adding->to = index;
    const char *title = period_title(arena, settlement->other.year, index);
    return add_compared(adding, settlement->other.id,
                        settlement->asked.span == SPAN_MONTH || month
                            ? title : arena_print(arena, "the year before, up to %s", title));
}

/* What it is compared with, if that is there. */
static enum err add_other(struct adding *adding)
{
    struct settled *settlement = adding->settlement;
    struct request *request = adding->request;
    struct arena *arena = request->arena;
    const struct money_run *run = &settlement->run;
    enum err err = OK;

    adding->before = true;
    switch (settlement->asked.other) {
    case OTHER_PERIOD:
        if (settlement->asked.index == 0) {
            err = add_year_before(adding);
            break;
        }
        adding->from = adding->to = settlement->asked.index - 1;
        err = add_compared(adding, run->id, arena_print(arena, "P%02d", settlement->asked.index));
        break;
    case OTHER_YEAR:
        err = add_year_before(adding);
        break;
    case OTHER_RUN:
        err = money_run_before(request->tx, arena, run, &settlement->other, request->trouble);
        if (err == OK)
            err = add_compared(adding, settlement->other.id,
                               arena_print(arena, "run %lld", (long long)settlement->other.id));
        break;
    case OTHER_BUDGET:
        err = money_run_last(request->tx, arena, settlement->asked.year, BOOK_BUDGET,
                             run->through, &settlement->other, request->trouble);
        if (err == OK)
            err = add_compared(adding, settlement->other.id, "budget");
        break;
    default:
        break;
    }
    return err == ERR_MISSING ? OK : err;
}

static bool holds_words(const struct settlement_line *line, struct text words)
{
    return words.size == 0 || text_holds(line->code, words) || text_holds(line->name, words) ||
           text_holds(line->service, words);
}

static void add_up(struct settled *settlement, struct arena *arena)
{
    size_t kept = 0;

    settlement->now = arena_take(arena, settlement->partners, sizeof *settlement->now);
    settlement->before = arena_take(arena, settlement->partners, sizeof *settlement->before);
    for (size_t i = 0; i < settlement->lines; i++) {
        if (!holds_words(&settlement->line[i], settlement->asked.words))
            continue;
        settlement->line[kept] = settlement->line[i];
        for (size_t p = 0; p < settlement->partners; p++) {
            settlement->now[p].borne += settlement->line[kept].now[p].borne;
            settlement->now[p].paid += settlement->line[kept].now[p].paid;
            settlement->before[p].borne += settlement->line[kept].before[p].borne;
            settlement->before[p].paid += settlement->line[kept].before[p].paid;
        }
        kept++;
    }
    settlement->lines = kept;
}

/* In listing order, but for the one that is wanted first. */
static void set_order(struct settled *settlement, struct arena *arena)
{
    const struct model *model = model_of(settlement);
    const int32_t first = index_find(&model->partner_index, 0, settlement->asked.first);
    size_t count = 0;

    settlement->order = arena_take(arena, settlement->partners, sizeof *settlement->order);
    if (first >= 0)
        settlement->order[count++] = (size_t)first;
    for (size_t p = 0; p < settlement->partners; p++)
        if ((int32_t)p != first)
            settlement->order[count++] = p;
}

static int by_code(const void *one, const void *other)
{
    const struct settlement_line *a = one, *b = other;
    const int order = text_compare(a->code, b->code);

    return order != 0 || a->kind == NULL || b->kind == NULL ? order : strcmp(a->kind, b->kind);
}

static enum err load_rows(struct request *request, struct settled *settlement)
{
    struct adding adding = { .request = request, .settlement = settlement };
    struct text bytes;

    index_open(&adding.index, request->arena);
    set_span(settlement, &adding.from, &adding.to);
    enum err err = add_run(&adding, settlement->run.id);
    if (err == OK)
        err = add_other(&adding);
    if (err != OK)
        return err;
    if (settlement->lines > 1)
        qsort(settlement->line, settlement->lines, sizeof *settlement->line, by_code);
    add_up(settlement, request->arena);
    err = money_run_file(request->tx, request->arena, settlement->run.id, "bill.csv", &bytes,
                         request->trouble);
    if (err == OK)
        err = bill_rows_read(request->arena, bytes, &settlement->bill, request->trouble);
    if (err != OK)
        return err;
    err = money_run_file(request->tx, request->arena, settlement->run.id, "corrections.csv",
                         &bytes, request->trouble);
    settlement->corrected = err == OK && memchr(bytes.data, '\n', bytes.size - 1) != NULL;
    return err == ERR_MISSING ? OK : err;
}

static enum err open_model(struct request *request, struct settled *settlement)
{
    struct memory_file *input;
    size_t inputs;
    enum err err = money_run_inputs_load(request->tx, request->arena, settlement->run.id, &input,
                                         &inputs, request->trouble);

    if (err == OK)
        err = run_model_open(request->arena, input, inputs, settlement->run.book,
                             period_title(request->arena, settlement->run.year,
                                          (int)settlement->run.through - 1),
                             &settlement->model, request->trouble);
    settlement->partners = settlement->model.partnership.model.partners;
    return err;
}

/* The one that was asked for, if it is of this year and period; else the last that closed. */
static enum err find_run(struct request *request, struct settled *settlement)
{
    const struct settlement_asked *asked = &settlement->asked;
    enum err err;

    if (asked->run == 0) {
        err = money_run_last(request->tx, request->arena, asked->year, BOOK_LEDGER,
                             asked->index + 1, &settlement->run, request->trouble);
        settlement->has_run = err == OK;
        return err == ERR_MISSING ? OK : err;
    }
    err = money_run_load(request->tx, request->arena, asked->run, &settlement->run,
                         request->trouble);
    if (err == OK && (!text_equal(settlement->run.year, asked->year) ||
                      settlement->run.through != asked->index + 1))
        return ERR_MISSING;
    settlement->has_run = err == OK && settlement->run.state == RUN_CLOSED;
    return err;
}

/* Of this period alone. */
static enum err load_runs(struct request *request, struct settled *settlement)
{
    size_t kept = 0;
    enum err err = money_runs_load(request->tx, request->arena, settlement->asked.year,
                                   &settlement->runs, request->trouble);

    for (size_t i = 0; i < settlement->runs.count && err == OK; i++)
        if (settlement->runs.run[i].through == settlement->asked.index + 1)
            settlement->runs.run[kept++] = settlement->runs.run[i];
    settlement->runs.count = kept;
    return err;
}

enum err settlement_load(struct request *request, const struct settlement_asked *asked,
                         struct settled *out)
{
    enum period_state state[PERIODS];

    *out = (struct settled){ .asked = *asked };
    enum err err = joint_periods_load(request->tx, asked->year, state, request->trouble);
    if (err == OK)
        err = load_runs(request, out);
    if (err == OK)
        err = find_run(request, out);
    if (err != OK)
        return err;
    out->state = state[asked->index];
    if (!out->has_run)
        return OK;
    err = open_model(request, out);
    if (err != OK)
        return err;
    set_order(out, request->arena);
    return load_rows(request, out);
}

void settlement_close(struct settled *settlement)
{
    if (settlement->has_run)
        run_model_close(&settlement->model);
}

/* --- the table --- */

#define COLUMNS_MOST (8 + 4 * PARTNERS_MAX)

struct filling {
    struct request          *request;
    const struct settled *settlement;
    struct sheet_column     *column;
    size_t                   columns;
};

static void add_column(struct filling *filling, const char *name, const char *label,
                       enum sheet_kind kind)
{
    assert(filling->columns < COLUMNS_MOST);
    filling->column[filling->columns++] = (struct sheet_column){ name, label, kind };
}

static void partner_column(struct filling *filling, size_t partner, const char *name,
                           const char *before, const char *behind)
{
    struct arena *arena = filling->request->arena;
    const struct settled *settlement = filling->settlement;
    const struct text code = settlement_partner(settlement, partner);

    add_column(filling, arena_print(arena, "%s_%.*s", name, TEXT(code)),
               arena_print(arena, "%s%.*s%s", before, TEXT(settlement_short(settlement, partner)),
                           behind), SHEET_MONEY);
}

static void make_columns(struct filling *filling)
{
    const struct settled *settlement = filling->settlement;
    const bool pools = settlement->asked.view == VIEW_POOL;
    struct arena *arena = filling->request->arena;

    filling->column = arena_take(arena, COLUMNS_MOST, sizeof *filling->column);
    add_column(filling, "code", "Code", SHEET_WORDS);
    if (settlement->asked.view != VIEW_GROUP)
        add_column(filling, "name", pools ? "Cost pool" : "Service", SHEET_WORDS);
    if (pools) {
        add_column(filling, "kind", "Kind", SHEET_WORDS);
        add_column(filling, "basis", "Basis", SHEET_WORDS);
    }
    add_column(filling, arena_print(arena, "per_cent_%.*s",
                                    TEXT(settlement_partner(settlement, settlement->order[0]))),
               arena_print(arena, "%.*s per cent",
                           TEXT(settlement_partner(settlement, settlement->order[0]))),
               SHEET_NUMBER);
    for (size_t i = 0; i < settlement->partners; i++)
        partner_column(filling, settlement->order[i], "borne", "", "");
    add_column(filling, "total", "Total", SHEET_MONEY);
    for (size_t i = 0; i < settlement->partners && settlement->asked.paid; i++)
        partner_column(filling, settlement->order[i], "paid", "Paid by ", "");
    for (size_t i = 0; i < settlement->partners && settlement->has_other; i++)
        partner_column(filling, settlement->order[i], "change", "",
                       arena_print(arena, ": change from %s", settlement->other_title));
}

static wide total_of(const struct settled *settlement, const struct due *due)
{
    wide total = 0;

    for (size_t p = 0; p < settlement->partners; p++)
        total += due[p].borne;
    return total;
}

/* From the per cent on. */
static void fill_money(const struct filling *filling, struct sheet_cell *cell,
                       const struct due *now, const struct due *before)
{
    const struct settled *settlement = filling->settlement;
    const size_t *order = settlement->order;
    const wide total = total_of(settlement, now);

    *cell++ = sheet_written(text_of(settlement_per_cent(filling->request->arena,
                                                        now[order[0]].borne, total)));
    for (size_t i = 0; i < settlement->partners; i++)
        *cell++ = sheet_money(now[order[i]].borne);
    *cell++ = sheet_money(total);
    for (size_t i = 0; i < settlement->partners && settlement->asked.paid; i++)
        *cell++ = sheet_money(now[order[i]].paid);
    for (size_t i = 0; i < settlement->partners && settlement->has_other; i++)
        *cell++ = sheet_money(now[order[i]].borne - before[order[i]].borne);
}

/* Of several periods to the last one's. */
static struct url line_url(struct request *request, const struct settled *settlement,
                           const struct settlement_line *line)
{
    const struct url url = working_url(request, settlement->run.id, "working", line->code,
                                       settlement->asked.index);

    return line->kind == NULL ? url : UrlArg(request->arena, url, "kind", text_of(line->kind));
}

static void fill_line(const struct filling *filling, struct sheet_cell *cell,
                      const struct settlement_line *line)
{
    const struct settled *settlement = filling->settlement;
    const bool pools = settlement->asked.view == VIEW_POOL;

    *cell++ = sheet_words(line->code);
    if (settlement->asked.view != VIEW_GROUP)
        *cell++ = sheet_words(line->name);
    if (pools) {
        *cell++ = sheet_words(text_of(line->kind));
        *cell++ = sheet_words(line->basis);
    }
    struct sheet_cell *first = cell;
    fill_money(filling, cell, line->now, line->before);
    for (size_t i = 0; i < settlement->partners && pools; i++)
        first[i + 1] = sheet_linked(first[i + 1],
                                    line_url(filling->request, settlement, line));
}

static const char *span_title(struct arena *arena, const struct settled *settlement)
{
    const struct text year = settlement->asked.year;
    int from, to;

    set_span(settlement, &from, &to);
    if (from == to)
        return settlement_month(arena, year, to);
    return arena_print(arena, "%s to %s", settlement_month(arena, year, from),
                       settlement_month(arena, year, to));
}

static void add_about(struct request *request, const struct settled *settlement,
                      struct money_sheet *sheet)
{
    const struct settlement_asked *asked = &settlement->asked;
    struct arena *arena = request->arena;

    money_sheet_about(sheet, "what", "What", text_of("What each council pays"));
    money_sheet_about(sheet, "year", "Financial year", asked->year);
    money_sheet_about(sheet, "periods", "Periods", text_of(span_title(arena, settlement)));
    money_sheet_about(sheet, "run", "Run", text_of(arena_number(arena, settlement->run.id)));
    money_sheet_about(sheet, "inputs", "SHA-256 of the run's inputs", settlement->run.inputs);
    money_sheet_about(sheet, "state", "Period is",
                      text_of(period_state_word(settlement->state)));
    money_sheet_about(sheet, "view", "By", text_of(settlement_view_word[asked->view]));
    money_sheet_about(sheet, "cost", "Cost", text_of(settlement_cost_word[asked->cost]));
    money_sheet_about(sheet, "compared", "Compared with",
                      text_of(settlement->has_other ? settlement->other_title : "nothing"));
    money_sheet_about(sheet, "words", "Words looked for", asked->words);
}

void settlement_sheet(struct request *request, const struct settled *settlement,
                      struct money_sheet *sheet)
{
    static const char *const by[] = { [VIEW_POOL] = "cost pool", [VIEW_SERVICE] = "service",
                                      [VIEW_GROUP] = "subjective group" };
    struct filling filling = { .request = request, .settlement = settlement };
    struct arena *arena = request->arena;
    const size_t before = settlement->asked.view == VIEW_POOL    ? 4
                          : settlement->asked.view == VIEW_GROUP ? 1 : 2;

    make_columns(&filling);
    money_sheet_open(sheet, arena, "settlement",
                     arena_print(arena, "What each council pays, by %s: %s",
                                 by[settlement->asked.view], span_title(arena, settlement)),
                     filling.column, filling.columns);
    for (size_t i = 0; i < settlement->lines; i++)
        fill_line(&filling, money_sheet_row(sheet), &settlement->line[i]);
    struct sheet_cell *foot = money_sheet_foot(sheet);
    foot[0] = sheet_words(text_of("Total"));
    fill_money(&filling, foot + before, settlement->now, settlement->before);
    add_about(request, settlement, sheet);
}

/* --- in a sentence --- */

static const char *pounds(struct arena *arena, wide pence)
{
    struct html *h = html_open(arena);

    page_pounds(h, pence);
    const struct text bytes = html_bytes(h);
    return arena_copy(arena, bytes.data, bytes.size);
}

static struct text name_of(const struct settled *settlement, struct text code)
{
    const int32_t partner = index_find(&model_of(settlement)->partner_index, 0, code);

    return partner < 0 ? code : settlement_short(settlement, (size_t)partner);
}

/* ", for education", when a debt is of one service. */
static const char *for_service(struct arena *arena, const struct settled *settlement,
                               struct text code)
{
    const int32_t service = index_find(&model_of(settlement)->service_index, 0, code);

    return service < 0 ? "" : arena_print(arena, " for %.*s",
                                          TEXT(model_of(settlement)->service[service].name));
}

/* Of all services together, between the two: ", in all Stirling owes ... £..."; or nothing. */
static const char *in_all(struct arena *arena, const struct settled *settlement)
{
    const struct bill_rows *bill = &settlement->bill;
    wide amount = 0;

    if (bill->count < 2 || settlement->partners != 2)
        return "";
    for (size_t i = 0; i < bill->count; i++)
        amount += text_equal(bill->row[i].from, bill->row[0].from) ? bill->row[i].amount
                                                                   : -bill->row[i].amount;
    const bool first = amount >= 0;
    const struct bill_row *row = &bill->row[0];
    return amount == 0 ? ": in all they are quits"
                       : arena_print(arena, ": in all %.*s owes %.*s %s",
                                     TEXT(name_of(settlement, first ? row->from : row->to)),
                                     TEXT(name_of(settlement, first ? row->to : row->from)),
                                     pounds(arena, first ? amount : -amount));
}

const char *settlement_debts(struct request *request, const struct settled *settlement)
{
    struct arena *arena = request->arena;
    const struct text year = settlement->asked.year;
    const int first = settlement->model.result.first, last = settlement->asked.index;
    const char *when = first == last
        ? settlement_month(arena, year, last)
        : arena_print(arena, "%s to %s", settlement_month(arena, year, first),
                      settlement_month(arena, year, last));
    const char *words = "";

    for (size_t i = 0; i < settlement->bill.count; i++) {
        const struct bill_row *row = &settlement->bill.row[i];
        words = arena_print(arena, "%s%s%.*s owes %.*s %s%s", words, i == 0 ? "" : "; ",
                            TEXT(name_of(settlement, row->from)),
                            TEXT(name_of(settlement, row->to)), pounds(arena, row->amount),
                            for_service(arena, settlement, row->service));
    }
    return settlement->bill.count == 0
               ? arena_print(arena, "Nobody owes anybody anything for %s.", when)
               : arena_print(arena, "For %s, %s%s.", when, words, in_all(arena, settlement));
}
