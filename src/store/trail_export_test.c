/* Exports of the kept trail, on either engine (test_store.h).
 *
 *     trail_export_test [SEED [EVENTS]]
 *
 * With OCHIL_TEST_EXPORTS the exports of the random trail stay in that folder, for verifiers that
 * share no code with this. */
#include "store/trail_export.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/secret_outside.h"
#include "base/test_random.h"
#include "store/test_trail_store.h"
#include "store/trail_audit.h"
#include "store/trail_guard_io.h"
#include "trail/trail_verify.h"

static struct test_store store;
static struct arena arena;

static int make(void **state)
{
    (void)state;
    test_trail_store_make(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    arena_free(&arena);
    return 0;
}

/* ---- an export in memory ---- */

struct kept_sink {
    struct sink sink;
    char       *bytes;
    size_t      size, room;
};

static enum err keep_bytes(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct kept_sink *kept = (struct kept_sink *)sink;

    (void)trouble;
    if (size > kept->room - kept->size) {
        kept->room = 2 * (kept->room + size);
        kept->bytes = realloc(kept->bytes, kept->room);
        assert(kept->bytes != NULL);
    }
    memcpy(kept->bytes + kept->size, bytes, size);
    kept->size += size;
    return OK;
}

struct kept_stream {
    struct stream stream;
    struct text   left;
};

static enum err read_kept(struct stream *stream, void *bytes, size_t size, size_t *got,
                          struct trouble *trouble)
{
    struct kept_stream *kept = (struct kept_stream *)stream;

    (void)trouble;
    *got = kept->left.size < size ? kept->left.size : size;
    if (*got > 0)
        memcpy(bytes, kept->left.data, *got);
    kept->left.data += *got;
    kept->left.size -= *got;
    return OK;
}

/* For "CLK", "STI", "server" or "" (all). Freed by the caller. */
static enum err export_for(const char *reader, uint64_t from, struct kept_sink *kept,
                           struct trail_exported *done, struct trouble *trouble)
{
    const struct trail_exporting request = {
        .reader = reader[0] == '\0' ? TRAIL_FOR_ALL
            : strcmp(reader, "server") == 0 ? TRAIL_FOR_MACHINE : TRAIL_FOR_COUNCIL,
        .council = text_of(reader), .from = from,
    };

    TEST_ARENA(&arena);
    *kept = (struct kept_sink){ .sink = { keep_bytes } };
    return trail_export(store.db, &arena, &request, &kept->sink, done, trouble);
}

static void leave_file(const char *reader, uint64_t from, const struct kept_sink *kept)
{
    const char *folder = getenv("OCHIL_TEST_EXPORTS");
    char path[TEST_PATH];

    if (folder == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s-%s-%llu.jsonl", folder,
                   test_on_server() ? "postgres" : "sqlite", reader[0] == '\0' ? "all" : reader,
                   (unsigned long long)from);
    test_bytes_write(path, kept->bytes, kept->size);
}

/* The public keys, for who verifies those files. */
static void leave_keys(void)
{
    static const char *const name[] = { "server", "CLK", "STI" };
    const char *folder = getenv("OCHIL_TEST_EXPORTS");
    struct minisign_public public;
    struct minisign_secret secret;
    char path[TEST_PATH];

    TEST_ARENA(&arena);
    for (int i = 0; folder != NULL && i < 3; i++) {
        test_signer_make(i, &public, &secret);
        const struct text text = minisign_public_text(&arena, &public);
        (void)snprintf(path, sizeof path, "%s/%s-%s.pub", folder,
                       test_on_server() ? "postgres" : "sqlite", name[i]);
        test_bytes_write(path, text.data, text.size);
    }
}

/* Verified with all three keys, of which those that signed are known; what it found. */
static struct trail_report verify(const struct kept_sink *kept, size_t keys)
{
    struct kept_stream stream = { { read_kept, NULL }, { kept->bytes, kept->size } };
    struct trail_key key[3] = { { .name = "server" }, { .name = "CLK" }, { .name = "STI" } };
    struct minisign_secret secret;
    struct trail_report report;
    struct trouble trouble = { 0 };
    const struct trail_request request = { .name = "export", .key = key, .keys = keys };

    for (int i = 0; i < 3; i++)
        test_signer_make(i, &key[i].public, &secret);
    TEST_ARENA(&arena);
    if (trail_verify(&stream.stream, &arena, &request, &report, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return report;
}

static struct trail_report export_and_verify(const char *reader, uint64_t from, size_t keys,
                                             struct trail_exported *done)
{
    struct trouble trouble = { 0 };
    struct kept_sink kept;

    if (export_for(reader, from, &kept, done, &trouble) != OK)
        fail_msg("%s from %llu: %s", reader, (unsigned long long)from, trouble.text);
    if (keys > 0)
        leave_file(reader, from, &kept);
    const struct trail_report report = verify(&kept, keys);
    assert_int_equal(report.withheld, done->withheld);
    assert_int_equal(report.opened, done->openings);
    assert_int_equal(report.checkpoints, done->checkpoints);
    free(kept.bytes);
    return report;
}

/* ---- a small trail ---- */

static void append(int64_t council, bool shared, bool personal)
{
    struct trail_event event = test_event(council);

    event.shared = shared;
    event.why = (struct trail_words){ text_of("because"), personal };
    assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
}

static void everybody_is_shown_what_they_may_read(void **state)
{
    static const struct { const char *reader; uint64_t withheld, openings; } row[] = {
        { "CLK", 1, 2 }, { "STI", 1, 1 }, { "server", 3, 0 }, { "", 0, 2 },
    };
    struct trail_exported done;

    (void)state;
    append(CLK, false, true);
    append(STI, false, false);
    append(CLK, true, true);
    append(0, false, false);
    for (size_t i = 0; i < COUNT(row); i++) {
        const struct trail_report report = export_and_verify(row[i].reader, 1, 0, &done);

        assert_int_equal(report.entries, 4);
        assert_int_equal(report.withheld, row[i].withheld);
        assert_int_equal(report.opened, row[i].openings);
        assert_string_equal(report.council, row[i].reader);
    }
}

static void an_export_of_nothing_verifies(void **state)
{
    struct trail_exported done;
    struct kept_sink kept;

    (void)state;
    assert_int_equal(export_and_verify("CLK", 1, 0, &done).to, 0);
    append(CLK, false, false);
    assert_int_equal(export_and_verify("CLK", 2, 0, &done).to, 1);
    assert_int_equal(export_for("CLK", 3, &kept, &done, NULL), ERR_USAGE);
    assert_int_equal(export_for("CLK", 0, &kept, &done, NULL), ERR_USAGE);
    assert_int_equal(export_for("FIF", 1, &kept, &done, NULL), ERR_MISSING);
}

/* Texts that fill more than one page of bytes. */
static void long_texts_take_several_pages(void **state)
{
    static char words[65537];
    struct trail_event event = test_event(CLK);
    struct trail_exported done;

    (void)state;
    memset(words, 'x', sizeof words - 1);
    event.before = event.after = event.why = (struct trail_words){ text_of(words), false };
    for (int i = 0; i < 140; i++)
        assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    event.before.personal = event.after.personal = event.why.personal = true;
    for (int i = 0; i < 20; i++)
        assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    assert_int_equal(export_and_verify("", 1, 0, &done).opened, 60);
    assert_int_equal(export_and_verify("STI", 1, 0, &done).withheld, 160);
}

static enum err stop_writing(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    (void)sink;
    (void)bytes;
    return size < 200 ? OK : (fail)(trouble, ERR_IO, "the disk is full");
}

static bool stop_at_once(void *context, uint64_t entries)
{
    (void)context;
    (void)entries;
    return false;
}

static void a_failing_sink_ends_it(void **state)
{
    struct trail_exporting request = { .reader = TRAIL_FOR_ALL, .from = 1 };
    const struct progress_watch watch = { stop_at_once, NULL };
    struct sink sink = { stop_writing };
    struct trail_exported done;

    (void)state;
    append(CLK, false, false);
    TEST_ARENA(&arena);
    assert_int_equal(trail_export(store.db, &arena, &request, &sink, &done, NULL), ERR_IO);
    struct kept_sink kept = { .sink = { keep_bytes } };
    request.watch = &watch;
    assert_int_equal(trail_export(store.db, &arena, &request, &kept.sink, &done, NULL), ERR_BUSY);
    free(kept.bytes);
}

/* What was changed by hand is not exported as if it were good. */
static void a_changed_entry_is_not_exported(void **state)
{
    struct rival rival = rival_open(store.url);
    struct trail_exported done;
    struct trouble trouble = { 0 };
    struct kept_sink kept;

    (void)state;
    append(CLK, false, false);
    append(CLK, false, false);
    if (!test_on_server())
        rival_do(&rival, "DROP TRIGGER trail_text_is_kept");
    rival_do(&rival, "UPDATE trail_text SET text = replace(text, 'm.reid', 'm.roid') WHERE "
             "sequence = 2");
    rival_close(&rival);
    assert_int_equal(export_for("CLK", 1, &kept, &done, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "entry 2 "));
    free(kept.bytes);
    assert_int_equal(export_for("STI", 1, &kept, &done, NULL), OK);
    free(kept.bytes);
}

/* ---- beside others ---- */

#define THREADS 3
#define EACH    60

static void *append_many(void *context)
{
    const int64_t council = *(const int64_t *)context;
    struct trail_event event = test_event(council);

    event.why = (struct trail_words){ text_of("because"), true };
    for (int i = 0; i < EACH; i++) {
        enum err err = test_append(store.db, &event, NULL, NULL);
        assert(err == OK);
    }
    return NULL;
}

static void what_is_exported_meanwhile_verifies(void **state)
{
    static int64_t council[THREADS] = { 0, CLK, STI };
    struct trail_exported done = { .to = 0 };
    pthread_t thread[THREADS];

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, append_many, &council[i]), 0);
    while (done.to < (uint64_t)THREADS * EACH / 2)
        (void)export_and_verify("", 1, 0, &done);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_int_equal(export_and_verify("CLK", 1, 0, &done).withheld, EACH);
    assert_int_equal(done.to, THREADS * EACH);
}

/* ---- when something fails ---- */

static int random_fails(void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return -1;
}

static enum err append_without_chance(struct tx *tx, void *context, struct trouble *trouble)
{
    struct outside outside = real_outside;

    outside.random = random_fails;
    return trail_append(tx, &outside, context, NULL, trouble);
}

static void without_chance_nothing_is_appended(void **state)
{
    struct trail_event event = test_event(CLK);
    struct trail_exported done;

    (void)state;
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, append_without_chance,
                              &event, NULL), ERR_IO);
    event.why = (struct trail_words){ text_of("because"), true };
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, append_without_chance,
                              &event, NULL), ERR_IO);
    assert_int_equal(export_and_verify("", 1, 0, &done).entries, 0);
}

static struct keyring keyring;

static enum err try_append(void)
{
    struct trail_event event = test_event(CLK);

    event.why = (struct trail_words){ text_of("because"), true };
    return test_append(store.db, &event, NULL, NULL);
}

static enum err try_checkpoint(void)
{
    struct test_making making = { .arena = &arena };

    TEST_ARENA(&arena);
    return db_write(store.db, (struct db_scope){ 0, &arena }, test_make_work, &making, NULL);
}

static enum err drop_bytes(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    (void)sink;
    (void)bytes;
    (void)size;
    (void)trouble;
    return OK;
}

/* The arena's guard is the caller's: control comes back there. */
static enum err try_guarded(int what)
{
    const struct trail_exporting request = { .reader = TRAIL_FOR_ALL, .from = 2 };
    struct sink sink = { drop_bytes };
    struct trail_audited audited;
    struct trail_exported done;

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        return ERR_IO;
    if (what == 0)
        return trail_audit(store.db, &arena, &keyring.public, &audited, NULL);
    if (what == 1)
        return trail_guard(store.db, &secret_outside, &arena, &keyring, NULL);
    return trail_export(store.db, &arena, &request, &sink, &done, NULL);
}

static enum err try_one(int what)
{
    return what == 3 ? try_append() : what == 4 ? try_checkpoint() : try_guarded(what);
}

/* Each piece of memory refused in turn: told, and the trail stays whole. */
static void memory_that_runs_out_is_told(void **state)
{
    struct trail_exported done;

    (void)state;
    test_keyring_make(&store, &keyring);
    assert_int_equal(try_append(), OK);
    (void)test_checkpoint(&store);
    for (int what = 0; what < 5; what++) {
        enum err err = ERR_IO;

        for (long nth = 1; err != OK; nth++) {
            assert_true(nth < 500);
            arena_fail_takes(true);
            arena_fail_after(nth, true);
            err = try_one(what);
            arena_fail_after(0, false);
            arena_fail_takes(false);
            assert_true(err == OK || err == ERR_IO || err == ERR_BUSY);
            arena_free(&arena);
        }
    }
    assert_int_equal(export_and_verify("", 1, 0, &done).checkpoints, 2);
    assert_int_equal(done.to, 4);
}

/* ---- by chance ---- */

static struct text chance_words(struct chance *chance, char room[400])
{
    static const char *const words[] = { "", "open", "\"1 Mill Road\"\n", "Stra\xc3\x9f",
                                         "\x01\x1f\x7f", "a\\b\tc" };
    size_t count = (size_t)chance_between(chance, 0, 9), size = 0;

    room[0] = '\0';
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(room + size, 400 - size, "%s",
                                 words[chance_between(chance, 0, COUNT(words) - 1)]);
    return text_of(room);
}

static struct trail_words chance_value(struct chance *chance, char room[400])
{
    struct trail_words words = { { NULL, 0 }, false };

    if (chance_between(chance, 0, 2) == 0)
        return words;
    words.text = chance_words(chance, room);
    words.personal = chance_between(chance, 0, 1) != 0;
    return words;
}

static void append_by_chance(struct chance *chance, int64_t *openings)
{
    char room[3][400], subject[32];
    struct trail_event event = test_event(chance_between(chance, 0, 2));

    event.now.ms += chance_between(chance, -1000000, 1000000);
    event.shared = chance_between(chance, 0, 3) == 0;
    (void)snprintf(subject, sizeof subject, "%lld", (long long)chance_between(chance, 1, 20));
    event.subject_id = text_of(subject);
    event.before = chance_value(chance, room[0]);
    event.after = chance_value(chance, room[1]);
    event.why = chance_value(chance, room[2]);
    *openings += (event.before.personal ? 1 : 0) + (event.after.personal ? 1 : 0) +
                 (event.why.personal ? 1 : 0);
    assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
}

struct erasing {
    struct trail_event event;
    int64_t            erased;
};

static enum err erase_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct erasing *erasing = context;

    return trail_erase(tx, &real_outside, &erasing->event, &erasing->erased, trouble);
}

static int64_t erase_by_chance(struct chance *chance)
{
    char subject[32];
    struct erasing erasing = { .event = test_event(chance_between(chance, 0, 2)) };

    (void)snprintf(subject, sizeof subject, "%lld", (long long)chance_between(chance, 1, 20));
    erasing.event.subject_id = text_of(subject);
    assert_int_equal(db_write(store.db, (struct db_scope){ erasing.event.council, NULL },
                              erase_work, &erasing, NULL), OK);
    return erasing.erased;
}

static enum err cosign_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct trail_deed deed = test_deed();

    return cosignature_add(tx, &store.arena, &deed, context, trouble);
}

static void cosign(int64_t council, struct text text)
{
    struct cosignature given = {
        text, text_of(council == CLK ? "CLK" : "STI"),
        test_cosign(&store.arena, (int)council, council == CLK ? SAID_CLK : SAID_STI, text),
    };

    assert_int_equal(db_write(store.db, (struct db_scope){ council, &store.arena }, cosign_work,
                              &given, NULL), OK);
}

static void a_trail_by_chance_verifies_for_everybody(void **state)
{
    static const char *const reader[] = { "CLK", "STI", "server", "" };
    struct chance chance = chance_of(test_seed);
    struct trail_exported done;
    int64_t openings = 0;

    (void)state;
    leave_keys();
    for (long i = 0; i < test_cases; i++) {
        if (chance_between(&chance, 0, 39) == 0)
            openings -= erase_by_chance(&chance);
        append_by_chance(&chance, &openings);
        if (chance_between(&chance, 0, 99) == 0)
            (void)test_checkpoint(&store);
    }
    const struct checked checked = test_checkpoint(&store);
    cosign(CLK, checked.text);
    append_by_chance(&chance, &openings);
    cosign(STI, checked.text);
    for (size_t i = 0; i < COUNT(reader); i++) {
        const struct trail_report whole = export_and_verify(reader[i], 1, 3, &done);
        const uint64_t from = (uint64_t)chance_between(&chance, 2, (int64_t)checked.size + 1);
        const struct trail_report part = export_and_verify(reader[i], from, 3, &done);

        assert_int_equal(whole.entries - part.entries, from - 1);
        if (reader[i][0] == '\0')
            assert_int_equal(whole.opened, openings);
    }
}

/* The whole of it as the role that serves: with row-level rights, not as a superuser. */
static void the_serving_role_does_all_of_it(void **state)
{
    struct db *owner = store.db;
    struct trail_exported done;
    struct trail_audited audited;
    struct arena role = { 0 };
    struct trouble trouble = { 0 };

    (void)state;
    test_keyring_make(&store, &keyring);
    store.db = test_role_open(&store, &role);
    append(CLK, false, true);
    append(STI, true, true);
    append(STI, false, true);
    append(0, false, false);
    const struct checked checked = test_checkpoint(&store);
    const struct trail_deed deed = test_deed();
    const struct cosignature given = {
        checked.text, text_of("CLK"),
        test_cosign(&store.arena, CLK, SAID_CLK, checked.text),
    };
    if (trail_guard_take(store.db, &secret_outside, &store.arena, &keyring, &deed, &given,
                         &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_int_equal(export_and_verify("CLK", 1, 0, &done).withheld, 1);
    assert_int_equal(done.openings, 2);
    assert_int_equal(export_and_verify("", 1, 0, &done).opened, 3);
    assert_int_equal(export_and_verify("server", 1, 0, &done).withheld, 4);
    TEST_ARENA(&arena);
    if (trail_audit(store.db, &arena, &keyring.public, &audited, &trouble) != OK ||
        trail_guard(store.db, &secret_outside, &arena, &keyring, &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_int_equal(audited.openings, 3);
    test_role_drop(&store, store.db);
    store.db = owner;
    arena_free(&role);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(int count, char *argument[])
{
    const struct CMUnitTest both[] = {
        ON_STORE(everybody_is_shown_what_they_may_read),
        ON_STORE(an_export_of_nothing_verifies),
        ON_STORE(long_texts_take_several_pages),
        ON_STORE(a_failing_sink_ends_it),
        ON_STORE(a_changed_entry_is_not_exported),
        ON_STORE(what_is_exported_meanwhile_verifies),
        ON_STORE(without_chance_nothing_is_appended),
        ON_STORE(memory_that_runs_out_is_told),
        ON_STORE(a_trail_by_chance_verifies_for_everybody),
    };

    const struct CMUnitTest server[] = { ON_STORE(the_serving_role_does_all_of_it) };

    test_chance_open(count, argument, 1500);
    const int failed = cmocka_run_group_tests(both, NULL, NULL);
    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL) : 0);
}
