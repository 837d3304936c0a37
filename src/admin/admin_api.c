#include "admin/admin_pages.h"

#include "identity/role_grant.h"
#include "identity/secret.h"
#include "store/council.h"

static void key_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static enum err council_code(struct request *request, int64_t council, struct text *code)
{
    struct councils councils;
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    *code = (struct text){ "", 0 };
    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == council)
            *code = councils.council[i].code;
    return err;
}

enum err api_session_show(struct request *request)
{
    const struct actor *actor = &request->actor;
    struct answer_json out;
    struct text home, acting;
    enum err err = council_code(request, actor->home, &home);

    if (err == OK)
        err = council_code(request, actor->acting, &acting);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    key_text(&out.json, "login", text_of(actor->login));
    key_text(&out.json, "home", home);
    key_text(&out.json, "acting", acting);
    json_key(&out.json, "may_write");
    json_bool(&out.json, actor->may_write);
    json_key(&out.json, "roles");
    json_array(&out.json);
    for (enum role role = 0; role < ROLES; role++)
        if (actor->role[role])
            json_string(&out.json, role_name(role));
    json_array_end(&out.json);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- grants --- */

/* What was sent, as a grant of the acting council. ERR_USAGE says what is wrong. */
static enum err read_grant(struct request *request, struct role_grant *grant)
{
    const struct text ends = request_field(request, "ends");
    struct key_found account;

    *grant = (struct role_grant){ .council = request->actor.acting, .endless = ends.size == 0 };
    if (!role_parse(request_field(request, "role"), &grant->role))
        return fail(request->trouble, ERR_USAGE, "role: one of docs/policy.txt, such as auditor.");
    if (!db_day_parse(request_field(request, "starts"), &grant->starts) ||
        (!grant->endless && !db_day_parse(ends, &grant->ends)))
        return fail(request->trouble, ERR_USAGE, "starts, ends: days as 2026-04-01.");
    const enum grant_refusal refusal = grant_judge(grant);
    if (refusal != GRANT_FIT)
        return fail(request->trouble, ERR_USAGE, "%s", grant_refusal_sentence(refusal));
    enum err err = key_find(request->tx, SECRET_LOGIN, request_field(request, "login"), &account,
                            request->trouble);
    if (err == ERR_MISSING)
        return fail(request->trouble, ERR_USAGE, "login: nobody has this name.");
    grant->account = account.subject;
    return err;
}

enum err api_grant_make(struct request *request)
{
    struct role_grant grant;
    struct answer_json out;
    enum err err = read_grant(request, &grant);

    if (err == OK)
        err = grant_make(request->tx, &request->happening, text_of(request->actor.login), &grant,
                         request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    json_key(&out.json, "grant");
    json_integer(&out.json, grant.id);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 201, JSON_TYPE);
}

enum err api_grant_end(struct request *request)
{
    enum err err = grant_end(request->tx, &request->happening, text_of(request->actor.login),
                             request->actor.acting, request_number(request, "grant"),
                             request->trouble);

    return err != OK ? err : answer_bytes(request, 200, JSON_TYPE, text_of("{}\n"));
}
