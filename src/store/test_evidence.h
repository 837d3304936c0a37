/*
 * store/test_evidence.h -- for tests only: evidence files kept in memory, and random ones.
 */
#ifndef OCHIL_TEST_EVIDENCE_H
#define OCHIL_TEST_EVIDENCE_H

#include <assert.h>
#include <stdlib.h>

#include "base/test_random.h"
#include "store/evidence_index.h"
#include "store/evidence_read.h"

#define KEPT_CHUNKS 4096

struct kept_file;

struct kept_source {
    struct evidence_fetch fetch;
    struct kept_file          *kept;
};

struct kept_target {
    struct evidence_chunks chunks;
    struct kept_file           *kept;
};

/* A file as a database would keep it. Chunks are of exactly their size, so that a sanitizer sees
 * one byte too far. */
struct kept_file {
    struct evidence_chunks chunks;
    struct kept_source     source;
    struct text            chunk[KEPT_CHUNKS];     /* data NULL: missing */
    size_t                 count;
    struct evidence_ending ending;
    struct evidence_id     id;
    struct evidence_key    key;
    struct text            index;       /* its sealed pieces; data NULL: none */
    size_t                 index_size;  /* of what is sealed in them */
    struct kept_target     pieces_in;
    struct kept_source     pieces;
    enum err               index_is;
    struct trouble         why_none;
};

struct kept_plan {
    enum evidence_kind kind;
    size_t             frame_bytes, frame_most;
    bool               indexed;
    unsigned char      number;          /* gives key and id */
    struct chance     *pieces;          /* NULL: in one piece */
};

static inline struct text kept_copy(struct text bytes)
{
    char *copy = malloc(bytes.size + (bytes.size == 0));

    assert(copy != NULL);
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    return (struct text){ copy, bytes.size };
}

/* Its own, to be changed. */
static inline char *kept_bytes(struct text text)
{
    char *bytes;

    memcpy(&bytes, &text.data, sizeof bytes);
    return bytes;
}

static inline enum err kept_put(struct evidence_chunks *chunks, uint64_t number,
                                struct text chunk, struct trouble *trouble)
{
    struct kept_file *kept = (struct kept_file *)chunks;

    (void)trouble;
    assert(number == kept->count && number < KEPT_CHUNKS);
    kept->chunk[kept->count++] = kept_copy(chunk);
    return OK;
}

static inline enum err kept_fetch(struct evidence_fetch *fetch, uint64_t number,
                                  struct text *out, struct trouble *trouble)
{
    const struct kept_file *kept = ((struct kept_source *)fetch)->kept;

    (void)trouble;
    if (number >= kept->count || kept->chunk[number].data == NULL)
        return ERR_MISSING;
    *out = kept->chunk[number];
    return OK;
}

/* Pieces of the index stand one behind the other, so that a test can damage it as a whole. */
static inline enum err kept_put_piece(struct evidence_chunks *chunks, uint64_t number,
                                      struct text piece, struct trouble *trouble)
{
    struct kept_file *kept = ((struct kept_target *)chunks)->kept;
    char *bytes = realloc(kept_bytes(kept->index), kept->index.size + piece.size);

    (void)trouble;
    assert(bytes != NULL);
    assert(kept->index.size == number * (EVIDENCE_INDEX_PIECE + EVIDENCE_TAG_BYTES));
    memcpy(bytes + kept->index.size, piece.data, piece.size);
    kept->index.data = bytes;
    kept->index.size += piece.size;
    return OK;
}

static inline enum err kept_fetch_piece(struct evidence_fetch *fetch, uint64_t number,
                                        struct text *out, struct trouble *trouble)
{
    const struct kept_file *kept = ((struct kept_source *)fetch)->kept;
    const size_t most = EVIDENCE_INDEX_PIECE + EVIDENCE_TAG_BYTES;
    const size_t at = (size_t)number * most;

    (void)trouble;
    if (at >= kept->index.size)
        return ERR_MISSING;
    const size_t left = kept->index.size - at;
    *out = (struct text){ kept->index.data + at, left < most ? left : most };
    return OK;
}

static inline enum err kept_index_seal(struct kept_file *kept, struct evidence_indexer *indexer,
                                       struct arena *arena, struct trouble *trouble)
{
    kept->pieces_in = (struct kept_target){ { kept_put_piece }, kept };
    return evidence_index_seal(indexer, arena, &kept->key, &kept->id, &kept->pieces_in.chunks,
                               &kept->index_size, trouble);
}

static inline enum err kept_index_open(struct kept_file *kept, struct arena *arena,
                                       struct evidence_index *index, struct trouble *trouble)
{
    kept->pieces = (struct kept_source){ { kept_fetch_piece }, kept };
    return evidence_index_open(arena, &kept->pieces.fetch, kept->index_size, &kept->key, &kept->id,
                               &kept->ending.head, "a.csv", index, trouble);
}

static inline void kept_free(struct kept_file *kept)
{
    for (size_t i = 0; i < kept->count; i++)
        free(kept_bytes(kept->chunk[i]));
    free(kept_bytes(kept->index));
    kept->index = (struct text){ NULL, 0 };
    kept->count = 0;
}

static inline enum err kept_add(struct evidence_writer *writer, struct text bytes,
                                struct chance *pieces, struct trouble *trouble)
{
    enum err err = OK;

    while (err == OK && bytes.size > 0) {
        size_t part = pieces == NULL ? bytes.size : chance_below(pieces, 100) + 1;
        if (part > bytes.size)
            part = bytes.size;
        err = evidence_add(writer, bytes.data, part, trouble);
        bytes.data += part;
        bytes.size -= part;
    }
    return err;
}

/* Whatever is returned, kept_free() is right. */
static inline enum err kept_write(struct kept_file *kept, struct arena *arena, struct text bytes,
                                  const struct kept_plan *plan, struct trouble *trouble)
{
    struct evidence_indexer *indexer = NULL;
    struct evidence_writer *writer = NULL;
    struct trouble why = { .text = "" };

    memset(kept, 0, sizeof *kept);
    kept->chunks.put = kept_put;
    kept->source = (struct kept_source){ { kept_fetch }, kept };
    memset(kept->key.bytes, plan->number + 1, sizeof kept->key.bytes);
    memset(kept->id.bytes, plan->number + 2, sizeof kept->id.bytes);
    enum err err = plan->indexed ? evidence_indexer_open(arena, &indexer, trouble) : OK;
    if (err != OK)
        return err;
    const struct evidence_request request = {
        plan->kind, kept->id, kept->key, &kept->chunks,
        indexer == NULL ? NULL : evidence_indexer_watch(indexer), plan->frame_bytes,
        plan->frame_most,
    };
    err = evidence_writer_open(arena, &request, &writer, trouble);
    if (err != OK)
        return err;
    err = kept_add(writer, bytes, plan->pieces, trouble);
    if (err == OK)
        err = evidence_end(writer, &kept->ending, trouble);
    evidence_drop(writer);
    if (err == OK && indexer != NULL) {
        kept->index_is = kept_index_seal(kept, indexer, arena, &why);
        if (kept->index_is != ERR_REFUSED)
            err = kept->index_is;
        if (err != OK && trouble != NULL)
            *trouble = why;
        kept->why_none = why;
    }
    return err;
}

static inline struct evidence_file kept_file(struct kept_file *kept)
{
    return (struct evidence_file){ "a.csv", kept->id, kept->key,
                                   { (const char *)kept->ending.sealed, EVIDENCE_HEAD_BYTES },
                                   &kept->source.fetch };
}

/* The whole file into `out`, which has room for `room` bytes; read by `piece` bytes. */
static inline enum err kept_read(struct kept_file *kept, struct arena *arena, size_t piece,
                                 char *out, size_t room, size_t *size, struct trouble *trouble)
{
    const struct evidence_file file = kept_file(kept);
    struct evidence_reader *reader;
    struct stream *stream;
    size_t got = 1;

    *size = 0;
    enum err err = evidence_reader_open(arena, &file, &reader, trouble);
    if (err != OK)
        return err;
    err = evidence_stream_open(reader, &stream, trouble);
    while (err == OK && got > 0) {
        size_t part = piece < room - *size ? piece : room - *size;
        char beyond;
        err = stream->read(stream, part > 0 ? out + *size : &beyond, part > 0 ? part : 1, &got,
                           trouble);
        assert(err != OK || got <= part);       /* more than was written? */
        *size += err == OK ? got : 0;
    }
    if (err != OK || got == 0)
        stream->close(stream);
    evidence_reader_drop(reader);
    return err;
}

/* A text of records, with all that CSV knows; `out` has room for `most` bytes. */
static inline struct text random_records(struct chance *chance, char *out, size_t most)
{
    static const char *const part[] = { "a", "b,c", "\"x\"", "\"p\nq\"", "\"r\"\"s\"", ",", "\n",
                                        "\r\n", "\r", "\"", "1234.56", "\"t\r\nu\"", "\n\n",
                                        "a rather long description of nothing in particular" };
    const size_t limit = chance_below(chance, most);
    const size_t kinds = chance_one_in(chance, 3) ? COUNT(part) : 9;   /* mostly well formed */
    size_t size = 0;

    for (;;) {
        const char *next = part[chance_below(chance, kinds)];
        const size_t more = strlen(next);
        if (more > limit - size)
            break;
        for (size_t i = 0; i < more; i++)
            out[size++] = next[i];
    }
    return (struct text){ out, size };
}

#endif
