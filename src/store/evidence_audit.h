/*
 * store/evidence_audit.h -- is everything that was taken in still what it was?
 *
 * All files of a council, one after the other: the key opens, the head is the file's and agrees
 * with its row, every chunk opens, the whole has its SHA-256, the index is the file's, there is
 * no chunk too few or too many, an erased file has no key, and no chunk belongs to nothing. So
 * any byte of head, key, index and chunks that was changed past the program is found, and what
 * the row says of size, lines and hash. Names, kinds and moments are not under a seal.
 *
 * Nothing of what is read leaves here; so the trail has no entry of it. Others may go on taking
 * files in and erasing them: one that is erased meanwhile counts as erased.
 *
 * For `doctor` and the drill of a restore. It reads as fast as a file is read: see bench/README.md.
 */
#ifndef OCHIL_EVIDENCE_AUDIT_H
#define OCHIL_EVIDENCE_AUDIT_H

#include "store/evidence_row.h"

struct evidence_audited {
    uint64_t files;         /* that are there */
    uint64_t erased;
    uint64_t bytes;         /* of the files */
    uint64_t bad;           /* files, and 1 for chunks that belong to nothing */
};

/* ERR_CHECK: something is bad; `trouble` names the first file and chunk, and the walk went on to
 * its end. The arena holds the memory of one file at a time. */
MUST_USE enum err evidence_audit(struct db *, const struct evidence_council *,
                                 struct evidence_audited *, struct trouble *);

#endif
