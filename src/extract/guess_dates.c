/*
 * extract/guess_dates.c -- how a cell could be written as a date.
 *
 * 03/04/2014 says nothing of its order; 25/04/2014 does. So a cell gives its shape, and what it
 * proves of the order is counted apart.
 */
#include "extract/guess.h"

struct date_scan {
    const char *at, *end;
};

/* Up to `most` digits; how many there were, and their number. */
static unsigned scan_digits(struct date_scan *scan, unsigned most, unsigned *number)
{
    unsigned count = 0;

    *number = 0;
    for (; count < most && scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
         scan->at++, count++)
        *number = *number * 10 + (unsigned)(*scan->at - '0');
    return count;
}

static bool scan_mark(struct date_scan *scan, char *mark)
{
    if (scan->at == scan->end || !is_one_of(*scan->at, "/-. "))
        return false;
    *mark = *scan->at++;
    return true;
}

static bool scan_letters(struct date_scan *scan)
{
    const char *from = scan->at;

    while (scan->at < scan->end
           && ((*scan->at >= 'a' && *scan->at <= 'z') || (*scan->at >= 'A' && *scan->at <= 'Z')))
        scan->at++;
    return scan->at - from >= 3;
}

static bool good_day(unsigned month, unsigned day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* 2014-06-30, 20140630 */
static bool scan_year_first(struct date_scan *scan, struct date_seen *seen)
{
    struct date_shape *shape = &seen->shape;
    unsigned year, month, day;
    struct date_scan packed = *scan;

    shape->year_first = true;
    shape->year_digits = 4;
    if (scan_digits(&packed, 4, &year) != 4 || year < 1900 || year > 2199)
        return false;
    *scan = packed;
    if (scan_digits(&packed, 2, &month) == 2 && scan_digits(&packed, 2, &day) == 2
        && good_day(month, day)) {
        *scan = packed;
        return true;
    }
    return scan_mark(scan, &shape->mark[0]) && scan_digits(scan, 2, &month) > 0
           && scan_mark(scan, &shape->mark[1]) && shape->mark[1] == shape->mark[0]
           && scan_digits(scan, 2, &day) > 0 && good_day(month, day);
}

/* 30/06/2014, 30-Jun-14 */
static bool scan_year_last(struct date_scan *scan, struct date_seen *seen)
{
    struct date_shape *shape = &seen->shape;
    unsigned first, second, year;

    if (scan_digits(scan, 2, &first) == 0 || first == 0 || first > 31
        || !scan_mark(scan, &shape->mark[0]))
        return false;
    if (scan_digits(scan, 2, &second) == 0) {
        shape->month_name = scan_letters(scan);
        if (!shape->month_name)
            return false;
    } else if (second == 0 || second > 31 || (first > 12 && second > 12)) {
        return false;
    } else {
        seen->day_first = first > 12;
        seen->month_first = second > 12;
    }
    if (!scan_mark(scan, &shape->mark[1]) || shape->mark[1] != shape->mark[0])
        return false;
    const unsigned digits = scan_digits(scan, 4, &year);
    shape->year_digits = (uint8_t)digits;
    return digits == 2 || (digits == 4 && year >= 1900 && year <= 2199);
}

/* " 13:45:00" */
static bool scan_time(struct date_scan *scan, struct date_shape *shape)
{
    unsigned part;

    if (scan->at == scan->end)
        return true;
    if (*scan->at != ' ' && *scan->at != 'T')
        return false;
    shape->time_mark = *scan->at++;
    if (scan_digits(scan, 2, &part) == 0)
        return false;
    for (; scan->at < scan->end && *scan->at == ':' && shape->time < 2; shape->time++) {
        scan->at++;
        if (scan_digits(scan, 2, &part) != 2)
            return false;
    }
    return shape->time > 0 && scan->at == scan->end;
}

bool date_shape_of(struct text text, struct date_seen *seen)
{
    struct date_scan scan = { text.data, text.data + text.size };
    struct date_scan again = scan;
    char pattern[DATE_PATTERN_TEXT_MAX];
    struct pattern parsed;
    struct day day;

    if (text.size < 6 || text.size > 40 || text.data[0] < '0' || text.data[0] > '9')
        return false;
    *seen = (struct date_seen){ .shape = { .year_digits = 4 } };
    if (scan_year_first(&scan, seen))
        return scan_time(&scan, &seen->shape);
    *seen = (struct date_seen){ .shape = { .year_digits = 4 } };
    if (!scan_year_last(&again, seen) || !scan_time(&again, &seen->shape))
        return false;
    if (!seen->shape.month_name)
        return true;
    /* Which words are months is for the pattern to say. */
    date_shape_pattern(&seen->shape, false, pattern);
    return date_pattern_parse(text_of(pattern), &parsed) && date_pattern_fits(&parsed, text, &day);
}

static char *append(char *at, const char *word)
{
    size_t size = strlen(word);

    memcpy(at, word, size + 1);
    return at + size;
}

static char *append_mark(char *at, char mark)
{
    const char word[2] = { mark, '\0' };

    return append(at, word);
}

void date_shape_pattern(const struct date_shape *shape, bool month_first,
                        char text[DATE_PATTERN_TEXT_MAX])
{
    static const char *const time[] = { "", "hh:mm", "hh:mm:ss" };
    const char *month = shape->month_name ? "mmm" : "mm";
    const char *year = shape->year_digits == 2 ? "yy" : "yyyy";
    const bool turned = month_first && !shape->month_name;
    const char *first = shape->year_first ? year : turned ? month : "dd";
    const char *second = shape->year_first || !turned ? month : "dd";
    char *at = append(text, first);

    at = append_mark(at, shape->mark[0]);
    at = append(at, second);
    at = append_mark(at, shape->mark[1]);
    at = append(at, shape->year_first ? "dd" : year);
    if (shape->time > 0) {
        at = append_mark(at, shape->time_mark);
        (void)append(at, time[shape->time]);
    }
}
