/* Forms with files: what is taken out of them, what is refused, and that the disk does not know
 * what waits there. */
#include "web/sent_files.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CD "Content-Disposition: form-data; "
#define TYPE "multipart/form-data; boundary=b"

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct spool spool_of(struct text bytes)
{
    struct spool spool;

    assert_int_equal(spool_open(&spool, "/tmp", &real_outside, NULL), OK);
    assert_int_equal(spool_add(&spool, bytes.data, bytes.size, NULL), OK);
    return spool;
}

static struct sent_files files;
static struct form form;

/* Can it be read? */
static bool reads(const char *body, const char *type)
{
    struct spool spool = spool_of(text_of(body));
    bool read = false;

    assert_int_equal(sent_form_read(&arena, &spool, text_of(type), &form, &files, &read, NULL),
                     OK);
    spool_close(&spool);
    return read;
}

static void a_field_is_taken_and_a_file_stays_where_it_is(void **state)
{
    static const char body[] =
        "--b\r\n" CD "name=\"why\"\r\n\r\none\r\ntwo\r\n--b\r\n" CD "name=\"file\"; "
        "filename=\"m%22inute 7.pdf\"\r\nContent-Type: application/pdf; a=b\r\n\r\n\r\n--\r\n--c"
        "\r\n--b--\r\n";
    struct spool spool = spool_of(text_of(body));
    bool read = false;
    char got[16];

    (void)state;
    assert_int_equal(sent_form_read(&arena, &spool, text_of(TYPE), &form, &files, &read, NULL),
                     OK);
    assert_true(read);
    assert_true(text_is(form_value(&form, "why"), "one\ntwo"));
    assert_int_equal(form.count, 1);
    assert_int_equal(files.count, 1);
    assert_true(text_is(files.file[0].name, "m\"inute 7.pdf"));
    assert_true(text_is(files.file[0].media, "application/pdf"));
    assert_int_equal(files.file[0].size, 9);
    assert_int_equal(spool_read(&spool, files.file[0].at, got, 9, NULL), OK);
    assert_memory_equal(got, "\r\n--\r\n--c", 9);
    spool_close(&spool);
}

static void a_box_without_a_file_is_no_file(void **state)
{
    (void)state;
    assert_true(reads("--b\r\n" CD "name=\"f\"; filename=\"\"\r\n\r\n\r\n--b\r\n" CD
                      "name=\"a\"\r\n\r\n\r\n--b--", TYPE));
    assert_int_equal(files.count, 0);
    assert_int_equal(form_value(&form, "a").size, 0);
    assert_true(reads("a=b&c=d", "application/x-www-form-urlencoded"));
    assert_int_equal(form.count, 2);
}

static void what_has_two_readings_is_refused(void **state)
{
    static const char *const body[] = {
        "", "--b", "--b--x", "x\r\n--b--", "\r\n--b--", "--c--",
        "--b\r\n\r\nx\r\n--b--",                                         /* without a name */
        "--b\r\n" CD "name=\"\"\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=a\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"; name=\"a\"\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"; filename*=UTF-8''x\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"\r\n" CD "name=\"b\"\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"\r\n folded\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"\n\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"\xff\"\r\n\r\nx\r\n--b--",
        "--b\r\n" CD "name=\"a\"\r\n\r\n\xff\r\n--b--",                 /* a field is text */
        "--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--b\r\n" CD "name=\"a\"\r\n\r\ny\r\n--b--",
        "--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--bc\r\n--b--",
        "--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--b--\r\n--b--",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(body); i++)
        assert_false(reads(body[i], TYPE));
    assert_true(reads("--b--", TYPE));
    assert_false(reads("--b--", "multipart/form-data"));
    assert_false(reads("--b--", "multipart/mixed; boundary=b"));
    assert_false(reads("--b--", "multipart/form-data; charset=x; boundary=b"));
    assert_false(reads("--b--", "multipart/form-data; boundary=\"\""));
}

static void there_are_bounds(void **state)
{
    char *body = arena_take(&arena, 1 << 18, 1);
    size_t at = 0;

    (void)state;
    for (int i = 0; i < SENT_FILES_MOST + 1; i++)
        at += (size_t)sprintf(body + at, "--b\r\n" CD "name=\"f\"; filename=\"x\"\r\n\r\n\r\n");
    memcpy(body + at, "--b--", 6);
    assert_false(reads(body, TYPE));
    at = (size_t)sprintf(body, "--b\r\n" CD "name=\"a\"\r\n\r\n");
    memset(body + at, 'x', FORM_BYTES_MOST);
    memcpy(body + at + FORM_BYTES_MOST, "\r\n--b--", 8);
    assert_true(reads(body, TYPE));
    memcpy(body + at + FORM_BYTES_MOST, "x\r\n--b--", 9);
    assert_false(reads(body, TYPE));
    memset(body, 'a', FORM_BYTES_MOST + 1);
    body[FORM_BYTES_MOST + 1] = '\0';
    assert_false(reads(body, "application/x-www-form-urlencoded"));
}

/* Bytes in pieces of every size, read from every place; none of them stands on the disk. */
static void a_spool_is_sealed(void **state)
{
    enum { SIZE = 40000 };
    static char bytes[SIZE], got[SIZE], kept[SIZE];
    struct spool spool, other;

    (void)state;
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)('a' + i % 23);
    assert_int_equal(spool_open(&spool, "/tmp", &real_outside, NULL), OK);
    for (size_t at = 0, piece = 1; at < SIZE; at += piece, piece = piece * 3 % 20011) {
        piece = piece < SIZE - at ? piece : SIZE - at;
        assert_int_equal(spool_add(&spool, bytes + at, piece, NULL), OK);
    }
    assert_int_equal(spool.size, SIZE);
    for (size_t at = 0; at < SIZE; at += 997) {
        assert_int_equal(spool_read(&spool, at, got, SIZE - at, NULL), OK);
        assert_memory_equal(got, bytes + at, SIZE - at);
    }
    assert_int_equal(pread(spool.file, kept, SIZE, 0), SIZE);
    assert_null(memmem(kept, SIZE, bytes, 8));
    other = spool_of((struct text){ bytes, SIZE });
    assert_int_equal(pread(other.file, got, SIZE, 0), SIZE);
    assert_memory_not_equal(got, kept, SIZE);
    spool_close(&other);
    spool_close(&spool);
    assert_int_equal(spool.file, -1);
    assert_true(sodium_is_zero(spool.key, sizeof spool.key));
    assert_int_equal(spool_open(&spool, "/no/such/folder", &real_outside, NULL), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_field_is_taken_and_a_file_stays_where_it_is, teardown),
        cmocka_unit_test_teardown(a_box_without_a_file_is_no_file, teardown),
        cmocka_unit_test_teardown(what_has_two_readings_is_refused, teardown),
        cmocka_unit_test_teardown(there_are_bounds, teardown),
        cmocka_unit_test_teardown(a_spool_is_sealed, teardown),
    };

    /* Memory runs out nowhere here. */
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
