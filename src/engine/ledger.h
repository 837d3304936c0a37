/*
 * engine/ledger.h -- the ledger lines of a year, tested and summed.
 *
 * Lines are never kept. They stream through in blocks that end on record boundaries; each line
 * is tested (contract, section 7) and added to a cell by slot, group and period. Any number of
 * threads take blocks in turn; what depends on order (line numbers, faults, the ids that were
 * seen) is settled block after block, so the result is the same with 1 and with N.
 *
 * Duplicate ids: while the ids of a partner ascend (a shorter one before a longer one, then by
 * bytes), or come in runs that do not overlap, nothing is remembered. Otherwise the ids of those
 * partners are read a second time as 64-bit hashes, and if some hash stands twice, the lines are
 * read once more by one thread that compares those few ids exactly.
 *
 * Read next: ledger_line.c (what a line must be), ledger_worker.c (bytes to lines, fast),
 * ledger_sum.c (the threads).
 */
#ifndef OCHIL_LEDGER_H
#define OCHIL_LEDGER_H

#include "engine/model.h"
#include "engine/record.h"
#include "engine/sums.h"

#define LEDGER_HEADER "entry_id,partner,date,period,cost_centre,account,amount,description"

enum ledger_field {
    FIELD_ENTRY_ID, FIELD_PARTNER, FIELD_DATE, FIELD_PERIOD, FIELD_COST_CENTRE, FIELD_ACCOUNT,
    FIELD_AMOUNT, FIELD_DESCRIPTION, LEDGER_FIELDS
};

enum book { BOOK_LEDGER, BOOK_BUDGET, BOOK_FORECAST, BOOKS };
extern const char *const book_name[BOOKS];

/* What one line is, once it has passed every test. */
struct ledger_line {
    struct text field[LEDGER_FIELDS];
    int32_t     file;        /* rank, FILE_BOOK and up */
    uint64_t    line;        /* physical line of the record's start */
    int32_t     partner;
    int32_t     group;
    int32_t     period;      /* of the year, 0 to 12 */
    int32_t     slot;        /* of the model */
    bool        plain;       /* the slot depends on neither account nor period */
    int32_t     centre_row;  /* of the model: the row that treats it */
    int64_t     pence;
    enum fault_code fault;   /* not FAULT_NONE: the first fault; later members are not set */
    struct text fault_value;
    char        period_text[PERIOD_TEXT_MAX];   /* a derived period, when it is the fault */
};

struct book_file {
    const char       *name;              /* "ledger/a.csv" */
    uint64_t          lines;             /* records behind the header */
    struct sha256_sum sum;               /* when hashes were asked for */
};

struct book_files {
    enum book         book;
    struct book_file *file;
    size_t            count;
};

struct ledger_request {
    struct source              *source;
    const struct model         *model;
    struct book_files          *files;
    int32_t                     through;       /* last period settled, 0 to 12 */
    int                         threads;       /* 1 or more */
    bool                        hashes;        /* SHA-256 of every file, on a thread of its own */
    const struct progress_watch *watch;        /* may be NULL */
};

/* The files of a book, in byte order. FAULT_MISSING if there are none. */
MUST_USE enum err ledger_list(struct source *, struct arena *, enum book, struct faults *,
                              struct book_files *, struct trouble *);

/* Reads, tests and sums all lines of a book. Faults are collected. */
MUST_USE enum err ledger_sum(const struct ledger_request *, struct arena *, struct sums *,
                             struct faults *, struct trouble *);

/* Visits every record behind a header that is not empty, in order, faulty ones too, on the
 * caller's thread. DUPLICATE is not tested here. Stops early when `visit` returns other than OK
 * (ERR_MISSING is then returned as OK: "enough"). */
typedef enum err ledger_visit(void *context, const struct ledger_line *);
MUST_USE enum err ledger_each(const struct ledger_request *, struct arena *, ledger_visit *,
                              void *context, struct trouble *);

#endif
