#include "finance/finance_moves.h"

#include <stdlib.h>

#include "finance/finance_csv_file.h"

enum { CENTRE, ACCOUNT, TO_CENTRE, TO_ACCOUNT, FROM, COLUMNS };

static struct code_move move_of(const struct csv_rows *rows)
{
    struct code_move move = {
        .cost_centre = csv_rows_field(rows, CENTRE), .account = csv_rows_field(rows, ACCOUNT),
        .to_cost_centre = csv_rows_field(rows, TO_CENTRE),
        .to_account = csv_rows_field(rows, TO_ACCOUNT), .next = -1 };

    if (rows->record.count != COLUMNS || !period_parse(csv_rows_field(rows, FROM), &move.from))
        move.from = PERIOD_FIRST;
    return move;
}

/* NULL: a row says what may be said. */
static const char *row_unfit(const struct code_move *move, size_t columns)
{
    if (columns != COLUMNS)
        return "has not five columns";
    if (move->from == PERIOD_FIRST)
        return "has no period such as 2015-16/P01 in the column from";
    if (move->cost_centre.size == 0 && move->account.size == 0)
        return "names no code that became another";
    if (move->to_cost_centre.size == 0 && move->to_account.size == 0)
        return "does not say what it became";
    if (move->cost_centre.size == 0 && move->to_cost_centre.size > 0)
        return "gives a cost centre to lines of any cost centre";
    if (move->account.size == 0 && move->to_account.size > 0)
        return "gives an account to lines of any account";
    return NULL;
}

static bool is_header(const struct csv_rows *rows)
{
    static const char *const name[COLUMNS] = { "cost_centre", "account", "becomes_cost_centre",
                                               "becomes_account", "from" };
    bool same = rows->record.count == COLUMNS;

    for (size_t i = 0; i < COLUMNS; i++)
        same = same && text_is(csv_rows_field(rows, i), name[i]);
    return same;
}

const char *code_moves_unfit(struct arena *arena, struct text file)
{
    struct csv_rows rows;
    const char *wrong = NULL;

    if (file.size == 0)
        return NULL;
    csv_rows_open(&rows, arena, file);
    if (!csv_rows_next(&rows) || !is_header(&rows))
        return "The columns of moves.csv are cost_centre, account, becomes_cost_centre, "
               "becomes_account, from.";
    while (wrong == NULL && csv_rows_next(&rows)) {
        const struct code_move move = move_of(&rows);
        wrong = row_unfit(&move, rows.record.count);
    }
    return wrong == NULL ? NULL : arena_print(arena, "moves.csv: line %llu %s.",
                                              (unsigned long long)rows.line, wrong);
}

/* --- looked up --- */

/* The earliest first; then such as say the same stand together. */
static int by_from(const void *one, const void *other)
{
    const struct code_move *a = one, *b = other;
    const int centre = text_compare(a->cost_centre, b->cost_centre);
    const int account = text_compare(a->account, b->account);
    const int to_centre = text_compare(a->to_cost_centre, b->to_cost_centre);

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (centre != 0 || account != 0)
        return centre != 0 ? centre : account;
    return to_centre != 0 ? to_centre : text_compare(a->to_account, b->to_account);
}

static void take_file(struct code_moves *moves, struct arena *arena, struct text file)
{
    struct csv_rows rows;
    size_t room = moves->count;

    csv_rows_open(&rows, arena, file);
    (void)!csv_rows_next(&rows);
    while (csv_rows_next(&rows)) {
        const struct code_move move = move_of(&rows);
        if (row_unfit(&move, rows.record.count) != NULL)
            continue;
        if (moves->count == room) {
            room = room * 2 + 64;
            moves->move = arena_grow(arena, moves->move, moves->count, room,
                                     sizeof *moves->move);
        }
        moves->move[moves->count++] = move;
    }
}

/* Behind those of the same code and period. */
static void index_move(struct code_moves *moves, size_t at)
{
    struct code_move *move = &moves->move[at];
    struct index *index = move->cost_centre.size > 0 ? &moves->centres : &moves->accounts;
    const struct text key = move->cost_centre.size > 0 ? move->cost_centre : move->account;
    const int32_t first = index_add(index, (uint32_t)moves->froms - 1, key, (int32_t)at);

    if (first == (int32_t)at)
        return;
    move->next = moves->move[first].next;
    moves->move[first].next = (int32_t)at;
}

void code_moves_open(struct code_moves *moves, struct arena *arena, const struct text file[],
                     size_t files)
{
    size_t kept = 0;

    *moves = (struct code_moves){ .count = 0 };
    index_open(&moves->centres, arena);
    index_open(&moves->accounts, arena);
    for (size_t i = 0; i < files; i++)
        take_file(moves, arena, file[i]);
    if (moves->count > 1)
        qsort(moves->move, moves->count, sizeof *moves->move, by_from);
    moves->from = arena_take(arena, moves->count + 1, sizeof *moves->from);
    for (size_t i = 0; i < moves->count; i++) {
        if (kept > 0 && by_from(&moves->move[kept - 1], &moves->move[i]) == 0)
            continue;
        moves->move[kept] = moves->move[i];
        if (moves->froms == 0 || moves->from[moves->froms - 1] != moves->move[kept].from)
            moves->from[moves->froms++] = moves->move[kept].from;
        index_move(moves, kept++);
    }
    moves->count = kept;
}

/* Codes as they are found; false: there are too many. */
struct ways {
    struct line_code *way;
    size_t            count;
    bool              many;
};

static void add_way(struct ways *ways, struct text cost_centre, struct text account)
{
    for (size_t i = 0; i < ways->count; i++)
        if (text_equal(ways->way[i].cost_centre, cost_centre) &&
            text_equal(ways->way[i].account, account))
            return;
    if (ways->count == MOVES_WAYS_MOST)
        ways->many = true;
    else
        ways->way[ways->count++] = (struct line_code){ cost_centre, account };
}

/* The account by itself, under the cost centre that there is now. */
static void move_account(const struct code_moves *moves, uint32_t step,
                         struct text cost_centre, struct text account, struct ways *ways)
{
    int32_t at = index_find(&moves->accounts, step, account);

    if (at < 0)
        add_way(ways, cost_centre, account);
    for (; at >= 0; at = moves->move[at].next)
        add_way(ways, cost_centre, moves->move[at].to_account);
}

static struct text or_same(struct text to, struct text same)
{
    return to.size > 0 ? to : same;
}

/* Rows of the cost centre that name this account, or, if none does, any. */
static bool move_centre(const struct code_moves *moves, uint32_t step,
                        const struct line_code *code, bool named, struct ways *ways)
{
    bool found = false;

    for (int32_t at = index_find(&moves->centres, step, code->cost_centre); at >= 0;
         at = moves->move[at].next) {
        const struct code_move *move = &moves->move[at];
        if ((move->account.size > 0) != named ||
            (named && !text_equal(move->account, code->account)))
            continue;
        found = true;
        if (named)
            add_way(ways, or_same(move->to_cost_centre, code->cost_centre),
                    or_same(move->to_account, code->account));
        else
            move_account(moves, step, move->to_cost_centre, code->account, ways);
    }
    return found;
}

static void take_step(const struct code_moves *moves, uint32_t step,
                      const struct line_code *code, struct ways *ways)
{
    if (!move_centre(moves, step, code, true, ways) &&
        !move_centre(moves, step, code, false, ways))
        move_account(moves, step, code->cost_centre, code->account, ways);
}

bool code_moves_follow(const struct code_moves *moves, const struct line_code *code,
                       period_number of, period_number to,
                       struct line_code way[MOVES_WAYS_MOST], size_t *ways)
{
    struct line_code last[MOVES_WAYS_MOST];

    way[0] = *code;
    *ways = 1;
    for (uint32_t step = 0; step < moves->froms; step++) {
        struct ways next = { .way = way, .count = 0, .many = false };
        const size_t count = *ways;
        if (moves->from[step] <= of || moves->from[step] > to)
            continue;
        memcpy(last, way, count * sizeof *way);
        for (size_t i = 0; i < count; i++)
            take_step(moves, step, &last[i], &next);
        *ways = next.count;
        if (next.many)
            return false;
    }
    return true;
}

struct text code_moves_add(struct arena *arena, struct text file, const struct centre_move *move)
{
    char from[PERIOD_TEXT_MAX];
    const size_t size = period_print(move->from, from);
    struct csv_file made;

    csv_file_open(&made, arena, file.size > 0 ? file : text_of(MOVES_HEADER));
    for (size_t o = 0; o < move->olds; o++)
        for (size_t n = 0; n < move->news; n++) {
            const struct text row[COLUMNS] = { move->old[o], text_of(""), move->new[n],
                                               text_of(""), { from, size } };
            csv_file_row(&made, row, COLUMNS);
        }
    return csv_file_close(&made);
}
