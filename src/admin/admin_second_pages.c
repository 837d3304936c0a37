#include "admin/admin_pages.h"
#include "admin/admin_qr.h"

#include "identity/second_factor.h"
#include "identity/session.h"
#include "store/council.h"

/* The secret that was sealed for the actor's account. */
static enum err open_secret(struct request *request, const struct actor *actor,
                            struct text sealed, struct totp_secret *out)
{
    struct seal_place place;
    struct text plain = { "", 0 };
    enum err err = request_seal_place(request, request->tx, actor->home, SECOND_FACTOR_PURPOSE,
                                      actor->account, &place, request->trouble);

    if (err == OK)
        err = words_unseal(request->arena, &place, sealed, &plain, request->trouble);
    if (err == OK && plain.size != sizeof out->bytes)
        err = fail(request->trouble, ERR_CHECK, "a second factor's secret is none");
    if (err == OK)
        memcpy(out->bytes, plain.data, sizeof out->bytes);
    return err;
}

enum err admin_second_matches(struct request *request, const struct actor *actor,
                              struct text sealed, int64_t used, struct text code,
                              int64_t *counter)
{
    struct totp_secret secret;
    enum err err = open_secret(request, actor, sealed, &secret);

    return err != OK ? err : totp_match(&secret, request->happening.now, used, code, counter,
                                        request->trouble);
}

enum err admin_code_good(struct request *request, const struct actor *actor,
                         const struct second_factor *second, bool *good)
{
    const struct text code = request_field(request, "code");
    int64_t counter = 0;
    enum err err;

    *good = !second->on;
    if (*good)
        return OK;
    if (code.size != TOTP_DIGITS)
        return recovery_code_use(request->tx, &request->happening, actor, code, good,
                                 request->trouble);
    err = admin_second_matches(request, actor, second->secret, second->counter, code, &counter);
    return err != OK || counter == 0 ? err
                                     : second_factor_use(request->tx, actor, counter, good,
                                                         request->trouble);
}

/* --- what there is --- */

static void intro(const struct request *request, struct html *h)
{
    El(h, "p") Lit(h, "A second factor is a code of six digits that a program on your telephone "
                      "makes anew every half minute. You type it beside your password, so that "
                      "who learns the password cannot come in with it.");
    if (request->actor.held_back)
        El(h, "p") El(h, "strong")
            Lit(h, "Your council asks for it: until you have signed in with one, roles of yours "
                   "do not count.");
}

static enum err show_on(struct request *request, struct html *h)
{
    int64_t left = 0;
    enum err err = recovery_codes_count(request->tx, &request->actor, &left, request->trouble);

    if (err != OK)
        return err;
    El(h, "p") {
        Lit(h, "It is set up. Of your ten recovery codes ");
        html_int(h, left);
        Lit(h, " are left.");
    }
    El(h, "h2") Lit(h, "New recovery codes");
    El(h, "p") Lit(h, "Makes ten others, to be printed. Those that you have are worth nothing "
                      "afterwards.");
    Form(request, h, Url("/second-factor/codes")) page_button(h, "Make new codes");
    El(h, "h2") Lit(h, "Another telephone");
    El(h, "p") Lit(h, "The one that you have goes on until a code of the new one was typed.");
    Form(request, h, Url("/second-factor")) page_button(h, "Set up another one");
    return OK;
}

enum err second_show(struct request *request)
{
    struct second_factor second;
    enum err err = second_factor_read(request->tx, request->arena, &request->actor, &second,
                                      request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Second factor");
    intro(request, h);
    if (second.on)
        err = show_on(request, h);
    else
        Form(request, h, Url("/second-factor")) page_button(h, "Set it up");
    return err != OK ? err : page_end(request, h, 200);
}

/* Who came in without a second factor changes none that is in force. */
static enum err may_change(struct request *request, struct second_factor *second, bool *may)
{
    enum err err = second_factor_read(request->tx, request->arena, &request->actor, second,
                                      request->trouble);

    *may = err == OK && (!second->on || request->actor.strong);
    return err;
}

static enum err refuse(struct request *request)
{
    return answer_error(request, 403, "Sign in with your code first",
                        "This session was begun without your second factor. Sign out, sign in "
                        "with a code or a recovery code, and try again.");
}

/* --- setting it up --- */

static enum err show_offer(struct request *request, const struct totp_secret *secret,
                           const char *wrong)
{
    const struct text login = text_of(request->actor.login);
    const struct field code = { "code", "The code that it shows now", "Six digits.", "text",
                                "one-time-code", { "", 0 }, wrong };
    struct html *h = page_begin(request, "Set up a second factor");

    page_errors(request, h, &code, 1);
    El(h, "p") Lit(h, "1. In the program on your telephone add an account: let it look at this "
                      "picture, or type the secret.");
    enum err err = qr_show(h, request->arena, totp_address(request->arena, secret, login),
                           "The secret as a picture for the program's camera", request->trouble);
    if (err != OK)
        return err;
    El(h, "dl") {
        page_entry(h, "Secret", totp_secret_words(request->arena, secret));
        page_entry(h, "Address, for a program on this machine",
                   totp_address(request->arena, secret, login));
    }
    El(h, "p") Lit(h, "2. Show that it works.");
    Form(request, h, Url("/second-factor/confirm")) {
        page_field(h, &code);
        page_button(h, "Confirm");
    }
    return page_end(request, h, wrong == NULL ? 200 : 422);
}

enum err second_offer(struct request *request)
{
    const struct actor *actor = &request->actor;
    struct second_factor second;
    struct totp_secret secret;
    struct seal_place place;
    struct text sealed = { "", 0 };
    bool may = false;
    enum err err = may_change(request, &second, &may);

    if (err != OK || !may)
        return err != OK ? err : refuse(request);
    if (request->site->outside->random(secret.bytes, sizeof secret.bytes) != 0)
        return fail(request->trouble, ERR_IO, "the system gives no random bytes");
    err = request_seal_place(request, request->tx, actor->home, SECOND_FACTOR_PURPOSE,
                             actor->account, &place, request->trouble);
    if (err == OK)
        err = words_seal(request->site->outside, request->arena, &place,
                         (struct text){ (const char *)secret.bytes, sizeof secret.bytes },
                         &sealed, request->trouble);
    if (err == OK)
        err = second_factor_offer(request->tx, &request->happening, actor, sealed,
                                  request->trouble);
    return err != OK ? err : show_offer(request, &secret, NULL);
}

/* The new codes, this once. */
static enum err show_codes(struct request *request)
{
    struct recovery_codes codes;
    enum err err = recovery_codes_make(request->tx, &request->happening, &request->actor, &codes,
                                       request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Your recovery codes");
    El(h, "p") Lit(h, "Print this page and keep it where your telephone is not. Each of these "
                      "codes lets you in once, beside your password, when you have no telephone. "
                      "They are not shown again.");
    El(h, "ul") {
        LitAttr(h, "class", "secret");
        for (int i = 0; i < RECOVERY_CODES; i++)
            El(h, "li") html_text(h, text_of(codes.code[i]));
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", Url("/"));
        Lit(h, "I have printed them: go on");
    }
    return page_end(request, h, 201);
}

/* More may be done from now on, so it is another session with another id. */
static enum err renew(struct request *request)
{
    struct actor actor = request->actor;
    struct secret secret;
    enum err err = session_end(request->tx, &request->happening, &request->actor,
                               request->actor.session, "logout", request->trouble);

    actor.strong = true;
    if (err == OK)
        err = session_make(request->tx, &request->happening, &actor, &secret, request->trouble);
    if (err != OK)
        return err;
    answer_cookie(request, &secret);
    request->cookie = text_of(arena_copy(request->arena, secret.text, sizeof secret.text));
    request->actor = actor;
    return OK;
}

enum err second_confirm(struct request *request)
{
    struct second_factor second;
    struct totp_secret secret;
    int64_t counter = 0;
    bool may = false;
    enum err err = may_change(request, &second, &may);

    if (err == OK && may && second.offered.data == NULL)
        return answer_redirect(request, Url("/second-factor"));
    if (err != OK || !may)
        return err != OK ? err : refuse(request);
    err = open_secret(request, &request->actor, second.offered, &secret);
    if (err == OK)
        err = totp_match(&secret, request->happening.now, 0, request_field(request, "code"),
                         &counter, request->trouble);
    if (err != OK)
        return err;
    if (counter == 0)
        return show_offer(request, &secret, "That is not the code that it shows. Try the next "
                                            "one; is the telephone's clock right?");
    err = second_factor_begin(request->tx, &request->happening, &request->actor, counter,
                              request->trouble);
    if (err == OK)
        err = renew(request);
    return err != OK ? err : show_codes(request);
}

enum err second_codes(struct request *request)
{
    struct second_factor second;
    bool may = false;
    enum err err = may_change(request, &second, &may);

    if (err != OK)
        return err;
    if (!second.on)
        return answer_redirect(request, Url("/second-factor"));
    return may ? show_codes(request) : refuse(request);
}
