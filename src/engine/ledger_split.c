#include "engine/ledger_split.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

struct masks {
    uint64_t comma, line, special;
};

typedef void find_masks(const char *bytes, struct masks *);

#if defined(__x86_64__)

static inline __attribute__((always_inline, target("avx2"))) void
masks_of_32(const char *bytes, uint32_t *comma, uint32_t *line, uint32_t *special)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i quote = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'));
    __m256i cr = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\r'));
    __m256i nul = _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
    __m256i odd = _mm256_or_si256(_mm256_or_si256(quote, cr), _mm256_or_si256(nul, v));

    *comma = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(',')));
    *line = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n')));
    *special = (uint32_t)_mm256_movemask_epi8(odd);
}

static inline __attribute__((always_inline, target("avx2"))) void
masks_avx2(const char *bytes, struct masks *masks)
{
    uint32_t comma[2];
    uint32_t line[2];
    uint32_t special[2];

    masks_of_32(bytes, &comma[0], &line[0], &special[0]);
    masks_of_32(bytes + 32, &comma[1], &line[1], &special[1]);
    masks->comma = comma[0] | (uint64_t)comma[1] << 32;
    masks->line = line[0] | (uint64_t)line[1] << 32;
    masks->special = special[0] | (uint64_t)special[1] << 32;
}

#endif

static inline __attribute__((always_inline)) void masks_plain(const char *bytes,
                                                              struct masks *masks)
{
    *masks = (struct masks){ 0 };
    for (unsigned i = 0; i < 64; i++) {
        unsigned char c = (unsigned char)bytes[i];
        masks->comma |= (uint64_t)(c == ',') << i;
        masks->line |= (uint64_t)(c == '\n') << i;
        masks->special |= (uint64_t)(c == '"' || c == '\r' || c == 0 || c > 127) << i;
    }
}

/* Appends the positions of the set bits. Four are written at a time whether there are so many or
 * not, since a loop that is left at every bit would be guessed wrong by the processor. */
static inline __attribute__((always_inline)) uint32_t *positions(uint32_t *out, uint64_t bits,
                                                                 uint32_t base)
{
    unsigned count = (unsigned)__builtin_popcountll(bits);

    for (unsigned done = 0; done < count; done += 4)
        for (unsigned i = 0; i < 4; i++) {
            out[done + i] = base + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
            bits &= bits - 1;
        }
    return out + count;
}

/* Puts the end behind the last position of each. */
static void end_positions(struct split *split, uint32_t *comma, uint32_t *line,
                          uint32_t *special)
{
    split->lines = (size_t)(line - split->line);
    for (size_t i = 0; i < SPLIT_SPARE; i++)
        comma[i] = line[i] = special[i] = SPLIT_END;
}

static inline __attribute__((always_inline)) void
split_with(struct split *split, struct text bytes, find_masks *find)
{
    uint32_t *comma = split->comma;
    uint32_t *line = split->line;
    uint32_t *special = split->special;

    for (size_t at = 0; at < bytes.size; at += 64) {
        struct masks masks;
        find(bytes.data + at, &masks);
        if (bytes.size - at < 64) {
            uint64_t inside = (UINT64_C(1) << (bytes.size - at)) - 1;
            masks.comma &= inside;
            masks.line &= inside;
            masks.special &= inside;
        }
        comma = positions(comma, masks.comma, (uint32_t)at);
        line = positions(line, masks.line, (uint32_t)at);
        special = positions(special, masks.special, (uint32_t)at);
    }
    end_positions(split, comma, line, special);
}

#if defined(__x86_64__)
static __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))) void
split_avx2(struct split *split, struct text bytes)
{
    split_with(split, bytes, masks_avx2);
}
#endif

#if defined(__x86_64__)

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,bmi2,popcnt")))

/* Appends the positions of the set bits, sixteen at a time; there are seldom more. */
static inline __attribute__((always_inline)) WITH_AVX512 uint32_t *
positions_avx512(uint32_t *out, uint64_t bits, __m512i base, __m512i counting)
{
    const unsigned count = (unsigned)__builtin_popcountll(bits);
    __m512i packed = _mm512_maskz_compress_epi8(bits, counting);

    _mm512_storeu_si512(out, _mm512_add_epi32(
                                 _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), base));
    for (unsigned done = 16; __builtin_expect(done < count, 0); done += 16) {
        packed = _mm512_shuffle_i64x2(packed, packed, 0x39);    /* the next sixteen */
        _mm512_storeu_si512(out + done,
                            _mm512_add_epi32(
                                _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), base));
    }
    return out + count;
}

/* Appends the positions of the set bits, of which there are seldom more than two. */
static inline __attribute__((always_inline)) WITH_AVX512 uint32_t *few_positions(uint32_t *out,
                                                                                 uint64_t bits,
                                                                                 uint32_t base)
{
    const unsigned count = (unsigned)__builtin_popcountll(bits);

    for (unsigned done = 0;; done += 2) {
        out[done] = base + (uint32_t)_tzcnt_u64(bits);
        bits = _blsr_u64(bits);
        out[done + 1] = base + (uint32_t)_tzcnt_u64(bits);
        bits = _blsr_u64(bits);
        if (__builtin_expect(bits == 0, 1))
            return out + count;
    }
}

/* How far a block has been split. */
struct split_ends {
    uint32_t *comma, *line, *special;
};

/* The 64 bytes at `at`, of which those count that are `inside`. */
static inline __attribute__((always_inline)) WITH_AVX512 void
split_64(struct split_ends *ends, const char *bytes, uint32_t at, uint64_t inside,
         __m512i counting)
{
    const __m512i v = _mm512_loadu_si512(bytes + at);
    const uint64_t comma = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(','));
    const uint64_t line = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));
    const uint64_t special = _mm512_movepi8_mask(v) | _mm512_testn_epi8_mask(v, v) |
                             _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')) |
                             _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r'));

    ends->comma = positions_avx512(ends->comma, comma & inside, _mm512_set1_epi32((int)at),
                                   counting);
    ends->line = few_positions(ends->line, line & inside, at);
    ends->special = few_positions(ends->special, special & inside, at);
}

/* The same as split_with(), for processors that do 64 bytes at once. */
static WITH_AVX512 void split_avx512(struct split *split, struct text bytes)
{
    static const uint8_t numbers[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
    };
    const __m512i counting = _mm512_loadu_si512(numbers);
    struct split_ends ends = { split->comma, split->line, split->special };
    uint32_t at = 0;

    for (; bytes.size - at >= 64; at += 64)
        split_64(&ends, bytes.data, at, UINT64_MAX, counting);
    if (at < bytes.size)
        split_64(&ends, bytes.data, at, (UINT64_C(1) << (bytes.size - at)) - 1, counting);
    end_positions(split, ends.comma, ends.line, ends.special);
}

#endif

static void split_plain(struct split *split, struct text bytes)
{
    split_with(split, bytes, masks_plain);
}

/* ---- which of them ---- */

#if defined(__x86_64__)
static bool avx512_runs(void)
{
    return __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

static bool avx2_runs(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}
#endif

static bool plain_runs(void)
{
    return true;
}

const struct split_way split_ways[] = {
#if defined(__x86_64__)
    { "avx512", avx512_runs, split_avx512 },
    { "avx2", avx2_runs, split_avx2 },
#endif
    { "plain", plain_runs, split_plain },
};
const size_t split_ways_count = COUNT(split_ways);

void split_open(struct split *split, struct arena *arena, size_t most)
{
    split->comma = arena_take(arena, most + SPLIT_SPARE, sizeof *split->comma);
    split->line = arena_take(arena, most + SPLIT_SPARE, sizeof *split->line);
    split->special = arena_take(arena, most + SPLIT_SPARE, sizeof *split->special);
    split->lines = 0;
}

void split_block(struct split *split, struct text bytes)
{
    const struct split_way *way = split_ways;

    while (!way->runs_here())
        way++;
    way->split(split, bytes);
}
