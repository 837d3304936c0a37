/*
 * finance/finance_run_model.h -- a run, worked out: the engine over model files and sums,
 * without a line of any ledger.
 *
 *     run_work_out()     the files of a close, or errors.csv; and what to keep of the inputs
 *     run_model_open()   from what was kept: the partnership, settled again, for its figures
 *
 * A line counts by its partner, account, cost centre and period, so the sums by these give what
 * the lines give. What is kept stands for them without a council's codes: of each slot (who paid,
 * treatment, pool, bearer; engine/model.h) a cost centre "1", "2", ..., of each group an account,
 * with the sums of each period. The same engine makes the same bytes of it.
 *
 * Pure; everything lives in `arena`, GMP's numbers apart: whoever opens closes.
 *
 * Read next: finance_run_job.c (where it comes from), engine/partnership.h.
 */
#ifndef OCHIL_RUN_MODEL_H
#define OCHIL_RUN_MODEL_H

#include "engine/partnership.h"

struct run_sum {
    struct text partner, cost_centre, account;      /* codes */
    int32_t     period;                             /* of the year, 0 to 12 */
    uint64_t    lines;
    int64_t     pence;
};

struct run_question {
    const struct memory_file *file;     /* the model's: "partnership.csv" ... */
    size_t                    files;
    const struct run_sum     *sum;
    size_t                    sums;
    enum book                 book;
    const char               *through;  /* "2014-15/P03" */
};

struct run_answer {
    bool                refused;
    uint64_t            faults;         /* how many */
    uint64_t            lines;          /* of all sums */
    struct memory_file *file;           /* as `ochil close` writes them; errors.csv alone */
    size_t              files;
    struct memory_file *input;          /* "input/pools.csv" ...; none when it was refused */
    size_t              inputs;
};

/* ERR_IO: memory. */
MUST_USE enum err run_work_out(struct arena *, const struct run_question *, struct run_answer *,
                               struct trouble *);

/* A run as it was, to be asked. */
struct run_model {
    struct memory_source     source;
    struct partnership       partnership;
    struct settlement_result result;
};

/* `input` as it was kept. ERR_CHECK: the engine refuses it now; its rules are others. Close it in
 * any case. */
MUST_USE enum err run_model_open(struct arena *, const struct memory_file *input, size_t inputs,
                                 enum book, const char *through, struct run_model *,
                                 struct trouble *);
void run_model_close(struct run_model *);

#endif
