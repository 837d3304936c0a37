/*
 * engine/equations.h -- simultaneous equations, solved exactly.
 *
 * A row for each unknown: its coefficients, then the columns of the right-hand side. The
 * reciprocal method allocates support cost with them (contract, section 3).
 */
#ifndef OCHIL_EQUATIONS_H
#define OCHIL_EQUATIONS_H

#include "engine/fraction.h"

struct equations {
    size_t unknowns, columns;            /* columns: all of a row */
    mpq_t *cell;                         /* [row * columns + column] */
};

void equations_open(struct equations *, size_t unknowns, size_t right_columns);
void equations_close(struct equations *);

static inline mpq_t *equations_row(const struct equations *equations, size_t row)
{
    return &equations->cell[row * equations->columns];
}

/* Gauss and Jordan: what remains on the right of row i is unknown i. The matrix must have an
 * inverse (asserted). */
void equations_solve(const struct equations *);

#endif
