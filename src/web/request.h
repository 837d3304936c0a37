/*
 * web/request.h -- a request with the row of the action table that answers it: what a handler
 * sees.
 *
 * The dispatcher (dispatch.c) has found the row, decoded what the route and the form hold, found
 * out who asks and for which council, tested the form's token and the row's right, and begun a
 * transaction in the scope of the council whose rows are touched. The handler does the work and
 * makes the answer:
 *
 *     static enum err agreement_show(struct request *request)
 *     {
 *         int64_t id = request_number(request, "agreement");
 *         ...
 *         struct html *h = page_begin(request, "Agreement");
 *         ...
 *         return page_end(request, h, 200);
 *     }
 *
 *   OK                            what was done is committed, the answer sent
 *   ERR_MISSING, ERR_RIGHTS       the 404 that everything unknown or forbidden has
 *   ERR_USAGE, ERR_REFUSED        400, with the message
 *   ERR_CONFLICT                  409, with the message
 *   ERR_BUSY                      503, please try again
 *   anything else                 500, and the message goes to the log alone
 *
 * A row's functions, in their order; all but `respond` may be NULL:
 *   scope     sets request->council: whose rows are touched. NULL: the acting council's. In the
 *             transaction; called before the right is tested.
 *   prepare   slow work (a password's hash, a large answer) before `respond`, outside any
 *             transaction, by somebody who is let in; it leaves what it found in request->work
 *   respond   in a reading transaction for GET, in a writing one else. May be called again when
 *             another transaction was in the way: the answer is begun anew each time.
 */
#ifndef OCHIL_REQUEST_H
#define OCHIL_REQUEST_H

#include "formats/json.h"
#include "identity/actor.h"
#include "identity/sealed.h"
#include "identity/secret.h"
#include "store/council.h"
#include "web/form_fields.h"
#include "web/html.h"
#include "web/route.h"
#include "web/sent_files.h"
#include "web/site.h"
#include "web/words.h"

struct request {
    const struct site   *site;
    struct http_request *http;
    struct http_answer  *answer;
    struct arena        *arena;
    struct trouble      *trouble;
    struct tx           *tx;            /* NULL for rows of MAY_FETCH and MAY_LOCAL, in `prepare` */
    struct happening     happening;     /* the moment of the request, one for all it does */
    const struct action *action;
    struct route_values  route;
    struct form          form;          /* of the query, of the body for POST; JSON is flat here */
    struct sent_files    files;         /* of a row with `upload_most`; what stands where */
    struct actor         actor;
    struct councils      councils;      /* all that there are; none without a transaction yet */
    int64_t              council;       /* whose rows */
    struct text          cookie;        /* the secret in it; data NULL: none that is one */
    struct text          token_of;      /* of which `form_token` was made: every form has the same */
    char                 form_token[SHA256_HEX_SIZE];
    bool                 bad_query;     /* it cannot be read; whoever is let in is told */
    bool                 api;           /* problem+json instead of pages */
    bool                 admits;        /* only whether its body may come is asked */
    struct limit_left    left;          /* of the token's calls */
    enum language        language;      /* of the page's frame, as the reader has chosen */
    enum language        around;        /* of the part that is being written (page_frame.c) */
    struct url           feed;          /* of what the page shows; text empty: there is none */
    enum word            done;          /* by the request before; WORDS: nothing is to be said */
    void                *work;
};

/* What the route holds. The name stands in the row's route, else it is a bug. */
int64_t request_number(const struct request *, const char *name);
struct text request_word(const struct request *, const char *name);

/* What the form holds; empty without it. */
struct text request_field(const struct request *, const char *name);

/* A row's `scope`: the rows of the account's home council. */
enum err scope_home(struct request *);

/* Where words of a council are sealed. */
MUST_USE enum err request_seal_place(const struct request *, struct tx *, int64_t council,
                                     const char *purpose, int64_t subject, struct seal_place *,
                                     struct trouble *);

/* --- answers --- */

/* 303. */
enum err answer_redirect(struct request *, struct url);
/* The same; the page that follows says what was done (WORD_DONE_...). A cookie carries it. */
enum err answer_done(struct request *, struct url, enum word done);
/* It was said. */
void answer_done_told(struct request *);
/* The bytes live as long as the arena. */
enum err answer_bytes(struct request *, int status, const char *type, struct text);
/* What is too large for memory: a spool, written in `prepare`, so that neither the writing nor a
 * slow client holds a transaction; then answered under the name `name`. */
struct answer_file {
    struct sink   sink;
    struct spool *spool;
};
MUST_USE enum err answer_file_begin(struct request *, struct answer_file *);
enum err answer_file_send(struct request *, const char *type, const char *name);

/* JSON: written between the two. */
struct answer_json {
    struct sink   sink;
    struct arena *arena;
    char         *bytes;
    size_t        size, room;
    struct json   json;
};
void answer_json_begin(struct request *, struct answer_json *);
/* The same for no answer: `bytes` and `size` after json_end(), which does not fail. */
void answer_json_open(struct arena *, struct answer_json *);
enum err answer_json_end(struct request *, struct answer_json *, int status, const char *type);
#define JSON_TYPE "application/json"
#define FILE_TYPE "application/octet-stream"

/* An error, as a page in the frame or as problem+json. `words` is a sentence for people. */
enum err answer_error(struct request *, int status, const char *title, const char *words);

/* What is not fit in what a program has sent, each by itself: RFC 9457's `errors`. */
struct api_fault {
    const char *field;          /* of the request's body; NULL: of none */
    const char *code;           /* "needed" */
    const char *words;          /* what is wrong, a sentence */
    uint64_t    row;            /* of a file, by its own number; 0: of none */
    const char *column;         /* of a file, by its heading; NULL: of none */
    struct text value;          /* that stands there; data NULL: not said */
};

/* 422, to a program. */
enum err answer_faults(struct request *, const char *words, const struct api_fault[],
                       size_t count);

/* The same as a member of an object that is being written. */
void answer_faults_write(struct request *, struct json *, const struct api_fault[], size_t count);

/* The browser is given this session's id (or, NULL, none any more). */
void answer_cookie(struct request *, const struct secret *);
/* And holds this one-time link for ten minutes, until it is back; empty: no more. */
void answer_invite(struct request *, struct text link);
/* And speaks this language from now on. */
void answer_language(struct request *, enum language);

/* What a form of this answer carries: proof that the page came from here, for whom it was made.
 * Who has no session is given an id that stands for nobody. */
MUST_USE enum err request_form_token(struct request *, char token[SHA256_HEX_SIZE]);

#endif
