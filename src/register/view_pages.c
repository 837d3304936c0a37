/* register/view_pages.c -- views are kept from a list, and shown above it and on Home. */
#include <assert.h>

#include "cli/action.h"
#include "register/register_pages.h"
#include "register/register_table.h"
#include "web/api_field.h"

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

static const char *judge_name(struct request *request, struct text typed, struct text *name)
{
    static const struct field_form form = { .name = "view_name", .kind = FIELD_LINE,
                                            .required = true, .most = SAVED_VIEW_NAME_MOST };

    *name = field_kept(request->arena, &form, typed);
    return field_judge(&form, *name) == NULL
               ? NULL : "Give the view a name of 1 to 80 bytes in one line.";
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

/* What the request's fields ask of the register's list, under this name. `*refused`: a sentence,
 * and nothing was kept. */
static enum err keep(struct request *request, const struct register_type *type, struct text typed,
                     struct saved_view *view, struct url *url, const char **refused)
{
    view->of = text_of(type->one);
    enum err err = register_query_read(request, type, url, &view->query);
    *refused = judge_name(request, typed, &view->name);
    if (err == OK && view->query.size > SAVED_VIEW_QUERY_MOST)
        *refused = "What was asked for is too long to be kept.";
    if (err == OK && *refused == NULL)
        err = judge_count(request, view, refused);
    if (err != OK || *refused != NULL)
        return err;
    return saved_view_keep(request->tx, &request->happening, &request->actor, view,
                           request->trouble);
}

static enum err view_make(struct request *request)
{
    const struct register_type *type = register_named(request, request_field(request, "view_of"));
    struct saved_view view = { .shared = request_field(request, "view_shared").size > 0 };
    struct url url = { { "", 0 } };
    const char *refused = NULL;

    if (type == NULL)
        return ERR_MISSING;
    const enum err err = keep(request, type, request_field(request, "view_name"), &view, &url,
                              &refused);
    if (err == OK && refused != NULL)
        return answer_error(request, 422, "The view was not kept", refused);
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

/* Those of registers that the actor may see. */
static size_t keep_seen(struct request *request, struct saved_views *views)
{
    size_t seen = 0;

    for (size_t i = 0; i < views->count; i++)
        if (register_named(request, views->view[i].of) != NULL)
            views->view[seen++] = views->view[i];
    return seen;
}

enum err saved_views_home(struct request *request, struct html *h)
{
    struct saved_views views;
    const enum err err = load_all(request, &views);

    if (err != OK)
        return err;
    const size_t seen = keep_seen(request, &views);
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

/* --- calls --- */

static void key_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static void view_json(struct json *json, const struct saved_view *view)
{
    json_object(json);
    json_key(json, "view");
    json_integer(json, view->id);
    key_text(json, "register", view->of);
    key_text(json, "name", view->name);
    key_text(json, "query", view->query);
    json_key(json, "shared");
    json_bool(json, view->shared);
    json_key(json, "own");
    json_bool(json, view->own);
    key_text(json, "made_by", view->made_by);
    json_object_end(json);
}

static enum err api_view_list(struct request *request)
{
    struct saved_views views;
    struct answer_json out;
    const enum err err = saved_views_load(request->tx, request->arena, &request->actor,
                                          text_of(""), &views, request->trouble);

    if (err != OK)
        return err;
    const size_t seen = keep_seen(request, &views);
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < seen; i++)
        view_json(&out.json, &views.view[i]);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* The one that was just kept, as the store has it. */
static enum err answer_view(struct request *request, const struct saved_view *kept)
{
    struct saved_views views;
    struct answer_json out;
    const enum err err = saved_views_load(request->tx, request->arena, &request->actor, kept->of,
                                          &views, request->trouble);

    answer_json_begin(request, &out);
    for (size_t i = 0; err == OK && i < views.count; i++)
        if (views.view[i].own && text_equal(views.view[i].name, kept->name))
            view_json(&out.json, &views.view[i]);
    return err != OK ? err : answer_json_end(request, &out, 201, JSON_TYPE);
}

/* What the list is asked for stands in one field here, as in the list's address: it is read in the
 * place of the request's own fields. */
static enum err api_view_make(struct request *request)
{
    const struct register_type *type = register_named(request, request_field(request, "register"));
    const struct text shared = request_field(request, "shared"),
                      name = request_field(request, "name");
    struct saved_view view = { .shared = text_is(shared, "true") || text_is(shared, "yes") };
    struct form asked;
    struct url url = { { "", 0 } };
    const char *refused = NULL;

    if (type == NULL)
        return answer_error(request, 422, "Not fit", "register: there is none of that name.");
    if (!form_read(request->arena, request_field(request, "query"), &asked))
        return answer_error(request, 422, "Not fit", "query: it is none.");
    request->form = asked;
    const enum err err = keep(request, type, name, &view, &url, &refused);
    if (err == OK && refused != NULL)
        return answer_error(request, 422, "Not fit", refused);
    return err != OK ? err : answer_view(request, &view);
}

static enum err api_view_end(struct request *request)
{
    const enum err err = saved_view_end(request->tx, &request->happening, &request->actor,
                                        request_number(request, "view"), request->trouble);

    return err != OK ? err : answer_bytes(request, 200, JSON_TYPE, text_of("{}\n"));
}

static const struct api_field view_takes[] = {
    { .name = "register", .type = API_LINE, .required = true,
      .help = "Of which register's list: risk, action, obligation, policy, query, "
              "initiative, memorandum, fund" },
    { .name = "name", .type = API_LINE, .required = true, .most = SAVED_VIEW_NAME_MOST,
      .help = "Its name; one of yours with the same name is replaced" },
    { .name = "query", .type = API_LINE,
      .help = "What the list is asked for, as in its address: state=open&sort=title; none: all" },
    { .name = "shared", .type = API_FLAG,
      .help = "Does everybody of the council find it who sees the list?" },
    { 0 },
};
static const struct api_field view_gives[] = {
    { .name = "view", .type = API_NUMBER, .required = true, .brief = true, .least = 1,
      .help = "Its number" },
    { .name = "register", .type = API_LINE, .required = true, .brief = true,
      .help = "Of which register's list" },
    { .name = "name", .type = API_LINE, .required = true, .brief = true, .help = "Its name" },
    { .name = "query", .type = API_LINE, .required = true, .brief = true,
      .help = "What is asked for" },
    { .name = "shared", .type = API_FLAG, .required = true, .help = "The council finds it" },
    { .name = "own", .type = API_FLAG, .required = true, .help = "It is the token's owner's" },
    { .name = "made_by", .type = API_LINE, .required = true, .help = "Who keeps it" },
    { 0 },
};
static const struct api_call view_list_call = { .answer = API_LIST, .gives = view_gives };
static const struct api_call view_make_call = { .answer = API_OBJECT, .status = 201,
                                                .takes = view_takes, .gives = view_gives };
static const struct api_call view_end_call = { .answer = API_NOTHING };

static const struct action actions[] = {
    { .verb = "view keep", .summary = "Keep a register's list, as filtered and sorted, by a name",
      .method = ACTION_POST, .route = "/views", .right = MAY_OWN, .respond = view_make },
    { .verb = "view end", .summary = "Take one of my views away",
      .method = ACTION_POST, .route = "/views/{view}/end", .right = MAY_OWN,
      .respond = view_end },
    { .verb = "api view list", .summary = "Kept views: one's own, and those of the council",
      .method = ACTION_GET, .route = "/api/v1/views", .right = MAY_OWN, .respond = api_view_list,
      .call = &view_list_call },
    { .verb = "api view keep", .summary = "Keep a register's list, as asked for, by a name",
      .method = ACTION_POST, .route = "/api/v1/views", .right = MAY_OWN,
      .respond = api_view_make, .call = &view_make_call },
    { .verb = "api view end", .summary = "Take one of my views away",
      .method = ACTION_POST, .route = "/api/v1/views/{view}/end", .right = MAY_OWN,
      .respond = api_view_end, .call = &view_end_call },
    { 0 },
};

const struct feature saved_view_feature = { "view", "Views", actions };
