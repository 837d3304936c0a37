/*
 * engine/partnership.h -- a partnership that has been read: model, sums, shares, faults.
 *
 * What close, whatif, explain, bundle and verify all begin with. Reading has two steps, so that
 * a caller may stop after the model (a listing of its codes needs no ledger):
 *
 *     partnership_load()     the model files, the list of ledger files, --through
 *     partnership_read()     every ledger line, and what depends on periods
 *     partnership_settle()   if there are no faults
 *     partnership_close()
 *
 * Everything lives in the caller's arena but GMP's numbers, which partnership_close() gives back.
 * The caller has an ARENA_GUARD on the arena.
 */
#ifndef OCHIL_PARTNERSHIP_H
#define OCHIL_PARTNERSHIP_H

#include "engine/settle.h"

struct partnership {
    struct arena      *arena;
    struct source     *source;
    enum book          book;
    struct model       model;
    struct book_files  files;
    struct faults      faults;
    bool               usable;           /* there is a year: the rest was tested */
    bool               through_given;
    int32_t            through;          /* 0 to 12 */
    struct sums        sums;
    struct share_table shares;
    bool               has_shares;
};

/* `through` may be NULL. */
MUST_USE enum err partnership_load(struct partnership *, struct source *, struct arena *,
                                   enum book, const char *through, struct trouble *);

MUST_USE enum err partnership_read(struct partnership *, int threads, bool hashes,
                                   const struct progress_watch *, struct trouble *);

static inline bool partnership_is_refused(const struct partnership *partnership)
{
    return partnership->faults.total > 0;
}

/* Tests what depends on periods again, for sums that were read with another model of the same
 * codes (what if), and works the shares out when there is no fault. */
void partnership_share(struct partnership *);

/* Settles; an amount past 64 bits becomes a fault (OVERFLOW). */
MUST_USE enum err partnership_settle(struct partnership *, struct penny_watch *,
                                     struct settlement_result *, struct trouble *);

void partnership_close(struct partnership *);

#endif
