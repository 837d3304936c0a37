/*
 * store/evidence_open.h -- reading a kept file: the one way to it, with the one filter of rights.
 *
 * Whoever reads comes with a warrant: whose files they may open, and how much of them. It is
 * decided elsewhere (roles, and an agreement of the councils that is recorded); all zeros open
 * nothing, and the usual one names the acting council alone. A file of a council that the
 * warrant does not name is as missing as one that never was: the same error with the same words.
 *
 *     evidence_open(&arena, db, &warrant, &id, &opened, trouble)
 *       evidence_opened_stream(opened, &stream, trouble)        the whole of it, verified
 *       evidence_opened_lines(opened, &query, visit, ...)       lines of a ledger extract
 *     evidence_close(opened)
 *
 * A file that holds personal data is opened only once the trail's entry "evidence.read" is
 * written; the partner's trail has it too, if the file is the partner's.
 *
 * What is read is verified chunk by chunk, the whole by its SHA-256 before the stream says that
 * it ends (evidence_read.h): ERR_CHECK. No transaction stands between the calls.
 *
 * Memory: about 10 MiB, and for lines that of the index, 2.5% of the file's size at most.
 */
#ifndef OCHIL_EVIDENCE_OPEN_H
#define OCHIL_EVIDENCE_OPEN_H

#include "base/outside.h"
#include "store/evidence_row.h"
#include "store/evidence_scan.h"
#include "store/trail_log.h"

struct evidence_warrant {
    const struct outside          *outside;     /* the trail's chance */
    struct moment                  now;
    int64_t                        acting;      /* the council that the reader acts for */
    struct text                    actor;       /* the account */
    struct text                    request;     /* may be empty */
    struct trail_words             why;         /* data NULL: not said */
    const struct evidence_council *council;     /* whose files may be opened */
    size_t                         councils;
    bool                           whole;       /* all of a file, every description in it */
    struct evidence_rights         lines;       /* else these lines */
};

struct evidence_opened;

/* ERR_MISSING: no such file for this reader, or it was erased. ERR_CHECK: its key or head is
 * damaged. When it fails nothing is to be closed. Everything stands in the arena. */
MUST_USE enum err evidence_open(struct arena *, struct db *, const struct evidence_warrant *,
                                const struct evidence_id *, struct evidence_opened **,
                                struct trouble *);
void evidence_close(struct evidence_opened *);

const struct evidence_row *evidence_opened_row(const struct evidence_opened *);

/* ERR_RIGHTS: the warrant is for lines alone. One stream at a time. */
MUST_USE enum err evidence_opened_stream(struct evidence_opened *, struct stream **,
                                         struct trouble *);

/* As evidence_scan(); not while a stream is read. ERR_REFUSED: the file is no ledger extract
 * whose lines can be found. */
MUST_USE enum err evidence_opened_lines(struct evidence_opened *, const struct evidence_query *,
                                        evidence_visit *, void *context,
                                        struct evidence_scanned *, struct trouble *);

#endif
