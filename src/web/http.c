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
