/*
 * identity/sealed.h -- words that the program must read again, kept under a council's master key
 * (keyring_io.h): the secret of a second factor, that of a council's own login, a form that waits.
 *
 * XChaCha20-Poly1305 under a key made of the master key for this alone. The tag covers council,
 * purpose and subject, so that words put into another row do not open. Whoever reads the store or
 * a backup of it reads none of them.
 */
#ifndef OCHIL_IDENTITY_SEALED_H
#define OCHIL_IDENTITY_SEALED_H

#include "base/outside.h"
#include "store/keyring_io.h"

/* Where the words belong. */
struct seal_place {
    const struct master_key *key;       /* NULL: the keyring has none: ERR_MISSING with words */
    struct text              council;   /* its code */
    const char              *purpose;   /* "second factor" */
    int64_t                  subject;   /* the row's account, or 0 */
};

MUST_USE enum err words_seal(const struct outside *, struct arena *, const struct seal_place *,
                             struct text words, struct text *sealed, struct trouble *);

/* ERR_CHECK: damaged, or of another place. */
MUST_USE enum err words_unseal(struct arena *, const struct seal_place *, struct text sealed,
                               struct text *words, struct trouble *);

#endif
