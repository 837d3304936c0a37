/*
 * engine/verify.h -- to verify a bundle: nothing in it is believed that can be computed again.
 *
 *     struct verify_request request = { .outside = &real_outside, .bundle = "a.ochil.zip",
 *                                       .threads = 1 };
 *     enum err err = verify_bundle(&request, &arena, &report, &trouble);
 *
 * OK         every byte is as it was written; the entries are those of a bundle, in order; closing
 *            the bundle's inputs gives its outputs byte for byte (the certificate but for the
 *            engine's version); the extracts are as `bundle` writes them, and originals.csv agrees
 *            with them; every key that was given has signed; every original that was given gives
 *            its extract.
 * ERR_CHECK  one of these does not hold: see the trouble, and the report for its place
 * ERR_IO, ERR_BUSY (stopped by the watch)
 *
 * What a signature says is only as good as the key that the caller knows: one by a key that was
 * not given is reported as such, never as signed.
 *
 * Outputs are compared while they are produced, so memory does not grow with them. The place of
 * a difference is looked up afterwards, by reading that one entry again.
 *
 * Read next: bundle.h (what a bundle holds), verify.c (comparing), verify_io.c.
 */
#ifndef OCHIL_VERIFY_H
#define OCHIL_VERIFY_H

#include "engine/bundle.h"
#include "formats/minisign.h"

/* ---- the report ---- */

/* Where a bundle is not what it should be. Texts are fit to be shown: UTF-8, no control
 * characters, not long. */
struct difference {
    const char *file;
    uint64_t    row;             /* of the file, its header is 1; 0: the file as a whole */
    const char *column;          /* its name; NULL: the row as a whole */
    const char *found;           /* in the bundle; NULL: `what` says it all */
    const char *computed;
    const char *what;
};

enum signature_state {
    SIGNATURE_NONE,              /* there is no file */
    SIGNATURE_GOOD,              /* by one of the keys that were given */
    SIGNATURE_UNKNOWN,           /* by a key that was not given: not checked */
    SIGNATURE_BAD                /* damaged, of another file, or for another partner */
};

struct partner_signature {
    const char          *partner, *name, *path;
    enum signature_state state;
    const char          *key;            /* good: the path of the public key */
    char                 number[17];     /* of the key that made it; "" when that is not known */
    const char          *said;           /* good: the trusted comment. bad: why */
};

/* An original that was given, and the extract that comes from it. */
struct original_report {
    const char    *path;
    struct extract extract;
};

struct verify_report {
    bool                      computed_again;   /* up to the signatures, everything holds */
    struct close_summary      closed;
    const struct difference  *difference;       /* NULL: none was found */
    struct partner_signature *signature;        /* one for each partner, in listing order */
    size_t                    signatures;
    struct original_report   *original;
    size_t                    originals;
};

struct verify_request {
    const struct outside        *outside;
    const char                  *bundle;
    const char *const           *key;           /* paths of public keys */
    size_t                       keys;
    const char *const           *original;      /* paths */
    size_t                       originals;
    bool                         signatures_unread;   /* partners are listed, no more */
    int                          threads;       /* 1 to 64 */
    const struct progress_watch *watch;         /* may be NULL */
};

/* The report lives in the arena. */
MUST_USE enum err verify_bundle(const struct verify_request *, struct arena *,
                                struct verify_report *, struct trouble *);

/* "2014-15.ochil.zip.CLK.minisig" */
const char *signature_path(struct arena *, const char *bundle, const char *partner);

/* The start of the trusted comment of every signature that Ochil makes, up to the file's name. */
#define SIGNATURE_CLAIM "ochil\tpartner:"
const char *signature_claim(struct arena *, const char *partner);

/* ---- its parts, pure ---- */

/* Keeps the difference and makes it the message: "output/bill.csv, row 2, column amount: '1.00'
 * in the bundle, '2.00' when it is computed again". Texts are made fit to be shown. */
enum err difference_found(struct arena *, const struct difference *, const struct difference **,
                          struct trouble *);

/* The entries of an archive in their order, and how far they have been what they should be. */
struct entry_order {
    const char **name;
    size_t       count, next;
};

/* The next entry must have this name. */
MUST_USE enum err entry_expect(struct entry_order *, struct arena *, const char *name,
                               const struct difference **, struct trouble *);
/* There must be no more. */
MUST_USE enum err entry_expect_end(struct entry_order *, struct arena *,
                                   const struct difference **, struct trouble *);

/* What the certificate says of how it was closed. */
struct certificate_facts {
    uint64_t    rules_version;
    enum book   book;
    const char *through;         /* NULL: the whole year */
};

MUST_USE enum err certificate_facts_read(struct source *, struct arena *,
                                         struct certificate_facts *, struct trouble *);

/* Leaves out the value of the certificate's engine version, piece by piece, on both sides. */
struct version_mask {
    size_t matched;              /* bytes of the key at the start of a line */
    bool   broken;               /* this line is another one */
    bool   inside;               /* the value */
};

/* In place; returns how many bytes are left. */
size_t version_mask_apply(struct version_mask *, char *bytes, size_t size);

#define COMPARISON_BYTES ((size_t)64 * 1024)

/*
 * A sink that compares what it is given with an entry of the bundle.
 *
 * Once they differ, what follows is kept up to COMPARISON_BYTES, and then writing gives ERR_CHECK
 * without a message; comparison_explain() finds the place. Memory is taken when it is opened
 * and when it is asked to explain, never while bytes pass.
 */
struct comparison {
    struct sink         sink;
    struct source      *source;
    struct arena       *arena;
    const char         *name;
    struct stream      *stream;         /* NULL: not open */
    bool                masked;         /* the certificate */
    bool                ended, differs;
    struct version_mask given, kept;
    uint64_t            same;           /* bytes that are equal */
    char               *held;           /* read from the bundle */
    size_t              held_at, held_size;
    char               *tail;           /* computed, from the first difference on */
    size_t              tail_size;
    char               *record, *other, *spare;
};

void comparison_open(struct comparison *, struct source *, struct arena *);
/* ERR_MISSING: no such entry. */
MUST_USE enum err comparison_begin(struct comparison *, const char *name, bool masked,
                                   struct trouble *);
/* ERR_CHECK, without a message: they differ. */
MUST_USE enum err comparison_end(struct comparison *, struct trouble *);
/* The difference that was found, as ERR_CHECK. */
MUST_USE enum err comparison_explain(struct comparison *, const struct difference **,
                                     struct trouble *);

/* originals.csv as it stands in the bundle: well formed, one row for each extract, whose lines
 * in the bundle are those that were not left out. */
MUST_USE enum err originals_read(struct text, struct arena *, const struct book_files *,
                                 struct extract **, const struct difference **,
                                 struct trouble *);

#endif
