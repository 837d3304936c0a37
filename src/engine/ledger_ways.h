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

/* Loads eight bytes at each of these places of `data`. */
typedef void load_lanes(lanes *out, const char *data, const lanes *at);

/* The place of the lowest bit of each; there must be one. */
typedef void lowest_lanes(lanes *out, const lanes *bits);

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

ALWAYS_INLINE WITH_AVX512 void lowest_avx512(lanes *out, const lanes *bits)
{
    *out = 63 - (lanes)_mm512_lzcnt_epi64((__m512i)(*bits & -*bits));
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

ALWAYS_INLINE void lowest_plain(lanes *out, const lanes *bits)
{
    lanes places = { 0 };

    for (unsigned i = 0; i < 8; i++)
        places[i] = (uint64_t)__builtin_ctzll((*bits)[i]);
    *out = places;
}

#endif
