#include "admin/admin_box.h"
#include "admin/admin_pages.h"

#include "identity/login_setting.h"
#include "identity/oidc_fetch.h"
#include "identity/oidc_talk.h"
#include "identity/role_grant.h"
#include "store/council.h"

#define WORD_MOST 200           /* of what is typed here, in bytes; an address may be longer */

enum { ISSUER, CLIENT, SECRET, NAME_CLAIM, GROUPS_CLAIM, DOMAINS, FIELDS };

struct settings_page {
    struct oidc_provider provider;
    bool                 there;         /* the council has one */
    bool                 asks_second;
    struct text          domains;
    struct oidc_groups   groups;
    struct services      services;
    struct login_setting setting;
    struct text          code;          /* the council's */
    struct field         field[FIELDS];
    struct field         group;
    struct field         glass;         /* a login name */
    struct accounts      accounts;
    bool                 good;          /* what was typed */
};

static void fields(struct settings_page *page)
{
    static const struct field usual[FIELDS] = {
        [ISSUER] = { "issuer", "Address of the login (issuer)", "As it calls itself: "
                     "https://login.council.example", "url", "off", { "", 0 }, NULL },
        [CLIENT] = { "client", "What Ochil is called there (client id)", NULL, "text", "off",
                     { "", 0 }, NULL },
        [SECRET] = { "secret", "Its secret there", "It is kept sealed and not shown again. Left "
                     "empty, the one that is kept stays.", "password", "off", { "", 0 }, NULL },
        [NAME_CLAIM] = { "name_claim", "Claim of which login names are made", NULL, "text", "off",
                         { "preferred_username", 18 }, NULL },
        [GROUPS_CLAIM] = { "groups_claim", "Claim that holds the groups", NULL, "text", "off",
                           { "groups", 6 }, NULL },
        [DOMAINS] = { "domains", "Domains of addresses", "Who types an address of one of these to "
                      "sign in is sent there; blanks between them.", "text", "off", { "", 0 },
                      NULL },
    };

    memcpy(page->field, usual, sizeof usual);
    page->group = (struct field){ "group", "Group", "As the login spells it.", "text", "off",
                                  { "", 0 }, NULL };
    page->glass = (struct field){ "glass", "Login name", "2 to 64 of a-z, 0-9, dot, dash and "
                                  "underscore, beginning with a letter: emergency.clk", "text",
                                  "off", { "", 0 }, NULL };
    if (!page->there)
        return;
    page->field[ISSUER].value = page->provider.issuer;
    page->field[CLIENT].value = page->provider.client;
    page->field[NAME_CLAIM].value = page->provider.name_claim;
    page->field[GROUPS_CLAIM].value = page->provider.groups_claim;
    page->field[DOMAINS].value = page->domains;
    page->asks_second = page->provider.asks_second;
}

static enum err load(struct request *request, struct tx *tx, struct settings_page *page,
                     struct trouble *trouble)
{
    struct councils councils = { .count = 0 };
    enum err err = oidc_provider_read(tx, request->arena, request->council, &page->provider,
                                      trouble);

    page->there = err == OK;
    if (err == OK || err == ERR_MISSING)
        err = councils_read(tx, request->arena, &councils, trouble);
    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id == request->council)
            page->code = councils.council[i].code;
    if (err == OK)
        err = oidc_domains_read(tx, request->arena, request->council, &page->domains, trouble);
    if (err == OK)
        err = oidc_groups_read(tx, request->arena, request->council, &page->groups, trouble);
    if (err == OK)
        err = box_services(request, tx, &page->services, trouble);
    if (err == OK)
        err = account_list(tx, request->arena, request->council, &page->accounts, trouble);
    return err != OK ? err : login_setting_read(tx, request->council, &page->setting, trouble);
}

/* --- the page --- */

static void state_part(struct request *request, struct html *h, const struct settings_page *page)
{
    if (!page->there) {
        page_empty(h, "Only local login is on.", "Add the council's login below, test it with your "
                   "own account, then turn it on.");
        return;
    }
    El(h, "p") {
        if (page->provider.on)
            page_tag(h, TAG_GOOD, "on");
        else
            page_tag(h, page->provider.tested ? TAG_NEWS : TAG_PLAIN,
                     page->provider.tested ? "tested, off" : "not tested");
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", Url("/council/login/test"));
        Lit(h, "Test it with your own account");
    }
    if (page->provider.on)
        Form(request, h, Url("/council/login/off")) page_button(h, "Turn it off");
    else if (page->provider.tested)
        Form(request, h, Url("/council/login/on")) page_button(h, "Turn it on");
}

static void provider_part(struct request *request, struct html *h,
                          const struct settings_page *page)
{
    El(h, "h2") Lit(h, "Where it is");
    El(h, "p") {
        Lit(h, "Tell it this address to send people back to: ");
        El(h, "strong") html_text(h, admin_oidc_back(request, page->code));
    }
    El(h, "p") Lit(h, "Saving asks the login what it says of itself, and turns it off until it "
                      "was tested again.");
    Form(request, h, Url("/council/login")) {
        for (size_t i = 0; i < FIELDS; i++)
            page_field(h, &page->field[i]);
        page_tick(h, "asks_second", "It asks for a second factor itself", page->asks_second);
        page_button(h, "Save");
    }
}

static void groups_table(struct request *request, struct html *h,
                         const struct oidc_groups *groups)
{
    static const struct column columns[] = { { "Group", COLUMN_WORDS }, { "Role", COLUMN_WORDS },
                                             { "End", COLUMN_WORDS } };

    Table(h, "What groups give", columns)
        for (size_t i = 0; i < groups->count; i++)
            El(h, "tr") {
                const struct url one = url_id(request->arena, Url("/council/login/groups"),
                                              groups->group[i].id);
                page_row_head(h, groups->group[i].name);
                El(h, "td") box_role(h, groups->group[i].role, groups->group[i].service);
                El(h, "td")
                    Form(request, h, url_segment(request->arena, one, text_of("end")))
                        page_button(h, "Take it out");
            }
}

static void groups_part(struct request *request, struct html *h, const struct settings_page *page)
{
    static const struct field role_field = { "role", "Role", NULL, "text", "off", { "", 0 }, NULL };
    static const struct field service_field = { "service", "For which service", NULL, "text",
                                                "off", { "", 0 }, NULL };
    struct choice choice[ROLES];

    for (enum role role = 0; role < ROLES; role++)
        choice[role] = (struct choice){ role_name(role), role_title(role) };
    El(h, "h2") Lit(h, "What its groups give");
    El(h, "p") Lit(h, "A role for 31 days from the last sign-in with the group; the next sign-in "
                      "without the group ends it. Roles that people gave stay.");
    if (page->groups.count == 0)
        page_empty(h, "No group gives a role yet.", "Until one does, nobody new is let in.");
    else
        groups_table(request, h, &page->groups);
    Form(request, h, Url("/council/login/groups")) {
        page_field(h, &page->group);
        page_choice_field(h, &role_field, "Choose one", choice, ROLES);
        box_service_field(request, h, &service_field, &page->services);
        page_button(h, "Add");
    }
}

static void rules_part(struct request *request, struct html *h, const struct settings_page *page)
{
    static const struct choice rules[] = {
        { "roles", "of those who approve or administer" }, { "everybody", "of everybody" },
        { "off", "of nobody" },
    };
    const struct field rule = {
        "rule", "A second factor is asked of", "Roles that approve or administer: administrator, "
        "chief executive, head of finance, head of service, ICT officer. Without it a role does "
        "not count.", "text", "off", text_of(second_factor_rule_name(page->setting.rule)), NULL
    };

    El(h, "h2") Lit(h, "Rules");
    Form(request, h, Url("/council/login/rules")) {
        page_choice_field(h, &rule, NULL, rules, COUNT(rules));
        page_tick(h, "local", "Passwords kept here let the council's own people in",
                  page->setting.local_login);
        page_button(h, "Set the rules");
    }
}

static const struct account *glass_of(const struct settings_page *page)
{
    for (size_t i = 0; i < page->accounts.count; i++)
        if (page->accounts.account[i].break_glass && page->accounts.account[i].open)
            return &page->accounts.account[i];
    return NULL;
}

static void glass_part(struct request *request, struct html *h, const struct settings_page *page)
{
    const struct account *glass = glass_of(page);

    El(h, "h2") Lit(h, "Break-glass account");
    El(h, "p") Lit(h, "For the day when nothing else lets in: it may mend these settings and the "
                      "council's accounts and roles, nothing else, for half an hour at a time. Put "
                      "its password into an envelope. Every use is shown to the administrators of "
                      "all councils.");
    if (glass != NULL) {
        El(h, "p") {
            Lit(h, "It is ");
            El(h, "a") {
                Href(h, "href", url_id(request->arena, Url("/people"), glass->id));
                html_text(h, glass->login);
            }
            if (glass->password.size == 0)
                Lit(h, ", and has no password yet");
            Lit(h, ".");
        }
        return;
    }
    Form(request, h, Url("/council/login/break-glass")) {
        page_field(h, &page->glass);
        page_button(h, "Make it");
    }
}

static enum err show(struct request *request, const struct settings_page *page, int status)
{
    struct html *h = page_begin(request, "Login");

    page_errors(request, h, page->field, FIELDS);
    page_errors(request, h, &page->group, 1);
    page_errors(request, h, &page->glass, 1);
    El(h, "p") {
        Lit(h, "How the people of ");
        html_text(h, admin_council_name(request, request->council));
        Lit(h, " sign in.");
    }
    state_part(request, h, page);
    provider_part(request, h, page);
    groups_part(request, h, page);
    rules_part(request, h, page);
    glass_part(request, h, page);
    return page_end(request, h, status);
}

enum err login_setting_show(struct request *request)
{
    struct settings_page page = { .there = false };
    enum err err = load(request, request->tx, &page, request->trouble);

    fields(&page);
    return err != OK ? err : show(request, &page, 200);
}

/* --- saving --- */

static bool is_word(struct text word, const char *also)
{
    for (size_t i = 0; i < word.size; i++) {
        const char c = word.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
              is_one_of(c, also)))
            return false;
    }
    return word.size > 0 && word.size <= WORD_MOST;
}

static void judge(const struct request *request, struct settings_page *page)
{
    struct field *field = page->field;

    for (size_t i = 0; i < FIELDS; i++)
        field[i].value = request_field(request, field[i].name);
    page->asks_second = request_field(request, "asks_second").size > 0;
    if (oidc_place_of(field[ISSUER].value) == OIDC_NOWHERE)
        field[ISSUER].error = "Give an address that begins with https://";
    if (!is_word(field[CLIENT].value, "._-:/@ "))
        field[CLIENT].error = "Give the name that the login has for this program.";
    if (field[SECRET].value.size > WORD_MOST ||
        (field[SECRET].value.size == 0 && !page->there))
        field[SECRET].error = "Give the secret that the login has for this program.";
    for (size_t i = NAME_CLAIM; i <= GROUPS_CLAIM; i++)
        if (!is_word(field[i].value, "._-:/"))
            field[i].error = "Give the name of a claim.";
    if (!oidc_domains_are(field[DOMAINS].value))
        field[DOMAINS].error = "Write domains in small letters, as in council.example";
    page->good = true;
    for (size_t i = 0; i < FIELDS; i++)
        page->good &= field[i].error == NULL;
}

struct saving {
    struct request       *request;
    struct settings_page *page;
};

/* What is kept now, and the new secret sealed. */
static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct saving *saving = context;
    struct request *request = saving->request;
    struct settings_page *page = saving->page;
    struct seal_place place;

    *page = (struct settings_page){ .there = false };
    enum err err = load(request, tx, page, trouble);
    fields(page);
    judge(request, page);
    if (err != OK || page->field[SECRET].value.size == 0)
        return err;
    err = request_seal_place(request, tx, request->council, OIDC_SECRET_PURPOSE, 0, &place,
                             trouble);
    return err != OK ? err : words_seal(request->site->outside, request->arena, &place,
                                        page->field[SECRET].value, &page->provider.secret,
                                        trouble);
}

/* The login is asked what it says of itself. */
enum err login_setting_prepare(struct request *request)
{
    struct settings_page *page = arena_take(request->arena, 1, sizeof *page);
    struct saving saving = { request, page };
    struct trouble said = { 0 };
    enum err err = db_read(request->site->db, (struct db_scope){ 0, request->arena }, look,
                           &saving, request->trouble);

    request->work = page;
    if (err != OK || !page->good)
        return err;
    page->provider.council = request->council;
    page->provider.issuer = page->field[ISSUER].value;
    page->provider.client = page->field[CLIENT].value;
    page->provider.name_claim = page->field[NAME_CLAIM].value;
    page->provider.groups_claim = page->field[GROUPS_CLAIM].value;
    page->provider.asks_second = page->asks_second;
    err = oidc_discover(request->arena, &page->provider, &said);
    if (err == ERR_REFUSED) {
        page->field[ISSUER].error = arena_print(request->arena, "It cannot be used: %s.",
                                                said.text);
        page->good = false;
        return OK;
    }
    return err != OK ? fail(request->trouble, err, "%s", said.text) : OK;
}

struct domains_taken {
    struct request *request;
    struct text     domains;
};

static enum err write_domains(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct domains_taken *taken = context;

    return oidc_domains_write(tx, taken->request->council, taken->domains, trouble);
}

enum err login_setting_save(struct request *request)
{
    struct settings_page page = *(const struct settings_page *)request->work;
    struct domains_taken taken = { request, page.field[DOMAINS].value };
    struct trouble said = { 0 };
    enum err err;

    page.field[SECRET].value = (struct text){ "", 0 };
    if (!page.good)
        return show(request, &page, 422);
    err = tx_attempt(request->tx, write_domains, &taken, &said);
    if (err == ERR_CONFLICT) {
        page.field[DOMAINS].error = arena_print(request->arena, "%s", said.text);
        return show(request, &page, 422);
    }
    if (err != OK)
        return fail(request->trouble, err, "%s", said.text);
    err = oidc_provider_write(request->tx, &request->happening, text_of(request->actor.login),
                              &page.provider, request->trouble);
    return err != OK ? err : answer_done(request, Url("/council/login"), WORD_DONE_LOGIN_SAVED);
}

/* --- turning it on and off, groups, rules --- */

/* Without the council's login its people need their passwords. */
static enum err let_passwords_in(struct request *request)
{
    struct login_setting setting;
    enum err err = login_setting_read(request->tx, request->council, &setting, request->trouble);

    if (err != OK || setting.local_login)
        return err;
    setting.local_login = true;
    return login_setting_write(request->tx, &request->happening, text_of(request->actor.login),
                               request->council, &setting, request->trouble);
}

enum err login_setting_on(struct request *request)
{
    enum err err = oidc_provider_turn(request->tx, &request->happening,
                                      text_of(request->actor.login), request->council, true,
                                      request->trouble);

    return err != OK ? err : answer_done(request, Url("/council/login"), WORD_DONE_LOGIN_ON);
}

enum err login_setting_off(struct request *request)
{
    enum err err = oidc_provider_turn(request->tx, &request->happening,
                                      text_of(request->actor.login), request->council, false,
                                      request->trouble);

    if (err == OK)
        err = let_passwords_in(request);
    return err != OK ? err : answer_done(request, Url("/council/login"), WORD_DONE_LOGIN_OFF);
}

enum err login_group_add(struct request *request)
{
    struct oidc_group group = { .name = request_field(request, "group"),
                                .service = request_field(request, "service") };
    struct settings_page page = { .there = false };
    const char *wrong = NULL;
    enum err err = box_services(request, request->tx, &page.services, request->trouble);

    if (err != OK)
        return err;
    if (group.service.size > 0 && !service_is_among(&page.services, group.service))
        wrong = "The councils share no service of that name.";

    if (!role_parse(request_field(request, "role"), &group.role))
        wrong = "Choose a role.";
    else if (group.service.size > 0 && !role_is_by_service(group.role))
        wrong = grant_refusal_sentence(GRANT_NOT_BY_SERVICE);
    if (group.name.size == 0 || group.name.size > WORD_MOST)
        wrong = "Give the group's name, of 200 bytes at most.";
    if (wrong == NULL)
        err = oidc_group_add(request->tx, &request->happening, text_of(request->actor.login),
                             request->council, &group, request->trouble);
    if (err == ERR_CONFLICT)
        wrong = "This group gives this role already.";
    else if (err != OK || wrong == NULL)
        return err != OK ? err : answer_redirect(request, Url("/council/login"));
    err = load(request, request->tx, &page, request->trouble);
    fields(&page);
    page.group.value = group.name;
    page.group.error = wrong;
    return err != OK ? err : show(request, &page, 422);
}

enum err login_group_drop(struct request *request)
{
    enum err err = oidc_group_drop(request->tx, &request->happening,
                                   text_of(request->actor.login), request->council,
                                   request_number(request, "group"), request->trouble);

    return err != OK ? err : answer_redirect(request, Url("/council/login"));
}

enum err login_rules_set(struct request *request)
{
    struct settings_page page = { .there = false };
    struct login_setting setting = { .local_login = request_field(request, "local").size > 0 };
    enum err err = load(request, request->tx, &page, request->trouble);

    if (err != OK)
        return err;
    if (!second_factor_rule_parse(request_field(request, "rule"), &setting.rule))
        return fail(request->trouble, ERR_REFUSED, "Choose of whom a second factor is asked.");
    if (!setting.local_login && (!page.there || !page.provider.on))
        return fail(request->trouble, ERR_REFUSED, "Turn the council's own login on first: else "
                    "nobody could sign in.");
    err = login_setting_write(request->tx, &request->happening, text_of(request->actor.login),
                              request->council, &setting, request->trouble);
    return err != OK ? err : answer_done(request, Url("/council/login"), WORD_DONE_RULES_SET);
}

/* --- the break-glass account --- */

enum err login_break_glass(struct request *request)
{
    struct account account = { .council = request->council, .password = { "", 0 },
                               .login = request_field(request, "glass"), .break_glass = true };
    struct settings_page page = { .there = false };
    struct account other;
    enum err err = load(request, request->tx, &page, request->trouble);

    fields(&page);
    page.glass.value = account.login;
    if (err == OK && glass_of(&page) != NULL)
        return fail(request->trouble, ERR_REFUSED, "The council has one already.");
    if (err == OK && !login_is(account.login))
        page.glass.error = "Choose a login name of the form below.";
    else if (err == OK && (err = account_find(request->tx, request->arena, account.login, &other,
                                              request->trouble)) == OK)
        page.glass.error = "This login name is taken, or was once.";
    if (page.glass.error != NULL)
        return show(request, &page, 422);
    if (err != ERR_MISSING)
        return err;
    err = account_add(request->tx, &request->happening, text_of(request->actor.login), &account,
                      request->trouble);
    if (err == OK)
        err = account_set_break_glass(request->tx, &account, request->trouble);
    return err != OK ? err : admin_show_link(request, &account);
}
