/*
 * What is worked out of a batch of lines at once must be what each of them says when it is read by
 * itself; and a line is alike only if one before had the same middle and the same place.
 */
#include "engine/ledger_quick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"
#include "engine/ledger_split.h"

#define PADDING   LINE_PADDING
#define LINE_MOST ((size_t)320)
#define MOST      (QUICK_BATCH * LINE_MOST)
#define KNOWN     6

static struct arena arena;

/* What was judged before the lines that are tested. */
static const struct known {
    const char *middle, *places[KNOWN];
} known[] = {
    { ",C01,2014-06-01,", { "H2604,16800", "C8163,10000", "A,1", "C2216,47400", NULL } },
    { ",C01,2014-06-01,2014-15/P03", { "R4230,38900", NULL } },
    { ",C01,2014-05-31,2014-15/P03", { "1234567,7654321", "12345678,7654321", NULL } },
};

struct bench {
    struct quick quick;
    struct split split;
    struct model model;
    struct sums  sums;
    struct id    last;
    uint32_t     start[QUICK_BATCH], comma[QUICK_BATCH][SPLIT_COMMAS];
    char         room[PADDING + MOST + PADDING];
    char        *data;
    size_t       size, lines;
};

/* Remembers a line as the full judgement would, in the slot that is its place among those known. */
static void remember(struct bench *bench, int32_t partner, const char *middle, const char *place,
                     int32_t slot)
{
    char text[128];
    struct ledger_line line = {
        .partner = partner, .period = 2, .slot = slot, .plain = strcmp(place, "A,1") != 0
    };
    char *at = text;

    (void)snprintf(text, sizeof text, "1%s,%s,1.00,%064d", middle, place, 0);
    for (size_t i = 0; i < LEDGER_FIELDS; i++) {
        size_t size = strcspn(at, ",");
        line.field[i] = (struct text){ at, size };
        at += size + 1;
    }
    sums_add(&bench->sums, slot, 0, 2, 0);
    quick_remember(&bench->quick, &bench->sums, &line);
}

static struct bench *new_bench(void)
{
    struct bench *bench = arena_take(&arena, 1, sizeof *bench);

    bench->model.slots = COUNT(known) * KNOWN;
    bench->model.groups = 1;
    sums_open(&bench->sums, &arena, &bench->model);
    quick_open(&bench->quick, &arena);
    split_open(&bench->split, &arena, MOST);
    bench->data = bench->room + PADDING;
    bench->last = id_of((struct text){ "2939527                  ", 7 });
    quick_note_id(&bench->quick, &bench->last, 3);
    for (size_t i = 0; i < COUNT(known); i++)
        for (size_t k = 0; known[i].places[k] != NULL; k++)
            remember(bench, 3, known[i].middle, known[i].places[k], (int32_t)(i * KNOWN + k));
    return bench;
}

/* A line like those known, mostly; gives its size. */
static size_t put_line(struct chance *chance, char *at)
{
    static const char *const ids[] = { "2939527", "2939528", "9999999", "10000000", "A", "",
                                     "29,3952", "," };
    static const char *const middles[] = { ",C01,2014-06-02,", ",C02,2014-06-01,", ",,,",
                                           ",C01,2014-06-01,2014-15/P04",
                                           ",C01,2014-04-30,2014-15/P03" };
    static const char *const places[] = { "H2604,16801", "H2605,16800", ",", "A,2", "B,1",
                                          "123456789,12345678", "H2604,168000" };
    static const char *const amounts[] = { "", "-", "1", "25.2", "1.2345", "-.00", "100000000.00",
                                           "-12345678.90", "1a.00", "1.0a", "x.00", "--1.00" };
    static const char *const more[] = { "", "", "Rent of a hall", "Rent, of a hall", "," };
    static const char blanks[] = "                                                              "
                                 "                                                              "
                                 "                                                              ";
    const struct known *like = &known[chance_below(chance, COUNT(known))];
    size_t places_known = 0;
    char amount[32];

    while (like->places[places_known] != NULL)
        places_known++;
    (void)snprintf(amount, sizeof amount, "%lld.%02d",
                   (long long)chance_between(chance, -99999999, 99999999) >>
                       chance_below(chance, 27),
                   (int)chance_below(chance, 100));
    return (size_t)snprintf(
        at, LINE_MOST, "%s%s,%s,%s,%.*s%s\n",
        ids[chance_below(chance, chance_one_in(chance, 4) ? COUNT(ids) : 3)],
        chance_one_in(chance, 8) ? middles[chance_below(chance, COUNT(middles))] : like->middle,
        chance_one_in(chance, 8) ? places[chance_below(chance, COUNT(places))]
                                 : like->places[chance_below(chance, places_known)],
        chance_one_in(chance, 8) ? amounts[chance_below(chance, COUNT(amounts))] : amount,
        (int)(chance_one_in(chance, 4) ? chance_below(chance, sizeof blanks) : 0), blanks,
        more[chance_below(chance, COUNT(more))]);
}

/* Where the lines of a batch are. */
static void cut_lines(struct bench *bench)
{
    struct quick_lines *lines = bench->quick.lines;

    bench->split.way->block(&bench->split, (struct text){ bench->data, bench->size });
    lines->end = bench->split.line;
    for (size_t i = 0; i < bench->lines; i++) {
        bench->start[i] = quick_start(lines, i);
        lines->bound[i] = lines->end[i];
        bench->split.way->line((struct text){ bench->data + bench->start[i],
                                              lines->end[i] - bench->start[i] },
                               bench->comma[i]);
    }
}

/* Writes a batch of lines and cuts them. */
static void put_batch(struct bench *bench, struct chance *chance)
{
    bench->size = 0;
    bench->lines = 1 + chance_below(chance, QUICK_BATCH);
    for (size_t i = 0; i < bench->lines; i++)
        bench->size += put_line(chance, bench->data + bench->size);
    memset(bench->data + bench->size, "0,.-\n"[chance_below(chance, 5)], PADDING);
    cut_lines(bench);
}

/* The part of a line between two of its commas. */
static struct text between(const struct bench *bench, size_t i, size_t from, size_t to)
{
    const uint32_t *comma = bench->comma[i];

    return (struct text){ bench->data + bench->start[i] + comma[from],
                          comma[to] - comma[from] };
}

/* Whether a line is alike, read by itself; if so its slot and its pence. */
static bool is_alike(const struct bench *bench, size_t i, size_t *slot, int64_t *pence)
{
    const uint32_t *comma = bench->comma[i];

    if (comma[6] == SPLIT_END || comma[7] != SPLIT_END || comma[0] != 7)
        return false;
    const struct text middle = between(bench, i, 0, 3);
    const struct text place = between(bench, i, 3, 5);
    const struct text amount = between(bench, i, 5, 6);
    bool middle_known = false;
    bool place_known = false;
    for (size_t k = 0; k < COUNT(known); k++) {
        middle_known |= key_equal(middle, text_of(known[k].middle));
        for (size_t p = 0; known[k].places[p] != NULL; p++)
            if (key_equal((struct text){ place.data + 1, place.size - 1 },
                          text_of(known[k].places[p])) &&
                place.size - 1 <= QUICK_KEY_MAX) {
                place_known = true;
                *slot = k * KNOWN + p;
            }
    }
    return middle_known && place_known &&
           line_amount((struct text){ amount.data + 1, amount.size - 1 }, pence);
}

/* Takes a line by itself; it comes to its slot and is one line more there, or nothing happens. */
static bool takes(struct bench *bench, size_t i, size_t slot, int64_t pence)
{
    struct sums *sums = &bench->sums;

    quick_count_all(&bench->quick, sums);
    const wide before = sums_get(sums, (int32_t)slot, 0, 2);
    const uint64_t lines = sums->lines[slot];

    bench->last.word[0] = 0;
    const bool taken = quick_take(&bench->quick, sums, bench->data, i, i + 1) == i + 1;
    quick_count_all(&bench->quick, sums);
    assert_true(sums_get(sums, (int32_t)slot, 0, 2) - before == (taken ? pence : 0));
    assert_int_equal(sums->lines[slot] - lines, taken);
    return taken;
}

static void check_batch(struct bench *bench, const struct quick_way *way, size_t from, size_t to,
                        bool taking)
{
    const struct quick_lines *lines = bench->quick.lines;
    size_t slot = 0;
    int64_t pence = 0;

    bench->last = id_of((struct text){ "2939527                  ", 7 });
    way->prepare(&bench->quick, bench->data, from, to);
    for (size_t i = from; i < to; i++) {
        const bool alike = is_alike(bench, i, &slot, &pence);
        const char *text = bench->data + bench->start[i];
        const struct text id = { text, 7 };
        bench->last.word[0] = 0;
        if ((taking ? takes(bench, i, slot, pence)
                    : quick_take(&bench->quick, &bench->sums, bench->data, i, i + 1) > i) != alike)
            fail_msg("%s: alike is %d: %.60s", way->name, !alike, text);
        if (alike && (lines->pence[i] != pence || lines->id[i] != id_of(id).word[0] ||
                      lines->period[i] != 2))
            fail_msg("%s: %.60s", way->name, text);
    }
}

static void a_batch_says_what_each_line_says(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct bench *bench = new_bench();

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        put_batch(bench, &chance);
        size_t from = chance_one_in(&chance, 2) ? 0 : chance_below(&chance, bench->lines);
        size_t to = from + 1 + chance_below(&chance, bench->lines - from);
        for (size_t w = 0; w < quick_ways_count; w++)
            if (quick_ways[w].runs_here())
                check_batch(bench, &quick_ways[w], from, to, i % 500 == 0);
    }
    arena_free(&arena);
}

/* Every byte at every place of an amount. */
static void amounts_are_read_as_by_themselves(void **state)
{
    struct bench *bench = new_bench();

    (void)state;
    bench->lines = 1;
    for (size_t whole = 1; whole <= 10; whole++)
        for (size_t at = 0; at < whole + 3; at++)
            for (int byte = 1; byte < 256; byte++) {
                char amount[16];
                (void)snprintf(amount, sizeof amount, "%.*s.47", (int)whole, "9182736450");
                amount[at] = (char)byte;
                if (byte == ',' || byte == '\n')
                    continue;
                bench->size = (size_t)snprintf(bench->data, MOST, "2939528%s,%s,%s,\n",
                                               known[0].middle, known[0].places[0], amount);
                cut_lines(bench);
                for (size_t w = 0; w < quick_ways_count; w++)
                    if (quick_ways[w].runs_here())
                        check_batch(bench, &quick_ways[w], 0, 1, false);
            }
    arena_free(&arena);
}

static void assert_none_alike(struct bench *bench)
{
    for (size_t i = 0; i < bench->lines; i++)
        assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, i, bench->lines), i);
}

/* Nothing is alike before an id was noted, nor among another partner's lines. */
static void only_lines_of_the_last_partner_are_alike(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct bench *bench = new_bench();

    (void)state;
    remember(bench, 4, ",C04,2014-06-01,", known[0].places[0], 0);
    remember(bench, 3, known[0].middle, known[0].places[0], 0);
    for (size_t i = 0; i < 50 * quick_ways_count; i++) {
        const size_t w = i % quick_ways_count;
        if (!quick_ways[w].runs_here())
            continue;
        put_batch(bench, &chance);
        bench->last.word[0] = 0;
        quick_note_id(&bench->quick, &bench->last, 4);
        quick_ways[w].prepare(&bench->quick, bench->data, 0, bench->lines);
        assert_none_alike(bench);
        bench->quick.last_id = NULL;
        quick_ways[w].prepare(&bench->quick, bench->data, 0, bench->lines);
        assert_none_alike(bench);
    }
    arena_free(&arena);
}

/* An id that is not past the one before is left to the full judgement. */
static void ids_that_do_not_ascend_are_not_taken(void **state)
{
    struct bench *bench = new_bench();

    (void)state;
    bench->lines = 3;
    bench->size = (size_t)snprintf(bench->data, MOST,
                                   "2939528%s,%s,1.00,\n2939528%s,%s,1.00,\n2939529%s,%s,1.00,\n",
                                   known[0].middle, known[0].places[0], known[0].middle,
                                   known[0].places[0], known[0].middle, known[0].places[0]);
    cut_lines(bench);
    quick_ways[quick_ways_count - 1].prepare(&bench->quick, bench->data, 0, 3);
    assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, 0, 3), 1);
    assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, 1, 3), 1);
    assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, 2, 3), 3);
    quick_count_all(&bench->quick, &bench->sums);
    assert_int_equal(bench->sums.lines[0], 2);
    assert_true(sums_get(&bench->sums, 0, 0, 2) == 200);
    arena_free(&arena);
}

/* A place that is full, or whose lines were of another period, makes room in the cells. */
static void a_place_turns_without_loss(void **state)
{
    struct bench *bench = new_bench();
    const size_t many = 2 * QUICK_LINES_MAX + 100;

    (void)state;
    bench->lines = 1;
    bench->size = (size_t)snprintf(bench->data, MOST, "2939528%s,%s,9999999999999.99,\n",
                                   known[0].middle, known[0].places[0]);
    cut_lines(bench);
    for (size_t i = 0; i < many; i++) {
        bench->last.word[0] = 0;
        quick_ways[quick_ways_count - 1].prepare(&bench->quick, bench->data, 0, 1);
        bench->quick.lines->period[0] = i < 2 ? 3 : 2;
        assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, 0, 1), 1);
    }
    quick_count_all(&bench->quick, &bench->sums);
    assert_int_equal(bench->sums.lines[0], many);
    assert_true(sums_get(&bench->sums, 0, 0, 3) == (wide)2 * INT64_C(999999999999999));
    assert_true(sums_get(&bench->sums, 0, 0, 2) == (wide)(many - 2) * INT64_C(999999999999999));
    assert_true(sums_touched(&bench->sums, 0, 0, 3));
    arena_free(&arena);
}

static void a_place_of_one_period_stays_there(void **state)
{
    struct bench *bench = new_bench();

    (void)state;
    bench->lines = 1;
    bench->size = (size_t)snprintf(bench->data, MOST, "2939528%s,A,1,1.00,\n", known[0].middle);
    cut_lines(bench);
    quick_ways[quick_ways_count - 1].prepare(&bench->quick, bench->data, 0, 1);
    bench->quick.lines->period[0] = 3;
    assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, 0, 1), 0);
    bench->quick.lines->period[0] = 2;
    assert_int_equal(quick_take(&bench->quick, &bench->sums, bench->data, 0, 1), 1);
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_says_what_each_line_says),
        cmocka_unit_test(amounts_are_read_as_by_themselves),
        cmocka_unit_test(only_lines_of_the_last_partner_are_alike),
        cmocka_unit_test(ids_that_do_not_ascend_are_not_taken),
        cmocka_unit_test(a_place_turns_without_loss),
        cmocka_unit_test(a_place_of_one_period_stays_there),
    };

    test_chance_open(count, argument, 5000);
    return cmocka_run_group_tests_name("ledger_quick", tests, NULL, NULL);
}
