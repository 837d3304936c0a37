/*
 * extract/convert_batch.h -- a batch of rows, judged, counted and printed, before it is known what
 * came before them. Private to convert_io.c, which adds the batches up in order.
 *
 *     row_batch_take(&batch->rows)      in order
 *     convert_batch_judge()             by any thread
 *     convert_batch_test_ids()          in order; where an id has come before, or somebody wants to
 *     convert_batch_judge_again()       see the rows in order, they are judged again, knowing that
 *     lines, refused, proof ...         are added to the whole, in order
 */
#ifndef OCHIL_CONVERT_BATCH_H
#define OCHIL_CONVERT_BATCH_H

#include "extract/convert_io.h"
#include "extract/row_batch.h"

/* Bytes in memory, as many as come. */
struct pile {
    struct sink   sink;
    struct arena *arena;
    char         *bytes;
    size_t        used, room;
};

/* Of all batches of a conversion. */
struct batch_terms {
    const struct convert_request *request;
    bool                          ids_tested;
    bool                          lines_wanted, refused_wanted;    /* printed, not only counted */
    size_t                        leave_outs;                      /* of the profile */
};

struct convert_batch {
    struct row_batch          rows;
    const struct batch_terms *terms;
    const struct extract     *extract;
    size_t                    place;           /* its number */
    bool                      seen;            /* its rows are to be seen in order */
    /* What the rows came to. */
    struct proof              proof;
    struct pile               lines, refused;
    struct refusal            refusal[REFUSALS_TOLD];    /* the first; the facts as below */
    size_t                    refusals;
    /* Of the judging. */
    struct arena              arena;           /* of the piles alone */
    struct row_verdict        verdict;
    struct text               part[DESCRIPTION_PARTS_MAX];
    struct csv_writer         line_csv;
    struct error_file         error_file;
    char                      fact[REFUSALS_TOLD][REFUSAL_TEXT_MAX];
    struct id_hash           *id;              /* of the rows that have one, in order */
    bool                     *repeated;        /* ... and whether it has come before */
    size_t                    ids;
};

/* Takes its memory; `terms` must live as long. */
void convert_batch_open(struct convert_batch *, struct arena *, const struct batch_terms *,
                        size_t place);

/* `extract` is the one that the rows are of. ERR_IO: memory ran out. */
MUST_USE enum err convert_batch_judge(struct convert_batch *, const struct extract *,
                                      struct trouble *);

/* Marks the ids that have come before, and remembers the others; whether there is one marked. */
bool convert_batch_test_ids(struct convert_batch *, struct ids_seen *);

/* The same rows once more, those that were marked refused; shown to request->see. */
MUST_USE enum err convert_batch_judge_again(struct convert_batch *, struct trouble *);

/* Safe on one that is only zeroed. */
void convert_batch_close(struct convert_batch *);

#endif
