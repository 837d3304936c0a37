#include "web/route.h"

#include <assert.h>

/* One segment of a route or path, cut off the front behind its /. False at the end. */
static bool next_segment(struct text *rest, struct text *segment)
{
    if (rest->size == 0 || rest->data[0] != '/')
        return false;
    const char *from = rest->data + 1;
    const char *slash = memchr(from, '/', rest->size - 1);
    const size_t size = slash == NULL ? rest->size - 1 : (size_t)(slash - from);

    *segment = (struct text){ from, size };
    rest->data += 1 + size;
    rest->size -= 1 + size;
    return true;
}

static bool is_value(struct text segment)
{
    return segment.size > 2 && segment.data[0] == '{' && segment.data[segment.size - 1] == '}';
}

/* "{token:secret}" -> "token", ROUTE_SECRET */
static enum route_type value_type(struct text segment, struct text *name)
{
    const struct text inside = { segment.data + 1, segment.size - 2 };
    const char *colon = memchr(inside.data, ':', inside.size);

    *name = colon == NULL ? inside : (struct text){ inside.data, (size_t)(colon - inside.data) };
    if (colon == NULL)
        return ROUTE_NUMBER;
    const struct text type = { colon + 1, inside.size - name->size - 1 };
    if (text_is(type, "secret"))
        return ROUTE_SECRET;
    if (text_is(type, "year"))
        return ROUTE_YEAR;
    return text_is(type, "word") ? ROUTE_WORD : ROUTE_WRONG;
}

bool route_next(struct text *rest, struct text *name, enum route_type *type)
{
    struct text segment;

    while (next_segment(rest, &segment))
        if (is_value(segment)) {
            *type = value_type(segment, name);
            return true;
        }
    return false;
}

static bool all_of(struct text text, const char *characters)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_one_of(text.data[i], characters))
            return false;
    return true;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool fits(enum route_type type, struct text value)
{
    switch (type) {
    case ROUTE_NUMBER:
        return value.size >= 1 && value.size <= 18 && value.data[0] != '0' &&
               text_digits(value, 0) == value.size;
    case ROUTE_SECRET:
        return value.size == 64 && all_of(value, "0123456789abcdef");
    case ROUTE_WORD:
        return value.size >= 1 && value.size <= 64 && value.data[0] != '.' &&
               all_of(value, LETTERS "0123456789._-");
    case ROUTE_YEAR:
        return value.size == 7 && text_digits(value, 0) == 4 && value.data[4] == '-' &&
               text_digits(value, 5) == 2;
    default:
        return false;
    }
}

bool route_sane(const char *route)
{
    struct text rest = text_of(route), segment, name;
    size_t values = 0;

    if (rest.size <= 1)
        return text_is(rest, "/");
    while (next_segment(&rest, &segment)) {
        if (is_value(segment)) {
            values++;
            if (value_type(segment, &name) == ROUTE_WRONG ||
                !all_of(name, "abcdefghijklmnopqrstuvwxyz_") || name.size == 0)
                return false;
        } else if (segment.size == 0 || !all_of(segment, LETTERS "0123456789._-")) {
            return false;
        }
    }
    return rest.size == 0 && values <= ROUTE_VALUES_MOST;
}

bool route_matches(const char *route, struct text path, struct route_values *out)
{
    out->count = 0;
    /* Most rows of the table differ from a path in its first letter. */
    if (path.size > 1 && route[0] == '/' && route[1] != path.data[1] && route[1] != '{')
        return false;
    struct text rest = text_of(route), left = path, wanted, got, name;
    while (next_segment(&rest, &wanted)) {
        if (!next_segment(&left, &got))
            return false;
        if (!is_value(wanted)) {
            if (!text_equal(wanted, got))
                return false;
            continue;
        }
        if (!fits(value_type(wanted, &name), got))
            return false;
        assert(out->count < ROUTE_VALUES_MOST);
        out->name[out->count] = name;
        out->value[out->count++] = got;
    }
    return left.size == 0;
}

bool route_overlaps(const char *one, const char *other)
{
    struct text first = text_of(one), second = text_of(other), a, b, name;

    while (next_segment(&first, &a)) {
        if (!next_segment(&second, &b))
            return false;
        if (is_value(a) && is_value(b))
            continue;
        if (is_value(a) ? !fits(value_type(a, &name), b)
                        : is_value(b) ? !fits(value_type(b, &name), a) : !text_equal(a, b))
            return false;
    }
    return second.size == 0;
}

struct text route_filled(struct arena *arena, const char *route,
                         const struct route_values *values)
{
    struct text rest = text_of(route), segment, name;
    const char *path = "";

    while (next_segment(&rest, &segment)) {
        if (is_value(segment)) {
            (void)value_type(segment, &name);
            segment = route_value(values, arena_copy(arena, name.data, name.size));
            assert(segment.data != NULL);
        }
        path = arena_print(arena, "%s/%.*s", path, TEXT(segment));
    }
    return text_of(path);
}

struct text route_value(const struct route_values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (text_is(values->name[i], name))
            return values->value[i];
    return (struct text){ 0 };
}

int64_t route_number(struct text value)
{
    int64_t number = 0;

    for (size_t i = 0; i < value.size; i++)
        number = number * 10 + (value.data[i] - '0');
    return number;
}
