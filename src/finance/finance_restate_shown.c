#include "finance/finance_restate_shown.h"

#include <stdlib.h>

#include "finance/finance_pages.h"
#include "finance/finance_settlement_rows.h"

const char *const restate_by_word[RESTATE_BYS] = {
    [RESTATE_POOL] = "pool", [RESTATE_SERVICE] = "service", [RESTATE_GROUP] = "group",
};

const char *restate_title(struct arena *arena, const struct period_place *place)
{
    return period_title(arena, place->year, place->index);
}

bool restate_by_read(const struct request *request, enum restate_by *by)
{
    const struct text word = request_field(request, "by");

    *by = RESTATE_POOL;
    while (word.size > 0 && *by < RESTATE_BYS && !text_is(word, restate_by_word[*by]))
        ++*by;
    return *by < RESTATE_BYS;
}

struct adding {
    struct request       *request;
    struct restate_shown *shown;
    struct index          index;
    bool                  now;
};

static const struct model *model_of(const struct restate_shown *shown)
{
    return &shown->model.partnership.model;
}

static int32_t service_of(const struct restate_shown *shown, struct text pool)
{
    const int32_t at = index_find(&model_of(shown)->pool_index, 0, pool);

    return at < 0 ? -1 : model_of(shown)->pool[at].service;
}

/* Without figures. */
static struct restate_line described(const struct restate_shown *shown,
                                     const struct settlement_row *row)
{
    const struct model *model = model_of(shown);
    const int32_t pool = index_find(&model->pool_index, 0, row->pool);
    const int32_t service = service_of(shown, row->pool);
    struct restate_line line = { .code = row->pool, .name = row->pool, .kind = row->kind };

    if (shown->by == RESTATE_GROUP)
        return (struct restate_line){ .code = row->group, .name = row->group };
    if (shown->by == RESTATE_SERVICE)
        return service < 0 ? (struct restate_line){ .code = text_of(""), .name = text_of("") }
            : (struct restate_line){ .code = model->service[service].code,
                                     .name = model->service[service].name };
    if (pool >= 0 && model->pool[pool].name.size > 0)
        line.name = model->pool[pool].name;
    return line;
}

static struct restate_line *line_of(struct adding *adding, const struct settlement_row *row)
{
    struct restate_shown *shown = adding->shown;
    struct arena *arena = adding->request->arena;
    struct restate_line line = described(shown, row);
    const struct text key = text_of(arena_print(arena, "%.*s\n%.*s", TEXT(line.code),
                                                TEXT(line.kind)));
    const int32_t found = index_find(&adding->index, 0, key);

    if (found >= 0)
        return &shown->line[found];
    if (shown->lines == shown->room) {
        const size_t room = shown->room * 2 + 32;
        shown->line = arena_grow(arena, shown->line, shown->lines, room, sizeof *shown->line);
        shown->room = room;
    }
    (void)index_add(&adding->index, 0, key, (int32_t)shown->lines);
    line.was = arena_take(arena, shown->partners, sizeof *line.was);
    line.now = arena_take(arena, shown->partners, sizeof *line.now);
    shown->line[shown->lines] = line;
    return &shown->line[shown->lines++];
}

static enum err add_rows(struct adding *adding, struct text bytes)
{
    struct restate_shown *shown = adding->shown;
    struct settlement_rows rows;
    const enum err err = settlement_rows_read(adding->request->arena, bytes, &rows,
                                              adding->request->trouble);

    for (size_t i = 0; err == OK && i < rows.count; i++) {
        const struct settlement_row *row = &rows.row[i];
        const int32_t partner = index_find(&model_of(shown)->partner_index, 0, row->partner);
        if (partner < 0)
            continue;
        struct restate_line *line = line_of(adding, row);
        struct restate_figure *of = &(adding->now ? line->now : line->was)[partner];
        struct restate_figure *total = &(adding->now ? shown->now : shown->was)[partner];
        of->borne += row->borne;
        of->paid += row->paid;
        total->borne += row->borne;
        total->paid += row->paid;
    }
    return err;
}

/* What its run settled, and what was charged before. */
static enum err add_report(struct adding *adding)
{
    static const char *const names[] = { "settlement.csv", "input/charged.csv" };
    struct request *request = adding->request;
    enum err err = OK;

    for (size_t i = 0; i < COUNT(names) && err == OK; i++) {
        struct text bytes;
        err = money_run_file(request->tx, request->arena, adding->shown->run.id, names[i], &bytes,
                             request->trouble);
        if (err == OK)
            err = add_rows(adding, bytes);
        else if (err == ERR_MISSING)
            err = OK;
    }
    return err;
}

static enum err add_restated(struct adding *adding)
{
    struct request *request = adding->request;
    struct text bytes;
    const enum err err = restatement_file(request->tx, request->arena,
                                          adding->shown->restatement.id,
                                          text_of("settlement.csv"), &bytes, request->trouble);

    adding->now = true;
    return err == OK ? add_rows(adding, bytes) : err;
}

static int by_code(const void *one, const void *other)
{
    const struct restate_line *a = one, *b = other;
    const int order = text_compare(a->code, b->code);

    return order != 0 ? order : text_compare(a->kind, b->kind);
}

static enum err open_report(struct request *request, struct restate_shown *shown)
{
    struct memory_file *input;
    size_t inputs;
    enum err err = money_run_inputs_load(request->tx, request->arena, shown->run.id, &input,
                                         &inputs, request->trouble);

    if (err == OK)
        err = run_model_open(request->arena, input, inputs, shown->run.book,
                             period_title(request->arena, shown->run.year,
                                          (int)shown->run.through - 1),
                             &shown->model, request->trouble);
    shown->partners = model_of(shown)->partners;
    return err;
}

enum err restate_shown_load(struct request *request, int64_t id, enum restate_by by,
                            struct restate_shown *shown)
{
    struct arena *arena = request->arena;
    struct adding adding = { .request = request, .shown = shown };
    struct period_lock lock;
    enum err err;

    *shown = (struct restate_shown){ .by = by };
    err = restatement_load(request->tx, arena, id, &shown->restatement, request->trouble);
    if (err == OK)
        err = restatement_maps_load(request->tx, arena, id, &shown->maps, request->trouble);
    if (err == OK)
        err = money_run_load(request->tx, arena, shown->restatement.run, &shown->run,
                             request->trouble);
    if (err == OK)
        err = open_report(request, shown);
    if (err != OK)
        return err;
    const struct period_place place = { shown->run.year, (int)shown->run.through - 1 };
    err = period_lock_load(request->tx, arena, &place, &lock, request->trouble);
    shown->locked = err == OK && lock.run == shown->run.id;
    index_open(&adding.index, arena);
    shown->was = arena_take(arena, shown->partners, sizeof *shown->was);
    shown->now = arena_take(arena, shown->partners, sizeof *shown->now);
    if (err == OK || err == ERR_MISSING)
        err = add_report(&adding);
    if (err == OK)
        err = add_restated(&adding);
    if (err == OK && shown->lines > 1)
        qsort(shown->line, shown->lines, sizeof *shown->line, by_code);
    return err;
}

void restate_shown_close(struct restate_shown *shown)
{
    run_model_close(&shown->model);
}

bool restate_changes(const struct restate_shown *shown, const struct restate_line *line)
{
    for (size_t p = 0; p < shown->partners; p++)
        if (line->was[p].borne != line->now[p].borne || line->was[p].paid != line->now[p].paid)
            return true;
    return false;
}

/* --- the table --- */

struct columns {
    struct arena        *arena;
    struct sheet_column *column;
    size_t               count;
};

static void add_column(struct columns *columns, const char *name, const char *label,
                       enum sheet_kind kind)
{
    columns->column[columns->count++] = (struct sheet_column){ name, label, kind };
}

/* What changes stands first: on a narrow screen the rest is behind the edge. */
static void change_column(struct columns *columns, struct text code)
{
    struct arena *arena = columns->arena;

    add_column(columns, arena_print(arena, "change_%.*s", TEXT(code)),
               arena_print(arena, "%.*s: difference", TEXT(code)), SHEET_MONEY);
}

static void partner_columns(struct columns *columns, struct text code)
{
    struct arena *arena = columns->arena;

    add_column(columns, arena_print(arena, "was_%.*s", TEXT(code)),
               arena_print(arena, "%.*s bears, as it was", TEXT(code)), SHEET_MONEY);
    add_column(columns, arena_print(arena, "restated_%.*s", TEXT(code)),
               arena_print(arena, "%.*s, restated", TEXT(code)), SHEET_MONEY);
}

static void fill(struct sheet_cell *cell, const struct restate_shown *shown,
                 const struct restate_figure *was, const struct restate_figure *now)
{
    for (size_t p = 0; p < shown->partners; p++)
        *cell++ = sheet_money(now[p].borne - was[p].borne);
    for (size_t p = 0; p < shown->partners; p++) {
        *cell++ = sheet_money(was[p].borne);
        *cell++ = sheet_money(now[p].borne);
    }
}

static void about(struct request *request, const struct restate_shown *shown,
                  struct money_sheet *sheet)
{
    struct arena *arena = request->arena;
    const struct restatement *of = &shown->restatement;

    money_sheet_about(sheet, "what", "What", text_of("Restated: it charges nobody, and the report "
                                                     "stays as it was"));
    money_sheet_about(sheet, "report", "Report",
                      text_of(period_title(arena, shown->run.year, (int)shown->run.through - 1)));
    money_sheet_about(sheet, "run", "Its run", text_of(arena_number(arena, shown->run.id)));
    money_sheet_about(sheet, "maps", "By the maps of", text_of(restate_title(arena, &of->as)));
    money_sheet_about(sheet, "restatement", "Restatement", text_of(arena_number(arena, of->id)));
    money_sheet_about(sheet, "inputs", "SHA-256 of its inputs", of->inputs);
}

void restate_sheet(struct request *request, const struct restate_shown *shown,
                   struct money_sheet *sheet)
{
    static const char *const by[] = { [RESTATE_POOL] = "cost pool", [RESTATE_SERVICE] = "service",
                                      [RESTATE_GROUP] = "subjective group" };
    struct arena *arena = request->arena;
    struct columns columns = { .arena = arena,
                               .column = arena_take(arena, 3 + 3 * shown->partners,
                                                    sizeof *columns.column) };
    const bool pools = shown->by == RESTATE_POOL, groups = shown->by == RESTATE_GROUP;

    add_column(&columns, restate_by_word[shown->by], pools ? "Pool" : groups ? "Group" : "Service",
               SHEET_WORDS);
    if (!groups)
        add_column(&columns, "name", "Name", SHEET_WORDS);
    if (pools)
        add_column(&columns, "kind", "Kind", SHEET_WORDS);
    const size_t words = columns.count;
    for (size_t p = 0; p < shown->partners; p++)
        change_column(&columns, model_of(shown)->partner[p].code);
    for (size_t p = 0; p < shown->partners; p++)
        partner_columns(&columns, model_of(shown)->partner[p].code);
    money_sheet_open(sheet, arena, "restated",
                     arena_print(arena, "Restated by the maps of %s, by %s: %s",
                                 restate_title(arena, &shown->restatement.as), by[shown->by],
                                 period_title(arena, shown->run.year,
                                              (int)shown->run.through - 1)),
                     columns.column, columns.count);
    for (size_t i = 0; i < shown->lines; i++) {
        const struct restate_line *line = &shown->line[i];
        struct sheet_cell *cell = money_sheet_row(sheet);
        cell[0] = sheet_words(line->code);
        if (!groups)
            cell[1] = sheet_words(line->name);
        if (pools)
            cell[2] = sheet_words(line->kind);
        fill(cell + words, shown, line->was, line->now);
    }
    struct sheet_cell *foot = money_sheet_foot(sheet);
    foot[0] = sheet_words(text_of("Total"));
    fill(foot + words, shown, shown->was, shown->now);
    about(request, shown, sheet);
}
