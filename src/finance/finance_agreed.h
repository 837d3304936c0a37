/*
 * finance/finance_agreed.h -- what the councils agree together has changed: a basis or cost model
 * by both keys, a payment on account by its two. What was signed of a period that is not locked,
 * under a run of what was agreed before, is undone (finance_sign.h), as it is when a map changes;
 * other periods' signatures stand.
 *
 * Inside a writing transaction, behind the change, in any council's scope.
 */
#ifndef OCHIL_FINANCE_AGREED_H
#define OCHIL_FINANCE_AGREED_H

#include "finance/finance_facts.h"
#include "register/two_key_store.h"

/* Who turned the last key, and what was agreed by it: a sentence without its full stop. */
struct agreed_change {
    const struct happening *happening;
    int64_t                 council;
    struct text             login;
    const char             *why;
};
MUST_USE enum err agreed_undo(struct tx *, struct arena *, const struct agreed_change *,
                              struct trouble *);

/* The effect of a proposal of basis or cost model (register/two_key_kind.h). */
enum err agreed_effect(struct tx *, struct arena *, const struct two_key_act *,
                       const struct two_key_proposal *, struct trouble *);

#endif
