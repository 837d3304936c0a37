#include "admin/admin_pages.h"

#include <stdio.h>

#include "identity/account.h"
#include "identity/account_password.h"
#include "identity/login_attempt.h"
#include "identity/second_factor.h"
#include "identity/session.h"

/* What `prepare` has found. */
struct login {
    struct login_attempt attempt;
    struct account       account;   /* id 0: nobody has this name */
    struct actor         actor;     /* of that account */
    struct second_factor second;
    bool                 allowed;   /* not too many attempts */
    bool                 right;     /* the password */
};

static enum err show(struct request *request, const char *refusal, int status)
{
    struct field field[] = {
        { "login", "Login name", NULL, "text", "username", request_field(request, "login"),
          refusal },
        { "password", "Password", NULL, "password", "current-password", { "", 0 }, NULL },
        { "code", "Code", "Six digits from your telephone, or a recovery code, if you have set up "
          "a second factor. Else leave it empty.", "text", "one-time-code", { "", 0 }, NULL },
    };
    struct html *h = page_begin(request, "Sign in");

    page_errors(request, h, field, COUNT(field));
    El(h, "p") Lit(h, "If you have no login name, or have lost your password, ask your council's "
                      "administrator.");
    Form(request, h, Url("/login")) {
        for (size_t i = 0; i < COUNT(field); i++)
            page_field(h, &field[i]);
        page_button(h, "Sign in");
    }
    return page_end(request, h, status);
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
    login->actor = (struct actor){ .account = login->account.id, .home = login->account.council,
                                   .acting = login->account.council };
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

    return err != OK ? err : show(request, "The login name, the password or the code is wrong.", 422);
}

/* The code beside a right password, if there must be one. */
static enum err try_code(struct request *request, const struct login *login, bool *good)
{
    const struct text code = request_field(request, "code");
    int64_t counter = 0;
    enum err err;

    *good = !login->second.on;
    if (*good)
        return OK;
    if (code.size != TOTP_DIGITS)
        return recovery_code_use(request->tx, &request->happening, &login->actor, code, good,
                                 request->trouble);
    err = admin_second_matches(request, &login->actor, login->second.secret,
                               login->second.counter, code, &counter);
    return err != OK || counter == 0 ? err
                                     : second_factor_use(request->tx, &login->actor, counter,
                                                         good, request->trouble);
}

enum err login_make(struct request *request)
{
    const struct login *login = request->work;
    struct actor actor = login->actor;
    struct secret secret;
    bool good = false;
    enum err err;

    if (!login->allowed) {
        err = show(request, "There were too many attempts. Wait five minutes and try again.",
                   429);
        http_answer_header(request->answer, "Retry-After", text_of("300"));
        return err;
    }
    if (!login->right || !login->account.open)
        return refuse(request, login);
    err = try_code(request, login, &good);
    if (err != OK || !good)
        return err != OK ? err : refuse(request, login);
    actor.strong = login->second.on;
    err = attempt_forgive(request->tx, &login->attempt, request->trouble);
    if (err == OK)
        err = session_make(request->tx, &request->happening, &actor, &secret, request->trouble);
    if (err != OK)
        return err;
    answer_cookie(request, &secret);
    return answer_redirect(request, Url("/"));
}

enum err logout_make(struct request *request)
{
    enum err err = session_end(request->tx, &request->happening, &request->actor,
                               request->actor.session, "logout", request->trouble);

    if (err != OK)
        return err;
    answer_cookie(request, NULL);
    return answer_done(request, Url("/login"), WORD_DONE_SIGNED_OUT);
}
