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

    (void)state;
    memset(long_words, 'x', sizeof long_words - 1);
    for (int personal = 0; personal < 2; personal++) {
        struct trouble trouble = { 0 };

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

/* ---- only ever added to ---- */

/* What nobody may do who only serves, in SQL that both engines know. */
static const char *const never[] = {
    "UPDATE trail_entry SET content = hash",
    "DELETE FROM trail_entry",
    "UPDATE trail_text SET text = 'x'",
    "UPDATE trail_text SET shared = NOT shared",
    "DELETE FROM trail_text",
    "UPDATE trail_opening SET text = 'x'",
    "UPDATE trail_checkpoint SET text = 'x'",
    "DELETE FROM trail_checkpoint",
    "UPDATE trail_signature SET signature = 'x'",
    "DELETE FROM trail_signature",
    "DELETE FROM trail_head",
};

static void grow(void)
{
    struct trail_event event = test_event(CLK);

    event.why = (struct trail_words){ text_of("moved"), true };
    append(&event, 1);
    event.council = STI;
    append(&event, 2);
    event.council = CLK;
    event.shared = true;
    append(&event, 3);
    event.council = 0;
    event.shared = false;
    append(&event, 4);
    (void)test_checkpoint(&store);
}

static void expect_never(struct rival *rival)
{
    char text[TEST_PATH];

    for (size_t i = 0; i < COUNT(never); i++) {
        if (rival_ask(rival, never[i], text))
            fail_msg("%s", never[i]);
    }
}

static void triggers_keep_what_was_written(void **state)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];

    (void)state;
    grow();
    expect_never(&rival);
    assert_false(rival_ask(&rival, "UPDATE trail_head SET size = 1", text));
    rival_do(&rival, "DELETE FROM trail_opening WHERE sequence = 1");
    rival_close(&rival);
}

static void expect_count(struct rival *rival, const char *council, const char *sql,
                         const char *expected)
{
    char text[TEST_PATH], scope[128];

    (void)snprintf(scope, sizeof scope, "SELECT set_config('ochil.council', '%s', false)",
                   council);
    rival_do(rival, scope);
    assert_true(rival_ask(rival, sql, text));
    assert_string_equal(text, expected);
}

/* The role that serves, past the program. */
static void the_serving_role_adds_and_reads_its_own(void **state)
{
    static const char texts[] = "SELECT string_agg(sequence::text, ',' ORDER BY sequence) FROM "
                                "trail_text";
    static const char openings[] = "SELECT count(*) FROM trail_opening";
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];

    (void)state;
    grow();
    struct db *served = test_role_open(&store, &store.arena);
    rival_do(&rival, "SET ROLE ochil_trail");
    expect_never(&rival);
    expect_count(&rival, "", texts, "4,5");
    expect_count(&rival, "0", texts, "4,5");
    expect_count(&rival, "1", texts, "1,3,4,5");
    expect_count(&rival, "2", texts, "2,3,4,5");
    expect_count(&rival, "2", openings, "3");
    expect_count(&rival, "1", "SELECT count(*) FROM trail_entry", "5");
    /* As CLK: not in STI's name; what is STI's cannot be erased. */
    rival_do(&rival, "INSERT INTO trail_entry VALUES (6, sha256('6'), sha256('6'))");
    assert_false(rival_ask(&rival, "INSERT INTO trail_text VALUES (6, 2, false, 'x')", text));
    rival_do(&rival, "INSERT INTO trail_text VALUES (6, 1, false, 'x')");
    rival_do(&rival, "DELETE FROM trail_opening");
    rival_do(&rival, "RESET ROLE");
    expect_count(&rival, "1", "SELECT string_agg(council::text, ',') FROM trail_opening", "2");
    rival_close(&rival);
    test_role_drop(&store, served);
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
    const struct CMUnitTest server[] = { ON_STORE(the_serving_role_adds_and_reads_its_own) };
    const struct CMUnitTest file[] = { ON_STORE(triggers_keep_what_was_written) };
    int failed = cmocka_run_group_tests(both, NULL, NULL);

    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL)
                                      : cmocka_run_group_tests(file, NULL, NULL));
}
