/*
 * finance/finance_joint_model.h -- a joint year as the engine reads it: what both councils
 * agreed, and each council's own map.
 *
 *     joint_model_agreed()    cost model and bases in force on a day     any council's scope
 *     joint_model_period()    are extracts and maps there for a period?  any council's scope
 *     joint_model_council()   a council's map                            its scope, once for each
 *     joint_model_whole()     the maps together: model->file is fit for partnership_load()
 *
 * What is missing is no error but a gap, with the council whose doing it is: without gaps a year
 * may be run. What is agreed has been through the engine's reader here (finance_joint_files.h); a
 * fault of it is a gap, too.
 *
 * A version is in force from its first day on (register/two_key_rules.h), by all that is agreed
 * today: whoever wants a bill again asks the run that made it, which keeps the parts.
 *
 * Everything lives in `arena`, and the model must stay where it is; a transaction that is tried
 * again may call again with the same model.
 *
 * Read next: finance_joint_files.h, finance_basis.h.
 */
#ifndef OCHIL_FINANCE_JOINT_MODEL_H
#define OCHIL_FINANCE_JOINT_MODEL_H

#include "finance/finance_map.h"
#include "finance/finance_joint_files.h"
#include "formats/sha256.h"
#include "register/two_key_store.h"

#define BASIS_KIND "basis"
#define COST_MODEL_KIND "cost-model"

/* What a council sees of the other's lines. */
enum joint_sight { SIGHT_SHARED, SIGHT_NONE, SIGHT_ALL, SIGHTS };
/* "shared": of cost that it bears a share of, without descriptions. */
const char *joint_sight_word(enum joint_sight);

struct joint_gap {
    struct text council;            /* whose doing is missing: its code; empty: both's */
    const char *what;               /* "cost-model", "basis", "map", "extract", "proposal" */
    struct text subject;            /* "ROLL", "2014-15" */
    const char *words;              /* a sentence for people */
};

/* What it was made of; kept with a run. */
struct joint_part {
    int64_t     council;            /* 0: joint */
    const char *kind;               /* "cost-model", "basis", "map" */
    struct text subject;            /* "ROLL"; of cost model and map: the year */
    int64_t     version;
    int64_t     id;                 /* of the proposal; of a map 0 */
    char        sha256[SHA256_HEX_SIZE];    /* of what it says */
};

struct joint_map {
    int64_t          council;
    struct money_map map;
    uint64_t         before[2];     /* lines of the joint accounts.csv and cost_centres.csv ahead of
                                       its own: joint_model_whole() */
};

struct joint_model {
    struct memory_file *file;
    size_t              files;
    struct joint_part  *part;
    size_t              parts;
    struct joint_gap   *gap;
    size_t              gaps;       /* none: it may be run */
    /* From joint_model_agreed() on. */
    struct text             year;
    struct councils         councils;
    enum joint_sight        sight;
    struct joint_words      words;
    struct joint_files      agreed;
    struct joint_map       *map;
    size_t                  maps;
};

/* The last day of a period, 0 to 12, of a year: what is in force on it is what counts for the
 * period. Of the final accounts it is 31 March, too. False: not a year. */
MUST_USE bool joint_period_day(struct text year, int index, struct db_day *);

MUST_USE enum err joint_model_agreed(struct tx *, struct arena *, const struct councils *,
                                     struct text year, struct db_day day, struct joint_model *,
                                     struct trouble *);

/* Adds gaps of the period, 0 to 12: nothing taken in, codes without a row. */
MUST_USE enum err joint_model_period(struct tx *, struct arena *, int index,
                                     struct joint_model *, struct trouble *);

MUST_USE enum err joint_model_council(struct tx *, struct arena *, const struct council *,
                                      struct joint_model *, struct trouble *);

void joint_model_whole(struct arena *, struct joint_model *);
/* errors.csv of that model with each fault of a map at its council's own file and line: nobody but
 * the run has the maps together. "CLK/accounts.csv,7,...". */
MUST_USE enum err joint_model_own_faults(struct arena *, const struct joint_model *,
                                         struct text *errors, struct trouble *);

/* All agreed and open proposals of a kind between the councils; `subject` empty: of any. Any
 * council's scope; its own drafts are not among them. */
struct joint_proposals {
    struct two_key_proposal *proposal;      /* the newest first */
    size_t                   count;
};
MUST_USE enum err joint_proposals_load(struct tx *, struct arena *, const struct councils *,
                                       const char *kind, struct text subject,
                                       struct joint_proposals *, struct trouble *);

/* In force on the day; NULL: none. */
const struct two_key_proposal *joint_in_force(const struct joint_proposals *, struct text subject,
                                              struct db_day);

#endif
