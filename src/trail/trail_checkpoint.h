/*
 * trail/trail_checkpoint.h -- what the trail was at one moment, in seven lines that are signed.
 *
 * Contract (docs/trail.md), section 4. The server signs a checkpoint; each council signs it too,
 * with its own key and away from the server, and keeps it. Afterwards a trail that does not keep
 * the checkpoint is older (a restored backup) or another one.
 */
#ifndef OCHIL_TRAIL_CHECKPOINT_H
#define OCHIL_TRAIL_CHECKPOINT_H

#include "formats/minisign.h"
#include "trail/trail_entry.h"

#define CHECKPOINT_TEXT_MAX 512
#define KEY_NUMBER_SIZE     17      /* 16 digits and a NUL */
#define CHECKPOINT_SERVER   "server"   /* the signer's name that is the server's */

struct checkpoint {
    char              store[TRAIL_STORE_DIGITS + 1];
    uint64_t          size;
    struct sha256_sum last, root;
    int64_t           time_ms;
    char              key[KEY_NUMBER_SIZE];      /* the number of the server's key */
};

/* Of the chain as it stands now. */
void checkpoint_of(struct sha256 *, const struct trail_chain *, struct text store,
                   int64_t time_ms, const unsigned char key[MINISIGN_NUMBER_BYTES],
                   struct checkpoint *);

/* The text that is signed, with a NUL; returns its size. */
size_t checkpoint_print(const struct checkpoint *, char text[CHECKPOINT_TEXT_MAX]);

/* False unless it is exactly what checkpoint_print() writes for some checkpoint. */
MUST_USE bool checkpoint_parse(struct text, struct checkpoint *);

/* How a trail stands to a checkpoint that was signed. */
enum kept {
    KEPT,            /* it holds the same entries up to there */
    KEPT_NOT_STORE,  /* the checkpoint is of another store */
    KEPT_NOT_YET,    /* the trail is shorter: it is older */
    KEPT_OTHER       /* as long, but other entries */
};

/* `at` is the chain as it stood with the checkpoint's number of entries, or, when it never had so
 * many, as it stands at its end. What a server asks before it serves. */
MUST_USE enum kept checkpoint_kept(struct sha256 *, const struct checkpoint *, struct text store,
                                   const struct trail_chain *at);

/* Was a signature with this trusted comment made for another signer than `by`? One that says for
 * whom counts for nobody else; one by minisign itself names none. */
MUST_USE bool signature_names_another(struct text trusted, struct text by);

#endif
