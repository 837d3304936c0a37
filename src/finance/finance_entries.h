/*
 * finance/finance_entries.h -- is an entry taken in twice, by way of two extracts?
 *
 * Within one extract the convert library sees that. Of each import the hashes of its lines' ids are
 * kept; the next one of the same council, year and book is held against them. A hash that both have
 * is where to look: both extracts are read again then, and only an id that is the same to the byte
 * is proof. Sets are kept before they are compared, and those of imports that are being read count,
 * so that of two that are read at once at least one sees the other.
 *
 * Memory: 16 bytes for each line of the extract that is read, and one piece of the others.
 *
 * Inside a transaction in the council's scope.
 */
#ifndef OCHIL_FINANCE_ENTRIES_H
#define OCHIL_FINANCE_ENTRIES_H

#include "finance/finance_import.h"

/* Of ids: FNV-1a of 64 bits, as it is kept in the store: it stays as it is. */
uint64_t entry_hash(struct text id);

#define ENTRIES_IN_PIECE 8192

/* A piece as it is kept, of hashes in ascending order; `bytes` has 8 * count of them. */
void entry_piece_write(const uint64_t *hash, size_t count, char *bytes);

/* Adds to `shared`, which has room, what an ascending set has in common with a piece; how many. */
size_t entry_piece_shared(const uint64_t *hash, size_t count, struct text piece,
                          uint64_t *shared);

/* What the import shares with others: hashes, ascending, each once, and whose they are. */
struct shared_entries {
    uint64_t *hash;
    size_t    count;
    int64_t  *import;
    size_t    imports;
};
MUST_USE enum err entries_shared(struct tx *, struct arena *, int64_t council,
                                 const struct ledger_import *, const uint64_t *hash,
                                 size_t count, struct shared_entries *, struct trouble *);

#endif
