/*
 * A relay: whatever number of threads there is and however long each step takes, pieces are
 * worked on once each and settled in order; the first failure in that order is told, and nothing
 * behind it is settled.
 */
#include "extract/relay.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <cmocka.h>

#include "base/test_random.h"

#define PIECES_MAX 200
#define NEVER      UINT64_MAX

/* Which piece fails, and in which step. */
struct course {
    uint64_t      pieces, bring_fails, work_fails, settle_fails;
    uint64_t      brought, settled;
    uint64_t      in_place[RELAY_PLACES_MAX];
    atomic_int    worked[PIECES_MAX];
    atomic_int    bringing, settling;
    atomic_bool   wrong;         /* only the first thread may assert */
    uint64_t      delays;
};

static void expect(struct course *course, bool right)
{
    if (!right)
        atomic_store(&course->wrong, true);
}

/* Now and then lets the others go first, for long enough to do several steps. */
static void dawdle(const struct course *course, uint64_t piece, uint64_t step)
{
    struct chance chance = chance_of(course->delays + 3 * piece + step);

    for (int i = chance_next(&chance) % 16 == 0 ? 100 : 0; i > 0; i--)
        (void)sched_yield();
}

static enum err bring(void *context, size_t place, bool *end, struct trouble *trouble)
{
    struct course *course = context;

    expect(course, atomic_fetch_add(&course->bringing, 1) == 0);
    dawdle(course, course->brought, 0);
    expect(course, atomic_fetch_sub(&course->bringing, 1) == 1);
    if (course->brought == course->bring_fails)
        return (fail)(trouble, ERR_IO, "bringing %d", (int)course->brought);
    *end = course->brought == course->pieces;
    course->in_place[place] = course->brought;
    course->brought += !*end;
    return OK;
}

static enum err work(void *context, size_t place, struct trouble *trouble)
{
    struct course *course = context;
    const uint64_t piece = course->in_place[place];

    dawdle(course, piece, 1);
    expect(course, atomic_fetch_add(&course->worked[piece], 1) == 0);
    return piece == course->work_fails
        ? (fail)(trouble, ERR_CHECK, "working on %d", (int)piece) : OK;
}

static enum err settle(void *context, size_t place, struct trouble *trouble)
{
    struct course *course = context;

    expect(course, atomic_fetch_add(&course->settling, 1) == 0);
    dawdle(course, course->settled, 2);
    expect(course, course->in_place[place] == course->settled);
    expect(course, atomic_load(&course->worked[course->settled]) == 1);
    expect(course, atomic_fetch_sub(&course->settling, 1) == 1);
    if (course->settled == course->settle_fails)
        return (fail)(trouble, ERR_BUSY, "settling %d", (int)course->settled);
    course->settled++;
    return OK;
}

static const struct relay_course steps = { bring, work, settle };

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* The first failure of the pieces that there are; NEVER: none. */
static uint64_t first_failure(const struct course *course)
{
    uint64_t bring_fails = course->bring_fails <= course->pieces ? course->bring_fails : NEVER;
    uint64_t first = least(bring_fails, least(course->work_fails, course->settle_fails));

    return first < course->pieces || first == bring_fails ? first : NEVER;
}

/* Of a piece that fails in more than one step, the earliest step. */
static const char *words_of(const struct course *course, uint64_t piece, enum err *err)
{
    bool in_bring = piece == course->bring_fails;
    bool in_work = !in_bring && piece == course->work_fails;

    *err = in_bring ? ERR_IO : in_work ? ERR_CHECK : ERR_BUSY;
    return in_bring ? "bringing" : in_work ? "working on" : "settling";
}

static void check(struct course *course, int threads)
{
    struct trouble trouble = { 0 };
    const uint64_t first = first_failure(course);
    enum err err = relay_run(&steps, course, threads, &trouble);
    enum err should = OK;
    char words[64] = "";

    if (first != NEVER) {
        const char *step = words_of(course, first, &should);
        (void)snprintf(words, sizeof words, "%s %d", step, (int)first);
    }
    assert_false(atomic_load(&course->wrong));
    assert_int_equal(err, should);
    assert_string_equal(trouble.text, words);
    assert_int_equal(course->settled, least(first, course->pieces));
}

static void pieces_are_settled_in_order(void **state)
{
    (void)state;
    for (int threads = 1; threads <= RELAY_THREADS_MAX; threads++) {
        for (uint64_t pieces = 0; pieces <= PIECES_MAX; pieces = 3 * pieces + 1) {
            struct course course = { .pieces = pieces, .bring_fails = NEVER, .work_fails = NEVER,
                                     .settle_fails = NEVER, .delays = pieces };
            check(&course, threads);
        }
    }
}

static uint64_t some_piece(struct chance *chance)
{
    return chance_next(chance) % 3 == 0 ? NEVER : chance_next(chance) % PIECES_MAX;
}

static void the_first_failure_is_told(void **state)
{
    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct chance chance = chance_of(test_seed + (uint64_t)i);
        struct course course = {
            .pieces = chance_next(&chance) % PIECES_MAX,
            .bring_fails = some_piece(&chance), .work_fails = some_piece(&chance),
            .settle_fails = some_piece(&chance), .delays = test_seed + 1000 * (uint64_t)i,
        };
        check(&course, 1 + (int)(chance_next(&chance) % RELAY_THREADS_MAX));
    }
}

static void numbers_of_threads(void **state)
{
    (void)state;
    assert_int_equal(relay_threads(0), 1);
    assert_int_equal(relay_threads(2), 2);
    assert_int_equal(relay_threads(64), RELAY_THREADS_MAX);
    assert_int_equal(relay_places(1), 1);
    assert_int_equal(relay_places(RELAY_THREADS_MAX), RELAY_PLACES_MAX);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_settled_in_order),
        cmocka_unit_test(the_first_failure_is_told),
        cmocka_unit_test(numbers_of_threads),
    };

    test_chance_open(count, argument, 200);
    return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
