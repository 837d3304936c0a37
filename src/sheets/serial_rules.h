/*
 * sheets/serial_rules.h -- days and times of day as sheets hold them.
 *
 * XLSX knows no dates: a cell holds a number of days, its number format says that it is to be
 * shown as a date, and the workbook says from when days are counted. ODS writes ISO 8601. Both
 * become the text of a CELL_DATE or CELL_TIME (formats/row.h).
 *
 * Everything is exact decimal arithmetic on the digits that the file holds. A time is rounded to
 * the nearest second, half a second upwards: a binary fraction of a day rarely is a whole second.
 */
#ifndef OCHIL_SERIAL_RULES_H
#define OCHIL_SERIAL_RULES_H

#include "base/text.h"

/* What a number format makes of a number. */
enum number_format {
    NUMBER_PLAIN,       /* no day nor time */
    NUMBER_DATE,        /* "dd/mm/yyyy", "d mmm yy hh:mm" */
    NUMBER_TIME,        /* "hh:mm" */
    NUMBER_DURATION     /* "[h]:mm": hours may go beyond 24 */
};

/* A format code, as styles.xml writes it (ECMA-376 part 1, 18.8.31). */
enum number_format number_format_of(struct text code);
/* A format that is known by its number alone (18.8.30). Those that are a date in one language
 * and a time in another count as dates: which it is, the cell's own number tells. */
enum number_format number_format_builtin(uint64_t id);

enum moment { MOMENT_NONE, MOMENT_DATE, MOMENT_TIME };

#define MOMENT_ROOM 24    /* the longest text, with its NUL: "9999-12-31 23:59:59" */

/*
 * A number of days ("41820", "41820.5729", "4.182E4") under a format that is not NUMBER_PLAIN.
 *
 * 1900 epoch: 1 is 1900-01-01 and 60 the 29 February 1900 that never was, so that every day from
 * 1900-03-01 on stands one higher than it should (ECMA-376 part 1, 18.17.4.1). A number below 1
 * has no day: it is a time. 1904 epoch: 0 is 1904-01-01.
 *
 * MOMENT_NONE, and nothing in `out`: no number, below 0, the day 60, past the year 9999.
 */
enum moment moment_of_serial(struct text serial, enum number_format, bool epoch_1904,
                             char out[MOMENT_ROOM]);

/* "2014-06-30", "2014-06-30T13:45:00.25", "13:45:00", each with or without Z. */
enum moment moment_of_iso(struct text iso, char out[MOMENT_ROOM]);

/* "PT13H45M00S" (XML Schema's duration, without years and months). */
enum moment moment_of_duration(struct text iso, char out[MOMENT_ROOM]);

#endif
