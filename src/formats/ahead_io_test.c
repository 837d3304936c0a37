/* A source read ahead gives what the source behind it gives, and its threads end when asked. */
#include "formats/ahead_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define LARGE (AHEAD_BLOCK_BYTES * (AHEAD_BLOCKS + 3) + 17)

static struct arena arena;
static char large[LARGE];

/* A stream that gives `left` bytes, then its end or an error. */
struct given {
    struct stream stream;
    size_t        left;
    enum err      last;
    int           closed;
};

static enum err given_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                           struct trouble *trouble)
{
    struct given *given = (struct given *)stream;
    const size_t most = size < 50000 ? size : 50000;
    /* cppcheck-suppress knownConditionTrueFalse ; what is left goes down to 0 */
    const size_t part = given->left < most ? given->left : most;

    memcpy(bytes, large + LARGE - given->left, part);
    given->left -= part;
    *got = part;
    /* cppcheck-suppress knownConditionTrueFalse ; as above */
    return part > 0 || given->last == OK ? OK : (fail)(trouble, given->last, "the disk is gone");
}

static void given_close(struct stream *stream)
{
    ((struct given *)stream)->closed++;
}

static struct given given;

static enum err given_open(struct source *source, struct arena *place, const char *name,
                           struct stream **out, struct trouble *trouble)
{
    (void)source;
    (void)place;
    if (strcmp(name, "there") != 0)
        return (fail)(trouble, ERR_MISSING, "no such file");
    *out = &given.stream;
    return OK;
}

static struct source behind = { NULL, given_open };

static int begin(void **state)
{
    (void)state;
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(i * 31 >> 3);
    if (ARENA_GUARD(&arena))
        return -1;
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct stream *opened(struct ahead_source *source, size_t left, enum err last)
{
    struct trouble trouble = { .text = "" };
    struct stream *stream = NULL;

    given = (struct given){ { given_read, given_close }, left, last, 0 };
    ahead_source_open(source, &behind);
    assert_int_equal(source->source.open(&source->source, &arena, "there", &stream, &trouble), OK);
    assert_ptr_not_equal(stream, &given.stream);
    return stream;
}

/* Reads all there is by pieces of `size`; gives how many bytes came. */
static size_t read_all(struct stream *stream, size_t size, enum err *err, struct trouble *trouble)
{
    static char bytes[3 * AHEAD_BLOCK_BYTES];
    size_t total = 0;
    size_t got = 1;

    while ((*err = stream->read(stream, bytes, size, &got, trouble)) == OK && got > 0) {
        assert_memory_equal(bytes, large + total, got);
        total += got;
    }
    return total;
}

static void the_same_bytes_in_any_pieces(void **state)
{
    static const size_t sizes[] = { 1000, AHEAD_BLOCK_BYTES, 3 * AHEAD_BLOCK_BYTES };
    struct ahead_source source;
    struct trouble trouble = { .text = "" };
    enum err err;

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct stream *stream = opened(&source, LARGE, OK);
        assert_int_equal(read_all(stream, sizes[i], &err, &trouble), LARGE);
        assert_int_equal(err, OK);
        assert_int_equal(read_all(stream, sizes[i], &err, &trouble), 0);
        stream->close(stream);
        assert_int_equal(given.closed, 1);
    }
}

static void an_error_comes_in_its_place(void **state)
{
    struct ahead_source source;
    struct trouble trouble = { .text = "" };
    struct stream *stream = opened(&source, LARGE, ERR_CHECK);
    enum err err;

    (void)state;
    assert_int_equal(read_all(stream, 4096, &err, &trouble), LARGE);
    assert_int_equal(err, ERR_CHECK);
    assert_string_equal(trouble.text, "the disk is gone");
    stream->close(stream);
}

static void closing_does_not_wait_for_the_end(void **state)
{
    struct ahead_source source;
    struct stream *stream = opened(&source, LARGE, OK);
    struct trouble trouble = { .text = "" };
    char byte;
    size_t got;

    (void)state;
    assert_int_equal(stream->read(stream, &byte, 1, &got, &trouble), OK);
    ahead_source_close(&source);
    assert_int_equal(given.closed, 1);
    assert_true(given.left > 0);
    ahead_source_close(&source);
    assert_int_equal(given.closed, 1);
}

static void what_is_missing_is_missing(void **state)
{
    struct ahead_source source;
    struct trouble trouble = { .text = "" };
    struct stream *stream;

    (void)state;
    ahead_source_open(&source, &behind);
    assert_int_equal(source.source.open(&source.source, &arena, "gone", &stream, &trouble),
                     ERR_MISSING);
    ahead_source_close(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bytes_in_any_pieces),
        cmocka_unit_test(an_error_comes_in_its_place),
        cmocka_unit_test(closing_does_not_wait_for_the_end),
        cmocka_unit_test(what_is_missing_is_missing),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
