/*
 * register/two_key_view.h -- proposals as pages and as JSON: a const model in, bytes out.
 *
 * Read next: two_key_pages.c, which fills the models.
 */
#ifndef OCHIL_TWO_KEY_VIEW_H
#define OCHIL_TWO_KEY_VIEW_H

#include "register/two_key_desk.h"

/* The lists that there are, in the order of their tabs. */
enum two_key_show { SHOW_ME, SHOW_OTHERS, SHOW_DRAFTS, SHOW_FORCE, SHOW_PAST, TWO_KEY_SHOWS };

/* "me": in addresses. */
const char *two_key_show_word(enum two_key_show);

struct two_key_list_model {
    enum two_key_show                show;
    const struct two_key_kind       *kind;          /* that was asked for; NULL: any */
    const struct two_key_kind *const *kinds;
    struct councils                  councils;
    struct db_day                    day;           /* SHOW_FORCE: in force on it */
    struct two_key_seen              all;
    const struct two_key_proposal  **found;
    enum two_key_standing           *standing;      /* of each found */
    size_t                           count;
    size_t                           waits;         /* for this very person */
    bool                             may_prepare;
};

enum err two_key_list_page(struct request *, const struct two_key_list_model *);

/* One proposal; with what was typed, if that was refused. */
enum err two_key_page(struct request *, const struct two_key_case *, int status);

/* A draft that is written. `seen` NULL: a new one. */
struct two_key_form_model {
    const struct two_key_kind *kind;
    const struct two_key_case *seen;        /* that is changed, or that this one goes on from */
    bool                       is_new;
    bool                       conflict;    /* `seen` was changed meanwhile: both are shown */
    int64_t                    replaces;    /* of a new one: what it stands for; or 0 */
    struct text                subject;     /* fixed, if there is a `seen` */
    struct text                effective;   /* as typed, like the rest */
    bool                       overtakes;
    struct form                content;
    const char                *error[TWO_KEY_FIELDS_MAX];
    const char                *subject_error, *effective_error, *refused;
};

enum err two_key_form_page(struct request *, const struct two_key_form_model *, int status);

/* Which kind shall it be? */
enum err two_key_kinds_page(struct request *);

void two_key_json(struct json *, const struct two_key_case *);

#endif
