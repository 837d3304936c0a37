/*
 * extract/error_file.h -- the refused rows, in the extract's own columns, with the reason: what
 * an officer mends and sends again (docs/convert.md, section 6).
 */
#ifndef OCHIL_ERROR_FILE_H
#define OCHIL_ERROR_FILE_H

#include "extract/row_judge.h"
#include "formats/csv.h"

/* A reason with the column and the value, in one sentence. */
#define REFUSAL_TEXT_MAX 1024

struct error_file {
    struct csv_writer csv;
    char              mended[CELL_BYTES_MAX * 3 + 1];   /* a cell whose bytes are not UTF-8 */
};

void error_file_open(struct error_file *, struct sink *, struct trouble *);
void error_file_header(struct error_file *, const struct row *names);
void error_file_row(struct error_file *, const struct row_rules *, const struct row *,
                    const struct row_verdict *);
MUST_USE enum err error_file_close(struct error_file *);

/* "Column "Net Amount" holds "N/A"."; nothing when the refusal is about no column. Returns its
 * length. Valid UTF-8, without control characters. */
size_t refusal_fact(const struct row_rules *, const struct row *, const struct row_verdict *,
                    char text[REFUSAL_TEXT_MAX]);
/* The same with what it means and what to do. */
void refusal_text(const struct row_rules *, const struct row *, const struct row_verdict *,
                  char text[REFUSAL_TEXT_MAX]);

#endif
