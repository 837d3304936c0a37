/*
 * extract/extract_io.h -- one extract, opened: what it is, where its header stands, and its rows
 * from there on.
 *
 *     extract_open()     text or workbook, by its first bytes; reads up to the header; binds the
 *                        profile's columns to it
 *     extract_next()     the rows below
 *     extract_close()
 *
 * An error file that comes back mended is recognised by its last four columns and read as what
 * it is, whatever the profile says (docs/convert.md, section 6).
 *
 * Errors: ERR_IO, ERR_CHECK (not what it claims to be, hostile), ERR_USAGE (the profile does not
 * fit: no such column, sheet or header row).
 */
#ifndef OCHIL_EXTRACT_IO_H
#define OCHIL_EXTRACT_IO_H

#include "extract/row_judge.h"
#include "extract/text_rows_io.h"
#include "sheets/workbook_io.h"

enum extract_kind { EXTRACT_TEXT, EXTRACT_XLSX, EXTRACT_ODS };

struct extract {
    const char        *path;
    struct text        name;         /* of the file, without its folder */
    struct arena      *arena;        /* of this extract alone */
    enum extract_kind  kind;
    struct text_rows  *text;
    struct workbook   *workbook;
    struct row_reader *reader;
    bool               headed;       /* a header was read */
    struct row         header;       /* as it stood in the file; a sheet's may have no cells */
    struct row         names;        /* of its columns, for the error file */
    uint64_t           preamble;     /* rows above the header */
    bool               measured;     /* how many cells a row has is known */
    struct row_rules   rules;
};

/* The name of a file without its folder. */
struct text file_name_of(const char *path);

/* Reading a row at a time from the start, before any profile is bound: for guessing. `sheet` as
 * in a profile; `dialect` for a text. */
MUST_USE enum err extract_open_rows(struct extract *, struct arena *, const struct outside *,
                                    const char *path, struct text sheet,
                                    const struct text_dialect *, struct trouble *);

/* `arena` is given back by the caller after extract_close(); the profile's columns are bound
 * until the next extract is opened. `profile_name` is for messages. */
MUST_USE enum err extract_open(struct extract *, struct arena *, const struct outside *,
                               const char *path, struct profile *, enum form,
                               const char *profile_name, struct trouble *);

MUST_USE enum err extract_next(struct extract *, struct row *, bool *end, struct trouble *);

/* Bytes of the file read so far, as far as that is known. */
uint64_t extract_bytes(const struct extract *);

/* Safe on one that is only zeroed, and when opening failed. */
void extract_close(struct extract *);

#endif
