/*
 * identity/kept_answer.h -- what was answered to a request that may be sent again.
 *
 * A program that got no answer cannot know whether its request was carried out. It sends it again
 * with the same Idempotency-Key: if it was, the answer of then is given and nothing is done. The
 * answer is kept in the transaction of the work, so there is never one without the other, on
 * however many servers; for a day.
 *
 * Inside a transaction in the scope of the acting council.
 */
#ifndef OCHIL_KEPT_ANSWER_H
#define OCHIL_KEPT_ANSWER_H

#include "identity/actor.h"
#include "formats/sha256.h"

#define ANSWER_KEPT_MS INT64_C(86400000)        /* a day */
#define ANSWER_KEY_MOST ((size_t)200)           /* bytes of an Idempotency-Key */

struct kept_answer {
    struct text key;
    struct text request;    /* the hash of method, path and body, in hex */
    int         status;
    struct text type;       /* of the body, as Content-Type has it */
    struct text etag;       /* empty: it had none */
    struct text body;
};

/* Fills status, type, etag and body, in `arena`. ERR_MISSING, without words: no answer is kept.
 * ERR_CONFLICT: the key was used for another request. */
MUST_USE enum err answer_find(struct tx *, struct arena *, struct moment now,
                              const struct actor *, struct kept_answer *, struct trouble *);

MUST_USE enum err answer_keep(struct tx *, struct moment now, const struct actor *,
                              const struct kept_answer *, struct trouble *);

#endif
