/*
 * engine/ledger_reading.h -- one reading of all the lines of a book, while it goes on.
 *
 * Private to ledger_sum.c (the readings and their threads), ledger_worker.c (a block's lines) and
 * ledger_order.c (what depends on the order of blocks).
 */
#ifndef OCHIL_LEDGER_READING_H
#define OCHIL_LEDGER_READING_H

#include "engine/ledger.h"
#include "engine/ledger_blocks.h"
#include "engine/ledger_ids.h"
#include "engine/ledger_line.h"
#include "engine/ledger_quick.h"
#include "engine/ledger_split.h"

#define THREADS_MAX 64
#define RESULTS 64                       /* how far blocks may run ahead of the settled ones */

/* Why the lines are read. */
enum pass {
    PASS_SUM,                            /* the first: everything but a proof that ids are unique */
    PASS_COLLECT,                        /* hashes of ids whose order proves nothing */
    PASS_COMPARE,                        /* everything, ids whose hash repeats compared exactly */
    PASS_VISIT                           /* somebody wants to see each line */
};

/* The ids of one partner in one block. */
struct block_ids {
    uint64_t      number;                /* of the block that it speaks of, plus one */
    struct id_run run;
    bool          disordered;
};

/* What a block came to, until the blocks before it are settled. */
struct result {
    bool          ready;
    int32_t       file;
    bool          starts_file;
    uint64_t      lines_before, lines, records;
    struct fault *fault;
    size_t        faults;
    uint64_t      faults_dropped;
    struct id_run *run;                  /* [ids] */
    int32_t      *partner;
    bool         *disordered;
    size_t        ids;
};

struct worker;

struct reading {
    const struct ledger_request *request;
    struct line_rules            rules;
    enum pass                    pass;
    struct blocks               *blocks;
    struct arena                 arena;          /* of what is settled, whichever thread does it */
    struct faults                faults;
    struct repeated              repeated;       /* PASS_COMPARE */
    const bool                  *collected;      /* [partner], PASS_COLLECT and PASS_COMPARE */
    struct worker               *worker;         /* [threads] */
    int                          threads;
    ledger_visit                *visit;
    struct arena                *visit_arena;    /* the caller's: the visitor may take from it */
    void                        *visit_context;
    pthread_mutex_t              settle;
    pthread_cond_t               settled;
    /* under `settle` */
    struct result                result[RESULTS];
    uint64_t                     next;           /* block to settle */
    uint64_t                     line;           /* of the file being settled */
    uint64_t                     records;
    bool                         too_many;
    bool                         stopped;
    struct id_runs              *ids;            /* [partner] */
};

struct worker {
    struct reading    *reading;
    struct arena       arena;
    struct sums        sums;
    struct split       split;
    struct line_memory memory;
    struct quick       quick;
    char              *spare;
    struct block_ids  *ids;              /* [partner] */
    int32_t           *present;          /* partners of this block */
    size_t             presents;
    const struct block *block;
    struct ledger_line line;
    uint64_t           lines;            /* of the block so far: LFs */
    uint64_t           records;
    struct fault      *fault;
    size_t             faults, fault_room;
    uint64_t           faults_dropped;
    struct index       seen;             /* PASS_COMPARE */
    struct hash_piece *hashes;           /* PASS_COLLECT */
    enum err           err;
    struct trouble     trouble;
};

/* Judges the lines of worker->block: sums, faults, ids, whatever the pass asks for. */
MUST_USE enum err worker_take_block(struct worker *);

/* Settles what the block came to, and the blocks behind it that were waiting for it. */
MUST_USE enum err worker_settle(struct worker *);

#endif
