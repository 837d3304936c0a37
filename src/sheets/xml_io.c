#include "sheets/xml_io.h"

#include <assert.h>
#include <expat.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define BLOCK_BYTES   65536
/* A tag that has not ended yet: its largest attribute, and some room for the rest of it. */
#define PENDING_MAX   ((int64_t)XML_ATTRIBUTE_MAX + BLOCK_BYTES)

/* Memory. Expat tells its allocator nothing but a size, so the memory in use stands in a variable
 * of the thread, set only while expat runs. */

static _Thread_local struct xml_memory *memory_in_use;

struct piece {
    _Alignas(max_align_t) struct piece *next;    /* while it is free */
    size_t   size;                               /* what may be written behind it */
    unsigned power;                              /* it takes two to this power, all in all */
};

static void *memory_take_new(struct xml_memory *memory, size_t size)
{
    ARENA_KEEP(outer, memory->arena);
    if (ARENA_GUARD(memory->arena))
        return NULL;
    return arena_take(memory->arena, size, 1);
}

static void *memory_take(size_t size)
{
    struct xml_memory *memory = memory_in_use;
    unsigned power = 6;

    if (size > XML_MEMORY_MAX)
        return NULL;
    while (((size_t)1 << power) < size + sizeof(struct piece))
        power++;
    struct piece *piece = memory->free[power];
    if (piece != NULL) {
        memory->free[power] = piece->next;
    } else {
        memory->full = memory->full || memory->total + ((size_t)1 << power) > XML_MEMORY_MAX;
        piece = memory->full ? NULL : memory_take_new(memory, (size_t)1 << power);
        if (piece == NULL)
            return NULL;
        memory->total += (size_t)1 << power;
    }
    piece->power = power;
    piece->size = ((size_t)1 << power) - sizeof *piece;
    return piece + 1;
}

static void memory_give(void *bytes)
{
    struct xml_memory *memory = memory_in_use;

    if (bytes == NULL)
        return;
    struct piece *piece = (struct piece *)bytes - 1;
    unsigned power = piece->power;
    piece->next = memory->free[power];
    memory->free[power] = piece;
}

static void *memory_resize(void *bytes, size_t size)
{
    if (bytes == NULL)
        return memory_take(size);
    size_t old = ((struct piece *)bytes - 1)->size;
    if (size <= old)
        return bytes;
    void *larger = memory_take(size);
    if (larger == NULL)
        return NULL;
    memcpy(larger, bytes, old);
    memory_give(bytes);
    return larger;
}

static const XML_Memory_Handling_Suite memory_suite = { memory_take, memory_resize, memory_give };

/* Failing. */

/* `xml->err` is set first: whatever expat still calls until it stops is then left alone. */
static void stop(struct xml *xml, enum err err)
{
    xml->err = err;
    (void)XML_StopParser(xml->parser, XML_FALSE);
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
    stop(xml, fail(xml->trouble, ERR_CHECK, "%s: %s: line %lu: %s", xml->path, xml->part,
                   (unsigned long)XML_GetCurrentLineNumber(xml->parser), why));
}

static enum err fail_expat(struct xml *xml)
{
    enum XML_Error code = XML_GetErrorCode(xml->parser);

    if (xml->err != OK)
        return xml->err;
    if (code == XML_ERROR_NO_MEMORY && !xml->memory->full)
        return xml->err = fail(xml->trouble, ERR_IO, "%s: out of memory", xml->path);
    if (code == XML_ERROR_NO_MEMORY)
        xml_fail(xml, "its names take more than %zu MiB", XML_MEMORY_MAX >> 20);
    else
        xml_fail(xml, "not well-formed XML: %s", XML_ErrorString(code));
    return xml->err;
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

static struct xml_name element_name(const struct xml *xml, const char *name)
{
    const char *colon = strchr(name, ':');
    const struct xml_prefix *prefix = find_prefix(xml, name,
                                                  colon == NULL ? 0 : (size_t)(colon - name));

    if (colon == NULL && prefix == NULL)
        return (struct xml_name){ 0, name };
    return name_within(prefix, colon == NULL ? name : colon + 1);
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
}

static void keep_prefixes(struct xml *xml, const char *const *attribute, unsigned depth)
{
    for (; attribute[0] != NULL; attribute += 2) {
        const char *name = attribute[0];
        if (name[0] == 'x' && strncmp(name, "xmlns", 5) == 0
            && (name[5] == ':' || name[5] == '\0'))
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

/* What expat calls. */

static void check_attributes(struct xml *xml, const char *const *attribute)
{
    for (; attribute[0] != NULL; attribute += 2)
        if (strlen(attribute[1]) > XML_ATTRIBUTE_MAX)
            xml_fail(xml, "an attribute of more than %zu bytes", XML_ATTRIBUTE_MAX);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attribute)
{
    struct xml *xml = user;

    if (xml->err != OK)
        return;
    if (xml->depth == XML_DEPTH_MAX) {
        xml_fail(xml, "elements nested deeper than %d", XML_DEPTH_MAX);
        return;
    }
    if (XML_GetCurrentByteCount(xml->parser) > (int)XML_ATTRIBUTE_MAX)
        check_attributes(xml, (const char *const *)attribute);
    int parent = xml->element[xml->depth++];
    int element = XML_NOTHING;
    if (parent != XML_NOTHING)
        keep_prefixes(xml, (const char *const *)attribute, xml->depth);
    if (parent != XML_NOTHING && xml->err == OK)
        element = xml->grammar->start(xml, xml->context, parent, element_name(xml, name),
                                      (const char *const *)attribute);
    xml->element[xml->depth] = element;
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct xml *xml = user;

    (void)name;
    if (xml->err != OK)
        return;
    while (xml->prefix_count > 0 && xml->prefix[xml->prefix_count - 1].depth == xml->depth)
        xml->prefix_count--;
    int element = xml->element[xml->depth--];
    if (element != XML_NOTHING && xml->grammar->end != NULL)
        xml->grammar->end(xml, xml->context, element);
}

static void XMLCALL on_text(void *user, const XML_Char *bytes, int size)
{
    struct xml *xml = user;
    int element = xml->element[xml->depth];

    if (xml->err == OK && element > XML_OUTSIDE)
        xml->grammar->text(xml, xml->context, element, bytes, (size_t)size);
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    xml_fail(user, "a document type declaration: neither it nor entities are read");
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
    enum err err = source->open(source, memory->arena, part, &xml->stream, trouble);
    if (err != OK)
        return err;
    memory_in_use = memory;
    memory->full = false;
    xml->parser = XML_ParserCreate_MM(NULL, &memory_suite, NULL);
    memory_in_use = NULL;
    if (xml->parser == NULL) {
        xml_close(xml);
        return fail(trouble, ERR_IO, "%s: out of memory", path);
    }
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    if (grammar->text != NULL)
        XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    return OK;
}

static enum err feed(struct xml *xml, enum XML_Status *status)
{
    size_t got;

    assert(xml->stream != NULL);
    void *block = XML_GetBuffer(xml->parser, BLOCK_BYTES);

    if (block == NULL)
        return fail_expat(xml);
    enum err err = xml->stream->read(xml->stream, block, BLOCK_BYTES, &got, xml->trouble);
    if (err != OK)
        return xml->err = err;
    xml->fed += (int64_t)got;
    xml->last_block = got == 0;
    *status = XML_ParseBuffer(xml->parser, (int)got, xml->last_block);
    return OK;
}

/* Expat holds a tag or a comment until it ends: one that does not end is not waited for. */
static void check_pending(struct xml *xml)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);

    if (at >= 0 && xml->fed - at > PENDING_MAX)
        xml_fail(xml, "a tag or comment of more than %zu bytes", XML_ATTRIBUTE_MAX);
}

static enum err run(struct xml *xml, bool *end)
{
    for (;;) {
        enum XML_Status status = XML_STATUS_OK;
        enum err err = OK;

        if (xml->paused)
            status = XML_ResumeParser(xml->parser);
        else
            err = feed(xml, &status);
        if (err != OK)
            return err;
        xml->paused = status == XML_STATUS_SUSPENDED;
        if (status == XML_STATUS_ERROR)
            return fail_expat(xml);
        if (xml->paused)
            return OK;
        if ((*end = xml->ended = xml->last_block))
            return OK;
        check_pending(xml);
        if (xml->err != OK)
            return xml->err;
    }
}

enum err xml_next(struct xml *xml, bool *end, struct trouble *trouble)
{
    *end = xml->ended;
    if (xml->ended)
        return OK;
    if (xml->err != OK)
        return fail(trouble, xml->err, "%s: %s: cannot be read further", xml->path, xml->part);
    ARENA_KEEP(outer, xml->memory->arena);
    if (ARENA_GUARD(xml->memory->arena)) {
        memory_in_use = NULL;
        return xml->err = fail(trouble, ERR_IO, "%s: out of memory", xml->path);
    }
    xml->trouble = trouble;
    memory_in_use = xml->memory;
    enum err err = run(xml, end);
    memory_in_use = NULL;
    xml->trouble = NULL;
    return err;
}

enum err xml_read_part(struct xml_memory *memory, struct source *source, const char *path,
                       const char *part, const struct xml_grammar *grammar, void *context,
                       struct trouble *trouble)
{
    struct xml xml = { .parser = NULL };
    bool end = false;
    enum err err = xml_open(&xml, memory, source, path, part, grammar, context, trouble);

    while (err == OK && !end)
        err = xml_next(&xml, &end, trouble);
    xml_close(&xml);
    return err;
}

void xml_close(struct xml *xml)
{
    if (xml->parser != NULL) {
        memory_in_use = xml->memory;
        XML_ParserFree(xml->parser);
        memory_in_use = NULL;
    }
    if (xml->stream != NULL)
        xml->stream->close(xml->stream);
    xml->parser = NULL;
    xml->stream = NULL;
}

void xml_pause(struct xml *xml)
{
    (void)XML_StopParser(xml->parser, XML_TRUE);
}
