#include "sheets/serial_rules.h"

#include <stdio.h>

#define DAY_SECONDS  86400
#define HOURS_MAX    9999999    /* of a duration */
#define FRACTION_MAX 30         /* digits of a day: 10^30 * 86400 is below 2^127 */
#define DIGITS_MAX   64         /* of a number that are looked at */

/* Days are counted from 0001-01-01, which is 0, in the calendar of Gregory throughout. */
#define DAY_1899_12_30 693593
#define DAY_1904_01_01 695055
#define DAY_9999_12_31 3652058

/* The calendar. */

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t month_days(int64_t year, int64_t month)
{
    static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap(year));
}

static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
    int64_t before = year - 1;
    int64_t count = before * 365 + before / 4 - before / 100 + before / 400 + day - 1;

    for (int64_t i = 1; i < month; i++)
        count += month_days(year, i);
    return count;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static char *put_two(char *out, unsigned number)
{
    *out++ = (char)('0' + number / 10);
    *out++ = (char)('0' + number % 10);
    return out;
}

static char *put_clock(char *out, unsigned second)
{
    out = put_two(out, second / 3600);
    *out++ = ':';
    out = put_two(out, second / 60 % 60);
    *out++ = ':';
    return put_two(out, second % 60);
}

/* The day and the second of that day, as text; seconds may go on into the next day. */
static enum moment put_date(int64_t day, int64_t second, char out[MOMENT_ROOM])
{
    day += second / DAY_SECONDS;
    second %= DAY_SECONDS;
    if (day < 0 || day > DAY_9999_12_31)
        return MOMENT_NONE;

    int64_t rest = day % 146097;                         /* of 400 years */
    int64_t century = least(rest / 36524, 3);
    rest -= century * 36524;
    int64_t four = rest / 1461;
    rest %= 1461;
    int64_t single = least(rest / 365, 3);
    rest -= single * 365;
    int64_t year = day / 146097 * 400 + century * 100 + four * 4 + single + 1;
    int64_t month = 1;
    for (; rest >= month_days(year, month); month++)
        rest -= month_days(year, month);

    out = put_two(put_two(out, (unsigned)year / 100), (unsigned)year % 100);
    *out++ = '-';
    out = put_two(out, (unsigned)month);
    *out++ = '-';
    out = put_two(out, (unsigned)rest + 1);
    if (second > 0) {
        *out++ = ' ';
        out = put_clock(out, (unsigned)second);
    }
    *out = '\0';
    return MOMENT_DATE;
}

static enum moment put_time(int64_t second, char out[MOMENT_ROOM])
{
    if (second / 3600 > HOURS_MAX)
        return MOMENT_NONE;
    (void)snprintf(out, MOMENT_ROOM, "%02u:%02u:%02u", (unsigned)(second / 3600),
                   (unsigned)(second / 60 % 60), (unsigned)(second % 60));
    return MOMENT_TIME;
}

/* Reading what stands at the start of a text, which is then cut off. */

static bool take_char(struct text *text, char wanted)
{
    if (text->size == 0 || text->data[0] != wanted)
        return false;
    text->data++;
    text->size--;
    return true;
}

static bool next_is_digit(struct text text)
{
    return text.size > 0 && text.data[0] >= '0' && text.data[0] <= '9';
}

/* Digits, from `fewest` to `most` of them. */
static bool take_digits(struct text *text, size_t fewest, size_t most, int64_t *out)
{
    size_t count = 0;

    *out = 0;
    for (; next_is_digit(*text); count++) {
        if (count == most)
            return false;
        *out = *out * 10 + (text->data[0] - '0');
        text->data++;
        text->size--;
    }
    return count >= fewest;
}

/* Decimals behind a second, when there are any: `*second` is rounded by the first of them. */
static bool take_second_decimals(struct text *text, int64_t *second)
{
    if (!take_char(text, '.') && !take_char(text, ','))
        return true;
    if (!next_is_digit(*text))
        return false;
    *second += text->data[0] >= '5';
    while (next_is_digit(*text)) {
        text->data++;
        text->size--;
    }
    return true;
}

/* Numbers of days. */

struct days {
    bool    negative;
    int64_t whole;
    int64_t second;    /* of the rest, rounded: up to a whole day */
};

/* The digits of a number without leading zeros, and how many of them stand before the point. */
struct digits {
    unsigned char digit[DIGITS_MAX];
    size_t        count;
    int64_t       before;
    bool          negative;
};

/* Digits before or behind the point. Leading zeros only move the point. */
static size_t take_part(struct text *text, bool behind, struct digits *out)
{
    size_t taken = 0;

    for (; next_is_digit(*text); taken++) {
        unsigned char digit = (unsigned char)(text->data[0] - '0');
        bool leading = out->count == 0 && digit == 0;

        if (!leading && out->count < DIGITS_MAX)
            out->digit[out->count++] = digit;
        if (leading)
            out->before -= behind;
        else
            out->before += !behind;
        text->data++;
        text->size--;
    }
    return taken;
}

static bool take_number(struct text text, struct digits *out)
{
    int64_t exponent = 0;

    *out = (struct digits){ .negative = take_char(&text, '-') };
    (void)(!out->negative && take_char(&text, '+'));
    size_t taken = take_part(&text, false, out);
    if (take_char(&text, '.'))
        taken += take_part(&text, true, out);
    if (taken == 0)
        return false;
    if (take_char(&text, 'E') || take_char(&text, 'e')) {
        bool negative = take_char(&text, '-');
        (void)(!negative && take_char(&text, '+'));
        if (!take_digits(&text, 1, 4, &exponent))
            return false;
        exponent = negative ? -exponent : exponent;
    }
    out->before += exponent;
    return text.size == 0;
}

static unsigned digit_at(const struct digits *digits, int64_t place)
{
    return place >= 0 && place < (int64_t)digits->count ? digits->digit[place] : 0;
}

/* Digits past FRACTION_MAX are dropped: a tie needs fewer. */
static int64_t seconds_of_fraction(const struct digits *digits)
{
    __extension__ unsigned __int128 part = 0, one = 1;

    for (int64_t i = 0; i < FRACTION_MAX; i++) {
        part = part * 10 + digit_at(digits, digits->before + i);
        one *= 10;
    }
    return (int64_t)((part * DAY_SECONDS + one / 2) / one);
}

static bool take_days(struct text serial, struct days *out)
{
    struct digits digits;

    if (!take_number(serial, &digits))
        return false;
    if (digits.count == 0)
        digits.before = 0;
    if (digits.before > 7)
        return false;
    *out = (struct days){ .negative = digits.negative && digits.count > 0 };
    for (int64_t i = 0; i < digits.before; i++)
        out->whole = out->whole * 10 + digit_at(&digits, i);
    out->second = seconds_of_fraction(&digits);
    return true;
}

enum moment moment_of_serial(struct text serial, enum number_format format, bool epoch_1904,
                             char out[MOMENT_ROOM])
{
    struct days days;

    out[0] = '\0';
    if (!take_days(serial, &days) || days.negative)
        return MOMENT_NONE;
    if (format == NUMBER_DURATION)
        return put_time(days.whole * DAY_SECONDS + days.second, out);
    if (days.whole == 0 && (format == NUMBER_TIME || !epoch_1904))
        return put_time(days.second % DAY_SECONDS, out);
    days.whole += days.second / DAY_SECONDS;
    days.second %= DAY_SECONDS;
    if (epoch_1904)
        return put_date(DAY_1904_01_01 + days.whole, days.second, out);
    if (days.whole == 60)
        return MOMENT_NONE;
    return put_date(DAY_1899_12_30 + days.whole + (days.whole < 60), days.second, out);
}

/* ISO 8601. */

static bool take_clock(struct text *text, int64_t *second)
{
    int64_t hours, minutes, seconds = 0;

    if (!take_digits(text, 2, 2, &hours) || !take_char(text, ':')
        || !take_digits(text, 2, 2, &minutes))
        return false;
    if (take_char(text, ':')
        && (!take_digits(text, 2, 2, &seconds) || seconds > 60
            || !take_second_decimals(text, &seconds)))
        return false;
    *second = hours * 3600 + minutes * 60 + seconds;
    return hours <= 24 && minutes < 60 && *second <= DAY_SECONDS;
}

static bool is_over(struct text text)
{
    (void)take_char(&text, 'Z');
    return text.size == 0;
}

enum moment moment_of_iso(struct text iso, char out[MOMENT_ROOM])
{
    struct text clock = iso;
    int64_t year, month, day, second = 0;

    out[0] = '\0';
    (void)take_char(&clock, 'T');
    if (take_clock(&clock, &second) && is_over(clock))
        return put_time(second % DAY_SECONDS, out);
    second = 0;
    if (!take_digits(&iso, 4, 4, &year) || !take_char(&iso, '-')
        || !take_digits(&iso, 2, 2, &month) || !take_char(&iso, '-')
        || !take_digits(&iso, 2, 2, &day))
        return MOMENT_NONE;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return MOMENT_NONE;
    if ((take_char(&iso, 'T') || take_char(&iso, ' ')) && !take_clock(&iso, &second))
        return MOMENT_NONE;
    return is_over(iso) ? put_date(day_of(year, month, day), second, out) : MOMENT_NONE;
}

/* "13H": a number and what it counts; leaves the text as it is when it is not that. */
static bool take_unit(struct text *text, char sign, int64_t seconds, int64_t *all)
{
    struct text rest = *text;
    int64_t count;

    if (!take_digits(&rest, 1, 10, &count)
        || (sign == 'S' && !take_second_decimals(&rest, &count)) || !take_char(&rest, sign))
        return false;
    *all += count * seconds;
    *text = rest;
    return true;
}

enum moment moment_of_duration(struct text iso, char out[MOMENT_ROOM])
{
    int64_t all = 0;

    out[0] = '\0';
    if (!take_char(&iso, 'P'))
        return MOMENT_NONE;
    bool some = take_unit(&iso, 'D', DAY_SECONDS, &all);
    if (take_char(&iso, 'T')) {
        some = take_unit(&iso, 'H', 3600, &all) || some;
        some = take_unit(&iso, 'M', 60, &all) || some;
        some = take_unit(&iso, 'S', 1, &all) || some;
    }
    return some && iso.size == 0 ? put_time(all, out) : MOMENT_NONE;
}

/* Format codes. */

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static bool begins(struct text text, const char *word)
{
    size_t size = strlen(word);

    if (text.size < size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (lower(text.data[i]) != word[i])
            return false;
    return true;
}

static void skip(struct text *text, size_t size)
{
    size = size < text->size ? size : text->size;
    text->data += size;
    text->size -= size;
}

static void skip_past(struct text *text, char end)
{
    const char *found = text->size == 0 ? NULL : memchr(text->data, end, text->size);

    skip(text, found == NULL ? text->size : (size_t)(found - text->data) + 1);
}

/* What one section of a format code holds. */
struct section {
    bool digits;     /* places for digits before anything of a day or a time */
    bool date, time, duration;
    bool month;      /* an m that may be a month or a minute, and nothing yet to tell */
    char last;       /* h or s: what the letters before were */
};

/* [h], [mm], [ss]; anything else in brackets is a colour, a condition or a language. */
static void take_bracket(struct text *code, struct section *section)
{
    struct text inside = *code;
    size_t size = 0;

    while (size < inside.size && lower(inside.data[size]) == lower(inside.data[0]))
        size++;
    if (size > 0 && size < inside.size && inside.data[size] == ']'
        && strchr("hms", lower(inside.data[0])) != NULL) {
        section->duration = true;
        section->last = lower(inside.data[0]);
    }
    skip_past(code, ']');
}

/* A run of one letter: "yyyy", "mm". An m is a minute behind hours or before seconds. */
static void take_letters(struct text *code, struct section *section)
{
    char letter = lower(code->data[0]);
    size_t size = 0;

    while (size < code->size && lower(code->data[size]) == letter)
        size++;
    skip(code, size);
    if (letter == 'm') {
        bool minute = section->last == 'h' && size <= 2;
        section->time = section->time || minute;
        section->month = section->month || !minute;
        return;
    }
    if (letter == 's')
        section->month = false;
    section->last = letter;
    section->time = section->time || letter == 'h' || letter == 's';
    section->date = section->date || (letter != 'h' && letter != 's');
}

static bool is_timed(const struct section *section)
{
    return section->date || section->time || section->duration || section->month;
}

/* One letter of a section, or one thing that is skipped as a whole. */
static void take_token(struct text *code, struct section *section)
{
    char letter = lower(code->data[0]);

    if (letter == '"') {
        skip(code, 1);
        skip_past(code, '"');
    } else if (letter == '[') {
        skip(code, 1);
        take_bracket(code, section);
    } else if (letter == '\\' || letter == '_' || letter == '*' || begins(*code, "e+")
               || begins(*code, "e-")) {
        skip(code, 2);
    } else if (begins(*code, "general")) {
        skip(code, strlen("general"));
    } else if (begins(*code, "am/pm") || begins(*code, "a/p")) {
        section->time = true;
        skip(code, begins(*code, "a/p") ? strlen("a/p") : strlen("am/pm"));
    } else if (letter != '\0' && strchr("ymdhsge", letter) != NULL) {
        take_letters(code, section);
    } else {
        section->digits = section->digits
            || ((letter == '0' || letter == '#' || letter == '?') && !is_timed(section));
        skip(code, 1);
    }
}

static enum number_format format_of_section(const struct section *section)
{
    if (section->digits)
        return NUMBER_PLAIN;
    if (section->date || section->month)
        return NUMBER_DATE;
    if (section->duration)
        return NUMBER_DURATION;
    return section->time ? NUMBER_TIME : NUMBER_PLAIN;
}

/* The first section with places for digits, a day or a time decides for all: the others say how
 * negative numbers, zero and text look. */
enum number_format number_format_of(struct text code)
{
    struct section section = { .last = '\0' };

    while (code.size > 0) {
        if (code.data[0] != ';') {
            take_token(&code, &section);
            continue;
        }
        if (section.digits || is_timed(&section))
            break;
        skip(&code, 1);
    }
    return format_of_section(&section);
}

enum number_format number_format_builtin(uint64_t id)
{
    if ((id >= 18 && id <= 21) || id == 45 || id == 47)
        return NUMBER_TIME;
    if (id == 46)
        return NUMBER_DURATION;
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
        return NUMBER_DATE;
    return NUMBER_PLAIN;
}
