#include "engine/ledger_split.h"

#include "engine/ledger_ways.h"
#include "formats/csv.h"

/* ---- a block ---- */

struct masks {
    uint64_t line, special;
};

typedef void find_masks(const char *bytes, struct masks *);

#if defined(__x86_64__)

ALWAYS_INLINE WITH_AVX512 void masks_avx512(const char *bytes, struct masks *masks)
{
    const __m512i v = _mm512_loadu_si512(bytes);

    __mmask64 usual = _mm512_cmpgt_epi8_mask(v, _mm512_setzero_si512());

    usual = _mm512_mask_cmpneq_epi8_mask(usual, v, _mm512_set1_epi8('"'));
    usual = _mm512_mask_cmpneq_epi8_mask(usual, v, _mm512_set1_epi8('\r'));
    masks->line = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));
    masks->special = ~usual;
}

ALWAYS_INLINE WITH_AVX2 void masks_of_32(const char *bytes, uint32_t *line, uint32_t *special)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i quote = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'));
    __m256i cr = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\r'));
    __m256i nul = _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
    __m256i odd = _mm256_or_si256(_mm256_or_si256(quote, cr), _mm256_or_si256(nul, v));

    *line = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n')));
    *special = (uint32_t)_mm256_movemask_epi8(odd);
}

ALWAYS_INLINE WITH_AVX2 void masks_avx2(const char *bytes, struct masks *masks)
{
    uint32_t line[2];
    uint32_t special[2];

    masks_of_32(bytes, &line[0], &special[0]);
    masks_of_32(bytes + 32, &line[1], &special[1]);
    masks->line = line[0] | (uint64_t)line[1] << 32;
    masks->special = special[0] | (uint64_t)special[1] << 32;
}

#endif

ALWAYS_INLINE void masks_plain(const char *bytes, struct masks *masks)
{
    *masks = (struct masks){ 0 };
    for (unsigned i = 0; i < 64; i++) {
        unsigned char c = (unsigned char)bytes[i];
        masks->line |= (uint64_t)(c == '\n') << i;
        masks->special |= (uint64_t)(c == '"' || c == '\r' || c == 0 || c > 127) << i;
    }
}

/* The place of the lowest bit; any if there is none. */
ALWAYS_INLINE uint32_t lowest_bit(uint64_t bits)
{
    return (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
}

/* Appends the positions of the set bits, of which there are seldom more than two. Two are written
 * at a time whether there are so many or not, since a loop that is left at every bit would be
 * guessed wrong by the processor. */
ALWAYS_INLINE uint32_t *positions(uint32_t *out, uint64_t bits, uint32_t base)
{
    const unsigned count = (unsigned)__builtin_popcountll(bits);

    for (unsigned done = 0;; done += 2) {
        out[done] = base + lowest_bit(bits);
        bits &= bits - 1;
        out[done + 1] = base + lowest_bit(bits);
        bits &= bits - 1;
        if (__builtin_expect(bits == 0, 1))
            return out + count;
    }
}

/* How far a block has been split. */
struct split_ends {
    uint32_t *line, *special;
};

/* The 64 bytes at `at`, of which those count that are `inside`. */
ALWAYS_INLINE void split_64(struct split_ends *ends, const char *bytes, uint32_t at,
                            uint64_t inside, find_masks *find)
{
    struct masks masks;

    find(bytes + at, &masks);
    ends->line = positions(ends->line, masks.line & inside, at);
    ends->special = positions(ends->special, masks.special & inside, at);
}

ALWAYS_INLINE void split_with(struct split *split, struct text bytes, find_masks *find)
{
    struct split_ends ends = { split->line, split->special };
    uint32_t at = 0;

    for (; bytes.size - at >= 64; at += 64)
        split_64(&ends, bytes.data, at, UINT64_MAX, find);
    if (at < bytes.size)
        split_64(&ends, bytes.data, at, (UINT64_C(1) << (bytes.size - at)) - 1, find);
    split->lines = (size_t)(ends.line - split->line);
    for (size_t i = 0; i < SPLIT_SPARE; i++)
        ends.line[i] = ends.special[i] = SPLIT_END;
}

/* ---- whole records ---- */

/* The quote that closes a field, if it is not doubled; `special` are the odd bytes within. */
static const uint32_t *closing_quote(const char *data, const uint32_t *special)
{
    for (; *special != SPLIT_END; special++) {
        if (data[*special] != '"')
            continue;
        if (special[1] != *special + 1 || data[special[1]] != '"')
            return special;
        special++;
    }
    return special;
}

/* The place behind the last quote, when all are around fields as they should be; else
 * SPLIT_END. */
static uint32_t behind_quotes(const uint32_t *special, struct text bytes)
{
    const char *data = bytes.data;
    uint32_t behind = 0;

    for (; *special != SPLIT_END; special++) {
        if (data[*special] != '"')
            continue;
        if (*special > 0 && data[*special - 1] != ',' && data[*special - 1] != '\n')
            return SPLIT_END;
        special = closing_quote(data, special + 1);
        behind = *special + 1;
        if (*special == SPLIT_END || behind == bytes.size ||
            (data[behind] != ',' && data[behind] != '\n'))
            return SPLIT_END;
    }
    return behind;
}

size_t split_whole(struct split *split, struct text bytes)
{
    const uint32_t behind = behind_quotes(split->special, bytes);
    const uint32_t last = (split->line + split->lines)[-1];   /* SPLIT_END: there is none */
    size_t whole = (size_t)last + 1;

    if (behind == SPLIT_END || last == SPLIT_END || last < behind)
        whole = csv_whole_records(bytes);
    while (split->lines > 0 && split->line[split->lines - 1] >= whole)
        split->lines--;
    return whole;
}

/* ---- a line ---- */

ALWAYS_INLINE void commas_with(struct text line, uint32_t comma[SPLIT_COMMAS], bytes_alike *alike)
{
    size_t found = 0;

    for (size_t at = 0; at < line.size && found < SPLIT_COMMAS; at += 64)
        for (uint64_t bits = alike(line.data + at, COMMAS_64); bits != 0 && found < SPLIT_COMMAS;
             bits &= bits - 1)
            comma[found++] = (uint32_t)at + lowest_bit(bits);
    while (found > 0 && comma[found - 1] >= line.size)
        found--;
    while (found < SPLIT_COMMAS)
        comma[found++] = SPLIT_END;
}

/* ---- in each way ---- */

#if defined(__x86_64__)

static WITH_AVX512 void block_avx512(struct split *split, struct text bytes)
{
    split_with(split, bytes, masks_avx512);
}

static WITH_AVX512 void line_avx512(struct text line, uint32_t comma[SPLIT_COMMAS])
{
    commas_with(line, comma, alike_avx512);
}

static WITH_AVX2 void block_avx2(struct split *split, struct text bytes)
{
    split_with(split, bytes, masks_avx2);
}

static WITH_AVX2 void line_avx2(struct text line, uint32_t comma[SPLIT_COMMAS])
{
    commas_with(line, comma, alike_avx2);
}

#endif

static void block_plain(struct split *split, struct text bytes)
{
    split_with(split, bytes, masks_plain);
}

static void line_plain(struct text line, uint32_t comma[SPLIT_COMMAS])
{
    commas_with(line, comma, alike_plain);
}

const struct split_way split_ways[] = {
#if defined(__x86_64__)
    { "avx512", avx512_runs, block_avx512, line_avx512 },
    { "avx2", avx2_runs, block_avx2, line_avx2 },
#endif
    { "plain", plain_runs, block_plain, line_plain },
};
const size_t split_ways_count = COUNT(split_ways);

void split_open(struct split *split, struct arena *arena, size_t most)
{
    split->way = split_ways;
    while (!split->way->runs_here())
        split->way++;
    split->line = arena_take(arena, 1 + most + SPLIT_SPARE, sizeof *split->line);
    *split->line++ = SPLIT_END;
    split->special = arena_take(arena, most + SPLIT_SPARE, sizeof *split->special);
    split->lines = 0;
}
