/*
 * sheets/xml_scan.h -- XML, one piece after another, from bytes in memory. Pure.
 *
 *     xml_scan_open(); then, again and again:
 *       put bytes behind those that are left (`at` to `end`), or set `final`
 *       xml_scan_next() until it says XML_MORE
 *
 * XML 1.0 without a document type: such a declaration is refused, and with it every entity but
 * the five that XML has of its own. So a part can neither grow by being read nor lead anywhere.
 * UTF-8 only, which every writer of workbooks uses. Namespaces are left to the caller (xml_io.h).
 *
 * The bytes are changed in place: entities are worked out, line ends become LF, names and values
 * get a NUL. What an event points to is good until the next call.
 *
 * It is our own, since a general parser takes most of the time that reading a sheet takes; the
 * fuzz target holds it against one.
 */
#ifndef OCHIL_XML_SCAN_H
#define OCHIL_XML_SCAN_H

#include "base/text.h"

#define XML_DEPTH_MAX      64
#define XML_ATTRIBUTE_MAX  ((size_t)1 << 20)    /* bytes of a value */
#define XML_ATTRIBUTES_MAX ((size_t)256)                  /* of an element */
#define XML_NAME_MAX       255

enum xml_event {
    XML_MORE,      /* the piece that begins at `at` is not complete in these bytes */
    XML_START,     /* `name`, `attribute` */
    XML_END,
    XML_TEXT,      /* `text`; one text may come in several pieces */
    XML_DONE,      /* the document is complete; only if `final` */
    XML_FAULT      /* `fault` says why */
};

struct xml_piece {
    char  *from;
    size_t size;
    bool   plain;    /* only ASCII, and nothing to be worked out */
};

/* A start tag as it stands, with one attribute at most, and what it means. */
#define XML_TAGS_KEPT  32
#define XML_TAGS_TRIED 8       /* in one place, before what stands there remains */
#define XML_TAG_BYTES  ((size_t)48)

struct xml_tag {
    char        bytes[XML_TAG_BYTES];
    size_t      size;                  /* 0: none is kept here */
    uint64_t    mask;                  /* which of the first eight bytes are its own */
    char        name[XML_TAG_BYTES];
    size_t      name_size;
    bool        empty;
    unsigned    tried;
    char        word[XML_TAG_BYTES];   /* name and value, each with a NUL */
    const char *attribute[3];
};

struct xml_scan {
    char        *at, *end;         /* bytes that are known and not used */
    bool         final;            /* nothing comes behind `end` */
    bool         begun;            /* something has been read: no declaration may follow */
    bool         marked;           /* a byte order mark has been passed, or can no more come */
    bool         rooted;           /* the root element has begun */
    bool         closing;          /* an empty element was told; its end is next */
    unsigned     depth;
    const char  *name;
    const char  *attribute[2 * XML_ATTRIBUTES_MAX + 1];   /* name, value ... NULL */
    struct text  text;
    const char  *fault;
    char         character[4];
    size_t       name_size[XML_DEPTH_MAX];
    char         open[XML_DEPTH_MAX][XML_NAME_MAX + 1];   /* names of the open elements */
    struct xml_piece piece[2 * XML_ATTRIBUTES_MAX];       /* of the tag at hand */
    struct xml_tag tag[XML_TAGS_KEPT];      /* most tags of a sheet are a few, again and again */
};

/* How many of the bytes, from the first on, mean nothing but themselves in a text: no control
 * character, no <, & or ], nothing beyond ASCII. */
size_t xml_plain(struct text);

void xml_scan_open(struct xml_scan *);
enum xml_event xml_scan_next(struct xml_scan *);

#endif
