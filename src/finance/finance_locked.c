#include "finance/finance_locked.h"

#include "engine/period.h"
#include "finance/finance_run.h"
#include "finance/finance_settlement_rows.h"
#include "finance/finance_sql.h"

/* A locked period. */
struct locked {
    int64_t     number, run;
    struct text settlement, corrections;
};

struct gathering {
    struct tx     *tx;
    struct arena  *arena;
    struct text    year;
    struct locked  period[PERIODS];
    size_t         periods;
};

static enum err gather(struct gathering *gathering, int64_t below, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(gathering->tx, &sql_period_locked_files, &list, trouble);

    if (err != OK)
        return err;
    bind_text(list, 1, gathering->year);
    bind_int(list, 2, below);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const int64_t number = column_int(list, 0);
        const struct text bytes = text_keep(gathering->arena, column_text(list, 3));
        if (gathering->periods == 0 ||
            gathering->period[gathering->periods - 1].number != number)
            gathering->period[gathering->periods++] = (struct locked){
                number, column_int(list, 1), { "", 0 }, { "", 0 } };
        struct locked *locked = &gathering->period[gathering->periods - 1];
        *(text_is(column_text(list, 2), "settlement.csv") ? &locked->settlement
                                                          : &locked->corrections) = bytes;
    }
    return err;
}

/* The records of a file without its first line. */
static struct text body(struct text file)
{
    const char *end = file.size == 0 ? NULL : memchr(file.data, '\n', file.size);
    const size_t header = end == NULL ? file.size : (size_t)(end - file.data) + 1;

    return (struct text){ file.data + header, file.size - header };
}

static struct text join(struct arena *arena, struct text file, struct text more)
{
    return text_of(arena_print(arena, "%.*s%.*s", TEXT(file), TEXT(more)));
}

/* --- a period without a row --- */

/* The first field of the second line of a file of the run: some pool, some partner. */
static enum err first_code(struct gathering *gathering, int64_t run, const char *name,
                           struct text *code, struct trouble *trouble)
{
    struct text bytes;
    enum err err = money_run_file(gathering->tx, gathering->arena, run, name, &bytes, trouble);

    *code = text_of("");
    if (err != OK)
        return err == ERR_MISSING ? OK : err;
    const struct text rows = body(bytes);
    size_t size = 0;
    while (size < rows.size && rows.data[size] != ',' && rows.data[size] != '\n')
        size++;
    *code = (struct text){ rows.data, size };
    return OK;
}

static bool has_row(const struct settlement_rows *rows, struct text period)
{
    for (size_t i = 0; i < rows->count; i++)
        if (text_equal(rows->row[i].period, period))
            return true;
    return false;
}

/* Zeros for the period, if nothing else locks it. */
static enum err zeros(struct gathering *gathering, const struct locked *locked, struct text *rows,
                      struct trouble *trouble)
{
    const struct text period = text_of(arena_print(gathering->arena, "%.*s/P%02lld",
                                                   TEXT(gathering->year),
                                                   (long long)locked->number));
    struct settlement_rows settled;
    struct text pool, partner;

    *rows = text_of("");
    enum err err = settlement_rows_read(gathering->arena, locked->settlement, &settled, trouble);
    if (err != OK || has_row(&settled, period))
        return err;
    err = first_code(gathering, locked->run, "input/pools.csv", &pool, trouble);
    if (err == OK)
        err = first_code(gathering, locked->run, "input/partners.csv", &partner, trouble);
    if (err == OK && pool.size > 0 && partner.size > 0)
        *rows = text_of(arena_print(gathering->arena, "direct,%.*s,%.*s,none,%.*s,0.00,0.00,0.00\n",
                                    TEXT(pool), TEXT(period), TEXT(partner)));
    return err;
}

enum err locked_files_below(struct tx *tx, struct arena *arena, struct text year, int64_t below,
                            struct text *charged, struct text *corrected,
                            struct trouble *trouble)
{
    struct gathering gathering = { .tx = tx, .arena = arena, .year = year };
    enum err err = gather(&gathering, below, trouble);

    *charged = text_of(CHARGED_HEADER);
    *corrected = text_of(CORRECTED_HEADER);
    for (size_t i = 0; i < gathering.periods && err == OK; i++) {
        const struct locked *locked = &gathering.period[i];
        struct text none;
        err = zeros(&gathering, locked, &none, trouble);
        *charged = join(arena, join(arena, *charged, body(locked->settlement)), none);
        *corrected = join(arena, *corrected, body(locked->corrections));
    }
    return err;
}

enum err locked_files(struct tx *tx, struct arena *arena, struct text year, struct text *charged,
                      struct text *corrected, struct trouble *trouble)
{
    return locked_files_below(tx, arena, year, PERIODS + 1, charged, corrected, trouble);
}
