/* Checkpoints, cosignatures and the guard, on either engine (test_store.h). */
#include "store/trail_guard_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/secret_outside.h"
#include "store/test_trail_store.h"
#include "trail/trail_io.h"

static struct test_store store;
static struct keyring keyring;

static int make(void **state)
{
    const struct trail_event event = test_event(CLK);

    (void)state;
    test_trail_store_make(&store);
    test_keyring_make(&store, &keyring);
    return test_append(store.db, &event, NULL, NULL) != OK;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

static enum err guard(struct trouble *trouble)
{
    TEST_ARENA(&store.arena);
    return trail_guard(store.db, &secret_outside, &store.arena, &keyring, trouble);
}

static void expect_served(void)
{
    struct trouble trouble = { 0 };

    if (guard(&trouble) != OK)
        fail_msg("%s", trouble.text);
}

static void expect_refused(const char *words)
{
    struct trouble trouble = { 0 };

    assert_int_equal(guard(&trouble), ERR_CHECK);
    if (strstr(trouble.text, words) == NULL)
        fail_msg("%s", trouble.text);
}

static enum err take(const struct checked *checked, struct text council, struct text signature,
                     struct trouble *trouble)
{
    const struct trail_deed deed = test_deed();
    const struct cosignature given = { checked->text, council, signature };

    return trail_guard_take(store.db, &secret_outside, &store.arena, &keyring, &deed, &given,
                            trouble);
}

static void take_of_clk(const struct checked *checked)
{
    struct trouble trouble = { 0 };

    if (take(checked, text_of("CLK"), test_cosign(&store.arena, CLK, SAID_CLK, checked->text),
             &trouble) != OK)
        fail_msg("%s", trouble.text);
}

/* How many entries the checkpoint in the file has; -1: there is no file. */
static int64_t in_file(void)
{
    char path[TEST_PATH];
    struct checkpoint_file file;

    (void)snprintf(path, sizeof path, "%s/" KEYRING_CHECKPOINT, keyring.folder);
    if (access(path, F_OK) != 0)
        return -1;
    assert_int_equal(checkpoint_read(&real_outside, path, &file, NULL), OK);
    return (int64_t)file.checkpoint.size;
}

static void remove_file(void)
{
    char path[TEST_PATH];

    (void)snprintf(path, sizeof path, "%s/" KEYRING_CHECKPOINT, keyring.folder);
    assert_int_equal(remove(path), 0);
}

static void by_hand(const char *sql)
{
    struct rival rival = rival_open(store.url);

    rival_do(&rival, sql);
    rival_close(&rival);
}

/* Past the triggers, as somebody with the whole database. */
static void forget_triggers(void)
{
    static const char *const trigger[] = {
        "trail_head_goes_on", "trail_head_stays", "trail_entry_is_kept", "trail_entry_stays",
        "trail_text_is_kept", "trail_text_stays", "trail_signature_stays",
        "trail_checkpoint_stays",
    };
    char sql[128];

    for (size_t i = 0; !test_on_server() && i < COUNT(trigger); i++) {
        (void)snprintf(sql, sizeof sql, "DROP TRIGGER %s", trigger[i]);
        by_hand(sql);
    }
}

/* The store as it was before its first entry, checkpoints and all. */
static void restore_the_past(void)
{
    static const char *const table[] = {
        "trail_signature", "trail_checkpoint", "trail_text", "trail_entry", "trail_head",
    };
    char sql[128];

    forget_triggers();
    for (size_t i = 0; i < COUNT(table); i++) {
        (void)snprintf(sql, sizeof sql, "DELETE FROM %s", table[i]);
        by_hand(sql);
    }
}

static void a_checkpoint_covers_its_own_entry(void **state)
{
    (void)state;
    const struct checked checked = test_checkpoint(&store);
    struct checkpoint checkpoint;

    assert_int_equal(checked.size, 2);
    assert_true(checkpoint_parse(checked.text, &checkpoint));
    assert_int_equal(checkpoint.size, 2);
    assert_int_equal(test_checkpoint(&store).size, 3);
}

static void a_cosignature_is_taken_in(void **state)
{
    struct trouble trouble = { 0 };

    (void)state;
    expect_served();
    assert_int_equal(in_file(), 0);
    const struct checked checked = test_checkpoint(&store);
    take_of_clk(&checked);
    assert_int_equal(in_file(), 2);
    expect_served();
    assert_int_equal(take(&checked, text_of("CLK"),
                          test_cosign(&store.arena, CLK, SAID_CLK, checked.text), &trouble),
                     ERR_CONFLICT);
    /* By minisign itself, which names nobody. */
    assert_int_equal(take(&checked, text_of("STI"),
                          test_cosign(&store.arena, STI, "timestamp:1", checked.text), NULL), OK);
}

struct refused {
    const char *why, *council;
    int         key;
    const char *said;
    enum err    err;
};

static void a_wrong_signature_is_refused(void **state)
{
    static const struct refused row[] = {
        { "another council's key", "CLK", STI, SAID_CLK, ERR_CHECK },
        { "made for the other council", "CLK", CLK, SAID_STI, ERR_CHECK },
        { "the server's", "CLK", 0, SAID_CLK, ERR_CHECK },
        { "no such council", "FIF", CLK, SIGNATURE_CLAIM "FIF\t", ERR_MISSING },
        { "a code that it begins with", "CLK", CLK, SIGNATURE_CLAIM "CL\t", ERR_CHECK },
    };
    struct trouble trouble;

    (void)state;
    const struct checked checked = test_checkpoint(&store);
    for (size_t i = 0; i < COUNT(row); i++) {
        const struct text signature = test_cosign(&store.arena, row[i].key, row[i].said,
                                                  checked.text);

        trouble = (struct trouble){ 0 };
        if (take(&checked, text_of(row[i].council), signature, &trouble) != row[i].err)
            fail_msg("%s: %s", row[i].why, trouble.text);
    }
    assert_int_equal(take(&checked, text_of("CLK"), text_of("no signature"), NULL), ERR_CHECK);
    const struct text other = test_cosign(&store.arena, CLK, SAID_CLK, text_of("another text"));
    trouble = (struct trouble){ 0 };
    assert_int_equal(take(&checked, text_of("CLK"), other, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "not the text that was signed"));
    by_hand("INSERT INTO council_key (id, council, public_key, added_at) SELECT 3, 1, 'RWQA' "
            "|| substr(public_key, 5), 2 FROM council_key WHERE id = 1");
    trouble = (struct trouble){ 0 };
    assert_int_equal(take(&checked, text_of("CLK"),
                          test_cosign(&store.arena, CLK, SAID_CLK, checked.text), &trouble),
                     ERR_CHECK);
    assert_non_null(strstr(trouble.text, "another key"));
    by_hand("DELETE FROM council_key");
    assert_int_equal(take(&checked, text_of("CLK"), other, NULL), ERR_MISSING);
    assert_int_equal(in_file(), -1);
}

/* Texts that look like a checkpoint, signed well. */
static void a_checkpoint_of_elsewhere_is_refused(void **state)
{
    char text[CHECKPOINT_TEXT_MAX];
    struct checkpoint checkpoint;

    (void)state;
    struct checked checked = test_checkpoint(&store);
    assert_true(checkpoint_parse(checked.text, &checkpoint));
    for (int i = 0; i < 4; i++) {
        struct checkpoint other = checkpoint;

        if (i == 0)
            other.store[0] = 'f';
        else if (i == 1)
            other.key[0] = '7';
        else if (i == 2)
            other.size = 1;
        else
            other.last.bytes[0] ^= 1;
        checked.text = (struct text){ text, checkpoint_print(&other, text) };
        assert_int_equal(take(&checked, text_of("CLK"),
                              test_cosign(&store.arena, CLK, SAID_CLK, checked.text), NULL),
                         i < 2 ? ERR_CHECK : ERR_MISSING);
    }
    assert_int_equal(in_file(), -1);
}

static void an_older_store_is_not_served(void **state)
{
    (void)state;
    expect_served();
    const struct checked checked = test_checkpoint(&store);
    take_of_clk(&checked);
    restore_the_past();
    expect_refused("older state of the store");
    /* Until the past has grown again: then it is another one. */
    const struct trail_event event = test_event(CLK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    expect_refused("written anew");
}

static void a_file_that_is_gone_must_be_brought_again(void **state)
{
    (void)state;
    const struct checked checked = test_checkpoint(&store);
    take_of_clk(&checked);
    remove_file();
    expect_refused("is gone");
    struct cosignature given = {
        checked.text, text_of("CLK"), test_cosign(&store.arena, CLK, SAID_CLK, checked.text),
    };
    assert_int_equal(trail_guard_raise(store.db, &secret_outside, &store.arena, &keyring, &given,
                                       given.signature, NULL), ERR_CHECK);
    assert_int_equal(in_file(), -1);
    assert_int_equal(trail_guard_raise(store.db, &secret_outside, &store.arena, &keyring, &given,
                                       checked.signature[0].text, NULL), OK);
    assert_int_equal(in_file(), 2);
    expect_served();
    remove_file();
    assert_int_equal(take(&checked, given.council, given.signature, NULL), ERR_CONFLICT);
    assert_int_equal(in_file(), 2);
    expect_served();
}

static void looking_writes_nothing(void **state)
{
    (void)state;
    TEST_ARENA(&store.arena);
    assert_int_equal(trail_guard_look(store.db, &real_outside, &store.arena, &keyring, NULL), OK);
    assert_int_equal(in_file(), -1);
}

static void the_file_only_goes_on(void **state)
{
    (void)state;
    const struct checked first = test_checkpoint(&store);
    const struct checked second = test_checkpoint(&store);
    take_of_clk(&second);
    assert_int_equal(in_file(), 3);
    take_of_clk(&first);
    assert_int_equal(in_file(), 3);
}

/* Another server took the signature in: its own file learns of it when it begins. */
static void a_second_keyring_is_brought_up(void **state)
{
    (void)state;
    expect_served();
    assert_int_equal(in_file(), 0);
    const struct keyring first = keyring;
    keyring.folder = store.folder;
    const struct checked checked = test_checkpoint(&store);
    take_of_clk(&checked);
    keyring = first;
    assert_int_equal(in_file(), 0);
    expect_served();
    assert_int_equal(in_file(), 2);
}

static void another_keyring_is_refused(void **state)
{
    (void)state;
    test_signer_make(9, &keyring.public, &keyring.secret);
    expect_refused("not those of this store");
}

static void a_head_that_does_not_fit_is_refused(void **state)
{
    const struct trail_event event = test_event(CLK);

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    forget_triggers();
    by_hand("UPDATE trail_head SET last = (SELECT hash FROM trail_entry WHERE sequence = 1)");
    expect_refused("not that of its last entry");
    by_hand("UPDATE trail_head SET last = (SELECT hash FROM trail_entry WHERE sequence = 3)");
    expect_served();
    by_hand("DELETE FROM trail_head");
    expect_refused("not that of its last entry");
}

static void a_changed_entry_is_refused(void **state)
{
    const struct trail_event event = test_event(CLK);

    (void)state;
    assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    forget_triggers();
    by_hand("UPDATE trail_entry SET content = (SELECT content FROM trail_entry WHERE sequence = "
            "2) WHERE sequence = 1");
    expect_refused("entry 1 of the trail was changed");
}

static void a_store_without_identity_is_refused(void **state)
{
    struct trouble trouble = { 0 };
    const struct trail_event event = test_event(CLK);

    (void)state;
    by_hand("DELETE FROM store_identity");
    assert_int_equal(guard(&trouble), ERR_MISSING);
    assert_int_equal(test_append(store.db, &event, NULL, NULL), ERR_MISSING);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_checkpoint_covers_its_own_entry),
        ON_STORE(a_cosignature_is_taken_in),
        ON_STORE(a_wrong_signature_is_refused),
        ON_STORE(a_checkpoint_of_elsewhere_is_refused),
        ON_STORE(an_older_store_is_not_served),
        ON_STORE(a_file_that_is_gone_must_be_brought_again),
        ON_STORE(looking_writes_nothing),
        ON_STORE(the_file_only_goes_on),
        ON_STORE(a_second_keyring_is_brought_up),
        ON_STORE(another_keyring_is_refused),
        ON_STORE(a_head_that_does_not_fit_is_refused),
        ON_STORE(a_changed_entry_is_refused),
        ON_STORE(a_store_without_identity_is_refused),
    };

    return cmocka_run_group_tests(both, NULL, NULL);
}
