/*
 * Any bytes as the beginning of a text: they are cut, looked at and guessed from, and what comes
 * of it is a profile that profile_parse() takes. Every amount that a cell is said to be is what
 * amount_read() makes of it in a style that a profile can name.
 */
#include "extract/guess.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "extract/delimited.h"
#include "extract/fixed.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static _Noreturn void stop(const char *why)
{
    (void)fprintf(stderr, "%s\n", why);
    abort();
}

#define FIRST_ROWS 20

/* Calls back for every row that the shape cuts out of the text. */
static size_t cut(struct arena *arena, struct text text, const struct shape *shape,
                  struct row rows[], size_t room)
{
    struct row row = { .cell = arena_take(arena, ROW_CELLS_MAX, sizeof *row.cell), .number = 1 };
    char *spare = arena_take(arena, RECORD_BYTES_MAX, 1);
    struct dialect dialect;
    size_t count = 0;

    dialect_open(&dialect, shape->dialect.delimiter, shape->dialect.quotes,
                 shape->dialect.line_end);
    while (text.size > 0 && count < room) {
        struct record_extent extent = shape->dialect.format == FORMAT_FIXED
            ? fixed_read(text, true, shape->dialect.fixed, shape->dialect.fixed_count,
                         line_end_char(shape->dialect.line_end), &row)
            : delimited_read(text, true, &dialect, spare, &row);
        assert(extent.used > 0);
        rows[count++] = row_copy(arena, &row);
        row.number += extent.lines;
        text.data += extent.used;
        text.size -= extent.used;
    }
    return count;
}

static void look_at_amounts(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        struct amount_shape shape;
        struct date_seen seen;
        char pattern[DATE_PATTERN_TEXT_MAX];
        struct pattern parsed;

        if (amount_shape_of(&row->cell[i], &shape))
            assert(shape.reads[DECIMAL_POINT] || shape.reads[DECIMAL_COMMA]);
        if (shape.proof == MARK_POINT)
            assert(!shape.reads[DECIMAL_COMMA]);
        if (shape.proof == MARK_COMMA)
            assert(!shape.reads[DECIMAL_POINT]);
        if (date_shape_of(cell_trim(row->cell[i].text), &seen)) {
            date_shape_pattern(&seen.shape, seen.month_first, pattern);
            assert(date_pattern_parse(text_of(pattern), &parsed));
        }
    }
}

static void guess_all(struct arena *arena, const struct row rows[], size_t count, enum form form)
{
    struct guess guess = { .file = "f", .form = form, .arena = arena };
    struct table_facts facts;
    struct last_row last;
    struct row header = { 0 };
    struct profile profile;
    struct trouble trouble = { { 0 } };
    size_t at = 0;

    if (guess_header(rows, count, false, &at) == HEADER_FOUND)
        header = rows[at++];
    else
        at = 0;
    facts_open(&facts, arena, &header, count > 0 ? rows[0].count : 1, true);
    for (; at < count; at++)
        facts_row(&facts, &rows[at]);
    facts_end(&facts, &last);
    guess_choose(&guess, &facts, &last);
    facts_close(&facts);
    if (profile_parse(text_of(guess_text(&guess)), "p", arena, &profile, &trouble) != OK)
        stop("a guess is no profile");
    if (header.count > 0 && profile_bind(&profile, &header, "p", &trouble) != OK)
        stop("a guess names columns that are not there");
}

static void try_bytes(struct text text, struct arena *arena, enum form form)
{
    struct shape shape;
    struct row rows[FIRST_ROWS];

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return;
    guess_shape(text, true, arena, &shape);
    assert(shape.same <= shape.lines && shape.cells > 0);
    if (shape.dialect.format == FORMAT_FIXED)
        assert(fixed_columns_check(shape.dialect.fixed, shape.dialect.fixed_count)
               == shape.dialect.fixed_count);
    const size_t count = cut(arena, text, &shape, rows, FIRST_ROWS);
    for (size_t i = 0; i < count; i++)
        look_at_amounts(&rows[i]);
    guess_all(arena, rows, count, form);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = { 0 };

    if (size < 1 || size > 4096)
        return 0;
    try_bytes((struct text){ (const char *)bytes + 1, size - 1 }, &arena,
              (enum form)(bytes[0] % FORMS));
    arena_free(&arena);
    return 0;
}
