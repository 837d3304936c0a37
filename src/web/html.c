#include "web/html.h"

#include <assert.h>
#include <stdio.h>

struct html {
    struct arena *arena;
    char         *bytes;
    size_t        size, room;
    struct text   open[HTML_DEPTH_MAX];
    int           depth;
    bool          in_tag;       /* attributes may follow */
    bool          wrong;
    enum language reader;       /* of phrases */
};

static const struct text unknown = { "\xEF\xBF\xBD", 3 };      /* U+FFFD */

struct html *html_open(struct arena *arena)
{
    struct html *html = arena_take(arena, 1, sizeof *html);

    html->arena = arena;
    html->room = 32768;      /* most pages: they are not copied once */
    html->bytes = arena_take_bytes(arena, html->room);
    return html;
}

static void make_room(struct html *html, size_t size)
{
    size_t room = html->room;

    while (size > room - html->size)
        room *= 2;
    char *larger = arena_take_bytes(html->arena, room);
    memcpy(larger, html->bytes, html->size);
    html->bytes = larger;
    html->room = room;
}

/* Where the next bytes go, at most `size` of them; put_end() says how many there were. */
static inline char *put_begin(struct html *html, size_t size)
{
    if (size > html->room - html->size)
        make_room(html, size);
    return html->bytes + html->size;
}

static inline void put_end(struct html *html, const char *behind)
{
    html->size = (size_t)(behind - html->bytes);
}

/* As many as `piece`, from either end: they may overlap. */
static inline void copy_ends(char *at, const char *bytes, size_t size, size_t piece)
{
    memcpy(at, bytes, piece);
    memcpy(at + size - piece, bytes + size - piece, piece);
}

/* Nearly all of what is added is short, a tag or a name, and copied here faster than memcpy() is
 * called. */
static inline __attribute__((always_inline)) char *add(char *at, const char *bytes, size_t size)
{
    if (size > 32)
        memcpy(at, bytes, size);
    else if (size >= 16)
        copy_ends(at, bytes, size, 16);
    else if (size >= 8)
        copy_ends(at, bytes, size, 8);
    else if (size >= 4)
        copy_ends(at, bytes, size, 4);
    else if (size >= 2)
        copy_ends(at, bytes, size, 2);
    else if (size == 1)
        *at = *bytes;
    return at + size;
}

static void put(struct html *html, const char *bytes, size_t size)
{
    put_end(html, add(put_begin(html, size), bytes, size));
}

struct html *html_document(struct arena *arena)
{
    static const char type[] = "<!DOCTYPE html>\n";
    struct html *html = html_open(arena);

    put(html, type, sizeof type - 1);
    return html;
}

bool html_ok(const struct html *html)
{
    return !html->wrong && html->depth == 0;
}

/* The element begun last gets no more attributes. */
static inline char *add_tag_end(struct html *html, char *at)
{
    if (html->in_tag)
        *at++ = '>';
    html->in_tag = false;
    return at;
}

static void close_tag(struct html *html)
{
    if (html->in_tag)
        put_end(html, add_tag_end(html, put_begin(html, 1)));
}

struct text html_bytes(struct html *html)
{
    close_tag(html);
    return (struct text){ html->bytes, html->size };
}

/* --- elements --- */

static inline void begin_tag(struct html *html, struct text tag, bool never)
{
    char *at = add_tag_end(html, put_begin(html, tag.size + 2));

    html->wrong |= never;
    *at++ = '<';
    put_end(html, add(at, tag.data, tag.size));
    html->in_tag = true;
}

bool html_begin_word(struct html *html, struct text tag, bool never)
{
    begin_tag(html, tag, never);
    assert(html->depth < HTML_DEPTH_MAX);
    html->open[html->depth++] = tag;
    return true;
}

void html_script(struct html *html)
{
    static const char script[] = "<script src=\"/script.js\" defer=\"\"></script>";

    close_tag(html);
    put(html, script, sizeof script - 1);
}

/* One literal, most often: then there is nothing to compare. */
static bool is_same_tag(struct text one, struct text other)
{
    return one.data == other.data || text_equal(one, other);
}

bool html_end_word(struct html *html, struct text tag)
{
    /* What was left by `break` or `return` stands open above. */
    if (html->depth == 0 || !is_same_tag(html->open[html->depth - 1], tag)) {
        html->wrong = true;
        return false;
    }
    char *at = add_tag_end(html, put_begin(html, tag.size + 4));
    *at++ = '<';
    *at++ = '/';
    at = add(at, tag.data, tag.size);
    *at++ = '>';
    put_end(html, at);
    html->depth--;
    return false;
}

void html_void_word(struct html *html, struct text tag, bool never)
{
    begin_tag(html, tag, never);
}

/* --- text --- */

static struct text entity(char c)
{
    switch (c) {
    case '&': return (struct text){ "&amp;", 5 };
    case '<': return (struct text){ "&lt;", 4 };
    case '>': return (struct text){ "&gt;", 4 };
    case '"': return (struct text){ "&quot;", 6 };
    case '\'': return (struct text){ "&#39;", 5 };
    default: return (struct text){ NULL, 0 };
    }
}

/* How many bytes the character at `at` has; 0: they are none. */
static size_t character_size(struct text text, size_t at)
{
    const unsigned char c = (unsigned char)text.data[at];
    const size_t size = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

    if (size > text.size - at || !text_is_utf8((struct text){ text.data + at, size }))
        return 0;
    return size;
}

/* Does the byte stand for itself, with no need of being looked at below? */
static inline bool is_plain(unsigned char c)
{
    /* Below the blank, and the five with an entity, all of which are below '@'. */
    static const uint64_t special = UINT64_C(0xFFFFFFFF) | UINT64_C(1) << '&' |
                                    UINT64_C(1) << '<' | UINT64_C(1) << '>' |
                                    UINT64_C(1) << '"' | UINT64_C(1) << '\'';

    return c < 0x40 ? (special >> c & 1) == 0 : c < 0x7F;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight bytes at once. Of bytes below 0x80 one is less than another when taking it away borrows. */
static inline bool are_plain(uint64_t eight)
{
    const uint64_t not_plain = eight | (eight - EACH(0x20)) | (eight + EACH(1)) |
                               ((eight ^ EACH('"')) - EACH(1)) |
                               (((eight | EACH(1)) ^ EACH('\'')) - EACH(1)) |  /* & and ' */
                               (((eight | EACH(2)) ^ EACH('>')) - EACH(1));    /* < and > */

    return (not_plain & EACH(0x80)) == 0;
}

/* A text of two to seven bytes, as words and numbers in a table are: copied if all of it is
 * plain. From both ends, with what there is twice. */
static inline bool add_short(char *to, struct text text)
{
    uint32_t first = 0x61616161, last = 0x61616161;     /* plain, where there is nothing */

    if (text.size >= sizeof first) {
        memcpy(&first, text.data, sizeof first);
        memcpy(&last, text.data + text.size - sizeof last, sizeof last);
    } else {
        memcpy(&first, text.data, 2);
        memcpy(&last, text.data + text.size - 2, 2);
    }
    if (!are_plain((uint64_t)first << 32 | last))
        return false;
    (void)add(to, text.data, text.size);
    return true;
}

/* Copies from `from` on what is plain, to where there is room for all of `text`; gives how far it
 * came. */
static inline __attribute__((always_inline)) size_t add_plain(char **at, struct text text,
                                                              size_t from)
{
    char *to = *at;
    size_t i = from;
    uint64_t eight;

    if (from == 0 && text.size < sizeof eight && text.size >= 2 && add_short(to, text)) {
        *at = to + text.size;
        return text.size;
    }
    for (; text.size - i >= sizeof eight; i += sizeof eight, to += sizeof eight) {
        memcpy(&eight, text.data + i, sizeof eight);
        if (!are_plain(eight))
            break;
        memcpy(to, &eight, sizeof eight);
    }
    /* The last bytes once more, with some of those before them. */
    if (i > from && i < text.size && text.size - i < sizeof eight) {
        memcpy(&eight, text.data + text.size - sizeof eight, sizeof eight);
        if (are_plain(eight)) {
            memcpy(to + (text.size - i) - sizeof eight, &eight, sizeof eight);
            *at = to + (text.size - i);
            return text.size;
        }
    }
    for (; i < text.size && is_plain((unsigned char)text.data[i]); i++)
        *to++ = text.data[i];
    *at = to;
    return i;
}

/* A character that is not plain; gives its size. */
static size_t put_character(struct html *html, struct text text, size_t at)
{
    const char c = text.data[at];
    const struct text escaped = entity(c);
    const bool control = ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    const size_t size = character_size(text, at);

    if (escaped.data != NULL)
        put(html, escaped.data, escaped.size);
    else if (control || size == 0)
        put(html, unknown.data, unknown.size);
    else
        put(html, text.data + at, size);
    return size == 0 ? 1 : size;
}

/* What add_plain() left. */
static __attribute__((noinline)) void put_rest(struct html *html, struct text text, size_t from)
{
    while (from < text.size) {
        from += put_character(html, text, from);
        char *at = put_begin(html, text.size - from);
        from = add_plain(&at, text, from);
        put_end(html, at);
    }
}

void html_text(struct html *html, struct text text)
{
    char *at = add_tag_end(html, put_begin(html, text.size + 1));
    const size_t plain = add_plain(&at, text, 0);

    put_end(html, at);
    if (plain < text.size)
        put_rest(html, text, plain);
}

void html_nothing(struct html *html)
{
    static const char dash[] = HTML_DASH;

    close_tag(html);
    put(html, dash, sizeof dash - 1);
}

/* --- an element at once --- */

void html_whole(struct html *html, struct text whole, bool never)
{
    char *at = add_tag_end(html, put_begin(html, whole.size + 1));

    html->wrong |= never;
    put_end(html, add(at, whole.data, whole.size));
}

void html_around(struct html *html, const struct html_tags *tags, bool never, struct text text)
{
    char *at = add_tag_end(html, put_begin(html, tags->begin.size + text.size + tags->end.size + 1));

    html->wrong |= never;
    at = add(at, tags->begin.data, tags->begin.size);
    const size_t plain = add_plain(&at, text, 0);
    if (plain < text.size) {
        put_end(html, at);
        put_rest(html, text, plain);
        at = put_begin(html, tags->end.size);
    }
    put_end(html, add(at, tags->end.data, tags->end.size));
}

void html_speak(struct html *html, enum language reader)
{
    html->reader = reader;
}

/* An element that holds text alone says its language itself. */
static bool holds_text_alone(const struct html *html)
{
    const struct text tag = html->depth == 0 ? text_of("") : html->open[html->depth - 1];

    return html->in_tag && (text_is(tag, "option") || text_is(tag, "title"));
}

void html_phrase(struct html *html, struct text english)
{
    const char *said = html->reader == ENGLISH ? NULL : phrase_in(english, html->reader);
    const bool alone = said != NULL && holds_text_alone(html);

    if (said == NULL) {
        html_text(html, english);
        return;
    }
    if (!alone)
        (void)html_begin(html, "span");
    Attr(html, "lang", text_of(language_code(html->reader)));
    html_text(html, text_of(said));
    if (!alone)
        (void)html_end(html, "span");
}

void html_phrase_around(struct html *html, const struct html_tags *tags, bool never,
                        struct text english)
{
    if (html->reader == ENGLISH) {
        html_around(html, tags, never, english);
        return;
    }
    html_whole(html, tags->begin, never);
    html_phrase(html, english);
    html_whole(html, tags->end, false);
}

void html_int(struct html *html, int64_t number)
{
    char digits[NUMBER_DIGITS];
    const char *first = number_print(number, digits);

    close_tag(html);
    put(html, first, (size_t)(digits + sizeof digits - first));
}

/* --- attributes --- */

void html_attribute_word(struct html *html, struct text name, struct text value, bool never)
{
    char *at = put_begin(html, name.size + 3 + value.size + 1);

    html->wrong |= never || !html->in_tag;
    *at++ = ' ';
    at = add(at, name.data, name.size);
    *at++ = '=';
    *at++ = '"';
    const size_t plain = add_plain(&at, value, 0);
    if (plain < value.size) {
        put_end(html, at);
        put_rest(html, value, plain);
        at = put_begin(html, 1);
    }
    *at++ = '"';
    put_end(html, at);
}

void html_address_word(struct html *html, struct text name, struct url url, bool never)
{
    html_attribute_word(html, name, url.text, never || url.text.size == 0);
}

void html_attribute_whole(struct html *html, struct text whole)
{
    html->wrong |= !html->in_tag;
    put(html, whole.data, whole.size);
}

void html_flag(struct html *html, const char *name)
{
    html->wrong |= !html->in_tag;
    put(html, " ", 1);
    put(html, name, strlen(name));
}

/* --- addresses --- */

struct url url_literal(const char *literal, size_t size)
{
    /* "//host" would be another site. */
    assert((size >= 1 && literal[0] == '/' && (size < 2 || literal[1] != '/')) ||
           literal[0] == '#');
    return (struct url){ { literal, size } };
}

bool url_sent(struct text sent, struct url *out)
{
    if (sent.size == 0 || sent.data[0] != '/' || (sent.size > 1 && sent.data[1] == '/'))
        return false;
    for (size_t i = 0; i < sent.size; i++) {
        const char c = sent.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
              is_one_of(c, "-._~/%?=&+")))
            return false;
    }
    *out = (struct url){ sent };
    return true;
}

struct url url_id(struct arena *arena, struct url url, int64_t id)
{
    return (struct url){ text_of(arena_print(arena, "%.*s/%lld", TEXT(url.text),
                                             (long long)id)) };
}

/* Does RFC 3986 call it unreserved? Then it stands for itself. */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static char *add_encoded(char *at, struct text value)
{
    static const char digit[] = "0123456789ABCDEF";

    for (size_t i = 0; i < value.size; i++) {
        const unsigned char c = (unsigned char)value.data[i];
        if (is_unreserved((char)c)) {
            *at++ = (char)c;
            continue;
        }
        *at++ = '%';
        *at++ = digit[c >> 4];
        *at++ = digit[c & 15];
    }
    return at;
}

/* The address, `mark`, `name` and, behind a = if there is a name, the value, percent-encoded. */
static struct url with_encoded(struct arena *arena, struct url url, char mark, struct text name,
                               struct text value)
{
    char *bytes = arena_take(arena, url.text.size + name.size + 2 + 3 * value.size + 1, 1);
    char *at = add(bytes, url.text.data, url.text.size);

    *at++ = mark;
    at = add(at, name.data, name.size);
    if (name.size > 0)
        *at++ = '=';
    at = add_encoded(at, value);
    return (struct url){ { bytes, (size_t)(at - bytes) } };
}

struct url url_anchor(struct arena *arena, const char *name)
{
    return with_encoded(arena, (struct url){ { "", 0 } }, '#', text_of(""), text_of(name));
}

struct url url_segment(struct arena *arena, struct url url, struct text segment)
{
    return with_encoded(arena, url, '/', text_of(""), segment);
}

struct url url_argument(struct arena *arena, struct url url, const char *name, struct text value)
{
    const bool first = memchr(url.text.data, '?', url.text.size) == NULL;

    return with_encoded(arena, url, first ? '?' : '&', text_of(name), value);
}
