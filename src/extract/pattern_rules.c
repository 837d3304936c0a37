/*
 * extract/pattern_rules.c -- patterns of dates and periods, as a profile gives them.
 *
 * A pattern is cut into parts once; matching goes through the parts and never back. What could be
 * read in two ways is settled when it is cut: a month beside other digits needs both of its own.
 */
#include "extract/value_rules.h"

/* The parts by their words; a longer word stands before one that it begins with. */
struct part_word {
    const char            *word;
    enum pattern_part_kind kind;
};

static const struct part_word date_words[] = {
    { "yyyy", PART_YEAR4 },   { "yy", PART_YEAR2 },       { "mmm", PART_MONTH_NAME },
    { "mm", PART_MONTH },     { "dd", PART_DAY },         { "hh:mm:ss", PART_TIME },
    { "hh:mm", PART_TIME_SHORT },
};

static const struct part_word period_words[] = {
    { "yyyy", PART_YEAR4 },   { "yy", PART_YEAR2 },       { "mmm", PART_MONTH_NAME },
    { "mm", PART_MONTH },     { "pp", PART_PERIOD },      { "zz", PART_YEAR_END },
};

/* ---- a pattern into parts ---- */

static const struct part_word *word_at(const struct part_word words[], size_t count,
                                       struct text text)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i].word);
        if (text.size >= size && memcmp(text.data, words[i].word, size) == 0)
            return &words[i];
    }
    return NULL;
}

/* `slips` are letters that may not stand for themselves. */
static bool cut(struct text text, const struct part_word words[], size_t count,
                const char *slips, struct pattern *out)
{
    memset(out, 0, sizeof *out);
    while (text.size > 0) {
        const struct part_word *word = word_at(words, count, text);
        const size_t size = word != NULL ? strlen(word->word) : 1;

        if (out->count == PATTERN_PARTS_MAX ||
            (word == NULL && (*text.data == '\0' || strchr(slips, *text.data) != NULL)))
            return false;
        out->part[out->count].kind = word != NULL ? word->kind : PART_LITERAL;
        out->part[out->count].literal = *text.data;
        if (word != NULL)
            out->part[out->count].literal = '\0';
        out->count++;
        text = (struct text){ text.data + size, text.size - size };
    }
    return true;
}

/* Whether only digits can stand where this part is. */
static bool is_numeric(const struct pattern_part *part)
{
    if (part->kind == PART_LITERAL)
        return part->literal >= '0' && part->literal <= '9';
    return part->kind != PART_MONTH_NAME;
}

/* yyyy.pp and its like: a spreadsheet takes what fits for a number, and 2014.10 loses its last
 * digit. */
static bool could_be_number(const struct pattern *pattern)
{
    size_t points = 0;

    for (size_t i = 0; i < pattern->count; i++) {
        const struct pattern_part *part = &pattern->part[i];
        if (part->kind == PART_LITERAL && (part->literal == '.' || part->literal == ','))
            points++;
        else if (!is_numeric(part))
            return false;
    }
    return points == 1;
}

static void mark_padded(struct pattern *pattern)
{
    const bool all = could_be_number(pattern);

    for (size_t i = 0; i < pattern->count; i++)
        pattern->part[i].padded =
            all || (i > 0 && is_numeric(&pattern->part[i - 1])) ||
            (i + 1 < pattern->count && is_numeric(&pattern->part[i + 1]));
}

static void count_kinds(const struct pattern *pattern, size_t count[PART_KINDS])
{
    memset(count, 0, PART_KINDS * sizeof *count);
    for (size_t i = 0; i < pattern->count; i++)
        count[pattern->part[i].kind]++;
}

/* A time stands behind the date, if at all. */
static bool time_is_last(const struct pattern *pattern)
{
    bool time = false;

    for (size_t i = 0; i < pattern->count; i++) {
        const enum pattern_part_kind kind = pattern->part[i].kind;
        if (time && kind != PART_LITERAL)
            return false;
        time = time || kind == PART_TIME || kind == PART_TIME_SHORT;
    }
    return true;
}

/* Notes that a part of the full form begins at `at`; the bytes that it takes. 0: a part that the
 * full form cannot have. */
static uint8_t place_part(const struct pattern_part *part, uint8_t at, size_t *marks,
                          struct pattern_places *full)
{
    switch (part->kind) {
    case PART_YEAR4:
        full->year = at;
        return 4;
    case PART_MONTH:
        full->month = at;
        return 2;
    case PART_DAY:
        full->day = at;
        return 2;
    case PART_LITERAL:
        if (*marks == COUNT(full->mark))
            return 0;
        full->mark_at[*marks] = at;
        full->mark[(*marks)++] = part->literal;
        return 1;
    default:
        return 0;
    }
}

/* Patterns of a year, a month, a day and exactly two marks have the quick form. */
static void place_parts(struct pattern *pattern)
{
    struct pattern_places full = { 0 };
    size_t marks = 0;

    for (size_t i = 0; i < pattern->count; i++) {
        uint8_t size = place_part(&pattern->part[i], full.size, &marks, &full);
        if (size == 0)
            return;
        full.size = (uint8_t)(full.size + size);
    }
    if (marks == COUNT(full.mark))
        pattern->full = full;
}

bool date_pattern_parse(struct text text, struct pattern *out)
{
    size_t count[PART_KINDS];

    if (!cut(text, date_words, COUNT(date_words), "ymd", out))
        return false;
    count_kinds(out, count);
    if (count[PART_YEAR4] + count[PART_YEAR2] != 1 ||
        count[PART_MONTH] + count[PART_MONTH_NAME] != 1 || count[PART_DAY] != 1 ||
        count[PART_TIME] + count[PART_TIME_SHORT] > 1 || !time_is_last(out))
        return false;
    mark_padded(out);
    place_parts(out);
    return true;
}

bool period_pattern_parse(struct text text, struct pattern *out)
{
    size_t count[PART_KINDS];

    if (!cut(text, period_words, COUNT(period_words), "ymzp", out))
        return false;
    count_kinds(out, count);
    const size_t years = count[PART_YEAR4] + count[PART_YEAR2];
    if (count[PART_PERIOD] + count[PART_MONTH] + count[PART_MONTH_NAME] != 1 || years > 1 ||
        count[PART_YEAR_END] > years)
        return false;
    mark_padded(out);
    return true;
}

bool pattern_has_year(const struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->count; i++)
        if (pattern->part[i].kind == PART_YEAR4 || pattern->part[i].kind == PART_YEAR2)
            return true;
    return false;
}

/* ---- a text against the parts ---- */

struct cursor {
    const char *at, *end;
};

/* A number of `least` to `most` digits, as many as there are. */
static bool take_number(struct cursor *cursor, size_t least, size_t most, int32_t *value)
{
    size_t count = 0;

    *value = 0;
    for (; count < most && cursor->at < cursor->end && is_digit(*cursor->at); count++)
        *value = *value * 10 + (*cursor->at++ - '0');
    return count >= least;
}

static bool take_char(struct cursor *cursor, char c)
{
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    return c;
}

/* The word stands here, whatever its case. */
static bool take_word(struct cursor *cursor, const char *word, size_t size)
{
    if ((size_t)(cursor->end - cursor->at) < size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (lower(cursor->at[i]) != word[i])
            return false;
    cursor->at += size;
    return true;
}

static bool take_month_name(struct cursor *cursor, int32_t *month)
{
    static const char *const names[] = { "january", "february", "march", "april", "may", "june",
                                         "july", "august", "september", "october", "november",
                                         "december" };

    for (size_t i = 0; i < COUNT(names); i++) {
        *month = (int32_t)i + 1;
        if (take_word(cursor, names[i], strlen(names[i])))
            return true;
        if (*month == 9 && take_word(cursor, "sept", 4))
            return true;
        if (take_word(cursor, names[i], 3))
            return true;
    }
    return false;
}

/* Any time of a day; with seconds also their fraction, if nothing follows. It is dropped. */
static bool take_time(struct cursor *cursor, bool seconds, bool last)
{
    int32_t hour;
    int32_t minute;
    int32_t second = 0;
    int32_t dropped;

    if (!take_number(cursor, 1, 2, &hour) || !take_char(cursor, ':') ||
        !take_number(cursor, 2, 2, &minute))
        return false;
    if (seconds && (!take_char(cursor, ':') || !take_number(cursor, 2, 2, &second)))
        return false;
    if (seconds && last && take_char(cursor, '.') && !take_number(cursor, 1, 9, &dropped))
        return false;
    return hour <= 24 && minute <= 59 && second <= 60;
}

static bool take_part(struct cursor *cursor, const struct pattern_part *part, bool last,
                      struct pattern_found *found)
{
    const size_t least = part->padded ? 2 : 1;

    switch (part->kind) {
    case PART_YEAR4:
        return take_number(cursor, 4, 4, &found->year);
    case PART_YEAR2:
        if (!take_number(cursor, 2, 2, &found->year))
            return false;
        found->year += 2000;
        return true;
    case PART_MONTH:
        return take_number(cursor, least, 2, &found->month);
    case PART_MONTH_NAME:
        return take_month_name(cursor, &found->month);
    case PART_DAY:
        return take_number(cursor, least, 2, &found->day);
    case PART_PERIOD:
        return take_number(cursor, least, 2, &found->period);
    case PART_YEAR_END:
        return take_number(cursor, 2, 2, &found->year_end);
    case PART_TIME:
        return take_time(cursor, true, last);
    case PART_TIME_SHORT:
        return take_time(cursor, false, last);
    case PART_LITERAL:
    case PART_KINDS:
        break;
    }
    return take_char(cursor, part->literal);
}

bool pattern_match(const struct pattern *pattern, struct text text, struct pattern_found *found)
{
    struct cursor cursor = { text.data, text.data + text.size };

    *found = (struct pattern_found){ .year_end = -1 };
    for (size_t i = 0; i < pattern->count; i++)
        if (!take_part(&cursor, &pattern->part[i], i + 1 == pattern->count, found))
            return false;
    return cursor.at == cursor.end;
}
