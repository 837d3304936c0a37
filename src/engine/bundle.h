/*
 * engine/bundle.h -- a bundle: what a partner needs to compute the bill again, and no more.
 *
 *     struct bundle_request request = { .outside = &real_outside, .folder = "2014-15",
 *                                       .out = "2014-15.ochil.zip", .threads = 1 };
 *     enum err err = bundle_write(&request, &arena, &summary, &trouble);
 *
 * A bundle is a zip archive (contract, section 9) with these entries, in this order:
 *
 *     partnership.csv ...    the model files that exist, byte for byte, in the contract's order
 *     ledger/NAME.csv ...    the lines in scope of every extract (budget/, forecast/)
 *     originals.csv          of every extract: its SHA-256, and what was left out of it
 *     output/NAME            every file of closing the bundle's own inputs
 *     output/certificate.json
 *
 * Left out are the lines of excluded cost centres, those later than `through`, and every
 * description; a field is otherwise as it was given. So closing a bundle gives the settlement,
 * bill, journals and pennies of the folder; totals.csv differs by what was left out.
 *
 * The invariants: nothing is in the archive that was not read as a listed file; the SHA-256 in
 * originals.csv is that of the very bytes that were filtered, and the folder was refused or not
 * by the same bytes; no bundle is written that closes to something else than its folder.
 *
 * Read next: bundle_io.c, then verify.h, the other end.
 */
#ifndef OCHIL_BUNDLE_H
#define OCHIL_BUNDLE_H

#include "base/outside.h"
#include "engine/close.h"

#define ORIGINALS_FILE   "originals.csv"
#define ORIGINALS_HEADER "file,sha256,lines,left_out,left_out_amount"
#define OUTPUT_PREFIX    "output/"
#define CERTIFICATE_FILE "certificate.json"

/* What one extract came to when it was filtered: a row of originals.csv. */
struct extract {
    const char       *file;              /* "ledger/a.csv" */
    struct sha256_sum sum;               /* of every byte that was read */
    uint64_t          lines;             /* records behind the header */
    uint64_t          left_out;
    wide              left_out_pence;
};

/* What is filtered. */
struct extract_request {
    struct source               *source;
    const char                  *file;   /* its name in the source */
    const struct model          *model;
    int32_t                      through;
    const struct progress_watch *watch;  /* may be NULL */
};

/* Writes the lines in scope to the sink, as a bundle has them. A faulty line is ERR_CHECK with
 * its file and line; the file's name is not copied. `scratch` may be freed behind it. */
MUST_USE enum err extract_write(const struct extract_request *, struct arena *scratch,
                                struct sink *, struct extract *out, struct trouble *);

/* originals.csv. */
MUST_USE enum err originals_write(const struct extract *, size_t count, struct arena *,
                                  struct sink *, struct trouble *);

/* A close_target that remembers the SHA-256 of what passes on to the next one, which may be
 * NULL. Room for all files of one close. */
struct summing_target {
    struct close_target  target;
    struct close_target *next;
    struct sink          sink;
    struct sink         *to;
    struct sha256        hash;
    struct output_file  *output;
    size_t               outputs;
};

void summing_target_open(struct summing_target *, struct arena *, const struct model *,
                         struct close_target *next);
/* Gives back what an interrupted close left. */
void summing_target_close(struct summing_target *);

/* The first file that every close of the same lines in scope must give alike and that these two
 * do not; NULL: there is none. totals.csv and the certificate are not such files. */
const char *outputs_differ(const struct summing_target *, const struct summing_target *);

struct bundle_request {
    const struct outside        *outside;
    const char                  *folder;
    const char                  *out;
    enum book                    book;
    const char                  *through;   /* NULL: the whole year */
    int                          threads;   /* 1 to 64 */
    bool                         force;     /* replace a file that is there */
    const struct progress_watch *watch;     /* may be NULL; told once of every byte */
};

struct bundle_summary {
    struct close_summary closed;            /* of the bundle's own inputs; or the faults */
    const struct extract *extract;
    size_t               extracts;
};

/* OK; ERR_REFUSED: the folder has faults, in summary->closed, and nothing is written; else see
 * the trouble, and nothing is written. The summary lives in the arena. */
MUST_USE enum err bundle_write(const struct bundle_request *, struct arena *,
                               struct bundle_summary *, struct trouble *);

#endif
