/* A server on a free port, with a service of the test's own: what a client may do to it. */
#include "web/http_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <assert.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/clock_io.h"
#include "web/http_listen.h"

/* What a test asks of its service. */
struct fake {
    struct arena        arena;
    struct http_server *server;
    int                 port;
    atomic_bool         held;       /* answers wait */
    atomic_int          at_work;
    bool                admits;
};

static struct http_terms terms(void *context, const struct http_request *request)
{
    (void)context;
    return text_is(request->path, "/file") ? (struct http_terms){ 1 << 20, true }
                                           : (struct http_terms){ 1000, false };
}

static bool admit(void *context, struct http_request *request, struct arena *arena,
                  struct http_answer *answer)
{
    const struct fake *fake = context;

    (void)request;
    (void)arena;
    if (!fake->admits)
        http_answer_words(answer, 404, "none\n");
    return fake->admits;
}

static void make_answer(void *context, struct http_request *request, struct arena *arena,
                        struct http_answer *out)
{
    struct fake *fake = context;
    char hex[SHA256_HEX_SIZE] = "";

    (void)atomic_fetch_add(&fake->at_work, 1);
    while (atomic_load(&fake->held))
        (void)poll(NULL, 0, 5);
    if (request->upload.spool.file >= 0)
        sha256_hex(&request->upload.sha256, hex);
    http_answer_words(out, 200, arena_print(arena, "%.*s|%llu|%s\n", TEXT(request->body),
                                            (unsigned long long)request->upload.spool.size, hex));
}

static void fake_open(struct fake *fake, struct http_limits limits)
{
    const struct http_service service = { fake, terms, admit, make_answer };
    struct http_listening listening;
    struct trouble trouble = { 0 };

    *fake = (struct fake){ .admits = true };
    ARENA_KEEP(outer, &fake->arena);
    if (ARENA_GUARD(&fake->arena))
        abort();
    enum err err = http_listen(&fake->arena, "127.0.0.1:0", NULL, &listening, &trouble);
    assert_int_equal(err, OK);
    fake->port = (int)strtol(strrchr(listening.shown, ':') + 1, NULL, 10);
    const struct http_options options = { .limits = limits, .names = listening.names,
                                          .socket = listening.socket, .outside = &real_outside,
                                          .spool = "/tmp" };
    err = http_open(&fake->arena, &options, &service, &fake->server, &trouble);
    assert_int_equal(err, OK);
}

static void fake_close(struct fake *fake)
{
    http_close(fake->server, 2000);
    arena_free(&fake->arena);
}

/* --- a client --- */

static int dial(const struct fake *fake)
{
    struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons((uint16_t)fake->port) };
    const int link = socket(AF_INET, SOCK_STREAM, 0);

    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert(link >= 0);
    int connected = connect(link, (struct sockaddr *)&where, sizeof where);
    assert(connected == 0);
    return link;
}

static void say(int link, const char *words)
{
    const ssize_t put = send(link, words, strlen(words), MSG_NOSIGNAL);

    (void)put;      /* the server may have closed: then what it said is looked at */
}

static void say_head(const struct fake *fake, int link, const char *first, const char *more)
{
    char head[512];

    (void)snprintf(head, sizeof head, "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", first,
                   fake->port, more);
    say(link, head);
}

/* All that comes until the other side closes, or `ms` have passed; the socket is closed. */
static bool hear(int link, char *out, size_t room, int ms)
{
    size_t size = 0;
    bool closed = false;
    struct pollfd wait = { link, POLLIN, 0 };

    while (!closed && size + 1 < room && poll(&wait, 1, ms) > 0) {
        const ssize_t got = recv(link, out + size, room - size - 1, 0);
        closed = got <= 0;
        size += got > 0 ? (size_t)got : 0;
    }
    out[size] = '\0';
    (void)close(link);
    return closed;
}

static struct http_limits quick(void)
{
    struct http_limits limits = HTTP_LIMITS_USUAL;

    limits.head_ms = limits.body_ms = limits.upload_ms = 600;
    limits.connections = 32;
    return limits;
}

/* --- tests --- */

static void a_slow_sender_is_ended(void **state)
{
    /* In the request line, in a header, in a body for memory, in one for disk. */
    static const char *const first[] = { NULL, NULL, "POST /", "POST /file" };
    struct fake fake;
    char got[1024];

    (void)state;
    fake_open(&fake, quick());
    for (size_t i = 0; i < COUNT(first); i++) {
        const int64_t begun = clock_steady_ms();
        const int link = dial(&fake);
        struct pollfd gone = { link, POLLIN, 0 };
        if (i == 0)
            say(link, "GE");
        else if (i == 1)
            say(link, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
        else
            say_head(&fake, link, first[i], "Content-Length: 500\r\n");
        /* A byte now and then keeps no connection. */
        while (poll(&gone, 1, 50) == 0 && clock_steady_ms() - begun < 5000)
            say(link, "a");
        assert_true(hear(link, got, sizeof got, 1000));
        assert_in_range(clock_steady_ms() - begun, 400, 3000);
    }
    struct http_counts counts;
    http_counts(fake.server, &counts);
    assert_int_equal(counts.reaped, COUNT(first));
    fake_close(&fake);
}

static void bodies_are_whole(void **state)
{
    struct fake fake;
    char got[4096];

    (void)state;
    fake_open(&fake, quick());
    int link = dial(&fake);
    say_head(&fake, link, "POST /", "Content-Length: 5\r\nConnection: close\r\n");
    say(link, "ab");
    (void)poll(NULL, 0, 30);
    say(link, "cde");
    assert_true(hear(link, got, sizeof got, 2000));
    assert_non_null(strstr(got, "200 OK"));
    assert_non_null(strstr(got, "abcde|0|"));

    link = dial(&fake);
    say_head(&fake, link, "POST /file", "Content-Length: 3\r\nConnection: close\r\n");
    say(link, "abc");
    assert_true(hear(link, got, sizeof got, 2000));
    /* SHA-256 of "abc", FIPS 180-2, B.1 */
    assert_non_null(strstr(got, "|3|ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015"
                                "ad"));

    link = dial(&fake);
    say_head(&fake, link, "POST /file", "Content-Length: 1048577\r\n");
    assert_true(hear(link, got, sizeof got, 2000));
    assert_non_null(strstr(got, " 413 "));

    fake.admits = false;
    link = dial(&fake);
    say_head(&fake, link, "POST /file", "Content-Length: 3\r\n");
    assert_true(hear(link, got, sizeof got, 2000));
    assert_non_null(strstr(got, " 404 "));
    fake_close(&fake);
}

static void a_full_queue_says_so(void **state)
{
    struct http_limits limits = quick();
    struct fake fake;
    int link[6];
    char got[6][1024];
    int busy = 0, served = 0;

    (void)state;
    limits.workers = 1;
    limits.queue = 2;
    fake_open(&fake, limits);
    atomic_store(&fake.held, true);
    for (size_t i = 0; i < COUNT(link); i++) {
        link[i] = dial(&fake);
        say_head(&fake, link[i], "GET /", "Connection: close\r\n");
        /* The first is with the worker before the next ones come. */
        while (i == 0 && atomic_load(&fake.at_work) == 0)
            (void)poll(NULL, 0, 5);
    }
    (void)poll(NULL, 0, 100);
    atomic_store(&fake.held, false);
    for (size_t i = 0; i < COUNT(link); i++) {
        assert_true(hear(link[i], got[i], sizeof got[i], 3000));
        busy += strstr(got[i], " 503 ") != NULL && strstr(got[i], "Retry-After: ") != NULL;
        served += strstr(got[i], " 200 ") != NULL;
    }
    assert_int_equal(served, 3);
    assert_int_equal(busy, 3);
    fake_close(&fake);
}

/* Each of them begins though those before it do not end, as long as there are workers: whether they
 * came together or one after the other. */
static void a_long_request_holds_nobody_up(void **state)
{
    struct fake fake;
    int link[3];
    char got[1024];

    (void)state;
    for (int apart_ms = 0; apart_ms <= 20; apart_ms += 20) {
        fake_open(&fake, quick());
        atomic_store(&fake.held, true);
        for (size_t i = 0; i < COUNT(link); i++) {
            link[i] = dial(&fake);
            say_head(&fake, link[i], "GET /", "Connection: close\r\n");
            (void)poll(NULL, 0, apart_ms);
        }
        for (int waited = 0; waited < 200 && atomic_load(&fake.at_work) < 3; waited++)
            (void)poll(NULL, 0, 5);
        assert_int_equal(atomic_load(&fake.at_work), 3);
        atomic_store(&fake.held, false);
        for (size_t i = 0; i < COUNT(link); i++)
            assert_true(hear(link[i], got, sizeof got, 3000));
        fake_close(&fake);
    }
}

/* Three times as many who never end their head as there are places, one whose request is at work,
 * and one that sends a body: for each newcomer the oldest of the crowd has to go. */
static void a_crowd_sheds_itself(void **state)
{
    struct http_limits limits = quick();
    struct fake fake;
    struct http_counts counts;
    char got[2048];
    int crowd[96];

    (void)state;
    limits.head_ms = limits.body_ms = 60000;
    limits.per_address = 0;
    fake_open(&fake, limits);
    const int writer = dial(&fake);
    say_head(&fake, writer, "POST /", "Content-Length: 4\r\nConnection: close\r\n");
    atomic_store(&fake.held, true);
    const int worked_at = dial(&fake);
    say_head(&fake, worked_at, "GET /", "Connection: close\r\n");
    while (atomic_load(&fake.at_work) == 0)
        (void)poll(NULL, 0, 5);
    for (size_t i = 0; i < COUNT(crowd); i++) {
        crowd[i] = dial(&fake);
        say(crowd[i], "GET / HTTP/1.1\r\n");
    }
    atomic_store(&fake.held, false);
    const int healthy = dial(&fake);
    say_head(&fake, healthy, "GET /", "Connection: close\r\n");
    assert_true(hear(healthy, got, sizeof got, 5000));
    assert_non_null(strstr(got, "200 OK"));
    assert_true(hear(worked_at, got, sizeof got, 5000));
    assert_non_null(strstr(got, "200 OK"));
    say(writer, "body");
    assert_true(hear(writer, got, sizeof got, 5000));
    assert_non_null(strstr(got, "body|"));
    http_counts(fake.server, &counts);
    assert_in_range(counts.shed, COUNT(crowd) - 32, COUNT(crowd));
    assert_int_equal(counts.reaped, 0);
    assert_true(hear(crowd[0], got, sizeof got, 1000));
    assert_false(hear(crowd[COUNT(crowd) - 1], got, sizeof got, 50));
    for (size_t i = 1; i + 1 < COUNT(crowd); i++)
        (void)close(crowd[i]);
    fake_close(&fake);
}

/* More bad requests than there are places, then a good one. */
static void no_place_is_lost(void **state)
{
    static const char *const bad[] = { "GET / HTTP/1.1\r\n\r\n",
                                       "GET / HTTP/1.1\r\nHost: b\r\n\r\n",
                                       "nonsense\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
                                       "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                                       "GET / HTTP/1.1\r\nHos" };
    struct fake fake;
    char got[2048];

    (void)state;
    fake_open(&fake, quick());
    for (size_t i = 0; i < 20 * COUNT(bad); i++) {
        const int link = dial(&fake);
        say(link, bad[i % COUNT(bad)]);
        if (i % COUNT(bad) == COUNT(bad) - 1)
            (void)close(link);
        else
            (void)hear(link, got, sizeof got, 1000);
    }
    const int link = dial(&fake);
    say_head(&fake, link, "GET /", "Connection: close\r\n");
    assert_true(hear(link, got, sizeof got, 2000));
    assert_non_null(strstr(got, "200 OK"));
    fake_close(&fake);
}

static void what_has_begun_is_ended(void **state)
{
    struct fake fake;
    char got[1024];

    (void)state;
    fake_open(&fake, quick());
    atomic_store(&fake.held, true);
    const int link = dial(&fake);
    say_head(&fake, link, "GET /", "");
    while (atomic_load(&fake.at_work) == 0)
        (void)poll(NULL, 0, 5);
    atomic_store(&fake.held, false);
    fake_close(&fake);
    assert_true(hear(link, got, sizeof got, 1000));
    assert_non_null(strstr(got, "200 OK"));
}

static void addresses_are_understood(void **state)
{
    static const char *const wrong[] = { "", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                                         "example.org:80", "::1:8080", "0.0.0.0:0", "unix:",
                                         "unix:/tmp/x", "systemd", "127.0.0.1:99999" };
    struct fake fake = { .port = 0 };
    struct http_listening listening;

    (void)state;
    ARENA_KEEP(outer, &fake.arena);
    if (ARENA_GUARD(&fake.arena))
        abort();
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (http_listen(&fake.arena, wrong[i], NULL, &listening, NULL) != ERR_USAGE)
            fail_msg("%s", wrong[i]);
    assert_int_equal(http_listen(&fake.arena, "127.0.0.1:0", "https://a.example/", &listening,
                                 NULL), ERR_USAGE);
    assert_int_equal(http_listen(&fake.arena, "localhost:0", "https://a.example", &listening,
                                 NULL), OK);
    assert_string_equal(listening.names.name[0], "a.example");
    char again[64];
    (void)snprintf(again, sizeof again, "%s", strstr(listening.shown, "127"));
    struct http_listening second;
    assert_int_equal(http_listen(&fake.arena, again, NULL, &second, NULL), ERR_BUSY);
    (void)close(listening.socket);
    arena_free(&fake.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_sender_is_ended),   cmocka_unit_test(bodies_are_whole),
        cmocka_unit_test(a_full_queue_says_so),     cmocka_unit_test(no_place_is_lost),
        cmocka_unit_test(a_crowd_sheds_itself),
        cmocka_unit_test(a_long_request_holds_nobody_up),
        cmocka_unit_test(what_has_begun_is_ended),  cmocka_unit_test(addresses_are_understood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
