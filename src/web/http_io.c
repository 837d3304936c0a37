#include "web/http_io.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/clock_io.h"
#include "trail/trail_time.h"
#include "web/http_deadline.h"
#include "web/http_queue.h"

#define SEND_BYTES ((size_t)64 * 1024)      /* of a large answer at a time */
#define KEEPING_MOST 8                      /* places that keep memory, and how much each */
#define KEPT_BYTES ((size_t)192 * 1024)

/* Where a request stands. Only one thread is at it at a time: the network's, or a worker while the
 * connection is suspended. */
enum stage {
    STAGE_FREE,
    STAGE_HEAD,         /* the request line has come */
    STAGE_BODY,         /* its body is taken */
    STAGE_PAST,         /* its body is read past: the answer is made already */
    STAGE_ADMIT,        /* a worker says whether the body may come */
    STAGE_ADMITTED,     /* it may: the head is told once more before the body comes */
    STAGE_ANSWER,       /* a worker makes the answer */
    STAGE_SEND,         /* it is made, or is being sent */
    STAGE_REFUSE,       /* the same, and the connection ends with it: its body never comes */
    STAGE_BROKEN        /* no memory: the connection ends without an answer */
};

struct exchange {
    struct http_server     *server;
    struct exchange        *next_free;
    enum stage              stage;
    struct MHD_Connection  *link;
    struct http_connection *deadline;
    struct arena            arena;
    struct http_request     request;
    struct http_answer      answer;
    struct http_terms       terms;
    struct sha256           sum;        /* of an upload */
    char                   *body;       /* of one for memory */
    size_t                  body_room;
    struct text             target;     /* where it lay in libmicrohttpd's buffer */
    int64_t                 begun_ms;
    bool                    keeps;      /* memory, from one request to the next */
};

struct http_server {
    struct http_options   options;
    struct http_service   service;
    struct MHD_Daemon    *daemon;
    struct http_queue     queue;
    struct http_deadlines deadlines;
    struct exchange      *exchange, *free_exchange;     /* the network thread's alone */
    int                   keeping;                      /* that keep memory */
    unsigned char         chance[16][HTTP_ID_DIGITS / 2];   /* for the next requests' ids */
    size_t                chances;                      /* that are left */
    pthread_t            *worker;
    int                   workers;                      /* that run */
    atomic_size_t         busy;                         /* exchanges in use */
    atomic_bool           closing;
    atomic_uint_least64_t requests[6], refused_full, answer_ms;
};

/* --- places for requests: the network thread's --- */

static struct http_connection *deadline_of(struct MHD_Connection *link)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(link, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

/* libmicrohttpd will take the query apart in its buffer: this is its target as it came, still
 * encoded. Without memory it stays empty, and is refused. */
static void keep_target(struct exchange *exchange)
{
    const struct text target = exchange->target;

    ARENA_KEEP(outer, &exchange->arena);
    if (ARENA_GUARD(&exchange->arena))
        return;
    exchange->request.target = (struct text){
        arena_copy(&exchange->arena, target.data, target.size), target.size };
}

/* The first that is heard of a request. */
static void *on_target(void *context, const char *target, struct MHD_Connection *link)
{
    struct http_server *server = context;
    struct exchange *exchange = server->free_exchange;

    if (exchange == NULL)
        return NULL;
    server->free_exchange = exchange->next_free;
    *exchange = (struct exchange){ .server = server, .stage = STAGE_HEAD, .link = link,
                                   .arena = exchange->arena, .keeps = exchange->keeps };
    exchange->deadline = deadline_of(link);
    exchange->request.upload.spool = SPOOL_NONE;
    exchange->answer.spool = SPOOL_NONE;
    exchange->answer.route = "-";
    exchange->target = text_of(target);
    keep_target(exchange);
    exchange->begun_ms = clock_steady_ms();
    (void)atomic_fetch_add(&server->busy, 1);
    return exchange;
}

/* A line of the log that is being written; what does not fit is cut off. */
struct log_line {
    char   bytes[512];
    size_t size;
};

static void line_add(struct log_line *line, const char *name, struct text value)
{
    const struct text part[] = { text_of(name), value };

    for (size_t i = 0; i < COUNT(part); i++) {
        const size_t room = sizeof line->bytes - 1 - line->size;
        const size_t size = part[i].size < room ? part[i].size : room;
        memcpy(line->bytes + line->size, part[i].data, size);
        line->size += size;
    }
}

static void line_add_number(struct log_line *line, const char *name, int64_t number)
{
    char room[NUMBER_DIGITS];
    const char *first = number_print(number, room);

    line_add(line, name, (struct text){ first, (size_t)(room + sizeof room - first) });
}

/* Without printf(), which takes longer than all the rest of it; written at once, and not kept
 * back: the last lines before a crash are those that are wanted. */
static void tell(const struct exchange *exchange, int64_t took_ms, size_t bytes)
{
    static const char *const method[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "-" };
    const struct http_request *request = &exchange->request;
    FILE *log = exchange->server->options.log;
    struct log_line line;
    char time[TRAIL_TIME_SIZE];

    if (log == NULL)
        return;
    line.size = 0;
    trail_time_print(clock_now().ms, time);
    line_add(&line, "time=", text_of(time));
    line_add(&line, " request=", text_of(request->id[0] != '\0' ? request->id : "-"));
    line_add(&line, " method=", text_of(method[request->method]));
    line_add(&line, " route=", text_of(exchange->answer.route));
    line_add_number(&line, " status=", exchange->answer.status);
    line_add_number(&line, " bytes=", (int64_t)bytes);
    line_add_number(&line, " ms=", took_ms);
    line.bytes[line.size++] = '\n';
    (void)fwrite(line.bytes, 1, line.size, log);
}

/* The place is free. That which was used last is taken next, so that a few that keep some of their
 * memory are enough for most requests. */
static void free_place(struct http_server *server, struct exchange *exchange)
{
    if (!exchange->keeps && server->keeping < KEEPING_MOST) {
        exchange->keeps = true;
        server->keeping++;
    }
    arena_rewind(&exchange->arena, exchange->keeps ? KEPT_BYTES : 0);
    exchange->stage = STAGE_FREE;
    exchange->next_free = server->free_exchange;
    server->free_exchange = exchange;
}

static void on_end(void *context, struct MHD_Connection *link, void **own,
                   enum MHD_RequestTerminationCode why)
{
    struct http_server *server = context;
    struct exchange *exchange = *own;
    const int64_t head_ms = server->options.limits.head_ms;

    (void)link;
    (void)why;
    if (exchange == NULL)
        return;
    *own = NULL;
    const int64_t took_ms = clock_steady_ms() - exchange->begun_ms;
    const int kind = exchange->answer.status / 100;
    (void)atomic_fetch_add(&server->requests[kind >= 1 && kind <= 5 ? kind : 0], 1);
    (void)atomic_fetch_add(&server->answer_ms, (uint64_t)took_ms);
    tell(exchange, took_ms, exchange->answer.body.size);
    http_deadline_set(&server->deadlines, exchange->deadline, WAIT_HEAD, head_ms);
    sha256_drop(&exchange->sum);
    spool_close(&exchange->request.upload.spool);
    spool_close(&exchange->answer.spool);
    free_place(server, exchange);
    (void)atomic_fetch_sub(&server->busy, 1);
}

static void on_connection(void *context, struct MHD_Connection *link, void **own,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(link, MHD_CONNECTION_INFO_CONNECTION_FD);
        *own = http_deadline_begin(&server->deadlines, info->connect_fd,
                                   server->options.limits.head_ms);
    } else {
        http_deadline_end(&server->deadlines, *own);
    }
}

/* --- sending --- */

/* libmicrohttpd does not write into a body, although its type says that it might. */
static void *as_mutable(const char *bytes)
{
    void *same;

    memcpy(&same, &bytes, sizeof same);
    return same;
}

/* A piece of a large answer. The exchange outlives its response. */
static ssize_t read_spool(void *context, uint64_t at, char *bytes, size_t size)
{
    const struct spool *spool = context;
    const uint64_t left = spool->size - at;
    const size_t piece = left < size ? (size_t)left : size;

    if (spool_read(spool, at, bytes, piece, NULL) != OK)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    return (ssize_t)piece;
}

/* NULL: no memory. */
static struct MHD_Response *response_of(struct exchange *exchange)
{
    struct http_answer *answer = &exchange->answer;

    if (answer->spool.file >= 0)
        return MHD_create_response_from_callback(answer->spool.size, SEND_BYTES, read_spool,
                                                 &answer->spool, NULL);
    return MHD_create_response_from_buffer(answer->body.size, as_mutable(answer->body.data),
                                           MHD_RESPMEM_PERSISTENT);
}

static const char *terminated(struct arena *arena, struct text text)
{
    return arena_copy(arena, text.data, text.size);
}

static enum MHD_Result send_answer(struct exchange *exchange, bool close_after)
{
    struct http_answer *answer = &exchange->answer;
    struct MHD_Response *response = response_of(exchange);
    enum MHD_Result done = response == NULL ? MHD_NO : MHD_YES;

    exchange->stage = STAGE_SEND;
    for (size_t i = 0; i < answer->headers && done == MHD_YES; i++)
        done = MHD_add_response_header(response, terminated(&exchange->arena,
                                                            answer->header[i].name),
                                       terminated(&exchange->arena, answer->header[i].value));
    if (done == MHD_YES && (close_after || atomic_load(&exchange->server->closing)))
        done = MHD_add_response_header(response, "Connection", "close");
    if (done == MHD_YES)
        done = MHD_queue_response(exchange->link, (unsigned)answer->status, response);
    if (response != NULL)
        MHD_destroy_response(response);
    http_deadline_set(&exchange->server->deadlines, exchange->deadline, WAIT_READER,
                      exchange->server->options.limits.send_ms);
    return done;
}

/* The request is at fault, or there is no room for it: the connection is closed behind it. */
static enum MHD_Result refuse(struct exchange *exchange, int status)
{
    http_answer_words(&exchange->answer, status, http_refusal_words(status));
    http_answer_guard(&exchange->answer, false);
    if (status == 503)
        http_answer_header(&exchange->answer, "Retry-After", text_of("2"));
    return send_answer(exchange, true);
}

/* --- the head --- */

struct collecting {
    struct exchange *exchange;
    bool             too_many;
};

static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name,
                               size_t name_size, const char *value, size_t value_size)
{
    struct collecting *collecting = context;
    struct http_request *request = &collecting->exchange->request;

    (void)kind;
    if (request->headers == HTTP_HEADERS_MOST) {
        collecting->too_many = true;
        return MHD_NO;
    }
    request->header[request->headers++] = (struct http_header){
        { name, name_size }, { value == NULL ? "" : value, value_size } };
    return MHD_YES;
}

static void cut_target(struct http_request *request)
{
    const struct text target = request->target;
    const char *mark = memchr(target.data, '?', target.size);
    const size_t path = mark == NULL ? target.size : (size_t)(mark - target.data);

    request->path = (struct text){ target.data, path };
    request->query = mark == NULL ? (struct text){ "", 0 }
                                  : (struct text){ mark + 1, target.size - path - 1 };
}

static struct text last_of_list(struct text list)
{
    const char *comma = memrchr(list.data, ',', list.size);
    size_t from = comma == NULL ? 0 : (size_t)(comma + 1 - list.data);

    while (from < list.size && list.data[from] == ' ')
        from++;
    return (struct text){ list.data + from, list.size - from };
}

static struct text address_of(struct exchange *exchange)
{
    const struct text forwarded = http_header(&exchange->request, "x-forwarded-for");
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->link, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info == NULL ? NULL : info->client_addr;
    char text[INET6_ADDRSTRLEN] = "unix";

    if (peer != NULL && peer->sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)peer)->sin_addr,
                        text, sizeof text);
    else if (peer != NULL && peer->sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr,
                        text, sizeof text);
    /* The proxy stands on this machine; what somebody else says of himself is only his word. */
    const bool near = strcmp(text, "unix") == 0 || strcmp(text, "127.0.0.1") == 0 ||
                      strcmp(text, "::1") == 0;
    if (exchange->server->options.proxied && near && forwarded.data != NULL)
        return last_of_list(forwarded);
    return text_of(arena_copy(&exchange->arena, text, strlen(text)));
}

/* 0, or the status of the refusal. */
static int read_head(struct exchange *exchange, const char *method, const char *version)
{
    struct http_request *request = &exchange->request;
    struct collecting collecting = { exchange, false };
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->link, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    request->method = http_method_of(text_of(method));
    cut_target(request);
    (void)MHD_get_connection_values_n(exchange->link, MHD_HEADER_KIND, collect, &collecting);
    if (collecting.too_many)
        return 431;
    const struct http_layout layout = { text_of(method), exchange->target, text_of(version),
                                        request->header, request->headers, info->header_size };
    if (!http_layout_plain(&layout) ||
        (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0))
        return 400;
    const int status = http_head_judge(request, &exchange->server->options.names);
    if (status == 0)
        request->address = address_of(exchange);
    return status;
}

static void name_request(struct exchange *exchange)
{
    static const char digit[] = "0123456789abcdef";
    struct http_server *server = exchange->server;

    if (server->chances == 0 &&
        server->options.outside->random(server->chance, sizeof server->chance) != 0)
        return;     /* "-" in the log */
    if (server->chances == 0)
        server->chances = COUNT(server->chance);
    const unsigned char *bytes = server->chance[--server->chances];
    for (size_t i = 0; i < sizeof server->chance[0]; i++) {
        exchange->request.id[2 * i] = digit[bytes[i] >> 4];
        exchange->request.id[2 * i + 1] = digit[bytes[i] & 15];
    }
}

/* It is a worker's turn, if there is room: on_call() hands it over. */
static enum MHD_Result want_worker(struct exchange *exchange, enum stage stage)
{
    struct http_server *server = exchange->server;

    if (http_queue_full(&server->queue)) {
        (void)atomic_fetch_add(&server->refused_full, 1);
        return refuse(exchange, 503);
    }
    exchange->stage = stage;
    return MHD_YES;
}

static enum MHD_Result head_came(struct exchange *exchange, const char *method,
                                 const char *version)
{
    struct http_server *server = exchange->server;
    const struct http_limits *limits = &server->options.limits;
    const int status = read_head(exchange, method, version);

    if (status != 0)
        return refuse(exchange, status);
    name_request(exchange);
    exchange->terms = server->service.terms(server->service.context, &exchange->request);
    if (exchange->request.length > exchange->terms.body_most)
        return refuse(exchange, 413);
    exchange->stage = STAGE_BODY;
    if (exchange->terms.to_disk && exchange->request.length > 0)
        return want_worker(exchange, STAGE_ADMIT);
    if (exchange->request.length > 0)
        http_deadline_set(&server->deadlines, exchange->deadline, WAIT_BODY, limits->body_ms);
    return MHD_YES;
}

/* --- the body --- */

static void refuse_file(struct http_answer *answer)
{
    http_answer_words(answer, 507, "There is no room for this file.\n");
    http_answer_guard(answer, false);
}

static bool take_to_disk(struct exchange *exchange, struct text bytes)
{
    struct http_upload *upload = &exchange->request.upload;

    sha256_add(&exchange->sum, bytes.data, bytes.size);
    return spool_add(&upload->spool, bytes.data, bytes.size, NULL) == OK;
}

static void take_to_memory(struct exchange *exchange, struct text bytes)
{
    struct text *body = &exchange->request.body;

    if (exchange->body == NULL) {
        exchange->body_room = exchange->request.length;
        exchange->body = arena_take(&exchange->arena, exchange->body_room + 1, 1);
        *body = (struct text){ exchange->body, 0 };
    }
    assert(bytes.size <= exchange->body_room - body->size);
    memcpy(exchange->body + body->size, bytes.data, bytes.size);
    body->size += bytes.size;
}

static enum MHD_Result body_came(struct exchange *exchange, struct text bytes)
{
    if (exchange->stage == STAGE_PAST)
        return MHD_YES;
    if (exchange->request.upload.spool.file < 0)
        take_to_memory(exchange, bytes);
    else if (!take_to_disk(exchange, bytes)) {
        refuse_file(&exchange->answer);
        exchange->stage = STAGE_PAST;
    }
    return MHD_YES;
}

static enum MHD_Result body_ended(struct exchange *exchange)
{
    if (exchange->stage == STAGE_PAST)
        return send_answer(exchange, true);
    if (exchange->request.upload.spool.file >= 0 &&
        sha256_end(&exchange->sum, &exchange->request.upload.sha256, NULL) != OK)
        return MHD_NO;
    return want_worker(exchange, STAGE_ANSWER);
}

/* libmicrohttpd calls this when the head is there, for every piece of the body, at its end, and
 * again when a suspended connection goes on. */
static enum MHD_Result go_on(struct exchange *exchange, const char *method, const char *version,
                             const char *bytes, size_t *size)
{
    const struct text piece = { bytes, *size };

    *size = 0;
    switch (exchange->stage) {
    case STAGE_HEAD:
        return head_came(exchange, method, version);
    case STAGE_ADMITTED:
        http_deadline_set(&exchange->server->deadlines, exchange->deadline, WAIT_BODY,
                          exchange->server->options.limits.upload_ms);
        exchange->stage = STAGE_BODY;
        return piece.size > 0 ? body_came(exchange, piece) : MHD_YES;
    case STAGE_BODY:
    case STAGE_PAST:
        return piece.size > 0 ? body_came(exchange, piece) : body_ended(exchange);
    case STAGE_SEND:
        return send_answer(exchange, false);
    case STAGE_REFUSE:
        return send_answer(exchange, true);
    default:
        return MHD_NO;
    }
}

static enum MHD_Result go_on_guarded(struct exchange *exchange, const char *method,
                                     const char *version, const char *bytes, size_t *size)
{
    ARENA_KEEP(outer, &exchange->arena);
    if (ARENA_GUARD(&exchange->arena))
        return MHD_NO;
    return go_on(exchange, method, version, bytes, size);
}

/* The connection is suspended until a worker has done with the exchange, which is that worker's
 * from the moment it is in the queue: nothing here, not even the arena's guard, may be touched
 * any more. */
static void hand_over(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    http_deadline_set(&server->deadlines, exchange->deadline, WAIT_US, 0);
    MHD_suspend_connection(exchange->link);
    http_queue_put(&server->queue, exchange);
}

static enum MHD_Result on_call(void *context, struct MHD_Connection *link, const char *url,
                               const char *method, const char *version, const char *bytes,
                               size_t *size, void **own)
{
    struct exchange *exchange = *own;

    (void)context;
    (void)link;
    (void)url;      /* decoded: not to be relied on */
    if (exchange == NULL)
        return MHD_NO;
    const enum MHD_Result done = go_on_guarded(exchange, method, version, bytes, size);
    if (done == MHD_YES &&
        (exchange->stage == STAGE_ADMIT || exchange->stage == STAGE_ANSWER))
        hand_over(exchange);
    return done;
}

/* --- workers --- */

static bool begin_upload(struct exchange *exchange)
{
    const struct http_options *options = &exchange->server->options;

    return spool_open(&exchange->request.upload.spool, options->spool, options->outside,
                      NULL) == OK &&
           sha256_begin(&exchange->sum, NULL) == OK;
}

static void admit(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    struct http_answer *answer = &exchange->answer;

    exchange->stage = STAGE_REFUSE;
    if (!server->service.admit(server->service.context, &exchange->request, &exchange->arena,
                               answer))
        return;
    if (begin_upload(exchange))
        exchange->stage = STAGE_ADMITTED;
    else
        refuse_file(answer);
}

static void work_guarded(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    ARENA_KEEP(outer, &exchange->arena);
    if (ARENA_GUARD(&exchange->arena)) {
        exchange->stage = STAGE_BROKEN;
        return;
    }
    if (exchange->stage == STAGE_ADMIT) {
        admit(exchange);
    } else {
        server->service.answer(server->service.context, &exchange->request, &exchange->arena,
                               &exchange->answer);
        exchange->stage = STAGE_SEND;
    }
}

/* With the last call the exchange is the network thread's again. */
static void work_at(struct exchange *exchange)
{
    work_guarded(exchange);
    MHD_resume_connection(exchange->link);
}

static void *run_worker(void *context)
{
    struct http_server *server = context;
    struct exchange *exchange = NULL;

    while ((exchange = http_queue_take(&server->queue, exchange)) != NULL)
        work_at(exchange);
    return NULL;
}

/* --- the server --- */

static void stop_workers(struct http_server *server)
{
    http_queue_close(&server->queue);
    for (int i = 0; i < server->workers; i++)
        (void)pthread_join(server->worker[i], NULL);
}

static enum err start_workers(struct http_server *server, struct arena *arena,
                              struct trouble *trouble)
{
    const int wanted = server->options.limits.workers;

    server->worker = arena_take(arena, (size_t)wanted, sizeof *server->worker);
    for (; server->workers < wanted; server->workers++) {
        const int failed = pthread_create(&server->worker[server->workers], NULL, run_worker,
                                          server);
        if (failed != 0)
            return fail(trouble, ERR_IO, "a thread: %s", strerror(failed));
    }
    return OK;
}

static enum err start_daemon(struct http_server *server, struct trouble *trouble)
{
    const struct http_limits *limits = &server->options.limits;

    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_call, server,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)server->options.socket,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)limits->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)limits->idle_s,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)limits->per_address,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_END);
    return server->daemon != NULL ? OK : fail(trouble, ERR_IO, "the HTTP server does not start");
}

static void make_places(struct http_server *server, struct arena *arena)
{
    const size_t count = server->options.limits.connections;

    server->exchange = arena_take(arena, count, sizeof *server->exchange);
    for (size_t i = count; i-- > 0;) {
        server->exchange[i].next_free = server->free_exchange;
        server->free_exchange = &server->exchange[i];
    }
}

enum err http_open(struct arena *arena, const struct http_options *options,
                   const struct http_service *service, struct http_server **out,
                   struct trouble *trouble)
{
    struct http_server *server = arena_take(arena, 1, sizeof *server);
    const struct http_limits *limits = &options->limits;

    *server = (struct http_server){ .options = *options, .service = *service };
    make_places(server, arena);
    http_queue_open(&server->queue, arena, limits->queue);
    enum err err = http_deadlines_open(&server->deadlines, arena, limits->connections, trouble);
    if (err != OK) {
        http_queue_drop(&server->queue);
        return err;
    }
    err = start_workers(server, arena, trouble);
    if (err == OK)
        err = start_daemon(server, trouble);
    if (err == OK) {
        *out = server;
        return OK;
    }
    stop_workers(server);
    http_deadlines_close(&server->deadlines);
    http_queue_drop(&server->queue);
    return err;
}

void http_close(struct http_server *server, int64_t wait_ms)
{
    const int64_t late = clock_steady_ms() + wait_ms;

    atomic_store(&server->closing, true);
    const MHD_socket socket = MHD_quiesce_daemon(server->daemon);
    if (socket != MHD_INVALID_SOCKET)
        (void)close(socket);
    while (atomic_load(&server->busy) > 0 && clock_steady_ms() < late)
        (void)poll(NULL, 0, 20);
    /* Workers end what they are at; a suspended connection must go on before the daemon stops. */
    stop_workers(server);
    MHD_stop_daemon(server->daemon);
    for (size_t i = 0; i < server->options.limits.connections; i++)
        arena_free(&server->exchange[i].arena);
    http_deadlines_close(&server->deadlines);
    http_queue_drop(&server->queue);
}

void http_counts(struct http_server *server, struct http_counts *out)
{
    *out = (struct http_counts){ 0 };
    for (size_t i = 0; i < COUNT(out->requests); i++)
        out->requests[i] = atomic_load(&server->requests[i]);
    out->refused_full = atomic_load(&server->refused_full);
    out->answer_ms = atomic_load(&server->answer_ms);
    out->waiting = http_queue_length(&server->queue);
    http_deadlines_count(&server->deadlines, &out->connections, &out->reaped,
                         &out->shed);
}
