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

/* The whole of it is sent: what is left out becomes empty. */
enum err api_register_change(struct request *request)
{
    const struct text match = http_header(request->http, "if-match");
    struct entry was, now;
    const char *wrong[REGISTER_FIELDS_MAX];
    const struct register_deed deed = register_deed_of(request, "edit");
    bool fit = false;
    enum err err = register_entry_load(request, true, &was);

    if (err != OK)
        return err;
    if (match.data == NULL)
        return answer_error(request, 428, "Which version?", "Send If-Match with the ETag that it "
                            "was read with.");
    if (!text_equal(match, etag(request, &was)))
        return answer_error(request, 412, "Changed meanwhile", "It has another version.");
    if (deed.why.size > REGISTER_WHY_MOST)
        return fail(request->trouble, ERR_USAGE, "why: this is too long.");
    now = was;
    register_fields_read(request, &now);
    if ((err = register_fields_judge(request, &was, &now, wrong, &fit)) != OK)
        return err;
    if (!fit)
        return answer_wrong(request, wrong);
    err = entry_save(request->tx, request->action->of, &deed, &was, &now, request->trouble);
    if (err == OK)
        err = register_entry_load(request, false, &now);
    return err != OK ? err : answer_entry(request, &now, 200);
}
