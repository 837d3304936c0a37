#include "finance/finance_fund_check.h"

#include "base/arena.h"
#include "finance/finance_beside.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_map.h"

void map_centres_read(struct arena *arena, struct text bytes, struct map_centres *out)
{
    struct csv_rows rows;

    *out = (struct map_centres){ .count = 0 };
    csv_rows_open(&rows, arena, bytes);
    while (csv_rows_next(&rows)) {
        out->row = arena_grow(arena, out->row, out->count, out->count + 1, sizeof *out->row);
        out->row[out->count++] = (struct map_centre){
            .cost_centre = csv_rows_field(&rows, 1), .account = csv_rows_field(&rows, 2),
            .from = csv_rows_field(&rows, 3), .to = csv_rows_field(&rows, 4),
            .treatment = csv_rows_field(&rows, 5), .pool = csv_rows_field(&rows, 6),
            .bearer = csv_rows_field(&rows, 7),
        };
    }
}

static bool names(struct text list, struct text code)
{
    struct text found;

    for (size_t at = 0; beside_code_next(list, &at, &found);)
        if (text_equal(found, code))
            return true;
    return false;
}

/* Has the map a row of its own for each of the fund's accounts in this cost centre? Then the row of
 * the cost centre as a whole is not the fund's. */
static bool each_has_its_row(struct text accounts, const struct map_centre *whole,
                             const struct map_centres *map)
{
    struct text account;
    bool any = false;

    for (size_t at = 0; beside_code_next(accounts, &at, &account);) {
        size_t i = 0;
        while (i < map->count && !(text_equal(map->row[i].cost_centre, whole->cost_centre) &&
                                   text_equal(map->row[i].account, account)))
            i++;
        if (i == map->count)
            return false;
        any = true;
    }
    return any;
}

static bool leaks(const struct entry *fund, const struct map_centre *row,
                  const struct map_centres *map)
{
    const struct text accounts = fund->field[FUND_ACCOUNTS];

    if (!names(fund->field[FUND_CENTRES], row->cost_centre) ||
        !(text_is(row->treatment, "common") || text_is(row->treatment, "support")))
        return false;
    return row->account.size > 0 ? accounts.size == 0 || names(accounts, row->account)
                                 : !each_has_its_row(accounts, row, map);
}

void fund_leaks_find(struct arena *arena, const struct entry *fund, const struct map_centres *map,
                     struct fund_leaks *out)
{
    if (fund->field[FUND_MAY_SHARE].size > 0 ||
        strcmp(fund_register.states[fund->state], "closed") == 0)
        return;
    for (size_t i = 0; i < map->count; i++) {
        if (!leaks(fund, &map->row[i], map))
            continue;
        out->leak = arena_grow(arena, out->leak, out->count, out->count + 1, sizeof *out->leak);
        out->leak[out->count++] = (struct fund_leak){ fund->reference, fund->field[FUND_TITLE],
                                                      map->row[i] };
    }
}

enum err fund_leaks_load(struct tx *tx, struct arena *arena, int64_t council, struct text year,
                         struct fund_leaks *out, struct trouble *trouble)
{
    const struct entry_asker program = { .council = council };
    struct money_map map;
    struct map_centres rows;
    struct entries funds;
    enum err err = money_map_load(tx, arena, council, year, &map, trouble);

    *out = (struct fund_leaks){ .count = 0 };
    if (err == OK)
        err = entry_list(tx, arena, &fund_register, &program, ENTRY_SHORT, &funds, trouble);
    if (err != OK)
        return err;
    map_centres_read(arena, map.cost_centres, &rows);
    for (size_t i = 0; i < funds.count; i++)
        if (funds.entry[i].council == council)
            fund_leaks_find(arena, &funds.entry[i], &rows, out);
    return OK;
}
