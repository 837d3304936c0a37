/*
 * register/import_plan.h -- what the rows of a file become in a register: which column is which
 * field, what a cell means there, and what is wrong with a row. From the register's declaration
 * alone; pure but for import_judge(), which asks the store what entry_check() asks for a form.
 *
 *     import_heading(type, table)              which row seems to hold the headings
 *     import_plan_open(arena, type, table, number, plan)
 *     import_match(plan)                       columns by their headings
 *     import_judge(tx, arena, asker, today, plan)   every row, by the judge that a form has
 *
 * A day is read as 2026-04-01, or with the day before the month: 01/04/2026, 1 April 2026. A choice
 * may have capitals. "yes", "true" and "x" are yes. What is anything else stands as it was written,
 * for the judge to refuse: nothing is guessed.
 *
 * A row with a number changes the entry of that number: its columns become what the row says, an
 * empty cell too, and what has no column stays as it is. Any other row is a new entry.
 *
 * Codes of errors: those of field_code(), and import_codes below.
 *
 * Read first: import_table.h. Read next: import_store.h.
 */
#ifndef OCHIL_IMPORT_PLAN_H
#define OCHIL_IMPORT_PLAN_H

#include "register/import_table.h"
#include "register/register_store.h"

#define IMPORT_UNUSED (-1)
#define IMPORT_NUMBER (-2)      /* the entry's own number: of what is there already */

struct import_column {
    struct text heading;
    int         field;          /* its place, or one of those two */
};

struct import_fault {
    uint64_t    row;            /* the file's own number */
    int         column;         /* from 0; -1: of the row, or of a field that has no column */
    const char *name;           /* of the field; NULL: of none */
    const char *label;
    struct text value;          /* as it stands in the file */
    const char *code;
    const char *words;          /* what to do, a sentence */
};

struct import_line {
    const struct row *row;
    struct entry      entry;    /* its fields, as they will be */
    struct entry     *was;      /* that it changes, as it stands; NULL: it is a new one */
    bool              differs;  /* from that */
    size_t            fault;    /* its first, in the plan's */
    size_t            faults;
};

struct import_plan {
    const struct register_type *type;
    const struct import_table  *table;
    const struct row           *heading;
    size_t                      above;      /* rows above it, which are not used */
    struct import_column        column[IMPORT_COLUMNS_MOST];
    size_t                      columns;
    const char                 *refused;    /* the table as a whole, a sentence; NULL: it is fit */
    /* After import_judge(): */
    struct import_line         *line;
    size_t                      lines, bad;
    size_t                      added, changed;     /* of the good; others are as they stand */
    struct entries              there;      /* the register, if rows name entries of it */
    struct import_fault        *fault;
    size_t                      faults;
};

/* What a heading names, by label or name, in capitals or not; IMPORT_UNUSED: nothing. */
int import_field_of(const struct register_type *, struct text heading);

/* The number of the row, among the first, that names most fields. */
uint64_t import_heading(const struct register_type *, const struct import_table *);

/* `heading`: the number of its row; where there is no such row the plan is `refused`. */
void import_plan_open(struct arena *, const struct register_type *, const struct import_table *,
                      uint64_t heading, struct import_plan *);

/* Each column is what its heading says; of two that say the same, the first. */
void import_match(struct import_plan *);

/* The first value below the heading. */
struct text import_example(const struct import_plan *, size_t column);

/* The column of a field; -1: it has none. */
int import_column_of(const struct import_plan *, int field);

/* Is it a field that whoever changes an entry fills in? */
bool import_takes(const struct register_type *, int field);

MUST_USE enum err import_judge(struct tx *, struct arena *, const struct entry_asker *,
                               struct db_day today, struct import_plan *, struct trouble *);

/* Of what is changed, and which versions: another sum, and somebody was quicker than whoever looked
 * at the plan. "" if nothing is. */
const char *import_sum(struct arena *, const struct import_plan *);

/* "row 12", "Sheet1, row 12": where a line stands, for its history. */
const char *import_place(struct arena *, const struct import_table *, uint64_t row);

/* What can be wrong with a row besides its fields; ends at a row of NULL. */
struct import_code {
    const char *code, *words;
};
extern const struct import_code import_codes[];

#endif
