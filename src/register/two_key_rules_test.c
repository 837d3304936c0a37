#include "register/two_key_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/test_random.h"

/* --- the life --- */

static const char *const life[TWO_KEY_STATES][TWO_KEY_EVENTS] = {
    /*                      change   propose     agree       complete  return      withdraw
                            replace */
    [TWO_KEY_DRAFT]     = { "draft", "proposed", "",         "",       "",         "withdrawn",
                            "" },
    [TWO_KEY_PROPOSED]  = { "",      "",         "proposed", "agreed", "returned", "withdrawn",
                            "replaced" },
    [TWO_KEY_AGREED]    = { "", "", "", "", "", "", "" },
    [TWO_KEY_RETURNED]  = { "", "", "", "", "", "", "" },
    [TWO_KEY_WITHDRAWN] = { "", "", "", "", "", "", "" },
    [TWO_KEY_REPLACED]  = { "", "", "", "", "", "", "" },
};

static void every_event_in_every_state(void **state)
{
    (void)state;
    for (enum two_key_state from = 0; from < TWO_KEY_STATES; from++) {
        for (enum two_key_event event = 0; event < TWO_KEY_EVENTS; event++) {
            enum two_key_state to = from;
            const bool goes = two_key_state_after(from, event, &to);
            assert_string_equal(goes ? two_key_state_word(to) : "", life[from][event]);
        }
    }
}

static void states_have_words(void **state)
{
    enum two_key_state read;

    (void)state;
    for (enum two_key_state is = 0; is < TWO_KEY_STATES; is++) {
        assert_true(two_key_state_of_word(text_of(two_key_state_word(is)), &read));
        assert_int_equal(read, is);
    }
    assert_false(two_key_state_of_word(text_of("Draft"), &read));
}

static void every_refusal_is_a_sentence(void **state)
{
    (void)state;
    assert_string_equal(two_key_refusal_sentence(TWO_KEY_FINE), "");
    assert_int_equal(two_key_refusal_err(TWO_KEY_FINE), OK);
    for (enum two_key_refusal is = TWO_KEY_FINE + 1; is < TWO_KEY_REFUSALS; is++) {
        const char *sentence = two_key_refusal_sentence(is);
        assert_true(strlen(sentence) > 20 && sentence[strlen(sentence) - 1] == '.');
        assert_int_not_equal(two_key_refusal_err(is), OK);
    }
}

/* --- who may --- */

#define CLK 1
#define STI 2
#define FAL 3
#define WRITER 70       /* prepared the proposal, for CLK */
#define CLK_HEAD 71
#define STI_HEAD 72

/* Proposed by CLK to take effect on day 100; STI's head has agreed if `turned`. */
static struct two_key proposed(bool turned)
{
    return (struct two_key){
        .state = TWO_KEY_PROPOSED, .council = CLK, .councils = { CLK, STI }, .council_count = 2,
        .preparers = { WRITER }, .preparer_count = 1, .turns = { { STI, STI_HEAD } },
        .turn_count = turned ? 1 : 0, .effective_days = 100,
    };
}

#define TEXT_OF(words) { words, sizeof words - 1 }

static const char long_words[TWO_KEY_PAYLOAD_MAX + 1];

#define MOST TWO_KEY_WORDS_MAX
#define UNDATED (-1)

static const struct {
    const char          *why;
    bool                 turned;            /* STI's key */
    enum two_key_event   event;
    int64_t              account, council;
    char                 may;               /* 'p'repare, 'a'gree */
    int32_t              today, decided;
    size_t               body, minute, reason;      /* bytes */
    enum two_key_refusal refusal;
} deeds[] = {
    { "the other council agrees", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 40, 3, 3, 0,
      TWO_KEY_FINE },
    { "its own council agrees too", true, TWO_KEY_AGREE, CLK_HEAD, CLK, 'a', 50, 40, MOST, MOST, 0,
      TWO_KEY_FINE },
    { "decided today", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 50, 3, 3, 0, TWO_KEY_FINE },
    { "decided tomorrow", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 51, 3, 3, 0,
      TWO_KEY_DECIDED_AHEAD },
    { "decided on its first day", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 100, 100, 3, 3, 0,
      TWO_KEY_FINE },
    { "recorded later", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 200, 100, 3, 3, 0,
      TWO_KEY_FINE },
    { "decided after it began", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 200, 101, 3, 3, 0,
      TWO_KEY_DECIDED_LATE },
    { "by who prepared it", false, TWO_KEY_AGREE, WRITER, CLK, 'a', 50, 40, 3, 3, 0,
      TWO_KEY_PREPARED_IT },
    { "by who prepared it, elsewhere", false, TWO_KEY_AGREE, WRITER, STI, 'a', 50, 40, 3, 3, 0,
      TWO_KEY_PREPARED_IT },
    { "one key twice", true, TWO_KEY_AGREE, 73, STI, 'a', 50, 40, 3, 3, 0,
      TWO_KEY_COUNCIL_HAS_AGREED },
    { "two keys in one hand", true, TWO_KEY_AGREE, STI_HEAD, CLK, 'a', 50, 40, 3, 3, 0,
      TWO_KEY_PERSON_HAS_AGREED },
    { "a third council", false, TWO_KEY_AGREE, 74, FAL, 'a', 50, 40, 3, 3, 0, TWO_KEY_NOT_NAMED },
    { "not authorised", false, TWO_KEY_AGREE, STI_HEAD, STI, 'p', 50, 40, 3, 3, 0,
      TWO_KEY_NOT_AUTHORISED },
    { "no body", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 40, 0, 3, 0, TWO_KEY_NO_DECISION },
    { "no minute", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 40, 3, 0, 0,
      TWO_KEY_NO_DECISION },
    { "no date", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, UNDATED, 3, 3, 0,
      TWO_KEY_NO_DECISION },
    { "a long body", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 40, MOST + 1, 3, 0,
      TWO_KEY_WORDS_LONG },
    { "a long minute", false, TWO_KEY_AGREE, STI_HEAD, STI, 'a', 50, 40, 3, MOST + 1, 0,
      TWO_KEY_WORDS_LONG },
    { "returned", true, TWO_KEY_RETURN, STI_HEAD, STI, 'a', 50, UNDATED, 0, 0, MOST,
      TWO_KEY_FINE },
    { "returned without a reason", false, TWO_KEY_RETURN, STI_HEAD, STI, 'a', 50, UNDATED, 0, 0, 0,
      TWO_KEY_NO_REASON },
    { "with a long one", false, TWO_KEY_RETURN, STI_HEAD, STI, 'a', 50, UNDATED, 0, 0, MOST + 1,
      TWO_KEY_WORDS_LONG },
    { "by a stranger", false, TWO_KEY_RETURN, 74, FAL, 'a', 50, UNDATED, 0, 0, 3,
      TWO_KEY_NOT_NAMED },
    { "withdrawn", true, TWO_KEY_WITHDRAW, WRITER, CLK, 'p', 50, UNDATED, 0, 0, 0, TWO_KEY_FINE },
    { "withdrawn by the other", true, TWO_KEY_WITHDRAW, WRITER, STI, 'p', 50, UNDATED, 0, 0, 0,
      TWO_KEY_NOT_ITS_COUNCIL },
    { "withdrawn without the right", false, TWO_KEY_WITHDRAW, WRITER, CLK, 'a', 50, UNDATED, 0, 0,
      0, TWO_KEY_NOT_AUTHORISED },
    { "changed by the other", false, TWO_KEY_CHANGE, WRITER, STI, 'p', 50, UNDATED, 0, 0, 0,
      TWO_KEY_NOT_ITS_COUNCIL },
    { "changed once proposed", false, TWO_KEY_CHANGE, WRITER, CLK, 'p', 50, UNDATED, 0, 0, 0,
      TWO_KEY_NOT_NOW },
    { "proposed twice", false, TWO_KEY_PROPOSE, WRITER, CLK, 'p', 50, UNDATED, 0, 0, 0,
      TWO_KEY_NOT_NOW },
};

static void deeds_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(deeds); i++) {
        const struct two_key key = proposed(deeds[i].turned);
        const struct two_key_deed deed = {
            .event = deeds[i].event, .account = deeds[i].account, .council = deeds[i].council,
            .may_prepare = deeds[i].may == 'p', .may_agree = deeds[i].may == 'a',
            .today_days = deeds[i].today, .body = { long_words, deeds[i].body },
            .minute = { long_words, deeds[i].minute }, .reason = { long_words, deeds[i].reason },
            .decided = deeds[i].decided != UNDATED, .decided_days = deeds[i].decided,
        };
        const enum two_key_refusal refusal = two_key_judge(&key, &deed);
        if (refusal != deeds[i].refusal)
            fail_msg("%s: %s", deeds[i].why, two_key_refusal_sentence(refusal));
    }
}

static void nothing_is_done_to_what_has_ended(void **state)
{
    struct two_key key = proposed(false);

    (void)state;
    for (key.state = TWO_KEY_AGREED; key.state < TWO_KEY_STATES; key.state++)
        for (enum two_key_event event = 0; event < TWO_KEY_EVENTS; event++)
            assert_int_equal(two_key_judge(&key, &(struct two_key_deed){
                .event = event, .account = CLK_HEAD, .council = CLK, .may_prepare = true,
                .may_agree = true }), TWO_KEY_NOT_NOW);
}

static void drafts_are_judged(void **state)
{
    static const struct {
        const char          *why;
        int64_t              councils[3];
        size_t               count, preparers;
        struct text          kind, subject;
        size_t               payload;
        enum two_key_refusal refusal;
    } rows[] = {
        { "two", { CLK, STI }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"), 2, TWO_KEY_FINE },
        { "three", { CLK, STI, FAL }, 3, 64, TEXT_OF("basis"), TEXT_OF("P01"),
          TWO_KEY_PAYLOAD_MAX, TWO_KEY_FINE },
        { "alone", { CLK }, 1, 1, TEXT_OF("basis"), TEXT_OF("P01"), 2, TWO_KEY_WRONG_COUNCILS },
        { "twice", { CLK, CLK }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"), 2,
          TWO_KEY_WRONG_COUNCILS },
        { "in another order", { STI, CLK }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"), 2,
          TWO_KEY_WRONG_COUNCILS },
        { "nobody", { 0, CLK }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"), 2,
          TWO_KEY_WRONG_COUNCILS },
        { "for others", { STI, FAL }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"), 2,
          TWO_KEY_WRONG_COUNCILS },
        { "no kind", { CLK, STI }, 2, 1, { "", 0 }, TEXT_OF("P01"), 2, TWO_KEY_NO_SUBJECT },
        { "no subject", { CLK, STI }, 2, 1, TEXT_OF("basis"), { "", 0 }, 2, TWO_KEY_NO_SUBJECT },
        { "a long subject", { CLK, STI }, 2, 1, TEXT_OF("basis"), { long_words, 201 }, 2,
          TWO_KEY_NO_SUBJECT },
        { "no text", { CLK, STI }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"), 0,
          TWO_KEY_WORDS_LONG },
        { "a long text", { CLK, STI }, 2, 1, TEXT_OF("basis"), TEXT_OF("P01"),
          TWO_KEY_PAYLOAD_MAX + 1, TWO_KEY_WORDS_LONG },
        { "a crowd", { CLK, STI }, 2, 65, TEXT_OF("basis"), TEXT_OF("P01"), 2,
          TWO_KEY_MANY_PREPARERS },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct two_key key = { .council = CLK, .council_count = rows[i].count,
                               .preparer_count = rows[i].preparers };
        memcpy(key.councils, rows[i].councils, sizeof rows[i].councils);
        const enum two_key_refusal refusal = two_key_judge_draft(
            &key, rows[i].kind, rows[i].subject, (struct text){ long_words, rows[i].payload });
        if (refusal != rows[i].refusal)
            fail_msg("%s: %s", rows[i].why, two_key_refusal_sentence(refusal));
    }
}

static void thirty_two_councils_and_no_more(void **state)
{
    struct two_key key = { .council = 5, .council_count = TWO_KEY_COUNCILS_MAX };
    const struct text word = TEXT_OF("x");

    (void)state;
    for (size_t i = 0; i < TWO_KEY_COUNCILS_MAX; i++)
        key.councils[i] = (int64_t)i + 1;
    assert_int_equal(two_key_judge_draft(&key, word, word, word), TWO_KEY_FINE);
    key.turn_count = 30;
    assert_false(two_key_lacks_one(&key));
    key.turn_count = 31;
    assert_true(two_key_lacks_one(&key));
    key.council_count++;
    assert_int_equal(two_key_judge_draft(&key, word, word, word), TWO_KEY_WRONG_COUNCILS);
}

static void one_stands_for_another(void **state)
{
    static const enum two_key_refusal by_state[TWO_KEY_STATES] = {
        TWO_KEY_REPLACES_ANOTHER, TWO_KEY_FINE, TWO_KEY_REPLACES_ANOTHER, TWO_KEY_FINE,
        TWO_KEY_FINE, TWO_KEY_FINE,
    };
    const struct two_key key = proposed(false);
    struct two_key old = key;

    (void)state;
    for (old.state = 0; old.state < TWO_KEY_STATES; old.state++)
        assert_int_equal(two_key_stands_for(&key, &old, true), by_state[old.state]);
    old.state = TWO_KEY_PROPOSED;
    assert_int_equal(two_key_stands_for(&key, &old, false), TWO_KEY_REPLACES_ANOTHER);
    old.council = STI;
    assert_int_equal(two_key_stands_for(&key, &old, true), TWO_KEY_REPLACES_ANOTHER);
    old = key;
    old.councils[1] = FAL;
    assert_int_equal(two_key_stands_for(&key, &old, true), TWO_KEY_REPLACES_ANOTHER);
}

/* --- what is in force --- */

/* From day 10; then from 20; the third overtakes the second, from day 15. */
static const struct two_key_version versions[] = { { 1, 10, 1000 }, { 2, 20, 2000 },
                                                   { 3, 15, 3000 } };

static void a_later_one_supersedes(void **state)
{
    static const struct {
        size_t  count;
        int32_t day;
        int64_t known, number;      /* 0: none */
    } rows[] = {
        { 0, 10, 9000, 0 }, { 1, 9, 9000, 0 }, { 1, 10, 9000, 1 }, { 2, 19, 9000, 1 },
        { 2, 20, 9000, 2 }, { 3, 14, 9000, 1 }, { 3, 15, 9000, 3 }, { 3, 20, 9000, 3 },
        { 3, 20, 2999, 2 }, { 3, 20, 1000, 1 }, { 3, 20, 999, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct two_key_version *found = two_key_in_force(versions, rows[i].count,
                                                               rows[i].day, rows[i].known);
        assert_int_equal(found == NULL ? 0 : found->number, rows[i].number);
    }
    assert_int_equal(two_key_next_number(versions, 0), 1);
    assert_int_equal(two_key_next_number(versions, 3), 4);
}

static void overtaking_is_said(void **state)
{
    struct two_key key = proposed(true);

    (void)state;
    for (key.effective_days = 9; key.effective_days < 23; key.effective_days++) {
        key.overtakes = false;
        assert_int_equal(two_key_begins(&key, versions, 2), key.effective_days > 20
                         ? TWO_KEY_FINE : TWO_KEY_OVERTAKES_UNSAID);
        assert_int_equal(two_key_begins(&key, versions, 0), TWO_KEY_FINE);
        key.overtakes = true;
        assert_int_equal(two_key_begins(&key, versions, 2), TWO_KEY_FINE);
    }
}

/* --- laws, of random histories of one subject --- */

#define PROPOSALS 6
#define STEPS 60
#define PEOPLE 7
#define DAYS 12

/* What happened, as somebody would note it down who knows no rules: nothing is ever taken out. */
struct note {
    size_t             proposal;
    enum two_key_event event;
    int64_t            account, council;
    int32_t            decided;
};

struct history {
    struct two_key         key[PROPOSALS];
    struct two_key_version version[PROPOSALS];
    size_t                 of[PROPOSALS];       /* the version's proposal */
    size_t                 version_count;
    struct note            note[STEPS];
    size_t                 note_count;
    size_t                 councils;
};

static void history_begin(struct history *history, struct chance *chance)
{
    *history = (struct history){ .councils = 2 + chance_below(chance, 3) };
    for (size_t i = 0; i < PROPOSALS; i++) {
        struct two_key *key = &history->key[i];
        *key = (struct two_key){
            .council = 1 + (int64_t)chance_below(chance, history->councils),
            .council_count = history->councils, .preparer_count = 1,
            .effective_days = (int32_t)chance_below(chance, DAYS),
            .overtakes = chance_one_in(chance, 2),
        };
        key->preparers[0] = (int64_t)chance_below(chance, PEOPLE);
        for (size_t council = 0; council < history->councils; council++)
            key->councils[council] = (int64_t)council + 1;
    }
}

/* Does it, if the rules let it; as the store does. */
static void history_step(struct history *history, struct chance *chance)
{
    const size_t at = chance_below(chance, PROPOSALS);
    struct two_key *key = &history->key[at];
    struct two_key_deed deed = {
        .event = (enum two_key_event)chance_below(chance, TWO_KEY_EVENTS),
        .account = (int64_t)chance_below(chance, PEOPLE),
        .council = 1 + (int64_t)chance_below(chance, history->councils + 1),
        .may_prepare = !chance_one_in(chance, 5), .may_agree = !chance_one_in(chance, 5),
        .today_days = (int32_t)chance_below(chance, DAYS),
        .reason = { "x", chance_below(chance, 2) }, .body = TEXT_OF("x"), .minute = TEXT_OF("y"),
        .decided = true, .decided_days = (int32_t)chance_below(chance, DAYS),
    };

    /* Ends are rare, so that agreements are not. */
    if (deed.event >= TWO_KEY_COMPLETE && !chance_one_in(chance, 6))
        deed.event = key->state == TWO_KEY_DRAFT ? TWO_KEY_PROPOSE : TWO_KEY_AGREE;
    if (two_key_judge(key, &deed) != TWO_KEY_FINE)
        return;
    if (deed.event == TWO_KEY_COMPLETE)
        deed.event = TWO_KEY_AGREE;
    if (deed.event == TWO_KEY_AGREE && two_key_lacks_one(key)) {
        if (two_key_begins(key, history->version, history->version_count) != TWO_KEY_FINE)
            return;
        deed.event = TWO_KEY_COMPLETE;
        history->of[history->version_count] = at;
        history->version[history->version_count] = (struct two_key_version){
            two_key_next_number(history->version, history->version_count), key->effective_days,
            (int64_t)history->note_count };
        history->version_count++;
    }
    if (deed.event == TWO_KEY_CHANGE)
        key->preparers[key->preparer_count++] = deed.account;
    if (deed.event == TWO_KEY_AGREE || deed.event == TWO_KEY_COMPLETE)
        key->turns[key->turn_count++] = (struct two_key_turn){ deed.council, deed.account };
    assert_true(two_key_state_after(key->state, deed.event, &key->state));
    history->note[history->note_count++] = (struct note){ at, deed.event, deed.account,
                                                          deed.council, deed.decided_days };
}

static bool noted(const struct history *history, size_t until, size_t proposal,
                  enum two_key_event event, int64_t account)
{
    for (size_t i = 0; i < until; i++) {
        const struct note *note = &history->note[i];
        if (note->proposal == proposal && note->event == event &&
            (account < 0 || note->account == account))
            return true;
    }
    return false;
}

static bool is_agreement(const struct note *note, size_t proposal)
{
    return note->proposal == proposal &&
           (note->event == TWO_KEY_AGREE || note->event == TWO_KEY_COMPLETE);
}

/* From the notes alone: how many councils agreed to the proposal, by persons who did not write it
 * and no two the same, on decisions not after its first day; asserts that there is no other. */
static size_t agreed_to(const struct history *history, size_t proposal)
{
    const struct two_key *key = &history->key[proposal];
    size_t count = 0;

    for (size_t i = 0; i < history->note_count; i++) {
        const struct note *note = &history->note[i];
        if (!is_agreement(note, proposal))
            continue;
        count++;
        assert_true(noted(history, i, proposal, TWO_KEY_PROPOSE, -1));
        assert_true(note->account != key->preparers[0]);
        assert_false(noted(history, history->note_count, proposal, TWO_KEY_CHANGE,
                           note->account));
        assert_true(note->decided <= key->effective_days);
        for (size_t j = 0; j < i; j++)
            assert_false(is_agreement(&history->note[j], proposal) &&
                         (history->note[j].council == note->council ||
                          history->note[j].account == note->account));
    }
    return count;
}

/* From the notes alone, day after day and agreement after agreement: what begins later in the
 * notes wins from its first day on. -1: nothing is in force. */
static long slowly_in_force(const struct history *history, int32_t day, size_t known)
{
    long found = -1;

    for (size_t i = 0; i <= known && i < history->note_count; i++) {
        const struct note *note = &history->note[i];
        if (note->event == TWO_KEY_COMPLETE &&
            history->key[note->proposal].effective_days <= day)
            found = (long)note->proposal;
    }
    return found;
}

static void history_check(const struct history *history)
{
    for (size_t i = 0; i < PROPOSALS; i++) {
        const size_t agreed = agreed_to(history, i);
        assert_true(agreed <= history->councils);
        assert_int_equal(agreed == history->councils, history->key[i].state == TWO_KEY_AGREED);
    }
    for (int32_t day = -1; day <= DAYS; day++) {
        for (size_t known = 0; known <= history->note_count; known++) {
            const struct two_key_version *version = two_key_in_force(
                history->version, history->version_count, day, (int64_t)known);
            const long found = version == NULL ? -1
                               : (long)history->of[version - history->version];
            assert_int_equal(found, slowly_in_force(history, day, known));
        }
    }
}

/* What does not say so takes no day from a version that was agreed before it began. */
static void overtaken_only_by_who_says_so(const struct history *history)
{
    for (size_t early = 0; early < history->version_count; early++) {
        bool said = false;
        for (size_t late = early + 1; late < history->version_count; late++)
            said = said || history->key[history->of[late]].overtakes;
        const struct two_key_version *first = two_key_in_force(
            history->version, history->version_count, history->version[early].effective_days,
            INT64_MAX);
        assert_true(said || first == &history->version[early]);
    }
}

/* Whoever asks for what was known at a moment is told the same for ever. */
static void history_keeps_its_past(struct history *history, struct chance *chance)
{
    const size_t known = history->note_count;
    long before[DAYS];

    for (int32_t day = 0; day < DAYS; day++)
        before[day] = slowly_in_force(history, day, known == 0 ? 0 : known - 1);
    for (int i = 0; i < 10 && history->note_count < STEPS && known > 0; i++)
        history_step(history, chance);
    for (int32_t day = 0; day < DAYS && known > 0; day++) {
        const struct two_key_version *version = two_key_in_force(
            history->version, history->version_count, day, (int64_t)known - 1);
        assert_int_equal(version == NULL ? -1 : (long)history->of[version - history->version],
                         before[day]);
    }
}

static void a_version_has_every_key_and_a_day_one_version(void **state)
{
    size_t agreed = 0, several = 0;

    (void)state;
    for (long number = 0; number < test_cases; number++) {
        struct chance chance = chance_of(test_seed + (uint64_t)number);
        struct history history;
        history_begin(&history, &chance);
        for (int i = 0; i < 150 && history.note_count + 11 < STEPS; i++)
            history_step(&history, &chance);
        history_keeps_its_past(&history, &chance);
        history_check(&history);
        overtaken_only_by_who_says_so(&history);
        agreed += history.version_count;
        several += history.version_count > 1;
    }
    printf("# %zu versions; %zu histories with several\n", agreed, several);
    assert_true(several > (size_t)test_cases / 20);
}

static void the_order_of_keys_does_not_matter(void **state)
{
    (void)state;
    for (long number = 0; number < test_cases; number++) {
        struct chance chance = chance_of(test_seed + (uint64_t)number);
        struct two_key key = proposed(false);
        int64_t order[TWO_KEY_COUNCILS_MAX] = { 0 };

        key.council_count = 2 + chance_below(&chance, TWO_KEY_COUNCILS_MAX - 1);
        for (size_t i = 0; i < key.council_count; i++) {
            const size_t other = chance_below(&chance, i + 1);
            key.councils[i] = (int64_t)i + 1;
            order[i] = order[other];
            order[other] = (int64_t)i + 1;
        }
        for (size_t i = 0; i < key.council_count; i++) {
            const struct two_key_deed deed = {
                .event = TWO_KEY_AGREE, .account = 100 + order[i], .council = order[i],
                .may_agree = true, .today_days = 50, .body = TEXT_OF("x"), .minute = TEXT_OF("y"),
                .decided = true, .decided_days = 40,
            };
            assert_int_equal(two_key_judge(&key, &deed), TWO_KEY_FINE);
            assert_int_equal(two_key_lacks_one(&key), i + 1 == key.council_count);
            key.turns[key.turn_count++] = (struct two_key_turn){ order[i], 100 + order[i] };
        }
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_in_every_state),
        cmocka_unit_test(states_have_words),
        cmocka_unit_test(every_refusal_is_a_sentence),
        cmocka_unit_test(deeds_are_judged),
        cmocka_unit_test(nothing_is_done_to_what_has_ended),
        cmocka_unit_test(drafts_are_judged),
        cmocka_unit_test(thirty_two_councils_and_no_more),
        cmocka_unit_test(one_stands_for_another),
        cmocka_unit_test(a_later_one_supersedes),
        cmocka_unit_test(overtaking_is_said),
        cmocka_unit_test(a_version_has_every_key_and_a_day_one_version),
        cmocka_unit_test(the_order_of_keys_does_not_matter),
    };

    test_chance_open(count, argument, 4000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
