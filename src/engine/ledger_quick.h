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

#define QUICK_SETS 8192

/* "S1251,10000": a cost centre and an account of a partner, as they stand in a line, and the
 * cells that they lead to. All that a line needs of it, and of the one beside it, is in one line
 * of the processor's cache. */
struct quick_place {
    uint64_t      head, tail;            /* as in a lookup_key ... */
    struct cells *cells;
    uint16_t      tag;                   /* ... partner and size; UINT16_MAX: nothing is known */
    uint16_t      more;                  /* lines that were taken here and are not counted yet */
    uint16_t      touched;               /* periods in which they fell */
    int16_t       period;                /* the only one in which this holds; -1: in any */
};

/* The two places where a key may stand: the one that was remembered last, and the one before. */
struct quick_set {
    _Alignas(64) struct quick_place place[2];
};

/* ",CLK,2014-04-30,": the partner, date and period of an earlier line, as they stand in it. */
struct quick_middle {
    char     bytes[32];
    uint32_t size;                       /* 16 to 32; 0: none is known */
    uint32_t partner;
    int32_t  period;                     /* of the year */
};

/* A line of a batch: where it is, and what can be worked out of it before its turn comes. */
struct quick_line {
    const uint32_t   *comma;             /* its first seven */
    uint32_t          start, stop;       /* the record, without its line end */
    struct lookup_key key;
    struct quick_set *set;
    int64_t           pence;
    bool              amount;            /* `pence` is its amount */
};

#define QUICK_BATCH 64

struct quick {
    struct quick_line   line[QUICK_BATCH];
    uint32_t            partner;         /* of whom the keys in `line` were made */
    struct quick_set   *set;             /* [QUICK_SETS] */
    struct quick_middle middle[2];       /* of lines that name no period, and that name one */
    struct id          *last_id;         /* of the line before in this block: its id ... */
    uint32_t            last_partner;    /* ... among those of its partner */
};

static inline void quick_open(struct quick *quick, struct arena *arena)
{
    char *room = arena_take(arena, QUICK_SETS + 1, sizeof *quick->set);
    const size_t off = (uintptr_t)room % sizeof *quick->set;

    quick->set = (struct quick_set *)(void *)(room + (sizeof *quick->set - off));
    for (size_t i = 0; i < QUICK_SETS; i++)
        quick->set[i].place[0].tag = quick->set[i].place[1].tag = UINT16_MAX;
    quick->last_id = NULL;
    quick->middle[0].size = quick->middle[1].size = 0;
}

static inline void quick_count(struct sums *sums, struct quick_place *place)
{
    if (place->more > 0) {
        sums->lines[place->cells->slot] += place->more;
        place->cells->touched |= place->touched;
    }
    place->more = 0;
}

/* Counts the lines that were taken; to be called before the sums are read. */
static inline void quick_count_all(struct quick *quick, struct sums *sums)
{
    for (size_t i = 0; i < QUICK_SETS; i++) {
        quick_count(sums, &quick->set[i].place[0]);
        quick_count(sums, &quick->set[i].place[1]);
    }
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

static inline bool quick_place_is(const struct quick_place *place, const struct lookup_key *key)
{
    return ((place->head ^ key->head) | (place->tail ^ key->tail) | (place->tag ^ key->tag)) == 0;
}

static inline struct quick_set *quick_set_of(const struct quick *quick,
                                             const struct lookup_key *key)
{
    return &quick->set[lookup_place(key) % QUICK_SETS];
}

/* Remembers where a line went that was judged in full and had no quotes, in a period that is
 * settled. */
static inline void quick_remember(struct quick *quick, struct sums *sums,
                                  const struct ledger_line *line, struct cells *cells)
{
    struct text centre = line->field[FIELD_COST_CENTRE];
    struct text account = line->field[FIELD_ACCOUNT];
    struct text both = { centre.data, centre.size + 1 + account.size };

    quick_remember_middle(quick, line);
    if (both.size > LOOKUP_BYTES_MAX || account.data != centre.data + centre.size + 1)
        return;
    struct lookup_key key = lookup_key_of((uint32_t)line->partner, both);
    struct quick_set *set = quick_set_of(quick, &key);
    if (!quick_place_is(&set->place[0], &key)) {
        quick_count(sums, &set->place[1]);
        set->place[1] = set->place[0];
    } else {
        quick_count(sums, &set->place[0]);
    }
    set->place[0] = (struct quick_place){ key.head, key.tail, cells, (uint16_t)key.tag, 0, 0,
                                          (int16_t)(line->plain ? -1 : line->period) };
}

/* Works out the keys and amounts of a batch of lines. Each step is done for all of them before the
 * next, so that the processor waits for the memory behind many keys at once. */
static inline __attribute__((always_inline)) void
quick_prepare(struct quick *quick, const char *data, size_t count)
{
    const uint32_t partner = quick->last_partner;
    const int32_t period = quick->middle[0].period;

    quick->partner = partner;
    for (size_t i = 0; i < count; i++) {
        struct quick_line *line = &quick->line[i];
        const uint32_t from = line->comma[3] + 1;
        const uint32_t size = line->comma[5] - from;

        line->key.tag = UINT64_MAX;
        line->set = quick->set;
        if (size > LOOKUP_BYTES_MAX)
            continue;
        line->key = lookup_key_of(partner, (struct text){ data + from, size });
        line->set = quick_set_of(quick, &line->key);
        __builtin_prefetch(line->set);
    }
    for (size_t i = 0; i < count; i++) {
        struct quick_line *line = &quick->line[i];
        const uint32_t from = line->comma[5] + 1;

        line->amount = line_amount((struct text){ data + from, line->comma[6] - from },
                                   &line->pence);
    }
    for (size_t i = 0; i < count; i++) {
        const struct quick_line *line = &quick->line[i];
        const size_t at = !quick_place_is(&line->set->place[0], &line->key);

        if (line->set->place[at].cells != NULL)
            __builtin_prefetch(&line->set->place[at].cells->pence[period]);
    }
}

/* Takes a line of the batch, if it is like one before. */
static inline __attribute__((always_inline)) bool
quick_take(struct quick *quick, const char *data, const struct quick_line *line)
{
    const uint32_t *comma = line->comma;
    struct id *last = quick->last_id;
    const struct quick_middle *middle = &quick->middle[comma[3] - comma[2] > 1];
    const struct text id = { data + line->start, comma[0] - line->start };
    struct quick_place *place;
    int64_t sum;

    if (last == NULL || id.size != last->size || id.size - 1 > 7 ||
        middle->partner != quick->last_partner || quick->partner != quick->last_partner ||
        !line->amount || !quick_middle_is(middle, data + comma[0], comma[3] - comma[0]))
        return false;
    const uint64_t word = id_word(id.data, id.size);
    const int32_t period = middle->period;
    place = &line->set->place[!quick_place_is(&line->set->place[0], &line->key)];
    if (word <= last->word[0] || !quick_place_is(place, &line->key) ||
        place->more == UINT16_MAX || (place->period >= 0 && place->period != period) ||
        __builtin_add_overflow(place->cells->pence[period], line->pence, &sum))
        return false;
    place->cells->pence[period] = sum;
    place->touched |= (uint16_t)(1U << period);
    place->more++;
    last->word[0] = word;
    return true;
}

#endif
