/*
 * finance/finance_proof.h -- do the files of a run agree with each other?
 *
 * The engine writes them from one settlement, so they do; here that is not believed but added up
 * again, from the very bytes that are signed and become bill and journals:
 *
 *   conservation   what is borne is what was paid, of every kind, pool, period and group
 *   balance        each council's journal has as much debit as credit, by period and service
 *   mirror         the journals together move nothing: what one council books, the others book the
 *                  other way, by period and service
 *   bill           what a council owes by the bill is its net by the settlement
 *
 * Pure: bytes in, sentences out, which live in `arena`.
 */
#ifndef OCHIL_FINANCE_PROOF_H
#define OCHIL_FINANCE_PROOF_H

#include "base/arena.h"
#include "base/text.h"

struct run_output {
    struct text name, bytes;        /* "settlement.csv" */
};

/* NULL: it holds. Else where it does not, first of all places. */
struct run_proof {
    const char *unreadable;         /* then nothing else is known */
    const char *conservation, *balance, *mirror, *bill;
};

void run_proof_make(struct arena *, const struct run_output[], size_t count, struct run_proof *);

#endif
