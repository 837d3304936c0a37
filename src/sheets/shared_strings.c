#include "sheets/shared_strings.h"

#include <assert.h>

#include "sheets/escape_rules.h"
#include "sheets/xlsx_spaces.h"

#define BLOCK_BITS 22
#define BLOCK_SIZE ((size_t)1 << BLOCK_BITS)
#define PLACE_BITS 16
#define PLACE_MASK (((size_t)1 << PLACE_BITS) - 1)
#define SIZE_BYTES 3
#define OWN_BYTES  (SIZE_BYTES + sizeof(uint32_t))

_Static_assert(STRINGS_PLACES > (SHARED_STRINGS_MAX / OWN_BYTES >> PLACE_BITS),
               "places for as many texts as the limit lets in");
_Static_assert(STRINGS_BLOCKS * (BLOCK_SIZE - SHARED_STRING_MAX - SIZE_BYTES) >
               SHARED_STRINGS_MAX, "blocks for as many bytes as the limit lets in");

enum { STRINGS_ALL = XML_OWN, STRINGS_ONE, STRINGS_RUN, STRINGS_TEXT };

struct text shared_string(const struct shared_strings *strings, size_t number)
{
    assert(number < strings->count);
    uint32_t place = strings->place[number >> PLACE_BITS][number & PLACE_MASK];
    const char *at = strings->block[place >> BLOCK_BITS] + (place & (BLOCK_SIZE - 1));
    const unsigned char *size = (const unsigned char *)at;

    return (struct text){ at + SIZE_BYTES,
                          size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 };
}

/* Room for so many bytes in one block, and where it lies. */
static char *take_room(struct shared_strings *strings, size_t size, uint32_t *place)
{
    if (strings->block_count == 0 || BLOCK_SIZE - strings->block_used < size) {
        strings->block[strings->block_count++] = arena_take(strings->arena, BLOCK_SIZE, 1);
        strings->block_used = 0;
    }
    size_t block = strings->block_count - 1;
    char *room = strings->block[block] + strings->block_used;
    *place = (uint32_t)(block << BLOCK_BITS | strings->block_used);
    strings->block_used += size;
    return room;
}

static void keep_string(struct shared_strings *strings, const char *bytes, size_t size)
{
    size_t chunk = strings->count >> PLACE_BITS;
    uint32_t place;
    char *room = take_room(strings, SIZE_BYTES + size, &place);

    for (size_t i = 0; i < SIZE_BYTES; i++)
        room[i] = (char)(size >> (8 * i) & 0xFF);
    memcpy(room + SIZE_BYTES, bytes, size);
    if (strings->place[chunk] == NULL)
        strings->place[chunk] = arena_take(strings->arena, PLACE_MASK + 1, sizeof place);
    strings->place[chunk][strings->count++ & PLACE_MASK] = place;
}

/* What a phonetic run (rPh) holds says how the text is pronounced: it is left out. */
static int strings_start(struct xml *xml, void *context, int parent, struct xml_name name,
                         const char *const *attribute)
{
    struct shared_strings *strings = context;

    (void)attribute;
    if (parent == XML_OUTSIDE && (name.space != XLSX_MAIN || strcmp(name.local, "sst") != 0))
        xml_fail(xml, "these are no shared strings");
    if (name.space != XLSX_MAIN)
        return XML_NOTHING;
    if (parent == XML_OUTSIDE)
        return STRINGS_ALL;
    if (parent == STRINGS_ALL && strcmp(name.local, "si") == 0) {
        strings->used = 0;
        return STRINGS_ONE;
    }
    if (parent == STRINGS_ONE && strcmp(name.local, "r") == 0)
        return STRINGS_RUN;
    return parent != STRINGS_ALL && strcmp(name.local, "t") == 0 ? STRINGS_TEXT : XML_NOTHING;
}

static void strings_text(struct xml *xml, void *context, int element, const char *bytes,
                         size_t size)
{
    struct shared_strings *strings = context;

    if (element != STRINGS_TEXT)
        return;
    if (size > SHARED_STRING_MAX - strings->used) {
        xml_fail(xml, "a shared string of more than %zu bytes", SHARED_STRING_MAX);
        return;
    }
    memcpy(strings->text + strings->used, bytes, size);
    strings->used += size;
}

static void strings_end(struct xml *xml, void *context, int element)
{
    struct shared_strings *strings = context;

    if (element != STRINGS_ONE)
        return;
    size_t size = escapes_decode(strings->text, strings->used);
    if (size + OWN_BYTES > SHARED_STRINGS_MAX - strings->bytes) {
        xml_fail(xml, "shared strings of more than %d MiB together",
                 (int)(SHARED_STRINGS_MAX >> 20));
        return;
    }
    strings->bytes += size + OWN_BYTES;
    keep_string(strings, strings->text, size);
}

static const struct xml_grammar strings_grammar = {
    .space = xlsx_spaces, .space_count = XLSX_SPACES, .start = strings_start, .end = strings_end,
    .text = strings_text
};

enum err shared_strings_read(struct shared_strings *strings, struct xml_memory *memory,
                             struct source *source, const char *path, const char *part,
                             struct trouble *trouble)
{
    strings->arena = memory->arena;
    strings->text = arena_take(memory->arena, SHARED_STRING_MAX, 1);
    return xml_read_part(memory, source, path, part, &strings_grammar, strings, trouble);
}
