#include "engine/model.h"

const char *const kind_name[KINDS] = { "common", "direct", "initiative", "support", "excluded" };

const char *const basis_kind_name[5] = { "measure", "fixed", "equal", "blend", "tolerance" };

const char *const model_file_name[FILE_BOOK] = {
    "", "partnership.csv", "partners.csv", "services.csv", "pools.csv", "bases.csv",
    "basis_values.csv", "blends.csv", "accounts.csv", "cost_centres.csv", "support.csv",
    "charged.csv", "corrected.csv", "billed.csv"
};

const struct dated_value *series_at(const struct series *series, period_number period)
{
    const struct dated_value *found = NULL;

    for (size_t i = 0; i < series->count && series->dated[i].from <= period; i++)
        found = &series->dated[i];
    return found;
}

const struct pool_row *pool_at(const struct pool *pool, period_number period)
{
    for (size_t i = 0; i < pool->rows; i++) {
        const struct pool_row *row = &pool->row[i];
        if (!row->faulty && row->span.from <= period && period <= row->span.to)
            return row;
    }
    return NULL;
}

const struct centre_row *centre_at(const struct model *model, const struct centre *centre,
                                   struct text account, period_number period)
{
    const struct centre_row *any = NULL;

    for (int32_t at = centre->row; at >= 0; at = model->centre_row[at].next) {
        const struct centre_row *row = &model->centre_row[at];
        if (row->slot < 0 || period < row->span.from || period > row->span.to)
            continue;
        if (row->account.size == 0)
            any = row;
        else if (text_equal(row->account, account))
            return row;
    }
    return any;
}

static void close_series(struct series *series)
{
    for (size_t i = 0; i < series->count; i++)
        mpq_clear(series->dated[i].value);
    series->count = 0;
}

void model_close(struct model *model)
{
    for (size_t b = 0; b < model->bases; b++) {
        struct basis *basis = &model->basis[b];
        mpq_clear(basis->tolerance);
        for (size_t p = 0; basis->value != NULL && p < model->partners; p++)
            close_series(&basis->value[p]);
        for (size_t c = 0; c < basis->components; c++)
            mpq_clear(basis->component[c].weight);
    }
    for (size_t d = 0; d < model->drivers; d++)
        close_series(&model->driver[d].series);
    *model = (struct model){ 0 };
}
