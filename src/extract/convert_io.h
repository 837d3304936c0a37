/*
 * extract/convert_io.h -- `ochil convert`: extracts in, a file of a partnership folder out, and
 * the proof that every row and every penny is accounted for (docs/convert.md).
 *
 * Read next: extract_io.h (rows), row_judge.h (one row), proof.h (the proof).
 */
#ifndef OCHIL_CONVERT_IO_H
#define OCHIL_CONVERT_IO_H

#include "extract/error_file.h"
#include "extract/extract_io.h"
#include "extract/ids_seen.h"

#define REFUSALS_TOLD 10

/*
 * Who looks at the rows while they are judged. Rows come in batches, several at a time, each in a
 * place of its own, numbered from 0 and fewer than ROW_PLACES_MAX.
 */
#define ROW_PLACES_MAX 16
struct row_looker {
    void  *context;
    /* By any thread, other places' batches at the same time: a batch begins, and what is known of
     * the place's last one is settled or worth nothing. The arena is the place's, and lives until
     * the conversion ends. */
    void (*begin)(void *context, size_t place, struct arena *);
    /* Every row of it, in order. False: the batch has to be seen in order. */
    bool (*look)(void *context, size_t place, const struct row_rules *, const struct row *,
                 const struct row_verdict *);
    /* In order, one batch at a time: its rows are what they were when they were looked at. Not
     * called for a batch that is seen: request->see is told its rows instead. */
    void (*settle)(void *context, size_t place);
};

/* For who knows better which ids may stand twice: those are tested, however many others there
 * are. */
struct id_doubt {
    bool (*is_doubted)(void *context, struct text id);  /* by any thread; NULL: none is tested */
    void  *context;
};

struct convert_request {
    const struct outside        *outside;
    const char                  *profile;       /* path */
    const char *const           *extract;       /* paths */
    size_t                       extracts;
    enum form                    form;
    const char                  *out;           /* NULL: nothing is written, only tested */
    struct sink                 *lines;         /* without `out`: given what would stand there, in
                                                   order, by any thread, one at a time; worth
                                                   something only when all was OK. May be NULL */
    const char                  *errors;        /* NULL: a refused row refuses everything */
    const char                  *control;       /* --control-total; NULL: not given */
    bool                         force;
    int                          threads;       /* to judge rows; the result is the same with any
                                                   number, and 0 is one */
    const struct progress_watch *watch;         /* may be NULL */
    /* Told every row as it is judged, in order; may be NULL. */
    void                       (*see)(void *context, const struct row_rules *, const struct row *,
                                      const struct row_verdict *);
    void                        *see_context;
    /* Where most rows need not be told in order: only the batches that it wants seen are, and those
     * in which an id has come before. NULL: `see` is told all. */
    const struct row_looker     *looker;
    const struct id_doubt       *doubt;         /* which ids are tested; NULL: all */
};

/* What one extract was. */
struct convert_file {
    struct text        name;
    enum extract_kind  kind;
    bool               fixed;        /* a text of fixed width */
    struct text_seen   seen;         /* of a text */
    bool               sent_back;
    uint64_t           rows;
    uint64_t           first_row, last_row;   /* that count towards the total */
    enum agreement     agreement;    /* of its rows with the total that it states itself */
    struct decimal_sum statement;
    struct decimal_sum difference;
};

struct refusal {
    struct text file;
    uint64_t    row;
    enum reason reason;
    const char *fact;      /* which column holds what; may be blank */
};

struct convert_summary {
    enum form            form;
    struct profile       profile;
    struct proof         proof;
    struct convert_file *file;
    size_t               files;
    struct refusal       refusal[REFUSALS_TOLD];   /* the first */
    size_t               refusals;
    enum agreement       agreement;                /* with the control total that was given, or
                                                      else the sum of those of the files */
    struct decimal_sum   control;                  /* unless AGREE_NOT_STATED */
    struct decimal_sum   difference;
    bool                 ids_untested;             /* more ids than are remembered */
    bool                 written;                  /* FILE stands where it was wanted */
    bool                 errors_written;
};

/*
 * Errors: ERR_REFUSED (a row was refused, or the control total is not met: the summary tells),
 * ERR_USAGE (profile, names, control total), ERR_IO, ERR_CHECK, ERR_BUSY (stopped). On OK and
 * ERR_REFUSED the summary is good and convert_summary_close() gives its numbers back; on any
 * other nothing was written and there is nothing to give back.
 */
MUST_USE enum err convert_extracts(const struct convert_request *, struct arena *,
                                   struct convert_summary *, struct trouble *);

void convert_summary_close(struct convert_summary *);

/* Reads and parses a profile; everything lives in `arena`. */
MUST_USE enum err profile_read(const struct outside *, struct arena *, const char *path,
                               struct profile *, struct trouble *);

#endif
