/*
 * store/trail_audit.h -- is the kept trail what was written into it?
 *
 * Walks all of it: texts, contents, hashes, openings, who may read what, the head with its tree,
 * checkpoints and every signature. A byte that somebody changed in one of those rows is found, and
 * the entry named; so is a row that is gone, unless it was the opening of a sealed value. What
 * cannot be found from the store alone is a store that was replaced whole, by an older one or by
 * one written anew with the server's key: that is what councils keep checkpoints for.
 *
 * It reads in short transactions (trail_page.h) up to the entry that was the last at its
 * beginning, and may run beside everything else.
 */
#ifndef OCHIL_TRAIL_AUDIT_H
#define OCHIL_TRAIL_AUDIT_H

#include "formats/minisign.h"
#include "store/db.h"

struct trail_audited {
    uint64_t    entries, openings, checkpoints, signatures;     /* that are good */
    uint64_t    fault_entry;    /* 0: what stands beside the entries */
    const char *fault_said;     /* one sentence, in the arena; NULL: nothing is wrong */
};

/* `server` is the server's key as the keyring has it. ERR_CHECK: something is wrong, see the
 * report; the trouble says it with the entry. */
MUST_USE enum err trail_audit(struct db *, struct arena *, const struct minisign_public *server,
                              struct trail_audited *, struct trouble *);

#endif
