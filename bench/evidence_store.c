/*
 * bench/evidence_store.c -- how fast a file is taken into a store, read whole, asked for lines
 * and audited, and how much memory that takes.
 *
 *     cc -O2 -D_GNU_SOURCE= -Isrc -Ibuild/src/store -o /tmp/evidence_store \
 *         bench/evidence_store.c build/libochil-server-floor.a build/libochil-program.a \
 *         build/libochil.a -lsqlite3 -lpq -lzstd -lsodium -lcrypto -lgmp -lzip -lz -llzma -lpthread
 *     /tmp/evidence_store URL --large 1000000000
 *     cat FOLDER/ledger/STI-P*.csv | awk 'NR == 1 || !/^entry_id/' >/tmp/STI.csv
 *     awk -F, '$3 ~ /^2014-07/ { n[$5 "," $6]++ }
 *              END { for (k in n) if (n[k] >= 400 && n[k] <= 600) print k }' /tmp/STI.csv |
 *         /tmp/evidence_store URL /tmp/STI.csv STI
 *
 * URL is an empty store of either engine; FOLDER is of bench/generate. The first way makes an
 * extract of so many bytes as it goes. The second takes a file in, and asks it for the lines of
 * each cost centre and account that standard input names, in July 2014; every question opens the
 * file anew, as a request to a server does. Times are those of a clock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "server/server.h"
#include "store/council.h"
#include "store/evidence_audit.h"
#include "store/evidence_intake.h"
#include "store/evidence_open.h"
#include "store/migrate.h"

static const struct master_key master = { { 1 } };
static struct evidence_council council = { 1, { "STI", 3 }, &master };
static struct arena arena;
static struct trouble trouble;
static struct db *db;

static void stop(const char *why)
{
    fprintf(stderr, "evidence_store: %s\n", why);
    exit(3);
}

static void check(enum err err)
{
    if (err != OK)
        stop(trouble.text);
}

static long microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void tell(const char *what, uint64_t bytes, long took)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("%-12s %6ld ms  %5ld MB/s  %6ld KiB of memory at most so far\n", what, took / 1000,
           (long)bytes / (took + 1), usage.ru_maxrss);
    fflush(stdout);
}

static enum err begin_work(struct tx *tx, void *context, struct trouble *why)
{
    struct store_identity identity = { .store = text_of("0123456789abcdef0123456789abcdef") };
    const struct council sti = { 1, council.code, text_of("Stirling") };
    enum err err = store_identity_add(tx, &arena, &identity, clock_now(), why);

    (void)context;
    return err == OK ? council_add(tx, &sti, why) : err;
}

static void open_store(const char *url)
{
    const struct db_options options = { .url = url, .readers = 2 };
    const struct migrating plan = { server_migrations, clock_now(), NULL };
    struct migrated done;

    check(db_open(&arena, &options, &db, &trouble));
    check(schema_migrate(db, &plan, &done, &trouble));
    check(db_write(db, (struct db_scope){ .arena = &arena }, begin_work, NULL, &trouble));
}

/* A file on its way in: one on the disk, or one that is made as it goes. */
struct incoming {
    struct stream stream;
    FILE         *file;
    uint64_t      most, done, number, state;
    char          line[256];
    size_t        left;
};

static enum err read_file(struct stream *stream, void *bytes, size_t size, size_t *got,
                          struct trouble *why)
{
    struct incoming *incoming = (struct incoming *)stream;

    (void)why;
    *got = fread(bytes, 1, size, incoming->file);
    incoming->done += *got;
    return OK;
}

static void make_line(struct incoming *incoming)
{
    uint64_t state = incoming->state * UINT64_C(6364136223846793005) + 1442695040888963407;

    incoming->state = state;
    snprintf(incoming->line, sizeof incoming->line,
             "%llu,STI,2014-%02u-01,,SW%03u,4%04u,%u.%02u,Care week\n",
             (unsigned long long)incoming->number++,
             (unsigned)(incoming->done * 9 / (incoming->most + 1) % 9 + 4),
             (unsigned)((state >> 40) % 900), (unsigned)((state >> 50) % 40),
             (unsigned)((state >> 33) % 90000), (unsigned)((state >> 30) % 100));
    incoming->left = strlen(incoming->line);
}

static enum err read_made(struct stream *stream, void *bytes, size_t size, size_t *got,
                          struct trouble *why)
{
    struct incoming *incoming = (struct incoming *)stream;

    (void)why;
    for (*got = 0; *got < size && incoming->done < incoming->most;) {
        if (incoming->left == 0)
            make_line(incoming);
        const size_t part = incoming->left < size - *got ? incoming->left : size - *got;
        memcpy((char *)bytes + *got, incoming->line + strlen(incoming->line) - incoming->left,
               part);
        *got += part;
        incoming->left -= part;
        incoming->done += part;
    }
    return OK;
}

static struct evidence_taken take(struct incoming *incoming)
{
    const struct evidence_arrival arrival = {
        .db = db, .outside = &real_outside, .clock = clock_now, .council = council,
        .actor = text_of("bench"), .name = text_of("bench.csv"), .media = text_of("text/csv"),
        .kind = EVIDENCE_RECORDS,
    };
    struct evidence_taken taken;
    struct arena own = { .chunk = NULL };
    long start = microseconds();

    check(evidence_take(&own, &arrival, &incoming->stream, &taken, &trouble));
    tell("taken in", incoming->done, microseconds() - start);
    arena_free(&own);
    return taken;
}

static struct evidence_opened *open_file(struct arena *own, const struct evidence_taken *taken)
{
    const struct evidence_warrant warrant = {
        .outside = &real_outside, .now = clock_now(), .acting = 1, .actor = text_of("bench"),
        .council = &council, .councils = 1, .whole = true, .lines = { &council.code, 1, true },
    };
    struct evidence_opened *opened;

    check(evidence_open(own, db, &warrant, &taken->id, &opened, &trouble));
    return opened;
}

static void read_whole(const struct evidence_taken *taken)
{
    static char block[65536];
    struct arena own = { .chunk = NULL };
    long start = microseconds();
    struct evidence_opened *opened = open_file(&own, taken);
    struct stream *stream;
    size_t got = 1;

    check(evidence_opened_stream(opened, &stream, &trouble));
    while (got > 0)
        check(stream->read(stream, block, sizeof block, &got, &trouble));
    stream->close(stream);
    evidence_close(opened);
    arena_free(&own);
    tell("read whole", taken->head.size, microseconds() - start);
}

static enum err count_line(void *context, const struct evidence_line *line)
{
    (void)line;
    ++*(uint64_t *)context;
    return OK;
}

static void ask_each(const struct evidence_taken *taken)
{
    struct evidence_query query = { council.code, { NULL, 0 }, { NULL, 0 },
                                    period_of_year(2014, 3) };
    struct evidence_scanned scanned;
    uint64_t lines = 0, frames = 0;
    long slowest = 0, total = 0, count = 0;
    char pair[128];

    while (fgets(pair, sizeof pair, stdin) != NULL) {
        struct arena own = { .chunk = NULL };
        const size_t comma = strcspn(pair, ",");
        long start = microseconds();
        struct evidence_opened *opened = open_file(&own, taken);
        query.cost_centre = (struct text){ pair, comma };
        query.account = (struct text){ pair + comma + 1, strcspn(pair + comma + 1, "\n") };
        check(evidence_opened_lines(opened, &query, count_line, &lines, &scanned, &trouble));
        evidence_close(opened);
        arena_free(&own);
        const long took = microseconds() - start;
        slowest = took > slowest ? took : slowest;
        total += took;
        frames += scanned.frames;
        count++;
    }
    if (count > 0)
        printf("%ld questions: %llu lines and %llu of %llu frames each; mean %ld ms, slowest %ld "
               "ms\n", count, (unsigned long long)lines / (unsigned long long)count,
               (unsigned long long)frames / (unsigned long long)count,
               (unsigned long long)taken->head.frames, total / count / 1000, slowest / 1000);
}

int main(int arguments, char **argument)
{
    struct incoming incoming = { .stream = { .read = read_made }, .state = 7 };
    struct evidence_audited audited;

    if (arguments != 4) {
        fputs("usage: evidence_store URL FILE PARTNER\n"
              "       evidence_store URL --large BYTES\n", stderr);
        return 2;
    }
    if (ARENA_GUARD(&arena))
        stop("out of memory");
    if (strcmp(argument[2], "--large") == 0) {
        incoming.most = strtoull(argument[3], NULL, 10);
        snprintf(incoming.line, sizeof incoming.line, LEDGER_HEADER "\n");
        incoming.left = strlen(incoming.line);
    } else {
        incoming.stream.read = read_file;
        incoming.file = fopen(argument[2], "rb");
        council.code = text_of(argument[3]);
        if (incoming.file == NULL)
            stop("the file cannot be read");
    }
    open_store(argument[1]);
    const struct evidence_taken taken = take(&incoming);
    read_whole(&taken);
    long start = microseconds();
    check(evidence_audit(db, &council, &audited, &trouble));
    tell("audited", audited.bytes, microseconds() - start);
    if (incoming.file != NULL)
        ask_each(&taken);
    db_close(db);
    return 0;
}
