/* A file's key under a council's master key: who can open it, and what erasing means. */
#include "store/evidence_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

static const struct master_key master = { "the master key of Stirling, 32 b" };
static const struct master_key other_master = { "another council's master key, 32" };
static const struct evidence_id id = { "file number one" };
static const struct evidence_id other_id = { "file number two" };
static const struct evidence_key key = { "the key of one evidence file, ok" };
static const unsigned char nonce[EVIDENCE_NONCE_BYTES] = "24 bytes, random, once.";

static struct key_owner owner_of(const char *council, const struct evidence_id *file)
{
    return (struct key_owner){ text_of(council), file };
}

static struct text bytes_of(const struct wrapped_key *wrapped)
{
    return (struct text){ (const char *)wrapped->bytes, sizeof wrapped->bytes };
}

static struct wrapped_key wrap(void)
{
    const struct key_owner owner = owner_of("STI", &id);
    struct wrapped_key wrapped;
    struct trouble trouble = { .text = "" };

    assert_int_equal(key_wrap(&master, &owner, &key, nonce, &wrapped, &trouble), OK);
    return wrapped;
}

static void who_can_open_it(void **state)
{
    const struct {
        const char *why, *council;
        const struct master_key *master;
        const struct evidence_id *file;
        size_t size;
        enum err err;
    } rows[] = {
        { "the council itself", "STI", &master, &id, EVIDENCE_WRAPPED_BYTES, OK },
        { "another master key", "STI", &other_master, &id, EVIDENCE_WRAPPED_BYTES, ERR_CHECK },
        { "another council", "CLK", &master, &id, EVIDENCE_WRAPPED_BYTES, ERR_CHECK },
        { "a code that begins like it", "ST", &master, &id, EVIDENCE_WRAPPED_BYTES, ERR_CHECK },
        { "another file", "STI", &master, &other_id, EVIDENCE_WRAPPED_BYTES, ERR_CHECK },
        { "a byte too few", "STI", &master, &id, EVIDENCE_WRAPPED_BYTES - 1, ERR_CHECK },
        { "nothing", "STI", &master, &id, 0, ERR_CHECK },
        { "no council", "", &master, &id, EVIDENCE_WRAPPED_BYTES, ERR_USAGE },
        { "an endless council", "0123456789012345678901234567890123456789012345678901234567890123"
          "4", &master, &id, EVIDENCE_WRAPPED_BYTES, ERR_USAGE },
    };
    const struct wrapped_key wrapped = wrap();
    const struct evidence_key none = { { 0 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct key_owner owner = owner_of(rows[i].council, rows[i].file);
        const struct text bytes = { (const char *)wrapped.bytes, rows[i].size };
        struct evidence_key got = key;
        struct trouble trouble = { .text = "" };
        enum err err = key_unwrap(rows[i].master, &owner, bytes, &got, &trouble);
        if (err != rows[i].err || (err == OK) != (trouble.text[0] == '\0'))
            fail_msg("%s: %d %s", rows[i].why, err, trouble.text);
        assert_memory_equal(got.bytes, err == OK ? key.bytes : none.bytes, sizeof got.bytes);
    }
}

static void every_changed_bit_is_found(void **state)
{
    const struct key_owner owner = owner_of("STI", &id);
    struct wrapped_key wrapped = wrap();
    struct evidence_key got;

    (void)state;
    for (size_t i = 0; i < 8 * sizeof wrapped.bytes; i++) {
        wrapped.bytes[i / 8] ^= (unsigned char)(1U << i % 8);
        assert_int_equal(key_unwrap(&master, &owner, bytes_of(&wrapped), &got, NULL), ERR_CHECK);
        wrapped.bytes[i / 8] ^= (unsigned char)(1U << i % 8);
    }
    assert_int_equal(key_unwrap(&master, &owner, bytes_of(&wrapped), &got, NULL), OK);
}

static void an_erased_key_is_gone(void **state)
{
    const struct key_owner owner = owner_of("STI", &id);
    struct wrapped_key wrapped = wrap();
    struct evidence_key got;
    struct trouble trouble = { .text = "" };

    (void)state;
    assert_false(key_is_erased(bytes_of(&wrapped)));
    key_erase(&wrapped);
    assert_true(key_is_erased(bytes_of(&wrapped)));
    for (size_t i = 0; i < sizeof wrapped.bytes; i++)
        assert_int_equal(wrapped.bytes[i], 0);
    assert_int_equal(key_unwrap(&master, &owner, bytes_of(&wrapped), &got, &trouble),
                     ERR_MISSING);
    assert_string_equal(trouble.text, "the file was erased: its key is gone");
}

static void keys_are_wiped(void **state)
{
    struct evidence_key file = key;
    struct master_key council = master;

    (void)state;
    evidence_key_wipe(&file);
    master_key_wipe(&council);
    for (size_t i = 0; i < EVIDENCE_KEY_BYTES; i++)
        assert_int_equal(file.bytes[i] | council.bytes[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_can_open_it),
        cmocka_unit_test(every_changed_bit_is_found),
        cmocka_unit_test(an_erased_key_is_gone),
        cmocka_unit_test(keys_are_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
