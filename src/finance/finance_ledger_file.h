/*
 * finance/finance_ledger_file.h -- a kept extract, converted once more into a ledger file of the
 * engine's (docs/engine.md, section 2), by the profile that it was taken in with.
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
    struct text                  evidence;      /* hex */
    struct text                  words;         /* the profile */
    const char                  *out;           /* path; missing folders are made */
    int                          threads;
    const struct progress_watch *watch;         /* may be NULL */
};

MUST_USE enum err ledger_file_write(const struct ledger_file *, struct arena *, struct trouble *);

#endif
