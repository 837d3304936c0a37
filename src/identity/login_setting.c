#include "identity/login_setting.h"

#include <assert.h>

#include "identity/identity_sql.h"

static const char *const rule_name[SECOND_FACTOR_RULES] = {
    [SECOND_FACTOR_OFF] = "off",
    [SECOND_FACTOR_ROLES] = "roles",
    [SECOND_FACTOR_EVERYBODY] = "everybody",
};

const char *second_factor_rule_name(enum second_factor_rule rule)
{
    assert(rule < SECOND_FACTOR_RULES);
    return rule_name[rule];
}

bool second_factor_rule_parse(struct text name, enum second_factor_rule *out)
{
    for (enum second_factor_rule rule = 0; rule < SECOND_FACTOR_RULES; rule++)
        if (text_is(name, rule_name[rule])) {
            *out = rule;
            return true;
        }
    return false;
}

enum err login_setting_read(struct tx *tx, int64_t council, struct login_setting *out,
                            struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = tx_scope(tx, council, trouble);

    *out = (struct login_setting){ SECOND_FACTOR_ROLES, true };
    if (err == OK)
        err = tx_prepare(tx, &sql_login_setting_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, council);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err;
    out->local_login = column_bool(get, 1);
    if (!second_factor_rule_parse(column_text(get, 0), &out->rule))
        err = fail(trouble, ERR_CHECK, "a council's rule of second factors is none");
    statement_end(get);
    return err;
}

enum err login_setting_write(struct tx *tx, const struct happening *happening, struct text login,
                             int64_t council, const struct login_setting *setting,
                             struct trouble *trouble)
{
    const struct text rule = text_of(second_factor_rule_name(setting->rule));
    struct statement *set;
    enum err err = tx_scope(tx, council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_login_setting_set, &set, trouble);
    if (err != OK)
        return err;
    bind_int(set, 1, council);
    bind_text(set, 2, rule);
    bind_bool(set, 3, setting->local_login);
    if ((err = statement_run(set, NULL, trouble)) != OK)
        return err;
    /* Literals alone: what is said is one of six. */
    static const char *const words[SECOND_FACTOR_RULES][2] = {
        [SECOND_FACTOR_OFF] = { "second factor: off, passwords: no",
                                "second factor: off, passwords: yes" },
        [SECOND_FACTOR_ROLES] = { "second factor: roles, passwords: no",
                                  "second factor: roles, passwords: yes" },
        [SECOND_FACTOR_EVERYBODY] = { "second factor: everybody, passwords: no",
                                      "second factor: everybody, passwords: yes" },
    };
    const struct identity_event event = {
        login, council, "login.setting", "council", council,
        text_of(words[setting->rule][setting->local_login])
    };
    return identity_record(tx, happening, &event, trouble);
}

enum err login_setting_hold(struct tx *tx, struct actor *actor, struct trouble *trouble)
{
    struct login_setting setting;
    enum err err;

    actor->held_back = false;
    if (actor->break_glass) {
        memset(actor->role, 0, sizeof actor->role);
        actor->services = 0;
    }
    if (actor->strong || actor->break_glass)
        return OK;
    if ((err = login_setting_read(tx, actor->acting, &setting, trouble)) != OK)
        return err;
    for (enum role role = 0; role < ROLES; role++) {
        const bool asked = setting.rule == SECOND_FACTOR_EVERYBODY ||
                           (setting.rule == SECOND_FACTOR_ROLES && role_decides(role));
        actor->held_back |= actor_has_role(actor, role) && asked;
        actor->role[role] &= !asked;
        for (size_t i = 0; i < actor->services; i++)
            actor->service[i].role[role] &= !asked;
    }
    return OK;
}
