#include "register/two_key_store.h"

#include <assert.h>
#include <stdio.h>

#include "base/arena.h"
#include "identity/actor.h"
#include "register/register_sql.h"
#include "store/trail_log.h"

/* Lists of numbers are kept as texts that LIKE finds a number in: ",1,2,". */

static struct text numbers_text(struct arena *arena, const int64_t *numbers, size_t count)
{
    const char *text = ",";

    for (size_t i = 0; i < count; i++)
        text = arena_print(arena, "%s%lld,", text, (long long)numbers[i]);
    return text_of(text);
}

static bool numbers_read(struct text text, int64_t *numbers, size_t most, size_t *count)
{
    *count = 0;
    for (size_t at = 1; at < text.size; (*count)++) {
        const size_t digits = text_digits(text, at);
        if (digits == 0 || digits > 18 || *count == most || at + digits == text.size)
            return false;
        numbers[*count] = 0;
        for (size_t end = at + digits; at < end; at++)
            numbers[*count] = numbers[*count] * 10 + (text.data[at] - '0');
        at++;
    }
    return *count > 0;
}

/* --- reading --- */

static enum err proposal_read(struct statement *row, struct arena *arena,
                              struct two_key_proposal *out, struct trouble *trouble)
{
    struct two_key *key = &out->key;

    *out = (struct two_key_proposal){
        .place = { column_int(row, 0), column_int(row, 15) },
        .partners = text_keep(arena, column_text(row, 2)),
        .shared = column_bool(row, 3),
        .kind = text_keep(arena, column_text(row, 4)),
        .subject = text_keep(arena, column_text(row, 5)),
        .replaces = column_int(row, 6),
        .payload = text_keep(arena, column_text(row, 9)),
        .version = column_int(row, 12),
        .agreed_at = column_moment(row, 13),
        .made_at = column_moment(row, 14),
    };
    key->council = column_int(row, 1);
    key->effective_days = column_day(row, 7).days;
    key->overtakes = column_bool(row, 8);
    if (!two_key_state_of_word(column_text(row, 11), &key->state) ||
        !numbers_read(out->partners, key->councils, COUNT(key->councils), &key->council_count) ||
        !numbers_read(column_text(row, 10), key->preparers, COUNT(key->preparers),
                      &key->preparer_count))
        return fail(trouble, ERR_CHECK, "proposal %lld is damaged", (long long)out->place.id);
    return OK;
}

static enum err agreements_read(struct tx *tx, struct arena *arena, int64_t council,
                                struct two_key_proposal *proposal, struct trouble *trouble)
{
    struct two_key *key = &proposal->key;
    struct statement *ask;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_two_key_agreements, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, proposal->place.id);
    bind_int(ask, 2, council);
    proposal->agreement = arena_take(arena, key->council_count, sizeof *proposal->agreement);
    while ((err = statement_step(ask, &row, trouble)) == OK && row) {
        if (key->turn_count == key->council_count)
            return fail(trouble, ERR_CHECK, "proposal %lld has more keys than councils",
                        (long long)proposal->place.id);
        proposal->agreement[key->turn_count] = (struct two_key_agreement){
            .council = column_int(ask, 0), .account = column_int(ask, 1),
            .login = text_keep(arena, column_text(ask, 2)), .agreed_at = column_moment(ask, 3),
            .decision = { text_keep(arena, column_text(ask, 4)),
                          text_keep(arena, column_text(ask, 6)), true,
                          column_day(ask, 5), text_keep(arena, column_text(ask, 7)) },
        };
        key->turns[key->turn_count++] = (struct two_key_turn){ column_int(ask, 0),
                                                               column_int(ask, 1) };
    }
    return err;
}

static enum err steps_read(struct tx *tx, struct arena *arena, int64_t council,
                           struct two_key_proposal *proposal, struct trouble *trouble)
{
    struct statement *ask;
    size_t room = 8;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_two_key_steps, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, proposal->place.id);
    bind_int(ask, 2, council);
    proposal->step = arena_take(arena, room, sizeof *proposal->step);
    while ((err = statement_step(ask, &row, trouble)) == OK && row) {
        if (proposal->step_count == room) {
            proposal->step = arena_grow(arena, proposal->step, room, room * 2,
                                        sizeof *proposal->step);
            room *= 2;
        }
        proposal->step[proposal->step_count++] = (struct two_key_step){
            column_int(ask, 0), column_int(ask, 1), column_moment(ask, 2),
            text_keep(arena, column_text(ask, 3)), text_keep(arena, column_text(ask, 4)),
            text_keep(arena, column_text(ask, 5)),
        };
    }
    return err;
}

/* `id` 0: all that the filter lets pass. `out` has room for its rows. */
static enum err list(struct tx *tx, struct arena *arena, const struct two_key_filter *filter,
                     int64_t id, struct two_key_proposal *out, size_t *count,
                     struct trouble *trouble)
{
    const struct text any = { "", 0 };
    struct statement *ask;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_two_key_list, &ask, trouble);

    *count = 0;
    if (err != OK)
        return err;
    bind_int(ask, 1, filter->council);
    bind_int(ask, 2, id);
    bind_text(ask, 3, filter->kind.size > 0 ? filter->kind : any);
    bind_text(ask, 4, filter->subject.size > 0 ? filter->subject : any);
    bind_text(ask, 5, filter->councils == NULL ? any
                      : numbers_text(arena, filter->councils, filter->council_count));
    bind_int(ask, 6, filter->waiting_for);
    bind_int(ask, 7, filter->below > 0 ? filter->below : INT64_MAX);
    bind_int(ask, 8, filter->rows);
    while (err == OK && (err = statement_step(ask, &row, trouble)) == OK && row)
        err = proposal_read(ask, arena, &out[(*count)++], trouble);
    for (size_t i = 0; i < *count && err == OK; i++)
        err = agreements_read(tx, arena, filter->council, &out[i], trouble);
    return err;
}

enum err two_key_list(struct tx *tx, struct arena *arena, const struct two_key_filter *filter,
                      struct two_key_proposal **out, size_t *count, struct trouble *trouble)
{
    assert(filter->rows > 0 && filter->rows <= TWO_KEY_ROWS_MAX);
    *out = arena_take(arena, (size_t)filter->rows, sizeof **out);
    return list(tx, arena, filter, 0, *out, count, trouble);
}

enum err two_key_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                      struct two_key_proposal *out, struct trouble *trouble)
{
    const struct two_key_filter filter = { .council = council, .rows = 1 };
    size_t count = 0;

    *out = (struct two_key_proposal){ 0 };
    /* 0 asks for all. */
    enum err err = id > 0 ? list(tx, arena, &filter, id, out, &count, trouble) : OK;

    if (err == OK && count == 0)
        return fail(trouble, ERR_MISSING, "there is no proposal %lld", (long long)id);
    return err == OK ? steps_read(tx, arena, council, out, trouble) : err;
}

/* --- what is in force --- */

struct versions {
    struct two_key_version *version;
    int64_t                *id;         /* of the proposals */
    size_t                  count;
};

static enum err versions_read(struct tx *tx, struct arena *arena, const struct two_key_asked *asked,
                              struct versions *out, struct trouble *trouble)
{
    struct statement *ask;
    size_t room = 8;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_two_key_versions, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, asked->council);
    bind_text(ask, 2, asked->kind);
    bind_text(ask, 3, asked->subject);
    bind_text(ask, 4, numbers_text(arena, asked->councils, asked->council_count));
    *out = (struct versions){ arena_take(arena, room, sizeof *out->version),
                              arena_take(arena, room, sizeof *out->id), 0 };
    while ((err = statement_step(ask, &row, trouble)) == OK && row) {
        if (out->count == room) {
            out->version = arena_grow(arena, out->version, room, room * 2, sizeof *out->version);
            out->id = arena_grow(arena, out->id, room, room * 2, sizeof *out->id);
            room *= 2;
        }
        out->version[out->count] = (struct two_key_version){
            column_int(ask, 0), column_day(ask, 1).days, column_int(ask, 2),
        };
        out->id[out->count++] = column_int(ask, 3);
    }
    return err;
}

enum err two_key_ask(struct tx *tx, struct arena *arena, const struct two_key_asked *asked,
                     struct two_key_proposal *out, bool *found, struct trouble *trouble)
{
    struct versions versions;
    enum err err = versions_read(tx, arena, asked, &versions, trouble);

    *found = false;
    if (err != OK)
        return err;
    const struct two_key_version *version =
        two_key_in_force(versions.version, versions.count, asked->day.days, asked->known.ms);
    if (version == NULL)
        return OK;
    *found = true;
    return two_key_load(tx, arena, asked->council, versions.id[version - versions.version], out,
                        trouble);
}

/* --- taking a step --- */

static enum err refuse(enum two_key_refusal is, enum two_key_refusal *refusal,
                       struct trouble *trouble)
{
    if (refusal != NULL)
        *refusal = is;
    if (is == TWO_KEY_FINE)
        return OK;
    return fail(trouble, two_key_refusal_err(is), "%s", two_key_refusal_sentence(is));
}

struct step {
    const char *event;              /* as the store has it */
    struct text after;              /* for the trail */
    struct text reason;
};

/* The row of the proposal's history that made it what it is now, and the entry of the trail. */
static enum err step_record(struct tx *tx, const struct two_key_act *act,
                            const struct two_key_proposal *proposal, const struct step *step,
                            struct trouble *trouble)
{
    const struct text none = { "", 0 };
    char action[32], id[24];
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_two_key_step_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, proposal->place.id);
    bind_int(add, 2, proposal->place.revision);
    bind_int(add, 3, act->council);
    bind_text(add, 4, proposal->partners);
    bind_bool(add, 5, proposal->shared);
    bind_moment(add, 6, act->now);
    bind_text(add, 7, act->login);
    bind_text(add, 8, text_of(step->event));
    bind_text(add, 9, step->reason.size > 0 ? step->reason : none);
    if ((err = statement_run(add, NULL, trouble)) != OK)
        return err;
    (void)snprintf(action, sizeof action, "two_key.%s", step->event);
    (void)snprintf(id, sizeof id, "%lld", (long long)proposal->place.id);
    const struct trail_event event = {
        .now = act->now, .actor = act->login, .council = act->council,
        .shared = proposal->shared, .action = text_of(action),
        .subject_kind = text_of("two_key"), .subject_id = text_of(id),
        .after = { step->after, false },
        .why = { step->reason.size > 0 ? step->reason : (struct text){ 0 }, false },
        .request = act->request,
    };
    return trail_append(tx, act->outside, &event, NULL, trouble);
}

/* What a trail must tell of a proposal: its whole content. */
static struct text content_text(struct arena *arena, const struct two_key_proposal *proposal)
{
    char day[DB_DAY_TEXT];

    db_day_print((struct db_day){ proposal->key.effective_days }, day);
    return text_of(arena_print(arena, "%.*s %.*s between %.*s from %s%s: %.*s",
                               TEXT(proposal->kind), TEXT(proposal->subject),
                               TEXT(proposal->partners), day,
                               proposal->key.overtakes ? ", overtaking" : "",
                               TEXT(proposal->payload)));
}

/* Brings the proposal where the event leads. `proposal` is told too. */
static enum err move(struct tx *tx, const struct two_key_act *act,
                     struct two_key_proposal *proposal, enum two_key_event event,
                     struct trouble *trouble)
{
    struct statement *set;
    int64_t changed = 0;
    bool goes = two_key_state_after(proposal->key.state, event, &proposal->key.state);
    enum err err = tx_prepare(tx, &sql_two_key_move, &set, trouble);

    assert(goes);
    if (err != OK)
        return err;
    proposal->shared = proposal->shared || proposal->key.state == TWO_KEY_PROPOSED;
    bind_int(set, 1, proposal->place.id);
    bind_int(set, 2, proposal->place.revision++);
    bind_text(set, 3, text_of(two_key_state_word(proposal->key.state)));
    bind_bool(set, 4, proposal->shared);
    if (event == TWO_KEY_COMPLETE) {
        bind_int(set, 5, proposal->version);
        bind_moment(set, 6, act->now);
    } else {
        bind_null(set, 5);
        bind_null(set, 6);
    }
    bind_int(set, 7, act->council);
    if ((err = statement_run(set, &changed, trouble)) != OK)
        return err;
    return changed == 1 ? OK : fail(trouble, ERR_CONFLICT, "somebody changed proposal %lld "
                                    "meanwhile", (long long)proposal->place.id);
}

static struct two_key_deed deed_of(const struct two_key_act *act, enum two_key_event event)
{
    return (struct two_key_deed){
        .event = event, .account = act->account, .council = act->council,
        .may_prepare = act->may_prepare, .may_agree = act->may_agree,
        .today_days = day_of(act->now).days,
    };
}

/* What every step begins with: the proposal as it is, the one that was seen, and the rules. */
static enum err begin(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                      const struct two_key_place *place, const struct two_key_deed *deed,
                      struct two_key_proposal *proposal, enum two_key_refusal *refusal,
                      struct trouble *trouble)
{
    enum err err = two_key_load(tx, arena, act->council, place->id, proposal, trouble);

    if (err != OK)
        return err;
    if (proposal->place.revision != place->revision)
        return fail(trouble, ERR_CONFLICT, "somebody changed proposal %lld meanwhile",
                    (long long)place->id);
    return refuse(two_key_judge(&proposal->key, deed), refusal, trouble);
}

/* --- preparing --- */

static void prepared_by(struct two_key *key, int64_t account)
{
    for (size_t i = 0; i < key->preparer_count; i++) {
        if (key->preparers[i] == account)
            return;
    }
    /* One too many is counted and not kept; the rules refuse it. */
    if (key->preparer_count < TWO_KEY_PREPARERS_MAX)
        key->preparers[key->preparer_count] = account;
    key->preparer_count++;
}

static void bind_wording(struct statement *to, int first, struct arena *arena,
                         const struct two_key_proposal *proposal)
{
    bind_day(to, first, (struct db_day){ proposal->key.effective_days });
    bind_bool(to, first + 1, proposal->key.overtakes);
    bind_text(to, first + 2, proposal->payload);
    bind_text(to, first + 3, numbers_text(arena, proposal->key.preparers,
                                          proposal->key.preparer_count));
}

static enum err replaced_check(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                               const struct two_key_proposal *proposal,
                               struct two_key_proposal *replaced, enum two_key_refusal *refusal,
                               struct trouble *trouble)
{
    enum err err = two_key_load(tx, arena, act->council, proposal->replaces, replaced, trouble);

    if (err != OK)
        return err;
    return refuse(two_key_stands_for(&proposal->key, &replaced->key,
                                     text_equal(proposal->kind, replaced->kind) &&
                                     text_equal(proposal->subject, replaced->subject)),
                  refusal, trouble);
}

/* Nobody else could turn the key of a council that is not there. */
static enum err councils_check(struct tx *tx, const struct two_key_proposal *proposal,
                               enum two_key_refusal *refusal, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_two_key_councils_there, &ask, trouble);

    if (err != OK)
        return err;
    bind_text(ask, 1, proposal->partners);
    if ((err = statement_one(ask, trouble)) != OK)
        return err;
    const bool all = column_int(ask, 0) == (int64_t)proposal->key.council_count;
    statement_end(ask);
    return refuse(all ? TWO_KEY_FINE : TWO_KEY_WRONG_COUNCILS, refusal, trouble);
}

static enum err draft_insert(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                             struct two_key_proposal *proposal, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_two_key_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, act->council);
    bind_text(add, 2, proposal->partners);
    bind_text(add, 3, proposal->kind);
    bind_text(add, 4, proposal->subject);
    if (proposal->replaces == 0)
        bind_null(add, 5);
    else
        bind_int(add, 5, proposal->replaces);
    bind_wording(add, 6, arena, proposal);
    bind_moment(add, 10, act->now);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    proposal->place = (struct two_key_place){ column_int(add, 0), 1 };
    statement_end(add);
    return OK;
}

enum err two_key_draft(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                       const struct two_key_wording *wording, struct two_key_place *place,
                       enum two_key_refusal *refusal, struct trouble *trouble)
{
    struct two_key_deed deed = deed_of(act, TWO_KEY_CHANGE);
    struct two_key_proposal replaced, proposal = {
        .kind = wording->kind, .subject = wording->subject, .payload = wording->payload,
        .replaces = wording->replaces,
        .key = { .council = act->council, .council_count = wording->council_count,
                 .effective_days = wording->effective.days, .overtakes = wording->overtakes },
    };

    for (size_t i = 0; i < wording->council_count && i < TWO_KEY_COUNCILS_MAX; i++)
        proposal.key.councils[i] = wording->councils[i];
    prepared_by(&proposal.key, act->account);
    enum err err = refuse(two_key_judge_draft(&proposal.key, wording->kind, wording->subject,
                                              wording->payload), refusal, trouble);
    if (err == OK)
        err = refuse(two_key_judge(&proposal.key, &deed), refusal, trouble);
    if (err == OK && wording->replaces != 0)
        err = replaced_check(tx, arena, act, &proposal, &replaced, refusal, trouble);
    if (err != OK)
        return err;
    proposal.partners = numbers_text(arena, proposal.key.councils, proposal.key.council_count);
    err = councils_check(tx, &proposal, refusal, trouble);
    if (err == OK)
        err = draft_insert(tx, arena, act, &proposal, trouble);
    if (err != OK)
        return err;
    *place = proposal.place;
    const struct step step = { "prepare", content_text(arena, &proposal), { 0 } };
    return step_record(tx, act, &proposal, &step, trouble);
}

static enum err draft_update(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                             struct two_key_proposal *proposal, struct trouble *trouble)
{
    struct statement *set;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_two_key_change, &set, trouble);

    if (err != OK)
        return err;
    bind_int(set, 1, proposal->place.id);
    bind_int(set, 2, act->council);
    bind_int(set, 3, proposal->place.revision++);
    bind_wording(set, 4, arena, proposal);
    if ((err = statement_run(set, &changed, trouble)) != OK)
        return err;
    assert(changed == 1);   /* it was read in this transaction */
    return OK;
}

enum err two_key_change(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                        struct two_key_place *place, const struct two_key_wording *wording,
                        enum two_key_refusal *refusal, struct trouble *trouble)
{
    const struct two_key_deed deed = deed_of(act, TWO_KEY_CHANGE);
    struct two_key_proposal proposal;
    enum err err = begin(tx, arena, act, place, &deed, &proposal, refusal, trouble);

    if (err != OK)
        return err;
    proposal.key.effective_days = wording->effective.days;
    proposal.key.overtakes = wording->overtakes;
    proposal.payload = wording->payload;
    prepared_by(&proposal.key, act->account);
    err = refuse(two_key_judge_draft(&proposal.key, proposal.kind, proposal.subject,
                                     proposal.payload), refusal, trouble);
    if (err == OK)
        err = draft_update(tx, arena, act, &proposal, trouble);
    if (err != OK)
        return err;
    *place = proposal.place;
    const struct step step = { "change", content_text(arena, &proposal), { 0 } };
    return step_record(tx, act, &proposal, &step, trouble);
}

/* --- proposing, taking back --- */

/* The one that this proposal stands for is open no longer. */
static enum err replace(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                        const struct two_key_proposal *by, enum two_key_refusal *refusal,
                        struct trouble *trouble)
{
    struct two_key_proposal replaced;
    enum err err = replaced_check(tx, arena, act, by, &replaced, refusal, trouble);

    if (err != OK || replaced.key.state != TWO_KEY_PROPOSED)
        return err;
    if ((err = move(tx, act, &replaced, TWO_KEY_REPLACE, trouble)) != OK)
        return err;
    const struct step step = { "replace", text_of(arena_print(arena, "by %lld",
                                                              (long long)by->place.id)), { 0 } };
    return step_record(tx, act, &replaced, &step, trouble);
}

enum err two_key_propose(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                         struct two_key_place *place, enum two_key_refusal *refusal,
                         struct trouble *trouble)
{
    const struct two_key_deed deed = deed_of(act, TWO_KEY_PROPOSE);
    struct two_key_proposal proposal;
    enum err err = begin(tx, arena, act, place, &deed, &proposal, refusal, trouble);

    if (err == OK && proposal.replaces != 0)
        err = replace(tx, arena, act, &proposal, refusal, trouble);
    if (err == OK)
        err = move(tx, act, &proposal, TWO_KEY_PROPOSE, trouble);
    if (err != OK)
        return err;
    *place = proposal.place;
    const struct step step = { "propose", content_text(arena, &proposal), { 0 } };
    return step_record(tx, act, &proposal, &step, trouble);
}

enum err two_key_return(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                        struct two_key_place *place, struct text reason,
                        enum two_key_refusal *refusal, struct trouble *trouble)
{
    struct two_key_deed deed = deed_of(act, TWO_KEY_RETURN);
    struct two_key_proposal proposal;

    deed.reason = reason;
    enum err err = begin(tx, arena, act, place, &deed, &proposal, refusal, trouble);
    if (err == OK)
        err = move(tx, act, &proposal, TWO_KEY_RETURN, trouble);
    if (err != OK)
        return err;
    *place = proposal.place;
    const struct step step = { "return", { 0 }, reason };
    return step_record(tx, act, &proposal, &step, trouble);
}

enum err two_key_withdraw(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                          struct two_key_place *place, enum two_key_refusal *refusal,
                          struct trouble *trouble)
{
    const struct two_key_deed deed = deed_of(act, TWO_KEY_WITHDRAW);
    struct two_key_proposal proposal;
    enum err err = begin(tx, arena, act, place, &deed, &proposal, refusal, trouble);

    if (err == OK)
        err = move(tx, act, &proposal, TWO_KEY_WITHDRAW, trouble);
    if (err != OK)
        return err;
    *place = proposal.place;
    const struct step step = { "withdraw", { 0 }, { 0 } };
    return step_record(tx, act, &proposal, &step, trouble);
}

/* --- agreeing --- */

static enum err evidence_check(struct tx *tx, const struct two_key_act *act, struct text evidence,
                               enum two_key_refusal *refusal, struct trouble *trouble)
{
    struct statement *ask;
    bool there = false;
    enum err err;

    if (evidence.size == 0)
        return OK;
    if ((err = tx_prepare(tx, &sql_two_key_evidence_there, &ask, trouble)) != OK)
        return err;
    bind_text(ask, 1, evidence);
    bind_int(ask, 2, act->council);
    if ((err = statement_step(ask, &there, trouble)) != OK)
        return err;
    statement_end(ask);
    return refuse(there ? TWO_KEY_FINE : TWO_KEY_NO_FILE, refusal, trouble);
}

static enum err agreement_add(struct tx *tx, const struct two_key_act *act,
                              const struct two_key_proposal *proposal,
                              const struct two_key_decision *decision, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_two_key_agreement_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, proposal->place.id);
    bind_int(add, 2, act->council);
    bind_text(add, 3, proposal->partners);
    bind_int(add, 4, act->account);
    bind_text(add, 5, act->login);
    bind_moment(add, 6, act->now);
    bind_text(add, 7, decision->body);
    bind_day(add, 8, decision->day);
    bind_text(add, 9, decision->minute);
    if (decision->evidence.size > 0)
        bind_text(add, 10, decision->evidence);
    else
        bind_null(add, 10);
    return statement_run(add, NULL, trouble);
}

/* The version that the proposal would become. */
static enum err next_version(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                             struct two_key_proposal *proposal, enum two_key_refusal *refusal,
                             struct trouble *trouble)
{
    const struct two_key_asked asked = { act->council, proposal->kind, proposal->subject,
                                         proposal->key.councils, proposal->key.council_count,
                                         { 0 }, { 0 } };
    struct versions versions;
    enum err err = versions_read(tx, arena, &asked, &versions, trouble);

    if (err != OK)
        return err;
    proposal->version = two_key_next_number(versions.version, versions.count);
    return refuse(two_key_begins(&proposal->key, versions.version, versions.count), refusal,
                  trouble);
}

static struct text decision_text(struct arena *arena, const struct two_key_proposal *proposal,
                                 const struct two_key_decision *decision)
{
    char day[DB_DAY_TEXT];

    db_day_print(decision->day, day);
    const char *version = proposal->version == 0 ? ""
                          : arena_print(arena, "; version %lld", (long long)proposal->version);
    return text_of(arena_print(arena, "%.*s, %s, %.*s%s%.*s%s", TEXT(decision->body), day,
                               TEXT(decision->minute),
                               decision->evidence.size > 0 ? ", evidence " : "",
                               TEXT(decision->evidence), version));
}

enum err two_key_agree(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                       struct two_key_place *place, const struct two_key_decision *decision,
                       int64_t *version, enum two_key_refusal *refusal, struct trouble *trouble)
{
    struct two_key_deed deed = deed_of(act, TWO_KEY_AGREE);
    struct two_key_proposal proposal;

    *version = 0;
    deed.body = decision->body;
    deed.minute = decision->minute;
    deed.decided = decision->decided;
    deed.decided_days = decision->day.days;
    enum err err = begin(tx, arena, act, place, &deed, &proposal, refusal, trouble);
    const bool last = err == OK && two_key_lacks_one(&proposal.key);
    if (err == OK)
        err = evidence_check(tx, act, decision->evidence, refusal, trouble);
    if (last && err == OK)
        err = next_version(tx, arena, act, &proposal, refusal, trouble);
    if (err == OK)
        err = agreement_add(tx, act, &proposal, decision, trouble);
    if (err == OK)
        err = move(tx, act, &proposal, last ? TWO_KEY_COMPLETE : TWO_KEY_AGREE, trouble);
    if (err != OK)
        return err;
    *version = proposal.version;
    *place = proposal.place;
    const struct step step = { last ? "complete" : "agree",
                               decision_text(arena, &proposal, decision), { 0 } };
    return step_record(tx, act, &proposal, &step, trouble);
}
