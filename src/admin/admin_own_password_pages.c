#include "admin/admin_pages.h"

#include "identity/account_password.h"
#include "identity/login_attempt.h"
#include "identity/login_setting.h"
#include "identity/second_factor.h"
#include "identity/session.h"

enum { PRESENT, CODE, CHOSEN, FIELDS = CHOSEN + PASSWORD_FIELDS };

/* What `prepare` leaves for `respond`. */
struct change {
    struct request      *request;
    struct account       account;       /* the actor's */
    struct second_factor second;
    struct login_attempt attempt;
    struct field         field[FIELDS];
    struct text          kept;          /* the new password, hashed */
    bool                 lets_in;       /* a password of the account's does, here */
    bool                 good;          /* the new one */
    bool                 allowed;       /* not too many attempts */
    bool                 right;         /* the present one */
};

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct change *change = context;
    const struct request *request = change->request;
    struct login_setting setting = { 0 };
    enum err err = account_get(tx, request->arena, request->actor.account, &change->account,
                               trouble);

    if (err == OK)
        err = login_setting_read(tx, change->account.council, &setting, trouble);
    if (err == OK)
        err = second_factor_read(tx, request->arena, &request->actor, &change->second, trouble);
    change->lets_in = change->account.password.size > 0 &&
                      (setting.local_login || change->account.break_glass);
    return err;
}

static void fill(struct request *request, struct change *change)
{
    *change = (struct change){ .request = request, .field = {
        [PRESENT] = { "present", "Your present password", NULL, "password", "current-password",
                      { "", 0 }, NULL },
        [CODE] = { "code", "Code", "Six digits from your telephone, or a recovery code.", "text",
                   "one-time-code", { "", 0 }, NULL },
    } };
    admin_password_fields(change->field + CHOSEN);
    change->field[CHOSEN + PASSWORD].label = "New password";
    change->field[CHOSEN + PASSWORD_AGAIN].label = "The new password again";
}

/* Who comes in by the council's own login alone. */
static void say_elsewhere(struct request *request, struct html *h)
{
    El(h, "p") {
        Lit(h, "No password that is kept here lets you in: you sign in with the login of ");
        html_text(h, admin_council_name(request, request->actor.home));
        Lit(h, ". Change your password there.");
    }
}

static enum err show(struct request *request, const struct change *change, int status)
{
    struct html *h = page_begin(request, "Your password");

    if (!change->lets_in) {
        say_elsewhere(request, h);
        return page_end(request, h, status);
    }
    page_errors(request, h, change->field, FIELDS);
    El(h, "p") Lit(h, "With another password you stay signed in here, and are signed out in every "
                      "other browser. Tokens of programs go on.");
    Form(request, h, Url("/account/password")) {
        for (size_t i = 0; i < FIELDS; i++)
            if (i != CODE || change->second.on)
                page_field(h, &change->field[i]);
        page_button(h, "Change it");
    }
    return page_end(request, h, status);
}

enum err own_password_show(struct request *request)
{
    struct change change;

    fill(request, &change);
    const enum err err = look(request->tx, &change, request->trouble);
    return err != OK ? err : show(request, &change, 200);
}

static enum err begin(struct tx *tx, void *context, struct trouble *trouble)
{
    struct change *change = context;

    return attempt_begin(tx, &change->attempt, &change->allowed, trouble);
}

/* As at the login: the attempt is counted, under the same name, before the present password is
 * looked at. One that has only mistyped the new one has tried nothing yet. */
enum err own_password_prepare(struct request *request)
{
    const struct db_scope nobody = { 0, request->arena };
    struct change *change = arena_take(request->arena, 1, sizeof *change);
    enum err err;

    fill(request, change);
    request->work = change;
    change->attempt = (struct login_attempt){ text_of(request->actor.login),
                                              request->http->address, request->happening.now };
    err = db_read(request->site->db, nobody, look, change, request->trouble);
    if (err == OK)
        err = admin_password_judge(request, change->account.login, change->field + CHOSEN,
                                   &change->good);
    if (err != OK || !change->good || !change->lets_in)
        return err;
    err = db_write(request->site->db, nobody, begin, change, request->trouble);
    if (err == OK && change->allowed)
        err = password_try(change->account.password, request->site->cost,
                           request_field(request, "present"), &change->right, request->trouble);
    if (err != OK || !change->right)
        return err;
    return password_keep(request->site->outside, request->site->cost, request->arena,
                         request_field(request, "password"), &change->kept, request->trouble);
}

static enum err refuse(struct request *request, struct change *change)
{
    const struct identity_event event = { change->account.login, change->account.council,
                                          "account.password.refuse", "account",
                                          change->account.id, { 0 } };
    enum err err = identity_record(request->tx, &request->happening, &event, request->trouble);

    change->field[PRESENT].error = change->second.on ? "The present password or the code is wrong."
                                                     : "The present password is wrong.";
    return err != OK ? err : show(request, change, 422);
}

/* Every session ends, this one too; it goes on under another id. */
static enum err renew(struct request *request, const struct change *change)
{
    struct actor actor = request->actor;
    struct account account = change->account;
    struct secret secret;
    enum err err = attempt_forgive(request->tx, &change->attempt, request->trouble);

    account.password = change->kept;
    actor.strong = change->second.on;
    if (err == OK)
        err = account_set_password(request->tx, &request->happening, &account, request->trouble);
    if (err == OK)
        err = session_make(request->tx, &request->happening, &actor, &secret, request->trouble);
    if (err != OK)
        return err;
    answer_cookie(request, &secret);
    return answer_done(request, Url("/account/password"), WORD_DONE_PASSWORD);
}

enum err own_password_change(struct request *request)
{
    struct change change = *(const struct change *)request->work;
    bool good = false;
    enum err err;

    if (!change.lets_in || !change.good)
        return show(request, &change, 422);
    if (!change.allowed) {
        change.field[PRESENT].error = "There were too many attempts. Wait five minutes and try "
                                      "again.";
        err = show(request, &change, 429);
        http_answer_header(request->answer, "Retry-After", text_of("300"));
        return err;
    }
    if (!change.right)
        return refuse(request, &change);
    err = admin_code_good(request, &request->actor, &change.second, &good);
    if (err != OK || !good)
        return err != OK ? err : refuse(request, &change);
    return renew(request, &change);
}
