#include "engine/ledger_quick.h"

#include <assert.h>
#include <stddef.h>

#include "engine/ledger_ways.h"

/* ---- preparing lines ---- */

#if !defined(__clang__)
/* gcc 12 -fanalyzer thinks that a word in a vector has as many bits as the vector has words. */
#pragma GCC diagnostic ignored "-Wanalyzer-shift-count-overflow"
#endif

#define SET_LOG 6                        /* of a set's size */

/* Where the set of a key stands among the sets, in bytes; of eight keys too. */
#define SET_OF(head, tail)                                                                        \
    (((head) + (tail) * UINT64_C(0xa0761d6478bd642f)) * UINT64_C(0x9e3779b97f4a7c15) >>            \
     (64 - QUICK_SETS_LOG) << SET_LOG)

static inline struct quick_set *set_at(const struct quick *quick, uint64_t offset)
{
    return (struct quick_set *)(void *)((char *)quick->set + offset);
}

static inline uint64_t partner_in_tail(uint32_t partner)
{
    return (uint64_t)(partner + 1) << 56;
}

/* What has to be known of the lines before. */
struct before {
    uint64_t id_mask;
    uint32_t id_size, partner;
    struct quick_middle middle[QUICK_KINDS];
};

/* Compares them with lines that begin now; false: none can be alike. */
ALWAYS_INLINE bool lines_before(struct quick *quick, struct before *before)
{
    static const struct quick_middle none = { .counts = UINT64_MAX };   /* no line has such bytes */
    const struct id *last = quick->last_id;

    quick->partner = before->partner = quick->last_partner;
    quick->id_size = before->id_size = last == NULL ? 0 : last->size;
    quick->outdated = false;
    if (before->id_size - 1 >= 8)
        return false;
    before->id_mask = ~(before->id_size == 8 ? 0 : UINT64_MAX >> (8 * before->id_size));
    for (size_t i = 0; i < QUICK_KINDS; i++) {
        const struct quick_middle *middle = &quick->middle[i];
        before->middle[i] = middle->partner == before->partner ? *middle : none;
    }
    return true;
}

/* Whether a comma stands behind the first 64 bytes of a long text. */
static __attribute__((noinline)) bool has_comma(const char *text, size_t size)
{
    return memchr(text + 64, ',', size - 64) != NULL;
}

/* Where the commas of a line are, and which middles it does not have. Nothing is decided here and
 * no way is chosen, since the processor would often guess wrong. */
ALWAYS_INLINE void look_at(struct quick_lines *lines, const struct before *before,
                           const char *data, size_t i, bytes_alike *alike)
{
    const char *from = data + quick_start(lines, i) + before->id_size;
    const char *bound = data + lines->bound[i];

    const uint64_t like_0 = alike(from, before->middle[0].bytes);
    const uint64_t like_1 = alike(from, before->middle[1].bytes);
    const uint64_t like_2 = alike(from, before->middle[2].bytes);
    const uint64_t commas = alike(from, COMMAS_64);

    lines->like[0][i] = like_0;          /* not before, or the bytes would be loaded again */
    lines->like[1][i] = like_1;
    lines->like[2][i] = like_2;
    lines->commas[i] = commas;
    lines->beyond[i] = alike(from + 64, COMMAS_64);
    if (__builtin_expect(bound - from > 128, 0))
        lines->beyond[i] = has_comma(from, (size_t)(bound - from));
    lines->id[i] = __builtin_bswap64(hash_load8(from - before->id_size));
}

/* What is known of eight lines while they are worked on, and is not needed afterwards. */
struct eight {
    lanes start, key;                    /* where they are in the block */
    lanes account, amount;               /* where these end, counted from the key */
    lanes strange;                       /* 0: the middle is known, and seven commas ... */
};

typedef uint32_t halves __attribute__((vector_size(32), aligned(4)));

/* The n lowest bits; all from 64 on, none below 1. */
#define LOW_BITS(n)                                                                               \
    (((lanes)((n) >= 64) | ((UINT64_C(1) << ((lanes)(n) & 63)) - 1)) & (lanes)((n) > 0))

#define ENOUGH (UINT64_C(7) << 61)       /* of three commas one is found for certain */

/* Which middle they have, and where their fields are. */
ALWAYS_INLINE void find_fields(struct quick_lines *lines, const struct before *before, size_t i,
                               struct eight *eight, lowest_lanes *lowest)
{
    const struct quick_middle *middle = before->middle;
    const lanes not_0 = (lanes)((~*(const lanes *)&lines->like[0][i] & middle[0].counts) != 0);
    const lanes not_1 = (lanes)((~*(const lanes *)&lines->like[1][i] & middle[1].counts) != 0);
    const lanes not_2 = (lanes)((~*(const lanes *)&lines->like[2][i] & middle[2].counts) != 0);
    const lanes is_1 = not_0 & ~not_1;
    const lanes is_2 = not_0 & not_1;
    const lanes size = (~not_0 & middle[0].size) | (is_1 & middle[1].size) |
                       (is_2 & middle[2].size);
    const lanes commas = *(const lanes *)&lines->commas[i] >> size;
    const lanes start = __builtin_convertvector(*(const halves *)(lines->end + i - 1) + 1, lanes);
    const lanes key = start + before->id_size + size;
    const lanes bound = __builtin_convertvector(*(const halves *)&lines->bound[i], lanes);
    const signed_lanes left = (signed_lanes)(bound - key);
    const signed_lanes left_beyond = left + (signed_lanes)size - 64;
    lanes rest = commas | ENOUGH;

    rest &= rest - 1;                    /* the one behind the cost centre */
    lowest(&eight->account, &rest);
    rest &= rest - 1;
    lowest(&eight->amount, &rest);
    rest &= rest - 1;
    eight->start = start;
    eight->key = key;
    eight->strange = (is_2 & not_2) | (lanes)((signed_lanes)eight->amount >= left) |
                     (lanes)(eight->amount >= 61) | (rest & commas & LOW_BITS(left)) |
                     (*(const lanes *)&lines->beyond[i] & LOW_BITS(left_beyond));
    *(lanes *)&lines->period[i] = (~not_0 & (uint64_t)middle[0].period) |
                                  (is_1 & (uint64_t)middle[1].period) |
                                  (is_2 & (uint64_t)middle[2].period);
}

#define LOWER_BITS UINT64_C(0x7f7f7f7f7f7f7f7f)     /* of each of eight bytes */

/* Their ids, as numbers that can be compared. One that holds a comma is strange. */
ALWAYS_INLINE void trim_ids(struct quick_lines *lines, const struct before *before, size_t i,
                            struct eight *eight)
{
    const lanes id = *(const lanes *)&lines->id[i] & before->id_mask;
    const lanes comma = id ^ UINT64_C(0x2c2c2c2c2c2c2c2c);

    eight->strange |= ~(((comma & LOWER_BITS) + LOWER_BITS) | comma | LOWER_BITS);
    *(lanes *)&lines->id[i] = id;
}

/* Their keys, and the sets where they would be. Strange ones get a partner that there is not. */
ALWAYS_INLINE void make_keys(struct quick_lines *lines, const struct before *before,
                             const char *data, size_t i, const struct eight *eight,
                             load_lanes *load)
{
    const lanes size = eight->account;
    const lanes is_short = (lanes)(size < 8);
    lanes head;
    lanes tail;

    load(&head, data, &eight->key);
    load(&tail, data + 8, &eight->key);
    head &= ~(lanes){ 0 } >> ((64 - 8 * size) & 63 & is_short);
    tail &= ~is_short & ((UINT64_C(1) << ((8 * size - 64) & 63)) - 1);
    tail |= partner_in_tail(before->partner) | (lanes)(size > QUICK_KEY_MAX) |
            (lanes)(eight->strange != 0);
    *(lanes *)&lines->head[i] = head;
    *(lanes *)&lines->tail[i] = tail;
    *(lanes *)&lines->set[i] = SET_OF(head, tail);
}

typedef uint32_t quarters __attribute__((vector_size(64), aligned(8)));
typedef uint16_t pairs __attribute__((vector_size(64), aligned(8)));

/* Their amounts, each as in line_amount(). */
ALWAYS_INLINE void read_amounts(struct quick_lines *lines, const char *data, size_t i,
                                const struct eight *eight, load_lanes *load)
{
    const lanes at = eight->key + eight->account + 1;
    const lanes size = eight->amount - eight->account - 4;   /* before the point */
    const lanes point = at + size;
    lanes bytes;
    lanes part;

    load(&bytes, data - 8, &point);
    load(&part, data, &point);
    const lanes before = (64 - 8 * size) & 63;               /* bits in front of the amount */
    const lanes minus = (lanes)((bytes >> before & 0xff) == '-');   /* all bits, or none */
    const lanes whole = (bytes ^ UINT64_C(0x3030303030303030)) &
                        ~UINT64_C(0) << before << (8 & minus);
    part = (part & 0xffffffff) ^ UINT64_C(0x2c30302e);       /* ".00," */
    const lanes beyond_nine = ((whole + UINT64_C(0x7676767676767676)) | whole |
                               (part + UINT64_C(0x00767600)) | part) &
                              UINT64_C(0x8080808080808080);
    const pairs tens = ((pairs)whole & 0xff) * 10 + ((pairs)whole >> 8);
    const quarters hundreds = ((quarters)tens & 0xffff) * 100 + ((quarters)tens >> 16);
    const lanes pounds = ((lanes)hundreds & 0xffffffff) * 10000 + ((lanes)hundreds >> 32);
    const lanes pence = pounds * 100 + (part >> 8 & 0xff) * 10 + (part >> 16 & 0xff);

    *(lanes *)&lines->amount[i] = at;
    *(lanes *)&lines->amount_size[i] = size + 3;
    *(lanes *)&lines->unread[i] = beyond_nine | (part & 0xff) |
                                  ((size - 1 + minus) & ~UINT64_C(7)) | ((size - 1) & ~UINT64_C(7));
    *(lanes *)&lines->pence[i] = (pence ^ minus) - minus;
}

ALWAYS_INLINE void prepare(struct quick *quick, const char *data, size_t from, size_t to,
                           bytes_alike *alike, load_lanes *load, lowest_lanes *lowest)
{
    struct quick_lines *lines = &quick->lines;
    struct before before;

    if (!lines_before(quick, &before)) {
        memset(lines->tail, 0xff, sizeof lines->tail);   /* a partner that there is not */
        return;
    }
    for (size_t i = from; i < to; i++)
        look_at(lines, &before, data, i, alike);
    for (size_t i = from & ~(size_t)7; i < to; i += 8) {
        struct eight eight;
        find_fields(lines, &before, i, &eight, lowest);
        trim_ids(lines, &before, i, &eight);
        make_keys(lines, &before, data, i, &eight, load);
        for (size_t k = i; k < i + 8; k++)
            __builtin_prefetch(set_at(quick, lines->set[k]));
        read_amounts(lines, data, i, &eight, load);
    }
}

#if defined(__x86_64__)

static WITH_AVX512 void prepare_avx512(struct quick *quick, const char *data, size_t from,
                                       size_t to)
{
    prepare(quick, data, from, to, alike_avx512, load_avx512, lowest_avx512);
}

static WITH_AVX2 void prepare_avx2(struct quick *quick, const char *data, size_t from, size_t to)
{
    prepare(quick, data, from, to, alike_avx2, load_plain, lowest_plain);
}

#endif

static void prepare_plain(struct quick *quick, const char *data, size_t from, size_t to)
{
    prepare(quick, data, from, to, alike_plain, load_plain, lowest_plain);
}

const struct quick_way quick_ways[] = {
#if defined(__x86_64__)
    { "avx512", avx512_runs, prepare_avx512 },
    { "avx2", avx2_runs, prepare_avx2 },
#endif
    { "plain", plain_runs, prepare_plain },
};
const size_t quick_ways_count = COUNT(quick_ways);

void quick_open(struct quick *quick, struct arena *arena)
{
    char *room = arena_take(arena, QUICK_SETS + 1, sizeof *quick->set);
    const size_t off = (uintptr_t)room % sizeof *quick->set;

    quick->way = quick_ways;
    while (!quick->way->runs_here())
        quick->way++;
    quick->set = (struct quick_set *)(void *)(room + (sizeof *quick->set - off));
    for (size_t i = 0; i < QUICK_SETS; i++)
        quick->set[i].place[0].key.tail = quick->set[i].place[1].key.tail = 0;
    quick->last_id = NULL;
    for (size_t i = 0; i < QUICK_KINDS; i++)
        quick->middle[i] = (struct quick_middle){ .counts = UINT64_MAX };
    quick->ahead = 1;
}

/* ---- places ---- */

/* Moves what a place holds to its cells. */
static void count_lines(struct sums *sums, struct quick_place *place)
{
    if (place->lines > 0) {
        const int32_t slot = sums->cells[place->cells]->slot;
        const size_t group = place->cells - (size_t)slot * sums->model->groups;
        sums->lines[slot] += place->lines;
        sums_add(sums, slot, (int32_t)group, place->period, place->pence);
    }
    place->pence = 0;
    place->lines = 0;
}

void quick_count_all(struct quick *quick, struct sums *sums)
{
    for (size_t i = 0; i < QUICK_SETS; i++) {
        count_lines(sums, &quick->set[i].place[0]);
        count_lines(sums, &quick->set[i].place[1]);
    }
}

static inline bool keys_are_equal(const struct quick_key *a, const struct quick_key *b)
{
    return ((a->head ^ b->head) | (a->tail ^ b->tail)) == 0;
}

/* ---- taking lines ---- */

/* The amount of a line in another form than most. */
static __attribute__((noinline)) bool other_amount(struct quick_lines *lines, const char *data,
                                                   size_t i)
{
    return line_amount((struct text){ data + lines->amount[i], lines->amount_size[i] },
                       &lines->pence[i]);
}

/* Makes a place ready for a line of another period, or for one more; false if it does not hold
 * in that period. */
static __attribute__((noinline)) bool place_turns(struct sums *sums, struct quick_place *place,
                                                  uint64_t period)
{
    if (place->only >= 0 && (uint64_t)place->only != period)
        return false;
    count_lines(sums, place);
    place->period = (int8_t)period;
    return true;
}

size_t quick_take(struct quick *quick, struct sums *sums, const char *data, size_t from, size_t to)
{
    struct quick_lines *lines = &quick->lines;
    size_t i = from;

    static_assert(INT64_MAX / QUICK_LINES_MAX >= INT64_C(1000000000000000) && AMOUNT_DIGITS == 13,
                  "a place's sum fits");
    if (quick->last_id == NULL)
        return from;
    uint64_t last = quick->last_id->word[0];
    for (; i < to; i++) {
        const struct quick_key key = { lines->head[i], lines->tail[i] };
        struct quick_place *place = set_at(quick, lines->set[i])->place;
        place += !keys_are_equal(&place->key, &key);
        if (!keys_are_equal(&place->key, &key) || lines->id[i] <= last)
            break;
        if (lines->unread[i] != 0 && !other_amount(lines, data, i))
            break;
        if (((uint64_t)place->period != lines->period[i] || place->lines == QUICK_LINES_MAX) &&
            !place_turns(sums, place, lines->period[i]))
            break;
        place->pence += lines->pence[i];
        place->lines++;
        last = lines->id[i];
    }
    quick->last_id->word[0] = last;
    return i;
}

/* ---- remembering ---- */

/* Which middle a line may be like: that of the lines that name no period, or one of two for those
 * that do, by the last digit of the month, since late lines of the month before stand among
 * them. */
static struct quick_middle *middle_of(struct quick *quick, const struct ledger_line *line)
{
    const struct text period = line->field[FIELD_PERIOD];
    const char month = period.data[-5];   /* the date is thought to stand before */

    return &quick->middle[period.size == 0 ? 0 : 1 + (month & 1)];
}

static void remember_middle(struct quick *quick, const struct ledger_line *line)
{
    const char *from = line->field[FIELD_ENTRY_ID].data + line->field[FIELD_ENTRY_ID].size;
    const char *behind = line->field[FIELD_COST_CENTRE].data;
    const struct text partner = line->field[FIELD_PARTNER];
    const struct text date = line->field[FIELD_DATE];
    const struct text period = line->field[FIELD_PERIOD];
    const bool adjacent = partner.data == from + 1 &&
                          date.data == partner.data + partner.size + 1 &&
                          period.data == date.data + date.size + 1 &&
                          behind == period.data + period.size + 1;
    struct quick_middle *middle = middle_of(quick, line);

    if (!adjacent || (size_t)(behind - from) > QUICK_MIDDLE_MAX)
        return;
    const uint32_t size = (uint32_t)(behind - from);
    if (size == middle->size && memcmp(from, middle->bytes, size) == 0)
        return;
    memcpy(middle->bytes, from, size);
    middle->counts = (UINT64_C(1) << size) - 1;
    middle->size = size;
    middle->partner = (uint32_t)line->partner;
    middle->period = line->period;
    quick->outdated = true;
}

static struct quick_key key_of(uint32_t partner, struct text code)
{
    char bytes[16] = { 0 };

    memcpy(bytes, code.data, code.size);
    return (struct quick_key){ hash_load8(bytes),
                               hash_load8(bytes + 8) | partner_in_tail(partner) };
}

void quick_remember(struct quick *quick, struct sums *sums, const struct ledger_line *line)
{
    const struct text centre = line->field[FIELD_COST_CENTRE];
    const struct text account = line->field[FIELD_ACCOUNT];
    const struct text both = { centre.data, centre.size + 1 + account.size };
    const size_t group = line->group < 0 ? 0 : (size_t)line->group;
    const size_t cells = (size_t)line->slot * sums->model->groups + group;

    remember_middle(quick, line);
    if (both.size > QUICK_KEY_MAX || account.data != centre.data + centre.size + 1 ||
        cells > UINT32_MAX)
        return;
    const struct quick_key key = key_of((uint32_t)line->partner, both);
    struct quick_place *place = set_at(quick, SET_OF(key.head, key.tail))->place;
    if (!keys_are_equal(&place[0].key, &key)) {
        count_lines(sums, &place[1]);
        place[1] = place[0];
    } else {
        count_lines(sums, &place[0]);
    }
    place[0] = (struct quick_place){ key, 0, 0, (int8_t)line->period,
                                     line->plain ? -1 : (int8_t)line->period, (uint32_t)cells };
}
