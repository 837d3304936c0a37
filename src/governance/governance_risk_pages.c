/*
 * governance/governance_risk_pages.c -- what can be asked of risks beyond any register: reviews,
 * and actions planned against one.
 */
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
    return risk_actions_load(request->tx, request->arena, request->actor.acting, &page->entry,
                             &more->action, &more->actions, request->trouble);
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
    struct risk_more more = { .actions = 0 };
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

static enum err risk_action_make(struct request *request)
{
    struct risk_more more = { .actions = 0 };
    struct entry_page page = { .more = &more };
    const struct register_deed deed = register_deed_of(request, "act");
    struct risk_action action = { .done = false };
    enum err err = register_entry_load(request, true, &page.entry);

    if (err != OK)
        return err;
    if (!register_form_read(request, risk_action_fields, ACTION_FIELDS, more.act,
                            more.act_wrong) ||
        !db_day_parse(more.act[ACTION_DUE], &action.due))
        return refuse_form(request, &page, risk_action_fields, more.act_wrong, ACTION_FIELDS);
    action.words = more.act[ACTION_WORDS];
    action.owner_post = more.act[ACTION_OWNER];
    err = risk_action_add(request->tx, &deed, &page.entry, &action, request->trouble);
    return err != OK ? err : register_entry_redirect(request, &page.entry);
}

static enum err risk_action_end(struct request *request)
{
    struct entry risk;
    const struct register_deed deed = register_deed_of(request, "act.done");
    enum err err = register_entry_load(request, true, &risk);

    if (err == OK)
        err = risk_action_done(request->tx, &deed, &risk, request_number(request, "action"),
                               request->trouble);
    return err != OK ? err : register_entry_redirect(request, &risk);
}

static const struct action actions[] = {
    REGISTER_ROWS(risk_register, "risk", "risks", "a risk", MAY_SEE_RISK, MAY_EDIT_RISK,
                  RISK_ABOUT),
    { .verb = "risk review", .summary = "Record a review",
      .method = ACTION_POST, .route = "/risks/{risk:word}/reviews", .right = MAY_EDIT_RISK,
      .of = &risk_register, .respond = risk_review_make },
    { .verb = "risk act", .summary = "Plan an action against a risk",
      .method = ACTION_POST, .route = "/risks/{risk:word}/actions", .right = MAY_EDIT_RISK,
      .of = &risk_register, .respond = risk_action_make },
    { .verb = "risk act done", .summary = "Say that an action is done",
      .method = ACTION_POST, .route = "/risks/{risk:word}/actions/{action}/done",
      .right = MAY_EDIT_RISK, .of = &risk_register, .respond = risk_action_end },
    { 0 },
};

const struct feature risk_feature = { "risk", "Risks", actions };
