/*
 * engine/fault.h -- refusals of the engine: what is wrong, where, and what to do about it.
 *
 * A fault has a file, the physical line on which the record starts, one code and the value
 * (contract, section 7). A faulty line shows its first fault only. Faults are collected, all of
 * one run, and written sorted; after FAULTS_SHOWN rows one row tells how many there are.
 */
#ifndef OCHIL_FAULT_H
#define OCHIL_FAULT_H

#include "base/arena.h"
#include "base/stream.h"

#define FAULTS_SHOWN 10000

/* In the order in which a ledger line is tested; the codes of the model follow. */
enum fault_code {
    FAULT_NONE,
    FAULT_ENCODING, FAULT_LINE_END, FAULT_QUOTE, FAULT_HEADER, FAULT_FIELDS, FAULT_ENTRY_ID,
    FAULT_PARTNER, FAULT_DUPLICATE, FAULT_DATE, FAULT_PERIOD, FAULT_AMOUNT, FAULT_ACCOUNT,
    FAULT_COST_CENTRE,
    FAULT_MISSING, FAULT_SETTING, FAULT_SERVICE, FAULT_POOL, FAULT_POOL_MIXED, FAULT_OVERLAP,
    FAULT_POOL_PERIOD, FAULT_BASIS, FAULT_BASIS_KIND, FAULT_BASIS_VALUE, FAULT_BASIS_NEGATIVE,
    FAULT_BASIS_ZERO, FAULT_BASIS_NOT_100, FAULT_BLEND_NOT_100, FAULT_BASIS_CYCLE,
    FAULT_SUPPORT_NO_OUTLET, FAULT_BEARER, FAULT_TREATMENT, FAULT_DUPLICATE_KEY, FAULT_THROUGH,
    FAULT_OVERFLOW, FAULT_LIMIT,
    FAULT_CODES
};

/* "BASIS_ZERO". */
const char *fault_name(enum fault_code);
/* One plain sentence for a finance officer: what it means and what to do. */
const char *fault_help(enum fault_code);

struct fault {
    int32_t         file;    /* rank in the order of the output; the file's name is kept apart */
    enum fault_code code;
    uint64_t        line;    /* 0: the file as a whole */
    struct text     value;
};

/* Ranks of files: blank first, then the model files in the order of the contract, then the
 * ledger files. */
enum file_rank {
    FILE_NONE, FILE_PARTNERSHIP, FILE_PARTNERS, FILE_SERVICES, FILE_POOLS, FILE_BASES,
    FILE_BASIS_VALUES, FILE_BLENDS, FILE_ACCOUNTS, FILE_COST_CENTRES, FILE_SUPPORT,
    FILE_CHARGED, FILE_CORRECTED, FILE_BILLED, FILE_BOOK
};

/* The names of the model files, by rank ("pools.csv"). */
extern const char *const model_file_name[FILE_BOOK];

struct faults {
    struct arena *arena;
    struct fault *fault;     /* the first FAULTS_SHOWN of each kind of file; unsorted */
    size_t        count;
    size_t        room;
    uint64_t      total;     /* of all, also of those not kept */
    const char  **book_file; /* "ledger/a.csv" ..., in order of rank; the book's name if none */
};

void faults_open(struct faults *, struct arena *);
/* Keeps a fault; the value is copied. */
void fault_add(struct faults *, int32_t file, uint64_t line, enum fault_code, struct text value);
/* Faults that were counted but not kept. */
void fault_count(struct faults *, uint64_t more);
bool fault_stands_at(const struct faults *, int32_t file, uint64_t line);
void faults_sort(struct faults *);
/* "pools.csv", "ledger/a.csv", "". */
const char *fault_file(const struct faults *, int32_t file);
/* The file errors.csv. Sorts first. */
MUST_USE enum err faults_write(struct faults *, struct sink *, struct trouble *);

#endif
