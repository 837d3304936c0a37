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

#define PADDING 64
#define MOST    8192
#define KNOWN   6

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
    struct cells cells;
    struct id    last;
    char         room[PADDING + MOST + PADDING];
    char        *data;
    size_t       size, lines;
};

/* Remembers a line as the full judgement would. */
static void remember(struct quick *quick, int32_t partner, const char *middle, const char *place,
                     struct cells *cells)
{
    char text[128];
    struct ledger_line line = { .partner = partner, .period = 2, .plain = strcmp(place, "A,1") != 0 };
    char *at = text;

    (void)snprintf(text, sizeof text, "1%s,%s,1.00,%064d", middle, place, 0);
    for (size_t i = 0; i < LEDGER_FIELDS; i++) {
        size_t size = strcspn(at, ",");
        line.field[i] = (struct text){ at, size };
        at += size + 1;
    }
    quick_remember(quick, &line, cells);
}

static void open_bench(struct bench *bench, struct sums *sums)
{
    quick_open(&bench->quick, &arena);
    split_open(&bench->split, &arena, MOST);
    bench->data = bench->room + PADDING;
    bench->last = id_of((struct text){ "2939527                  ", 7 });
    quick_note_id(&bench->quick, &bench->last, 3);
    for (size_t i = 0; i < COUNT(known); i++)
        for (size_t k = 0; known[i].places[k] != NULL; k++)
            remember(&bench->quick, 3, known[i].middle, known[i].places[k], &bench->cells);
    quick_settle(&bench->quick, sums);
}

/* A line like those known, mostly; gives its size. */
static size_t put_line(struct chance *chance, char *at)
{
    static const char *const ids[] = { "2939527", "2939528", "9999999", "10000000", "A", "" };
    static const char *const middles[] = { ",C01,2014-06-02,", ",C02,2014-06-01,", ",,,",
                                           ",C01,2014-06-01,2014-15/P04",
                                           ",C01,2014-04-30,2014-15/P03" };
    static const char *const places[] = { "H2604,16801", "H2605,16800", ",", "A,2", "B,1",
                                          "123456789,12345678", "H2604,168000" };
    static const char *const amounts[] = { "", "-", "1", "25.2", "1.2345", "-.00", "100000000.00",
                                           "-12345678.90", "1a.00", "1.0a", "x.00", "--1.00" };
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
        at, 256, "%s%s,%s,%s,%s\n", ids[chance_below(chance, chance_one_in(chance, 4) ? 6 : 3)],
        chance_one_in(chance, 8) ? middles[chance_below(chance, COUNT(middles))] : like->middle,
        chance_one_in(chance, 8) ? places[chance_below(chance, COUNT(places))]
                                 : like->places[chance_below(chance, places_known)],
        chance_one_in(chance, 8) ? amounts[chance_below(chance, COUNT(amounts))] : amount,
        chance_one_in(chance, 2) ? "" : "Rent of a hall");
}

/* Writes a batch of lines and cuts them at their commas. */
static void put_batch(struct bench *bench, struct chance *chance)
{
    struct quick_lines *lines = &bench->quick.lines;

    bench->size = 0;
    bench->lines = 1 + chance_below(chance, QUICK_BATCH);
    for (size_t i = 0; i < bench->lines; i++) {
        lines->start[i] = (uint32_t)bench->size;
        bench->size += put_line(chance, bench->data + bench->size);
    }
    memset(bench->data + bench->size, "0,.-\n"[chance_below(chance, 5)], PADDING);
    split_block(&bench->split, (struct text){ bench->data, bench->size });
    for (size_t i = 0; i < bench->lines; i++) {
        lines->comma[i] = bench->split.comma + i * (LEDGER_FIELDS - 1);
        lines->end[i] = bench->split.line[i];
    }
}

/* Whether a line is alike, read by itself. */
static bool is_alike(const struct bench *bench, size_t i, int64_t *pence)
{
    const uint32_t *comma = bench->quick.lines.comma[i];
    const char *data = bench->data;
    const struct text middle = { data + comma[0], comma[3] - comma[0] };
    const struct text place = { data + comma[3] + 1, comma[5] - comma[3] - 1 };
    bool middle_known = false;
    bool place_known = false;

    for (size_t k = 0; k < COUNT(known); k++) {
        middle_known |= key_equal(middle, text_of(known[k].middle));
        for (size_t p = 0; known[k].places[p] != NULL; p++)
            place_known |= key_equal(place, text_of(known[k].places[p]));
    }
    return middle_known && place_known && comma[0] - bench->quick.lines.start[i] == 7 &&
           line_amount((struct text){ data + comma[5] + 1, comma[6] - comma[5] - 1 }, pence);
}

static void check_batch(struct bench *bench, const struct quick_way *way, size_t from, size_t to)
{
    const struct quick_lines *lines = &bench->quick.lines;
    int64_t pence;

    way->prepare(&bench->quick, bench->data, from, to);
    for (size_t i = 0; i < QUICK_BATCH; i++) {
        const bool alike = i >= from && i < to && is_alike(bench, i, &pence);
        const char *text = bench->data + lines->start[i < bench->lines ? i : 0];
        const struct text id = { text, 7 };
        if ((lines->alike >> i & 1) != alike)
            fail_msg("%s: alike is %d: %.60s", way->name, !alike, text);
        if (alike && (lines->pence[i] != pence || lines->id[i] != id_of(id).word[0] ||
                      lines->period[i] != 2 || lines->place[i]->cells != &bench->cells))
            fail_msg("%s: %.60s", way->name, text);
    }
}

static void a_batch_says_what_each_line_says(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct bench *bench = arena_take(&arena, 1, sizeof *bench);
    struct sums sums = { 0 };

    (void)state;
    open_bench(bench, &sums);
    for (long i = 0; i < test_cases; i++) {
        put_batch(bench, &chance);
        size_t from = chance_one_in(&chance, 2) ? 0 : chance_below(&chance, bench->lines);
        size_t to = from + 1 + chance_below(&chance, bench->lines - from);
        for (size_t w = 0; w < quick_ways_count; w++)
            if (quick_ways[w].runs_here())
                check_batch(bench, &quick_ways[w], from, to);
    }
    arena_free(&arena);
}

/* Every byte at every place of an amount. */
static void amounts_are_read_as_by_themselves(void **state)
{
    struct bench *bench = arena_take(&arena, 1, sizeof *bench);
    struct sums sums = { 0 };

    (void)state;
    open_bench(bench, &sums);
    bench->lines = 1;
    bench->quick.lines.start[0] = 0;
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
                split_block(&bench->split, (struct text){ bench->data, bench->size });
                bench->quick.lines.comma[0] = bench->split.comma;
                for (size_t w = 0; w < quick_ways_count; w++)
                    if (quick_ways[w].runs_here())
                        check_batch(bench, &quick_ways[w], 0, 1);
            }
    arena_free(&arena);
}

/* Nothing is alike before an id was noted, nor among another partner's lines. */
static void only_lines_of_the_last_partner_are_alike(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct bench *bench = arena_take(&arena, 1, sizeof *bench);
    struct sums sums = { 0 };

    (void)state;
    open_bench(bench, &sums);
    remember(&bench->quick, 4, ",C04,2014-06-01,", known[0].places[0], &bench->cells);
    remember(&bench->quick, 3, known[0].middle, known[0].places[0], &bench->cells);
    quick_settle(&bench->quick, &sums);
    for (size_t i = 0; i < 50 * quick_ways_count; i++) {
        const size_t w = i % quick_ways_count;
        if (!quick_ways[w].runs_here())
            continue;
        put_batch(bench, &chance);
        quick_note_id(&bench->quick, &bench->last, 4);
        quick_ways[w].prepare(&bench->quick, bench->data, 0, bench->lines);
        assert_int_equal(bench->quick.lines.alike, 0);
        bench->quick.last_id = NULL;
        quick_ways[w].prepare(&bench->quick, bench->data, 0, bench->lines);
        assert_int_equal(bench->quick.lines.alike, 0);
    }
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_says_what_each_line_says),
        cmocka_unit_test(amounts_are_read_as_by_themselves),
        cmocka_unit_test(only_lines_of_the_last_partner_are_alike),
    };

    test_chance_open(count, argument, 5000);
    return cmocka_run_group_tests_name("ledger_quick", tests, NULL, NULL);
}
