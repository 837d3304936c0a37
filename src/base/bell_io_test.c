#include "base/bell_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdatomic.h>

#include "base/clock_io.h"

#define THREADS 4
#define LONG_MS 5000    /* nobody waits so long: a ring comes before */

static struct bell bell;

static int make(void **state)
{
    (void)state;
    bell_open(&bell);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    bell_close(&bell);
    return 0;
}

static void a_wait_ends_by_itself(void **state)
{
    const int64_t began = clock_now().ms;
    uint64_t heard = bell_heard(&bell);

    (void)state;
    assert_false(bell_wait(&bell, &heard, 0));
    assert_false(bell_wait(&bell, &heard, 30));
    assert_true(clock_now().ms - began >= 25);
}

static void a_ring_before_the_wait_is_not_lost(void **state)
{
    uint64_t heard = bell_heard(&bell);

    (void)state;
    bell_ring(&bell);
    bell_ring(&bell);
    assert_true(bell_wait(&bell, &heard, LONG_MS));
    assert_int_equal(heard, bell_heard(&bell));
    assert_false(bell_wait(&bell, &heard, 1));
}

static atomic_int waiting;

static void *wait_long(void *rang)
{
    uint64_t heard = 0;

    atomic_fetch_add(&waiting, 1);
    *(bool *)rang = bell_wait(&bell, &heard, LONG_MS);
    return NULL;
}

static void everybody_hears_it(void **state)
{
    pthread_t thread[THREADS];
    bool rang[THREADS] = { false };

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, wait_long, &rang[i]), 0);
    while (atomic_load(&waiting) < THREADS)
        (void)bell_heard(&bell);
    bell_ring(&bell);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_true(rang[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wait_ends_by_itself, make, drop),
        cmocka_unit_test_setup_teardown(a_ring_before_the_wait_is_not_lost, make, drop),
        cmocka_unit_test_setup_teardown(everybody_hears_it, make, drop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
