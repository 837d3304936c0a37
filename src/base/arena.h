/*
 * base/arena.h -- memory that is given back all at once.
 *
 * Every piece of work (a close, a question, a request) has one arena; what it needs is taken
 * from there and nothing is freed singly. Only arena.c calls malloc(), so a leak has one
 * address and a test can let any allocation fail.
 *
 * When memory runs out the arena jumps to its guard, which whoever opens an arena must set with
 * ARENA_GUARD first; so code in between needs no checks. A guard lives no longer than the
 * function that set it: ARENA_KEEP before it puts the caller's guard back on return, whichever
 * way the function returns. An arena without a guard is a bug that stops the program when memory
 * runs out. An arena belongs to one thread at a time.
 */
#ifndef OCHIL_ARENA_H
#define OCHIL_ARENA_H

#include <setjmp.h>

#include "base/base.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk;       /* the newest first */
    struct arena_chunk *spare;       /* kept by arena_rewind() */
    size_t              used;        /* of the newest chunk */
    size_t              total;       /* bytes held from the system */
    bool                guarded;
    jmp_buf             out_of_memory;   /* the guard */
};

/* The guard that a function found. */
struct arena_kept {
    struct arena *arena;
    bool          guarded;
    jmp_buf       out_of_memory;
};

/* A declaration, before ARENA_GUARD: the guard that stands now is put back when this function
 * returns. (When it is left by a jump to the guard of another arena, it is not: nothing may then
 * be taken from this one any more.) */
#define ARENA_KEEP(outer, arena)                                                                 \
    struct arena_kept outer __attribute__((cleanup(arena_put_back)));                            \
    arena_keep(arena, &outer)

/* 0 at first; not 0 when an allocation failed later on and control came back here:
 *     ARENA_KEEP(outer, arena);
 *     if (ARENA_GUARD(arena))
 *         return fail(trouble, ERR_IO, "out of memory");
 * Only variables that do not change after the guard may be read in that branch. */
#define ARENA_GUARD(arena) setjmp(*arena_guard_place(arena))

/* What the two are made of. */
void arena_keep(struct arena *, struct arena_kept *);
void arena_put_back(struct arena_kept *);
jmp_buf *arena_guard_place(struct arena *);

/* Puts back the guard that was kept and jumps there: for a guard that only gives something back
 * on the way. */
_Noreturn void arena_pass_on(struct arena_kept *);

/* Zeroed memory for `count` things of `size` bytes, aligned for any of them. Never NULL. */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* The same, not cleared: the caller writes every byte before he reads it. */
char *arena_take_bytes(struct arena *arena, size_t size);

/* The same bytes in a larger place (the old one stays until the arena is freed). */
void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                 size_t size);

/* A copy of `size` bytes with a NUL behind it. */
char *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* printf into the arena. */
__attribute__((format(printf, 2, 3)))
char *arena_print(struct arena *arena, const char *format, ...);

/* The number in digits: what "%lld" prints, in a tenth of the time. */
char *arena_number(struct arena *arena, int64_t number);

/* Gives everything back; the arena can be used again. */
void arena_free(struct arena *arena);

/* The same, but that up to `most` bytes stay with the arena for what is taken next: for whoever
 * does one piece of work after another. */
void arena_rewind(struct arena *arena, size_t most);

/* For tests: the N-th system allocation from now fails (0: none). `sticky`: so do all later
 * ones. Counted over all threads. */
void arena_fail_after(long nth, bool sticky);
/* Allocations since the last arena_fail_after(). */
long arena_allocations(void);
/* Counts, and lets fail, every piece that is taken from an arena instead: what a test must do to
 * see all places where memory can run out. */
void arena_fail_takes(bool takes);

#endif
