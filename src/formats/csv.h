/*
 * formats/csv.h -- CSV as the engine contract has it: RFC 4180, strict, with positions.
 *
 * Fine print 2 of the contract: only LF and CRLF end a record; a lone CR outside quotes is a
 * fault; a quote inside an unquoted field is an ordinary character; anything but comma or line
 * end after a closing quote is a fault, and the field goes on as unquoted text.
 *
 * The reader takes one record at a time from bytes in memory and says how many bytes it used,
 * so the same code serves a whole model file, a block of a ledger, and the question where a
 * block may be cut. It decides nothing about meaning.
 */
#ifndef OCHIL_CSV_H
#define OCHIL_CSV_H

#include "base/stream.h"
#include "money/money.h"

#define CSV_FIELDS_KEPT 16

enum csv_faults {
    CSV_BAD_LINE_END = 1,   /* a lone CR outside quotes */
    CSV_BAD_QUOTE = 2,      /* text behind a closing quote */
    CSV_UNCLOSED = 4        /* the bytes ended inside quotes */
};

struct csv_record {
    struct text field[CSV_FIELDS_KEPT];   /* unquoted; in the input or in the spare bytes */
    size_t      count;                    /* of all fields, also those not kept */
    size_t      lines;                    /* LFs used, also those inside quotes */
    unsigned    faults;                   /* enum csv_faults, or 0 */
    bool        empty;                    /* every field is empty: to be ignored */
};

/*
 * Reads one record from the start of `bytes`.
 *
 * gives    the number of bytes used, line end included. 0: the record is not complete in these
 *          bytes and `final` is false. With `final`, the end of the bytes ends the record.
 * needs    `spare` of at least bytes.size bytes, for fields with doubled quotes; NULL when only
 *          the extent is wanted (fields are then not to be read).
 */
size_t csv_read(struct text bytes, bool final, char *spare, struct csv_record *record);

/* How many of the bytes are whole records: where a block may be cut. 0: not even one. */
size_t csv_whole_records(struct text bytes);

/* What the sink is given at a time, and room behind it: what is shorter is put without asking
 * whether it fits. */
#define CSV_BLOCK_BYTES 32768
#define CSV_BEHIND_BYTES 128

/* Writing: fields are quoted only where they must be; records end in LF. The first failure of
 * the sink is kept and reported by csv_close(). */
struct csv_writer {
    struct sink    *sink;
    struct trouble *trouble;
    enum err        err;
    bool            begun;        /* a field stands on this record already */
    size_t          used;
    char            buffer[CSV_BLOCK_BYTES + CSV_BEHIND_BYTES];
};

/* A field as it is written, quotes and the comma behind it included: for what every row repeats.
 * At its place whole sixteens can be read. */
struct csv_ready {
    const char *bytes;
    size_t      size;
};

void csv_open(struct csv_writer *, struct sink *, struct trouble *);
void csv_text(struct csv_writer *, struct text);
void csv_word(struct csv_writer *, const char *terminated);
/* Would a spreadsheet take it for a formula? It begins with = + - @, a tab or a CR. */
MUST_USE bool csv_is_formula(struct text);
/* Text that people open in a spreadsheet: such a one with ' in front. */
void csv_shown(struct csv_writer *, struct text);
/* Several texts as one field. */
void csv_joined(struct csv_writer *, const struct text part[], size_t count);
void csv_money(struct csv_writer *, wide pence);
/* The text as a field that is ready; it must not be the last one of a record. */
struct csv_ready csv_ready(struct arena *, struct text);
void csv_put(struct csv_writer *, struct csv_ready);
void csv_count(struct csv_writer *, uint64_t count);
void csv_end(struct csv_writer *);
/* The same with CRLF, as spreadsheets end a record. */
void csv_end_crlf(struct csv_writer *);
/* A whole record as it stands in the source text, line end included ("a,b\n"). */
void csv_literal(struct csv_writer *, const char *record);
MUST_USE enum err csv_close(struct csv_writer *);

#endif
