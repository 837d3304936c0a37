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
 * cells that they lead to. All that a line needs of it is in one line of the processor's cache. */
struct quick_place {
    _Alignas(64) struct lookup_key key;
    struct cells *cells;
    uint64_t     *lines;                 /* of the slot ... */
    uint32_t      more;                  /* ... which has so many more that were taken here */
    uint16_t      touched;               /* periods in which a line has fallen into the cells */
    int32_t       period;                /* the only one in which this holds; -1: in any */
};

/* ",CLK,2014-04-30,": the partner, date and period of an earlier line, as they stand in it. */
struct quick_middle {
    char     bytes[32];
    uint32_t size;                       /* 16 to 32; 0: none is known */
    uint32_t partner;
    int32_t  period;                     /* of the year */
};

struct quick {
    struct quick_place *place;           /* [QUICK_PLACES]; a later one takes the place */
    struct quick_middle middle[2];       /* of lines that name no period, and that name one */
    struct id          *last_id;         /* of the line before in this block: its id ... */
    uint32_t            last_partner;    /* ... among those of its partner */
};

static inline void quick_open(struct quick *quick, struct arena *arena)
{
    char *room = arena_take(arena, QUICK_PLACES + 1, sizeof *quick->place);
    const size_t off = (uintptr_t)room % sizeof *quick->place;

    quick->place = (struct quick_place *)(void *)(room + (sizeof *quick->place - off));
    for (size_t i = 0; i < QUICK_PLACES; i++)
        quick->place[i].key.tag = UINT64_MAX;
    quick->last_id = NULL;
    quick->middle[0].size = quick->middle[1].size = 0;
}

static inline void quick_count(struct quick_place *place)
{
    if (place->more > 0)
        *place->lines += place->more;
    place->more = 0;
}

/* Counts the lines that were taken; to be called before the counts are read. */
static inline void quick_count_all(struct quick *quick)
{
    for (size_t i = 0; i < QUICK_PLACES; i++)
        quick_count(&quick->place[i]);
}

static inline void quick_remember_middle(struct quick *quick, const struct ledger_line *line)
{
    const char *from = line->field[FIELD_ENTRY_ID].data + line->field[FIELD_ENTRY_ID].size;
    const struct text partner = line->field[FIELD_PARTNER];
    const struct text date = line->field[FIELD_DATE];
    const struct text period = line->field[FIELD_PERIOD];
    const bool adjacent = partner.data == from + 1 &&
                          date.data == partner.data + partner.size + 1 &&
                          period.data == date.data + date.size + 1 &&
                          line->field[FIELD_COST_CENTRE].data == period.data + period.size + 1;
    const size_t size = adjacent ? (size_t)(period.data + period.size - from) : 0;
    struct quick_middle *middle = &quick->middle[period.size > 0];

    if (size < 16 || size > sizeof middle->bytes)
        return;
    memcpy(middle->bytes, from, size);
    middle->size = (uint32_t)size;
    middle->partner = (uint32_t)line->partner;
    middle->period = line->period;
}

/* Compared by their first and their last sixteen bytes. */
static inline bool quick_middle_is(const struct quick_middle *middle, const char *bytes,
                                   uint32_t size)
{
    const char *known = middle->bytes;

    return size == middle->size &&
           ((hash_load8(bytes) ^ hash_load8(known)) |
            (hash_load8(bytes + 8) ^ hash_load8(known + 8)) |
            (hash_load8(bytes + size - 16) ^ hash_load8(known + size - 16)) |
            (hash_load8(bytes + size - 8) ^ hash_load8(known + size - 8))) == 0;
}

/* Remembers where a line went that was judged in full and had no quotes. */
static inline void quick_remember(struct quick *quick, const struct ledger_line *line,
                                  struct cells *cells, uint64_t *lines)
{
    struct text centre = line->field[FIELD_COST_CENTRE];
    struct text account = line->field[FIELD_ACCOUNT];
    struct text both = { centre.data, centre.size + 1 + account.size };

    quick_remember_middle(quick, line);
    if (both.size > LOOKUP_BYTES_MAX || account.data != centre.data + centre.size + 1)
        return;
    struct lookup_key key = lookup_key_of((uint32_t)line->partner, both);
    struct quick_place *place = &quick->place[lookup_place(&key) % QUICK_PLACES];
    quick_count(place);
    *place = (struct quick_place){ key, cells, lines, 0, cells->touched,
                                   line->plain ? -1 : line->period };
}

/* Takes the line that begins at `start` and has its commas at `comma`, if it is such a one. */
static inline __attribute__((always_inline)) bool
quick_take(struct quick *quick, const char *data, uint32_t start, const uint32_t *comma)
{
    struct id *last = quick->last_id;
    const struct quick_middle *middle = &quick->middle[comma[3] - comma[2] > 1];
    const struct text id = { data + start, comma[0] - start };
    const struct text both = { data + comma[3] + 1, comma[5] - comma[3] - 1 };
    const struct text amount = { data + comma[5] + 1, comma[6] - comma[5] - 1 };
    int64_t pence;
    int64_t sum;

    if (last == NULL || id.size != last->size || id.size - 1 > 7 ||
        both.size > LOOKUP_BYTES_MAX || middle->partner != quick->last_partner ||
        !quick_middle_is(middle, data + comma[0], comma[3] - comma[0]))
        return false;
    const uint64_t word = id_word(id.data, id.size);
    const struct lookup_key key = lookup_key_of(middle->partner, both);
    struct quick_place *place = &quick->place[lookup_place(&key) % QUICK_PLACES];
    const int32_t period = middle->period;
    if (word <= last->word[0] || !lookup_keys_equal(&key, &place->key) ||
        (place->period >= 0 && place->period != period) ||
        (place->touched >> period & 1) == 0 || !line_amount(amount, &pence) ||
        __builtin_add_overflow(place->cells->pence[period], pence, &sum))
        return false;
    place->cells->pence[period] = sum;
    place->more++;
    last->word[0] = word;
    return true;
}

#endif
