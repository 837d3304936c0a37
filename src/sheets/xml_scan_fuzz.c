/*
 * XML of any bytes, read by the scanner in one piece and byte by byte, and by expat: all three tell
 * the same elements, attributes and texts. What the scanner takes, expat takes; what expat takes,
 * the scanner takes too, unless it holds what the scanner says it leaves to others: a document
 * type, another encoding, names beyond ASCII, or more of something than its limits.
 */
#include <assert.h>
#include <expat.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/index.h"
#include "sheets/xml_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *given, size_t size);

#define INPUT_MAX ((size_t)4096)

/* What was told, as one number; texts that follow each other are one. */
struct told {
    uint64_t sum;
    uint64_t events;
    char     text[2 * INPUT_MAX];
    size_t   size;
    bool     refused;
};

static void tell(struct told *told, char kind, struct text text)
{
    told->sum = hash_mix(told->sum ^ (uint64_t)(unsigned char)kind,
                         text_hash(text, told->events++));
}

static void tell_text(struct told *told)
{
    if (told->size > 0)
        tell(told, 't', (struct text){ told->text, told->size });
    told->size = 0;
}

static void add_text(struct told *told, const char *bytes, size_t size)
{
    memcpy(told->text + told->size, bytes, size);
    told->size += size;
}

static void tell_start(struct told *told, const char *name, const char *const *attribute)
{
    tell_text(told);
    tell(told, 's', text_of(name));
    for (; *attribute != NULL; attribute++)
        tell(told, 'a', text_of(*attribute));
}

/* ---- the scanner ---- */

static void scan(struct told *told, const char *bytes, size_t size, size_t step)
{
    static struct xml_scan xml;
    static char room[INPUT_MAX + 1];
    size_t given = 0;

    *told = (struct told){ .sum = 1 };
    xml_scan_open(&xml);
    memcpy(room, bytes, size);
    xml.at = xml.end = room;
    for (;;) {
        switch (xml_scan_next(&xml)) {
        case XML_MORE:
            given += step < size - given ? step : size - given;
            xml.final = xml.end == room + given;
            xml.end = room + given;
            break;
        case XML_START:
            tell_start(told, xml.name, xml.attribute);
            break;
        case XML_END:
            tell_text(told);
            tell(told, 'e', text_of(""));
            break;
        case XML_TEXT:
            add_text(told, xml.text.data, xml.text.size);
            break;
        case XML_DONE:
            return;
        case XML_FAULT:
            assert(xml.fault != NULL);
            told->refused = true;
            return;
        }
    }
}

/* ---- expat ---- */

static void XMLCALL on_start(void *told, const XML_Char *name, const XML_Char **attribute)
{
    tell_start(told, name, (const char *const *)attribute);
}

static void XMLCALL on_end(void *told, const XML_Char *name)
{
    (void)name;
    tell_text(told);
    tell(told, 'e', text_of(""));
}

static void XMLCALL on_text(void *told, const XML_Char *bytes, int size)
{
    add_text(told, bytes, (size_t)size);
}

static void read_by_expat(struct told *told, const char *bytes, size_t size)
{
    XML_Parser parser = XML_ParserCreate(NULL);

    *told = (struct told){ .sum = 1 };
    XML_SetUserData(parser, told);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    told->refused = XML_Parse(parser, bytes, (int)size, 1) != XML_STATUS_OK;
    XML_ParserFree(parser);
}

/* ---- what is left to others ---- */

static bool holds(const char *bytes, size_t size, const char *word)
{
    return memmem(bytes, size, word, strlen(word)) != NULL;
}

static bool is_beyond(const char *bytes, size_t size)
{
    if (holds(bytes, size, "<!D") || holds(bytes, size, "<?xml") || holds(bytes, size, "&#")
        || (size > 1 && (bytes[0] == '\0' || bytes[1] == '\0')))
        return true;
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)bytes[i] > 127)
            return true;
    }
    return size > (size_t)64 * 3;                /* deep enough, or long enough, for a limit */
}

int LLVMFuzzerTestOneInput(const uint8_t *given, size_t size)
{
    static struct told whole, single, expat;
    const char *bytes = (const char *)given;

    if (size == 0 || size > INPUT_MAX)
        return 0;
    scan(&whole, bytes, size, size);
    scan(&single, bytes, size, 1);
    read_by_expat(&expat, bytes, size);
    assert(whole.refused == single.refused);
    assert(whole.refused || whole.sum == single.sum);
    if (is_beyond(bytes, size))
        return 0;
    assert(whole.refused == expat.refused);
    assert(whole.refused || whole.sum == expat.sum);
    return 0;
}
