#include "finance/finance_csv_file.h"
#include "finance/finance_map.h"

/* Columns of cost_centres.csv. */
enum { PARTNER, COST_CENTRE, ACCOUNT, FROM, TO, TREATMENT, POOL, BEARER, COLUMNS };

struct moving {
    struct arena             *arena;
    const struct centre_move *move;
    struct csv_file           made;
    struct text             (*kept)[COLUMNS];   /* rows of the new ones, none twice */
    size_t                    rows;
    bool                     *found;            /* [old]: it had a row */
};

static size_t place_of(const struct text *code, size_t count, struct text one)
{
    size_t at = 0;

    while (at < count && !text_equal(code[at], one))
        at++;
    return at;
}

static bool same_row(const struct text *one, const struct text *other)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (!text_equal(one[i], other[i]))
            return false;
    return true;
}

/* Merged cost centres that were treated alike give one row. */
static void keep_row(struct moving *moving, const struct text *row)
{
    for (size_t i = 0; i < moving->rows; i++)
        if (same_row(moving->kept[i], row))
            return;
    moving->kept = arena_grow(moving->arena, moving->kept, moving->rows, moving->rows + 1,
                              sizeof *moving->kept);
    memcpy(moving->kept[moving->rows++], row, sizeof *moving->kept);
}

static struct text period_text(struct arena *arena, period_number period)
{
    char text[PERIOD_TEXT_MAX];

    const size_t size = period_print(period, text);
    return text_keep(arena, (struct text){ text, size });
}

/* A row of an old one: until the period before, and of the new ones from then on. */
static void move_row(struct moving *moving, struct text *row)
{
    const struct centre_move *move = moving->move;
    period_number from = PERIOD_FIRST, to = PERIOD_LAST;
    struct text next[COLUMNS];

    (void)!period_parse(row[FROM], &from);
    (void)!period_parse(row[TO], &to);
    memcpy(next, row, sizeof next);
    if (to < move->from) {
        csv_file_row(&moving->made, row, COLUMNS);
        return;
    }
    if (from < move->from) {
        next[FROM] = period_text(moving->arena, move->from);
        row[TO] = period_text(moving->arena, move->from - 1);
        csv_file_row(&moving->made, row, COLUMNS);
    }
    for (size_t i = 0; i < move->news; i++) {
        next[COST_CENTRE] = move->new[i];
        keep_row(moving, next);
    }
}

static void move_rows(struct moving *moving, struct text file)
{
    const struct centre_move *move = moving->move;
    struct csv_rows rows;

    csv_rows_open(&rows, moving->arena, file);
    while (csv_rows_next(&rows)) {
        struct text *row = rows.record.field;
        const size_t at = rows.record.count == COLUMNS && text_equal(row[PARTNER], move->partner)
                              ? place_of(move->old, move->olds, row[COST_CENTRE]) : move->olds;
        if (at == move->olds) {
            csv_file_row(&moving->made, row,
                         rows.record.count < CSV_FIELDS_KEPT ? rows.record.count
                                                             : CSV_FIELDS_KEPT);
            continue;
        }
        moving->found[at] = true;
        move_row(moving, row);
    }
}

const char *money_map_reorganise(struct arena *arena, const struct centre_move *move,
                                 struct text *file)
{
    struct moving moving = { .arena = arena, .move = move,
                             .found = arena_take(arena, move->olds + 1, sizeof(bool)) };

    if (move->olds == 0 || move->news == 0)
        return "Name at least one cost centre that ends, and one that begins.";
    for (size_t i = 0; i < move->news; i++)
        if (place_of(move->old, move->olds, move->new[i]) < move->olds)
            return arena_print(arena, "%.*s cannot end and begin at once.", TEXT(move->new[i]));
    csv_file_open(&moving.made, arena, text_of(""));
    move_rows(&moving, *file);
    for (size_t i = 0; i < move->olds; i++)
        if (!moving.found[i])
            return arena_print(arena, "%.*s has no row in the map.", TEXT(move->old[i]));
    for (size_t i = 0; i < moving.rows; i++)
        csv_file_row(&moving.made, moving.kept[i], COLUMNS);
    *file = csv_file_close(&moving.made);
    return NULL;
}
