#include "admin/admin_invited.h"

#include "identity/account_password.h"

/* Whose link it is; what `prepare` leaves for `respond`. */
struct choosing {
    struct request *request;
    struct invited  invited;
    struct field    field[PASSWORD_FIELDS];
    bool            good;
};

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct choosing *choosing = context;
    struct request *request = choosing->request;

    return invited_find(tx, request, request_word(request, "token"), &choosing->invited, trouble);
}

static enum err show(struct request *request, const struct choosing *choosing, int status)
{
    struct html *h = page_begin(request, "Choose a password");

    page_errors(request, h, choosing->field, PASSWORD_FIELDS);
    El(h, "p") {
        Lit(h, "For the account ");
        El(h, "strong") html_text(h, choosing->invited.account.login);
        Lit(h, " at ");
        html_text(h, page_council(request, choosing->invited.account.council));
        Lit(h, ". This link works once; afterwards you sign in with that name and your password.");
    }
    Form(request, h, url_segment(request->arena, Url("/password"),
                                 request_word(request, "token"))) {
        for (size_t i = 0; i < PASSWORD_FIELDS; i++)
            page_field(h, &choosing->field[i]);
        page_button(h, "Choose it");
    }
    invited_way(request, h, &choosing->invited);
    return page_end(request, h, status);
}

enum err password_show(struct request *request)
{
    struct choosing choosing = { .request = request };
    enum err err = look(request->tx, &choosing, request->trouble);

    if (err != OK || !choosing.invited.found)
        return err != OK ? err : admin_link_unusable(request);
    admin_password_fields(choosing.field);
    return show(request, &choosing, 200);
}

/* The password is hashed only for who holds a good link. */
enum err password_prepare(struct request *request)
{
    struct choosing *choosing = arena_take(request->arena, 1, sizeof *choosing);
    enum err err;

    *choosing = (struct choosing){ .request = request };
    request->work = choosing;
    admin_password_fields(choosing->field);
    err = db_read(request->site->db, (struct db_scope){ 0, request->arena }, look, choosing,
                  request->trouble);
    if (err != OK || !choosing->invited.found)
        return err;
    err = admin_password_judge(request, choosing->invited.account.login, choosing->field,
                               &choosing->good);
    return err != OK || !choosing->good
               ? err
               : password_keep(request->site->outside, request->site->cost, request->arena,
                               request_field(request, "password"),
                               &choosing->invited.account.password, request->trouble);
}

enum err password_choose(struct request *request)
{
    struct choosing choosing = *(const struct choosing *)request->work;
    struct account *account = &choosing.invited.account;
    const struct text kept = account->password;
    enum err err = look(request->tx, &choosing, request->trouble);

    if (err != OK || !choosing.invited.found)
        return err != OK ? err : admin_link_unusable(request);
    if (!choosing.good)
        return show(request, &choosing, 422);
    account->password = kept;
    err = link_use(request->tx, &request->happening, choosing.invited.link, account->login,
                   request->trouble);
    if (err == OK)
        err = account_set_password(request->tx, &request->happening, account, request->trouble);
    return err != OK ? err : answer_done(request, Url("/login"), WORD_DONE_CHOSEN);
}
