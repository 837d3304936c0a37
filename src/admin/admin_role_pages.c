/*
 * admin/admin_role_pages.c -- what would somebody with a role see? The menu and the actions, from
 * the tables that the server answers by. No record of anybody's is shown, nobody acts as anybody
 * else, and that it was asked for stands in the trail.
 */
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
                    html_text(h, text_of(role_title(role)));
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

/* What everybody has is told, too: it stands in the menu. */
static bool gives(enum role role, unsigned right)
{
    return right == MAY_ANYBODY || right == MAY_OWN || role_gives(role, (enum right)right);
}

static void show_menu(const struct request *request, struct html *h, enum role role)
{
    El(h, "h2") Lit(h, "In the menu");
    El(h, "ul") for (size_t i = 0; i < menu_rows; i++) {
        if (!gives(role, menu[i].right))
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

static bool gives_any(const struct feature *feature, enum role role)
{
    for (const struct action *row = feature->actions; row->verb != NULL; row++)
        if (role_gives(role, (enum right)row->right))
            return true;
    return false;
}

static void show_feature(struct html *h, const struct feature *feature, enum role role,
                         struct text council)
{
    static const struct column columns[] = {
        { "What", COLUMN_WORDS }, { "How", COLUMN_WORDS }, { "Whose records", COLUMN_WORDS },
    };

    Table(h, feature->title, columns)
        for (const struct action *row = feature->actions; row->verb != NULL; row++)
            if (role_gives(role, (enum right)row->right)) El(h, "tr") {
                page_row_head(h, text_of(row->summary));
                page_cell(h, text_of(manner_of(row)));
                page_cell(h, row->scope == scope_home ? text_of("one's own") : council);
            }
}

static void show_actions(struct request *request, struct html *h, enum role role)
{
    const struct text council = page_council(request, request->actor.acting);
    bool any = false;

    El(h, "h2") Lit(h, "What it lets somebody do");
    for (size_t i = 0; request->site->features[i] != NULL; i++)
        if (gives_any(request->site->features[i], role)) {
            show_feature(h, request->site->features[i], role, council);
            any = true;
        }
    if (!any)
        page_empty(h, "This role gives nothing yet.",
                   "What it is for comes with its part of Ochil. Whoever has it sees what every "
                   "account sees.");
    El(h, "p") {
        Lit(h, "All of it is for the records of ");
        html_text(h, council);
        Lit(h, ", for which the role is given. Of what another council has recorded, it lets read "
               "what that council shares, and change what is joint; nothing else is shown.");
    }
}

enum err role_preview(struct request *request)
{
    enum role role;

    if (!role_parse(request_word(request, "role"), &role))
        return ERR_MISSING;
    struct html *h = page_begin(request, arena_print(request->arena, "What can the %s see?",
                                                     role_title(role)));
    El(h, "p") html_text(h, text_of(role_purpose(role)));
    show_menu(request, h, role);
    show_actions(request, h, role);
    return page_end(request, h, 200);
}
