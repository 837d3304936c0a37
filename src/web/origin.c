#include "web/origin.h"

static bool is_same(struct text given, const char *origin, struct text host)
{
    static const char scheme[] = "http://";
    const size_t size = sizeof scheme - 1;

    if (origin != NULL)
        return text_is(given, origin);
    return given.size == size + host.size && memcmp(given.data, scheme, size) == 0 &&
           memcmp(given.data + size, host.data, host.size) == 0;
}

bool origin_is_ours(const struct http_request *request, const char *origin)
{
    const struct text given = http_header(request, "origin");
    const struct text site = http_header(request, "sec-fetch-site");

    if (given.data == NULL && site.data == NULL)
        return false;
    if (given.data != NULL && !is_same(given, origin, http_header(request, "host")))
        return false;
    return site.data == NULL || text_is(site, "same-origin");
}
