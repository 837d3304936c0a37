#include "cli/table.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#define TABLE_COLUMNS_MAX 16

void table_open(struct table *table, struct arena *arena, const char *columns)
{
    assert(strlen(columns) <= TABLE_COLUMNS_MAX);
    *table = (struct table){ .arena = arena, .columns = columns };
}

void table_put(struct table *table, const char *format, ...)
{
    char short_text[256];
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(short_text, sizeof short_text, format, arguments);
    assert(size >= 0);
    char *text = arena_take(table->arena, (size_t)size + 1, 1);
    (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    if (table->count == table->room) {
        size_t room = table->room == 0 ? 64 : table->room * 2;
        table->cell = arena_grow(table->arena, table->cell, table->count, room,
                                 sizeof *table->cell);
        table->room = room;
    }
    table->cell[table->count++] = text;
}

/* Characters of valid UTF-8: bytes that do not continue one. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void print_row(const struct table *table, const char **cell, const int *width, FILE *out,
                      int indent)
{
    size_t columns = strlen(table->columns);
    int blanks = indent;                 /* owed; never paid at the end of a row */

    for (size_t c = 0; c < columns; c++) {
        int left = width[c] - width_of(cell[c]);
        if (table->columns[c] == 'r')
            blanks += left;
        if (cell[c][0] != '\0') {
            (void)fprintf(out, "%*s%s", blanks, "", cell[c]);
            blanks = 0;
        }
        if (table->columns[c] == 'l')
            blanks += left;
        blanks += 2;
    }
    (void)fputc('\n', out);
}

void table_print(const struct table *table, FILE *out, int indent)
{
    size_t columns = strlen(table->columns);
    int width[TABLE_COLUMNS_MAX] = { 0 };

    assert(columns > 0 && table->count % columns == 0);
    for (size_t i = 0; i < table->count; i++) {
        int wide = width_of(table->cell[i]);
        if (wide > width[i % columns])
            width[i % columns] = wide;
    }
    for (size_t i = 0; i < table->count; i += columns)
        print_row(table, &table->cell[i], width, out, indent);
}
