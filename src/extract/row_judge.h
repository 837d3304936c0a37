/*
 * extract/row_judge.h -- one row of an extract: accepted, left out or refused, and the line it
 * becomes (docs/convert.md, sections 2, 4 and 5). Pure: a row and the rules in, a verdict out.
 *
 * Read next: profile.h (the rules), convert_io.c (what is done with a verdict).
 */
#ifndef OCHIL_ROW_JUDGE_H
#define OCHIL_ROW_JUDGE_H

#include "extract/profile.h"
#include "extract/proof.h"

#define FILE_NAME_MAX 255
#define ENTRY_ID_MAX (FILE_NAME_MAX + 24)
#define DESCRIPTION_PARTS_MAX ((size_t)2 * JOINED_MAX)

/* The columns that an error file has behind the extract's own. */
#define SENT_BACK_COLUMNS 4

/* What is the same for every row of a file. */
struct row_rules {
    const struct profile *profile;       /* its columns are bound to this file */
    enum form             form;
    const struct row     *header;        /* as it stood in the file; NULL: it has none */
    const struct row     *names;         /* of its columns, for the error file */
    size_t                cells;         /* how many a row should have; more may only be blank */
    bool                  fewer_refused;
    struct text           file;          /* the extract's name, for ids */
    bool                  sent_back;     /* an error file: behind the `cells` stand its own four */
    struct pattern        iso;           /* yyyy-mm-dd, which an error file may have too */
};

enum outcome { OUTCOME_ACCEPTED, OUTCOME_LEFT_OUT, OUTCOME_REFUSED };

struct row_verdict {
    enum outcome          outcome;
    size_t                left_out;     /* on OUTCOME_LEFT_OUT: enum left_out, or that and a rule */
    enum reason           reason;       /* on OUTCOME_REFUSED */
    bool                  at_field;     /* ... and which field it is about */
    enum target            field;
    bool                  identified;   /* entry_id and partner are known, whatever came later */
    struct amount_reading amount;       /* of a form with amounts; also of rows not accepted */
    bool                  amount_blank; /* ... whose amount is blank, not unreadable */
    struct text           word[FORM_FIELDS_MAX];   /* on OUTCOME_ACCEPTED: the line's fields, in
                                                      the form's order; joined texts are left
                                                      to row_description() */

    /* Where words stand that are not the row's own bytes. */
    char                  entry_id[ENTRY_ID_MAX + 1];
    char                  day[FORM_FIELDS_MAX][PERIOD_TEXT_MAX];
    char                  figure[MONEY_TEXT_MAX];
};

/* `row` stands below the header (or there is none). Nothing in `verdict` outlives the row. */
void row_judge(const struct row_rules *, const struct row *, struct row_verdict *);

/* Whether the form has a column that adds up. */
bool form_has_amount(enum form);

/* The parts of the description, in order, blanks between those that are not blank: how many
 * were put into `part` (at most `room`). */
size_t row_description(const struct row_rules *, const struct row *, struct text part[],
                       size_t room);

/* The cell that a refusal is about, with white space off; no bytes when it is about none. */
struct text row_culprit(const struct row_rules *, const struct row *, const struct row_verdict *,
                        const struct column **column);

/* Cells of the four columns of an error file: which row of which extract it was. */
bool row_came_from(const struct row_rules *, const struct row *, struct text *file,
                   struct text *number);

#endif
