#include "trail/test_trail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The contract's example, its text and hashes computed in Python from docs/trail.md. */
static const char example[] =
    "{\"trail\":1,\"sequence\":1,\"time\":\"2026-04-01T09:00:00.123Z\",\"actor\":\"m.reid\","
    "\"council\":\"CLK\",\"action\":\"agreement.edit\",\"subject\":[\"agreement\",\"7\"],"
    "\"before\":\"at \\\"risk\\\"\\n\\u0001\",\"after\":{\"sealed\":\""
    "c382b90a10a39eac09b0287d0e3fd798591426ae361b20c270b445f42318a809\"},\"why\":null,"
    "\"request\":\"01J2\",\"salt\":\"00112233445566778899aabbccddeeff\"}";

static struct trail_entry example_entry(struct sha256 *work)
{
    struct trail_entry entry = {
        .sequence = 1, .time_ms = INT64_C(1775034000123), .actor = text_of("m.reid"),
        .council = text_of("CLK"), .action = text_of("agreement.edit"),
        .subject_kind = text_of("agreement"), .subject_id = text_of("7"),
        .request = text_of("01J2"),
        .value = { [TRAIL_BEFORE] = { .form = TRAIL_PLAIN, .text = text_of("at \"risk\"\n\x01") },
                   [TRAIL_AFTER] = { .form = TRAIL_SEALED } },
    };
    unsigned char salt[TRAIL_SEAL_SALT_BYTES];

    memset(salt, 7, sizeof salt);
    for (size_t i = 0; i < sizeof entry.salt; i++)
        entry.salt[i] = (unsigned char)(i * 17);
    trail_seal(work, salt, text_of("1 Mill Road"), &entry.value[TRAIL_AFTER].seal);
    return entry;
}

static void assert_sum(const struct sha256_sum *sum, const char *expected)
{
    char hex[SHA256_HEX_SIZE];

    sha256_hex(sum, hex);
    assert_string_equal(hex, expected);
}

static void an_entry_is_written_and_hashed_so(void **state)
{
    struct arena arena = { 0 };
    struct sha256 work;
    struct trail_line line;
    struct trail_chain chain;
    struct sha256_sum content, hash, root;

    (void)state;
    assert_int_equal(sha256_begin(&work, NULL), OK);
    struct trail_entry entry = example_entry(&work);
    trail_line_open(&line, &arena);
    trail_entry_encode(&entry, &line);
    assert_true(text_is((struct text){ line.bytes, line.size }, example));

    trail_chain_begin(&work, text_of(TEST_STORE), &chain);
    assert_sum(&chain.last, "d9d008de0b097b2382db22ead10e5a6188e15291712fb6a211fef532ffc13608");
    trail_content(&work, text_of(example), &content);
    assert_sum(&content, "61af2b4eadabcf59537a2210757d7f4ec73be369af0306a5519fe39dabef8708");
    trail_hash(&work, &chain, &content, &hash);
    assert_sum(&hash, "305c7229c797970379107a1594946b95d31419f6a62fb6413e876c1f438faaa2");
    trail_chain_add(&work, &chain, &hash);
    merkle_root(&work, &chain.tree, &root);
    assert_sum(&root, "e3a97c4d08dcb823577bd61d91d30cd0bdb49b8605e278c053ab46abb8feb16d");
    assert_int_equal(chain.size, 1);
    sha256_drop(&work);
    arena_free(&arena);
}

static void what_is_read_is_what_was_written(void **state)
{
    struct trail_entry entry;
    char spare[sizeof example];

    (void)state;
    assert_true(trail_entry_parse(text_of(example), spare, &entry));
    assert_int_equal(entry.sequence, 1);
    assert_int_equal(entry.time_ms, INT64_C(1775034000123));
    assert_true(text_is(entry.actor, "m.reid"));
    assert_true(text_is(entry.council, "CLK"));
    assert_true(text_is(entry.subject_id, "7"));
    assert_int_equal(entry.value[TRAIL_BEFORE].form, TRAIL_PLAIN);
    assert_true(text_is(entry.value[TRAIL_BEFORE].text, "at \"risk\"\n\x01"));
    assert_int_equal(entry.value[TRAIL_AFTER].form, TRAIL_SEALED);
    assert_int_equal(entry.value[TRAIL_WHY].form, TRAIL_ABSENT);
    assert_true(text_is(entry.request, "01J2"));
    assert_int_equal(entry.salt[15], 0xff);
}

/* No byte of it can be changed, left out or put in so that it reads as the same entry: any text
 * that is taken is written again as it stood. */
static void every_text_has_one_entry(void **state)
{
    struct arena arena = { 0 };
    struct trail_line line;
    struct trail_entry entry;
    char changed[sizeof example], spare[sizeof example];
    size_t taken = 0;

    (void)state;
    trail_line_open(&line, &arena);
    for (size_t at = 0; at + 1 < sizeof example; at++)
        for (int byte = 1; byte < 128; byte++) {
            memcpy(changed, example, sizeof example);
            changed[at] = (char)byte;
            if (!trail_entry_parse(text_of(changed), spare, &entry))
                continue;
            line.size = 0;
            trail_entry_encode(&entry, &line);
            assert_true(text_is((struct text){ line.bytes, line.size }, changed));
            taken++;
        }
    assert_in_range(taken, 1000, 20000);
    for (size_t size = 0; size + 1 < sizeof example; size++)
        assert_false(trail_entry_parse((struct text){ example, size }, spare, &entry));
    arena_free(&arena);
}

static char long_name[300];

/* One thing of a good entry is another; why it may not be. */
static const struct {
    enum trail_refusal refusal;
    size_t             place;      /* of a text in the entry */
    const char        *text;
} refused[] = {
    { TRAIL_BAD_ACTOR, offsetof(struct trail_entry, actor), "" },
    { TRAIL_BAD_ACTOR, offsetof(struct trail_entry, actor), "a\nb" },
    { TRAIL_BAD_ACTOR, offsetof(struct trail_entry, actor), "\xff" },
    { TRAIL_BAD_ACTOR, offsetof(struct trail_entry, actor), long_name },
    { TRAIL_BAD_COUNCIL, offsetof(struct trail_entry, council), "C K" },
    { TRAIL_BAD_COUNCIL, offsetof(struct trail_entry, council), long_name },
    { TRAIL_BAD_ACTION, offsetof(struct trail_entry, action), "" },
    { TRAIL_BAD_ACTION, offsetof(struct trail_entry, action), long_name },
    { TRAIL_BAD_SUBJECT, offsetof(struct trail_entry, subject_kind), "" },
    { TRAIL_BAD_SUBJECT, offsetof(struct trail_entry, subject_kind), long_name },
    { TRAIL_BAD_SUBJECT, offsetof(struct trail_entry, subject_id), "\x7f" },
    { TRAIL_BAD_SUBJECT, offsetof(struct trail_entry, subject_id), "" },
    { TRAIL_BAD_REQUEST, offsetof(struct trail_entry, request), "a\tb" },
    { TRAIL_BAD_REQUEST, offsetof(struct trail_entry, request), long_name },
    { TRAIL_BAD_VALUE, offsetof(struct trail_entry, value[TRAIL_BEFORE].text), "\xed\xa0\x80" },
    { TRAIL_FIT, offsetof(struct trail_entry, council), "" },
    { TRAIL_FIT, offsetof(struct trail_entry, request), "" },
    { TRAIL_FIT, offsetof(struct trail_entry, value[TRAIL_BEFORE].text), "" },
};

static void an_entry_is_refused_by_name(void **state)
{
    static char huge[TRAIL_VALUE_MAX + 1];
    struct sha256 work;

    (void)state;
    memset(long_name, 'x', sizeof long_name - 1);
    memset(huge, 'x', sizeof huge);
    assert_int_equal(sha256_begin(&work, NULL), OK);
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct trail_entry entry = example_entry(&work);
        struct text text = text_of(refused[i].text);

        memcpy((char *)&entry + refused[i].place, &text, sizeof text);
        assert_int_equal(trail_entry_judge(&entry), refused[i].refusal);
    }
    struct trail_entry entry = example_entry(&work);
    entry.sequence = 0;
    assert_int_equal(trail_entry_judge(&entry), TRAIL_BAD_SEQUENCE);
    entry.sequence = TRAIL_SEQUENCE_MAX + 1;
    assert_int_equal(trail_entry_judge(&entry), TRAIL_BAD_SEQUENCE);
    entry = example_entry(&work);
    entry.time_ms = -1;
    assert_int_equal(trail_entry_judge(&entry), TRAIL_BAD_TIME);
    entry = example_entry(&work);
    entry.value[TRAIL_BEFORE].text = (struct text){ huge, TRAIL_VALUE_MAX };
    assert_int_equal(trail_entry_judge(&entry), TRAIL_FIT);
    entry.value[TRAIL_BEFORE].text.size++;
    assert_int_equal(trail_entry_judge(&entry), TRAIL_BAD_VALUE);
    for (int i = 0; i < TRAIL_REFUSALS; i++)
        assert_true((trail_refusal_sentence((enum trail_refusal)i)[0] == '\0') ==
                    (i == TRAIL_FIT));
    sha256_drop(&work);
}

/* The largest entry there may be fits the line of an export. */
static void the_largest_entry_fits(void **state)
{
    static char control[TRAIL_VALUE_MAX];
    struct arena arena = { 0 };
    struct trail_line line;
    struct sha256 work;
    struct trail_entry back;

    (void)state;
    memset(control, 1, sizeof control);
    assert_int_equal(sha256_begin(&work, NULL), OK);
    struct trail_entry entry = example_entry(&work);
    for (size_t i = 0; i < TRAIL_FIELDS; i++)
        entry.value[i] = (struct trail_value){ .form = TRAIL_PLAIN,
                                               .text = { control, sizeof control } };
    trail_line_open(&line, &arena);
    trail_entry_encode(&entry, &line);
    assert_in_range(line.size, (size_t)3 * 6 * TRAIL_VALUE_MAX, TRAIL_LINE_MAX - 100);
    assert_true(trail_entry_parse((struct text){ line.bytes, line.size },
                                  arena_take(&arena, line.size, 1), &back));
    assert_true(text_equal(back.value[TRAIL_WHY].text, entry.value[TRAIL_WHY].text));
    sha256_drop(&work);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_written_and_hashed_so),
        cmocka_unit_test(what_is_read_is_what_was_written),
        cmocka_unit_test(every_text_has_one_entry),
        cmocka_unit_test(an_entry_is_refused_by_name),
        cmocka_unit_test(the_largest_entry_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
