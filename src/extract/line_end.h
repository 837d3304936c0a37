/*
 * extract/line_end.h -- where a line ends, for delimited.c and fixed.c alike.
 *
 * A lone LF and a lone CR never both end a line: the character that does is the mode's, the
 * other is white space. A CR with an LF behind it is one line end in every mode, so LF and CRLF
 * differ in name only. docs/convert.md, section 3.
 *
 * Pure, over memory. What is said of some bytes never changes when more come behind them; where
 * it might, the answer is that more are needed.
 */
#ifndef OCHIL_LINE_END_H
#define OCHIL_LINE_END_H

#include "extract/profile.h"

/* With so many bytes there is always an answer: a record, two for a CRLF, one to look ahead. */
#define LINE_BYTES_AHEAD (RECORD_BYTES_MAX + 4)

/* How much of the bytes a record took. */
struct record_extent {
    size_t used;       /* line end included; 0: not complete in these bytes */
    size_t lines;      /* line ends, also those inside quotes */
    bool   unended;    /* ROW_LONG, and more of it follows: go on with line_skip() */
};

static inline char line_end_char(enum line_end mode)
{
    return mode == LINE_END_CR ? '\r' : '\n';
}

/* Bytes of the line end at `at`, where `last` stands: 1, or 2 for a CR with its LF; 0: a CR is
 * the last byte known. */
static inline size_t line_end_size(struct text bytes, size_t at, bool final, char last)
{
    if (last == '\n')
        return 1;
    if (at + 1 == bytes.size)
        return final ? 1 : 0;
    return bytes.data[at + 1] == '\n' ? 2 : 1;
}

/* The rest of a line whose beginning is gone, up to and with its line end; `unended` as long as
 * that has not come. */
struct record_extent line_skip(struct text bytes, bool final, char last);

/* The first line end there is, whatever the quotes; LINE_END_LF where there is none. */
enum line_end line_end_first(struct text bytes);

/* How often the character stands in the bytes. */
size_t line_end_count(struct text bytes, char last);

#endif
