#include "engine/ledger_blocks.h"

#include <assert.h>

#include "engine/ledger_line.h"
#include "engine/ledger_split.h"

#define BUFFERS_MORE 6                  /* than threads: what the hash may lag behind */
#define BUFFERS_MAX 80

struct blocks {
    const struct ledger_request *request;
    struct arena                 streams;      /* of the open files */
    pthread_mutex_t              turn;         /* held while a block is read */
    /* under `turn` */
    int32_t                      file;         /* the next to open, or the open one */
    struct stream               *stream;
    char                        *carry;        /* the begun record behind the last block */
    size_t                       carried;
    bool                         ended;        /* the open stream has told its end */
    uint64_t                     number;
    uint64_t                     bytes;
    /* under `state` */
    pthread_mutex_t              state;
    pthread_cond_t               changed;
    struct block                 block[BUFFERS_MAX];
    struct block                *free[BUFFERS_MAX];
    size_t                       frees, buffers;
    struct block                *queue[BUFFERS_MAX];   /* for the hash, in order */
    size_t                       queue_head, queued;
    bool                         finished;
    enum err                     err;
    struct trouble               trouble;
};

struct blocks *blocks_open(const struct ledger_request *request, struct arena *arena, int threads)
{
    struct blocks *blocks = arena_take(arena, 1, sizeof *blocks);

    blocks->request = request;
    blocks->buffers = (size_t)threads + (request->hashes ? BUFFERS_MORE : 0);
    assert(blocks->buffers <= BUFFERS_MAX);
    for (size_t i = 0; i < blocks->buffers; i++) {
        blocks->block[i].buffer =
            (char *)arena_take(arena, BLOCK_BYTES + 2 * (size_t)LINE_PADDING, 1) + LINE_PADDING;
        blocks->free[blocks->frees++] = &blocks->block[i];
    }
    blocks->carry = arena_take(arena, BLOCK_BYTES, 1);
    pthread_mutex_init(&blocks->turn, NULL);
    pthread_mutex_init(&blocks->state, NULL);
    pthread_cond_init(&blocks->changed, NULL);
    return blocks;
}

void blocks_stop(struct blocks *blocks, enum err err, const struct trouble *trouble)
{
    pthread_mutex_lock(&blocks->state);
    if (blocks->err == OK && err != OK) {
        blocks->err = err;
        blocks->trouble = *trouble;
    }
    blocks->finished = true;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->state);
}

/* A free buffer; waits for one. NULL when the work is over. */
static struct block *take_buffer(struct blocks *blocks)
{
    struct block *block = NULL;

    pthread_mutex_lock(&blocks->state);
    while (blocks->frees == 0 && !blocks->finished)
        pthread_cond_wait(&blocks->changed, &blocks->state);
    if (!blocks->finished)
        block = blocks->free[--blocks->frees];
    pthread_mutex_unlock(&blocks->state);
    if (block != NULL) {
        char *buffer = block->buffer;
        *block = (struct block){ .buffer = buffer, .users = 1 };
    }
    return block;
}

void blocks_release(struct blocks *blocks, struct block *block)
{
    pthread_mutex_lock(&blocks->state);
    if (--block->users == 0) {
        blocks->free[blocks->frees++] = block;
        pthread_cond_broadcast(&blocks->changed);
    }
    pthread_mutex_unlock(&blocks->state);
}

/* Hands a block to the hash as well. */
static void queue_for_hash(struct blocks *blocks, struct block *block)
{
    pthread_mutex_lock(&blocks->state);
    block->users++;
    blocks->queue[(blocks->queue_head + blocks->queued++) % BUFFERS_MAX] = block;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->state);
}

/* ---- reading; the caller holds `turn` ---- */

static enum err open_file(struct blocks *blocks, struct trouble *trouble)
{
    const struct ledger_request *request = blocks->request;
    const char *path = request->files->file[blocks->file].name;

    ARENA_KEEP(outer, &blocks->streams);
    if (ARENA_GUARD(&blocks->streams))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = request->source->open(request->source, &blocks->streams, path,
                                         &blocks->stream, trouble);
    if (err == ERR_MISSING) {
        trouble->text[0] = '\0';
        return fail(trouble, ERR_IO, "%s: it has gone", path);
    }
    return err;
}

static void close_file(struct blocks *blocks)
{
    if (blocks->stream != NULL)
        blocks->stream->close(blocks->stream);
    blocks->stream = NULL;
    blocks->ended = false;
    blocks->carried = 0;
    arena_free(&blocks->streams);
}

/* Fills the buffer: what was carried, then the stream, until it is full or the stream ends. */
static enum err fill(struct blocks *blocks, struct block *block, size_t *filled,
                     struct trouble *trouble)
{
    size_t size = blocks->carried;

    memcpy(block->buffer, blocks->carry, size);
    block->fresh.data = block->buffer + size;
    while (size < BLOCK_BYTES && !blocks->ended) {
        size_t got;
        enum err err = blocks->stream->read(blocks->stream, block->buffer + size,
                                            BLOCK_BYTES - size, &got, trouble);
        if (err != OK)
            return err;
        blocks->ended = got == 0;
        blocks->bytes += got;
        size += got;
    }
    memset(block->buffer + size, 0, LINE_PADDING);
    block->fresh.size = size - blocks->carried;
    blocks->carried = 0;
    *filled = size;
    return OK;
}

/* Finds the header; `*at` comes to stand behind it. FAULT_NONE, or why the file is ignored;
 * FAULT_LIMIT: the first record does not fit. The lines up to it (or to the faulty record) are in
 * block->lines_before. */
static enum fault_code read_header(struct block *block, struct text filled, bool final, size_t *at)
{
    char spare[4096];
    struct csv_record record;
    size_t used;

    *at = (size_t)(after_mark(filled).data - filled.data);
    for (;;) {
        struct text left = { filled.data + *at, filled.size - *at };
        bool fits = left.size <= sizeof spare;
        used = csv_read(left, final, fits ? spare : NULL, &record);
        if (used == 0 && left.size > 0)
            return FAULT_LIMIT;
        if (used == 0) {
            block->lines_before = 0;            /* nothing but blank lines: the file is at fault */
            return FAULT_HEADER;
        }
        enum fault_code fault = record_fault((struct text){ left.data, used }, &record);
        if (!record.empty || fault != FAULT_NONE) {
            bool good = fault == FAULT_NONE && used <= sizeof spare &&
                        csv_read((struct text){ left.data, used }, true, spare, &record) > 0 &&
                        record_is_header(&record, LEDGER_HEADER);
            if (good)
                block->lines_before += record.lines;
            *at += used;
            return fault != FAULT_NONE ? fault : good ? FAULT_NONE : FAULT_HEADER;
        }
        block->lines_before += record.lines;
        *at += used;
    }
}

/* Where a record that does not fit ends, byte by byte over the stream. */
struct long_record {
    enum { AT_FIELD, IN_PLAIN, IN_QUOTES, AFTER_QUOTE } state;
    uint64_t lines;
};

/* True when the record ends with this byte. */
static bool long_record_ends(struct long_record *record, char c)
{
    record->lines += c == '\n';
    switch (record->state) {
    case IN_QUOTES:
        if (c == '"')
            record->state = AFTER_QUOTE;
        return false;
    case AFTER_QUOTE:                    /* it was a doubled one */
    case AT_FIELD:
        if (c == '"') {
            record->state = IN_QUOTES;
            return false;
        }
        break;
    case IN_PLAIN:
        break;
    }
    record->state = c == ',' ? AT_FIELD : IN_PLAIN;
    return c == '\n';
}

/* Passes over a record that does not fit; what follows it is carried. */
static enum err skip_long_record(struct blocks *blocks, struct block *block, struct text begun,
                                 struct trouble *trouble)
{
    struct long_record record = { AT_FIELD, 0 };
    size_t at = 0;
    size_t size = begun.size;

    memmove(block->buffer, begun.data, size);
    for (;;) {
        while (at < size && !long_record_ends(&record, block->buffer[at]))
            at++;
        if (at < size) {
            blocks->carried = size - at - 1;
            memcpy(blocks->carry, block->buffer + at + 1, blocks->carried);
            break;
        }
        enum err err = fill(blocks, block, &size, trouble);
        if (err != OK)
            return err;
        at = 0;
        if (size == 0)
            break;
    }
    bool unclosed = blocks->ended && blocks->carried == 0 && record.state == IN_QUOTES;
    block->fault = unclosed ? FAULT_QUOTE : FAULT_LIMIT;
    block->fault_lines = record.lines;
    block->records = (struct text){ block->buffer, 0 };
    block->final = blocks->ended && blocks->carried == 0;
    return OK;
}

/* A first record that does not fit is no header. If it is never closed that comes first, as it
 * does where it fits. */
static enum err refuse_long_header(struct blocks *blocks, struct block *block, struct text begun,
                                   struct trouble *trouble)
{
    enum err err = skip_long_record(blocks, block, begun, trouble);

    if (block->fault != FAULT_QUOTE)
        block->fault = FAULT_HEADER;
    block->fault_lines = 0;
    block->final = true;
    return err;
}

/* The next block of the open file. It is split here, since where its last whole record ends can be
 * told from that. */
static enum err read_block(struct blocks *blocks, struct block *block, struct split *split,
                           struct trouble *trouble)
{
    size_t filled;
    size_t at = 0;
    enum err err = fill(blocks, block, &filled, trouble);

    if (err != OK)
        return err;
    block->final = blocks->ended;
    block->file = blocks->file;
    block->records = (struct text){ block->buffer, 0 };
    split->way->block(split, block->records);
    if (block->starts_file) {
        block->fault = read_header(block, (struct text){ block->buffer, filled }, block->final,
                                   &at);
        if (block->fault == FAULT_LIMIT)
            return refuse_long_header(blocks, block,
                                      (struct text){ block->buffer + at, filled - at }, trouble);
        if (block->fault != FAULT_NONE) {       /* the rest of the file is ignored */
            block->final = true;
            return OK;
        }
    }
    struct text left = { block->buffer + at, filled - at };
    split->way->block(split, left);
    size_t whole = block->final ? left.size : split_whole(split, left);
    block->records = (struct text){ left.data, whole };
    if (whole == 0 && !block->final && at == 0)
        return skip_long_record(blocks, block, left, trouble);
    blocks->carried = left.size - whole;
    memcpy(blocks->carry, left.data + whole, blocks->carried);
    return OK;
}

/* Reads into `block`; false behind the last file. */
static enum err read_next(struct blocks *blocks, struct block *block, struct split *split,
                          bool *there, struct trouble *trouble)
{
    enum err err;

    *there = false;
    if (blocks->stream == NULL) {
        if ((size_t)blocks->file == blocks->request->files->count)
            return OK;
        if ((err = open_file(blocks, trouble)) != OK)
            return err;
        block->starts_file = true;
    }
    if ((err = read_block(blocks, block, split, trouble)) != OK)
        return err;
    *there = true;
    block->number = blocks->number++;
    const struct progress_watch *watch = blocks->request->watch;
    if (watch != NULL && !watch->tell(watch->context, blocks->bytes))
        return fail(trouble, ERR_BUSY, "stopped");
    if (blocks->request->hashes)
        queue_for_hash(blocks, block);
    if (block->final) {
        close_file(blocks);
        blocks->file++;
    }
    return OK;
}

struct block *blocks_next(struct blocks *blocks, struct split *split)
{
    struct trouble trouble = { 0 };
    bool there;

    pthread_mutex_lock(&blocks->turn);
    struct block *block = take_buffer(blocks);
    if (block != NULL) {
        enum err err = read_next(blocks, block, split, &there, &trouble);
        if (err != OK || !there) {
            blocks_stop(blocks, err, &trouble);
            blocks_release(blocks, block);
            block = NULL;
        }
    }
    pthread_mutex_unlock(&blocks->turn);
    return block;
}

/* ---- hashing ---- */

static struct block *take_for_hash(struct blocks *blocks)
{
    struct block *block = NULL;

    pthread_mutex_lock(&blocks->state);
    while (blocks->queued == 0 && !blocks->finished)
        pthread_cond_wait(&blocks->changed, &blocks->state);
    if (blocks->queued > 0) {
        block = blocks->queue[blocks->queue_head];
        blocks->queue_head = (blocks->queue_head + 1) % BUFFERS_MAX;
        blocks->queued--;
    }
    pthread_mutex_unlock(&blocks->state);
    return block;
}

void *blocks_hash(void *context)
{
    struct blocks *blocks = context;
    struct sha256 hash = { 0 };
    struct trouble trouble = { 0 };
    struct block *block;
    enum err err = OK;

    while ((block = take_for_hash(blocks)) != NULL) {
        if (err == OK && block->starts_file)
            err = sha256_begin(&hash, &trouble);
        if (err == OK)
            sha256_add(&hash, block->fresh.data, block->fresh.size);
        if (err == OK && block->final)
            err = sha256_end(&hash, &blocks->request->files->file[block->file].sum, &trouble);
        blocks_release(blocks, block);
        if (err != OK)
            blocks_stop(blocks, err, &trouble);
    }
    sha256_drop(&hash);
    return NULL;
}

enum err blocks_close(struct blocks *blocks, struct trouble *trouble)
{
    close_file(blocks);
    pthread_mutex_destroy(&blocks->turn);
    pthread_mutex_destroy(&blocks->state);
    pthread_cond_destroy(&blocks->changed);
    return blocks->err == OK ? OK : fail(trouble, blocks->err, "%s", blocks->trouble.text);
}
