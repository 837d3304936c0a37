/*
 * store/trail_page.h -- the kept trail a page at a time: hashes, and the texts that may be read.
 *
 * A page is read in short transactions of its own, since on SQLite with a rollback journal a long
 * read keeps everybody from committing; what is only ever added to is the same from one
 * transaction to the next. A page holds at most TRAIL_PAGE_ENTRIES entries and not many more than
 * TRAIL_PAGE_BYTES of text, so that memory does not grow with the trail.
 *
 * Row-level rights show one council's rows in a transaction. Whoever may read all asks in turn for
 * each council.
 *
 * Errors: those of db.h. That rows are missing or damaged is no error here: see `struct trail_row`.
 */
#ifndef OCHIL_TRAIL_PAGE_H
#define OCHIL_TRAIL_PAGE_H

#include "store/council.h"
#include "store/trail_rows.h"

#define TRAIL_PAGE_ENTRIES ((size_t)1000)
#define TRAIL_PAGE_BYTES   ((size_t)8 * 1024 * 1024)

/* What was sealed in one value, as it stands in its row. */
struct trail_opened {
    int64_t     council;    /* 0: the system's */
    bool        shared;
    struct text subject_kind, subject_id;
    struct text salt, text;
};

/* One entry as it is kept. */
struct trail_row {
    bool                 sound;         /* there is a row, with two hashes of 32 bytes */
    struct sha256_sum    content, hash;
    struct text          text;          /* data NULL: not for these readers, or not there */
    int64_t              council;       /* that the text's row says; 0: the system's */
    bool                 shared;
    struct trail_opened *opened[TRAIL_FIELDS];     /* NULL: nothing sealed, erased, or not theirs */
};

struct trail_page {
    struct db        *db;
    const int64_t    *reader;      /* for which councils texts are read; 0: what is the system's */
    size_t            readers;     /* 0: hashes alone */
    uint64_t          first;       /* sequence of row[0] */
    size_t            count;
    struct trail_row *row;
    struct arena      texts;       /* given back with every page */
    size_t            bytes;       /* of them */
};

/* Room for pages, of `arena`. trail_page_close() gives the texts back, also on an arena's jump. */
void trail_page_open(struct trail_page *, struct arena *, struct db *, const int64_t reader[],
                     size_t readers);
void trail_page_close(struct trail_page *);

/* Entries from `first` on, not beyond `last`; at least one of them. */
MUST_USE enum err trail_page_read(struct trail_page *, uint64_t first, uint64_t last,
                                  struct trouble *);

/* Lets the chain go on to entry `to` by the hashes that are kept, each of which must follow from
 * the one before. ERR_CHECK: one does not, or is not there; the message names it. */
MUST_USE enum err trail_page_walk(struct db *, struct arena *, struct sha256 *,
                                  struct trail_chain *, uint64_t to, struct trouble *);

#endif
