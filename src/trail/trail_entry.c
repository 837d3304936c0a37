#include "trail/trail_entry.h"

#include <assert.h>

#include "extract/value_rules.h"
#include "formats/json.h"
#include "trail/trail_strict.h"
#include "trail/trail_time.h"

#define ACTOR_MAX   256
#define ACTION_MAX  64
#define KIND_MAX    64
#define ID_MAX      256
#define REQUEST_MAX 128

#define ESCAPED_MOST 6      /* bytes that JSON writes for one: \u0001 */
#define FRAME_MOST   1024   /* of an entry's text without its texts: seals, names of members */

const char *const trail_field_name[TRAIL_FIELDS] = { "before", "after", "why" };

/* ---- what an entry may be ---- */

static bool is_name(struct text text, size_t most)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return false;
    return text.size > 0 && text.size <= most && text_is_utf8(text);
}

static bool is_value(const struct trail_value *value)
{
    return value->form != TRAIL_PLAIN ||
           (value->text.size <= TRAIL_VALUE_MAX && text_is_utf8(value->text));
}

enum trail_refusal trail_entry_judge(const struct trail_entry *entry)
{
    if (entry->sequence < 1 || entry->sequence > TRAIL_SEQUENCE_MAX)
        return TRAIL_BAD_SEQUENCE;
    if (entry->time_ms < 0 || entry->time_ms > TRAIL_TIME_LAST_MS)
        return TRAIL_BAD_TIME;
    if (!is_name(entry->actor, ACTOR_MAX))
        return TRAIL_BAD_ACTOR;
    if (entry->council.size > 0 && !partner_code_is_good(entry->council))
        return TRAIL_BAD_COUNCIL;
    if (!is_name(entry->action, ACTION_MAX))
        return TRAIL_BAD_ACTION;
    if (!is_name(entry->subject_kind, KIND_MAX) || !is_name(entry->subject_id, ID_MAX))
        return TRAIL_BAD_SUBJECT;
    for (size_t i = 0; i < TRAIL_FIELDS; i++)
        if (!is_value(&entry->value[i]))
            return TRAIL_BAD_VALUE;
    if (entry->request.size > 0 && !is_name(entry->request, REQUEST_MAX))
        return TRAIL_BAD_REQUEST;
    return TRAIL_FIT;
}

const char *trail_refusal_sentence(enum trail_refusal refusal)
{
    static const char *const sentence[TRAIL_REFUSALS] = {
        [TRAIL_FIT] = "",
        [TRAIL_BAD_SEQUENCE] = "The sequence of an entry begins at 1",
        [TRAIL_BAD_TIME] = "The time of an entry lies from 1970 to 9999",
        [TRAIL_BAD_ACTOR] = "The actor is a name of 1 to 256 bytes",
        [TRAIL_BAD_COUNCIL] = "The council is a code of letters, digits, '.', '_' and '-', at "
                              "most 32 of them",
        [TRAIL_BAD_ACTION] = "The action is a name of 1 to 64 bytes",
        [TRAIL_BAD_SUBJECT] = "The subject is a kind of 1 to 64 bytes and an id of 1 to 256",
        [TRAIL_BAD_VALUE] = "What stood before, what stands after, and why are UTF-8 of at most "
                            "65,536 bytes",
        [TRAIL_BAD_REQUEST] = "The request's id is a name of 1 to 128 bytes",
    };

    return sentence[refusal];
}

/* ---- the canonical text ---- */

/* The limits of an entry's parts keep every line below TRAIL_LINE_MAX. */
void trail_line_add(struct trail_line *line, const char *bytes, size_t size)
{
    assert(size <= line->room - line->size);
    if (size > 0)
        memcpy(line->bytes + line->size, bytes, size);
    line->size += size;
}

static enum err add_to_line(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    (void)trouble;
    trail_line_add((struct trail_line *)sink, bytes, size);
    return OK;
}

static void open_line(struct trail_line *line, struct arena *arena, size_t room)
{
    *line = (struct trail_line){
        .sink = { add_to_line }, .bytes = arena_take(arena, room, 1), .room = room,
    };
}

void trail_line_open(struct trail_line *line, struct arena *arena)
{
    open_line(line, arena, TRAIL_LINE_MAX);
}

void trail_line_open_for(struct trail_line *line, struct arena *arena, size_t texts)
{
    open_line(line, arena, ESCAPED_MOST * texts + FRAME_MOST);
}

static void put_text_or_null(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    if (text.size > 0)
        json_text(json, text);
    else
        json_null(json);
}

static void put_hex(struct json *json, const char *key, const unsigned char *bytes, size_t size)
{
    static const char digit[] = "0123456789abcdef";
    char hex[2 * TRAIL_SEAL_SALT_BYTES];

    assert(2 * size <= sizeof hex);
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digit[bytes[i] >> 4];
        hex[2 * i + 1] = digit[bytes[i] & 15];
    }
    json_key(json, key);
    json_text(json, (struct text){ hex, 2 * size });
}

static void put_value(struct json *json, const char *key, const struct trail_value *value)
{
    json_key(json, key);
    switch (value->form) {
    case TRAIL_ABSENT:
        json_null(json);
        break;
    case TRAIL_PLAIN:
        json_text(json, value->text);
        break;
    case TRAIL_SEALED:
        json_object(json);
        put_hex(json, "sealed", value->seal.bytes, sizeof value->seal.bytes);
        json_object_end(json);
        break;
    }
}

void trail_entry_encode(const struct trail_entry *entry, struct trail_line *line)
{
    char time[TRAIL_TIME_SIZE];
    struct json json;

    assert(trail_entry_judge(entry) == TRAIL_FIT);
    trail_time_print(entry->time_ms, time);
    json_begin(&json, &line->sink, JSON_COMPACT, NULL);
    json_object(&json);
    json_key(&json, "trail");
    json_integer(&json, 1);
    json_key(&json, "sequence");
    json_integer(&json, (int64_t)entry->sequence);
    json_key(&json, "time");
    json_string(&json, time);
    json_key(&json, "actor");
    json_text(&json, entry->actor);
    put_text_or_null(&json, "council", entry->council);
    json_key(&json, "action");
    json_text(&json, entry->action);
    json_key(&json, "subject");
    json_array(&json);
    json_text(&json, entry->subject_kind);
    json_text(&json, entry->subject_id);
    json_array_end(&json);
    for (size_t i = 0; i < TRAIL_FIELDS; i++)
        put_value(&json, trail_field_name[i], &entry->value[i]);
    put_text_or_null(&json, "request", entry->request);
    put_hex(&json, "salt", entry->salt, sizeof entry->salt);
    json_object_end(&json);
    enum err err = json_end(&json);
    assert(err == OK);
    (void)err;
    line->size--;   /* the line feed that ends the JSON is none of the entry's */
}

/* null, or a text that is not empty. */
static bool take_text_or_null(struct strict *strict, size_t most, struct text *text)
{
    *text = (struct text){ "", 0 };
    return strict_word(strict, "null") || (strict_text(strict, most, text) && text->size > 0);
}

static bool take_value(struct strict *strict, struct trail_value *value)
{
    *value = (struct trail_value){ .form = TRAIL_ABSENT };
    if (strict_word(strict, "null"))
        return true;
    if (!strict_word(strict, "{\"sealed\":")) {
        value->form = TRAIL_PLAIN;
        return strict_text(strict, TRAIL_VALUE_MAX, &value->text);
    }
    value->form = TRAIL_SEALED;
    return strict_sum(strict, &value->seal) && strict_word(strict, "}");
}

bool trail_entry_parse(struct text canonical, char *spare, struct trail_entry *entry)
{
    struct strict strict = strict_of(canonical, spare);
    struct text time;

    return strict_word(&strict, "{\"trail\":1,\"sequence\":") &&
           strict_count(&strict, &entry->sequence) && strict_word(&strict, ",\"time\":") &&
           strict_text(&strict, TRAIL_TIME_SIZE, &time) &&
           trail_time_parse(time, &entry->time_ms) && strict_word(&strict, ",\"actor\":") &&
           strict_text(&strict, ACTOR_MAX, &entry->actor) &&
           strict_word(&strict, ",\"council\":") &&
           take_text_or_null(&strict, TRAIL_CODE_MAX, &entry->council) &&
           strict_word(&strict, ",\"action\":") &&
           strict_text(&strict, ACTION_MAX, &entry->action) &&
           strict_word(&strict, ",\"subject\":[") &&
           strict_text(&strict, KIND_MAX, &entry->subject_kind) && strict_word(&strict, ",") &&
           strict_text(&strict, ID_MAX, &entry->subject_id) &&
           strict_word(&strict, "],\"before\":") &&
           take_value(&strict, &entry->value[TRAIL_BEFORE]) &&
           strict_word(&strict, ",\"after\":") &&
           take_value(&strict, &entry->value[TRAIL_AFTER]) &&
           strict_word(&strict, ",\"why\":") && take_value(&strict, &entry->value[TRAIL_WHY]) &&
           strict_word(&strict, ",\"request\":") &&
           take_text_or_null(&strict, REQUEST_MAX, &entry->request) &&
           strict_word(&strict, ",\"salt\":") &&
           strict_hex(&strict, entry->salt, sizeof entry->salt) && strict_word(&strict, "}") &&
           strict_end(&strict) && trail_entry_judge(entry) == TRAIL_FIT;
}

/* ---- hashes ---- */

/* A tag begins what is hashed, so that no hash of one kind can be taken for one of another. */
static void add_tag(struct sha256 *work, const char *tag)
{
    sha256_add(work, tag, strlen(tag));
}

void trail_content(struct sha256 *work, struct text canonical, struct sha256_sum *content)
{
    add_tag(work, "ochil trail content 1\n");
    sha256_add(work, canonical.data, canonical.size);
    sha256_next(work, content);
}

void trail_seal(struct sha256 *work, const unsigned char salt[TRAIL_SEAL_SALT_BYTES],
                struct text text, struct sha256_sum *seal)
{
    add_tag(work, "ochil trail seal 1\n");
    sha256_add(work, salt, TRAIL_SEAL_SALT_BYTES);
    sha256_add(work, text.data, text.size);
    sha256_next(work, seal);
}

void trail_chain_begin(struct sha256 *work, struct text store, struct trail_chain *chain)
{
    assert(store.size == TRAIL_STORE_DIGITS);
    *chain = (struct trail_chain){ .size = 0 };
    add_tag(work, "ochil trail store 1\n");
    sha256_add(work, store.data, store.size);
    sha256_next(work, &chain->last);
}

void trail_hash(struct sha256 *work, const struct trail_chain *chain,
                const struct sha256_sum *content, struct sha256_sum *hash)
{
    uint64_t sequence = chain->size + 1;
    unsigned char bytes[8 + 2 * SHA256_BYTES];

    for (size_t i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(sequence >> (56 - 8 * i));
    memcpy(bytes + 8, chain->last.bytes, SHA256_BYTES);
    memcpy(bytes + 8 + SHA256_BYTES, content->bytes, SHA256_BYTES);
    add_tag(work, "ochil trail entry 1\n");
    sha256_add(work, bytes, sizeof bytes);
    sha256_next(work, hash);
}

void trail_chain_add(struct sha256 *work, struct trail_chain *chain,
                     const struct sha256_sum *hash)
{
    struct sha256_sum leaf;

    merkle_leaf(work, hash->bytes, sizeof hash->bytes, &leaf);
    merkle_append(work, &chain->tree, &leaf);
    chain->last = *hash;
    chain->size++;
}
