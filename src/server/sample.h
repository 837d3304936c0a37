/*
 * server/sample.h -- a store to try Ochil out: two councils with an account for every role in
 * each, all with one published password, and no second factor. Nothing in it is real, every page
 * says so, and `ochil init --sample` alone makes it.
 *
 * OUR data: posts of two councils as the papers divide the work, and no people.
 */
#ifndef OCHIL_SAMPLE_H
#define OCHIL_SAMPLE_H

#include <stdio.h>

#include "identity/actor.h"
#include "store/council.h"

#define SAMPLE_PASSWORD "ochil sample password"

/* The two councils of examples/. */
extern const struct councils sample_councils;

/* Its accounts and their roles, in the transaction that begins the store. */
MUST_USE enum err sample_fill(struct tx *, struct arena *, const struct happening *,
                              const struct councils *, struct text password_kept,
                              struct trouble *);

/* What stands in the registers, in the same transaction, behind the accounts. */
MUST_USE enum err sample_entries_fill(struct tx *, struct arena *, const struct happening *,
                                      const struct councils *, struct trouble *);

/* "finance.clk@demo.example" */
struct text sample_login(struct arena *, const char *office, struct text code);

/* Who can sign in, as a table. */
void sample_tell(const struct councils *, struct arena *, FILE *);

#endif
