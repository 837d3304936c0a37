#include "cli/explain_view.h"

#include "cli/answer.h"
#include "cli/shown.h"

/* ---- small pieces ---- */

struct writing {
    struct json        json;
    struct file_sink   sink;
    struct arena      *arena;
    const struct model *model;
};

static void put_text(struct writing *writing, const char *key, struct text text)
{
    json_key(&writing->json, key);
    json_text(&writing->json, text);
}

static void put_count(struct writing *writing, const char *key, uint64_t count)
{
    json_key(&writing->json, key);
    json_integer(&writing->json, (int64_t)count);
}

static void put_bool(struct writing *writing, const char *key, bool value)
{
    json_key(&writing->json, key);
    json_bool(&writing->json, value);
}

static void put_money(struct writing *writing, const char *key, wide pence)
{
    json_key(&writing->json, key);
    json_money(&writing->json, pence);
}

static void put_period(struct writing *writing, const char *key, int32_t period)
{
    json_word(&writing->json, key, period_shown(writing->arena, writing->model, period));
}

static void put_bound(struct writing *writing, const char *key, period_number period)
{
    json_word(&writing->json, key, bound_shown(writing->arena, period, ""));
}

static void put_partner(struct writing *writing, size_t partner)
{
    put_text(writing, "partner", writing->model->partner[partner].code);
}

static void put_due(struct writing *writing, const char *key, struct due due)
{
    json_key(&writing->json, key);
    json_object(&writing->json);
    put_money(writing, "borne", due.borne);
    put_money(writing, "paid", due.paid);
    json_object_end(&writing->json);
}

static void put_model_file(struct writing *writing, enum file_rank rank, uint32_t line)
{
    char hex[SHA256_HEX_SIZE];

    sha256_hex(&writing->model->file[rank].sum, hex);
    json_word(&writing->json, "file", model_file_name[rank]);
    put_count(writing, "line", line);
    json_word(&writing->json, "sha256", hex);
}

static void put_share(struct writing *writing, const struct exact *share)
{
    json_word(&writing->json, "share", share->fraction);
    json_word(&writing->json, "per_cent", share->decimal);
    put_bool(writing, "rounded", share->rounded);
}

static void put_shares(struct writing *writing, const char *key, const struct exact *share)
{
    json_key(&writing->json, key);
    json_array(&writing->json);
    for (size_t p = 0; p < writing->model->partners; p++) {
        json_object(&writing->json);
        put_partner(writing, p);
        put_share(writing, &share[p]);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

/* ---- the basis ---- */

static void put_values(struct writing *writing, const struct explained_basis *basis)
{
    json_word(&writing->json, "sum", basis->sum.fraction);
    json_key(&writing->json, "values");
    json_array(&writing->json);
    for (size_t p = 0; p < writing->model->partners; p++) {
        json_object(&writing->json);
        put_partner(writing, p);
        put_text(writing, "value", basis->value[p]->written);
        put_bound(writing, "from", basis->value[p]->from);
        put_model_file(writing, FILE_BASIS_VALUES, basis->value[p]->line);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_components(struct writing *writing, const struct explained_basis *explained)
{
    const struct basis *basis = &writing->model->basis[explained->basis];

    json_key(&writing->json, "components");
    json_array(&writing->json);
    for (size_t c = 0; c < basis->components; c++) {
        json_object(&writing->json);
        put_text(writing, "basis", writing->model->basis[basis->component[c].basis].code);
        json_word(&writing->json, "weight", explained->weight[c]);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_tolerance(struct writing *writing, const struct explained_basis *explained)
{
    const struct basis *basis = &writing->model->basis[explained->basis];

    put_text(writing, "estimate", writing->model->basis[basis->estimate].code);
    put_text(writing, "actual", writing->model->basis[basis->actual].code);
    json_word(&writing->json, "tolerance", explained->tolerance);
    json_word(&writing->json, "points_off", explained->points_off.fraction);
    json_word(&writing->json, "taken", explained->takes_actual ? "actual" : "estimate");
}

static void put_basis(struct writing *writing, const struct explained_basis *explained)
{
    const struct basis *basis = &writing->model->basis[explained->basis];

    json_object(&writing->json);
    put_text(writing, "basis", basis->code);
    put_text(writing, "name", basis->name);
    json_word(&writing->json, "kind", basis_kind_name[basis->kind]);
    put_text(writing, "unit", basis->unit);
    put_text(writing, "source", basis->source);
    put_model_file(writing, FILE_BASES, basis->line);
    if (explained->value != NULL)
        put_values(writing, explained);
    if (explained->weight != NULL)
        put_components(writing, explained);
    if (explained->tolerance != NULL)
        put_tolerance(writing, explained);
    if (explained->before != NULL) {
        put_count(writing, "places", (uint64_t)basis->places);
        put_shares(writing, "before_places", explained->before);
    }
    put_shares(writing, "shares", explained->share);
    json_object_end(&writing->json);
}

/* ---- the chain ---- */

static void put_pool_row(struct writing *writing, const struct pool_row *row)
{
    json_key(&writing->json, "row");
    json_object(&writing->json);
    put_model_file(writing, FILE_POOLS, row->line);
    put_bound(writing, "from", row->span.from);
    put_bound(writing, "to", row->span.to);
    if (row->basis >= 0)
        put_text(writing, "basis", writing->model->basis[row->basis].code);
    json_object_end(&writing->json);
}

static void put_driver(struct writing *writing, const struct explained_driver *driver)
{
    json_object(&writing->json);
    put_text(writing, "receiver", writing->model->pool[driver->receiver].code);
    put_text(writing, "value", driver->value->written);
    put_bound(writing, "from", driver->value->from);
    put_model_file(writing, FILE_SUPPORT, driver->value->line);
    put_bool(writing, "left_out", driver->left_out);
    if (!driver->left_out)
        put_share(writing, &driver->part);
    json_object_end(&writing->json);
}

static void put_support(struct writing *writing, const struct explained_pool *pool)
{
    json_key(&writing->json, "drivers");
    json_array(&writing->json);
    for (size_t d = 0; d < pool->drivers; d++)
        put_driver(writing, &pool->driver[d]);
    json_array_end(&writing->json);
    json_key(&writing->json, "ends_in");
    json_array(&writing->json);
    for (size_t o = 0; o < pool->outlets; o++) {
        json_object(&writing->json);
        put_text(writing, "pool", writing->model->pool[pool->outlet[o].pool].code);
        put_share(writing, &pool->outlet[o].part);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_chained(struct writing *writing, const struct explained_pool *explained)
{
    const struct pool *pool = &writing->model->pool[explained->pool];

    json_object(&writing->json);
    put_text(writing, "pool", pool->code);
    put_text(writing, "name", pool->name);
    json_word(&writing->json, "kind", kind_name[pool->kind]);
    put_pool_row(writing, explained->row);
    if (pool->kind == KIND_SUPPORT)
        put_support(writing, explained);
    put_shares(writing, "shares", explained->share);
    json_object_end(&writing->json);
}

/* ---- figures ---- */

static void put_step(struct writing *writing, const struct explained_period *period)
{
    json_object(&writing->json);
    put_period(writing, "period", period->period);
    put_money(writing, "total", period->total);
    json_key(&writing->json, "partners");
    json_array(&writing->json);
    for (size_t p = 0; p < writing->model->partners; p++) {
        json_object(&writing->json);
        put_partner(writing, p);
        if (period->share != NULL)
            put_share(writing, &period->share[p]);
        json_word(&writing->json, "exact_pence", period->exact[p].fraction);
        put_money(writing, "accumulated_due", period->due[p]);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
    json_object_end(&writing->json);
}

static void put_rounding(struct writing *writing, const struct explained_part *part)
{
    json_word(&writing->json, "accumulated_pence", part->accumulated.fraction);
    put_money(writing, "floor", part->floor);
    json_word(&writing->json, "fraction", part->fraction.fraction);
    put_count(writing, "order", (uint64_t)part->rank);
    put_money(writing, "pennies", part->pennies);
    put_money(writing, "due_after", part->due_after);
    put_money(writing, "due_before", part->due_before);
    json_word(&writing->json, "carry_before", part->carry_before.fraction);
    json_word(&writing->json, "carry_after", part->carry_after.fraction);
}

static void put_part(struct writing *writing, const struct explanation *explanation,
                     const struct explained_figure *figure, size_t partner)
{
    const struct explained_part *part = &figure->part[partner];

    json_object(&writing->json);
    put_partner(writing, partner);
    if (figure->shared)
        put_rounding(writing, part);
    put_due(writing, "due", part->due);
    put_due(writing, "carried_in", part->carried_in);
    if (explanation->locked) {
        put_due(writing, "charged", part->charged);
        put_due(writing, "standing", part->standing);
    }
    put_money(writing, "borne", part->figure.borne);
    put_money(writing, "paid", part->figure.paid);
    put_money(writing, "net", part->figure.borne - part->figure.paid);
    json_object_end(&writing->json);
}

static void put_moves(struct writing *writing, const struct explained_figure *figure)
{
    json_key(&writing->json, "corrections");
    json_array(&writing->json);
    for (size_t i = 0; i < figure->moves; i++) {
        json_object(&writing->json);
        put_period(writing, "period", figure->move[i].period);
        put_period(writing, "carried_in", figure->move[i].carried_in);
        put_partner(writing, (size_t)figure->move[i].partner);
        put_money(writing, "borne", figure->move[i].due.borne);
        put_money(writing, "paid", figure->move[i].due.paid);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_paid_by(struct writing *writing, const struct explained_figure *figure)
{
    json_key(&writing->json, "paid_by");
    json_array(&writing->json);
    for (size_t p = 0; p < writing->model->partners; p++) {
        if (figure->part[p].due.paid == 0)
            continue;
        json_object(&writing->json);
        put_partner(writing, p);
        put_money(writing, "amount", figure->part[p].due.paid);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_figure(struct writing *writing, const struct explanation *explanation,
                       const struct explained_figure *figure)
{
    json_object(&writing->json);
    json_word(&writing->json, "kind", kind_name[figure->kind]);
    put_text(writing, "group", writing->model->group[figure->group]);
    put_money(writing, "total", figure->total);
    put_paid_by(writing, figure);
    if (figure->shared) {
        put_money(writing, "accumulated", figure->accumulated);
        put_bool(writing, "reversed", figure->reversed);
        put_money(writing, "spare", figure->spare);
        json_key(&writing->json, "periods");
        json_array(&writing->json);
        for (size_t t = 0; t < figure->periods; t++)
            put_step(writing, &figure->period[t]);
        json_array_end(&writing->json);
    }
    json_key(&writing->json, "partners");
    json_array(&writing->json);
    for (size_t p = 0; p < writing->model->partners; p++)
        if (explanation->partner < 0 || explanation->partner == (int32_t)p)
            put_part(writing, explanation, figure, p);
    json_array_end(&writing->json);
    put_moves(writing, figure);
    json_object_end(&writing->json);
}

/* ---- rows and lines ---- */

static void put_centre_row(struct writing *writing, const struct centre_row *row,
                           const struct centre *centre)
{
    const struct slot *slot = &writing->model->slot[row->slot];

    put_model_file(writing, FILE_COST_CENTRES, row->line);
    if (centre != NULL) {
        put_partner(writing, (size_t)centre->partner);
        put_text(writing, "cost_centre", centre->code);
    }
    put_text(writing, "account", row->account);
    put_bound(writing, "from", row->span.from);
    put_bound(writing, "to", row->span.to);
    json_word(&writing->json, "treatment", kind_name[slot->kind]);
    if (slot->bearer >= 0)
        put_text(writing, "bearer", writing->model->partner[slot->bearer].code);
}

static void put_centres(struct writing *writing, const struct explanation *explanation)
{
    json_key(&writing->json, "cost_centres");
    json_array(&writing->json);
    for (size_t i = 0; i < explanation->centres; i++) {
        const struct explained_row *centre = &explanation->centre[i];
        json_object(&writing->json);
        put_centre_row(writing, centre->row, centre->centre);
        put_count(writing, "lines", centre->tally.lines);
        put_money(writing, "amount", centre->tally.pence);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_files(struct writing *writing, const struct explain_answer *answer)
{
    const struct book_files *files = &answer->partnership.files;
    char hex[SHA256_HEX_SIZE];

    json_key(&writing->json, "files");
    json_array(&writing->json);
    for (size_t i = 0; i < files->count; i++) {
        sha256_hex(&files->file[i].sum, hex);
        json_object(&writing->json);
        json_path(&writing->json, writing->arena, "file", files->file[i].name);
        json_word(&writing->json, "sha256", hex);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
}

static void put_line(struct writing *writing, const struct explain_answer *answer,
                     const struct explained_line *line)
{
    const struct text *field = line->field;

    json_object(&writing->json);
    json_path(&writing->json, writing->arena, "file",
              answer->partnership.files.file[line->file].name);
    put_count(writing, "line", line->line);
    put_text(writing, "entry_id", field[FIELD_ENTRY_ID]);
    put_partner(writing, (size_t)line->partner);
    put_text(writing, "date", field[FIELD_DATE]);
    put_text(writing, "period", field[FIELD_PERIOD]);
    put_text(writing, "cost_centre", field[FIELD_COST_CENTRE]);
    put_text(writing, "account", field[FIELD_ACCOUNT]);
    put_money(writing, "amount", line->pence);
    put_text(writing, "description", field[FIELD_DESCRIPTION]);
    json_word(&writing->json, "kind", kind_name[line->kind]);
    put_text(writing, "group", writing->model->group[line->group]);
    put_count(writing, "cost_centres_line", line->row);
    json_object_end(&writing->json);
}

static void put_lines(struct writing *writing, const struct explain_answer *answer)
{
    const struct explanation *explanation = &answer->explanation;

    json_key(&writing->json, "lines");
    json_object(&writing->json);
    put_count(writing, "shown", explanation->shown);
    put_count(writing, "of", explanation->lines.lines);
    put_money(writing, "amount", explanation->lines.pence);
    json_key(&writing->json, "line");
    json_array(&writing->json);
    for (size_t i = 0; i < explanation->shown; i++)
        put_line(writing, answer, &explanation->line[i]);
    json_array_end(&writing->json);
    json_object_end(&writing->json);
}

/* ---- the whole ---- */

static void put_rules(struct writing *writing)
{
    static const char *const rounding[] = { "year-to-date", "period" };
    static const char *const remainder[] = { "largest", "lead", "first" };
    static const char *const method[] = { "reciprocal", "step-down", "direct" };

    json_word(&writing->json, "rounding", rounding[writing->model->rounding]);
    json_word(&writing->json, "remainder", remainder[writing->model->remainder]);
    json_word(&writing->json, "support_method", method[writing->model->support_method]);
}

static void put_head(struct writing *writing, const struct explanation *explanation)
{
    const struct pool *pool = &writing->model->pool[explanation->pool];
    const struct service *service = &writing->model->service[pool->service];

    put_text(writing, "pool", pool->code);
    put_text(writing, "name", pool->name);
    json_word(&writing->json, "kind", kind_name[pool->kind]);
    put_text(writing, "service", service->code);
    put_text(writing, "lead", writing->model->partner[service->lead].code);
    put_period(writing, "period", explanation->period);
    put_bool(writing, "locked", explanation->locked);
    if (explanation->locked)
        put_period(writing, "carried_in", explanation->result->first);
    put_rules(writing);
    if (explanation->row != NULL)
        put_pool_row(writing, explanation->row);
}

static void begin(struct writing *writing, const struct command *command,
                  const struct explain_answer *answer)
{
    writing->arena = command->arena;
    writing->model = &answer->partnership.model;
    file_sink_open(&writing->sink, command->out);
    json_begin(&writing->json, &writing->sink.sink, JSON_PRETTY, command->trouble);
    json_object(&writing->json);
}

static void put_figures(struct writing *writing, const struct explanation *explanation)
{
    json_key(&writing->json, "chain");
    json_array(&writing->json);
    for (size_t i = 0; i < explanation->chained; i++)
        put_chained(writing, &explanation->chain[i]);
    json_array_end(&writing->json);
    json_key(&writing->json, "bases");
    json_array(&writing->json);
    for (size_t i = 0; i < explanation->bases; i++)
        put_basis(writing, &explanation->basis[i]);
    json_array_end(&writing->json);
    json_key(&writing->json, "figures");
    json_array(&writing->json);
    for (size_t i = 0; i < explanation->figures; i++)
        put_figure(writing, explanation, &explanation->figure[i]);
    json_array_end(&writing->json);
}

static enum err write_figure(struct writing *writing, const struct explain_answer *answer)
{
    put_head(writing, &answer->explanation);
    put_figures(writing, &answer->explanation);
    put_centres(writing, &answer->explanation);
    put_files(writing, answer);
    put_lines(writing, answer);
    json_object_end(&writing->json);
    return json_end(&writing->json);
}

enum err figure_json(const struct command *command, const struct explain_answer *answer)
{
    struct writing *writing = arena_take(command->arena, 1, sizeof *writing);

    begin(writing, command, answer);
    return write_figure(writing, answer);
}

enum err figure_json_into(struct sink *sink, struct arena *arena,
                          const struct explain_answer *answer, struct trouble *trouble)
{
    struct writing *writing = arena_take(arena, 1, sizeof *writing);

    writing->arena = arena;
    writing->model = &answer->partnership.model;
    json_begin(&writing->json, sink, JSON_PRETTY, trouble);
    json_object(&writing->json);
    return write_figure(writing, answer);
}

/* ---- a line ---- */

static void put_story_fault(struct writing *writing, const struct line_story *story)
{
    struct text value = story->line.fault_value;

    json_word(&writing->json, "fault", fault_name(story->line.fault));
    json_path(&writing->json, writing->arena, "value",
              arena_copy(writing->arena, value.data, value.size));
    json_word(&writing->json, "help", fault_help(story->line.fault));
    if (story->twin.line == 0)
        return;
    json_key(&writing->json, "same_id_as");
    json_object(&writing->json);
    json_path(&writing->json, writing->arena, "file",
              story->partnership->files.file[story->twin.file].name);
    put_count(writing, "line", story->twin.line);
    json_object_end(&writing->json);
}

static void put_fields(struct writing *writing, const struct ledger_line *line)
{
    static const char *const names[LEDGER_FIELDS] = {
        "entry_id", "partner", "date", "period", "cost_centre", "account", "amount",
        "description"
    };

    json_key(&writing->json, "fields");
    json_object(&writing->json);
    for (size_t f = 0; f < LEDGER_FIELDS; f++)
        put_text(writing, names[f], line->field[f]);
    json_object_end(&writing->json);
}

static void put_treatment(struct writing *writing, const struct line_story *story)
{
    put_money(writing, "amount", story->line.pence);
    put_period(writing, "period", story->line.period);
    put_text(writing, "group", writing->model->group[story->line.group]);
    json_word(&writing->json, "treatment", kind_name[story->slot.kind]);
    if (story->slot.pool >= 0)
        put_text(writing, "pool", writing->model->pool[story->slot.pool].code);
    if (story->slot.bearer >= 0)
        put_text(writing, "bearer", writing->model->partner[story->slot.bearer].code);
    json_key(&writing->json, "row");
    json_object(&writing->json);
    put_centre_row(writing, story->row, NULL);
    json_object_end(&writing->json);
}

static void put_line_parts(struct writing *writing, const struct line_story *story)
{
    json_key(&writing->json, "parts");
    json_array(&writing->json);
    for (size_t p = 0; story->part != NULL && p < writing->model->partners; p++) {
        json_object(&writing->json);
        put_partner(writing, p);
        put_share(writing, &story->part[p].share);
        json_word(&writing->json, "exact_pence", story->part[p].pence.fraction);
        json_object_end(&writing->json);
    }
    json_array_end(&writing->json);
    put_bool(writing, "locked", story->figure.locked);
    if (story->figure.locked)
        put_period(writing, "carried_in", story->figure.result->first);
    json_key(&writing->json, "figure");
    put_figure(writing, &story->figure, story->of);
}

enum err story_json(const struct command *command, const struct explain_answer *answer)
{
    struct writing *writing = arena_take(command->arena, 1, sizeof *writing);
    const struct line_story *story = &answer->story;
    char hex[SHA256_HEX_SIZE];

    begin(writing, command, answer);
    sha256_hex(&story->sum, hex);
    json_path(&writing->json, writing->arena, "file",
              answer->partnership.files.file[story->file].name);
    put_count(writing, "line", story->asked);
    put_count(writing, "starts", story->start);
    json_word(&writing->json, "sha256", hex);
    json_word(&writing->json, "outcome", line_outcome_name[story->outcome]);
    put_count(writing, "folder_faults", answer->partnership.faults.total);
    if (story->line.line != 0)
        put_fields(writing, &story->line);
    if (story->outcome == LINE_FAULTY && story->line.fault != FAULT_NONE)
        put_story_fault(writing, story);
    if (story->row != NULL)
        put_treatment(writing, story);
    if (story->settled)
        put_line_parts(writing, story);
    json_object_end(&writing->json);
    return json_end(&writing->json);
}
