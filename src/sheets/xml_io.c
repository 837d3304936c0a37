#include "sheets/xml_io.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Failing. */

static uint64_t line_ends(const char *from, const char *to)
{
    uint64_t count = 0;

    while (from < to && (from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
        from++;
        count++;
    }
    return count;
}

void xml_fail(struct xml *xml, const char *format, ...)
{
    char why[512];
    va_list arguments;

    if (xml->err != OK)
        return;
    va_start(arguments, format);
    (void)vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    xml->err = fail(xml->trouble, ERR_CHECK, "%s: %s: line %" PRIu64 ": %s", xml->path, xml->part,
                    1 + xml->lines + line_ends(xml->memory->bytes, xml->memory->scan.at), why);
}

/* Names. */

/* Only prefixes of namespaces that the grammar knows are kept, and those that hide one of them. */
static const struct xml_prefix *find_prefix(const struct xml *xml, const char *name, size_t size)
{
    for (size_t i = xml->prefix_count; i > 0; i--) {
        const struct xml_prefix *prefix = &xml->prefix[i - 1];
        if (prefix->size == size && memcmp(prefix->name, name, size) == 0)
            return prefix;
    }
    return NULL;
}

static struct xml_name name_within(const struct xml_prefix *prefix, const char *local)
{
    if (prefix == NULL || prefix->space < 0)
        return (struct xml_name){ -1, "" };
    return (struct xml_name){ prefix->space, local };
}

/* An attribute without a prefix is in no namespace. */
struct xml_name xml_name_of(const struct xml *xml, const char *name)
{
    const char *colon = strchr(name, ':');

    if (colon == NULL)
        return (struct xml_name){ 0, name };
    return name_within(find_prefix(xml, name, (size_t)(colon - name)), colon + 1);
}

/* Names are short: a call would take longer. */
static const char *find_colon(const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (name[i] == ':')
            return name + i;
    }
    return NULL;
}

static struct xml_name element_name(const struct xml *xml, const char *name, size_t size)
{
    const char *colon = find_colon(name, size);

    if (colon == NULL && xml->unprefixed == NULL)
        return (struct xml_name){ 0, name };
    if (colon == NULL)
        return name_within(xml->unprefixed, name);
    return name_within(find_prefix(xml, name, (size_t)(colon - name)), colon + 1);
}

static int space_of(const struct xml_grammar *grammar, const char *uri)
{
    for (size_t i = 0; i < grammar->space_count; i++)
        if (text_is(grammar->space[i].uri, uri))
            return grammar->space[i].space;
    return -1;
}

/* The element at `depth` says what a prefix stands for: xmlns:prefix="uri", or xmlns="uri". */
static void keep_prefix(struct xml *xml, const char *name, const char *uri, unsigned depth)
{
    size_t size = strlen(name);
    int space = space_of(xml->grammar, uri);

    if (space < 0 && find_prefix(xml, name, size) == NULL)
        return;
    if (size >= XML_PREFIX_ROOM || xml->prefix_count == XML_PREFIXES_MAX) {
        xml_fail(xml, "a prefix of more than %d bytes, or more than %d of them",
                 XML_PREFIX_ROOM - 1, XML_PREFIXES_MAX);
        return;
    }
    struct xml_prefix *prefix = &xml->prefix[xml->prefix_count++];
    memcpy(prefix->name, name, size);
    prefix->size = size;
    prefix->space = space;
    prefix->depth = depth;
    xml->unprefixed = find_prefix(xml, "", 0);
}

static void keep_prefixes(struct xml *xml, const char *const *attribute, unsigned depth)
{
    for (; attribute[0] != NULL; attribute += 2) {
        const char *name = attribute[0];
        if (name[0] == 'x' && name[1] == 'm' && name[2] == 'l' && name[3] == 'n'
            && name[4] == 's' && (name[5] == ':' || name[5] == '\0'))
            keep_prefix(xml, name + 5 + (name[5] == ':'), attribute[1], depth);
    }
}

const char *xml_attribute(const struct xml *xml, const char *const *attribute, int space,
                          const char *local)
{
    for (; attribute[0] != NULL; attribute += 2) {
        struct xml_name name = xml_name_of(xml, attribute[0]);
        if (name.space == space && strcmp(name.local, local) == 0)
            return attribute[1];
    }
    return NULL;
}

bool xml_whole(struct text text, uint64_t most, uint64_t *out)
{
    uint64_t value = 0;

    if (text.size == 0)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        if (value <= most)
            value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    *out = value <= most ? value : most + 1;
    return true;
}

/* What the scanner tells. */

static void on_start(struct xml *xml)
{
    const struct xml_scan *scan = &xml->memory->scan;
    int parent = xml->element[xml->depth++];
    int element = XML_NOTHING;

    if (parent != XML_NOTHING)
        keep_prefixes(xml, scan->attribute, xml->depth);
    if (parent != XML_NOTHING && xml->err == OK) {
        const struct xml_name name = element_name(xml, scan->name,
                                                  scan->name_size[xml->depth - 1]);
        element = xml->grammar->start(xml, xml->context, parent, name, scan->attribute);
    }
    xml->element[xml->depth] = element;
}

static void on_end(struct xml *xml)
{
    if (xml->prefix_count > 0 && xml->prefix[xml->prefix_count - 1].depth == xml->depth) {
        while (xml->prefix_count > 0 && xml->prefix[xml->prefix_count - 1].depth == xml->depth)
            xml->prefix_count--;
        xml->unprefixed = find_prefix(xml, "", 0);
    }
    int element = xml->element[xml->depth--];
    if (element != XML_NOTHING && xml->grammar->end != NULL)
        xml->grammar->end(xml, xml->context, element);
}

static void on_text(struct xml *xml)
{
    const struct text text = xml->memory->scan.text;
    int element = xml->element[xml->depth];

    if (element > XML_OUTSIDE && xml->grammar->text != NULL)
        xml->grammar->text(xml, xml->context, element, text.data, text.size);
}

/* The life of a reader. */

enum err xml_open(struct xml *xml, struct xml_memory *memory, struct source *source,
                  const char *path, const char *part, const struct xml_grammar *grammar,
                  void *context, struct trouble *trouble)
{
    memset(xml, 0, sizeof *xml);
    xml->memory = memory;
    xml->path = path;
    xml->part = part;
    xml->grammar = grammar;
    xml->context = context;
    xml->element[0] = XML_OUTSIDE;
    if (memory->bytes == NULL)
        memory->bytes = arena_take(memory->arena, XML_PENDING_MAX + XML_BLOCK_BYTES, 1);
    xml_scan_open(&memory->scan);
    memory->scan.at = memory->scan.end = memory->bytes;
    return source->open(source, memory->arena, part, &xml->stream, trouble);
}

/* More bytes behind those that are not used yet. */
static enum err feed(struct xml *xml)
{
    struct xml_scan *scan = &xml->memory->scan;
    char *bytes = xml->memory->bytes;
    const size_t left = (size_t)(scan->end - scan->at);
    size_t got;

    assert(xml->stream != NULL);
    if (left > XML_PENDING_MAX) {
        xml_fail(xml, "a tag or comment of more than 1 MiB");
        return xml->err;
    }
    xml->lines += line_ends(bytes, scan->at);
    memmove(bytes, scan->at, left);
    scan->at = bytes;
    scan->end = bytes + left;
    enum err err = xml->stream->read(xml->stream, scan->end, XML_BLOCK_BYTES, &got, xml->trouble);
    scan->end += err == OK ? got : 0;
    scan->final = err == OK && got == 0;
    return xml->err = err;
}

static enum err run(struct xml *xml)
{
    struct xml_scan *scan = &xml->memory->scan;

    while (xml->err == OK && !xml->paused && !xml->ended) {
        /* Not behind <row/>, whose end was not told yet. */
        if (xml->grammar->quick != NULL && xml->element[xml->depth] == xml->grammar->quick_in
            && !scan->closing)
            xml->grammar->quick(xml, xml->context);
        if (xml->err != OK)
            break;
        switch (xml_scan_next(scan)) {
        case XML_START:
            on_start(xml);
            break;
        case XML_END:
            on_end(xml);
            break;
        case XML_TEXT:
            on_text(xml);
            break;
        case XML_MORE:
            (void)feed(xml);
            break;
        case XML_DONE:
            xml->ended = true;
            break;
        case XML_FAULT:
            xml_fail(xml, "%s", scan->fault);
            break;
        }
    }
    return xml->err;
}

enum err xml_next(struct xml *xml, bool *end, struct trouble *trouble)
{
    *end = xml->ended;
    if (xml->ended)
        return OK;
    if (xml->err != OK)
        return fail(trouble, xml->err, "%s: %s: cannot be read further", xml->path, xml->part);
    xml->trouble = trouble;
    xml->paused = false;
    enum err err = run(xml);
    *end = xml->ended;
    xml->trouble = NULL;
    return err;
}

enum err xml_read_part(struct xml_memory *memory, struct source *source, const char *path,
                       const char *part, const struct xml_grammar *grammar, void *context,
                       struct trouble *trouble)
{
    struct xml xml = { .stream = NULL };
    bool end = false;
    enum err err = xml_open(&xml, memory, source, path, part, grammar, context, trouble);

    while (err == OK && !end)
        err = xml_next(&xml, &end, trouble);
    xml_close(&xml);
    return err;
}

void xml_close(struct xml *xml)
{
    if (xml->stream != NULL)
        xml->stream->close(xml->stream);
    xml->stream = NULL;
}

void xml_pause(struct xml *xml)
{
    xml->paused = true;
}
