#include "identity/right.h"

#include <assert.h>

static const struct {
    const char *name, *title;
    bool        gives[RIGHTS];
} roles[ROLES] = {
    [ROLE_ADMINISTRATOR] = {
        "administrator", "council administrator",
        { [MAY_READ_TRAIL] = true, [MAY_SEE_JOBS] = true, [MAY_STOP_JOBS] = true,
          [MAY_GRANT] = true, [MAY_SEE_RISK] = true, [MAY_EDIT_RISK] = true } },
    [ROLE_AUDITOR] = {
        "auditor", "auditor",
        { [MAY_READ_TRAIL] = true, [MAY_SEE_JOBS] = true, [MAY_SEE_RISK] = true } },
};

const char *role_name(enum role role)
{
    assert(role < ROLES);
    return roles[role].name;
}

const char *role_title(enum role role)
{
    assert(role < ROLES);
    return roles[role].title;
}

bool role_parse(struct text name, enum role *out)
{
    for (enum role role = 0; role < ROLES; role++)
        if (text_is(name, roles[role].name)) {
            *out = role;
            return true;
        }
    return false;
}

bool role_gives(enum role role, enum right right)
{
    assert(role < ROLES && right < RIGHTS);
    return roles[role].gives[right];
}
