/*
 * engine/unmapped.h -- the accounts and cost centres of the ledgers that the model does not know.
 *
 * A close names every faulty line; this sums them up by code, so that whoever maps the codes
 * can begin with what weighs most. A line that lacks both its account and its cost centre
 * counts for both, though a close shows only its first fault. Lines with any other fault are left
 * out; that an entry id stands twice is not looked at.
 */
#ifndef OCHIL_UNMAPPED_H
#define OCHIL_UNMAPPED_H

#include "engine/partnership.h"

enum unmapped_kind { UNMAPPED_ACCOUNT, UNMAPPED_COST_CENTRE };

struct unmapped {
    enum unmapped_kind kind;
    int32_t            partner;
    struct text        code;
    uint64_t           lines;
    wide               pence;
    wide               turnover;      /* the same without signs */
    int32_t            first, last;   /* periods of the year, 0 to 12, of its lines */
    uint16_t           periods;       /* a bit for each of them that has lines */
};

struct unmapped_list {
    struct unmapped *unmapped;        /* largest turnover first, then most lines */
    size_t           count, room;
    uint64_t         lines;           /* read */
    uint64_t         faulty;          /* with another fault: these were not looked at */
};

/* Reads the lines of a partnership that has been loaded and is usable. */
MUST_USE enum err unmapped_find(const struct partnership *, const struct progress_watch *,
                                struct unmapped_list *, struct trouble *);

#endif
