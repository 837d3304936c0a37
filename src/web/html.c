#include "web/html.h"

#include <assert.h>
#include <stdio.h>

struct html {
    struct arena *arena;
    char         *bytes;
    size_t        size, room;
    const char   *open[HTML_DEPTH_MAX];
    int           depth;
    bool          in_tag;       /* attributes may follow */
    bool          wrong;
};

static const struct text unknown = { "\xEF\xBF\xBD", 3 };      /* U+FFFD */

struct html *html_open(struct arena *arena)
{
    struct html *html = arena_take(arena, 1, sizeof *html);

    html->arena = arena;
    html->room = 8192;
    html->bytes = arena_take(arena, html->room, 1);
    return html;
}

static void put(struct html *html, const char *bytes, size_t size)
{
    if (size > html->room - html->size) {
        size_t room = html->room;
        while (size > room - html->size)
            room *= 2;
        html->bytes = arena_grow(html->arena, html->bytes, html->size, room, 1);
        html->room = room;
    }
    memcpy(html->bytes + html->size, bytes, size);
    html->size += size;
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

static void put_word(struct html *html, const char *word)
{
    put(html, word, strlen(word));
}

/* The element begun last gets no more attributes. */
static void close_tag(struct html *html)
{
    if (html->in_tag)
        put(html, ">", 1);
    html->in_tag = false;
}

struct text html_bytes(struct html *html)
{
    close_tag(html);
    return (struct text){ html->bytes, html->size };
}

static bool is_word_of(const char *word, const char *const list[])
{
    for (size_t i = 0; list[i] != NULL; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* --- elements --- */

static void begin_tag(struct html *html, const char *tag)
{
    static const char *const never[] = { "script", "style", "iframe", "object", "embed", "base",
                                         NULL };

    html->wrong |= is_word_of(tag, never);
    close_tag(html);
    put(html, "<", 1);
    put_word(html, tag);
    html->in_tag = true;
}

bool html_begin(struct html *html, const char *tag)
{
    begin_tag(html, tag);
    assert(html->depth < HTML_DEPTH_MAX);
    html->open[html->depth++] = tag;
    return true;
}

bool html_end(struct html *html, const char *tag)
{
    /* What was left by `break` or `return` stands open above. */
    if (html->depth == 0 || strcmp(html->open[html->depth - 1], tag) != 0) {
        html->wrong = true;
        return false;
    }
    close_tag(html);
    put(html, "</", 2);
    put_word(html, tag);
    put(html, ">", 1);
    html->depth--;
    return false;
}

void html_void(struct html *html, const char *tag)
{
    begin_tag(html, tag);
}

/* --- text --- */

static const char *entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
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

static void put_escaped(struct html *html, struct text text)
{
    for (size_t at = 0, size; at < text.size; at += size) {
        const char c = text.data[at];
        const char *escaped = entity(c);
        const bool control = ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;

        size = character_size(text, at);
        if (escaped != NULL)
            put_word(html, escaped);
        else if (control || size == 0)
            put(html, unknown.data, unknown.size);
        else
            put(html, text.data + at, size);
        size += size == 0;
    }
}

void html_text(struct html *html, struct text text)
{
    close_tag(html);
    put_escaped(html, text);
}

void html_int(struct html *html, int64_t number)
{
    char digits[24];

    (void)snprintf(digits, sizeof digits, "%lld", (long long)number);
    html_text(html, text_of(digits));
}

/* --- attributes --- */

static void attribute(struct html *html, const char *name, struct text value)
{
    html->wrong |= !html->in_tag;
    put(html, " ", 1);
    put_word(html, name);
    put(html, "=\"", 2);
    put_escaped(html, value);
    put(html, "\"", 1);
}

static const char *const addresses[] = { "href", "src", "action", NULL };

void html_attribute(struct html *html, const char *name, struct text value)
{
    /* Names that hold addresses, script or style. */
    static const char *const never[] = { "style", "srcset", "srcdoc", "formaction", "data",
                                         "poster", "ping", "background", "cite", NULL };

    html->wrong |= is_word_of(name, never) || is_word_of(name, addresses) ||
                   strncmp(name, "on", 2) == 0;
    attribute(html, name, value);
}

void html_flag(struct html *html, const char *name)
{
    html->wrong |= !html->in_tag;
    put(html, " ", 1);
    put_word(html, name);
}

void html_address(struct html *html, const char *name, struct url url)
{
    html->wrong |= !is_word_of(name, addresses) || url.text.size == 0;
    attribute(html, name, url.text);
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

/* `before` and the value, percent-encoded but for what RFC 3986 calls unreserved. */
static struct url with_encoded(struct arena *arena, struct url url, struct text before,
                               struct text value)
{
    static const char digit[] = "0123456789ABCDEF";
    const size_t least = url.text.size + before.size;
    char *bytes = arena_take(arena, least + 3 * value.size + 1, 1);
    size_t size = least;

    memcpy(bytes, url.text.data, url.text.size);
    memcpy(bytes + url.text.size, before.data, before.size);
    for (size_t i = 0; i < value.size; i++) {
        const unsigned char c = (unsigned char)value.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit((char)c) ||
            is_one_of((char)c, "-._~")) {
            bytes[size++] = (char)c;
            continue;
        }
        bytes[size++] = '%';
        bytes[size++] = digit[c >> 4];
        bytes[size++] = digit[c & 15];
    }
    return (struct url){ { bytes, size } };
}

struct url url_anchor(struct arena *arena, const char *name)
{
    return with_encoded(arena, (struct url){ { "", 0 } }, text_of("#"), text_of(name));
}

struct url url_segment(struct arena *arena, struct url url, struct text segment)
{
    return with_encoded(arena, url, text_of("/"), segment);
}

struct url url_argument(struct arena *arena, struct url url, const char *name, struct text value)
{
    const bool first = memchr(url.text.data, '?', url.text.size) == NULL;
    const char *before = arena_print(arena, "%c%s=", first ? '?' : '&', name);

    return with_encoded(arena, url, text_of(before), value);
}
