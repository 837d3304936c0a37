/*
 * finance/finance_map.h -- the map: what each account and cost centre of a council is to the
 * partnership, in the engine's own files accounts.csv and cost_centres.csv, for a year; and what
 * codes became, in moves.csv (finance_moves.h).
 *
 * The files are judged by the engine's reader and by no other, kept as they are, and read by it
 * again for every question. Rows are dated by their own `from` and `to`; a changed map is a new
 * version, and the sums of what was taken in stay, so that no extract need be read again. Which
 * pools there are is for both councils to agree, so a pool that is not known is no fault here.
 *
 * Inside a transaction in the council's scope; texts live in `arena`.
 */
#ifndef OCHIL_FINANCE_MAP_H
#define OCHIL_FINANCE_MAP_H

#include "engine/fault.h"
#include "engine/period.h"
#include "finance/finance_tally.h"
#include "identity/actor.h"
#include "store/council.h"

#define MONEY_MAP_BYTES_MOST ((size_t)1000000)
#define MONEY_MAP_FAULTS_SHOWN 100

#define ACCOUNTS_HEADER "partner,account,group\n"
#define COST_CENTRES_HEADER "partner,cost_centre,account,from,to,treatment,pool,bearer\n"

struct money_map {
    int64_t       version;              /* 0: there is none yet; the files are headers alone */
    struct text   accounts, cost_centres;
    struct text   moves;                /* finance_moves.h; empty: none */
    struct moment made_at;
    struct text   made_by;
    struct text   why;                  /* of one to be kept: see money_map_keep(); or empty */
    uint64_t      before[3];            /* lines of accounts, cost_centres and moves ahead of a file
                                           that was added to them; 0: none was */
};

MUST_USE enum err money_map_load(struct tx *, struct arena *, int64_t council, struct text year,
                                 struct money_map *, struct trouble *);
/* As it was. ERR_MISSING: there is no such version. */
MUST_USE enum err money_map_version_load(struct tx *, struct arena *, int64_t council,
                                         struct text year, int64_t version, struct money_map *,
                                         struct trouble *);

struct map_fault {
    const char *file;                   /* "accounts.csv"; "accounts.csv, as sent": of a file that
                                           is to be added, by its own lines */
    uint64_t    line;
    const char *code, *help;            /* "DUPLICATE_KEY", and what it means */
    struct text value;
};

struct map_faults {
    struct map_fault *fault;            /* the first MONEY_MAP_FAULTS_SHOWN */
    size_t            count;
};

/* What is being judged, and for whom. */
struct map_question {
    const struct councils  *councils;   /* of the partnership */
    const struct council   *council;    /* whose map */
    struct text             year;
    const struct money_map *map;
};

/* Lines of a file to which another is added: its header aside, the other's come behind them. */
uint64_t money_map_lines(struct text file);

/* By the engine's reader. No fault: it is fit. */
MUST_USE enum err money_map_judge(struct arena *, const struct map_question *,
                                  struct map_faults *, struct trouble *);

/* The version behind `map->version`; a map that was changed meanwhile is ERR_CONFLICT, and one
 * without a reason while a period of the year is closed softly. */
MUST_USE enum err money_map_keep(struct tx *, struct arena *, const struct happening *,
                                 const struct actor *, struct text year,
                                 const struct money_map *, struct trouble *);

/* A code of lines that were taken in and that the map does not know. */
struct unmapped_code {
    struct text code;
    int64_t     lines, pence;
    int64_t     turnover;               /* pence without signs */
    uint16_t    periods;                /* a bit for each period that has such lines */
};

struct unmapped_codes {
    struct unmapped_code *code;         /* the largest turnover first */
    size_t                count;
};

struct map_gaps {
    struct unmapped_codes accounts, cost_centres;
    int64_t               lines;        /* of all that was taken in */
};

/* A line whose account and cost centre are both unknown counts for both. */
MUST_USE enum err money_map_gaps(struct tx *, struct arena *, const struct map_question *,
                                 struct map_gaps *, struct trouble *);

/* The same of sums that are in nobody's books yet; needs no transaction. */
MUST_USE enum err money_map_gaps_of(struct arena *, const struct map_question *,
                                    const struct ledger_sum *, size_t count, struct map_gaps *,
                                    struct trouble *);

/* A bit for each period that has lines with such a code. */
unsigned map_gap_periods(const struct map_gaps *);

/* What is wrong with the files before they are read, a sentence; NULL: nothing. */
const char *money_map_unfit(struct arena *, const struct money_map *);

/* Records of a file, its header left out. */
int64_t map_records(struct text file);

/* Bits of periods as "P01 P03". */
const char *map_periods_shown(struct arena *, unsigned periods);

/* Rows behind the file: what several codes are, by one choice. */
struct text money_map_add_accounts(struct arena *, struct text file, struct text partner,
                                   const struct text *code, size_t count, struct text group);
struct centre_choice {
    struct text treatment, pool, bearer, from, to;
};
struct text money_map_add_centres(struct arena *, struct text file, struct text partner,
                                  const struct text *code, size_t count,
                                  const struct centre_choice *);

/* Cost centres are reorganised: from a period on others stand for them. One for one renames,
 * several for one splits, one for several merges. Rows of the old ones end with the period before;
 * each new one gets rows like theirs. What was in force before stays as it was, so an earlier
 * period reads as it did. NULL, or a sentence that says what cannot be; whether the file is fit
 * then, the engine's reader says. */
struct centre_move {
    struct text        partner;
    const struct text *old, *new;
    size_t             olds, news;
    period_number      from;
};
const char *money_map_reorganise(struct arena *, const struct centre_move *, struct text *file);

/* The records of a file behind its header, behind those of another one. */
struct text money_map_append(struct arena *, struct text file, struct text more);

#endif
