#include "admin/admin_pages.h"

#include <stdio.h>

#include "identity/account.h"
#include "identity/account_password.h"
#include "identity/login_attempt.h"
#include "identity/session.h"

/* What `prepare` has found. */
struct login {
    struct login_attempt attempt;
    struct account       account;   /* id 0: nobody has this name */
    bool                 allowed;   /* not too many attempts */
    bool                 right;     /* the password */
};

static enum err show(struct request *request, const char *refusal, int status)
{
    struct field field[] = {
        { "login", "Login name", NULL, "text", "username", request_field(request, "login"),
          refusal },
        { "password", "Password", NULL, "password", "current-password", { "", 0 }, NULL },
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
    return err == ERR_MISSING ? OK : err;
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

    return err != OK ? err : show(request, "The login name or the password is wrong.", 422);
}

enum err login_make(struct request *request)
{
    const struct login *login = request->work;
    struct actor actor = { .account = login->account.id, .home = login->account.council,
                           .acting = login->account.council };
    struct secret secret;
    enum err err;

    if (!login->allowed) {
        err = show(request, "There were too many attempts. Wait five minutes and try again.",
                   429);
        http_answer_header(request->answer, "Retry-After", text_of("300"));
        return err;
    }
    if (!login->right || !login->account.open)
        return refuse(request, login);
    (void)snprintf(actor.login, sizeof actor.login, "%.*s", TEXT(login->account.login));
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
    http_answer_header(request->answer, "Clear-Site-Data", text_of("\"cache\", \"storage\""));
    return answer_done(request, Url("/login"), WORD_DONE_SIGNED_OUT);
}
