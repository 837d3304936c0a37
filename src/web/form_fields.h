/*
 * web/form_fields.h -- what a form sends: application/x-www-form-urlencoded, and queries. Pure.
 *
 * One reading only: fields are separated by &, name and value by the first =, + is a blank, and %
 * is followed by two hex digits. A field without =, a name twice, text that is not UTF-8 or holds
 * a NUL, and more than FORM_FIELDS_MOST fields are refused: no page of ours sends them.
 *
 * Line ends of a text area are CR LF as it is sent, and LF here.
 */
#ifndef OCHIL_FORM_FIELDS_H
#define OCHIL_FORM_FIELDS_H

#include "base/arena.h"
#include "base/text.h"

#define FORM_FIELDS_MOST 64
#define FORM_BYTES_MOST ((size_t)64 * 1024)

struct form {
    struct text name[FORM_FIELDS_MOST];
    struct text value[FORM_FIELDS_MOST];
    size_t      count;
};

/* Decoded into `arena`. False: it is not in the form. */
MUST_USE bool form_read(struct arena *, struct text encoded, struct form *);

/* data NULL: there is no such field. */
struct text form_value(const struct form *, const char *name);

#endif
