/*
 * finance/finance_restate_api.c -- reports restated, for programs: asked for, listed, and shown
 * beside the report as it was, by the functions of the pages.
 */
#include "finance/finance_api.h"

#include "cli/answer.h"
#include "finance/finance_restate.h"
#include "finance/finance_restate_shown.h"
#include "finance/finance_table.h"
#include "identity/right.h"
#include "web/api_field.h"

static void write_restatement(struct request *request, struct json *json,
                              const struct restatement *one)
{
    api_number(json, "restatement", one->id);
    api_number(json, "run", one->run);
    json_word(json, "maps", restate_title(request->arena, &one->as));
    api_number(json, "lines", one->lines);
    api_text(json, "inputs", one->inputs);
    api_text(json, "made_for", money_council_code(request, one->made_for));
    api_text(json, "made_by", one->made_by);
    api_moment(json, "made_at", one->made_at);
}

static enum err restatement_list(struct request *request)
{
    enum period_state state[PERIODS];
    struct restatements all;
    struct period_place place;
    struct answer_json out;
    enum err err = month_place(request, &place);

    if (err == OK)
        err = joint_periods_load(request->tx, place.year, state, request->trouble);
    if (err == OK)
        err = restatements_load(request->tx, request->arena, &place, &all, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < all.count; i++) {
        json_object(&out.json);
        write_restatement(request, &out.json, &all.restatement[i]);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static void write_figures(struct json *json, struct text code, const struct restate_figure *was,
                          const struct restate_figure *now)
{
    api_text(json, "council", code);
    json_key(json, "was");
    json_money(json, was->borne);
    json_key(json, "restated");
    json_money(json, now->borne);
    json_key(json, "change");
    json_money(json, now->borne - was->borne);
}

static void write_shown(struct request *request, struct json *json,
                        const struct restate_shown *shown)
{
    const struct model *model = &shown->model.partnership.model;

    json_key(json, "total");
    json_array(json);
    for (size_t p = 0; p < shown->partners; p++) {
        json_object(json);
        write_figures(json, model->partner[p].code, &shown->was[p], &shown->now[p]);
        json_key(json, "owed_was");
        json_money(json, shown->was[p].borne - shown->was[p].paid);
        json_key(json, "owed_restated");
        json_money(json, shown->now[p].borne - shown->now[p].paid);
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "rows");
    json_array(json);
    for (size_t i = 0; i < shown->lines; i++)
        for (size_t p = 0; p < shown->partners; p++) {
            const struct restate_line *line = &shown->line[i];
            json_object(json);
            api_text(json, "code", line->code);
            api_text(json, "name", line->name);
            api_text_or_null(json, "kind", line->kind);
            write_figures(json, model->partner[p].code, &line->was[p], &line->now[p]);
            json_object_end(json);
        }
    json_array_end(json);
    json_key(json, "by_maps");
    json_array(json);
    for (size_t i = 0; i < shown->maps.count; i++) {
        const struct restated_map *map = &shown->maps.map[i];
        json_object(json);
        api_text(json, "council", money_council_code(request, map->council));
        api_number(json, "was", map->was);
        api_number(json, "now", map->now);
        api_number(json, "moved_lines", map->moved_lines);
        api_money(json, "moved_turnover", map->moved_pence);
        api_number(json, "kept_lines", map->kept_lines);
        api_money(json, "kept_turnover", map->kept_pence);
        json_object_end(json);
    }
    json_array_end(json);
}

static enum err answer_restatement(struct request *request, int64_t id, enum restate_by by,
                                   int status)
{
    struct restate_shown *shown = arena_take(request->arena, 1, sizeof *shown);
    struct answer_json out;
    enum err err = restate_shown_load(request, id, by, shown);

    if (err == OK) {
        answer_json_begin(request, &out);
        json_object(&out.json);
        write_restatement(request, &out.json, &shown->restatement);
        api_text(&out.json, "report", text_of(period_title(request->arena, shown->run.year,
                                                           (int)shown->run.through - 1)));
        api_flag(&out.json, "locked", shown->locked);
        write_shown(request, &out.json, shown);
        json_object_end(&out.json);
        err = answer_json_end(request, &out, status, JSON_TYPE);
    }
    restate_shown_close(shown);
    return err;
}

static enum err restatement_show_call(struct request *request)
{
    enum restate_by by;

    return restate_by_read(request, &by)
               ? answer_restatement(request, request_number(request, "restatement"), by, 200)
               : ERR_MISSING;
}

static enum err restatement_make_call(struct request *request)
{
    const char *wrong = restatement_wrong(request);
    struct period_place place;
    enum period_state state[PERIODS];
    int64_t id = 0;
    enum err err = month_place(request, &place);

    if (err == OK)
        err = joint_periods_load(request->tx, place.year, state, request->trouble);
    if (err != OK)
        return err;
    if (wrong != NULL) {
        const struct api_fault fault = { .field = "as", .code = "rule", .words = wrong,
                                         .value = request_field(request, "as") };
        return answer_faults(request, wrong, &fault, 1);
    }
    err = restatement_keep(request->tx, request->arena, &request->happening, &request->actor,
                           request->work, &id, request->trouble);
    return err != OK ? err : answer_restatement(request, id, RESTATE_POOL, 201);
}

/* --- the rows --- */

#define LINE(n, h)    { .name = (n), .type = API_LINE, .required = true, .help = (h) }
#define NUMBER(n, h)  { .name = (n), .type = API_NUMBER, .required = true, .help = (h) }
#define RESTATEMENT \
    { .name = "restatement", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "Its number" }, \
    { .name = "run", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "The run of the report as it was" }, \
    { .name = "maps", .type = API_LINE, .required = true, .brief = true, \
      .help = "The period whose maps were used, as 2015-16/P01" }, \
    NUMBER("lines", "Ledger lines added up"), \
    LINE("inputs", "SHA-256 of all that went in"), \
    LINE("made_for", "The council it was made for"), LINE("made_by", "By whom"), \
    { .name = "made_at", .type = API_MOMENT, .required = true, .brief = true, .help = "When" }
#define FIGURES \
    LINE("council", "The council's code"), \
    LINE("was", "What it bears by the report, in pounds: 1234.56"), \
    LINE("restated", "What it would have borne"), \
    LINE("change", "The difference; less is -123.45")

static const char *const by_choices[] = { "pool", "service", "group", NULL };
static const struct api_field total_part[] = {
    FIGURES, LINE("owed_was", "What it owes by the report; less than nothing: it is owed"),
    LINE("owed_restated", "What it would have owed"), { 0 },
};
static const struct api_field row_part[] = {
    LINE("code", "Of the pool, service or group"), LINE("name", "Its name"),
    { .name = "kind", .type = API_LINE, .help = "Of a pool: common, direct, support" },
    FIGURES, { 0 },
};
static const struct api_field map_part[] = {
    LINE("council", "The council's code"),
    NUMBER("was", "Version of the map that the report was made of"),
    NUMBER("now", "Version of the map that was used"),
    NUMBER("moved_lines", "Lines whose code became another"),
    LINE("moved_turnover", "What they come to without signs, in pounds"),
    NUMBER("kept_lines", "Lines whose code that map does not know: treated as in the report"),
    LINE("kept_turnover", "What they come to without signs, in pounds"),
    { 0 },
};
static const struct api_field list_gives[] = { RESTATEMENT, { 0 } };
static const struct api_field show_gives[] = {
    RESTATEMENT, LINE("report", "The report's period, as 2014-15/P13"),
    { .name = "locked", .type = API_FLAG, .required = true, .help = "Is the report locked?" },
    { .name = "total", .type = API_PARTS, .required = true, .parts = total_part,
      .help = "All together" },
    { .name = "rows", .type = API_PARTS, .required = true, .parts = row_part,
      .help = "Row by row" },
    { .name = "by_maps", .type = API_PARTS, .required = true, .parts = map_part,
      .help = "Each council's maps, and lines that they concern" },
    { 0 },
};
static const struct api_field make_takes[] = {
    { .name = "as", .type = API_LINE, .required = true, .most = 11,
      .help = "The period whose maps are used, as 2015-16/P01", .example = "2015-16/P01" },
    { 0 },
};
static const struct api_field show_takes[] = {
    { .name = "by", .type = API_CHOICE, .choices = by_choices, .help = "Rows by what; none: pool" },
    { 0 },
};

static const struct api_call list_call = { .answer = API_LIST, .gives = list_gives };
static const struct api_call make_call = { .answer = API_OBJECT, .status = 201,
                                           .takes = make_takes, .gives = show_gives };
static const struct api_call show_call = { .answer = API_OBJECT, .takes = show_takes,
                                           .gives = show_gives };
static const struct api_call file_call = { .answer = API_FILE, .type = "text/csv" };

static const struct action actions[] = {
    { .verb = "api restatement list", .summary = "A report restated by later maps, each time",
      .method = ACTION_GET,
      .route = "/api/v1/years/{year:year}/periods/{period:word}/restatements",
      .right = MAY_SEE_MONEY, .respond = restatement_list, .call = &list_call },
    { .verb = "api restatement make", .summary = "Restate a report by the maps of a later period",
      .description =
          "What each council would have paid up to the period: the report's extracts, bases and "
          "cost model, with each council's map as it is in force in the named period, and codes "
          "as moves.csv says that they became others. The report stays as it was.",
      .method = ACTION_POST,
      .route = "/api/v1/years/{year:year}/periods/{period:word}/restatements",
      .right = MAY_TAKE_EXTRACT, .prepare = restatement_make_prepare,
      .respond = restatement_make_call, .call = &make_call },
    { .verb = "api restatement show", .summary = "A restatement beside the report as it was",
      .method = ACTION_GET, .route = "/api/v1/restatements/{restatement}",
      .right = MAY_SEE_MONEY, .respond = restatement_show_call, .call = &show_call },
    { .verb = "api restatement file", .summary = "A file of a restatement, as the engine wrote it",
      .method = ACTION_GET, .route = "/api/v1/restatements/{restatement}/files/{file:word}",
      .right = MAY_SEE_MONEY, .respond = restatement_engine_file, .call = &file_call },
    { 0 },
};

const struct feature restatement_call_feature = { "restatements", "Reports restated", actions };
