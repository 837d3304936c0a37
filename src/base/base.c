#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>

enum err fail(struct trouble *trouble, enum err err, const char *format, ...)
{
    va_list arguments;

    if (trouble == NULL || trouble->text[0] != '\0')
        return err;
    va_start(arguments, format);
    (void)vsnprintf(trouble->text, sizeof trouble->text, format, arguments);
    va_end(arguments);
    return err;
}
