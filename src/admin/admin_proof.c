#include "admin/admin_proof.h"

#include "identity/account_password.h"
#include "identity/login_setting.h"

void proof_begin(struct request *request, struct proof *proof)
{
    *proof = (struct proof){
        .request = request,
        .attempt = { text_of(request->actor.login), request->http->address,
                     request->happening.now },
        .field = {
            [PROOF_PRESENT] = { "present", "Your present password", NULL, "password",
                                "current-password", { "", 0 }, NULL },
            [PROOF_CODE] = { "code", "Code", "Six digits from your telephone, or a recovery code.",
                             "text", "one-time-code", { "", 0 }, NULL },
        },
    };
}

enum err proof_look(struct tx *tx, struct proof *proof, struct trouble *trouble)
{
    const struct request *request = proof->request;
    struct login_setting setting = { 0 };
    enum err err = account_get(tx, request->arena, request->actor.account, &proof->account,
                               trouble);

    if (err == OK)
        err = login_setting_read(tx, proof->account.council, &setting, trouble);
    if (err == OK)
        err = second_factor_read(tx, request->arena, &request->actor, &proof->second, trouble);
    proof->lets_in = proof->account.password.size > 0 &&
                     (setting.local_login || proof->account.break_glass);
    return err;
}

static enum err begin(struct tx *tx, void *context, struct trouble *trouble)
{
    struct proof *proof = context;

    return attempt_begin(tx, &proof->attempt, &proof->allowed, trouble);
}

/* The attempt is counted before the password is looked at. */
enum err proof_try(struct proof *proof)
{
    struct request *request = proof->request;
    enum err err;

    if (!proof->lets_in)
        return OK;
    err = db_write(request->site->db, (struct db_scope){ 0, request->arena }, begin, proof,
                   request->trouble);
    if (err != OK || !proof->allowed)
        return err;
    return password_try(proof->account.password, request->site->cost,
                        request_field(request, "present"), &proof->right, request->trouble);
}

static enum err refuse(struct proof *proof, const char *refused)
{
    const struct identity_event event = { proof->account.login, proof->account.council, refused,
                                          "account", proof->account.id, { 0 } };

    proof->field[PROOF_PRESENT].error = proof->second.on
                                            ? "The present password or the code is wrong."
                                            : "The present password is wrong.";
    return identity_record(proof->request->tx, &proof->request->happening, &event,
                           proof->request->trouble);
}

enum err proof_settle(struct proof *proof, const char *refused, int *status)
{
    struct request *request = proof->request;
    bool good = false;
    enum err err = OK;

    *status = 422;
    if (!proof->lets_in)
        return OK;
    if (!proof->allowed) {
        *status = 429;
        proof->field[PROOF_PRESENT].error = "There were too many attempts. Wait five minutes and "
                                            "try again.";
        http_answer_header(request->answer, "Retry-After", text_of("300"));
        return OK;
    }
    if (proof->right)
        err = admin_code_good(request, &request->actor, &proof->second, &good);
    if (err == OK && good)
        *status = 0;
    if (err != OK)
        return err;
    return good ? attempt_forgive(request->tx, &proof->attempt, request->trouble)
                : refuse(proof, refused);
}

/* For what keeps passwords in browsers: whose this one is. */
static void whose(struct html *h, struct text login)
{
    Void(h, "input");
    LitAttr(h, "type", "text");
    LitAttr(h, "name", "login");
    LitAttr(h, "autocomplete", "username");
    LitAttr(h, "aria-label", "Login name");
    Attr(h, "value", login);
    Flag(h, "readonly");
    Flag(h, "hidden");
}

void proof_fields(struct html *h, const struct proof *proof)
{
    whose(h, proof->account.login);
    page_field(h, &proof->field[PROOF_PRESENT]);
    if (proof->second.on)
        page_field(h, &proof->field[PROOF_CODE]);
}
