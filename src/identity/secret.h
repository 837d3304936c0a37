/*
 * identity/secret.h -- what somebody holds out to be known by: 256 random bits, of which the store
 * keeps only a hash.
 *
 * A session's id, an API token and a one-time link are such secrets; a login name is found the
 * same way, although it is none. Whoever reads the store can make none of them from what he finds
 * there: 256 bits are not guessed, so the hash needs neither salt nor slowness (a password does:
 * account_password.h).
 *
 *     hash = SHA-256("ochil KIND 1" LF text)
 *
 * The kind in front keeps the hash of one thing from serving for another: so a form's token is
 * made from the session's id that the browser holds (SECRET_FORM), is the same on every server,
 * and is not in the store at all.
 *
 * The key (identity_key) leads from the hash to council and row; see 0006_identity.sql.
 */
#ifndef OCHIL_IDENTITY_SECRET_H
#define OCHIL_IDENTITY_SECRET_H

#include "base/outside.h"
#include "formats/sha256.h"
#include "store/db.h"

#define SECRET_BYTES 32
#define SECRET_DIGITS ((size_t)64)      /* lower-case hex */
#define SECRET_TOKEN_MARK "ochil_"      /* begins an API token, so that a leaked one is found */

struct secret {
    char text[SECRET_DIGITS + 1];
};

enum secret_kind {
    SECRET_LOGIN,
    SECRET_SESSION,
    SECRET_TOKEN,
    SECRET_LINK,
    /* These lead to no row. */
    SECRET_FORM,        /* of a session's id: what its forms carry */
    SECRET_ADDRESS,     /* of a network address, for counting guesses */
    SECRET_RECOVERY,    /* a code on paper, in place of a second factor */
    SECRET_STATE,       /* of a way to a council's own login and back (oidc_talk.h) */
    SECRET_NONCE,
    SECRET_VERIFIER,
    SECRET_SUBJECT      /* of somebody whom that login knows */
};

/* A new one. ERR_IO: the system gives no random bytes. */
MUST_USE enum err secret_make(const struct outside *, struct secret *, struct trouble *);

/* Is it written as one? */
bool secret_is(struct text);

void secret_hash(enum secret_kind, struct text, char hex[SHA256_HEX_SIZE]);

/* A capital of ASCII as the small letter; anything else as it is. */
static inline char small_letter(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    return c;
}

/* Takes as long whether they differ early or late. */
bool secret_equal(struct text, struct text);

/* Where a key leads. */
struct key_found {
    int64_t council, subject;
};

/* SECRET_LOGIN to SECRET_LINK only. */
MUST_USE enum err key_add(struct tx *, enum secret_kind, struct text secret, struct key_found,
                          struct trouble *);
/* ERR_MISSING, without words: there is none. The transaction goes on. */
MUST_USE enum err key_find(struct tx *, enum secret_kind, struct text secret, struct key_found *,
                           struct trouble *);
MUST_USE enum err key_drop(struct tx *, enum secret_kind, int64_t subject, struct trouble *);

/* All of an account's secrets of one kind: their hashes are dropped by the first query (account,
 * council), and what they stood for ends by the second (account, council, now). */
MUST_USE enum err keys_end(struct tx *, const struct query *drop_query,
                           const struct query *end_query,
                           struct moment now, int64_t council, int64_t account,
                           struct trouble *);

#endif
