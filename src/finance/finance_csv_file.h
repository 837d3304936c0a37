/*
 * finance/finance_csv_file.h -- small CSV files in memory: written record by record, read
 * row by row.
 *
 * The engine's own writer and reader (formats/csv.h) over bytes in an arena. It decides nothing
 * about meaning: what a file says is for the engine's reader to judge.
 */
#ifndef OCHIL_FINANCE_CSV_FILE_H
#define OCHIL_FINANCE_CSV_FILE_H

#include "formats/csv.h"

/* A file that grows. */
struct csv_file {
    struct sink        sink;
    struct arena      *arena;
    char              *bytes;
    size_t             used, room;
    struct csv_writer *csv;
};

/* Goes on behind `begun`, whose last record gets an end if it has none. */
void csv_file_open(struct csv_file *, struct arena *, struct text begun);
/* A record. */
void csv_file_row(struct csv_file *, const struct text field[], size_t count);
/* Bytes as they are, between records. */
void csv_file_raw(struct csv_file *, struct text);
struct text csv_file_close(struct csv_file *);

/* The records of a file, one by one; those whose fields are all empty are passed over. */
struct csv_rows {
    struct text       left;
    char             *spare;
    struct csv_record record;       /* that was read */
    uint64_t          line;         /* on which it begins */
    uint64_t          next;
};

void csv_rows_open(struct csv_rows *, struct arena *, struct text file);
MUST_USE bool csv_rows_next(struct csv_rows *);

/* Field `at` of the record; empty: it has none. */
struct text csv_rows_field(const struct csv_rows *, size_t at);
/* Field `field` of the first record whose first field is `code`; empty: there is none. */
struct text csv_looked_up(struct arena *, struct text file, struct text code, size_t field);

#endif
