/*
 * store/evidence_scan.h -- finding lines in a kept ledger extract: the one reader, with the one
 * filter of rights.
 *
 * Only the frames that the index names are opened, and only lines that the query asks for are
 * looked at. Whatever asks for lines, a page, an export or an explanation, comes through here:
 * a line leaves by one function, which asks the rights again.
 *
 * To ask for a partner that one has no right to is answered as if it had no line: nothing is
 * opened, nothing is handed out, no error tells that there was something.
 */
#ifndef OCHIL_EVIDENCE_SCAN_H
#define OCHIL_EVIDENCE_SCAN_H

#include "store/evidence_index.h"
#include "store/evidence_line.h"
#include "store/evidence_read.h"

/* Whose lines may be seen, and how much of them. All zeros: nothing. */
struct evidence_rights {
    const struct text *partner;        /* these partners' lines */
    size_t             partners;
    bool               descriptions;   /* else the description is empty, and so are the raw bytes,
                                          which hold it */
};

/* The line stands until this returns. ERR_MISSING ends the scan well: "enough". */
typedef enum err evidence_visit(void *context, const struct evidence_line *);

struct evidence_scanned {
    size_t   frames;       /* opened */
    uint64_t lines;        /* handed out */
};

/* Lines come in the order of the file. ERR_CHECK: a frame is damaged, or the index is not the
 * file's; lines handed out before that were good. */
MUST_USE enum err evidence_scan(struct evidence_reader *, const struct evidence_index *,
                                const struct evidence_query *, const struct evidence_rights *,
                                struct arena *, evidence_visit *, void *context,
                                struct evidence_scanned *, struct trouble *);

#endif
