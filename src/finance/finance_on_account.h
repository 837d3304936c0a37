/*
 * finance/finance_on_account.h -- what is paid on account: recorded by the creditor, which leads
 * the service, confirmed by the debtor. Neither alone: the engine reads only what both have said.
 *
 *     payment_record()     the creditor says that it was paid, or asks for a reversal
 *     payment_answer()     the debtor confirms or refuses it, or the creditor withdraws it
 *     payments_billed()    billed.csv of a run up to a period (docs/engine.md, section 2)
 *
 * A payment belongs to a period, whatever day it was made: a run up to the period counts it. One
 * that is confirmed is never changed; it is reversed by another of the same amount with the other
 * sign, by the same two. The migration says the same laws again. A confirmation undoes what was
 * signed of a period that is not locked, if its run counted otherwise (finance_agreed.h).
 *
 * Inside a transaction, in any council's scope; texts live in `arena`.
 */
#ifndef OCHIL_FINANCE_ON_ACCOUNT_H
#define OCHIL_FINANCE_ON_ACCOUNT_H

#include "finance/finance_sign.h"
#include "money/money.h"
#include "store/council.h"

#define PAYMENT_WORDS_MOST 200
#define BILLED_FILE "billed.csv"

enum payment_state { PAYMENT_WAITING, PAYMENT_CONFIRMED, PAYMENT_REFUSED, PAYMENT_WITHDRAWN,
                     PAYMENT_STATES };
/* "confirmed": as the store writes it; "Confirmed by both": for people. */
const char *payment_state_word(enum payment_state);
const char *payment_state_title(enum payment_state);

struct payment {
    int64_t            id;
    struct period_place place;          /* that it is for */
    struct text        service;         /* its code */
    int64_t            creditor, debtor;
    int64_t            pence;
    struct text        reference;       /* of invoice or payment */
    struct db_day      paid_on;
    int64_t            reverses;        /* 0: none */
    struct moment      recorded_at, ended_at;
    struct text        recorded_by, ended_by, ended_why;
    enum payment_state state;
};

struct payments {
    struct payment *payment;            /* the earliest period first */
    size_t          count;
};

MUST_USE enum err payments_load(struct tx *, struct arena *, struct text year, struct payments *,
                                struct trouble *);
/* ERR_MISSING: there is none. */
MUST_USE enum err payment_load(struct tx *, struct arena *, int64_t id, struct payment *,
                               struct trouble *);

/* The services that a council leads by the cost model that is agreed for a period. */
struct led_services {
    struct text *code, *name;
    size_t       count;
};
MUST_USE enum err services_led(struct tx *, struct arena *, const struct councils *,
                               const struct period_place *, struct text council,
                               struct led_services *, struct trouble *);

/* Of the acting council as creditor. ERR_CONFLICT: a sentence for people says why not. */
MUST_USE enum err payment_record(struct tx *, struct arena *, const struct happening *,
                                 const struct actor *, const struct payment *, int64_t *id,
                                 struct trouble *);
/* The same amount with the other sign, for an entry of the acting council's that is confirmed. */
MUST_USE enum err payment_reverse(struct tx *, struct arena *, const struct happening *,
                                  const struct actor *, int64_t reversed, struct text reference,
                                  int64_t *id, struct trouble *);
/* Confirmed or refused by the debtor, withdrawn by the creditor. */
MUST_USE enum err payment_answer(struct tx *, struct arena *, const struct happening *,
                                 const struct actor *, int64_t id, enum payment_state,
                                 struct text why, struct trouble *);

/* With its header; empty: nothing was confirmed up to the period, 0 to 12. */
MUST_USE enum err payments_billed(struct tx *, struct arena *, const struct period_place *,
                                  struct text *billed, struct trouble *);
/* Has the run counted what is confirmed up to its period today? */
MUST_USE enum err run_is_billed(struct tx *, struct arena *, int64_t run,
                                const struct period_place *, bool *same, struct trouble *);

#endif
