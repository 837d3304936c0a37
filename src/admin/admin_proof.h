/*
 * admin/admin_proof.h -- that it is still the owner of the account who sits there: the present
 * password, and a code if the account has a second factor, asked again before the own way in is
 * changed. Wrong ones are counted like those at the login, under the same name.
 *
 *     proof_begin(request, &proof);             in `prepare`
 *     proof_look(tx, &proof, trouble);          in a reading transaction there
 *     proof_try(&proof);                        outside of it: it takes long
 *     proof_settle(&copy, "login.unlink.refuse", &status);     in `respond`, 0: it is
 *
 * A page shows proof_fields() within its form, and above it page_errors() of proof.field.
 */
#ifndef OCHIL_ADMIN_PROOF_H
#define OCHIL_ADMIN_PROOF_H

#include "admin/admin_pages.h"
#include "identity/login_attempt.h"
#include "identity/second_factor.h"

enum { PROOF_PRESENT, PROOF_CODE, PROOF_FIELDS };

struct proof {
    struct request      *request;
    struct account       account;       /* the actor's */
    struct second_factor second;
    struct login_attempt attempt;
    struct field         field[PROOF_FIELDS];
    bool                 lets_in;       /* a password of the account's does, here */
    bool                 allowed;       /* not too many attempts */
    bool                 right;         /* the password */
};

void proof_begin(struct request *, struct proof *);
MUST_USE enum err proof_look(struct tx *, struct proof *, struct trouble *);
/* Without a password that lets in, nothing is tried. */
MUST_USE enum err proof_try(struct proof *);
/* `*status` 0: proven. Else the page is shown with it: a field has an error, and the trail tells
 * `refused`. */
MUST_USE enum err proof_settle(struct proof *, const char *refused, int *status);

void proof_fields(struct html *, const struct proof *);

#endif
