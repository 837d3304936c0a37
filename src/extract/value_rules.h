/*
 * extract/value_rules.h -- what a cell means once a profile has said how to read it: amounts,
 * dates, periods, codes. Pure; no allocation. docs/convert.md, sections 4 and 5.
 *
 * Every function takes a cell as the file has it and takes white space off its ends itself.
 */
#ifndef OCHIL_VALUE_RULES_H
#define OCHIL_VALUE_RULES_H

#include "engine/period.h"
#include "extract/decimal.h"
#include "extract/reason.h"
#include "formats/row.h"

enum decimal_mark { DECIMAL_POINT, DECIMAL_COMMA };
enum thousands_mark {
    THOUSANDS_NONE, THOUSANDS_COMMA, THOUSANDS_POINT, THOUSANDS_BLANK, THOUSANDS_APOSTROPHE
};
enum negative_form {          /* bits */
    NEGATIVE_MINUS = 1, NEGATIVE_BRACKETS = 2, NEGATIVE_TRAILING = 4, NEGATIVE_CR = 8
};
enum rounding { ROUNDING_REFUSE, ROUNDING_RESIDUE, ROUNDING_HALF_UP, ROUNDING_HALF_EVEN };

struct amount_style {
    enum decimal_mark   decimal;
    enum thousands_mark thousands;
    unsigned            negative;     /* enum negative_form */
    struct text         currency;     /* no bytes: none */
    enum rounding       rounding;
};

struct amount_reading {
    struct decimal exact;     /* as written */
    bool           readable;  /* `exact` means something, also when the amount is refused */
    wide           pence;     /* on REASON_NONE */
    bool           rounded;   /* `pence` is not `exact` */
};

/* REASON_NONE, ERROR_CELL, AMOUNT, AMOUNT_MISSING, AMOUNT_DECIMALS or AMOUNT_SIZE. Blank, with
 * any rounding, is AMOUNT_MISSING and not readable. */
enum reason amount_read(const struct cell *, const struct amount_style *,
                        struct amount_reading *);

/* For basis values: at most 18 digits and 12 decimals, not negative. REASON_VALUE otherwise. */
enum reason value_read(const struct cell *, const struct amount_style *,
                       struct amount_reading *);

/* A day: 1 <= month <= 12; a real day of that month; 1 <= year <= 9999. */
struct day {
    int32_t year;
    int32_t month;
    int32_t day;
};

#define PATTERN_PARTS_MAX 24
#define DATE_PATTERNS_MAX 8

enum pattern_part_kind {
    PART_LITERAL, PART_YEAR4, PART_YEAR2, PART_MONTH, PART_MONTH_NAME, PART_DAY, PART_TIME,
    PART_TIME_SHORT, PART_PERIOD, PART_YEAR_END
};

struct pattern_part {
    enum pattern_part_kind kind;
    char                   literal;
};

struct pattern {
    struct pattern_part part[PATTERN_PARTS_MAX];
    size_t              count;
};

/* "dd/mm/yyyy". false: not a pattern of a date (of a period). A year, a month and a day (an
 * accounting period or a month) must be there once; the year of a period may be missing. */
bool date_pattern_parse(struct text, struct pattern *);
bool period_pattern_parse(struct text, struct pattern *);
bool pattern_has_year(const struct pattern *);

/* Whether the whole of the text fits; the day exists. */
bool date_pattern_fits(const struct pattern *, struct text, struct day *);

/* REASON_NONE, ERROR_CELL, DATE, DATE_LOST; DATE_MISSING for a blank cell. */
enum reason date_read(const struct cell *, const struct pattern patterns[], size_t count,
                      struct day *);
/* "2014-06-30" with a NUL. */
#define DAY_TEXT_MAX 11
void day_print(struct day, char text[DAY_TEXT_MAX]);
/* The period a day falls in: 2014-06-30 is 2014-15/P03. */
period_number day_period(struct day);

/* `year`: the financial year's first calendar year for a pattern without one. REASON_NONE,
 * ERROR_CELL, PERIOD; a blank cell is REASON_PERIOD too: ask first. */
enum reason period_read(const struct cell *, const struct pattern *, int32_t year,
                        period_number *);

/* A code: REASON_NONE, ERROR_CELL, CODE_LOST, MISSING when blank. *code is the trimmed text. */
enum reason code_read(const struct cell *, struct text *code);
/* "#N/A", "Err:502", "########": what a spreadsheet shows for an error. */
bool cell_is_error(const struct cell *);

#endif
