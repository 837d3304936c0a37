#include "engine/close.h"

#include "engine/certificate.h"

/* A sink that hashes what passes. */
struct hashed_sink {
    struct sink   sink;
    struct sink  *to;
    struct sha256 hash;
};

static enum err write_hashed(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct hashed_sink *hashed = (struct hashed_sink *)sink;

    if (hashed->hash.context != NULL)
        sha256_add(&hashed->hash, bytes, size);
    return hashed->to->write(hashed->to, bytes, size, trouble);
}

/* The files of a close, being written one after another. */
struct writing {
    struct partnership       *partnership;
    struct settlement_result *result;
    struct close_target      *target;
    bool                      certificate;
    struct hashed_sink        hashed;
    struct csv_writer        *writer;
    struct output            *files;
    struct output_file       *output;
    size_t                    outputs;
};

static enum err begin_file(struct writing *writing, const char *name, struct trouble *trouble)
{
    enum err err = writing->target->open(writing->target, name, &writing->hashed.to, trouble);

    if (err == OK && writing->certificate)
        err = sha256_begin(&writing->hashed.hash, trouble);
    writing->hashed.sink.write = write_hashed;
    writing->output[writing->outputs].name = name;
    csv_open(writing->writer, &writing->hashed.sink, trouble);
    return err;
}

static enum err end_file(struct writing *writing, struct trouble *trouble)
{
    enum err err = csv_close(writing->writer);

    if (err != OK) {
        sha256_drop(&writing->hashed.hash);
        return err;
    }
    if (writing->certificate)
        err = sha256_end(&writing->hashed.hash, &writing->output[writing->outputs++].sum,
                         trouble);
    return err == OK ? writing->target->shut(writing->target, trouble) : err;
}

typedef void put_file(const struct output *);

static enum err write_file(struct writing *writing, const char *name, put_file *put,
                           struct trouble *trouble)
{
    enum err err = begin_file(writing, name, trouble);

    if (err != OK)
        return err;
    put(writing->files);
    return end_file(writing, trouble);
}

static enum err write_journals(struct writing *writing, struct trouble *trouble)
{
    const struct model *model = &writing->partnership->model;
    enum err err = OK;

    for (int32_t p = 0; p < (int32_t)model->partners && err == OK; p++) {
        const char *name = arena_print(writing->partnership->arena, "journal-%.*s.csv",
                                       TEXT(model->partner[p].code));
        err = begin_file(writing, name, trouble);
        if (err != OK)
            return err;
        output_journal(writing->files, p);
        err = end_file(writing, trouble);
    }
    return err;
}

/* pennies.csv is written while the settlement is worked out. */
static enum err settle_with_pennies(struct writing *writing, struct trouble *trouble)
{
    struct penny_output pennies;
    enum err err = begin_file(writing, "pennies.csv", trouble);

    if (err != OK)
        return err;
    output_pennies_open(&pennies, writing->files);
    err = partnership_settle(writing->partnership, &pennies.watch, writing->result, trouble);
    if (err != OK) {
        sha256_drop(&writing->hashed.hash);
        return err;
    }
    return end_file(writing, trouble);
}

static enum err write_certificate(struct writing *writing, struct trouble *trouble)
{
    struct sink *sink;
    enum err err = writing->target->open(writing->target, "certificate.json", &sink, trouble);

    if (err != OK)
        return err;
    err = certificate_write(sink, writing->partnership, writing->result, writing->output,
                            writing->outputs, trouble);
    return err == OK ? writing->target->shut(writing->target, trouble) : err;
}

static enum err write_all(struct writing *writing, struct trouble *trouble)
{
    struct partnership *partnership = writing->partnership;
    const struct model *model = &partnership->model;
    enum err err;

    if ((err = settle_with_pennies(writing, trouble)) != OK || partnership_is_refused(partnership))
        return err;
    output_settled(writing->files, writing->result);
    if ((err = write_file(writing, "settlement.csv", output_settlement, trouble)) != OK ||
        (err = write_file(writing, "bill.csv", output_bill, trouble)) != OK ||
        (err = write_journals(writing, trouble)) != OK ||
        (err = write_file(writing, "totals.csv", output_totals, trouble)) != OK)
        return err;
    if (model->has_charged &&
        (err = write_file(writing, "corrections.csv", output_corrections, trouble)) != OK)
        return err;
    if (model->has_billed &&
        (err = write_file(writing, "true_up.csv", output_true_up, trouble)) != OK)
        return err;
    return writing->certificate ? write_certificate(writing, trouble) : OK;
}

enum err close_write(struct partnership *partnership, bool certificate,
                     struct close_target *target, struct settlement_result *result,
                     struct trouble *trouble)
{
    struct arena *arena = partnership->arena;
    struct writing *writing = arena_take(arena, 1, sizeof *writing);

    *writing = (struct writing){ .partnership = partnership, .result = result, .target = target,
                                 .certificate = certificate };
    writing->writer = arena_take(arena, 1, sizeof *writing->writer);
    writing->files = arena_take(arena, 1, sizeof *writing->files);
    writing->output = arena_take(arena, partnership->model.partners + 6,
                                 sizeof *writing->output);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {            /* the hash is not in the arena */
        sha256_drop(&writing->hashed.hash);
        arena_pass_on(&outer);
    }
    output_open(writing->files, writing->writer, arena, &partnership->model);
    enum err err = write_all(writing, trouble);
    sha256_drop(&writing->hashed.hash);
    return err;
}

/* ---- the summary ---- */

struct summing {
    const struct model   *model;
    struct close_summary *summary;
    struct arena         *arena;
    size_t                room;
};

static const char *terminated(struct arena *arena, struct text text)
{
    return arena_copy(arena, text.data, text.size);
}

static void add_debt(void *context, struct debt debt)
{
    struct summing *summing = context;
    struct close_summary *summary = summing->summary;
    const struct model *model = summing->model;
    struct arena *arena = summing->arena;

    if (summary->debts == summing->room) {
        summing->room = summing->room == 0 ? 8 : summing->room * 2;
        summary->debt = arena_grow(arena, summary->debt, summary->debts, summing->room,
                                   sizeof *summary->debt);
    }
    summary->debt[summary->debts++] = (struct summary_debt){
        .service = debt.service < 0 ? "all" : terminated(arena, model->service[debt.service].code),
        .from = terminated(arena, model->partner[debt.from].code),
        .to = terminated(arena, model->partner[debt.to].code),
        .from_name = terminated(arena, model->partner[debt.from].name),
        .to_name = terminated(arena, model->partner[debt.to].name),
        .amount = debt.amount,
    };
}

void close_summarise(const struct partnership *partnership,
                     const struct settlement_result *result, struct close_summary *summary)
{
    const struct model *model = &partnership->model;
    struct summing summing = { model, summary, partnership->arena, 0 };

    *summary = (struct close_summary){ .partners = model->partners };
    summary->lines = partnership->sums.later.lines;
    for (int kind = 0; kind < KINDS; kind++)
        summary->lines += sums_treatment(&partnership->sums, (enum kind)kind).lines;
    period_print(period_of_year(model->year, result->first), summary->first);
    period_print(period_of_year(model->year, result->through), summary->last);
    summary->name = terminated(partnership->arena, model->name);
    bill_each(result, add_debt, &summing);
}
