#include "engine/close.h"

#include <pthread.h>

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

/* Files of a close, being written one after another. */
struct writing {
    struct partnership       *partnership;
    struct settlement_result *result;
    struct close_target      *target;
    bool                      certificate;
    struct hashed_sink        hashed;
    struct csv_writer        *writer;
    struct output_file       *output;    /* the next one */
};

/* All files of a close. The journals may be written by a second thread beside the others. */
struct close_writing {
    struct writing      files, journals;
    struct output_file *output;          /* all, in the order of the certificate */
    pthread_t           thread;
    bool                beside;          /* the second thread is at work */
    enum err            err;             /* its end */
    struct trouble      trouble;
};

static enum err begin_file(struct writing *writing, const char *name, struct trouble *trouble)
{
    enum err err = writing->target->open(writing->target, name, &writing->hashed.to, trouble);

    if (err == OK && writing->certificate)
        err = sha256_begin(&writing->hashed.hash, trouble);
    writing->hashed.sink.write = write_hashed;
    writing->output->name = name;
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
        err = sha256_end(&writing->hashed.hash, &writing->output->sum, trouble);
    writing->output++;
    return err == OK ? writing->target->shut(writing->target, trouble) : err;
}

typedef void put_file(struct csv_writer *, const struct settlement_result *);

static enum err write_file(struct writing *writing, const char *name, put_file *put,
                           struct trouble *trouble)
{
    enum err err = begin_file(writing, name, trouble);

    if (err != OK)
        return err;
    put(writing->writer, writing->result);
    return end_file(writing, trouble);
}

/* Their names are there already: a second thread may not take from the arena. */
static enum err write_journals(struct writing *writing, struct trouble *trouble)
{
    const struct model *model = &writing->partnership->model;
    enum err err = OK;

    for (int32_t p = 0; p < (int32_t)model->partners && err == OK; p++) {
        err = begin_file(writing, writing->output->name, trouble);
        if (err != OK)
            return err;
        output_journal(writing->writer, writing->result, p);
        err = end_file(writing, trouble);
    }
    return err;
}

/* pennies.csv is written while the settlement is worked out, and left open. */
static enum err settle_with_pennies(struct writing *writing, struct trouble *trouble)
{
    struct penny_output pennies;
    enum err err = begin_file(writing, "pennies.csv", trouble);

    if (err != OK)
        return err;
    output_pennies_open(&pennies, writing->writer);
    return partnership_settle(writing->partnership, &pennies.watch, writing->result, trouble);
}

static void *write_beside(void *context)
{
    struct close_writing *writing = context;

    writing->err = write_journals(&writing->journals, &writing->trouble);
    return NULL;
}

static enum err end_beside(struct close_writing *writing, enum err err, struct trouble *trouble)
{
    pthread_join(writing->thread, NULL);
    writing->beside = false;
    if (err != OK || writing->err == OK)
        return err;
    return fail(trouble, writing->err, "%s", writing->trouble.text);
}

/* What is settled, and the pennies' end. */
static enum err write_settled(struct close_writing *writing, struct trouble *trouble)
{
    struct writing *files = &writing->files;
    const struct model *model = &files->partnership->model;
    enum err err;

    if ((err = end_file(files, trouble)) != OK ||
        (err = write_file(files, "settlement.csv", output_settlement, trouble)) != OK ||
        (err = write_file(files, "bill.csv", output_bill, trouble)) != OK)
        return err;
    if (!writing->beside && (err = write_journals(&writing->journals, trouble)) != OK)
        return err;
    files->output += model->partners;     /* past the journals */
    if ((err = write_file(files, "totals.csv", output_totals, trouble)) != OK)
        return err;
    if (model->has_charged &&
        (err = write_file(files, "corrections.csv", output_corrections, trouble)) != OK)
        return err;
    return model->has_billed ? write_file(files, "true_up.csv", output_true_up, trouble) : OK;
}

static enum err write_certificate(struct close_writing *writing, struct trouble *trouble)
{
    const struct writing *files = &writing->files;
    struct sink *sink;
    enum err err = files->target->open(files->target, "certificate.json", &sink, trouble);

    if (err != OK)
        return err;
    err = certificate_write(sink, files->partnership, files->result, writing->output,
                            (size_t)(files->output - writing->output), trouble);
    return err == OK ? files->target->shut(files->target, trouble) : err;
}

static enum err write_all(struct close_writing *writing, struct trouble *trouble)
{
    struct writing *files = &writing->files;
    enum err err = settle_with_pennies(files, trouble);

    if (err != OK)
        return err;
    if (partnership_is_refused(files->partnership))
        return end_file(files, trouble);
    writing->beside = writing->journals.target != files->target &&
                      pthread_create(&writing->thread, NULL, write_beside, writing) == 0;
    if (!writing->beside)
        writing->journals.target = files->target;
    err = write_settled(writing, trouble);
    if (writing->beside)
        err = end_beside(writing, err, trouble);
    return err == OK && files->certificate ? write_certificate(writing, trouble) : err;
}

/* Puts the journals behind pennies.csv, settlement.csv and bill.csv, and names them. */
static void open_journals(struct close_writing *writing, struct close_target *beside)
{
    struct writing *journals = &writing->journals;
    struct arena *arena = writing->files.partnership->arena;
    const struct model *model = &writing->files.partnership->model;

    *journals = writing->files;
    journals->output = writing->output + 3;
    for (size_t p = 0; p < model->partners; p++)
        journals->output[p].name = arena_print(arena, "journal-%.*s.csv",
                                               TEXT(model->partner[p].code));
    if (beside == NULL)
        return;
    journals->target = beside;
    journals->writer = arena_take(arena, 1, sizeof *journals->writer);
}

static void drop_hashes(struct close_writing *writing)
{
    sha256_drop(&writing->files.hashed.hash);
    sha256_drop(&writing->journals.hashed.hash);
}

enum err close_write_beside(struct partnership *partnership, bool certificate,
                            struct close_target *target, struct close_target *beside,
                            struct settlement_result *result, struct trouble *trouble)
{
    struct arena *arena = partnership->arena;
    struct close_writing *writing = arena_take(arena, 1, sizeof *writing);

    writing->output = arena_take(arena, partnership->model.partners + 6,
                                 sizeof *writing->output);
    writing->files = (struct writing){ .partnership = partnership, .result = result,
                                      .target = target, .certificate = certificate,
                                      .output = writing->output };
    writing->files.writer = arena_take(arena, 1, sizeof *writing->files.writer);
    open_journals(writing, beside);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {            /* neither the hashes nor the thread are in the arena */
        if (writing->beside)
            (void)end_beside(writing, OK, trouble);
        drop_hashes(writing);
        arena_pass_on(&outer);
    }
    enum err err = write_all(writing, trouble);
    drop_hashes(writing);
    return err;
}

enum err close_write(struct partnership *partnership, bool certificate,
                     struct close_target *target, struct settlement_result *result,
                     struct trouble *trouble)
{
    return close_write_beside(partnership, certificate, target, NULL, result, trouble);
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
