/*
 * finance/finance_reading.h -- a kept extract read with its profile: by the convert library row by
 * row (extract/convert_io.h), and each line it gives by the engine's own rule (finance_tally.h).
 * What is left of the lines are their sums by cost centre, account and period.
 *
 * Rows are judged once, by several threads; only where one is refused, those of its batch are
 * judged again, in order. Ids are compared by hashes when all are known, however many they are; if
 * some are the same the extract is read once more, with an eye on those.
 *
 * A line of another year is refused like a row of the extract; which accounts and cost centres are
 * known is not asked, that is the map's. Memory does not depend on how long the extract is, only on
 * how many sums there are.
 *
 * Read next: finance_copy.h, finance_import.h (what is kept of it).
 */
#ifndef OCHIL_FINANCE_READING_H
#define OCHIL_FINANCE_READING_H

#include "base/stream.h"
#include "engine/period.h"
#include "finance/finance_copy.h"
#include "finance/finance_tally.h"

#define REFUSALS_KEPT 1000
#define PREVIEW_ROWS 12

struct ledger_refusal {
    uint64_t    row;            /* its number in the file */
    const char *reason;         /* "CODE_LOST" */
    const char *words;          /* column, value, what it means */
};

/* An entry that stands in an extract. */
struct entry_place {
    uint64_t    hash;
    struct text id;
    uint64_t    row;
    const char *file;           /* and its import, for people */
};

/* Entries that are looked for by their hashes, or refused because they were found. */
struct entry_search {
    uint64_t           *hash;   /* ascending */
    size_t              count;
    struct entry_place *place;  /* by hash, at most REFUSALS_KEPT */
    size_t              places;
};

/* When all places are filled in. */
void entry_search_sort(struct entry_search *);

/* What is asked. */
struct ledger_reading {
    const struct extract_desk   *desk;
    struct text                  evidence;      /* hex */
    struct text                  words;         /* the profile */
    struct text                  year;          /* "2014-15" */
    const char                  *control;       /* the ledger system's total; NULL: none */
    int64_t                      control_lines; /* how many it counts: the lines are kept only when
                                                   there are as many; below zero: they are not */
    int                          threads;
    const struct progress_watch *watch;         /* told bytes; may be NULL */
    struct entry_search         *wanted;        /* its places are filled in, with `file`; or NULL */
    const char                  *file;
    const struct entry_search   *twice;         /* lines that are refused; may be NULL */
};

/* What came of it. Everything lives in the arena. */
struct ledger_read {
    uint64_t               lines, refused;
    uint64_t               left_out;    /* by the profile's rules; they count for the total */
    int64_t                pence;       /* of the lines */
    bool                   agrees;      /* with the control total, and the file's own */
    const char            *difference;  /* where it does not: "12.50" */
    struct ledger_sum     *sum;         /* sorted by cost centre, account, period */
    size_t                 sums;
    uint64_t              *entry;       /* hashes of the lines' ids, ascending: [lines] */
    struct ledger_refusal *refusal;     /* the first REFUSALS_KEPT */
    size_t                 refusals;
    struct text            errors;      /* the error file's hex; empty: no row was refused */
    struct text            ledger;      /* that of the lines, as `ochil convert` writes them, kept
                                           with an index (store/evidence_index.h); or empty */
};

/* ERR_REFUSED: rows were refused, or the total is another; `out` says so, and an error file is
 * kept. ERR_USAGE, ERR_CHECK: profile or file cannot be read, as the message says. ERR_BUSY: the
 * watch stopped it. */
MUST_USE enum err ledger_read(const struct ledger_reading *, struct arena *, struct ledger_read *,
                              struct trouble *);

/* What is made of a file. */
enum extract_form { EXTRACT_LEDGER, EXTRACT_BASIS_VALUES };

/* The first rows, as they are and as they would be, and the columns. */
struct preview_row {
    uint64_t     number;
    struct text *cell;
    size_t       cells;
    const char  *words;         /* "date 2014-06-30; account 40200 ...", or why it is no line */
};

struct extract_preview {
    struct preview_row row[PREVIEW_ROWS];
    size_t             rows;
    struct text       *used, *unused, *missing;     /* names of columns */
    size_t             used_count, unused_count, missing_count;
    const char        *trouble;         /* why it cannot be read with this profile; NULL: it can */
};

/* `words` have been judged. */
MUST_USE enum err extract_preview(const struct extract_desk *, struct arena *, struct text hex,
                                  struct text words, enum extract_form, struct extract_preview *,
                                  struct trouble *);

/* The profile that the file seems to need, a ledger's with the council as its partner; in
 * `out->open` keys that are left to a person. */
struct extract_guess {
    const char *words;
    size_t      open;
};
MUST_USE enum err extract_guess(const struct extract_desk *, struct arena *, struct text hex,
                                enum extract_form, struct extract_guess *out, struct trouble *);

#endif
