#include "admin/admin_pages.h"

#include <stdio.h>

#include "identity/account.h"
#include "identity/account_password.h"
#include "identity/one_time_link.h"
#include "identity/role_grant.h"
#include "identity/session.h"

enum { LOGIN, PASSWORDS, FIELDS = PASSWORDS + PASSWORD_FIELDS };

/* What was typed, judged; what `prepare` leaves for `respond`. */
struct first {
    struct field field[FIELDS];
    struct text  kept;          /* the password, hashed */
    bool         good;
};

void admin_password_fields(struct field field[PASSWORD_FIELDS])
{
    field[PASSWORD] = (struct field){ "password", "Password",
                                      "At least 12 characters, and none that "
                                      "is known from thefts. Several words are good.",
                                      "password", "new-password", { "", 0 }, NULL };
    field[PASSWORD_AGAIN] = (struct field){ "again", "The same password again", NULL, "password",
                                            "new-password", { "", 0 }, NULL };
}

struct reading {
    struct arena   *arena;
    struct councils councils;
};

static enum err read_councils(struct tx *tx, void *context, struct trouble *trouble)
{
    struct reading *reading = context;

    return councils_read(tx, reading->arena, &reading->councils, trouble);
}

enum err admin_password_judge(const struct request *request, struct text login,
                              struct field field[PASSWORD_FIELDS], bool *good)
{
    const struct text password = request_field(request, "password");
    struct reading reading = { request->arena, { NULL, 0 } };
    const enum err err = db_read(request->site->db, (struct db_scope){ 0, request->arena },
                                 read_councils, &reading, request->trouble);

    if (err != OK)
        return err;
    const enum password_refusal refusal = password_judge(password, login, &reading.councils);
    if (refusal != PASSWORD_FINE)
        field[PASSWORD].error = password_refusal_sentence(refusal);
    else if (!text_equal(password, request_field(request, "again")))
        field[PASSWORD_AGAIN].error = "The two passwords differ.";
    *good = field[PASSWORD].error == NULL && field[PASSWORD_AGAIN].error == NULL;
    return OK;
}

static void fill(const struct request *request, struct first *first)
{
    *first = (struct first){ .field = {
        [LOGIN] = { "login", "Login name",
                    "2 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter; an "
                    "address of mail, too. "
                    "It stands in the trail beside all you do.",
                    "text", "username", request_field(request, "login"), NULL },
    } };
    admin_password_fields(first->field + PASSWORDS);
}

static enum err judge(const struct request *request, struct first *first)
{
    const struct text login = request_field(request, "login");
    bool good = false;
    const enum err err = admin_password_judge(request, login, first->field + PASSWORDS, &good);

    if (!login_is(login))
        first->field[LOGIN].error = "Choose a login name of the form below.";
    first->good = good && first->field[LOGIN].error == NULL;
    return err;
}

enum err admin_link_unusable(struct request *request)
{
    return answer_error(request, 404, "This link cannot be used",
                        "It was used already, its seven days are over, or it was not copied "
                        "whole. If you have chosen your password by it, sign in; else ask "
                        "whoever gave it to you for another one.");
}

static enum err show(struct request *request, const struct first *first, int64_t council)
{
    const struct text name = admin_council_name(request, council);
    struct html *h = page_begin(request, "Become the first administrator");

    page_errors(request, h, first->field, FIELDS);
    El(h, "p") {
        Lit(h, "You are about to become the council administrator of ");
        El(h, "strong") html_text(h, name);
        Lit(h, ". This link works once.");
    }
    Form(request, h, url_segment(request->arena, Url("/first"), request_word(request, "token"))) {
        for (size_t i = 0; i < FIELDS; i++)
            page_field(h, &first->field[i]);
        page_button(h, "Make the account");
    }
    return page_end(request, h, first->good || first->field[LOGIN].value.size == 0 ? 200 : 422);
}

enum err first_show(struct request *request)
{
    struct one_time_link link;
    struct first first;
    enum err err = link_find(request->tx, request->happening.now, LINK_ADMINISTRATOR,
                             request_word(request, "token"), &link, request->trouble);

    if (err != OK)
        return err == ERR_MISSING ? admin_link_unusable(request) : err;
    fill(request, &first);
    return show(request, &first, link.council);
}

struct looking {
    struct request      *request;
    struct one_time_link link;
};

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct looking *looking = context;

    return link_find(tx, looking->request->happening.now, LINK_ADMINISTRATOR,
                     request_word(looking->request, "token"), &looking->link, trouble);
}

/* The password is hashed only for who holds a good link. */
enum err first_prepare(struct request *request)
{
    struct first *first = arena_take(request->arena, 1, sizeof *first);
    struct looking looking = { request, { 0 } };
    enum err err;

    fill(request, first);
    request->work = first;
    if ((err = judge(request, first)) != OK || !first->good)
        return err;
    err = db_read(request->site->db, (struct db_scope){ 0, request->arena }, look, &looking,
                  request->trouble);
    if (err != OK)
        return err == ERR_MISSING ? OK : err;
    return password_keep(request->site->outside, request->site->cost, request->arena,
                         request_field(request, "password"), &first->kept, request->trouble);
}

/* The account, its role, the link that is then used, and a first session: all or nothing. */
static enum err make(struct request *request, const struct first *first,
                     struct one_time_link link, struct account *account)
{
    const struct happening *happening = &request->happening;
    struct tx *tx = request->tx;
    struct role_grant grant = { .council = link.council, .role = ROLE_ADMINISTRATOR,
                                .starts = day_of(happening->now), .endless = true };
    enum err err;

    *account = (struct account){ .council = link.council, .password = first->kept,
                                 .login = request_field(request, "login") };
    err = account_add(tx, happening, account->login, account, request->trouble);
    if (err == OK)
        err = link_use(tx, happening, link, account->login, request->trouble);
    grant.account = account->id;
    if (err == OK)
        err = grant_make(tx, happening, account->login, &grant, request->trouble);
    return err;
}

static enum err sign_in(struct request *request, const struct account *account)
{
    struct actor actor = { .account = account->id, .home = account->council,
                           .acting = account->council };
    struct secret secret;

    (void)snprintf(actor.login, sizeof actor.login, "%.*s", TEXT(account->login));
    enum err err = session_make(request->tx, &request->happening, &actor, &secret,
                                request->trouble);
    if (err != OK)
        return err;
    answer_cookie(request, &secret);
    return answer_redirect(request, Url("/"));
}

enum err first_make(struct request *request)
{
    struct first first = *(const struct first *)request->work;
    struct one_time_link link;
    struct account account;
    struct trouble said = { 0 };
    struct trouble *trouble = request->trouble;
    enum err err = link_find(request->tx, request->happening.now, LINK_ADMINISTRATOR,
                             request_word(request, "token"), &link, trouble);

    if (err != OK)
        return err == ERR_MISSING ? admin_link_unusable(request) : err;
    if (!first.good)
        return show(request, &first, link.council);
    request->trouble = &said;
    err = make(request, &first, link, &account);
    request->trouble = trouble;
    if (err == OK)
        return sign_in(request, &account);
    if (err != ERR_CONFLICT)
        return fail(trouble, err, "%s", said.text);
    /* The name was found taken before anything was written. */
    first.field[LOGIN].error = "This login name is taken. Choose another one.";
    first.good = false;
    return show(request, &first, link.council);
}
