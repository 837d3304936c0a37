/*
 * finance/finance_basis_seen.h -- a file of basis values as a page or a call looks at it: read in
 * `prepare`, outside of the store, and left in request->work.
 *
 * Read next: finance_basis_file_pages.c, finance_basis_file_api.c.
 */
#ifndef OCHIL_FINANCE_BASIS_SEEN_H
#define OCHIL_FINANCE_BASIS_SEEN_H

#include "finance/finance_basis_file.h"
#include "web/request.h"

struct file_seen {
    struct request        *request;
    struct basis_file      file, last;      /* last: of the council's good readings; id 0: none */
    struct councils        councils;
    struct extract_desk    desk;
    struct text            words;           /* it is read with */
    bool                   guessed;
    struct extract_preview preview;
    struct basis_reading   reading;
    const char            *wrong_words, *wrong_control;
};

/* A kept file becomes one of basis values, in a writing transaction. */
MUST_USE enum err basis_file_arrive(struct request *, struct text hex, struct text basis,
                                    int64_t *id, bool *already);

/* What basis_file_read_prepare() saw is kept, with its values if all is good (`*good`); nothing, if
 * profile or control total are wrong, as `seen` says. */
MUST_USE enum err basis_file_seen_keep(struct request *, struct file_seen *, bool *good);

/* The lines of one basis among those that were taken, without its code. */
struct text basis_file_lines(struct arena *, struct text given, struct text code);
/* Is it the first value of its basis? */
bool basis_value_is_first(const struct basis_reading *, size_t at);

#endif
