#include "document/pdf_finish.h"

#include <assert.h>
#include <zlib.h>

#include "trail/trail_time.h"

#define OBJECTS_MOST 100000
#define CONTENT_MOST ((size_t)64 * 1024 * 1024)

struct object {
    size_t      at;             /* in the file as cairo wrote it; 0: there is none */
    struct text bytes;          /* "12 0 obj ... endobj" with its end of line */
};

struct pdf {
    struct arena   *arena;
    struct trouble *trouble;
    struct text     file;
    struct object  *object;     /* by number; 0 is none */
    size_t          objects;
    size_t          root, info; /* numbers */
    char           *out;
    size_t          size, room;
    size_t          figures;    /* met so far */
};

void pdf_moment(struct moment moment, char text[PDF_MOMENT_SIZE])
{
    char whole[TRAIL_TIME_SIZE];

    trail_time_print(moment.ms, whole);
    memcpy(text, whole, 19);
    memcpy(text + 19, "Z", 2);
}

static enum err strange(struct pdf *pdf, const char *what)
{
    return fail(pdf->trouble, ERR_IO, "PDF: cairo has written it otherwise than known: %s", what);
}

/* --- finding --- */

/* Where `words` begins from `from` on; the text's size: nowhere. */
static size_t find(struct text text, size_t from, const char *words)
{
    const char *found = from > text.size ? NULL
                        : memmem(text.data + from, text.size - from, words, strlen(words));

    return found == NULL ? text.size : (size_t)(found - text.data);
}

static bool holds(struct text text, const char *words)
{
    return find(text, 0, words) < text.size;
}

/* The number behind `key`, as in "/Root 12 0 R". */
static bool number_behind(struct text text, const char *key, size_t *out)
{
    size_t at = find(text, 0, key);
    size_t number = 0;

    if (at == text.size)
        return false;
    at += strlen(key);
    while (at < text.size && text.data[at] == ' ')
        at++;
    const size_t digits = text_digits(text, at);
    if (digits == 0 || digits > 9)
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (size_t)(text.data[at + i] - '0');
    *out = number;
    return true;
}

/* The dictionary alone, without the stream behind it. */
static struct text dictionary(struct text object)
{
    return (struct text){ object.data, find(object, 0, "\nstream") };
}

/* --- reading --- */

static size_t last_of(struct text text, const char *words)
{
    size_t at = text.size, next = find(text, 0, words);

    while (next < text.size) {
        at = next;
        next = find(text, next + 1, words);
    }
    return at;
}

/* "0000000015 00000 n " and one more byte: 20 of them each. */
static enum err read_table(struct pdf *pdf, size_t at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct text line = { pdf->file.data + at + 20 * i, 20 };
        size_t place = 0;
        if (text_digits(line, 0) != 10)
            return strange(pdf, "a line of its table");
        for (size_t digit = 0; digit < 10; digit++)
            place = place * 10 + (size_t)(line.data[digit] - '0');
        pdf->object[i].at = line.data[17] == 'n' ? place : 0;
        if (pdf->object[i].at >= pdf->file.size)
            return strange(pdf, "the place of an object");
    }
    return OK;
}

/* An object goes on until the next one begins, or the table. */
static enum err cut_objects(struct pdf *pdf, size_t table)
{
    for (size_t i = 1; i < pdf->objects; i++) {
        struct object *object = &pdf->object[i];
        size_t end = table;
        if (object->at == 0)
            continue;
        for (size_t other = 1; other < pdf->objects; other++)
            if (pdf->object[other].at > object->at && pdf->object[other].at < end)
                end = pdf->object[other].at;
        object->bytes = (struct text){ pdf->file.data + object->at, end - object->at };
        if (!holds(object->bytes, " 0 obj") || !holds(object->bytes, "endobj"))
            return strange(pdf, "an object");
    }
    return OK;
}

static enum err read_objects(struct pdf *pdf)
{
    const size_t table = last_of(pdf->file, "\nxref\n") + 1;

    if (table > pdf->file.size)
        return strange(pdf, "no table of objects");
    const struct text rest = { pdf->file.data + table, pdf->file.size - table };
    size_t at = 5;      /* "xref\n" */
    if (!number_behind(rest, "xref\n0 ", &pdf->objects) || pdf->objects > OBJECTS_MOST ||
        !number_behind(rest, "/Root ", &pdf->root) || pdf->root >= pdf->objects ||
        !number_behind(rest, "/Info ", &pdf->info) || pdf->info >= pdf->objects)
        return strange(pdf, "its end");
    at = find(rest, at, "\n") + 1;
    if (at + 20 * pdf->objects > rest.size)
        return strange(pdf, "its table is short");
    pdf->object = arena_take(pdf->arena, pdf->objects + 1, sizeof *pdf->object);
    const enum err err = read_table(pdf, table + at, pdf->objects);
    return err != OK ? err : cut_objects(pdf, table);
}

/* --- changing --- */

static void put_bytes(struct pdf *pdf, struct text bytes)
{
    if (bytes.size > pdf->room - pdf->size) {
        const size_t room = 2 * pdf->room + bytes.size + 65536;
        pdf->out = arena_grow(pdf->arena, pdf->out, pdf->size, room, 1);
        pdf->room = room;
    }
    if (bytes.size > 0)
        memcpy(pdf->out + pdf->size, bytes.data, bytes.size);
    pdf->size += bytes.size;
}

static void put(struct pdf *pdf, const char *words)
{
    put_bytes(pdf, text_of(words));
}

/* The same object with `more` at the end of its dictionary. */
static enum err add_to(struct pdf *pdf, struct object *object, const char *more)
{
    const struct text bytes = object->bytes;
    const struct text added = text_of(more);
    const size_t end = last_of(dictionary(bytes), ">>");

    if (end >= dictionary(bytes).size)
        return strange(pdf, "no dictionary");
    char *made = arena_take(pdf->arena, bytes.size + added.size + 1, 1);
    memcpy(made, bytes.data, end);
    memcpy(made + end, added.data, added.size);
    memcpy(made + end + added.size, bytes.data + end, bytes.size - end);
    object->bytes = (struct text){ made, bytes.size + added.size };
    return OK;
}

/* --- the structure's elements --- */

/* `kind` with its end of line: "/S /TH\n". */
static bool is_element(struct text object, const char *kind)
{
    return holds(dictionary(object), kind);
}

/* The element of this number stands, somewhere above, in a THead. */
static bool in_head(const struct pdf *pdf, struct text element)
{
    size_t parent = 0;

    for (int depth = 0; depth < 4; depth++) {
        if (!number_behind(dictionary(element), "/P ", &parent) || parent >= pdf->objects)
            return false;
        element = pdf->object[parent].bytes;
        if (is_element(element, "/S /THead\n"))
            return true;
    }
    return false;
}

/* UTF-16 as PDF writes it in hex, with its mark. */
static const char *hex_text(struct arena *arena, struct text words)
{
    static const char digit[] = "0123456789ABCDEF";
    char *hex = arena_take(arena, 4 * words.size + 8, 1);
    const struct text mark = text_of("<FEFF");
    size_t size = mark.size;

    memcpy(hex, mark.data, mark.size);
    for (size_t i = 0; i < words.size;) {
        const unsigned char c = (unsigned char)words.data[i];
        unsigned code = c < 0x80 ? c : c < 0xE0 ? c & 0x1FU : c & 0x0FU;
        const size_t more = c < 0x80 ? 0 : c < 0xE0 ? 1 : 2;
        for (size_t byte = 1; byte <= more && i + byte < words.size; byte++)
            code = code << 6 | ((unsigned char)words.data[i + byte] & 0x3FU);
        i += more + 1;
        for (int shift = 12; shift >= 0; shift -= 4)
            hex[size++] = digit[code >> shift & 0xFU];
    }
    hex[size] = '>';
    return hex;
}

static enum err mark_figure(struct pdf *pdf, const struct document *document,
                            struct object *object)
{
    size_t figure = pdf->figures++;

    for (size_t i = 0; i < document->blocks; i++)
        if (document->block[i].kind == DOCUMENT_BARS && figure-- == 0)
            return add_to(pdf, object, arena_print(pdf->arena, "   /Alt %s\n",
                                                   hex_text(pdf->arena,
                                                            document->block[i].words)));
    return strange(pdf, "a drawing too many");
}

static enum err mark_elements(struct pdf *pdf, const struct document *document)
{
    enum err err = OK;

    assert(pdf->object != NULL);
    for (size_t i = 1; i < pdf->objects && err == OK; i++) {
        struct object *object = &pdf->object[i];
        if (object->at == 0 || !holds(dictionary(object->bytes), "/Type /StructElem"))
            continue;
        if (is_element(object->bytes, "/S /TH\n"))
            err = add_to(pdf, object, in_head(pdf, object->bytes)
                                      ? "   /A << /O /Table /Scope /Column >>\n"
                                      : "   /A << /O /Table /Scope /Row >>\n");
        else if (is_element(object->bytes, "/S /Figure\n"))
            err = mark_figure(pdf, document, object);
    }
    return err;
}

/* --- what a page draws --- */

static enum err inflated(struct pdf *pdf, struct text packed, struct text *out)
{
    size_t room = 8 * packed.size + 65536;

    while (room <= CONTENT_MOST) {
        uLongf size = room;
        char *bytes = arena_take(pdf->arena, room, 1);
        const int status = uncompress((Bytef *)bytes, &size, (const Bytef *)packed.data,
                                      packed.size);
        if (status == Z_OK) {
            *out = (struct text){ bytes, size };
            return OK;
        }
        if (status != Z_BUF_ERROR)
            return strange(pdf, "a page's stream");
        room *= 4;
    }
    return strange(pdf, "a page is too large");
}

/* Where a line ends cairo marks a blank that is not drawn. Taken out: some readers end the
 * paragraph there, and where a line ends they see for themselves. */
static struct text without_blanks(struct pdf *pdf, struct text content)
{
    static const char blank[] = "/Span << /ActualText <feff0020> >> BDC\nEMC\n";
    char *out = arena_take(pdf->arena, content.size + 1, 1);
    size_t from = 0, size = 0;

    while (from < content.size) {
        const size_t at = find(content, from, blank);
        memcpy(out + size, content.data + from, at - from);
        size += at - from;
        from = at + (at < content.size ? sizeof blank - 1 : 0);
    }
    return (struct text){ out, size };
}

/* Everything outside of all marks, line by line, becomes decoration. cairo writes each operator of
 * marked content on a line of its own, never within a text object. */
static struct text with_artifacts(struct pdf *pdf, struct text content)
{
    static const char begin[] = "/Artifact BMC\n", end[] = "EMC\n";
    size_t lines = 1, size = 0;

    for (size_t i = 0; i < content.size; i++)
        lines += content.data[i] == '\n';
    char *out = arena_take(pdf->arena, content.size + lines * sizeof begin + 64, 1);
    size_t from = 0;
    int depth = 0;
    memcpy(out, begin, sizeof begin - 1);
    size = sizeof begin - 1;
    while (from < content.size) {
        const size_t line_end = find(content, from, "\n");
        const struct text line = { content.data + from, line_end - from };
        const bool marks = line.size > 4 && memcmp(line.data + line.size - 4, " BDC", 4) == 0;
        const bool unmarks = text_is(line, "EMC");
        if (marks && depth++ == 0) {
            memcpy(out + size, end, sizeof end - 1);
            size += sizeof end - 1;
        }
        memcpy(out + size, line.data, line.size);
        size += line.size;
        out[size++] = '\n';
        if (unmarks && --depth == 0) {
            memcpy(out + size, begin, sizeof begin - 1);
            size += sizeof begin - 1;
        }
        from = line_end + 1;
    }
    memcpy(out + size, end, sizeof end - 1);
    return (struct text){ out, size + sizeof end - 1 };
}

static enum err pack(struct pdf *pdf, size_t number, struct text content)
{
    uLongf size = compressBound(content.size);
    char *packed = arena_take(pdf->arena, size, 1);

    if (compress2((Bytef *)packed, &size, (const Bytef *)content.data, content.size, 6) != Z_OK)
        return strange(pdf, "a page cannot be packed");
    const char *head = arena_print(pdf->arena, "%zu 0 obj\n<< /Length %lu\n   /Filter "
                                   "/FlateDecode\n>>\nstream\n", number, size);
    static const char foot[] = "\nendstream\nendobj\n";
    char *made = arena_take(pdf->arena, strlen(head) + size + sizeof foot, 1);
    memcpy(made, head, strlen(head));
    memcpy(made + strlen(head), packed, size);
    memcpy(made + strlen(head) + size, foot, sizeof foot);
    pdf->object[number].bytes = (struct text){ made, strlen(head) + size + sizeof foot - 1 };
    return OK;
}

static enum err mark_page(struct pdf *pdf, struct text page)
{
    size_t number = 0;
    struct text content = { NULL, 0 };

    if (!number_behind(dictionary(page), "/Contents ", &number) || number >= pdf->objects)
        return strange(pdf, "a page without contents");
    const struct text stream = pdf->object[number].bytes;
    size_t length = 0, from = find(stream, 0, "\nstream\n") + 8;
    if (!number_behind(dictionary(stream), "/Length ", &length))
        return strange(pdf, "a stream without its length");
    /* "/Length 5 0 R": the object of that number holds it. */
    if (holds(dictionary(stream), arena_print(pdf->arena, "/Length %zu 0 R", length)) &&
        (length >= pdf->objects ||
         !number_behind(pdf->object[length].bytes, " 0 obj\n", &length)))
        return strange(pdf, "a stream's length");
    if (from > stream.size || length > stream.size - from)
        return strange(pdf, "a short stream");
    const enum err err = inflated(pdf, (struct text){ stream.data + from, length }, &content);
    return err != OK ? err : pack(pdf, number,
                                 with_artifacts(pdf, without_blanks(pdf, content)));
}

static enum err mark_pages(struct pdf *pdf)
{
    enum err err = OK;

    for (size_t i = 1; i < pdf->objects && err == OK; i++)
        if (pdf->object[i].at != 0 && holds(dictionary(pdf->object[i].bytes), "/Type /Page\n"))
            err = mark_page(pdf, pdf->object[i].bytes);
    return err;
}

/* --- what it says of itself --- */

static void put_xml(struct pdf *pdf, struct text words)
{
    for (size_t i = 0; i < words.size; i++)
        switch (words.data[i]) {
        case '<': put(pdf, "&lt;"); break;
        case '>': put(pdf, "&gt;"); break;
        case '&': put(pdf, "&amp;"); break;
        default: put_bytes(pdf, (struct text){ words.data + i, 1 }); break;
        }
}

/* Written as an object of its own, not packed, as archives want it. */
static void put_metadata(struct pdf *pdf, const struct document *document, size_t number)
{
    struct pdf xml = { .arena = pdf->arena };
    char moment[PDF_MOMENT_SIZE];

    pdf_moment(document->made, moment);
    put(&xml, "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
        " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "  <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
        " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
        " xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n"
        "   <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    put_xml(&xml, document->title);
    put(&xml, "</rdf:li></rdf:Alt></dc:title>\n   <dc:language><rdf:Bag><rdf:li>en-GB</rdf:li>"
        "</rdf:Bag></dc:language>\n   <xmp:CreateDate>");
    put(&xml, moment);
    put(&xml, "</xmp:CreateDate>\n   <pdfuaid:part>1</pdfuaid:part>\n  </rdf:Description>\n"
        " </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
    put(pdf, arena_print(pdf->arena, "%zu 0 obj\n<< /Type /Metadata\n   /Subtype /XML\n"
                         "   /Length %zu\n>>\nstream\n", number, xml.size));
    put_bytes(pdf, (struct text){ xml.out, xml.size });
    put(pdf, "\nendstream\nendobj\n");
}

static enum err mark_root(struct pdf *pdf)
{
    struct object *root = &pdf->object[pdf->root];

    if (!holds(dictionary(root->bytes), "/Type /Catalog") ||
        !holds(dictionary(root->bytes), "/StructTreeRoot"))
        return strange(pdf, "its catalogue");
    return add_to(pdf, root, arena_print(pdf->arena, "   /Lang (en-GB)\n   /ViewerPreferences << "
                                         "/DisplayDocTitle true >>\n   /Metadata %zu 0 R\n",
                                         pdf->objects));
}

/* cairo 1.16 writes a date without the letters that it begins with. */
static enum err mark_dates(struct pdf *pdf)
{
    static const char *const date[] = { "/CreationDate (", "/ModDate (" };
    struct object *info = &pdf->object[pdf->info];

    assert(pdf->object != NULL);
    for (size_t i = 0; i < COUNT(date); i++) {
        const size_t at = find(info->bytes, 0, date[i]) + strlen(date[i]);
        if (at >= info->bytes.size)
            return strange(pdf, "no dates");
        if (info->bytes.data[at] != 'D')
            info->bytes = text_of(arena_print(pdf->arena, "%.*sD:%.*s", (int)at, info->bytes.data,
                                              (int)(info->bytes.size - at),
                                              info->bytes.data + at));
    }
    return OK;
}

/* --- the whole --- */

static void write_all(struct pdf *pdf, const struct document *document)
{
    size_t *at = arena_take(pdf->arena, pdf->objects + 1, sizeof *at);

    put(pdf, "%PDF-1.7\n%\xB5\xED\xAE\xFB\n");
    for (size_t i = 1; i < pdf->objects; i++)
        if (pdf->object[i].at != 0) {
            at[i] = pdf->size;
            put_bytes(pdf, pdf->object[i].bytes);
        }
    at[pdf->objects] = pdf->size;
    put_metadata(pdf, document, pdf->objects);
    const size_t table = pdf->size;
    put(pdf, arena_print(pdf->arena, "xref\n0 %zu\n0000000000 65535 f \n", pdf->objects + 1));
    for (size_t i = 1; i <= pdf->objects; i++)
        put(pdf, arena_print(pdf->arena, at[i] == 0 ? "%010zu 65535 f \n" : "%010zu 00000 n \n",
                             at[i]));
    put(pdf, arena_print(pdf->arena, "trailer\n<< /Size %zu\n   /Root %zu 0 R\n   /Info %zu 0 R\n"
                         ">>\nstartxref\n%zu\n%%%%EOF\n", pdf->objects + 1, pdf->root, pdf->info,
                         table));
}

enum err pdf_finish(const struct document *document, struct arena *arena, struct text file,
                    struct text *out, struct trouble *trouble)
{
    struct pdf pdf = { .arena = arena, .trouble = trouble, .file = file };
    enum err err = read_objects(&pdf);

    if (err == OK)
        err = mark_elements(&pdf, document);
    if (err == OK)
        err = mark_pages(&pdf);
    if (err == OK)
        err = mark_dates(&pdf);
    if (err == OK)
        err = mark_root(&pdf);
    if (err != OK)
        return err;
    write_all(&pdf, document);
    *out = (struct text){ pdf.out, pdf.size };
    return OK;
}
