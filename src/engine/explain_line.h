/*
 * engine/explain_line.h -- what became of a ledger line, and why it was not charged if it was not.
 *
 * The other way round than explain.h: from a physical line of a ledger file to the figures that
 * it went into. It answers for refused folders too, since that is when people ask; every line has
 * exactly one outcome.
 *
 *     story_find()     which record stands on the line
 *     story_judge()    the tests it passes or not, and its treatment
 *     story_settle()   if the folder is not refused: its shares, and the figure it is part of
 */
#ifndef OCHIL_EXPLAIN_LINE_H
#define OCHIL_EXPLAIN_LINE_H

#include "engine/explain.h"

enum line_outcome {
    LINE_CHARGED,            /* common or support: shared by all partners */
    LINE_BORNE,              /* direct or initiative: borne by one */
    LINE_EXCLUDED,           /* not part of the shared service */
    LINE_LATER,              /* after the last period settled */
    LINE_FAULTY,
    LINE_EMPTY,              /* a blank record is ignored */
    LINE_HEADER,
    LINE_NOT_READ,           /* the file's header is wrong: the file is ignored */
    LINE_OUTCOMES
};

/* "charged", "borne", ... as JSON names them. */
extern const char *const line_outcome_name[LINE_OUTCOMES];

struct line_part {
    struct exact share;
    struct exact pence;                    /* of the line, exact */
};

struct line_story {
    struct partnership    *partnership;
    int32_t                file;           /* in the book */
    uint64_t               asked;          /* the physical line */
    uint64_t               start;          /* where its record starts */
    uint64_t               lines;          /* physical lines of the file */
    struct sha256_sum      sum;            /* of the file */
    enum line_outcome      outcome;
    struct ledger_line     line;           /* as judged; texts are kept */
    struct explained_line  twin;           /* DUPLICATE: the line that has the id already */
    const struct centre_row *row;          /* of cost_centres.csv; NULL: none was found */
    struct slot            slot;
    struct line_part      *part;           /* [partner]; NULL: not shared, or not settled */
    struct explanation     figure;         /* its pool, group and period; once settled */
    const struct explained_figure *of;     /* the one of its kind in there; or NULL */
    bool                   settled;
};

/* `typed` is "ledger/stirling.csv:1207". ERR_USAGE: not of that form. ERR_MISSING: no such file,
 * or no such line in it. */
MUST_USE enum err story_find(struct partnership *, const char *typed, struct line_story *,
                             struct trouble *);

MUST_USE enum err story_judge(struct line_story *, const struct progress_watch *,
                              struct trouble *);

/* The partnership was read without faults, and settled. */
void story_settle(struct line_story *, struct settlement_result *);

#endif
