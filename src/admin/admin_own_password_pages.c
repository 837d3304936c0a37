#include "admin/admin_proof.h"

#include "identity/account_password.h"
#include "identity/session.h"

/* What `prepare` leaves for `respond`. */
struct change {
    struct proof proof;
    struct field field[PASSWORD_FIELDS];
    struct text  kept;          /* the new password, hashed */
    bool         good;          /* the new one */
};

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct change *change = context;

    return proof_look(tx, &change->proof, trouble);
}

static void fill(struct request *request, struct change *change)
{
    *change = (struct change){ .good = false };
    proof_begin(request, &change->proof);
    admin_password_fields(change->field);
    change->field[PASSWORD].label = "New password";
    change->field[PASSWORD_AGAIN].label = "The new password again";
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
    struct field all[PROOF_FIELDS + PASSWORD_FIELDS];
    struct html *h = page_begin(request, "Your password");

    if (!change->proof.lets_in) {
        say_elsewhere(request, h);
        return page_end(request, h, status);
    }
    memcpy(all, change->proof.field, sizeof change->proof.field);
    memcpy(all + PROOF_FIELDS, change->field, sizeof change->field);
    page_errors(request, h, all, COUNT(all));
    El(h, "p") Lit(h, "With another password you stay signed in here, and are signed out in every "
                      "other browser. Tokens of programs go on.");
    Form(request, h, Url("/account/password")) {
        proof_fields(h, &change->proof);
        for (size_t i = 0; i < PASSWORD_FIELDS; i++)
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

/* Who has only mistyped the new one has tried nothing yet. */
enum err own_password_prepare(struct request *request)
{
    struct change *change = arena_take(request->arena, 1, sizeof *change);
    enum err err;

    fill(request, change);
    request->work = change;
    err = db_read(request->site->db, (struct db_scope){ 0, request->arena }, look, change,
                  request->trouble);
    if (err == OK)
        err = admin_password_judge(request, change->proof.account.login, change->field,
                                   &change->good);
    if (err == OK && change->good)
        err = proof_try(&change->proof);
    if (err != OK || !change->proof.right)
        return err;
    return password_keep(request->site->outside, request->site->cost, request->arena,
                         request_field(request, "password"), &change->kept, request->trouble);
}

/* Every session ends, this one too; it goes on under another id. */
static enum err renew(struct request *request, const struct change *change)
{
    struct actor actor = request->actor;
    struct account account = change->proof.account;
    struct secret secret;
    enum err err;

    account.password = change->kept;
    actor.strong = change->proof.second.on;
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
    int status = 422;
    const enum err err = change.good ? proof_settle(&change.proof, "account.password.refuse",
                                                    &status) : OK;

    if (err != OK)
        return err;
    return status == 0 ? renew(request, &change) : show(request, &change, status);
}
