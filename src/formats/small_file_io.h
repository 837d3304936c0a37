/*
 * formats/small_file_io.h -- a small file whole: a key, a signature, a profile.
 */
#ifndef OCHIL_SMALL_FILE_IO_H
#define OCHIL_SMALL_FILE_IO_H

#include "base/outside.h"

/* Reads the file into `bytes`, which has room for `most`. ERR_IO with the path and the system's
 * reason; ERR_CHECK when the file is larger, with "too large for" and `what` ("a key"). */
MUST_USE enum err small_file_read(const struct outside *, const char *path, const char *what,
                                  char *bytes, size_t most, size_t *size, struct trouble *);

#endif
