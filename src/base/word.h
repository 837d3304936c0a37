/*
 * base/word.h -- the nearest word to a mistyped one.
 */
#ifndef OCHIL_WORD_H
#define OCHIL_WORD_H

#include "base/base.h"

/* How many single slips turn one word into the other: a letter too many, too few or wrong, or
 * two neighbours swapped. Words are compared by bytes; what is longer than WORD_MAX counts as
 * entirely different. */
#define WORD_MAX 64
size_t word_distance(const char *one, const char *other);

/* The nearest so far to `typed`. Offer words one after the other; the first of equals stays. */
struct word_search {
    const char *typed;
    const char *nearest;     /* NULL: none is near enough to suggest */
    size_t      distance;
};

void word_offer(struct word_search *, const char *word);

#endif
