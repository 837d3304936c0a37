/*
 * extract/value_rules.h -- what a cell means once a profile has said how to read it: amounts,
 * dates, periods, codes. Pure; no allocation. docs/convert.md, sections 4 and 5.
 *
 * Every function takes a cell as the file has it and takes white space off its ends itself.
 *
 * Read next: amount_rules.c, pattern_rules.c (patterns of dates and periods), date_rules.c,
 * code_rules.c.
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
enum penny_rounding { PENNY_REFUSE, PENNY_RESIDUE, PENNY_HALF_UP, PENNY_HALF_EVEN };

struct amount_style {
    enum decimal_mark   decimal;
    enum thousands_mark thousands;
    unsigned            negative;     /* enum negative_form */
    struct text         currency;     /* no bytes: none */
    enum penny_rounding       rounding;
};

struct amount_reading {
    struct decimal exact;     /* as written; zeros at the end may be left out */
    bool           readable;  /* `exact` means something, also when the amount is refused */
    wide           pence;     /* on REASON_NONE */
    bool           rounded;   /* `pence` is not `exact` */
};

/* REASON_NONE, ERROR_CELL, AMOUNT, AMOUNT_MISSING, AMOUNT_DECIMALS or AMOUNT_SIZE. Blank, with
 * any rounding, is AMOUNT_MISSING and not readable.
 *
 * An amount of a text is judged as it is written: 1.500 has three decimals. A number cell of a
 * sheet is judged by its value, since how a spreadsheet writes it down was nobody's choice: 1.500
 * and 15E-1 are 1.5. A number of more than DECIMAL_DIGITS_MAX digits or DECIMAL_PLACES_MAX places
 * is AMOUNT_SIZE or AMOUNT_DECIMALS, whatever the rounding, and not readable. */
enum reason amount_read(const struct cell *, const struct amount_style *,
                        struct amount_reading *);

/* For basis values: at most 18 digits before the point and 12 decimals, not negative, no
 * E-notation in a text. REASON_NONE (the value is `exact`; there are no pence), ERROR_CELL,
 * VALUE (blank too). */
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
    PART_TIME_SHORT, PART_PERIOD, PART_YEAR_END,
    PART_KINDS
};

struct pattern_part {
    enum pattern_part_kind kind;
    char                   literal;
    bool                   padded;    /* a month, day or period that needs both its digits,
                                         since it stands beside other digits */
};

/* Where things stand in a text that is written in full, as 2014-06-30 and 30/06/2014 are, so
 * that it can be read without looking at the parts. */
struct pattern_places {
    uint8_t size;                     /* of the whole text; 0: this pattern has no such form */
    uint8_t year, month, day;
    uint8_t mark_at[2];
    char    mark[2];
};

struct pattern {
    struct pattern_part   part[PATTERN_PARTS_MAX];
    size_t                count;
    struct pattern_places full;       /* of a date */
};

/* "dd/mm/yyyy". false: not a pattern of a date (of a period). A year, a month and a day (an
 * accounting period or a month) must be there once; the year of a period may be missing. A
 * letter y, m, d (y, m, z, p) that belongs to no part is a slip of the pen, not a literal. */
bool date_pattern_parse(struct text, struct pattern *);
bool period_pattern_parse(struct text, struct pattern *);
bool pattern_has_year(const struct pattern *);

/* What a pattern found in a text; 0 where it has no such part. */
struct pattern_found {
    int32_t year, month, day, period;
    int32_t year_end;                 /* two digits; -1: none */
};

/* Whether the whole of the text fits the parts; whether there is such a day is not asked. */
bool pattern_match(const struct pattern *, struct text, struct pattern_found *);

/* Whether the whole of the text fits; the day exists. */
bool date_pattern_fits(const struct pattern *, struct text, struct day *);

/* REASON_NONE, ERROR_CELL, DATE, DATE_LOST; DATE_MISSING for a blank cell. A date cell needs no
 * pattern; text and whole numbers must fit one. */
enum reason date_read(const struct cell *, const struct pattern patterns[], size_t count,
                      struct day *);
/* "2014-06-30" with a NUL. */
#define DAY_TEXT_MAX 11
void day_print(struct day, char text[DAY_TEXT_MAX]);
/* The period a day falls in: 2014-06-30 is 2014-15/P03. */
period_number day_period(struct day);

/* `year`: the financial year's first calendar year for a pattern without one. REASON_NONE,
 * ERROR_CELL, PERIOD; a blank cell is REASON_PERIOD too: ask first. A number cell must be whole:
 * 2014.1 may be what is left of 2014.10. */
enum reason period_read(const struct cell *, const struct pattern *, int32_t year,
                        period_number *);

/* A code: REASON_NONE, ERROR_CELL, CODE_LOST, MISSING when blank. *code is the trimmed text; of
 * a number cell without the decimals that are all zero: 5021 and 5021.0 are the code 5021. */
enum reason code_read(const struct cell *, struct text *code);
/* One of the five: REASON_NONE, ERROR_CELL, TREATMENT, MISSING when blank. */
enum reason treatment_read(const struct cell *, struct text *treatment);
/* [A-Za-z0-9._-]{1,32}, as the engine wants a partner's code, since it names files. */
bool partner_code_is_good(struct text code);
/* "#N/A", "Err:502", "########": what a spreadsheet shows for an error. */
bool cell_is_error(const struct cell *);

#endif
