#include "admin/admin_proof.h"

#include "identity/login_link.h"
#include "identity/oidc_provider.h"

/* What `prepare` leaves for `respond`. */
struct linking {
    struct proof      proof;
    struct login_link link;
    bool              on;       /* the council's login */
};

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct linking *linking = context;
    const struct request *request = linking->proof.request;
    const struct actor *actor = &request->actor;
    struct oidc_provider provider;
    enum err err = proof_look(tx, &linking->proof, trouble);

    if (err == OK)
        err = login_link_read(tx, request->arena, request->happening.now, actor->home,
                              actor->account, &linking->link, trouble);
    if (err != OK)
        return err;
    err = oidc_provider_read(tx, request->arena, actor->home, &provider, trouble);
    linking->on = err == OK && provider.on;
    return err == ERR_MISSING ? OK : err;
}

/* What the council's login calls whom it offers. */
static enum err open_name(struct request *request, const struct linking *linking,
                          struct text *name)
{
    struct seal_place place;
    enum err err = request_seal_place(request, request->tx, request->actor.home,
                                      LOGIN_LINK_PURPOSE, request->actor.account, &place,
                                      request->trouble);

    return err != OK ? err : words_unseal(request->arena, &place, linking->link.name, name,
                                          request->trouble);
}

/* --- what there is --- */

static void show_linked(struct request *request, struct html *h, const struct linking *linking)
{
    El(h, "p") {
        Lit(h, "Linked since ");
        page_moment(h, linking->link.linked_at);
        Lit(h, ": you can sign in with it.");
    }
    if (!linking->proof.lets_in) {
        El(h, "p") Lit(h, "It is your one way in, so only an administrator can end the link.");
        return;
    }
    El(h, "h2") Lit(h, "End the link");
    El(h, "p") Lit(h, "Afterwards your password here lets you in, and nothing else.");
    Form(request, h, Url("/account/council-login/end")) {
        proof_fields(h, &linking->proof);
        page_button(h, "End it");
    }
}

static enum err show_offer(struct request *request, struct html *h, const struct linking *linking)
{
    struct text name = { "", 0 };
    const enum err err = open_name(request, linking, &name);

    if (err != OK)
        return err;
    El(h, "p") {
        Lit(h, "There you are ");
        El(h, "strong") html_text(h, name);
        Lit(h, ". If that is not you, somebody else is signed in there in this browser: sign out "
               "there, and begin anew. Whoever signs in there as that person is you here, once "
               "you confirm it.");
    }
    Form(request, h, Url("/account/council-login")) {
        proof_fields(h, &linking->proof);
        page_button(h, "Link the two");
    }
    return OK;
}

static void show_way(struct html *h)
{
    El(h, "p") Lit(h, "Not linked. Sign in there once; then you come back here, see as whom, and "
                      "confirm it with your password.");
    El(h, "p") El(h, "a") {
        LitAttr(h, "class", "ds_button");
        Href(h, "href", Url("/account/council-login/go"));
        Lit(h, "Sign in there");
    }
}

static enum err show(struct request *request, const struct linking *linking, int status)
{
    struct html *h = page_begin(request, "Your council's login");
    enum err err = OK;

    page_errors(request, h, linking->proof.field, PROOF_FIELDS);
    if (linking->link.linked)
        show_linked(request, h, linking);
    else if (linking->proof.account.break_glass)
        El(h, "p") Lit(h, "A break-glass account is not linked: it is for the day when that login "
                          "lets nobody in.");
    else if (!linking->on)
        page_empty(h, "Your council does not sign in with a login of its own.",
                   "Ask an administrator whether it will.");
    else if (linking->link.offered)
        err = show_offer(request, h, linking);
    else
        show_way(h);
    return err != OK ? err : page_end(request, h, status);
}

enum err link_show(struct request *request)
{
    struct linking linking = { .on = false };

    proof_begin(request, &linking.proof);
    const enum err err = look(request->tx, &linking, request->trouble);
    return err != OK ? err : show(request, &linking, 200);
}

/* --- what is done --- */

enum err link_prepare(struct request *request)
{
    struct linking *linking = arena_take(request->arena, 1, sizeof *linking);
    enum err err;

    *linking = (struct linking){ .on = false };
    proof_begin(request, &linking->proof);
    request->work = linking;
    err = db_read(request->site->db, (struct db_scope){ 0, request->arena }, look, linking,
                  request->trouble);
    return err != OK ? err : proof_try(&linking->proof);
}

/* The page again when nothing is proven. `*status` 0: go on. */
static enum err settle(struct request *request, struct linking *linking, const char *refused,
                       int *status)
{
    const enum err err = proof_settle(&linking->proof, refused, status);

    return err != OK || *status == 0 ? err : show(request, linking, *status);
}

enum err link_confirm(struct request *request)
{
    struct linking linking = *(const struct linking *)request->work;
    int status = 0;
    enum err err = settle(request, &linking, "login.link.refuse", &status);

    if (err != OK || status != 0)
        return err;
    err = login_link_confirm(request->tx, &request->happening, &request->actor, request->trouble);
    return err != OK ? err : answer_done(request, Url("/account/council-login"),
                                         WORD_DONE_LINKED);
}

enum err link_end(struct request *request)
{
    struct linking linking = *(const struct linking *)request->work;
    int status = 0;
    enum err err = settle(request, &linking, "login.unlink.refuse", &status);

    if (err != OK || status != 0)
        return err;
    err = login_link_end(request->tx, &request->happening, text_of(request->actor.login),
                         &linking.proof.account, request->trouble);
    return err != OK ? err : answer_done(request, Url("/account/council-login"),
                                         WORD_DONE_UNLINKED);
}
