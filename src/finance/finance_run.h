/*
 * finance/finance_run.h -- runs: what a year's lines come to for each council, up to a period.
 *
 *     money_run_begin()    puts a job into the queue; refused while something is not agreed
 *     money_run_load()     what became of it
 *     money_run_file()     the engine's own files, as it wrote them
 *
 * A run changes nothing: it charges nobody, and there may be as many as people like. It is worked
 * out from what both agreed, each council's map and the sums of what it took in, and keeps all of
 * that but the councils' codes, so that any figure of it can be worked out again
 * (finance_run_model.h). What both see is joint; whose ledger a sum comes from is known, from which
 * cost centre is not.
 *
 * The files are byte for byte those of `ochil close` over the same inputs, without certificate:
 * settlement.csv, bill.csv, journal-CODE.csv, pennies.csv, totals.csv, corrections.csv and
 * true_up.csv where there are such; errors.csv alone when it was refused.
 *
 * States   waiting   its job is not through
 *          closed    there is a settlement
 *          refused   the engine refused the inputs, as errors.csv says
 *          same      nothing has changed since the run `same_as`, which stands: no files
 *          failed    something broke; to be tried again
 *
 * Inside a transaction, in any council's scope; texts live in `arena`.
 *
 * Read next: finance_settlement_rows.h (the files as rows), finance_run_model.h, finance_run_job.c.
 */
#ifndef OCHIL_MONEY_RUN_H
#define OCHIL_MONEY_RUN_H

#include "base/stream.h"
#include "engine/ledger.h"
#include "finance/finance_joint_model.h"
#include "identity/actor.h"
#include "store/job_run.h"

#define MONEY_RUN_JOB "money.run"

enum run_state { RUN_WAITING, RUN_CLOSED, RUN_REFUSED, RUN_SAME, RUN_FAILED, RUN_STATES };

/* "waiting": as the store writes it; "being worked out": for people. */
const char *run_state_word(enum run_state);
const char *run_state_title(enum run_state);

struct money_run {
    int64_t        id;
    struct text    year;
    int64_t        through;         /* the last period settled, 1 to 13 */
    enum book      book;
    enum run_state state;
    int64_t        job;             /* of `made_for` */
    int64_t        made_for;        /* council */
    struct moment  made_at, ended_at;       /* { 0 }: not yet */
    struct text    made_by;
    struct text    outcome;         /* a sentence; empty until it has ended */
    int64_t        lines, faults;
    struct text    inputs;          /* SHA-256 of all that went in, in hex; or empty */
    int64_t        same_as;         /* 0: none */
};

struct money_runs {
    struct money_run *run;          /* the newest first */
    size_t            count;
};

/* What is missing before a year can be run up to a period: sentences, none if nothing is. What is
 * agreed counts as it is in force on the period's last day. */
struct run_gaps {
    struct joint_gap *gap;
    size_t            count;
};
MUST_USE enum err money_run_gaps(struct tx *, struct arena *, struct text year, int64_t through,
                                 enum book, struct run_gaps *, struct trouble *);

/* `*id` of the run that will be. ERR_REFUSED: something is missing; the message is the first of the
 * gaps. ERR_USAGE: no such period. ERR_MISSING: no such year.
 * ERR_CONFLICT: the period is locked already. */
MUST_USE enum err money_run_begin(struct tx *, struct arena *, const struct happening *,
                                  const struct actor *, struct text year, int64_t through,
                                  enum book, int64_t *id, struct trouble *);

/* ERR_MISSING: no such run. */
MUST_USE enum err money_run_load(struct tx *, struct arena *, int64_t id, struct money_run *,
                                 struct trouble *);
/* All of a year, whatever became of them. */
MUST_USE enum err money_runs_load(struct tx *, struct arena *, struct text year,
                                  struct money_runs *, struct trouble *);
/* The last one that closed up to a period. ERR_MISSING: none has. */
MUST_USE enum err money_run_last(struct tx *, struct arena *, struct text year, enum book,
                                 int64_t through, struct money_run *, struct trouble *);
/* The one before: closed, of the same year, book and period. ERR_MISSING: there is none. */
MUST_USE enum err money_run_before(struct tx *, struct arena *, const struct money_run *,
                                   struct money_run *, struct trouble *);
/* What a job is for. ERR_MISSING: nothing. */
MUST_USE enum err money_run_of_job(struct tx *, struct arena *, int64_t council, int64_t job,
                                   struct money_run *, struct trouble *);

/* A file of it, "settlement.csv". ERR_MISSING: it has none of this name. */
MUST_USE enum err money_run_file(struct tx *, struct arena *, int64_t run, const char *name,
                                 struct text *bytes, struct trouble *);

/* Names, sizes and SHA-256 of all its files, its inputs ("input/...") too. */
struct run_file {
    struct text name, sha256;
    int64_t     size;
};
MUST_USE enum err money_run_files_load(struct tx *, struct arena *, int64_t run,
                                       struct run_file **, size_t *count, struct trouble *);

/* Its inputs, as run_model_open() takes them. */
MUST_USE enum err money_run_inputs_load(struct tx *, struct arena *, int64_t run,
                                        struct memory_file **, size_t *count, struct trouble *);

/* What went in. */
struct run_part {
    int64_t     council;        /* whose; 0: what both agreed */
    struct text kind;           /* "import", "map", "basis", "cost-model" */
    struct text subject;        /* the import's number, the basis' code, the year */
    int64_t     version;
    struct text sha256;         /* of its bytes; empty where the version says it all */
};
MUST_USE enum err money_run_parts_load(struct tx *, struct arena *, int64_t run,
                                       struct run_part **, size_t *count, struct trouble *);

/* The job. */
MUST_USE enum err money_run_work(struct job_run *, struct db *, struct trouble *);

#endif
