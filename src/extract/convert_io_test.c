/* A conversion as it is asked for: which files may be given together, and control totals. */
#include "extract/convert_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_folder.h"

#define LEDGER                                                                                    \
    "partner = fixed STI\ndate = fixed 2014-06-01\ncost_centre = fixed C\naccount = fixed 4\n"     \
    "amount = column Amount\n"
#define VALUES "basis = fixed pupils\npartner = column Who\nvalue = column Value\nsign = credit\n"

static char home[TEST_PATH];
static struct arena arena;
static struct trouble trouble;

static int begin(void **state)
{
    (void)state;
    test_folder_make(home);
    test_file_write(home, "profile", LEDGER);
    test_file_write(home, "june.csv", "Amount\n1.50\n2.00\n");
    test_file_write(home, "july.csv", "Amount\n-1.00\n");
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    test_folder_remove(home);
    return 0;
}

static const char *in_home(const char *name)
{
    static char path[6][(size_t)2 * TEST_PATH];
    static unsigned next;
    char *at = path[next++ % COUNT(path)];
    int size = snprintf(at, sizeof path[0], "%s/%s", home, name);

    assert(size > 0 && (size_t)size < sizeof path[0]);
    return at;
}

static enum err convert(const char *first, const char *second, const char *out, const char *errors,
                        enum form form, const char *control)
{
    const char *extract[] = { in_home(first), second == NULL ? NULL : in_home(second) };
    struct convert_request request = {
        .outside = &real_outside, .profile = in_home("profile"), .extract = extract,
        .extracts = second == NULL ? 1 : 2, .form = form, .out = in_home(out),
        .errors = in_home(errors), .control = control, .force = true,
    };
    struct convert_summary summary;

    trouble.text[0] = '\0';
    enum err err = convert_extracts(&request, &arena, &summary, &trouble);
    if (err == OK || err == ERR_REFUSED)
        convert_summary_close(&summary);
    return err;
}

static void is_wrong_usage(enum err err, const char *words)
{
    assert_int_equal(err, ERR_USAGE);
    if (strstr(trouble.text, words) == NULL)
        fail_msg("'%s' is not told in: %s", words, trouble.text);
}

/* Nobody writes over what is read, or counts a file twice, also where a link leads to it. */
static void files_are_different(void **state)
{
    (void)state;
    assert_int_equal(symlink(in_home("june.csv"), in_home("link.csv")), 0);
    assert_int_equal(mkdir(in_home("sub"), 0777), 0);
    test_file_write(home, "sub/june.csv", "Amount\n1.00\n");
    is_wrong_usage(convert("june.csv", "sub/june.csv", "out", "err", FORM_LEDGER, NULL),
                   "two extracts are called june.csv");
    is_wrong_usage(convert("june.csv", "link.csv", "out", "err", FORM_LEDGER, NULL),
                   "are the same file");
    is_wrong_usage(convert("profile", NULL, "out", "err", FORM_LEDGER, NULL),
                   "is the profile and an extract");
    is_wrong_usage(convert("june.csv", NULL, "link.csv", "err", FORM_LEDGER, NULL),
                   "is the extract itself");
    is_wrong_usage(convert("june.csv", "july.csv", "out", "july.csv", FORM_LEDGER, NULL),
                   "is the extract itself");
    is_wrong_usage(convert("june.csv", NULL, "profile", "err", FORM_LEDGER, NULL),
                   "is the profile itself");
    is_wrong_usage(convert("june.csv", NULL, "out", "sub/../out", FORM_LEDGER, NULL),
                   "are the same file");
    assert_string_equal(test_folder_names(home), "july.csv june.csv link.csv profile sub");
    assert_int_equal(convert("june.csv", "july.csv", "out", "err", FORM_LEDGER, NULL), OK);
}

static void control_totals(void **state)
{
    static const struct {
        const char *control;
        enum err    err;
    } rows[] = {
        { "2.50", OK }, { "\xC2\xA3" "2.50", OK }, { "2.5", OK }, { "2.51", ERR_REFUSED },
        { "2.49", ERR_REFUSED }, { "-2.50", ERR_REFUSED }, { "1,002.50", ERR_REFUSED },
        { "2.500", ERR_USAGE }, { "two", ERR_USAGE }, { "", ERR_USAGE }, { "10,02.50", ERR_USAGE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(convert("june.csv", "july.csv", "out", "err", FORM_LEDGER,
                                 rows[i].control), rows[i].err);
    test_file_write(home, "profile", LEDGER "sign = credit\n");
    assert_int_equal(convert("june.csv", "july.csv", "out", "err", FORM_LEDGER, "2.50"), OK);
}

/* Values have more decimals than money, and no sign to be turned. */
static void control_totals_of_values(void **state)
{
    (void)state;
    test_file_write(home, "profile", VALUES);
    test_file_write(home, "june.csv", "Who,Value\nSTI,1.125\nCLA,2\n");
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_BASIS_VALUES, "3.125"), OK);
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_BASIS_VALUES, "3.12"),
                     ERR_REFUSED);
    assert_true(test_file_is(home, "out", "basis,from,partner,value\n"
                             "pupils,,STI,1.125\npupils,,CLA,2\n"));
}

/* A total that the file states itself, beside one that is given: both must agree. */
static void totals_of_files(void **state)
{
    (void)state;
    test_file_write(home, "profile", LEDGER "total_row = #2 is Total\n");
    test_file_write(home, "june.csv", "Amount,Text\n1.50,\n9.00,Total\n2.00,\n3.50,Total\n");
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_LEDGER, NULL), OK);
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_LEDGER, "3.50"), OK);
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_LEDGER, "3.49"), ERR_REFUSED);
    test_file_write(home, "june.csv", "Amount,Text\n1.50,\n2.00,\n3.51,Total\n");
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_LEDGER, NULL), ERR_REFUSED);
    assert_int_equal(convert("june.csv", NULL, "out", "err", FORM_LEDGER, "3.50"), ERR_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_different, begin, end),
        cmocka_unit_test_setup_teardown(control_totals, begin, end),
        cmocka_unit_test_setup_teardown(control_totals_of_values, begin, end),
        cmocka_unit_test_setup_teardown(totals_of_files, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
