/*
 * extract/guess.h -- `ochil profile guess`: an extract looked at as a whole, and the profile that
 * it seems to need (docs/convert.md, section 7).
 *
 *     guess_profile()    guess_io.c: reads a sample for the shape, then every row once
 *     guess_shape()      guess_shape.c: delimiter, quotes, fixed widths, header row
 *     facts_row()        guess_columns.c: what stands in every column, counted over the file
 *     guess_choose()     guess_choose.c: which column is which field, and how sure
 *     guess_text()       guess_text.c: the profile, a comment on each line
 *
 * guess_amounts.c and guess_dates.c tell what a single cell could be. All but guess_io.c is pure.
 *
 * What must never come of it is a wrong amount. So a row is counted only where it is cut as the
 * header is; digits that can be read in two ways decide nothing; and where two readings are left
 * the key stays open.
 */
#ifndef OCHIL_GUESS_H
#define OCHIL_GUESS_H

#include "base/stream.h"
#include "extract/extract_io.h"
#include "extract/ids_seen.h"

/* -- the shape (guess_shape.c) ------------------------------------------------------------- */

#define GUESS_SAMPLE_BYTES ((size_t)256 * 1024)
#define GUESS_SAMPLE_ROWS 400

struct shape {
    struct text_dialect dialect;     /* fixed columns in the arena; encoding to be detected */
    bool                cut;         /* something parts the lines into more than one cell */
    size_t              lines;       /* of the sample that are not blank ... */
    size_t              same;        /* ... and those cut into `cells` */
    size_t              cells;
    bool                unclear;     /* fixed: a blank may part columns, or thousands */
    size_t              header;      /* fixed: the line that names the columns; 0: none */
};

/* `sample` is the beginning of a text in UTF-8, without its mark; `whole`: all of it. */
void guess_shape(struct text sample, bool whole, struct arena *, struct shape *);

/* The beginning of a file as UTF-8, without its byte order marks; `whole`: all of it. */
struct text guess_sample_text(struct arena *, struct text sample, bool whole);

/* Bytes of the sample that no text has: control characters, and what the encoding lacks. */
size_t guess_strange_bytes(struct text sample);

enum header_found { HEADER_FOUND, HEADER_NOT_THERE, HEADER_UNCLEAR };

/* Which of the first rows names the columns; `ragged`: rows may end at their last cell, as those
 * of a sheet do. With HEADER_FOUND *at is its index. */
enum header_found guess_header(const struct row rows[], size_t count, bool ragged, size_t *at);

/* -- a cell (guess_amounts.c, guess_dates.c) ----------------------------------------------- */

/* What a cell says of the marks in amounts. */
enum mark_proof {
    MARK_SILENT,          /* 1234 */
    MARK_POINT,           /* 12.50, 1,234.50: the decimal mark is a point */
    MARK_COMMA,
    MARK_EITHER_POINT,    /* 1.234: a point that could be either mark */
    MARK_EITHER_COMMA,    /* 1,234 */
    MARK_PROOFS
};

#define GUESS_CURRENCIES 8
extern const char *const guess_currency[GUESS_CURRENCIES];

struct amount_shape {
    enum mark_proof     proof;
    enum thousands_mark thousands;     /* which mark parts threes; THOUSANDS_NONE where unclear */
    unsigned            negative;      /* forms that the cell uses; NEGATIVE_CR also for DR */
    size_t              currency;      /* of guess_currency; GUESS_CURRENCIES: none */
    bool                scientific;    /* E-notation */
    bool                finer;         /* more than two decimals */
    bool                residue;       /* ... within a millionth of a pound of a penny */
    bool                decimals;      /* has a decimal part for certain */
    bool                reads[2];      /* by enum decimal_mark: whether it is an amount ... */
    struct decimal      exact[2];      /* ... and which */
};

/* false: the cell is no amount in any style that a profile can name. */
bool amount_shape_of(const struct cell *, struct amount_shape *);

/* How a date is written. The order of day and month is left open where digits alone say it. */
struct date_shape {
    char    mark[2];       /* between the parts; '\0': none (20140630) */
    bool    year_first;
    bool    month_name;
    uint8_t year_digits;
    uint8_t time;          /* 0: none; 1: hh:mm; 2: hh:mm:ss */
    char    time_mark;     /* ' ' or 'T' */
};

struct date_seen {
    struct date_shape shape;
    bool              day_first;      /* the first part is over 12 */
    bool              month_first;    /* the second part is */
};

/* false: not a date that a pattern could describe. */
bool date_shape_of(struct text, struct date_seen *);
/* "dd/mm/yyyy hh:mm"; `month_first` counts where the shape leaves it open. */
#define DATE_PATTERN_TEXT_MAX 32
void date_shape_pattern(const struct date_shape *, bool month_first,
                        char text[DATE_PATTERN_TEXT_MAX]);

/* -- columns (guess_columns.c) ------------------------------------------------------------- */

#define DATE_SHAPES_MAX 6
#define GUESS_PERIODS 14
extern const char *const guess_period[GUESS_PERIODS];   /* patterns */

struct date_tally {
    struct date_shape shape;
    uint64_t          cells, day_first, month_first;
};

struct column_facts {
    uint64_t filled;             /* cells that are not blank */
    uint64_t alone;              /* ... in rows that hold nothing else */
    uint64_t errors, lost;       /* a spreadsheet's errors; codes it has turned into numbers */
    uint64_t sides;              /* D, C, DR, CR, debit, credit, a sign */
    bool     varied;             /* holds more than one value */
    uint64_t first_hash;

    uint64_t amounts;            /* cells that read as amounts */
    uint64_t numbers;            /* ... that are number cells of a sheet */
    uint64_t decimals, finer, residue, scientific;
    uint64_t proof[MARK_PROOFS];
    uint64_t thousands[THOUSANDS_APOSTROPHE + 1];
    uint64_t brackets, minus, trailing, cr;
    uint64_t currency[GUESS_CURRENCIES];
    struct decimal_sum sum[2];   /* by enum decimal_mark */
    struct decimal_sum since[2]; /* since the last row that was a subtotal of this column */

    uint64_t dates, typed_dates, lost_dates;
    struct date_tally date[DATE_SHAPES_MAX];
    size_t   date_shapes;
    uint64_t period[GUESS_PERIODS];
    bool     period_wanted;      /* its name makes it worth looking for periods */

    bool     id_wanted;
    bool     id_twice;           /* an id came again */
};

/* Rows that say in a cell that they are a total. */
#define LABELS_MAX 16
struct total_label {
    size_t    column;
    char      prefix[16];        /* as the file writes it */
    uint64_t  rows;
    uint64_t  alone;             /* cells that say so and nothing more */
    uint32_t *met[2];            /* by column: how often its cell was the sum of those above */
};

struct table_facts {
    struct arena        *arena;
    struct row           header;       /* no cells: none */
    size_t               columns;
    bool                 fewer_misfit; /* a row with fewer cells is refused */
    struct column_facts *column;
    struct total_label   label[LABELS_MAX];
    size_t               labels;
    uint64_t             since_rows;   /* counted since the last subtotal */
    struct ids_seen      ids;
    struct pattern       period[GUESS_PERIODS];
    uint64_t             rows;         /* of the file below the header */
    uint64_t             counted;      /* those that the columns' figures are about */
    uint64_t             blank, misfit, repeated;
    struct row           last;         /* the last row that counts, not yet counted */
    bool                 held;
    char                *held_bytes;
    size_t               held_room;
    struct cell         *held_cell;
};

/* `header` without cells: none; `columns` then says how many there are. Column names decide what
 * is looked for. The arena must have a guard; facts_close() gives numbers back. */
void facts_open(struct table_facts *, struct arena *, const struct row *header, size_t columns,
                bool fewer_misfit);
void facts_row(struct table_facts *, const struct row *);
/* Counts the last row too, unless it is a total of the rows above. */
struct last_row {
    bool        total;
    bool        alone;           /* it holds nothing but the amount */
    size_t      label;           /* else the column that says so, and what it says */
    struct text words;
};
void facts_end(struct table_facts *, struct last_row *);
void facts_close(struct table_facts *);
/* Whether a sum is nothing, or no more than `finer` amounts with a residue can make of it. */
bool sum_is_residue(const struct decimal_sum *, uint64_t finer);
/* The held row's figure in a column; false: none. */
bool facts_last_amount(const struct table_facts *, size_t column, enum decimal_mark,
                       struct decimal *);

/* -- names (guess_words.c) ----------------------------------------------------------------- */

/* What a column's name speaks for; GUESS_DEBIT and the rest stand behind the fields. */
enum guess_role {
    GUESS_DEBIT = TARGETS, GUESS_CREDIT, GUESS_NARRATIVE, GUESS_ROLES
};
/* 0: not at all; 100: by its very name. */
int guess_name_score(struct text name, unsigned role);

/* -- the choice (guess_choose.c) ----------------------------------------------------------- */

enum sureness { SURENESS_SURE, SURENESS_LIKELY, SURENESS_GUESS, SURENESS_ASKED, SURENESS_OPEN };
extern const char *const sureness_name[SURENESS_OPEN + 1];

#define GUESS_LINES_MAX 48

struct guess_line {
    const char   *key, *value;
    enum sureness sure;
    const char   *why;
    bool          needed;        /* of an open key: without it nothing can be converted */
};

struct guess {
    const char       *file;
    enum form         form;
    const char       *partner;       /* NULL: to be filled in */
    struct arena     *arena;
    bool              fixed;         /* the extract is a text of fixed width */
    struct guess_line line[GUESS_LINES_MAX];
    size_t            lines;
    uint64_t          rows;
};

/* One line; the value and the reason are kept, not copied. */
void guess_say(struct guess *, const char *key, const char *value, enum sureness,
               const char *why);
void guess_need(struct guess *, const char *key, const char *value, const char *why);

/* A column as a profile names it: by its name, in quotes where needed, or by its place. */
const char *guess_column_name(const struct guess *, const struct table_facts *, size_t column);
/* A word as a profile takes it. */
const char *guess_quoted(struct arena *, struct text, bool always);
/* Whether a line of a profile can hold it. */
bool guess_fits_line(struct text);
/* Somebody else's text as a comment can hold it. */
const char *guess_shown(struct arena *, struct text);

void guess_choose(struct guess *, const struct table_facts *, const struct last_row *);

/* Where amounts stand: one column, or debit and credit. */
struct amount_columns {
    size_t            column[2];
    size_t            count;
    enum decimal_mark mark;
};

/* guess_style.c: how amounts are written; sets the mark. false: it is open. `values` are never
 * rounded. */
bool guess_style(struct guess *, const struct table_facts *, struct amount_columns *, bool values);

/* guess_totals.c: total_row and leave_out. */
void guess_totals(struct guess *, const struct table_facts *, const struct last_row *,
                  const struct amount_columns *);

/* Needed keys that are open, the partner apart. */
size_t guess_open(const struct guess *);

/* The whole profile as text, in the arena (guess_text.c). */
const char *guess_text(const struct guess *);

/* -- the file (guess_io.c) ----------------------------------------------------------------- */

struct guess_request {
    const struct outside        *outside;
    const char                  *extract;
    enum form                    form;
    const char                  *sheet;       /* NULL: not given */
    const char                  *partner;     /* NULL: not given */
    const struct progress_watch *watch;       /* may be NULL */
};

/* Errors: ERR_USAGE (no such sheet, a partner's code that is none), ERR_IO, ERR_CHECK (neither a
 * text nor a workbook), ERR_REFUSED (an empty file), ERR_BUSY (stopped). */
MUST_USE enum err guess_profile(const struct guess_request *, struct arena *, struct guess *,
                                struct trouble *);

#endif
