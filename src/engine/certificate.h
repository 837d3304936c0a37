/*
 * engine/certificate.h -- certificate.json: what was computed, from what, and that it adds up.
 *
 * It names the rules in force, the SHA-256 and the number of records of every input, the SHA-256
 * of every output, and states conservation: what the partners have borne is what they have paid
 * is the total of the lines taken in, pool by pool and overall, for the year to date, locked
 * periods and corrections included. Keys are described in docs/formats.md.
 */
#ifndef OCHIL_CERTIFICATE_H
#define OCHIL_CERTIFICATE_H

#include "engine/partnership.h"

/* Raised when the same input would give other bytes. */
#define RULES_VERSION 1
#define ENGINE_VERSION "0.1.0"

/* The line of the certificate that a newer engine may change without changing what it says. */
#define CERTIFICATE_ENGINE_KEY "  \"engine_version\": "

struct output_file {
    const char       *name;
    struct sha256_sum sum;
};

MUST_USE enum err certificate_write(struct sink *, const struct partnership *,
                                    const struct settlement_result *,
                                    const struct output_file *, size_t outputs,
                                    struct trouble *);

#endif
