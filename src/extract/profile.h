/*
 * extract/profile.h -- how one council's extract is to be read: the profile, a small text file
 * of `key = value` lines (docs/convert.md, section 4), and the forms that can be made of it.
 *
 *     profile_parse()      text to profile, or the first thing wrong with it
 *     profile_bind()       its columns looked up in the header of an extract
 *     condition_holds()    a total_row or leave_out rule on a row
 *
 * Files: profile.c (the keys and their values), profile_words.c (a line into words),
 * condition.c, form.c, profile_suits.c, profile_bind.c.
 *
 * Read next: value_rules.h (what a cell means), convert.h (what is done with it all).
 */
#ifndef OCHIL_PROFILE_H
#define OCHIL_PROFILE_H

#include "base/arena.h"
#include "extract/value_rules.h"

/* What can be made of an extract. */
enum form { FORM_LEDGER, FORM_BUDGET, FORM_FORECAST, FORM_BASIS_VALUES, FORM_ACCOUNTS,
            FORM_COST_CENTRES, FORMS };

/* The fields of all forms, and what kind of value each is. */
enum target {
    TARGET_ENTRY_ID, TARGET_PARTNER, TARGET_DATE, TARGET_PERIOD, TARGET_COST_CENTRE,
    TARGET_ACCOUNT, TARGET_AMOUNT, TARGET_DESCRIPTION, TARGET_BASIS, TARGET_FROM, TARGET_TO,
    TARGET_VALUE, TARGET_GROUP, TARGET_TREATMENT, TARGET_POOL, TARGET_BEARER,
    TARGETS
};

enum field_kind { KIND_CODE, KIND_TEXT, KIND_DATE, KIND_PERIOD, KIND_AMOUNT, KIND_VALUE,
                  KIND_TREATMENT };

#define FORM_FIELDS_MAX 8

struct form_field {
    enum target field;
    bool       needed;     /* blank is REASON_MISSING */
};

struct form_table {
    const char       *name;       /* "basis_values" */
    const char       *header;     /* "basis,from,partner,value\n" */
    struct form_field field[FORM_FIELDS_MAX];
    size_t            count;
};

extern const struct form_table form_table[FORMS];
const char *target_name(enum target);              /* "cost_centre", as in profile and header */
extern const enum field_kind target_kinds[];       /* TARGETS of them */

static inline enum field_kind target_kind(enum target field)
{
    return target_kinds[field];
}

/* A column, by name or by place. */
struct column {
    struct text name;        /* no bytes: by place */
    uint32_t    place;       /* from 1 by place; 0 by name */
    uint32_t    line;        /* of the profile, for messages */
    uint32_t    index;       /* from 0, once profile_bind() has found it */
};

enum origin { ORIGIN_NONE, ORIGIN_COLUMN, ORIGIN_FIXED, ORIGIN_FILE_AND_ROW };

#define JOINED_MAX 16       /* columns of a description */

struct field_origin {
    enum origin    origin;
    struct column *column;      /* several only for the description */
    size_t         count;
    struct text    fixed;
};

enum test_kind { TEST_IS, TEST_IS_NOT, TEST_STARTS, TEST_ENDS, TEST_CONTAINS, TEST_BLANK,
                 TEST_NOT_BLANK, TEST_ONLY };

struct test {
    enum test_kind kind;
    struct column  column;
    struct text    value;
};

struct condition {
    struct text  words;       /* as the profile has it, for reports */
    struct test *test;        /* all must hold */
    size_t       count;
};

enum extract_format { FORMAT_DELIMITED, FORMAT_FIXED, FORMAT_SHEET };
enum encoding { ENCODING_DETECT, ENCODING_UTF8, ENCODING_WINDOWS_1252, ENCODING_UTF16LE,
                ENCODING_UTF16BE };
enum line_end { LINE_END_DETECT, LINE_END_LF, LINE_END_CRLF, LINE_END_CR };

struct fixed_column {
    struct text name;
    uint32_t    first, last;     /* characters, from 1, both inclusive */
};

/* The keys of a profile; those of the fields stand behind the others. */
enum profile_key {
    KEY_FORMAT, KEY_ENCODING, KEY_LINE_END, KEY_DELIMITER, KEY_QUOTE, KEY_SHEET, KEY_HEADER_ROW,
    KEY_COLUMNS, KEY_DATE_FORMAT, KEY_PERIOD_FORMAT, KEY_YEAR, KEY_DEBIT, KEY_CREDIT, KEY_SIGN,
    KEY_DECIMAL, KEY_THOUSANDS, KEY_NEGATIVE, KEY_CURRENCY, KEY_ROUNDING, KEY_TOTAL_ROW,
    KEY_LEAVE_OUT, KEY_OF_FIELD,
    PROFILE_KEYS = KEY_OF_FIELD + TARGETS
};

/* "date_format": of a key below PROFILE_KEYS. */
const char *profile_key_name(size_t key);

struct profile {
    enum extract_format  format;
    enum encoding        encoding;
    enum line_end        line_end;
    char                 delimiter;
    bool                 quotes;
    struct text          sheet;            /* no bytes: the only one */
    uint64_t             header_row;       /* 0: none, as always unless said with FORMAT_FIXED */
    struct fixed_column *fixed;
    size_t               fixed_count;
    struct field_origin  field[TARGETS];
    struct field_origin  debit, credit;
    struct pattern       date_format[DATE_PATTERNS_MAX];
    size_t               date_formats;
    struct pattern       period_format;
    int32_t              year;             /* 2014 for 2014-15; 0: any */
    bool                 credit_positive;
    struct amount_style  style;
    struct condition    *total_row;        /* NULL: none */
    struct condition    *leave_out;
    size_t               leave_outs;
    uint32_t             line[PROFILE_KEYS];   /* where a key stands (first), for messages; 0:
                                                  nowhere */
};

/* Everything lives in `arena`, which has a guard; `bytes` must live as long. ERR_USAGE: `name`,
 * line, what is wrong and the nearest right word. */
MUST_USE enum err profile_parse(struct text bytes, const char *name, struct arena *,
                                struct profile *, struct trouble *);

/* Whether the profile says all that the form needs (an amount or debit and credit, a partner
 * ...), and nothing that contradicts itself. ERR_USAGE with a message. */
MUST_USE enum err profile_suits(const struct profile *, enum form, const char *name,
                                struct trouble *);

/* Looks up every column in the header's cells (NULL: there is no header; then all columns must
 * be given by place, or by the names of the fixed columns, which are passed as the header), also
 * those that the form at hand does not use. ERR_USAGE: no such column (with the nearest), or one
 * that stands twice. It may be done again with another header. */
MUST_USE enum err profile_bind(struct profile *, const struct row *header, const char *name,
                               struct trouble *);

/* Every column that the profile names, in the order of its fields and rules; one that two of them
 * name comes twice. What `visit` returns but OK ends it. */
typedef enum err profile_column_visit(void *context, struct column *);
MUST_USE enum err profile_columns(struct profile *, profile_column_visit *, void *context);

/* Cells beyond the row's last are blank. */
bool condition_holds(const struct condition *, const struct row *);

#endif
