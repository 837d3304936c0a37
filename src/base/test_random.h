/*
 * base/test_random.h -- for tests only: chance that can be repeated.
 *
 *     struct chance chance = chance_of(test_seed);
 *     int64_t pence = chance_between(&chance, -1000, 1000);
 *
 * A law is tried on many cases that a seed decides. The seed is printed as a line of TAP
 * comment; `build/tests/apportion_test SEED CASES` runs the same cases again, or others. The
 * generator is splitmix64: 64 bits of state, the same numbers on every machine.
 */
#ifndef OCHIL_TEST_RANDOM_H
#define OCHIL_TEST_RANDOM_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/test_cases.h"

struct chance {
    uint64_t state;
};

/* Set by test_chance_open(). */
static uint64_t test_seed = 2014;
static long test_cases;

/* Takes the seed and the number of cases from the command line, if they are given there. */
static inline void test_chance_open(int count, char *const argument[], long cases)
{
    if (count > 1)
        test_seed = strtoull(argument[1], NULL, 10);
    test_cases = count > 2 ? strtol(argument[2], NULL, 10) : cases / TEST_CASES_DIVISOR;
    printf("# seed %llu, %ld cases\n", (unsigned long long)test_seed, test_cases);
}

static inline struct chance chance_of(uint64_t seed)
{
    return (struct chance){ seed };
}

static inline uint64_t chance_next(struct chance *chance)
{
    uint64_t mixed = chance->state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* From 0 to below `limit`. */
static inline size_t chance_below(struct chance *chance, size_t limit)
{
    assert(limit > 0);
    return (size_t)(chance_next(chance) % limit);
}

/* From `least` to `most`, both included. */
static inline int64_t chance_between(struct chance *chance, int64_t least, int64_t most)
{
    const uint64_t beyond_least = (uint64_t)most - (uint64_t)least;

    assert(least <= most);
    if (beyond_least == UINT64_MAX)
        return (int64_t)chance_next(chance);
    return (int64_t)((uint64_t)least + chance_next(chance) % (beyond_least + 1));
}

/* One time in `times`. */
static inline bool chance_one_in(struct chance *chance, size_t times)
{
    return chance_below(chance, times) == 0;
}

#endif
