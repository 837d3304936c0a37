#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define poison(address, size) __asan_poison_memory_region(address, size)
#define unpoison(address, size) __asan_unpoison_memory_region(address, size)
#else
#define poison(address, size) ((void)0)
#define unpoison(address, size) ((void)0)
#endif

#define ARENA_ALIGN 16
#define ARENA_CHUNK_BYTES ((size_t)64 * 1024)

struct arena_chunk {
    struct arena_chunk *older;
    size_t              size;     /* of what follows */
    _Alignas(ARENA_ALIGN) unsigned char bytes[];
};

static atomic_long allocations;
static atomic_long fail_at;
static atomic_bool fail_sticky;
static atomic_bool fail_takes;

void arena_fail_after(long nth, bool sticky)
{
    atomic_store(&allocations, 0);
    atomic_store(&fail_sticky, sticky);
    atomic_store(&fail_at, nth);
}

long arena_allocations(void)
{
    return atomic_load(&allocations);
}

void arena_fail_takes(bool takes)
{
    atomic_store(&fail_takes, takes);
}

/* Counts an allocation; true when it is one that fails. */
static bool fails(void)
{
    long nth = atomic_fetch_add(&allocations, 1) + 1;
    long planned = atomic_load(&fail_at);

    return planned != 0 && (nth == planned || (nth > planned && atomic_load(&fail_sticky)));
}

/* The one place that asks the system for memory. A chunk of its own comes cleared, which costs
 * nothing for pages that are never touched; the usual ones are cleared piece by piece, as they are
 * taken: much of them never is, by a request least of all. */
static void *system_take(size_t size, bool cleared)
{
    bool counted = !atomic_load_explicit(&fail_takes, memory_order_relaxed);

    if (counted && fails())
        return NULL;
    return cleared ? calloc(1, size) : malloc(size);
}

void arena_keep(struct arena *arena, struct arena_kept *kept)
{
    kept->arena = arena;
    kept->guarded = arena->guarded;
    memcpy(&kept->out_of_memory, &arena->out_of_memory, sizeof kept->out_of_memory);
}

void arena_put_back(struct arena_kept *kept)
{
    kept->arena->guarded = kept->guarded;
    memcpy(&kept->arena->out_of_memory, &kept->out_of_memory, sizeof kept->out_of_memory);
}

jmp_buf *arena_guard_place(struct arena *arena)
{
    arena->guarded = true;
    return &arena->out_of_memory;
}

static _Noreturn void out_of_memory(struct arena *arena)
{
    assert(arena->guarded);
    longjmp(arena->out_of_memory, 1);
}

_Noreturn void arena_pass_on(struct arena_kept *kept)
{
    struct arena *arena = kept->arena;

    arena_put_back(kept);
    out_of_memory(arena);
}

static struct arena_chunk *new_chunk(struct arena *arena, size_t least)
{
    const bool own = least > ARENA_CHUNK_BYTES;
    const size_t size = own ? least : ARENA_CHUNK_BYTES;
    struct arena_chunk *chunk = arena->spare;

    if (chunk != NULL && !own) {
        arena->spare = chunk->older;
        return chunk;
    }
    chunk = system_take(sizeof *chunk + size, own);
    if (chunk == NULL)
        out_of_memory(arena);
    chunk->size = size;
    arena->total += sizeof *chunk + size;
    poison(chunk->bytes, size);
    return chunk;
}

static void add_chunk(struct arena *arena, size_t least)
{
    struct arena_chunk *chunk = new_chunk(arena, least);

    chunk->older = arena->chunk;
    arena->chunk = chunk;
    arena->used = 0;
}

/* `cleared`: else the caller writes all of it. */
static void *take(struct arena *arena, size_t count, size_t size, bool cleared)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 4)
        out_of_memory(arena);
    if (atomic_load_explicit(&fail_takes, memory_order_relaxed) && fails())
        out_of_memory(arena);
    size_t rounded = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (rounded == 0)
        rounded = ARENA_ALIGN;
    if (arena->chunk == NULL || arena->chunk->size - arena->used < rounded)
        add_chunk(arena, rounded);
    void *taken = arena->chunk->bytes + arena->used;
    arena->used += rounded;
    unpoison(taken, bytes == 0 ? 1 : bytes);
    if (cleared && arena->chunk->size <= ARENA_CHUNK_BYTES)
        memset(taken, 0, bytes);
    return taken;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    return take(arena, count, size, true);
}

char *arena_take_bytes(struct arena *arena, size_t size)
{
    return take(arena, size, 1, false);
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                 size_t size)
{
    assert(new_count >= old_count);
    char *larger = take(arena, new_count, size, false);
    if (old_count > 0)
        memcpy(larger, old, old_count * size);
    if (arena->chunk->size <= ARENA_CHUNK_BYTES)
        memset(larger + old_count * size, 0, (new_count - old_count) * size);
    return larger;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    char *copy = take(arena, size + 1, 1, false);
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

/* Most of what is printed is short, so it is printed once, in passing; what is longer, twice. */
char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_list again;
    char small[64];

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(small, sizeof small, format, arguments);
    assert(size >= 0);
    char *text = take(arena, (size_t)size + 1, 1, false);
    if ((size_t)size < sizeof small)
        memcpy(text, small, (size_t)size + 1);
    else
        (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

char *arena_number(struct arena *arena, int64_t number)
{
    char digits[NUMBER_DIGITS];
    const char *first = number_print(number, digits);

    return arena_copy(arena, first, (size_t)(digits + sizeof digits - first));
}

static void free_chunk(struct arena *arena, struct arena_chunk *chunk)
{
    arena->total -= sizeof *chunk + chunk->size;
    unpoison(chunk->bytes, chunk->size);
    free(chunk);
}

void arena_rewind(struct arena *arena, size_t most)
{
    struct arena_chunk *chunk[] = { arena->chunk, arena->spare };
    size_t kept = 0;

    arena->chunk = NULL;
    arena->spare = NULL;
    arena->used = 0;
    for (size_t i = 0; i < COUNT(chunk); i++)
        while (chunk[i] != NULL) {
            struct arena_chunk *older = chunk[i]->older;
            if (chunk[i]->size == ARENA_CHUNK_BYTES && kept + chunk[i]->size <= most) {
                kept += chunk[i]->size;
                poison(chunk[i]->bytes, chunk[i]->size);
                chunk[i]->older = arena->spare;
                arena->spare = chunk[i];
            } else {
                free_chunk(arena, chunk[i]);
            }
            chunk[i] = older;
        }
}

void arena_free(struct arena *arena)
{
    arena_rewind(arena, 0);
}
