/*
 * sheets/xml_io.h -- XML that somebody else may have made with ill intent, as a stream.
 *
 *     xml_open()     a part of an archive, and the grammar that it is read by
 *     xml_next()     reads on until a handler calls xml_pause(), or to the end of the part
 *     xml_close()
 *
 * A grammar is a function from (what the parent is, the element's name) to what the element is: a
 * number of its own, from XML_OWN on, or XML_NOTHING. Of what lies within XML_NOTHING the grammar
 * is told nothing. So a handler never sees an element where it does not belong.
 *
 * Names are judged by their namespace, never by their prefix. xml_scan.h does the reading, and
 * refuses what hostile files are made of: a document type and with it every entity, elements nested
 * too deep, an attribute that is too large; a tag or comment that does not end is not waited for
 * beyond XML_PENDING_MAX.
 *
 * Messages name the file, the part and the line. Errors: ERR_IO (cannot be read, memory ran out),
 * ERR_CHECK (the XML is damaged, hostile, or not what the grammar takes).
 */
#ifndef OCHIL_XML_IO_H
#define OCHIL_XML_IO_H

#include "base/stream.h"
#include "sheets/xml_scan.h"

#define XML_BLOCK_BYTES   65536
#define XML_PENDING_MAX   (XML_ATTRIBUTE_MAX + XML_BLOCK_BYTES)
#define XML_PREFIXES_MAX  64    /* at one place, of the namespaces that a grammar knows */
#define XML_PREFIX_ROOM   64

enum {
    XML_NOTHING,    /* an element that does not matter, nor does anything in it */
    XML_OUTSIDE,    /* the parent of the root */
    XML_OWN         /* the first number that is a grammar's own */
};

struct xml;

struct xml_space {
    struct text uri;
    int         space;    /* from 1; several URIs may have the same (ISO 29500's strict ones) */
};

#define XML_SPACE(uri, space) { { uri, sizeof(uri) - 1 }, space }

struct xml_name {
    int         space;    /* 0: none; -1: one that the grammar does not know */
    const char *local;    /* with a NUL; "" when the namespace is not known */
};

/* What a prefix stands for from an element on, until that element ends. */
struct xml_prefix {
    char     name[XML_PREFIX_ROOM];    /* "" for names without one */
    size_t   size;
    int      space;                    /* -1: a namespace that the grammar does not know */
    unsigned depth;                    /* of the element */
};

struct xml_grammar {
    const struct xml_space *space;
    size_t                  space_count;
    /* `attribute` is name, value, name, value ... NULL; xml_name_of() reads the names. */
    int  (*start)(struct xml *, void *context, int parent, struct xml_name name,
                  const char *const *attribute);
    void (*end)(struct xml *, void *context, int element);
    void (*text)(struct xml *, void *context, int element, const char *bytes, size_t size);
    /* Within elements of this number the grammar is asked first whether it takes whole elements
     * that stand at `scan.at` by itself, moving that behind them. 0 and NULL: it does not. */
    int    quick_in;
    void (*quick)(struct xml *, void *context);
};

/* What reading takes: one for all the parts of a workbook, one after another. */
struct xml_memory {
    struct arena   *arena;
    struct xml_scan scan;
    char           *bytes;     /* XML_PENDING_MAX and a block more; taken when first needed */
};

struct xml {
    struct xml_memory        *memory;
    struct stream            *stream;
    const char               *path;       /* of the file, for messages */
    const char               *part;
    const struct xml_grammar *grammar;
    void                     *context;
    struct trouble           *trouble;    /* of the call that is running */
    enum err                  err;
    struct xml_prefix         prefix[XML_PREFIXES_MAX];
    size_t                    prefix_count;
    const struct xml_prefix  *unprefixed; /* what names without a prefix are in; may be NULL */
    uint64_t                  lines;      /* ends of lines before the bytes at hand */
    bool                      paused, ended;
    unsigned                  depth;
    int                       element[XML_DEPTH_MAX + 1];
};

/* What is given is kept, not copied. Zero the xml before, so that xml_close() is right at any
 * time. ERR_MISSING: the source has no such part. */
MUST_USE enum err xml_open(struct xml *, struct xml_memory *, struct source *, const char *path,
                           const char *part, const struct xml_grammar *, void *context,
                           struct trouble *);

/* *end: the part was read to its end, and all of it was sound. */
MUST_USE enum err xml_next(struct xml *, bool *end, struct trouble *);

/* A small part, from beginning to end. */
MUST_USE enum err xml_read_part(struct xml_memory *, struct source *, const char *path,
                                const char *part, const struct xml_grammar *, void *context,
                                struct trouble *);

void xml_close(struct xml *);

/* For handlers. xml_pause() is for `end`, not for `start` nor `text`; xml_name_of() for the names
 * of attributes. */
void xml_pause(struct xml *);
__attribute__((format(printf, 2, 3)))
void xml_fail(struct xml *, const char *format, ...);
struct xml_name xml_name_of(const struct xml *, const char *name);
/* An attribute's value; NULL: it is not there. */
const char *xml_attribute(const struct xml *, const char *const *attribute, int space,
                          const char *local);

/* A whole number from 0 on; false: it is none. One above `most` is `most` + 1. */
bool xml_whole(struct text text, uint64_t most, uint64_t *out);

#endif
