/*
 * A bundle of the example `tiny`, changed. The first byte says how:
 *
 *   even  the rest is the file, whatever it holds
 *   odd   the rest are changes of the entries' bytes, five bytes each (entry, offset, new byte,
 *         and whether it replaces, is put in, or a byte is taken out); the archive around them
 *         is sound
 *
 * Its comment is made right, since else every change would end there. Nothing is verified but the
 * bundle's own entries (the engine's version in the certificate may differ).
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/verify.h"
#include "formats/zip_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define EXAMPLE     "tests/examples/tiny"
#define BYTES_MAX   ((size_t)64 * 1024)
#define ENTRIES_MAX 64
#define CHANGES_MAX 40

struct entry {
    const char *name;
    struct text bytes;
};

/* ---- the bundle as it should be ---- */

struct seed {
    struct entry entry[ENTRIES_MAX];
    size_t       entries;
};

/* The entries in the order of the archive. */
static void take_entries(struct seed *seed, struct zip_archive *archive, struct arena *arena)
{
    struct zip_folder folder;

    zip_folder_open(&folder, archive, "");
    assert(archive->count <= ENTRIES_MAX);
    for (size_t i = 0; i < archive->count; i++) {
        struct entry *entry = &seed->entry[archive->entry[i].index];
        entry->name = archive->entry[i].name;
        enum err err = source_read_all(&folder.source, arena, entry->name, BYTES_MAX,
                                       &entry->bytes, NULL);
        assert(err == OK);
    }
    seed->entries = archive->count;
}

static const struct seed *make_seed(void)
{
    static struct arena arena;           /* never freed: the names and bytes stay in it */
    static struct seed seed;
    struct zip_archive archive = { .path = NULL };
    struct bundle_summary summary;
    struct trouble trouble = { .text = "" };
    char folder[] = "/tmp/ochil-fuzz-XXXXXX";
    char path[64];

    if (seed.entries > 0)
        return &seed;
    const char *made = mkdtemp(folder);
    assert(made != NULL);
    (void)snprintf(path, sizeof path, "%s/seed.zip", folder);
    struct bundle_request request = { .outside = &real_outside, .folder = EXAMPLE, .out = path,
                                      .threads = 1 };
    enum err err = bundle_write(&request, &arena, &summary, &trouble);
    if (err == OK)
        err = zip_archive_open(&archive, &real_outside, &arena, path, &trouble);
    if (err != OK)
        (void)fprintf(stderr, "%s\n", trouble.text);
    assert(err == OK);
    take_entries(&seed, &archive, &arena);
    zip_archive_close(&archive);
    (void)unlink(path);
    (void)rmdir(folder);
    return &seed;
}

/* ---- an archive of stored entries ---- */

struct image {
    uint8_t *bytes;
    size_t   size;
};

static void put(struct image *image, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(image->bytes + image->size, bytes, size);
    image->size += size;
}

static void put16(struct image *image, size_t value)
{
    put(image, (uint8_t[]){ value & 0xff, value >> 8 & 0xff }, 2);
}

static void put32(struct image *image, size_t value)
{
    put16(image, value & 0xffff);
    put16(image, value >> 16 & 0xffff);
}

static uint32_t crc_of(struct text bytes)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < bytes.size; i++) {
        crc ^= (uint8_t)bytes.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320 & (0 - (crc & 1)));
    }
    return ~crc;
}

/* Version, flags, method, date, sum, sizes and name: the same in both places. */
static void put_head(struct image *image, const struct entry *entry)
{
    put16(image, 20);
    put16(image, 0);
    put16(image, 0);
    put32(image, 0x00210000);
    put32(image, crc_of(entry->bytes));
    put32(image, entry->bytes.size);
    put32(image, entry->bytes.size);
    put16(image, strlen(entry->name));
    put16(image, 0);
}

static void put_archive(struct image *image, const struct entry *entry, size_t entries)
{
    size_t at[ENTRIES_MAX];

    for (size_t i = 0; i < entries; i++) {
        at[i] = image->size;
        put(image, "PK\3\4", 4);
        put_head(image, &entry[i]);
        put(image, entry[i].name, strlen(entry[i].name));
        put(image, entry[i].bytes.data, entry[i].bytes.size);
    }
    size_t list = image->size;
    for (size_t i = 0; i < entries; i++) {
        put(image, "PK\1\2", 4);
        put16(image, 20);
        put_head(image, &entry[i]);
        put(image, "\0\0\0\0\0\0\0\0\0", 10);
        put32(image, at[i]);
        put(image, entry[i].name, strlen(entry[i].name));
    }
    size_t end = image->size;
    put(image, "PK\5\6\0\0\0", 8);
    put16(image, entries);
    put16(image, entries);
    put32(image, end - list);
    put32(image, list);
    put16(image, SHA256_HEX_SIZE - 1);
    image->size += SHA256_HEX_SIZE - 1;
}

/* The comment: the sum of what stands before it. */
static void put_comment(struct image *image)
{
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];
    size_t comment = SHA256_HEX_SIZE - 1;

    if (image->size < comment)
        return;
    enum err err = sha256_of(image->bytes, image->size - comment, &sum, NULL);
    assert(err == OK);
    sha256_hex(&sum, hex);
    memcpy(image->bytes + image->size - comment, hex, comment);
}

/* ---- changes ---- */

static void change(struct entry *entry, struct arena *arena, const uint8_t *how)
{
    struct text old = entry->bytes;
    char *now = arena_take(arena, old.size + 2, 1);
    size_t at = ((size_t)how[1] << 8 | how[2]) % (old.size + 1);
    bool insert = how[4] % 4 == 1;
    bool drop = how[4] % 4 == 2 && at < old.size;
    size_t skip = insert || at == old.size ? 0 : 1;

    memcpy(now, old.data, at);
    now[at] = (char)how[3];
    memcpy(now + at + !drop, old.data + at + skip, old.size - at - skip);
    entry->bytes = (struct text){ now, old.size - skip + !drop };
}

static void change_entries(struct image *image, const struct seed *seed, struct arena *arena,
                           const uint8_t *bytes, size_t size)
{
    struct entry entry[ENTRIES_MAX];

    memcpy(entry, seed->entry, sizeof entry);
    for (size_t i = 0; i < CHANGES_MAX && (i + 1) * 5 <= size; i++)
        change(&entry[bytes[i * 5] % seed->entries], arena, bytes + i * 5);
    put_archive(image, entry, seed->entries);
}

/* ---- verifying ---- */

static const char *file_of(const struct image *image)
{
    static char path[64];
    static int file = -1;

    if (file < 0)
        file = memfd_create("bundle_fuzz", 0);
    int shorter = ftruncate(file, 0);
    ssize_t put_there = pwrite(file, image->bytes, image->size, 0);
    assert(shorter == 0 && put_there == (ssize_t)image->size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

/* A verified bundle holds the seed's entries, byte for byte. */
static void check_entries(const struct seed *seed, const char *path, struct arena *arena)
{
    struct zip_archive archive = { .path = NULL };
    struct seed *now = arena_take(arena, 1, sizeof *now);
    enum err err = zip_archive_open(&archive, &real_outside, arena, path, NULL);

    assert(err == OK && archive.count == seed->entries);
    take_entries(now, &archive, arena);
    for (size_t i = 0; i < seed->entries; i++) {
        bool masked = strcmp(now->entry[i].name, OUTPUT_PREFIX CERTIFICATE_FILE) == 0;
        assert(strcmp(now->entry[i].name, seed->entry[i].name) == 0);
        assert(masked || text_equal(now->entry[i].bytes, seed->entry[i].bytes));
    }
    zip_archive_close(&archive);
}

static void try_bundle(const struct seed *seed, const struct image *image, struct arena *arena)
{
    struct verify_report report;
    struct trouble trouble = { .text = "" };
    const char *path = file_of(image);
    struct verify_request request = { .outside = &real_outside, .bundle = path, .threads = 1,
                                      .signatures_unread = true };
    enum err err = verify_bundle(&request, arena, &report, &trouble);

    assert(err == OK || err == ERR_CHECK || err == ERR_IO);
    assert(err == OK || trouble.text[0] != '\0');
    if (err == OK)
        check_entries(seed, path, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct seed *seed = make_seed();
    struct arena arena = { 0 };
    struct image image = { NULL, 0 };

    if (size < 1 || size > BYTES_MAX)
        return 0;
    image.bytes = arena_take(&arena, BYTES_MAX * 4, 1);
    if (bytes[0] % 2 == 0)
        put(&image, bytes + 1, size - 1);
    else
        change_entries(&image, seed, &arena, bytes + 1, size - 1);
    put_comment(&image);
    try_bundle(seed, &image, &arena);
    arena_free(&arena);
    return 0;
}
