/* A route, a line feed and a path: what matches a sane route is written from route and values as
 * it was, overlaps with itself, and has values of their kinds. */
#include "web/route.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The path that route and values make. */
static struct text fill(struct arena *arena, const char *route, const struct route_values *values)
{
    char *out = arena_take(arena, strlen(route) + (size_t)80 * ROUTE_VALUES_MOST + 1, 1);
    size_t size = 0, next = 0;

    for (const char *at = route; *at != '\0'; at++) {
        if (*at != '{') {
            out[size++] = *at;
            continue;
        }
        memcpy(out + size, values->value[next].data, values->value[next].size);
        size += values->value[next++].size;
        at = strchr(at, '}');
    }
    assert(next == values->count);
    return (struct text){ out, size };
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const uint8_t *mark = size == 0 ? NULL : memchr(bytes, '\n', size);
    struct arena arena = { 0 };
    struct route_values values;

    if (mark == NULL || memchr(bytes, '\0', (size_t)(mark - bytes)) != NULL)
        return 0;
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        abort();
    const char *route = arena_copy(&arena, bytes, (size_t)(mark - bytes));
    const struct text path = { (const char *)mark + 1, size - (size_t)(mark + 1 - bytes) };
    if (route_sane(route)) {
        assert(route_overlaps(route, route));
        if (route_matches(route, path, &values)) {
            assert(text_equal(fill(&arena, route, &values), path));
            assert(memchr(path.data, '%', path.size) == NULL);
        }
    }
    arena_free(&arena);
    return 0;
}
