/*
 * trail/trail_strict.h -- reading lines of JSON that have exactly one spelling.
 *
 * Contract (docs/trail.md), section 1: members in a fixed order, no blanks, one way to escape. So
 * nothing here parses JSON; it asks whether what must come next does, and anything else is a
 * fault. Every function gives false then and may have moved on: the line is lost.
 *
 * The line is valid UTF-8 (text_is_utf8), which the caller has tested once.
 */
#ifndef OCHIL_TRAIL_STRICT_H
#define OCHIL_TRAIL_STRICT_H

#include "base/text.h"
#include "formats/sha256.h"

struct strict {
    const char *at, *end;
    char       *spare;      /* where texts with escapes are written out; room for the line */
};

static inline struct strict strict_of(struct text line, char *spare)
{
    return (struct strict){ line.data, line.data + line.size, spare };
}

/* Exactly these bytes. Inline, so that the length of a literal is known where it stands. */
MUST_USE static inline bool strict_word(struct strict *strict, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(strict->end - strict->at) < size || memcmp(strict->at, word, size) != 0)
        return false;
    strict->at += size;
    return true;
}

/* A whole number of at most 18 digits. */
MUST_USE bool strict_count(struct strict *, uint64_t *);

/* A string of at most `most` bytes, without its quotes and escapes: a slice of the line, or of
 * the spare bytes. */
MUST_USE bool strict_text(struct strict *, size_t most, struct text *);

/* "..." of lower-case hex digits, two for each byte. */
MUST_USE bool strict_hex(struct strict *, unsigned char *bytes, size_t size);
MUST_USE bool strict_sum(struct strict *, struct sha256_sum *);

/* Nothing is left. */
MUST_USE bool strict_end(const struct strict *);

/* From hex to bytes; false unless it is 2 x `size` lower-case digits. */
MUST_USE bool strict_bytes(struct text hex, unsigned char *bytes, size_t size);

#endif
