#include "formats/zip_io.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/test_folder.h"
#include "formats/sha256.h"
#include "formats/zip_writer_io.h"

#define ROOM ((size_t)4 << 20)

static char home[TEST_PATH];
static struct arena arena;
static struct zip_archive archive;
static unsigned char image[ROOM];   /* an archive as bytes */

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
    arena_free(&arena);
    return 0;
}

/* Archives made by hand, stored, with whatever lies a row tells. */

struct raw_lies {
    uint32_t size_told, packed_told;   /* 0: the truth */
    uint16_t flags, method;
    uint32_t attributes;               /* of UNIX */
    bool     crc_wrong;
};

struct raw_entry {
    const char     *name, *bytes;
    struct raw_lies lies;
};

static size_t image_size;

static void put16(unsigned value)
{
    image[image_size++] = (unsigned char)(value & 0xff);
    image[image_size++] = (unsigned char)(value >> 8);
}

static void put32(uint32_t value)
{
    put16(value & 0xffff);
    put16(value >> 16);
}

static void put_text(const char *text)
{
    for (; *text != '\0'; text++)
        image[image_size++] = (unsigned char)*text;
}

static uint32_t crc32_of(const char *text)
{
    uint32_t crc = 0xffffffff;

    for (; *text != '\0'; text++) {
        crc ^= (unsigned char)*text;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* What the local and the central header have in common. */
static void put_facts(const struct raw_entry *e)
{
    uint32_t size = (uint32_t)strlen(e->bytes);

    put16(e->lies.flags);
    put16(e->lies.method);
    put16(0);
    put16(0x21);
    put32(crc32_of(e->bytes) ^ e->lies.crc_wrong);
    put32(e->lies.packed_told != 0 ? e->lies.packed_told : size);
    put32(e->lies.size_told != 0 ? e->lies.size_told : size);
    put16((unsigned)strlen(e->name));
    put16(0);
}

static void make_image(const struct raw_entry *entry, size_t count)
{
    static uint32_t offset[ZIP_ENTRIES_MAX + 2];

    image_size = 0;
    for (size_t i = 0; i < count; i++) {
        offset[i] = (uint32_t)image_size;
        put_text("PK\3\4");
        put16(20);
        put_facts(&entry[i]);
        put_text(entry[i].name);
        put_text(entry[i].bytes);
    }
    size_t central = image_size;
    for (size_t i = 0; i < count; i++) {
        put_text("PK\1\2");
        put16(3 << 8 | 20);
        put16(20);
        put_facts(&entry[i]);
        put16(0);
        put16(0);
        put16(0);
        put32(entry[i].lies.attributes << 16);
        put32(offset[i]);
        put_text(entry[i].name);
    }
    size_t end = image_size;
    put_text("PK\5\6");
    put32(0);
    put16((unsigned)count);
    put16((unsigned)count);
    put32((uint32_t)(end - central));
    put32((uint32_t)central);
    put16(0);
}

static enum err read_all(struct trouble *trouble)
{
    struct zip_folder folder;
    enum err err = OK;

    zip_folder_open(&folder, &archive, "");
    for (size_t i = 0; err == OK && i < archive.count; i++) {
        struct text text;
        if (!archive.entry[i].folder)
            err = source_read_all(&folder.source, &arena, archive.entry[i].name, ROOM, &text,
                                  trouble);
    }
    return err;
}

/* Opens the image and reads all its entries; the first failure. */
static enum err judge(size_t size, struct trouble *trouble)
{
    const char *path = arena_print(&arena, "%s/image.zip", home);

    test_bytes_write(path, image, size);
    memset(&archive, 0, sizeof archive);
    enum err err = zip_archive_open(&archive, &real_outside, &arena, path, trouble);
    if (err == OK)
        err = read_all(trouble);
    zip_archive_close(&archive);
    return err;
}

static const struct hostile {
    const char     *why;
    const char     *entry[3];   /* "name=bytes" */
    struct raw_lies lies;
    enum err        err;
    const char     *message;    /* holds this */
} hostiles[] = {
    { "sound", { "a.csv=abc", "ledger/=", "ledger/b.csv=x" }, { 0 }, OK, "" },
    { "empty file", { "a.csv=" }, { 0 }, OK, "" },
    { "dots within names", { "a..b/...=x", ".hidden=y" }, { 0 }, OK, "" },
    { "climbs out", { "../a.csv=x" }, { 0 }, ERR_CHECK, "leads out of its folder" },
    { "climbs out further in", { "a/../../b=x" }, { 0 }, ERR_CHECK, "leads out of its folder" },
    { "climbs out at the end", { "a/..=x" }, { 0 }, ERR_CHECK, "leads out of its folder" },
    { "the folder itself", { "./a=x" }, { 0 }, ERR_CHECK, "leads out of its folder" },
    { "absolute", { "/etc/passwd=x" }, { 0 }, ERR_CHECK, "is absolute" },
    { "backslash", { "..\\a=x" }, { 0 }, ERR_CHECK, "backslash" },
    { "line feed in a name", { "a\nb=x" }, { 0 }, ERR_CHECK, "control character" },
    { "Latin-1 name", { "caf\xe9=x" }, { 0 }, ERR_CHECK, "is not UTF-8" },
    { "empty part", { "a//b=x" }, { 0 }, ERR_CHECK, "has an empty part" },
    { "no name", { "=x" }, { 0 }, ERR_CHECK, "is empty" },
    { "twice", { "a=x", "b=y", "a=z" }, { 0 }, ERR_CHECK, "is there twice" },
    { "file and folder", { "a=x", "a-b=y", "a/b=z" }, { 0 },
      ERR_CHECK, "both a file and a folder" },
    { "folder with content", { "a/=x" }, { 0 }, ERR_CHECK, "folder with content" },
    { "encrypted", { "a=twelve bytes and more" }, { .flags = 1 }, ERR_CHECK, "is encrypted" },
    { "bzip2", { "a=x" }, { .method = 12 }, ERR_CHECK, "not read here" },
    { "symbolic link", { "a=/etc/passwd" }, { .attributes = 0120777 },
      ERR_CHECK, "not a regular file" },
    { "device", { "a=x" }, { .attributes = 0020666 }, ERR_CHECK, "not a regular file" },
    { "plain file of UNIX", { "a=x" }, { .attributes = 0100644 }, OK, "" },
    { "impossible ratio", { "a=0123456789" }, { .method = 8, .size_told = 1000000 },
      ERR_CHECK, "declares a size that it cannot have" },
    { "more than there is", { "a=x" }, { .size_told = 1000000, .packed_told = 1000000 },
      ERR_CHECK, "" },
    { "stored, but another size", { "a=xyz" }, { .size_told = 2 }, ERR_CHECK, "" },
    { "not deflate at all", { "a=\xff\xff\xff" }, { .method = 8, .size_told = 3 },
      ERR_CHECK, "" },
    { "wrong checksum", { "a=xyz" }, { .crc_wrong = true }, ERR_CHECK, "CRC" },
};

static void hostile_archives(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostiles); i++) {
        const struct hostile *h = &hostiles[i];
        struct trouble trouble = { 0 };
        struct raw_entry entry[3];
        size_t count = 0;

        for (; count < 3 && h->entry[count] != NULL; count++) {
            const char *equals = strrchr(h->entry[count], '=');
            size_t size = (size_t)(equals - h->entry[count]);
            entry[count] = (struct raw_entry){ arena_copy(&arena, h->entry[count], size),
                                               equals + 1, h->lies };
        }
        make_image(entry, count);
        enum err err = judge(image_size, &trouble);
        if (err != h->err || strstr(trouble.text, h->message) == NULL)
            fail_msg("%s: %d '%s'", h->why, err, trouble.text);
    }
}

static void too_many_entries(void **state)
{
    static struct raw_entry many[ZIP_ENTRIES_MAX + 1];
    struct trouble trouble = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct raw_entry){ .name = arena_print(&arena, "%zu", i), .bytes = "" };
    make_image(many, ZIP_ENTRIES_MAX);
    test_bytes_write(test_path(home, "many.zip"), image, image_size);
    memset(&archive, 0, sizeof archive);
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena,
                                      test_path(home, "many.zip"), NULL), OK);
    assert_int_equal(archive.count, ZIP_ENTRIES_MAX);
    zip_archive_close(&archive);
    make_image(many, ZIP_ENTRIES_MAX + 1);
    assert_int_equal(judge(image_size, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "more than 10000 entries"));
}

/* Writing, to have something to read. */

static enum err add(struct zip_writer *writer, const char *name, const char *bytes, size_t size,
                    struct trouble *trouble)
{
    struct sink *sink;
    enum err err = zip_writer_entry(writer, name, &sink, trouble);

    if (err == OK)
        err = sink->write(sink, bytes, size, trouble);
    if (err == OK)
        err = zip_writer_entry_end(writer, trouble);
    return err;
}

static char zeros[2 << 20];

static enum err write_bundle(const struct outside *outside, const char *path, bool force,
                             size_t large, struct trouble *trouble)
{
    struct zip_writer writer = { 0 };
    enum err err = zip_writer_open(&writer, outside, &arena, path, force, trouble);

    if (err == OK)
        err = add(&writer, "input/pools.csv", "pool,name\n", 10, trouble);
    if (err == OK)
        err = add(&writer, "input/ledger/\xc3\xa9.csv", zeros, large, trouble);
    if (err == OK)
        err = add(&writer, "input/ledger/a.csv", "", 0, trouble);
    if (err == OK)
        err = zip_writer_commit(&writer, trouble);
    zip_writer_abort(&writer, trouble);
    return err;
}

static void what_is_written_can_be_read(void **state)
{
    const char *path = arena_print(&arena, "%s/new/b.zip", home);
    struct trouble trouble = { 0 };
    struct zip_folder input, all;
    struct text *names, text;
    size_t count;

    (void)state;
    assert_int_equal(write_bundle(&real_outside, path, false, sizeof zeros, &trouble), OK);
    assert_string_equal(test_folder_names(test_path(home, "new")), "b.zip");
    assert_int_equal(zip_comment_check(&real_outside, path, &trouble), OK);
    assert_int_equal(system(arena_print(&arena, "unzip -tqq '%s'", path)), 0);
    memset(&archive, 0, sizeof archive);
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, path, &trouble), OK);
    zip_folder_open(&input, &archive, "input/");
    zip_folder_open(&all, &archive, "");
    struct source *source = &input.source;
    assert_int_equal(source->list(source, &arena, "ledger", &names, &count, NULL), OK);
    assert_int_equal(count, 2);
    assert_true(text_is(names[0], "ledger/a.csv"));
    assert_true(text_is(names[1], "ledger/\xc3\xa9.csv"));
    assert_int_equal(source->list(source, &arena, "budget", &names, &count, NULL), ERR_MISSING);
    assert_int_equal(source_read_all(source, &arena, "pools.csv", 99, &text, NULL), OK);
    assert_true(text_is(text, "pool,name\n"));
    assert_int_equal(source_read_all(source, &arena, "none.csv", 99, &text, NULL), ERR_MISSING);
    assert_int_equal(source_read_all(&all.source, &arena, "input/ledger/\xc3\xa9.csv", ROOM,
                                     &text, NULL), OK);
    assert_int_equal(text.size, sizeof zeros);
    assert_memory_equal(text.data, zeros, sizeof zeros);
    zip_archive_close(&archive);
}

/* Same entries, same bytes: in another time zone, under another umask and name. */
static void the_same_entries_give_the_same_bytes(void **state)
{
    static unsigned char other[ROOM];
    const char *one = arena_print(&arena, "%s/one.zip", home);
    const char *two = arena_print(&arena, "%s/two.zip", home);

    (void)state;
    assert_int_equal(setenv("TZ", "America/Los_Angeles", 1), 0);
    assert_int_equal(write_bundle(&real_outside, one, false, 5000, NULL), OK);
    assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
    mode_t mask = umask(077);
    assert_int_equal(write_bundle(&real_outside, two, false, 5000, NULL), OK);
    (void)umask(mask);
    assert_int_equal(unsetenv("TZ"), 0);
    size_t size = test_bytes_read(one, image, sizeof image);
    assert_int_equal(test_bytes_read(two, other, sizeof other), size);
    assert_memory_equal(image, other, size);
}

static void entries_that_could_not_be_read_again(void **state)
{
    struct zip_writer writer = { 0 };
    struct sink *sink;

    (void)state;
    assert_int_equal(zip_writer_open(&writer, &real_outside, &arena, test_path(home, "b.zip"),
                                     false, NULL), OK);
    assert_int_equal(add(&writer, "a", "", 0, NULL), OK);
    assert_int_equal(zip_writer_entry(&writer, "a", &sink, NULL), ERR_USAGE);
    assert_int_equal(zip_writer_entry(&writer, "../a", &sink, NULL), ERR_USAGE);
    assert_int_equal(zip_writer_entry(&writer, "a/", &sink, NULL), ERR_USAGE);
    zip_writer_abort(&writer, NULL);
    assert_string_equal(test_folder_names(home), "");
}

/* A megabyte that says it is ten bytes: stopped at once, not at its end. */
static void an_entry_that_inflates_beyond_its_size(void **state)
{
    const char *path = arena_print(&arena, "%s/b.zip", home);
    struct zip_writer writer = { 0 };
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(zip_writer_open(&writer, &real_outside, &arena, path, false, NULL), OK);
    assert_int_equal(add(&writer, "a", zeros, sizeof zeros, NULL), OK);
    assert_int_equal(zip_writer_commit(&writer, NULL), OK);
    size_t size = test_bytes_read(path, image, sizeof image);
    size_t changed = 0;
    for (size_t i = 0; i + 4 < size; i++)
        if (memcmp(image + i, "\0\0\x20\0", 4) == 0) {   /* 2 MiB, in both headers */
            memcpy(image + i, "\x0a\0\0\0", 4);
            changed++;
        }
    assert_int_equal(changed, 2);
    assert_int_equal(judge(size, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "not of the size that it declares"));
}

/* Every byte changed, three ways; every length but the right one. Reading such an archive all
 * the same must not crash, whatever it says. */
static void every_changed_byte_is_found(void **state)
{
    static const unsigned char flips[] = { 0x01, 0x80, 0xff };
    const char *path = arena_print(&arena, "%s/b.zip", home);

    (void)state;
    assert_int_equal(write_bundle(&real_outside, path, false, 100, NULL), OK);
    size_t size = test_bytes_read(path, image, sizeof image);
    for (size_t i = 0; i < size; i++)
        for (size_t f = 0; f < COUNT(flips); f++) {
            image[i] ^= flips[f];
            test_bytes_write(path, image, size);
            assert_int_equal(zip_comment_check(&real_outside, path, NULL), ERR_CHECK);
            (void)!judge(size, NULL);
            image[i] ^= flips[f];
        }
    for (size_t cut = 0; cut <= size + 1; cut++) {
        test_bytes_write(path, image, cut);
        assert_int_equal(zip_comment_check(&real_outside, path, NULL),
                         cut == size ? OK : ERR_CHECK);
        if (cut < size)
            assert_int_not_equal(judge(cut, NULL), OK);
    }
}

/* A sum that is right, but not at the place where zip keeps its comment. */
static void a_sum_that_is_no_comment(void **state)
{
    const char *path = arena_print(&arena, "%s/f", home);
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];

    (void)state;
    memset(image, 'x', 200);
    assert_int_equal(sha256_of(image, 200, &sum, NULL), OK);
    sha256_hex(&sum, hex);
    memcpy(image + 200, hex, 64);
    test_bytes_write(path, image, 264);
    assert_int_equal(zip_comment_check(&real_outside, path, NULL), ERR_CHECK);
    assert_int_equal(zip_comment_check(&real_outside, home, NULL), ERR_IO);
    assert_int_equal(zip_comment_check(&real_outside, test_path(home, "none"), NULL), ERR_IO);
    for (long nth = 1; nth <= 3; nth++) {
        fault_io_plan(&real_outside, nth, false, EIO);
        assert_int_equal(zip_comment_check(&fault_outside, path, NULL), ERR_IO);
        assert_int_equal(fault_io_open_files(), 0);
    }
}

static void what_is_no_archive(void **state)
{
    const char *path = arena_print(&arena, "%s/f", home);

    (void)state;
    memset(&archive, 0, sizeof archive);
    test_file_write(home, "f", "pool,name\n");
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, path, NULL), ERR_CHECK);
    test_file_write(home, "f", "");
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, path, NULL), ERR_CHECK);
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, home, NULL), ERR_IO);
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, test_path(home, "none"),
                                      NULL), ERR_IO);
    zip_archive_close(&archive);
}

static void an_archive_that_changes_meanwhile(void **state)
{
    const char *path = arena_print(&arena, "%s/b.zip", home);
    struct trouble trouble = { 0 };
    struct zip_folder folder;
    struct stream *stream;

    (void)state;
    memset(&archive, 0, sizeof archive);
    assert_int_equal(write_bundle(&real_outside, path, false, 10, NULL), OK);
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, path, NULL), OK);
    zip_folder_open(&folder, &archive, "input/");
    struct source *source = &folder.source;
    assert_int_equal(source->open(source, &arena, "pools.csv", &stream, NULL), OK);
    assert_int_equal(write_bundle(&real_outside, path, true, 11, NULL), OK);
    assert_int_equal(source->open(source, &arena, "pools.csv", &stream, &trouble), ERR_IO);
    assert_non_null(strstr(trouble.text, "changed while it was read"));
    zip_archive_close(&archive);   /* also the stream that is still open */
}

static bool read_thrice(struct source *source, struct arena *own)
{
    struct text text;

    for (int i = 0; i < 3; i++)
        if (source_read_all(source, own, "ledger/\xc3\xa9.csv", ROOM, &text, NULL) != OK
            || text.size != sizeof zeros)
            return false;
    return true;
}

static void *read_in_a_thread(void *context)
{
    struct arena own = { 0 };

    if (ARENA_GUARD(&own))
        return NULL;
    bool good = read_thrice(context, &own);
    arena_free(&own);
    return good ? zeros : NULL;
}

static void threads_share_an_archive(void **state)
{
    const char *path = arena_print(&arena, "%s/b.zip", home);
    struct zip_folder folder;
    pthread_t thread[4];
    void *good;

    (void)state;
    memset(&archive, 0, sizeof archive);
    assert_int_equal(write_bundle(&real_outside, path, false, sizeof zeros, NULL), OK);
    assert_int_equal(zip_archive_open(&archive, &real_outside, &arena, path, NULL), OK);
    zip_folder_open(&folder, &archive, "input/");
    for (size_t i = 0; i < COUNT(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, read_in_a_thread, &folder.source), 0);
    for (size_t i = 0; i < COUNT(thread); i++) {
        assert_int_equal(pthread_join(thread[i], &good), 0);
        assert_non_null(good);
    }
    zip_archive_close(&archive);
}

static void the_archive_is_the_old_or_the_new_whatever_fails(void **state)
{
    const char *path = arena_print(&arena, "%s/room/b.zip", home);
    const char *room = arena_print(&arena, "%s/room", home);

    (void)state;
    for (int sticky = 0; sticky < 2; sticky++)
        for (long nth = 1, calls = 1; nth <= calls; nth++) {
            struct trouble trouble = { 0 };
            assert_int_equal(mkdir(room, 0777), 0);
            test_file_write(room, "b.zip", "old");
            fault_io_plan(&real_outside, nth, sticky, ENOSPC);
            enum err err = write_bundle(&fault_outside, path, true, 50000, &trouble);
            calls = fault_io_calls();
            assert_int_equal(fault_io_open_files(), 0);
            bool now_new = zip_comment_check(&real_outside, path, NULL) == OK;
            assert_true(now_new || (err == ERR_IO && test_file_is(room, "b.zip", "old")));
            assert_true(err == OK || strstr(trouble.text, "No space left") != NULL);
            if (strcmp(test_folder_names(room), "b.zip") != 0
                && !(sticky && strstr(trouble.text, ".ochil-") != NULL))
                fail_msg("call %ld: left %s, said %s", nth, test_folder_names(room),
                         trouble.text);
            test_folder_remove(room);
        }
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(hostile_archives),
        IN_A_FOLDER(too_many_entries),
        IN_A_FOLDER(what_is_written_can_be_read),
        IN_A_FOLDER(the_same_entries_give_the_same_bytes),
        IN_A_FOLDER(entries_that_could_not_be_read_again),
        IN_A_FOLDER(an_entry_that_inflates_beyond_its_size),
        IN_A_FOLDER(every_changed_byte_is_found),
        IN_A_FOLDER(a_sum_that_is_no_comment),
        IN_A_FOLDER(what_is_no_archive),
        IN_A_FOLDER(an_archive_that_changes_meanwhile),
        IN_A_FOLDER(threads_share_an_archive),
        IN_A_FOLDER(the_archive_is_the_old_or_the_new_whatever_fails),
    };

    return cmocka_run_group_tests_name("zip_io", tests, NULL, NULL);
}
