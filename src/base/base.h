/*
 * base/base.h -- the few words every file of Ochil uses: how a function fails, and how a
 * message is kept.
 *
 * Failing has three kinds, never mixed:
 *   refusal  a rule says no; named by an enum of its own and collected, never an `enum err`
 *   trouble  input, disk, memory; an `enum err`, with the first message kept in `struct trouble`
 *   bug      assert(), which stays on in production
 *
 * The numbers of `enum err` are the exit codes of every command, so that one table serves both.
 *
 * Read next: arena.h (memory), text.h (slices of bytes), outside.h (the outside world).
 */
#ifndef OCHIL_BASE_H
#define OCHIL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum err {
    OK = 0,
    ERR_REFUSED = 1,   /* the input has faults; nothing was written but errors.csv */
    ERR_USAGE = 2,     /* wrong words on the command line, or a request that makes no sense */
    ERR_IO = 3,        /* a file could not be read or written, or memory ran out */
    ERR_CHECK = 4,     /* does not verify, does not balance */
    ERR_RIGHTS = 5,    /* not allowed: rights, a locked period */
    ERR_MISSING = 6,   /* not found */
    ERR_CONFLICT = 7,  /* somebody changed it meanwhile */
    ERR_BUSY = 8,      /* temporary: try again */
    ERR_BUG = 70
};

/* The first message of a failure; later ones on the way out are dropped, since the first knows
 * best. Start with `struct trouble trouble = { 0 };`. */
struct trouble {
    char text[1024];
};

/* Keeps the message unless one is there already. Returns `err`, so that a caller can write
 * `return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));`. `trouble` may be NULL. */
__attribute__((format(printf, 3, 4)))
enum err fail(struct trouble *trouble, enum err err, const char *format, ...);

#endif
