/*
 * engine/close.h -- to close: from a partnership folder to a folder of its settlement.
 *
 *     struct close_request request = { .outside = &real_outside, .folder = "2014-15",
 *                                      .out = "bill", .threads = 1, .certificate = true };
 *     enum err err = close_partnership(&request, &arena, &summary, &trouble);
 *
 * OK           closed; OUT holds the files of the engine contract, section 6
 * ERR_REFUSED  the input has faults; OUT holds errors.csv alone
 * ERR_USAGE, ERR_IO, ERR_BUSY (stopped by the watch): OUT is as it was; see the trouble
 *
 * Same input, same bytes in OUT, on every machine and with any number of threads.
 */
#ifndef OCHIL_CLOSE_H
#define OCHIL_CLOSE_H

#include "base/outside.h"
#include "engine/output.h"
#include "engine/partnership.h"

struct close_request {
    const struct outside        *outside;
    const char                  *folder;
    const char                  *out;
    enum book                    book;
    const char                  *through;      /* "2014-15/P06"; NULL: the whole year */
    int                          threads;      /* 1 to 64 */
    bool                         certificate;
    bool                         force;        /* replace an OUT that is not empty, whole */
    const struct progress_watch *watch;        /* may be NULL */
};

struct summary_debt {
    const char *service;                       /* "all" when settled net */
    const char *from, *to;
    const char *from_name, *to_name;
    wide        amount;
};

struct close_summary {
    /* closed */
    uint64_t             lines;                /* read, all treatments, later ones too */
    size_t               partners;
    char                 first[PERIOD_TEXT_MAX], last[PERIOD_TEXT_MAX];   /* periods settled */
    struct summary_debt *debt;
    size_t               debts;
    const char          *name;
    /* refused */
    uint64_t             faults;
    const struct faults *fault_list;           /* sorted; the first FAULTS_SHOWN */
};

/* The summary lives in the arena, which the caller frees. */
MUST_USE enum err close_partnership(const struct close_request *, struct arena *,
                                    struct close_summary *, struct trouble *);

/* Where the files of a close go, one after another: a folder, a bundle, a comparison. */
struct close_target {
    enum err (*open)(struct close_target *, const char *name, struct sink **, struct trouble *);
    enum err (*shut)(struct close_target *, struct trouble *);
};

/* Settles a partnership that was read without faults, and gives its files to the target. After
 * an OVERFLOW the partnership is refused and what was given is worthless. */
MUST_USE enum err close_write(struct partnership *, bool certificate, struct close_target *,
                              struct settlement_result *, struct trouble *);

/* The same; while `beside` is not NULL it is given some of the files by a second thread, at the
 * same time as the target is given others. */
MUST_USE enum err close_write_beside(struct partnership *, bool certificate,
                                     struct close_target *, struct close_target *beside,
                                     struct settlement_result *, struct trouble *);

/* Fills the summary of a close. */
void close_summarise(const struct partnership *, const struct settlement_result *,
                     struct close_summary *);

#endif
