/*
 * store/test_evidence_store.h -- for tests only: a store for evidence, of two councils with a
 * master key each, and files to take in. On a server it is opened by the role that serves, so
 * that row-level security is in force; `rival_open(test_owner_url(store))` is past it.
 */
#ifndef OCHIL_TEST_EVIDENCE_STORE_H
#define OCHIL_TEST_EVIDENCE_STORE_H

#include "store/evidence_audit.h"
#include "store/evidence_erase.h"
#include "store/evidence_intake.h"
#include "store/evidence_open.h"
#include "store/test_trail_store.h"

#define TEST_ROLE "ochil_serving"

extern const struct migration migration_0004_evidence;

static const struct master_key test_master[] = { { { 1 } }, { { 2 } } };
static const struct evidence_council test_clk = { CLK, { "CLK", 3 }, &test_master[0] };
static const struct evidence_council test_sti = { STI, { "STI", 3 }, &test_master[1] };

/* The time, which tests move. */
static struct moment test_now;

static inline struct moment test_clock(void)
{
    return test_now;
}

static inline const char *test_owner_url(const struct test_store *store)
{
    return test_on_server() ? getenv("OCHIL_TEST_DB") : store->url;
}

static inline void test_evidence_migrate(struct test_store *store)
{
    static const struct migration *const migrations[] = {
        &migration_0001_store, &migration_0002_council, &migration_0003_trail,
        &migration_0004_evidence, NULL,
    };
    const struct migrating wanted = { migrations, { TEST_NOW }, TEST_ROLE };
    struct migrated done;
    struct trouble trouble = { 0 };
    enum err err = schema_migrate(store->db, &wanted, &done, &trouble);

    if (err != OK)
        printf("# %s\n", trouble.text);
    assert(err == OK);
}

static inline void test_evidence_store_make(struct test_store *store)
{
    test_now = (struct moment){ TEST_NOW };
    test_trail_store_make(store);
    if (!test_on_server()) {
        test_evidence_migrate(store);
        return;
    }
    struct rival rival = rival_open(store->url);
    rival_do(&rival, "DO 'BEGIN CREATE ROLE " TEST_ROLE "; "
             "EXCEPTION WHEN duplicate_object THEN NULL; END'");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO " TEST_ROLE);
    rival_close(&rival);
    test_evidence_migrate(store);
    db_close(store->db);
    int size = snprintf(store->url, sizeof store->url, "%s&options=-c%%20role%%3D" TEST_ROLE,
                        test_owner_url(store));
    assert(size > 0 && (size_t)size < sizeof store->url);
    store->db = test_db_open(store, 0);
}

static inline struct evidence_arrival test_arrival(struct db *db,
                                                   const struct evidence_council *council)
{
    return (struct evidence_arrival){
        .db = db, .outside = &real_outside, .clock = test_clock, .council = *council,
        .actor = text_of("first.clk"), .name = text_of("june.csv"), .media = text_of("text/csv"),
        .kind = EVIDENCE_RECORDS,
    };
}

/* A stream over bytes in memory, which fails at its end if it is told to. */
struct test_stream {
    struct stream stream;
    struct text   left;
    size_t        piece;    /* at most in one read; 0: whatever is asked for */
    enum err      ending;
};

static inline enum err test_stream_read(struct stream *stream, void *bytes, size_t size,
                                        size_t *got, struct trouble *trouble)
{
    struct test_stream *own = (struct test_stream *)stream;
    size_t part = own->piece > 0 && own->piece < size ? own->piece : size;

    *got = part < own->left.size ? part : own->left.size;
    if (*got == 0 && own->ending != OK)
        return (fail)(trouble, own->ending, "the line was cut");
    memcpy(bytes, own->left.data, *got);
    own->left.data += *got;
    own->left.size -= *got;
    return OK;
}

static inline void test_stream_close(struct stream *stream)
{
    (void)stream;
}

/* Takes the bytes in, in memory of its own. */
static inline enum err test_take(const struct evidence_arrival *arrival, struct text bytes,
                                 struct evidence_taken *taken, struct trouble *trouble)
{
    struct arena arena = { 0 };
    struct test_stream stream = { { test_stream_read, test_stream_close }, bytes, 0, OK };
    enum err err = evidence_take(&arena, arrival, &stream.stream, taken, trouble);

    arena_free(&arena);
    return err;
}

/* May open everything of one council, and see its lines. */
static inline struct evidence_warrant test_warrant(const struct evidence_council *council)
{
    return (struct evidence_warrant){
        .outside = &real_outside, .now = test_now, .acting = council->id,
        .actor = text_of("first.clk"), .council = council, .councils = 1, .whole = true,
        .lines = { &council->code, 1, true },
    };
}

/* The whole file into `out`, which has room for `room` bytes. */
static inline enum err test_read(struct db *db, const struct evidence_warrant *warrant,
                                 const struct evidence_id *id, char *out, size_t room,
                                 size_t *size, struct trouble *trouble)
{
    struct arena arena = { 0 };
    struct evidence_opened *opened;
    struct stream *stream;
    size_t got = 1;
    enum err err = evidence_open(&arena, db, warrant, id, &opened, trouble);

    *size = 0;
    if (err == OK) {
        err = evidence_opened_stream(opened, &stream, trouble);
        while (err == OK && got > 0) {
            err = stream->read(stream, out + *size, room - *size, &got, trouble);
            *size += err == OK ? got : 0;
        }
        if (err != ERR_RIGHTS)
            stream->close(stream);
        evidence_close(opened);
    }
    arena_free(&arena);
    return err;
}

/* What the owner's SQL gives, as a number. */
static inline long test_count(const struct test_store *store, const char *sql)
{
    struct rival rival = rival_open(test_owner_url(store));
    char text[TEST_PATH];
    bool asked = rival_ask(&rival, sql, text);

    rival_close(&rival);
    assert(asked);
    return strtol(text, NULL, 10);
}

#endif
