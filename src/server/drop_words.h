/*
 * server/drop_words.h -- the two small files of a drop folder: lines of "name = value". Pure.
 *
 * A control file says what an extract is, and comes from the ledger system; a receipt says what
 * became of it, and is written by `ochil watch`. In both a line that is blank or begins with # is
 * passed over, a name stands once, and one that is not known is refused.
 *
 *     year = 2014-15             receipt:  file = ledger.csv
 *     lines = 1423                         import = 17
 *     total = 811203.50                    state = taken
 *
 * Errors: ERR_USAGE, with the line, for what is none of this.
 *
 * Read next: drop_folder.h.
 */
#ifndef OCHIL_DROP_WORDS_H
#define OCHIL_DROP_WORDS_H

#include "base/arena.h"
#include "base/text.h"

#define DROP_WORDS_MOST ((size_t)16 * 1024)     /* bytes of such a file */

enum drop_control {
    CONTROL_YEAR, CONTROL_BOOK, CONTROL_SYSTEM, CONTROL_LINES, CONTROL_TOTAL, CONTROL_SHA256,
    CONTROL_PERSONAL, CONTROL_WHY,
    CONTROLS
};
extern const char *const drop_control_name[CONTROLS];

enum drop_receipt {
    RECEIPT_FILE, RECEIPT_SHA256, RECEIPT_BYTES, RECEIPT_PICKED_UP, RECEIPT_IMPORT,
    RECEIPT_ALREADY, RECEIPT_AFTER_JOB, RECEIPT_JOB, RECEIPT_STATE, RECEIPT_LINES,
    RECEIPT_LEFT_OUT, RECEIPT_REFUSED, RECEIPT_AMOUNT, RECEIPT_OUTCOME, RECEIPT_ERRORS,
    RECEIPT_ENDED,
    RECEIPTS
};
extern const char *const drop_receipt_name[RECEIPTS];

/* `value` has `count` places; of a name that is not there it is NULL. */
MUST_USE enum err drop_words_read(struct arena *, struct text, const char *const name[],
                                  size_t count, const char *value[], struct trouble *);

/* A control file must say year, lines and total. */
MUST_USE enum err drop_control_read(struct arena *, struct text, const char *value[CONTROLS],
                                    struct trouble *);

/* What drop_words_read() reads. A value loses its line ends. */
struct text drop_words_write(struct arena *, const char *const name[], size_t count,
                             const char *const value[]);

/* May an extract have this name? Not one that begins with a dot, ends as a control file does, or
 * holds a control character. */
bool drop_is_name(const char *name);
/* The extract's name that a control file's leads to; NULL: it is none. */
const char *drop_control_of(struct arena *, const char *name);

#endif
