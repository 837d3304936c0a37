#include "admin/admin_pages.h"

#include "identity/oidc_provider.h"
#include "identity/role_grant.h"
#include "store/backup_last.h"
#include "store/council.h"

/* What a new council has still to do. */
struct set_up {
    bool second_person;     /* who administers, too, and can sign in */
    bool break_glass;
    bool key;               /* to cosign with */
    bool own_login;
    bool backup;            /* at least one was made */
};

struct task {
    bool        done;
    struct url  url;        /* empty: it is done at the machine */
    const char *words, *why;
};

static enum err find_accounts(struct request *request, struct set_up *out)
{
    struct accounts accounts;
    struct role_grants grants;
    const int64_t council = request->actor.acting;
    enum err err = account_list(request->tx, request->arena, council, &accounts,
                                request->trouble);

    if (err == OK)
        err = grant_list(request->tx, request->arena, request->happening.now, council, 0, &grants,
                         request->trouble);
    if (err != OK)
        return err;
    for (size_t i = 0; i < accounts.count; i++) {
        const struct account *account = &accounts.account[i];
        out->break_glass |= account->break_glass && account->open;
        for (size_t j = 0; j < grants.count; j++)
            out->second_person |= grants.grant[j].account == account->id && account->open &&
                                  grants.grant[j].role == ROLE_ADMINISTRATOR &&
                                  account->id != request->actor.account;
    }
    return OK;
}

static enum err find(struct request *request, struct set_up *out)
{
    const int64_t council = request->actor.acting;
    struct council_keys keys;
    struct oidc_provider provider;
    struct moment made;
    enum err err = tx_scope(request->tx, council, request->trouble);

    *out = (struct set_up){ .key = false };
    if (err == OK)
        err = find_accounts(request, out);
    if (err == OK)
        err = council_key_list(request->tx, request->arena, council, &keys, request->trouble);
    if (err == OK)
        err = backup_last(request->tx, &made, &out->backup, request->trouble);
    if (err != OK)
        return err;
    out->key = keys.count > 0;
    err = oidc_provider_read(request->tx, request->arena, council, &provider, request->trouble);
    out->own_login = err == OK && provider.on;
    return err == ERR_MISSING ? OK : err;
}

enum err admin_show_set_up(struct request *request, struct html *h)
{
    struct set_up is;
    enum err err = find(request, &is);
    const struct task tasks[] = {
        { is.second_person, Url("/people"), "Make a second administrator",
          "Nobody gives a role to himself or herself, and nobody is always there." },
        { is.break_glass, Url("/council/login"), "Make the break-glass account",
          "One account for the day when nobody else can sign in; its password lies in an "
          "envelope." },
        { is.key, Url("/council/key"), "Name the key that your council cosigns with",
          "Without it whoever runs the server could rewrite the trail unseen." },
        { is.own_login, Url("/council/login"), "Let people in by your council's own login",
          "Then who leaves your council cannot come in any more. If it has none, leave this." },
        { is.backup, { { "", 0 } }, "Have a backup made, and checked",
          "None was made yet: whoever runs the server does it, by ochil backup and ochil backup "
          "check." },
    };
    bool any = false;

    for (size_t i = 0; i < COUNT(tasks); i++)
        any |= !tasks[i].done;
    if (err == OK)
        err = tx_scope(request->tx, request->council, request->trouble);
    if (err != OK || !any)
        return err;
    El(h, "h2") Lit(h, "To set up your council");
    El(h, "ul") for (size_t i = 0; i < COUNT(tasks); i++) {
        if (tasks[i].done)
            continue;
        El(h, "li") {
            if (tasks[i].url.text.size == 0)
                html_text(h, text_of(tasks[i].words));
            else
                El(h, "a") {
                    Href(h, "href", tasks[i].url);
                    html_text(h, text_of(tasks[i].words));
                }
            Lit(h, ". ");
            html_text(h, text_of(tasks[i].why));
        }
    }
    return OK;
}
