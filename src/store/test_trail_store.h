/*
 * store/test_trail_store.h -- for tests only: a store of two councils with an identity and the
 * keys of all three parties, and events to put into its trail.
 */
#ifndef OCHIL_TEST_TRAIL_STORE_H
#define OCHIL_TEST_TRAIL_STORE_H

#include "base/outside.h"
#include "engine/verify.h"
#include "store/keyring_io.h"
#include "store/test_store.h"
#include "store/trail_checks.h"
#include "store/trail_log.h"

#define CLK 1
#define STI 2
#define TEST_NOW INT64_C(1403776800000)
#define TEST_STORE_ID "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

/* The keys of the server and of the councils by their ids: always the same. */
static inline void test_signer_make(int who, struct minisign_public *public,
                                    struct minisign_secret *secret)
{
    const unsigned char seed[MINISIGN_SEED_BYTES] = { (unsigned char)who, 1 };
    const unsigned char number[MINISIGN_NUMBER_BYTES] = { (unsigned char)who, 2, 3 };
    enum err err = minisign_keys_make(seed, number, public, secret, NULL);

    assert(err == OK);
}

/* The key's line, as the store keeps it. */
static inline void test_public_line(struct arena *arena, int who, char line[128])
{
    struct minisign_public public;
    struct minisign_secret secret;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        abort();
    test_signer_make(who, &public, &secret);
    const struct text text = minisign_public_text(arena, &public);
    const char *second = strchr(text.data, '\n') + 1;
    (void)snprintf(line, 128, "%.*s", (int)strcspn(second, "\n"), second);
}

/* Made while building; a header that is not there yet cannot be included by one that compiles
 * alone. Who has included it already knows them. */
#ifndef OCHIL_STORE_SQL_H
extern const struct migration migration_0001_store, migration_0002_council, migration_0003_trail;
#endif

/* Gives a store that has been migrated its identity and both councils, who sign with keys 1 and 2,
 * and the server with 0. */
static inline void test_councils_add(struct test_store *store)
{
    char sql[512], line[128];
    struct rival rival = rival_open(store->url);
    test_public_line(&store->arena, 0, line);
    (void)snprintf(sql, sizeof sql, "INSERT INTO store_identity (id, store, made_at, server_key) "
                   "VALUES (1, '%s', 1, '%s')", TEST_STORE_ID, line);
    rival_do(&rival, sql);
    rival_do(&rival, "INSERT INTO council (id, code, name) VALUES (1, 'CLK', 'Clackmannanshire'), "
             "(2, 'STI', 'Stirling')");
    for (int who = CLK; who <= STI; who++) {
        test_public_line(&store->arena, who, line);
        (void)snprintf(sql, sizeof sql, "INSERT INTO council_key (id, council, public_key, "
                       "added_at) VALUES (%d, %d, '%s', 1)", who, who, line);
        rival_do(&rival, sql);
    }
    rival_close(&rival);
}

/* A store with both councils and a trail. */
static inline void test_trail_store_make(struct test_store *store)
{
    static const struct migration *const migrations[] = {
        &migration_0001_store, &migration_0002_council, &migration_0003_trail, NULL,
    };

    test_store_make(store, migrations);
    test_councils_add(store);
}

/* An event that only its numbers tell from others. */
static inline struct trail_event test_event(int64_t council)
{
    return (struct trail_event){
        .now = { TEST_NOW }, .actor = text_of("m.reid"), .council = council,
        .action = text_of("agreement.edit"), .subject_kind = text_of("agreement"),
        .subject_id = text_of("7"),
    };
}

/* One transaction that appends one event. */
struct test_appending {
    const struct trail_event *event;
    uint64_t                  sequence;
};

static inline enum err test_append_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct test_appending *appending = context;

    return trail_append(tx, &real_outside, appending->event, &appending->sequence, trouble);
}

static inline enum err test_append(struct db *db, const struct trail_event *event,
                                   uint64_t *sequence, struct trouble *trouble)
{
    struct test_appending appending = { event, 0 };
    enum err err = db_write(db, (struct db_scope){ .council = event->council },
                            test_append_work, &appending, trouble);

    if (sequence != NULL)
        *sequence = appending.sequence;
    return err;
}

/* PostgreSQL: the store as the role that serves, which is not its owner and has row-level rights.
 * The role is made anew; test_role_drop() takes it away. */
static inline struct db *test_role_open(struct test_store *store, struct arena *arena)
{
    static const struct migration *const migrations[] = {
        &migration_0001_store, &migration_0002_council, &migration_0003_trail, NULL,
    };
    const struct migrating as_role = { migrations, { 1 }, "ochil_trail" };
    struct rival rival = rival_open(store->url);
    struct migrated done;
    struct db *db = NULL;

    rival_do(&rival, "DROP ROLE IF EXISTS ochil_trail");
    rival_do(&rival, "CREATE ROLE ochil_trail");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_trail");
    rival_close(&rival);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        abort();
    const struct db_options options = {
        .url = arena_print(arena, "%s&options=-c%%20role%%3Dochil_trail", store->url),
        .readers = 2,
    };
    enum err err = schema_migrate(store->db, &as_role, &done, NULL);
    assert(err == OK);
    err = db_open(arena, &options, &db, NULL);
    assert(err == OK);
    char role[TEST_PATH];
    rival = rival_open(options.url);
    bool asked = rival_ask(&rival, "SELECT current_user", role);
    assert(asked && strcmp(role, "ochil_trail") == 0);
    rival_close(&rival);
    return db;
}

static inline void test_role_drop(struct test_store *store, struct db *db)
{
    struct rival rival = rival_open(store->url);

    db_close(db);
    rival_do(&rival, "DROP OWNED BY ochil_trail");
    rival_do(&rival, "DROP ROLE ochil_trail");
    rival_close(&rival);
}

/* Prepares `arena` for calls that take from it; a test ends when memory does. */
#define TEST_ARENA(arena)                                                                        \
    ARENA_KEEP(outer, arena);                                                                    \
    if (ARENA_GUARD(arena))                                                                      \
        abort()

/* The server's keys and an empty folder for its file. */
static inline void test_keyring_make(struct test_store *store, struct keyring *keyring)
{
    TEST_ARENA(&store->arena);
    *keyring = (struct keyring){ .folder = arena_print(&store->arena, "%s/keys", store->folder) };
    int made = real_outside.make_folder(keyring->folder);
    assert(made == 0);
    test_signer_make(0, &keyring->public, &keyring->secret);
}

/* What a council's `ochil checkpoint sign` gives: `key` signs for whom `said` says. */
static inline struct text test_cosign(struct arena *arena, int key, const char *said,
                                      struct text text)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    struct minisign_public public;
    struct minisign_secret secret;
    struct text out = { "", 0 };

    TEST_ARENA(arena);
    test_signer_make(key, &public, &secret);
    enum err err = minisign_digest_of(text, digest, NULL);
    if (err == OK)
        err = minisign_sign(arena, &secret, digest, text_of("of a test"), text_of(said), &out,
                            NULL);
    assert(err == OK);
    return out;
}

#define SAID_CLK SIGNATURE_CLAIM "CLK\tfile:c"
#define SAID_STI SIGNATURE_CLAIM "STI\tfile:c"

static inline struct trail_deed test_deed(void)
{
    return (struct trail_deed){ { TEST_NOW }, text_of("m.reid"), &real_outside };
}

struct test_making {
    struct arena  *arena;
    struct checked made;
};

static inline enum err test_make_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct test_making *making = context;
    const struct trail_deed deed = test_deed();
    struct minisign_public public;
    struct minisign_secret secret;

    test_signer_make(0, &public, &secret);
    return checkpoint_make(tx, making->arena, &deed, &secret, &making->made, trouble);
}

/* A checkpoint of the trail as it stands. */
static inline struct checked test_checkpoint(struct test_store *store)
{
    struct test_making making = { .arena = &store->arena };
    struct trouble trouble = { 0 };
    enum err err = db_write(store->db, (struct db_scope){ 0, &store->arena }, test_make_work,
                            &making, &trouble);

    if (err != OK)
        printf("# %s\n", trouble.text);
    assert(err == OK);
    return making.made;
}

#endif
