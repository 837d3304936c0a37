#include "finance/finance_standing.h"

#include <assert.h>

#include "finance/finance_import.h"
#include "finance/finance_map.h"
#include "finance/finance_sql.h"

static enum err clear(struct tx *tx, int64_t council, struct text year, struct trouble *trouble)
{
    struct statement *clear;
    enum err err = tx_prepare(tx, &sql_period_standing_clear, &clear, trouble);

    if (err != OK)
        return err;
    bind_int(clear, 1, council);
    bind_text(clear, 2, year);
    return statement_run(clear, NULL, trouble);
}

/* Periods that have lines with a code that the map does not know. */
static unsigned periods_of(const struct unmapped_codes *codes)
{
    unsigned periods = 0;

    for (size_t i = 0; i < codes->count; i++)
        periods |= codes->code[i].periods;
    return periods;
}

struct noting {
    int64_t            council;
    struct text        year;
    struct moment      now;
    struct period_sums sums;
    unsigned           unmapped;    /* a bit for each period */
};

static enum err add(struct tx *tx, const struct noting *noting, int index,
                    struct trouble *trouble)
{
    const bool taken = noting->sums.lines[index] > 0;
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_period_standing_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, noting->council);
    bind_text(add, 2, noting->year);
    bind_int(add, 3, index + 1);
    bind_bool(add, 4, taken);
    bind_bool(add, 5, taken && (noting->unmapped & 1U << index) == 0);
    bind_moment(add, 6, noting->now);
    return statement_run(add, NULL, trouble);
}

static enum err look(struct tx *tx, struct arena *arena, struct noting *noting,
                     struct trouble *trouble)
{
    struct map_question question = { .year = noting->year };
    struct councils councils;
    struct money_map map;
    struct map_gaps gaps;
    enum err err = councils_read(tx, arena, &councils, trouble);

    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == noting->council)
            question.council = &councils.council[i];
    if (err == OK && question.council == NULL)
        return fail(trouble, ERR_BUG, "no such council");
    question.councils = &councils;
    question.map = &map;
    if (err == OK)
        err = money_map_load(tx, arena, noting->council, noting->year, &map, trouble);
    if (err == OK)
        err = period_sums_load(tx, noting->council, noting->year, &noting->sums, trouble);
    if (err == OK)
        err = money_map_gaps(tx, arena, &question, &gaps, trouble);
    if (err == OK)
        noting->unmapped = periods_of(&gaps.accounts) | periods_of(&gaps.cost_centres);
    return err;
}

enum err period_standing_note(struct tx *tx, struct arena *arena, struct moment now,
                              int64_t council, struct text year, struct trouble *trouble)
{
    struct noting noting = { .council = council, .year = year, .now = now };
    enum err err = look(tx, arena, &noting, trouble);

    if (err == OK)
        err = clear(tx, council, year, trouble);
    for (int index = 0; index < PERIODS && err == OK; index++)
        err = add(tx, &noting, index, trouble);
    return err;
}

enum err period_standing_load(struct tx *tx, const struct councils *councils, struct text year,
                              int index, struct period_standing *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_standing_list, &list, trouble);

    for (size_t i = 0; i < councils->count; i++)
        out[i] = (struct period_standing){ .taken = false };
    if (err != OK)
        return err;
    bind_text(list, 1, year);
    bind_int(list, 2, index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        for (size_t i = 0; i < councils->count; i++)
            if (councils->council[i].id == column_int(list, 0))
                out[i] = (struct period_standing){ column_bool(list, 1), column_bool(list, 2),
                                                   column_moment(list, 3) };
    return err;
}

enum err period_imports_load(struct tx *tx, struct arena *arena, int64_t council,
                             struct text year, int index, struct period_import **out,
                             size_t *count, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_import_list, &list, trouble);

    *out = NULL;
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_text(list, 2, year);
    bind_int(list, 3, index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct period_import){
            column_int(list, 0), column_int(list, 3), column_int(list, 4),
            text_keep(arena, column_text(list, 1)), text_keep(arena, column_text(list, 2)) };
    }
    return err;
}
