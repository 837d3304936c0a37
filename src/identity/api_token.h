/*
 * identity/api_token.h -- lets a program act as its owner, for one council, until an end.
 *
 * The token is "ochil_" and a secret; it is shown once, when it is made, and the store keeps its
 * hash. It has the roles that its owner has in its council on that day, never more; one that may
 * not write reads only.
 *
 * Inside a transaction, which is then in the scope of the account's council.
 */
#ifndef OCHIL_API_TOKEN_H
#define OCHIL_API_TOKEN_H

#include "identity/actor.h"
#include "identity/secret.h"

#define TOKEN_DAYS_MOST 366
#define TOKEN_NAME_MOST ((size_t)100)

struct api_token {
    int64_t       id;
    struct text   name;
    struct text   acting;       /* the council's name; when listed */
    bool          may_write;
    struct moment ends_at;
};

struct api_tokens {
    struct api_token *token;
    size_t            count;
};

/* For the actor's acting council; `token` names it, says whether it may write, and until when; its
 * id is set. `secret` is the one copy. */
MUST_USE enum err token_make(struct tx *, const struct happening *, const struct actor *,
                             struct api_token *token, struct secret *, struct trouble *);

/* Whose token "ochil_..." is. ERR_MISSING, without words: nobody's, or it has ended. */
MUST_USE enum err token_find(struct tx *, struct moment now, struct text bearer, struct actor *,
                             struct trouble *);

/* ERR_MISSING, without words: the actor has no such token. */
MUST_USE enum err token_end(struct tx *, const struct happening *, const struct actor *,
                            int64_t token, struct trouble *);

MUST_USE enum err token_list(struct tx *, struct arena *, struct moment now,
                             const struct actor *, struct api_tokens *, struct trouble *);

#endif
