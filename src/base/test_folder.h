/*
 * base/test_folder.h -- for tests only: a folder of their own on the disk, and what is in it.
 *
 *     char folder[TEST_PATH];
 *     test_folder_make(folder);
 *     test_file_write(folder, "a.csv", "a,b\n");
 *     test_folder_remove(folder);
 *
 * Everything asserts: a test without its folder cannot go on.
 */
#ifndef OCHIL_TEST_FOLDER_H
#define OCHIL_TEST_FOLDER_H

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define TEST_PATH 512
#define TEST_NAMES 4096

static inline void test_folder_make(char folder[TEST_PATH])
{
    const char *where = getenv("TMPDIR");
    int size = snprintf(folder, TEST_PATH, "%s/ochil-test-XXXXXX", where ? where : "/tmp");

    assert(size > 0 && size < TEST_PATH);
    char *made = mkdtemp(folder);
    assert(made != NULL);
}

/* "folder/name", in one of a few static places: enough for the arguments of one call. */
static inline char *test_path(const char *folder, const char *name)
{
    static char path[4][TEST_PATH * 2];
    static unsigned next;
    char *at = path[next++ % 4];
    int size = snprintf(at, sizeof path[0], "%s/%s", folder, name);

    assert(size > 0 && (size_t)size < sizeof path[0]);
    return at;
}

static inline void test_bytes_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert(file != NULL);
    size_t put = size == 0 ? 0 : fwrite(bytes, 1, size, file);
    int closed = fclose(file);
    assert(put == size && closed == 0);
}

static inline void test_file_write(const char *folder, const char *name, const char *text)
{
    test_bytes_write(test_path(folder, name), text, strlen(text));
}

/* The first `room` bytes of a file; gives how many there are, or SIZE_MAX if it is not there. */
static inline size_t test_bytes_read(const char *path, void *bytes, size_t room)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return SIZE_MAX;
    size_t got = fread(bytes, 1, room, file);
    (void)fclose(file);
    return got;
}

static inline bool test_file_is(const char *folder, const char *name, const char *text)
{
    char bytes[TEST_NAMES];
    size_t size = test_bytes_read(test_path(folder, name), bytes, sizeof bytes);

    return size == strlen(text) && memcmp(bytes, text, size) == 0;
}

/* The names in a folder, in byte order, a space between two; "-" when there is no folder. */
static inline const char *test_folder_names(const char *folder)
{
    static char names[TEST_NAMES];
    struct dirent **entry;
    int count = scandir(folder, &entry, NULL, alphasort);
    size_t used = 0;

    if (count < 0)
        return "-";
    names[0] = '\0';
    for (int i = 0; i < count; i++) {
        const char *name = entry[i]->d_name;
        size_t size = strlen(name);

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            assert(used + size + 2 < sizeof names);
            if (used > 0)
                names[used++] = ' ';
            memcpy(names + used, name, size + 1);
            used += size;
        }
        free(entry[i]);
    }
    free(entry);
    return names;
}

static inline void test_folder_remove(const char *folder)
{
    char command[TEST_PATH * 2 + 32];
    int size = snprintf(command, sizeof command, "rm -rf -- '%s'", folder);

    assert(size > 0 && (size_t)size < sizeof command);
    int done = system(command);
    assert(done == 0);
}

#endif
