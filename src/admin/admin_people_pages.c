#include "admin/admin_box.h"
#include "admin/admin_grant_form.h"
#include "admin/admin_pages.h"

#include "identity/account.h"
#include "identity/leaver.h"
#include "identity/login_link.h"
#include "identity/one_time_link.h"
#include "identity/second_factor.h"

/* What the page of all people is made of. */
struct people {
    struct accounts    accounts;
    struct role_grants grants;
    struct grant_form  grant;
    struct field       invite;
};

static enum err begin(struct request *request, struct people *people)
{
    people->invite = (struct field){
        "invite", "Login name", "2 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a "
        "letter; an address of mail, too. It stands in the trail beside all the person does, "
        "and cannot be changed.",
        "text", "off", { "", 0 }, NULL
    };
    return grant_form_begin(request, &people->grant);
}

/* --- who there is --- */

static bool is_own(const struct people *people, int64_t account)
{
    for (size_t i = 0; i < people->accounts.count; i++)
        if (people->accounts.account[i].id == account)
            return true;
    return false;
}

static enum err load(struct request *request, struct people *people)
{
    enum err err = account_list(request->tx, request->arena, request->council, &people->accounts,
                                request->trouble);

    return err != OK ? err : grant_list(request->tx, request->arena, request->happening.now,
                                        request->council, 0, &people->grants, request->trouble);
}

static struct text day_text(struct request *request, struct db_day day)
{
    char *text = arena_take(request->arena, DB_DAY_TEXT, 1);

    db_day_print(day, text);
    return text_of(text);
}

/* "accountant for Education, from 2026-04-01 to 2027-03-31" */
static void grant_words(struct request *request, struct html *h, const struct role_grant *grant)
{
    box_role(h, grant->role, grant->service);
    Lit(h, ", from ");
    html_text(h, day_text(request, grant->starts));
    if (!grant->endless) {
        Lit(h, " to ");
        html_text(h, day_text(request, grant->ends));
    }
}

static void person_row(struct request *request, struct html *h, const struct people *people,
                       const struct account *account, const char *state)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", url_id(request->arena, Url("/people"), account->id));
                html_text(h, account->login);
            }
        }
        El(h, "td") for (size_t i = 0; i < people->grants.count; i++)
            if (people->grants.grant[i].account == account->id)
                El(h, "div") grant_words(request, h, &people->grants.grant[i]);
        El(h, "td") html_text(h, text_of(state));
    }
}

static const char *state_words(const struct account *account)
{
    if (!account->open)
        return "closed";
    if (account->break_glass)
        return "break-glass";
    return account->password.size == 0 ? "has not chosen a password yet" : "open";
}

/* People of other councils, whom this one has given roles. Each grant is by account, so they stand
 * together. */
static enum err other_rows(struct request *request, struct html *h, const struct people *people)
{
    int64_t last = 0;
    enum err err = OK;

    for (size_t i = 0; i < people->grants.count && err == OK; i++) {
        struct account account;
        const int64_t id = people->grants.grant[i].account;
        if (id == last || is_own(people, id))
            continue;
        last = id;
        err = account_get(request->tx, request->arena, id, &account, request->trouble);
        if (err == OK)
            person_row(request, h, people, &account, "of another council");
    }
    return err;
}

static enum err table(struct request *request, struct html *h, const struct people *people)
{
    static const char *const head[] = { "Login name", "Roles here", "Account" };

    box_table_begin(h, "People", head, COUNT(head));
    for (size_t i = 0; i < people->accounts.count; i++)
        person_row(request, h, people, &people->accounts.account[i],
                   state_words(&people->accounts.account[i]));
    enum err err = other_rows(request, h, people);
    box_table_end(h);
    return err;
}

/* --- the page --- */

static void invite_part(struct request *request, struct html *h, const struct people *people)
{
    El(h, "h2") Lit(h, "Let somebody in");
    El(h, "p") Lit(h, "Makes an account without any role, and a link for its owner to choose a "
                      "password.");
    Form(request, h, Url("/people")) {
        page_field(h, &people->invite);
        page_button(h, "Make the account");
    }
}

static enum err show(struct request *request, const struct people *people, int status)
{
    struct html *h = page_begin(request, "People");

    page_errors(request, h, &people->invite, 1);
    page_errors(request, h, people->grant.field, GRANT_FIELDS);
    El(h, "p") {
        Lit(h, "Who can sign in for ");
        html_text(h, admin_council_name(request, request->council));
        Lit(h, ", and who has a role there.");
    }
    enum err err = table(request, h, people);
    if (err != OK)
        return err;
    if (actor_may(&request->actor, MAY_ADMIT_PEOPLE))
        invite_part(request, h, people);
    if (actor_may(&request->actor, MAY_GRANT))
        grant_form_show(request, h, &people->grant);
    return page_end(request, h, status);
}

enum err people_show(struct request *request)
{
    struct people people;
    enum err err = load(request, &people);

    if (err == OK)
        err = begin(request, &people);
    return err != OK ? err : show(request, &people, 200);
}

enum err person_grant(struct request *request)
{
    struct people people;
    bool good = false;
    enum err err = grant_form_read(request, &people.grant, &good);

    if (err == OK && good)
        err = grant_make(request->tx, &request->happening, text_of(request->actor.login),
                         &people.grant.grant, request->trouble);
    if (err != OK || good)
        return err != OK ? err : answer_redirect(request, Url("/people"));
    const struct grant_form sent = people.grant;
    err = begin(request, &people);
    people.grant = sent;
    if (err == OK)
        err = load(request, &people);
    return err != OK ? err : show(request, &people, 422);
}

/* --- links --- */

/* Where the reader has this page from: without --origin it is this machine, by the name by which
 * the server was asked and that it knows as its own. */
static void put_origin(const struct request *request, struct html *h)
{
    if (request->site->origin != NULL) {
        html_text(h, text_of(request->site->origin));
        return;
    }
    html_text(h, text_of("http://"));
    html_text(h, http_header(request->http, "host"));
}

enum err admin_show_link(struct request *request, const struct account *account)
{
    struct one_time_link link = { .council = account->council, .purpose = LINK_PASSWORD,
                                  .account = account->id };
    struct secret secret;
    enum err err = link_make(request->tx, &request->happening, text_of(request->actor.login),
                             &link, &secret, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "A link to choose a password");
    El(h, "p") {
        Lit(h, "Hand this to ");
        El(h, "strong") html_text(h, account->login);
        Lit(h, " and to nobody else: whoever opens it chooses the password. It works once, for "
               "seven days, and is not shown again.");
    }
    El(h, "p") {
        LitAttr(h, "class", "secret");
        put_origin(request, h);
        Lit(h, "/password/");
        html_text(h, text_of(secret.text));
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", Url("/people"));
        Lit(h, "Back to people");
    }
    return page_end(request, h, 201);
}

static enum err refuse_invite(struct request *request, struct text login, const char *words)
{
    struct people people;

    enum err err = begin(request, &people);
    people.invite.value = login;
    people.invite.error = words;
    if (err == OK)
        err = load(request, &people);
    return err != OK ? err : show(request, &people, 422);
}

enum err person_invite(struct request *request)
{
    struct account account = { .council = request->council, .password = { "", 0 },
                               .login = request_field(request, "invite") };
    struct account other;

    if (!login_is(account.login))
        return refuse_invite(request, account.login, "Choose a login name of the form below.");
    enum err err = account_find(request->tx, request->arena, account.login, &other,
                                request->trouble);
    if (err == OK)
        return refuse_invite(request, account.login, "This login name is taken, or was once.");
    if (err == ERR_MISSING)
        err = account_add(request->tx, &request->happening, text_of(request->actor.login),
                          &account, request->trouble);
    return err != OK ? err : admin_show_link(request, &account);
}

/* --- one person --- */

/* Whom the route names: of this council, or with a role in it; else ERR_MISSING. */
static enum err find(struct request *request, struct account *account, struct role_grants *grants)
{
    const int64_t id = request_number(request, "account");
    enum err err = grant_list(request->tx, request->arena, request->happening.now,
                              request->council, id, grants, request->trouble);

    if (err == OK)
        err = account_get(request->tx, request->arena, id, account, request->trouble);
    if (err == OK && account->council != request->council && grants->count == 0)
        return ERR_MISSING;
    return err;
}

/* The same, of this council and open. */
static enum err find_own(struct request *request, struct account *account)
{
    struct role_grants grants;
    enum err err = find(request, account, &grants);

    return err == OK && (account->council != request->council || !account->open) ? ERR_MISSING
                                                                                 : err;
}

static void role_rows(struct request *request, struct html *h, const struct role_grants *grants)
{
    const bool may = actor_may(&request->actor, MAY_GRANT);

    if (grants->count == 0)
        El(h, "p") Lit(h, "No role in this council.");
    else
        El(h, "ul") for (size_t i = 0; i < grants->count; i++)
            El(h, "li") {
                const struct url one = url_id(request->arena, Url("/people/roles"),
                                              grants->grant[i].id);
                grant_words(request, h, &grants->grant[i]);
                if (may)
                    Form(request, h, url_segment(request->arena, one, text_of("end")))
                        page_button(h, "Take it back");
            }
}

static void admit_part(struct request *request, struct html *h, const struct account *account)
{
    const struct url one = url_id(request->arena, Url("/people"), account->id);

    El(h, "h2") Lit(h, "A password that was forgotten");
    El(h, "p") Lit(h, "Makes a link with which its owner chooses another. Until then the old one "
                      "holds; then every session of the account ends.");
    Form(request, h, url_segment(request->arena, one, text_of("link")))
        page_button(h, "Make a link");
    if (account->id == request->actor.account)
        return;
    El(h, "h2") Lit(h, "A telephone that was lost");
    El(h, "p") Lit(h, "Takes the second factor and its recovery codes away, and ends every session "
                      "of the account. Be sure who it is that asks for it.");
    Form(request, h, url_segment(request->arena, url_segment(request->arena, one,
                                                             text_of("second-factor")),
                                 text_of("end")))
        page_button(h, "Take it away");
    El(h, "h2") Lit(h, "The council's own login");
    El(h, "p") Lit(h, "Ends the link to whoever came in by it as this account, so that another "
                      "account can be linked. Without a password here nobody comes in as this "
                      "account then: make a link for one, or close the account.");
    Form(request, h, url_segment(request->arena, url_segment(request->arena, one,
                                                             text_of("council-login")),
                                 text_of("end")))
        page_button(h, "End the link");
    El(h, "h2") Lit(h, "Somebody who leaves");
    El(h, "p") Lit(h, "Closes the account for good. Sessions, tokens, links and the roles of "
                      "every council end at once; what was done stays in the trail.");
    Form(request, h, url_segment(request->arena, one, text_of("close")))
        page_button(h, "Close the account");
}

enum err person_show(struct request *request)
{
    struct account account;
    struct role_grants grants;
    enum err err = find(request, &account, &grants);

    if (err != OK)
        return err;
    const bool own = account.council == request->council;
    struct html *h = page_begin(request, "A person");
    El(h, "dl") {
        page_entry(h, "Login name", account.login);
        page_entry(h, "Council", admin_council_name(request, account.council));
        page_entry(h, "Account", text_of(own ? state_words(&account) : "of another council"));
    }
    El(h, "h2") Lit(h, "Roles");
    role_rows(request, h, &grants);
    if (own && account.open && actor_may(&request->actor, MAY_ADMIT_PEOPLE))
        admit_part(request, h, &account);
    return page_end(request, h, 200);
}

enum err person_grant_end(struct request *request)
{
    enum err err = leaver_lose_role(request->tx, &request->happening, &request->actor,
                                    request_number(request, "grant"), request->trouble);

    return err != OK ? err : answer_redirect(request, Url("/people"));
}

enum err person_link(struct request *request)
{
    struct account account;
    enum err err = find_own(request, &account);

    return err != OK ? err : admin_show_link(request, &account);
}

enum err person_close(struct request *request)
{
    struct account account;
    enum err err = find_own(request, &account);

    if (err == OK)
        err = leaver_close(request->tx, request->arena, &request->happening, &request->actor,
                           &account, request->trouble);
    return err != OK ? err : answer_redirect(request, Url("/people"));
}

enum err person_second_reset(struct request *request)
{
    struct account account;
    enum err err = find_own(request, &account);

    if (err != OK)
        return err;
    if (account.id == request->actor.account)
        return fail(request->trouble, ERR_REFUSED, "Nobody takes away his or her own second "
                    "factor: another administrator does.");
    err = second_factor_reset(request->tx, &request->happening, text_of(request->actor.login),
                              &account, request->trouble);
    if (err == ERR_MISSING)
        return fail(request->trouble, ERR_REFUSED, "This account has no second factor.");
    return err != OK ? err
                     : answer_done(request, Url("/people"), WORD_DONE_SECOND_RESET);
}

enum err person_unlink(struct request *request)
{
    struct account account;
    enum err err = find_own(request, &account);

    if (err == OK && account.id == request->actor.account)
        return fail(request->trouble, ERR_REFUSED, "The own link is ended on the page of the own "
                    "account.");
    if (err != OK)
        return err;
    err = login_link_end(request->tx, &request->happening, text_of(request->actor.login),
                         &account, request->trouble);
    if (err == ERR_MISSING)
        return fail(request->trouble, ERR_REFUSED, "This account is not linked.");
    if (err == OK)
        err = account_end_sessions(request->tx, request->happening.now, account.council,
                                   account.id, request->trouble);
    return err != OK ? err : answer_done(request, Url("/people"), WORD_DONE_UNLINKED);
}
