#include "engine/ledger_quick.h"

#include <assert.h>

/* ---- preparing lines ---- */

/* Compared by their first and their last sixteen bytes; they are of the same size. */
static inline bool middle_is(const struct quick_middle *middle, const char *bytes)
{
    const char *known = middle->bytes;
    const char *known_end = known + middle->size;
    const char *end = bytes + middle->size;

    return ((hash_load8(bytes) ^ hash_load8(known)) |
            (hash_load8(bytes + 8) ^ hash_load8(known + 8)) |
            (hash_load8(end - 16) ^ hash_load8(known_end - 16)) |
            (hash_load8(end - 8) ^ hash_load8(known_end - 8))) == 0;
}

#define MIX_TAIL    UINT64_C(0xa0761d6478bd642f)
#define MIX_PARTNER UINT64_C(0xe7037ed1a0b428db)
#define MIX_ALL     UINT64_C(0x9e3779b97f4a7c15)
#define SET_LOG     6                    /* of a set's size */

/* Where the set of a key stands among the sets, in bytes. */
static inline uint64_t set_of(const struct lookup_key *key)
{
    const uint64_t mixed = key->head + key->tail * MIX_TAIL + (key->tag >> 8) * MIX_PARTNER;

    return mixed * MIX_ALL >> (64 - QUICK_SETS_LOG) << SET_LOG;
}

static inline struct quick_set *set_at(const struct quick *quick, uint64_t offset)
{
    return (struct quick_set *)(void *)((char *)quick->set + offset);
}

/* What has to be known of the lines before. */
struct before {
    uint64_t id_mask;
    uint32_t id_size, partner;
    uint32_t middle_size[QUICK_KINDS];   /* 0: it is of another partner */
};

static inline __attribute__((always_inline)) struct before lines_before(struct quick *quick)
{
    const struct id *last = quick->last_id;
    struct before before = { .partner = quick->last_partner };

    if (last != NULL && last->size <= 8) {
        before.id_size = last->size;
        before.id_mask = ~(last->size == 8 ? 0 : UINT64_MAX >> (8 * last->size));
    }
    for (size_t i = 0; i < QUICK_KINDS; i++)
        before.middle_size[i] = quick->middle[i].partner == before.partner ? quick->middle[i].size
                                                                           : 0;
    quick->partner = before.partner;
    quick->id_size = last == NULL ? 0 : last->size;
    quick->changed = 0;
    quick->lines.alike = quick->lines.seems = 0;
    return before;
}

/* Id, middle and key of a line, and the bytes of its amount. */
static inline __attribute__((always_inline)) void
take_apart(struct quick *quick, const struct before *before, const char *data, size_t i)
{
    struct quick_lines *lines = &quick->lines;
    const uint32_t *comma = lines->comma[i];
    const char *id = data + lines->start[i];
    const struct text code = { data + comma[3] + 1, comma[5] - comma[3] - 1 };
    const char *point = data + comma[6] - 3;
    const size_t kind = quick_kind_of(data, comma);
    const struct lookup_key key = lookup_key_of(before->partner, code);
    const bool seems = comma[0] - lines->start[i] == before->id_size &&
                       code.size <= LOOKUP_BYTES_MAX &&
                       comma[3] - comma[0] == before->middle_size[kind] &&
                       middle_is(&quick->middle[kind], data + comma[0]);

    lines->seems |= (uint64_t)seems << i;
    lines->id[i] = __builtin_bswap64(hash_load8(id)) & before->id_mask;
    lines->period[i] = quick->middle[kind].period;
    lines->head[i] = key.head;
    lines->tail[i] = key.tail;
    lines->tag[i] = key.tag;
    lines->set[i] = set_of(&key);
    __builtin_prefetch(set_at(quick, lines->set[i]));
    lines->whole[i] = hash_load8(point - 8);
    lines->part[i] = hash_load4(point);
    lines->size[i] = comma[6] - comma[5] - 4;
}

/* Eight amounts at once, each as in line_amount(). */
typedef uint64_t lanes __attribute__((vector_size(64), aligned(8)));
typedef uint32_t quarters __attribute__((vector_size(64), aligned(8)));
typedef uint16_t pairs __attribute__((vector_size(64), aligned(8)));

static inline __attribute__((always_inline)) void read_amounts(struct quick_lines *lines, size_t i)
{
    const lanes bytes = *(const lanes *)&lines->whole[i];
    const lanes size = *(const lanes *)&lines->size[i];
    const lanes before = (64 - 8 * size) & 63;               /* bits in front of the amount */
    const lanes minus = (((bytes >> before & 0xff) ^ '-') - 1) >> 63;
    const lanes whole = (bytes ^ UINT64_C(0x3030303030303030)) &
                        ~UINT64_C(0) << before << 8 * minus;
    const lanes part = *(const lanes *)&lines->part[i] ^ UINT64_C(0x2c30302e);    /* ".00," */
    const lanes beyond_nine = ((whole + UINT64_C(0x7676767676767676)) | whole |
                               (part + UINT64_C(0x00767600)) | part) &
                              UINT64_C(0x8080808080808080);
    const pairs tens = ((pairs)whole & 0xff) * 10 + ((pairs)whole >> 8);
    const quarters hundreds = ((quarters)tens & 0xffff) * 100 + ((quarters)tens >> 16);
    const lanes pounds = ((lanes)hundreds & 0xffffffff) * 10000 + ((lanes)hundreds >> 32);
    const lanes pence = pounds * 100 + (part >> 8 & 0xff) * 10 + (part >> 16 & 0xff);

    *(lanes *)&lines->unread[i] = beyond_nine | (part & 0xff) |
                                  ((size - 1 - minus) & ~UINT64_C(7)) | ((size - 1) & ~UINT64_C(7));
    *(lanes *)&lines->pence[i] = (pence ^ -minus) + minus;
}

/* The amount of a line in another form than most. */
static __attribute__((noinline)) bool other_amount(struct quick_lines *lines, const char *data,
                                                   size_t i)
{
    const uint32_t *comma = lines->comma[i];

    return line_amount((struct text){ data + comma[5] + 1, comma[6] - comma[5] - 1 },
                       &lines->pence[i]);
}

/* Where a line goes, if one before went there. */
static inline __attribute__((always_inline)) bool find_place(struct quick *quick, const char *data,
                                                             size_t i)
{
    struct quick_lines *lines = &quick->lines;
    const struct lookup_key key = { lines->head[i], lines->tail[i], lines->tag[i] };
    struct quick_place *place = set_at(quick, lines->set[i])->place;

    place += !quick_place_is(place, &key);
    lines->place[i] = place;
    if (!quick_place_is(place, &key) || (lines->seems >> i & 1) == 0 ||
        (place->period >= 0 && place->period != lines->period[i]))
        return false;
    __builtin_prefetch(&place->cells->pence[lines->period[i]], 1);
    return lines->unread[i] == 0 || other_amount(lines, data, i);
}

/* Places are found when all lines were taken apart, so that the processor waits for the memory
 * behind many keys at once. */
static inline __attribute__((always_inline)) void find_places(struct quick *quick, const char *data,
                                                              size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        quick->lines.alike |= (uint64_t)find_place(quick, data, i) << i;
}

static inline __attribute__((always_inline)) void prepare(struct quick *quick, const char *data,
                                                          size_t from, size_t to)
{
    const struct before before = lines_before(quick);

    if (before.id_size == 0)
        return;
    for (size_t i = from; i < to; i++)
        take_apart(quick, &before, data, i);
    for (size_t i = from & ~(size_t)7; i < to; i += 8)
        read_amounts(&quick->lines, i);
    find_places(quick, data, from, to);
}

static void prepare_plain(struct quick *quick, const char *data, size_t from, size_t to)
{
    prepare(quick, data, from, to);
}

static bool plain_runs(void)
{
    return true;
}

#if defined(__x86_64__)

static __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2,movbe"))) void
prepare_avx512(struct quick *quick, const char *data, size_t from, size_t to)
{
    prepare(quick, data, from, to);
}

static bool avx512_runs(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

static __attribute__((target("avx2,bmi,bmi2,movbe"))) void
prepare_avx2(struct quick *quick, const char *data, size_t from, size_t to)
{
    prepare(quick, data, from, to);
}

static bool avx2_runs(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

#endif

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
        quick->set[i].place[0].tag = quick->set[i].place[1].tag = UINT16_MAX;
    quick->last_id = NULL;
    for (size_t i = 0; i < QUICK_KINDS; i++)
        quick->middle[i].size = 0;
    quick->freshes = 0;
    quick->ahead = 1;
}

/* ---- remembering ---- */

static void count_lines(struct sums *sums, struct quick_place *place)
{
    if (place->more > 0) {
        sums->lines[place->cells->slot] += place->more;
        place->cells->touched |= place->touched;
    }
    place->more = 0;
}

void quick_count_all(struct quick *quick, struct sums *sums)
{
    for (size_t i = 0; i < QUICK_SETS; i++) {
        count_lines(sums, &quick->set[i].place[0]);
        count_lines(sums, &quick->set[i].place[1]);
    }
}

static void remember_middle(struct quick *quick, const struct ledger_line *line)
{
    const char *from = line->field[FIELD_ENTRY_ID].data + line->field[FIELD_ENTRY_ID].size;
    const struct text partner = line->field[FIELD_PARTNER];
    const struct text date = line->field[FIELD_DATE];
    const struct text period = line->field[FIELD_PERIOD];
    const bool adjacent = partner.data == from + 1 &&
                          date.data == partner.data + partner.size + 1 &&
                          period.data == date.data + date.size + 1 &&
                          line->field[FIELD_COST_CENTRE].data == period.data + period.size + 1;
    const size_t size = adjacent ? (size_t)(period.data + period.size - from) : 0;

    if (size < 16 || size > sizeof quick->middle->bytes)
        return;
    const size_t kind = quick_kind(period.size > 0, period.data[-5]);
    struct quick_middle *middle = &quick->middle[kind];
    if (size == middle->size && middle_is(middle, from))
        return;
    memcpy(middle->bytes, from, size);
    middle->size = (uint32_t)size;
    middle->partner = (uint32_t)line->partner;
    middle->period = line->period;
    quick->changed |= 1U << kind;
}

void quick_remember(struct quick *quick, const struct ledger_line *line, struct cells *cells)
{
    struct text centre = line->field[FIELD_COST_CENTRE];
    struct text account = line->field[FIELD_ACCOUNT];
    struct text both = { centre.data, centre.size + 1 + account.size };

    remember_middle(quick, line);
    if (both.size > LOOKUP_BYTES_MAX || account.data != centre.data + centre.size + 1)
        return;
    struct lookup_key key = lookup_key_of((uint32_t)line->partner, both);
    assert(quick->freshes < QUICK_BATCH);
    quick->fresh[quick->freshes++] = (struct quick_place){
        key.head, key.tail, cells, (uint16_t)key.tag, 0, 0,
        (int16_t)(line->plain ? -1 : line->period)
    };
}

void quick_settle(struct quick *quick, struct sums *sums)
{
    for (size_t i = 0; i < quick->freshes; i++) {
        const struct quick_place *fresh = &quick->fresh[i];
        const struct lookup_key key = { fresh->head, fresh->tail, fresh->tag };
        struct quick_set *set = set_at(quick, set_of(&key));
        if (!quick_place_is(&set->place[0], &key)) {
            count_lines(sums, &set->place[1]);
            set->place[1] = set->place[0];
        } else {
            count_lines(sums, &set->place[0]);
        }
        set->place[0] = *fresh;
    }
    quick->freshes = 0;
}
