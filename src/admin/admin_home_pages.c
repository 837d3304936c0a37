#include "admin/admin_box.h"
#include "admin/admin_pages.h"

#include <assert.h>

#include "identity/break_glass.h"
#include "identity/role_grant.h"
#include "identity/session.h"
#include "register/register_pages.h"
#include "register/two_key_desk.h"
#include "store/council.h"
#include "web/home_part.h"

struct text admin_council_name(struct request *request, int64_t council)
{
    return page_council(request, council);
}

/* The actor as it would be in another council: its roles there. */
static enum err act_for(struct request *request, int64_t council, struct actor *out, bool *any)
{
    *out = request->actor;
    out->acting = council;
    *any = false;
    if (out->break_glass)
        return OK;
    enum err err = grant_roles(request->tx, request->happening.now, out, request->trouble);
    *any = council == out->home;
    for (enum role role = 0; role < ROLES; role++)
        *any |= actor_has_role(out, role);
    return err;
}

static enum err show_others(struct request *request, struct html *h)
{
    struct councils councils;
    struct actor actor;
    bool any = false;
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    for (size_t i = 0; i < councils.count && err == OK; i++) {
        const struct council *council = &councils.council[i];
        if (council->id == request->actor.acting)
            continue;
        err = act_for(request, council->id, &actor, &any);
        if (err != OK || !any)
            continue;
        Form(request, h, Url("/acting")) {
            Void(h, "input");
            LitAttr(h, "type", "hidden");
            LitAttr(h, "name", "council");
            Attr(h, "value", council->code);
            El(h, "button") {
                LitAttr(h, "type", "submit");
                Lit(h, "Act for ");
                html_text(h, council->name);
            }
        }
    }
    return err;
}

/* For administrators of every council: nobody uses a break-glass account unseen. */
static enum err show_uses(struct request *request, struct html *h)
{
    struct break_glass_uses uses;
    enum err err = break_glass_uses(request->tx, request->arena, request->happening.now, &uses,
                                    request->trouble);

    if (err != OK || uses.count == 0)
        return err;
    El(h, "h2") Lit(h, "Break-glass accounts were used");
    El(h, "p") Lit(h, "In the last thirty days. Ask that council why, if you do not know; the "
                      "trail tells what was done.");
    El(h, "ul") for (size_t i = 0; i < uses.count; i++)
        El(h, "li") {
            html_text(h, admin_council_name(request, uses.use[i].council));
            Lit(h, ": ");
            page_moment(h, uses.use[i].at);
        }
    return OK;
}

static size_t home_parts(const struct request *request)
{
    size_t parts = 0;

    while (request->site->home != NULL && request->site->home[parts] != NULL)
        parts++;
    assert(parts <= HOME_PARTS_MOST);
    return parts;
}

/* This page is of the person's own affairs, what waits is of the council acted for. */
static enum err load_waits(struct request *request, struct two_key_waits *waits,
                           struct entry_waits *entries, const void *found[HOME_PARTS_MOST])
{
    enum err err = tx_scope(request->tx, request->actor.acting, request->trouble);

    if (err == OK)
        err = two_key_waits(request, waits);
    if (err == OK)
        err = entry_waits_load(request, entries);
    for (size_t i = 0; i < home_parts(request) && err == OK; i++)
        err = request->site->home[i]->load(request, &found[i]);
    return err != OK ? err : tx_scope(request->tx, request->council, request->trouble);
}

static void show_proposals(struct html *h, const struct two_key_waits *waits)
{
    El(h, "p") {
        El(h, "a") {
            Href(h, "href", Url("/proposals"));
            html_int(h, waits->count);
            html_text(h, text_of(waits->count == 1 ? " proposal" : " proposals"));
        }
        html_text(h, text_of(waits->count == 1 ? ", proposed on " : ", the oldest proposed on "));
        page_day(h, day_of(waits->oldest));
        Lit(h, ".");
    }
}

static enum err show_waits(struct request *request, struct html *h)
{
    struct two_key_waits waits;
    struct entry_waits entries;
    const void *found[HOME_PARTS_MOST] = { NULL };
    const enum err err = load_waits(request, &waits, &entries, found);

    if (err != OK)
        return err;
    bool any = waits.count > 0 || entries.count > 0;
    for (size_t i = 0; i < HOME_PARTS_MOST; i++)
        any = any || found[i] != NULL;
    El(h, "h2") Lit(h, "Waiting for you");
    if (!any)
        page_empty(h, "Nothing waits for you.",
                   "What is for you to do or to decide will stand here. Until then the menu "
                   "above leads to all that you may see.");
    for (size_t i = 0; i < HOME_PARTS_MOST; i++)
        if (found[i] != NULL)
            request->site->home[i]->show(request, h, found[i]);
    if (waits.count > 0)
        show_proposals(h, &waits);
    if (entries.count > 0)
        entry_waits_shown(request, h, &entries);
    return OK;
}

/* "head of service for Education" */
static void show_role(struct html *h, const struct actor *actor, enum role role, bool *any)
{
    if (actor->role[role])
        El(h, "dd") box_role(h, role, text_of(""));
    for (size_t i = 0; i < actor->services; i++)
        if (actor->service[i].role[role])
            El(h, "dd") box_role(h, role, text_of(actor->service[i].name));
    *any |= actor_has_role(actor, role);
}

enum err home_show(struct request *request)
{
    const struct actor *actor = &request->actor;
    struct html *h = page_begin(request, "Home");
    bool any = false;

    enum err err = admin_show_forms(request, h);
    if (err == OK)
        err = show_waits(request, h);
    if (err == OK)
        err = saved_views_home(request, h);
    if (err != OK)
        return err;
    El(h, "h2") Lit(h, "Who you are here");
    El(h, "dl") {
        page_entry(h, "You are", text_of(actor->login));
        page_entry(h, "Your council", admin_council_name(request, actor->home));
        page_entry(h, "You act for", admin_council_name(request, actor->acting));
        El(h, "dt") Lit(h, "Your roles there");
        for (enum role role = 0; role < ROLES; role++)
            show_role(h, actor, role, &any);
        if (!any)
            El(h, "dd") Lit(h, "None today");
    }
    if (actor->held_back)
        El(h, "p") {
            El(h, "strong") Lit(h, "Roles of yours do not count yet: your council asks for a "
                                   "second factor. ");
            El(h, "a") {
                Href(h, "href", Url("/second-factor"));
                Lit(h, "Set it up");
            }
        }
    err = show_others(request, h);
    if (err == OK && actor_may(actor, MAY_SET_LOGIN))
        err = show_uses(request, h);
    if (err == OK && actor->role[ROLE_ADMINISTRATOR])
        err = admin_show_set_up(request, h);
    return err != OK ? err : page_end(request, h, 200);
}

/* Other rights, so another session with another id: the old one ends. */
enum err acting_change(struct request *request)
{
    const struct happening *happening = &request->happening;
    struct council council;
    struct actor actor;
    struct secret secret;
    bool any = false;
    enum err err = council_find(request->tx, request->arena, request_field(request, "council"),
                                &council, request->trouble);

    if (err == OK)
        err = act_for(request, council.id, &actor, &any);
    if (err != OK)
        return err;
    if (!any)
        return ERR_MISSING;
    err = session_end(request->tx, happening, &request->actor, request->actor.session, "logout",
                      request->trouble);
    if (err == OK)
        err = session_make(request->tx, happening, &actor, &secret, request->trouble);
    if (err != OK)
        return err;
    answer_cookie(request, &secret);
    return answer_done(request, Url("/"), WORD_DONE_ACTING);
}
