/* How a chunk begins and what a head looks like, byte by byte. */
#include "store/evidence_frames.h"

static const unsigned char magic[8] = { 'O', 'C', 'H', 'I', 'L', 'E', 'V', 1 };

enum { FLAG_LAST = 1, FLAG_CUT = 2 };

/* The head's clear bytes, all but the tag. */
#define CLEAR_HEAD_BYTES (EVIDENCE_HEAD_BYTES - EVIDENCE_TAG_BYTES)

_Static_assert(CLEAR_HEAD_BYTES <= EVIDENCE_CLEAR_MOST, "the tag covers the head whole");

/* By eight bytes: where a byte is an LF its lowest bit is counted, in eight counters of a byte
 * each, which are added up before one can overflow. */
static uint64_t ends_of_words(const char *at, size_t words)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t counters = 0;

    for (size_t i = 0; i < words; i++) {
        uint64_t word;
        memcpy(&word, at + 8 * i, 8);
        word ^= ones * '\n';
        const uint64_t not_zero = ((word & ones * 0x7f) + ones * 0x7f) | word;
        counters += ~not_zero >> 7 & ones;
    }
    counters = (counters & UINT64_C(0x00ff00ff00ff00ff)) +
               (counters >> 8 & UINT64_C(0x00ff00ff00ff00ff));
    return counters * UINT64_C(0x0001000100010001) >> 48;
}

uint64_t evidence_line_ends(struct text text)
{
    uint64_t count = 0;

    while (text.size >= 8) {
        const size_t words = text.size / 8 < 255 ? text.size / 8 : 255;
        count += ends_of_words(text.data, words);
        text.data += 8 * words;
        text.size -= 8 * words;
    }
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '\n';
    return count;
}

void evidence_clear_print(const struct evidence_clear *clear,
                          unsigned char out[EVIDENCE_CLEAR_BYTES])
{
    little_endian_put(out, clear->offset, 8);
    little_endian_put(out + 8, clear->first_line, 8);
    little_endian_put(out + 16, clear->size, 4);
    out[20] = (unsigned char)((clear->last ? FLAG_LAST : 0) | (clear->cut ? FLAG_CUT : 0));
}

bool evidence_clear_parse(const unsigned char bytes[EVIDENCE_CLEAR_BYTES],
                          struct evidence_clear *clear)
{
    unsigned flags = bytes[20];

    clear->offset = little_endian_get(bytes, 8);
    clear->first_line = little_endian_get(bytes + 8, 8);
    clear->size = (size_t)little_endian_get(bytes + 16, 4);
    clear->last = (flags & FLAG_LAST) != 0;
    clear->cut = (flags & FLAG_CUT) != 0;
    return flags < 4 && clear->size > 0 && clear->size <= EVIDENCE_FRAME_MOST;
}

static struct evidence_place head_place(const struct evidence_key *key,
                                        const struct evidence_id *id, const void *clear)
{
    return (struct evidence_place){ key, id, PART_HEAD, 0,
                                    { (const char *)clear, CLEAR_HEAD_BYTES } };
}

void evidence_head_seal(const struct evidence_head *head, const struct evidence_key *key,
                        const struct evidence_id *id, unsigned char out[EVIDENCE_HEAD_BYTES])
{
    const uint64_t number[5] = { head->frames, head->size, head->lines, head->packed,
                                 head->cut_line };
    struct evidence_place place = head_place(key, id, out);
    unsigned char *at = out + sizeof magic;

    memcpy(out, magic, sizeof magic);
    *at++ = (unsigned char)head->kind;
    for (size_t i = 0; i < COUNT(number); i++, at += 8)
        little_endian_put(at, number[i], 8);
    memcpy(at, head->sum.bytes, SHA256_BYTES);
    evidence_seal(&place, (struct text){ "", 0 }, out + CLEAR_HEAD_BYTES);
}

/* Does what it says agree with itself? Only a writer of ours with a bug could make one that does
 * not, since the tag was good. */
static bool head_is_sane(const struct evidence_head *head)
{
    return (head->kind == EVIDENCE_BYTES || head->kind == EVIDENCE_RECORDS) &&
           head->frames <= head->size && (head->frames == 0) == (head->size == 0) &&
           head->size / EVIDENCE_FRAME_MOST <= head->frames && head->lines <= head->size &&
           head->cut_line <= head->lines;
}

enum err evidence_head_open(struct text sealed, const struct evidence_key *key,
                            const struct evidence_id *id, const char *name,
                            struct evidence_head *head, struct trouble *trouble)
{
    const unsigned char *at = (const unsigned char *)sealed.data;
    struct evidence_place place = head_place(key, id, at);
    unsigned char nothing[1];

    if (sealed.size != EVIDENCE_HEAD_BYTES || memcmp(at, magic, 7) != 0)
        return fail(trouble, ERR_CHECK, "%s: this is not the head of an evidence file", name);
    if (at[7] != magic[7])
        return fail(trouble, ERR_CHECK, "%s: written in format %d, which this program does not "
                    "know", name, at[7]);
    struct text tag = { sealed.data + CLEAR_HEAD_BYTES, EVIDENCE_TAG_BYTES };
    if (!evidence_unseal(&place, tag, nothing))
        return fail(trouble, ERR_CHECK, "%s: the head is damaged or another file's, or the key "
                    "is another one", name);
    at += sizeof magic;
    *head = (struct evidence_head){
        .kind = (enum evidence_kind)at[0],
        .frames = little_endian_get(at + 1, 8),
        .size = little_endian_get(at + 9, 8),
        .lines = little_endian_get(at + 17, 8),
        .packed = little_endian_get(at + 25, 8),
        .cut_line = little_endian_get(at + 33, 8),
    };
    memcpy(head->sum.bytes, at + 41, SHA256_BYTES);
    return head_is_sane(head) ? OK : fail(trouble, ERR_CHECK,
                                          "%s: the head contradicts itself", name);
}
