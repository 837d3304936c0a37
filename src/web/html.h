/*
 * web/html.h -- HTML that cannot be written wrongly.
 *
 *     struct html *h = html_open(arena);
 *     El(h, "tr") {
 *         El(h, "td") {
 *             Attr(h, "class", text_of("name"));
 *             html_text(h, council->name);
 *         }
 *         El(h, "td") {
 *             El(h, "a") {
 *                 Href(h, "href", url_id(arena, Url("/jobs"), job->id));
 *                 Lit(h, "Show");
 *             }
 *         }
 *     }
 *
 *   - markup and names are string literals: the macros paste "" in front, so that a variable there
 *     does not compile
 *   - what comes at run time enters through html_text(), Attr() and the like, and all of them
 *     escape; the writer is opaque, so nothing can be put in past them
 *   - an address is a `struct url`, made from a literal that begins with / and escaped parts: text
 *     in its place does not compile, so there is no javascript: and no foreign address
 *   - El closes itself; a `return` or `break` out of it is found by html_ok(), and such a page is
 *     answered with 500
 *   - no attribute that holds script or style can be written, and no <script> or <style> but the
 *     one that html_script() writes
 *
 * Attributes follow their El at once, before anything inside. Text is UTF-8; what is not becomes
 * U+FFFD, and so do control characters.
 */
#ifndef OCHIL_HTML_H
#define OCHIL_HTML_H

#include "base/arena.h"
#include "base/text.h"
#include "web/words.h"

#define HTML_DEPTH_MAX 48

struct html;

struct html *html_open(struct arena *);
/* The same, for a whole page: begins with the document type. */
struct html *html_document(struct arena *);

/* The pages' own script, /script.js, run when the page is there. */
void html_script(struct html *);

/* Everything begun was ended, and nothing was written that may not be. */
bool html_ok(const struct html *);

/* What was written so far; it stays while the arena does. */
struct text html_bytes(struct html *);

/* An element with what follows in braces. */
#define El(h, tag) HTML_ELEMENT(h, tag, HTML_JOIN(html_once_, __COUNTER__))
/* An element that has no inside: "br", "input". */
#define Void(h, tag) html_void(h, "" tag "")
/* Text that is a literal, a phrase: escaped like any other. */
#define Lit(h, literal) html_phrase(h, (struct text){ "" literal "", sizeof(literal) - 1 })
/* Of the element begun last. */
#define Attr(h, name, value) html_attribute(h, "" name "", value)
#define LitAttr(h, name, literal)                                                                \
    html_literal_attribute(h, "" name "", "" literal "", " " name "=\"" literal "\"")
/* Without a value: "required". */
#define Flag(h, name) html_flag(h, "" name "")
/* "href", "src" or "action". */
#define Href(h, name, url) html_address(h, "" name "", url)

/* An element with text, a phrase or the dash of html_nothing() alone in it, and the same with an
 * attribute whose value is a literal: in one go, since a table has hundreds of them. */
#define TextEl(h, tag, text)                                                                     \
    HTML_AROUND(html_around, h, "<" tag ">", tag, html_never_tag("" tag ""), text)
#define TextElWith(h, tag, name, literal, text)                                                  \
    HTML_AROUND(html_around, h, "<" tag " " name "=\"" literal "\">", tag,                       \
                html_never_with("" tag "", "" name "", "" literal ""), text)
#define PhraseEl(h, tag, english)                                                                \
    HTML_AROUND(html_phrase_around, h, "<" tag ">", tag, html_never_tag("" tag ""), english)
#define NothingEl(h, tag)                                                                        \
    html_whole(h, (struct text){ "<" tag ">" HTML_DASH "</" tag ">",                             \
                                 sizeof("<" tag ">" HTML_DASH "</" tag ">") - 1 },               \
               html_never_tag("" tag ""))

void html_text(struct html *, struct text);
/* What pages say by themselves, in English: in the reader's language where the catalogue has it
 * (words.h), and then marked as that. What people wrote is html_text(). */
void html_phrase(struct html *, struct text english);
/* Whose language phrases are looked up for; English until this is said. */
void html_speak(struct html *, enum language);
void html_int(struct html *, int64_t);
/* The dash that stands where there is nothing to say. */
void html_nothing(struct html *);

/* An address within this site. */
struct url {
    struct text text;
};

#define Url(literal) url_literal("" literal "", sizeof(literal) - 1)
/* Behind a /: a number, or text percent-encoded as one segment. */
struct url url_id(struct arena *, struct url, int64_t);
struct url url_segment(struct arena *, struct url, struct text);
/* A place on the same page: "#name". */
struct url url_anchor(struct arena *, const char *name);
/* A path of ours with its query, as somebody sent it: begins with one slash, and has only letters,
 * digits and -._~/%?=&+. False: it is none. */
MUST_USE bool url_sent(struct text, struct url *);
/* ?name=value, or & when there is one already. */
#define UrlArg(arena, url, name, value) url_argument(arena, url, "" name "", value)

/* What the macros are made of. */
#define HTML_JOIN(one, other) HTML_JOIN_NOW(one, other)
#define HTML_JOIN_NOW(one, other) one##other
#define HTML_ELEMENT(h, tag, once)                                                               \
    for (bool once = html_begin(h, "" tag ""); once; once = html_end(h, "" tag ""))

#define HTML_DASH "\xE2\x80\x93"

/* Both ends of an element, as they are written. */
struct html_tags {
    struct text begin, end;
};
#define HTML_AROUND(write, h, first, tag, never, text)                                           \
    do {                                                                                         \
        static const struct html_tags html_tags = { { first, sizeof(first) - 1 },                \
                                                    { "</" tag ">", sizeof("</" tag ">") - 1 } }; \
        write(h, &html_tags, never, text);                                                       \
    } while (false)

void html_whole(struct html *, struct text whole, bool never);
void html_around(struct html *, const struct html_tags *, bool never, struct text);
void html_phrase_around(struct html *, const struct html_tags *, bool never, struct text english);

/* `never`: it is one that may not be written. */
bool html_begin_word(struct html *html, struct text tag, bool never);
bool html_end_word(struct html *, struct text tag);
void html_void_word(struct html *html, struct text tag, bool never);
void html_attribute_word(struct html *, struct text name, struct text value, bool never);
void html_address_word(struct html *, struct text name, struct url, bool never);
void html_attribute_whole(struct html *, struct text whole);
void html_flag(struct html *, const char *name);
struct url url_literal(const char *literal, size_t size);
struct url url_argument(struct arena *, struct url, const char *name, struct text value);

/* Inline whatever the compiler thinks of it, so that a literal is measured and judged when it is
 * compiled: a page has a thousand of them. */
#define HTML_INLINE static inline __attribute__((always_inline))

HTML_INLINE bool html_is_word(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

HTML_INLINE bool html_never_tag(const char *tag)
{
    return html_is_word(tag, "script") || html_is_word(tag, "style") ||
           html_is_word(tag, "iframe") || html_is_word(tag, "object") ||
           html_is_word(tag, "embed") || html_is_word(tag, "base");
}

HTML_INLINE bool html_is_address(const char *name)
{
    return html_is_word(name, "href") || html_is_word(name, "src") ||
           html_is_word(name, "action");
}

/* Names that hold addresses, script or style. */
HTML_INLINE bool html_never_attribute(const char *name)
{
    return html_is_address(name) || strncmp(name, "on", 2) == 0 || html_is_word(name, "style") ||
           html_is_word(name, "srcset") || html_is_word(name, "srcdoc") ||
           html_is_word(name, "formaction") || html_is_word(name, "data") ||
           html_is_word(name, "poster") || html_is_word(name, "ping") ||
           html_is_word(name, "background") || html_is_word(name, "cite");
}

/* A value that needs an entity is none for a literal that is written as it stands. */
HTML_INLINE bool html_never_with(const char *tag, const char *name, const char *value)
{
    return html_never_tag(tag) || html_never_attribute(name) || strpbrk(value, "&<>\"'") != NULL;
}

HTML_INLINE bool html_begin(struct html *html, const char *tag)    /* true */
{
    return html_begin_word(html, text_of(tag), html_never_tag(tag));
}

HTML_INLINE void html_void(struct html *html, const char *tag)
{
    html_void_word(html, text_of(tag), html_never_tag(tag));
}

HTML_INLINE bool html_end(struct html *html, const char *tag)      /* false */
{
    return html_end_word(html, text_of(tag));
}

HTML_INLINE void html_attribute(struct html *html, const char *name, struct text value)
{
    html_attribute_word(html, text_of(name), value, html_never_attribute(name));
}

/* `whole`: the same as it is written, when nothing in it needs an entity. */
HTML_INLINE void html_literal_attribute(struct html *html, const char *name, const char *value,
                                        const char *whole)
{
    if (html_never_attribute(name) || strpbrk(value, "&<>\"'") != NULL)
        html_attribute(html, name, text_of(value));
    else
        html_attribute_whole(html, text_of(whole));
}

HTML_INLINE void html_address(struct html *html, const char *name, struct url url)
{
    html_address_word(html, text_of(name), url, !html_is_address(name));
}

#endif
