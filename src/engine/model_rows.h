/*
 * engine/model_rows.h -- the rows of the model files: what they share while they are read.
 *
 * A row's columns are tested from left to right and its first fault is the one shown; then its
 * key; then what it shares with other rows (contract, fine print 11 and 12). Each file has a rule
 * for its rows (take_pool() and so on); the files that hold them are named *_import.c. This
 * header is for those files alone.
 */
#ifndef OCHIL_MODEL_ROWS_H
#define OCHIL_MODEL_ROWS_H

#include "engine/model.h"

struct import {
    struct model  *model;
    struct faults *faults;
    struct arena  *arena;
    enum file_rank rank;
    uint32_t       line;
    struct index   keys;         /* of the file being read */
    bool           repeated;     /* the row's key is that of an earlier one */
    bool           seen_year;
    bool           year_faulty;
    mpq_t          number;       /* of the row being read: given back also when memory runs out */
};

/* What a test found: FAULT_NONE, or a code and the value to show. */
struct finding {
    enum fault_code code;
    struct text     value;
};

#define GOOD ((struct finding){ FAULT_NONE, { NULL, 0 } })

static inline struct finding found(enum fault_code code, struct text value)
{
    return (struct finding){ code, value };
}

typedef struct finding row_rule(struct import *, const struct text *field);

/* ---- columns that several files share: GOOD, or the fault of that column ---- */

/* Whether a file can be used, so that tests against it can be made (fine print 15). */
bool import_has(const struct import *, enum file_rank);

/* A code of another file. `*out` is its number, or -1 where that file cannot be used. */
struct finding column_partner(const struct import *, struct text code, int32_t *out);
struct finding column_pool(const struct import *, struct text code, int32_t *out);
struct finding column_service(const struct import *, struct text code, int32_t *out);
struct finding column_basis(const struct import *, struct text code, int32_t *out);

/* A period, or blank for `open`. */
struct finding column_period(struct text text, period_number open, period_number *out);
/* Two columns, from and to. */
struct finding column_span(const struct text *field, struct span *span);
bool spans_overlap(struct span, struct span);

/* A number that is not negative. `out` is initialised. */
struct finding column_number(struct text text, mpq_t out);

/* One of these words; false if it is none. */
bool column_choose(struct text value, const char *const *names, size_t count, int *chosen);

/* ---- rows ---- */

/* Notes the key of a row; true if an earlier row has it. */
bool row_key_is_repeated(struct import *, const struct text *field, size_t count);
/* What a row's rule asks when its columns are good, before it changes anything. */
struct finding row_key(const struct import *, const struct text *field, size_t count);

/* ---- putting things into the model ---- */

/* Room for one more thing in an array of the model. */
#define ADD(import, array, count, room) \
    ((array) = import_make_room((import)->arena, (array), (count), &(room), sizeof *(array)), \
     &(array)[(count)++])

void *import_make_room(struct arena *, void *array, size_t count, size_t *room, size_t size);
int32_t import_add_group(struct import *, struct text name);
/* Puts a value where its period belongs; keys are unique, so no two have the same. */
void import_add_dated(struct import *, struct series *, period_number from, const mpq_t value,
                      struct text written);

/* ---- the rules, a file each ---- */

row_rule take_setting;
row_rule take_partner;
row_rule take_service;
row_rule take_pool;
row_rule take_basis;
row_rule take_basis_value;
row_rule take_blend;
row_rule take_account;
row_rule take_cost_centre;
row_rule take_driver;
row_rule take_charged;
row_rule take_corrected;
row_rule take_billed;

#endif
