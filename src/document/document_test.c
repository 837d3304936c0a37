#include "document/document_book.h"
#include "document/pdf_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* What fontconfig keeps until the program ends is its own. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier): its own name */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const struct document_column columns[] = {
    { "Service", DOCUMENT_WORDS }, { "Lines", DOCUMENT_NUMBER }, { "Since", DOCUMENT_DAY },
    { "Charge", DOCUMENT_MONEY },
};

/* A report with every kind of block, and `rows` rows. */
static struct document *sample(struct arena *arena, int rows)
{
    struct document *d = document_open(arena, "Bill & statement <of June>");

    d->made = (struct moment){ 1404118800000 };
    d->footer = text_of("Clackmannanshire Council, 2014-15/P03");
    document_fact(d, "For", text_of("Clackmannanshire Council"));
    document_section(d, "What is owed");
    document_paragraph(d, text_of("Clackmannanshire owes Stirling \u00A37,614.99."));
    document_item(d, text_of("Education"));
    document_item(d, text_of("=Social Services"));
    document_section(d, "Charges");
    struct document_table *table = document_table(d, "Charges by service", "Charges", columns);
    for (int i = 0; i < rows; i++) {
        document_words(table, text_of(arena_print(arena, "Service %d", i)));
        document_number(table, i);
        document_words(table, text_of("2014-06-30"));
        document_money(table, i % 2 == 0 ? 123456 : -7);
    }
    document_words(table, text_of("Total"));
    document_blank(table);
    document_blank(table);
    document_money(table, 761499);
    table->sum = true;
    if (rows < 20)
        document_bars(d, table, 3, text_of("Education is the larger charge."));
    document_note(d, text_of("Odd pennies go to the largest remainder."));
    return d;
}

static bool has(struct text bytes, const char *words)
{
    return memmem(bytes.data, bytes.size, words, strlen(words)) != NULL;
}

static void paragraphs_and_items_are_numbered_by_the_model(void **state)
{
    struct arena arena = { 0 };
    (void)state;
    const struct document *d = sample(&arena, 2);

    assert_true(text_is(d->block[0].number, "1"));
    assert_true(text_is(d->block[1].number, "1.1"));
    assert_true(text_is(d->block[2].number, "(a)"));
    assert_true(text_is(d->block[3].number, "(b)"));
    assert_true(text_is(d->block[4].number, "2"));
    assert_true(document_ok(d));
    arena_free(&arena);
}

static void a_row_that_is_not_whole_is_seen(void **state)
{
    struct arena arena = { 0 };
    (void)state;
    struct document *d = document_open(&arena, "Short");

    document_words(document_table(d, "Charges", "Charges", columns), text_of("Education"));
    assert_false(document_ok(d));
    arena_free(&arena);
}

static void money_and_days_are_shown_as_people_write_them(void **state)
{
    static const struct {
        enum document_kind   kind;
        struct document_cell cell;
        const char          *shown;
    } row[] = {
        { DOCUMENT_MONEY, { .number = 0 }, "\u00A30.00" },
        { DOCUMENT_MONEY, { .number = -7 }, "-\u00A30.07" },
        { DOCUMENT_MONEY, { .number = 100000 }, "\u00A31,000.00" },
        { DOCUMENT_MONEY, { .number = -123456789 }, "-\u00A31,234,567.89" },
        { DOCUMENT_MONEY, { .blank = true }, "" },
        { DOCUMENT_NUMBER, { .number = 12 }, "12" },
        { DOCUMENT_DAY, { .words = { "2014-06-30", 10 } }, "30 June 2014" },
        { DOCUMENT_DAY, { .words = { "2014-13-30", 10 } }, "2014-13-30" },
        { DOCUMENT_DAY, { .words = { "soon", 4 } }, "soon" },
    };
    struct arena arena = { 0 };
    (void)state;

    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(document_shown(&arena, row[i].kind, &row[i].cell).data, row[i].shown);
    arena_free(&arena);
}

static void the_same_report_is_the_same_pdf(void **state)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct text one, other;
    (void)state;

    assert_int_equal(pdf_write(sample(&arena, 5), &arena, &one, &trouble), OK);
    assert_int_equal(pdf_write(sample(&arena, 5), &arena, &other, &trouble), OK);
    assert_true(text_equal(one, other));
    arena_free(&arena);
}

static void a_pdf_says_its_language_scopes_and_drawings(void **state)
{
    static const char *const words[] = {
        "/Lang (en-GB)", "/DisplayDocTitle true", "<pdfuaid:part>1</pdfuaid:part>",
        "/Scope /Column", "/Scope /Row", "/Alt <FEFF0045", "/Marked true",
        "Bill &amp; statement &lt;of June&gt;", "/CreationDate (D:20140630090000Z",
    };
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct text pdf;
    (void)state;

    assert_int_equal(pdf_write(sample(&arena, 5), &arena, &pdf, &trouble), OK);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (!has(pdf, words[i]))
            print_error("not there: %s\n", words[i]);
        assert_true(has(pdf, words[i]));
    }
    arena_free(&arena);
}

static void a_table_goes_on_over_pages(void **state)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct text pdf;
    (void)state;

    assert_int_equal(pdf_write(sample(&arena, 200), &arena, &pdf, &trouble), OK);
    assert_true(has(pdf, "/Count 6"));
    arena_free(&arena);
}

static enum err write_once(struct arena *arena, long nth)
{
    struct trouble trouble = { 0 };
    struct text pdf;
    const struct document *d = sample(arena, 3);

    if (ARENA_GUARD(arena)) {
        arena_fail_after(0, false);
        arena_fail_takes(false);
        return ERR_IO;
    }
    arena_fail_takes(true);
    arena_fail_after(nth, true);
    const enum err err = pdf_write(d, arena, &pdf, &trouble);
    arena_fail_after(0, false);
    arena_fail_takes(false);
    return err;
}

static void without_memory_a_pdf_fails(void **state)
{
    (void)state;
    for (long nth = 1; nth < 2000000; nth *= 3) {
        struct arena arena = { 0 };
        const enum err err = write_once(&arena, nth);
        assert_true(err == ERR_IO || (nth > 100 && err == OK));
        arena_free(&arena);
    }
}

static void a_workbook_has_amounts_as_numbers_and_words_as_words(void **state)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct text book;
    (void)state;

    for (int kind = DOCUMENT_XLSX; kind <= DOCUMENT_ODS; kind++) {
        assert_int_equal(document_book_write(sample(&arena, 5), &arena, (enum document_book)kind,
                                             &book, &trouble), OK);
        assert_memory_equal(book.data, "PK", 2);
    }
    arena_free(&arena);
}

/* document_test FILE [ROWS]: leaves a report there, to be looked at. */
static int leave(const char *path, int rows)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct text pdf;
    FILE *file = fopen(path, "wb");

    if (file == NULL || pdf_write(sample(&arena, rows), &arena, &pdf, &trouble) != OK ||
        fwrite(pdf.data, 1, pdf.size, file) != pdf.size || fclose(file) != 0) {
        fprintf(stderr, "%s\n", trouble.text);
        return 1;
    }
    arena_free(&arena);
    return 0;
}

int main(int count, char *word[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_and_items_are_numbered_by_the_model),
        cmocka_unit_test(a_row_that_is_not_whole_is_seen),
        cmocka_unit_test(money_and_days_are_shown_as_people_write_them),
        cmocka_unit_test(the_same_report_is_the_same_pdf),
        cmocka_unit_test(a_pdf_says_its_language_scopes_and_drawings),
        cmocka_unit_test(a_table_goes_on_over_pages),
        cmocka_unit_test(without_memory_a_pdf_fails),
        cmocka_unit_test(a_workbook_has_amounts_as_numbers_and_words_as_words),
    };

    if (count > 1)
        return leave(word[1], count > 2 ? (int)strtol(word[2], NULL, 10) : 5);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
