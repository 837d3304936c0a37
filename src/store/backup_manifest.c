#include "store/backup_manifest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "formats/json.h"
#include "trail/trail_strict.h"
#include "trail/trail_time.h"

#define COUNT_MOST UINT64_C(999999999999999999)     /* what strict_count() reads */

/* --- writing --- */

struct memory_sink {
    struct sink sink;
    char       *bytes;
    size_t      size;
};

static enum err memory_write(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct memory_sink *memory = (struct memory_sink *)(void *)sink;

    if (size > MANIFEST_BYTES_MAX - memory->size)
        return fail(trouble, ERR_USAGE, "the backup's manifest is too large");
    memcpy(memory->bytes + memory->size, bytes, size);
    memory->size += size;
    return OK;
}

static void put_sum(struct json *json, const char *key, const struct sha256_sum *sum)
{
    char hex[SHA256_HEX_SIZE];

    sha256_hex(sum, hex);
    json_key(json, key);
    json_string(json, hex);
}

static void put_trail(struct json *json, const struct manifest *manifest)
{
    json_key(json, "trail");
    json_object(json);
    json_count(json, "size", manifest->trail_size);
    put_sum(json, "last", &manifest->trail_last);
    put_sum(json, "root", &manifest->trail_root);
    json_word(json, "checkpoint", manifest->checkpoint);
    json_object_end(json);
}

static void put_files(struct json *json, const struct manifest *manifest)
{
    json_key(json, "files");
    json_array(json);
    for (int i = 0; i < manifest->files; i++) {
        json_object(json);
        json_word(json, "name", manifest->file[i].name);
        json_count(json, "bytes", manifest->file[i].bytes);
        put_sum(json, "sha256", &manifest->file[i].sum);
        json_object_end(json);
    }
    json_array_end(json);
}

static void put_tables(struct json *json, const struct dump *dump)
{
    json_key(json, "tables");
    json_array(json);
    for (int i = 0; i < dump->tables; i++) {
        json_object(json);
        json_word(json, "name", dump->table[i].name);
        json_count(json, "rows", (uint64_t)dump->table[i].rows);
        put_sum(json, "sha256", &dump->table[i].sum);
        json_object_end(json);
    }
    json_array_end(json);
    put_sum(json, "sha256", &dump->sum);
}

enum err manifest_print(const struct manifest *manifest, struct arena *arena, struct text *out,
                        struct trouble *trouble)
{
    struct memory_sink memory = { { memory_write }, arena_take(arena, MANIFEST_BYTES_MAX, 1), 0 };
    struct json json;

    json_begin(&json, &memory.sink, JSON_COMPACT, trouble);
    json_object(&json);
    json_count(&json, "ochil_backup", 1);
    json_word(&json, "store", manifest->store);
    json_count(&json, "schema", (uint64_t)manifest->schema);
    put_sum(&json, "schema_sha256", &manifest->schema_sum);
    json_word(&json, "engine", manifest->engine);
    json_word(&json, "program", manifest->program);
    trail_time_json(&json, "begun", manifest->begun_ms);
    trail_time_json(&json, "ended", manifest->ended_ms);
    put_trail(&json, manifest);
    json_word(&json, "sealed", manifest->sealed ? "yes" : "no");
    put_files(&json, manifest);
    put_tables(&json, &manifest->dump);
    json_object_end(&json);
    enum err err = json_end(&json);
    *out = (struct text){ memory.bytes, memory.size };
    return err;
}

/* --- reading --- */

static bool get_word(struct strict *strict, const char *before, char *out, size_t room)
{
    struct text text;

    if (!strict_word(strict, before) || !strict_text(strict, room - 1, &text))
        return false;
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return memchr(out, '\0', text.size) == NULL;
}

static bool get_count(struct strict *strict, const char *before, uint64_t most, uint64_t *out)
{
    return strict_word(strict, before) && strict_count(strict, out) && *out <= most;
}

static bool get_sum(struct strict *strict, const char *before, struct sha256_sum *out)
{
    return strict_word(strict, before) && strict_sum(strict, out);
}

static bool get_time(struct strict *strict, const char *before, int64_t *ms)
{
    struct text text;

    return strict_word(strict, before) && strict_text(strict, TRAIL_TIME_SIZE, &text) &&
           trail_time_parse(text, ms);
}

static bool get_head(struct strict *strict, struct manifest *out)
{
    char hex[TRAIL_STORE_DIGITS + 1];
    unsigned char bytes[TRAIL_STORE_DIGITS / 2];
    uint64_t schema;

    if (!get_word(strict, "{\"ochil_backup\":1,\"store\":", hex, sizeof hex) ||
        !strict_bytes(text_of(hex), bytes, sizeof bytes))
        return false;
    memcpy(out->store, hex, sizeof hex);
    if (!get_count(strict, ",\"schema\":", 9999, &schema))
        return false;
    out->schema = (int)schema;
    return get_sum(strict, ",\"schema_sha256\":", &out->schema_sum) &&
           get_word(strict, ",\"engine\":", out->engine, sizeof out->engine) &&
           get_word(strict, ",\"program\":", out->program, sizeof out->program) &&
           get_time(strict, ",\"begun\":", &out->begun_ms) &&
           get_time(strict, ",\"ended\":", &out->ended_ms);
}

static bool get_trail(struct strict *strict, struct manifest *out)
{
    char sealed[4];

    if (!get_count(strict, ",\"trail\":{\"size\":", COUNT_MOST, &out->trail_size) ||
        !get_sum(strict, ",\"last\":", &out->trail_last) ||
        !get_sum(strict, ",\"root\":", &out->trail_root) ||
        !get_word(strict, ",\"checkpoint\":", out->checkpoint, sizeof out->checkpoint) ||
        !get_word(strict, "},\"sealed\":", sealed, sizeof sealed))
        return false;
    out->sealed = strcmp(sealed, "yes") == 0;
    return out->sealed || strcmp(sealed, "no") == 0;
}

static bool get_files(struct strict *strict, struct manifest *out)
{
    const char *before = "{\"name\":";

    if (!strict_word(strict, ",\"files\":["))
        return false;
    while (!strict_word(strict, "]")) {
        struct manifest_file *file = &out->file[out->files];
        if (out->files == MANIFEST_FILES_MAX ||
            !get_word(strict, before, file->name, sizeof file->name) ||
            !get_count(strict, ",\"bytes\":", COUNT_MOST, &file->bytes) ||
            !get_sum(strict, ",\"sha256\":", &file->sum) || !strict_word(strict, "}"))
            return false;
        out->files++;
        before = ",{\"name\":";
    }
    return true;
}

static bool get_tables(struct strict *strict, struct arena *arena, struct dump *out)
{
    const char *before = "{\"name\":";
    char name[MANIFEST_NAME_SIZE];
    uint64_t rows;

    out->table = arena_take(arena, MANIFEST_TABLES_MAX, sizeof *out->table);
    if (!strict_word(strict, ",\"tables\":["))
        return false;
    while (!strict_word(strict, "]")) {
        struct dump_table *table = &out->table[out->tables];
        if (out->tables == MANIFEST_TABLES_MAX ||
            !get_word(strict, before, name, sizeof name) ||
            !get_count(strict, ",\"rows\":", COUNT_MOST, &rows) ||
            !get_sum(strict, ",\"sha256\":", &table->sum) || !strict_word(strict, "}"))
            return false;
        table->name = arena_copy(arena, name, strlen(name));
        table->rows = (int64_t)rows;
        out->tables++;
        before = ",{\"name\":";
    }
    return get_sum(strict, ",\"sha256\":", &out->sum) && strict_word(strict, "}\n");
}

bool manifest_parse(struct text text, struct arena *arena, struct manifest *out)
{
    if (text.size == 0 || text.size > MANIFEST_BYTES_MAX || !text_is_utf8(text))
        return false;
    struct strict strict = strict_of(text, arena_take(arena, text.size, 1));

    *out = (struct manifest){ 0 };
    return get_head(&strict, out) && get_trail(&strict, out) && get_files(&strict, out) &&
           get_tables(&strict, arena, &out->dump) && strict_end(&strict);
}

const struct manifest_file *manifest_file(const struct manifest *manifest, const char *name)
{
    for (int i = 0; i < manifest->files; i++) {
        if (strcmp(manifest->file[i].name, name) == 0)
            return &manifest->file[i];
    }
    return NULL;
}
