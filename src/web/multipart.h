/*
 * web/multipart.h -- forms with files, as browsers send them (multipart/form-data), read as a
 * stream. Pure.
 *
 *     multipart_boundary(content_type, &boundary)
 *     multipart_begin(&multipart, boundary)
 *       multipart_add(&multipart, arena, bytes, size)       in pieces of any size
 *     multipart_end(&multipart)
 *
 * Nothing of a value is kept here: of each part there is said where in the body its bytes stand,
 * and whoever has the body (spool.h) reads them there. So a file of any size takes no memory, and
 * nothing is done with it before the form's token was looked at, wherever in the form that came.
 *
 * Only what browsers and curl send has a reading: no preamble, no parts within parts, no transfer
 * encodings, names in quotation marks. What else there is in RFC 2046 is refused: two programs
 * might read it differently. A file without a name is a box that nobody chose a file in: no part.
 *
 * units    places and sizes: bytes of the body.
 * source   RFC 7578; the HTML standard, "multipart form data": a quotation mark in a name is
 *          %22. A name given with \" (older programs) means the same.
 */
#ifndef OCHIL_MULTIPART_H
#define OCHIL_MULTIPART_H

#include "base/arena.h"
#include "base/text.h"

#define MULTIPART_BOUNDARY_MOST 70
#define MULTIPART_HEAD_MOST ((size_t)4096)      /* of one part */
#define MULTIPART_PARTS_MOST 80
#define MULTIPART_NAME_MOST 255                 /* of a field, of a file */

struct multipart_part {
    struct text name;           /* of the field */
    bool        is_file;
    struct text file_name;      /* as it was given */
    struct text media;          /* "text/csv"; "application/octet-stream" if nothing was said */
    uint64_t    at, size;
};

/* Private but for the parts. */
struct multipart {
    struct multipart_part part[MULTIPART_PARTS_MOST];
    size_t                count;        /* of those that have ended */
    int                   stage;
    char                  mark[MULTIPART_BOUNDARY_MOST + 4];    /* CR LF - - and the boundary */
    size_t                mark_size, matched;
    uint64_t              at;           /* of the next byte */
    bool                  drop;         /* the part is a file without a name */
    char                  head[MULTIPART_HEAD_MOST];
    size_t                head_size;
};

/* From the value of Content-Type. False: it is no such form, or has no boundary that can be. */
MUST_USE bool multipart_boundary(struct text content_type, struct text *boundary);

void multipart_begin(struct multipart *, struct text boundary);

/* False: it is no form, or too much of one; nothing may be added any more. Names of parts live in
 * the arena. */
MUST_USE bool multipart_add(struct multipart *, struct arena *, const char *bytes, size_t size);

/* Is the form whole? */
MUST_USE bool multipart_end(const struct multipart *);

/* "text/csv": two words of the letters that HTTP lets stand there, without what may follow them.
 * data NULL: it is none, or has more than 100 bytes. */
struct text media_of(struct text content_type);

#endif
