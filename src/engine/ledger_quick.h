/*
 * engine/ledger_quick.h -- a line that is like one that has been judged before.
 *
 * In a real extract most lines repeat what earlier ones had: the partner and the date of the line
 * before, a cost centre and an account that were seen together. What the full judgement
 * (ledger_line.h) has found of those holds again, so such a line needs only its id compared with
 * the one before, its amount read, and the cell found again. Anything else, any doubt, goes the
 * full way: nothing is decided here that was not decided there.
 */
#ifndef OCHIL_LEDGER_QUICK_H
#define OCHIL_LEDGER_QUICK_H

#include "engine/ledger_ids.h"
#include "engine/ledger_line.h"

#define QUICK_PLACES 4096

/* "S1251,10000": a cost centre and an account of a partner, as they stand in a line, and the
 * cells that they lead to. */
struct quick_place {
    struct lookup_key key;
    struct cells     *cells;
    uint64_t         *lines;
    int32_t           period;            /* the only one in which this holds; -1: in any */
};

struct quick {
    struct quick_place *place;           /* [QUICK_PLACES]; a later one takes the place */
    struct id          *last_id;         /* of the partner of the line before, in this block */
    int32_t             last_period;     /* the periods after it are not settled */
};

static inline void quick_open(struct quick *quick, struct arena *arena, int32_t through)
{
    quick->place = arena_take(arena, QUICK_PLACES, sizeof *quick->place);
    for (size_t i = 0; i < QUICK_PLACES; i++)
        quick->place[i].key.tag = UINT64_MAX;
    quick->last_id = NULL;
    quick->last_period = through;
}

/* Remembers where a line went that was judged in full and had no quotes. */
static inline void quick_remember(struct quick *quick, const struct ledger_line *line,
                                  struct cells *cells, uint64_t *lines)
{
    struct text centre = line->field[FIELD_COST_CENTRE];
    struct text account = line->field[FIELD_ACCOUNT];
    struct text both = { centre.data, centre.size + 1 + account.size };

    if (both.size > LOOKUP_BYTES_MAX ||
        account.data != centre.data + centre.size + 1)
        return;
    struct lookup_key key = lookup_key_of((uint32_t)line->partner, both);
    quick->place[lookup_place(&key) % QUICK_PLACES] =
        (struct quick_place){ key, cells, lines, line->plain ? -1 : line->period };
}

/* Takes the line that begins at `start` and has its commas at `comma`, if it is such a one. */
static inline __attribute__((always_inline)) bool
quick_take(struct quick *quick, const struct line_memory *memory, const char *data,
           uint32_t start, const uint32_t *comma)
{
    struct id *last = quick->last_id;
    struct text id = { data + start, comma[0] - start };
    struct text partner = { data + comma[0] + 1, comma[1] - comma[0] - 1 };
    struct text date = { data + comma[1] + 1, comma[2] - comma[1] - 1 };
    struct text given = { data + comma[2] + 1, comma[3] - comma[2] - 1 };
    struct text both = { data + comma[3] + 1, comma[5] - comma[3] - 1 };
    struct text amount = { data + comma[5] + 1, comma[6] - comma[5] - 1 };
    int64_t pence;
    int64_t sum;

    if (last == NULL || id.size != last->size || id.size - 1 > 7 ||
        partner.size > LOOKUP_BYTES_MAX || both.size > LOOKUP_BYTES_MAX)
        return false;
    uint64_t word = id_word(id.data, id.size);
    struct lookup_key key = lookup_key_of(0, partner);
    int32_t period = line_period_again(memory, date, given);
    if (word <= last->word[0] || !lookup_keys_equal(&key, &memory->partner_key) || period < 0 ||
        period > quick->last_period)
        return false;
    key = lookup_key_of((uint32_t)memory->partner, both);
    struct quick_place *place = &quick->place[lookup_place(&key) % QUICK_PLACES];
    if (!lookup_keys_equal(&key, &place->key) ||
        (place->period >= 0 && place->period != period) || !line_amount(amount, &pence) ||
        __builtin_add_overflow(place->cells->pence[period], pence, &sum))
        return false;
    place->cells->pence[period] = sum;
    place->cells->touched |= (uint16_t)(1U << period);
    ++*place->lines;
    last->word[0] = word;
    return true;
}

#endif
