#include "admin/admin_grant_form.h"

#include "admin/admin_box.h"
#include "identity/account.h"

enum err grant_form_begin(struct request *request, struct grant_form *form)
{
    char *today = arena_take(request->arena, DB_DAY_TEXT, 1);

    db_day_print(day_of(request->happening.now), today);
    *form = (struct grant_form){ .field = {
        [GRANT_LOGIN] = { "login", "To whom", "The login name; it may be of another council.",
                          "text", "off", { "", 0 }, NULL },
        [GRANT_ROLE] = { "role", "Role", NULL, "text", "off", { "", 0 }, NULL },
        [GRANT_SERVICE] = { "service", "For which service", "All, and what is of none of them; or "
                            "one that the councils share: then its records alone.", "text", "off",
                            { "", 0 }, NULL },
        [GRANT_STARTS] = { "starts", "First day", NULL, "date", "off", text_of(today), NULL },
        [GRANT_ENDS] = { "ends", "Last day", "Empty: until further notice.", "date", "off",
                         { "", 0 }, NULL },
    } };
    return box_services(request, request->tx, &form->services, request->trouble);
}

/* Whose login name it is. */
static enum err find(struct request *request, struct grant_form *form)
{
    struct account account = { 0 };
    enum err err = account_find(request->tx, request->arena, form->field[GRANT_LOGIN].value,
                                &account, request->trouble);

    if (err != OK && err != ERR_MISSING)
        return err;
    if (err == ERR_MISSING || !account.open)
        form->field[GRANT_LOGIN].error = "Nobody has this name.";
    form->grant.account = account.id;
    return OK;
}

static void judge(struct grant_form *form)
{
    struct field *field = form->field;
    struct role_grant *grant = &form->grant;

    if (!role_parse(field[GRANT_ROLE].value, &grant->role))
        field[GRANT_ROLE].error = "Choose a role.";
    grant->service = field[GRANT_SERVICE].value;
    if (grant->service.size > 0 && !service_is_among(&form->services, grant->service))
        field[GRANT_SERVICE].error = "The councils share no service of that name.";
    if (!db_day_parse(field[GRANT_STARTS].value, &grant->starts))
        field[GRANT_STARTS].error = "Give the first day, as 2026-04-01.";
    if (!grant->endless && !db_day_parse(field[GRANT_ENDS].value, &grant->ends))
        field[GRANT_ENDS].error = "Give the last day, as 2026-04-01, or none.";
}

enum err grant_form_read(struct request *request, struct grant_form *form, bool *good)
{
    struct field *field = form->field;

    enum err err = grant_form_begin(request, form);
    if (err != OK)
        return err;
    for (size_t i = 0; i < GRANT_FIELDS; i++)
        field[i].value = request_field(request, field[i].name);
    form->grant = (struct role_grant){ .council = request->council,
                                       .made_by = request->actor.account,
                                       .endless = field[GRANT_ENDS].value.size == 0 };
    judge(form);
    err = find(request, form);
    *good = err == OK;
    for (size_t i = 0; i < GRANT_FIELDS; i++)
        *good &= field[i].error == NULL;
    if (!*good)
        return err;
    const enum grant_refusal refusal = grant_judge(&form->grant);
    static const int at_fault[GRANT_REFUSALS] = {
        [GRANT_ENDS_BEFORE] = GRANT_ENDS, [GRANT_AUDITOR_ENDLESS] = GRANT_ENDS,
        [GRANT_TO_ONESELF] = GRANT_LOGIN, [GRANT_NOT_BY_SERVICE] = GRANT_SERVICE,
    };
    if (refusal != GRANT_FIT)
        field[at_fault[refusal]].error = grant_refusal_sentence(refusal);
    *good = refusal == GRANT_FIT;
    return OK;
}

void grant_form_show(struct request *request, struct html *h, const struct grant_form *form)
{
    struct choice choice[ROLES];

    for (enum role role = 0; role < ROLES; role++)
        choice[role] = (struct choice){ role_name(role), role_title(role) };
    El(h, "h2") Lit(h, "Give somebody a role");
    Form(request, h, Url("/people/roles")) {
        page_field(h, &form->field[GRANT_LOGIN]);
        page_choice_field(h, &form->field[GRANT_ROLE], "Choose one", choice, ROLES);
        box_service_field(request, h, &form->field[GRANT_SERVICE], &form->services);
        page_field(h, &form->field[GRANT_STARTS]);
        page_field(h, &form->field[GRANT_ENDS]);
        page_button(h, "Give the role");
    }
    El(h, "details") {
        El(h, "summary") Lit(h, "What the roles are for");
        El(h, "dl") for (enum role role = 0; role < ROLES; role++)
            page_entry(h, role_title(role), text_of(role_purpose(role)));
    }
}
