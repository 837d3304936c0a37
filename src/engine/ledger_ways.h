/*
 * engine/ledger_ways.h -- 64 bytes at once, as this or that processor does it.
 *
 * What is done to every line is compiled several times from one source: for processors with
 * AVX-512, for those with AVX2, and plainly for all. They differ in the few functions here; whoever
 * has a loop writes it always_inline, with one of these as an argument, and a function for each way
 * around it. Which way runs is found once, when the program runs.
 */
#ifndef OCHIL_LEDGER_WAYS_H
#define OCHIL_LEDGER_WAYS_H

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/index.h"

/* Which of 64 bytes are the same in both: a bit for each, the first byte in the lowest. */
typedef uint64_t bytes_alike(const char *a, const char *b);

/* Eight words, one for each of eight lines. */
typedef uint64_t lanes __attribute__((vector_size(64), aligned(8)));
typedef int64_t signed_lanes __attribute__((vector_size(64), aligned(8)));

/* Halves and quarters of such words. */
typedef uint32_t halves __attribute__((vector_size(64), aligned(8)));
typedef uint16_t quarters __attribute__((vector_size(64), aligned(8)));

/* What is done to eight lines at once. */
struct lane_way {
    bytes_alike *alike;
    /* Loads eight bytes at each of these places of `data`. */
    void (*load)(lanes *out, const char *data, const lanes *at);
    /* The place of the only bit of each. */
    void (*place)(lanes *out, const lanes *bit);
    /* Shifted to higher or lower bits; 0 when by 64 or more. */
    void (*up)(lanes *out, const lanes *words, const lanes *by);
    void (*down)(lanes *out, const lanes *words, const lanes *by);
    /* The number that eight bytes of 0 to 9 are, and behind it the second and the third byte of
     * `part`, its other bytes being 0. */
    void (*number)(lanes *out, const lanes *whole, const lanes *part);
};

#define COMMAS_64 ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)

#define WITH_AVX512                                                                               \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,bmi,bmi2,lzcnt,movbe,"      \
                          "popcnt")))
#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,movbe,popcnt")))

static inline bool avx512_runs(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("bmi2");
}

static inline bool avx2_runs(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

ALWAYS_INLINE WITH_AVX512 uint64_t alike_avx512(const char *a, const char *b)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(a), _mm512_loadu_si512(b));
}

ALWAYS_INLINE WITH_AVX512 void load_avx512(lanes *out, const char *data, const lanes *at)
{
    *out = (lanes)_mm512_i64gather_epi64((__m512i)*at, data, 1);
}

ALWAYS_INLINE WITH_AVX512 void place_avx512(lanes *out, const lanes *bit)
{
    *out = 63 - (lanes)_mm512_lzcnt_epi64((__m512i)*bit);
}

ALWAYS_INLINE WITH_AVX512 void up_avx512(lanes *out, const lanes *words, const lanes *by)
{
    *out = (lanes)_mm512_sllv_epi64((__m512i)*words, (__m512i)*by);
}

ALWAYS_INLINE WITH_AVX512 void down_avx512(lanes *out, const lanes *words, const lanes *by)
{
    *out = (lanes)_mm512_srlv_epi64((__m512i)*words, (__m512i)*by);
}

/* As number_plain(), but neighbours are weighted and added in one step. */
ALWAYS_INLINE WITH_AVX512 void number_avx512(lanes *out, const lanes *whole, const lanes *part)
{
    const __m512i tens = _mm512_maddubs_epi16((__m512i)*whole, _mm512_set1_epi16(0x010a));
    const __m512i hundreds = _mm512_madd_epi16(tens, _mm512_set1_epi32(0x00010064));
    const __m512i all = _mm512_add_epi64(_mm512_mul_epu32(hundreds, _mm512_set1_epi64(10000)),
                                         _mm512_srli_epi64(hundreds, 32));
    const __m512i apart = _mm512_maddubs_epi16((__m512i)*part, _mm512_set1_epi32(0x00010a00));
    const __m512i two = _mm512_madd_epi16(apart, _mm512_set1_epi32(0x00010001));

    *out = (lanes)_mm512_add_epi64(_mm512_mul_epu32(all, _mm512_set1_epi64(100)), two);
}

ALWAYS_INLINE WITH_AVX2 uint32_t alike_32(const char *a, const char *b)
{
    const __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)a);
    const __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)b);

    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, w));
}

ALWAYS_INLINE WITH_AVX2 uint64_t alike_avx2(const char *a, const char *b)
{
    return alike_32(a, b) | (uint64_t)alike_32(a + 32, b + 32) << 32;
}

#endif

static inline bool plain_runs(void)
{
    return true;
}

/* Eight at a time: where they are the same their difference is 0, which alone has no bit set when
 * 127 is added to its lower seven. The multiplication brings the eight bits together. */
ALWAYS_INLINE uint64_t alike_plain(const char *a, const char *b)
{
    static const uint64_t lower = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t alike = 0;

    for (unsigned i = 0; i < 64; i += 8) {
        const uint64_t differ = hash_load8(a + i) ^ hash_load8(b + i);
        const uint64_t same = ~(((differ & lower) + lower) | differ | lower) >> 7;
        alike |= same * UINT64_C(0x0102040810204080) >> 56 << i;
    }
    return alike;
}

ALWAYS_INLINE void load_plain(lanes *out, const char *data, const lanes *at)
{
    lanes loaded = { 0 };

    for (unsigned i = 0; i < 8; i++)
        loaded[i] = hash_load8(data + (*at)[i]);
    *out = loaded;
}

ALWAYS_INLINE void place_plain(lanes *out, const lanes *bit)
{
    lanes places = { 0 };

    for (unsigned i = 0; i < 8; i++)
        places[i] = (uint64_t)__builtin_ctzll((*bit)[i]);
    *out = places;
}

ALWAYS_INLINE void up_plain(lanes *out, const lanes *words, const lanes *by)
{
    *out = *words << (*by & 63) & (lanes)(*by < 64);
}

ALWAYS_INLINE void down_plain(lanes *out, const lanes *words, const lanes *by)
{
    *out = *words >> (*by & 63) & (lanes)(*by < 64);
}

ALWAYS_INLINE void number_plain(lanes *out, const lanes *whole, const lanes *part)
{
    const quarters tens = ((quarters)*whole & 0xff) * 10 + ((quarters)*whole >> 8);
    const halves hundreds = ((halves)tens & 0xffff) * 100 + ((halves)tens >> 16);
    const lanes all = ((lanes)hundreds & 0xffffffff) * 10000 + ((lanes)hundreds >> 32);

    *out = all * 100 + (*part >> 8 & 0xff) * 10 + (*part >> 16 & 0xff);
}

#endif
