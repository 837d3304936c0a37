#include "web/form_json.h"

#include <jansson.h>

static bool read_value(struct arena *arena, const json_t *value, struct text *out)
{
    if (json_is_string(value))
        *out = (struct text){ arena_copy(arena, json_string_value(value),
                                         json_string_length(value)),
                              json_string_length(value) };
    else if (json_is_integer(value))
        *out = text_of(arena_print(arena, "%lld", (long long)json_integer_value(value)));
    else if (json_is_boolean(value))
        *out = text_of(json_is_true(value) ? "true" : "false");
    else
        return false;
    return text_is_utf8(*out);
}

static bool read_object(struct arena *arena, json_t *object, struct form *form)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return false;
    json_object_foreach(object, key, value) {
        if (json_is_null(value))
            continue;
        if (form->count == FORM_FIELDS_MOST ||
            !read_value(arena, value, &form->value[form->count]))
            return false;
        form->name[form->count++] = text_of(arena_copy(arena, key, strlen(key)));
    }
    return true;
}

bool form_read_json(struct arena *arena, struct text json, struct form *form)
{
    json_t *volatile object = NULL;
    volatile bool good = false;

    *form = (struct form){ .count = 0 };
    if (json.size == 0)
        return true;
    object = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, NULL);
    /* jansson's own memory is given back when the arena runs out, too. */
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        json_decref(object);
        arena_pass_on(&outer);
    }
    good = object != NULL && read_object(arena, object, form);
    json_decref(object);
    return good;
}
