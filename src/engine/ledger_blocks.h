/*
 * engine/ledger_blocks.h -- the files of a book as one row of blocks that end on record
 * boundaries, handed to any number of threads.
 *
 * The invariants: blocks are numbered in the order of files and bytes; a block holds whole
 * records only; every byte of a file that is not refused passes the hash, in order, exactly as
 * it was given to the parser. A record of more than BLOCK_BYTES is not kept: the block where it
 * ends says what is wrong with it, before its own records.
 *
 * Reading and cutting have a lock each, so that one thread may read while another cuts.
 */
#ifndef OCHIL_LEDGER_BLOCKS_H
#define OCHIL_LEDGER_BLOCKS_H

#include <pthread.h>

#include "engine/ledger.h"

/* A fuzz build has small blocks, so that small inputs are cut too. */
#ifdef FUZZ_BLOCK_BYTES
#define BLOCK_BYTES ((size_t)FUZZ_BLOCK_BYTES)
#else
#define BLOCK_BYTES ((size_t)128 * 1024)
#endif

/* So many are read at a time; a record that began in the block before stands in front of them. */
#define BLOCK_RECORDS_MAX (2 * BLOCK_BYTES)

struct block {
    uint64_t        number;
    int32_t         file;              /* index in the book */
    bool            starts_file;
    bool            final;             /* the file ends here: so does its last record */
    uint64_t        lines_before;      /* of the file's head (header, blank lines), in its first */
    struct text     records;
    enum fault_code fault;             /* a record that was too long, or a header */
    uint64_t        fault_lines;       /* its lines */
    /* of the row itself */
    char           *buffer;            /* BLOCK_RECORDS_MAX, LINE_PADDING more on both sides */
    struct text     fresh;             /* bytes that the hash has not seen yet */
    int             users;             /* that still need the buffer */
};

struct blocks;
struct split;

/* Opens the row. `threads` is how many will take blocks; with `hashes`, blocks_hash() must run on
 * one more. */
struct blocks *blocks_open(const struct ledger_request *, struct arena *, int threads);

/* The next block, split; or NULL behind the last one, or when something failed. */
struct block *blocks_next(struct blocks *, struct split *);

/* The block is no longer needed. */
void blocks_release(struct blocks *, struct block *);

/* No more blocks are to be handed out. */
void blocks_stop(struct blocks *, enum err, const struct trouble *);

/* Hashes until the last block; the body of a thread. */
void *blocks_hash(void *context);

/* Closes whatever is open, and tells the first failure. */
MUST_USE enum err blocks_close(struct blocks *, struct trouble *);

#endif
