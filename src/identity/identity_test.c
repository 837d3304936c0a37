/* Coming in, on either engine (test_store.h): the clock is the test's own. */
#include "identity/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "identity/account_password.h"
#include "identity/api_token.h"
#include "identity/break_glass.h"
#include "identity/common_password_list.h"
#include "identity/identity_sql.h"
#include "identity/kept_answer.h"
#include "identity/kept_form.h"
#include "identity/leaver.h"
#include "identity/login_attempt.h"
#include "identity/login_link.h"
#include "identity/login_setting.h"
#include "identity/oidc_login.h"
#include "identity/one_time_link.h"
#include "identity/role_grant.h"
#include "identity/second_factor.h"
#include "identity/session.h"
#include "store/store_sql.h"
#include "store/test_trail_store.h"

static struct test_store store;
static struct trouble said;
static struct happening at = { { TEST_NOW }, &real_outside, { "", 0 } };

/* Of the whole program: what identity's tables refer to stands to its left, but a store is migrated
 * number by number. */
extern const struct migration *const server_migrations[];

static int open_store(void **state)
{
    (void)state;
    at.now.ms = TEST_NOW;
    test_store_make(&store, server_migrations);
    test_councils_add(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

/* What a test does inside one transaction: all it needs in one place. */
struct deed {
    struct account       account;
    struct actor         actor;
    struct one_time_link link;
    struct secret        secret;
    struct role_grant    grant;
    struct api_token     token;
    struct login_attempt attempt;
    struct kept_answer   answer;
    struct kept_form     form;
    struct kept_forms    forms;
    struct second_factor second;
    struct recovery_codes codes;
    struct login_setting setting;
    struct oidc_claims   claims;
    struct oidc_group    group;
    struct login_link    linked;
    struct role_grants   grants;
    struct break_glass_uses uses;
    struct sessions      sessions;
    int64_t              council, id;
    bool                 allowed;
};

static enum err run(db_work *work, struct deed *deed)
{
    said = (struct trouble){ 0 };
    return db_write(store.db, (struct db_scope){ 0, &store.arena }, work, deed, &said);
}

#define DID(work, deed)                                                                          \
    do {                                                                                         \
        if (run(work, deed) != OK)                                                               \
            fail_msg("%s: %s", #work, said.text);                                                \
    } while (0)

static enum err make_account(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return account_add(tx, &at, deed->account.login, &deed->account, trouble);
}

static enum err find_account(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return account_find(tx, &store.arena, deed->account.login, &deed->account, trouble);
}

static enum err make_session(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return session_make(tx, &at, &deed->actor, &deed->secret, trouble);
}

static enum err find_session(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return session_find(tx, at.now, text_of(deed->secret.text), &deed->actor, trouble);
}

static enum err touch_session(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return session_touch(tx, at.now, &deed->actor, trouble);
}

static enum err end_session(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return session_end(tx, &at, &deed->actor, deed->id, "session.revoke", trouble);
}

static enum err list_sessions(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return session_list(tx, &store.arena, at.now, &deed->actor, &deed->sessions, trouble);
}

/* An account of the council, with this name. */
static struct deed somebody(int64_t council, const char *login)
{
    struct deed deed = { .account = { .council = council, .login = text_of(login),
                                      .password = text_of("argon2id 1 8 x y") } };

    DID(make_account, &deed);
    deed.actor = (struct actor){ .account = deed.account.id, .home = council, .acting = council };
    (void)snprintf(deed.actor.login, sizeof deed.actor.login, "%s", login);
    return deed;
}

/* --- accounts and passwords --- */

static void login_names_have_a_form(void **state)
{
    static const char *const good[] = { "ab", "first.clk", "a-b_c.9", "clerk@stirling.example" };
    static const char *const bad[] = { "", "a", "First.Clk", "9a", ".a", "first clk", "m\xC3\xA9",
        "a/b", "a@", "a@b@c", "@ab",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(login_is(text_of(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(login_is(text_of(bad[i])));
}

static enum password_refusal judge(const char *password)
{
    struct council of[] = { { 1, text_of("CLK"), text_of("Clackmannanshire") },
                            { 2, text_of("STI"), text_of("Stirling") } };
    const struct councils councils = { of, COUNT(of) };

    return password_judge(text_of(password), text_of("first.clk"), &councils);
}

static void passwords_are_judged_by_length(void **state)
{
    (void)state;
    assert_int_equal(judge("elevenchars"), PASSWORD_SHORT);
    assert_int_equal(judge("twelve chars"), PASSWORD_FINE);
    /* Eleven characters of two bytes. */
    assert_int_equal(judge("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                           "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"), PASSWORD_SHORT);
    assert_int_equal(judge("first.clk first.clk"), PASSWORD_IS_LOGIN);
    assert_int_equal(judge("twelve char\xFF"), PASSWORD_NOT_TEXT);
    for (enum password_refusal refusal = PASSWORD_SHORT; refusal < PASSWORD_REFUSALS; refusal++)
        assert_true(strlen(password_refusal_sentence(refusal)) > 20);
}

/* The list's first, last and middle, in the small letters of either; and what people add. */
static void common_passwords_are_refused(void **state)
{
    static const char *const common[] = {
        "123qweasdzxc", "1qaz2wsx3edc", "qwertyqwerty", "123456789012", "QwertyQwerty",
        "passwordpassword", "administrator", "unbelievable", "finalfantasy", "justinbieber",
        "Administrator1!", "2024Password!", "...dragon.2025", "qwerty 123456789",
    };
    static const char *const fine[] = {
        "four words are enough", "unbelievable horses", "dragonfly on a wall", "zzzq zzzq zzzq",
        ("\xE0\xB8\x81\xE0\xB8\x82\xE0\xB8\x83\xE0\xB8\x84\xE0\xB8\x85\xE0\xB8\x86"
         "\xE0\xB8\x87\xE0\xB8\x88\xE0\xB8\x89\xE0\xB8\x8A\xE0\xB8\x8B\xE0\xB8\x8C"),
    };
    const size_t rows = common_password_list_size / 11;

    (void)state;
    for (size_t i = 0; i < COUNT(common); i++)
        assert_int_equal(judge(common[i]), PASSWORD_COMMON);
    for (size_t i = 0; i < COUNT(fine); i++)
        assert_int_equal(judge(fine[i]), PASSWORD_FINE);
    /* More than the 3,000 that ASVS asks for, and in the order that is searched by. */
    assert_true(rows > 40000 && common_password_list_size == rows * 11);
    for (size_t i = 1; i < rows; i++)
        assert_true(memcmp(common_password_list + (i - 1) * 11, common_password_list + i * 11,
                           11) < 0);
}

static void passwords_of_the_place_are_refused(void **state)
{
    static const char *const of_the_place[] = {
        "Clackmannanshire2026", "stirling-council", "ochil-ochil-ochil", "FirstClkFirstClk1",
        "Ochil & Stirling!", "clackmannanshire", "STI STI STI STI", "ochil password 1",
    };
    static const char *const fine[] = { "Clackmannanshire horses run", "a stirling bridge in rain",
                                        "plastic sticks" };

    (void)state;
    for (size_t i = 0; i < COUNT(of_the_place); i++)
        assert_int_equal(judge(of_the_place[i]), PASSWORD_OF_THE_PLACE);
    for (size_t i = 0; i < COUNT(fine); i++)
        assert_int_equal(judge(fine[i]), PASSWORD_FINE);
}

static void a_password_is_kept_and_tried(void **state)
{
    const struct password_cost cost = PASSWORD_COST_LEAST;
    struct text kept, again;
    bool right;

    (void)state;
    TEST_ARENA(&store.arena);
    assert_int_equal(password_keep(&real_outside, cost, &store.arena, text_of("twelve chars"),
                                   &kept, NULL), OK);
    assert_int_equal(password_keep(&real_outside, cost, &store.arena, text_of("twelve chars"),
                                   &again, NULL), OK);
    assert_false(text_equal(kept, again));
    assert_int_equal(strncmp(kept.data, "argon2id 1 8 ", 13), 0);
    assert_int_equal(password_try(kept, cost, text_of("twelve chars"), &right, NULL), OK);
    assert_true(right);
    assert_int_equal(password_try(kept, cost, text_of("twelve charz"), &right, NULL), OK);
    assert_false(right);
    assert_int_equal(password_try((struct text){ "", 0 }, cost, text_of("twelve chars"), &right,
                                  NULL), OK);
    assert_false(right);
    assert_int_equal(password_try(text_of("argon2id 1 8 00"), cost, text_of("x"), &right, NULL),
                     ERR_CHECK);
}

static void an_account_is_found_by_its_name(void **state)
{
    struct deed deed = somebody(STI, "first.clk");
    const int64_t id = deed.account.id;

    (void)state;
    deed.account = (struct account){ .login = text_of("first.clk") };
    DID(find_account, &deed);
    assert_int_equal(deed.account.id, id);
    assert_int_equal(deed.account.council, STI);
    assert_true(deed.account.open);
    deed.account.login = text_of("first.clkx");
    assert_int_equal(run(find_account, &deed), ERR_MISSING);
    deed.account = (struct account){ .council = CLK, .login = text_of("first.clk"),
                                     .password = text_of("x") };
    assert_int_equal(run(make_account, &deed), ERR_CONFLICT);
}

/* --- links --- */

static enum err make_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    deed->link = (struct one_time_link){ .council = deed->council };
    return link_make(tx, &at, text_of("system"), &deed->link, &deed->secret, trouble);
}

static enum err use_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    enum err err = link_find(tx, at.now, LINK_ADMINISTRATOR, text_of(deed->secret.text),
                             &deed->link, trouble);

    return err != OK ? err : link_use(tx, &at, deed->link, text_of("first.clk"), trouble);
}

static void a_link_is_used_once(void **state)
{
    struct deed deed = { .council = STI };

    (void)state;
    DID(make_link, &deed);
    DID(use_link, &deed);
    assert_int_equal(deed.link.council, STI);
    assert_int_equal(run(use_link, &deed), ERR_MISSING);
    DID(make_link, &deed);
    at.now.ms += LINK_MS - 1;
    DID(use_link, &deed);
    DID(make_link, &deed);
    at.now.ms += LINK_MS;
    assert_int_equal(run(use_link, &deed), ERR_MISSING);
    char text[TEST_PATH];
    struct rival rival = rival_open(store.url);
    assert_true(rival_ask(&rival, "SELECT count(*) FROM identity_key WHERE kind = 'link'", text));
    assert_string_equal(text, "1");
    rival_close(&rival);
}

/* Whoever reads the store finds nothing to come in with. */
static void secrets_are_not_in_the_store(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");
    struct rival rival = rival_open(store.url);
    char sql[256], text[TEST_PATH];

    (void)state;
    DID(make_session, &deed);
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM identity_key WHERE hash = '%s'",
                   deed.secret.text);
    assert_true(rival_ask(&rival, sql, text));
    assert_string_equal(text, "0");
    rival_close(&rival);
    char session[SHA256_HEX_SIZE], form[SHA256_HEX_SIZE];
    secret_hash(SECRET_SESSION, text_of(deed.secret.text), session);
    secret_hash(SECRET_FORM, text_of(deed.secret.text), form);
    assert_string_not_equal(session, form);
}

/* --- sessions --- */

static void a_session_ends_by_itself(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");

    (void)state;
    DID(make_session, &deed);
    DID(find_session, &deed);
    assert_string_equal(deed.actor.login, "first.clk");
    at.now.ms += SESSION_IDLE_MS - 1;
    DID(find_session, &deed);
    at.now.ms += 1;
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
    at.now.ms -= 1;
    DID(touch_session, &deed);
    at.now.ms += SESSION_IDLE_MS - 1;
    DID(find_session, &deed);
    /* Used again and again, it still ends. */
    while (at.now.ms - TEST_NOW < SESSION_WHOLE_MS - 1) {
        DID(touch_session, &deed);
        at.now.ms += SESSION_IDLE_MS / 2;
    }
    at.now.ms = TEST_NOW + SESSION_WHOLE_MS - 1;
    DID(touch_session, &deed);
    DID(find_session, &deed);
    at.now.ms += 1;
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
}

static void sessions_are_listed_and_ended(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");
    struct deed other = somebody(STI, "second.clk"), colleague = somebody(CLK, "third.clk");
    struct secret first;

    (void)state;
    DID(make_session, &deed);
    first = deed.secret;
    deed.id = deed.actor.session;
    at.now.ms += 1000;
    DID(make_session, &deed);
    DID(make_session, &other);
    assert_string_not_equal(first.text, deed.secret.text);
    DID(list_sessions, &deed);
    assert_int_equal(deed.sessions.count, 2);
    assert_int_equal(deed.sessions.session[1].id, deed.id);
    assert_true(text_is(deed.sessions.session[0].acting, "Clackmannanshire"));
    /* Not by somebody else, of whatever council. */
    other.id = colleague.id = deed.id;
    assert_int_equal(run(end_session, &colleague), ERR_MISSING);
    assert_int_equal(run(end_session, &other), ERR_MISSING);
    DID(end_session, &deed);
    assert_int_equal(run(end_session, &deed), ERR_MISSING);
    deed.secret = first;
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
}

static void a_closed_account_has_no_session(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");
    struct rival rival = rival_open(store.url);

    (void)state;
    DID(make_session, &deed);
    rival_do(&rival, "UPDATE account SET state = 'closed'");
    rival_close(&rival);
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
}

static void old_sessions_are_cleared_away(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");
    struct rival rival;
    char text[TEST_PATH];

    (void)state;
    DID(make_session, &deed);
    at.now.ms += SESSION_KEPT_MS + 1;
    DID(make_session, &deed);
    rival = rival_open(store.url);
    assert_true(rival_ask(&rival, "SELECT count(*) FROM session", text));
    assert_string_equal(text, "1");
    assert_true(rival_ask(&rival, "SELECT count(*) FROM identity_key WHERE kind = 'session'",
                          text));
    assert_string_equal(text, "1");
    rival_close(&rival);
}

/* --- grants --- */

static enum err make_grant(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return grant_make(tx, &at, text_of("first.clk"), &deed->grant, trouble);
}

static enum err read_roles(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return grant_roles(tx, at.now, &deed->actor, trouble);
}

static enum err take_grant(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return grant_end(tx, &at, text_of("first.clk"), deed->council, deed->grant.id, trouble);
}

static void a_grant_is_for_one_council_and_its_days(void **state)
{
    const int32_t today = day_of(at.now).days;
    struct deed deed = somebody(STI, "auditor");

    (void)state;
    deed.grant = (struct role_grant){ .council = CLK, .account = deed.account.id,
                                      .role = ROLE_AUDITOR, .starts = { today + 1 },
                                      .ends = { today + 2 } };
    DID(make_grant, &deed);
    deed.actor.acting = CLK;
    for (int32_t day = today; day <= today + 3; day++) {
        at.now.ms = (int64_t)day * 86400000 + 86399999;
        DID(read_roles, &deed);
        assert_int_equal(deed.actor.role[ROLE_AUDITOR], day == today + 1 || day == today + 2);
        assert_int_equal(actor_may(&deed.actor, MAY_READ_TRAIL),
                         day == today + 1 || day == today + 2);
    }
    at.now.ms = (int64_t)(today + 1) * 86400000;
    assert_false(actor_may(&deed.actor, MAY_GRANT));
    deed.actor.acting = STI;
    DID(read_roles, &deed);
    assert_false(deed.actor.role[ROLE_AUDITOR]);
    /* Another council cannot take it back. */
    deed.council = STI;
    assert_int_equal(run(take_grant, &deed), ERR_MISSING);
    deed.council = deed.actor.acting = CLK;
    DID(take_grant, &deed);
    DID(read_roles, &deed);
    assert_false(deed.actor.role[ROLE_AUDITOR]);
}

/* A role for a service counts for what can be of one, and for that one alone. */
static void a_role_can_be_for_a_service(void **state)
{
    const int32_t today = day_of(at.now).days;
    const struct text education = text_of("Education"), care = text_of("Social Services");
    struct deed deed = somebody(CLK, "head");

    (void)state;
    deed.actor = (struct actor){ .account = deed.account.id, .home = CLK, .acting = CLK,
                                 .strong = true };
    deed.grant = (struct role_grant){ .council = CLK, .account = deed.account.id,
                                      .role = ROLE_HEAD_OF_SERVICE, .service = education,
                                      .starts = { today }, .endless = true };
    DID(make_grant, &deed);
    deed.grant.role = ROLE_CHIEF_EXECUTIVE;
    deed.grant.service = care;
    DID(make_grant, &deed);
    DID(read_roles, &deed);
    assert_false(deed.actor.role[ROLE_HEAD_OF_SERVICE]);
    assert_int_equal(deed.actor.services, 2);
    assert_true(actor_may(&deed.actor, MAY_EDIT_RISK));
    assert_true(actor_may_of(&deed.actor, MAY_EDIT_RISK, education));
    assert_false(actor_may_of(&deed.actor, MAY_EDIT_RISK, care));
    assert_true(actor_may_of(&deed.actor, MAY_SEE_RISK, care));
    assert_false(actor_may_of(&deed.actor, MAY_SEE_RISK, text_of("")));
    /* What is of no service, nobody has by a role for one. */
    assert_false(actor_may(&deed.actor, MAY_SEE_PROPOSAL));
    assert_false(actor_may(&deed.actor, MAY_EXPORT));
    assert_false(actor_may(&deed.actor, MAY_READ_TRAIL));
    /* Both decide, and a password alone was shown. */
    deed.actor.strong = false;
    DID(read_roles, &deed);
    assert_true(deed.actor.held_back);
    assert_false(actor_may(&deed.actor, MAY_SEE_RISK));
}

static void grants_are_judged(void **state)
{
    struct role_grant grant = { .role = ROLE_AUDITOR, .endless = true };

    (void)state;
    assert_int_equal(grant_judge(&grant), GRANT_AUDITOR_ENDLESS);
    grant.role = ROLE_ADMINISTRATOR;
    assert_int_equal(grant_judge(&grant), GRANT_FIT);
    grant = (struct role_grant){ .role = ROLE_AUDITOR, .starts = { 5 }, .ends = { 4 } };
    assert_int_equal(grant_judge(&grant), GRANT_ENDS_BEFORE);
    grant.ends.days = 5;
    assert_int_equal(grant_judge(&grant), GRANT_FIT);
    grant.account = 7;
    grant.made_by = 6;
    assert_int_equal(grant_judge(&grant), GRANT_FIT);
    grant.made_by = 7;
    assert_int_equal(grant_judge(&grant), GRANT_TO_ONESELF);
    grant = (struct role_grant){ .role = ROLE_CLERK, .service = text_of("Education"),
                                 .endless = true };
    assert_int_equal(grant_judge(&grant), GRANT_FIT);
    grant.role = ROLE_ADMINISTRATOR;
    assert_int_equal(grant_judge(&grant), GRANT_NOT_BY_SERVICE);
    assert_true(strlen(grant_refusal_sentence(GRANT_ENDS_BEFORE)) > 20);
}

/* The store's own list of them is the program's. */
static void every_role_can_be_granted(void **state)
{
    struct deed deed = somebody(CLK, "everybody");

    (void)state;
    for (enum role role = 0; role < ROLES; role++) {
        deed.grant = (struct role_grant){ .council = CLK, .account = deed.account.id,
                                          .role = role, .starts = day_of(at.now),
                                          .ends = day_of(at.now) };
        DID(make_grant, &deed);
    }
    deed.actor.strong = true;
    DID(read_roles, &deed);
    for (enum role role = 0; role < ROLES; role++) {
        enum role read;
        assert_true(deed.actor.role[role]);
        assert_true(role_parse(text_of(role_name(role)), &read) && read == role);
        assert_true(strlen(role_title(role)) > 0 && strlen(role_purpose(role)) > 10);
    }
}

/* Nobody may anything by being nobody. */
static void rights_come_from_roles_alone(void **state)
{
    struct actor actor = { 0 };

    (void)state;
    for (enum right right = MAY_NOTHING; right < RIGHTS; right++)
        assert_int_equal(actor_may(&actor, right), right == MAY_ANYBODY);
    actor.account = 1;
    for (enum right right = MAY_NOTHING; right < RIGHTS; right++)
        assert_int_equal(actor_may(&actor, right), right == MAY_ANYBODY || right == MAY_OWN);
    actor.role[ROLE_ADMINISTRATOR] = true;
    assert_true(actor_may(&actor, MAY_GRANT));
    assert_false(actor_may(&actor, MAY_NOTHING));
}

/* --- a council's key --- */

struct naming {
    int64_t             council;
    int                 signer;     /* test_signer_make() */
    struct council_keys keys;
};

static enum err name_key(struct tx *tx, void *context, struct trouble *trouble)
{
    struct naming *naming = context;
    struct minisign_public key;
    struct minisign_secret secret;

    test_signer_make(naming->signer, &key, &secret);
    enum err err = council_key_add(tx, &store.arena, naming->council, &key, at.now, trouble);
    return err != OK ? err : council_key_list(tx, &store.arena, naming->council, &naming->keys,
                                              trouble);
}

static enum err name_again(struct naming *naming)
{
    said = (struct trouble){ 0 };
    return db_write(store.db, (struct db_scope){ naming->council, &store.arena }, name_key,
                    naming, &said);
}

/* Both councils have keys 1 and 2 already, and the server 0. */
static void a_key_is_named_once_and_stays(void **state)
{
    struct naming naming = { .council = CLK };
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];

    (void)state;
    for (naming.signer = 0; naming.signer <= 2; naming.signer++) {
        assert_int_equal(name_again(&naming), ERR_CONFLICT);
        /* Found out, so that a page can say so, before the store's own constraint. */
        assert_string_equal(said.text, "this key is in use already");
    }
    /* They were put there by hand with their numbers, which moves no counter of PostgreSQL's. */
    if (test_on_server())
        rival_do(&rival, "SELECT setval(pg_get_serial_sequence('council_key', 'id'), 2)");
    assert_int_equal(name_again(&naming), OK);
    assert_int_equal(naming.keys.count, 2);
    assert_int_equal(naming.keys.key[0].added_at.ms, TEST_NOW);
    assert_int_equal(naming.keys.key[1].added_at.ms, 1);
    assert_string_not_equal(naming.keys.key[0].line.data, naming.keys.key[1].line.data);
    /* The owner on PostgreSQL may; the serving role may not (migrate.c). */
    if (!test_on_server()) {
        assert_false(rival_ask(&rival, "UPDATE council_key SET council = 2", text));
        assert_false(rival_ask(&rival, "DELETE FROM council_key", text));
    }
    rival_close(&rival);
}

/* --- tokens --- */

static enum err make_token(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return token_make(tx, &at, &deed->actor, &deed->token, &deed->secret, trouble);
}

static enum err find_token(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    char bearer[80];

    (void)snprintf(bearer, sizeof bearer, "%s%s", SECRET_TOKEN_MARK, deed->secret.text);
    return token_find(tx, at.now, text_of(bearer), &deed->actor, trouble);
}

static enum err end_token(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return token_end(tx, &at, &deed->actor, deed->token.id, trouble);
}

static void a_token_ends(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");

    (void)state;
    deed.actor.acting = STI;
    deed.token = (struct api_token){ .name = text_of("a"), .ends_at = { at.now.ms + 1000 } };
    DID(make_token, &deed);
    DID(find_token, &deed);
    assert_int_equal(deed.actor.acting, STI);
    assert_int_equal(deed.actor.home, CLK);
    assert_false(deed.actor.may_write);
    at.now.ms += 1000;
    assert_int_equal(run(find_token, &deed), ERR_MISSING);
    at.now.ms -= 1;
    DID(find_token, &deed);
    DID(end_token, &deed);
    assert_int_equal(run(find_token, &deed), ERR_MISSING);
    assert_int_equal(run(end_token, &deed), ERR_MISSING);
    /* Nor does it serve as a session. */
    DID(make_token, &deed);
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
}

/* --- somebody leaves --- */

static enum err close_account(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return leaver_close(tx, &store.arena, &at, &deed->actor, &deed->account, trouble);
}

static enum err lose_role(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return leaver_lose_role(tx, &at, &deed->actor, deed->grant.id, trouble);
}

static enum err make_password_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    deed->link = (struct one_time_link){ .council = deed->account.council,
                                         .purpose = LINK_PASSWORD, .account = deed->account.id };
    return link_make(tx, &at, text_of("first.clk"), &deed->link, &deed->secret, trouble);
}

static enum err find_password_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return link_find(tx, at.now, LINK_PASSWORD, text_of(deed->secret.text), &deed->link, trouble);
}

static enum err set_password(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return account_set_password(tx, &at, &deed->account, trouble);
}

/* By that council, from today on; a second person of it does it. */
static void give_role(struct deed *deed, int64_t council, enum role role)
{
    deed->grant = (struct role_grant){ .council = council, .account = deed->account.id,
                                       .role = role, .starts = day_of(at.now),
                                       .endless = true };
    DID(make_grant, deed);
}

static enum err add_form(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return kept_form_add(tx, at.now, &deed->actor, text_of("/risks"), (struct text){ "a\0b", 3 },
                         trouble);
}

static void who_leaves_loses_everything(void **state)
{
    struct deed admin = somebody(CLK, "first.clk"), leaver = somebody(CLK, "j.head"), link = leaver;
    struct deed token;
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];

    (void)state;
    give_role(&admin, CLK, ROLE_ADMINISTRATOR);
    give_role(&leaver, CLK, ROLE_ACCOUNTANT);
    give_role(&leaver, STI, ROLE_HEAD_OF_SERVICE);
    DID(make_session, &leaver);
    token = leaver;
    token.token = (struct api_token){ .name = text_of("x"), .ends_at = { at.now.ms + 1000 } };
    DID(make_token, &token);
    DID(make_password_link, &link);
    DID(add_form, &leaver);
    admin.account = leaver.account;
    admin.actor.acting = STI;
    assert_int_equal(run(close_account, &admin), ERR_MISSING);
    DID(find_session, &leaver);
    admin.actor.acting = CLK;
    DID(close_account, &admin);
    assert_int_equal(run(find_session, &leaver), ERR_MISSING);
    assert_int_equal(run(find_token, &token), ERR_MISSING);
    assert_int_equal(run(find_password_link, &link), ERR_MISSING);
    for (leaver.actor.acting = CLK; leaver.actor.acting <= STI; leaver.actor.acting++) {
        DID(read_roles, &leaver);
        for (enum role role = 0; role < ROLES; role++)
            assert_false(leaver.actor.role[role]);
    }
    assert_int_equal(run(set_password, &leaver), ERR_MISSING);
    assert_int_equal(run(close_account, &admin), ERR_MISSING);
    /* Not only because the account is closed: each has ended by itself. */
    assert_true(rival_ask(&rival, "SELECT (SELECT count(*) FROM session WHERE ended_at IS NULL) + "
                          "(SELECT count(*) FROM api_token WHERE ended_at IS NULL) + "
                          "(SELECT count(*) FROM one_time_link WHERE used_at IS NULL) + "
                          "(SELECT count(*) FROM kept_form) + "
                          "(SELECT count(*) FROM role_grant WHERE ended_at IS NULL AND account"
                          " IN (SELECT id FROM account WHERE login = 'j.head')) + "
                          "(SELECT count(*) FROM identity_key WHERE kind <> 'login')", text));
    assert_string_equal(text, "0");
    rival_close(&rival);
}

static void the_last_administrator_stays(void **state)
{
    struct deed admin = somebody(CLK, "first.clk"), second = somebody(CLK, "second");
    struct deed foreign = somebody(STI, "foreign");

    (void)state;
    give_role(&admin, CLK, ROLE_ADMINISTRATOR);
    give_role(&foreign, CLK, ROLE_ADMINISTRATOR);
    /* Neither one of another council nor one with an end is enough. */
    second.grant = (struct role_grant){ .council = CLK, .account = second.account.id,
                                        .role = ROLE_ADMINISTRATOR, .starts = day_of(at.now),
                                        .ends = { day_of(at.now).days + 1 } };
    DID(make_grant, &second);
    assert_int_equal(run(lose_role, &admin), ERR_REFUSED);
    second.account = admin.account;
    assert_int_equal(run(close_account, &second), ERR_REFUSED);
    second.account.id = second.actor.account;
    assert_int_equal(run(close_account, &second), ERR_REFUSED);
    assert_non_null(strstr(said.text, "own account"));
    /* With another one both may. */
    give_role(&second, CLK, ROLE_ADMINISTRATOR);
    DID(lose_role, &admin);
    second.account = admin.account;
    DID(close_account, &second);
    assert_int_equal(run(lose_role, &second), ERR_REFUSED);
}

static void a_password_link_is_for_one_account(void **state)
{
    struct deed one = somebody(CLK, "one"), again;

    (void)state;
    DID(make_password_link, &one);
    DID(find_password_link, &one);
    assert_int_equal(one.link.account, one.account.id);
    assert_int_equal(run(use_link, &one), ERR_MISSING);
    again = one;
    DID(make_password_link, &again);
    assert_int_equal(run(find_password_link, &one), ERR_MISSING);
    DID(find_password_link, &again);
    DID(make_session, &again);
    again.account.password = text_of("argon2id 1 8 z z");
    DID(set_password, &again);
    assert_int_equal(run(find_session, &again), ERR_MISSING);
    DID(find_account, &again);
    assert_memory_equal(again.account.password.data, "argon2id 1 8 z z", 16);
}

/* --- attempts --- */

static enum err begin_attempt(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    deed->attempt.at = at.now;
    return attempt_begin(tx, &deed->attempt, &deed->allowed, trouble);
}

static enum err forgive_attempt(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return attempt_forgive(tx, &deed->attempt, trouble);
}

static bool attempt(struct deed *deed, const char *login, const char *address)
{
    deed->attempt.login = text_of(login);
    deed->attempt.address = text_of(address);
    DID(begin_attempt, deed);
    return deed->allowed;
}

static void ten_attempts_in_five_minutes(void **state)
{
    struct deed deed = { .council = 0 };
    char address[16];

    (void)state;
    for (int i = 0; i < ATTEMPTS_MOST; i++) {
        (void)snprintf(address, sizeof address, "10.0.0.%d", i);
        assert_true(attempt(&deed, "first.clk", address));
        at.now.ms += 1;
    }
    assert_false(attempt(&deed, "first.clk", "10.0.0.99"));
    assert_true(attempt(&deed, "second.clk", "10.0.0.1"));
    /* The first one is five minutes old: there is room for one. */
    at.now.ms = TEST_NOW + ATTEMPT_MS;
    assert_true(attempt(&deed, "first.clk", "10.0.0.99"));
    assert_false(attempt(&deed, "first.clk", "10.0.0.99"));
    DID(forgive_attempt, &deed);
    assert_true(attempt(&deed, "first.clk", "10.0.0.99"));
}

static void an_address_is_counted_too(void **state)
{
    struct deed deed = { .council = 0 };
    char login[16];

    (void)state;
    for (int i = 0; i < ATTEMPTS_MOST; i++) {
        (void)snprintf(login, sizeof login, "a.%d", i);
        assert_true(attempt(&deed, login, "10.0.0.1"));
    }
    assert_false(attempt(&deed, "b", "10.0.0.1"));
    assert_true(attempt(&deed, "b", "10.0.0.2"));
}

/* --- kept answers --- */

static enum err keep_answer(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    enum err err = tx_scope(tx, deed->actor.acting, trouble);

    return err != OK ? err : answer_keep(tx, at.now, &deed->actor, &deed->answer, trouble);
}

static enum err find_answer(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    enum err err = tx_scope(tx, deed->actor.acting, trouble);

    return err != OK ? err : answer_find(tx, &store.arena, at.now, &deed->actor, &deed->answer,
                                         trouble);
}

static void an_answer_is_kept_for_a_day(void **state)
{
    struct deed deed = somebody(CLK, "first.clk");

    (void)state;
    deed.answer = (struct kept_answer){ text_of("key"), text_of("hash"), 201, text_of("type"),
                                        text_of("\"1\""), { "bo\0dy", 5 } };
    assert_int_equal(run(find_answer, &deed), ERR_MISSING);
    DID(keep_answer, &deed);
    deed.answer = (struct kept_answer){ .key = text_of("key"), .request = text_of("hash") };
    DID(find_answer, &deed);
    assert_int_equal(deed.answer.status, 201);
    assert_true(text_equal(deed.answer.body, (struct text){ "bo\0dy", 5 }));
    assert_true(text_is(deed.answer.etag, "\"1\""));
    deed.answer.request = text_of("another");
    assert_int_equal(run(find_answer, &deed), ERR_CONFLICT);
    deed.answer.request = text_of("hash");
    assert_int_equal(run(keep_answer, &deed), ERR_CONFLICT);
    deed.actor.acting = STI;
    assert_int_equal(run(find_answer, &deed), ERR_MISSING);
    deed.actor.acting = CLK;
    at.now.ms += ANSWER_KEPT_MS;
    assert_int_equal(run(find_answer, &deed), ERR_MISSING);
    DID(keep_answer, &deed);
}

/* --- a form that waits --- */

static enum err list_forms(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return kept_form_list(tx, &store.arena, at.now, &deed->actor, &deed->forms, trouble);
}

static enum err get_form(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return kept_form_get(tx, &store.arena, at.now, &deed->actor, deed->id, &deed->form, trouble);
}

static enum err drop_form(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return kept_form_drop(tx, &deed->actor, deed->id, trouble);
}

static enum err collect_forms(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return kept_form_collect(tx, at.now, deed->council, &deed->id, trouble);
}

static void a_kept_form_is_its_owners_for_thirty_days(void **state)
{
    struct deed deed = somebody(CLK, "first.clk"), other = somebody(CLK, "j.head");

    (void)state;
    deed.actor.session = 7;
    deed.actor.acting = STI;
    DID(add_form, &deed);
    DID(list_forms, &deed);
    assert_int_equal(deed.forms.count, 1);
    deed.id = other.id = deed.forms.form[0].id;
    DID(get_form, &deed);
    assert_int_equal(deed.form.session, 7);
    assert_int_equal(deed.form.acting, STI);
    assert_true(text_is(deed.form.path, "/risks"));
    assert_true(text_equal(deed.form.fields, (struct text){ "a\0b", 3 }));
    assert_int_equal(run(get_form, &other), ERR_MISSING);
    assert_int_equal(run(drop_form, &other), ERR_MISSING);
    DID(list_forms, &other);
    assert_int_equal(other.forms.count, 0);
    at.now.ms += KEPT_FORM_MS - 1;
    DID(get_form, &deed);
    deed.council = CLK;
    DID(collect_forms, &deed);
    assert_int_equal(deed.id, 0);
    at.now.ms++;
    deed.id = other.id;
    assert_int_equal(run(get_form, &deed), ERR_MISSING);
    deed.council = STI;
    DID(collect_forms, &deed);
    assert_int_equal(deed.id, 0);
    deed.council = CLK;
    DID(collect_forms, &deed);
    assert_int_equal(deed.id, 1);
}

static void an_account_keeps_its_newest_forms(void **state)
{
    struct deed deed = somebody(CLK, "first.clk"), other = somebody(CLK, "j.head");

    (void)state;
    DID(add_form, &other);
    for (deed.actor.session = 1; deed.actor.session <= KEPT_FORMS_MOST + 1; deed.actor.session++)
        DID(add_form, &deed);
    DID(list_forms, &deed);
    assert_int_equal(deed.forms.count, KEPT_FORMS_MOST);
    assert_int_equal(deed.forms.form[0].session, KEPT_FORMS_MOST + 1);
    assert_int_equal(deed.forms.form[KEPT_FORMS_MOST - 1].session, 2);
    DID(list_forms, &other);
    assert_int_equal(other.forms.count, 1);
    deed.id = deed.forms.form[0].id;
    DID(drop_form, &deed);
    assert_int_equal(run(drop_form, &deed), ERR_MISSING);
}

static enum err find_expired(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return session_find_expired(tx, at.now, text_of(deed->secret.text), &deed->actor, trouble);
}

static void a_session_that_ended_by_itself_is_known_for_thirty_days(void **state)
{
    struct deed deed = somebody(CLK, "first.clk"), ended = deed;

    (void)state;
    DID(make_session, &deed);
    DID(make_session, &ended);
    assert_int_equal(run(find_expired, &deed), ERR_MISSING);
    ended.id = ended.actor.session;
    DID(end_session, &ended);
    at.now.ms += SESSION_IDLE_MS;
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
    DID(find_expired, &deed);
    assert_int_equal(deed.actor.account, deed.account.id);
    assert_int_equal(run(find_expired, &ended), ERR_MISSING);
    at.now.ms += SESSION_KEPT_MS - SESSION_IDLE_MS;
    assert_int_equal(run(find_expired, &deed), ERR_MISSING);
}

static enum err prepare_all(struct tx *tx, void *context, struct trouble *trouble)
{
    (void)context;
    for (int i = 0; identity_queries[i] != NULL; i++) {
        struct statement *made;
        enum err err = tx_prepare(tx, identity_queries[i], &made, trouble);
        if (err != OK)
            return err;
    }
    return OK;
}

static void every_query_can_be_prepared(void **state)
{
    struct deed deed = { .council = 0 };

    (void)state;
    DID(prepare_all, &deed);
}

/* --- a second factor --- */

/* RFC 4226, appendix D, and RFC 6238, appendix B (of whose eight digits these are the last six). */
static void codes_are_those_of_the_standards(void **state)
{
    static const struct {
        int64_t     counter;
        const char *code;
    } rows[] = {
        { 0, "755224" }, { 1, "287082" }, { 2, "359152" }, { 3, "969429" }, { 4, "338314" },
        { 5, "254676" }, { 6, "287922" }, { 7, "162583" }, { 8, "399871" }, { 9, "520489" },
        { 59 / 30, "287082" }, { 1111111109 / 30, "081804" }, { 1111111111 / 30, "050471" },
        { 1234567890 / 30, "005924" }, { 2000000000 / 30, "279037" },
        { 20000000000 / 30, "353130" },
    };
    struct totp_secret secret;

    (void)state;
    memcpy(secret.bytes, "12345678901234567890", sizeof secret.bytes);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char code[TOTP_DIGITS + 1];
        assert_int_equal(totp_code(&secret, rows[i].counter, code, &said), OK);
        assert_string_equal(code, rows[i].code);
    }
}

static void a_code_counts_half_a_minute_early_or_late_and_once(void **state)
{
    const struct moment now = { 59000 };
    static const struct {
        int64_t of, used, wanted;
    } rows[] = {
        { 1, 0, 1 }, { 0, -1, 0 }, { 2, 0, 2 }, { 3, 0, 0 }, { 1, 1, 0 }, { 2, 1, 2 }, { 1, 2, 0 },
    };
    struct totp_secret secret;

    (void)state;
    memcpy(secret.bytes, "12345678901234567890", sizeof secret.bytes);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char code[TOTP_DIGITS + 1];
        int64_t counter = 7;
        assert_int_equal(totp_code(&secret, rows[i].of, code, &said), OK);
        assert_int_equal(totp_match(&secret, now, rows[i].used, text_of(code), &counter, &said),
                         OK);
        assert_int_equal(counter, rows[i].wanted);
        code[TOTP_DIGITS - 1] = (char)(code[TOTP_DIGITS - 1] == '0' ? '1' : '0');
        assert_int_equal(totp_match(&secret, now, 0, text_of(code), &counter, &said), OK);
        assert_int_equal(counter, 0);
    }
}

static void a_secret_is_shown_in_fours(void **state)
{
    struct totp_secret secret;

    (void)state;
    memcpy(secret.bytes, "12345678901234567890", sizeof secret.bytes);
    assert_true(text_is(totp_secret_words(&store.arena, &secret),
                        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"));
    assert_true(text_is(totp_address(&store.arena, &secret, text_of("first.clk")),
                        "otpauth://totp/Ochil:first.clk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        "&issuer=Ochil"));
}

static void sealed_words_open_where_they_belong(void **state)
{
    const struct master_key key = { { 1 } }, other_key = { { 2 } };
    const struct seal_place here = { &key, text_of("CLK"), "second factor", 7 };
    const struct seal_place elsewhere[] = {
        { &other_key, text_of("CLK"), "second factor", 7 },
        { &key, text_of("STI"), "second factor", 7 },
        { &key, text_of("CLK"), "form", 7 },
        { &key, text_of("CLK"), "second factor", 8 },
    };
    struct text sealed, plain;

    (void)state;
    assert_int_equal(words_seal(&real_outside, &store.arena, &here, text_of("words"), &sealed,
                                &said), OK);
    assert_int_equal(words_unseal(&store.arena, &here, sealed, &plain, &said), OK);
    assert_true(text_is(plain, "words"));
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        assert_int_equal(words_unseal(&store.arena, &elsewhere[i], sealed, &plain, &said),
                         ERR_CHECK);
    sealed.size--;
    assert_int_equal(words_unseal(&store.arena, &here, sealed, &plain, &said), ERR_CHECK);
    const struct seal_place keyless = { NULL, text_of("CLK"), "form", 7 };
    assert_int_equal(words_seal(&real_outside, &store.arena, &keyless, text_of("x"), &sealed,
                                &said), ERR_MISSING);
}

static enum err offer_second(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return second_factor_offer(tx, &at, &deed->actor, text_of(deed->secret.text), trouble);
}

static enum err begin_second(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return second_factor_begin(tx, &at, &deed->actor, deed->id, trouble);
}

static enum err read_second(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return second_factor_read(tx, &store.arena, &deed->actor, &deed->second, trouble);
}

static enum err use_second(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return second_factor_use(tx, &deed->actor, deed->id, &deed->allowed, trouble);
}

static enum err make_codes(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return recovery_codes_make(tx, &at, &deed->actor, &deed->codes, trouble);
}

static enum err use_recovery(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return recovery_code_use(tx, &at, &deed->actor, text_of(deed->secret.text), &deed->allowed,
                             trouble);
}

static enum err count_codes(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return recovery_codes_count(tx, &deed->actor, &deed->id, trouble);
}

static enum err reset_second(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return second_factor_reset(tx, &at, text_of("m.admin"), &deed->account, trouble);
}

static void a_second_factor_is_in_force_when_confirmed(void **state)
{
    struct deed deed = somebody(1, "first.clk");

    (void)state;
    (void)snprintf(deed.secret.text, sizeof deed.secret.text, "one");
    assert_int_equal(run(begin_second, &deed), ERR_MISSING);
    DID(offer_second, &deed);
    DID(read_second, &deed);
    assert_false(deed.second.on);
    assert_true(text_is(deed.second.offered, "one"));
    deed.id = 5;
    DID(begin_second, &deed);
    (void)snprintf(deed.secret.text, sizeof deed.secret.text, "two");
    DID(offer_second, &deed);
    DID(read_second, &deed);
    assert_true(deed.second.on && deed.second.counter == 5);
    assert_true(text_is(deed.second.secret, "one") && text_is(deed.second.offered, "two"));
    assert_int_equal(run(begin_second, &deed), OK);
    assert_int_equal(run(begin_second, &deed), ERR_MISSING);
}

static void a_counter_is_used_once(void **state)
{
    static const struct {
        int64_t counter;
        bool    fresh;
    } rows[] = { { 5, false }, { 6, true }, { 6, false }, { 4, false }, { 9, true } };
    struct deed deed = somebody(1, "first.clk"), other = somebody(1, "other");

    (void)state;
    DID(offer_second, &deed);
    deed.id = 5;
    DID(begin_second, &deed);
    for (size_t i = 0; i < COUNT(rows); i++) {
        deed.id = other.id = rows[i].counter;
        DID(use_second, &deed);
        assert_int_equal(deed.allowed, rows[i].fresh);
        DID(use_second, &other);
        assert_false(other.allowed);
    }
}

static void a_recovery_code_lets_its_owner_in_once(void **state)
{
    struct deed deed = somebody(1, "first.clk"), other = somebody(1, "other");
    char upper[RECOVERY_CODE_TEXT];

    (void)state;
    DID(make_codes, &deed);
    for (size_t i = 0; i < sizeof upper; i++) {
        const char c = deed.codes.code[3][i];
        upper[i] = (char)(c == '-' ? ' ' : c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    (void)snprintf(other.secret.text, sizeof other.secret.text, "%s", upper);
    (void)snprintf(deed.secret.text, sizeof deed.secret.text, "%s", upper);
    DID(use_recovery, &other);
    assert_false(other.allowed);
    DID(use_recovery, &deed);
    assert_true(deed.allowed);
    DID(use_recovery, &deed);
    assert_false(deed.allowed);
    DID(count_codes, &deed);
    assert_int_equal(deed.id, RECOVERY_CODES - 1);
    (void)snprintf(deed.secret.text, sizeof deed.secret.text, "%s", deed.codes.code[4]);
    DID(make_codes, &deed);
    DID(use_recovery, &deed);
    assert_false(deed.allowed);
    static const char *const none[] = { "", "abcd", "aaaa-aaaa-aaaa-aaaa", "aaaaaaaaaaaaaaaaa" };
    for (size_t i = 0; i < COUNT(none); i++) {
        (void)snprintf(deed.secret.text, sizeof deed.secret.text, "%s", none[i]);
        DID(use_recovery, &deed);
        assert_false(deed.allowed);
    }
}

static void a_second_factor_that_is_taken_away_leaves_nothing(void **state)
{
    struct deed deed = somebody(1, "first.clk");

    (void)state;
    assert_int_equal(run(reset_second, &deed), ERR_MISSING);
    DID(offer_second, &deed);
    deed.id = 5;
    DID(begin_second, &deed);
    DID(make_codes, &deed);
    DID(make_session, &deed);
    DID(reset_second, &deed);
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
    DID(read_second, &deed);
    assert_false(deed.second.on);
    (void)snprintf(deed.secret.text, sizeof deed.secret.text, "%s", deed.codes.code[0]);
    DID(use_recovery, &deed);
    assert_false(deed.allowed);
}

static enum err write_setting(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return login_setting_write(tx, &at, text_of("m.admin"), deed->council, &deed->setting,
                               trouble);
}

/* The council acted for says of whom it is asked. */
static void roles_count_as_far_as_enough_was_shown(void **state)
{
    static const struct {
        bool                    written;
        enum second_factor_rule rule;
        bool                    strong, administrator, member, held_back;
    } rows[] = {
        { false, SECOND_FACTOR_ROLES, false, false, true, true },
        { false, SECOND_FACTOR_ROLES, true, true, true, false },
        { true, SECOND_FACTOR_ROLES, false, false, true, true },
        { true, SECOND_FACTOR_EVERYBODY, false, false, false, true },
        { true, SECOND_FACTOR_EVERYBODY, true, true, true, false },
        { true, SECOND_FACTOR_OFF, false, true, true, false },
    };
    struct deed deed = somebody(1, "first.clk");
    static const enum role roles[] = { ROLE_ADMINISTRATOR, ROLE_MEMBER };

    (void)state;
    for (size_t i = 0; i < COUNT(roles); i++) {
        deed.grant = (struct role_grant){ .council = 2, .account = deed.account.id,
                                          .role = roles[i], .starts = day_of(at.now),
                                          .endless = true };
        DID(make_grant, &deed);
    }
    deed.actor.acting = 2;
    for (size_t i = 0; i < COUNT(rows); i++) {
        deed.setting = (struct login_setting){ rows[i].rule, true };
        deed.council = 2;
        if (rows[i].written)
            DID(write_setting, &deed);
        /* Of the other council it is no matter. */
        deed.council = 1;
        deed.setting.rule = rows[i].rule == SECOND_FACTOR_OFF ? SECOND_FACTOR_EVERYBODY
                                                              : SECOND_FACTOR_OFF;
        DID(write_setting, &deed);
        deed.actor.strong = rows[i].strong;
        DID(read_roles, &deed);
        assert_int_equal(deed.actor.role[ROLE_ADMINISTRATOR], rows[i].administrator);
        assert_int_equal(deed.actor.role[ROLE_MEMBER], rows[i].member);
        assert_int_equal(deed.actor.held_back, rows[i].held_back);
    }
}

/* --- through a council's own login --- */

static enum err come_in(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    const struct oidc_provider provider = { .council = 1, .issuer = text_of("https://x") };

    return oidc_come_in(tx, &store.arena, &at, &provider, &deed->claims, &deed->account, trouble);
}

static enum err add_group(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return oidc_group_add(tx, &at, text_of("m.admin"), 1, &deed->group, trouble);
}

static enum err list_grants(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return grant_list(tx, &store.arena, at.now, 1, deed->account.id, &deed->grants, trouble);
}

/* Who comes with these groups, NULL at the end; the roles that are then in force, as letters. */
static void comes(struct deed *deed, const char *subject, const char *const groups[],
                  const char *roles)
{
    static struct text group[4];
    char got[ROLES + 1] = "";

    deed->claims = (struct oidc_claims){ .subject = text_of(subject), .group = group,
                                         .name = text_of("First.Clk@clacks.example") };
    while (groups[deed->claims.groups] != NULL) {
        group[deed->claims.groups] = text_of(groups[deed->claims.groups]);
        deed->claims.groups++;
    }
    DID(come_in, deed);
    DID(list_grants, deed);
    for (size_t i = 0; i < deed->grants.count; i++)
        got[deed->grants.grant[i].role] = '.';
    for (enum role role = 0; role < ROLES; role++)
        got[role] = (char)(got[role] == '.' ? 'a' + (int)role : '-');
    assert_int_equal(strlen(roles), deed->grants.count);
    for (const char *one = roles; *one != '\0'; one++)
        assert_int_equal(got[*one - 'a'], *one);
}

static const char *const finance[] = { "finance", NULL }, *const both[] = { "audit", "finance",
    NULL }, *const audit[] = { "audit", NULL }, *const nothing[] = { "else", NULL };

static void add_groups(struct deed *deed)
{
    deed->group = (struct oidc_group){ .name = text_of("finance"), .role = ROLE_ACCOUNTANT };
    DID(add_group, deed);
    assert_int_equal(run(add_group, deed), ERR_CONFLICT);
    deed->group = (struct oidc_group){ .name = text_of("audit"), .role = ROLE_AUDITOR };
    DID(add_group, deed);
}

static void a_group_gives_and_takes_its_roles(void **state)
{
    struct deed deed = { .id = 0 };

    (void)state;
    add_groups(&deed);
    deed.claims = (struct oidc_claims){ .subject = text_of("s") };
    assert_int_equal(run(come_in, &deed), ERR_REFUSED);
    comes(&deed, "s", finance, "e");
    const int64_t account = deed.account.id, first = deed.grants.grant[0].id;
    assert_true(text_is(deed.account.login, "first.clk"));
    assert_true(deed.grants.grant[0].by_group && !deed.grants.grant[0].endless);
    assert_int_equal(deed.grants.grant[0].ends.days, day_of(at.now).days + OIDC_GRANT_DAYS);
    comes(&deed, "s", both, "be");
    assert_int_equal(deed.account.id, account);
    assert_true(deed.grants.grant[0].id == first || deed.grants.grant[1].id == first);
    /* What people gave stays. */
    deed.grant = (struct role_grant){ .council = 1, .account = account, .role = ROLE_CLERK,
                                      .starts = day_of(at.now), .endless = true };
    DID(make_grant, &deed);
    comes(&deed, "s", audit, "bl");
    comes(&deed, "s", nothing, "l");
    comes(&deed, "s", finance, "el");
    /* Made anew when it would end soon; over by itself otherwise. */
    at.now.ms += INT64_C(86400000) * (OIDC_GRANT_DAYS - OIDC_RENEW_DAYS + 1);
    comes(&deed, "s", finance, "el");
    at.now.ms += INT64_C(86400000) * (OIDC_GRANT_DAYS + 1);
    DID(list_grants, &deed);
    assert_int_equal(deed.grants.count, 1);
}

/* One group may give a role for two services; each is a grant of its own. */
static void a_group_gives_a_role_for_a_service(void **state)
{
    struct deed deed = { .id = 0 };

    (void)state;
    for (int i = 0; i < 2; i++) {
        deed.group = (struct oidc_group){ .name = text_of("heads"),
                                          .role = ROLE_HEAD_OF_SERVICE,
                                          .service = text_of(i == 0 ? "Care" : "Education") };
        DID(add_group, &deed);
        assert_int_equal(run(add_group, &deed), ERR_CONFLICT);
    }
    for (int i = 0; i < 2; i++) {
        deed.claims = (struct oidc_claims){ .subject = text_of("s"), .groups = 1,
                                            .group = &(struct text){ "heads", 5 },
                                            .name = text_of("h") };
        DID(come_in, &deed);
        DID(list_grants, &deed);
        assert_int_equal(deed.grants.count, 2);
        assert_false(text_equal(deed.grants.grant[0].service, deed.grants.grant[1].service));
    }
    comes(&deed, "s", nothing, "");
}

/* --- an account that is linked to somebody there --- */

static enum err offer_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    const struct oidc_provider provider = { .council = 1, .issuer = text_of("https://x") };

    return login_link_offer(tx, &store.arena, at.now, &provider, &deed->claims, &deed->actor,
                            text_of("sealed"), trouble);
}

static enum err confirm_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return login_link_confirm(tx, &at, &deed->actor, trouble);
}

static enum err end_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return login_link_end(tx, &at, text_of("m.admin"), &deed->account, trouble);
}

static enum err read_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return login_link_read(tx, &store.arena, at.now, 1, deed->account.id, &deed->linked, trouble);
}

/* An account of the council, as `deed` has it; in a session, nearly. */
static void stands_for(struct deed *deed, int64_t id, int64_t council)
{
    deed->account = (struct account){ .id = id, .council = council };
    deed->actor = (struct actor){ .account = id, .home = council, .acting = council,
                                  .login = "first.clk" };
}

static void an_account_is_linked_once_it_was_confirmed(void **state)
{
    struct deed deed = { .id = 0 };
    const int64_t mine = somebody(1, "first.clk").account.id;
    const int64_t other = somebody(1, "other.clk").account.id;

    (void)state;
    add_groups(&deed);
    deed.claims = (struct oidc_claims){ .subject = text_of("s"), .name = text_of("First") };
    stands_for(&deed, mine, 1);
    assert_int_equal(run(confirm_link, &deed), ERR_REFUSED);
    DID(offer_link, &deed);
    DID(read_link, &deed);
    assert_true(deed.linked.offered && !deed.linked.linked);
    assert_true(text_is(deed.linked.name, "sealed"));
    /* Somebody else's offer is not mine to confirm; mine is good for ten minutes. */
    stands_for(&deed, other, 1);
    assert_int_equal(run(confirm_link, &deed), ERR_REFUSED);
    stands_for(&deed, mine, 1);
    at.now.ms += LOGIN_LINK_MS;
    assert_int_equal(run(confirm_link, &deed), ERR_REFUSED);
    DID(offer_link, &deed);
    at.now.ms += LOGIN_LINK_MS - 1;
    DID(confirm_link, &deed);
    assert_int_equal(run(confirm_link, &deed), ERR_REFUSED);
    DID(read_link, &deed);
    assert_true(deed.linked.linked && !deed.linked.offered);
    /* Whoever signs in there is the owner, and gets what the groups give. */
    comes(&deed, "s", finance, "e");
    assert_int_equal(deed.account.id, mine);
    /* One each way. */
    assert_int_equal(run(offer_link, &deed), ERR_REFUSED);
    stands_for(&deed, other, 1);
    assert_int_equal(run(offer_link, &deed), ERR_REFUSED);
    stands_for(&deed, mine, 1);
    DID(end_link, &deed);
    assert_int_equal(run(end_link, &deed), ERR_MISSING);
    comes(&deed, "s", finance, "e");
    assert_int_not_equal(deed.account.id, mine);
}

static enum err take_link(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;
    const struct oidc_provider provider = { .council = 1, .issuer = text_of("https://x") };
    char hash[SHA256_HEX_SIZE];
    const enum err err = login_link_judge(tx, &store.arena, &provider, &deed->claims,
                                          &deed->account, hash, trouble);

    return err != OK ? err : login_link_take(tx, &at, &deed->account, hash, trouble);
}

static void an_account_is_linked_by_an_administrators_link(void **state)
{
    struct deed deed = { .id = 0 };
    const int64_t mine = somebody(1, "first.clk").account.id;

    (void)state;
    add_groups(&deed);
    deed.claims = (struct oidc_claims){ .subject = text_of("s"), .name = text_of("First") };
    stands_for(&deed, somebody(2, "first.sti").account.id, 2);
    assert_int_equal(run(take_link, &deed), ERR_REFUSED);
    stands_for(&deed, mine, 1);
    deed.account.break_glass = true;
    assert_int_equal(run(take_link, &deed), ERR_REFUSED);
    deed.account.break_glass = false;
    DID(take_link, &deed);
    deed.claims.subject = text_of("t");
    assert_int_equal(run(take_link, &deed), ERR_REFUSED);
    stands_for(&deed, somebody(1, "other.clk").account.id, 1);
    deed.claims.subject = text_of("s");
    assert_int_equal(run(take_link, &deed), ERR_REFUSED);
    comes(&deed, "s", finance, "e");
    assert_int_equal(deed.account.id, mine);
}

static void some_accounts_are_never_linked(void **state)
{
    struct deed deed = { .id = 0 };

    (void)state;
    deed.claims = (struct oidc_claims){ .subject = text_of("s"), .name = text_of("First") };
    stands_for(&deed, somebody(2, "first.sti").account.id, 2);
    assert_int_equal(run(offer_link, &deed), ERR_REFUSED);
    stands_for(&deed, somebody(1, "first.clk").account.id, 1);
    deed.actor.break_glass = true;
    assert_int_equal(run(offer_link, &deed), ERR_REFUSED);
    /* Two were offered the same person; the first one takes it. */
    deed.actor.break_glass = false;
    DID(offer_link, &deed);
    const int64_t mine = deed.actor.account;
    stands_for(&deed, somebody(1, "other.clk").account.id, 1);
    DID(offer_link, &deed);
    DID(confirm_link, &deed);
    stands_for(&deed, mine, 1);
    assert_int_equal(run(confirm_link, &deed), ERR_REFUSED);
}

static void nobody_is_taken_for_another_of_the_same_name(void **state)
{
    struct deed deed = { .id = 0 };

    (void)state;
    (void)somebody(2, "first.clk");
    add_groups(&deed);
    comes(&deed, "s", finance, "e");
    assert_true(text_is(deed.account.login, "first.clk.2"));
    comes(&deed, "t", finance, "e");
    assert_true(text_is(deed.account.login, "first.clk.3"));
    comes(&deed, "s", finance, "e");
    assert_true(text_is(deed.account.login, "first.clk.2"));
}

static enum err use_state(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return oidc_state_use(tx, at.now, deed->council, deed->secret.text, &deed->allowed, trouble);
}

static void a_state_is_taken_once(void **state)
{
    struct deed deed = { .council = 1 };

    (void)state;
    (void)snprintf(deed.secret.text, sizeof deed.secret.text, "%064d", 7);
    DID(use_state, &deed);
    assert_true(deed.allowed);
    DID(use_state, &deed);
    assert_false(deed.allowed);
}

/* --- break-glass --- */

static enum err set_glass(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return account_set_break_glass(tx, &deed->account, trouble);
}

static enum err list_uses(struct tx *tx, void *context, struct trouble *trouble)
{
    struct deed *deed = context;

    return break_glass_uses(tx, &store.arena, at.now, &deed->uses, trouble);
}

static void a_break_glass_account_may_mend_and_nothing_else(void **state)
{
    static const enum right mends[] = { MAY_OWN, MAY_SEE_PEOPLE, MAY_ADMIT_PEOPLE, MAY_GRANT,
                                        MAY_SET_LOGIN };
    struct deed deed = somebody(1, "glass"), other = somebody(1, "another");
    bool may[RIGHTS] = { [MAY_ANYBODY] = true };

    (void)state;
    for (size_t i = 0; i < COUNT(mends); i++)
        may[mends[i]] = true;
    DID(set_glass, &deed);
    assert_int_equal(run(set_glass, &other), ERR_CONFLICT);
    deed.actor.break_glass = true;
    DID(make_session, &deed);
    DID(list_uses, &deed);
    assert_true(deed.uses.count == 1 && deed.uses.use[0].council == 1);
    DID(find_session, &deed);
    deed.grant = (struct role_grant){ .council = 1, .account = deed.account.id, .endless = true,
                                      .role = ROLE_HEAD_OF_SERVICE, .starts = day_of(at.now) };
    DID(make_grant, &deed);
    DID(read_roles, &deed);
    for (enum right right = 0; right < RIGHTS; right++)
        assert_int_equal(actor_may(&deed.actor, right), may[right]);
    for (enum role role = 0; role < ROLES; role++)
        assert_false(deed.actor.role[role]);
    struct actor by_token = deed.actor;
    by_token.session = 0;
    assert_false(actor_may(&by_token, MAY_SET_LOGIN));
    at.now.ms += BREAK_GLASS_MS - 1;
    DID(find_session, &deed);
    at.now.ms++;
    assert_int_equal(run(find_session, &deed), ERR_MISSING);
    at.now.ms += BREAK_GLASS_TOLD_MS;
    DID(list_uses, &deed);
    assert_int_equal(deed.uses.count, 0);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(login_names_have_a_form),
        cmocka_unit_test(passwords_are_judged_by_length),
    cmocka_unit_test(common_passwords_are_refused),
    cmocka_unit_test(passwords_of_the_place_are_refused),
        cmocka_unit_test(grants_are_judged),
        cmocka_unit_test(rights_come_from_roles_alone),
        cmocka_unit_test(codes_are_those_of_the_standards),
        cmocka_unit_test(a_code_counts_half_a_minute_early_or_late_and_once),
        ON_STORE(a_secret_is_shown_in_fours),
        ON_STORE(sealed_words_open_where_they_belong),
        ON_STORE(a_second_factor_is_in_force_when_confirmed),
        ON_STORE(a_counter_is_used_once),
        ON_STORE(a_recovery_code_lets_its_owner_in_once),
        ON_STORE(a_second_factor_that_is_taken_away_leaves_nothing),
        ON_STORE(roles_count_as_far_as_enough_was_shown),
        ON_STORE(a_group_gives_and_takes_its_roles),
        ON_STORE(a_group_gives_a_role_for_a_service),
        ON_STORE(an_account_is_linked_once_it_was_confirmed),
        ON_STORE(an_account_is_linked_by_an_administrators_link),
        ON_STORE(some_accounts_are_never_linked),
        ON_STORE(nobody_is_taken_for_another_of_the_same_name),
        ON_STORE(a_state_is_taken_once),
        ON_STORE(a_break_glass_account_may_mend_and_nothing_else),
        ON_STORE(a_password_is_kept_and_tried),
        ON_STORE(an_account_is_found_by_its_name),
        ON_STORE(a_link_is_used_once),
        ON_STORE(secrets_are_not_in_the_store),
        ON_STORE(a_session_ends_by_itself),
        ON_STORE(sessions_are_listed_and_ended),
        ON_STORE(a_closed_account_has_no_session),
        ON_STORE(old_sessions_are_cleared_away),
        ON_STORE(a_grant_is_for_one_council_and_its_days),
        ON_STORE(a_role_can_be_for_a_service),
        ON_STORE(every_role_can_be_granted),
        ON_STORE(who_leaves_loses_everything),
        ON_STORE(the_last_administrator_stays),
        ON_STORE(a_password_link_is_for_one_account),
        ON_STORE(a_key_is_named_once_and_stays),
        ON_STORE(a_token_ends),
        ON_STORE(ten_attempts_in_five_minutes),
        ON_STORE(an_address_is_counted_too),
        ON_STORE(an_answer_is_kept_for_a_day),
        ON_STORE(a_kept_form_is_its_owners_for_thirty_days),
        ON_STORE(an_account_keeps_its_newest_forms),
        ON_STORE(a_session_that_ended_by_itself_is_known_for_thirty_days),
        ON_STORE(every_query_can_be_prepared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
