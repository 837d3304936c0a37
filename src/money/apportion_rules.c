#include "money/apportion_rules.h"

#include <assert.h>

void apportion_open(struct apportion_work *work)
{
    mpz_init(work->quotient);
    mpz_init(work->numerator);
    for (size_t i = 0; i < APPORTION_PARTIES_MAX; i++)
        mpz_init(work->remainder[i]);
}

void apportion_close(struct apportion_work *work)
{
    mpz_clear(work->quotient);
    mpz_clear(work->numerator);
    for (size_t i = 0; i < APPORTION_PARTIES_MAX; i++)
        mpz_clear(work->remainder[i]);
}

/* The party with the largest remainder that has had no spare penny yet; the first on a tie. */
static size_t largest_left(mpz_t remainder[], const bool given[], size_t count)
{
    size_t best = count;

    for (size_t i = 0; i < count; i++)
        if (!given[i] && (best == count || mpz_cmp(remainder[i], remainder[best]) > 0))
            best = i;
    return best;
}

void apportion(struct apportion_work *work, mpz_t exact[], const mpz_t denominator,
               wide total, size_t count, enum remainder remainder, size_t lead, wide due[])
{
    bool given[APPORTION_PARTIES_MAX] = { false };
    const wide sign = total < 0 ? -1 : 1;
    wide left = sign * total;

    assert(count > 0 && count <= APPORTION_PARTIES_MAX && lead < count);
    for (size_t i = 0; i < count; i++) {
        if (sign < 0)
            mpz_neg(work->numerator, exact[i]);
        else
            mpz_set(work->numerator, exact[i]);
        mpz_fdiv_qr(work->quotient, work->remainder[i], work->numerator, denominator);
        due[i] = wide_from_mpz(work->quotient);
        left -= due[i];
    }
    assert(left >= 0 && left < (wide)count);
    if (remainder != REMAINDER_LARGEST) {
        due[remainder == REMAINDER_LEAD ? lead : 0] += left;
        left = 0;
    }
    while (left-- > 0) {
        size_t winner = largest_left(work->remainder, given, count);
        given[winner] = true;
        due[winner]++;
    }
    for (size_t i = 0; i < count; i++)
        due[i] *= sign;
}

void apportion_units(mpq_t share[], size_t count, const mpz_t whole, mpz_t units[])
{
    bool given[APPORTION_PARTIES_MAX] = { false };
    mpq_t fraction[APPORTION_PARTIES_MAX];
    mpz_t left;

    assert(count <= APPORTION_PARTIES_MAX);
    mpz_init_set(left, whole);
    for (size_t i = 0; i < count; i++) {
        mpq_init(fraction[i]);
        mpz_mul(mpq_numref(fraction[i]), mpq_numref(share[i]), whole);
        mpz_fdiv_qr(units[i], mpq_numref(fraction[i]), mpq_numref(fraction[i]),
                    mpq_denref(share[i]));
        mpz_set(mpq_denref(fraction[i]), mpq_denref(share[i]));
        mpz_sub(left, left, units[i]);
    }
    while (mpz_sgn(left) > 0) {
        size_t best = count;
        for (size_t i = 0; i < count; i++)
            if (!given[i] && (best == count || mpq_cmp(fraction[i], fraction[best]) > 0))
                best = i;
        assert(best < count);
        given[best] = true;
        mpz_add_ui(units[best], units[best], 1);
        mpz_sub_ui(left, left, 1);
    }
    for (size_t i = 0; i < count; i++)
        mpq_clear(fraction[i]);
    mpz_clear(left);
}
