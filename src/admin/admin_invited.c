#include "admin/admin_invited.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "identity/second_factor.h"
#include "web/credential.h"

#define STAMP_DIGITS ((size_t)12)
#define HASH_DIGITS ((size_t)SHA256_HEX_SIZE - 1)

static struct url token_url(struct request *request, struct text token, const char *word)
{
    return url_segment(request->arena, url_segment(request->arena, Url("/password"), token),
                       text_of(word));
}

/* An account that is linked, or has a second factor, or is for the day when that login fails, is
 * not one for this. */
static enum err may_be_linked(struct tx *tx, struct request *request, struct invited *invited,
                              struct trouble *trouble)
{
    const struct account *account = &invited->account;
    const struct actor owner = { .account = account->id, .home = account->council };
    struct second_factor second = { 0 };
    struct login_link link = { .linked = false };
    enum err err = oidc_provider_read(tx, request->arena, account->council, &invited->provider,
                                      trouble);

    if (err != OK || !invited->provider.on || account->break_glass)
        return err == ERR_MISSING ? OK : err;
    err = login_link_read(tx, request->arena, request->happening.now, account->council,
                          account->id, &link, trouble);
    if (err == OK)
        err = second_factor_read(tx, request->arena, &owner, &second, trouble);
    invited->may = err == OK && !link.linked && !second.on;
    return err;
}

enum err invited_find(struct tx *tx, struct request *request, struct text token,
                      struct invited *out, struct trouble *trouble)
{
    *out = (struct invited){ .token = token };
    enum err err = link_find(tx, request->happening.now, LINK_PASSWORD, token, &out->link,
                             trouble);

    if (err == OK)
        err = account_get(tx, request->arena, out->link.account, &out->account, trouble);
    out->found = err == OK && out->account.open;
    if (err != OK || !out->found)
        return err == ERR_MISSING ? OK : err;
    return may_be_linked(tx, request, out, trouble);
}

void invited_way(struct request *request, struct html *h, const struct invited *invited)
{
    if (!invited->may)
        return;
    El(h, "h2") Lit(h, "Without a password");
    El(h, "p") {
        El(h, "a") {
            Href(h, "href", token_url(request, invited->token, "go"));
            Lit(h, "Sign in with the login of ");
            html_text(h, page_council(request, invited->account.council));
        }
        Lit(h, ": it then lets you in here as this account. You come back here first, and confirm "
               "it.");
    }
}

/* --- there --- */

enum err invited_go(struct request *request)
{
    struct invited invited;
    enum err err = invited_find(request->tx, request, request_word(request, "token"), &invited,
                                request->trouble);

    if (err != OK || !invited.found || !invited.may)
        return err != OK ? err : admin_link_unusable(request);
    for (size_t i = 0; i < request->councils.count; i++)
        if (request->councils.council[i].id == invited.account.council) {
            answer_invite(request, invited.token);
            return admin_send_there(request, &request->councils.council[i], &invited.provider,
                                    OIDC_INVITED);
        }
    return ERR_MISSING;
}

/* --- and back --- */

static enum err place_of(struct tx *tx, struct request *request, const struct account *account,
                         struct seal_place *place, struct trouble *trouble)
{
    return request_seal_place(request, tx, account->council, LOGIN_LINK_PURPOSE, account->id,
                              place, trouble);
}

/* Who it was, and when, for the form alone. */
static enum err seal(struct tx *tx, struct request *request, const char *hash,
                     struct invited *invited, struct trouble *trouble)
{
    const char *words = arena_print(request->arena, "%s%012llx", hash,
                                    (unsigned long long)request->happening.now.ms);
    struct seal_place place;
    struct text sealed = { "", 0 };
    enum err err = place_of(tx, request, &invited->account, &place, trouble);

    if (err == OK)
        err = words_seal(request->site->outside, request->arena, &place, text_of(words), &sealed,
                         trouble);
    if (err != OK)
        return err;
    char *hex = arena_take(request->arena, 2 * sealed.size + 1, 1);
    invited->sealed = sodium_bin2hex(hex, 2 * sealed.size + 1,
                                     (const unsigned char *)sealed.data, sealed.size);
    return OK;
}

enum err invited_offer(struct tx *tx, struct request *request,
                       const struct oidc_provider *provider, const struct oidc_claims *claims,
                       struct invited *out, struct trouble *trouble)
{
    const struct text token = cookie_value(http_header(request->http, "cookie"), COOKIE_INVITE);
    char hash[SHA256_HEX_SIZE];

    if (!secret_is(token))
        return fail(trouble, ERR_REFUSED, "This sign-in was begun in another browser, or more than "
                    "ten minutes ago. Begin anew.");
    enum err err = invited_find(tx, request, token, out, trouble);
    if (err == OK && (!out->found || !out->may))
        return fail(trouble, ERR_REFUSED, "The link was used meanwhile, or is over.");
    if (err == OK)
        err = login_link_judge(tx, request->arena, provider, claims, &out->account, hash, trouble);
    out->name = claims->name.size > 0 ? claims->name : claims->subject;
    return err != OK ? err : seal(tx, request, hash, out, trouble);
}

enum err invited_show(struct request *request, const struct invited *invited)
{
    struct html *h = page_begin(request, "Is this you?");

    El(h, "p") {
        Lit(h, "There you are ");
        El(h, "strong") html_text(h, invited->name);
        Lit(h, ", here the account ");
        El(h, "strong") html_text(h, invited->account.login);
        Lit(h, ". If one of the two is not you, leave this page, and do not confirm it. Whoever "
               "signs in there as that person is this account from then on.");
    }
    Form(request, h, token_url(request, invited->token, "login")) {
        Void(h, "input");
        LitAttr(h, "type", "hidden");
        LitAttr(h, "name", "offer");
        Attr(h, "value", text_of(invited->sealed));
        page_button(h, "Link the two");
    }
    return page_end(request, h, 200);
}

/* The hash of whom it was, at most ten minutes ago. ERR_REFUSED, with words. */
static enum err open_offer(struct request *request, const struct invited *invited,
                           char hash[SHA256_HEX_SIZE])
{
    const struct text hex = request_field(request, "offer");
    unsigned char *bytes = arena_take(request->arena, hex.size / 2 + 1, 1);
    struct text words = { "", 0 };
    struct seal_place place;
    size_t size = 0;
    char stamp[STAMP_DIGITS + 1] = "";
    enum err err = place_of(request->tx, request, &invited->account, &place, request->trouble);

    if (err == OK && sodium_hex2bin(bytes, hex.size / 2 + 1, hex.data, hex.size, NULL, &size,
                                    NULL) == 0)
        err = words_unseal(request->arena, &place, (struct text){ (const char *)bytes, size },
                           &words, request->trouble);
    if (err == ERR_CHECK || (err == OK && words.size != HASH_DIGITS + STAMP_DIGITS))
        return fail(request->trouble, ERR_REFUSED, "This form is not one of ours. Begin anew.");
    if (err != OK)
        return err;
    memcpy(hash, words.data, HASH_DIGITS);
    hash[HASH_DIGITS] = '\0';
    memcpy(stamp, words.data + HASH_DIGITS, STAMP_DIGITS);
    return request->happening.now.ms - (int64_t)strtoull(stamp, NULL, 16) < LOGIN_LINK_MS
               ? OK : fail(request->trouble, ERR_REFUSED,
                           "That was more than ten minutes ago. Begin anew.");
}

enum err invited_take(struct request *request)
{
    struct invited invited;
    char hash[SHA256_HEX_SIZE];
    enum err err = invited_find(request->tx, request, request_word(request, "token"), &invited,
                                request->trouble);

    if (err != OK || !invited.found || !invited.may)
        return err != OK ? err : admin_link_unusable(request);
    err = open_offer(request, &invited, hash);
    if (err == OK)
        err = link_use(request->tx, &request->happening, invited.link, invited.account.login,
                       request->trouble);
    if (err == OK)
        err = login_link_take(request->tx, &request->happening, &invited.account, hash,
                              request->trouble);
    if (err != OK)
        return err;
    answer_invite(request, text_of(""));
    return answer_done(request, Url("/login"), WORD_DONE_LINKED);
}
