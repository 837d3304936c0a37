/*
 * identity/totp.h -- codes that a person's telephone makes: RFC 6238 with HMAC-SHA-1, six digits,
 * 30 seconds, which is what every such program can do. Pure.
 *
 * A code counts for its own half minute and those beside it, since clocks differ. It counts once:
 * the counter of the code used last is kept, and only a later one is taken.
 */
#ifndef OCHIL_TOTP_H
#define OCHIL_TOTP_H

#include "base/arena.h"
#include "base/clock_io.h"
#include "base/text.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_SECRET_DIGITS 32           /* in base 32 */
#define TOTP_DIGITS 6
#define TOTP_STEP_MS INT64_C(30000)
#define TOTP_WINDOW 1                   /* so many half minutes early or late */

struct totp_secret {
    unsigned char bytes[TOTP_SECRET_BYTES];
};

/* RFC 4226: the code of a counter. ERR_IO: libcrypto cannot. */
MUST_USE enum err totp_code(const struct totp_secret *, int64_t counter,
                            char code[TOTP_DIGITS + 1], struct trouble *);

/* Is it a code of about now, later than `used`? `*counter`: whose; 0: of none. */
MUST_USE enum err totp_match(const struct totp_secret *, struct moment now, int64_t used,
                             struct text code, int64_t *counter, struct trouble *);

/* RFC 4648's base 32, without =, grouped by four: "JBSW Y3DP ..." */
struct text totp_secret_words(struct arena *, const struct totp_secret *);

/* "otpauth://totp/Ochil:first.clk?..." which programs on telephones read. */
struct text totp_address(struct arena *, const struct totp_secret *, struct text login);

#endif
