#include "admin/admin_pages.h"

#include "identity/session.h"
#include "web/keep_form.h"

/* What the row is for: "Record a risk"; it may have gone with another version of the program. */
static struct text title_of(const struct request *request, const struct kept_form *kept)
{
    struct route_values values;
    const struct action *action = site_action(request->site, ACTION_POST, kept->path, &values);

    return action == NULL ? kept->path : text_of(action->summary);
}

/* A field's name as words: "review_due" is "Review due". */
static const char *label_of(struct arena *arena, struct text name)
{
    char *label = arena_copy(arena, name.data, name.size);

    for (size_t i = 0; i < name.size; i++)
        if (label[i] == '_' || label[i] == '-')
            label[i] = ' ';
    if (name.size > 0 && label[0] >= 'a' && label[0] <= 'z')
        label[0] = (char)(label[0] - 'a' + 'A');
    return arena_print(arena, "%.*s", (int)name.size, label);
}

static void hidden(struct html *h, struct text name, struct text value)
{
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    Attr(h, "name", name);
    Attr(h, "value", value);
}

static void show_typed(const struct request *request, struct html *h, const struct form *form)
{
    El(h, "dl") for (size_t i = 0; i < form->count; i++) {
        El(h, "dt") html_text(h, text_of(label_of(request->arena, form->name[i])));
        El(h, "dd") {
            LitAttr(h, "class", "lines");
            html_text(h, form->value[i]);
        }
    }
}

/* Only for the council that it was typed for. */
static void show_sending(struct request *request, struct html *h, const struct kept_form *kept,
                         const struct form *form)
{
    struct url there, form_there;

    if (kept->acting != request->actor.acting) {
        El(h, "p") {
            Lit(h, "You had typed it for ");
            html_text(h, admin_council_name(request, kept->acting));
            Lit(h, ". Act for that council, then come back here to go on.");
        }
        return;
    }
    if (form_place(request, kept, &form_there))
        El(h, "p") El(h, "a") {
            char id[24];

            (void)snprintf(id, sizeof id, "%lld", (long long)kept->id);
            Href(h, "href", UrlArg(request->arena, form_there, KEPT_FORM_FIELD, text_of(id)));
            Lit(h, "Go on with it in the form");
        }
    if (kept->session == 0 || !url_sent(kept->path, &there))
        return;
    Form(request, h, there) {
        for (size_t i = 0; i < form->count; i++)
            hidden(h, form->name[i], form->value[i]);
        hidden(h, text_of(KEPT_FORM_FIELD),
               text_of(arena_print(request->arena, "%lld", (long long)kept->id)));
        page_button(h, "Send it now");
    }
}

enum err form_show(struct request *request)
{
    struct kept_form kept = { 0 };
    struct form form = { .count = 0 };
    enum err err = kept_form_get(request->tx, request->arena, request->happening.now,
                                 &request->actor, request_number(request, "form"), &kept,
                                 request->trouble);

    if (err == OK)
        err = form_open_kept(request, &kept, &form);
    const bool opens = err == OK;
    if (err != OK && err != ERR_CHECK)
        return err;
    struct html *h = page_begin(request, "What you had typed");
    El(h, "p") {
        El(h, "strong") html_text(h, title_of(request, &kept));
        Lit(h, ", ");
        page_moment(h, kept.kept_at);
    }
    if (opens) {
        El(h, "p") {
            if (kept.session != 0)
                Lit(h, "Your session had ended when you sent this, so nothing was done with it. ");
            Lit(h, "It waits here for thirty days, and nobody else sees it.");
        }
        show_typed(request, h, &form);
        show_sending(request, h, &kept, &form);
    } else {
        El(h, "p") Lit(h, "What you had typed cannot be read any more: the council's key is "
                          "another one now, or the store is damaged.");
    }
    Form(request, h, url_segment(request->arena, url_id(request->arena, Url("/kept-forms"),
                                                        kept.id), text_of("discard")))
        page_button(h, "Discard it");
    return page_end(request, h, 200);
}

enum err form_discard(struct request *request)
{
    const enum err err = kept_form_drop(request->tx, &request->actor,
                                        request_number(request, "form"), request->trouble);

    return err != OK ? err : answer_done(request, Url("/"), WORD_DONE_FORM_DISCARDED);
}

/* --- where it is found --- */

enum err admin_show_forms(struct request *request, struct html *h)
{
    struct kept_forms forms;
    const enum err err = kept_form_list(request->tx, request->arena, request->happening.now,
                                        &request->actor, &forms, request->trouble);

    if (err != OK || forms.count == 0)
        return err;
    El(h, "h2") Lit(h, "What you have begun");
    El(h, "p") Lit(h, "Forms that you have filled in and not sent, seen by you alone. Each waits "
                      "for thirty days; of more than twenty the oldest goes.");
    El(h, "ul") for (size_t i = 0; i < forms.count; i++)
        El(h, "li") {
            El(h, "a") {
                Href(h, "href", url_id(request->arena, Url("/kept-forms"), forms.form[i].id));
                html_text(h, title_of(request, &forms.form[i]));
            }
            Lit(h, ", ");
            page_moment(h, forms.form[i].kept_at);
        }
    return OK;
}

enum err admin_go_on(struct request *request, const struct actor *actor)
{
    struct url there = Url("/");
    struct kept_forms forms = { NULL, 0 };
    struct actor before = { 0 };
    enum err err = session_find_expired(request->tx, request->happening.now, request->cookie,
                                        &before, request->trouble);

    /* Somebody else's, who sat here before, is not looked for. */
    if (err == OK && before.account == actor->account)
        err = kept_form_list(request->tx, request->arena, request->happening.now, actor, &forms,
                             request->trouble);
    if (err != OK && err != ERR_MISSING)
        return err;
    for (size_t i = forms.count; i-- > 0;)
        if (forms.form[i].session == before.session)
            there = url_id(request->arena, Url("/kept-forms"), forms.form[i].id);
    return answer_redirect(request, there);
}
