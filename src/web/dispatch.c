#include "web/dispatch.h"

#include <assert.h>

#include "identity/api_token.h"
#include "identity/kept_answer.h"
#include "identity/role_grant.h"
#include "identity/session.h"
#include "web/credential.h"
#include "web/form_json.h"
#include "web/keep_form.h"
#include "web/multipart.h"
#include "web/origin.h"

/* What becomes of a request. */
enum fate {
    FATE_LET_IN,
    FATE_UNKNOWN,       /* no such thing, or not for this actor */
    FATE_METHOD,        /* the actor could do something else with it */
    FATE_STRANGER,      /* nobody is signed in */
    FATE_READS_ONLY,    /* an API token that may not write */
    FATE_TOO_MANY       /* calls of this token in this minute */
};

static bool changes(const struct request *request)
{
    return request->http->method != HTTP_GET && request->http->method != HTTP_HEAD;
}

/* --- the row --- */

static enum action_method method_of(const struct http_request *http)
{
    switch (http->method) {
    case HTTP_GET:
    case HTTP_HEAD: return ACTION_GET;
    case HTTP_POST: return ACTION_POST;
    case HTTP_PUT: return ACTION_PUT;
    case HTTP_DELETE: return ACTION_DELETE;
    default: return ACTION_NO_ROUTE;
    }
}

/* The next row for this path from `*feature`, `*row` on, whatever its method. */
static const struct action *next_row(const struct site *site, struct text path, size_t *feature,
                                     size_t *row, struct route_values *values)
{
    const struct action *action;

    while ((action = action_next(site->features, feature, row)) != NULL)
        if (action->route != NULL && route_matches(action->route, path, values))
            return action;
    return NULL;
}

/* --- who asks --- */

static enum err know_actor(struct request *request)
{
    const struct text bearer = bearer_value(http_header(request->http, "authorization"));
    const struct moment now = request->happening.now;
    enum err err = ERR_MISSING;

    request->actor = (struct actor){ 0 };
    if (request->api && bearer.data != NULL)
        err = token_find(request->tx, now, bearer, &request->actor, request->trouble);
    else if (request->cookie.data != NULL && !(request->api && changes(request)))
        err = session_find(request->tx, now, request->cookie, &request->actor,
                           request->trouble);
    if (err == OK)
        return grant_roles(request->tx, now, &request->actor, request->trouble);
    request->actor = (struct actor){ 0 };
    return err == ERR_MISSING ? OK : err;
}

/* --- the right --- */

/* May the actor do this row, to what the route names? */
static enum err is_allowed(struct request *request, const struct action *action, bool *allowed)
{
    enum err err = OK;

    request->council = request->actor.acting;
    *allowed = false;
    if (!actor_may(&request->actor, (enum right)action->right) ||
        (action->for_all && !actor_may_of(&request->actor, (enum right)action->right,
                                          text_of(""))))
        return OK;
    if (action->scope != NULL)
        err = action->scope(request);
    if (err == ERR_MISSING || err == ERR_RIGHTS)
        return OK;
    *allowed = err == OK;
    return err;
}

/* There is no row for the method: is there another that the actor may? */
static enum err other_methods(struct request *request, enum fate *fate)
{
    const struct action *action;
    size_t feature = 0, row = 0;
    bool allowed = false;
    enum err err = OK;

    while (err == OK && !allowed &&
           (action = next_row(request->site, request->http->path, &feature, &row,
                              &request->route)) != NULL)
        err = is_allowed(request, action, &allowed);
    *fate = allowed ? FATE_METHOD : FATE_UNKNOWN;
    return err;
}

static enum err decide(struct request *request, enum fate *fate)
{
    bool allowed = false;
    enum err err = councils_read(request->tx, request->arena, &request->councils,
                                 request->trouble);

    if (err == OK)
        err = know_actor(request);
    if (err == OK && request->action != NULL)
        err = is_allowed(request, request->action, &allowed);
    else if (err == OK)
        err = other_methods(request, fate);
    if (err != OK)
        return err;
    if (!request->left.counted)
        request->left = api_limit_take(request->site->limit, request->actor.token,
                                       request->happening.now, !request->admits);
    if (request->action != NULL)
        *fate = allowed ? FATE_LET_IN : FATE_UNKNOWN;
    if (*fate == FATE_UNKNOWN && request->actor.account == 0)
        *fate = FATE_STRANGER;
    if (request->actor.token != 0 && changes(request) && !request->actor.may_write)
        *fate = FATE_READS_ONLY;
    if (request->left.over)
        *fate = FATE_TOO_MANY;
    return *fate == FATE_LET_IN ? tx_scope(request->tx, request->council, request->trouble) : OK;
}

static enum err answer_fate(struct request *request, enum fate fate)
{
    switch (fate) {
    case FATE_METHOD:
        return answer_error(request, 405, "Not in this way", "There is no such action here.");
    case FATE_READS_ONLY:
        return answer_error(request, 403, "Reads only", "This token may read and not write.");
    case FATE_TOO_MANY:
        http_answer_header(request->answer, "Retry-After",
                           text_of(arena_number(request->arena, request->left.reset_s)));
        return answer_error(request, 429, "Too many calls", "This token has called too often: "
                            "try again after the seconds of Retry-After.");
    case FATE_STRANGER:
        if (!request->api)
            return answer_redirect(request, Url("/login"));
        http_answer_header(request->answer, "WWW-Authenticate", text_of("Bearer"));
        return answer_error(request, 401, "Who is it?", "Send a token: Authorization: Bearer.");
    default:
        return answer_error(request, 404, "Page not found",
                            "There is no such page, or it is not yours to see.");
    }
}

/* --- a request sent again --- */

static bool may_come_again(const struct request *request)
{
    return request->api && changes(request) &&
           http_header(request->http, "idempotency-key").data != NULL;
}

static enum err hash_request(const struct request *request, char hex[SHA256_HEX_SIZE])
{
    const struct http_request *http = request->http;
    const char mark[2] = { (char)('0' + (int)http->method), '\n' };
    struct sha256 sha;
    struct sha256_sum sum;
    enum err err = sha256_begin(&sha, request->trouble);

    if (err != OK)
        return err;
    sha256_add(&sha, mark, sizeof mark);
    sha256_add(&sha, http->target.data, http->target.size);
    sha256_add(&sha, "\n", 1);
    sha256_add(&sha, http->body.data, http->body.size);
    sha256_add(&sha, http->upload.sha256.bytes, sizeof http->upload.sha256.bytes);
    err = sha256_end(&sha, &sum, request->trouble);
    sha256_hex(&sum, hex);
    return err;
}

static struct text header_of(const struct http_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->headers; i++)
        if (text_is(answer->header[i].name, name))
            return answer->header[i].value;
    return (struct text){ "", 0 };
}

static enum err answer_again(struct request *request, const struct kept_answer *kept)
{
    if (kept->etag.size > 0)
        http_answer_header(request->answer, "ETag", kept->etag);
    return answer_bytes(request, kept->status, arena_copy(request->arena, kept->type.data,
                                                          kept->type.size), kept->body);
}

/* The answer of the first time, or the work and its answer kept. */
static enum err respond_once(struct request *request)
{
    const struct moment now = request->happening.now;
    char hex[SHA256_HEX_SIZE];
    struct kept_answer kept = { .key = http_header(request->http, "idempotency-key") };
    enum err err = hash_request(request, hex);

    if (kept.key.size == 0 || kept.key.size > ANSWER_KEY_MOST || !text_is_utf8(kept.key))
        return fail(request->trouble, ERR_USAGE, "An Idempotency-Key has 1 to 200 bytes.");
    kept.request = text_of(hex);
    if (err == OK)
        err = tx_scope(request->tx, request->actor.acting, request->trouble);
    if (err == OK)
        err = answer_find(request->tx, request->arena, now, &request->actor, &kept,
                          request->trouble);
    if (err == OK)
        return answer_again(request, &kept);
    if (err == ERR_MISSING)
        err = tx_scope(request->tx, request->council, request->trouble);
    if (err == OK)
        err = request->action->respond(request);
    /* Only what was done is kept; what was refused may be tried again. */
    if (err != OK || request->answer->status >= 300)
        return err;
    kept.status = request->answer->status;
    kept.type = header_of(request->answer, "Content-Type");
    kept.etag = header_of(request->answer, "ETag");
    kept.body = request->answer->body;
    err = tx_scope(request->tx, request->actor.acting, request->trouble);
    return err != OK ? err : answer_keep(request->tx, now, &request->actor, &kept,
                                         request->trouble);
}

/* --- in a transaction --- */

struct attempt {
    struct request *request;
    bool            second;     /* what comes before the work is done */
    bool            done;       /* there is an answer */
    bool            stranger;   /* it sends to the login */
};

/* Nothing of an answer yet but the file that `prepare` may have made. */
static void begin_answer(struct request *request)
{
    const struct text cookies = http_header(request->http, "cookie");
    const struct text cookie = cookie_value(cookies, COOKIE_NAME);
    const char *route = request->action == NULL ? "-" : request->action->route;

    *request->answer = (struct http_answer){ .spool = request->answer->spool, .route = route };
    request->cookie = secret_is(cookie) ? cookie : (struct text){ 0 };
    request->language = text_is(cookie_value(cookies, COOKIE_LANGUAGE), "gd") ? GAELIC : ENGLISH;
    if (!word_find(cookie_value(cookies, COOKIE_DONE), &request->done) ||
        request->done < WORD_DONE_SESSION_ENDED)
        request->done = WORDS;
}

static void drop_file(struct request *request)
{
    spool_close(&request->answer->spool);
}

/* Is there something to do between being allowed and doing it? */
static bool has_two_steps(const struct request *request)
{
    return changes(request) || request->action->prepare != NULL;
}

static enum err try(struct tx *tx, void *context, struct trouble *trouble)
{
    struct attempt *attempt = context;
    struct request *request = attempt->request;
    enum fate fate = FATE_UNKNOWN;

    request->tx = tx;
    request->trouble = trouble;
    attempt->done = true;
    attempt->stranger = false;
    begin_answer(request);
    enum err err = decide(request, &fate);
    if (err != OK)
        return err;
    if (fate != FATE_LET_IN) {
        drop_file(request);
        attempt->stranger = fate == FATE_STRANGER;
        return answer_fate(request, fate);
    }
    if (request->bad_query)
        return answer_error(request, 400, "Not understood", "The query cannot be read.");
    if (has_two_steps(request) && !attempt->second) {
        attempt->done = false;
        return OK;
    }
    return may_come_again(request) ? respond_once(request) : form_respond(request);
}

/* For whoever runs the server; on one line whatever the message holds. */
static void log_failure(const struct request *request, enum err err,
                        const struct trouble *trouble)
{
    struct trouble shown = *trouble;

    if (request->site->log == NULL)
        return;
    for (char *at = shown.text; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == '"')
            *at = ' ';
    (void)fprintf(request->site->log, "level=error request=%s err=%d trouble=\"%s\"\n",
                  request->http->id, (int)err, shown.text);
}

/* A failure as an answer. */
static void answer_failure(struct request *request, enum err err, const struct trouble *trouble)
{
    begin_answer(request);
    drop_file(request);
    switch (err) {
    case ERR_MISSING:
    case ERR_RIGHTS:
        (void)answer_fate(request, request->actor.account == 0 ? FATE_STRANGER : FATE_UNKNOWN);
        return;
    case ERR_USAGE:
    case ERR_REFUSED:
        (void)answer_error(request, 400, "Not understood", trouble->text);
        return;
    case ERR_CONFLICT:
        (void)answer_error(request, 409, "Nothing was changed", trouble->text);
        return;
    case ERR_BUSY:
        (void)answer_error(request, 503, "Busy", "The store is busy. Please try again.");
        http_answer_header(request->answer, "Retry-After", text_of("2"));
        break;
    default:
        (void)answer_error(request, 500, "Something is wrong",
                           arena_print(request->arena, "It was recorded under the number %s. "
                                       "Nothing was changed.", request->http->id));
        break;
    }
    log_failure(request, err, trouble);
}

static enum err run(struct request *request, bool second, bool *done, bool *stranger,
                    struct trouble *trouble)
{
    struct attempt attempt = { request, second, false, false };
    const struct db_scope nobody = { 0, request->arena };
    enum err err = second && changes(request)
                       ? db_write(request->site->db, nobody, try, &attempt, trouble)
                       : db_read(request->site->db, nobody, try, &attempt, trouble);

    request->tx = NULL;
    request->trouble = trouble;
    *done = attempt.done;
    *stranger = attempt.stranger;
    return err;
}

/* --- forms --- */

static bool is_json(struct text type)
{
    static const char json[] = "application/json";
    const size_t size = sizeof json - 1;

    return type.size >= size && memcmp(type.data, json, size) == 0 &&
           (type.size == size || type.data[size] == ';');
}

static bool is_urlencoded(struct text type)
{
    return text_is(type, "application/x-www-form-urlencoded");
}

/* A program sends a file as it is: what there is to say of it stands in the query. */
static void take_file(struct request *request, struct text type)
{
    const struct spool *spool = &request->http->upload.spool;
    const struct text media = media_of(type);
    struct sent_file *file = &request->files.file[0];

    request->files = (struct sent_files){ .count = spool->file >= 0 ? 1 : 0 };
    file->field = text_of("");
    file->name = request_field(request, "name");
    file->media = media.data == NULL ? text_of(FILE_TYPE) : media;
    file->size = spool->size;
}

static enum err read_form(struct request *request, bool *read)
{
    const struct http_request *http = request->http;
    const struct text type = http_header(http, "content-type");
    const bool files = request->action->upload_most > 0;

    if (files && !request->api)
        return sent_form_read(request->arena, &http->upload.spool, type, &request->form,
                              &request->files, read, request->trouble);
    if (files) {
        *read = form_read(request->arena, http->query, &request->form);
        take_file(request, type);
    } else if (request->api)
        *read = http->body.size == 0 || (is_json(type) &&
                                         form_read_json(request->arena, http->body,
                                                        &request->form));
    else
        *read = (http->body.size == 0 || is_urlencoded(type)) &&
                form_read(request->arena, http->body, &request->form);
    return OK;
}

/* The form, and that it may be taken: an answer is there unless it is. */
static enum err take_form(struct request *request, bool *taken)
{
    const enum err err = read_form(request, taken);

    if (err != OK || *taken)
        return err;
    return answer_error(request, 400, "Not understood", "The form cannot be read.");
}

/* Did the person at the browser send this, from a page of ours? A bearer token is in no browser. */
static bool form_token_is_good(const struct request *request)
{
    const struct text given = request_field(request, "form_token");
    char token[SHA256_HEX_SIZE];

    if (request->api || request->cookie.data == NULL ||
        !origin_is_ours(request->http, request->site->origin))
        return request->api;
    secret_hash(SECRET_FORM, request->cookie, token);
    return secret_equal(given, text_of(token));
}

/* What comes between being allowed and doing it; `*go_on` false: there is an answer. */
static enum err before_work(struct request *request, bool *go_on)
{
    enum err err;

    *go_on = true;
    if (changes(request) && ((err = take_form(request, go_on)) != OK || !*go_on))
        return err;
    if (changes(request) && !form_token_is_good(request)) {
        *go_on = false;
        return answer_error(request, 403, "Please send it again",
                            "The page was open too long, or did not come from here. Nothing was "
                            "changed. Go back, load it again, and send it once more.");
    }
    return request->action->prepare == NULL ? OK : request->action->prepare(request);
}

/* The session had ended while somebody typed: nobody's request, and yet the text is not lost. The
 * answer that sends to the login is there. */
static enum err save_typed(struct request *request)
{
    bool good = false;
    enum err err = OK;

    if (!form_may_wait(request))
        return OK;
    err = read_form(request, &good);
    good = good && form_token_is_good(request);
    if (err == OK && good)
        err = form_keep(request, &good);
    if (err != OK || !good)
        return err;
    begin_answer(request);
    return answer_done(request, Url("/login"), WORD_DONE_FORM_WAITS);
}

/* --- the whole --- */

/* draft-ietf-httpapi-ratelimit-headers: what a program has, and what is left of it. */
static void add_limit(const struct request *request)
{
    const struct limit_left *left = &request->left;

    if (!left->counted)
        return;
    http_answer_header(request->answer, "RateLimit-Policy",
                       text_of(arena_print(request->arena, "\"token\";q=%u;w=%lld", left->most,
                                           (long long)(LIMIT_WINDOW_MS / 1000))));
    http_answer_header(request->answer, "RateLimit",
                       text_of(arena_print(request->arena, "\"token\";r=%u;t=%lld", left->calls,
                                           (long long)left->reset_s)));
}

static void add_headers(const struct request *request, bool kept)
{
    const struct site *site = request->site;
    struct http_answer *answer = request->answer;

    add_limit(request);
    http_answer_guard(answer, kept);
    if (site->origin != NULL && strncmp(site->origin, "https:", 6) == 0)
        http_answer_header(answer, "Strict-Transport-Security",
                           text_of("max-age=31536000; includeSubDomains"));
}

static enum err touch(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct request *request = context;

    return session_touch(tx, request->happening.now, &request->actor, trouble);
}

/* That it was not written costs nobody anything: the next request tries again. */
static void mark_session(struct request *request)
{
    const int64_t since_ms = request->happening.now.ms - request->actor.seen_at.ms;

    if (request->actor.session != 0 && since_ms >= SESSION_SEEN_MS)
        (void)(db_write(request->site->db, (struct db_scope){ 0, request->arena }, touch, request,
                        NULL) != OK);
}

/* From this machine, by somebody who knows that it is here: not through a proxy. */
static bool is_local(const struct http_request *http)
{
    const struct text host = http_header(http, "host");

    return http_header(http, "x-forwarded-for").data == NULL &&
           http_header(http, "forwarded").data == NULL &&
           (text_is(http->address, "127.0.0.1") || text_is(http->address, "::1") ||
            text_is(http->address, "unix")) &&
           (memmem(host.data, host.size, "localhost", 9) == host.data ||
            memmem(host.data, host.size, "127.0.0.1", 9) == host.data ||
            memmem(host.data, host.size, "[::1]", 5) == host.data);
}

static enum err work(struct request *request, struct trouble *trouble)
{
    bool done = false, go_on = false, stranger = false;
    enum err err;

    request->bad_query = !changes(request) && !form_read(request->arena, request->http->query,
                                                         &request->form);
    err = run(request, false, &done, &stranger, trouble);
    if (err == OK && stranger)
        return save_typed(request);
    if (err == OK && !done)
        err = before_work(request, &go_on);
    if (err == OK && go_on)
        err = run(request, true, &done, &stranger, trouble);
    if (err == OK && go_on && changes(request) && request->site->changed != NULL)
        request->site->changed(request->site->changed_context);
    return err;
}

static bool asks_no_store(const struct request *request)
{
    const struct action *action = request->action;

    return action != NULL &&
           (action->right == MAY_FETCH ||
            (action->right == MAY_LOCAL && is_local(request->http)));
}

static struct request begin_request(const struct site *site, struct http_request *http,
                                    struct arena *arena, struct http_answer *answer,
                                    struct trouble *trouble)
{
    struct request request = {
        .site = site, .http = http, .answer = answer, .arena = arena, .trouble = trouble,
        .happening = { site->clock(), site->outside, text_of(http->id) },
        .api = http->path.size >= 5 && memcmp(http->path.data, "/api/", 5) == 0,
    };

    request.action = site_action(site, method_of(http), http->path, &request.route);
    return request;
}

void dispatch(const struct site *site, struct http_request *http, struct arena *arena,
              struct http_answer *answer)
{
    struct trouble trouble = { 0 };
    struct request request = begin_request(site, http, arena, answer, &trouble);
    enum err err;

    if (asks_no_store(&request)) {
        begin_answer(&request);
        err = request.action->respond(&request);
    } else {
        err = work(&request, &trouble);
    }
    if (err != OK)
        answer_failure(&request, err, &trouble);
    else
        mark_session(&request);
    add_headers(&request, request.action != NULL && request.action->right == MAY_FETCH);
}

bool dispatch_admit(const struct site *site, struct http_request *http, struct arena *arena,
                    struct http_answer *answer)
{
    struct trouble trouble = { 0 };
    struct request request = begin_request(site, http, arena, answer, &trouble);
    bool done = false, stranger = false;

    request.admits = true;
    enum err err = run(&request, false, &done, &stranger, &trouble);

    if (err == OK && !done && (request.api || origin_is_ours(http, site->origin)))
        return true;
    if (err != OK)
        answer_failure(&request, err, &trouble);
    else if (!done)
        (void)answer_error(&request, 403, "Please send it again", "It did not come from here.");
    add_headers(&request, false);
    return false;
}
