/* governance/governance_risk_pages.c -- what can be asked of risks beyond any register: reviews. */
#include "governance/governance_risk_view.h"
#include "governance/governance_table.h"
#include "register/register_rows.h"

enum err risk_gather(struct request *request, struct entry_page *page)
{
    struct risk_more *more = page->more;

    if (more == NULL)
        page->more = more = arena_take(request->arena, 1, sizeof *more);
    if (more->review[REVIEW_DUE].size == 0)
        more->review[REVIEW_DUE] = page->entry.field[RISK_REVIEW_DUE];
    return OK;
}

/* 422, with a form of our own. */
static enum err refuse_form(struct request *request, struct entry_page *page,
                            const struct field_form form[], const char *const wrong[],
                            size_t fields)
{
    page->form = form;
    page->wrong = wrong;
    page->form_fields = fields;
    return register_entry_answer(request, page, 422);
}

static enum err risk_review_make(struct request *request)
{
    struct risk_more more = { .review_wrong = { NULL } };
    struct entry_page page = { .more = &more };
    struct register_deed deed = register_deed_of(request, "review");
    struct entry now;
    bool done;

    more.review[REVIEW_FOUND] = request_field(request, "found");
    enum err err = register_change_begin(request, &page, &done);
    if (err != OK || done)
        return err;
    if (!register_form_read(request, risk_review_fields, REVIEW_FIELDS, more.review,
                            more.review_wrong))
        return refuse_form(request, &page, risk_review_fields, more.review_wrong, REVIEW_FIELDS);
    deed.why = more.review[REVIEW_FOUND];
    deed.note = "review";
    now = page.entry;
    now.field[RISK_REVIEW_DUE] = more.review[REVIEW_DUE];
    err = entry_save(request->tx, &risk_register, &deed, &page.entry, &now, request->trouble);
    return err != OK ? err : register_entry_redirect(request, &now);
}

static const struct action actions[] = {
    REGISTER_ROWS(risk_register, "risk", "risks", "a risk", MAY_SEE_RISK, MAY_EDIT_RISK,
                  RISK_ABOUT),
    { .verb = "risk review", .summary = "Record a review",
      .method = ACTION_POST, .route = "/risks/{risk:word}/reviews", .right = MAY_EDIT_RISK,
      .of = &risk_register, .respond = risk_review_make },
    { 0 },
};

const struct feature risk_feature = { "risk", "Risks", actions };
