/*
 * sheets/escape_rules.h -- characters that XML cannot hold, as XLSX writes them: _x000D_.
 *
 * Four hexadecimal digits between "_x" and "_" are a unit of UTF-16; a "_" that could be taken for
 * the start of one is itself written _x005F_ (ECMA-376 part 1, 22.9.2.19, ST_Xstring). OURS: what
 * no text may hold (a NUL, half a surrogate pair) stays as it is written.
 */
#ifndef OCHIL_ESCAPE_RULES_H
#define OCHIL_ESCAPE_RULES_H

#include "base/text.h"

/* Decodes in place; gives how many bytes are left. */
size_t escapes_decode(char *bytes, size_t size);

#endif
