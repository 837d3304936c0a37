/* Columns as wide as what stands in them. */
#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *why, *columns, *cell[6], *printed;
} rows[] = {
    { "amounts stand right, words left", "lr", { "partner", "borne", "CLK", "1234.50" },
      "  partner    borne\n  CLK      1234.50\n" },
    { "letters count, not bytes", "lr", { "\xc3\x89\x64", "1", "abc", "22" },
      "  \xc3\x89\x64    1\n  abc  22\n" },
    { "no blanks at the end", "lll", { "a", "", "", "b", "c", "" }, "  a\n  b  c\n" },
    { "an empty cell keeps its place", "rlr", { "1", "", "2", "10", "x", "3" },
      "   1     2\n  10  x  3\n" },
};

static void tables_are_aligned(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = { 0 };
        struct table table;
        char *printed = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&printed, &size);

        if (ARENA_GUARD(&arena))
            fail_msg("out of memory");
        table_open(&table, &arena, rows[i].columns);
        for (size_t c = 0; c < COUNT(rows[i].cell) && rows[i].cell[c] != NULL; c++)
            table_put(&table, "%s", rows[i].cell[c]);
        table_print(&table, out, 2);
        (void)fclose(out);
        if (strcmp(printed, rows[i].printed) != 0)
            fail_msg("%s: %s", rows[i].why, printed);
        free(printed);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_aligned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
