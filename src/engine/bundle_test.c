/* A bundle and its verification: every byte, every allocation and every call of the system. */
#include "engine/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/test_folder.h"

#define EXAMPLE "tests/examples/tiny"
#define LATE    "tests/examples/late"
#define ROOM    ((size_t)1 << 20)
#define COMMENT ((size_t)64)
#define PATH_ROOM ((size_t)TEST_PATH * 2)

static char home[TEST_PATH];
static unsigned char image[ROOM];

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    return 0;
}

/* test_path() has a few places only, in turn. */
static void path_keep(char kept[PATH_ROOM], const char *path)
{
    int size = snprintf(kept, PATH_ROOM, "%s", path);

    assert_in_range(size, 1, PATH_ROOM - 1);
}

/* One run with an arena of its own; what it said is in `said`. */

static struct trouble said;

static enum err bundle(const struct outside *outside, const char *folder, const char *through,
                       const char *out, bool force)
{
    struct arena arena = { 0 };
    struct bundle_summary summary;
    const struct bundle_request request = { .outside = outside, .folder = folder, .out = out,
                                            .through = through, .threads = 1, .force = force };

    said = (struct trouble){ { 0 } };
    enum err err = bundle_write(&request, &arena, &summary, &said);
    arena_free(&arena);
    return err;
}

static enum err verify(const struct outside *outside, const char *path, const char *original)
{
    struct arena arena = { 0 };
    struct verify_report report;
    const struct verify_request request = { .outside = outside, .bundle = path, .threads = 1,
                                            .original = &original,
                                            .originals = original == NULL ? 0 : 1 };

    said = (struct trouble){ { 0 } };
    enum err err = verify_bundle(&request, &arena, &report, &said);
    arena_free(&arena);
    return err;
}

static const char *make_bundle(const char *name)
{
    const char *path = test_path(home, name);

    assert_int_equal(bundle(&real_outside, EXAMPLE, NULL, path, true), OK);
    return path;
}

/* ---- every byte ---- */

static void put_byte(int file, size_t at, unsigned char byte)
{
    assert_int_equal(pwrite(file, &byte, 1, (off_t)at), 1);
}

static void every_changed_byte_is_found(void **state)
{
    (void)state;
    char path[PATH_ROOM];
    path_keep(path, make_bundle("flip.zip"));
    size_t size = test_bytes_read(path, image, sizeof image);
    int file = open(path, O_RDWR);

    assert_int_equal(verify(&real_outside, path, NULL), OK);
    for (size_t at = 0; at < size; at++) {
        put_byte(file, at, (unsigned char)(image[at] ^ (1 << at % 8)));
        if (verify(&real_outside, path, NULL) != ERR_CHECK)
            fail_msg("byte %zu of %zu", at, size);
        put_byte(file, at, image[at]);
    }
    assert_int_equal(verify(&real_outside, path, NULL), OK);
    (void)close(file);
}

static void seal(int file, size_t size)
{
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];

    assert_int_equal(sha256_of(image, size - COMMENT, &sum, NULL), OK);
    sha256_hex(&sum, hex);
    assert_int_equal(pwrite(file, hex, COMMENT, (off_t)(size - COMMENT)), (ssize_t)COMMENT);
}

/* With the sum made right again, what is changed must still be seen, unless it is only what zip
 * notes beside the bytes of an entry (dates, versions, attributes). */
static void every_changed_byte_under_a_right_sum(void **state)
{
    (void)state;
    char path[PATH_ROOM];
    path_keep(path, make_bundle("sealed.zip"));
    size_t size = test_bytes_read(path, image, sizeof image);
    int file = open(path, O_RDWR);
    size_t unseen = 0;
    size_t tried = 0;

    for (size_t at = 0; at < size - COMMENT; at += 3) {
        image[at] ^= 0x41;
        put_byte(file, at, image[at]);
        seal(file, size);
        enum err err = verify(&real_outside, path, NULL);
        unseen += err == OK;
        tried++;
        if (err != OK && err != ERR_CHECK)
            fail_msg("byte %zu: %d %s", at, err, said.text);
        assert_true(err == OK || said.text[0] != '\0');
        image[at] ^= 0x41;
        put_byte(file, at, image[at]);
    }
    assert_true(unseen * 10 < tried);
    (void)close(file);
}

static void every_shorter_bundle_is_found(void **state)
{
    (void)state;
    char path[PATH_ROOM];
    path_keep(path, make_bundle("cut.zip"));
    size_t size = test_bytes_read(path, image, sizeof image);

    while (size-- > 0) {
        assert_int_equal(truncate(path, (off_t)size), 0);
        if (verify(&real_outside, path, NULL) != ERR_CHECK)
            fail_msg("cut to %zu bytes", size);
    }
}

/* ---- every failure ---- */

static void any_failing_allocation_leaves_nothing(void **state)
{
    (void)state;
    char out[PATH_ROOM], good[PATH_ROOM];
    path_keep(good, make_bundle("good.zip"));
    path_keep(out, test_path(home, "none/memory.zip"));
    const char *original = EXAMPLE "/ledger/stirling.csv";
    long count = 0;

    fault_io_plan(&real_outside, 0, false, 0);
    do {
        count++;
        arena_fail_after(count, count % 2 == 0);
        if (bundle(&fault_outside, LATE, "2014-15/P04", out, false) == OK)
            break;
        assert_string_equal(said.text, "out of memory");
        assert_string_equal(test_folder_names(test_path(home, "none")), "-");
        assert_int_equal(fault_io_open_files(), 0);
    } while (count < 10000);
    arena_fail_after(0, false);
    assert_true(count > 20 && count < 10000);
    assert_int_equal(verify(&real_outside, out, NULL), OK);
    for (count = 1; count < 10000; count++) {
        arena_fail_after(count, count % 2 == 0);
        enum err err = verify(&fault_outside, good, original);
        if (err == OK)
            break;
        assert_int_equal(err, ERR_IO);
        assert_string_equal(said.text, "out of memory");
        assert_int_equal(fault_io_open_files(), 0);
    }
    arena_fail_after(0, false);
    assert_true(count > 20 && count < 10000);
}

static void any_failing_call_leaves_nothing(void **state)
{
    (void)state;
    const char *out = NULL;

    for (int sticky = 0; sticky < 2; sticky++) {
        char folder[PATH_ROOM];
        path_keep(folder, test_path(home, sticky ? "sticky" : "once"));
        assert_int_equal(mkdir(folder, 0700), 0);
        for (long nth = 1;; nth++) {
            out = test_path(folder, "out.zip");
            fault_io_plan(&real_outside, nth, sticky != 0, EIO);
            enum err err = bundle(&fault_outside, EXAMPLE, NULL, out, false);
            assert_int_equal(fault_io_open_files(), 0);
            bool there = access(out, F_OK) == 0;
            if (fault_io_calls() < nth && err == OK)
                break;
            assert_true(err == OK ? there : !there || strstr(said.text, "out.zip") != NULL);
            assert_true(err == OK || (err == ERR_IO && said.text[0] != '\0'));
            if (there)
                assert_int_equal(remove(out), 0);
        }
        assert_int_equal(verify(&real_outside, out, NULL), OK);
    }
}

static void any_failing_call_is_told_by_verify(void **state)
{
    (void)state;
    char path[PATH_ROOM];
    path_keep(path, make_bundle("read.zip"));

    for (long nth = 1;; nth++) {
        fault_io_plan(&real_outside, nth, false, EIO);
        enum err err = verify(&fault_outside, path, EXAMPLE "/ledger/stirling.csv");
        assert_int_equal(fault_io_open_files(), 0);
        if (fault_io_calls() < nth) {
            assert_int_equal(err, OK);
            break;
        }
        assert_true(err == OK || (err == ERR_IO && said.text[0] != '\0'));
    }
}

/* ---- a file that changes between two readings ---- */

static int ledger_openings;
static char changed_to[PATH_ROOM];

/* The real world, but for stirling.csv, which is another file from its second opening on. */
static int open_changing(const char *path)
{
    if (strstr(path, EXAMPLE "/ledger/stirling.csv") != NULL && ledger_openings++ > 0)
        return real_outside.open_read(changed_to);
    return real_outside.open_read(path);
}

static void a_file_that_changes_is_not_bundled(void **state)
{
    (void)state;
    static const char *const contents[] = {
        "",                                          /* refused now */
        LEDGER_HEADER "\n",                          /* good, but fewer lines */
        LEDGER_HEADER "\n1,STI,2014-04-30,,E10001,A1000,1.00,\n",
        LEDGER_HEADER "\n1,STI,2014-04-30,,E10001,A1000,x,\n",
    };
    struct outside changing = real_outside;

    path_keep(changed_to, test_path(home, "changed.csv"));
    changing.open_read = open_changing;
    for (size_t i = 0; i < COUNT(contents); i++) {
        ledger_openings = 0;
        test_bytes_write(changed_to, contents[i], strlen(contents[i]));
        assert_int_equal(bundle(&changing, EXAMPLE, NULL, test_path(home, "c.zip"), false), ERR_IO);
        assert_non_null(strstr(said.text, "changed while it was read"));
        assert_int_not_equal(access(test_path(home, "c.zip"), F_OK), 0);
    }
}

/* ---- the parts ---- */

static void only_the_version_is_masked(void **state)
{
    (void)state;
    static const struct {
        const char *why, *given, *left;
    } row[] = {
        { "a version", "{\n  \"engine_version\": \"0.1.0\",\n",
          "{\n  \"engine_version\": \"\",\n" },
        { "another key", "  \"engine_versions\": \"1\",\n", "  \"engine_versions\": \"1\",\n" },
        { "deeper", "    \"engine_version\": \"1\",\n", "    \"engine_version\": \"1\",\n" },
        { "not at the start of a line", "x  \"engine_version\": \"1\",\n",
          "x  \"engine_version\": \"1\",\n" },
        { "more in the line", "  \"engine_version\": \"1\", \"x\": 2\n",
          "  \"engine_version\": \"\", \"x\": 2\n" },
        { "what is no version", "  \"engine_version\": \"1 2\",\n",
          "  \"engine_version\": \" 2\",\n" },
    };

    for (size_t i = 0; i < COUNT(row); i++) {
        for (size_t step = 1; step < 40; step += 6) {
            struct version_mask mask = { .matched = 0 };
            char bytes[128];
            char left[128] = "";

            for (size_t at = 0; at < strlen(row[i].given); at += step) {
                size_t size = strlen(row[i].given) - at < step ? strlen(row[i].given) - at : step;
                memcpy(bytes, row[i].given + at, size);
                strncat(left, bytes, version_mask_apply(&mask, bytes, size));
            }
            if (strcmp(left, row[i].left) != 0)
                fail_msg("%s: %s", row[i].why, left);
        }
    }
}

static void entries_must_stand_in_order(void **state)
{
    (void)state;
    const char *names[] = { "a", "c", "b" };
    struct entry_order order = { names, COUNT(names), 0 };
    const struct difference *difference = NULL;
    struct arena arena = { 0 };
    struct trouble trouble[3] = { { { 0 } } };

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(entry_expect(&order, &arena, "a", &difference, trouble), OK);
    assert_int_equal(entry_expect(&order, &arena, "b", &difference, &trouble[0]), ERR_CHECK);
    assert_string_equal(trouble[0].text, "c: it stands where b belongs");
    assert_int_equal(entry_expect(&order, &arena, "d", &difference, &trouble[1]), ERR_CHECK);
    assert_string_equal(trouble[1].text, "d: it is missing from the bundle");
    assert_int_equal(entry_expect_end(&order, &arena, &difference, &trouble[2]), ERR_CHECK);
    assert_string_equal(difference->file, "c");
    arena_free(&arena);
}

/* Compares `computed` with `kept` as one file and gives what is said. */
static const char *compared(struct arena *arena, const char *kept, const char *computed)
{
    const struct memory_file file[] = { { "x.csv", text_of(kept) }, { NULL, { NULL, 0 } } };
    const struct difference *difference = NULL;
    struct memory_source memory;
    struct comparison comparison;

    said = (struct trouble){ { 0 } };
    memory_source_open(&memory, file, 1, NULL);
    comparison_open(&comparison, &memory.source, arena);
    assert_int_equal(comparison_begin(&comparison, "x.csv", false, &said), OK);
    enum err err = comparison.sink.write(&comparison.sink, computed, strlen(computed), &said);
    if (err == OK)
        err = comparison_end(&comparison, &said);
    assert_int_equal(err, comparison.differs ? ERR_CHECK : OK);
    if (comparison.differs)
        assert_int_equal(comparison_explain(&comparison, &difference, &said), ERR_CHECK);
    return said.text;
}

static void a_difference_is_located(void **state)
{
    (void)state;
    static const struct {
        const char *kept, *computed, *said;
    } row[] = {
        { "a,b\n1,2\n", "a,b\n1,2\n", "" },
        { "", "", "" },
        { "a,b\n1,2\n", "a,b\n1,3\n",
          "x.csv, row 2, column b: '2' in the bundle, '3' when it is computed again" },
        { "a,b\n\"x\ny\",2\n3,4\n", "a,b\n\"x\ny\",2\n3,5\n",
          "x.csv, row 3, column b: '4' in the bundle, '5' when it is computed again" },
        { "a,b\n1,\"2\"\n", "a,b\n1,2\n",
          "x.csv, row 2: its fields are right but written otherwise (quotes or line end)" },
        { "a,c\n1,2\n", "a,b\n1,2\n",
          "x.csv, row 1, column 2: 'c' in the bundle, 'b' when it is computed again" },
        { "a,b\n", "a,b\n1,2\n", "x.csv, row 2: the bundle ends before this row" },
        { "a,b\n1", "a,b\n1,2\n",
          "x.csv, row 2: it has 1 fields, and 2 when it is computed again" },
        { "a,b\n1,2\n", "a,b\n",
          "x.csv, row 2: the bundle has this row, but it is not there when it is computed again" },
        { "a,b\n1,2\n\n", "a,b\n1,2\n",
          "x.csv, row 3: the bundle has this row, but it is not there when it is computed again" },
        { "a,b\n1,\x1b\xc2\x9b\xff\n", "a,b\n1,2\n",
          "x.csv, row 2, column b: '????" "' in the bundle, '2' when it is computed again" },
    };
    struct arena arena = { 0 };

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(compared(&arena, row[i].kept, row[i].computed), row[i].said);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_changed_byte_is_found),
        cmocka_unit_test(every_changed_byte_under_a_right_sum),
        cmocka_unit_test(every_shorter_bundle_is_found),
        cmocka_unit_test(any_failing_allocation_leaves_nothing),
        cmocka_unit_test(any_failing_call_leaves_nothing),
        cmocka_unit_test(any_failing_call_is_told_by_verify),
        cmocka_unit_test(a_file_that_changes_is_not_bundled),
        cmocka_unit_test(only_the_version_is_masked),
        cmocka_unit_test(entries_must_stand_in_order),
        cmocka_unit_test(a_difference_is_located),
    };

    return cmocka_run_group_tests_name("bundle", tests, make_home, remove_home);
}
