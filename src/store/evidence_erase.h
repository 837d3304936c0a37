/*
 * store/evidence_erase.h -- erasing a file, and taking away chunks that belong to no file.
 *
 * To erase a file is to overwrite its key (evidence_keys.h), and those of the files that were made
 * of it: the lines of an extract, its refused rows. That is one transaction, with one entry of the
 * trail, "evidence.erase", which names them; from then on nobody opens the files, whatever is still
 * there of them. Their chunks are taken away afterwards, a few at a time, so that the one writer is
 * not held.
 *
 * What that leaves on a disk. Chunks in free pages and old files are sealed under a key that is
 * gone, so they need not be overwritten. The key itself was wrapped under the council's master
 * key, which is not in the database. SQLite overwrites it where it stood (the writer's
 * secure_delete); blocks that its journal gave back to the file system may hold it until they
 * are used again. PostgreSQL keeps the old row until it is vacuumed, and in its log of changes
 * and their archive; and every backup has it for as long as it is kept. So an erasure is complete
 * when the last backup from before is gone, and not before: whoever holds one, and the master
 * key, can open the file.
 */
#ifndef OCHIL_EVIDENCE_ERASE_H
#define OCHIL_EVIDENCE_ERASE_H

#include "base/outside.h"
#include "store/evidence_row.h"
#include "store/trail_log.h"

/* The next file of the council that was made of this one alone, and is there still. Inside the
 * transaction that erases. */
typedef enum err evidence_made_of(struct tx *, int64_t council, const char *hex,
                                  char made[EVIDENCE_ID_HEX], bool *found, struct trouble *);

struct evidence_erasure {
    const struct outside *outside;      /* the trail's chance */
    struct moment         now;
    int64_t               council;      /* whose file */
    struct text           actor;        /* the account */
    struct text           request;      /* may be empty */
    struct trail_words    why;
    evidence_made_of     *made_of;      /* what goes with it; NULL: nothing */
};

/* ERR_MISSING: this council has no such file, or it was erased before. OK: the key is gone, also
 * when the store was then too busy to take all chunks away; evidence_collect() does. */
MUST_USE enum err evidence_erase(struct db *, const struct evidence_erasure *,
                                 const struct evidence_id *, struct trouble *);

/* An intake is not thought given up before: it shows every minute that it lives. */
#define EVIDENCE_IDLE_LEAST_MS 600000

struct evidence_collected {
    uint64_t intakes;
    uint64_t chunks;
};

/* Takes away a council's intakes that showed no sign of life for `idle_ms`, and what is left of
 * those that failed and of erased files. ERR_USAGE: less than EVIDENCE_IDLE_LEAST_MS. */
MUST_USE enum err evidence_collect(struct db *, int64_t council, struct moment now,
                                   int64_t idle_ms, struct evidence_collected *,
                                   struct trouble *);

/* Ends one intake and takes it away; adds to `*collected`. Nothing, if it has become a file. */
MUST_USE enum err evidence_remove(struct db *, int64_t council, const char *hex,
                                  struct evidence_collected *collected, struct trouble *);

#endif
