/*
 * admin/admin_role_pages.c -- what would somebody with a role see? The menu and the actions, from
 * the tables that the server answers by. No record of anybody's is shown, nobody acts as anybody
 * else, and that it was asked for stands in the trail.
 */
#include "admin/admin_box.h"
#include "admin/admin_pages.h"

#include "web/menu.h"

enum err roles_show(struct request *request)
{
    static const struct column columns[] = {
        { "Role", COLUMN_WORDS }, { "What it is for", COLUMN_WORDS },
    };
    struct html *h = page_begin(request, "Roles");

    El(h, "p") Lit(h, "Choose a role to see what somebody with it would find here. Nothing is "
                      "changed by it, and no record is shown.");
    Table(h, "What roles there are", columns) for (enum role role = 0; role < ROLES; role++)
        El(h, "tr") {
            El(h, "th") {
                LitAttr(h, "scope", "row");
                El(h, "a") {
                    Href(h, "href", url_segment(request->arena, Url("/roles"),
                                                text_of(role_name(role))));
                    html_phrase(h, text_of(role_title(role)));
                }
            }
            page_cell(h, text_of(role_purpose(role)));
        }
    return page_end(request, h, 200);
}

/* --- one role --- */

static enum err record(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct request *request = context;
    const struct identity_event event = {
        .login = text_of(request->actor.login), .council = request->actor.acting,
        .action = "role.preview", .subject = "council", .subject_id = request->actor.acting,
        .after = request_word(request, "role"),
    };

    return identity_record(tx, &request->happening, &event, trouble);
}

enum err role_preview_prepare(struct request *request)
{
    enum role role;

    if (!role_parse(request_word(request, "role"), &role))
        return ERR_MISSING;
    return db_write(request->site->db,
                    (struct db_scope){ request->actor.acting, request->arena }, record, request,
                    request->trouble);
}

/* A role as it would be given: for a service, or for all (empty). */
struct preview {
    enum role   role;
    struct text service;
};

static bool gives(const struct preview *preview, unsigned right)
{
    return role_gives(preview->role, (enum right)right) &&
           (preview->service.size == 0 || right_is_by_service((enum right)right));
}

static void show_menu(const struct request *request, struct html *h,
                      const struct preview *preview)
{
    El(h, "h2") Lit(h, "In the menu");
    El(h, "ul") for (size_t i = 0; i < menu_rows; i++) {
        /* What everybody has stands there, too. */
        if (menu[i].right != MAY_ANYBODY && menu[i].right != MAY_OWN &&
            !gives(preview, menu[i].right))
            continue;
        El(h, "li") {
            page_say(request, h, menu[i].section);
            if (menu[i].section != menu[i].label) {
                Lit(h, ": ");
                page_say(request, h, menu[i].label);
            }
        }
    }
}

static const char *manner_of(const struct action *action)
{
    if (strncmp(action->route, "/api/", 5) == 0)
        return action->method == ACTION_GET ? "by a program, reading" : "by a program, changing";
    return action->method == ACTION_GET ? "reading" : "changing";
}

static bool gives_any(const struct feature *feature, const struct preview *preview)
{
    for (const struct action *row = feature->actions; row->verb != NULL; row++)
        if (gives(preview, row->right) && (preview->service.size == 0 || !row->for_all))
            return true;
    return false;
}

static void show_feature(struct html *h, const struct feature *feature,
                         const struct preview *preview, struct text council)
{
    static const struct column columns[] = {
        { "What", COLUMN_WORDS }, { "How", COLUMN_WORDS }, { "Whose records", COLUMN_WORDS },
    };

    Table(h, feature->title, columns)
        for (const struct action *row = feature->actions; row->verb != NULL; row++)
            if (gives(preview, row->right) && (preview->service.size == 0 || !row->for_all))
                El(h, "tr") {
                page_row_head(h, text_of(row->summary));
                page_cell(h, text_of(manner_of(row)));
                El(h, "td") {
                    html_text(h, row->scope == scope_home ? text_of("one's own") : council);
                    if (preview->service.size > 0) {
                        Lit(h, ": ");
                        html_text(h, preview->service);
                    }
                }
            }
}

static void show_actions(struct request *request, struct html *h,
                         const struct preview *preview)
{
    const struct text council = page_council(request, request->actor.acting);
    bool any = false;

    El(h, "h2") Lit(h, "What it lets somebody do");
    for (size_t i = 0; request->site->features[i] != NULL; i++)
        if (gives_any(request->site->features[i], preview)) {
            show_feature(h, request->site->features[i], preview, council);
            any = true;
        }
    if (!any)
        page_empty(h, "This role gives nothing yet.",
                   "What it is for comes with its part of Ochil. Whoever has it sees what every "
                   "account sees.");
    El(h, "p") {
        Lit(h, "All of it is for the records of ");
        html_text(h, council);
        Lit(h, ", for which the role is given");
        if (preview->service.size > 0) {
            Lit(h, ", as far as they are of ");
            html_text(h, preview->service);
        }
        Lit(h, ". Of what another council has recorded, it lets read "
               "what that council shares, and change what is joint; nothing else is shown.");
    }
}

/* "The same for Education." */
static void show_ways(struct request *request, struct html *h, const struct preview *preview,
                      const struct services *services)
{
    const struct url all = url_segment(request->arena, Url("/roles"),
                                       text_of(role_name(preview->role)));

    if (services->count == 0 || !role_is_by_service(preview->role))
        return;
    El(h, "p") {
        Lit(h, "The role can be given for all, or for one service: ");
        El(h, "a") {
            Href(h, "href", all);
            Lit(h, "for all");
        }
        for (size_t i = 0; i < services->count; i++) {
            Lit(h, ", ");
            El(h, "a") {
                Href(h, "href", UrlArg(request->arena, all, "service",
                                       services->service[i].name));
                Lit(h, "for ");
                html_text(h, services->service[i].name);
            }
        }
        Lit(h, ".");
    }
}

enum err role_preview(struct request *request)
{
    struct preview preview = { .service = request_field(request, "service") };
    struct services services;
    enum err err = box_services(request, request->tx, &services, request->trouble);

    if (err != OK)
        return err;
    if (!role_parse(request_word(request, "role"), &preview.role) ||
        (preview.service.size > 0 && (!service_is_among(&services, preview.service) ||
                                      !role_is_by_service(preview.role))))
        return ERR_MISSING;
    const char *role = role_title(preview.role);
    struct html *h = page_begin(request, preview.service.size == 0
        ? arena_print(request->arena, "What can the %s see?", role)
        : arena_print(request->arena, "What can the %s for %.*s see?", role,
                      TEXT(preview.service)));
    El(h, "p") html_phrase(h, text_of(role_purpose(preview.role)));
    show_ways(request, h, &preview, &services);
    show_menu(request, h, &preview);
    show_actions(request, h, &preview);
    return page_end(request, h, 200);
}
