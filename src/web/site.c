#include "web/site.h"

#include "web/api_field.h"
#include "web/dispatch.h"

/* --- what can be served --- */

static bool has_route(const struct action *action)
{
    return action->method != ACTION_NO_ROUTE || action->route != NULL;
}

static enum err check_row(const struct action *action, struct trouble *trouble)
{
    const char *why = NULL;

    if (action->method == ACTION_NO_ROUTE || action->route == NULL || !route_sane(action->route))
        why = "has no route that can be served";
    else if (action->respond == NULL)
        why = "has no handler";
    else if (action->right == MAY_NOTHING || action->right >= RIGHTS)
        why = "names no right";
    else if (action_is_call(action) != (action->call != NULL))
        why = "is a call that does not say what it takes and gives, or says it and is none";
    return why == NULL ? OK : fail(trouble, ERR_BUG, "the row '%s' %s", action->verb, why);
}

/* Where a form can be gone on with there is a page; what is kept is no way in and no file. */
static enum err check_form(const struct site *site, const struct action *action,
                           struct trouble *trouble)
{
    const struct action *page;
    size_t feature = 0, row = 0;

    if (action->form == NULL)
        return OK;
    while ((page = action_next(site->features, &feature, &row)) != NULL)
        if (page->method == ACTION_GET && page->route != NULL &&
            strcmp(page->route, action->form) == 0 && action->method == ACTION_POST &&
            action->right != MAY_OWN && action->prepare == NULL)
            return OK;
    return fail(trouble, ERR_BUG, "the row '%s' has a form that cannot be gone on with",
                action->verb);
}

/* Rows behind this one must not answer the same path by the same method. */
static enum err check_alone(const struct site *site, const struct action *action, size_t feature,
                            size_t row, struct trouble *trouble)
{
    const struct action *other;

    while ((other = action_next(site->features, &feature, &row)) != NULL)
        if (has_route(other) && other->route != NULL && other->method == action->method &&
            route_overlaps(action->route, other->route))
            return fail(trouble, ERR_BUG, "the rows '%s' and '%s' have one route", action->verb,
                        other->verb);
    return OK;
}

enum err site_check(const struct site *site, struct trouble *trouble)
{
    const struct action *action;
    size_t feature = 0, row = 0;
    enum err err = OK;

    while (err == OK && (action = action_next(site->features, &feature, &row)) != NULL) {
        if (!has_route(action))
            continue;
        err = check_row(action, trouble);
        if (err == OK)
            err = check_form(site, action, trouble);
        if (err == OK)
            err = check_alone(site, action, feature, row, trouble);
    }
    return err;
}

const struct action *site_action(const struct site *site, enum action_method method,
                                 struct text path, struct route_values *values)
{
    const struct action *action;
    size_t feature = 0, row = 0;

    while ((action = action_next(site->features, &feature, &row)) != NULL)
        if (action->method == method && action->route != NULL &&
            route_matches(action->route, path, values))
            return action;
    return NULL;
}

/* --- what http_io.h calls --- */

static struct http_terms terms(void *context, const struct http_request *http)
{
    const struct site *site = context;
    struct route_values values;
    const struct action *action = http->method != HTTP_POST
                                      ? NULL : site_action(site, ACTION_POST, http->path, &values);
    const uint64_t most = action == NULL ? 0 : action->upload_most;

    if (most == 0)
        return (struct http_terms){ FORM_BYTES_MOST, false };
    return (struct http_terms){ most < site->upload_most ? most : site->upload_most, true };
}

static bool admit(void *context, struct http_request *http, struct arena *arena,
                  struct http_answer *answer)
{
    return dispatch_admit(context, http, arena, answer);
}

static void answer(void *context, struct http_request *http, struct arena *arena,
                   struct http_answer *made)
{
    dispatch(context, http, arena, made);
}

struct http_service site_service(struct site *site)
{
    return (struct http_service){ site, terms, admit, answer };
}
