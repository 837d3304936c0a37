/*
 * formats/ahead_io.c -- one thread fills blocks, another empties them.
 */
#include "formats/ahead_io.h"

/* ---- the thread that reads ---- */

/* Whether there is a free block; waits for one. */
static bool wait_for_room(struct ahead_stream *ahead, size_t *block)
{
    bool stopping;

    pthread_mutex_lock(&ahead->lock);
    while (ahead->full == AHEAD_BLOCKS && !ahead->stopping)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    *block = (ahead->first + ahead->full) % AHEAD_BLOCKS;
    stopping = ahead->stopping;
    pthread_mutex_unlock(&ahead->lock);
    return !stopping;
}

static bool tell(struct ahead_stream *ahead, size_t block, size_t size, enum err err)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->size[block] = size;
    ahead->full += size > 0;
    ahead->ended = size == 0;
    ahead->err = err;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    return size > 0;
}

static void *read_ahead(void *context)
{
    struct ahead_stream *ahead = context;
    size_t block;

    while (wait_for_room(ahead, &block)) {
        char *bytes = ahead->blocks + block * AHEAD_BLOCK_BYTES;
        size_t got = 0;
        enum err err = ahead->behind->read(ahead->behind, bytes, AHEAD_BLOCK_BYTES, &got,
                                           &ahead->trouble);
        if (!tell(ahead, block, err == OK ? got : 0, err))
            break;
    }
    return NULL;
}

/* ---- the stream ---- */

/* Whether there is a block to take from; waits for one. */
static bool wait_for_bytes(struct ahead_stream *ahead)
{
    bool there;

    pthread_mutex_lock(&ahead->lock);
    while (ahead->full == 0 && !ahead->ended)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    there = ahead->full > 0;
    pthread_mutex_unlock(&ahead->lock);
    return there;
}

static void give_back_block(struct ahead_stream *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->first = (ahead->first + 1) % AHEAD_BLOCKS;
    ahead->full--;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    ahead->used = 0;
}

static enum err ahead_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                           struct trouble *trouble)
{
    struct ahead_stream *ahead = (struct ahead_stream *)stream;

    *got = 0;
    if (!wait_for_bytes(ahead))
        return ahead->err == OK ? OK : fail(trouble, ahead->err, "%s", ahead->trouble.text);
    const char *block = ahead->blocks + ahead->first * AHEAD_BLOCK_BYTES;
    const size_t left = ahead->size[ahead->first] - ahead->used;
    const size_t part = left < size ? left : size;
    memcpy(bytes, block + ahead->used, part);
    ahead->used += part;
    *got = part;
    if (ahead->used == ahead->size[ahead->first])
        give_back_block(ahead);
    return OK;
}

static void ahead_close(struct stream *stream)
{
    struct ahead_stream *ahead = (struct ahead_stream *)stream;

    pthread_mutex_lock(&ahead->lock);
    ahead->stopping = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    (void)pthread_join(ahead->thread, NULL);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    ahead->behind->close(ahead->behind);
    ahead->behind = NULL;
}

/* ---- the source ---- */

static struct ahead_stream *free_place(struct ahead_source *source)
{
    for (size_t i = 0; i < AHEAD_STREAMS_MAX; i++) {
        if (source->stream[i].behind == NULL)
            return &source->stream[i];
    }
    return NULL;
}

/* Starts the thread; false: none can be had. */
static bool start(struct ahead_stream *ahead, struct stream *behind)
{
    *ahead = (struct ahead_stream){
        .stream = { ahead_read, ahead_close }, .behind = behind, .blocks = ahead->blocks,
    };
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    if (pthread_create(&ahead->thread, NULL, read_ahead, ahead) == 0)
        return true;
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    ahead->behind = NULL;
    return false;
}

static enum err ahead_list(struct source *source, struct arena *arena, const char *folder,
                           struct text **names, size_t *count, struct trouble *trouble)
{
    struct source *behind = ((struct ahead_source *)source)->behind;

    return behind->list(behind, arena, folder, names, count, trouble);
}

static enum err ahead_open(struct source *source, struct arena *arena, const char *name,
                           struct stream **out, struct trouble *trouble)
{
    struct source *behind = ((struct ahead_source *)source)->behind;
    struct ahead_stream *place = free_place((struct ahead_source *)source);

    if (place != NULL && place->blocks == NULL)
        place->blocks = arena_take(arena, AHEAD_BLOCKS, AHEAD_BLOCK_BYTES);
    enum err err = behind->open(behind, arena, name, out, trouble);
    if (err == OK && place != NULL && start(place, *out))
        *out = &place->stream;
    return err;
}

void ahead_source_open(struct ahead_source *source, struct source *behind)
{
    *source = (struct ahead_source){ .source = { ahead_list, ahead_open }, .behind = behind };
}

void ahead_source_close(struct ahead_source *source)
{
    for (size_t i = 0; i < AHEAD_STREAMS_MAX; i++) {
        if (source->stream[i].behind != NULL)
            ahead_close(&source->stream[i].stream);
    }
}
