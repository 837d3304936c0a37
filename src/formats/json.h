/*
 * formats/json.h -- writing JSON (RFC 8259) to a sink, piece by piece, holding nothing.
 *
 *     struct json json;
 *     json_begin(&json, sink, JSON_PRETTY, trouble);
 *     json_object(&json);
 *       json_key(&json, "lines");  json_integer(&json, 8123);
 *       json_key(&json, "total");  json_string(&json, "1234.56");
 *     json_object_end(&json);
 *     return json_end(&json);
 *
 * Numbers are whole (64 bits); money is given as a string by the caller, "1234.56", so that no
 * reader can make it a fraction in base two. Text is valid UTF-8 (text_is_utf8).
 *
 * Pretty: a line per key or element, two spaces deeper in each level, "{}" and "[]" when empty;
 * compact: no space at all. Either ends with a line feed. Same calls, same bytes.
 *
 * Errors: whatever the sink says; kept from the first, told by json_end(), and nothing more is
 * written. A key outside an object, a value without its key, an end that does not fit and text
 * that is not UTF-8 are bugs (assert).
 */
#ifndef OCHIL_JSON_H
#define OCHIL_JSON_H

#include "base/stream.h"

#define JSON_DEPTH_MAX 32

enum json_style { JSON_COMPACT, JSON_PRETTY };

struct json {
    struct sink    *sink;
    struct trouble *trouble;
    enum err        err;
    enum json_style style;
    bool            keyed;                     /* a key waits for its value */
    int             depth;
    char            closing[JSON_DEPTH_MAX];   /* '}' or ']' of each open level */
    bool            filled[JSON_DEPTH_MAX + 1];   /* the level holds something already */
};

void json_begin(struct json *, struct sink *, enum json_style, struct trouble *);
MUST_USE enum err json_end(struct json *);

void json_object(struct json *);
void json_object_end(struct json *);
void json_array(struct json *);
void json_array_end(struct json *);

void json_key(struct json *, const char *key);

void json_string(struct json *, const char *terminated);
void json_text(struct json *, struct text);
void json_integer(struct json *, int64_t);
void json_bool(struct json *, bool);
void json_null(struct json *);

/* A key with its value. A count is at most INT64_MAX. */
void json_word(struct json *, const char *key, const char *word);
void json_count(struct json *, const char *key, uint64_t count);

#endif
