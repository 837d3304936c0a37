/*
 * web/sent_files.h -- the form and the files of a body that was too large for memory: fields are
 * taken out of it, of files it is said where they stand.
 *
 * Whoever keeps a file reads it by sent_file_stream(); until then nothing of it is kept anywhere.
 */
#ifndef OCHIL_SENT_FILES_H
#define OCHIL_SENT_FILES_H

#include "web/form_fields.h"
#include "web/spool.h"

#define SENT_FILES_MOST 16

struct sent_file {
    struct text field;          /* of the form; "" for a body that is the file */
    struct text name;           /* as given; not judged */
    struct text media;          /* "text/csv" */
    uint64_t    at, size;       /* in the body; bytes */
};

struct sent_files {
    struct sent_file file[SENT_FILES_MOST];
    size_t           count;
};

/* A form as browsers send it, with files or (of less than FORM_BYTES_MOST) without. `*read` false:
 * it is not in the form; as form_read() has it. ERR_IO: the spool. */
MUST_USE enum err sent_form_read(struct arena *, const struct spool *, struct text content_type,
                                 struct form *, struct sent_files *, bool *read,
                                 struct trouble *);

struct stream *sent_file_stream(struct arena *, const struct spool *, const struct sent_file *);

#endif
