/*
 * register/import_view.h -- an import as pages and files: a const model in, bytes out.
 *
 * Read next: import_pages.h, which fills the models.
 */
#ifndef OCHIL_IMPORT_VIEW_H
#define OCHIL_IMPORT_VIEW_H

#include "register/import_store.h"
#include "register/register_field_view.h"

#define IMPORT_FAULTS_SHOWN ((size_t)100)
#define IMPORT_LINES_SHOWN ((size_t)10)
#define IMPORT_ENTRIES_SHOWN ((size_t)50)

/* "/risks/import/7/add"; `word` NULL: the import's own. */
struct url import_url(struct request *, const struct register_type *, int64_t id,
                      const char *word);

/* The form to send a file, with what it may hold; `refused` NULL: nothing was. */
enum err import_new_page(struct request *, const struct register_type *, const struct imports *,
                         const char *refused, int status);

/* One import. */
struct import_page {
    const struct register_type *type;
    struct import               import;
    struct import_plan         *plan;       /* judged; NULL: it is not a preview any more */
    struct entries              entries;    /* that it added */
    struct import_changes       changes;    /* and what it changed, */
    struct entries              all;        /* of these */
    bool                        may_take_back;
    const char                 *refused;    /* what was asked for and not done; NULL: nothing */
    struct text                 why;        /* that was typed */
};
enum err import_show_page(struct request *, const struct import_page *, int status);

/* The bad rows, once each: the file's own columns, and behind them where each stands and why. */
enum err import_bad_csv(struct request *, const struct import_plan *);

/* A file to be filled in: "risks.csv", "risks.xlsx", "risks.ods", and "columns.csv", which says
 * what each column takes. ERR_MISSING: there is no such file. */
enum err import_template(struct request *, const struct register_type *, struct text file);

#endif
