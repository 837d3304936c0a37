/* Forms with files from any bytes: cut into pieces anywhere they read the same, and a second, plain
 * reading, which has the whole body before it and looks for marks, finds the same parts in the
 * same places. The first byte of the input says where to cut; the boundary is "b". */
#include "web/multipart.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Is the form one, read in pieces of this size? */
static bool read_in_pieces(struct multipart *multipart, struct arena *arena, struct text body,
                           size_t piece)
{
    bool good = true;

    multipart_begin(multipart, text_of("b"));
    for (size_t at = 0; at < body.size && good; at += piece)
        good = multipart_add(multipart, arena, body.data + at,
                             body.size - at < piece ? body.size - at : piece);
    return good && multipart_end(multipart);
}

/* The places between marks, heads left out: as many as there are, or fewer if `most` are. */
static size_t plain_places(struct text body, uint64_t at[], uint64_t length[], size_t most)
{
    const char *const end = body.data + body.size;
    const char *from = body.data + 3;       /* behind "--b" */
    size_t count = 0;

    while (count < most && from + 2 <= end && memcmp(from, "\r\n", 2) == 0) {
        const char *head = memmem(from, (size_t)(end - from), "\r\n\r\n", 4);
        assert(head != NULL);
        const char *mark = memmem(head + 4, (size_t)(end - head - 4), "\r\n--b", 5);
        assert(mark != NULL);
        at[count] = (uint64_t)(head + 4 - body.data);
        length[count++] = (uint64_t)(mark - head - 4);
        from = mark + 5;
    }
    assert(count == most || (from + 2 <= end && memcmp(from, "--", 2) == 0));
    return count;
}

static void compare_places(const struct multipart *multipart, struct text body)
{
    uint64_t at[2 * MULTIPART_PARTS_MOST], length[2 * MULTIPART_PARTS_MOST];
    const size_t places = plain_places(body, at, length, COUNT(at));
    size_t place = 0;

    for (size_t i = 0; i < multipart->count; i++, place++) {
        while (place < places && at[place] != multipart->part[i].at)
            place++;        /* a file without a name */
        assert(place < places && length[place] == multipart->part[i].size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct multipart whole, pieces;
    struct arena arena = { 0 };
    const struct text body = { (const char *)bytes + 1, size - 1 };
    struct text boundary;

    if (size < 1)
        return 0;
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        abort();
    if (multipart_boundary(body, &boundary))
        multipart_begin(&whole, boundary);
    const bool good = read_in_pieces(&whole, &arena, body, SIZE_MAX / 2);
    assert(good == read_in_pieces(&pieces, &arena, body, (size_t)bytes[0] % 16 + 1));
    if (good) {
        assert(whole.count == pieces.count && whole.count <= MULTIPART_PARTS_MOST);
        for (size_t i = 0; i < whole.count; i++) {
            const struct multipart_part *part = &whole.part[i];
            assert(part->at == pieces.part[i].at && part->size == pieces.part[i].size);
            assert(part->name.size > 0 && part->name.size <= MULTIPART_NAME_MOST);
            assert(text_is_utf8(part->name) && text_equal(part->name, pieces.part[i].name));
            assert(!part->is_file || part->file_name.size > 0);
            assert(text_equal(media_of(part->media), part->media));
        }
        compare_places(&whole, body);
    }
    arena_free(&arena);
    return 0;
}
