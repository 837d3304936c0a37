#include "extract/line_end.h"

struct record_extent line_skip(struct text bytes, bool final, char last)
{
    const char *end = bytes.size == 0 ? NULL : memchr(bytes.data, last, bytes.size);

    if (end == NULL)
        return (struct record_extent){ bytes.size, 0, !final };
    size_t at = (size_t)(end - bytes.data);
    size_t size = line_end_size(bytes, at, final, last);
    return (struct record_extent){ at + size, size > 0, size == 0 };
}

enum line_end line_end_first(struct text bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (bytes.data[i] == '\n')
            return LINE_END_LF;
        if (bytes.data[i] == '\r')
            return i + 1 < bytes.size && bytes.data[i + 1] == '\n' ? LINE_END_CRLF
                                                                   : LINE_END_CR;
    }
    return LINE_END_LF;
}

size_t line_end_count(struct text bytes, char last)
{
    const char *at = bytes.data;
    const char *end = bytes.data + bytes.size;
    size_t count = 0;

    while (at < end && (at = memchr(at, last, (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}
