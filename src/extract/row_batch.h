/*
 * extract/row_batch.h -- the next rows of an extract in memory of their own, so that one thread
 * can judge them while another reads on.
 *
 * Of a text they are the bytes of whole records, cut into rows by whoever asks for them; of a
 * sheet, and where a text's record is long or unended, they are copies of rows.
 */
#ifndef OCHIL_ROW_BATCH_H
#define OCHIL_ROW_BATCH_H

#include "extract/extract_io.h"

/* About how much a batch holds: enough that handing it over costs nothing, and little enough that
 * some of them fit the processor's cache. A fuzz build has small ones. */
#ifdef FUZZ_BLOCK_BYTES
#define BATCH_BYTES ((size_t)FUZZ_BLOCK_BYTES)
#else
#define BATCH_BYTES ((size_t)64 * 1024)
#endif
#define BATCH_ROWS  512      /* that are copies */
#define BATCH_CELLS 16384    /* likewise */

/* Where batches come from. */
struct row_supply {
    struct extract *extract;
    struct row      row;         /* read, and put into no batch yet, if `waiting` */
    bool            waiting, ended;
    enum err        err;         /* told when the rows before it have been taken */
    struct trouble  trouble;
};

/* Private. */
struct row_batch {
    uint64_t          read;      /* bytes of the file, as of extract_bytes() */
    struct text_rows *text;      /* whose records they are; NULL: rows that were copied */
    struct text_block block, left;
    char             *bytes;
    size_t            used;
    char             *spare;
    struct cell      *cell;
    size_t            cells;
    struct row       *row;
    size_t            rows, given;
};

void row_supply_open(struct row_supply *, struct extract *);

/* Takes its memory; it is good for any number of extracts, one after another. */
void row_batch_open(struct row_batch *, struct arena *);

/* Fills the batch, what it held being gone. *end: there are no more rows. As long as it is not
 * known how many cells a row has, a batch is one row. The guard of the extract's arena is set
 * within. */
MUST_USE enum err row_batch_take(struct row_batch *, struct row_supply *, bool *end,
                                 struct trouble *);

/* The rows, one after another, good until the next; false: there are no more. */
bool row_batch_next(struct row_batch *, struct row *);
/* From the first again. */
void row_batch_rewind(struct row_batch *);

#endif
