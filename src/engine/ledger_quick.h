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

#define QUICK_SETS_LOG 13
#define QUICK_SETS     ((size_t)1 << QUICK_SETS_LOG)

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

#define QUICK_BATCH 64
#define QUICK_KINDS 3

/* A batch of lines in columns: where they are, and what can be worked out of them before their
 * turn comes. */
struct quick_lines {
    const uint32_t     *comma[QUICK_BATCH];      /* its first seven */
    uint32_t            start[QUICK_BATCH], end[QUICK_BATCH];   /* end: of its line end */
    /* by quick_prepare() */
    uint64_t            alike;                   /* bit per line: all that follows holds */
    uint64_t            id[QUICK_BATCH];         /* of as many bytes as the last id before */
    struct quick_place *place[QUICK_BATCH];
    int32_t             period[QUICK_BATCH];
    int64_t             pence[QUICK_BATCH];
    /* on the way there */
    uint64_t            seems;                   /* bit per line: id and middle are alike */
    uint64_t            head[QUICK_BATCH], tail[QUICK_BATCH], tag[QUICK_BATCH];   /* its key ... */
    uint64_t            set[QUICK_BATCH];        /* ... and where that would be, in bytes */
    uint64_t            whole[QUICK_BATCH], part[QUICK_BATCH];   /* of the amount: bytes ... */
    uint64_t            size[QUICK_BATCH];       /* ... how many stand before the point ... */
    uint64_t            unread[QUICK_BATCH];     /* 0: it was read */
};

struct quick_way;

struct quick {
    const struct quick_way *way;         /* of this processor */
    struct quick_lines  lines;
    struct quick_set   *set;             /* [QUICK_SETS] */
    struct quick_middle middle[QUICK_KINDS];
    struct id          *last_id;         /* of the line before in this block: its id ... */
    uint32_t            last_partner;    /* ... among those of its partner */
    uint32_t            partner;         /* as they were when lines were prepared: */
    uint32_t            id_size;         /* 0: there was no last id that could be compared */
    uint32_t            changed;         /* bit per kind: since then other lines may be alike */
    size_t              ahead;           /* how many lines to prepare */
    struct quick_place  fresh[QUICK_BATCH];   /* not in their sets yet, since lines point there */
    size_t              freshes;
};

/* The ways to prepare lines, the fastest first; the last one runs everywhere. All give the same. */
struct quick_way {
    const char *name;
    bool      (*runs_here)(void);
    void      (*prepare)(struct quick *, const char *data, size_t from, size_t to);
};

extern const struct quick_way quick_ways[];
extern const size_t quick_ways_count;

void quick_open(struct quick *, struct arena *);

/* Counts the lines that were taken; to be called before the sums are read. */
void quick_count_all(struct quick *, struct sums *);

/* Which middle a line may be like: that of the lines that name no period, or one of two for those
 * that do, by the last digit of the month, since late lines of the month before stand among them. */
static inline size_t quick_kind(bool named, char month)
{
    return (0 - (size_t)named) & (1 + (size_t)(month & 1));
}

/* Of a line; its date is thought to stand at the end of its field. */
static inline size_t quick_kind_of(const char *data, const uint32_t *comma)
{
    return quick_kind(comma[3] - comma[2] > 1, (data + comma[2])[-4]);
}

/* Notes the id of a line that was judged in full. */
static inline void quick_note_id(struct quick *quick, struct id *last, uint32_t partner)
{
    if (partner != quick->partner || last->size != quick->id_size)
        quick->changed = UINT32_MAX;
    quick->last_id = last;
    quick->last_partner = partner;
}

/* Remembers where a line went that was judged in full and had no quotes, in a period that is
 * settled. */
void quick_remember(struct quick *, const struct ledger_line *, struct cells *);

/* Puts what was remembered where it is looked for; between batches only. */
void quick_settle(struct quick *, struct sums *);

static inline bool quick_place_is(const struct quick_place *place, const struct lookup_key *key)
{
    return ((place->head ^ key->head) | (place->tail ^ key->tail) | (place->tag ^ key->tag)) == 0;
}

/* Prepares lines of the batch, those before `to`; gives how many. */
static inline size_t quick_prepare(struct quick *quick, const char *data, size_t from, size_t to)
{
    if (to - from > quick->ahead)
        to = from + quick->ahead;
    quick->ahead = quick->ahead < QUICK_BATCH ? 2 * quick->ahead : QUICK_BATCH;
    quick->way->prepare(quick, data, from, to);
    return to - from;
}

/* Takes lines that were prepared, from `from` on, while they are like lines before; gives the first
 * that is not, or `to`. */
static inline __attribute__((always_inline)) size_t quick_take(struct quick *quick, size_t from,
                                                               size_t to)
{
    const struct quick_lines *lines = &quick->lines;
    const uint64_t alike = lines->alike;
    size_t i = from;

    if ((alike >> from & 1) == 0)
        return from;
    uint64_t last = quick->last_id->word[0];
    for (; i < to && (alike >> i & 1) != 0; i++) {
        struct quick_place *place = lines->place[i];
        const int32_t period = lines->period[i];
        int64_t *pence = &place->cells->pence[period];
        int64_t sum;
        if (lines->id[i] <= last || place->more == UINT16_MAX ||
            __builtin_add_overflow(*pence, lines->pence[i], &sum))
            break;
        *pence = sum;
        place->touched |= (uint16_t)(1U << period);
        place->more++;
        last = lines->id[i];
    }
    quick->last_id->word[0] = last;
    return i;
}

#endif
