/*
 * finance/finance_basis_file.h -- files of basis values: pupils, clients, floor area, a row for
 * each council, or for each school or office of one, which are added up.
 *
 *     basis_file_add()     a kept file (CSV, XLSX, ODS, fixed width) is one of these
 *     basis_file_read()    its rows, by a profile of the form basis_values (docs/convert.md)
 *     basis_file_keep()    how it is read; its values, when all rows are good and come to the
 *                          control total
 *     basis_file_begin()   a draft of a basis begins with them, and with the file as its evidence
 *
 * The values bind nobody: they are the text that a proposal begins with (finance_basis.h), which
 * the engine judges and both councils agree. A file is its council's own until it is proposed.
 *
 * Partners are the councils, by code or by name. Values of one basis, partner and first period are
 * added up; how many rows each comes from is told.
 *
 * Inside a transaction in the council's scope, but basis_file_read(), which takes its time; texts
 * live in `arena`.
 */
#ifndef OCHIL_FINANCE_BASIS_FILE_H
#define OCHIL_FINANCE_BASIS_FILE_H

#include "extract/decimal.h"
#include "finance/finance_reading.h"
#include "identity/actor.h"
#include "store/council.h"

#define BASIS_CONTROL_MOST 40           /* bytes */

struct basis_file {
    int64_t       id;
    struct text   evidence;             /* hex */
    struct text   file;                 /* its name; empty: erased */
    struct text   basis;                /* a code; empty: a column says */
    struct text   words, control;       /* of the last reading; empty: none yet */
    struct text   given;                /* "basis,from,partner,value" lines; empty: not all its
                                           rows are good */
    int64_t       counted, left_out;    /* rows */
    struct moment made_at, read_at;     /* read_at { 0 }: not yet */
    struct text   made_by, read_by;
};

struct basis_files {
    struct basis_file *file;            /* the newest first */
    size_t             count;
};

MUST_USE enum err basis_files_load(struct tx *, struct arena *, int64_t council,
                                   struct basis_files *, struct trouble *);
/* ERR_MISSING: the council has no such file. */
MUST_USE enum err basis_file_load(struct tx *, struct arena *, int64_t council, int64_t id,
                                  struct basis_file *, struct trouble *);
/* `*already`: it is there. */
MUST_USE enum err basis_file_add(struct tx *, const struct happening *,
                                 const struct actor *, struct text evidence, struct text basis,
                                 int64_t *id, bool *already, struct trouble *);
/* With the words, control, given and counts of a reading. */
MUST_USE enum err basis_file_keep(struct tx *, const struct happening *, const struct actor *,
                                  const struct basis_file *, struct trouble *);

struct basis_value {
    struct text        basis, from, partner;
    struct decimal_sum sum;
    const char        *value;           /* "210.5" */
    uint64_t           rows;
};

struct basis_reading {
    uint64_t               counted, left_out, refused;
    struct basis_value    *value;       /* as they first come */
    size_t                 values;
    struct ledger_refusal *refusal;     /* the first REFUSALS_KEPT */
    size_t                 refusals;
    const char            *total;       /* of the values */
    bool                   agrees;      /* with the control total and the file's own */
    const char            *difference;
    const char            *trouble;     /* why it cannot be read with this profile; NULL: it can */
};

/* `control` NULL: there is none yet. What is wrong with file, profile or rows is in `out`. */
struct basis_asked {
    const struct extract_desk *desk;
    const struct councils     *councils;
    struct text                evidence, words;
    const char                *control;
};
MUST_USE enum err basis_file_read(const struct basis_asked *, struct arena *,
                                  struct basis_reading *, struct trouble *);
/* What is wrong with a profile, or NULL. */
const char *basis_words_judge(struct arena *, struct text words);
/* Is it a number, as values are? */
bool basis_control_is_fit(struct text control);
bool basis_reading_is_good(const struct basis_reading *);

/* Lines of basis_values.csv, without its header. */
struct text basis_reading_lines(struct arena *, const struct basis_reading *);

/* How the file seems to be read: the profile that `ochil profile guess` has for it, its partner by
 * the column that it names, its basis by `code`, if there is one. */
MUST_USE enum err basis_file_guess(const struct extract_desk *, struct arena *, struct text hex,
                                   struct text code, const char **words, struct trouble *);

#endif
