/*
 * The proof: sums that add up, agreement with a control total in all its kinds, and two laws: the
 * order of the rows changes nothing, and two files together are one.
 */
#include "extract/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"

#define RULES 2
#define LAW_ROWS_MAX 40

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    if (ARENA_GUARD(&arena))
        return -1;
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* ---- rows by hand ---- */

enum place { ACCEPTED, LEFT_OUT, REFUSED };

struct entry {
    enum place place;
    size_t     which;       /* rule or reason */
    int64_t    digits;      /* of the amount as it was read ... */
    unsigned   places;
    int64_t    pence;       /* ... and as it was written */
    bool       unreadable;
};

static struct decimal exact_of(const struct entry *entry)
{
    return (struct decimal){ entry->digits, entry->places };
}

static void count_accepted(struct proof *proof, const struct entry *entry)
{
    struct decimal back = exact_of(entry);

    back.digits = -back.digits;
    decimal_sum_add_pence(&proof->accepted.total, entry->pence);
    if (entry->places <= 2)
        return;
    proof->rounded++;
    decimal_sum_add_pence(&proof->rounding, entry->pence);
    decimal_sum_add(&proof->rounding, back);
}

static void count_entry(struct proof *proof, const char *file, uint64_t row,
                        const struct entry *entry)
{
    struct count *count = entry->place == ACCEPTED ? &proof->accepted
                        : entry->place == LEFT_OUT ? &proof->left_out[entry->which]
                        : &proof->refused[entry->which];

    proof->rows++;
    count_row(count, text_of(file), row);
    if (entry->place == ACCEPTED)
        count_accepted(proof, entry);
    else if (entry->unreadable)
        count->unreadable++;
    else
        decimal_sum_add(&count->total, exact_of(entry));
}

static const struct entry some[] = {
    { LEFT_OUT, LEFT_HEADER, 0, 0, 0, false },
    { ACCEPTED, 0, 1000, 2, 1000, false },
    { ACCEPTED, 0, 1005, 3, 101, false },
    { ACCEPTED, 0, -5, 0, -500, false },
    { LEFT_OUT, LEFT_BY_PROFILE, 500, 2, 0, false },
    { LEFT_OUT, LEFT_BY_PROFILE + 1, 0, 0, 0, true },
    { REFUSED, REASON_DATE, 7125, 3, 0, false },
    { REFUSED, REASON_AMOUNT, 0, 0, 0, true },
    { REFUSED, REASON_DATE, -1, 0, 0, false },
    { LEFT_OUT, LEFT_BLANK, 0, 0, 0, false },
};

static void count_some(struct proof *proof)
{
    proof_open(proof, &arena, RULES);
    for (size_t i = 0; i < COUNT(some); i++)
        count_entry(proof, "june.csv", i + 1, &some[i]);
}

static void is_text(const struct decimal_sum *sum, const char *text)
{
    assert_string_equal(decimal_sum_text(sum, &arena), text);
}

static void rows_and_sums_add_up(void **state)
{
    struct count left_out = { 0 }, refused = { 0 };
    struct decimal_sum total = { 0 };
    struct proof proof;

    (void)state;
    count_some(&proof);
    proof_left_out(&proof, &left_out);
    proof_refused(&proof, &refused);
    proof_total(&proof, &total);
    assert_int_equal(proof.rows, 10);
    assert_int_equal(proof.accepted.rows, 3);
    assert_int_equal(left_out.rows, 4);
    assert_int_equal(refused.rows, 3);
    assert_int_equal(left_out.unreadable, 1);
    assert_int_equal(refused.unreadable, 1);
    assert_int_equal(proof_unreadable(&proof), 2);
    is_text(&proof.accepted.total, "6.01");
    is_text(&left_out.total, "5.00");
    is_text(&refused.total, "6.125");
    is_text(&total, "17.135");
    is_text(&proof.rounding, "0.005");
    assert_int_equal(proof.rounded, 1);
    decimal_sum_close(&left_out.total);
    decimal_sum_close(&refused.total);
    decimal_sum_close(&total);
    proof_close(&proof);
}

static void the_first_row_is_kept(void **state)
{
    struct proof proof;
    struct count refused = { 0 };

    (void)state;
    count_some(&proof);
    assert_int_equal(proof.refused[REASON_DATE].first, 7);
    assert_true(text_is(proof.refused[REASON_DATE].first_file, "june.csv"));
    assert_int_equal(proof.refused[REASON_YEAR].first, 0);
    assert_int_equal(proof.left_out[LEFT_BLANK].first, 10);
    proof_refused(&proof, &refused);
    assert_int_equal(refused.first, 7);
    decimal_sum_close(&refused.total);
    proof_close(&proof);
}

static void rules_have_names(void **state)
{
    (void)state;
    assert_string_equal(left_out_name(&arena, LEFT_PREAMBLE), "preamble");
    assert_string_equal(left_out_name(&arena, LEFT_HEADER), "header");
    assert_string_equal(left_out_name(&arena, LEFT_BLANK), "blank");
    assert_string_equal(left_out_name(&arena, LEFT_TOTAL), "total");
    assert_string_equal(left_out_name(&arena, LEFT_BY_PROFILE), "leave_out 1");
    assert_string_equal(left_out_name(&arena, LEFT_BY_PROFILE + 11), "leave_out 12");
}

/* Closing twice, or what was never opened, is nothing. */
static void a_proof_is_closed_once(void **state)
{
    struct proof proof = { 0 };

    (void)state;
    proof_close(&proof);
    count_some(&proof);
    proof_close(&proof);
    proof_close(&proof);
}

/* ---- agreement ---- */

static void try_agreement(const struct entry entry[], size_t count, struct decimal control,
                          enum agreement expected, const char *difference)
{
    struct decimal_sum sum = { 0 }, found = { 0 };
    struct proof proof;

    proof_open(&proof, &arena, RULES);
    for (size_t i = 0; i < count; i++)
        count_entry(&proof, "june.csv", i + 1, &entry[i]);
    decimal_sum_add(&sum, control);
    assert_int_equal(proof_agrees(&proof, &sum, &found), expected);
    is_text(&found, difference);
    decimal_sum_close(&sum);
    decimal_sum_close(&found);
    proof_close(&proof);
}

static void control_totals(void **state)
{
    static const struct entry whole[] = {
        { ACCEPTED, 0, 1000, 2, 1000, false },
        { REFUSED, REASON_DATE, 5, 1, 0, false },
        { LEFT_OUT, LEFT_BY_PROFILE, -250, 2, 0, false },
    };
    static const struct entry rounded[] = {
        { ACCEPTED, 0, 1005, 3, 101, false },
        { ACCEPTED, 0, 2000, 3, 200, false },
    };

    (void)state;
    try_agreement(whole, 3, (struct decimal){ 8, 0 }, AGREE, "0.00");
    try_agreement(whole, 3, (struct decimal){ 801, 2 }, AGREE_NOT, "-0.01");
    try_agreement(whole, 3, (struct decimal){ 799, 2 }, AGREE_NOT, "0.01");
    try_agreement(whole, 3, (struct decimal){ 80001, 4 }, AGREE_NOT, "-0.0001");
    try_agreement(some, COUNT(some), (struct decimal){ 17135, 3 }, AGREE, "0.00");
    try_agreement(some, COUNT(some), (struct decimal){ 18, 0 }, AGREE_NOT_READABLE, "-0.865");
    try_agreement(rounded, 2, (struct decimal){ 301, 2 }, AGREE, "0.00");
    try_agreement(rounded, 2, (struct decimal){ 3005, 3 }, AGREE_BEFORE_ROUNDING, "0.005");
    try_agreement(rounded, 2, (struct decimal){ 300, 2 }, AGREE_NOT, "0.01");
    try_agreement(whole, 0, (struct decimal){ 0, 0 }, AGREE, "0.00");
}

/* ---- laws ---- */

static struct entry random_entry(struct chance *chance)
{
    struct entry entry = { .place = (enum place)chance_below(chance, 3) };

    entry.digits = chance_between(chance, -100000000, 100000000);
    entry.places = (unsigned)chance_below(chance, 7);
    if (entry.place == LEFT_OUT)
        entry.which = chance_below(chance, LEFT_BY_PROFILE + RULES);
    if (entry.place == REFUSED)
        entry.which = REASON_ENCODING + chance_below(chance, REASONS - REASON_ENCODING);
    if (entry.place == ACCEPTED && entry.places <= 2)
        entry.pence = entry.digits * (int64_t)decimal_power(2 - entry.places);
    else if (entry.place == ACCEPTED)
        entry.pence = entry.digits / (int64_t)decimal_power(entry.places - 2);
    else
        entry.unreadable = chance_one_in(chance, 5);
    return entry;
}

static void same_count(const struct count *one, const struct count *other)
{
    struct decimal_sum difference = { 0 };

    assert_int_equal(one->rows, other->rows);
    assert_int_equal(one->unreadable, other->unreadable);
    decimal_sum_difference(&one->total, &other->total, &difference);
    assert_true(decimal_sum_is_zero(&difference));
    decimal_sum_close(&difference);
}

/* In all but the first rows, which depend on the order. */
static void same_proof(const struct proof *one, const struct proof *other)
{
    struct decimal_sum difference = { 0 };

    assert_int_equal(one->rows, other->rows);
    assert_int_equal(one->rounded, other->rounded);
    same_count(&one->accepted, &other->accepted);
    for (size_t i = 0; i < LEFT_BY_PROFILE + RULES; i++)
        same_count(&one->left_out[i], &other->left_out[i]);
    for (size_t i = 0; i < REASONS; i++)
        same_count(&one->refused[i], &other->refused[i]);
    decimal_sum_difference(&one->rounding, &other->rounding, &difference);
    assert_true(decimal_sum_is_zero(&difference));
    decimal_sum_close(&difference);
}

static void shuffle(struct chance *chance, struct entry entry[], size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = chance_below(chance, i);
        struct entry kept = entry[i - 1];
        entry[i - 1] = entry[other];
        entry[other] = kept;
    }
}

static void count_all(struct proof *proof, const struct entry entry[], size_t count)
{
    proof_open(proof, &arena, RULES);
    for (size_t i = 0; i < count; i++)
        count_entry(proof, "june.csv", i + 1, &entry[i]);
}

/* Rows, left out and refused, and accepted as they were read: the sum of all amounts. */
static void adds_up(const struct proof *proof, const struct entry entry[], size_t count)
{
    struct decimal_sum all = { 0 }, difference = { 0 };
    struct count parts = { 0 };

    for (size_t i = 0; i < count; i++) {
        if (!entry[i].unreadable)
            decimal_sum_add(&all, exact_of(&entry[i]));
    }
    assert_true(proof_agrees(proof, &all, &difference) <= AGREE_BEFORE_ROUNDING);
    proof_left_out(proof, &parts);
    proof_refused(proof, &parts);
    assert_int_equal(proof->accepted.rows + parts.rows, proof->rows);
    decimal_sum_close(&all);
    decimal_sum_close(&difference);
    decimal_sum_close(&parts.total);
}

static void order_and_files_change_nothing(void **state)
{
    struct entry entry[LAW_ROWS_MAX] = { 0 };
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        size_t count = chance_below(&chance, LAW_ROWS_MAX);
        size_t cut = chance_below(&chance, count + 1);
        struct proof whole, shuffled, first, second, both;

        for (size_t j = 0; j < count; j++)
            entry[j] = random_entry(&chance);
        count_all(&whole, entry, count);
        adds_up(&whole, entry, count);
        count_all(&first, entry, cut);
        count_all(&second, entry + cut, count - cut);
        proof_open(&both, &arena, RULES);
        proof_add(&both, &first);
        proof_add(&both, &second);
        same_proof(&whole, &both);
        assert_int_equal(whole.accepted.first == 0, both.accepted.first == 0);
        shuffle(&chance, entry, count);
        count_all(&shuffled, entry, count);
        same_proof(&whole, &shuffled);
        struct proof *all[] = { &whole, &shuffled, &first, &second, &both };
        for (size_t j = 0; j < COUNT(all); j++)
            proof_close(all[j]);
        arena_free(&arena);
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_and_sums_add_up, begin, end),
        cmocka_unit_test_setup_teardown(the_first_row_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(rules_have_names, begin, end),
        cmocka_unit_test_setup_teardown(a_proof_is_closed_once, begin, end),
        cmocka_unit_test_setup_teardown(control_totals, begin, end),
        cmocka_unit_test_setup_teardown(order_and_files_change_nothing, begin, end),
    };

    test_chance_open(count, argument, 3000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
