#include "server/client_record.h"

#include <jansson.h>
#include <string.h>

static const char *value_of(struct arena *arena, json_t *value)
{
    const char *words = "";
    json_t *item;
    size_t i;

    switch (json_typeof(value)) {
    case JSON_STRING:
        return arena_copy(arena, json_string_value(value), json_string_length(value));
    case JSON_INTEGER: return arena_print(arena, "%lld", (long long)json_integer_value(value));
    case JSON_TRUE: return "yes";
    case JSON_FALSE: return "no";
    case JSON_ARRAY:
        json_array_foreach(value, i, item) {
            words = arena_print(arena, "%s%s%s", words, i == 0 ? "" : ", ", value_of(arena, item));
        }
        return words;
    default: return "";
    }
}

static void read_record(struct arena *arena, json_t *object, struct client_record *out)
{
    const size_t size = json_dumpb(object, NULL, 0, JSON_COMPACT);
    char *json = arena_take(arena, size + 1, 1);
    const char *name;
    json_t *value;

    (void)json_dumpb(object, json, size, JSON_COMPACT);
    *out = (struct client_record){ .json = json };
    out->member = arena_take(arena, json_object_size(object) + 1, sizeof *out->member);
    json_object_foreach(object, name, value) {
        out->member[out->count++] = (struct client_member){
            arena_copy(arena, name, strlen(name)), value_of(arena, value) };
    }
}

static bool read_all(struct arena *arena, json_t *root, struct client_records *out)
{
    const bool list = json_is_array(root);
    const size_t count = list ? json_array_size(root) : 1;

    *out = (struct client_records){ .count = count };
    out->record = arena_take(arena, count + 1, sizeof *out->record);
    for (size_t i = 0; i < count; i++) {
        json_t *object = list ? json_array_get(root, i) : root;
        if (!json_is_object(object))
            return false;
        read_record(arena, object, &out->record[i]);
    }
    return true;
}

enum err client_records_read(struct arena *arena, struct text json, struct client_records *out,
                             struct trouble *trouble)
{
    json_t *root = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, NULL);
    const bool good = root != NULL && read_all(arena, root, out);

    json_decref(root);
    return good ? OK : fail(trouble, ERR_CHECK, "the answer is not as it should be: is it a "
                            "server of Ochil?");
}

enum err client_record_read(struct arena *arena, struct text json, struct client_record *out,
                            struct trouble *trouble)
{
    struct client_records records;
    const enum err err = client_records_read(arena, json, &records, trouble);

    if (err != OK)
        return err;
    if (records.count != 1)
        return fail(trouble, ERR_CHECK, "the answer is no record");
    *out = records.record[0];
    return OK;
}

const char *client_record_value(const struct client_record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->member[i].name, name) == 0)
            return record->member[i].value;
    return NULL;
}
