/*
 * engine/record.h -- the tests that every record of every file passes first.
 *
 * ENCODING, LINE_END and QUOTE are the same for model files and ledger files (contract, section
 * 7 and fine print 2), and so are the header and the number of fields.
 */
#ifndef OCHIL_RECORD_H
#define OCHIL_RECORD_H

#include "engine/fault.h"
#include "formats/csv.h"

/* The byte order mark that a file may begin with; it is no part of the first field. */
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* The bytes behind a byte order mark. */
static inline struct text after_mark(struct text bytes)
{
    bool marked = bytes.size >= 3 && memcmp(bytes.data, BYTE_ORDER_MARK, 3) == 0;

    return marked ? (struct text){ bytes.data + 3, bytes.size - 3 } : bytes;
}

/* The first fault of a record as text: `raw` are its bytes. A quote that is never closed comes
 * first, since the record then has no end that could be tested. */
enum fault_code record_fault(struct text raw, const struct csv_record *record);

/* Whether a record is exactly this header ("a,b,c"). */
bool record_is_header(const struct csv_record *record, const char *header);

#endif
