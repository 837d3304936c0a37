/*
 * formats/minisign_io.h -- key files, signing a file and verifying it, as minisign does.
 *
 * Files are read as streams, so a bundle of any size is signed in constant memory; only for a
 * signature of minisign's older kind must the file fit in memory (MINISIGN_OLD_MAX bytes).
 * What is written is written whole or not at all (output_io.h).
 *
 * Errors: as minisign.h, and ERR_IO with the path and reason.
 */
#ifndef OCHIL_MINISIGN_IO_H
#define OCHIL_MINISIGN_IO_H

#include "base/outside.h"
#include "formats/minisign.h"

#define MINISIGN_OLD_MAX ((size_t)256 << 20)

/* What a new key pair is made with. */
struct minisign_keygen {
    const char *public_path;
    const char *secret_path;   /* its file can be read by its owner only (mode 0600) */
    struct text password;      /* empty: the secret key is not encrypted */
    const struct minisign_cost *cost;
    bool        force;         /* replaces files that are there; else neither may be */
};

/* `secrets` makes the secret key's file: `secret_outside` (base/secret_outside.h). When only the
 * public key's file could not be put in place the secret key is there and the message says so. */
MUST_USE enum err minisign_keygen(const struct outside *, const struct outside *secrets,
                                  struct arena *, const struct minisign_keygen *,
                                  struct minisign_public *out, struct trouble *);

/* The BLAKE2b-512 sum of a file. */
MUST_USE enum err minisign_digest(const struct outside *, const char *path,
                                  unsigned char digest[MINISIGN_DIGEST_BYTES], struct trouble *);

MUST_USE enum err minisign_public_read(const struct outside *, const char *path,
                                       struct minisign_public *, struct trouble *);

/* Does the key need a password? So that a caller asks for one only then. */
MUST_USE enum err minisign_secret_is_locked(const struct outside *, const char *path,
                                            bool *locked, struct trouble *);

/* To be wiped by the caller. */
MUST_USE enum err minisign_secret_read(const struct outside *, const char *path,
                                       struct text password, struct minisign_secret *,
                                       struct trouble *);

/* What a file is signed with. */
struct minisign_signing {
    const char *path;
    const char *signature_path;
    const char *secret_path;
    struct text password;
    struct text untrusted;   /* comments: one line each */
    struct text trusted;
    bool        force;
};

MUST_USE enum err minisign_sign_file(const struct outside *, struct arena *,
                                     const struct minisign_signing *, struct trouble *);

/* `*trusted` is what was signed beside the file; empty unless the verdict is MINISIGN_GOOD.
 * Not OK only when something could not be read. */
MUST_USE enum err minisign_verify_file(const struct outside *, struct arena *, const char *path,
                                       const char *signature_path,
                                       const struct minisign_public *,
                                       enum minisign_verdict *verdict, struct text *trusted,
                                       struct trouble *);

#endif
