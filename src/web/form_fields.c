#include "web/form_fields.h"

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One decoded byte at `*at`, or -1. */
static int next_byte(struct text text, size_t *at)
{
    const char c = text.data[(*at)++];

    if (c == '+')
        return ' ';
    if (c != '%')
        return (unsigned char)c;
    if (text.size - *at < 2)
        return -1;
    const int high = hex_value(text.data[*at]), low = hex_value(text.data[*at + 1]);
    *at += 2;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* False: not encoded rightly, or not text. */
static bool decode(struct arena *arena, struct text text, struct text *out)
{
    char *bytes = arena_take(arena, text.size + 1, 1);
    size_t size = 0, at = 0;

    while (at < text.size) {
        const int byte = next_byte(text, &at);
        if (byte < 0)
            return false;
        if (byte == '\n' && size > 0 && bytes[size - 1] == '\r')
            size--;
        bytes[size++] = (char)byte;
    }
    *out = (struct text){ bytes, size };
    return text_is_utf8(*out);
}

static bool read_field(struct arena *arena, struct text field, struct form *form)
{
    const char *equals = memchr(field.data, '=', field.size);
    struct text *name = &form->name[form->count];
    const size_t size = equals == NULL ? 0 : (size_t)(equals - field.data);

    if (equals == NULL || !decode(arena, (struct text){ field.data, size }, name) ||
        !decode(arena, (struct text){ equals + 1, field.size - size - 1 },
                &form->value[form->count]))
        return false;
    for (size_t i = 0; i < form->count; i++)
        if (text_equal(form->name[i], *name))
            return false;
    form->count++;
    return name->size > 0;
}

bool form_read(struct arena *arena, struct text encoded, struct form *form)
{
    struct text rest = encoded;

    *form = (struct form){ .count = 0 };
    while (rest.size > 0) {
        const char *mark = memchr(rest.data, '&', rest.size);
        const size_t size = mark == NULL ? rest.size : (size_t)(mark - rest.data);
        if (form->count == FORM_FIELDS_MOST ||
            !read_field(arena, (struct text){ rest.data, size }, form))
            return false;
        if (mark == NULL)
            return true;
        rest = (struct text){ mark + 1, rest.size - size - 1 };
    }
    /* An & at the end stands before a field that is not there. */
    return encoded.size == 0;
}

struct text form_value(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (text_is(form->name[i], name))
            return form->value[i];
    return (struct text){ 0 };
}
