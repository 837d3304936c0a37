#include "register/two_key_rules.h"

#include <assert.h>

static const char *const words[TWO_KEY_STATES] = { "draft", "proposed", "agreed", "returned",
                                                   "withdrawn", "replaced" };

static const struct way {
    enum two_key_state from;
    enum two_key_event event;
    enum two_key_state to;
} ways[] = {
    { TWO_KEY_DRAFT,    TWO_KEY_CHANGE,   TWO_KEY_DRAFT },
    { TWO_KEY_DRAFT,    TWO_KEY_PROPOSE,  TWO_KEY_PROPOSED },
    { TWO_KEY_DRAFT,    TWO_KEY_WITHDRAW, TWO_KEY_WITHDRAWN },
    { TWO_KEY_PROPOSED, TWO_KEY_AGREE,    TWO_KEY_PROPOSED },
    { TWO_KEY_PROPOSED, TWO_KEY_COMPLETE, TWO_KEY_AGREED },
    { TWO_KEY_PROPOSED, TWO_KEY_RETURN,   TWO_KEY_RETURNED },
    { TWO_KEY_PROPOSED, TWO_KEY_WITHDRAW, TWO_KEY_WITHDRAWN },
    { TWO_KEY_PROPOSED, TWO_KEY_REPLACE,  TWO_KEY_REPLACED },
};

static const struct {
    enum err    err;
    const char *sentence;
} refusals[TWO_KEY_REFUSALS] = {
    [TWO_KEY_FINE] = { OK, "" },
    [TWO_KEY_NOT_NOW] = { ERR_CONFLICT, "A proposal that stands like this one cannot be changed "
                          "so." },
    [TWO_KEY_NOT_NAMED] = { ERR_RIGHTS, "Only the councils that a proposal names agree to it or "
                            "return it." },
    [TWO_KEY_NOT_ITS_COUNCIL] = { ERR_RIGHTS, "Only the council that made a proposal changes, "
                                  "proposes, withdraws or replaces it." },
    [TWO_KEY_NOT_AUTHORISED] = { ERR_RIGHTS, "The council acted for has not authorised this "
                                 "person to do so." },
    [TWO_KEY_PREPARED_IT] = { ERR_RIGHTS, "Whoever prepared a proposal does not agree to it." },
    [TWO_KEY_COUNCIL_HAS_AGREED] = { ERR_CONFLICT, "This council has agreed already." },
    [TWO_KEY_PERSON_HAS_AGREED] = { ERR_RIGHTS, "One person does not turn the keys of two "
                                    "councils." },
    [TWO_KEY_NO_DECISION] = { ERR_USAGE, "An agreement rests on a decision: its body, its date "
                              "and its minute are needed." },
    [TWO_KEY_DECIDED_AHEAD] = { ERR_USAGE, "The decision is dated after today." },
    [TWO_KEY_DECIDED_LATE] = { ERR_USAGE, "The decision is dated after the day on which the "
                               "proposal takes effect." },
    [TWO_KEY_NO_REASON] = { ERR_USAGE, "To return a proposal needs a reason." },
    [TWO_KEY_WORDS_LONG] = { ERR_USAGE, "A reason, a body or a minute has at most 1,000 bytes; the "
                             "text of a proposal has 1 to 60,000." },
    [TWO_KEY_WRONG_COUNCILS] = { ERR_USAGE, "A proposal names 2 to 32 different councils of this "
                                 "store, and the one that makes it is among them." },
    [TWO_KEY_NO_SUBJECT] = { ERR_USAGE, "A proposal has a subject: its kind in at most 64 bytes, "
                             "its name in at most 200." },
    [TWO_KEY_MANY_PREPARERS] = { ERR_CONFLICT, "More than 64 people have prepared this draft." },
    [TWO_KEY_OVERTAKES_UNSAID] = { ERR_CONFLICT, "A version that is agreed begins on this day or "
                                   "after it: a proposal that leaves it no day must say that it "
                                   "overtakes it." },
    [TWO_KEY_NO_FILE] = { ERR_USAGE, "The council has no such file as evidence." },
    [TWO_KEY_REPLACES_ANOTHER] = { ERR_CONFLICT, "A proposal stands for another one of its own "
                                   "council, subject and partners, which is not agreed." },
};

const char *two_key_refusal_sentence(enum two_key_refusal refusal)
{
    assert(refusal < TWO_KEY_REFUSALS);
    return refusals[refusal].sentence;
}

enum err two_key_refusal_err(enum two_key_refusal refusal)
{
    assert(refusal < TWO_KEY_REFUSALS);
    return refusals[refusal].err;
}

/* --- the life --- */

const char *two_key_state_word(enum two_key_state state)
{
    assert(state < TWO_KEY_STATES);
    return words[state];
}

bool two_key_state_of_word(struct text word, enum two_key_state *state)
{
    for (size_t i = 0; i < TWO_KEY_STATES; i++) {
        if (text_is(word, words[i])) {
            *state = (enum two_key_state)i;
            return true;
        }
    }
    return false;
}

bool two_key_state_after(enum two_key_state from, enum two_key_event event,
                         enum two_key_state *to)
{
    for (size_t i = 0; i < COUNT(ways); i++) {
        if (ways[i].from == from && ways[i].event == event) {
            *to = ways[i].to;
            return true;
        }
    }
    return false;
}

/* --- who may --- */

static bool is_among(const int64_t *numbers, size_t count, int64_t wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == wanted)
            return true;
    }
    return false;
}

static enum two_key_refusal judge_decision(const struct two_key *key,
                                           const struct two_key_deed *deed)
{
    if (deed->body.size == 0 || deed->minute.size == 0 || !deed->decided)
        return TWO_KEY_NO_DECISION;
    if (deed->body.size > TWO_KEY_WORDS_MAX || deed->minute.size > TWO_KEY_WORDS_MAX)
        return TWO_KEY_WORDS_LONG;
    if (deed->decided_days > deed->today_days)
        return TWO_KEY_DECIDED_AHEAD;
    return deed->decided_days > key->effective_days ? TWO_KEY_DECIDED_LATE : TWO_KEY_FINE;
}

static enum two_key_refusal judge_agreement(const struct two_key *key,
                                            const struct two_key_deed *deed)
{
    if (is_among(key->preparers, key->preparer_count, deed->account))
        return TWO_KEY_PREPARED_IT;
    for (size_t i = 0; i < key->turn_count; i++) {
        if (key->turns[i].council == deed->council)
            return TWO_KEY_COUNCIL_HAS_AGREED;
        if (key->turns[i].account == deed->account)
            return TWO_KEY_PERSON_HAS_AGREED;
    }
    return judge_decision(key, deed);
}

static enum two_key_refusal judge_return(const struct two_key_deed *deed)
{
    if (deed->reason.size == 0)
        return TWO_KEY_NO_REASON;
    return deed->reason.size > TWO_KEY_WORDS_MAX ? TWO_KEY_WORDS_LONG : TWO_KEY_FINE;
}

enum two_key_refusal two_key_judge(const struct two_key *key, const struct two_key_deed *deed)
{
    const bool agrees = deed->event == TWO_KEY_AGREE || deed->event == TWO_KEY_COMPLETE;
    const bool by_any = agrees || deed->event == TWO_KEY_RETURN;
    enum two_key_state to;

    if (by_any && !is_among(key->councils, key->council_count, deed->council))
        return TWO_KEY_NOT_NAMED;
    if (!by_any && deed->council != key->council)
        return TWO_KEY_NOT_ITS_COUNCIL;
    if (by_any ? !deed->may_agree : !deed->may_prepare)
        return TWO_KEY_NOT_AUTHORISED;
    if (!two_key_state_after(key->state, deed->event, &to))
        return TWO_KEY_NOT_NOW;
    if (agrees)
        return judge_agreement(key, deed);
    return deed->event == TWO_KEY_RETURN ? judge_return(deed) : TWO_KEY_FINE;
}

static bool ascend(const int64_t *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (numbers[i] <= numbers[i - 1])
            return false;
    }
    return numbers[0] > 0;
}

enum two_key_refusal two_key_judge_draft(const struct two_key *key, struct text kind,
                                         struct text subject, struct text payload)
{
    if (key->council_count < TWO_KEY_COUNCILS_MIN || key->council_count > TWO_KEY_COUNCILS_MAX ||
        !ascend(key->councils, key->council_count) ||
        !is_among(key->councils, key->council_count, key->council))
        return TWO_KEY_WRONG_COUNCILS;
    if (kind.size == 0 || kind.size > TWO_KEY_KIND_MAX || subject.size == 0 ||
        subject.size > TWO_KEY_SUBJECT_MAX)
        return TWO_KEY_NO_SUBJECT;
    if (payload.size == 0 || payload.size > TWO_KEY_PAYLOAD_MAX)
        return TWO_KEY_WORDS_LONG;
    return key->preparer_count > TWO_KEY_PREPARERS_MAX ? TWO_KEY_MANY_PREPARERS : TWO_KEY_FINE;
}

enum two_key_refusal two_key_stands_for(const struct two_key *key, const struct two_key *replaced,
                                        bool same_subject)
{
    if (!same_subject || key->council != replaced->council ||
        key->council_count != replaced->council_count ||
        memcmp(key->councils, replaced->councils, key->council_count * sizeof *key->councils) != 0)
        return TWO_KEY_REPLACES_ANOTHER;
    return replaced->state == TWO_KEY_DRAFT || replaced->state == TWO_KEY_AGREED
           ? TWO_KEY_REPLACES_ANOTHER : TWO_KEY_FINE;
}

bool two_key_lacks_one(const struct two_key *key)
{
    return key->turn_count + 1 == key->council_count;
}

/* --- what is in force --- */

enum two_key_refusal two_key_begins(const struct two_key *key,
                                    const struct two_key_version *version, size_t count)
{
    for (size_t i = 0; i < count && !key->overtakes; i++) {
        if (version[i].effective_days >= key->effective_days)
            return TWO_KEY_OVERTAKES_UNSAID;
    }
    return TWO_KEY_FINE;
}

const struct two_key_version *two_key_in_force(const struct two_key_version *version, size_t count,
                                               int32_t day, int64_t known_ms)
{
    const struct two_key_version *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (version[i].effective_days <= day && version[i].agreed_ms <= known_ms &&
            (found == NULL || version[i].number > found->number))
            found = &version[i];
    }
    return found;
}

int64_t two_key_next_number(const struct two_key_version *version, size_t count)
{
    int64_t highest = 0;

    for (size_t i = 0; i < count; i++)
        highest = version[i].number > highest ? version[i].number : highest;
    return highest + 1;
}
