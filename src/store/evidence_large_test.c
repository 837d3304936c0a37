/* A large file goes in and out with little memory: 200 MB here, and any size by hand:
 * build/tests/evidence_large_test SEED BYTES. */
#include "store/evidence_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "engine/ledger.h"
#include "store/evidence_read.h"
#include "store/test_evidence.h"

#define CHUNKS_MOST 65536
#define MEMORY_MOST ((size_t)64 * 1024 * 1024)

/* Chunks on the disk, so that only the code's own memory is seen. */
struct on_disk {
    struct evidence_chunks chunks;
    struct evidence_fetch  fetch;
    FILE                  *file;
    long                   place[CHUNKS_MOST + 1];
    char                   chunk[EVIDENCE_FRAME_BYTES * 2];
};

static struct on_disk disk;

static enum err disk_put(struct evidence_chunks *chunks, uint64_t number, struct text chunk,
                         struct trouble *trouble)
{
    (void)chunks;
    (void)trouble;
    assert_true(number < CHUNKS_MOST);
    assert_int_equal(fwrite(chunk.data, 1, chunk.size, disk.file), chunk.size);
    disk.place[number + 1] = disk.place[number] + (long)chunk.size;
    return OK;
}

/* The index is written and not read here. */
static enum err disk_put_piece(struct evidence_chunks *chunks, uint64_t number, struct text piece,
                               struct trouble *trouble)
{
    (void)chunks;
    (void)number;
    (void)trouble;
    assert_true(piece.size <= EVIDENCE_INDEX_PIECE + EVIDENCE_TAG_BYTES);
    return OK;
}

static enum err disk_fetch(struct evidence_fetch *source, uint64_t number, struct text *out,
                           struct trouble *trouble)
{
    size_t size = (size_t)(disk.place[number + 1] - disk.place[number]);

    (void)source;
    (void)trouble;
    assert_true(size <= sizeof disk.chunk);
    assert_int_equal(fseek(disk.file, disk.place[number], SEEK_SET), 0);
    assert_int_equal(fread(disk.chunk, 1, size, disk.file), size);
    *out = (struct text){ disk.chunk, size };
    return OK;
}

/* Line `number` of the large file, so that it can be made twice. */
static size_t large_line(uint64_t number, char *out)
{
    struct chance chance = chance_of(number);

    if (number == 0)
        return (size_t)sprintf(out, "%s\n", LEDGER_HEADER);
    return (size_t)sprintf(out, "%llu,STI,2014-%02u-%02u,,SW%03u,4%04u,%u.%02u,\"Care, week %u\"\n",
                           (unsigned long long)number, (unsigned)(number / 200000 % 9 + 4),
                           (unsigned)(number / 7000 % 28 + 1), (unsigned)chance_below(&chance, 900),
                           (unsigned)chance_below(&chance, 40),
                           (unsigned)chance_below(&chance, 90000),
                           (unsigned)chance_below(&chance, 100),
                           (unsigned)chance_below(&chance, 53));
}

static long memory_peak(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static void write_large(struct arena *arena, uint64_t bytes, struct evidence_ending *ending)
{
    struct evidence_indexer *indexer;
    struct evidence_writer *writer;
    struct trouble trouble = { .text = "" };
    struct evidence_chunks pieces = { disk_put_piece };
    size_t index_size = 0;
    char line[256];
    uint64_t written = 0;

    assert_int_equal(evidence_indexer_open(arena, &indexer, &trouble), OK);
    const struct evidence_request request = { EVIDENCE_RECORDS, { { 1 } }, { { 2 } },
                                              &disk.chunks, evidence_indexer_watch(indexer), 0,
                                              0 };
    assert_int_equal(evidence_writer_open(arena, &request, &writer, &trouble), OK);
    for (uint64_t i = 0; written < bytes; i++) {
        size_t size = large_line(i, line);
        assert_int_equal(evidence_add(writer, line, size, &trouble), OK);
        written += size;
    }
    assert_int_equal(evidence_end(writer, ending, &trouble), OK);
    assert_int_equal(evidence_index_seal(indexer, arena, &request.key, &request.id, &pieces,
                                         &index_size, &trouble), OK);
    printf("# %llu bytes of file, %llu of chunks, %zu of index\n", (unsigned long long)written,
           (unsigned long long)ending->head.packed, index_size);
    evidence_drop(writer);
}

static void read_large(struct arena *arena, const struct evidence_ending *ending)
{
    const struct evidence_file file = { "large.csv", { { 1 } }, { { 2 } },
                                        { (const char *)ending->sealed, EVIDENCE_HEAD_BYTES },
                                        &disk.fetch };
    struct evidence_reader *reader;
    struct stream *stream;
    struct trouble trouble = { .text = "" };
    struct sha256_sum sum;

    assert_int_equal(evidence_reader_open(arena, &file, &reader, &trouble), OK);
    assert_int_equal(evidence_stream_open(reader, &stream, &trouble), OK);
    assert_int_equal(sha256_of_stream(stream, &sum, &trouble), OK);
    assert_true(sha256_equal(&sum, &ending->head.sum));
    stream->close(stream);
    evidence_reader_drop(reader);
}

static void a_large_file_takes_little_memory(void **state)
{
    const long before = memory_peak();
    struct arena arena = { .chunk = NULL };
    struct evidence_ending ending;

    (void)state;
    disk.chunks.put = disk_put;
    disk.fetch.chunk = disk_fetch;
    disk.file = tmpfile();
    assert_non_null(disk.file);
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    write_large(&arena, (uint64_t)test_cases, &ending);
    read_large(&arena, &ending);
    const long more = memory_peak() - before;
    printf("# %ld KiB more memory, %zu of them in the arena\n", more, arena.total / 1024);
    assert_true(arena.total < MEMORY_MOST);
    if (TEST_CASES_DIVISOR == 1)
        assert_true((size_t)more < MEMORY_MOST / 1024);
    arena_free(&arena);
    (void)fclose(disk.file);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_file_takes_little_memory),
    };

    test_chance_open(count, argument, 200000000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
