/*
 * identity/common_password.h -- passwords that are tried first by whoever guesses.
 *
 * Two kinds. The common ones: 44,000 of those that were stolen most often, long
 * enough to be chosen, and 5,000 words that people lengthen by digits and signs. The list is part
 * of the program (common_password.txt, hashes made by tools/common_passwords.py): nothing is asked
 * of anybody, and nothing can be missing where the program runs. And the ones of the place: those
 * that are little more than the names of the councils, of the login and of this service.
 *
 * Small and large letters of ASCII are the same. Pure; nothing here fails.
 *
 * Source: OWASP ASVS 5.0, 6.1.2, 6.2.4, 6.2.11, 6.2.12; NIST SP 800-63B, 5.1.1.2.
 */
#ifndef OCHIL_COMMON_PASSWORD_H
#define OCHIL_COMMON_PASSWORD_H

#include "store/council.h"

/* What must be left of a password without the words of the place: characters of one byte. */
#define PASSWORD_OWN_LEAST ((size_t)8)

/* Is it on the list, or what is between digits and signs at its ends? */
MUST_USE bool password_is_common(struct text);

/* Is less than PASSWORD_OWN_LEAST left of it without the words of the login name, of the councils'
 * names and codes, and of this service? */
MUST_USE bool password_is_of_the_place(struct text, struct text login, const struct councils *);

#endif
