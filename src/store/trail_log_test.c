/* Adding to the trail of a store, on either engine (test_store.h). */
#include "store/trail_log.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_trail_store.h"

static struct test_store store;

static int make(void **state)
{
    (void)state;
    test_trail_store_make(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

static void expect_answer(const char *sql, const char *expected)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];
    bool asked = rival_ask(&rival, sql, text);

    rival_close(&rival);
    assert_true(asked);
    assert_string_equal(text, expected);
}

static void append(const struct trail_event *event, uint64_t expected)
{
    struct trouble trouble = { 0 };
    uint64_t sequence = 0;

    if (test_append(store.db, event, &sequence, &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_int_equal(sequence, expected);
}

static void an_entry_is_numbered_and_kept(void **state)
{
    struct trail_event event = test_event(CLK);

    (void)state;
    event.before = (struct trail_words){ text_of("open"), false };
    append(&event, 1);
    event.council = 0;
    append(&event, 2);
    expect_answer("SELECT size FROM trail_head", "2");
    expect_answer("SELECT count(*) FROM trail_entry JOIN trail_head ON trail_head.size = "
                  "trail_entry.sequence AND trail_head.last = trail_entry.hash", "1");
    expect_answer("SELECT substr(text, 1, 62) FROM trail_text WHERE sequence = 1",
                  "{\"trail\":1,\"sequence\":1,\"time\":\"2014-06-26T10:00:00.000Z\",\"act");
    expect_answer("SELECT count(*) FROM trail_text WHERE council IS NULL AND sequence = 2", "1");
}

static void personal_words_are_sealed(void **state)
{
    struct trail_event event = test_event(CLK);

    (void)state;
    event.why = (struct trail_words){ text_of("moved to 1 Mill Road"), true };
    event.after = (struct trail_words){ text_of(""), true };
    append(&event, 1);
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%Mill%'", "0");
    expect_answer("SELECT text FROM trail_opening WHERE field = 'why'", "moved to 1 Mill Road");
    expect_answer("SELECT count(*) FROM trail_opening", "2");
}

static enum err erase_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct trail_event event = test_event(CLK);

    event.action = text_of("person.erase");
    event.subject_kind = text_of("person");
    return trail_erase(tx, &real_outside, &event, context, trouble);
}

static void what_was_sealed_is_erased(void **state)
{
    struct trail_event event = test_event(CLK);
    int64_t erased = 0;

    (void)state;
    event.why = (struct trail_words){ text_of("moved"), true };
    append(&event, 1);
    event.subject_kind = text_of("person");
    append(&event, 2);
    event.council = STI;
    append(&event, 3);
    assert_int_equal(db_write(store.db, (struct db_scope){ STI, NULL }, erase_work, &erased, NULL),
                     ERR_RIGHTS);
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, erase_work, &erased, NULL),
                     OK);
    assert_int_equal(erased, 1);
    expect_answer("SELECT count(*) FROM trail_opening WHERE sequence = 2", "0");
    expect_answer("SELECT count(*) FROM trail_opening", "2");
    expect_answer("SELECT size FROM trail_head", "4");
}

static void what_is_not_fit_is_refused(void **state)
{
    static char long_words[TRAIL_VALUE_MAX + 2];
    struct trail_event event = test_event(CLK);
    struct trouble trouble = { 0 };

    (void)state;
    memset(long_words, 'x', sizeof long_words - 1);
    for (int personal = 0; personal < 2; personal++) {
        trouble = (struct trouble){ 0 };
        event.after = (struct trail_words){ text_of(long_words), personal != 0 };
        assert_int_equal(test_append(store.db, &event, NULL, &trouble), ERR_USAGE);
        assert_non_null(strstr(trouble.text, "65,536 bytes"));
        event.after.text = text_of("\xff");
        assert_int_equal(test_append(store.db, &event, NULL, NULL), ERR_USAGE);
    }
    event = test_event(CLK);
    event.actor = (struct text){ NULL, 0 };
    assert_int_equal(test_append(store.db, &event, NULL, NULL), ERR_USAGE);
    event = test_event(CLK);
    event.now.ms = -1;
    assert_int_equal(test_append(store.db, &event, NULL, NULL), ERR_USAGE);
    event = test_event(3);
    assert_int_equal(test_append(store.db, &event, NULL, NULL), ERR_MISSING);
    expect_answer("SELECT count(*) FROM trail_entry", "0");
}

/* The longest that is let in fits: every byte of it is escaped. */
static void the_longest_entry_fits(void **state)
{
    static char words[TRAIL_VALUE_MAX + 1];
    struct trail_event event = test_event(CLK);

    (void)state;
    memset(words, 1, sizeof words - 1);
    event.before = event.after = event.why = (struct trail_words){ text_of(words), false };
    append(&event, 1);
    expect_answer("SELECT CASE WHEN length(text) > 6 * 3 * 65536 THEN 'long' END FROM trail_text",
                  "long");
}

static enum err foreign_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct trail_event event = test_event(STI);

    (void)context;
    return trail_append(tx, &real_outside, &event, NULL, trouble);
}

static void one_council_does_not_write_for_the_other(void **state)
{
    (void)state;
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, foreign_work, NULL, NULL),
                     ERR_RIGHTS);
    assert_int_equal(db_write(store.db, (struct db_scope){ 0 }, foreign_work, NULL, NULL), OK);
}

static enum err changed_mind(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = test_append_work(tx, context, trouble);

    return err == OK ? (fail)(trouble, ERR_REFUSED, "changed my mind") : err;
}

static void what_rolls_back_leaves_no_gap(void **state)
{
    const struct trail_event event = test_event(CLK);
    struct test_appending appending = { &event, 0 };

    (void)state;
    append(&event, 1);
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, changed_mind, &appending,
                              NULL), ERR_REFUSED);
    assert_int_equal(appending.sequence, 2);
    append(&event, 2);
}

#define THREADS 4
#define EACH    25

static void *append_many(void *context)
{
    const struct trail_event event = test_event(CLK);

    (void)context;
    for (int i = 0; i < EACH; i++) {
        enum err err = test_append(store.db, &event, NULL, NULL);
        assert(err == OK);
    }
    return NULL;
}

static void threads_make_one_chain(void **state)
{
    pthread_t thread[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, append_many, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    expect_answer("SELECT size FROM trail_head", "100");
    expect_answer("SELECT count(*) + max(sequence) FROM trail_entry", "200");
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_STORE(an_entry_is_numbered_and_kept),
        ON_STORE(personal_words_are_sealed),
        ON_STORE(what_was_sealed_is_erased),
        ON_STORE(what_is_not_fit_is_refused),
        ON_STORE(the_longest_entry_fits),
        ON_STORE(one_council_does_not_write_for_the_other),
        ON_STORE(what_rolls_back_leaves_no_gap),
        ON_STORE(threads_make_one_chain),
    };

    return cmocka_run_group_tests(both, NULL, NULL);
}
