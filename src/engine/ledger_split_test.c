#include "engine/ledger_split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"
#include "formats/csv.h"

#define MOST 3000
#define PADDING 64

static struct arena arena;

static bool is_line(unsigned char byte)
{
    return byte == '\n';
}

static bool is_special(unsigned char byte)
{
    return byte == '"' || byte == '\r' || byte == 0 || byte > 127;
}

/* The positions are exactly those of such bytes, ascending, with the end behind them. Returns how
 * many there are. */
static size_t check_positions(const char *way, const uint32_t *at, struct text bytes,
                              bool (*counts)(unsigned char))
{
    size_t found = 0;

    for (size_t i = 0; i < bytes.size; i++)
        if (counts((unsigned char)bytes.data[i]) && at[found++] != i)
            fail_msg("%s: %zu bytes, position %zu is %u", way, bytes.size, i, at[found - 1]);
    for (size_t i = 0; i < SPLIT_SPARE; i++)
        if (at[found + i] != SPLIT_END)
            fail_msg("%s: %zu bytes, no end behind the last position", way, bytes.size);
    return found;
}

/* The first commas of these bytes, taken for a line. */
static void check_commas(const struct split_way *way, struct text bytes)
{
    uint32_t comma[SPLIT_COMMAS];
    size_t found = 0;

    way->line(bytes, comma);
    for (size_t i = 0; i < bytes.size && found < SPLIT_COMMAS; i++)
        if (bytes.data[i] == ',' && comma[found++] != i)
            fail_msg("%s: %zu bytes, comma %zu is %u", way->name, bytes.size, i, comma[found - 1]);
    for (; found < SPLIT_COMMAS; found++)
        assert_int_equal(comma[found], SPLIT_END);
}

/* Whole records end where the CSV reader says, and no line stands behind them. */
static void check_whole(struct split *split, struct text bytes)
{
    const size_t whole = split_whole(split, bytes);
    const size_t said = csv_whole_records(bytes);

    if (whole != said)
        fail_msg("%zu bytes, whole %zu, not %zu: %.*s", bytes.size, whole, said, (int)bytes.size,
                 bytes.data);
    for (size_t i = 0; i < split->lines; i++)
        assert_true(split->line[i] < whole);
    if (whole > 0)
        assert_int_equal(split->line[split->lines - 1], whole - 1);
}

static void check_all_ways(struct split *split, struct text bytes)
{
    for (size_t i = 0; i < split_ways_count; i++) {
        const struct split_way *way = &split_ways[i];

        if (!way->runs_here())
            continue;
        way->block(split, bytes);
        check_positions(way->name, split->special, bytes, is_special);
        assert_int_equal(check_positions(way->name, split->line, bytes, is_line), split->lines);
        assert_int_equal(split->line[-1], SPLIT_END);
        check_commas(way, bytes);
        check_whole(split, bytes);
    }
}

static void some_way_runs_everywhere(void **state)
{
    (void)state;
    assert_true(split_ways[split_ways_count - 1].runs_here());
    for (size_t i = 0; i < split_ways_count; i++)
        printf("# %s: %s\n", split_ways[i].name,
               split_ways[i].runs_here() ? "tested" : "not on this processor");
}

/* Each byte there is, at each place of a word of 64, alone and among its own. */
static void every_byte_is_told_at_every_place(void **state)
{
    char bytes[192 + PADDING];
    struct split split;

    (void)state;
    split_open(&split, &arena, 192);
    for (int byte = 0; byte < 256; byte++) {
        memset(bytes, byte, sizeof bytes);
        check_all_ways(&split, (struct text){ bytes, 192 });
        check_all_ways(&split, (struct text){ bytes, 100 });
        memset(bytes, 'a', sizeof bytes);
        for (size_t at = 0; at < 130; at += 13) {
            bytes[at] = (char)byte;
            check_all_ways(&split, (struct text){ bytes, 131 });
        }
    }
    arena_free(&arena);
}

/* Blocks of each size; what lies behind them is full of commas and must not count. */
static void what_lies_behind_the_block_does_not_count(void **state)
{
    char bytes[MOST + PADDING];
    struct split split;

    (void)state;
    split_open(&split, &arena, MOST);
    memset(bytes, ',', sizeof bytes);
    for (size_t size = 0; size <= 300; size++)
        check_all_ways(&split, (struct text){ bytes, size });
    memset(bytes, '"', sizeof bytes);
    for (size_t size = 0; size <= 300; size++)
        check_all_ways(&split, (struct text){ bytes, size });
    arena_free(&arena);
}

static void all_ways_give_the_same(void **state)
{
    static const char letters[] = ",\n\"\r\0a1.\x80\xc3\xff";
    struct chance chance = chance_of(test_seed);
    char bytes[MOST + PADDING];
    struct split split;

    (void)state;
    split_open(&split, &arena, MOST);
    for (long i = 0; i < test_cases; i++) {
        size_t size = chance_below(&chance, i % 8 == 0 ? MOST : 200);
        size_t ordinary = 1 + chance_below(&chance, 20);
        for (size_t at = 0; at < size + PADDING; at++) {
            bytes[at] = "abcdefgh"[chance_below(&chance, 8)];
            if (chance_one_in(&chance, ordinary))
                bytes[at] = letters[chance_below(&chance, sizeof letters - 1)];
        }
        check_all_ways(&split, (struct text){ bytes, size });
    }
    arena_free(&arena);
}

/* Quotes of all kinds: around fields, doubled, within, never closed. */
static void whole_records_end_where_the_reader_says(void **state)
{
    static const char *const pieces[] = { ",", "\n", "\"", "\"\"", ",\"", "\",", "\"\n", "\r\n",
                                          "a", "\xc3\xa9", "\"a\"", "\"\n\"", ",\"a, b\"\n" };
    static const char *const soups[] = { "a\",x\n\",b\n", "\"a\n\",", "\"a\"\"\n\",\n",
                                         "\"a\"b,\"\n" };
    struct chance chance = chance_of(test_seed + 1);
    char bytes[400 + PADDING] = { 0 };
    struct split split;

    (void)state;
    split_open(&split, &arena, 400);
    for (size_t i = 0; i < COUNT(soups); i++) {
        memcpy(bytes, soups[i], strlen(soups[i]));
        check_all_ways(&split, (struct text){ bytes, strlen(soups[i]) });
    }
    for (long i = 0; i < test_cases; i++) {
        size_t size = 0;
        for (size_t n = chance_below(&chance, 40); n > 0; n--) {
            const size_t kinds = chance_one_in(&chance, 3) ? COUNT(pieces) : 1;
            const char *piece = pieces[COUNT(pieces) - 1 - chance_below(&chance, kinds)];
            memcpy(bytes + size, piece, strlen(piece));
            size += strlen(piece);
        }
        memset(bytes + size, "\n,\"a"[chance_below(&chance, 4)], PADDING);
        check_all_ways(&split, (struct text){ bytes, size });
    }
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_way_runs_everywhere),
        cmocka_unit_test(every_byte_is_told_at_every_place),
        cmocka_unit_test(what_lies_behind_the_block_does_not_count),
        cmocka_unit_test(all_ways_give_the_same),
        cmocka_unit_test(whole_records_end_where_the_reader_says),
    };

    test_chance_open(count, argument, 20000);
    return cmocka_run_group_tests_name("ledger_split", tests, NULL, NULL);
}
