#include "admin/admin_pages.h"

#include <stdio.h>

#include "identity/account.h"
#include "identity/account_password.h"
#include "identity/login_attempt.h"
#include "identity/login_setting.h"
#include "identity/oidc_provider.h"
#include "identity/second_factor.h"
#include "identity/session.h"
#include "store/council.h"

/* What `prepare` has found. */
struct login {
    struct login_attempt attempt;
    struct account       account;   /* id 0: nobody has this name */
    struct actor         actor;     /* of that account */
    struct second_factor second;
    bool                 allowed;   /* not too many attempts */
    bool                 right;     /* the password */
    bool                 local;     /* the council's people may sign in with one */
};

/* Councils whose own login is on: a link to each. */
struct elsewhere {
    struct council council[KEYRING_MASTERS_MAX];
    size_t         count;
};

/* Those for this address; data NULL: all. */
static enum err find_elsewhere(struct request *request, struct text address,
                               struct elsewhere *out)
{
    struct councils councils;
    struct oidc_provider provider;
    struct text domains = { "", 0 };
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    *out = (struct elsewhere){ .count = 0 };
    for (size_t i = 0; i < councils.count && err == OK; i++) {
        const struct council *council = &councils.council[i];
        err = oidc_provider_read(request->tx, request->arena, council->id, &provider,
                                 request->trouble);
        const bool on = err == OK && provider.on;
        err = err == ERR_MISSING ? OK : err;
        if (on)
            err = oidc_domains_read(request->tx, request->arena, council->id, &domains,
                                    request->trouble);
        if (on && (address.data == NULL || oidc_domains_hold(domains, address)))
            out->council[out->count++] = *council;
    }
    return err;
}

static void links(const struct request *request, struct html *h, const struct elsewhere *elsewhere,
                  struct text address)
{
    for (size_t i = 0; i < elsewhere->count; i++)
        El(h, "p") El(h, "a") {
            const struct url there = url_segment(request->arena, Url("/login/with"),
                                                 elsewhere->council[i].code);
            LitAttr(h, "class", "ds_button");
            Href(h, "href", address.size == 0
                                ? there : UrlArg(request->arena, there, "address", address));
            Lit(h, "Sign in with the login of ");
            html_text(h, elsewhere->council[i].name);
        }
}

static enum err show(struct request *request, const char *refusal, int status)
{
    struct elsewhere elsewhere;
    enum err err = find_elsewhere(request, (struct text){ NULL, 0 }, &elsewhere);
    const bool any = err == OK && elsewhere.count > 0;
    struct field field[] = {
        { "login", any ? "Login name, or your address at the council" : "Login name", NULL, "text",
          "username", request_field(request, "login"), refusal },
        { "password", "Password", NULL, "password", "current-password", { "", 0 }, NULL },
        { "code", "Code", "Six digits from your telephone, or a recovery code, if you have set up "
          "a second factor. Else leave it empty.", "text", "one-time-code", { "", 0 }, NULL },
    };

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Sign in");
    page_errors(request, h, field, COUNT(field));
    links(request, h, &elsewhere, (struct text){ "", 0 });
    if (any)
        El(h, "h2") Lit(h, "With a password kept here");
    El(h, "p") Lit(h, "If you have no login name, or have lost your password, ask your council's "
                      "administrator.");
    Form(request, h, Url("/login")) {
        for (size_t i = 0; i < COUNT(field); i++)
            page_field(h, &field[i]);
        page_button(h, "Sign in");
    }
    return page_end(request, h, status);
}

/* An address instead of a login name: its council's login is shown the way to. */
static enum err show_way(struct request *request)
{
    const struct text address = request_field(request, "login");
    struct elsewhere elsewhere;
    enum err err = find_elsewhere(request, address, &elsewhere);

    if (err != OK || elsewhere.count == 0)
        return err != OK ? err : show(request, "No council's login is for this address. Sign in "
                                      "with your login name.", 422);
    struct html *h = page_begin(request, "Your council's login");
    El(h, "p") Lit(h, "You sign in where your council's people do, and come back here.");
    links(request, h, &elsewhere, address);
    return page_end(request, h, 200);
}

/* Without a password an address is asked for its council's login; with one it is a login name, as
 * addresses may be. */
static bool asks_the_way(const struct request *request, struct text login)
{
    return memchr(login.data, '@', login.size) != NULL &&
           request_field(request, "password").size == 0;
}

enum err login_show(struct request *request)
{
    return request->actor.account != 0 ? answer_redirect(request, Url("/"))
                                       : show(request, NULL, 200);
}

static enum err begin(struct tx *tx, void *context, struct trouble *trouble)
{
    struct request *request = context;
    struct login *login = request->work;

    return attempt_begin(tx, &login->attempt, &login->allowed, trouble);
}

static enum err find(struct tx *tx, void *context, struct trouble *trouble)
{
    struct request *request = context;
    struct login *login = request->work;
    enum err err = account_find(tx, request->arena, login->attempt.login, &login->account,
                                trouble);

    if (err == ERR_MISSING)
        login->account = (struct account){ 0 };
    if (err != OK)
        return err == ERR_MISSING ? OK : err;
    struct login_setting setting;
    err = login_setting_read(tx, login->account.council, &setting, trouble);
    login->local = setting.local_login || login->account.break_glass;
    if (err != OK)
        return err;
    login->actor = (struct actor){ .account = login->account.id, .home = login->account.council,
                                   .acting = login->account.council,
                                   .break_glass = login->account.break_glass };
    (void)snprintf(login->actor.login, sizeof login->actor.login, "%.*s",
                   TEXT(login->account.login));
    return second_factor_read(tx, request->arena, &login->actor, &login->second, trouble);
}

/* The attempt is counted before the password is looked at; that takes as long whether there is
 * such an account or not. */
enum err login_prepare(struct request *request)
{
    const struct db_scope nobody = { 0, request->arena };
    struct login *login = arena_take(request->arena, 1, sizeof *login);
    enum err err;

    login->attempt = (struct login_attempt){ request_field(request, "login"),
                                             request->http->address, request->happening.now };
    request->work = login;
    if (asks_the_way(request, login->attempt.login))
        return OK;
    err = db_write(request->site->db, nobody, begin, request, request->trouble);
    if (err == OK && login->allowed)
        err = db_read(request->site->db, nobody, find, request, request->trouble);
    if (err != OK || !login->allowed)
        return err;
    return password_try(login->account.password, request->site->cost,
                        request_field(request, "password"), &login->right, request->trouble);
}

/* What was typed is not told to the trail unless it is a name: it may be a password. */
static enum err refuse(struct request *request, const struct login *login)
{
    const bool known = login->account.id != 0;
    const struct identity_event event = {
        known ? login->account.login : text_of("unknown"), login->account.council,
        "login.refuse", "account", login->account.id, { 0 }
    };
    enum err err = identity_record(request->tx, &request->happening, &event, request->trouble);

    return err != OK ? err : show(request, "The login name, the password or the code is wrong.",
                                  422);
}

enum err login_make(struct request *request)
{
    const struct login *login = request->work;
    struct actor actor = login->actor;
    struct secret secret;
    bool good = false;
    enum err err;

    if (asks_the_way(request, login->attempt.login))
        return show_way(request);
    if (!login->allowed) {
        err = show(request, "There were too many attempts. Wait five minutes and try again.",
                   429);
        http_answer_header(request->answer, "Retry-After", text_of("300"));
        return err;
    }
    if (!login->right || !login->account.open || !login->local)
        return refuse(request, login);
    err = admin_code_good(request, &actor, &login->second, &good);
    if (err != OK || !good)
        return err != OK ? err : refuse(request, login);
    actor.strong = login->second.on;
    err = attempt_forgive(request->tx, &login->attempt, request->trouble);
    if (err == OK)
        err = session_make(request->tx, &request->happening, &actor, &secret, request->trouble);
    if (err != OK)
        return err;
    answer_cookie(request, &secret);
    return admin_go_on(request, &actor);
}

enum err logout_make(struct request *request)
{
    enum err err = session_end(request->tx, &request->happening, &request->actor,
                               request->actor.session, "logout", request->trouble);

    if (err != OK)
        return err;
    answer_cookie(request, NULL);
    http_answer_header(request->answer, "Clear-Site-Data", text_of("\"cache\", \"storage\""));
    return answer_done(request, Url("/login"), WORD_DONE_SIGNED_OUT);
}
