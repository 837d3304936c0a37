/*
 * Profiles from any bytes. One that is taken is asked for every form, bound to a header made of
 * the columns that it names, and its conditions are held against rows; one that is not is told
 * with its name and a line. White space and a comment behind it change nothing.
 */
#include "extract/profile.h"

#include <assert.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define HEADER_MAX 200

static struct cell header_cell[HEADER_MAX];
static struct row header;

static void name_column(const struct column *column)
{
    for (size_t i = 0; i < header.count; i++)
        if (text_equal(header_cell[i].text, column->name))
            return;
    if (column->place == 0 && header.count < HEADER_MAX)
        header_cell[header.count++] = (struct cell){ column->name, CELL_TEXT };
}

static void name_condition(const struct condition *condition)
{
    for (size_t i = 0; i < condition->count; i++)
        name_column(&condition->test[i].column);
}

static void name_origin(const struct field_origin *origin)
{
    for (size_t i = 0; i < origin->count; i++)
        name_column(&origin->column[i]);
}

/* The header that the profile expects. */
static void make_header(const struct profile *profile)
{
    header = (struct row){ .cell = header_cell, .number = 1 };
    for (size_t i = 0; i < TARGETS; i++)
        name_origin(&profile->field[i]);
    name_origin(&profile->debit);
    name_origin(&profile->credit);
    if (profile->total_row != NULL)
        name_condition(profile->total_row);
    for (size_t i = 0; i < profile->leave_outs; i++)
        name_condition(&profile->leave_out[i]);
}

static void check_origin(const struct field_origin *origin)
{
    assert((origin->origin == ORIGIN_COLUMN) == (origin->count > 0));
    assert((origin->origin == ORIGIN_FIXED) == (origin->fixed.size > 0));
    for (size_t i = 0; i < origin->count; i++)
        assert(origin->column[i].index < header.count);
}

/* A row of one cell has only that cell; one that is all blank holds for no "only". */
static void hold(const struct condition *condition)
{
    struct row none = { .cell = header_cell, .count = 0, .number = 2 };
    bool on_header = condition_holds(condition, &header);
    bool on_none = condition_holds(condition, &none);

    for (size_t i = 0; i < condition->count; i++) {
        if (condition->test[i].kind == TEST_BLANK)
            assert(!on_header);
        if (condition->test[i].kind == TEST_ONLY || condition->test[i].kind == TEST_IS)
            assert(!on_none);
    }
}

static void check_fixed_columns(const struct profile *profile)
{
    for (size_t i = 0; i < profile->fixed_count; i++) {
        const struct fixed_column *column = &profile->fixed[i];
        assert(column->first >= 1 && column->first <= column->last && column->name.size > 0);
        assert(i == 0 || column[-1].last < column->first);
    }
}

static void try_profile(struct profile *profile)
{
    struct trouble trouble = { { 0 } };

    assert(profile->date_formats >= 1 && profile->date_formats <= DATE_PATTERNS_MAX);
    check_fixed_columns(profile);
    for (int form = 0; form < FORMS; form++) {
        trouble.text[0] = '\0';
        enum err err = profile_suits(profile, (enum form)form, "p", &trouble);
        assert((err == OK) == (trouble.text[0] == '\0') && (err == OK || err == ERR_USAGE));
    }
    make_header(profile);
    if (profile_bind(profile, &header, "p", &trouble) != OK)
        return;
    for (size_t i = 0; i < TARGETS; i++)
        check_origin(&profile->field[i]);
    if (profile->total_row != NULL)
        hold(profile->total_row);
    for (size_t i = 0; i < profile->leave_outs; i++)
        hold(&profile->leave_out[i]);
}

static enum err parse(struct text text, struct arena *arena, struct profile *profile,
                      struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return ERR_IO;
    return profile_parse(text, "p", arena, profile, trouble);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = { 0 };
    struct profile profile;
    struct trouble trouble = { { 0 } };
    struct trouble again = { { 0 } };
    static const char more[] = " \t\r\n \n# more\n";
    char longer[4200];

    if (size > 4096)
        return 0;
    enum err err = parse((struct text){ (const char *)bytes, size }, &arena, &profile, &trouble);
    if (err == OK)
        try_profile(&profile);
    else
        assert(err == ERR_USAGE && strncmp(trouble.text, "p:", 2) == 0);
    memcpy(longer, bytes, size);
    memcpy(longer + size, more, sizeof more);
    enum err same = parse((struct text){ longer, size + sizeof more - 1 }, &arena, &profile,
                          &again);
    assert(same == err && strcmp(trouble.text, again.text) == 0);
    arena_free(&arena);
    return 0;
}
