#include "identity/oidc_fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <rhonabwy.h>
#include <unistd.h>

#define TIMEOUT_MS 5000L

enum err oidc_ready(struct trouble *trouble)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || r_global_init() != RHN_OK)
        return fail(trouble, ERR_IO, "the libraries of logins cannot work here");
    return OK;
}

/* --- where --- */

static bool begins(struct text text, const char *with)
{
    const size_t size = strlen(with);

    return text.size >= size && memcmp(text.data, with, size) == 0;
}

/* "localhost", then the end, a port or a path. */
static bool host_is(struct text after, const char *host)
{
    const size_t size = strlen(host);

    return begins(after, host) &&
           (after.size == size || is_one_of(after.data[size], ":/"));
}

/* Only characters that need no thought; no user before the host, no fragment. */
static bool is_plain(struct text url)
{
    for (size_t i = 0; i < url.size; i++) {
        const char c = url.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
              is_one_of(c, ":/.-_~%?=&+[]")))
            return false;
    }
    return url.size <= OIDC_URL_MOST;
}

enum oidc_place oidc_place_of(struct text url)
{
    static const char *const here[] = { "localhost", "127.0.0.1", "[::1]" };
    const bool secure = begins(url, "https://"), plain = begins(url, "http://");
    const size_t size = secure ? 8 : 7;

    if ((!secure && !plain) || !is_plain(url) || url.size == size ||
        is_one_of(url.data[size], ":/?"))
        return OIDC_NOWHERE;
    const struct text after = { url.data + size, url.size - size };
    for (size_t i = 0; i < COUNT(here); i++)
        if (host_is(after, here[i]))
            return OIDC_THIS_MACHINE;
    return secure ? OIDC_PUBLIC : OIDC_NOWHERE;
}

/* RFC 6890 and its like: what is no public host. Network, length of the prefix. */
static bool v4_is_public(uint32_t address)
{
    static const struct {
        uint32_t network;
        int      bits;
    } other[] = {
        { 0x00000000, 8 },  { 0x0A000000, 8 },  { 0x64400000, 10 }, { 0x7F000000, 8 },
        { 0xA9FE0000, 16 }, { 0xAC100000, 12 }, { 0xC0000000, 24 }, { 0xC0000200, 24 },
        { 0xC0A80000, 16 }, { 0xC6120000, 15 }, { 0xC6336400, 24 }, { 0xCB007100, 24 },
        { 0xE0000000, 3 },
    };

    for (size_t i = 0; i < COUNT(other); i++)
        if ((address ^ other[i].network) >> (32 - other[i].bits) == 0)
            return false;
    return true;
}

/* Of what is handed out (2000::/3) not what leads to an IPv4 address inside. */
static bool v6_is_public(const unsigned char bytes[16])
{
    const bool teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    const bool six_to_four = bytes[0] == 0x20 && bytes[1] == 0x02;

    return bytes[0] >> 5 == 1 && !teredo && !six_to_four;
}

bool oidc_address_fits(const struct sockaddr *address, enum oidc_place place)
{
    const bool here = place == OIDC_THIS_MACHINE;

    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        const uint32_t number = ntohl(in.sin_addr.s_addr);
        return here ? number >> 24 == 127 : v4_is_public(number);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        return here ? IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) : v6_is_public(in.sin6_addr.s6_addr);
    }
    return false;
}

/* --- fetching --- */

struct fetching {
    enum oidc_place place;
    char           *bytes;
    size_t          size;
    bool            too_much, not_there;
};

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct fetching *fetching = context;

    (void)purpose;
    if (!oidc_address_fits(&address->addr, fetching->place)) {
        fetching->not_there = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take(char *bytes, size_t one, size_t count, void *context)
{
    struct fetching *fetching = context;
    const size_t size = one * count;

    fetching->too_much = size > OIDC_ANSWER_MOST - fetching->size;
    if (fetching->too_much)
        return 0;
    memcpy(fetching->bytes + fetching->size, bytes, size);
    fetching->size += size;
    return size;
}

static bool set_limits(CURL *curl, struct fetching *fetching)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                            fetching->place == OIDC_THIS_MACHINE ? "http,https" : "https") == 0 &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == 0 &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == 0 &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == 0 &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS) == 0 &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == 0 &&
           curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, NULL) == 0 &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == 0 &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetching) == 0 &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == 0 &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetching) == 0;
}

/* libcurl copies all but the form, which lives as long as the call. */
static bool set_call(CURL *curl, const struct oidc_call *call, const char *url, const char *user)
{
    return curl_easy_setopt(curl, CURLOPT_URL, url) == 0 &&
           (call->form.data == NULL ||
            (curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->form.size) == 0 &&
             curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->form.data) == 0)) &&
           (user == NULL || (curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == 0 &&
                             curl_easy_setopt(curl, CURLOPT_USERPWD, user) == 0));
}

static enum err judge(const struct fetching *fetching, CURLcode code, long status,
                      struct text url, struct trouble *trouble)
{
    if (fetching->not_there)
        return fail(trouble, ERR_REFUSED, "%.*s leads to an address that is not public",
                    TEXT(url));
    if (fetching->too_much)
        return fail(trouble, ERR_REFUSED, "%.*s says more than 256 KiB", TEXT(url));
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(trouble, ERR_REFUSED, "%.*s takes longer than five seconds", TEXT(url));
    if (code != CURLE_OK)
        return fail(trouble, ERR_REFUSED, "%.*s: %s", TEXT(url), curl_easy_strerror(code));
    if (status != 200)
        return fail(trouble, ERR_REFUSED, "%.*s answers %ld", TEXT(url), status);
    return OK;
}

/* Nothing is taken from the arena while libcurl holds memory, since that might jump away. */
enum err oidc_fetch(struct arena *arena, const struct oidc_call *call, struct text *body,
                    struct trouble *trouble)
{
    struct fetching fetching = { .place = oidc_place_of(call->url) };
    const char *url = arena_print(arena, "%.*s", TEXT(call->url));
    const char *user = call->user.data == NULL
                           ? NULL : arena_print(arena, "%.*s:%.*s", TEXT(call->user),
                                                TEXT(call->password));
    long status = 0;

    if (fetching.place == OIDC_NOWHERE)
        return fail(trouble, ERR_REFUSED, "'%s' is no address of a login: it begins with https://",
                    url);
    fetching.bytes = arena_take(arena, OIDC_ANSWER_MOST, 1);
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return fail(trouble, ERR_IO, "libcurl: out of memory");
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (set_limits(curl, &fetching) && set_call(curl, call, url, user))
        code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    *body = (struct text){ fetching.bytes, fetching.size };
    return judge(&fetching, code, status, call->url, trouble);
}
