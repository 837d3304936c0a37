/*
 * extract/proof.h -- every row of the extracts, counted once, and its amount: the proof that
 * `ochil convert` prints (docs/convert.md, sections 1 and 2).
 */
#ifndef OCHIL_PROOF_H
#define OCHIL_PROOF_H

#include "extract/decimal.h"
#include "extract/reason.h"

/* Rules that always leave rows out, in the order in which they are tried; the profile's own
 * leave_out rules follow them. */
enum left_out { LEFT_PREAMBLE, LEFT_HEADER, LEFT_BLANK, LEFT_TOTAL, LEFT_BY_PROFILE };

struct count {
    uint64_t           rows;
    uint64_t           first;        /* number of the first such row; 0: none */
    struct text        first_file;   /* and where it stands */
    uint64_t           unreadable;   /* rows whose amount could not be read */
    struct decimal_sum total;        /* of those that could */
};

struct proof {
    uint64_t           rows;
    struct count       accepted;             /* as written to the ledger */
    struct count      *left_out;             /* LEFT_BY_PROFILE + `rules` of them */
    size_t             rules;
    struct count       refused[REASONS];
    uint64_t           rounded;              /* accepted rows whose amount was rounded */
    struct decimal_sum rounding;             /* what rounding added to them */
    bool               stated;               /* a row stated the total of the file ... */
    struct decimal_sum statement;            /* ... this; the last one counts */
    uint64_t           first_row, last_row;  /* that count towards the total */
};

/* `rules`: leave_out rules of the profile. */
void proof_open(struct proof *, struct arena *, size_t rules);
/* Safe on one that is only zeroed. */
void proof_close(struct proof *);
/* Nothing counted yet; for one that is open. */
void proof_clear(struct proof *);

void count_row(struct count *, struct text file, uint64_t row);

/* What one file adds to the proof of all; statements are left alone. */
void proof_add(struct proof *, const struct proof *file);

/* What the rows that follow in the same file add to its proof. */
void proof_go_on(struct proof *file, const struct proof *rows);

/* All of one kind together, into counts whose sums are open and zero. */
void proof_left_out(const struct proof *, struct count *out);
void proof_refused(const struct proof *, struct count *out);
/* Accepted, left out and refused: the sum of the file. `out` is open and zero. */
void proof_total(const struct proof *, struct decimal_sum *out);
/* Amounts of rows left out or refused that could not be read. */
uint64_t proof_unreadable(const struct proof *);

enum agreement {
    AGREE_NOT_STATED,         /* there is no control total */
    AGREE,
    AGREE_BEFORE_ROUNDING,    /* as the extract wrote the amounts, before they were rounded */
    AGREE_NOT,
    AGREE_NOT_READABLE        /* not, and some amounts could not be read */
};

/* Whether the rows add up to `control`; `difference` (open and zero) is rows less control. */
enum agreement proof_agrees(const struct proof *, const struct decimal_sum *control,
                            struct decimal_sum *difference);

/* "left_out" as named in the document: "preamble", "leave_out 2". */
const char *left_out_name(struct arena *, size_t rule);

#endif
