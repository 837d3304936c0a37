/*
 * extract/profile.c -- the keys of a profile and their values (docs/convert.md, section 4).
 *
 * keys[] has a row for each key; a row's function takes the words behind `=`. What no single key
 * can know (whether a form has all it needs, whether two keys contradict each other) is asked in
 * profile_suits.c.
 */
#include "extract/profile.h"

#include <assert.h>

#include "extract/profile_words.h"

/* A line `key = value` of the profile that is being read. */
struct entry {
    struct profile      *profile;
    struct profile_place place;
    struct profile_words words;
    const char          *key;
    int                  what;     /* of keys[] */
};

/* ---- values that are one of a few words ---- */

struct choice {
    const char *word;
    int         value;
};

#define CHOICES_MAX 8

/* "detect, utf-8, utf-16le" */
static const char *listed(struct arena *arena, const char *const words[], size_t count)
{
    const char *list = "";

    for (size_t i = 0; i < count; i++)
        list = arena_print(arena, "%s%s%s", list, i == 0 ? "" : ", ", words[i]);
    return list;
}

static enum err wrong_choice(const struct entry *entry, struct text typed,
                             const struct choice choices[], size_t count)
{
    const char *words[CHOICES_MAX];

    assert(count <= CHOICES_MAX);
    for (size_t i = 0; i < count; i++)
        words[i] = choices[i].word;
    return profile_fault(&entry->place, "`%s` is one of %s, not '%.*s'%s", entry->key,
                         listed(entry->place.arena, words, count), TEXT(shown_part(typed)),
                         nearest_of(&entry->place, typed, words, count));
}

static bool is_choice(struct text word, const struct choice choices[], size_t count, int *value)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(word, choices[i].word)) {
            *value = choices[i].value;
            return true;
        }
    }
    return false;
}

/* The whole value is one of these words. */
static enum err choose(const struct entry *entry, const struct choice choices[], size_t count,
                       int *value)
{
    const struct profile_words *words = &entry->words;

    if (words->count == 1 && is_choice(words->word[0].text, choices, count, value))
        return OK;
    return wrong_choice(entry, words->count == 1 ? words->word[0].text : words->raw, choices,
                        count);
}

static enum err take_format(struct entry *entry)
{
    static const struct choice formats[] = { { "delimited", FORMAT_DELIMITED },
                                             { "fixed", FORMAT_FIXED },
                                             { "sheet", FORMAT_SHEET } };
    int value = FORMAT_DELIMITED;
    enum err err = choose(entry, formats, COUNT(formats), &value);

    entry->profile->format = (enum extract_format)value;
    return err;
}

static enum err take_encoding(struct entry *entry)
{
    static const struct choice encodings[] = { { "detect", ENCODING_DETECT },
                                               { "utf-8", ENCODING_UTF8 },
                                               { "windows-1252", ENCODING_WINDOWS_1252 },
                                               { "utf-16le", ENCODING_UTF16LE },
                                               { "utf-16be", ENCODING_UTF16BE } };
    int value = ENCODING_DETECT;
    enum err err = choose(entry, encodings, COUNT(encodings), &value);

    entry->profile->encoding = (enum encoding)value;
    return err;
}

static enum err take_line_end(struct entry *entry)
{
    static const struct choice line_ends[] = { { "detect", LINE_END_DETECT },
                                               { "lf", LINE_END_LF },
                                               { "crlf", LINE_END_CRLF },
                                               { "cr", LINE_END_CR } };
    int value = LINE_END_DETECT;
    enum err err = choose(entry, line_ends, COUNT(line_ends), &value);

    entry->profile->line_end = (enum line_end)value;
    return err;
}

static enum err take_quote(struct entry *entry)
{
    static const struct choice quotes[] = { { "double", true }, { "none", false } };
    int value = true;
    enum err err = choose(entry, quotes, COUNT(quotes), &value);

    entry->profile->quotes = value != 0;
    return err;
}

static enum err take_sign(struct entry *entry)
{
    static const struct choice signs[] = { { "debit", false }, { "credit", true } };
    int value = false;
    enum err err = choose(entry, signs, COUNT(signs), &value);

    entry->profile->credit_positive = value != 0;
    return err;
}

static enum err take_decimal(struct entry *entry)
{
    static const struct choice marks[] = { { "point", DECIMAL_POINT },
                                           { "comma", DECIMAL_COMMA } };
    int value = DECIMAL_POINT;
    enum err err = choose(entry, marks, COUNT(marks), &value);

    entry->profile->style.decimal = (enum decimal_mark)value;
    return err;
}

static enum err take_thousands(struct entry *entry)
{
    static const struct choice marks[] = { { "none", THOUSANDS_NONE },
                                           { "comma", THOUSANDS_COMMA },
                                           { "point", THOUSANDS_POINT },
                                           { "blank", THOUSANDS_BLANK },
                                           { "apostrophe", THOUSANDS_APOSTROPHE } };
    int value = THOUSANDS_NONE;
    enum err err = choose(entry, marks, COUNT(marks), &value);

    entry->profile->style.thousands = (enum thousands_mark)value;
    return err;
}

static enum err take_rounding(struct entry *entry)
{
    static const struct choice roundings[] = { { "refuse", PENNY_REFUSE },
                                               { "residue", PENNY_RESIDUE },
                                               { "half-up", PENNY_HALF_UP },
                                               { "half-even", PENNY_HALF_EVEN } };
    int value = PENNY_REFUSE;
    enum err err = choose(entry, roundings, COUNT(roundings), &value);

    entry->profile->style.rounding = (enum penny_rounding)value;
    return err;
}

static enum err take_negative(struct entry *entry)
{
    static const struct choice forms[] = { { "minus", NEGATIVE_MINUS },
                                           { "brackets", NEGATIVE_BRACKETS },
                                           { "trailing-minus", NEGATIVE_TRAILING },
                                           { "cr", NEGATIVE_CR } };
    unsigned all = 0;

    for (size_t i = 0; i < entry->words.count; i++) {
        const struct text word = entry->words.word[i].text;
        int value;
        if (!is_choice(word, forms, COUNT(forms), &value))
            return wrong_choice(entry, word, forms, COUNT(forms));
        if ((all & (unsigned)value) != 0)
            return profile_fault(&entry->place, "`negative` names '%.*s' twice", TEXT(word));
        all |= (unsigned)value;
    }
    entry->profile->style.negative = all;
    return OK;
}

/* ---- other values of the file as a whole ---- */

/* The only word of the value, or what was written if it has several and no quotes. */
static enum err take_whole(const struct entry *entry, struct text *value)
{
    const struct profile_words *words = &entry->words;
    bool quoted = false;

    for (size_t i = 0; i < words->count; i++)
        quoted = quoted || words->word[i].quoted;
    if (quoted && words->count > 1)
        return profile_fault(&entry->place, "`%s` takes one value: something stands beside the "
                             "quotes", entry->key);
    *value = words->count == 1 ? words->word[0].text : words->raw;
    return OK;
}

static enum err take_delimiter(struct entry *entry)
{
    static const struct choice delimiters[] = { { "comma", ',' }, { "semicolon", ';' },
                                                { "tab", '\t' }, { "pipe", '|' } };
    struct text text;
    int value;
    enum err err = take_whole(entry, &text);

    if (err != OK)
        return err;
    if (text.size == 1 && *text.data != '"' &&
        ((*text.data >= ' ' && *text.data <= '~') || *text.data == '\t'))
        value = (unsigned char)*text.data;
    else if (!is_choice(text, delimiters, COUNT(delimiters), &value))
        return profile_fault(&entry->place, "`delimiter` is comma, semicolon, tab, pipe or one "
                             "ASCII character other than a quote, not '%.*s'",
                             TEXT(shown_part(text)));
    entry->profile->delimiter = (char)value;
    return OK;
}

static enum err take_sheet(struct entry *entry)
{
    enum err err = take_whole(entry, &entry->profile->sheet);

    if (err == OK && entry->profile->sheet.size == 0)
        return profile_fault(&entry->place, "`sheet` needs the name of a sheet");
    return err;
}

/* At most nine digits. */
static bool number_parse_small(struct text text, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *value = *value * 10 + (uint32_t)(text.data[i] - '0');
    }
    return text.size >= 1 && text.size <= 9;
}

static enum err take_header_row(struct entry *entry)
{
    struct text text;
    uint32_t row = 0;
    enum err err = take_whole(entry, &text);

    if (err != OK)
        return err;
    if (!text_is(text, "none") && (!number_parse_small(text, &row) || row == 0))
        return profile_fault(&entry->place, "`header_row` is the number of a row, from 1, or "
                             "none, not '%.*s'", TEXT(shown_part(text)));
    entry->profile->header_row = row;
    return OK;
}

static enum err take_year(struct entry *entry)
{
    struct text text;
    enum err err = take_whole(entry, &text);

    if (err != OK)
        return err;
    if (!year_parse(text, &entry->profile->year))
        return profile_fault(&entry->place, "`year` is a financial year such as 2014-15, not "
                             "'%.*s'", TEXT(shown_part(text)));
    return OK;
}

/* A sign of a currency may hold nothing that an amount is made of. */
static bool is_currency(struct text text)
{
    static const char of_amounts[] = "0123456789+-.,'()# \t\r\n";

    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\0' || strchr(of_amounts, text.data[i]) != NULL)
            return false;
    return text.size > 0 && cell_trim(text).size == text.size && !text_is(text, "E") &&
           !text_is(text, "CR") && !text_is(text, "DR");
}

static enum err take_currency(struct entry *entry)
{
    struct text text;
    enum err err = take_whole(entry, &text);

    if (err != OK)
        return err;
    if (!is_currency(text))
        return profile_fault(&entry->place, "`currency` is none or a sign such as £ or GBP, "
                             "without blanks, digits and marks, not '%.*s'",
                             TEXT(shown_part(text)));
    entry->profile->style.currency = text_is(text, "none") ? (struct text){ "", 0 } : text;
    return OK;
}

static enum err take_date_format(struct entry *entry)
{
    struct profile *profile = entry->profile;
    struct text text;
    enum err err = take_whole(entry, &text);

    if (err != OK)
        return err;
    if (profile->date_formats == DATE_PATTERNS_MAX)
        return profile_fault(&entry->place, "more than %d patterns of dates", DATE_PATTERNS_MAX);
    if (!date_pattern_parse(text, &profile->date_format[profile->date_formats]))
        return profile_fault(&entry->place, "'%.*s' is no pattern of a date: it needs yyyy or "
                             "yy, mm or mmm, and dd, each once, in small letters",
                             TEXT(shown_part(text)));
    profile->date_formats++;
    return OK;
}

static enum err take_period_format(struct entry *entry)
{
    struct text text = { "", 0 };
    enum err err = take_whole(entry, &text);

    if (err != OK)
        return err;
    if (!period_pattern_parse(text, &entry->profile->period_format))
        return profile_fault(&entry->place, "'%.*s' is no pattern of a period: it needs pp, mm "
                             "or mmm once; yyyy or yy, and zz behind it, may be there",
                             TEXT(shown_part(text)));
    return OK;
}

/* ---- the columns of a fixed-width file ---- */

/* "11-18" */
static bool range_read(struct text text, struct fixed_column *column)
{
    const char *dash = memchr(text.data, '-', text.size);

    if (dash == NULL)
        return false;
    const struct text first = { text.data, (size_t)(dash - text.data) };
    const struct text last = { dash + 1, text.size - first.size - 1 };
    return number_parse_small(first, &column->first) && number_parse_small(last, &column->last) &&
           column->first >= 1 && column->first <= column->last &&
           column->last <= RECORD_BYTES_MAX;
}

/* Up to the next comma outside quotes; the text begins behind it afterwards. */
static struct text next_piece(struct text *left)
{
    bool quoted = false;
    size_t size = 0;

    for (; size < left->size && (quoted || left->data[size] != ','); size++)
        if (left->data[size] == '"')
            quoted = !quoted;
    const struct text piece = { left->data, size };
    const size_t used = size < left->size ? size + 1 : size;
    *left = (struct text){ left->data + used, left->size - used };
    return piece;
}

static enum err fixed_column_read(const struct entry *entry, struct text piece,
                                  struct fixed_column *out)
{
    struct profile_words words;
    enum err err = profile_words_read(&entry->place, piece, &words);

    if (err != OK)
        return err;
    if (words.count != 2 || words.word[0].text.size == 0 ||
        !range_read(words.word[1].text, out))
        return profile_fault(&entry->place, "'%.*s' is no column: it is a name, in quotes if it "
                             "has blanks, and its first and last character, as `name 11-18`",
                             TEXT(shown_part(piece)));
    out->name = cell_trim(words.word[0].text);
    return OK;
}

static enum err check_fixed_column(const struct entry *entry, const struct profile *profile)
{
    const struct fixed_column *last = &profile->fixed[profile->fixed_count - 1];

    for (const struct fixed_column *other = profile->fixed; other < last; other++)
        if (text_equal(other->name, last->name))
            return profile_fault(&entry->place, "two columns are called '%.*s'",
                                 TEXT(shown_part(last->name)));
    if (profile->fixed_count > 1 && last->first <= last[-1].last)
        return profile_fault(&entry->place, "column '%.*s' begins at %u, but the one before it "
                             "ends at %u", TEXT(shown_part(last->name)), last->first,
                             last[-1].last);
    return OK;
}

static enum err take_columns(struct entry *entry)
{
    struct profile *profile = entry->profile;
    struct text left = entry->words.raw;
    size_t most = 1;
    enum err err;

    for (size_t i = 0; i < left.size; i++)
        most += left.data[i] == ',';
    most = most > ROW_CELLS_MAX ? ROW_CELLS_MAX : most;
    profile->fixed = arena_take(entry->place.arena, most, sizeof *profile->fixed);
    while (left.size > 0) {
        if (profile->fixed_count == most)
            return profile_fault(&entry->place, "more than %d columns", ROW_CELLS_MAX);
        struct text piece = next_piece(&left);
        if ((err = fixed_column_read(entry, piece, &profile->fixed[profile->fixed_count++])) ||
            (err = check_fixed_column(entry, profile)))
            return err;
    }
    return OK;
}

/* ---- where fields come from ---- */

/* What may stand behind a key: a column always. */
static bool may_be_fixed(int field)
{
    return field >= 0 && field != TARGET_ENTRY_ID && field != TARGET_AMOUNT &&
           field != TARGET_VALUE;
}

static const char *origin_usage(int field)
{
    if (field == TARGET_ENTRY_ID)
        return "`column NAME` or `file and row`";
    if (field == TARGET_DESCRIPTION)
        return "`column NAME`, `column NAME + NAME` or `fixed VALUE`";
    return may_be_fixed(field) ? "`column NAME` or `fixed VALUE`" : "`column NAME`";
}

static enum err wrong_origin(const struct entry *entry)
{
    const char *const own[] = { "column", may_be_fixed(entry->what) ? "fixed" : "column" };
    const struct text first = entry->words.word[0].text;

    return profile_fault(&entry->place, "`%s` is %s, not '%.*s'%s", entry->key,
                         origin_usage(entry->what), TEXT(shown_part(entry->words.raw)),
                         nearest_of(&entry->place, first, own, COUNT(own)));
}

/* The columns behind `column`: one, or several joined by `+`. */
static enum err take_origin_columns(const struct entry *entry, struct field_origin *origin)
{
    const struct profile_words *words = &entry->words;
    enum err err;

    origin->origin = ORIGIN_COLUMN;
    origin->column = arena_take(entry->place.arena, words->count / 2 + 1, sizeof *origin->column);
    for (size_t i = 1;; i += 2) {
        if (i >= words->count)
            return profile_fault(&entry->place, "`%s` does not say which column", entry->key);
        if (origin->count == JOINED_MAX)
            return profile_fault(&entry->place, "`%s` joins at most %d columns", entry->key,
                                 JOINED_MAX);
        if ((err = column_read(&entry->place, &words->word[i],
                               &origin->column[origin->count++])) != OK)
            return err;
        if (i + 1 == words->count)
            return OK;
        if (!word_is(&words->word[i + 1], "+"))
            return profile_fault(&entry->place, "'%.*s' stands behind the column: a name with "
                                 "blanks stands in quotes",
                                 TEXT(shown_part(words->word[i + 1].text)));
        if (entry->what != TARGET_DESCRIPTION)
            return profile_fault(&entry->place, "`%s` is one column; only the description joins "
                                 "several", entry->key);
    }
}

/* The value behind `fixed`: quoted, or all that stands there. */
static enum err take_origin_fixed(const struct entry *entry, struct field_origin *origin)
{
    const struct profile_words *words = &entry->words;
    const char *behind = words->raw.data + strlen("fixed");
    const struct text rest = { behind, words->raw.size - strlen("fixed") };

    for (size_t i = 1; i < words->count; i++)
        if (words->word[i].quoted && words->count > 2)
            return profile_fault(&entry->place, "`fixed` takes one value: something stands "
                                 "beside the quotes");
    origin->origin = ORIGIN_FIXED;
    origin->fixed = cell_trim(words->count == 2 ? words->word[1].text : rest);
    if (origin->fixed.size == 0)
        return profile_fault(&entry->place, "`%s` does not say which fixed value", entry->key);
    return OK;
}

static enum err take_origin(const struct entry *entry, struct field_origin *origin)
{
    const struct profile_word *first = entry->words.word;

    *origin = (struct field_origin){ .origin = ORIGIN_NONE };
    if (word_is(first, "column"))
        return take_origin_columns(entry, origin);
    if (word_is(first, "fixed") && may_be_fixed(entry->what))
        return take_origin_fixed(entry, origin);
    if (entry->what != TARGET_ENTRY_ID || entry->words.count != 3 || !word_is(first, "file") ||
        !word_is(first + 1, "and") || !word_is(first + 2, "row"))
        return wrong_origin(entry);
    origin->origin = ORIGIN_FILE_AND_ROW;
    return OK;
}

static enum err take_field(struct entry *entry)
{
    return take_origin(entry, &entry->profile->field[entry->what]);
}

static enum err take_debit(struct entry *entry)
{
    return take_origin(entry, &entry->profile->debit);
}

static enum err take_credit(struct entry *entry)
{
    return take_origin(entry, &entry->profile->credit);
}

/* ---- conditions ---- */

static enum err take_total_row(struct entry *entry)
{
    entry->profile->total_row = arena_take(entry->place.arena, 1, sizeof(struct condition));
    return condition_read(&entry->place, &entry->words, entry->profile->total_row);
}

/* Room for the rules doubles. */
static enum err take_leave_out(struct entry *entry)
{
    struct profile *profile = entry->profile;
    const size_t count = profile->leave_outs;

    if ((count & (count - 1)) == 0)
        profile->leave_out = arena_grow(entry->place.arena, profile->leave_out, count,
                                        count == 0 ? 1 : count * 2, sizeof *profile->leave_out);
    profile->leave_outs++;
    return condition_read(&entry->place, &entry->words, &profile->leave_out[count]);
}

/* ---- keys ---- */

/* `what`: the field; -1 for those that can only be a column and are no field. */
static const struct {
    const char *name;
    enum err  (*take)(struct entry *);
    int         what;
    bool        repeats;
} keys[] = {
    [KEY_FORMAT] = { "format", take_format, 0, false },
    [KEY_ENCODING] = { "encoding", take_encoding, 0, false },
    [KEY_LINE_END] = { "line_end", take_line_end, 0, false },
    [KEY_DELIMITER] = { "delimiter", take_delimiter, 0, false },
    [KEY_QUOTE] = { "quote", take_quote, 0, false },
    [KEY_SHEET] = { "sheet", take_sheet, 0, false },
    [KEY_HEADER_ROW] = { "header_row", take_header_row, 0, false },
    [KEY_COLUMNS] = { "columns", take_columns, 0, false },
    [KEY_DATE_FORMAT] = { "date_format", take_date_format, 0, true },
    [KEY_PERIOD_FORMAT] = { "period_format", take_period_format, 0, false },
    [KEY_YEAR] = { "year", take_year, 0, false },
    [KEY_DEBIT] = { "debit", take_debit, -1, false },
    [KEY_CREDIT] = { "credit", take_credit, -1, false },
    [KEY_SIGN] = { "sign", take_sign, 0, false },
    [KEY_DECIMAL] = { "decimal", take_decimal, 0, false },
    [KEY_THOUSANDS] = { "thousands", take_thousands, 0, false },
    [KEY_NEGATIVE] = { "negative", take_negative, 0, false },
    [KEY_CURRENCY] = { "currency", take_currency, 0, false },
    [KEY_ROUNDING] = { "rounding", take_rounding, 0, false },
    [KEY_TOTAL_ROW] = { "total_row", take_total_row, 0, false },
    [KEY_LEAVE_OUT] = { "leave_out", take_leave_out, 0, true },
};

static_assert(COUNT(keys) == KEY_OF_FIELD, "every key that is no field has a row");

const char *profile_key_name(size_t key)
{
    return key < KEY_OF_FIELD ? keys[key].name : target_name((enum target)(key - KEY_OF_FIELD));
}

/* PROFILE_KEYS: there is no such key. */
static size_t key_find(struct text name)
{
    size_t key = 0;

    while (key < PROFILE_KEYS && !text_is(name, profile_key_name(key)))
        key++;
    return key;
}

static enum err unknown_key(const struct profile_place *place, struct text name)
{
    const char *words[PROFILE_KEYS];

    for (size_t key = 0; key < PROFILE_KEYS; key++)
        words[key] = profile_key_name(key);
    return profile_fault(place, "there is no key '%.*s'%s", TEXT(shown_part(name)),
                         nearest_of(place, name, words, PROFILE_KEYS));
}

static enum err take_entry(struct entry *entry, struct text name)
{
    const size_t key = key_find(name);
    const bool is_field = key >= KEY_OF_FIELD;
    uint32_t *line = &entry->profile->line[key < PROFILE_KEYS ? key : 0];

    if (key == PROFILE_KEYS)
        return unknown_key(&entry->place, name);
    if (*line != 0 && (is_field || !keys[key].repeats))
        return profile_fault(&entry->place, "`%s` stands in line %u already", profile_key_name(key),
                             *line);
    if (*line == 0)
        *line = entry->place.line;
    entry->key = profile_key_name(key);
    entry->what = is_field ? (int)(key - KEY_OF_FIELD) : keys[key].what;
    if (entry->words.count == 0)
        return profile_fault(&entry->place, "`%s` has no value", entry->key);
    return is_field ? take_field(entry) : keys[key].take(entry);
}

/* ---- lines ---- */

static enum err take_line(struct profile *profile, const struct profile_place *place,
                          struct text line)
{
    struct entry entry = { .profile = profile, .place = *place };
    const struct text text = cell_trim(line);
    enum err err;

    if (text.size == 0 || text.data[0] == '#')
        return OK;
    if (!text_is_utf8(text))
        return profile_fault(place, "a profile is UTF-8, and this line is not");
    const char *equals = memchr(text.data, '=', text.size);
    if (equals == NULL)
        return profile_fault(place, "'%.*s' is no `key = value`", TEXT(shown_part(text)));
    const struct text key = { text.data, (size_t)(equals - text.data) };
    const struct text value = { equals + 1, text.size - key.size - 1 };
    if ((err = profile_words_read(place, value, &entry.words)) != OK)
        return err;
    return take_entry(&entry, cell_trim(key));
}

static void set_defaults(struct profile *profile)
{
    *profile = (struct profile){ .delimiter = ',', .quotes = true, .header_row = 1 };
    profile->sheet = (struct text){ "", 0 };
    profile->style.currency = (struct text){ "", 0 };
    profile->style.negative = NEGATIVE_MINUS;
    profile->field[TARGET_ENTRY_ID].origin = ORIGIN_FILE_AND_ROW;
}

/* Defaults that depend on what the profile says. */
static void set_late_defaults(struct profile *profile)
{
    bool good = true;

    if (profile->line[KEY_HEADER_ROW] == 0 && profile->format == FORMAT_FIXED)
        profile->header_row = 0;
    if (profile->date_formats == 0)
        good = date_pattern_parse(text_of("yyyy-mm-dd"),
                                  &profile->date_format[profile->date_formats++]);
    if (profile->line[KEY_PERIOD_FORMAT] == 0)
        good = period_pattern_parse(text_of("yyyy-zz/Ppp"), &profile->period_format) && good;
    assert(good);
}

enum err profile_parse(struct text bytes, const char *name, struct arena *arena,
                       struct profile *profile, struct trouble *trouble)
{
    struct profile_place place = { name, 0, arena, trouble };
    enum err err;

    set_defaults(profile);
    while (bytes.size > 0) {
        const char *end = memchr(bytes.data, '\n', bytes.size);
        const size_t size = end != NULL ? (size_t)(end - bytes.data) : bytes.size;
        const size_t used = size + (end != NULL);

        place.line++;
        if ((err = take_line(profile, &place, (struct text){ bytes.data, size })) != OK)
            return err;
        bytes = (struct text){ bytes.data + used, bytes.size - used };
    }
    set_late_defaults(profile);
    return OK;
}
