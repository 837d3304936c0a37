/*
 * server/client_record.h -- a record that the API gave: its members as text, and the JSON that it
 * came as. (jansson has names in common with formats/json.h, so the two never meet in one file.)
 */
#ifndef OCHIL_CLIENT_RECORD_H
#define OCHIL_CLIENT_RECORD_H

#include "base/arena.h"
#include "base/text.h"

struct client_member {
    const char *name;
    const char *value;      /* "" for null; "yes", "no"; a number in figures; a list with commas */
};

struct client_record {
    struct client_member *member;
    size_t                count;
    const char           *json;         /* on one line */
};

struct client_records {
    struct client_record *record;
    size_t                count;
};

/* One object, or an array of them. ERR_CHECK: it is neither. */
MUST_USE enum err client_records_read(struct arena *, struct text json, struct client_records *,
                                      struct trouble *);
/* The first of them; there is one. */
MUST_USE enum err client_record_read(struct arena *, struct text json, struct client_record *,
                                     struct trouble *);

/* NULL: there is no such member. */
const char *client_record_value(const struct client_record *, const char *name);

#endif
