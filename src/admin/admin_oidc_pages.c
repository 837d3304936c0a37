#include "admin/admin_box.h"
#include "admin/admin_invited.h"

#include <stdio.h>

#include "identity/oidc_login.h"
#include "identity/session.h"
#include "store/council.h"

/* Where browsers reach this server. */
static const char *origin_of(const struct request *request)
{
    const struct text host = http_header(request->http, "host");

    return request->site->origin != NULL
               ? request->site->origin : arena_print(request->arena, "http://%.*s", TEXT(host));
}

struct text admin_oidc_back(const struct request *request, struct text code)
{
    return text_of(arena_print(request->arena, "%s/login/back/%.*s", origin_of(request),
                               TEXT(code)));
}

/* --- the way there --- */

/* To a council's own login, and to nowhere else. */
static enum err answer_away(struct request *request, struct text url)
{
    request->answer->status = 303;
    http_answer_header(request->answer, "Location", url);
    return OK;
}

/* A browser that has no cookie yet gets one: the way back must be the same browser's. */
enum err admin_send_there(struct request *request, const struct council *council,
                          const struct oidc_provider *provider, enum oidc_purpose purpose)
{
    struct oidc_trip trip = { .purpose = purpose, .council = council->id,
                              .back = admin_oidc_back(request, council->code) };
    char token[SHA256_HEX_SIZE];
    struct text url = { "", 0 };
    enum err err = request_form_token(request, token);

    trip.cookie = request->cookie;
    if (err == OK)
        err = oidc_state_make(request->site->outside, request->arena, request->happening.now,
                              &trip, request->trouble);
    if (err == OK)
        err = oidc_way_there(request->arena, provider, &trip, request_field(request, "address"),
                             &url, request->trouble);
    return err != OK ? err : answer_away(request, url);
}

enum err oidc_go(struct request *request)
{
    struct council council;
    struct oidc_provider provider;
    enum err err = council_find(request->tx, request->arena, request_word(request, "council"),
                                &council, request->trouble);

    if (err == OK)
        err = oidc_provider_read(request->tx, request->arena, council.id, &provider,
                                 request->trouble);
    if (err == OK && !provider.on)
        err = ERR_MISSING;
    return err != OK ? err : admin_send_there(request, &council, &provider, OIDC_LOGIN);
}

/* To the login of the council whose rows these are. */
static enum err send_own(struct request *request, const struct oidc_provider *provider,
                         enum oidc_purpose purpose)
{
    struct councils councils;
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id == request->council)
            return admin_send_there(request, &councils.council[i], provider, purpose);
    return err != OK ? err : ERR_MISSING;
}

enum err oidc_test_go(struct request *request)
{
    struct oidc_provider provider;
    enum err err = oidc_provider_read(request->tx, request->arena, request->council, &provider,
                                      request->trouble);

    if (err == ERR_MISSING)
        return login_setting_show(request);     /* which says what to do first */
    return err != OK ? err : send_own(request, &provider, OIDC_TEST);
}

enum err oidc_link_go(struct request *request)
{
    struct oidc_provider provider;
    enum err err = oidc_provider_read(request->tx, request->arena, request->council, &provider,
                                      request->trouble);

    if (err == ERR_MISSING || (err == OK && !provider.on))
        return link_show(request);              /* which says that there is none */
    return err != OK ? err : send_own(request, &provider, OIDC_LINK);
}

/* --- the way back --- */

/* What becomes of somebody who comes back; made in `prepare`, step by step. */
struct back {
    struct request      *request;
    struct council       council;
    struct oidc_trip     trip;
    struct oidc_provider provider;
    struct text          secret;        /* the client's, open */
    struct text          id_token;
    struct oidc_claims   claims;
    struct oidc_groups   given;
    bool                 due;           /* keys may be fetched */
    bool                 strong;
    const char          *refusal;       /* NULL: none so far */
    struct secret        session;
    struct actor         actor;         /* in it */
    struct invited       invited;       /* whom a link lets be linked */
};

static void refuse(struct back *back, const char *words)
{
    if (back->refusal == NULL)
        back->refusal = words;
}

/* A refusal of what was asked is shown to the person; anything else is trouble of ours. */
static enum err refuse_or(struct back *back, enum err err, struct trouble *said)
{
    if (err == ERR_REFUSED)
        refuse(back, arena_print(back->request->arena, "%s", said->text));
    else if (err != OK)
        return fail(back->request->trouble, err, "%s", said->text);
    return OK;
}

static enum err open_secret(struct tx *tx, struct back *back, struct trouble *trouble)
{
    struct seal_place place;
    enum err err = request_seal_place(back->request, tx, back->council.id, OIDC_SECRET_PURPOSE,
                                      0, &place, trouble);

    return err != OK ? err : words_unseal(back->request->arena, &place, back->provider.secret,
                                          &back->secret, trouble);
}

static enum err take_state(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;
    const struct request *request = back->request;
    char hash[SHA256_HEX_SIZE];
    bool fresh = false;
    enum err err = oidc_provider_read(tx, request->arena, back->council.id, &back->provider,
                                      trouble);

    back->refusal = NULL;
    secret_hash(SECRET_STATE, back->trip.state, hash);
    if (err == OK)
        err = oidc_state_use(tx, request->happening.now, back->council.id, hash, &fresh, trouble);
    if (err == OK && !fresh)
        refuse(back, "This sign-in was used already. Begin anew.");
    if (back->trip.purpose != OIDC_TEST && !back->provider.on)
        err = ERR_MISSING;
    return err != OK ? err : open_secret(tx, back, trouble);
}

static enum err find_council(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;

    return council_find(tx, back->request->arena, request_word(back->request, "council"),
                        &back->council, trouble);
}

/* Made for this browser, for this council, a while ago at most; a test by who may make one. */
static enum err judge_state(struct back *back)
{
    const struct request *request = back->request;
    bool good = false;

    back->trip = (struct oidc_trip){ .council = back->council.id, .cookie = request->cookie,
                                     .state = request_field(request, "state"),
                                     .back = admin_oidc_back(request, back->council.code) };
    enum err err = request->cookie.data == NULL
                       ? OK : oidc_state_judge(request->happening.now, &back->trip, &good,
                                               request->trouble);
    if (err == OK && !good)
        refuse(back, "This sign-in was begun in another browser, or more than ten minutes ago. "
                     "Begin anew.");
    if (err == OK && good && back->trip.purpose == OIDC_TEST &&
        (request->actor.acting != back->council.id || !actor_may(&request->actor, MAY_SET_LOGIN)))
        refuse(back, "Only who may set up this council's login tests it.");
    if (err == OK && good && back->trip.purpose == OIDC_LINK &&
        (request->actor.account == 0 || request->actor.home != back->council.id))
        refuse(back, "Sign in here first, with the account that is to be linked.");
    return err;
}

/* What the provider has sent along. RFC 9207: it may say who it is. */
static void judge_answer(struct back *back)
{
    const struct text issuer = request_field(back->request, "iss");

    if (issuer.size > 0 && !text_equal(issuer, back->provider.issuer))
        refuse(back, "The answer came from somebody else than this council's login.");
    if (request_field(back->request, "error").size > 0 ||
        request_field(back->request, "code").size == 0)
        refuse(back, "Your council's login did not let you in.");
}

static enum err keys_due(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;

    return oidc_keys_due(tx, back->request->happening.now, back->council.id, &back->due, trouble);
}

static enum err keys_write(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct back *back = context;

    return oidc_keys_write(tx, back->council.id, back->provider.keys, trouble);
}

static struct db_scope nobody(const struct request *request)
{
    return (struct db_scope){ 0, request->arena };
}

/* The keys anew, if they were not just fetched. */
static enum err renew_keys(struct back *back)
{
    struct request *request = back->request;
    struct trouble said = { 0 };
    enum err err = db_write(request->site->db, nobody(request), keys_due, back, request->trouble);

    if (err != OK || !back->due)
        return err;
    err = oidc_keys_fetch(request->arena, &back->provider, &said);
    if (err != OK)
        return refuse_or(back, err, &said);
    return db_write(request->site->db, nobody(request), keys_write, back, request->trouble);
}

static enum err judge_token(struct back *back)
{
    struct request *request = back->request;
    const struct oidc_provider *provider = &back->provider;
    char nonce[SHA256_HEX_SIZE];
    struct oidc_expected expected = {
        .issuer = provider->issuer, .client = provider->client, .now = request->happening.now,
        .name_claim = provider->name_claim, .groups_claim = provider->groups_claim,
    };
    enum err err = oidc_nonce(&back->trip, nonce, request->trouble);

    if (err != OK)
        return err;
    expected.nonce = text_of(nonce);
    enum oidc_refusal refusal = oidc_token_judge(request->arena, provider->keys, back->id_token,
                                                 &expected, &back->claims);
    if (refusal == OIDC_UNKNOWN_KEY) {
        err = renew_keys(back);
        if (err != OK || back->refusal != NULL)
            return err;
        refusal = oidc_token_judge(request->arena, provider->keys, back->id_token, &expected,
                                   &back->claims);
    }
    if (refusal != OIDC_FINE)
        refuse(back, oidc_refusal_sentence(refusal));
    back->strong = provider->asks_second || back->claims.second;
    return OK;
}

/* --- what comes of it --- */

static enum err come_in(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;
    struct request *request = back->request;
    struct account account;
    enum err err = oidc_come_in(tx, request->arena, &request->happening, &back->provider,
                                &back->claims, &account, trouble);

    if (err != OK)
        return err;
    struct actor actor = { .account = account.id, .home = account.council,
                           .acting = account.council, .strong = back->strong };
    (void)snprintf(actor.login, sizeof actor.login, "%.*s", TEXT(account.login));
    err = session_make(tx, &request->happening, &actor, &back->session, trouble);
    back->actor = actor;
    return err;
}

static enum err note_test(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;
    struct oidc_groups groups;
    enum err err = oidc_provider_tested(tx, back->request->happening.now, back->council.id,
                                        trouble);

    if (err == OK)
        err = oidc_groups_read(tx, back->request->arena, back->council.id, &groups, trouble);
    if (err == OK)
        oidc_given(back->request->arena, &groups, &back->claims, &back->given);
    return err;
}

/* Whom it named, to be confirmed on a page of the account's. */
static enum err offer_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;
    const struct request *request = back->request;
    const struct actor *actor = &request->actor;
    struct seal_place place;
    struct text name = back->claims.name.size > 0 ? back->claims.name : back->claims.subject;
    enum err err = request_seal_place(request, tx, actor->home, LOGIN_LINK_PURPOSE,
                                      actor->account, &place, trouble);

    if (err == OK)
        err = words_seal(request->site->outside, request->arena, &place, name, &name, trouble);
    return err != OK ? err : login_link_offer(tx, request->arena, request->happening.now,
                                              &back->provider, &back->claims, actor, name,
                                              trouble);
}

static enum err offer_invited(struct tx *tx, void *context, struct trouble *trouble)
{
    struct back *back = context;

    return invited_offer(tx, back->request, &back->provider, &back->claims, &back->invited,
                         trouble);
}

static enum err note_refusal(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct back *back = context;
    const struct identity_event event = { text_of("unknown"), back->council.id, "login.refuse",
                                          "council", back->council.id, { 0 } };

    return identity_record(tx, &back->request->happening, &event, trouble);
}

static enum err finish(struct back *back)
{
    static db_work *const work[OIDC_PURPOSES] = {
        [OIDC_LOGIN] = come_in, [OIDC_TEST] = note_test, [OIDC_LINK] = offer_link,
        [OIDC_INVITED] = offer_invited,
    };
    struct request *request = back->request;
    struct trouble said = { 0 };
    enum err err = db_write(request->site->db, nobody(request), work[back->trip.purpose], back,
                            &said);

    return refuse_or(back, err, &said);
}

/* From a state that is this browser's to what the token says. */
static enum err redeem(struct back *back)
{
    struct request *request = back->request;
    struct trouble said = { 0 };
    enum err err = db_write(request->site->db, nobody(request), take_state, back,
                            request->trouble);

    if (err != OK)
        return err;
    judge_answer(back);
    if (back->refusal != NULL)
        return OK;
    err = oidc_redeem(request->arena, &back->provider, &back->trip, back->secret,
                      request_field(request, "code"), &back->id_token, &said);
    err = refuse_or(back, err, &said);
    return err != OK || back->refusal != NULL ? err : judge_token(back);
}

enum err oidc_back_prepare(struct request *request)
{
    struct back *back = arena_take(request->arena, 1, sizeof *back);
    enum err err;

    *back = (struct back){ .request = request };
    request->work = back;
    err = db_read(request->site->db, nobody(request), find_council, back, request->trouble);
    if (err == OK)
        err = judge_state(back);
    if (err != OK || back->refusal != NULL)
        return err;
    err = redeem(back);
    if (err == OK && back->refusal == NULL)
        err = finish(back);
    if (err == OK && back->refusal != NULL)
        err = db_write(request->site->db, nobody(request), note_refusal, back, request->trouble);
    return err;
}

static enum err show_test(struct request *request, const struct back *back)
{
    const struct oidc_claims *claims = &back->claims;
    struct html *h = page_begin(request, "The test went well");

    El(h, "p") Lit(h, "Somebody who comes through it as you did would be let in as follows. "
                      "Nothing was changed, and you are who you were.");
    El(h, "dl") {
        page_entry(h, "Subject", claims->subject);
        page_entry(h, "Name, of which a login name is made", claims->name);
        El(h, "dt") Lit(h, "Groups");
        for (size_t i = 0; i < claims->groups; i++)
            El(h, "dd") html_text(h, claims->group[i]);
        if (claims->groups == 0)
            El(h, "dd") Lit(h, "None: is the claim's name right?");
        El(h, "dt") Lit(h, "Roles that they give");
        for (size_t i = 0; i < back->given.count; i++)
            El(h, "dd") box_role(h, back->given.group[i].role, back->given.group[i].service);
        if (back->given.count == 0)
            El(h, "dd") Lit(h, "None: such a person would not be let in.");
        page_entry(h, "Second factor", text_of(back->strong ? "asked for there"
                                                            : "not asked for there"));
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", Url("/council/login"));
        Lit(h, "Back to the settings");
    }
    return page_end(request, h, 200);
}

enum err oidc_back(struct request *request)
{
    const struct back *back = request->work;

    if (back->refusal != NULL)
        return answer_error(request, 403, back->trip.purpose >= OIDC_LINK
                                              ? "It was not linked" : "You were not signed in",
                            back->refusal);
    if (back->trip.purpose == OIDC_INVITED)
        return invited_show(request, &back->invited);
    if (back->trip.purpose == OIDC_TEST)
        return show_test(request, back);
    if (back->trip.purpose == OIDC_LINK)
        return answer_redirect(request, Url("/account/council-login"));
    answer_cookie(request, &back->session);
    return admin_go_on(request, &back->actor);
}
