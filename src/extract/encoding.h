/*
 * extract/encoding.h -- what a text's bytes mean: told from its beginning, and turned into UTF-8
 * block by block.
 *
 * What the encoding does not have (an undefined byte of Windows-1252, half a surrogate pair)
 * becomes the byte 0xFF, which no UTF-8 text can hold. UTF-8 itself needs no decoding, and its
 * validity is looked at row by row. docs/convert.md, section 3.
 */
#ifndef OCHIL_ENCODING_H
#define OCHIL_ENCODING_H

#include "extract/profile.h"

#define ENCODING_NUL_BYTES ((size_t)64 * 1024)          /* looked at for UTF-16 */
#define ENCODING_SAMPLE_BYTES ((size_t)1024 * 1024)     /* looked at for UTF-8 */

/* By the rules of `detect`; `sample` is the beginning of the text, at most
 * ENCODING_SAMPLE_BYTES of it, or the whole. */
enum encoding encoding_detect(struct text sample, bool whole);

/* The bytes of a byte order mark at the start of a text in UTF-8; 0: none. `*twice`: it was
 * encoded twice, by a program that took UTF-8 for Windows-1252. */
size_t encoding_mark(struct text text, bool *twice);

/* Between two blocks. */
struct decoding {
    enum encoding encoding;
    bool          half;         /* `first` is the first byte of a unit of UTF-16 */
    unsigned char first;
    uint32_t      high;         /* a high surrogate that waits for its low one, or 0 */
};

/* What may come of `size` bytes. */
#define DECODED_BYTES_MAX(size) ((size) * 3 + 4)

void decoding_open(struct decoding *, enum encoding);

/* Decodes a block into `out`; gives how many bytes it became. `final`: it is the last, and may
 * be empty. */
size_t decoding_take(struct decoding *, struct text block, bool final, char *out);

#endif
