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

/* A word with all that differs between codes of digits in its lower half. */
#define FOLD(word) ((word) ^ (word) >> 28)

/* Where the set of a key stands among the sets, in bytes; the same of one key and of eight. What
 * one kind of words is called, and halves of them, is said by whoever asks. */
#define SET_OF(words, half, head, tail)                                                           \
    ((words)((half)FOLD(head) * 0x9e3779b1U + (half)FOLD(tail) * 0x85ebca77U) >>                   \
         (32 - QUICK_SETS_LOG - SET_LOG) &                                                         \
     (QUICK_SETS - 1) << SET_LOG)

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

/* Whether a comma stands among bytes, of which there is one at least. */
ALWAYS_INLINE bool has_comma(const char *bytes, size_t size, bytes_alike *alike)
{
    const uint64_t commas = alike(bytes, COMMAS_64);

    if (size <= 64)
        return commas << (64 - size) != 0;
    return commas != 0 || memchr(bytes + 64, ',', size - 64) != NULL;
}

#define SEEN 63                          /* so many bytes behind the id are looked at in columns */

/* Where the commas of a line are, and which middles it does not have. Nothing is decided here and
 * no way is chosen, since the processor would often guess wrong. */
ALWAYS_INLINE void look_at(struct quick_lines *lines, const struct before *before,
                           const char *data, size_t i, bytes_alike *alike)
{
    const uint32_t start = quick_start(lines, i);
    const char *from = data + start + before->id_size;
    const int64_t inside = (int64_t)lines->bound[i] - start - before->id_size;

    const uint64_t like_0 = alike(from, before->middle[0].bytes);
    const uint64_t like_1 = alike(from, before->middle[1].bytes);
    const uint64_t like_2 = alike(from, before->middle[2].bytes);
    const uint64_t commas = alike(from, COMMAS_64);

    lines->like[0][i] = like_0;          /* not before, or the bytes would be loaded again */
    lines->like[1][i] = like_1;
    lines->like[2][i] = like_2;
    lines->commas[i] = commas;
    lines->inside[i] = inside;
    lines->start[i] = start;
    lines->id[i] = __builtin_bswap64(hash_load8(from - before->id_size));
    if (__builtin_expect(inside > SEEN, 0)) {
        lines->inside[i] = SEEN;
        if (has_comma(from + SEEN, (size_t)inside - SEEN, alike))
            lines->commas[i] = UINT64_MAX;   /* too many, wherever */
    }
}

/* What is known of eight lines while they are worked on, and is not needed afterwards. */
struct eight {
    lanes key;                           /* where they are in the block */
    lanes account, amount;               /* where these end, counted from the key */
    lanes strange;                       /* 0: the middle is known, and seven commas ... */
};

#define ENOUGH (UINT64_C(15) << 60)      /* four bits are found for certain */

/* Which middle they have, and where their fields are: of what is left of a line behind its middle
 * three commas and then the bound, whose bit is set as if it were one. */
ALWAYS_INLINE void find_fields(struct quick_lines *lines, const struct before *before, size_t i,
                               struct eight *eight, const struct lane_way *way)
{
    const struct quick_middle *middle = before->middle;
    const lanes one = (lanes){ 0 } + 1;
    const lanes not_0 = (lanes)((~*(const lanes *)&lines->like[0][i] & middle[0].counts) != 0);
    const lanes not_1 = (lanes)((~*(const lanes *)&lines->like[1][i] & middle[1].counts) != 0);
    const lanes not_2 = (lanes)((~*(const lanes *)&lines->like[2][i] & middle[2].counts) != 0);
    const lanes is_1 = not_0 & ~not_1;
    const lanes is_2 = not_0 & not_1;
    const lanes size = (~not_0 & middle[0].size) | (is_1 & middle[1].size) |
                       (is_2 & middle[2].size);
    const lanes left = *(const lanes *)&lines->inside[i] - size;
    lanes bound;

    way->up(&bound, &one, &left);
    const lanes from_centre = *(const lanes *)&lines->commas[i] >> size | bound | ENOUGH;
    const lanes from_account = from_centre & (from_centre - 1);
    const lanes from_amount = from_account & (from_account - 1);
    const lanes behind = from_amount & (from_amount - 1);
    const lanes end = behind & -behind;
    const lanes account = from_account ^ from_amount;
    const lanes amount = from_amount ^ behind;
    lanes last;
    way->place(&eight->account, &account);
    way->place(&eight->amount, &amount);
    way->place(&last, &end);
    eight->key = *(const lanes *)&lines->start[i] + before->id_size + size;
    eight->strange = (is_2 & not_2) | (lanes)(last != left) | (lanes)(eight->amount >= 60);
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
                             const struct lane_way *way)
{
    const lanes all = ~(lanes){ 0 };
    const lanes bits = 8 * eight->account;
    const lanes missing = 128 - bits;
    lanes head;
    lanes tail;
    lanes behind;
    lanes within;

    way->load(&head, data, &eight->key);
    way->load(&tail, data + 8, &eight->key);
    way->up(&behind, &all, &bits);
    way->down(&within, &all, &missing);
    head &= ~behind;
    tail &= within;
    tail |= partner_in_tail(before->partner) | (lanes)(eight->account > QUICK_KEY_MAX) |
            (lanes)(eight->strange != 0);
    *(lanes *)&lines->head[i] = head;
    *(lanes *)&lines->tail[i] = tail;
    *(lanes *)&lines->set[i] = SET_OF(lanes, halves, head, tail);
}

/* Their amounts, each as in line_amount(). */
ALWAYS_INLINE void read_amounts(struct quick_lines *lines, const char *data, size_t i,
                                const struct eight *eight, const struct lane_way *way)
{
    const lanes at = eight->key + eight->account + 1;
    const lanes size = eight->amount - eight->account - 4;   /* before the point */
    const lanes point = at + size;
    const lanes missing = 64 - 8 * size;
    lanes whole;
    lanes part;
    lanes pence;

    way->load(&whole, data, &at);
    way->load(&part, data, &point);
    const lanes minus = (lanes)((whole & 0xff) == '-');      /* all bits, or none */
    whole = (whole ^ UINT64_C(0x3030303030303030)) & ~(minus & 0xff);
    way->up(&whole, &whole, &missing);
    part = (part & 0xffffffff) ^ UINT64_C(0x2c30302e);       /* ".00," */
    way->number(&pence, &whole, &part);
    const lanes beyond_nine = ((whole + UINT64_C(0x7676767676767676)) | whole |
                               (part + UINT64_C(0x00767600)) | part) &
                              UINT64_C(0x8080808080808080);

    *(lanes *)&lines->amount[i] = at;
    *(lanes *)&lines->amount_size[i] = size + 3;
    *(lanes *)&lines->unread[i] = beyond_nine | (part & 0xff) |
                                  ((size - 1 + minus) & ~UINT64_C(7)) | ((size - 1) & ~UINT64_C(7));
    *(lanes *)&lines->pence[i] = (pence ^ minus) - minus;
}

ALWAYS_INLINE void prepare(struct quick *quick, const char *data, size_t from, size_t to,
                           const struct lane_way *way)
{
    struct quick_lines *lines = quick->lines;
    const size_t first = from & ~(size_t)7;
    struct eight eight[QUICK_BATCH / 8];
    struct before before;
    size_t i;

    if (!lines_before(quick, &before)) {
        memset(lines->tail, 0xff, sizeof lines->tail);   /* a partner that there is not */
        return;
    }
    for (i = from; i < to; i++)
        look_at(lines, &before, data, i, way->alike);
    for (i = first; i < to; i += 8) {
        find_fields(lines, &before, i, &eight[i / 8], way);
        trim_ids(lines, &before, i, &eight[i / 8]);
    }
    for (i = first; i < to; i += 8)
        make_keys(lines, &before, data, i, &eight[i / 8], way);
    for (i = from; i < to; i++)
        __builtin_prefetch(set_at(quick, lines->set[i]));
    for (i = first; i < to; i += 8)
        read_amounts(lines, data, i, &eight[i / 8], way);
}

#if defined(__x86_64__)

static WITH_AVX512 void prepare_avx512(struct quick *quick, const char *data, size_t from,
                                       size_t to)
{
    static const struct lane_way way = { alike_avx512, load_avx512, place_avx512,
                                         up_avx512,    down_avx512, number_avx512 };

    prepare(quick, data, from, to, &way);
}

static WITH_AVX2 void prepare_avx2(struct quick *quick, const char *data, size_t from, size_t to)
{
    static const struct lane_way way = { alike_avx2, load_plain, place_plain,
                                         up_plain,   down_plain, number_plain };

    prepare(quick, data, from, to, &way);
}

#endif

static void prepare_plain(struct quick *quick, const char *data, size_t from, size_t to)
{
    static const struct lane_way way = { alike_plain, load_plain, place_plain,
                                         up_plain,    down_plain, number_plain };

    prepare(quick, data, from, to, &way);
}

const struct quick_way quick_ways[] = {
#if defined(__x86_64__)
    { "avx512", avx512_runs, prepare_avx512 },
    { "avx2", avx2_runs, prepare_avx2 },
#endif
    { "plain", plain_runs, prepare_plain },
};
const size_t quick_ways_count = COUNT(quick_ways);

/* Room that begins with a line of the processor's cache. */
static void *take_lines(struct arena *arena, size_t count, size_t each)
{
    static const size_t line = 64;
    char *room = arena_take(arena, count * each + line, 1);

    return room + (line - (uintptr_t)room % line);
}

void quick_open(struct quick *quick, struct arena *arena)
{
    quick->way = quick_ways;
    while (!quick->way->runs_here())
        quick->way++;
    quick->lines = take_lines(arena, 1, sizeof *quick->lines);
    quick->set = take_lines(arena, QUICK_SETS, sizeof *quick->set);
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
    struct quick_lines *lines = quick->lines;
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
    struct quick_place *place =
        set_at(quick, SET_OF(uint64_t, uint32_t, key.head, key.tail))->place;
    if (!keys_are_equal(&place[0].key, &key)) {
        count_lines(sums, &place[1]);
        place[1] = place[0];
    } else {
        count_lines(sums, &place[0]);
    }
    place[0] = (struct quick_place){ key, 0, 0, (int8_t)line->period,
                                     (int8_t)(line->plain ? -1 : line->period), (uint32_t)cells };
}
