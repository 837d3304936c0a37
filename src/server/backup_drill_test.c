/* Sealed backups, drills, exports, and what the store notes of its backups; on either engine. */
#include "store/backup_drill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "formats/minisign_io.h"
#include "server/server.h"
#include "store/export.h"
#include "store/test_backup.h"

#define ROWS 30

static struct test_backup test;
static struct backup_made made;
static struct seal_secret sealer, stranger;

static const char *place(const char *name)
{
    return arena_print(&test.arena, "%s/%s", test.store.folder, name);
}

static void key_make(unsigned char first, struct seal_secret *out)
{
    const unsigned char seed[SEAL_KEY_BYTES] = { first };
    struct trouble trouble = { 0 };

    test_backup_must(seal_keys_make(seed, out, &trouble), &trouble);
}

static int open_store(void **state)
{
    (void)state;
    key_make(1, &sealer);
    key_make(2, &stranger);
    test_backup_open(&test, server_migrations, ROWS, 20000);
    assert_int_equal(mkdir(place("keys"), 0700), 0);
    test_file_write(place("keys"), "server.key", "secret words\n");
    test_file_write(place("keys"), "CLK.master", "more of them");
    return 0;
}

static int drop_store(void **state)
{
    (void)state;
    test_backup_drop(&test);
    return 0;
}

static bool is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

/* --- sealed --- */

static enum err restore_sealed(const char *folder, const char *name, const struct seal_secret *key,
                               struct trouble *trouble)
{
    struct backup_restored restored;
    const struct backup_restoring restoring = {
        .means = test_backup_means(&test), .folder = folder, .url = place(name), .key = key,
        .server = &test.public, .keys = arena_print(&test.arena, "%s-keys", place(name)) };

    return backup_restore(&restoring, &test.arena, &restored, trouble);
}

static bool holds(const char *path, const char *words)
{
    static char bytes[4 << 20];
    const size_t size = test_bytes_read(path, bytes, sizeof bytes);

    assert_true(size < sizeof bytes);
    return memmem(bytes, size, words, strlen(words)) != NULL;
}

static void a_sealed_backup_brings_the_keys_back(void **state)
{
    const char *folder = test_backup_make(&test, "sealed", &sealer.public, &made);
    struct trouble trouble = { 0 };
    struct manifest manifest;
    struct dump live, again;

    (void)state;
    assert_false(is_there(test_path(folder, BACKUP_STORE)));
    assert_false(holds(test_path(folder, BACKUP_SEALED), "Clackmannanshire"));
    assert_false(holds(test_path(folder, BACKUP_KEYS), "secret words"));
    /* Whoever keeps it can test it without the key. */
    test_backup_must(backup_open(&real_outside, &test.arena, folder, &test.public, &manifest,
                                 &trouble), &trouble);
    test_backup_must(backup_check(&real_outside, &test.arena, folder, &manifest, &trouble),
                     &trouble);
    test_backup_must(restore_sealed(folder, "opened.db", &sealer, &trouble), &trouble);
    test_backup_dump(&test, test.store.url, &live);
    test_backup_dump(&test, place("opened.db"), &again);
    test_backup_must(dump_same(&live, "live", &again, "opened", &trouble), &trouble);
    assert_true(test_file_is(place("opened.db-keys"), "server.key", "secret words\n"));
    assert_true(test_file_is(place("opened.db-keys"), "CLK.master", "more of them"));
}

static void only_the_holder_of_the_key_opens_it(void **state)
{
    const char *folder = test_backup_make(&test, "sealed", &sealer.public, &made);
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(restore_sealed(folder, "no.db", NULL, &trouble), ERR_MISSING);
    assert_int_equal(restore_sealed(folder, "no.db", &stranger, &trouble), ERR_CHECK);
    assert_false(is_there(place("no.db")));
    assert_false(is_there(place("no.db-keys")));
}

static void keys_that_were_changed_are_refused(void **state)
{
    const char *folder = test_backup_make(&test, "sealed", &sealer.public, &made);
    const char *path = arena_print(&test.arena, "%s/%s", folder, BACKUP_KEYS);
    struct trouble trouble = { 0 };
    char bytes[1024] = "";
    const size_t size = test_bytes_read(path, bytes, sizeof bytes);

    (void)state;
    for (size_t at = 0; at < size; at += 7) {
        bytes[at] ^= 1;
        test_bytes_write(path, bytes, size);
        assert_int_equal(restore_sealed(folder, "no.db", &sealer, &trouble), ERR_CHECK);
        bytes[at] ^= 1;
    }
    for (size_t kept = 0; kept < size; kept += 19) {
        test_bytes_write(path, bytes, kept);
        assert_int_equal(restore_sealed(folder, "no.db", &sealer, &trouble), ERR_CHECK);
    }
    assert_false(is_there(place("no.db")));
    assert_false(is_there(place("no.db-keys")));
}

/* Bytes of any number, also at the edges of pieces, sealed and opened again. */
struct bytes_sink {
    struct sink   sink;
    unsigned char bytes[3 * (SEAL_PIECE + SEAL_MORE)];
    size_t        size;
};

static enum err bytes_write(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    struct bytes_sink *to = (struct bytes_sink *)(void *)sink;

    (void)trouble;
    assert_true(size <= sizeof to->bytes - to->size);
    if (size > 0)
        memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
    return OK;
}

static enum err open_again(const struct bytes_sink *from, const char *name, size_t size,
                           struct bytes_sink *to)
{
    static struct unsealing unsealing;

    *to = (struct bytes_sink){ .sink = { bytes_write } };
    unseal_begin(&unsealing, &sealer, name, &to->sink);
    enum err err = OK;
    for (size_t at = 0; at < size && err == OK; at += 5000)
        err = unsealing.sink.write(&unsealing.sink, from->bytes + at,
                                   size - at < 5000 ? size - at : 5000, NULL);
    return err == OK ? unseal_end(&unsealing, NULL) : err;
}

static void what_is_sealed_opens_to_the_same_bytes(void **state)
{
    static const size_t sizes[] = { 0, 1, SEAL_PIECE - 1, SEAL_PIECE, SEAL_PIECE + 1,
                                    2 * SEAL_PIECE };
    static unsigned char plain[2 * SEAL_PIECE];
    static struct bytes_sink sealed, opened;
    static struct sealing sealing;

    (void)state;
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (unsigned char)(i * 7 + i / 251);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        sealed = (struct bytes_sink){ .sink = { bytes_write } };
        assert_int_equal(seal_begin(&sealing, &sealer.public, "a", &sealed.sink, NULL), OK);
        assert_int_equal(sealing.sink.write(&sealing.sink, plain, sizes[i], NULL), OK);
        assert_int_equal(seal_end(&sealing, NULL), OK);
        assert_int_equal(open_again(&sealed, "a", sealed.size, &opened), OK);
        assert_int_equal(opened.size, sizes[i]);
        assert_memory_equal(opened.bytes, plain, sizes[i] + 1 > 1 ? sizes[i] : 0);
        /* Under another name, cut off between pieces, or with a piece too many: refused. */
        assert_int_equal(open_again(&sealed, "b", sealed.size, &opened), ERR_CHECK);
        assert_int_equal(open_again(&sealed, "a", SEAL_HEAD_BYTES, &opened), ERR_CHECK);
        if (sizes[i] > SEAL_PIECE)
            assert_int_equal(open_again(&sealed, "a", SEAL_HEAD_BYTES + SEAL_PIECE + SEAL_MORE,
                                        &opened), ERR_CHECK);
        sealed.size += SEAL_MORE + 1;
        assert_int_equal(open_again(&sealed, "a", sealed.size, &opened), ERR_CHECK);
    }
}

static void keys_are_one_line_of_text(void **state)
{
    char text[SEAL_KEY_TEXT];
    struct seal_public public;
    struct seal_secret secret;

    (void)state;
    seal_public_text(&sealer.public, text);
    assert_true(seal_public_parse(text_of(text), &public));
    assert_memory_equal(public.bytes, sealer.public.bytes, SEAL_KEY_BYTES);
    assert_int_equal(seal_secret_parse(text_of(text), &secret, NULL), ERR_CHECK);
    seal_secret_text(&sealer, text);
    assert_false(seal_public_parse(text_of(text), &public));
    assert_int_equal(seal_secret_parse(text_of(text), &secret, NULL), OK);
    assert_memory_equal(&secret, &sealer, sizeof secret);
    text[30] = 'x';
    assert_int_equal(seal_secret_parse(text_of(text), &secret, NULL), ERR_CHECK);
}

/* --- drills --- */

static enum err drill(const char *folder, struct backup_drilled *out, struct trouble *trouble)
{
    const struct keyring keys = { .public = test.public, .secret = test.secret };
    const struct backup_drilling drilling = {
        .restoring = { .means = test_backup_means(&test), .folder = folder,
                       .server = &test.public },
        .report = place("report"), .keys = &keys };

    return backup_drill(&drilling, &test.arena, out, trouble);
}

static void a_drill_leaves_a_signed_report_and_nothing_else(void **state)
{
    const char *folder = test_backup_make(&test, "backup", NULL, &made);
    struct backup_drilled drilled;
    struct trouble trouble = { 0 };
    enum minisign_verdict verdict;
    struct text trusted;

    (void)state;
    test_backup_must(drill(folder, &drilled, &trouble), &trouble);
    assert_true(drilled.passed);
    assert_int_equal(drilled.audited.entries, ROWS);
    assert_true(holds(test_path(place("report"), DRILL_JSON), "\"verdict\": \"passed\""));
    assert_true(holds(test_path(place("report"), DRILL_TEXT), "Restore drill: passed"));
    test_backup_must(minisign_verify_file(&real_outside, &test.arena,
                                          place("report/" DRILL_JSON),
                                          place("report/" DRILL_SIGNATURE), &test.public,
                                          &verdict, &trusted, &trouble), &trouble);
    assert_int_equal(verdict, MINISIGN_GOOD);
    /* The scratch place is gone: what is there is the store, its keys, the backup, the report. */
    assert_null(strstr(test_folder_names(test.store.folder), ".ochil-"));
}

static void a_drill_that_fails_is_reported_too(void **state)
{
    const char *folder = test_backup_make(&test, "backup", NULL, &made);
    struct backup_drilled drilled;
    struct trouble trouble = { 0 };
    const char *path = arena_print(&test.arena, "%s/%s", folder, BACKUP_STORE);

    (void)state;
    assert_int_equal(truncate(path, 40960), 0);
    assert_int_equal(drill(folder, &drilled, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "cut off"));
    assert_false(drilled.passed);
    assert_true(holds(test_path(place("report"), DRILL_JSON), "\"verdict\": \"failed\""));
    assert_true(holds(test_path(place("report"), DRILL_TEXT), "cut off"));
}

/* --- noted --- */

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct moment moment = { 0 };
    bool found;
    enum err err = backup_last(tx, &moment, &found, trouble);

    *(int64_t *)context = found ? moment.ms : -1;
    return err;
}

static int64_t last_backup(void)
{
    struct trouble trouble = { 0 };
    int64_t ms;

    test_backup_must(db_read(test.store.db, (struct db_scope){ 0, NULL }, look, &ms, &trouble),
                     &trouble);
    return ms;
}

static void the_store_notes_its_backups(void **state)
{
    const struct backup_means means = test_backup_means(&test);
    struct trouble trouble = { 0 };
    struct backup_made again;

    (void)state;
    assert_int_equal(last_backup(), -1);
    (void)test_backup_make(&test, "backup", NULL, &made);
    test_backup_must(backup_note(test.store.db, &means, &test.arena, &made, text_of("a shelf"),
                                 &trouble), &trouble);
    assert_int_equal(last_backup(), made.manifest.ended_ms);
    /* Which is an entry of the trail as well, in the next one. */
    (void)test_backup_make(&test, "second", NULL, &again);
    assert_int_equal(again.manifest.trail_size, made.manifest.trail_size + 1);
}

/* --- exports --- */

static void export_to(const char *name, int64_t council, struct exported *out)
{
    const struct exporting exporting = { test.store.url, &real_outside, place(name), council,
                                         NULL };
    struct trouble trouble = { 0 };

    test_backup_must(export_store(&exporting, &test.arena, out, &trouble), &trouble);
}

static void an_operator_is_given_no_councils_records(void **state)
{
    struct exported exported;

    (void)state;
    export_to("export", 0, &exported);
    assert_true(exported.left_out >= 2);
    assert_true(is_there(place("export/schema.json")));
    assert_true(holds(place("export/council.csv"), "CLK,Clackmannanshire"));
    assert_false(is_there(place("export/sample.csv")));
    assert_false(is_there(place("export/sample_of_council.csv")));
    assert_false(is_there(place("export/trail_text.csv")));
    assert_true(holds(place("export/" EXPORT_ROWS), "sample,30\n"));
}

static void a_council_is_given_its_own_rows(void **state)
{
    struct exported exported;

    (void)state;
    export_to("export", 2, &exported);
    assert_false(is_there(place("export/sample.csv")));
    assert_false(is_there(place("export/session.csv")));
    assert_true(holds(place("export/account.csv"), "login"));
    assert_false(holds(place("export/account.csv"), "password"));
    /* Odd numbers are council 2's, even ones council 1's. */
    assert_true(holds(place("export/sample_of_council.csv"), "\n2,29,29,"));
    assert_false(holds(place("export/sample_of_council.csv"), "\n1,"));
    assert_true(holds(place("export/schema.json"), "\"sample_of_council.csv\""));
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, drop_store)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_sealed_backup_brings_the_keys_back),
        ON_STORE(only_the_holder_of_the_key_opens_it),
        ON_STORE(keys_that_were_changed_are_refused),
        ON_STORE(what_is_sealed_opens_to_the_same_bytes),
        ON_STORE(keys_are_one_line_of_text),
        ON_STORE(a_drill_leaves_a_signed_report_and_nothing_else),
        ON_STORE(a_drill_that_fails_is_reported_too),
        ON_STORE(the_store_notes_its_backups),
        ON_STORE(an_operator_is_given_no_councils_records),
        ON_STORE(a_council_is_given_its_own_rows),
    };

    return cmocka_run_group_tests(both, NULL, NULL);
}
