/*
 * tests/replay.c -- runs a fuzz target once on every file it is given, without a fuzzer.
 *
 * Every input that ever broke a target is kept in tests/corpus/<target>/; ./check gives each of
 * them to the target again under the sanitizers, so what was mended stays mended. Prints TAP.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The file stands in memory of exactly its size, so that a sanitizer sees one byte too far. */
static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;

    if (file == NULL)
        return -1;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    uint8_t *bytes = size < 0 || size > INT32_MAX ? NULL : malloc((size_t)size + (size == 0));
    if (bytes == NULL || fseek(file, 0, SEEK_SET) != 0 ||
        fread(bytes, 1, (size_t)size, file) != (size_t)size)
        size = -1;
    (void)fclose(file);
    if (size >= 0)
        (void)LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return size < 0 ? -1 : 0;
}

int main(int count, char *path[])
{
    int failed = 0;

    printf("1..%d\n", count - 1);
    for (int i = 1; i < count; i++) {
        /* Said before, since a fault ends the program: the runner then misses the "ok". */
        printf("# %s\n", path[i]);
        (void)fflush(stdout);
        int result = replay(path[i]);

        failed += result != 0;
        printf("%s %d - %s\n", result == 0 ? "ok" : "not ok", i, path[i]);
        (void)fflush(stdout);
    }
    return failed != 0;
}
