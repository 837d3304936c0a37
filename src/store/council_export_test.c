/* Everything of one council in one zip, on either engine; and the zip itself, past 4 GiB. */
#include "store/council_export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "formats/zip_io.h"
#include "store/test_evidence_store.h"
#include "store/zip_flow.h"

#define DAY_MS INT64_C(86400000)
#define ROOM ((size_t)1024 * 1024)

static struct test_store store;
static struct arena arena;
static char bytes[ROOM];

static int make(void **state)
{
    (void)state;
    store = (struct test_store){ 0 };
    arena = (struct arena){ 0 };
    test_evidence_store_make(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    arena_free(&arena);
    test_store_drop(&store);
    return 0;
}

static struct evidence_id take(const struct evidence_council *council, const char *name,
                               const char *words)
{
    struct evidence_arrival arrival = test_arrival(store.db, council);
    struct trouble trouble = { 0 };
    struct evidence_taken taken;

    arrival.name = text_of(name);
    arrival.kind = EVIDENCE_BYTES;
    if (test_take(&arrival, text_of(words), &taken, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return taken.id;
}

static enum err count_calls(void *context, uint64_t done, uint64_t of, struct trouble *trouble)
{
    int *calls = context;

    assert_true(done <= of);
    return ++*calls < 1000 ? OK : (fail)(trouble, ERR_BUSY, "told to stop");
}

static struct council_exporting plan_of(const struct evidence_council *council, int *calls)
{
    return (struct council_exporting){
        .db = store.db, .url = store.url, .outside = &real_outside, .clock = test_clock,
        .council = *council, .name = text_of("=Clackmannanshire"), .actor = text_of("first.clk"),
        .spool = store.folder, .tell = count_calls, .context = calls };
}

/* Exports, and opens the zip as a stranger would. */
static struct council_exported export_of(const struct evidence_council *council,
                                         struct zip_archive *zip)
{
    const struct evidence_warrant warrant = test_warrant(council);
    struct trouble trouble = { 0 };
    struct council_exported out;
    int calls = 0;
    const struct council_exporting plan = plan_of(council, &calls);
    size_t size = 0;

    if (council_export_make(&plan, &arena, &out, &trouble) != OK ||
        test_read(store.db, &warrant, &out.id, bytes, sizeof bytes, &size, &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_int_equal(size, out.bytes);
    assert_true(calls > 0);
    test_bytes_write(test_path(store.folder, "export.zip"), bytes, size);
    const char *path = arena_print(&arena, "%s", test_path(store.folder, "export.zip"));
    *zip = (struct zip_archive){ 0 };
    if (zip_archive_open(zip, &real_outside, &arena, path, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return out;
}

/* The entry's text; fails the test if there is none. */
static struct text zip_text(struct zip_archive *zip, const char *name)
{
    struct trouble trouble = { 0 };
    struct zip_folder folder;
    struct text text;

    zip_folder_open(&folder, zip, "");
    if (source_read_all(&folder.source, &arena, name, ROOM, &text, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return text;
}

static bool holds(struct text text, const char *words)
{
    return memmem(text.data, text.size, words, strlen(words)) != NULL;
}

static const char *path_of(const struct evidence_id *id, const char *name)
{
    char hex[EVIDENCE_ID_HEX];

    evidence_id_print(id, hex);
    return arena_print(&arena, "evidence/%s/%s", hex, name);
}

static void a_council_gets_all_that_is_its_own(void **state)
{
    const struct evidence_id june = take(&test_clk, "=june.csv", "a,b\n1,2\n");
    const struct evidence_id plan = take(&test_clk, "../plan.pdf", "%PDF");
    const struct evidence_id theirs = take(&test_sti, "theirs.csv", "not to be seen");
    struct zip_archive zip;
    const struct council_exported out = export_of(&test_clk, &zip);

    (void)state;
    assert_int_equal(out.files, 2);
    assert_int_equal(out.file_bytes, 12);
    assert_true(text_is(zip_text(&zip, path_of(&june, "=june.csv")), "a,b\n1,2\n"));
    assert_true(text_is(zip_text(&zip, path_of(&plan, "_._plan.pdf")), "%PDF"));
    assert_null(zip_entry_find(&zip, path_of(&theirs, "theirs.csv")));
    /* No formula where a spreadsheet looks; the name itself where a program does. */
    assert_true(holds(zip_text(&zip, "tables/evidence.csv"), ",'=june.csv,"));
    assert_true(holds(zip_text(&zip, "tables/evidence.jsonl"), "\"name\":\"=june.csv\""));
    assert_false(holds(zip_text(&zip, "tables/evidence.jsonl"), "theirs"));
    assert_false(holds(zip_text(&zip, "tables/evidence.jsonl"), "wrapped_key"));
    assert_true(holds(zip_text(&zip, "trail.jsonl"), "evidence.take"));
    assert_true(holds(zip_text(&zip, "README.txt"), "2 files, 12 bytes"));
    assert_true(holds(zip_text(&zip, "tables/schema.json"), "\"trail_text\""));
    for (size_t i = 0; i < zip.count; i++)
        assert_false(holds(zip_text(&zip, zip.entry[i].name), "not to be seen"));
    zip_archive_close(&zip);
}

static void an_export_is_in_no_other(void **state)
{
    struct zip_archive zip;

    (void)state;
    (void)take(&test_clk, "june.csv", "a,b\n");
    (void)export_of(&test_clk, &zip);
    zip_archive_close(&zip);
    const struct council_exported second = export_of(&test_clk, &zip);
    zip_archive_close(&zip);
    assert_int_equal(second.files, 1);
}

static void an_export_goes_after_a_week(void **state)
{
    const struct evidence_id june = take(&test_clk, "june.csv", "a,b\n");
    const struct evidence_warrant warrant = test_warrant(&test_clk);
    struct zip_archive zip;
    int64_t erased;
    size_t size;
    const struct council_exported out = export_of(&test_clk, &zip);

    (void)state;
    zip_archive_close(&zip);
    const struct moment later = { test_now.ms + COUNCIL_EXPORT_DAYS * DAY_MS };
    assert_int_equal(council_export_collect(store.db, &real_outside, CLK, later, &erased, NULL),
                     OK);
    assert_int_equal(erased, 0);
    const struct moment behind = { later.ms + 1 };
    assert_int_equal(council_export_collect(store.db, &real_outside, STI, behind, &erased, NULL),
                     OK);
    assert_int_equal(erased, 0);
    assert_int_equal(council_export_collect(store.db, &real_outside, CLK, behind, &erased, NULL),
                     OK);
    assert_int_equal(erased, 1);
    assert_int_equal(test_read(store.db, &warrant, &out.id, bytes, sizeof bytes, &size, NULL),
                     ERR_MISSING);
    assert_int_equal(test_read(store.db, &warrant, &june, bytes, sizeof bytes, &size, NULL), OK);
}

/* Whatever is in the way, there is no export, and nothing of it stays. */
static void expect_none(enum err expected, const struct council_exporting *plan)
{
    struct trouble trouble = { 0 };
    struct council_exported out;

    assert_int_equal(council_export_make(plan, &arena, &out, &trouble), expected);
    assert_true(trouble.text[0] != '\0');
    assert_int_equal(test_count(&store, "SELECT count(*) FROM evidence WHERE name LIKE '%.zip'"),
                     0);
    assert_int_equal(test_count(&store, "SELECT count(*) FROM evidence_intake"), 0);
}

static void a_damaged_file_is_not_exported(void **state)
{
    int calls = 0;
    const struct council_exporting plan = plan_of(&test_clk, &calls);
    struct rival rival;

    (void)state;
    (void)take(&test_clk, "june.csv", "a,b\n");
    rival = rival_open(test_owner_url(&store));
    if (rival.server == NULL)
        rival_do(&rival, "DROP TRIGGER evidence_chunk_stays");
    else
        rival_do(&rival, "ALTER TABLE evidence_chunk DISABLE TRIGGER USER");
    rival_do(&rival, rival.server == NULL ? "UPDATE evidence_chunk SET bytes = zeroblob(100)"
                                          : "UPDATE evidence_chunk SET bytes = '\\x0000'");
    rival_close(&rival);
    expect_none(ERR_CHECK, &plan);
}

static void an_export_can_be_stopped(void **state)
{
    int calls = 1000;
    const struct council_exporting plan = plan_of(&test_clk, &calls);
    struct council_exporting nowhere = plan;

    (void)state;
    (void)take(&test_clk, "june.csv", "a,b\n");
    expect_none(ERR_BUSY, &plan);
    nowhere.spool = "/nonexistent";
    expect_none(ERR_IO, &nowhere);
}

/* The nth piece of memory is refused, and all behind it. */
static enum err export_without(const struct council_exporting *plan, long nth)
{
    struct trouble trouble = { 0 };
    struct council_exported out;
    ARENA_KEEP(outer, &arena);

    if (ARENA_GUARD(&arena))
        return ERR_IO;
    arena_fail_takes(true);
    arena_fail_after(nth, true);
    return council_export_make(plan, &arena, &out, &trouble);
}

static void memory_that_runs_out_is_told(void **state)
{
    int calls = 0;
    const struct council_exporting plan = plan_of(&test_clk, &calls);
    enum err err = ERR_IO;
    long nth = 1;

    (void)state;
    (void)take(&test_clk, "june.csv", "a,b\n");
    for (; err == ERR_IO || err == ERR_BUSY; nth += 37)
        err = export_without(&plan, nth);
    arena_fail_after(0, false);
    arena_fail_takes(false);
    assert_int_equal(err, OK);
    assert_true(nth > 100);
    assert_int_equal(test_count(&store, "SELECT count(*) FROM evidence WHERE name LIKE '%.zip'"),
                     1);
    assert_int_equal(test_count(&store, "SELECT count(*) FROM evidence_intake WHERE NOT ended"),
                     0);
}

static void a_result_names_its_zip(void **state)
{
    struct council_exported out = { .id = { { 1, 2, 3 } } };
    struct evidence_id id;

    (void)state;
    const char *result = council_export_result(&arena, &out);
    assert_true(council_export_parse(text_of(result), &id));
    assert_memory_equal(&id, &out.id, sizeof id);
    assert_false(council_export_parse(text_of(""), &id));
    assert_false(council_export_parse(text_of("{\"evidence\":\"x\"}"), &id));
}

/* --- the zip --- */

static const char zeros[1 << 20];

static enum err to_file(struct sink *sink, const void *from, size_t size, struct trouble *trouble)
{
    struct { struct sink sink; FILE *file; } *out = (void *)sink;

    (void)trouble;
    return fwrite(from, 1, size, out->file) == size ? OK : ERR_IO;
}

/* `council_export_test PATH`: an entry of 4 GiB and one behind it, for other programs to read. */
static void write_large(const char *path)
{
    struct { struct sink sink; FILE *file; } out = { { to_file }, fopen(path, "wb") };
    const uint64_t size = (UINT64_C(4) << 30) + 1;
    struct trouble trouble = { 0 };
    struct zip_flow *flow = arena_take(&arena, 1, sizeof *flow);
    struct sink *to;

    assert_int_equal(zip_flow_open(flow, &arena, &out.sink, &trouble), OK);
    assert_int_equal(zip_flow_entry(flow, "large", size, &to, &trouble), OK);
    for (uint64_t done = 0; done < size;) {
        const uint64_t left = size - done;
        const size_t now = left < sizeof zeros ? (size_t)left : sizeof zeros;
        assert_int_equal(to->write(to, zeros, now, &trouble), OK);
        done += now;
    }
    assert_int_equal(zip_flow_entry_end(flow, &trouble), OK);
    assert_int_equal(zip_flow_entry(flow, "small", 5, &to, &trouble), OK);
    assert_int_equal(to->write(to, "hello", 5, &trouble), OK);
    assert_int_equal(zip_flow_entry_end(flow, &trouble), OK);
    assert_int_equal(zip_flow_end(flow, &trouble), OK);
    zip_flow_drop(flow);
    assert_int_equal(fclose(out.file), 0);
}

static void an_entry_is_as_large_as_was_said(void **state)
{
    struct { struct sink sink; FILE *file; } out = { { to_file }, tmpfile() };
    struct zip_flow *flow = arena_take(&arena, 1, sizeof *flow);
    struct trouble trouble = { 0 };
    struct sink *to;

    (void)state;
    assert_int_equal(zip_flow_open(flow, &arena, &out.sink, &trouble), OK);
    assert_int_equal(zip_flow_entry(flow, "../up", 1, &to, &trouble), ERR_USAGE);
    assert_int_equal(zip_flow_entry(flow, "small", 4, &to, &trouble), OK);
    assert_int_equal(to->write(to, "hello", 5, &trouble), OK);
    assert_int_equal(zip_flow_entry_end(flow, &trouble), ERR_CHECK);
    zip_flow_drop(flow);
    (void)fclose(out.file);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        ON_STORE(a_council_gets_all_that_is_its_own),
        ON_STORE(an_export_is_in_no_other),
        ON_STORE(an_export_goes_after_a_week),
        ON_STORE(a_damaged_file_is_not_exported),
        ON_STORE(an_export_can_be_stopped),
        ON_STORE(memory_that_runs_out_is_told),
        cmocka_unit_test(a_result_names_its_zip),
        cmocka_unit_test(an_entry_is_as_large_as_was_said),
    };

    if (count > 1) {
        write_large(argument[1]);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
