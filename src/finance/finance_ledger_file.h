/*
 * finance/finance_ledger_file.h -- the lines of a kept extract as a ledger file of the engine's
 * (docs/engine.md, section 2): as the import kept them, or converted once more from the extract, by
 * the profile that it was taken in with.
 *
 * It is all lines of the extract, with what they say; whoever gives it on leaves out what the other
 * council must not see.
 *
 * Errors: ERR_CHECK: the convert library refuses it now. ERR_MISSING: the extract was erased.
 * ERR_BUSY: the watch stopped it. ERR_IO.
 */
#ifndef OCHIL_FINANCE_LEDGER_FILE_H
#define OCHIL_FINANCE_LEDGER_FILE_H

#include "base/stream.h"
#include "finance/finance_copy.h"

struct ledger_file {
    const struct extract_desk   *desk;
    struct text                  evidence;      /* of the extract, hex */
    struct text                  ledger;        /* of its lines as they were kept; empty: convert */
    struct text                  words;         /* the profile */
    struct sink                 *out;
    int                          threads;
    const struct progress_watch *watch;         /* may be NULL */
};

MUST_USE enum err ledger_file_write(const struct ledger_file *, struct arena *, struct trouble *);

#endif
