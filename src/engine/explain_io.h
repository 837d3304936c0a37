/*
 * engine/explain_io.h -- a question to a partnership folder on the disk, and its answer.
 *
 *     struct explain_request request = { .outside = &real_outside, .folder = "2014-15",
 *                                        .question = { .pool = "SW-HQ",
 *                                                      .period = "2014-15/P06", .lines = 10 } };
 *     err = explain_open(&request, &arena, &answer, &trouble);
 *     ... answer.explanation, or answer.story with request.line ...
 *     explain_close(&answer);
 *
 * ERR_REFUSED: the folder is refused and the question needs the settlement; the faults are in
 * answer.partnership.faults, sorted. ERR_MISSING, ERR_USAGE, ERR_IO, ERR_BUSY: see the trouble.
 */
#ifndef OCHIL_EXPLAIN_IO_H
#define OCHIL_EXPLAIN_IO_H

#include "engine/explain_line.h"
#include "formats/folder_io.h"

struct explain_request {
    const struct outside        *outside;
    const char                  *folder;
    enum book                    book;
    const char                  *through;      /* NULL: the whole year */
    int                          threads;
    const struct progress_watch *watch;        /* may be NULL */
    struct explain_question      question;
    const char                  *line;         /* "ledger/a.csv:17"; NULL: a figure is asked */
};

struct explain_answer {
    struct folder_source     source;
    bool                     reading;
    struct partnership       partnership;
    struct settlement_result result;
    struct explanation       explanation;
    struct line_story        story;
};

/* The answer lives in the arena and in itself: give both back, also after a failure. */
MUST_USE enum err explain_open(const struct explain_request *, struct arena *,
                               struct explain_answer *, struct trouble *);
void explain_close(struct explain_answer *);

#endif
