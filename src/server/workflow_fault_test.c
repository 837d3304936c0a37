/* What the store is used for, on the schema of the whole program, through every fault of the lab:
 * an entry with its trail, the life of a job, a migration. (Files: evidence_fault_test. Backups:
 * backup_fault_test.) */
#include "server/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/job.h"
#include "store/job_lease.h"
#include "store/test_fault_lab.h"
#include "store/test_trail_store.h"
#include "store/trail_audit.h"

#define NOW 1403776800000

static struct test_store made;

/* --- what every look begins with --- */

/* The trail is sound. Gives how many entries it has. */
static long audit_trail(const char *path)
{
    const struct db_options options = { .url = path, .readers = 1 };
    struct minisign_public server;
    struct minisign_secret secret;
    struct trail_audited audited;
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct db *db;

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        abort();
    test_signer_make(0, &server, &secret);
    assert_int_equal(db_open(&arena, &options, &db, NULL), OK);
    if (trail_audit(db, &arena, &server, &audited, &trouble) != OK)
        fail_msg("%s", trouble.text);
    const long entries = (long)audited.entries;
    db_close(db);
    arena_free(&arena);
    return entries;
}

/* --- an entry with its trail --- */

#define ENTRIES 3

static enum err enter(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct council council = { .id = *(long *)context + 10, .code = { "FAL", 3 },
                                     .name = { "Falkirk", 7 } };
    const struct trail_event event = {
        .now = { NOW }, .actor = text_of("system"), .action = text_of("council.add"),
        .subject_kind = text_of("council"), .subject_id = text_of("FAL"),
        .after = { council.name, true },
    };
    char code[8];
    struct council named = council;

    (void)snprintf(code, sizeof code, "F%ld", *(long *)context);
    named.code = text_of(code);
    enum err err = council_add(tx, &named, trouble);
    return err != OK ? err : trail_append(tx, &real_outside, &event, NULL, trouble);
}

static enum err enter_all(struct db *db, struct arena *arena, long *acknowledged,
                          struct trouble *trouble)
{
    enum err err = OK;

    for (long number = 0; number < ENTRIES && err == OK; number++) {
        err = db_write(db, (struct db_scope){ 0, arena }, enter, &number, trouble);
        *acknowledged += err == OK;
    }
    return err;
}

static long entered(const char *path)
{
    const long rows = lab_ask(path, "SELECT count(*) FROM council WHERE id >= 10");

    assert_int_equal(audit_trail(path), rows);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM trail_opening"), rows);
    return rows;
}

static const struct lab_work entering = { "an entry with its trail", ENTRIES, enter_all, entered };

static void an_entry_is_there_with_its_trail_or_not(void **state)
{
    (void)state;
    lab_every_fault(&entering, 1);
}

/* --- the life of a job --- */

enum { ADDED = 1, TAKEN, WRITTEN, ENDED };

static struct moment job_now(void *context)
{
    (void)context;
    return (struct moment){ NOW };
}

static enum err no_work(struct job_run *run, void *context, struct trouble *trouble)
{
    (void)run;
    (void)context;
    (void)trouble;
    return OK;
}

static enum err add_job(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct job_order order = { .now = { NOW }, .kind = text_of("count"), .council = CLK,
                                     .asked_by = text_of("system"), .arguments = text_of("{}"),
                                     .priority = JOB_PRIORITY_USUAL };

    return job_add(tx, &real_outside, &order, context, trouble);
}

static enum err note(struct tx *tx, void *context, struct trouble *trouble)
{
    return job_lease_checkpoint(tx, context, text_of("half"), trouble);
}

static enum err step(enum err err, long *acknowledged)
{
    *acknowledged += err == OK;
    return err;
}

static enum err live(struct db *db, struct arena *arena, long *acknowledged,
                     struct trouble *trouble)
{
    static const struct job_kind kinds[] = { { "count", no_work, NULL, 60000, 2 }, { 0 } };
    const struct job_outcome outcome = { .words = text_of("All counted.") };
    const struct job_ending ending = { .event = JOB_EVENT_FINISH, .outcome = &outcome };
    struct job_server server = { .db = db, .outside = &real_outside, .clock = { job_now, NULL },
                                 .kinds = kinds };
    struct job_lease lease;
    bool found = false;
    int64_t id;
    enum err err = job_server_open(&server, arena, trouble);

    if (err == OK)
        err = step(db_write(db, (struct db_scope){ CLK, arena }, add_job, &id, trouble),
                   acknowledged);
    if (err == OK)
        err = step(job_lease_take(&server, arena, &lease, &found, trouble), acknowledged);
    if (err == OK)
        err = step(job_lease_write(&server, &lease, arena, note, &lease, trouble), acknowledged);
    if (err == OK)
        err = step(job_lease_end(&server, &lease, &ending, trouble), acknowledged);
    return err;
}

/* How far the job is, whose row, detail and trail must agree. */
static long lived(const char *path)
{
    const long entries = audit_trail(path);
    const long jobs = lab_ask(path, "SELECT count(*) FROM job");
    const long taken = lab_ask(path, "SELECT count(*) FROM job WHERE token = 1");
    const long half = lab_ask(path, "SELECT count(*) FROM job_detail WHERE checkpoint = 'half'");
    const long done = lab_ask(path, "SELECT count(*) FROM job JOIN job_detail ON job = id "
                              "WHERE state = 'done' AND outcome = 'All counted.'");

    assert_int_equal(lab_ask(path, "SELECT count(*) FROM job_detail"), jobs);
    assert_int_equal(entries, jobs + done);
    assert_true(jobs >= taken && taken >= half && half >= done);
    return jobs + taken + half + done;
}

static const struct lab_work living = { "the life of a job", ENDED, live, lived };

static void a_job_is_as_far_as_was_acknowledged(void **state)
{
    (void)state;
    lab_every_fault(&living, 1);
}

static int make(void **state)
{
    (void)state;
    test_store_make(&made, server_migrations);
    test_councils_add(&made);
    db_close(made.db);
    made.db = NULL;
    lab_open(made.url);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&made);
    lab_close();
    return 0;
}

/* --- a migration --- */

static enum err migrate(struct db *db, struct arena *arena, long *acknowledged,
                        struct trouble *trouble)
{
    const struct migrating plan = { server_migrations, { NOW }, NULL };
    struct migrated done = { 0 };
    enum err err = schema_migrate(db, &plan, &done, trouble);

    (void)arena;
    *acknowledged += err == OK;
    return err;
}

/* Every version is whole; the last one was what was asked for. */
static long migrated(const char *path)
{
    long newest = 0;

    while (server_migrations[newest] != NULL)
        newest++;
    if (lab_ask(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migration'") == 0)
        return 0;
    const long version = lab_ask(path, "SELECT max(version) FROM schema_migration");
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM schema_migration"), version);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM sqlite_schema WHERE name IN ('council', "
                             "'trail_head', 'evidence', 'job')"),
                     (version >= 2) + (version >= 3) + (version >= 4) + (version >= 5));
    return version == newest;
}

static const struct lab_work migrating = { "a migration", 1, migrate, migrated };

static int make_empty(void **state)
{
    (void)state;
    made = (struct test_store){ 0 };
    test_store_place(&made);
    lab_open(made.url);
    return 0;
}

static void a_migration_is_there_or_not(void **state)
{
    (void)state;
    lab_every_fault(&migrating, 1);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_there_with_its_trail_or_not),
        cmocka_unit_test(a_job_is_as_far_as_was_acknowledged),
    };
    const struct CMUnitTest on_nothing[] = { cmocka_unit_test(a_migration_is_there_or_not) };

    lab_begin(count > 1 ? argument[1] : NULL, TEST_CASES_DIVISOR > 1 ? 131 : 31);
    int failed = cmocka_run_group_tests(tests, make, drop);

    /* All migrations together have several hundred times the points of an entry. */
    if (count == 1)
        lab_stride *= 12;
    failed |= cmocka_run_group_tests(on_nothing, make_empty, drop);
    return failed;
}
