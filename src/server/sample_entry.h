/*
 * server/sample_entry.h -- entries of registers as a sample store has them (sample.h): recorded,
 * shared and answered as people do it, by the registers' own rules.
 */
#ifndef OCHIL_SAMPLE_ENTRY_H
#define OCHIL_SAMPLE_ENTRY_H

#include "identity/actor.h"
#include "register/register_rules.h"
#include "store/council.h"

#define SAMPLE_VALUES_MAX 14

/* What an office of the council at this place does with an entry: writes fields, takes a step. */
struct sample_turn {
    size_t      council;
    const char *office, *event, *why;
    const char *value[SAMPLE_VALUES_MAX];
};

/* An entry of the council at this place: whose office records it, who sees it, and its fields, each
 * "name=words". A day is "+30": so many days from the day on which the sample is made. */
struct sample_entry {
    const char  *one;           /* the register */
    size_t       council;
    const char  *office;
    enum sharing sharing;
    const char  *value[SAMPLE_VALUES_MAX];
    const struct sample_turn *turn;     /* up to one without an event; NULL: none */
};

/* ERR_BUG: a rule of its register refuses one. Sets the transaction's scope. */
MUST_USE enum err sample_entries_add(struct tx *, struct arena *, const struct happening *,
                                     const struct councils *, const struct sample_entry *,
                                     size_t count, struct trouble *);

#endif
