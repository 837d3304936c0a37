/*
 * store/evidence_row.h -- a kept file as the database knows it.
 *
 * A file belongs to one council, and everything about it is asked for that council alone, by its
 * statements and on PostgreSQL by row-level security too. Its id is random: 16 bytes, which every
 * seal of the file covers, written as 32 hex digits. Counted ids would tell a council how many
 * files its partner has taken in.
 *
 * An erased file keeps its row, with the SHA-256 of what it was, and without its name.
 *
 * Read next: evidence_intake.h (taking files in), evidence_open.h (reading them),
 * evidence_erase.h, evidence_audit.h.
 */
#ifndef OCHIL_EVIDENCE_ROW_H
#define OCHIL_EVIDENCE_ROW_H

#include "store/db.h"
#include "store/evidence_frames.h"
#include "store/evidence_keys.h"

#define EVIDENCE_ID_HEX (2 * EVIDENCE_ID_BYTES + 1)

/* Whose file; with what its keys are wrapped. */
struct evidence_council {
    int64_t                  id;        /* council.id */
    struct text              code;      /* at most EVIDENCE_COUNCIL_MOST bytes */
    const struct master_key *master;
};

/* Texts and bytes live in the arena that it was read with. */
struct evidence_row {
    struct evidence_id   id;
    char                 hex[EVIDENCE_ID_HEX];
    enum evidence_kind   kind;
    struct text          name;          /* "" once erased */
    struct text          media;         /* "text/csv" */
    bool                 personal;      /* each reading is recorded in the trail */
    uint64_t             size;          /* bytes */
    uint64_t             lines;
    struct sha256_sum    sum;
    struct moment        taken_at;
    struct text          taken_by;      /* the account */
    bool                 erased;
    struct moment        erased_at;
    struct text          head;          /* sealed */
    struct text          wrapped;       /* its key */
    uint64_t             index_size;    /* bytes of the index; 0: none */
};

/* 32 lower-case digits and a NUL. */
void evidence_id_print(const struct evidence_id *, char hex[EVIDENCE_ID_HEX]);
/* False: not 32 lower-case hex digits. */
MUST_USE bool evidence_id_parse(struct text hex, struct evidence_id *);

/* ERR_MISSING: this council has no such file. ERR_CHECK: the row holds what was never written. */
MUST_USE enum err evidence_row_read(struct tx *, struct arena *, int64_t council,
                                    const struct evidence_id *, struct evidence_row *out,
                                    struct trouble *);
/* The same in a transaction of its own. */
MUST_USE enum err evidence_row_load(struct db *, struct arena *, int64_t council,
                                    const struct evidence_id *, struct evidence_row *out,
                                    struct trouble *);

/* Runs a statement whose parameters are the council and the id. */
MUST_USE enum err evidence_change(struct tx *, const struct query *, int64_t council,
                                  const char *hex, int64_t *changed, struct trouble *);

#endif
