#include "base/listing.h"

#include <stdlib.h>

bool listing_takes(struct text name)
{
    static const char ending[] = ".csv";
    size_t size = sizeof ending - 1;

    return name.size > size && name.data[0] != '.'
        && memchr(name.data, '/', name.size) == NULL
        && memcmp(name.data + name.size - size, ending, size) == 0;
}

static int compare(const void *one, const void *other)
{
    return text_compare(*(const struct text *)one, *(const struct text *)other);
}

void listing_sort(struct text *names, size_t count)
{
    if (count > 1)
        qsort(names, count, sizeof *names, compare);
}
