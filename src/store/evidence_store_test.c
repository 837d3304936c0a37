/* Files taken in, read, erased and audited in a store, on either engine (test_evidence_store.h). */
#include "store/evidence_intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <pthread.h>

#include "base/test_random.h"
#include "store/test_evidence_store.h"
#include "store/test_extract.h"

#define LARGE ((size_t)3 * 1024 * 1024)

static struct test_store store;
static char large[LARGE];       /* bytes that cannot be compressed, so that there are many */
static char back[LARGE + 1];

static int make(void **state)
{
    (void)state;
    store = (struct test_store){ 0 };
    test_evidence_store_make(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

static struct text bytes_of(size_t size)
{
    return (struct text){ large, size };
}

/* Small frames and batches, so that a file is many chunks and transactions. */
static struct evidence_arrival in_pieces(const struct evidence_council *council)
{
    struct evidence_arrival arrival = test_arrival(store.db, council);

    arrival.kind = EVIDENCE_BYTES;
    arrival.frame_bytes = 4096;
    arrival.batch_bytes = 16384;
    return arrival;
}

static struct evidence_id take(const struct evidence_arrival *arrival, struct text bytes)
{
    struct trouble trouble = { 0 };
    struct evidence_taken taken;

    if (test_take(arrival, bytes, &taken, &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_false(taken.already);
    return taken.id;
}

static void expect_back(const struct evidence_council *council, const struct evidence_id *id,
                        struct text bytes)
{
    const struct evidence_warrant warrant = test_warrant(council);
    struct trouble trouble = { 0 };
    size_t size;

    if (test_read(store.db, &warrant, id, back, sizeof back, &size, &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_true(text_equal((struct text){ back, size }, bytes));
}

static void expect_no_reading(const struct evidence_warrant *warrant,
                              const struct evidence_id *id, enum err expected,
                              const char *words)
{
    struct trouble trouble = { 0 };
    size_t size;

    assert_int_equal(test_read(store.db, warrant, id, back, sizeof back, &size, &trouble),
                     expected);
    assert_non_null(strstr(trouble.text, words));
}

static void expect_count(const char *sql, long expected)
{
    assert_int_equal(test_count(&store, sql), expected);
}

static void expect_nothing_left(void)
{
    expect_count("SELECT count(*) FROM evidence_intake", 0);
    expect_count("SELECT count(*) FROM evidence_chunk", 0);
}

static struct evidence_audited expect_audit(const struct evidence_council *council,
                                            enum err expected, const char *words)
{
    struct trouble trouble = { 0 };
    struct evidence_audited audited;
    enum err err = evidence_audit(store.db, council, &audited, &trouble);

    if (err != expected || strstr(trouble.text, words) == NULL)
        fail_msg("%d instead of %d: '%s', not '%s'", err, expected, trouble.text, words);
    assert_int_equal(audited.bad > 0, expected == ERR_CHECK);
    return audited;
}

/* ---- in and out ---- */

static void a_file_comes_back_whole(void **state)
{
    static const size_t sizes[] = { 0, 1, 4096, 4097, 300000, LARGE };

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct evidence_arrival arrival = in_pieces(&test_clk);
        struct evidence_id id;
        if (i % 2 == 1)
            arrival.frame_bytes = arrival.batch_bytes = 0;
        id = take(&arrival, bytes_of(sizes[i]));
        expect_back(&test_clk, &id, bytes_of(sizes[i]));
    }
    expect_count("SELECT count(*) FROM evidence", COUNT(sizes));
    expect_count("SELECT count(*) FROM evidence_intake", 0);
    expect_count("SELECT count(*) FROM trail_text WHERE text LIKE '%evidence.take%'",
                 COUNT(sizes));
    assert_int_equal(expect_audit(&test_clk, OK, "").files, COUNT(sizes));
}

static void a_small_file_is_one_transaction(void **state)
{
    struct evidence_arrival arrival = test_arrival(store.db, &test_clk);
    struct arena arena = { 0 };
    struct evidence_intake *intake;
    struct evidence_taken taken;

    (void)state;
    assert_int_equal(evidence_intake_begin(&arena, &arrival, &intake, NULL), OK);
    assert_int_equal(evidence_intake_add(intake, large, 300000, NULL), OK);
    expect_nothing_left();
    assert_int_equal(evidence_intake_end(intake, &taken, NULL), OK);
    evidence_intake_drop(intake);
    arena_free(&arena);
    expect_count("SELECT count(*) FROM evidence", 1);
    expect_back(&test_clk, &taken.id, bytes_of(300000));
}

static void a_row_says_what_came(void **state)
{
    struct evidence_arrival arrival = test_arrival(store.db, &test_clk);
    struct arena arena = { 0 };
    struct evidence_row row;

    (void)state;
    arrival.personal = true;
    const struct evidence_id id = take(&arrival, text_of("a,b\n1,2\n"));
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(evidence_row_load(store.db, &arena, CLK, &id, &row, NULL), OK);
    assert_true(text_is(row.name, "june.csv") && text_is(row.media, "text/csv"));
    assert_true(text_is(row.taken_by, "first.clk"));
    assert_int_equal(row.taken_at.ms, TEST_NOW);
    assert_true(row.personal && !row.erased);
    assert_int_equal(row.size, 8);
    assert_int_equal(row.lines, 2);
    assert_int_equal(row.index_size, 0);
    assert_int_equal(evidence_row_load(store.db, &arena, STI, &id, &row, NULL), ERR_MISSING);
    arena_free(&arena);
}

static void words_that_cannot_be_kept_are_refused(void **state)
{
    struct evidence_arrival arrival = test_arrival(store.db, &test_clk);
    struct evidence_taken taken;

    (void)state;
    arrival.name = text_of("");
    assert_int_equal(test_take(&arrival, text_of("x"), &taken, NULL), ERR_USAGE);
    arrival.name = (struct text){ large, 256 };
    assert_int_equal(test_take(&arrival, text_of("x"), &taken, NULL), ERR_USAGE);
    arrival.name = text_of("\xff.csv");
    assert_int_equal(test_take(&arrival, text_of("x"), &taken, NULL), ERR_USAGE);
    arrival.name = text_of("x.csv");
    arrival.media = text_of("");
    assert_int_equal(test_take(&arrival, text_of("x"), &taken, NULL), ERR_USAGE);
}

static void the_same_bytes_are_kept_once_for_a_council(void **state)
{
    const struct evidence_arrival clk = in_pieces(&test_clk), sti = in_pieces(&test_sti);
    const struct evidence_id first = take(&clk, bytes_of(100000));
    const long chunks = test_count(&store, "SELECT count(*) FROM evidence_chunk");
    struct evidence_taken taken;

    (void)state;
    assert_int_equal(test_take(&clk, bytes_of(100000), &taken, NULL), OK);
    assert_true(taken.already);
    assert_memory_equal(&taken.id, &first, sizeof first);
    expect_count("SELECT count(*) FROM evidence_chunk", chunks);
    expect_count("SELECT count(*) FROM evidence_intake", 0);
    expect_count("SELECT count(*) FROM trail_text", 1);
    /* The partner's same file is another, and opens with the partner's key alone. */
    const struct evidence_id other = take(&sti, bytes_of(100000));
    assert_memory_not_equal(&other, &first, sizeof first);
    expect_count("SELECT count(*) FROM evidence_chunk", 2 * chunks);
    expect_back(&test_clk, &first, bytes_of(100000));
    expect_back(&test_sti, &other, bytes_of(100000));
    expect_audit(&test_clk, OK, "");
    expect_audit(&test_sti, OK, "");
}

static void what_was_announced_must_come(void **state)
{
    struct evidence_arrival arrival = in_pieces(&test_clk);
    struct evidence_taken taken;
    struct sha256_sum sum;
    uint64_t size = 50000;

    (void)state;
    assert_int_equal(sha256_of(large, 50000, &sum, NULL), OK);
    arrival.sum = &sum;
    arrival.size = &size;
    assert_int_equal(test_take(&arrival, bytes_of(50001), &taken, NULL), ERR_CHECK);
    assert_int_equal(test_take(&arrival, bytes_of(49999), &taken, NULL), ERR_CHECK);
    sum.bytes[31] ^= 1;
    assert_int_equal(test_take(&arrival, bytes_of(50000), &taken, NULL), ERR_CHECK);
    expect_nothing_left();
    expect_count("SELECT count(*) FROM evidence", 0);
    sum.bytes[31] ^= 1;
    (void)take(&arrival, bytes_of(50000));
}

static void a_file_that_breaks_off_leaves_nothing(void **state)
{
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    struct test_stream stream = { { test_stream_read, test_stream_close }, bytes_of(200000), 777,
                                  ERR_IO };
    struct evidence_taken taken;
    struct trouble trouble = { 0 };
    struct arena arena = { 0 };

    (void)state;
    assert_int_equal(evidence_take(&arena, &arrival, &stream.stream, &taken, &trouble), ERR_IO);
    assert_string_equal(trouble.text, "the line was cut");
    arena_free(&arena);
    expect_nothing_left();
    expect_count("SELECT count(*) FROM evidence", 0);
    expect_count("SELECT count(*) FROM trail_text", 0);
}

/* ---- at once ---- */

static void of_two_intakes_one_makes_the_file(void **state)
{
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    struct arena arena = { 0 };
    struct evidence_intake *one, *two;
    struct evidence_taken first, second;

    (void)state;
    assert_int_equal(evidence_intake_begin(&arena, &arrival, &one, NULL), OK);
    assert_int_equal(evidence_intake_begin(&arena, &arrival, &two, NULL), OK);
    for (size_t at = 0; at < 100000; at += 10000) {
        assert_int_equal(evidence_intake_add(one, large + at, 10000, NULL), OK);
        assert_int_equal(evidence_intake_add(two, large + at, 10000, NULL), OK);
    }
    expect_count("SELECT count(*) FROM evidence_intake", 2);
    assert_int_equal(evidence_intake_end(two, &second, NULL), OK);
    assert_int_equal(evidence_intake_end(one, &first, NULL), OK);
    assert_true(first.already && !second.already);
    assert_memory_equal(&first.id, &second.id, sizeof first.id);
    evidence_intake_drop(one);
    evidence_intake_drop(two);
    arena_free(&arena);
    expect_back(&test_clk, &first.id, bytes_of(100000));
    expect_audit(&test_clk, OK, "");
    expect_count("SELECT count(*) FROM evidence_intake", 0);
    expect_count("SELECT count(*) FROM trail_text", 1);
}

#define RACERS 3

struct racer {
    pthread_t             thread;
    struct db            *db;
    struct evidence_taken taken;
    enum err              err;
};

static void *race(void *context)
{
    struct racer *racer = context;
    struct evidence_arrival arrival = in_pieces(&test_clk);

    arrival.db = racer->db;
    racer->err = test_take(&arrival, bytes_of(60000), &racer->taken, NULL);
    return NULL;
}

/* As servers do: each its own connections. */
static void servers_that_take_the_same_file_keep_it_once(void **state)
{
    struct racer racer[RACERS];
    int made = 0;

    (void)state;
    for (size_t i = 0; i < RACERS; i++)
        racer[i].db = test_db_open(&store, 20000);
    for (size_t i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&racer[i].thread, NULL, race, &racer[i]), 0);
    for (size_t i = 0; i < RACERS; i++) {
        (void)pthread_join(racer[i].thread, NULL);
        assert_int_equal(racer[i].err, OK);
        assert_memory_equal(&racer[i].taken.id, &racer[0].taken.id, sizeof racer[0].taken.id);
        made += !racer[i].taken.already;
        db_close(racer[i].db);
    }
    assert_int_equal(made, 1);
    expect_back(&test_clk, &racer[0].taken.id, bytes_of(60000));
    expect_audit(&test_clk, OK, "");
    expect_count("SELECT count(*) FROM evidence_intake", 0);
}

/* A transaction that stood while a file is read would keep a writer waiting. */
static void others_write_while_a_file_is_read(void **state)
{
    const struct evidence_arrival arrival = test_arrival(store.db, &test_clk);
    const struct evidence_warrant warrant = test_warrant(&test_clk);
    const struct evidence_id id = take(&arrival, bytes_of(LARGE));
    struct arena arena = { 0 };
    struct evidence_opened *opened;
    struct stream *stream;
    size_t size = 0, got = 1;

    (void)state;
    assert_int_equal(evidence_open(&arena, store.db, &warrant, &id, &opened, NULL), OK);
    assert_int_equal(evidence_opened_stream(opened, &stream, NULL), OK);
    while (got > 0) {
        assert_int_equal(stream->read(stream, back + size, 65536, &got, NULL), OK);
        if (size < 200000)
            (void)take(&arrival, bytes_of(1000 + size));
        size += got;
    }
    stream->close(stream);
    evidence_close(opened);
    arena_free(&arena);
    assert_int_equal(size, LARGE);
    assert_memory_equal(back, large, LARGE);
}

/* ---- given up ---- */

static struct evidence_collected collect(int64_t idle_ms)
{
    struct evidence_collected collected;
    struct trouble trouble = { 0 };

    if (evidence_collect(store.db, CLK, test_now, idle_ms, &collected, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return collected;
}

static void an_intake_that_lives_is_left_alone(void **state)
{
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    struct arena arena = { 0 };
    struct evidence_intake *intake;
    struct evidence_taken taken;
    struct evidence_collected collected;

    (void)state;
    assert_int_equal(evidence_intake_begin(&arena, &arrival, &intake, NULL), OK);
    assert_int_equal(evidence_intake_add(intake, large, 50000, NULL), OK);
    /* A byte a minute, for half an hour. */
    for (size_t i = 0; i < 30; i++) {
        test_now.ms += EVIDENCE_LIVE_MS;
        assert_int_equal(evidence_intake_add(intake, large + 50000 + i, 1, NULL), OK);
        assert_int_equal(collect(EVIDENCE_IDLE_LEAST_MS).intakes, 0);
    }
    assert_int_equal(evidence_intake_end(intake, &taken, NULL), OK);
    evidence_intake_drop(intake);
    arena_free(&arena);
    expect_back(&test_clk, &taken.id, bytes_of(50030));
    assert_int_equal(evidence_collect(store.db, CLK, test_now, EVIDENCE_IDLE_LEAST_MS - 1,
                                      &collected, NULL), ERR_USAGE);
}

static void an_intake_given_up_is_collected(void **state)
{
    const struct evidence_arrival arrival = in_pieces(&test_clk), other = in_pieces(&test_sti);
    struct arena arena = { 0 };
    struct evidence_intake *intake, *theirs;
    struct evidence_taken taken;

    (void)state;
    const struct evidence_id kept = take(&arrival, bytes_of(70000));
    const long chunks = test_count(&store, "SELECT count(*) FROM evidence_chunk");
    assert_int_equal(evidence_intake_begin(&arena, &arrival, &intake, NULL), OK);
    assert_int_equal(evidence_intake_begin(&arena, &other, &theirs, NULL), OK);
    assert_int_equal(evidence_intake_add(theirs, large, 50000, NULL), OK);
    const long of_theirs = test_count(&store, "SELECT count(*) FROM evidence_chunk") - chunks;
    assert_int_equal(evidence_intake_add(intake, large, 1000000, NULL), OK);
    test_now.ms += EVIDENCE_IDLE_LEAST_MS;
    assert_int_equal(collect(EVIDENCE_IDLE_LEAST_MS).intakes, 0);
    test_now.ms += 1;
    assert_int_equal(collect(EVIDENCE_IDLE_LEAST_MS).intakes, 1);
    /* The partner's is the partner's to collect. */
    expect_count("SELECT count(*) FROM evidence_intake", 1);
    expect_count("SELECT count(*) FROM evidence_chunk", chunks + of_theirs);
    /* Whoever was thought dead does not go on. */
    assert_int_equal(evidence_intake_add(intake, large, 100000, NULL), ERR_CONFLICT);
    evidence_intake_drop(intake);
    assert_int_equal(evidence_intake_end(theirs, &taken, NULL), OK);
    evidence_intake_drop(theirs);
    arena_free(&arena);
    expect_count("SELECT count(*) FROM evidence_chunk WHERE council = 1", chunks);
    expect_back(&test_clk, &kept, bytes_of(70000));
    expect_back(&test_sti, &taken.id, bytes_of(50000));
}

/* ---- rights ---- */

static void nobody_reads_without_a_right(void **state)
{
    const struct evidence_arrival clk = in_pieces(&test_clk), sti = in_pieces(&test_sti);
    const struct evidence_id mine = take(&clk, bytes_of(5000)), theirs = take(&sti, bytes_of(5001));
    const struct evidence_council both[] = { test_clk, test_sti };
    const struct evidence_id none = { { 7 } };
    struct evidence_warrant warrant = test_warrant(&test_clk);
    char hex[EVIDENCE_ID_HEX], expected[64];
    size_t size;

    (void)state;
    evidence_id_print(&theirs, hex);
    (void)snprintf(expected, sizeof expected, "there is no evidence %s", hex);
    expect_no_reading(&warrant, &theirs, ERR_MISSING, expected);
    evidence_id_print(&none, hex);
    (void)snprintf(expected, sizeof expected, "there is no evidence %s", hex);
    expect_no_reading(&warrant, &none, ERR_MISSING, expected);
    /* An agreement that is recorded: both councils' files. */
    warrant.council = both;
    warrant.councils = 2;
    assert_int_equal(test_read(store.db, &warrant, &theirs, back, sizeof back, &size, NULL), OK);
    assert_int_equal(size, 5001);
    assert_int_equal(test_read(store.db, &warrant, &mine, back, sizeof back, &size, NULL), OK);
    warrant.whole = false;
    expect_no_reading(&warrant, &mine, ERR_RIGHTS, "not the whole");
    warrant.councils = 0;
    expect_no_reading(&warrant, &mine, ERR_MISSING, "there is no evidence");
}

static int refuse_random(void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return -1;
}

static void reading_personal_data_is_in_the_trail(void **state)
{
    const struct evidence_council both[] = { test_sti, test_clk };
    const char *own = "SELECT count(*) FROM trail_text WHERE text LIKE '%evidence.read%' "
                      "AND council = 1 AND NOT shared";
    const char *shared = "SELECT count(*) FROM trail_text WHERE text LIKE '%evidence.read%' "
                         "AND council = 2 AND shared";
    struct evidence_arrival arrival = in_pieces(&test_clk);
    struct evidence_warrant warrant = test_warrant(&test_clk), partner = test_warrant(&test_sti);
    struct outside no_chance = real_outside;
    size_t size;

    (void)state;
    struct evidence_id id = take(&arrival, bytes_of(5000));
    expect_back(&test_clk, &id, bytes_of(5000));
    expect_count(own, 0);
    arrival.personal = true;
    id = take(&arrival, bytes_of(6000));
    expect_back(&test_clk, &id, bytes_of(6000));
    expect_count(own, 1);
    partner.council = both;
    partner.councils = 2;
    assert_int_equal(test_read(store.db, &partner, &id, back, sizeof back, &size, NULL), OK);
    expect_count(shared, 1);
    /* What cannot be recorded cannot be read. */
    no_chance.random = refuse_random;
    warrant.outside = &no_chance;
    assert_int_not_equal(test_read(store.db, &warrant, &id, back, sizeof back, &size, NULL), OK);
    assert_int_equal(size, 0);
}

/* A rival with the serving role's rights who names another council, or none. */
static void row_level_rights_hold_past_the_program(void **state)
{
    static const char *const councils[] = { "2", "0", "" };
    static const char *const tables[] = { "evidence", "evidence_chunk", "evidence_intake" };
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    struct arena arena = { 0 };
    struct evidence_intake *intake;
    char sql[256], text[TEST_PATH];

    (void)state;
    (void)take(&arrival, bytes_of(50000));
    assert_int_equal(evidence_intake_begin(&arena, &arrival, &intake, NULL), OK);
    assert_int_equal(evidence_intake_add(intake, large, 60000, NULL), OK);
    struct rival rival = rival_open(store.url);
    for (size_t i = 0; i < COUNT(councils) * COUNT(tables); i++) {
        (void)snprintf(sql, sizeof sql, "SET ochil.council = '%s'", councils[i / COUNT(tables)]);
        rival_do(&rival, sql);
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i % COUNT(tables)]);
        assert_true(rival_ask(&rival, sql, text));
        assert_string_equal(text, "0");
        (void)snprintf(sql, sizeof sql, "DELETE FROM %s", tables[i % COUNT(tables)]);
        assert_true(rival_ask(&rival, sql, text));
    }
    assert_false(rival_ask(&rival, "INSERT INTO evidence_intake (id, council, begun_at, "
                           "progress_at, ended) VALUES ('x', 1, 1, 1, false)", text));
    rival_do(&rival, "SET ochil.council = '1'");
    assert_true(rival_ask(&rival, "SELECT count(*) FROM evidence", text));
    assert_string_equal(text, "1");
    rival_close(&rival);
    evidence_intake_drop(intake);
    arena_free(&arena);
    expect_audit(&test_clk, OK, "");
}

/* ---- lines ---- */

static struct known_extract extract;
static size_t seen;

static enum err see(void *context, const struct evidence_line *line)
{
    const struct known_line *known = extract.line;
    const bool *descriptions = context;

    while (known < extract.line + extract.count && known->line != line->line)
        known++;
    assert_true(known < extract.line + extract.count);
    assert_true(text_is(line->field[FIELD_ENTRY_ID], known->field[FIELD_ENTRY_ID]));
    assert_true(text_is(line->field[FIELD_DESCRIPTION],
                        *descriptions ? known->field[FIELD_DESCRIPTION] : ""));
    seen++;
    return OK;
}

static void expect_lines(struct evidence_opened *opened, struct chance *chance,
                         bool descriptions, struct text partner)
{
    struct evidence_query query = known_query(chance);
    struct evidence_scanned scanned;
    size_t expected = 0;

    query.partner = partner;
    for (size_t i = 0; i < extract.count; i++)
        expected += known_matches(&extract.line[i], &query);
    seen = 0;
    assert_int_equal(evidence_opened_lines(opened, &query, see, &descriptions, &scanned, NULL), OK);
    assert_int_equal(seen, text_is(partner, "STI") ? expected : 0);
    assert_int_equal(scanned.lines, seen);
}

static void lines_are_found_by_whom_may_see_them(void **state)
{
    struct evidence_arrival arrival = test_arrival(store.db, &test_sti);
    struct evidence_warrant warrant = test_warrant(&test_sti);
    struct chance chance = chance_of(2014);
    struct evidence_opened *opened;

    (void)state;
    arrival.frame_bytes = 512;
    known_make(&extract, &chance, KNOWN_LINES);
    const struct evidence_id id = take(&arrival, (struct text){ extract.text, extract.size });
    for (int descriptions = 0; descriptions < 2; descriptions++) {
        struct arena arena = { 0 };
        warrant.whole = warrant.lines.descriptions = descriptions == 1;
        assert_int_equal(evidence_open(&arena, store.db, &warrant, &id, &opened, NULL), OK);
        for (size_t i = 0; i < 20; i++) {
            expect_lines(opened, &chance, warrant.lines.descriptions, text_of("STI"));
            expect_lines(opened, &chance, warrant.lines.descriptions, text_of("CLK"));
        }
        evidence_close(opened);
        arena_free(&arena);
    }
    expect_audit(&test_sti, OK, "");
}

static void a_file_that_is_no_extract_has_no_lines(void **state)
{
    const struct evidence_arrival arrival = test_arrival(store.db, &test_clk);
    const struct evidence_warrant warrant = test_warrant(&test_clk);
    const struct evidence_query query = { text_of("CLK"), { NULL, 0 }, { NULL, 0 },
                                          EVIDENCE_ANY_PERIOD };
    struct evidence_opened *opened;
    struct evidence_scanned scanned;
    struct arena arena = { 0 };

    (void)state;
    const struct evidence_id id = take(&arrival, text_of("a,b\n1,2\n"));
    assert_int_equal(evidence_open(&arena, store.db, &warrant, &id, &opened, NULL), OK);
    assert_int_equal(evidence_opened_lines(opened, &query, see, NULL, &scanned, NULL),
                     ERR_REFUSED);
    evidence_close(opened);
    arena_free(&arena);
}

/* ---- erasing ---- */

static struct evidence_erasure erasure_of(const struct evidence_council *council)
{
    return (struct evidence_erasure){ .outside = &real_outside, .now = test_now,
                                      .council = council->id, .actor = text_of("records"),
                                      .why = { text_of("kept for seven years"), false } };
}

/* The wrapped key of the only file, as SQL of a rival gives it, and where the file has it. */
static void expect_key_gone(const char wrapped[TEST_PATH])
{
    static char file[8 << 20];
    unsigned char key[EVIDENCE_WRAPPED_BYTES];

    if (test_on_server())
        return;
    for (size_t i = 0; i < sizeof key; i++) {
        const char digits[] = { wrapped[2 * i], wrapped[2 * i + 1], '\0' };
        key[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    const size_t size = test_bytes_read(store.url, file, sizeof file);
    assert_null(memmem(file, size, key + 1, sizeof key - 1));
}

static void an_erased_file_is_gone_and_its_hash_stands(void **state)
{
    const char *ask_key = test_on_server() ? "SELECT encode(wrapped_key, 'hex') FROM evidence"
                                           : "SELECT hex(wrapped_key) FROM evidence";
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    const struct evidence_erasure erasure = erasure_of(&test_clk), other = erasure_of(&test_sti);
    const struct evidence_warrant warrant = test_warrant(&test_clk);
    const struct evidence_id id = take(&arrival, bytes_of(1000000));
    struct rival rival = rival_open(test_owner_url(&store));
    char wrapped[TEST_PATH];

    (void)state;
    assert_true(rival_ask(&rival, ask_key, wrapped));
    rival_close(&rival);
    assert_int_equal(evidence_erase(store.db, &other, &id, NULL), ERR_MISSING);
    expect_back(&test_clk, &id, bytes_of(1000000));
    assert_int_equal(evidence_erase(store.db, &erasure, &id, NULL), OK);
    expect_key_gone(wrapped);
    expect_no_reading(&warrant, &id, ERR_MISSING, "was erased");
    expect_nothing_left();
    expect_count("SELECT count(*) FROM evidence WHERE name = '' AND erased_at > 0 "
                 "AND length(sha256) = 64", 1);
    expect_count("SELECT count(*) FROM trail_text WHERE text LIKE '%evidence.erase%' "
                 "AND text LIKE '%seven years%'", 1);
    assert_int_equal(evidence_erase(store.db, &erasure, &id, NULL), ERR_MISSING);
    assert_int_equal(expect_audit(&test_clk, OK, "").erased, 1);
    /* It may come again, and is another file then. */
    const struct evidence_id again = take(&arrival, bytes_of(1000000));
    assert_memory_not_equal(&again, &id, sizeof id);
    expect_back(&test_clk, &again, bytes_of(1000000));
}

static void what_an_erasure_leaves_is_collected(void **state)
{
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    const struct evidence_id id = take(&arrival, bytes_of(1000000));
    struct evidence_collected collected;
    char sql[512], hex[EVIDENCE_ID_HEX];

    (void)state;
    /* As it is when the server ends right after the key is gone. */
    evidence_id_print(&id, hex);
    struct rival rival = rival_open(test_owner_url(&store));
    (void)snprintf(sql, sizeof sql, "UPDATE evidence SET name = '', erased_at = 1, "
                   "wrapped_key = %s", test_on_server() ? "decode(repeat('00', 73), 'hex')"
                                                        : "zeroblob(73)");
    rival_do(&rival, sql);
    (void)snprintf(sql, sizeof sql, "INSERT INTO evidence_intake (id, council, begun_at, "
                   "progress_at, ended) VALUES ('%s', 1, 1, 1, true)", hex);
    rival_do(&rival, sql);
    rival_close(&rival);
    expect_audit(&test_clk, OK, "");
    collected = collect(EVIDENCE_IDLE_LEAST_MS);
    assert_int_equal(collected.intakes, 1);
    assert_true(collected.chunks > 200);
    expect_nothing_left();
}

/* ERR_BUSY is a connection that could not be made. */
static bool is_memory_trouble(enum err err)
{
    return err == ERR_IO || err == ERR_BUSY;
}

/* One piece of memory that is refused: nothing worse than the error. */
static void memory_that_runs_out_while_reading_is_told(void **state)
{
    const struct evidence_arrival arrival = test_arrival(store.db, &test_sti);
    const struct evidence_warrant warrant = test_warrant(&test_sti);
    struct chance chance = chance_of(7);
    enum err err = ERR_IO;
    size_t size;
    long nth = 0;

    (void)state;
    known_make(&extract, &chance, 20);
    const struct text bytes = { extract.text, extract.size };
    const struct evidence_id id = take(&arrival, bytes);
    arena_fail_takes(true);
    while (is_memory_trouble(err)) {
        arena_fail_after(++nth, false);
        err = test_read(store.db, &warrant, &id, back, sizeof back, &size, NULL);
    }
    assert_int_equal(err, OK);
    assert_true(nth > 5 && size == bytes.size);
    struct evidence_audited audited;
    for (nth = 0, err = ERR_IO; is_memory_trouble(err);) {
        arena_fail_after(++nth, false);
        err = evidence_audit(store.db, &test_sti, &audited, NULL);
    }
    arena_fail_after(0, false);
    arena_fail_takes(false);
    assert_int_equal(err, OK);
    assert_true(nth > 5 && audited.files == 1);
}

static void a_file_erased_while_it_is_read_says_so(void **state)
{
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    const struct evidence_warrant warrant = test_warrant(&test_clk);
    const struct evidence_erasure erasure = erasure_of(&test_clk);
    const struct evidence_id id = take(&arrival, bytes_of(LARGE));
    struct arena arena = { 0 };
    struct evidence_opened *opened;
    struct stream *stream;
    enum err err = OK;
    size_t got = 1;

    (void)state;
    assert_int_equal(evidence_open(&arena, store.db, &warrant, &id, &opened, NULL), OK);
    assert_int_equal(evidence_opened_stream(opened, &stream, NULL), OK);
    assert_int_equal(stream->read(stream, back, 1000, &got, NULL), OK);
    assert_int_equal(evidence_erase(store.db, &erasure, &id, NULL), OK);
    while (err == OK && got > 0)
        err = stream->read(stream, back, sizeof back, &got, NULL);
    assert_int_equal(err, ERR_CONFLICT);
    stream->close(stream);
    evidence_close(opened);
    arena_free(&arena);
}

/* ---- what is changed past the program ---- */

/* Even the owner's plain SQL. */
static void the_database_itself_keeps_evidence_as_it_is(void **state)
{
    static const char *const refused[] = {
        "DELETE FROM evidence", "UPDATE evidence SET name = 'other.csv'",
        "UPDATE evidence SET size = size + 1", "UPDATE evidence SET erased_at = 1",
        "UPDATE evidence SET name = '', erased_at = 1",
        "UPDATE evidence_chunk SET number = number + 100000", "DELETE FROM evidence_chunk",
        "INSERT INTO evidence_chunk SELECT evidence, 3, number, council, bytes FROM evidence_chunk",
    };
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    struct rival rival = rival_open(test_owner_url(&store));
    char text[TEST_PATH];

    (void)state;
    (void)take(&arrival, bytes_of(20000));
    for (size_t i = 0; i < COUNT(refused); i++)
        if (rival_ask(&rival, refused[i], text))
            fail_msg("%s", refused[i]);
    rival_do(&rival, "INSERT INTO evidence_intake (id, council, begun_at, progress_at, ended) "
             "VALUES ('x', 1, 1, 1, true)");
    assert_false(rival_ask(&rival, "UPDATE evidence_intake SET ended = false", text));
    rival_close(&rival);
}

/* One bit of a byte; `where` tells the row. */
static void flip(struct rival *rival, const char *table, const char *column, const char *where,
                 int at)
{
    char sql[512], rowid[TEST_PATH];

    if (rival->server != NULL) {
        (void)snprintf(sql, sizeof sql, "UPDATE %s SET %s = set_byte(%s, %d, get_byte(%s, %d) # 1) "
                       "WHERE %s", table, column, column, at, column, at, where);
        rival_do(rival, sql);
        return;
    }
    sqlite3_blob *blob;
    unsigned char byte;
    (void)snprintf(sql, sizeof sql, "SELECT rowid FROM %s WHERE %s", table, where);
    assert_true(rival_ask(rival, sql, rowid));
    assert_int_equal(sqlite3_blob_open(rival->file, "main", table, column,
                                       strtoll(rowid, NULL, 10), 1, &blob), SQLITE_OK);
    assert_int_equal(sqlite3_blob_read(blob, &byte, 1, at), SQLITE_OK);
    byte ^= 1;
    assert_int_equal(sqlite3_blob_write(blob, &byte, 1, at), SQLITE_OK);
    assert_int_equal(sqlite3_blob_close(blob), SQLITE_OK);
}

static struct rival stranger(void)
{
    struct rival rival = rival_open(test_owner_url(&store));

    rival_do(&rival, rival.server != NULL ? "SET session_replication_role = replica"
                                          : "PRAGMA synchronous = OFF");
    return rival;
}

static void any_byte_that_is_changed_is_found(void **state)
{
    static const struct {
        const char *table, *column, *where;
    } part[] = {
        { "evidence", "head", "council = 2" },
        { "evidence", "wrapped_key", "council = 2" },
        { "evidence_chunk", "bytes", "part = 1 AND number = 1" },
        { "evidence_chunk", "bytes", "part = 3" },
    };
    const int stride = TEST_CASES_DIVISOR > 1 ? 7 : 1;
    struct evidence_arrival arrival = test_arrival(store.db, &test_sti);
    struct chance chance = chance_of(2014);
    long bytes = 0;
    char sql[256];

    (void)state;
    arrival.frame_bytes = 200;
    known_make(&extract, &chance, 8);
    (void)take(&arrival, (struct text){ extract.text, extract.size });
    struct rival rival = stranger();
    for (size_t i = 0; i < COUNT(part); i++) {
        (void)snprintf(sql, sizeof sql, "SELECT length(%s) FROM %s WHERE %s", part[i].column,
                       part[i].table, part[i].where);
        const int size = (int)test_count(&store, sql);
        assert_true(size > 0);
        for (int at = 0; at < size; at += stride) {
            flip(&rival, part[i].table, part[i].column, part[i].where, at);
            expect_audit(&test_sti, ERR_CHECK, "");
            flip(&rival, part[i].table, part[i].column, part[i].where, at);
            bytes++;
        }
    }
    rival_close(&rival);
    printf("# %ld bytes\n", bytes);
    expect_audit(&test_sti, OK, "");
}

/* SQL of a stranger, and what the audit says then. */
static void the_first_bad_chunk_is_named(void **state)
{
    static const struct {
        const char *sql, *words;
    } damage[] = {
        { "UPDATE evidence_chunk SET bytes = (SELECT bytes FROM evidence_chunk WHERE number = 3) "
          "WHERE number >= 5", "frame 5 of 13 is damaged" },
        { "DELETE FROM evidence_chunk WHERE number IN (7, 11)", "frame 7 of 13 is missing" },
        { "DELETE FROM evidence_chunk WHERE number = 12", "frame 12 of 13 is missing" },
        { "INSERT INTO evidence_chunk (evidence, part, number, council, bytes) SELECT evidence, "
          "part, 13, council, bytes FROM evidence_chunk WHERE number = 12", "14 chunks of" },
        { "UPDATE evidence_chunk SET part = 3 WHERE number = 12", "frame 12 of 13 is missing" },
        { "UPDATE evidence SET size = size + 1", "its row does not say what its head says" },
        { "UPDATE evidence SET lines = 0", "its row does not say what its head says" },
        { "UPDATE evidence SET kind = 2", "its row does not say what its head says" },
        { "UPDATE evidence SET sha256 = '0000000000000000000000000000000000000000000000000000000"
          "000000000'", "its row does not say what its head says" },
        { "UPDATE evidence SET index_size = 1",
          "0 pieces of 0 bytes are kept of its index, not 1 of 17" },
        { "UPDATE evidence SET erased_at = 1", "has its key still" },
        { "DELETE FROM evidence", "which is no file" },
        { "UPDATE evidence SET council = 2", "which is no file" },
    };
    const struct evidence_arrival arrival = in_pieces(&test_clk);
    static const char *const triggers[] = {
        "evidence_stays", "evidence_is_erased_only", "evidence_chunk_comes",
        "evidence_chunk_stays", "evidence_chunk_goes",
    };
    char sql[128];

    (void)state;
    (void)take(&arrival, bytes_of(50000));
    struct rival rival = stranger();
    for (size_t i = 0; rival.server == NULL && i < COUNT(triggers); i++) {
        (void)snprintf(sql, sizeof sql, "DROP TRIGGER %s", triggers[i]);
        rival_do(&rival, sql);
    }
    rival_do(&rival, "CREATE TABLE good AS SELECT * FROM evidence");
    rival_do(&rival, "CREATE TABLE good_chunk AS SELECT * FROM evidence_chunk");
    for (size_t i = 0; i < COUNT(damage); i++) {
        rival_do(&rival, damage[i].sql);
        expect_audit(&test_clk, ERR_CHECK, damage[i].words);
        rival_do(&rival, "DELETE FROM evidence_chunk");
        rival_do(&rival, "DELETE FROM evidence");
        rival_do(&rival, "INSERT INTO evidence SELECT * FROM good");
        rival_do(&rival, "INSERT INTO evidence_chunk SELECT * FROM good_chunk");
    }
    rival_close(&rival);
    expect_audit(&test_clk, OK, "");
}

/* --- */

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_file_comes_back_whole),
        ON_STORE(a_small_file_is_one_transaction),
        ON_STORE(a_row_says_what_came),
        ON_STORE(words_that_cannot_be_kept_are_refused),
        ON_STORE(the_same_bytes_are_kept_once_for_a_council),
        ON_STORE(what_was_announced_must_come),
        ON_STORE(a_file_that_breaks_off_leaves_nothing),
        ON_STORE(of_two_intakes_one_makes_the_file),
        ON_STORE(servers_that_take_the_same_file_keep_it_once),
        ON_STORE(others_write_while_a_file_is_read),
        ON_STORE(an_intake_that_lives_is_left_alone),
        ON_STORE(an_intake_given_up_is_collected),
        ON_STORE(nobody_reads_without_a_right),
        ON_STORE(reading_personal_data_is_in_the_trail),
        ON_STORE(lines_are_found_by_whom_may_see_them),
        ON_STORE(a_file_that_is_no_extract_has_no_lines),
        ON_STORE(an_erased_file_is_gone_and_its_hash_stands),
        ON_STORE(what_an_erasure_leaves_is_collected),
        ON_STORE(a_file_erased_while_it_is_read_says_so),
        ON_STORE(memory_that_runs_out_while_reading_is_told),
        ON_STORE(the_database_itself_keeps_evidence_as_it_is),
        ON_STORE(any_byte_that_is_changed_is_found),
        ON_STORE(the_first_bad_chunk_is_named),
    };
    const struct CMUnitTest server[] = {
        ON_STORE(row_level_rights_hold_past_the_program),
    };
    struct chance chance = chance_of(2014);

    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)chance_next(&chance);
    int failed = cmocka_run_group_tests(both, NULL, NULL);
    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL) : 0);
}
