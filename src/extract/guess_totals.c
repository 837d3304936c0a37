/*
 * extract/guess_totals.c -- rows that are no lines but totals of lines.
 *
 * One at the end is a control total. One in between must be left out, or its pounds count twice;
 * but only where it is what it says: a payment to "Total Fitness" is none.
 */
#include "extract/guess.h"

#include <inttypes.h>

/* Sum of the rows less what the last row states. */
static bool compare(const struct table_facts *facts, const struct amount_columns *amount,
                    struct decimal_sum *difference)
{
    struct decimal_sum stated, rows;
    bool found = false;

    decimal_sum_open(&stated);
    decimal_sum_open(&rows);
    for (size_t i = 0; i < amount->count; i++) {
        const struct decimal_sum *sum = &facts->column[amount->column[i]].sum[amount->mark];
        struct decimal last;
        struct decimal_sum minus, nothing;

        if (facts_last_amount(facts, amount->column[i], amount->mark, &last)) {
            found = true;
            last.digits = i == 0 ? last.digits : -last.digits;
            decimal_sum_add(&stated, last);
        }
        decimal_sum_open(&minus);
        decimal_sum_open(&nothing);
        decimal_sum_difference(&nothing, sum, &minus);
        decimal_sum_add_sum(&rows, i == 0 ? sum : &minus);
        decimal_sum_close(&minus);
        decimal_sum_close(&nothing);
    }
    decimal_sum_difference(&rows, &stated, difference);
    decimal_sum_close(&stated);
    decimal_sum_close(&rows);
    return found;
}

/* Whether the rule would hold for a row above, too. */
static bool holds_above(const struct table_facts *facts, const struct last_row *last)
{
    if (last->alone)
        return facts->column[last->label].alone > 0;
    for (size_t i = 0; i < facts->labels; i++) {
        if (facts->label[i].column == last->label && facts->label[i].rows > 0)
            return true;
    }
    return false;
}

static void say_total_row(struct guess *guess, const struct table_facts *facts,
                          const struct last_row *last, const struct amount_columns *amount)
{
    struct decimal_sum difference;
    const char *column = guess_column_name(guess, facts, last->label);

    decimal_sum_open(&difference);
    const bool stated = compare(facts, amount, &difference);
    const bool same = sum_is_residue(&difference, facts->column[amount->column[0]].finer);
    const char *off = decimal_sum_text(&difference, guess->arena);
    decimal_sum_close(&difference);
    if (!stated || (last->alone && last->label != amount->column[0]
                    && last->label != amount->column[amount->count - 1]))
        return;
    const char *rule = last->alone
        ? arena_print(guess->arena, "only %s", column)
        : arena_print(guess->arena, "%s is %s", column,
                      guess_quoted(guess->arena, last->words, true));
    const char *why = same
        ? arena_print(guess->arena, "row %" PRIu64 ", the last: what it states is the sum of the "
                      "%" PRIu64 " rows above", facts->last.number, facts->counted)
        : arena_print(guess->arena, "row %" PRIu64 ", the last, %s, but the rows above are %s off "
                      "what it states", facts->last.number,
                      last->alone ? "holds nothing but an amount" : "says so", off);
    guess_say(guess, "total_row", rule,
              same && !holds_above(facts, last) ? SURENESS_SURE : SURENESS_LIKELY, why);
}

static void say_subtotals(struct guess *guess, const struct table_facts *facts,
                          const struct amount_columns *amount)
{
    for (size_t i = 0; i < facts->labels; i++) {
        const struct total_label *label = &facts->label[i];
        const uint64_t met = label->met[amount->mark][amount->column[0]];
        const char *rule = arena_print(
            guess->arena, "%s starts with %s", guess_column_name(guess, facts, label->column),
            guess_quoted(guess->arena, text_of(label->prefix), true));
        const char *why = arena_print(guess->arena, "%" PRIu64 " rows begin so; in %" PRIu64
                                      " the amount is the sum of those above it", label->rows,
                                      met);

        if (met == 0 && label->alone == 0)      /* somebody whose name begins so */
            continue;
        if (label->rows == met && amount->count == 1)
            guess_say(guess, "leave_out", rule, met > 1 ? SURENESS_SURE : SURENESS_LIKELY, why);
        else
            guess_say(guess, "leave_out", rule, SURENESS_OPEN, why);
    }
}

void guess_totals(struct guess *guess, const struct table_facts *facts,
                  const struct last_row *last, const struct amount_columns *amount)
{
    if (last->total && (last->alone || guess_fits_line(last->words)))
        say_total_row(guess, facts, last, amount);
    say_subtotals(guess, facts, amount);
}
