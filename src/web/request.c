#include "web/request.h"

#include <assert.h>

#include "web/api_problem.h"
#include "web/credential.h"
#include "web/page_frame.h"

int64_t request_number(const struct request *request, const char *name)
{
    const struct text value = route_value(&request->route, name);

    assert(value.data != NULL);
    return route_number(value);
}

struct text request_word(const struct request *request, const char *name)
{
    const struct text value = route_value(&request->route, name);

    assert(value.data != NULL);
    return value;
}

struct text request_field(const struct request *request, const char *name)
{
    const struct text value = form_value(&request->form, name);

    return value.data == NULL ? (struct text){ "", 0 } : value;
}

enum err scope_home(struct request *request)
{
    request->council = request->actor.home;
    return OK;
}

enum err request_seal_place(const struct request *request, struct tx *tx, int64_t council,
                            const char *purpose, int64_t subject, struct seal_place *out,
                            struct trouble *trouble)
{
    struct councils councils;
    enum err err = councils_read(tx, request->arena, &councils, trouble);

    *out = (struct seal_place){ .purpose = purpose, .subject = subject };
    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id == council)
            out->council = councils.council[i].code;
    out->key = keyring_master(request->site->keyring, out->council);
    return err;
}

/* --- answers --- */

enum err answer_redirect(struct request *request, struct url url)
{
    request->answer->status = 303;
    http_answer_header(request->answer, "Location", url.text);
    return OK;
}

/* `kept` in seconds; 0: it is taken back. Scripts see none of our cookies. */
static void set_cookie(struct request *request, const char *name, const char *value, int kept)
{
    const char *text = arena_print(request->arena,
                                   "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d",
                                   name, value, kept);

    http_answer_header(request->answer, "Set-Cookie", text_of(text));
}

#define DONE_SECONDS 60
#define LANGUAGE_SECONDS 31536000
#define INVITE_SECONDS 600

enum err answer_done(struct request *request, struct url url, enum word done)
{
    set_cookie(request, COOKIE_DONE, word_name(done), DONE_SECONDS);
    return answer_redirect(request, url);
}

void answer_done_told(struct request *request)
{
    set_cookie(request, COOKIE_DONE, "", 0);
}

void answer_invite(struct request *request, struct text link)
{
    set_cookie(request, COOKIE_INVITE, arena_print(request->arena, "%.*s", TEXT(link)),
               link.size == 0 ? 0 : INVITE_SECONDS);
}

void answer_language(struct request *request, enum language language)
{
    set_cookie(request, COOKIE_LANGUAGE, language_code(language), LANGUAGE_SECONDS);
}

enum err answer_bytes(struct request *request, int status, const char *type, struct text bytes)
{
    request->answer->status = status;
    request->answer->body = bytes;
    http_answer_header(request->answer, "Content-Type", text_of(type));
    return OK;
}

static enum err write_file(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    const struct answer_file *out = (const struct answer_file *)sink;

    return spool_add(out->spool, bytes, size, trouble);
}

enum err answer_file_begin(struct request *request, struct answer_file *out)
{
    struct http_answer *answer = request->answer;

    assert(answer->spool.file < 0);
    /* The answer owns it, so that it is closed whatever comes. */
    *out = (struct answer_file){ { write_file }, &answer->spool };
    return spool_open(&answer->spool, request->site->spool, request->site->outside,
                      request->trouble);
}

enum err answer_file_send(struct request *request, const char *type, const char *name)
{
    assert(request->answer->spool.file >= 0);
    request->answer->status = 200;
    http_answer_header(request->answer, "Content-Type", text_of(type));
    http_answer_header(request->answer, "Content-Disposition",
                       text_of(arena_print(request->arena, "attachment; filename=\"%s\"", name)));
    return OK;
}

static enum err write_arena(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    struct answer_json *out = (struct answer_json *)sink;

    (void)trouble;
    if (size > out->room - out->size) {
        const size_t room = 2 * out->room + size;
        out->bytes = arena_grow(out->arena, out->bytes, out->size, room, 1);
        out->room = room;
    }
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
    return OK;
}

void answer_json_begin(struct request *request, struct answer_json *out)
{
    answer_json_open(request->arena, out);
}

void answer_json_open(struct arena *arena, struct answer_json *out)
{
    *out = (struct answer_json){ .sink = { write_arena }, .arena = arena, .room = 1024 };
    out->bytes = arena_take(arena, out->room, 1);
    json_begin(&out->json, &out->sink, JSON_COMPACT, NULL);
}

enum err answer_json_end(struct request *request, struct answer_json *out, int status,
                         const char *type)
{
    const enum err err = json_end(&out->json);

    assert(err == OK);      /* the sink does not fail */
    return answer_bytes(request, status, type, (struct text){ out->bytes, out->size });
}

/* --- errors --- */

static void word_or_null(struct json *json, const char *key, const char *word)
{
    json_key(json, key);
    if (word == NULL)
        json_null(json);
    else
        json_string(json, word);
}

/* A field is named by a JSON Pointer into the body, as a fragment. */
static void write_fault(struct request *request, struct json *json, const struct api_fault *fault)
{
    json_object(json);
    word_or_null(json, "pointer", fault->field == NULL ? NULL
                 : arena_print(request->arena, "#/%s", fault->field));
    json_word(json, "code", fault->code);
    json_word(json, "detail", fault->words);
    json_key(json, "row");
    if (fault->row == 0)
        json_null(json);
    else
        json_integer(json, (int64_t)fault->row);
    word_or_null(json, "column", fault->column);
    json_key(json, "value");
    if (fault->value.data == NULL || !text_is_utf8(fault->value))
        json_null(json);
    else
        json_text(json, fault->value);
    json_object_end(json);
}

void answer_faults_write(struct request *request, struct json *json,
                         const struct api_fault fault[], size_t count)
{
    json_key(json, "errors");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        write_fault(request, json, &fault[i]);
    json_array_end(json);
}

/* RFC 9457. A status has one title, whatever the page says of it. */
static enum err answer_problem(struct request *request, int status, const char *words,
                               const struct api_fault fault[], size_t count)
{
    const struct api_problem *problem = api_problem_find(status);
    struct answer_json out;

    assert(problem != NULL);
    answer_json_begin(request, &out);
    json_object(&out.json);
    json_word(&out.json, "type", arena_print(request->arena, "/api#%s", problem->name));
    json_word(&out.json, "title", problem->title);
    json_key(&out.json, "status");
    json_integer(&out.json, status);
    json_word(&out.json, "detail", words);
    if (status == 422)
        answer_faults_write(request, &out.json, fault, count);
    json_object_end(&out.json);
    return answer_json_end(request, &out, status, API_PROBLEM_TYPE);
}

enum err answer_faults(struct request *request, const char *words, const struct api_fault fault[],
                       size_t count)
{
    return answer_problem(request, 422, words, fault, count);
}

enum err answer_error(struct request *request, int status, const char *title, const char *words)
{
    const struct api_fault whole = { .code = "rule", .words = words };

    return request->api ? answer_problem(request, status, words, &whole, 1)
                        : page_error(request, status, title, words);
}

/* --- the cookie and what forms carry --- */

void answer_cookie(struct request *request, const struct secret *secret)
{
    static const char how[] = "Path=/; Secure; HttpOnly; SameSite=Lax";
    const char *value = secret == NULL
        ? arena_print(request->arena, "%s=; %s; Max-Age=0", COOKIE_NAME, how)
        : arena_print(request->arena, "%s=%s; %s", COOKIE_NAME, secret->text, how);

    http_answer_header(request->answer, "Set-Cookie", text_of(value));
}

enum err request_form_token(struct request *request, char token[SHA256_HEX_SIZE])
{
    struct secret secret;

    if (request->cookie.data == NULL) {
        enum err err = secret_make(request->site->outside, &secret, request->trouble);
        if (err != OK)
            return err;
        answer_cookie(request, &secret);
        request->cookie = text_of(arena_copy(request->arena, secret.text, SECRET_DIGITS));
    }
    if (request->token_of.data != request->cookie.data)
        secret_hash(SECRET_FORM, request->cookie, request->form_token);
    request->token_of = request->cookie;
    memcpy(token, request->form_token, SHA256_HEX_SIZE);
    return OK;
}
