/* register/register_api.c -- the calls of a register, for programs. */
#include "cli/action.h"
#include "register/register_pages.h"

static struct text etag(struct request *request, const struct entry *entry)
{
    return text_of(arena_print(request->arena, "\"%lld\"", (long long)entry->version));
}

static enum err answer_entry(struct request *request, const struct entry *entry, int status)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    entry_json(&out.json, request->action->of, entry);
    http_answer_header(request->answer, "ETag", etag(request, entry));
    return answer_json_end(request, &out, status, JSON_TYPE);
}

/* A page of the list; the next one is a link of the answer's head. */
enum err api_register_list(struct request *request)
{
    struct register_list *list = arena_take(request->arena, 1, sizeof *list);
    struct answer_json out;
    const enum err err = register_list_load(request, request->action->route, ENTRY_WHOLE, list);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = list->begin; i < list->end; i++)
        entry_json(&out.json, list->type, &list->found.entry[i]);
    json_array_end(&out.json);
    if (list->end < list->found.count) {
        const struct url next = UrlArg(request->arena, list->url, "after",
                                       list->found.entry[list->end - 1].reference);
        http_answer_header(request->answer, "Link",
                           text_of(arena_print(request->arena, "<%.*s>; rel=\"next\"",
                                               TEXT(next.text))));
    }
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_register_show(struct request *request)
{
    struct entry entry;
    const enum err err = register_entry_load(request, false, &entry);

    return err != OK ? err : answer_entry(request, &entry, 200);
}

/* All that is wrong at once. */
static enum err answer_wrong(struct request *request, const char *const wrong[])
{
    const struct register_type *type = request->action->of;
    struct api_fault fault[REGISTER_FIELDS_MAX];
    const char *words = "";
    size_t count = 0;

    for (size_t i = 0; i < type->field_count; i++) {
        if (wrong[i] == NULL)
            continue;
        words = arena_print(request->arena, "%s%s%s: %s", words, words[0] == '\0' ? "" : " ",
                            type->fields[i].name, wrong[i]);
        fault[count++] = (struct api_fault){ .field = type->fields[i].name,
                                             .code = field_code(wrong[i]), .words = wrong[i] };
    }
    return answer_faults(request, words, fault, count);
}

enum err api_register_make(struct request *request)
{
    struct entry entry = { 0 };
    const char *wrong[REGISTER_FIELDS_MAX];
    const struct register_deed deed = register_deed_of(request, "make");
    bool fit;

    register_fields_read(request, &entry);
    enum err err = register_fields_judge(request, NULL, &entry, wrong, &fit);
    if (err != OK)
        return err;
    if (!fit)
        return answer_wrong(request, wrong);
    err = entry_add(request->tx, request->action->of, &deed, &entry, request->trouble);
    return err != OK ? err : answer_entry(request, &entry, 201);
}

/* The entry, if it is the council's to change and is what it was when it was read; `*done`: there
 * is an answer. */
static enum err load_matched(struct request *request, struct entry *was, bool *done)
{
    const struct text match = http_header(request->http, "if-match");
    const enum err err = register_entry_load(request, true, was);

    *done = err == OK && (match.data == NULL || !text_equal(match, etag(request, was)));
    if (!*done)
        return err;
    if (match.data == NULL)
        return answer_error(request, 428, "Which version?", "Send If-Match with the ETag that it "
                            "was read with.");
    return answer_error(request, 412, "Changed meanwhile", "It has another version.");
}

/* As whoever asks reads it now. */
static enum err answer_now(struct request *request)
{
    struct entry now;
    const enum err err = register_entry_load(request, false, &now);

    return err != OK ? err : answer_entry(request, &now, 200);
}

/* The whole of it is sent: what is left out becomes empty. */
enum err api_register_change(struct request *request)
{
    struct entry was, now;
    const char *wrong[REGISTER_FIELDS_MAX];
    const struct register_deed deed = register_deed_of(request, "edit");
    bool done, fit = false;
    enum err err = load_matched(request, &was, &done);

    if (err != OK || done)
        return err;
    if (deed.why.size > REGISTER_WHY_MOST)
        return fail(request->trouble, ERR_USAGE, "why: this is too long.");
    now = was;
    register_fields_read(request, &now);
    if ((err = register_fields_judge(request, &was, &now, wrong, &fit)) != OK)
        return err;
    if (!fit)
        return answer_wrong(request, wrong);
    err = entry_save(request->tx, request->action->of, &deed, &was, &now, request->trouble);
    return err != OK ? err : answer_now(request);
}

/* Is what was sent one of these words? If not, the fault is about this field. */
static enum err answer_refused(struct request *request, const char *field, bool fit,
                               const char *words)
{
    const struct api_fault fault = { .field = field, .code = "rule", .words = words,
                                     .value = request_field(request, field) };

    return fit ? fail(request->trouble, ERR_CONFLICT, "%s", words)
               : answer_faults(request, words, &fault, 1);
}

static bool has_event(const struct register_type *type, struct text event)
{
    const struct register_step *step = type->steps;

    while (step->from != NULL && !text_is(event, step->event))
        step++;
    return step->from != NULL;
}

enum err api_register_state(struct request *request)
{
    const bool known = has_event(request->action->of, request_field(request, "event"));
    const size_t why = request_field(request, "why").size;
    struct entry was, now;
    const char *refused;
    bool done;
    enum err err = load_matched(request, &was, &done);

    if (err != OK || done)
        return err;
    err = register_state_keep(request, &was, &now, &refused);
    if (err != OK || refused == NULL)
        return err != OK ? err : answer_now(request);
    return answer_refused(request, known ? "why" : "event",
                          known && why > 0 && why <= REGISTER_WHY_MOST, refused);
}

enum err api_register_share(struct request *request)
{
    struct entry was, now;
    enum sharing sharing;
    const char *refused;
    bool done;
    const bool known = sharing_parse(request_field(request, "sharing"), &sharing);
    enum err err = load_matched(request, &was, &done);

    if (err != OK || done)
        return err;
    err = register_sharing_keep(request, &was, &now, &refused);
    if (err != OK || refused == NULL)
        return err != OK ? err : answer_now(request);
    return answer_refused(request, "sharing", known, refused);
}
