#include "engine/equations.h"

#include <assert.h>

void equations_open(struct equations *equations, size_t unknowns, size_t right_columns)
{
    equations->unknowns = unknowns;
    equations->columns = unknowns + right_columns;
    equations->cell = fractions_new(unknowns * equations->columns);
}

void equations_close(struct equations *equations)
{
    fractions_drop(equations->cell, equations->unknowns * equations->columns);
}

static void swap_rows(const struct equations *equations, size_t a, size_t b)
{
    for (size_t c = 0; c < equations->columns && a != b; c++)
        mpq_swap(equations->cell[a * equations->columns + c],
                 equations->cell[b * equations->columns + c]);
}

/* row `to` less `factor` times row `from`, from column `first` on. */
static void subtract_row(const struct equations *equations, size_t to, size_t from, size_t first,
                         const mpq_t factor)
{
    mpq_t product;

    mpq_init(product);
    for (size_t c = first; c < equations->columns; c++) {
        if (mpq_sgn(equations->cell[from * equations->columns + c]) == 0)
            continue;
        mpq_mul(product, equations->cell[from * equations->columns + c], factor);
        mpq_sub(equations->cell[to * equations->columns + c],
                equations->cell[to * equations->columns + c], product);
    }
    mpq_clear(product);
}

void equations_solve(const struct equations *equations)
{
    mpq_t factor;

    mpq_init(factor);
    for (size_t k = 0; k < equations->unknowns; k++) {
        size_t pivot = k;
        while (pivot < equations->unknowns &&
               mpq_sgn(equations->cell[pivot * equations->columns + k]) == 0)
            pivot++;
        assert(pivot < equations->unknowns);
        swap_rows(equations, k, pivot);
        mpq_inv(factor, equations->cell[k * equations->columns + k]);
        for (size_t c = k; c < equations->columns; c++)
            mpq_mul(equations->cell[k * equations->columns + c],
                    equations->cell[k * equations->columns + c], factor);
        for (size_t row = 0; row < equations->unknowns; row++) {
            mpq_set(factor, equations->cell[row * equations->columns + k]);
            if (row != k && mpq_sgn(factor) != 0)
                subtract_row(equations, row, k, k, factor);
        }
    }
    mpq_clear(factor);
}
