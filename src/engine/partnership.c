#include "engine/partnership.h"

/* --through must be a period of the year after the last locked one (fine print 14). */
static void take_through(struct partnership *partnership, const char *through)
{
    const struct model *model = &partnership->model;
    char last[PERIOD_TEXT_MAX];
    period_number period;

    partnership->through = PERIODS - 1;
    partnership->through_given = through != NULL;
    if (through == NULL) {
        period_print(period_of_year(model->year, PERIODS - 1), last);
        through = last;
    }
    if (period_parse(text_of(through), &period) && period / PERIODS == model->year &&
        period % PERIODS >= model->locked)
        partnership->through = period % PERIODS;
    else
        fault_add(&partnership->faults, FILE_CHARGED, 0, FAULT_THROUGH, text_of(through));
}

enum err partnership_load(struct partnership *partnership, struct source *source,
                          struct arena *arena, enum book book, const char *through,
                          struct trouble *trouble)
{
    enum err err;

    *partnership = (struct partnership){ .arena = arena, .source = source, .book = book };
    faults_open(&partnership->faults, arena);
    if ((err = model_load(source, arena, book == BOOK_LEDGER, &partnership->faults,
                          &partnership->model, &partnership->usable, trouble)) != OK ||
        !partnership->usable)
        return err;
    take_through(partnership, through);
    return ledger_list(source, arena, book, &partnership->faults, &partnership->files, trouble);
}

void partnership_share(struct partnership *partnership)
{
    const struct model *model = &partnership->model;
    struct demand demand;

    demand_from_sums(&partnership->sums, partnership->through, partnership->arena, &demand);
    if (model_has(model, FILE_POOLS))
        shares_test(model, &demand, partnership->through, &partnership->faults,
                    partnership->arena);
    if (partnership_is_refused(partnership))
        return;
    shares_work_out(model, &demand, partnership->through, partnership->arena,
                    &partnership->shares);
    partnership->has_shares = true;
}

enum err partnership_read(struct partnership *partnership, int threads, bool hashes,
                          const struct progress_watch *watch, struct trouble *trouble)
{
    struct ledger_request request = {
        .source = partnership->source,
        .model = &partnership->model,
        .files = &partnership->files,
        .through = partnership->through,
        .threads = threads,
        .hashes = hashes,
        .watch = watch,
    };
    enum err err;

    if (!partnership->usable)
        return OK;
    err = ledger_sum(&request, partnership->arena, &partnership->sums, &partnership->faults,
                     trouble);
    if (err == OK)
        partnership_share(partnership);
    return err;
}

enum err partnership_settle(struct partnership *partnership, struct penny_watch *watch,
                            struct settlement_result *result, struct trouble *trouble)
{
    enum err err = settle(&partnership->model, &partnership->sums, &partnership->shares,
                          partnership->through, partnership->arena, watch, result, trouble);

    if (err == OK && result->overflow)
        fault_add(&partnership->faults, FILE_NONE, 0, FAULT_OVERFLOW, text_of(""));
    return err;
}

void partnership_close(struct partnership *partnership)
{
    if (partnership->has_shares)
        shares_close(&partnership->shares);
    model_close(&partnership->model);
    partnership->has_shares = false;
}
