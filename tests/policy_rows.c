/*
 * policy_rows.c -- what the program lets whom do, as tests/policy_test.py holds it against
 * docs/policy.txt: for each row of the action tables a line of verb, method, route, whose rows and
 * who, separated by tabs; before them a line with all roles, behind them one for each kind of
 * proposal, and one for each field of a register that not everybody reads or writes.
 */
#include <stdio.h>

#include "cli/action.h"
#include "identity/break_glass.h"
#include "identity/right.h"
#include "register/register_rules.h"
#include "register/two_key_kind.h"
#include "server/server.h"
#include "web/request.h"

static const char *whose(const struct action *action)
{
    if (action->right == MAY_ANYBODY || action->right == MAY_FETCH || action->right == MAY_LOCAL)
        return "open";
    if (action->scope == scope_home)
        return "self";
    return action->scope == NULL ? "own" : "scoped";
}

static void print_who(enum right right)
{
    if (right == MAY_ANYBODY || right == MAY_FETCH)
        fputs("anybody", stdout);
    if (right == MAY_LOCAL)
        fputs("this-machine", stdout);
    if (right == MAY_OWN)
        fputs("account", stdout);
    if (right <= MAY_OWN)
        return;
    for (enum role role = 0; role < ROLES; role++)
        if (role_gives(role, right))
            printf("%s ", role_name(role));
    if (break_glass_may(right))
        fputs("break-glass", stdout);
}

/* "kind", its name, who prepares and who agrees: with both rights that it takes. */
static void print_kind(const struct two_key_kind *kind)
{
    const enum right rights[2][2] = { { MAY_PREPARE_PROPOSAL, kind->prepare },
                                      { MAY_AGREE_PROPOSAL, kind->agree } };

    printf("kind\t%s", kind->name);
    for (size_t i = 0; i < COUNT(rights); i++) {
        putchar('\t');
        for (enum role role = 0; role < ROLES; role++)
            if (role_gives(role, rights[i][0]) && role_gives(role, rights[i][1]))
                printf("%s ", role_name(role));
    }
    putchar('\n');
}

/* Roles with both rights; MAY_NOTHING: it takes none besides. */
static void print_roles(enum right right, enum right besides)
{
    putchar('\t');
    if (besides == MAY_NOTHING)
        fputs("*", stdout);
    for (enum role role = 0; besides != MAY_NOTHING && role < ROLES; role++)
        if (role_gives(role, right) && role_gives(role, besides))
            printf("%s ", role_name(role));
}

/* "field", register and name, "own" or "all", who reads and who writes it. */
static void print_fields(const struct register_type *type)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field_form *form = &type->fields[i];
        if (!form->own && form->read_by == MAY_NOTHING && form->changed_by == MAY_NOTHING)
            continue;
        printf("field\t%s %s\t%s", type->one, form->name, form->own ? "own" : "all");
        print_roles(type->may_see, form->read_by);
        print_roles(type->may_edit, form->changed_by);
        putchar('\n');
    }
}

int main(void)
{
    static const char *const method[] = { "none", "GET", "POST", "PUT", "DELETE" };
    const struct action *action;
    size_t feature = 0, row = 0;

    for (enum role role = 0; role < ROLES; role++)
        printf("%s%s", role_name(role), role + 1 < ROLES ? " " : "\n");
    while ((action = action_next(site_features, &feature, &row)) != NULL) {
        printf("%s\t%s\t%s\t%s\t", action->verb, method[action->method], action->route,
               whose(action));
        print_who((enum right)action->right);
        putchar('\n');
    }
    for (size_t i = 0; site_kinds[i] != NULL; i++)
        print_kind(site_kinds[i]);
    const struct register_type *last = NULL;
    for (feature = 0, row = 0; (action = action_next(site_features, &feature, &row)) != NULL;)
        if (action->of != NULL && action->of != last)
            print_fields(last = action->of);
    return 0;
}
