#include "sheets/xml_scan.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* Held back at the end of the known bytes, where text may go on: a character, a line end of two
 * bytes, or "]]>" may be cut in two. */
#define HELD_BACK 4
/* The longest reference: "&#x10FFFF;", with some zeros. */
#define REFERENCE_MAX 16

void xml_scan_open(struct xml_scan *scan)
{
    scan->at = scan->end = NULL;
    scan->final = scan->begun = scan->marked = scan->rooted = scan->closing = false;
    scan->depth = 0;
    scan->fault = NULL;
    memset(scan->tag, 0, sizeof scan->tag);
}

static enum xml_event fault(struct xml_scan *scan, const char *why)
{
    scan->fault = why;
    return XML_FAULT;
}

/* A piece that does not end in these bytes. */
static enum xml_event unended(struct xml_scan *scan)
{
    return scan->final ? fault(scan, "the part ends in the middle") : XML_MORE;
}

/* ---- characters ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What a byte may be, so that the loops over names and texts look at each byte once. */
enum { BYTE_BEGINS_NAME = 1, BYTE_OF_NAME = 2, BYTE_PLAIN = 4 };

/* By sixteen; the sums of the three above. Plain bytes mean nothing but themselves in a text or a
 * value, quotes left aside: not a control character, <, &, ] or a part of UTF-8. */
static const unsigned char byte_kind[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    /* NUL to SI */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    /* DLE to US */
    4, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 4, 6, 6, 4,    /* blank to / */
    6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 4, 0, 4, 4, 4,    /* 0 to ? */
    4, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,    /* @ to O */
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4, 4, 0, 4, 7,    /* P to _ */
    4, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,    /* ` to o */
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4, 4, 4, 4, 4,    /* p to DEL */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,    /* above 127 */
};

static inline unsigned kind_of(char c)
{
    return byte_kind[(unsigned char)c];
}

static inline bool begins_name(char c)
{
    return (kind_of(c) & BYTE_BEGINS_NAME) != 0;
}

static inline bool is_of_name(char c)
{
    return (kind_of(c) & BYTE_OF_NAME) != 0;
}

size_t xml_plain(struct text text)
{
    size_t at = 0;

    while (at < text.size && (kind_of(text.data[at]) & BYTE_PLAIN) != 0)
        at++;
    return at;
}

static bool is_allowed_slow(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.data[i] < ' ' && !is_space(text.data[i]))
            return false;
    }
    return text_is_utf8(text) && memmem(text.data, text.size, "\xEF\xBF\xBE", 3) == NULL
           && memmem(text.data, text.size, "\xEF\xBF\xBF", 3) == NULL;
}

/* Whether the text holds only characters that XML allows: no control characters but tab and line
 * ends, valid UTF-8 without U+FFFE and U+FFFF. Nearly all are plain ASCII, eight at a time. */
static inline bool is_allowed(struct text text)
{
    static const uint64_t highs = UINT64_C(0x8080808080808080);
    static const uint64_t blanks = UINT64_C(0x2020202020202020);
    uint64_t found = 0;
    uint64_t word;
    size_t at = 0;

    for (; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        found |= word | (word - blanks);
    }
    for (; at < text.size; at++) {
        word = (unsigned char)text.data[at];
        found |= word | (word - ' ');
    }
    return (found & highs) == 0 || is_allowed_slow(text);
}

/* The character as UTF-8; 0 bytes: XML does not allow it. */
static size_t character_put(uint32_t c, char out[4])
{
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0xD800 && c <= 0xDFFF)
        || c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF)
        return 0;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00U >> size & 0xF0U) | c);
    return size;
}

/* "#65" or "#x41" */
static size_t numeric_reference(struct text name, char out[4])
{
    const bool hex = name.size > 1 && name.data[1] == 'x';
    uint32_t value = 0;

    if (name.size == (hex ? 2 : 1))
        return 0;
    for (size_t i = hex ? 2 : 1; i < name.size; i++) {
        const char c = name.data[i];
        const char lower = (char)(c | 0x20);
        uint32_t digit;

        if (is_digit(c))
            digit = (uint32_t)(c - '0');
        else if (hex && lower >= 'a' && lower <= 'f')
            digit = (uint32_t)(lower - 'a' + 10);
        else
            return 0;
        value = value * (hex ? 16 : 10) + digit;
        if (value > 0x10FFFF)
            return 0;
    }
    return character_put(value, out);
}

/* What stands between & and ; as a character. 0 bytes: it is none that XML has. */
static size_t reference(struct text name, char out[4])
{
    static const struct { const char *name; char c; } own[] = {
        { "lt", '<' }, { "gt", '>' }, { "amp", '&' }, { "quot", '"' }, { "apos", '\'' }
    };

    if (name.size > 0 && name.data[0] == '#')
        return numeric_reference(name, out);
    for (size_t i = 0; i < COUNT(own); i++) {
        if (text_is(name, own[i].name)) {
            out[0] = own[i].c;
            return 1;
        }
    }
    return 0;
}

/* ---- text ---- */

/* Line ends become LF. Returns the new size. */
static size_t lines_end_in_lf(char *bytes, size_t size)
{
    const char *cr = memchr(bytes, '\r', size);
    size_t used = cr == NULL ? size : (size_t)(cr - bytes);

    for (size_t i = used; i < size; i++) {
        if (bytes[i] != '\r')
            bytes[used++] = bytes[i];
        else if (i + 1 == size || bytes[i + 1] != '\n')
            bytes[used++] = '\n';
    }
    return used;
}

static enum xml_event text_piece(struct xml_scan *scan, size_t size)
{
    struct text text = { scan->at, size };

    if (!is_allowed(text))
        return fault(scan, "a byte or character that XML does not allow");
    text.size = lines_end_in_lf(scan->at, size);
    scan->at += size;
    scan->text = text;
    return XML_TEXT;
}

static enum xml_event text_reference(struct xml_scan *scan)
{
    const size_t left = (size_t)(scan->end - scan->at);
    const size_t most = left < REFERENCE_MAX ? left : REFERENCE_MAX;
    const char *stop = memchr(scan->at, ';', most);

    if (stop == NULL)
        return left < REFERENCE_MAX ? unended(scan) : fault(scan, "an entity");
    size_t size = reference((struct text){ scan->at + 1, (size_t)(stop - scan->at) - 1 },
                            scan->character);
    if (size == 0)
        return fault(scan, "an entity, or a character that XML does not allow");
    scan->at = scan->at + (stop - scan->at) + 1;
    scan->text = (struct text){ scan->character, size };
    return XML_TEXT;
}

static bool is_all_space(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_space(bytes[i]))
            return false;
    }
    return true;
}

/* Text of plain bytes with markup behind it, as nearly all is. */
static bool scan_plain_text(struct xml_scan *scan)
{
    char *at = scan->at + xml_plain((struct text){ scan->at, (size_t)(scan->end - scan->at) });

    if (scan->depth == 0 || at == scan->end || *at != '<')
        return false;
    scan->text = (struct text){ scan->at, (size_t)(at - scan->at) };
    scan->at = at;
    return true;
}

/* Text up to the next markup, or as much as is known of it. */
static __attribute__((noinline)) enum xml_event scan_text(struct xml_scan *scan)
{
    const size_t left = (size_t)(scan->end - scan->at);
    const char *markup = memchr(scan->at, '<', left);
    size_t size = markup == NULL ? left : (size_t)(markup - scan->at);

    if (scan->depth == 0) {
        if (!is_all_space(scan->at, size))
            return fault(scan, "text outside the root element");
        scan->at += size;
        return XML_MORE;
    }
    const char *amp = memchr(scan->at, '&', size);
    if (amp == scan->at)
        return text_reference(scan);
    if (amp != NULL)
        size = (size_t)(amp - scan->at);
    else if (markup == NULL && !scan->final)
        size = left > HELD_BACK ? left - HELD_BACK : 0;
    while (size > 0 && amp == NULL && markup == NULL && !scan->final
           && (((unsigned char)scan->at[size] & 0xC0) == 0x80 || scan->at[size - 1] == ']'
               || scan->at[size - 1] == '\r'))
        size--;                          /* not between the bytes of one thing */
    if (size == 0)
        return unended(scan);
    if (memchr(scan->at, ']', size) != NULL && memmem(scan->at, size, "]]>", 3) != NULL)
        return fault(scan, "]]> in a text");
    return text_piece(scan, size);
}

/* ---- markup that is no element ---- */

static bool begins(const struct xml_scan *scan, const char *word)
{
    const size_t size = strlen(word);

    return (size_t)(scan->end - scan->at) >= size && memcmp(scan->at, word, size) == 0;
}

/* Whether what is known could still become the word. */
static bool may_begin(const struct xml_scan *scan, const char *word)
{
    const size_t left = (size_t)(scan->end - scan->at);

    return !scan->final && left < strlen(word) && memcmp(scan->at, word, left) == 0;
}

static enum xml_event scan_comment(struct xml_scan *scan)
{
    char *from = scan->at + 4;
    char *stop = memmem(from, (size_t)(scan->end - from), "--", 2);

    if (stop == NULL || stop + 2 == scan->end)
        return unended(scan);
    if (stop[2] != '>')
        return fault(scan, "two dashes in a comment");
    if (!is_allowed((struct text){ from, (size_t)(stop - from) }))
        return fault(scan, "a byte or character that XML does not allow");
    scan->at = stop + 3;
    return XML_MORE;
}

static enum xml_event scan_cdata(struct xml_scan *scan)
{
    char *from = scan->at + 9;
    char *stop = memmem(from, (size_t)(scan->end - from), "]]>", 3);

    if (scan->depth == 0)
        return fault(scan, "text outside the root element");
    if (stop == NULL)
        return unended(scan);
    scan->at = from;
    enum xml_event event = text_piece(scan, (size_t)(stop - from));
    scan->at = event == XML_TEXT ? stop + 3 : scan->at;
    return event;
}

/* The declaration's encoding, if it names one, is UTF-8 (or ASCII, which is the same). */
static bool encoding_is_ours(struct text declaration)
{
    const char *word = memmem(declaration.data, declaration.size, "encoding", 8);
    const char *end = declaration.data + declaration.size;

    if (word == NULL)
        return true;
    word += 8;
    while (word < end && (is_space(*word) || *word == '='))
        word++;
    if (word == end || (*word != '"' && *word != '\''))
        return false;
    word++;
    const size_t left = (size_t)(end - word);
    return (left > 5 && strncasecmp(word, "utf-8", 5) == 0 && (word[5] == '"' || word[5] == '\''))
           || (left > 8 && strncasecmp(word, "us-ascii", 8) == 0
               && (word[8] == '"' || word[8] == '\''));
}

static enum xml_event scan_instruction(struct xml_scan *scan)
{
    char *from = scan->at + 2;
    char *stop = memmem(from, (size_t)(scan->end - from), "?>", 2);
    char *name = from;

    if (stop == NULL)
        return unended(scan);
    while (name < stop && is_of_name(*name))
        name++;
    if (name == from || !begins_name(*from) || (name < stop && !is_space(*name)))
        return fault(scan, "a processing instruction without a name");
    if (!is_allowed((struct text){ from, (size_t)(stop - from) }))
        return fault(scan, "a byte or character that XML does not allow");
    if (name - from == 3 && strncasecmp(from, "xml", 3) == 0) {
        if (scan->begun || memcmp(from, "xml", 3) != 0)
            return fault(scan, "an XML declaration that is not at the beginning");
        if (!encoding_is_ours((struct text){ name, (size_t)(stop - name) }))
            return fault(scan, "its encoding is not UTF-8");
    }
    scan->at = stop + 2;
    return XML_MORE;
}

static enum xml_event scan_declaration(struct xml_scan *scan)
{
    if (begins(scan, "<!--"))
        return scan_comment(scan);
    if (begins(scan, "<![CDATA["))
        return scan_cdata(scan);
    if (may_begin(scan, "<!--") || may_begin(scan, "<![CDATA["))
        return XML_MORE;
    return fault(scan, "a document type declaration: neither it nor entities are read");
}

/* ---- elements ---- */

static enum xml_event end_of_element(struct xml_scan *scan)
{
    scan->depth--;
    return XML_END;
}

/* Names are short: a call would take longer. */
static inline bool same_name(const char *one, const char *other, size_t size)
{
    size_t at = 0;

    while (at < size && one[at] == other[at])
        at++;
    return at == size;
}

static enum xml_event scan_odd_end(struct xml_scan *scan)
{
    char *from = scan->at + 2;
    char *stop = memchr(from, '>', (size_t)(scan->end - from));
    size_t size;

    if (stop == NULL)
        return unended(scan);
    scan->at = stop + 1;
    while (stop > from && is_space(stop[-1]))
        stop--;
    size = (size_t)(stop - from);
    if (scan->depth == 0 || size != scan->name_size[scan->depth - 1]
        || memcmp(from, scan->open[scan->depth - 1], size) != 0)
        return fault(scan, "an end tag that fits no start tag");
    return end_of_element(scan);
}

static inline enum xml_event scan_end(struct xml_scan *scan)
{
    char *from = scan->at + 2;
    const size_t size = scan->depth == 0 ? SIZE_MAX : scan->name_size[scan->depth - 1];

    if ((size_t)(scan->end - from) > size && from[size] == '>'
        && same_name(from, scan->open[scan->depth - 1], size)) {
        scan->at = from + size + 1;
        return end_of_element(scan);
    }
    return scan_odd_end(scan);
}

/* A start tag as it is read: nothing is changed until all of it is known. */
struct tag {
    char  *at, *end;
    size_t pieces;      /* name, value, name, value ... */
    bool   empty;       /* <a/> */
};

enum step { STEP_ON, STEP_MORE, STEP_FAULT };

static bool skip_space(struct tag *tag)
{
    while (tag->at < tag->end && is_space(*tag->at))
        tag->at++;
    return tag->at < tag->end;
}

static enum step take_name(struct tag *tag, struct xml_piece *name)
{
    char *const from = tag->at;
    char *stop = from;
    unsigned kinds = BYTE_PLAIN;     /* what all bytes are */

    if (!begins_name(*from))
        return STEP_FAULT;
    for (; stop < tag->end && is_of_name(*stop); stop++)
        kinds &= kind_of(*stop);
    *name = (struct xml_piece){ from, (size_t)(stop - from), kinds != 0 };
    tag->at = stop;
    return stop == tag->end ? STEP_MORE : STEP_ON;
}

static enum step take_value(struct tag *tag, struct xml_piece *value)
{
    char quote, *stop;
    unsigned kinds = BYTE_PLAIN;

    if (!skip_space(tag))
        return STEP_MORE;
    if (*tag->at != '=')
        return STEP_FAULT;
    tag->at++;
    if (!skip_space(tag))
        return STEP_MORE;
    quote = *tag->at++;
    if (quote != '"' && quote != '\'')
        return STEP_FAULT;
    for (stop = tag->at; stop < tag->end && *stop != quote; stop++)
        kinds &= kind_of(*stop);
    if (stop == tag->end)
        return STEP_MORE;
    *value = (struct xml_piece){ tag->at, (size_t)(stop - tag->at), kinds != 0 };
    tag->at = stop + 1;
    return tag->at == tag->end ? STEP_MORE : STEP_ON;
}

/* Everything behind the element's name. */
static enum step take_attributes(struct xml_scan *scan, struct tag *tag)
{
    while (true) {
        const char *behind = tag->at;
        enum step step;

        if (!skip_space(tag))
            return STEP_MORE;
        if (*tag->at == '>')
            return STEP_ON;
        if (*tag->at == '/') {
            tag->empty = true;
            tag->at++;
            return tag->at == tag->end ? STEP_MORE : *tag->at == '>' ? STEP_ON : STEP_FAULT;
        }
        if (tag->at == behind || tag->pieces == 2 * XML_ATTRIBUTES_MAX)
            return STEP_FAULT;
        step = take_name(tag, &scan->piece[tag->pieces]);
        if (step == STEP_ON)
            step = take_value(tag, &scan->piece[tag->pieces + 1]);
        if (step != STEP_ON)
            return step;
        tag->pieces += 2;
    }
}

/* Works references out and makes white space blanks, in place, and puts a NUL behind it. */
static const char *value_fault(struct xml_piece *value)
{
    char *bytes = value->from;
    size_t used = 0;

    if (value->size > XML_ATTRIBUTE_MAX)
        return "an attribute of more than 1 MiB";
    if (value->plain) {
        bytes[value->size] = '\0';
        return NULL;
    }
    if (!is_allowed((struct text){ bytes, value->size }))
        return "a byte or character that XML does not allow";
    for (size_t i = 0; i < value->size; i++) {
        if (bytes[i] == '<')
            return "a < in an attribute";
        if (bytes[i] == '&') {
            char c[4];
            const char *stop = memchr(bytes + i, ';', value->size - i);
            size_t size = stop == NULL ? 0
                : reference((struct text){ bytes + i + 1, (size_t)(stop - bytes) - i - 1 }, c);
            if (size == 0)
                return "an entity, or a character that XML does not allow";
            memcpy(bytes + used, c, size);
            used += size;
            i = (size_t)(stop - bytes);
        } else if (bytes[i] != '\r' || i + 1 == value->size || bytes[i + 1] != '\n') {
            bytes[used] = bytes[i];
            if (is_space(bytes[i]))
                bytes[used] = ' ';
            used++;
        }
    }
    bytes[used] = '\0';
    return NULL;
}

static const char *attributes_fault(struct xml_scan *scan, size_t pieces)
{
    for (size_t i = 0; i < pieces; i += 2) {
        struct xml_piece *name = &scan->piece[i];
        const char *why = value_fault(&scan->piece[i + 1]);

        if (why != NULL)
            return why;
        if (!name->plain && !is_allowed((struct text){ name->from, name->size }))
            return "a name that is not UTF-8";
        for (size_t k = 0; k < i; k += 2) {
            if (scan->piece[k].size == name->size && scan->piece[k].from[0] == name->from[0]
                && memcmp(scan->piece[k].from, name->from, name->size) == 0)
                return "an attribute that stands twice";
        }
        scan->attribute[i] = name->from;
        scan->attribute[i + 1] = scan->piece[i + 1].from;
    }
    /* Only now, since a NUL behind a name overwrites what stands there. */
    for (size_t i = 0; i < pieces; i += 2)
        scan->piece[i].from[scan->piece[i].size] = '\0';
    scan->attribute[pieces] = NULL;
    return NULL;
}

static const char *depth_fault(const struct xml_scan *scan)
{
    return scan->depth == 0 && scan->rooted ? "a second root element"
         : scan->depth == XML_DEPTH_MAX ? "elements nested deeper than 64" : NULL;
}

/* Its name stands in its place already; what is behind the tag begins at `behind`. */
static inline enum xml_event open_element(struct xml_scan *scan, size_t name_size, bool empty,
                                          char *behind)
{
    scan->rooted = true;
    scan->name = scan->open[scan->depth];
    scan->name_size[scan->depth++] = name_size;
    scan->closing = empty;
    scan->at = behind;
    return XML_START;
}

static enum xml_event begin_element(struct xml_scan *scan, const struct xml_piece *name,
                                    const struct tag *tag)
{
    const char *why = attributes_fault(scan, tag->pieces);

    if (why != NULL)
        return fault(scan, why);
    if (name->size > XML_NAME_MAX
        || (!name->plain && !is_allowed((struct text){ name->from, name->size })))
        return fault(scan, "a name that is not UTF-8, or longer than 255 bytes");
    why = depth_fault(scan);
    if (why != NULL)
        return fault(scan, why);
    memcpy(scan->open[scan->depth], name->from, name->size);
    scan->open[scan->depth][name->size] = '\0';
    return open_element(scan, name->size, tag->empty, tag->at + 1);
}

/* ---- tags that come again ---- */

/* By the first two bytes of the name, or what stands behind a name of one. */
static inline struct xml_tag *remembered_place(struct xml_scan *scan)
{
    return &scan->tag[(4 * (unsigned char)scan->at[1] + (unsigned char)scan->at[2])
                      % XML_TAGS_KEPT];
}

static inline uint64_t first_bytes(const char *bytes)
{
    uint64_t first;

    memcpy(&first, bytes, sizeof first);
    return first;
}

/* Whether the tag that begins here is one that came before, to the byte. There are XML_TAG_BYTES
 * and more of them. */
static inline bool is_remembered(const struct xml_scan *scan, const struct xml_tag *tag)
{
    return tag->size > 0 && ((first_bytes(tag->bytes) ^ first_bytes(scan->at)) & tag->mask) == 0
           && (tag->size <= sizeof tag->mask
               || memcmp(tag->bytes + sizeof tag->mask, scan->at + sizeof tag->mask,
                         tag->size - sizeof tag->mask) == 0);
}

/* Such a tag is known to be sound. */
static inline enum xml_event begin_again(struct xml_scan *scan, const struct xml_tag *tag)
{
    const char *why = depth_fault(scan);

    if (why != NULL)
        return fault(scan, why);
    memcpy(scan->attribute, tag->attribute, sizeof tag->attribute);
    memcpy(scan->open[scan->depth], tag->name, sizeof tag->name);
    return open_element(scan, tag->name_size, tag->empty, scan->at + tag->size);
}

/* Keeps a tag before its bytes are changed. Tags that tell of a place or a number never come
 * again, so that each place takes in a few only. */
static void remember(struct xml_scan *scan, const struct tag *tag, size_t name_size)
{
    struct xml_tag *kept = remembered_place(scan);
    const size_t size = (size_t)(tag->at - scan->at) + 1;

    if (size > XML_TAG_BYTES || tag->pieces > 2 || kept->tried == XML_TAGS_TRIED)
        return;
    if (tag->pieces == 2 && !(scan->piece[0].plain && scan->piece[1].plain))
        return;
    for (size_t i = 0; i < tag->pieces; i++) {
        const struct xml_piece *piece = &scan->piece[i];
        char *word = kept->word + (piece->from - scan->at);
        memcpy(word, piece->from, piece->size);
        word[piece->size] = '\0';
        kept->attribute[i] = word;
    }
    memcpy(kept->bytes, scan->at, size);
    memcpy(kept->name, scan->at + 1, name_size);
    kept->name[name_size] = '\0';
    kept->mask = size < sizeof kept->mask ? (UINT64_C(1) << 8 * size) - 1 : UINT64_MAX;
    kept->attribute[tag->pieces] = NULL;
    kept->size = size;
    kept->name_size = name_size;
    kept->empty = tag->empty;
    kept->tried++;
}

static __attribute__((noinline)) enum xml_event scan_new_start(struct xml_scan *scan)
{
    struct tag tag = { scan->at + 1, scan->end, 0, false };
    struct xml_piece name;
    enum step step = take_name(&tag, &name);

    if (step == STEP_ON)
        step = take_attributes(scan, &tag);
    if (step != STEP_ON)
        return step == STEP_MORE ? unended(scan) : fault(scan, "a tag that is none");
    if (name.plain)
        remember(scan, &tag, name.size);
    return begin_element(scan, &name, &tag);
}

static inline enum xml_event scan_start(struct xml_scan *scan)
{
    const struct xml_tag *kept;

    if ((size_t)(scan->end - scan->at) <= XML_TAG_BYTES)
        return scan_new_start(scan);
    kept = remembered_place(scan);
    return is_remembered(scan, kept) ? begin_again(scan, kept) : scan_new_start(scan);
}

/* ---- one after the other ---- */

static enum xml_event scan_markup(struct xml_scan *scan)
{
    if (scan->end - scan->at < 2)
        return unended(scan);
    switch (scan->at[1]) {
    case '/':
        return scan_end(scan);
    case '!':
        return scan_declaration(scan);
    case '?':
        return scan_instruction(scan);
    default:
        return scan_start(scan);
    }
}

static const char byte_order_mark[] = "\xEF\xBB\xBF";

enum xml_event xml_scan_next(struct xml_scan *scan)
{
    if (scan->closing) {
        scan->closing = false;
        return end_of_element(scan);
    }
    if (!scan->marked && may_begin(scan, byte_order_mark))
        return XML_MORE;
    if (!scan->marked && begins(scan, byte_order_mark))
        scan->at += strlen(byte_order_mark);
    scan->marked = true;
    while (scan->at < scan->end) {
        const char *before = scan->at;
        enum xml_event event = *scan->at == '<' ? scan_markup(scan)
                             : scan_plain_text(scan) ? XML_TEXT : scan_text(scan);

        scan->begun = scan->begun || scan->at > before;
        /* What is told of by no event (a comment, blanks outside the root) is just passed. */
        if (event != XML_MORE || scan->at == before)
            return event;
    }
    if (!scan->final)
        return XML_MORE;
    return scan->rooted && scan->depth == 0 ? XML_DONE
         : fault(scan, scan->rooted ? "the part ends in the middle" : "there is no element");
}
