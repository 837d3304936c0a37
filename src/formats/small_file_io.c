/*
 * formats/small_file_io.c -- read until the end or one byte too many.
 */
#include "formats/small_file_io.h"

#include <errno.h>
#include <string.h>

enum err small_file_read(const struct outside *outside, const char *path, const char *what,
                         char *bytes, size_t most, size_t *size, struct trouble *trouble)
{
    int file = outside->open_read(path);
    ssize_t got = 1;
    int why;

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    *size = 0;
    while (*size < most && (got = outside->read(file, bytes + *size, most - *size)) > 0)
        *size += (size_t)got;
    why = errno;
    (void)outside->close(file);
    if (got < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(why));
    return got == 0 ? OK : fail(trouble, ERR_CHECK, "%s: too large for %s", path, what);
}
