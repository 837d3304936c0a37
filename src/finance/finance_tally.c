#include "finance/finance_tally.h"

#include <stdlib.h>

#include "finance/finance_entries.h"
#include "formats/row.h"

#define LINE_BYTES ((size_t)LEDGER_FIELDS * (CELL_BYTES_MAX + LINE_PADDING))

void tally_open(struct line_tally *tally, struct arena *arena)
{
    *tally = (struct line_tally){ .arena = arena };
    index_open(&tally->index, arena);
}

void tally_desk_open(struct tally_desk *desk, struct arena *arena, const struct line_rules *rules)
{
    *desk = (struct tally_desk){
        .rules = rules,
        .bytes = arena_take(arena, LINE_BYTES + 2 * (size_t)CELL_BYTES_MAX + 1, 1),
        .held = arena_take(arena, TALLY_HELD_MOST, sizeof *desk->held),
        .codes = arena_take(arena, TALLY_CODES_MOST, 1),
    };
    line_memory_open(&desk->memory);
}

/* --- a line --- */

/* The fields as the engine reads them: bytes behind each may be loaded. */
static void set_fields(struct tally_desk *desk, const struct text words[],
                       struct ledger_line *line)
{
    char *at = desk->bytes;

    for (size_t i = 0; i < FIELD_DESCRIPTION; i++) {
        const struct text word = words[i];
        if (word.size > 0)
            memcpy(at, word.data, word.size);
        line->field[i] = (struct text){ at, word.size };
        at += word.size + LINE_PADDING;
    }
}

/* Behind the fields. */
static struct text codes_of(struct tally_desk *desk, const struct ledger_line *line)
{
    const struct text centre = line->field[FIELD_COST_CENTRE];
    const struct text account = line->field[FIELD_ACCOUNT];
    char *codes = desk->bytes + LINE_BYTES;

    memcpy(codes, centre.data, centre.size);
    codes[centre.size] = '\0';
    memcpy(codes + centre.size + 1, account.data, account.size);
    return (struct text){ codes, centre.size + 1 + account.size };
}

enum fault_code tally_judge(struct tally_desk *desk, const struct text word[],
                            struct ledger_line *judged, struct tally_line *line)
{
    set_fields(desk, word, judged);
    enum fault_code fault = line_judge_id(desk->rules, &desk->memory, judged);
    if (fault == FAULT_NONE)
        fault = line_judge_rest(desk->rules, &desk->memory, judged);
    if (fault == FAULT_NONE)
        *line = (struct tally_line){ entry_hash(judged->field[FIELD_ENTRY_ID]), judged->pence,
                                     judged->period, codes_of(desk, judged),
                                     judged->field[FIELD_COST_CENTRE].size };
    return fault;
}

bool tally_hold(struct tally_desk *desk, const struct tally_line *line)
{
    const struct text codes = line->codes;

    if (desk->lines == TALLY_HELD_MOST || codes.size > TALLY_CODES_MOST - desk->used)
        return false;
    struct tally_line *held = &desk->held[desk->lines++];
    *held = *line;
    held->codes.data = memcpy(desk->codes + desk->used, codes.data, codes.size);
    desk->used += codes.size;
    return true;
}

void tally_clear(struct tally_desk *desk)
{
    desk->lines = desk->used = 0;
}

/* --- in order --- */

static struct ledger_sum *sum_of(struct line_tally *tally, const struct tally_line *line)
{
    const uint32_t salt = (uint32_t)line->period;
    const int32_t found = index_find(&tally->index, salt, line->codes);

    if (found >= 0)
        return &tally->sum[found];
    if (tally->sums == tally->room) {
        tally->room = tally->room * 2 + 256;
        tally->sum = arena_grow(tally->arena, tally->sum, tally->sums, tally->room,
                                sizeof *tally->sum);
    }
    const struct text kept = text_keep(tally->arena, line->codes);
    (void)index_add(&tally->index, salt, kept, (int32_t)tally->sums);
    tally->sum[tally->sums] = (struct ledger_sum){
        .cost_centre = { kept.data, line->centre },
        .account = { kept.data + line->centre + 1, kept.size - line->centre - 1 },
        .period = line->period };
    return &tally->sum[tally->sums++];
}

void tally_add(struct line_tally *tally, const struct tally_line *line)
{
    struct ledger_sum *sum = sum_of(tally, line);

    sum->lines++;
    tally->lines++;
    hash_keep(&tally->hashes, tally->arena, line->hash);
    if (__builtin_add_overflow(sum->pence, line->pence, &sum->pence) ||
        __builtin_add_overflow(tally->pence, line->pence, &tally->pence))
        tally->overflown = true;
}

void tally_settle(struct line_tally *tally, struct tally_desk *desk)
{
    for (size_t i = 0; i < desk->lines; i++)
        tally_add(tally, &desk->held[i]);
    tally_clear(desk);
}

static int by_codes(const void *one, const void *other)
{
    const struct ledger_sum *a = one, *b = other;
    int order = text_compare(a->cost_centre, b->cost_centre);

    if (order == 0)
        order = text_compare(a->account, b->account);
    return order != 0 ? order : a->period - b->period;
}

void tally_sort(struct line_tally *tally)
{
    if (tally->sums > 0)
        qsort(tally->sum, tally->sums, sizeof *tally->sum, by_codes);
}
