/*
 * store/test_job_store.h -- for tests only: a store with a table that jobs leave their marks in, a
 * clock that is set by hand, and servers that work on it.
 */
#ifndef OCHIL_TEST_JOB_STORE_H
#define OCHIL_TEST_JOB_STORE_H

#include <stdatomic.h>

#include "store/job.h"
#include "store/job_run.h"
#include "store/test_trail_store.h"

extern const struct migration migration_0004_evidence, migration_0005_job;

/* A mark for each time that a job's last piece of work was kept. */
static const struct migration test_mark_schema = {
    6, "mark", "6666666666666666666666666666666666666666666666666666666666666666",
    "CREATE TABLE mark (job @int64 NOT NULL, token @int64 NOT NULL);\n"
};

static const struct query test_mark_add = {
    "test_mark_add", "INSERT INTO mark (job, token) VALUES (?1, ?2)", NULL };

static inline void test_job_store_make(struct test_store *store)
{
    static const struct migration *const migrations[] = {
        &migration_0001_store, &migration_0002_council, &migration_0003_trail,
        &migration_0004_evidence, &migration_0005_job, &test_mark_schema, NULL,
    };

    test_store_make(store, migrations);
    test_councils_add(store);
}

static inline struct moment test_clock_now(void *context)
{
    return (struct moment){ atomic_load((_Atomic int64_t *)context) };
}

/* A work that leaves a mark for the lease. */
static inline enum err test_mark(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct job_lease *lease = context;
    struct statement *put;
    enum err err = tx_prepare(tx, &test_mark_add, &put, trouble);

    if (err != OK)
        return err;
    bind_int(put, 1, lease->job);
    bind_int(put, 2, lease->token);
    return statement_run(put, NULL, trouble);
}

struct test_adding {
    const struct job_order *order;
    int64_t                 id;
};

static inline enum err test_add_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct test_adding *adding = context;

    return job_add(tx, &real_outside, adding->order, &adding->id, trouble);
}

static inline enum err test_job_add(struct db *db, const struct job_order *order, int64_t *id,
                                    struct trouble *trouble)
{
    struct test_adding adding = { order, 0 };
    enum err err = db_write(db, (struct db_scope){ order->council, NULL }, test_add_work, &adding,
                            trouble);

    *id = adding.id;
    return err;
}

static inline struct job_order test_order(const char *kind, int64_t council, int64_t now_ms)
{
    return (struct job_order){ .now = { now_ms }, .kind = text_of(kind), .council = council,
                               .asked_by = text_of("first.clk"), .arguments = text_of("{\"n\":1}"),
                               .priority = JOB_PRIORITY_USUAL };
}

#endif
