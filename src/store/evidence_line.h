/*
 * store/evidence_line.h -- the lines of a kept ledger extract, one after the other.
 *
 * The index and the reader must agree on what a line is and what it says, so both ask here. A
 * line is a record of eight fields that CSV finds nothing wrong with, and that is not the header
 * (engine contract, section 2). What a line must be to be settled is none of this: an extract is
 * kept, and can be asked, also when the engine refuses it.
 *
 * The period of a line is the one it names, else that of its date (fine print 6); a line whose
 * period cannot be read has none, and is found only when no period is asked for.
 */
#ifndef OCHIL_EVIDENCE_LINE_H
#define OCHIL_EVIDENCE_LINE_H

#include "engine/ledger.h"

#define EVIDENCE_NO_PERIOD ((period_number)-1)

struct evidence_line {
    const char   *file;                     /* the name the reader was opened with */
    uint64_t      line;                     /* physical, of the record's start */
    struct text   field[LEDGER_FIELDS];
    period_number period;                   /* or EVIDENCE_NO_PERIOD */
    struct text   raw;                      /* the record as it stands, line end included */
};

/* A walk over the records of a frame. */
struct evidence_lines {
    struct text   rest;
    uint64_t      line;                     /* of the rest's start */
    char         *spare;                    /* as many bytes as the frame */
    uint64_t      header_line;              /* the record that starts there is no line */
    const char   *quote, *lone_cr;          /* the next of each in the rest, or its end; NULL or
                                               before the rest: not looked for yet */
    char          date[10];                 /* the last one read, of 10 bytes ... */
    period_number date_period;              /* ... and its period */
};

/* Over one frame; `number` 0 is the first of the file, which may begin with a byte order mark. */
struct evidence_lines evidence_lines_of(uint64_t number, struct text plain, uint64_t first_line,
                                        char *spare, uint64_t header_line);

/* The next line. False: there is none. Its fields stand until the next call. */
bool evidence_lines_next(struct evidence_lines *, struct evidence_line *);

/* On to the record that holds the byte at `place`, which lies within the rest. */
void evidence_lines_skip(struct evidence_lines *, const char *place);

/* The first record of a file that is not empty should be the header. */
enum header_state { HEADER_NOT_YET, HEADER_GOOD, HEADER_OTHER };

/* Looks in a frame; with HEADER_GOOD `*line` is where it starts. */
enum header_state evidence_header_find(uint64_t number, struct text plain, uint64_t first_line,
                                       char *spare, uint64_t *line);

#endif
