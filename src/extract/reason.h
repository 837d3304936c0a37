/*
 * extract/reason.h -- why a row of an extract is refused: a closed list (docs/convert.md,
 * section 5).
 */
#ifndef OCHIL_REASON_H
#define OCHIL_REASON_H

#include "base/base.h"

/* In the order of the document. */
enum reason {
    REASON_NONE,
    REASON_ENCODING, REASON_LONG, REASON_QUOTE, REASON_COLUMNS, REASON_RUN_TOGETHER,
    REASON_ERROR_CELL, REASON_MISSING, REASON_CODE_LOST, REASON_DUPLICATE, REASON_DATE,
    REASON_DATE_LOST, REASON_DATE_MISSING, REASON_PERIOD, REASON_YEAR, REASON_AMOUNT,
    REASON_AMOUNT_MISSING, REASON_AMOUNT_DECIMALS, REASON_AMOUNT_SIZE, REASON_VALUE,
    REASON_TREATMENT,
    REASONS
};

/* "CODE_LOST". */
const char *reason_name(enum reason);
/* What it means and what to do, for a finance officer: one sentence without the row's own
 * values. */
const char *reason_help(enum reason);

#endif
