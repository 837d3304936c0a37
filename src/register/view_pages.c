/* register/view_pages.c -- views are kept from a list, and shown above it and on Home. */
#include <assert.h>

#include "cli/action.h"
#include "register/register_pages.h"
#include "register/register_table.h"

/* The register of that name, if the actor may see it; NULL. */
static const struct register_type *register_named(struct request *request, struct text one)
{
    const struct action *action;
    size_t feature = 0, row = 0;

    while ((action = action_next(request->site->features, &feature, &row)) != NULL) {
        const struct register_type *type = action->of;
        if (type != NULL && text_is(one, type->one))
            return actor_may(&request->actor, type->may_see) ? type : NULL;
    }
    return NULL;
}

/* --- keeping --- */

static const char *judge_name(struct request *request, struct text *name)
{
    static const struct field_form form = { .name = "view_name", .kind = FIELD_LINE,
                                            .required = true, .most = SAVED_VIEW_NAME_MOST };

    *name = field_kept(request->arena, &form, request_field(request, form.name));
    return field_judge(&form, *name) == NULL
               ? NULL : "Go back, and give the view a name of 1 to 80 bytes in one line.";
}

static enum err judge_count(struct request *request, const struct saved_view *view,
                            const char **refused)
{
    struct saved_views all;
    size_t others = 0;
    const enum err err = saved_views_load(request->tx, request->arena, &request->actor,
                                          text_of(""), &all, request->trouble);

    for (size_t i = 0; err == OK && i < all.count; i++)
        others += all.view[i].own && !(text_equal(all.view[i].of, view->of) &&
                                       text_equal(all.view[i].name, view->name)) ? 1 : 0;
    if (others >= SAVED_VIEWS_MOST)
        *refused = "Fifty views are kept for you; take one away first.";
    return err;
}

static enum err view_make(struct request *request)
{
    const struct register_type *type = register_named(request, request_field(request, "view_of"));
    struct saved_view view = { .shared = request_field(request, "view_shared").size > 0 };
    struct url url = { { "", 0 } };

    if (type == NULL)
        return ERR_MISSING;
    view.of = text_of(type->one);
    enum err err = register_query_read(request, type, &url, &view.query);
    const char *refused = judge_name(request, &view.name);
    if (err == OK && view.query.size > SAVED_VIEW_QUERY_MOST)
        refused = "What was asked for is too long to be kept.";
    if (err == OK && refused == NULL)
        err = judge_count(request, &view, &refused);
    if (err != OK || refused != NULL)
        return err != OK ? err : answer_error(request, 422, "The view was not kept", refused);
    err = saved_view_keep(request->tx, &request->happening, &request->actor, &view,
                          request->trouble);
    return err != OK ? err : answer_done(request, url, WORD_DONE_VIEW_KEPT);
}

static enum err view_end(struct request *request)
{
    const struct register_type *type = register_named(request, request_field(request, "view_of"));
    const enum err err = saved_view_end(request->tx, &request->happening, &request->actor,
                                        request_number(request, "view"), request->trouble);

    return err != OK ? err : answer_done(request, type == NULL ? Url("/")
                                         : register_url(type, request->arena),
                                         WORD_DONE_VIEW_ENDED);
}

/* --- on Home --- */

/* That page is of the person's own affairs, views are of the council acted for. */
static enum err load_all(struct request *request, struct saved_views *views)
{
    enum err err = tx_scope(request->tx, request->actor.acting, request->trouble);

    if (err == OK)
        err = saved_views_load(request->tx, request->arena, &request->actor, text_of(""), views,
                               request->trouble);
    return err != OK ? err : tx_scope(request->tx, request->council, request->trouble);
}

enum err saved_views_home(struct request *request, struct html *h)
{
    struct saved_views views;
    size_t seen = 0;
    const enum err err = load_all(request, &views);

    if (err != OK)
        return err;
    for (size_t i = 0; i < views.count; i++)
        if (register_named(request, views.view[i].of) != NULL)
            views.view[seen++] = views.view[i];
    if (seen == 0)
        return OK;
    El(h, "h2") Lit(h, "Views");
    El(h, "ul") for (size_t i = 0; i < seen; i++)
        El(h, "li") {
            const struct register_type *type = register_named(request, views.view[i].of);

            assert(type != NULL);       /* those that are not seen were left out above */
            html_text(h, word_shown(request->arena, text_of(type->many)));
            Lit(h, ": ");
            saved_view_link(request, h, type, &views.view[i]);
        }
    return OK;
}

static const struct action actions[] = {
    { .verb = "view keep", .summary = "Keep a register's list, as filtered and sorted, by a name",
      .method = ACTION_POST, .route = "/views", .right = MAY_OWN, .respond = view_make },
    { .verb = "view end", .summary = "Take one of my views away",
      .method = ACTION_POST, .route = "/views/{view}/end", .right = MAY_OWN,
      .respond = view_end },
    { 0 },
};

const struct feature saved_view_feature = { "view", "Views", actions };
