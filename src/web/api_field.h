/*
 * web/api_field.h -- what a call of the API takes and gives, as a table of fields.
 *
 * A row of the action table under /api/v1/ has a `struct api_call` (cli/action.h: `call`). From it
 * come the document /api/openapi.json, the page /api, and the commands that go through the API, so
 * that none of them can say something else.
 *
 *     static const struct api_field grant_takes[] = {
 *         { .name = "login", .type = API_LINE, .required = true, .most = 64,
 *           .help = "Whose account" },
 *         ...
 *         { 0 },
 *     };
 *
 * What a call takes stands in the query of a GET and is a JSON object in the body of all else;
 * what it gives is a JSON object, or an array of such.
 *
 * Read next: openapi.h.
 */
#ifndef OCHIL_API_FIELD_H
#define OCHIL_API_FIELD_H

#include "base/arena.h"
#include "cli/action.h"

enum api_type {
    API_LINE,       /* text without a line end */
    API_TEXT,       /* text with them */
    API_CHOICE,     /* one of `choices` */
    API_NUMBER,     /* a whole number */
    API_DAY,        /* "2026-04-01" */
    API_MOMENT,     /* "2026-04-01T09:00:00.000Z" */
    API_FLAG,       /* true or false */
    /* Those that are given, never taken: */
    API_WORDS,      /* an array of choices, or of texts */
    API_PAIRS,      /* an object of texts, whose names depend on what it is of */
    API_PARTS,      /* an array of objects, of `parts` */
    API_TYPES
};

struct api_field {
    const char        *name;        /* NULL: the table ends */
    enum api_type      type;
    bool               required;    /* taken: must be there. Given: is never null */
    const char        *help;        /* one sentence without its full stop */
    const char *const *choices;     /* ends at NULL; NULL: any */
    bool               cursor;      /* taken: where a list goes on; Link says it */
    bool               withheld;    /* given: left out for who may not read it */
    bool               brief;       /* given: shown when a list is listed for people */
    int64_t            least;       /* of a number */
    int64_t            most;        /* of a number, or bytes of a text; 0: as it comes */
    const struct api_field *parts;  /* of API_PARTS */
    const char        *example;     /* taken: what the page's example sends; NULL: if it must be
                                       sent, something of its type */
};

enum api_answer {
    API_NOTHING,    /* an object without members */
    API_OBJECT,
    API_LIST,       /* a page of objects; the next one by Link */
    API_FILE        /* bytes of the type `type` */
};

struct api_call {
    enum api_answer         answer;
    int                     status;     /* when all is well; 0: 200 */
    bool                    versioned;  /* the answer has an ETag; PUT and DELETE need If-Match */
    bool                    matched;    /* and so does this POST, below the record's own path */
    const char             *type;       /* of a file */
    const struct api_field *takes;      /* NULL: nothing */
    const struct api_field *gives;
    /* Sets `takes` and `gives` from a declaration that says the same; NULL: they stand here. */
    void (*fill)(struct arena *, const struct action *, struct api_call *);
};

/* One of the `errors` of a 422: request.h, struct api_fault. */
extern const struct api_field api_fault_fields[];

/* The row's call, filled. The row has one. */
struct api_call api_call_of(struct arena *, const struct action *);

/* A table that is made anew, kept: `fields` with its end. */
const struct api_field *api_fields_keep(struct arena *, const struct api_field fields[],
                                        size_t count);

/* Is it a row of the API, which has a call? */
bool action_is_call(const struct action *);

#endif
