/* admin/admin_call.c -- what the calls of identity and trail take and give. */
#include "admin/admin_pages.h"
#include "web/api_field.h"

static const char *const *role_names(struct arena *arena)
{
    const char **names = arena_take(arena, ROLES + 1, sizeof *names);

    for (enum role role = 0; role < ROLES; role++)
        names[role] = role_name(role);
    return names;
}

static const struct api_field number[] = {
    { .name = "grant", .type = API_NUMBER, .required = true, .least = 1,
      .help = "The grant's number" },
    { 0 },
};

static void fill_grant(struct arena *arena, const struct action *action, struct api_call *call)
{
    const struct api_field asked[] = {
        { .name = "login", .type = API_LINE, .required = true, .most = ACTOR_LOGIN_MOST,
          .help = "Whose account; it may be of another council" },
        { .name = "role", .type = API_CHOICE, .required = true, .choices = role_names(arena),
          .help = "Which role" },
        { .name = "service", .type = API_LINE, .most = SERVICE_NAME_MOST,
          .help = "For the records of this service alone; none: for all" },
        { .name = "starts", .type = API_DAY, .required = true, .help = "The first day" },
        { .name = "ends", .type = API_DAY, .help = "The last day; none: until further notice" },
        { 0 },
    };

    (void)action;
    call->takes = api_fields_keep(arena, asked, COUNT(asked));
    call->gives = number;
}

static void fill_session(struct arena *arena, const struct action *action, struct api_call *call)
{
    const struct api_field given[] = {
        { .name = "login", .type = API_LINE, .required = true,
          .help = "Whom the token stands for" },
        { .name = "home", .type = API_LINE, .required = true,
          .help = "The code of the account's own council" },
        { .name = "acting", .type = API_LINE, .required = true,
          .help = "The code of the council acted for" },
        { .name = "may_write", .type = API_FLAG, .required = true,
          .help = "May it change anything?" },
        { .name = "roles", .type = API_WORDS, .required = true, .choices = role_names(arena),
          .help = "The roles of today in the council acted for, for all services" },
        { .name = "service_roles", .type = API_WORDS, .required = true,
          .help = "And those for one service: head-of-service for Education" },
        { 0 },
    };

    (void)action;
    call->gives = api_fields_keep(arena, given, COUNT(given));
}

const struct api_call session_show_call = { .answer = API_OBJECT, .fill = fill_session };
const struct api_call trail_download_call = { .answer = API_FILE, .type = "application/jsonl" };
const struct api_call grant_make_call = { .answer = API_OBJECT, .status = 201,
                                          .fill = fill_grant };
const struct api_call grant_end_call = { .answer = API_NOTHING };

static const struct api_field export_asked[] = {
    { .name = "export", .type = API_NUMBER, .required = true, .least = 1, .help = "Its number" },
    { 0 },
};

static void fill_export(struct arena *arena, const struct action *action, struct api_call *call)
{
    const struct api_field given[] = {
        { .name = "export", .type = API_NUMBER, .required = true, .brief = true, .least = 1,
          .help = "Its number" },
        { .name = "state", .type = API_LINE, .required = true, .brief = true,
          .help = "Of the job that packs it" },
        { .name = "asked_by", .type = API_LINE, .required = true, .help = "Who asked for it" },
        { .name = "asked_at", .type = API_MOMENT, .required = true, .brief = true,
          .help = "When" },
        { .name = "bytes_done", .type = API_NUMBER, .required = true, .help = "Packed so far" },
        { .name = "bytes_of", .type = API_NUMBER, .required = true, .help = "Of so many" },
        { .name = "outcome", .type = API_LINE, .required = true, .help = "What came of it" },
        { .name = "there", .type = API_FLAG, .required = true, .brief = true,
          .help = "Can it be fetched? It is kept for seven days" },
        { .name = "name", .type = API_LINE, .help = "The file's" },
        { .name = "size", .type = API_NUMBER, .help = "The file's, in bytes" },
        { .name = "sha256", .type = API_LINE, .help = "The file's, in hex" },
        { 0 },
    };

    (void)action;
    call->gives = api_fields_keep(arena, given, COUNT(given));
}

const struct api_call export_list_call = { .answer = API_LIST, .fill = fill_export };
const struct api_call export_make_call = { .answer = API_OBJECT, .status = 202,
                                           .gives = export_asked };
const struct api_call export_show_call = { .answer = API_OBJECT, .fill = fill_export };
const struct api_call export_file_call = { .answer = API_FILE, .type = "application/zip" };
