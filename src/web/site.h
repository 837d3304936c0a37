/*
 * web/site.h -- what every answer is made with: the store, the clock, the table of actions, and
 * under which names this server is known. Set once, when the server begins; nothing in it
 * changes but the count of calls (api_limit.h), and nothing that two servers over one store would
 * have to share is kept in memory.
 */
#ifndef OCHIL_SITE_H
#define OCHIL_SITE_H

#include "cli/action.h"
#include "identity/account_password.h"
#include "store/evidence_erase.h"
#include "store/keyring_io.h"
#include "store/migrate.h"
#include "web/api_limit.h"
#include "web/http_io.h"
#include "web/route.h"

/* The most that a row with `upload_most` takes, when that is the server's own setting. */
#define UPLOAD_USUAL UINT64_MAX

struct two_key_kind;    /* register/two_key_kind.h */
struct home_part;       /* web/home_part.h */

struct site {
    struct db                          *db;
    const struct outside               *outside;
    struct moment                     (*clock)(void);
    const struct feature *const        *features;       /* ends at NULL */
    const struct migration *const      *migrations;
    const struct keyring               *keyring;        /* what is sealed opens with it */
    const struct two_key_kind *const   *kinds;          /* of proposals; ends at NULL */
    evidence_made_of                   *made_of;        /* what is erased with a file; NULL:
                                                           nothing */
    const struct home_part *const      *home;           /* ends at NULL; NULL: none */
    const char                         *origin;         /* "https://ochil.example.org"; NULL:
                                                           http:// and the name asked for */
    struct http_names                   names;
    bool                                sample;         /* every page says: sample data */
    struct password_cost                cost;
    const char                         *spool;          /* the folder for large bodies */
    uint64_t                            upload_most;    /* bytes of a file that is sent */
    FILE                               *log;            /* NULL: none */
    struct api_limit                   *limit;          /* of calls; NULL: none */
    struct http_server                 *http;           /* for /metrics; NULL: not begun */
    void                              (*changed)(void *context);    /* by a request: there may be
                                                                       work; NULL: none waits */
    void                               *changed_context;
};

/* Rows that cannot be served: a route that is not well formed, a right of 0, no handler, a call
 * without its fields, two rows for one path. Asked when the server begins. */
MUST_USE enum err site_check(const struct site *, struct trouble *);

/* The row that answers this path by this method, and what its route holds there; NULL: none. */
const struct action *site_action(const struct site *, enum action_method, struct text path,
                                 struct route_values *);

/* What http_io.h calls; `context` is the site. */
struct http_service site_service(struct site *);

#endif
