/* To convert while things fail: whatever fails, both files are written whole, or all stays as it
 * was. */
#include "engine/test_fault.h"

#include "extract/convert_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Rows that are accepted, left out by a rule and by a total, and refused; sums that are no whole
 * pence take memory of their own, which must come back too. */
#define PROFILE                                                                                   \
    "partner = fixed STI\n"                                                                       \
    "entry_id = column Id\n"                                                                      \
    "date = column Date\n"                                                                        \
    "cost_centre = column Centre\n"                                                               \
    "account = column Account\n"                                                                  \
    "amount = column Amount\n"                                                                    \
    "description = column Text + Id\n"                                                            \
    "rounding = half-even\n"                                                                      \
    "total_row = Id is Total\n"                                                                   \
    "leave_out = Account is \"9999\"\n"
#define HEADER "Id,Date,Centre,Account,Amount,Text\n"
#define GOOD_ROWS                                                                                 \
    HEADER                                                                                        \
    "a1,2014-06-01,SW1,4000,10.00,Care\n"                                                         \
    "a2,2014-06-02,SW1,4000,0.125,\"Care, more\"\n"                                               \
    "a3,2014-06-03,SW1,9999,5.005,left out\n"                                                     \
    "\n"
#define REFUSED_ROWS                                                                              \
    "a4,31/06/2014,SW1,4000,7.125,\"no such \"\"day\"\"\"\n"                                      \
    "a1,2014-06-04,SW1,4000,1.00,twice\n"                                                         \
    "a5,2014-06-05,SW1,4000,x,no amount\n"
#define JULY                                                                                      \
    HEADER                                                                                        \
    "b1,2014-06-06,SW2,4000,-3.00,Back\n"                                                         \
    "Total,,,,-3.00,\n"

#define OUT_HEAD      "entry_id,partner,date,period,cost_centre,account,amount,description\n"
#define ROWS_TO_STOP  10000     /* more than go by between two looks at the watch */

#define PATH_ROOM ((size_t)2 * TEST_PATH)

/* test_path() has room for four at a time. */
struct paths {
    char profile[PATH_ROOM], june[PATH_ROOM], july[PATH_ROOM], out[PATH_ROOM],
        errors[PATH_ROOM];
};

static void put_path(char path[PATH_ROOM], const char *home, const char *name)
{
    int size = snprintf(path, PATH_ROOM, "%s/%s", home, name);

    assert(size > 0 && (size_t)size < PATH_ROOM);
}

static struct paths paths_in(const char *home, bool made)
{
    struct paths paths;

    put_path(paths.profile, home, "profile");
    put_path(paths.june, home, "june.csv");
    put_path(paths.july, home, "july.csv");
    put_path(paths.out, home, made ? "made/out.csv" : "out.csv");
    put_path(paths.errors, home, made ? "made/more/errors.csv" : "errors.csv");
    return paths;
}

/* `through` is the control total, `certificate` whether there is an error file, and `force`
 * whether there stands something already: else both go into folders that are not there yet. */
static enum err convert_both(const struct test_work *work, const struct outside *outside,
                             struct arena *arena, const char *home, struct trouble *trouble)
{
    const struct paths paths = paths_in(home, !work->force);
    const char *const extract[] = { paths.june, paths.july };
    const struct convert_request request = {
        .outside = outside, .profile = paths.profile, .extract = extract, .extracts = 2,
        .out = paths.out, .errors = work->certificate ? paths.errors : NULL,
        .control = work->through, .force = work->force,
        .threads = work->threads,
    };
    struct convert_summary summary;
    enum err err = convert_extracts(&request, arena, &summary, trouble);

    if (err == OK || err == ERR_REFUSED)
        convert_summary_close(&summary);
    return err;
}

static void put_good(const char *home)
{
    test_file_write(home, "profile", PROFILE);
    test_file_write(home, "june.csv", GOOD_ROWS);
    test_file_write(home, "july.csv", JULY);
}

static void put_refused(const char *home)
{
    put_good(home);
    test_file_write(home, "june.csv", GOOD_ROWS REFUSED_ROWS);
}

static void put_over(const char *home)
{
    put_refused(home);
    test_file_write(home, "out.csv", "what stood here before\n");
    test_file_write(home, "errors.csv", "and this beside it\n");
}

static void put_good_over(const char *home)
{
    put_over(home);
    test_file_write(home, "june.csv", GOOD_ROWS);
}

static const struct test_work works[] = {
    { "convert", OK, put_good, convert_both, NULL, NULL, 1, false, false },
    { "no row refused, with --errors", OK, put_good, convert_both, NULL, "12.13", 1, true,
      false },
    { "over an earlier file", OK, put_good_over, convert_both, NULL, NULL, 1, true, true },
    { "rows refused", ERR_REFUSED, put_refused, convert_both, NULL, NULL, 1, true, false },
    { "rows refused, over earlier files", ERR_REFUSED, put_over, convert_both, NULL, NULL, 1,
      true, true },
    { "rows refused, on three threads", ERR_REFUSED, put_refused, convert_both, NULL, NULL, 3, true,
      false },
    { "rows refused without --errors", ERR_REFUSED, put_over, convert_both, NULL, NULL, 1, false,
      true },
    { "a control total that is not met", ERR_REFUSED, put_good, convert_both, NULL, "1.00", 1,
      true, false },
};

/* The works do what their names say. */
static void nothing_fails(void **state)
{
    char home[TEST_PATH];

    (void)state;
    test_folder_make(home);
    for (size_t i = 0; i < COUNT(works); i++) {
        const struct test_work *work = &works[i];
        const char *where = work->force ? "" : "made/";
        bool written = work->good == OK || (work->certificate && work->through == NULL);
        bool errors = written && work->good == ERR_REFUSED;
        struct arena arena = { 0 };
        struct trouble trouble = { 0 };
        char out[32], more[32];

        test_home_prepare(work, home);
        assert_int_equal(work->run(work, &real_outside, &arena, home, &trouble), work->good);
        arena_free(&arena);
        (void)snprintf(out, sizeof out, "%sout.csv", where);
        (void)snprintf(more, sizeof more, "%serrors.csv", work->force ? "" : "made/more/");
        assert_int_equal(test_file_is(home, out, OUT_HEAD
            "a1,STI,2014-06-01,,SW1,4000,10.00,Care a1\n"
            "a2,STI,2014-06-02,,SW1,4000,0.12,\"Care, more a2\"\n"
            "b1,STI,2014-06-06,,SW2,4000,-3.00,Back b1\n"), written);
        assert_int_equal(test_file_is(home, out, "what stood here before\n"),
                         work->force && !written);
        assert_int_equal(test_file_is(home, more, "and this beside it\n"),
                         work->force && !errors);
        assert_int_equal(access(test_path(home, more), F_OK) == 0, work->force || errors);
    }
    test_folder_remove(home);
}

static void every_outside_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_calls(&works[i]) > 20);
}

static void every_chunk_of_memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_memory(&works[i], false, 1) > 3);
}

static void every_piece_of_memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_memory(&works[i], true, 1) > 30);
}

/* -- stopped ------------------------------------------------------------------------------- */

struct stop {
    struct progress_watch watch;
    int                   looks;     /* before it is enough */
    uint64_t              bytes;
};

static bool stop_now(void *context, uint64_t bytes)
{
    struct stop *stop = context;

    assert_true(bytes >= stop->bytes);
    stop->bytes = bytes;
    return stop->looks-- > 0;
}

static void put_many(const char *home)
{
    FILE *file = fopen(test_path(home, "june.csv"), "wb");

    assert_non_null(file);
    (void)fputs(HEADER, file);
    for (int i = 0; i < ROWS_TO_STOP; i++)
        (void)fprintf(file, "a%d,2014-06-01,SW1,4000,0.125,Care\n", i);
    assert_int_equal(fclose(file), 0);
}

static void stopped_by_the_watch(void **state)
{
    char home[TEST_PATH];

    (void)state;
    test_folder_make(home);
    for (int looks = 0; looks < 2; looks++) {
        const struct paths paths = paths_in(home, true);
        const char *const extract[] = { paths.june };
        struct stop stop = { { stop_now, &stop }, looks, 0 };
        struct convert_request request = {
            .outside = &real_outside, .profile = paths.profile, .extract = extract, .extracts = 1,
            .out = paths.out, .errors = paths.errors, .watch = &stop.watch,
        };
        struct arena arena = { 0 };
        struct trouble trouble = { 0 };
        struct convert_summary summary;

        test_home_empty(home);
        put_good(home);
        put_many(home);
        assert_int_equal(convert_extracts(&request, &arena, &summary, &trouble), ERR_BUSY);
        assert_string_equal(trouble.text, "stopped");
        assert_int_equal(stop.looks, -1);
        assert_string_equal(test_folder_names(home), "july.csv june.csv profile");
        arena_free(&arena);
    }
    test_folder_remove(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fails),
        cmocka_unit_test(every_outside_call_fails),
        cmocka_unit_test(every_chunk_of_memory_fails),
        cmocka_unit_test(every_piece_of_memory_fails),
        cmocka_unit_test(stopped_by_the_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
