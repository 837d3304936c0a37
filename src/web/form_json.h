/*
 * web/form_json.h -- a JSON object of an API call, as a form: names with texts, numbers and truth.
 *
 * Numbers are whole (no float is let in), true and false become "true" and "false", null is a
 * field that is not there. What is nested is refused: no call takes it. Money is a string.
 */
#ifndef OCHIL_FORM_JSON_H
#define OCHIL_FORM_JSON_H

#include "web/form_fields.h"

/* False: not one JSON object in UTF-8 of such values. */
MUST_USE bool form_read_json(struct arena *, struct text json, struct form *);

#endif
