/*
 * A zip archive from any bytes: it is refused with a message, or what it holds is what it declares,
 * under names that lead nowhere else. The comment is good only if it is the sum of what stands
 * before it.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "formats/sha256.h"
#include "formats/zip_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define BYTES_MAX ((size_t)16 * 1024)

/* The bytes as a file in memory, by a path. */
static const char *file_of(const uint8_t *bytes, size_t size)
{
    static char path[64];
    static int file = -1;

    if (file < 0)
        file = memfd_create("zip_fuzz", 0);
    int shorter = ftruncate(file, 0);
    ssize_t put = pwrite(file, bytes, size, 0);
    assert(shorter == 0 && put == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

static void read_entry(struct source *source, struct arena *arena, const struct zip_entry *entry)
{
    struct trouble trouble = { .text = "" };
    struct stream *stream;
    char bytes[4096];
    uint64_t all = 0;
    size_t got = 1;
    enum err err = source->open(source, arena, entry->name, &stream, &trouble);

    if (err == OK) {
        while (err == OK && got > 0) {
            err = stream->read(stream, bytes, sizeof bytes, &got, &trouble);
            all += err == OK ? got : 0;
            assert(all <= entry->size);
        }
        stream->close(stream);
    }
    assert(err == OK ? all == entry->size : trouble.text[0] != '\0');
    assert(!entry->folder || err != OK || entry->size == 0);
}

static void read_archive(const struct zip_archive *archive, struct source *source,
                         struct arena *arena)
{
    struct trouble trouble = { .text = "" };
    struct text *names = NULL;
    size_t count = 0;

    assert(archive->count <= ZIP_ENTRIES_MAX);
    for (size_t i = 0; i < archive->count; i++) {
        const struct zip_entry *entry = &archive->entry[i];
        assert(i == 0 || strcmp(archive->entry[i - 1].name, entry->name) < 0);
        assert(entry->folder || zip_name_fault(entry->name) == NULL);
        assert(entry->name[0] != '/' && strstr(entry->name, "../") == NULL);
        assert(zip_entry_find(archive, entry->name) == entry);
        read_entry(source, arena, entry);
    }
    enum err err = source->list(source, arena, "ledger", &names, &count, &trouble);
    assert(err == OK || trouble.text[0] != '\0');
}

/* What zip_comment_check() should say. */
static bool comment_is_good(const uint8_t *bytes, size_t size)
{
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];
    size_t comment = SHA256_HEX_SIZE - 1;

    if (size < comment + 22 || bytes[size - comment - 2] != comment ||
        bytes[size - comment - 1] != 0 ||
        memcmp(bytes + size - comment - 22, "PK\5\6", 4) != 0)
        return false;
    enum err err = sha256_of(bytes, size - comment, &sum, NULL);
    assert(err == OK);
    sha256_hex(&sum, hex);
    return memcmp(bytes + size - comment, hex, comment) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct zip_archive archive = { .path = NULL };
    struct zip_folder folder;
    struct arena arena = { 0 };
    struct trouble trouble = { .text = "" };

    if (size > BYTES_MAX)
        return 0;
    const char *path = file_of(bytes, size);
    enum err err = zip_comment_check(&real_outside, path, &trouble);
    assert((err == OK) == comment_is_good(bytes, size));
    trouble.text[0] = '\0';
    err = zip_archive_open(&archive, &real_outside, &arena, path, &trouble);
    assert(err == OK || trouble.text[0] != '\0');
    if (err == OK) {
        zip_folder_open(&folder, &archive, "");
        read_archive(&archive, &folder.source, &arena);
    }
    zip_archive_close(&archive);
    arena_free(&arena);
    return 0;
}
