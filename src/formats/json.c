#include "formats/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

static void put(struct json *json, const char *bytes, size_t size)
{
    if (json->err == OK && size > 0)
        json->err = json->sink->write(json->sink, bytes, size, json->trouble);
}

static void put_word(struct json *json, const char *word)
{
    put(json, word, strlen(word));
}

static void new_line(struct json *json)
{
    if (json->style != JSON_PRETTY)
        return;
    put(json, "\n", 1);
    for (int i = 0; i < json->depth; i++)
        put(json, "  ", 2);
}

/* A comma and a new line, as far as what comes next in this level needs them. */
static void separate(struct json *json)
{
    if (json->filled[json->depth])
        put(json, ",", 1);
    if (json->depth > 0)
        new_line(json);
    json->filled[json->depth] = true;
}

/* What goes before any value: nothing after a key, else a place of its own. */
static void before_value(struct json *json)
{
    bool in_object = json->depth > 0 && json->closing[json->depth - 1] == '}';

    assert(in_object == json->keyed);
    assert(json->depth > 0 || !json->filled[0]);   /* one value in all */
    if (!json->keyed)
        separate(json);
    json->keyed = false;
}

static void open_level(struct json *json, const char *opening, char closing)
{
    before_value(json);
    assert(json->depth < JSON_DEPTH_MAX);
    put(json, opening, 1);
    json->closing[json->depth++] = closing;
    json->filled[json->depth] = false;
}

static void close_level(struct json *json, char closing)
{
    assert(json->depth > 0 && json->closing[json->depth - 1] == closing && !json->keyed);
    bool filled = json->filled[json->depth];
    json->depth--;
    if (filled)
        new_line(json);
    put(json, &closing, 1);
}

/* The two letters of a character that has its own escape; 0 for others. */
static char short_escape(unsigned char byte)
{
    switch (byte) {
    case '"':  return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default:   return 0;
    }
}

static void put_escape(struct json *json, unsigned char byte)
{
    char escape[8] = { '\\', short_escape(byte), '\0' };

    if (escape[1] == 0)
        (void)snprintf(escape, sizeof escape, "\\u%04x", byte);
    put_word(json, escape);
}

static void put_string(struct json *json, struct text text)
{
    size_t from = 0;

    assert(text_is_utf8(text));
    put(json, "\"", 1);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        put(json, text.data + from, i - from);
        put_escape(json, byte);
        from = i + 1;
    }
    put(json, text.data + from, text.size - from);
    put(json, "\"", 1);
}

void json_begin(struct json *json, struct sink *sink, enum json_style style,
                struct trouble *trouble)
{
    *json = (struct json){ .sink = sink, .style = style, .trouble = trouble };
}

enum err json_end(struct json *json)
{
    assert(json->depth == 0 && json->filled[0]);
    put(json, "\n", 1);
    return json->err;
}

void json_object(struct json *json)
{
    open_level(json, "{", '}');
}

void json_object_end(struct json *json)
{
    close_level(json, '}');
}

void json_array(struct json *json)
{
    open_level(json, "[", ']');
}

void json_array_end(struct json *json)
{
    close_level(json, ']');
}

void json_key(struct json *json, const char *key)
{
    assert(json->depth > 0 && json->closing[json->depth - 1] == '}' && !json->keyed);
    separate(json);
    put_string(json, text_of(key));
    put_word(json, json->style == JSON_PRETTY ? ": " : ":");
    json->keyed = true;
}

void json_string(struct json *json, const char *terminated)
{
    json_text(json, text_of(terminated));
}

void json_text(struct json *json, struct text text)
{
    before_value(json);
    put_string(json, text);
}

void json_integer(struct json *json, int64_t integer)
{
    char digits[32];

    before_value(json);
    (void)snprintf(digits, sizeof digits, "%" PRId64, integer);
    put_word(json, digits);
}

void json_bool(struct json *json, bool statement)
{
    before_value(json);
    put_word(json, statement ? "true" : "false");
}

void json_null(struct json *json)
{
    before_value(json);
    put_word(json, "null");
}

void json_word(struct json *json, const char *key, const char *word)
{
    json_key(json, key);
    json_string(json, word);
}

void json_count(struct json *json, const char *key, uint64_t count)
{
    json_key(json, key);
    json_integer(json, (int64_t)count);
}
