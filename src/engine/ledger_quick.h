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

#define QUICK_SETS_LOG 14
#define QUICK_SETS     ((size_t)1 << QUICK_SETS_LOG)

#define QUICK_KEY_MAX 15

/* "S1251,10000": a cost centre and an account of a partner, as they stand in a line, in two words.
 * No line has NULs, so what is padded with them is the same only if it is of the same size. */
struct quick_key {
    uint64_t head;                       /* eight bytes */
    uint64_t tail;                       /* seven more, and the partner plus one */
};

/* What is known of such a key, and the sum of its lines that are not yet in the cells that it leads
 * to: two of them in one line of the processor's cache, so that is all of memory that most lines
 * touch. */
struct quick_place {
    struct quick_key key;                /* tail 0: nothing is known */
    int64_t          pence;              /* of the lines taken here ... */
    uint16_t         lines;              /* ... at most QUICK_LINES_MAX ... */
    int8_t           period;             /* ... in this period */
    int8_t           only;               /* the one period in which this holds; -1: in any */
    uint32_t         cells;              /* which of sums->cells */
};

/* So many lines of a place have a sum that fits, whatever their amounts. */
#define QUICK_LINES_MAX 8192

/* The two places where a key may stand: the one that was remembered last, and the one before. */
struct quick_set {
    _Alignas(64) struct quick_place place[2];
};

/* ",CLK,2014-04-30,,": the partner, date and period of an earlier line, as they stand in it with
 * the commas around them, at the beginning of 64 bytes that are compared at once. */
struct quick_middle {
    char     bytes[64];
    uint64_t counts;                     /* bit per byte: it must be the same */
    uint32_t size;                       /* at most QUICK_MIDDLE_MAX */
    uint32_t partner;
    int32_t  period;                     /* of the year */
};

#define QUICK_MIDDLE_MAX 40
#define QUICK_BATCH 64
#define QUICK_KINDS 3

/* A batch of lines in columns: where they are, and what can be worked out of them before their
 * turn comes. */
struct quick_lines {
    _Alignas(64)                         /* so are all columns */
    uint32_t        bound[QUICK_BATCH];  /* up to here a line has seven commas, if good */
    /* by quick_prepare() */
    uint64_t        head[QUICK_BATCH], tail[QUICK_BATCH];   /* its key; that of none: not alike */
    uint64_t        set[QUICK_BATCH];    /* where that would be, in bytes */
    uint64_t        id[QUICK_BATCH];     /* of as many bytes as the last id before */
    uint64_t        period[QUICK_BATCH];
    uint64_t        amount[QUICK_BATCH], amount_size[QUICK_BATCH];   /* where it is */
    int64_t         pence[QUICK_BATCH];
    uint64_t        unread[QUICK_BATCH];   /* 0: the amount was read */
    /* on the way there: bit per byte from the first comma on */
    uint64_t        like[QUICK_KINDS][QUICK_BATCH];   /* the middle of this kind */
    uint64_t        commas[QUICK_BATCH];
    int64_t         inside[QUICK_BATCH];   /* how many of these are before `bound` */
    uint64_t        start[QUICK_BATCH];
    const uint32_t *end;                 /* of line ends; the one before stands before */
};

/* Where a line of the batch starts. */
static inline uint32_t quick_start(const struct quick_lines *lines, size_t i)
{
    return (lines->end + i)[-1] + 1;
}

struct quick_way;

struct quick {
    const struct quick_way *way;         /* of this processor */
    struct quick_lines *lines;
    struct quick_set   *set;             /* [QUICK_SETS] */
    struct quick_middle middle[QUICK_KINDS];
    struct id          *last_id;         /* of the line before in this block: its id ... */
    uint32_t            last_partner;    /* ... among those of its partner */
    uint32_t            partner;         /* as they were when lines were prepared: */
    uint32_t            id_size;         /* 0: there was no last id that could be compared */
    bool                outdated;        /* what was prepared: another id or middle came since */
    size_t              ahead;           /* how many lines to prepare */
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

/* Notes the id of a line that was judged in full. */
static inline void quick_note_id(struct quick *quick, struct id *last, uint32_t partner)
{
    if (partner != quick->partner || last->size != quick->id_size)
        quick->outdated = true;
    quick->last_id = last;
    quick->last_partner = partner;
}

/* Remembers where a line went that was judged in full and had no quotes, in a period that is
 * settled. */
void quick_remember(struct quick *, struct sums *, const struct ledger_line *);

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
size_t quick_take(struct quick *, struct sums *, const char *data, size_t from, size_t to);

#endif
