/*
 * bench/evidence.c -- how fast kept evidence is written, read whole, and asked for lines.
 *
 *     cc -O2 -D_GNU_SOURCE= -Isrc -o /tmp/evidence bench/evidence.c \
 *         build/libochil-store.a build/libochil.a -lzstd -lsodium -lcrypto -lgmp -lzip -lpthread
 *     cat FOLDER/ledger/STI-P*.csv | awk 'NR == 1 || !/^entry_id/' >/tmp/STI.csv
 *     /tmp/evidence /tmp/STI.csv STI
 *     /tmp/evidence --large 1000000000
 *
 * FOLDER is of bench/generate. The first way holds file and chunks in memory and tells processor
 * time, so that other work on the machine matters less; it asks for each of the combinations of
 * cost centre and account in some period that have about 500 lines, and tells the slowest. The
 * second makes a file of so many bytes on the way, keeps chunks in an unnamed file, and tells the
 * memory that was needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "store/evidence_scan.h"

#define CHUNKS_MOST 65536
#define PAIRS_MOST 65536
#define PIECES_MOST 1024

static struct text chunk[CHUNKS_MOST];
static FILE *disk;                       /* NULL: chunks are kept in memory */
static long place[CHUNKS_MOST + 1];
static char loaded[EVIDENCE_FRAME_BYTES * 2];
static struct arena arena;

static void stop(const char *why)
{
    fprintf(stderr, "evidence: %s\n", why);
    exit(3);
}

static void check(enum err err, const struct trouble *trouble)
{
    if (err != OK)
        stop(trouble->text);
}

static long microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void tell(const char *what, uint64_t bytes, long took)
{
    printf("%-28s %6ld ms  %5ld MB/s\n", what, took / 1000, (long)bytes / (took + 1));
}

static enum err put(struct evidence_chunks *chunks, uint64_t number, struct text bytes,
                    struct trouble *trouble)
{
    (void)chunks;
    (void)trouble;
    if (number >= CHUNKS_MOST)
        stop("too many chunks");
    if (disk != NULL) {
        if (fwrite(bytes.data, 1, bytes.size, disk) != bytes.size)
            stop("the disk is full");
        place[number + 1] = place[number] + (long)bytes.size;
        return OK;
    }
    char *copy = malloc(bytes.size);
    if (copy == NULL)
        stop("out of memory");
    memcpy(copy, bytes.data, bytes.size);
    free((char *)(uintptr_t)chunk[number].data);
    chunk[number] = (struct text){ copy, bytes.size };
    return OK;
}

static enum err get(struct evidence_fetch *fetch, uint64_t number, struct text *out,
                    struct trouble *trouble)
{
    (void)fetch;
    (void)trouble;
    if (disk == NULL) {
        *out = chunk[number];
        return OK;
    }
    size_t size = (size_t)(place[number + 1] - place[number]);
    if (size > sizeof loaded || fseek(disk, place[number], SEEK_SET) != 0 ||
        fread(loaded, 1, size, disk) != size)
        stop("the chunks cannot be read");
    *out = (struct text){ loaded, size };
    return OK;
}

/* Pieces of the index, in memory always. */
static struct text piece[PIECES_MOST];

static enum err put_piece(struct evidence_chunks *own, uint64_t number, struct text bytes,
                          struct trouble *why)
{
    (void)own;
    (void)why;
    if (number >= PIECES_MOST)
        stop("too many pieces of index");
    piece[number] = (struct text){ arena_copy(&arena, bytes.data, bytes.size), bytes.size };
    return OK;
}

static enum err get_piece(struct evidence_fetch *own, uint64_t number, struct text *out,
                          struct trouble *why)
{
    (void)own;
    (void)why;
    *out = piece[number];
    return OK;
}

static struct evidence_chunks chunks = { put }, pieces_in = { put_piece };
static struct evidence_fetch fetch = { get }, pieces = { get_piece };
static struct trouble trouble;

static void write_all(struct text bytes, struct evidence_indexer *indexer,
                      struct evidence_ending *ending)
{
    const struct evidence_request request = {
        EVIDENCE_RECORDS, { { 1 } }, { { 2 } }, &chunks,
        indexer == NULL ? NULL : evidence_indexer_watch(indexer), 0, 0,
    };
    struct evidence_writer *writer;

    check(evidence_writer_open(&arena, &request, &writer, &trouble), &trouble);
    while (bytes.size > 0) {
        size_t part = bytes.size < 65536 ? bytes.size : 65536;
        check(evidence_add(writer, bytes.data, part, &trouble), &trouble);
        bytes.data += part;
        bytes.size -= part;
    }
    check(evidence_end(writer, ending, &trouble), &trouble);
    evidence_drop(writer);
}

static struct evidence_reader *open_reader(const struct evidence_ending *ending)
{
    const struct evidence_file file = { "file", { { 1 } }, { { 2 } },
                                        { (const char *)ending->sealed, EVIDENCE_HEAD_BYTES },
                                        &fetch };
    struct evidence_reader *reader;

    check(evidence_reader_open(&arena, &file, &reader, &trouble), &trouble);
    return reader;
}

static void read_all(struct evidence_reader *reader)
{
    static char block[65536];
    struct stream *stream;
    size_t got = 1;

    check(evidence_stream_open(reader, &stream, &trouble), &trouble);
    while (got > 0)
        check(stream->read(stream, block, sizeof block, &got, &trouble), &trouble);
    stream->close(stream);
}

/* ---- questions ---- */

static enum err count_line(void *context, const struct evidence_line *line)
{
    (void)line;
    ++*(uint64_t *)context;
    return OK;
}

/* Lines of one cost centre, account and period. */
struct triple {
    char     centre[16], account[16];
    uint64_t lines;
};

static struct triple triple[PAIRS_MOST];
static size_t triples;

/* Counts by cost centre and account. */
static enum err count_triple(void *context, const struct evidence_line *line)
{
    struct text centre = line->field[FIELD_COST_CENTRE];
    struct text account = line->field[FIELD_ACCOUNT];
    struct index *index = context;
    char key[40];
    int size = snprintf(key, sizeof key, "%.*s/%.*s", TEXT(centre), TEXT(account));
    int32_t number = index_find(index, 0, (struct text){ key, (size_t)size });

    if (number < 0 && triples < PAIRS_MOST) {
        number = (int32_t)triples++;
        snprintf(triple[number].centre, sizeof triple->centre, "%.*s", TEXT(centre));
        snprintf(triple[number].account, sizeof triple->account, "%.*s", TEXT(account));
        index_add(index, 0,
                  (struct text){ arena_copy(&arena, key, (size_t)size), (size_t)size }, number);
    }
    if (number >= 0)
        triple[number].lines++;
    return OK;
}

struct asked {
    struct evidence_reader *reader;
    struct evidence_index  *index;
    struct evidence_rights  rights;
};

static struct evidence_scanned ask(const struct asked *asked, const struct evidence_query *query,
                                   evidence_visit *visit, void *context, long *took)
{
    struct evidence_scanned scanned;
    struct arena scratch = { .chunk = NULL };
    long start = microseconds();

    if (ARENA_GUARD(&scratch))
        stop("out of memory");
    check(evidence_scan(asked->reader, asked->index, query, &asked->rights, &scratch, visit,
                        context, &scanned, &trouble), &trouble);
    *took = microseconds() - start;
    arena_free(&scratch);
    return scanned;
}

/* Every cost centre and account that have between 400 and 600 lines in the question's scope. */
static void ask_each(const struct asked *asked, struct evidence_query query, const char *what)
{
    struct index index;
    uint64_t none = 0;
    long took, slowest = 0, total = 0;
    size_t count = 0, most = 0;

    index_open(&index, &arena);
    triples = 0;
    memset(triple, 0, sizeof triple);
    (void)ask(asked, &query, count_triple, &index, &took);
    for (size_t i = 0; i < triples; i++) {
        if (triple[i].lines < 400 || triple[i].lines > 600)
            continue;
        query.cost_centre = text_of(triple[i].centre);
        query.account = text_of(triple[i].account);
        struct evidence_scanned scanned = ask(asked, &query, count_line, &none, &took);
        if (scanned.lines != triple[i].lines)
            stop("lines are missed");
        slowest = took > slowest ? took : slowest;
        most = scanned.frames > most ? scanned.frames : most;
        total += took;
        count++;
    }
    if (count > 0)
        printf("%s: %zu questions of about 500 lines: mean %ld ms, slowest %ld ms; at most %zu of "
               "%zu frames opened\n", what, count, total / (long)count / 1000, slowest / 1000,
               most, asked->index->count);
}

static void measure(struct text bytes, struct text partner)
{
    struct evidence_ending ending;
    struct evidence_indexer *indexer;
    struct evidence_index index;
    size_t size = 0;
    const struct evidence_id id = { { 1 } };
    const struct evidence_key key = { { 2 } };

    long start = microseconds();
    write_all(bytes, NULL, &ending);
    tell("written without an index", bytes.size, microseconds() - start);
    start = microseconds();
    check(evidence_indexer_open(&arena, &indexer, &trouble), &trouble);
    write_all(bytes, indexer, &ending);
    check(evidence_index_seal(indexer, &arena, &key, &id, &pieces_in, &size, &trouble),
          &trouble);
    tell("written with an index", bytes.size, microseconds() - start);
    struct evidence_reader *reader = open_reader(&ending);
    start = microseconds();
    read_all(reader);
    tell("read whole", bytes.size, microseconds() - start);
    start = microseconds();
    check(evidence_index_open(&arena, &pieces, size, &key, &id, &ending.head, "file", &index,
                              &trouble), &trouble);
    printf("%zu bytes, %llu packed, %zu of index (opened in %ld us), %zu frames, %llu lines\n",
           bytes.size, (unsigned long long)ending.head.packed, size,
           microseconds() - start, index.count, (unsigned long long)ending.head.lines);
    struct asked asked = { reader, &index, { &partner, 1, true } };
    struct evidence_query query = { partner, { NULL, 0 }, { NULL, 0 },
                                    period_of_year(2014, 3) };
    if (index.count > 0)
        ask_each(&asked, query, "by period");
    query.period = EVIDENCE_ANY_PERIOD;
    ask_each(&asked, query, "of the whole year");
    evidence_reader_drop(reader);
}

static void measure_large(uint64_t bytes)
{
    struct evidence_indexer *indexer;
    struct evidence_writer *writer;
    struct evidence_ending ending;
    struct rusage usage;
    size_t index_size = 0;
    uint64_t done = 0, state = 7;
    char line[256] = LEDGER_HEADER "\n";

    disk = tmpfile();
    check(evidence_indexer_open(&arena, &indexer, &trouble), &trouble);
    const struct evidence_request request = { EVIDENCE_RECORDS, { { 1 } }, { { 2 } }, &chunks,
                                              evidence_indexer_watch(indexer), 0, 0 };
    check(evidence_writer_open(&arena, &request, &writer, &trouble), &trouble);
    for (uint64_t i = 0; done < bytes; i++) {
        size_t size = strlen(line);
        check(evidence_add(writer, line, size, &trouble), &trouble);
        done += size;
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        snprintf(line, sizeof line, "%llu,STI,2014-%02u-01,,SW%03u,4%04u,%u.%02u,Care week\n",
                 (unsigned long long)i, (unsigned)(done * 9 / (bytes + 1) + 4),
                 (unsigned)((state >> 40) % 900), (unsigned)((state >> 50) % 40),
                 (unsigned)((state >> 33) % 90000), (unsigned)((state >> 30) % 100));
    }
    check(evidence_end(writer, &ending, &trouble), &trouble);
    check(evidence_index_seal(indexer, &arena, &request.key, &request.id, &pieces_in, &index_size,
                              &trouble), &trouble);
    evidence_drop(writer);
    struct evidence_reader *reader = open_reader(&ending);
    read_all(reader);
    evidence_reader_drop(reader);
    getrusage(RUSAGE_SELF, &usage);
    printf("%llu bytes in and out, %zu of index: %ld KiB of memory at most\n",
           (unsigned long long)done, index_size, usage.ru_maxrss);
}

int main(int count, char **argument)
{
    if (ARENA_GUARD(&arena))
        stop("out of memory");
    if (count == 3 && strcmp(argument[1], "--large") == 0) {
        measure_large(strtoull(argument[2], NULL, 10));
        return 0;
    }
    if (count != 3) {
        fputs("usage: evidence FILE PARTNER\n       evidence --large BYTES\n", stderr);
        return 2;
    }
    FILE *file = fopen(argument[1], "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        stop(argument[1]);
    size_t size = (size_t)ftell(file);
    char *bytes = malloc(size + 1);
    rewind(file);
    if (bytes == NULL || fread(bytes, 1, size, file) != size)
        stop("the file cannot be read");
    fclose(file);
    measure((struct text){ bytes, size }, text_of(argument[2]));
    free(bytes);
    return 0;
}
