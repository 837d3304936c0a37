/*
 * extract/proof.c -- counting rows and adding up their amounts.
 */
#include "extract/proof.h"

void proof_open(struct proof *proof, struct arena *arena, size_t rules)
{
    *proof = (struct proof){ .rules = rules };
    proof->left_out = arena_take(arena, LEFT_BY_PROFILE + rules, sizeof *proof->left_out);
}

static void count_clear(struct count *count)
{
    decimal_sum_close(&count->total);
    *count = (struct count){ 0 };
}

void proof_clear(struct proof *proof)
{
    struct count *left_out = proof->left_out;
    const size_t rules = proof->rules;

    decimal_sum_close(&proof->rounding);
    decimal_sum_close(&proof->statement);
    decimal_sum_close(&proof->accepted.total);
    for (int i = 0; i < REASONS; i++)
        decimal_sum_close(&proof->refused[i].total);
    for (size_t i = 0; i < LEFT_BY_PROFILE + rules; i++)
        count_clear(&left_out[i]);
    *proof = (struct proof){ .rules = rules, .left_out = left_out };
}

void proof_close(struct proof *proof)
{
    if (proof->left_out == NULL)
        return;
    proof_clear(proof);
    proof->left_out = NULL;
}

void count_row(struct count *count, struct text file, uint64_t row)
{
    if (count->rows++ > 0)
        return;
    count->first = row;
    count->first_file = file;
}

static void count_add(struct count *sum, const struct count *part)
{
    if (sum->rows == 0) {
        sum->first = part->first;
        sum->first_file = part->first_file;
    }
    sum->rows += part->rows;
    sum->unreadable += part->unreadable;
    decimal_sum_add_sum(&sum->total, &part->total);
}

void proof_add(struct proof *all, const struct proof *file)
{
    all->rows += file->rows;
    all->rounded += file->rounded;
    decimal_sum_add_sum(&all->rounding, &file->rounding);
    count_add(&all->accepted, &file->accepted);
    for (size_t i = 0; i < LEFT_BY_PROFILE + all->rules; i++)
        count_add(&all->left_out[i], &file->left_out[i]);
    for (int i = 0; i < REASONS; i++)
        count_add(&all->refused[i], &file->refused[i]);
}

void proof_go_on(struct proof *file, const struct proof *rows)
{
    proof_add(file, rows);
    if (file->first_row == 0)
        file->first_row = rows->first_row;
    if (rows->last_row != 0)
        file->last_row = rows->last_row;
    if (!rows->stated)
        return;
    file->stated = true;
    decimal_sum_close(&file->statement);
    decimal_sum_add_sum(&file->statement, &rows->statement);
}

void proof_left_out(const struct proof *proof, struct count *out)
{
    for (size_t i = 0; i < LEFT_BY_PROFILE + proof->rules; i++)
        count_add(out, &proof->left_out[i]);
}

void proof_refused(const struct proof *proof, struct count *out)
{
    for (int i = 0; i < REASONS; i++)
        count_add(out, &proof->refused[i]);
}

void proof_total(const struct proof *proof, struct decimal_sum *out)
{
    struct count all = { 0 };

    decimal_sum_open(&all.total);
    count_add(&all, &proof->accepted);
    proof_left_out(proof, &all);
    proof_refused(proof, &all);
    decimal_sum_add_sum(out, &all.total);
    decimal_sum_close(&all.total);
}

uint64_t proof_unreadable(const struct proof *proof)
{
    uint64_t unreadable = 0;

    for (size_t i = 0; i < LEFT_BY_PROFILE + proof->rules; i++)
        unreadable += proof->left_out[i].unreadable;
    for (int i = 0; i < REASONS; i++)
        unreadable += proof->refused[i].unreadable;
    return unreadable;
}

enum agreement proof_agrees(const struct proof *proof, const struct decimal_sum *control,
                            struct decimal_sum *difference)
{
    struct decimal_sum total, unrounded;
    bool exact;

    decimal_sum_open(&total);
    decimal_sum_open(&unrounded);
    proof_total(proof, &total);
    decimal_sum_difference(&total, control, difference);
    decimal_sum_difference(difference, &proof->rounding, &unrounded);
    exact = decimal_sum_is_zero(&unrounded);
    decimal_sum_close(&unrounded);
    decimal_sum_close(&total);
    return decimal_sum_is_zero(difference) ? AGREE
         : exact ? AGREE_BEFORE_ROUNDING
         : proof_unreadable(proof) > 0 ? AGREE_NOT_READABLE : AGREE_NOT;
}

const char *left_out_name(struct arena *arena, size_t rule)
{
    static const char *const names[LEFT_BY_PROFILE] = {
        [LEFT_PREAMBLE] = "preamble",
        [LEFT_HEADER] = "header",
        [LEFT_BLANK] = "blank",
        [LEFT_TOTAL] = "total",
    };

    return rule < LEFT_BY_PROFILE ? names[rule]
                                  : arena_print(arena, "leave_out %zu", rule - LEFT_BY_PROFILE + 1);
}
