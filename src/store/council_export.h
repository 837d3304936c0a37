/*
 * store/council_export.h -- everything that one council has in the store, in one zip: for leaving,
 * for auditors, for its own archive.
 *
 *   README.txt            what the files are and how they can be verified
 *   tables/NAME.csv       each table, the council's rows (export.h says which, and how written)
 *   tables/NAME.jsonl     the same with every text as it is
 *   tables/schema.json    their columns
 *   trail.jsonl           the trail as the council may read it: ochil trail verify
 *   evidence/ID/NAME      each kept file as it was taken in, verified while it is read
 *
 * The tables show one moment; trail and evidence are read after it and may hold a little more. What
 * was erased is not there. Nothing of the partner's is, but what it has shared.
 *
 * The zip is kept as evidence of the council (evidence_intake.h): sealed under a key of its own, in
 * the store, so that every server over it can hand it out and nothing lies about on a machine. It
 * is known by its media type, is in no further export, holds personal data (each download is an
 * entry of the trail), and is erased after COUNCIL_EXPORT_DAYS days. Until it is packed, tables and
 * trail stand in a file without a name (export_spool.h); evidence never stands anywhere unsealed.
 *
 * Memory: about 20 MiB, and 150 bytes for each file.
 */
#ifndef OCHIL_COUNCIL_EXPORT_H
#define OCHIL_COUNCIL_EXPORT_H

#include "store/evidence_open.h"

/* The kind of the job that makes one, and what its result is: {"evidence":"ID"}. */
#define COUNCIL_EXPORT_JOB "council.export"
#define COUNCIL_EXPORT_MEDIA "application/vnd.ochil.export+zip"
#define COUNCIL_EXPORT_DAYS 7

struct council_exporting {
    struct db              *db;
    const char             *url;            /* of the same store: opened to read the tables */
    const struct outside   *outside;        /* chance */
    struct moment         (*clock)(void);
    struct evidence_council council;
    struct text             name;           /* the council's */
    struct text             actor;          /* the account that asked for it */
    struct text             request;        /* for the trail; may be empty */
    const char             *spool;          /* the folder of the file without a name */
    /* Told how many bytes of evidence are packed, and of how many; what is not OK ends the work.
     * No transaction is open. May be NULL. */
    enum err              (*tell)(void *context, uint64_t done, uint64_t of, struct trouble *);
    void                   *context;
};

struct council_exported {
    struct evidence_id id;              /* of the zip */
    uint64_t           bytes;           /* its size */
    int                tables, left_out;
    int64_t            rows;
    uint64_t           entries;         /* of the trail */
    uint64_t           files, file_bytes;
};

/* ERR_CHECK: the trail or a kept file is damaged; the message names which. */
MUST_USE enum err council_export_make(const struct council_exporting *, struct arena *,
                                      struct council_exported *, struct trouble *);

/* A job's result, and the zip that it names; false: it is no such result. */
const char *council_export_result(struct arena *, const struct council_exported *);
MUST_USE bool council_export_parse(struct text result, struct evidence_id *);

/* Erases the council's exports that were made `COUNCIL_EXPORT_DAYS` days before `now`. */
MUST_USE enum err council_export_collect(struct db *, const struct outside *, int64_t council,
                                         struct moment now, int64_t *erased, struct trouble *);

#endif
