#include "admin/admin_pages.h"

#include "admin/admin_grant_form.h"
#include "identity/leaver.h"
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

/* "head-of-service for Education" */
static void put_service_roles(struct request *request, struct json *json)
{
    const struct actor *actor = &request->actor;

    json_key(json, "service_roles");
    json_array(json);
    for (size_t i = 0; i < actor->services; i++)
        for (enum role role = 0; role < ROLES; role++)
            if (actor->service[i].role[role])
                json_string(json, arena_print(request->arena, "%s for %s", role_name(role),
                                              actor->service[i].name));
    json_array_end(json);
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
    put_service_roles(request, &out.json);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- grants --- */

/* The first thing that is wrong, in a sentence. */
static enum err refuse(struct request *request, const struct grant_form *form)
{
    const struct field *field = form->field;

    while (field->error == NULL)
        field++;
    return fail(request->trouble, ERR_USAGE, "%s: %s", field->name, field->error);
}

enum err api_grant_make(struct request *request)
{
    struct grant_form form;
    struct answer_json out;
    bool good = false;
    enum err err = grant_form_read(request, &form, &good);

    if (err == OK && !good)
        return refuse(request, &form);
    if (err == OK)
        err = grant_make(request->tx, &request->happening, text_of(request->actor.login),
                         &form.grant, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    json_key(&out.json, "grant");
    json_integer(&out.json, form.grant.id);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 201, JSON_TYPE);
}

enum err api_grant_end(struct request *request)
{
    enum err err = leaver_lose_role(request->tx, &request->happening, &request->actor,
                                    request_number(request, "grant"), request->trouble);

    return err != OK ? err : answer_bytes(request, 200, JSON_TYPE, text_of("{}\n"));
}
