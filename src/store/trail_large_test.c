/* A long trail goes out, and is audited, in little memory: 20,000 entries here, and any number by
 * hand: build/tests/trail_large_test SEED ENTRIES. With OCHIL_TEST_EXPORTS its export stays in that
 * folder as large.jsonl. On SQLite alone. */
#include "store/trail_export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "base/clock_io.h"
#include "base/secret_outside.h"
#include "base/test_random.h"
#include "store/test_trail_store.h"
#include "store/trail_audit.h"
#include "store/trail_guard_io.h"

#define AT_ONCE     1000
#define ALONE       200
#define MEMORY_MOST 65536L     /* KiB */

static struct test_store store;

static int make(void **state)
{
    (void)state;
    (void)unsetenv("OCHIL_TEST_DB");
    test_trail_store_make(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

static long memory_peak(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static void tell(const char *what, struct moment since, int64_t count)
{
    const int64_t ms = clock_now().ms - since.ms;

    printf("# %s: %lld ms, %lld a second\n", what, (long long)ms,
           (long long)(ms > 0 ? count * 1000 / ms : 0));
}

/* Every tenth entry holds something personal; all are of ordinary length. */
static enum err append_many(struct tx *tx, void *context, struct trouble *trouble)
{
    const int64_t count = *(int64_t *)context;
    struct trail_event event = test_event(CLK);
    enum err err = OK;

    event.before.text = text_of("{\"status\":\"open\",\"owner\":\"42\"}");
    event.after.text = text_of("{\"status\":\"closed\",\"owner\":\"42\"}");
    event.request = text_of("01J2ZK7Q4V8T9X3B5N6M1C0D2F");
    for (int64_t i = 0; i < count && err == OK; i++) {
        event.council = i % 3;
        event.shared = i % 7 == 0;
        event.why = (struct trail_words){ text_of("as agreed"), i % 10 == 0 };
        err = trail_append(tx, &real_outside, &event, NULL, trouble);
    }
    return err;
}

static void append(int64_t count, int64_t at_once)
{
    for (int64_t done = 0; done < count; done += at_once) {
        int64_t some = count - done < at_once ? count - done : at_once;

        assert_int_equal(db_write(store.db, (struct db_scope){ 0 }, append_many, &some, NULL), OK);
    }
}

struct file_sink_of_test {
    struct sink sink;
    FILE       *file;
};

static enum err write_file(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct file_sink_of_test *to = (struct file_sink_of_test *)sink;

    (void)trouble;
    return fwrite(bytes, 1, size, to->file) == size ? OK : ERR_IO;
}

static void export(struct arena *arena, const char *reader, int64_t entries)
{
    const struct trail_exporting request = {
        .reader = reader[0] == '\0' ? TRAIL_FOR_ALL : TRAIL_FOR_COUNCIL,
        .council = text_of(reader), .from = 1,
    };
    const char *folder = getenv("OCHIL_TEST_EXPORTS");
    char path[TEST_PATH + 16];
    struct file_sink_of_test to = { .sink = { write_file } };
    struct trail_exported done;

    (void)snprintf(path, sizeof path, "%s/large.jsonl", folder == NULL ? store.folder : folder);
    to.file = fopen(path, "w");
    assert_non_null(to.file);
    TEST_ARENA(arena);
    const struct moment since = clock_now();
    assert_int_equal(trail_export(store.db, arena, &request, &to.sink, &done, NULL), OK);
    tell(reader[0] == '\0' ? "exporting all" : "exporting for a council", since, entries);
    assert_int_equal(fclose(to.file), 0);
    assert_int_equal(done.to, entries);
}

static void a_long_trail_takes_little_memory(void **state)
{
    struct arena arena = { 0 };
    struct keyring keyring;
    struct trail_audited audited;
    struct trouble trouble = { 0 };
    const int64_t entries = test_cases + ALONE + 1;

    (void)state;
    test_keyring_make(&store, &keyring);
    struct moment since = clock_now();
    append(ALONE, 1);
    tell("appending, each in a transaction of its own", since, ALONE);
    since = clock_now();
    append(test_cases, AT_ONCE);
    tell("appending, a thousand in a transaction", since, test_cases);
    (void)test_checkpoint(&store);
    const long before = memory_peak();
    export(&arena, "CLK", entries);
    export(&arena, "", entries);
    TEST_ARENA(&arena);
    since = clock_now();
    if (trail_audit(store.db, &arena, &keyring.public, &audited, &trouble) != OK)
        fail_msg("%s", trouble.text);
    tell("auditing", since, entries);
    since = clock_now();
    assert_int_equal(trail_guard(store.db, &secret_outside, &arena, &keyring, NULL), OK);
    tell("the guard", since, entries);
    printf("# %ld KiB more memory\n", memory_peak() - before);
    if (TEST_CASES_DIVISOR == 1)
        assert_true(memory_peak() - before < MEMORY_MOST);
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_long_trail_takes_little_memory, make, drop),
    };

    test_chance_open(count, argument, 20000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
