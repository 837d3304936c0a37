#include "web/http_head.h"

#include <strings.h>

static uintptr_t begin_of(struct text text)
{
    return (uintptr_t)text.data;
}

static uintptr_t end_of(struct text text)
{
    return (uintptr_t)text.data + text.size;
}

bool http_layout_plain(const struct http_layout *head)
{
    /* METHOD SP TARGET SP VERSION CR LF */
    if (begin_of(head->target) != end_of(head->method) + 1 ||
        begin_of(head->version) != end_of(head->target) + 1)
        return false;
    uintptr_t at = end_of(head->version) + 2;
    for (size_t i = 0; i < head->headers; i++) {
        const struct http_header *line = &head->header[i];
        const uintptr_t value = begin_of(line->value);
        /* NAME : VALUE CR LF, with at most one blank behind the colon. */
        if (begin_of(line->name) != at ||
            (value != end_of(line->name) + 1 && value != end_of(line->name) + 2))
            return false;
        at = end_of(line->value) + 2;
    }
    return at + 2 == begin_of(head->method) + head->size;
}

enum http_method http_method_of(struct text word)
{
    static const char *const name[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT",
        [HTTP_DELETE] = "DELETE",
    };

    for (enum http_method method = 0; method < HTTP_OTHER; method++)
        if (text_is(word, name[method]))
            return method;
    return HTTP_OTHER;
}

static size_t count_of(const struct http_request *request, const char *name)
{
    const size_t size = strlen(name);
    size_t count = 0;

    for (size_t i = 0; i < request->headers; i++)
        count += request->header[i].name.size == size &&
                 strncasecmp(request->header[i].name.data, name, size) == 0;
    return count;
}

/* RFC 9110, 5.6.2: what a name is made of. */
static bool is_token(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];
        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !is_one_of(c, "!#$%&'*+-.^_`|~"))
            return false;
    }
    return text.size > 0;
}

/* Visible characters and single blanks in between; bytes of other encodings are let pass. */
static bool is_value(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return text.size == 0 || (!is_one_of(text.data[0], " \t") &&
                              !is_one_of(text.data[text.size - 1], " \t"));
}

static bool is_target(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= 0x20 || text.data[i] >= 0x7F || text.data[i] == '#')
            return false;
    return text.size > 0 && text.data[0] == '/';
}

static int hex_value(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The character at `at`, decoded; gives its size. */
static size_t path_character(struct text path, size_t at, unsigned char *out)
{
    *out = (unsigned char)path.data[at];
    if (path.data[at] != '%' || path.size - at < 3)
        return 1;
    const int high = hex_value(path.data[at + 1]), low = hex_value(path.data[at + 2]);
    if (high < 0 || low < 0)
        return 1;
    *out = (unsigned char)(high * 16 + low);
    return 3;
}

/* A segment . or .. or a NUL, by any spelling: a server in front may have gone another way. */
static bool leads_elsewhere(struct text target)
{
    const char *mark = memchr(target.data, '?', target.size);
    const struct text path = { target.data, mark == NULL ? target.size
                                                         : (size_t)(mark - target.data) };
    size_t dots = 0, others = 0;
    unsigned char c;

    for (size_t at = 0; at < path.size;) {
        at += path_character(path, at, &c);
        const bool ends = c == '/' || at == path.size;
        dots += c == '.';
        others += c != '.' && c != '/';
        if (c == '\0' || (ends && others == 0 && (dots == 1 || dots == 2)))
            return true;
        if (ends)
            dots = others = 0;
    }
    return false;
}

static bool read_length(struct text text, uint64_t *out)
{
    if (text.size == 0 || text.size > 15 || text_digits(text, 0) != text.size)
        return false;
    *out = 0;
    for (size_t i = 0; i < text.size; i++)
        *out = *out * 10 + (uint64_t)(text.data[i] - '0');
    return true;
}

static bool is_ours(struct text host, const struct http_names *names)
{
    for (size_t i = 0; names->name[i] != NULL; i++)
        if (strlen(names->name[i]) == host.size &&
            strncasecmp(names->name[i], host.data, host.size) == 0)
            return true;
    return false;
}

/* Once where it must be, and nowhere twice. */
static int judge_headers(struct http_request *request)
{
    static const char *const once[] = { "content-length", "content-type", "cookie", "origin",
                                        "authorization", "idempotency-key", "sec-fetch-site" };

    for (size_t i = 0; i < request->headers; i++) {
        if (!is_token(request->header[i].name) || !is_value(request->header[i].value))
            return 400;
        if (request->header[i].name.size + request->header[i].value.size > HTTP_LINE_MOST)
            return 431;
    }
    if (count_of(request, "host") != 1)
        return 400;
    for (size_t i = 0; i < COUNT(once); i++)
        if (count_of(request, once[i]) > 1)
            return 400;
    if (count_of(request, "transfer-encoding") > 0)
        return count_of(request, "content-length") > 0 ? 400 : 411;
    return 0;
}

int http_head_judge(struct http_request *request, const struct http_names *names)
{
    const int status = judge_headers(request);
    const struct text length = http_header(request, "content-length");

    request->length = 0;
    if (status != 0)
        return status;
    if (request->target.size > HTTP_LINE_MOST)
        return 414;
    if (!is_target(request->target) || leads_elsewhere(request->target))
        return 400;
    if (length.data != NULL && !read_length(length, &request->length))
        return 400;
    if (!is_ours(http_header(request, "host"), names))
        return 421;
    if (request->method == HTTP_OTHER)
        return 501;
    return 0;
}

const char *http_refusal_words(int status)
{
    switch (status) {
    case 400: return "The request is not in the form.\n";
    case 411: return "A body needs a Content-Length.\n";
    case 413:
    case 414:
    case 431: return "The request is too large.\n";
    case 421: return "This is not the server of that name.\n";
    case 501: return "There is no such method.\n";
    case 503: return "The server has more to do than it can. Please try again.\n";
    default: return "The server could not answer.\n";
    }
}
