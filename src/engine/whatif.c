#include "engine/whatif.h"

#include <assert.h>

/* ---- the year as it is ---- */

enum err whatif_open(struct whatif *whatif, struct source *source, struct arena *arena,
                     enum book book, const char *through, int threads,
                     const struct progress_watch *watch, struct trouble *trouble)
{
    struct partnership *base = &whatif->base;
    enum err err;

    *whatif = (struct whatif){ .threads = threads };
    err = partnership_load(base, source, arena, book, through, trouble);
    if (err == OK)
        err = partnership_read(base, threads, false, watch, trouble);
    if (err == OK && !partnership_is_refused(base))
        err = partnership_settle(base, NULL, &whatif->before, trouble);
    if (err != OK || !partnership_is_refused(base))
        return err;
    faults_sort(&base->faults);
    return ERR_REFUSED;
}

void whatif_close(struct whatif *whatif)
{
    partnership_close(&whatif->base);
}

/* ---- the year as assumed ---- */

/* The model files as they were read, with the edited ones in their place: nothing is read from
 * the disk again, so a folder that changes meanwhile does not mix into the answer. */
static void open_source(struct whatif_answer *answer)
{
    const struct model *base = &answer->whatif->base.model;
    size_t count = 0;

    for (int rank = FILE_PARTNERSHIP; rank < FILE_BOOK; rank++) {
        struct memory_file *file = &answer->file[count];
        if (!base->file[rank].there && !answer->edited[rank].open)
            continue;
        file->name = model_file_name[rank];
        file->bytes = answer->edited[rank].open ? edited_bytes(answer, (enum file_rank)rank)
                                                : base->file[rank].bytes;
        count++;
    }
    memory_source_open(&answer->source, answer->file, count, NULL);
}

static enum err load_model(struct whatif_answer *answer, struct trouble *trouble)
{
    const struct partnership *base = &answer->whatif->base;
    struct partnership *after = &answer->after;

    *after = (struct partnership){
        .arena = answer->arena, .source = base->source, .book = base->book,
        .through = base->through, .through_given = base->through_given, .files = base->files,
    };
    faults_open(&after->faults, answer->arena);
    after->faults.book_file = base->faults.book_file;
    return model_load(&answer->source.source, answer->arena, base->book == BOOK_LEDGER,
                      &after->faults, &after->model, &after->usable, trouble);
}

/* Slots and groups are numbered as before when the files that number them are as before. */
static enum err take_sums(struct whatif_answer *answer, const struct progress_watch *watch,
                          struct trouble *trouble)
{
    const struct whatif *whatif = answer->whatif;
    struct partnership *after = &answer->after;

    if (!answer->edited[FILE_COST_CENTRES].open) {
        assert(after->model.slots == whatif->base.model.slots &&
               after->model.groups == whatif->base.model.groups);
        after->sums = whatif->base.sums;
        after->sums.model = &after->model;
        return OK;
    }
    struct ledger_request request = {
        .source = after->source, .model = &after->model, .files = &after->files,
        .through = after->through, .threads = whatif->threads, .watch = watch,
    };
    struct book_file *file = arena_take(answer->arena, after->files.count, sizeof *file);
    memcpy(file, after->files.file, after->files.count * sizeof *file);
    after->files.file = file;            /* the counts of the first reading stay as they are */
    answer->read_again = true;
    return ledger_sum(&request, answer->arena, &after->sums, &after->faults, trouble);
}

static enum err settle_after(struct whatif_answer *answer, const struct progress_watch *watch,
                             struct trouble *trouble)
{
    struct partnership *after = &answer->after;
    enum err err = load_model(answer, trouble);

    if (err == OK && !partnership_is_refused(after))
        err = take_sums(answer, watch, trouble);
    if (err == OK && !partnership_is_refused(after))
        partnership_share(after);
    if (err == OK && !partnership_is_refused(after))
        err = partnership_settle(after, NULL, &answer->result, trouble);
    if (err != OK)
        return err;
    if (!partnership_is_refused(after)) {
        answer->settled = true;
        return OK;
    }
    faults_sort(&after->faults);
    return ERR_REFUSED;
}

/* ---- the difference ---- */

static void add_due(struct due *to, const struct due *from)
{
    to->borne += from->borne;
    to->paid += from->paid;
}

/* What a pool's partners bear and have paid in the open periods, corrections included. */
static void sum_pool(const struct settlement_result *result, int32_t pool, struct due sum[])
{
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (int32_t g = 0; g < (int32_t)result->model->groups; g++) {
            const struct account_line *line = settlement_line(result, (enum kind)kind, pool, g);
            for (int32_t t = result->first; line != NULL && t <= result->through; t++)
                for (size_t p = 0; p < result->partners; p++)
                    add_due(&sum[p], &line->due[(size_t)t * result->partners + p]);
        }
}

static void add_change(struct change *to, const struct change *from)
{
    add_due(&to->before, &from->before);
    add_due(&to->after, &from->after);
}

static void compare(struct whatif_answer *answer)
{
    const struct model *model = &answer->whatif->base.model;
    size_t partners = model->partners;
    struct due before[PARTNERS_MAX];
    struct due after[PARTNERS_MAX];

    answer->pool = arena_take(answer->arena, model->pools * partners, sizeof *answer->pool);
    answer->service = arena_take(answer->arena, model->services * partners,
                                 sizeof *answer->service);
    answer->partner = arena_take(answer->arena, partners, sizeof *answer->partner);
    for (int32_t pool = 0; pool < (int32_t)model->pools; pool++) {
        memset(before, 0, sizeof before);
        memset(after, 0, sizeof after);
        sum_pool(&answer->whatif->before, pool, before);
        sum_pool(&answer->result, pool, after);
        size_t service = (size_t)model->pool[pool].service;
        for (size_t p = 0; p < partners; p++) {
            struct change *change = &answer->pool[(size_t)pool * partners + p];
            *change = (struct change){ before[p], after[p] };
            add_change(&answer->service[service * partners + p], change);
            add_change(&answer->partner[p], change);
        }
    }
}

enum err whatif_ask(const struct whatif *whatif, struct arena *arena, const char *const text[],
                    size_t count, const struct progress_watch *watch,
                    struct whatif_answer *answer, struct trouble *trouble)
{
    enum err err;

    *answer = (struct whatif_answer){ .whatif = whatif, .arena = arena, .even_of = -1 };
    err = whatif_edit(answer, text, count, trouble);
    if (err != OK)
        return err;
    open_source(answer);
    err = settle_after(answer, watch, trouble);
    if (err != OK)
        return err;
    compare(answer);
    whatif_find_even(answer);
    return OK;
}

void whatif_answer_close(struct whatif_answer *answer)
{
    partnership_close(&answer->after);
}
