/*
 * finance/finance_bundle.h -- the evidence of a locked period: its bundle (engine/bundle.h), made
 * from what the locked run was made of, and signed by each council on a machine of its own.
 *
 *     period_bundle_work()     the job behind the lock: makes it, and keeps a copy for each council
 *     period_recount_work()    a job for whoever doubts: makes it again, compares, and reads the
 *                              chain of the trail anew
 *
 * Nothing is taken from today. What both agreed, and what was charged before, the run has kept; of
 * each council's map the version that went into it; of the extracts the lines that their imports
 * have kept, or for a recount the very extracts, converted anew, each by the profile that it was
 * taken in with. So what was locked can be worked out again at any later
 * time, and is: a bundle whose files are not byte for byte those of the locked run is none.
 *
 * In it are the lines in scope, without descriptions and excluded lines; which council keeps it
 * makes no difference to a byte.
 *
 * While the job works, ledger lines stand open on the server's disk, in a folder that only its own
 * account can read; it is deleted whatever happens, or by the system, with everything in the
 * temporary folder, if the server is killed in between.
 *
 * Read next: finance_sign.h, engine/bundle.h, docs/months.md.
 */
#ifndef OCHIL_FINANCE_BUNDLE_H
#define OCHIL_FINANCE_BUNDLE_H

#include "finance/finance_copy.h"
#include "finance/finance_sign.h"
#include "formats/sha256.h"
#include "store/council.h"
#include "store/job_run.h"

#define PERIOD_RECOUNT_JOB "period.recount"

/* Of every council, in their order. */
struct bundle_desks {
    const struct extract_desk    *desk;
    size_t                        count;
    const struct minisign_public *server;       /* with which checkpoints of the trail are signed */
};

MUST_USE enum err period_bundle_work(struct job_run *, const struct bundle_desks *,
                                     struct trouble *);
MUST_USE enum err period_recount_work(struct job_run *, const struct bundle_desks *,
                                      struct trouble *);

/* A copy, as it is kept. */
struct period_bundle {
    int64_t       council, bytes;
    struct text   evidence, sha256, digest;     /* hex */
    struct moment made_at;
};

struct period_bundles {
    struct period_bundle *bundle;
    size_t                count;
};

MUST_USE enum err period_bundles_load(struct tx *, struct arena *, const struct period_place *,
                                      struct period_bundles *, struct trouble *);

/* The council's; NULL: it has none. */
const struct period_bundle *period_bundle_of(const struct period_bundles *, int64_t council);

/* A council's signature under the bundle. */
struct bundle_signature {
    int64_t       council;
    struct text   key;              /* the public key, as minisign writes it */
    struct text   signature;        /* the .minisig file */
    struct moment taken_at;
    struct text   taken_by;
};

struct bundle_signatures {
    struct bundle_signature *signature;
    size_t                   count;
};

MUST_USE enum err bundle_signatures_load(struct tx *, struct arena *, const struct period_place *,
                                         struct bundle_signatures *, struct trouble *);

/* Takes the acting council's signature in. ERR_USAGE: it is none of this bundle by the key that the
 * council has named (council_key_list()), as the message says. ERR_CONFLICT: there is one already,
 * or no bundle yet. */
MUST_USE enum err bundle_signature_add(struct tx *, struct arena *, const struct period_deed *,
                                       struct text code, struct text signature,
                                       struct trouble *);

/* Asks for a recount, for the acting council, unless one is at work. */
MUST_USE enum err period_recount_begin(struct tx *, struct arena *, const struct period_deed *,
                                       struct trouble *);

struct period_recount {
    struct moment asked_at;
    struct text   asked_by;
    bool          ended, same;
    struct text   outcome;
};
struct period_recounts {
    struct period_recount *recount;     /* the newest first */
    size_t                 count;
};
MUST_USE enum err period_recounts_load(struct tx *, struct arena *, int64_t council,
                                       const struct period_place *, struct period_recounts *,
                                       struct trouble *);

/* "2014-15-P03.ochil.zip" */
const char *bundle_name(struct arena *, const struct period_place *);

/* What there is behind a locked month: each council's bundle, the signatures, and how the council
 * that asks worked it out again. */
struct period_evidence {
    struct period_bundles    bundles;
    struct bundle_signatures signatures;
    struct period_recounts   recounts;
};
MUST_USE enum err period_evidence_load(struct tx *, struct arena *, int64_t council,
                                       const struct period_place *, struct period_evidence *,
                                       struct trouble *);

#endif
