/*
 * finance/finance_working.h -- why a figure of a run is what it is: engine/explain.h over what the
 * run kept (finance_run_model.h), so that the steps are those of `ochil explain` to the last
 * fraction, whatever was taken in or agreed since.
 *
 * Inside a reading transaction; everything lives in the request's arena.
 */
#ifndef OCHIL_FINANCE_WORKING_H
#define OCHIL_FINANCE_WORKING_H

#include "engine/explain.h"
#include "finance/finance_run.h"
#include "finance/finance_run_model.h"
#include "web/request.h"

struct working_asked {
    int64_t     run;
    struct text pool, period;   /* "P03" */
    struct text group, kind;    /* empty: all */
};

struct working {
    struct working_asked asked;
    struct money_run     run;
    struct run_model     model;
    bool                 opened;
    struct explanation   explanation;
};

/* Of the route and the query. */
struct working_asked working_asked(struct request *);
/* ERR_MISSING: no such run, or no such pool, period or group in it. Without a pool the run alone is
 * opened, and nothing explained. Close it in any case. */
MUST_USE enum err working_load(struct request *, const struct working_asked *, struct working *);
void working_close(struct working *);

/* Of this kind, or of any. */
bool working_shows(const struct working *, const struct explained_figure *);

/* As `ochil explain --json` writes it, without ledger lines. */
MUST_USE enum err working_json(struct request *, const struct working *, struct text *bytes);

/* "/money/runs/7/working?pool=ED-PRI&period=P03"; also ".../lines". */
struct url working_url(struct request *, int64_t run, const char *part, struct text pool,
                       int32_t period);
/* Of the same question, its file. */
struct url working_file_url(struct request *, const struct working *);

enum err working_page_answer(struct request *, const struct working *);

#endif
