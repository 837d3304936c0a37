/*
 * engine/model.h -- a partnership: who shares what, led by whom, on which basis, from when.
 *
 * The model is what the files of a partnership folder say (contract, section 2) once every row
 * has been tested. Things are numbers here, in the order in which their files list them; codes
 * are kept for the output. It is read by many threads and changed by none.
 *
 * Read next: model_import.c (rows become the model, or faults), then share.h.
 */
#ifndef OCHIL_MODEL_H
#define OCHIL_MODEL_H

#include "base/index.h"
#include "base/stream.h"
#include "engine/fault.h"
#include "engine/period.h"
#include "formats/sha256.h"
#include "money/apportion_rules.h"

#define PARTNERS_MAX 64
#define POOLS_MAX 500
#define COST_CENTRES_MAX 10000            /* for each partner */
#define LINES_MAX UINT64_C(50000000)
#define MODEL_FILE_BYTES_MAX ((size_t)512 * 1024 * 1024)

enum rounding { ROUNDING_YEAR_TO_DATE, ROUNDING_PERIOD };
enum settlement { SETTLEMENT_NET, SETTLEMENT_GROSS };
enum support_method { SUPPORT_RECIPROCAL, SUPPORT_STEP_DOWN, SUPPORT_DIRECT };

/* In byte order of their names, since output is sorted so. EXCLUDED is a treatment only. */
enum kind { KIND_COMMON, KIND_DIRECT, KIND_INITIATIVE, KIND_SUPPORT, KIND_EXCLUDED, KINDS };

extern const char *const kind_name[KINDS];

/* Periods first to last, both included. */
struct span {
    period_number from, to;
};

struct partner {
    struct text code, name;
    int32_t     cost_centres;              /* how many it has */
};

struct service {
    struct text code, name;
    int32_t     lead;                      /* partner; -1 if its row is faulty */
};

struct pool_row {
    struct span span;
    int32_t     basis;                     /* -1 on a support pool */
    uint32_t    line;                      /* in pools.csv */
    bool        faulty;                    /* out of effect; it still overlaps */
};

struct pool {
    struct text      code, name;
    int32_t          service;              /* -1: no row names a known one */
    enum kind        kind;                 /* common or support */
    uint32_t         line;                 /* of its first row in pools.csv */
    bool             kind_known;           /* false: its first row is faulty there */
    bool             faulty;               /* some row is: not tested by period */
    bool             seen;                 /* a row of it has been read */
    struct text      first_service;        /* of its first row whose service stands, */
    enum kind        first_kind;           /* and that row's kind */
    struct pool_row *row;
    size_t           rows, rows_room;
};

enum basis_kind { BASIS_MEASURE, BASIS_FIXED, BASIS_EQUAL, BASIS_BLEND, BASIS_TOLERANCE };

extern const char *const basis_kind_name[5];

/* A dated value: of a basis for a partner, or of a driver towards a pool. It holds from its
 * period until the next one of the same series. */
struct dated_value {
    period_number from;
    mpq_t         value;
    struct text   written;                 /* as in the file */
    uint32_t      line;                    /* in basis_values.csv or support.csv */
};

struct series {
    struct dated_value *dated;             /* ascending */
    size_t              count, room;
};

struct component {
    int32_t basis;
    mpq_t   weight;                        /* per cent */
};

struct basis {
    struct text       code, name, unit, source;
    enum basis_kind   kind;
    uint32_t          line;
    bool              kind_known;
    bool              faulty;
    bool              seen;                /* its first row has been read */
    bool              on_cycle;            /* made of itself */
    int32_t           places;              /* -1: exact */
    mpq_t             tolerance;
    int32_t           estimate, actual;
    struct series    *value;               /* [partner]; measure and fixed only */
    struct component *component;
    size_t            components, components_room;
};

/* A support pool's driver towards one receiver. */
struct driver {
    int32_t       pool, receiver;
    struct series series;
};

/* What a cost centre's cost is: a row of cost_centres.csv, seen from the paying partner. Rows
 * that mean the same share a slot. */
struct slot {
    int32_t   partner;                     /* that paid */
    enum kind kind;
    int32_t   pool;                        /* -1: excluded */
    int32_t   bearer;                      /* -1: by share, or nobody */
};

struct centre_row {
    struct text account;                   /* blank: any */
    struct span span;
    int32_t     slot;                      /* -1: faulty, not in effect */
    int32_t     next;                      /* row of the same cost centre, or -1 */
    uint32_t    line;
};

struct centre {
    struct text code;
    int32_t     partner;
    int32_t     row;                       /* first of its rows */
    int32_t     plain_slot;                /* >= 0: the one row, whole year, any account */
};

struct charged_row {
    enum kind   kind;
    int32_t     pool;
    int32_t     period;                    /* index in the year, 0 to 12 */
    int32_t     carried_in;                /* corrected.csv only */
    int32_t     group;
    int32_t     partner;
    wide        borne, paid;
};

struct billed_row {
    int32_t service, partner;
    wide    amount;
};

struct model_file {
    bool        there;                     /* it exists */
    bool        usable;                    /* and its header is right */
    struct text bytes;
    uint64_t    lines;                     /* records behind the header */
    struct sha256_sum sum;
};

struct model {
    struct arena       *arena;
    struct text         name;
    int32_t             year;
    enum rounding       rounding;
    enum remainder      remainder;
    enum settlement     settlement;
    enum support_method support_method;
    struct partner     *partner;
    size_t              partners, partners_room;
    struct service     *service;
    size_t              services, services_room;
    struct pool        *pool;
    size_t              pools, pools_room;
    struct basis       *basis;
    size_t              bases, bases_room;
    struct driver      *driver;
    size_t              drivers, drivers_room;
    struct text        *group;             /* subjective groups, first seen first */
    size_t              groups, groups_room;
    struct slot        *slot;
    size_t              slots, slots_room;
    struct centre      *centre;
    size_t              centres, centres_room;
    struct centre_row  *centre_row;
    size_t              centre_rows, centre_rows_room;
    struct charged_row *charged, *corrected;
    size_t              charged_rows, corrected_rows, charged_room, corrected_room;
    struct billed_row  *billed;
    size_t              billed_rows, billed_room;
    int32_t             locked;            /* periods 0..locked-1 of the year are locked */
    bool                has_charged, has_corrected, has_billed;
    struct index        partner_index, service_index, pool_index, basis_index, group_index;
    struct index        account_index;     /* (partner, account) -> group */
    struct index        centre_index;      /* (partner, cost centre) -> centre */
    struct index        slot_index, driver_index;
    struct model_file   file[FILE_BOOK];
};

/*
 * Reads and tests every model file of a partnership. Faults are collected; trouble (a file that
 * cannot be read) is returned. false in `*usable`: no usable partnership.csv, nothing else was
 * tested. Book files are listed by the caller. `book_locks` is true for the book "ledger": only
 * then charged.csv, corrected.csv and billed.csv are read.
 */
MUST_USE enum err model_load(struct source *, struct arena *, bool book_locks,
                             struct faults *, struct model *, bool *usable, struct trouble *);

/* Whether a file is there and has its header, so that tests against it can be made. */
static inline bool model_has(const struct model *model, enum file_rank rank)
{
    return model->file[rank].usable;
}

/* The header row of a model file, without its line end. */
const char *model_file_header(enum file_rank);

/* GMP numbers of the model are not in its arena: give them back. */
void model_close(struct model *);

/* The value in force at a period, or NULL. */
const struct dated_value *series_at(const struct series *, period_number);

/* The row of a pool in force, or NULL. */
const struct pool_row *pool_at(const struct pool *, period_number);

/* The row of cost_centres.csv that treats this account in this period, or NULL. A row that
 * names the account wins while it is in force (fine print 8). */
const struct centre_row *centre_at(const struct model *, const struct centre *,
                                   struct text account, period_number);

#endif
