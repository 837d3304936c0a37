/*
 * Packed files from any bytes: refused with a message, or unpacked; the same text whether the
 * packed bytes come one at a time or all at once, and whether few or many are asked for.
 */
#include "extract/unpack_io.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define PACKED_MAX 4096
#define TEXT_MAX ((size_t)256 * 1024)        /* as far as the text is looked at */

struct fed_stream {
    struct stream stream;
    struct text   left;
    size_t        at_most;
    bool          open;
};

static enum err fed_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                         struct trouble *trouble)
{
    struct fed_stream *fed = (struct fed_stream *)stream;

    (void)trouble;
    *got = size < fed->at_most ? size : fed->at_most;
    *got = *got < fed->left.size ? *got : fed->left.size;
    if (*got > 0)
        memcpy(bytes, fed->left.data, *got);
    fed->left.data += *got;
    fed->left.size -= *got;
    return OK;
}

static void fed_close(struct stream *stream)
{
    struct fed_stream *fed = (struct fed_stream *)stream;

    assert(fed->open);
    fed->open = false;
}

/* The text, and how it ended; OK too when there is more than is looked at. */
static enum err unpack_some(struct unpack *unpack, struct text packed, size_t at_most,
                            size_t asked, char *text, size_t *size)
{
    struct fed_stream fed = { { fed_read, fed_close }, packed, at_most, true };
    struct trouble trouble = { .text = "" };
    enum err err = unpack_open(unpack, &fed.stream, "june.csv", &trouble);
    size_t got = 1;

    *size = 0;
    if (err == OK) {
        struct stream *stream = unpack_stream(unpack);
        while (err == OK && got > 0 && *size < TEXT_MAX) {
            size_t room = TEXT_MAX - *size < asked ? TEXT_MAX - *size : asked;
            err = stream->read(stream, text + *size, room, &got, &trouble);
            assert(err != OK || got <= room);
            *size += err == OK ? got : 0;
        }
        stream->close(stream);
    }
    assert(!fed.open);
    assert(err == OK || (trouble.text[0] != '\0' && memcmp(trouble.text, "june.csv: ", 10) == 0));
    assert(err == OK || err == ERR_CHECK || err == ERR_IO);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char first[TEXT_MAX];
    static char second[TEXT_MAX];
    struct text packed = { (const char *)bytes, size };
    struct arena arena = { 0 };
    size_t first_size;
    size_t second_size;

    if (size > PACKED_MAX || ARENA_GUARD(&arena))
        return 0;
    struct unpack *unpack = unpack_take(&arena);
    enum err err = unpack_some(unpack, packed, SIZE_MAX, TEXT_MAX, first, &first_size);
    enum err again = unpack_some(unpack, packed, 1, 1000, second, &second_size);
    /* What comes before the damage depends on how it is asked for; what is good does not. */
    assert((err == OK) == (again == OK) || first_size == TEXT_MAX || second_size == TEXT_MAX);
    assert(err != OK || first_size == second_size);
    size_t common = first_size < second_size ? first_size : second_size;
    assert(memcmp(first, second, common) == 0);
    if (unpack_packing(unpack) == PACKING_NONE)
        assert(err == OK && first_size == size && memcmp(first, bytes, size) == 0);
    arena_free(&arena);
    return 0;
}
