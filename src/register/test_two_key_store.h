/*
 * register/test_two_key_store.h -- for tests only: a store of three councils (test_store.h) with
 * people who write proposals and people who turn keys.
 */
#ifndef OCHIL_TEST_TWO_KEY_STORE_H
#define OCHIL_TEST_TWO_KEY_STORE_H

#include "identity/account.h"
#include "register/two_key_store.h"
#include "store/test_trail_store.h"

/* As in test_trail_store.h: who has included what was made while building knows them. */
#ifndef OCHIL_STORE_SQL_H
extern const struct migration migration_0004_evidence, migration_0005_job, migration_0007_backup;
#endif
#ifndef OCHIL_IDENTITY_SQL_H
extern const struct migration migration_0006_identity, migration_0008_people;
#endif
#ifndef OCHIL_REGISTER_SQL_H
extern const struct migration migration_0009_two_keys;
#endif

#define FAL 3       /* Falkirk, who has nothing to do with the other two */

/* Days, since 1970. TEST_NOW is on 26 June 2014. */
#define TODAY 16247
#define AUGUST 16283

static const struct migration *const test_two_key_migrations[] = {
    &migration_0001_store, &migration_0002_council, &migration_0003_trail,
    &migration_0004_evidence, &migration_0005_job, &migration_0006_identity,
    &migration_0007_backup, &migration_0008_people, &migration_0009_two_keys, NULL,
};

/* Who acts, by rows of `test_people`: their accounts are 1, 2 ... in this order. */
enum { CLK_WRITER, CLK_HEAD, STI_WRITER, STI_HEAD, FAL_HEAD, PEOPLE };

static const struct {
    const char *login;
    int64_t     council;
    bool        may_prepare, may_agree;
} test_people[PEOPLE] = {
    { "clk.writer", CLK, true, true },      /* who prepared is refused, whatever the right */
    { "clk.head", CLK, false, true },
    { "sti.writer", STI, true, false },
    { "sti.head", STI, false, true },
    { "fal.head", FAL, true, true },
};

static const int64_t test_both[] = { CLK, STI };

static inline struct two_key_act test_act(int who)
{
    return (struct two_key_act){
        .now = { TEST_NOW }, .outside = &real_outside, .account = who + 1,
        .login = text_of(test_people[who].login), .council = test_people[who].council,
        .may_prepare = test_people[who].may_prepare, .may_agree = test_people[who].may_agree,
    };
}

static inline struct two_key_wording test_wording(void)
{
    return (struct two_key_wording){
        .kind = text_of("basis"), .subject = text_of("P01"), .councils = test_both,
        .council_count = 2, .effective = { AUGUST }, .payload = text_of("{\"by\":\"pupils\"}"),
    };
}

static inline struct two_key_decision test_decision(void)
{
    return (struct two_key_decision){ text_of("the Council"), text_of("item 7"), true, { TODAY },
                                      { "", 0 } };
}

static inline enum err test_people_add(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct happening at = { { TEST_NOW }, &real_outside, { "", 0 } };
    enum err err = OK;

    (void)context;
    for (int who = 0; who < PEOPLE && err == OK; who++) {
        struct account account = { .council = test_people[who].council,
                                   .login = text_of(test_people[who].login),
                                   .password = text_of("none") };
        err = account_add(tx, &at, account.login, &account, trouble);
        assert(err != OK || account.id == who + 1);
    }
    return err;
}

#define TEST_KEYS_ROLE "ochil_keys"

/* PostgreSQL: from here on the store is served by a role that is not its owner and has row-level
 * rights; `store->url` stays the owner's, for the rival. */
static inline void test_two_key_serve(struct test_store *store)
{
    const struct migrating plan = { test_two_key_migrations, { TEST_NOW }, TEST_KEYS_ROLE };
    struct rival rival = rival_open(store->url);
    struct migrated done;

    TEST_ARENA(&store->arena);
    rival_do(&rival, "DO 'BEGIN CREATE ROLE " TEST_KEYS_ROLE "; "
             "EXCEPTION WHEN duplicate_object THEN NULL; END'");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO " TEST_KEYS_ROLE);
    rival_close(&rival);
    enum err err = schema_migrate(store->db, &plan, &done, NULL);
    assert(err == OK);
    db_close(store->db);
    const struct db_options options = {
        .url = arena_print(&store->arena, "%s&options=-c%%20role%%3D" TEST_KEYS_ROLE, store->url),
        .readers = 4,
    };
    err = db_open(&store->arena, &options, &store->db, NULL);
    assert(err == OK);
}

static inline void test_two_key_make(struct test_store *store)
{
    struct trouble trouble = { 0 };

    test_store_make(store, test_two_key_migrations);
    test_councils_add(store);
    struct rival rival = rival_open(store->url);
    rival_do(&rival, "INSERT INTO council (id, code, name) VALUES (3, 'FAL', 'Falkirk')");
    rival_close(&rival);
    enum err err = db_write(store->db, (struct db_scope){ 0, &store->arena }, test_people_add,
                            NULL, &trouble);
    if (err != OK)
        printf("# %s\n", trouble.text);
    assert(err == OK);
    if (test_on_server())
        test_two_key_serve(store);
}

/* One step inside one transaction: what goes in and what comes out. */
struct test_deed {
    struct arena           *arena;
    enum two_key_event      event;      /* TWO_KEY_CHANGE with place.id 0: a new draft */
    struct two_key_act      act;
    struct two_key_wording  wording;
    struct two_key_decision decision;
    struct text             reason;
    struct two_key_place    place, after;
    int64_t                 version;
    enum two_key_refusal    refusal;
};

static inline enum err test_deed_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct test_deed *deed = context;
    const struct two_key_act *act = &deed->act;
    struct two_key_place *place = &deed->after;

    deed->after = deed->place;
    deed->refusal = TWO_KEY_FINE;
    switch (deed->event) {
    case TWO_KEY_CHANGE:
        return place->id == 0
               ? two_key_draft(tx, deed->arena, act, &deed->wording, place, &deed->refusal,
                               trouble)
               : two_key_change(tx, deed->arena, act, place, &deed->wording, &deed->refusal,
                                trouble);
    case TWO_KEY_PROPOSE:
        return two_key_propose(tx, deed->arena, act, place, &deed->refusal, trouble);
    case TWO_KEY_RETURN:
        return two_key_return(tx, deed->arena, act, place, deed->reason, &deed->refusal, trouble);
    case TWO_KEY_WITHDRAW:
        return two_key_withdraw(tx, deed->arena, act, place, &deed->refusal, trouble);
    case TWO_KEY_AGREE:
    case TWO_KEY_COMPLETE:
    case TWO_KEY_REPLACE: break;
    }
    return two_key_agree(tx, deed->arena, act, place, &deed->decision, &deed->version,
                         &deed->refusal, trouble);
}

static inline struct test_deed test_deed_of(struct arena *arena, enum two_key_event event, int who,
                                            struct two_key_place place)
{
    return (struct test_deed){ .arena = arena, .event = event, .act = test_act(who),
                               .wording = test_wording(), .decision = test_decision(),
                               .reason = text_of("Pupils of which year?"), .place = place };
}

static inline enum err test_deed_do(struct db *db, struct test_deed *deed,
                                    struct trouble *trouble)
{
    return db_write(db, (struct db_scope){ deed->act.council, deed->arena }, test_deed_work, deed,
                    trouble);
}

#endif
