#include "server/client_http.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/answer.h"
#include "formats/small_file_io.h"
#include "server/client_record.h"
#include "web/api_problem.h"
#include "web/request.h"

#define TRIES 3
#define CONNECT_SECONDS 10L
#define SILENT_SECONDS 60L
#define KEY_BYTES 16
#define HEADER_MOST 1024

/* --- where, and as whom --- */

/* Does the address name this machine? Only there a token may travel in the clear. */
static bool is_here(const char *behind_scheme)
{
    static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const size_t size = strlen(names[i]);
        if (strncmp(behind_scheme, names[i], size) == 0 &&
            strchr(":/", behind_scheme[size]) != NULL)
            return true;
    }
    return false;
}

static enum err take_server(struct client *client, const char *server, struct trouble *trouble)
{
    const bool plain = strncmp(server, "http://", 7) == 0;
    const bool sealed = strncmp(server, "https://", 8) == 0;
    size_t size = strlen(server);

    if (strncmp(server, "unix:", 5) == 0) {
        client->socket = server + 5;
        client->base = "http://localhost";
        return OK;
    }
    if (!plain && !sealed)
        return fail(trouble, ERR_USAGE, "--server %s: as https://ochil.example.org, or unix:PATH",
                    server);
    if (strpbrk(server, "@?#") != NULL)
        return fail(trouble, ERR_USAGE, "--server: a name and a port, and nothing else");
    if (plain && !is_here(server + 7))
        return fail(trouble, ERR_USAGE, "--server %s is beyond this machine: use https://, so "
                    "that nobody on the way can read the token", server);
    while (size > 0 && server[size - 1] == '/')
        size--;
    client->base = arena_copy(client->arena, server, size);
    return OK;
}

static bool is_token(struct text text)
{
    if (text.size != CLIENT_TOKEN_SIZE - 1 || memcmp(text.data, "ochil_", 6) != 0)
        return false;
    for (size_t i = 6; i < text.size; i++)
        if (!is_one_of(text.data[i], "0123456789abcdef"))
            return false;
    return true;
}

/* A pipe or /dev/fd/3 is nobody else's either. */
static enum err check_secrecy(const struct client *client, const char *path,
                              struct trouble *trouble)
{
    struct stat status;

    if (client->outside->stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(trouble, ERR_RIGHTS, "%s can be read by others; chmod 600 it, and make "
                    "another token if they may have", path);
    return OK;
}

static enum err take_token(struct client *client, const char *path, struct trouble *trouble)
{
    static const char before[] = "Authorization: Bearer ";
    char bytes[256] = "";
    size_t size = 0;
    enum err err = check_secrecy(client, path, trouble);

    if (err == OK)
        err = small_file_read(client->outside, path, "a token", bytes, sizeof bytes, &size,
                              trouble);
    if (err != OK)
        return err;
    struct text line = { bytes, size };
    if (line.size > sizeof before && memcmp(line.data, before, sizeof before - 1) == 0)
        line = (struct text){ line.data + sizeof before - 1, line.size - (sizeof before - 1) };
    while (line.size > 0 && is_one_of(line.data[line.size - 1], " \r\n"))
        line.size--;
    if (is_token(line))
        memcpy(client->token, line.data, line.size);
    explicit_bzero(bytes, sizeof bytes);
    return client->token[0] != '\0'
               ? OK : fail(trouble, ERR_USAGE, "%s holds no token: one line, ochil_ and 64 digits",
                           path);
}

enum err client_open(struct client *client, const char *server, const char *token_file,
                     struct trouble *trouble)
{
    enum err err = take_server(client, server, trouble);

    if (err == OK)
        err = take_token(client, token_file, trouble);
    if (err == OK && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        err = fail(trouble, ERR_IO, "libcurl does not begin");
    return err;
}

void client_close(struct client *client)
{
    explicit_bzero(client->token, sizeof client->token);
    curl_global_cleanup();
}

/* --- what comes back --- */

/* libcurl calls back, so nothing here takes memory that may not be there: the body goes into a
 * file without a name, and headers have a place. */
struct coming {
    FILE  *body;
    size_t size;
    bool   too_large;
    char   etag[HEADER_MOST], link[HEADER_MOST];
};

static size_t take_body(char *bytes, size_t one, size_t size, void *context)
{
    struct coming *coming = context;

    (void)one;
    coming->size += size;
    coming->too_large = coming->size > CLIENT_ANSWER_MOST;
    return coming->too_large ? 0 : fwrite(bytes, 1, size, coming->body);
}

static void keep_header(const char *line, size_t size, const char *name, char *into)
{
    const size_t skip = strlen(name);

    if (size <= skip || size - skip >= HEADER_MOST || strncasecmp(line, name, skip) != 0)
        return;
    line += skip;
    size -= skip;
    while (size > 0 && is_one_of(line[0], " \t")) {
        line++;
        size--;
    }
    while (size > 0 && is_one_of(line[size - 1], " \t\r\n"))
        size--;
    memcpy(into, line, size);
    into[size] = '\0';
}

static size_t take_header(char *line, size_t one, size_t size, void *context)
{
    struct coming *coming = context;

    (void)one;
    keep_header(line, size, "etag:", coming->etag);
    keep_header(line, size, "link:", coming->link);
    return size;
}

/* "</api/v1/risks?after=CLK-50>; rel="next"": only a path of the same server is followed. */
static const char *next_of(struct arena *arena, const char *link)
{
    static const char begin[] = "</api/v1/";
    const char *end = strstr(link, ">; rel=\"next\"");

    return end == NULL || strncmp(link, begin, sizeof begin - 1) != 0
               ? "" : arena_copy(arena, link + 1, (size_t)(end - link - 1));
}

static enum err take_answer(struct client *client, const struct client_request *request,
                            struct coming *coming, struct client_answer *answer,
                            struct trouble *trouble)
{
    const bool file = request->file != NULL && answer->status < 300;
    char *bytes = arena_take(client->arena, file ? 65536 : coming->size + 1, 1);
    size_t got;

    rewind(coming->body);
    if (file) {
        while ((got = fread(bytes, 1, 65536, coming->body)) > 0)
            (void)fwrite(bytes, 1, got, request->file);
    } else {
        answer->body = (struct text){ bytes, fread(bytes, 1, coming->size, coming->body) };
    }
    if (ferror(coming->body))
        return fail(trouble, ERR_IO, "the answer cannot be read again");
    answer->etag = arena_copy(client->arena, coming->etag, strlen(coming->etag));
    answer->next = next_of(client->arena, coming->link);
    return OK;
}

/* --- one try --- */

static struct curl_slist *add(struct curl_slist *list, const char *line, bool *good)
{
    struct curl_slist *longer = curl_slist_append(list, line);

    *good = *good && longer != NULL;
    return longer == NULL ? list : longer;
}

static struct curl_slist *headers_of(struct client *client, const struct client_request *request,
                                     const char *key, bool *good)
{
    struct arena *arena = client->arena;
    struct curl_slist *list = NULL;

    *good = true;
    list = add(list, arena_print(arena, "Authorization: Bearer %s", client->token), good);
    list = add(list, "Expect:", good);
    if (request->body.data != NULL)
        list = add(list, "Content-Type: " JSON_TYPE, good);
    if (request->upload != NULL)
        list = add(list, "Content-Type: " FILE_TYPE, good);
    if (request->digest != NULL)
        list = add(list, arena_print(arena, "Content-Digest: sha-256=:%s:", request->digest),
                   good);
    if (request->match != NULL)
        list = add(list, arena_print(arena, "If-Match: %s", request->match), good);
    if (key != NULL)
        list = add(list, arena_print(arena, "Idempotency-Key: %s", key), good);
    return list;
}

static size_t give_body(char *into, size_t size, size_t count, void *context)
{
    const size_t got = fread(into, size, count, context);

    return got == 0 && ferror((FILE *)context) ? CURL_READFUNC_ABORT : got;
}

/* Of a file that was opened anew, or is sent again. -1: it is a pipe. */
static int64_t size_of(FILE *file)
{
    struct stat status;

    rewind(file);
    return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : -1;
}

static CURLcode set_up(CURL *curl, const struct client *client,
                       const struct client_request *request, struct curl_slist *headers,
                       struct coming *coming)
{
    static const char *const method[] = { "", "GET", "POST", "PUT", "DELETE" };
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL,
                                     arena_print(client->arena, "%s%s", client->base,
                                                 request->path));
#define SET(name, value) (code = code == CURLE_OK ? curl_easy_setopt(curl, name, value) : code)
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, SILENT_SECONDS);
    SET(CURLOPT_USERAGENT, "ochil/" OCHIL_VERSION);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, coming);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, coming);
    /* No proxy of the environment stands between a program and its own machine. */
    if (strncmp(client->base, "http:", 5) == 0)
        SET(CURLOPT_PROXY, "");
    if (client->socket != NULL)
        SET(CURLOPT_UNIX_SOCKET_PATH, client->socket);
    if (request->upload != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_READFUNCTION, give_body);
        SET(CURLOPT_READDATA, request->upload);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size_of(request->upload));
    } else if (request->body.data != NULL) {
        SET(CURLOPT_POSTFIELDSIZE, (long)request->body.size);
        SET(CURLOPT_POSTFIELDS, request->body.data);
    } else if (request->method != ACTION_GET) {
        SET(CURLOPT_POSTFIELDSIZE, 0L);
        SET(CURLOPT_POSTFIELDS, "");
    }
    SET(CURLOPT_CUSTOMREQUEST, method[request->method]);
#undef SET
    return code;
}

static CURLcode try_once(struct client *client, const struct client_request *request,
                         const char *key, struct coming *coming, struct client_answer *answer)
{
    CURL *curl = curl_easy_init();
    bool good;
    struct curl_slist *headers = headers_of(client, request, key, &good);
    CURLcode code = curl == NULL || !good ? CURLE_OUT_OF_MEMORY
                                          : set_up(curl, client, request, headers, coming);
    long status = 0;

    if (code == CURLE_OK)
        code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer->status = (int)status;
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code;
}

/* Nobody knows whether it was done: it may be sent again, with its key. */
static bool is_doubtful(CURLcode code)
{
    return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
           code == CURLE_OPERATION_TIMEDOUT || code == CURLE_PARTIAL_FILE;
}

static enum err network_trouble(const struct client *client, CURLcode code,
                                struct trouble *trouble)
{
    const bool certificate = code == CURLE_PEER_FAILED_VERIFICATION ||
                             code == CURLE_SSL_CACERT_BADFILE;
    const enum err err = certificate ? ERR_CHECK
                         : code == CURLE_URL_MALFORMAT ? ERR_USAGE : ERR_BUSY;

    return fail(trouble, err, "%s: %s", client->socket != NULL ? client->socket : client->base,
                curl_easy_strerror(code));
}

/* --- what the server refuses --- */

static enum err refusal(const struct client *client, const struct client_answer *answer,
                        struct trouble *trouble)
{
    const struct api_problem *problem = api_problem_find(answer->status);
    const char *detail = NULL;
    struct client_record record;

    if (problem == NULL)
        return fail(trouble, answer->status >= 500 ? ERR_BUSY : ERR_USAGE, "the server says %d",
                    answer->status);
    if (client_record_read(client->arena, answer->body, &record, NULL) == OK)
        detail = client_record_value(&record, "detail");
    return fail(trouble, problem->exit, "%s%s%s", problem->title, detail == NULL ? "" : ": ",
                detail == NULL ? "" : text_clean(client->arena, text_of(detail)));
}

static enum err make_key(const struct client *client, const char **key, struct trouble *trouble)
{
    unsigned char bytes[KEY_BYTES];
    char *hex = arena_take(client->arena, 2 * KEY_BYTES + 1, 1);

    if (client->outside->random(bytes, sizeof bytes) != 0)
        return fail(trouble, ERR_IO, "the system gives no random numbers");
    for (size_t i = 0; i < KEY_BYTES; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    *key = hex;
    return OK;
}

enum err client_call(struct client *client, const struct client_request *request,
                     struct client_answer *answer, struct trouble *trouble)
{
    const bool changes = request->method != ACTION_GET;
    const char *key = NULL;
    struct coming coming = { .body = NULL };
    CURLcode code = CURLE_OK;
    enum err err = changes ? make_key(client, &key, trouble) : OK;

    for (int i = 0; err == OK && i < TRIES && (i == 0 || is_doubtful(code)); i++) {
        if (coming.body != NULL)
            (void)fclose(coming.body);
        coming = (struct coming){ .body = tmpfile() };
        *answer = (struct client_answer){ .etag = "", .next = "" };
        if (coming.body == NULL)
            return fail(trouble, ERR_IO, "a file for the answer cannot be made");
        code = try_once(client, request, key, &coming, answer);
    }
    if (err == OK && coming.too_large)
        err = fail(trouble, ERR_IO, "the answer is larger than %zu bytes", CLIENT_ANSWER_MOST);
    else if (err == OK && code != CURLE_OK)
        err = network_trouble(client, code, trouble);
    if (err == OK)
        err = take_answer(client, request, &coming, answer, trouble);
    if (coming.body != NULL)
        (void)fclose(coming.body);
    if (err == OK && (answer->status < 200 || answer->status >= 300))
        err = refusal(client, answer, trouble);
    return err;
}
