#include "engine/ledger_blocks.h"

#include <assert.h>

#include "engine/ledger_line.h"
#include "engine/ledger_split.h"

#define BUFFERS_MORE 6                  /* than threads: what the hash may lag behind */
#define BUFFERS_MAX 80

/* What the bytes that come next belong to. */
enum within {
    IN_RECORDS,
    IN_LONG,                            /* a record that does not fit a block */
    IN_LONG_HEADER,                     /* the same, the first of its file */
    IN_REFUSED                          /* a file that is at fault: the rest is ignored */
};

/* Where a record that does not fit ends, byte by byte over the stream. */
struct long_record {
    enum { AT_FIELD, IN_PLAIN, IN_QUOTES, AFTER_QUOTE } state;
    uint64_t lines;
};

struct blocks {
    const struct ledger_request *request;
    struct arena                 streams;      /* of the open files */
    pthread_mutex_t              turn;         /* held while a block is read */
    /* under `turn` */
    int32_t                      file;         /* the next to open, or the open one */
    struct stream               *stream;
    uint64_t                     number;
    uint64_t                     bytes;
    /* under `cut`, which is taken before `turn` is let go: in the order of reading */
    pthread_mutex_t              cut;
    enum within                  within;
    struct long_record           long_record;
    char                        *carry;        /* the begun record behind the last block */
    size_t                       carried;      /* less than BLOCK_BYTES */
    /* under `state` */
    pthread_mutex_t              state;
    pthread_cond_t               changed;
    int32_t                      files_needed; /* earlier ones need not be read on */
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
            (char *)arena_take(arena, 2 * (BLOCK_BYTES + LINE_PADDING), 1) + LINE_PADDING;
        blocks->free[blocks->frees++] = &blocks->block[i];
    }
    blocks->carry = arena_take(arena, BLOCK_BYTES, 1);
    pthread_mutex_init(&blocks->turn, NULL);
    pthread_mutex_init(&blocks->cut, NULL);
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
    arena_free(&blocks->streams);
}

static bool is_needed(struct blocks *blocks)
{
    pthread_mutex_lock(&blocks->state);
    bool needed = blocks->file >= blocks->files_needed;
    pthread_mutex_unlock(&blocks->state);
    return needed;
}

/* Fills the buffer, behind the room for what is carried, until it is full or the stream ends. */
static enum err fill(struct blocks *blocks, struct block *block, struct trouble *trouble)
{
    char *bytes = block->buffer + BLOCK_BYTES;
    size_t size = 0;

    block->final = !is_needed(blocks);
    while (size < BLOCK_BYTES && !block->final) {
        size_t got;
        enum err err = blocks->stream->read(blocks->stream, bytes + size, BLOCK_BYTES - size,
                                            &got, trouble);
        if (err != OK)
            return err;
        block->final = got == 0;
        size += got;
    }
    memset(bytes + size, 0, LINE_PADDING);
    blocks->bytes += size;
    block->fresh = (struct text){ bytes, size };
    return OK;
}

/* Reads into `block`; false behind the last file. */
static enum err read_next(struct blocks *blocks, struct block *block, bool *there,
                          struct trouble *trouble)
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
    if ((err = fill(blocks, block, trouble)) != OK)
        return err;
    *there = true;
    block->file = blocks->file;
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

/* The next block as it was read; NULL as blocks_next() says. */
static struct block *read_turn(struct blocks *blocks)
{
    struct trouble trouble = { 0 };
    struct block *block = take_buffer(blocks);
    bool there;

    if (block == NULL)
        return NULL;
    enum err err = read_next(blocks, block, &there, &trouble);
    if (err == OK && there)
        return block;
    blocks_stop(blocks, err, &trouble);
    blocks_release(blocks, block);
    return NULL;
}

/* ---- cutting; the caller holds `cut` ---- */

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

static void refuse_file(struct blocks *blocks, struct block *block, enum fault_code fault)
{
    block->fault = fault;
    blocks->within = IN_REFUSED;
    pthread_mutex_lock(&blocks->state);
    blocks->files_needed = block->file + 1;
    pthread_mutex_unlock(&blocks->state);
}

/* Passes over a record that does not fit, as far as it goes in these bytes; what is wrong with it
 * is told where it ends. As a header it is none; but if it is never closed that comes first, as it
 * does where it fits. */
static void pass_long(struct blocks *blocks, struct block *block, struct text *left)
{
    struct long_record *record = &blocks->long_record;
    bool ends = false;

    while (left->size > 0 && !ends) {
        ends = long_record_ends(record, *left->data);
        *left = (struct text){ left->data + 1, left->size - 1 };
    }
    if (!ends && !block->final)
        return;
    const bool unclosed = record->state == IN_QUOTES;
    if (blocks->within == IN_LONG_HEADER) {
        refuse_file(blocks, block, unclosed ? FAULT_QUOTE : FAULT_HEADER);
        return;
    }
    block->fault = unclosed ? FAULT_QUOTE : FAULT_LIMIT;
    block->fault_lines = record->lines;
    blocks->within = IN_RECORDS;
}

static void begin_long(struct blocks *blocks, enum within within)
{
    blocks->within = within;
    blocks->long_record = (struct long_record){ AT_FIELD, 0 };
}

static void take_header(struct blocks *blocks, struct block *block, struct text *left)
{
    size_t at;
    enum fault_code fault = read_header(block, *left, block->final, &at);

    *left = (struct text){ left->data + at, left->size - at };
    if (fault == FAULT_LIMIT)
        begin_long(blocks, IN_LONG_HEADER);
    else if (fault != FAULT_NONE)
        refuse_file(blocks, block, fault);
}

/* Only the first record can be too long: all others begin in the bytes that are fresh. */
static bool first_fits(struct text left)
{
    struct csv_record record;

    return left.size < BLOCK_BYTES ||
           csv_read((struct text){ left.data, BLOCK_BYTES }, false, NULL, &record) > 0;
}

/* Splits them, since where the last whole record ends can be told from that. */
static void take_records(struct blocks *blocks, struct block *block, struct split *split,
                         struct text left)
{
    split->way->block(split, left);
    const size_t whole = block->final ? left.size : split_whole(split, left);
    block->records = (struct text){ left.data, whole };
    blocks->carried = left.size - whole;
    assert(blocks->carried < BLOCK_BYTES);
    memcpy(blocks->carry, left.data + whole, blocks->carried);
}

/* Puts what was carried before the fresh bytes. */
static struct text with_carried(struct blocks *blocks, const struct block *block)
{
    const size_t carried = blocks->carried;
    char *start = block->buffer + BLOCK_BYTES - carried;

    memcpy(start, blocks->carry, carried);
    blocks->carried = 0;
    return (struct text){ start, carried + block->fresh.size };
}

static void cut_block(struct blocks *blocks, struct block *block, struct split *split)
{
    struct text left = with_carried(blocks, block);

    block->records = (struct text){ left.data, 0 };
    split->way->block(split, block->records);
    if (block->starts_file) {
        blocks->within = IN_RECORDS;
        take_header(blocks, block, &left);
    }
    if (blocks->within == IN_RECORDS && !first_fits(left))
        begin_long(blocks, IN_LONG);
    if (blocks->within == IN_LONG || blocks->within == IN_LONG_HEADER)
        pass_long(blocks, block, &left);
    if (blocks->within == IN_RECORDS)
        take_records(blocks, block, split, left);
}

struct block *blocks_next(struct blocks *blocks, struct split *split)
{
    pthread_mutex_lock(&blocks->turn);
    struct block *block = read_turn(blocks);
    if (block != NULL)
        pthread_mutex_lock(&blocks->cut);
    pthread_mutex_unlock(&blocks->turn);
    if (block == NULL)
        return NULL;
    cut_block(blocks, block, split);
    pthread_mutex_unlock(&blocks->cut);
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
    pthread_mutex_destroy(&blocks->cut);
    pthread_mutex_destroy(&blocks->state);
    pthread_cond_destroy(&blocks->changed);
    return blocks->err == OK ? OK : fail(trouble, blocks->err, "%s", blocks->trouble.text);
}
