#include "web/credential.h"

#include <strings.h>

/* The next "name=value" of the list, without blanks around it; false at the end. */
static bool next_pair(struct text *rest, struct text *pair)
{
    while (rest->size > 0 && is_one_of(rest->data[0], " ;"))
        *rest = (struct text){ rest->data + 1, rest->size - 1 };
    if (rest->size == 0)
        return false;
    const char *end = memchr(rest->data, ';', rest->size);
    const size_t size = end == NULL ? rest->size : (size_t)(end - rest->data);
    *pair = (struct text){ rest->data, size };
    *rest = (struct text){ rest->data + size, rest->size - size };
    while (pair->size > 0 && pair->data[pair->size - 1] == ' ')
        pair->size--;
    return true;
}

struct text cookie_value(struct text header, const char *cookie)
{
    const struct text name = text_of(cookie);
    struct text rest = header, pair, found = { 0 };
    size_t count = 0;

    while (next_pair(&rest, &pair)) {
        if (pair.size <= name.size || memcmp(pair.data, name.data, name.size) != 0 ||
            pair.data[name.size] != '=')
            continue;
        found = (struct text){ pair.data + name.size + 1, pair.size - name.size - 1 };
        count++;
    }
    return count == 1 ? found : (struct text){ 0 };
}

struct text bearer_value(struct text header)
{
    static const char scheme[] = "bearer ";
    const size_t size = sizeof scheme - 1;

    if (header.size <= size || strncasecmp(header.data, scheme, size) != 0)
        return (struct text){ 0 };
    return (struct text){ header.data + size, header.size - size };
}
