/*
 * store/trail_export.h -- the kept trail as a file that anybody can verify (docs/trail.md, 5).
 *
 * Every entry is there, shown or withheld by the reader's rights; openings where they may be read;
 * checkpoints with every signature. Memory does not grow with the trail, and no transaction is
 * open while the sink is written: a slow reader keeps nobody from appending. What is appended
 * meanwhile is left for the next export.
 *
 * Each hash is computed anew and compared with the one that is kept: ERR_CHECK names the entry
 * where they differ, and nothing of what was written up to there is of use.
 *
 * Errors: those of the sink and of db.h; ERR_CHECK; ERR_MISSING: no such council; ERR_USAGE: the
 * trail does not reach as far as `from`.
 */
#ifndef OCHIL_TRAIL_EXPORT_H
#define OCHIL_TRAIL_EXPORT_H

#include "store/db.h"
#include "trail/trail_writer.h"

enum trail_reader {
    TRAIL_FOR_COUNCIL,      /* its own entries, shared ones and the system's */
    TRAIL_FOR_MACHINE,      /* whoever runs it has no right to any council's: the system's alone */
    TRAIL_FOR_ALL           /* nothing is withheld: when every council has agreed to that */
};

struct trail_exporting {
    enum trail_reader            reader;
    struct text                  council;   /* its code, for TRAIL_FOR_COUNCIL */
    uint64_t                     from;      /* the first entry, from 1 */
    const struct progress_watch *watch;     /* told how many entries; or NULL */
};

struct trail_exported {
    uint64_t from, to;      /* to = from - 1: none */
    uint64_t withheld, openings, checkpoints;
};

MUST_USE enum err trail_export(struct db *, struct arena *, const struct trail_exporting *,
                               struct sink *, struct trail_exported *, struct trouble *);

#endif
