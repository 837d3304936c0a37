/* Two keys in the store, on either engine (test_store.h): through the program, and past it. */
#include "register/two_key_store.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"
#include "register/register_sql.h"
#include "register/test_two_key_store.h"
#include "store/export.h"

static struct test_store store;
static struct trouble said;

static int make(void **state)
{
    (void)state;
    test_two_key_make(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

/* --- steps, told shortly --- */

static enum err run(struct test_deed *deed)
{
    said = (struct trouble){ 0 };
    return test_deed_do(store.db, deed, &said);
}

static struct test_deed deed_of(enum two_key_event event, int who, struct two_key_place place)
{
    return test_deed_of(&store.arena, event, who, place);
}

static struct two_key_place did(struct test_deed deed)
{
    if (run(&deed) != OK)
        fail_msg("event %d: %s", deed.event, said.text);
    return deed.after;
}

static struct two_key_place does(enum two_key_event event, int who, struct two_key_place place)
{
    return did(deed_of(event, who, place));
}

static void refused(struct test_deed deed, enum two_key_refusal refusal)
{
    assert_int_equal(run(&deed), two_key_refusal_err(refusal));
    assert_int_equal(deed.refusal, refusal);
    assert_string_equal(said.text, two_key_refusal_sentence(refusal));
}

static const struct two_key_place nowhere;

/* Prepared and proposed by CLK. */
static struct two_key_place proposal_of(struct two_key_wording wording)
{
    struct test_deed draft = deed_of(TWO_KEY_CHANGE, CLK_WRITER, nowhere);

    draft.wording = wording;
    return does(TWO_KEY_PROPOSE, CLK_WRITER, did(draft));
}

static struct two_key_place agreed_of(struct two_key_wording wording)
{
    return does(TWO_KEY_AGREE, STI_HEAD, does(TWO_KEY_AGREE, CLK_HEAD, proposal_of(wording)));
}

struct look {
    int64_t                 council, id;
    struct two_key_asked    asked;
    struct two_key_filter   filter;
    struct two_key_proposal one, *many;
    size_t                  count;
    bool                    found;
};

static enum err load_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct look *look = context;

    return two_key_load(tx, &store.arena, look->council, look->id, &look->one, trouble);
}

static enum err ask_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct look *look = context;

    return two_key_ask(tx, &store.arena, &look->asked, &look->one, &look->found, trouble);
}

static enum err list_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct look *look = context;

    return two_key_list(tx, &store.arena, &look->filter, &look->many, &look->count, trouble);
}

static struct two_key_proposal seen_by(int64_t council, struct two_key_place place)
{
    struct look look = { .council = council, .id = place.id };
    const struct db_scope scope = { council, &store.arena };

    said = (struct trouble){ 0 };
    if (db_read(store.db, scope, load_work, &look, &said) != OK)
        fail_msg("%s", said.text);
    return look.one;
}

static bool hidden_from(int64_t council, struct two_key_place place)
{
    struct look look = { .council = council, .id = place.id };
    const struct db_scope scope = { council, &store.arena };

    return db_read(store.db, scope, load_work, &look, NULL) == ERR_MISSING;
}

/* The version in force between the two; 0: none. */
static int64_t in_force(int64_t council, int32_t day, int64_t known_ms)
{
    struct look look = { .asked = { council, text_of("basis"), text_of("P01"), test_both, 2,
                                    { day }, { known_ms } } };
    const struct db_scope scope = { council, &store.arena };

    said = (struct trouble){ 0 };
    if (db_read(store.db, scope, ask_work, &look, &said) != OK)
        fail_msg("%s", said.text);
    return look.found ? look.one.version : 0;
}

static size_t waiting_for(int who)
{
    const int64_t council = test_people[who].council;
    struct look look = { .filter = { .council = council, .waiting_for = who + 1, .rows = 10 } };
    const struct db_scope scope = { council, &store.arena };

    assert_int_equal(db_read(store.db, scope, list_work, &look, NULL), OK);
    return look.count;
}

static long asked_past(const char *sql)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];
    bool answered = rival_ask(&rival, sql, text);

    rival_close(&rival);
    assert_true(answered);
    return strtol(text, NULL, 10);
}

/* --- through the program --- */

static void two_keys_make_a_version(void **state)
{
    (void)state;
    struct two_key_place place = proposal_of(test_wording());
    place = does(TWO_KEY_AGREE, STI_HEAD, place);
    assert_int_equal(in_force(CLK, AUGUST, INT64_MAX), 0);
    place = does(TWO_KEY_AGREE, CLK_HEAD, place);
    assert_int_equal(in_force(CLK, AUGUST - 1, INT64_MAX), 0);
    assert_int_equal(in_force(CLK, AUGUST, INT64_MAX), 1);
    assert_int_equal(in_force(STI, AUGUST + 9999, INT64_MAX), 1);
    assert_int_equal(in_force(STI, AUGUST, TEST_NOW - 1), 0);
    const struct two_key_proposal kept = seen_by(STI, place);
    assert_int_equal(kept.key.state, TWO_KEY_AGREED);
    assert_true(text_is(kept.payload, "{\"by\":\"pupils\"}"));
    assert_int_equal(kept.key.effective_days, AUGUST);
    assert_int_equal(kept.key.turn_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct two_key_agreement *agreement = &kept.agreement[i];
        assert_int_equal(agreement->account, agreement->council == CLK ? CLK_HEAD + 1
                                                                       : STI_HEAD + 1);
        assert_true(text_is(agreement->login, agreement->council == CLK ? "clk.head"
                                                                        : "sti.head"));
        assert_true(text_is(agreement->decision.body, "the Council"));
        assert_true(text_is(agreement->decision.minute, "item 7"));
        assert_int_equal(agreement->decision.day.days, TODAY);
    }
    assert_int_equal(asked_past("SELECT count(*) FROM trail_text WHERE text LIKE '%two_key.%' "
                                "AND text LIKE '%clk.writer%'"), 2);
    assert_int_equal(asked_past("SELECT count(*) FROM trail_text WHERE shared "
                                "AND text LIKE '%two_key.%'"), 3);
}

static void a_draft_is_its_councils_alone(void **state)
{
    (void)state;
    struct two_key_place place = does(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    struct test_deed change = deed_of(TWO_KEY_CHANGE, CLK_WRITER, place);
    change.wording.payload = text_of("{\"by\":\"population\"}");
    place = did(change);
    assert_true(hidden_from(STI, place));
    assert_int_equal(waiting_for(STI_HEAD), 0);
    struct test_deed theirs = deed_of(TWO_KEY_AGREE, STI_HEAD, place);
    assert_int_equal(run(&theirs), ERR_MISSING);
    place = does(TWO_KEY_PROPOSE, CLK_WRITER, place);
    const struct two_key_proposal here = seen_by(CLK, place), there = seen_by(STI, place);
    assert_int_equal(here.step_count, 3);
    assert_int_equal(there.step_count, 1);
    assert_true(text_is(there.step[0].event, "propose"));
    assert_true(text_is(there.payload, "{\"by\":\"population\"}"));
    assert_true(hidden_from(FAL, place));
    assert_int_equal(waiting_for(STI_HEAD), 1);
    assert_int_equal(waiting_for(CLK_HEAD), 1);
    assert_int_equal(waiting_for(CLK_WRITER), 0);
    (void)does(TWO_KEY_AGREE, STI_HEAD, place);
    assert_int_equal(waiting_for(STI_HEAD), 0);
    assert_int_equal(waiting_for(CLK_HEAD), 1);
}

static void a_rule_refuses_by_name(void **state)
{
    static const int64_t nobody[] = { CLK, 99 };
    struct two_key_place place = proposal_of(test_wording());
    struct test_deed deed = deed_of(TWO_KEY_AGREE, CLK_WRITER, place);

    (void)state;
    refused(deed, TWO_KEY_PREPARED_IT);
    refused(deed_of(TWO_KEY_AGREE, STI_WRITER, place), TWO_KEY_NOT_AUTHORISED);
    refused(deed_of(TWO_KEY_WITHDRAW, STI_WRITER, place), TWO_KEY_NOT_ITS_COUNCIL);
    refused(deed_of(TWO_KEY_PROPOSE, CLK_WRITER, place), TWO_KEY_NOT_NOW);
    deed = deed_of(TWO_KEY_AGREE, STI_HEAD, place);
    deed.decision.minute = (struct text){ "", 0 };
    refused(deed, TWO_KEY_NO_DECISION);
    deed = deed_of(TWO_KEY_AGREE, STI_HEAD, place);
    deed.decision.evidence = text_of("0123456789abcdef0123456789abcdef");
    refused(deed, TWO_KEY_NO_FILE);
    deed = deed_of(TWO_KEY_RETURN, STI_HEAD, place);
    deed.reason = (struct text){ "", 0 };
    refused(deed, TWO_KEY_NO_REASON);
    deed = deed_of(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    deed.wording.council_count = 1;
    refused(deed, TWO_KEY_WRONG_COUNCILS);
    deed = deed_of(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    deed.wording.councils = nobody;
    refused(deed, TWO_KEY_WRONG_COUNCILS);
    refused(deed_of(TWO_KEY_CHANGE, STI_HEAD, nowhere), TWO_KEY_NOT_AUTHORISED);
    place = does(TWO_KEY_AGREE, STI_HEAD, place);
    refused(deed_of(TWO_KEY_AGREE, STI_HEAD, place), TWO_KEY_COUNCIL_HAS_AGREED);
    deed = deed_of(TWO_KEY_AGREE, STI_HEAD, place);
    deed.act.council = CLK;     /* the same person, in another council's name */
    refused(deed, TWO_KEY_PERSON_HAS_AGREED);
    assert_int_equal(asked_past("SELECT count(*) FROM two_key_agreement"), 1);
}

static void who_changed_a_draft_has_prepared_it(void **state)
{
    struct two_key_place place = does(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    struct test_deed change = deed_of(TWO_KEY_CHANGE, CLK_HEAD, place);

    (void)state;
    change.act.may_prepare = true;
    place = does(TWO_KEY_PROPOSE, CLK_WRITER, did(change));
    refused(deed_of(TWO_KEY_AGREE, CLK_HEAD, place), TWO_KEY_PREPARED_IT);
    assert_int_equal(seen_by(STI, place).key.preparer_count, 2);
}

static void what_is_returned_has_no_keys(void **state)
{
    struct two_key_place place = proposal_of(test_wording());

    (void)state;
    place = does(TWO_KEY_RETURN, STI_HEAD, does(TWO_KEY_AGREE, CLK_HEAD, place));
    const struct two_key_proposal kept = seen_by(CLK, place);
    assert_int_equal(kept.key.state, TWO_KEY_RETURNED);
    assert_true(text_is(kept.step[kept.step_count - 1].reason, "Pupils of which year?"));
    refused(deed_of(TWO_KEY_AGREE, STI_HEAD, place), TWO_KEY_NOT_NOW);
    assert_int_equal(in_force(CLK, AUGUST, INT64_MAX), 0);
    /* What was agreed to stays told. */
    assert_int_equal(kept.key.turn_count, 1);
}

static void other_words_need_all_keys_again(void **state)
{
    struct two_key_wording wording = test_wording();
    const struct two_key_place first = does(TWO_KEY_AGREE, STI_HEAD, proposal_of(wording));

    (void)state;
    wording.payload = text_of("{\"by\":\"population\"}");
    wording.replaces = first.id;
    const struct two_key_place second = proposal_of(wording);
    assert_int_equal(seen_by(STI, first).key.state, TWO_KEY_REPLACED);
    assert_int_equal(seen_by(STI, second).key.turn_count, 0);
    struct test_deed late = deed_of(TWO_KEY_AGREE, CLK_HEAD, first);
    assert_int_equal(run(&late), ERR_CONFLICT);
    (void)does(TWO_KEY_AGREE, STI_HEAD, does(TWO_KEY_AGREE, CLK_HEAD, second));
    assert_int_equal(in_force(STI, AUGUST, INT64_MAX), 1);
    wording.replaces = second.id;
    struct test_deed third = deed_of(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    third.wording = wording;
    refused(third, TWO_KEY_REPLACES_ANOTHER);
}

static void a_later_version_supersedes(void **state)
{
    struct two_key_wording wording = test_wording();

    (void)state;
    (void)agreed_of(wording);
    wording.effective.days = AUGUST + 100;
    (void)agreed_of(wording);
    assert_int_equal(in_force(CLK, AUGUST + 99, INT64_MAX), 1);
    assert_int_equal(in_force(CLK, AUGUST + 100, INT64_MAX), 2);
    wording.effective.days = AUGUST + 50;
    struct two_key_place place = does(TWO_KEY_AGREE, CLK_HEAD, proposal_of(wording));
    refused(deed_of(TWO_KEY_AGREE, STI_HEAD, place), TWO_KEY_OVERTAKES_UNSAID);
    assert_int_equal(asked_past("SELECT count(*) FROM two_key_agreement"), 5);
    wording.overtakes = true;
    (void)agreed_of(wording);
    assert_int_equal(in_force(CLK, AUGUST + 49, INT64_MAX), 1);
    assert_int_equal(in_force(CLK, AUGUST + 50, INT64_MAX), 3);
    assert_int_equal(in_force(CLK, AUGUST + 100, INT64_MAX), 3);
}

static void three_councils_are_three_keys(void **state)
{
    static const int64_t all[] = { CLK, STI, FAL };
    struct two_key_wording wording = test_wording();

    (void)state;
    (void)agreed_of(wording);
    wording.councils = all;
    wording.council_count = 3;
    struct two_key_place place = does(TWO_KEY_AGREE, STI_HEAD, proposal_of(wording));
    place = does(TWO_KEY_AGREE, CLK_HEAD, place);
    assert_int_equal(seen_by(FAL, place).key.state, TWO_KEY_PROPOSED);
    place = does(TWO_KEY_AGREE, FAL_HEAD, place);
    /* Another set of councils: another subject, whose first version this is. */
    assert_int_equal(seen_by(FAL, place).version, 1);
    assert_int_equal(in_force(CLK, AUGUST, INT64_MAX), 1);
}

/* The trail takes all of it, however it is written there. */
static void the_longest_text_is_proposed(void **state)
{
    static char payload[TWO_KEY_PAYLOAD_MAX];
    struct two_key_wording wording = test_wording();

    (void)state;
    memset(payload, '"', sizeof payload);
    wording.payload = (struct text){ payload, sizeof payload };
    const struct two_key_place place = proposal_of(wording);
    assert_int_equal(seen_by(STI, place).payload.size, sizeof payload);
}

static void a_list_is_filtered(void **state)
{
    struct two_key_wording wording = test_wording();
    struct look look = { .filter = { .council = STI, .kind = text_of("basis"),
                                     .subject = text_of("P02"), .councils = test_both,
                                     .council_count = 2, .rows = 2 } };
    const struct db_scope scope = { STI, &store.arena };

    (void)state;
    (void)proposal_of(wording);
    wording.subject = text_of("P02");
    for (int i = 0; i < 3; i++)
        (void)proposal_of(wording);
    assert_int_equal(db_read(store.db, scope, list_work, &look, NULL), OK);
    assert_int_equal(look.count, 2);
    assert_true(look.many[0].place.id > look.many[1].place.id);
    look.filter.below = look.many[1].place.id;
    assert_int_equal(db_read(store.db, scope, list_work, &look, NULL), OK);
    assert_int_equal(look.count, 1);
    assert_true(text_is(look.many[0].subject, "P02"));
}

/* --- two at once --- */

/* Both looked at what stood there before either wrote. */
static void who_saw_it_before_another_wrote_is_told(void **state)
{
    struct two_key_place seen = does(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    struct test_deed deed = deed_of(TWO_KEY_CHANGE, CLK_WRITER, seen);

    (void)state;
    deed.wording.payload = text_of("{\"by\":\"population\"}");
    const struct two_key_place now = did(deed);
    deed.wording.payload = text_of("{\"by\":\"area\"}");
    assert_int_equal(run(&deed), ERR_CONFLICT);
    assert_int_equal(deed.refusal, TWO_KEY_FINE);
    assert_non_null(strstr(said.text, "meanwhile"));
    assert_true(text_is(seen_by(CLK, now).payload, "{\"by\":\"population\"}"));
    seen = does(TWO_KEY_PROPOSE, CLK_WRITER, now);
    (void)does(TWO_KEY_AGREE, STI_HEAD, seen);
    deed = deed_of(TWO_KEY_AGREE, CLK_HEAD, seen);
    assert_int_equal(run(&deed), ERR_CONFLICT);
    assert_int_equal(seen_by(CLK, now).key.turn_count, 1);
}

struct racer {
    pthread_t        thread;
    struct arena     arena;
    struct test_deed deed;
    enum err         err;
    struct trouble   trouble;
};

static void *race(void *context)
{
    struct racer *racer = context;

    racer->err = test_deed_do(store.db, &racer->deed, &racer->trouble);
    return NULL;
}

static void of_two_at_once_one_is_told(void **state)
{
    static const char *const subjects[] = { "A", "B", "C", "D", "E", "F", "G", "H" };
    struct two_key_wording wording = test_wording();

    (void)state;
    for (size_t round = 0; round < COUNT(subjects); round++) {
        wording.subject = text_of(subjects[round]);
        const struct two_key_place place = does(TWO_KEY_AGREE, CLK_HEAD, proposal_of(wording));
        struct racer racers[2] = { 0 };
        for (int i = 0; i < 2; i++) {
            racers[i].deed = test_deed_of(&racers[i].arena, i == 0 ? TWO_KEY_AGREE
                                          : TWO_KEY_WITHDRAW, i == 0 ? STI_HEAD : CLK_WRITER,
                                          place);
            assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
        }
        for (int i = 0; i < 2; i++)
            assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
        const int winner = racers[0].err == OK ? 0 : 1;
        assert_int_equal(racers[winner].err, OK);
        if (racers[1 - winner].err != ERR_CONFLICT)
            fail_msg("%d: %s", racers[1 - winner].err, racers[1 - winner].trouble.text);
        assert_int_equal(seen_by(CLK, place).key.state, winner == 0 ? TWO_KEY_AGREED
                                                                    : TWO_KEY_WITHDRAWN);
        for (int i = 0; i < 2; i++)
            arena_free(&racers[i].arena);
    }
}

/* --- past the program --- */

/* What nobody may do, whatever program they use. Proposal 1 is proposed, with STI's key; 2 is a
 * draft; 3 is agreed. */
static const struct {
    const char *why, *sql;
} attempts[] = {
#define KEY "INSERT INTO two_key_agreement (two_key, council, partners, shared, account, login, "  \
            "agreed_at, body, decided, minute, evidence) VALUES "
    { "who prepared it agrees",
      KEY "(1, 1, ',1,2,', TRUE, 1, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "a second key of a council",
      KEY "(1, 2, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "two keys in one hand",
      KEY "(1, 1, ',1,2,', TRUE, 4, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "a council that is not named",
      KEY "(1, 3, ',1,2,', TRUE, 5, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "an agreement that its partner would not see",
      KEY "(1, 1, ',1,3,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "no account", KEY "(1, 1, ',1,2,', TRUE, 99, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "no body", KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, '', '2014-06-26', 'm', NULL)" },
    { "no date", KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', NULL, 'm', NULL)" },
    { "no minute", KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', '', NULL)" },
    { "decided too late",
      KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-08-02', 'm', NULL)" },
    { "a file that is not there",
      KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', 'none')" },
    { "a draft is agreed to",
      KEY "(2, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "one that is agreed",
      KEY "(3, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', NULL)" },
    { "a key is taken back", "DELETE FROM two_key_agreement WHERE two_key = 1" },
    { "a key is altered", "UPDATE two_key_agreement SET decided = '2014-01-01'" },
    { "other words after a key", "UPDATE two_key SET payload = 'x', revision = revision + 1 "
      "WHERE id = 1" },
    { "another day after a key", "UPDATE two_key SET effective = '2014-09-01', "
      "revision = revision + 1 WHERE id = 1" },
    { "other words once agreed", "UPDATE two_key SET payload = 'x', revision = revision + 1 "
      "WHERE id = 3" },
    { "agreed with one key", "UPDATE two_key SET state = 'agreed', version = 2, agreed_at = 1, "
      "revision = revision + 1 WHERE id = 1" },
    { "agreed from a draft", "UPDATE two_key SET state = 'agreed', version = 2, agreed_at = 1, "
      "shared = TRUE, revision = revision + 1 WHERE id = 2" },
    { "agreed at once", "INSERT INTO two_key (council, partners, shared, kind, subject, "
      "effective, overtakes, payload, preparers, state, version, agreed_at, made_at, revision) "
      "VALUES (1, ',1,2,', TRUE, 'basis', 'P01', '2014-08-01', FALSE, 'x', ',1,', 'agreed', 2, 1, "
      "1, 1)" },
    { "no longer agreed", "UPDATE two_key SET state = 'withdrawn', version = NULL, "
      "agreed_at = NULL, revision = revision + 1 WHERE id = 3" },
    { "back to a draft", "UPDATE two_key SET state = 'draft', shared = FALSE, "
      "revision = revision + 1 WHERE id = 1" },
    { "its preparer is forgotten", "UPDATE two_key SET preparers = ',2,', "
      "revision = revision + 1 WHERE id = 2" },
    { "a step without a number", "UPDATE two_key SET payload = 'x' WHERE id = 2" },
    { "another partner", "UPDATE two_key SET partners = ',1,3,', revision = revision + 1 "
      "WHERE id = 2" },
    { "alone", "INSERT INTO two_key (council, partners, shared, kind, subject, effective, "
      "overtakes, payload, preparers, state, made_at, revision) VALUES (1, ',1,', FALSE, 'basis', "
      "'P01', '2014-08-01', FALSE, 'x', ',1,', 'draft', 1, 1)" },
    { "a shared draft", "UPDATE two_key SET shared = TRUE, revision = revision + 1 WHERE id = 2" },
    { "a proposal goes", "DELETE FROM two_key WHERE id = 2" },
    { "history is altered", "UPDATE two_key_step SET reason = 'x'" },
    { "history goes", "DELETE FROM two_key_step WHERE two_key = 1" },
};

static void nobody_passes_the_laws_by_another_door(void **state)
{
    struct two_key_wording wording = test_wording();
    char text[TEST_PATH];

    (void)state;
    (void)does(TWO_KEY_AGREE, STI_HEAD, proposal_of(wording));
    (void)does(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    (void)agreed_of(wording);
    struct rival rival = rival_open(store.url);
    if (rival.file != NULL)
        rival_do(&rival, "PRAGMA foreign_keys = ON");
    for (size_t i = 0; i < COUNT(attempts); i++) {
        if (rival_ask(&rival, attempts[i].sql, text))
            fail_msg("it passed: %s", attempts[i].why);
    }
    /* With the last key, but no word that it overtakes what begins on the same day. */
    rival_do(&rival, KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', NULL)");
    assert_false(rival_ask(&rival, "UPDATE two_key SET state = 'agreed', version = 2, "
                           "agreed_at = 1, revision = revision + 1 WHERE id = 1", text));
    rival_close(&rival);
    assert_int_equal(in_force(CLK, AUGUST, INT64_MAX), 1);
}

/* --- what the program lets pass, the database does too --- */

#define PLACES 14
#define FIRST_DAYS 6

/* Versions in the order in which the last keys were turned. */
struct walk {
    struct two_key_place place[PLACES];
    int32_t              effective[PLACES];     /* of the place */
    size_t               places;
    int32_t              agreed[PLACES];        /* first days */
    size_t               versions, refusals;
};

static struct test_deed walk_deed(const struct walk *walk, struct chance *chance, size_t *at)
{
    static const enum two_key_event usual[] = { TWO_KEY_PROPOSE, TWO_KEY_AGREE, TWO_KEY_AGREE,
                                                TWO_KEY_AGREE, TWO_KEY_AGREE };
    const int who = (int)chance_below(chance, PEOPLE);
    struct test_deed deed;

    *at = chance_below(chance, walk->places + 1);
    if (*at == walk->places) {
        deed = deed_of(TWO_KEY_CHANGE, who, nowhere);
        if (walk->places > 0 && chance_one_in(chance, 3))
            deed.wording.replaces = walk->place[chance_below(chance, walk->places)].id;
    } else if (chance_one_in(chance, 8)) {
        deed = deed_of((enum two_key_event)chance_below(chance, TWO_KEY_EVENTS), who,
                       walk->place[*at]);
    } else {
        deed = deed_of(usual[chance_below(chance, COUNT(usual))], who, walk->place[*at]);
    }
    deed.act.may_prepare = deed.act.may_agree = true;
    deed.wording.effective.days = AUGUST + (int32_t)chance_below(chance, FIRST_DAYS);
    deed.wording.overtakes = chance_one_in(chance, 2);
    deed.decision.day.days = TODAY - (int32_t)chance_below(chance, 3);
    return deed;
}

static void walk_on(struct walk *walk, struct chance *chance)
{
    size_t at;
    struct test_deed deed = walk_deed(walk, chance, &at);

    if (at == PLACES)
        return;
    const enum err err = run(&deed);
    if (err != OK) {
        walk->refusals++;
        if (deed.refusal == TWO_KEY_FINE && err != ERR_MISSING &&
            strstr(said.text, "meanwhile") == NULL)
            fail_msg("not by a rule: %d: %s", err, said.text);
        return;
    }
    walk->place[at] = deed.after;
    walk->places += at == walk->places;
    if (deed.event == TWO_KEY_CHANGE)
        walk->effective[at] = deed.wording.effective.days;
    if (deed.version != 0)
        walk->agreed[walk->versions++] = walk->effective[at];
}

/* At any time every council is told the same, which is what the order of last keys says. */
static void walk_check(const struct walk *walk)
{
    for (int32_t day = AUGUST - 1; day <= AUGUST + FIRST_DAYS; day++) {
        int64_t expected = 0;
        for (size_t i = 0; i < walk->versions; i++)
            if (walk->agreed[i] <= day)
                expected = (int64_t)i + 1;
        assert_int_equal(in_force(CLK, day, INT64_MAX), expected);
        assert_int_equal(in_force(STI, day, INT64_MAX), expected);
    }
}

static void program_and_database_know_the_same_laws(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct walk walk = { .places = 0 };

    (void)state;
    for (long step = 0; step < test_cases; step++)
        walk_on(&walk, &chance);
    walk_check(&walk);
    printf("# %zu proposals, %zu versions, %zu refusals\n", walk.places, walk.versions,
           walk.refusals);
    assert_true(walk.versions > 1);
    assert_int_equal(asked_past("SELECT count(*) FROM two_key_step"),
                     asked_past("SELECT sum(revision) FROM two_key"));
    assert_int_equal(asked_past("SELECT max(version) FROM two_key"), (long)walk.versions);
}

/* --- PostgreSQL's row-level rights --- */

static void rival_acts(struct rival *rival, const char *council)
{
    char sql[128];

    (void)snprintf(sql, sizeof sql, "SET ochil.council = '%s'", council);
    rival_do(rival, sql);
}

static long rival_count(struct rival *rival, const char *sql)
{
    char text[TEST_PATH];
    bool answered = rival_ask(rival, sql, text);

    assert_true(answered);
    return strtol(text, NULL, 10);
}

static void another_council_turns_no_key_of_ours(void **state)
{
    char text[TEST_PATH];

    (void)state;
    (void)proposal_of(test_wording());
    (void)does(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    if (!test_on_server())
        return;
    struct rival rival = rival_open(store.url);
    rival_do(&rival, "SET ROLE " TEST_KEYS_ROLE);
    rival_acts(&rival, "2");
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key"), 1);
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key_step"), 1);
    assert_false(rival_ask(&rival, KEY "(1, 1, ',1,2,', TRUE, 2, 'x', 1, 'b', '2014-06-26', 'm', "
                           "NULL)", text));
    assert_true(rival_ask(&rival, KEY "(1, 2, ',1,2,', TRUE, 4, 'x', 1, 'b', '2014-06-26', 'm', "
                          "NULL)", text));
    rival_acts(&rival, "3");
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key"), 0);
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key_agreement"), 0);
    rival_acts(&rival, "");
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key"), 0);
    rival_acts(&rival, "1");
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key"), 2);
    assert_int_equal(rival_count(&rival, "SELECT count(*) FROM two_key_agreement"), 1);
    assert_false(rival_ask(&rival, "UPDATE two_key_step SET shared = TRUE", text));
    rival_close(&rival);
}

/* --- exports --- */

/* How many lines the file of an export has. */
static long lines_of(const char *folder, const char *name)
{
    char bytes[4096] = "";
    const size_t size = test_bytes_read(test_path(folder, name), bytes, sizeof bytes);
    long lines = 0;

    for (size_t i = 0; i < size; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static void an_export_holds_what_a_council_may_see(void **state)
{
    static const struct {
        int64_t     council;
        const char *folder;
        long        proposals, steps;
    } rows[] = { { CLK, "clk", 2, 4 }, { STI, "sti", 1, 2 }, { FAL, "fal", 0, 0 } };

    (void)state;
    (void)does(TWO_KEY_AGREE, STI_HEAD, proposal_of(test_wording()));
    (void)does(TWO_KEY_CHANGE, CLK_WRITER, nowhere);
    TEST_ARENA(&store.arena);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char folder[TEST_PATH];
        struct exported out = { 0 };
        (void)snprintf(folder, sizeof folder, "%s", test_path(store.folder, rows[i].folder));
        const struct exporting plan = { store.url, &real_outside, folder, rows[i].council, NULL };
        said = (struct trouble){ 0 };
        if (export_store(&plan, &store.arena, &out, &said) != OK)
            fail_msg("%s", said.text);
        assert_int_equal(lines_of(folder, "two_key.csv"), 1 + rows[i].proposals);
        assert_int_equal(lines_of(folder, "two_key_step.csv"), 1 + rows[i].steps);
        assert_int_equal(lines_of(folder, "two_key_agreement.csv"), 1 + (rows[i].council != FAL));
    }
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        ON_STORE(two_keys_make_a_version),
        ON_STORE(a_draft_is_its_councils_alone),
        ON_STORE(a_rule_refuses_by_name),
        ON_STORE(who_changed_a_draft_has_prepared_it),
        ON_STORE(what_is_returned_has_no_keys),
        ON_STORE(other_words_need_all_keys_again),
        ON_STORE(a_later_version_supersedes),
        ON_STORE(three_councils_are_three_keys),
        ON_STORE(the_longest_text_is_proposed),
        ON_STORE(a_list_is_filtered),
        ON_STORE(who_saw_it_before_another_wrote_is_told),
        ON_STORE(of_two_at_once_one_is_told),
        ON_STORE(nobody_passes_the_laws_by_another_door),
        ON_STORE(program_and_database_know_the_same_laws),
        ON_STORE(another_council_turns_no_key_of_ours),
        ON_STORE(an_export_holds_what_a_council_may_see),
    };

    test_chance_open(count, argument, 300L * TEST_CASES_DIVISOR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
