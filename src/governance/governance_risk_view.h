/*
 * governance/governance_risk_view.h -- risks as pages and as files: a const model in, bytes out.
 *
 * Read next: governance_risk_pages.c, which fills the models.
 */
#ifndef OCHIL_GOVERNANCE_RISK_VIEW_H
#define OCHIL_GOVERNANCE_RISK_VIEW_H

#include "governance/governance_risk.h"
#include "web/page_frame.h"

#define RISK_PAGE_ROWS 50

/* A list as it was asked for. */
struct risk_list_model {
    struct risk_filter filter;
    struct url         url;             /* "/risks" with all that was asked for but the place */
    struct risks       found;           /* all that match, in order */
    size_t             all;             /* how many there are without the filter */
    size_t             begin, end;      /* those of `found` that are on this page */
    int64_t            matrix[5][5];    /* of `found`: how many by current likelihood, impact */
    bool               may_edit;
};

enum err risk_list_page(struct request *, const struct risk_list_model *);
/* The same selection as files: every page of it, the same columns in the same order. */
enum err risk_list_csv(struct request *, const struct risk_list_model *);
enum err risk_list_json(struct request *, const struct risk_list_model *, struct text council);

/* One risk, with what goes with it. */
struct risk_model {
    struct risk           risk;
    struct risk_file      file;
    struct text           council;      /* its name */
    bool                  may_edit;     /* the right, and the risk is the council's to change */
    bool                  may_share;
    bool                  may_comment;
    const char           *refused;      /* what was wrong with what was sent; NULL: nothing */
    enum risk_event       event;        /* that was sent, with `why` */
    struct text           why, words;   /* what was typed */
    struct text           act[ACTION_FIELDS], review[REVIEW_FIELDS];
    enum field_verdict    act_verdict[ACTION_FIELDS], review_verdict[REVIEW_FIELDS];
};

enum err risk_page(struct request *, const struct risk_model *, int status);

/* A form that is filled in; `was`: what it changes, NULL for a new one. */
struct risk_form_model {
    const struct risk *was;
    struct risk        now;             /* what was typed */
    enum field_verdict verdict[RISK_FIELDS];
};

enum err risk_form_page(struct request *, const struct risk_form_model *, int status);

/* 409: what stands there now beside what was typed; the form goes on from either. */
enum err risk_conflict_page(struct request *, const struct risk_form_model *);

/* A risk as an object of JSON: its fields by their names, and what follows from them. */
void risk_json(struct json *, const struct risk *);

#endif
