#include "web/http.h"

#include <assert.h>
#include <strings.h>

struct text http_header(const struct http_request *request, const char *name)
{
    const size_t size = strlen(name);

    for (size_t i = 0; i < request->headers; i++)
        if (request->header[i].name.size == size &&
            strncasecmp(request->header[i].name.data, name, size) == 0)
            return request->header[i].value;
    return (struct text){ 0 };
}

void http_answer_header(struct http_answer *answer, const char *name, struct text value)
{
    assert(answer->headers < HTTP_ANSWER_HEADERS);
    answer->header[answer->headers++] = (struct http_header){ text_of(name), value };
}

void http_answer_words(struct http_answer *answer, int status, const char *words)
{
    answer->status = status;
    answer->body = text_of(words);
    http_answer_header(answer, "Content-Type", text_of("text/plain; charset=utf-8"));
}

void http_answer_guard(struct http_answer *answer, bool kept)
{
    static const char policy[] =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'";

    http_answer_header(answer, "Content-Security-Policy", text_of(policy));
    http_answer_header(answer, "X-Content-Type-Options", text_of("nosniff"));
    /* Not no-referrer: with it browsers send "Origin: null" with our own forms. */
    http_answer_header(answer, "Referrer-Policy", text_of("same-origin"));
    http_answer_header(answer, "Cross-Origin-Opener-Policy", text_of("same-origin"));
    http_answer_header(answer, "Cross-Origin-Resource-Policy", text_of("same-origin"));
    http_answer_header(answer, "Cache-Control", text_of(kept ? "no-cache" : "no-store"));
}
