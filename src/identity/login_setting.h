/*
 * identity/login_setting.h -- what a council asks of those who have a role in it.
 *
 * The roles of whoever signed in with a password alone count only where the council acted for
 * asks no more. Which roles approve or administer says right.h. That is asked for in one place,
 * grant_roles(), so that no page can forget.
 *
 * Inside a transaction, which is then in the scope of the council.
 */
#ifndef OCHIL_LOGIN_SETTING_H
#define OCHIL_LOGIN_SETTING_H

#include "identity/actor.h"

enum second_factor_rule {
    SECOND_FACTOR_OFF,          /* of nobody */
    SECOND_FACTOR_ROLES,        /* of those who approve or administer: unless said otherwise */
    SECOND_FACTOR_EVERYBODY,
    SECOND_FACTOR_RULES
};

/* "off", "roles", "everybody" */
const char *second_factor_rule_name(enum second_factor_rule);
MUST_USE bool second_factor_rule_parse(struct text, enum second_factor_rule *);

struct login_setting {
    enum second_factor_rule rule;
    bool                    local_login;    /* passwords kept here let its own people in */
};

/* Its own words, or what holds without any. */
MUST_USE enum err login_setting_read(struct tx *, int64_t council, struct login_setting *,
                                     struct trouble *);

/* By `login`; a line of the trail. */
MUST_USE enum err login_setting_write(struct tx *, const struct happening *, struct text login,
                                      int64_t council, const struct login_setting *,
                                      struct trouble *);

/* Takes away the roles that the actor has not shown enough for; actor->held_back: there were
 * some. */
MUST_USE enum err login_setting_hold(struct tx *, struct actor *, struct trouble *);

#endif
