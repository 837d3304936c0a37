#include "agreement/agreement_service.h"

#include "register/register_field_view.h"
#include "register/service_list.h"
#include "register/two_key_desk.h"
#include "store/council.h"
#include "web/api_field.h"
#include "web/page_frame.h"

/* --- what is agreed --- */

enum { LEAD, STANDING, COVERS };

static const struct two_key_field fields[] = {
    [LEAD] = { "lead", "Which council leads it", "Its code, as CLK. The others commission it.",
               false, true, COUNCIL_CODE_MAX },
    [STANDING] = { "standing", "From that day it is", "shared, or no longer.", false, true, 20 },
    [COVERS] = { "covers", "What it covers", "So that both know what is in it and what is not.",
                 true, true, 4000 },
    { NULL, NULL, NULL, false, false, 0 },
};

static const char *judge(const struct two_key_judging *judging, size_t *field)
{
    const struct text standing = form_value(judging->content, "standing");

    *field = STANDING;
    return text_is(standing, SERVICE_SHARED) || text_is(standing, SERVICE_APART)
               ? NULL : "Write shared, or no longer.";
}

static const char *judge_name(struct text name)
{
    return service_name_is(name) ? NULL : "Give it a name of one line, in at most 60 bytes.";
}

/* By the last key: the lead is a council, and there are not more names than roles can be for. The
 * version that is agreed here counts already. */
static enum err effect(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                       const struct two_key_proposal *proposal, struct trouble *trouble)
{
    const struct form content = two_key_content(arena, proposal->payload);
    const struct text code = form_value(&content, "lead");
    struct trouble said = { 0 };
    struct council lead;
    size_t count = 0;
    enum err err = services_count(tx, act->council, &count, trouble);

    if (err == OK && count > SERVICES_MOST)
        return fail(trouble, ERR_REFUSED, "The councils have agreed on %d services already, and "
                    "that is as many as there can be.", SERVICES_MOST);
    if (err == OK && !service_name_is(proposal->subject))
        return fail(trouble, ERR_REFUSED, "A service has a name of one line, in at most %d bytes.",
                    SERVICE_NAME_MOST);
    if (err == OK)
        err = council_find(tx, arena, code, &lead, &said);
    return err == ERR_MISSING ? fail(trouble, ERR_REFUSED, "There is no council %.*s to lead it.",
                                     TEXT(code))
                              : err;
}

const struct two_key_kind service_kind = {
    .name = SERVICE_KIND,
    .title = "Shared service",
    .purpose = "That the councils share a service from a day on, and which of them leads it; or "
               "that they share it no longer. Roles can then be given for it, and entries of "
               "registers be of it.",
    .subject = "The service",
    .subject_hint = "Its name, as Education; it stays the same in every version.",
    .prepare = MAY_PREPARE_SERVICE,
    .agree = MAY_AGREE_SERVICE,
    .fields = fields,
    .judge = judge,
    .judge_subject = judge_name,
    .effect = effect,
};

/* --- the list --- */

static enum err load(struct request *request, struct services *services)
{
    return services_read(request->tx, request->arena, request->actor.acting,
                         day_of(request->happening.now), services, request->trouble);
}

static void service_row(struct request *request, struct html *h, const struct service *service,
                        bool linked)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            if (linked)
                El(h, "a") {
                    Href(h, "href", url_id(request->arena, Url("/proposals"),
                                           service->proposal));
                    html_text(h, service->name);
                }
            else
                html_text(h, service->name);
        }
        page_cell(h, service->lead);
        El(h, "td") page_day(h, service->starts);
        El(h, "td") if (service->ends)
            page_day(h, service->ended);
        El(h, "td") {
            LitAttr(h, "class", "lines");
            html_text(h, service->covers);
        }
    }
}

static enum err services_show(struct request *request)
{
    static const struct column columns[] = {
        { "Service", COLUMN_WORDS }, { "Led by", COLUMN_WORDS }, { "Shared from", COLUMN_WORDS },
        { "No longer from", COLUMN_WORDS }, { "What it covers", COLUMN_WORDS },
    };
    const bool linked = actor_may(&request->actor, MAY_SEE_PROPOSAL);
    struct services services;
    const enum err err = load(request, &services);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Services");
    if (actor_may(&request->actor, MAY_PREPARE_PROPOSAL) &&
        actor_may(&request->actor, MAY_PREPARE_SERVICE))
        El(h, "p") link_to(h, Url("/new-proposal?kind=" SERVICE_KIND), "Propose a service");
    if (services.count == 0)
        page_empty(h, "The councils share no service yet",
                   "A service is shared when every council has agreed to it, by a decision of its "
                   "own. Until then every role is for all that a council has.");
    else
        Table(h, "What the councils share", columns)
            for (size_t i = 0; i < services.count; i++)
                service_row(request, h, &services.service[i], linked);
    return page_end(request, h, 200);
}

static void key_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static void key_day(struct json *json, const char *key, struct db_day day)
{
    char text[DB_DAY_TEXT];

    db_day_print(day, text);
    key_text(json, key, text_of(text));
}

static enum err api_services_show(struct request *request)
{
    struct services services;
    struct answer_json out;
    const enum err err = load(request, &services);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < services.count; i++) {
        const struct service *service = &services.service[i];
        json_object(&out.json);
        key_text(&out.json, "service", service->name);
        key_text(&out.json, "lead", service->lead);
        key_day(&out.json, "starts", service->starts);
        if (service->ends) {
            key_day(&out.json, "ended", service->ended);
        } else {
            json_key(&out.json, "ended");
            json_null(&out.json);
        }
        key_text(&out.json, "covers", service->covers);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static const struct api_field given[] = {
    { .name = "service", .type = API_LINE, .required = true, .brief = true,
      .help = "Its name, as roles and entries have it" },
    { .name = "lead", .type = API_LINE, .required = true, .brief = true,
      .help = "The code of the council that leads it" },
    { .name = "starts", .type = API_DAY, .required = true, .brief = true,
      .help = "From which day it is shared" },
    { .name = "ended", .type = API_DAY, .help = "From which day no longer, if that is agreed" },
    { .name = "covers", .type = API_TEXT, .required = true, .help = "What it covers" },
    { 0 },
};

static const struct api_call list_call = { .answer = API_LIST, .gives = given };

static const struct action actions[] = {
    { .verb = "service list", .summary = "The services that the councils share",
      .description =
          "Which services the councils share, who leads each, and since when. It is one list for "
          "both: a service comes to it, or leaves it, when every council has agreed to that, by a "
          "proposal of the kind Shared service.\n\n"
          "A role can be given for one of them: it then counts for the risks, actions, obligations "
          "and policies of that service, and for nothing else. What is of no service is the "
          "council's own in general, and needs a role for all.",
      .method = ACTION_GET, .route = "/services", .right = MAY_OWN, .of_all = true,
      .respond = services_show },
    { .verb = "api service list", .summary = "The services that the councils share",
      .method = ACTION_GET, .route = "/api/v1/services", .right = MAY_OWN,
      .respond = api_services_show, .call = &list_call },
    { 0 },
};
const struct feature service_feature = { "service", "Services", actions };
