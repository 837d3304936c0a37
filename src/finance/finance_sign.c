#include "finance/finance_sign.h"

#include "finance/finance_sql.h"
#include "finance/finance_facts.h"
#include "store/job.h"
#include "store/trail_log.h"

/* --- reading --- */

static struct text kept_text(struct statement *row, struct arena *arena, int column)
{
    return column_null(row, column) ? text_of("") : text_keep(arena, column_text(row, column));
}

static int64_t number_or_0(struct statement *row, int column)
{
    return column_null(row, column) ? 0 : column_int(row, column);
}

static struct period_signature signature_take(struct statement *row, struct arena *arena)
{
    return (struct period_signature){
        .id = column_int(row, 0), .council = column_int(row, 1), .run = column_int(row, 2),
        .outputs = kept_text(row, arena, 3), .account = column_int(row, 4),
        .login = kept_text(row, arena, 5), .signed_at = column_moment(row, 6),
        .undone_at = { number_or_0(row, 7) }, .undone_for = number_or_0(row, 8),
        .undone_by = kept_text(row, arena, 9), .undone_why = kept_text(row, arena, 10),
    };
}

static enum err prepare(struct tx *tx, const struct query *query,
                        const struct period_place *place, struct statement **out,
                        struct trouble *trouble)
{
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_text(*out, 1, place->year);
    bind_int(*out, 2, place->index + 1);
    return OK;
}

enum err period_signatures_load(struct tx *tx, struct arena *arena,
                                const struct period_place *place, struct period_signatures *out,
                                struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = prepare(tx, &sql_period_signature_list, place, &list, trouble);

    *out = (struct period_signatures){ .count = 0 };
    if (err != OK)
        return err;
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->signature = arena_grow(arena, out->signature, out->count, out->count + 1,
                                    sizeof *out->signature);
        out->signature[out->count++] = signature_take(list, arena);
    }
    return err;
}

static bool stands(const struct period_signature *signature)
{
    return signature->undone_at.ms == 0;
}

const struct period_signature *period_signature_of(const struct period_signatures *signatures,
                                                   int64_t council)
{
    for (size_t i = 0; i < signatures->count; i++)
        if (stands(&signatures->signature[i]) && signatures->signature[i].council == council)
            return &signatures->signature[i];
    return NULL;
}

enum err period_lock_load(struct tx *tx, struct arena *arena, const struct period_place *place,
                          struct period_lock *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = prepare(tx, &sql_period_lock_list, place, &list, trouble);

    if (err != OK)
        return err;
    err = statement_step(list, &row, trouble);
    if (err != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *out = (struct period_lock){
        .run = column_int(list, 1), .outputs = kept_text(list, arena, 2),
        .locked_at = column_moment(list, 3), .locked_for = column_int(list, 4),
        .locked_by = kept_text(list, arena, 5), .job = number_or_0(list, 6) };
    statement_end(list);
    return OK;
}

/* --- the trail --- */

/* Every council reads what happens to a period. */
struct entry {
    const struct happening    *happening;
    int64_t                    council;
    struct text                login;
    const struct period_place *place;
    const char                *action;
    const char                *after;
    struct text                why;         /* data NULL: none */
};

static enum err record(struct tx *tx, struct arena *arena, const struct entry *entry,
                       struct trouble *trouble)
{
    const struct trail_event event = {
        .now = entry->happening->now, .actor = entry->login, .council = entry->council,
        .shared = true, .action = text_of(entry->action),
        .subject_kind = text_of("joint_period"),
        .subject_id = text_of(arena_print(arena, "%.*s/P%02d", TEXT(entry->place->year),
                                          entry->place->index + 1)),
        .after = { text_of(entry->after), false }, .why = { entry->why, false },
        .request = entry->happening->request,
    };

    return trail_append(tx, entry->happening->outside, &event, NULL, trouble);
}

static struct entry entry_of(const struct period_deed *deed, const char *action,
                             const char *after)
{
    return (struct entry){ deed->happening, deed->actor->acting, text_of(deed->actor->login),
                           &deed->place, action, after, { NULL, 0 } };
}

/* --- steps --- */

static enum err no_longer(struct trouble *trouble)
{
    return fail(trouble, ERR_CONFLICT, "The period is not as it was when you looked: look again.");
}

static enum err set_state(struct tx *tx, const struct period_deed *deed, enum period_state from,
                          enum period_state to, struct trouble *trouble)
{
    struct statement *set;
    int64_t changed = 0;
    enum err err = prepare(tx, &sql_period_state_set, &deed->place, &set, trouble);

    if (err != OK)
        return err;
    bind_text(set, 3, text_of(period_state_word(from)));
    bind_text(set, 4, text_of(period_state_word(to)));
    bind_moment(set, 5, deed->happening->now);
    bind_text(set, 6, text_of(deed->actor->login));
    err = statement_run(set, &changed, trouble);
    return err != OK || changed == 1 ? err : no_longer(trouble);
}

static enum err undo_one(struct tx *tx, struct arena *arena, const struct period_undoing *undoing,
                         const struct period_signature *signature, struct trouble *trouble)
{
    const struct entry entry = {
        undoing->happening, undoing->council, undoing->login, &undoing->place,
        "money.period.unsign", arena_print(arena, "signature %lld under run %lld",
                                           (long long)signature->id, (long long)signature->run),
        text_of(undoing->why) };
    struct statement *undo;
    enum err err = tx_prepare(tx, &sql_period_signature_undo, &undo, trouble);

    if (err != OK)
        return err;
    bind_int(undo, 1, signature->id);
    bind_moment(undo, 2, undoing->happening->now);
    bind_int(undo, 3, undoing->council);
    bind_text(undo, 4, undoing->login);
    bind_text(undo, 5, text_of(undoing->why));
    err = statement_run(undo, NULL, trouble);
    return err != OK ? err : record(tx, arena, &entry, trouble);
}

enum err period_sign_undo(struct tx *tx, struct arena *arena,
                          const struct period_undoing *undoing, struct trouble *trouble)
{
    struct period_signatures signatures;
    struct period_lock lock;
    enum err err = period_lock_load(tx, arena, &undoing->place, &lock, trouble);

    if (err != ERR_MISSING)
        return err;
    err = period_signatures_load(tx, arena, &undoing->place, &signatures, trouble);
    for (size_t i = 0; i < signatures.count && err == OK; i++)
        if (stands(&signatures.signature[i]))
            err = undo_one(tx, arena, undoing, &signatures.signature[i], trouble);
    return err;
}

static enum err undo_by(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                        struct text why, struct trouble *trouble)
{
    const struct period_undoing undoing = {
        deed->happening, deed->actor->acting, text_of(deed->actor->login), deed->place,
        arena_print(arena, "%.*s", TEXT(why)) };

    return period_sign_undo(tx, arena, &undoing, trouble);
}

enum err period_soft_close(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                           struct trouble *trouble)
{
    const struct entry entry = entry_of(deed, "money.period.soft", "closed softly");
    enum err err = set_state(tx, deed, PERIOD_OPEN, PERIOD_SOFT, trouble);

    return err != OK ? err : record(tx, arena, &entry, trouble);
}

static enum err judge_why(struct text why, struct trouble *trouble)
{
    return why.size > 0 && why.size <= PERIOD_WHY_MOST
               ? OK : fail(trouble, ERR_USAGE, "Say why, in at most 1000 bytes.");
}

enum err period_open_again(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                           struct text why, struct trouble *trouble)
{
    struct entry entry = entry_of(deed, "money.period.open", "open");
    enum err err = judge_why(why, trouble);

    entry.why = why;
    if (err == OK)
        err = set_state(tx, deed, PERIOD_SOFT, PERIOD_OPEN, trouble);
    if (err == OK)
        err = undo_by(tx, arena, deed, why, trouble);
    return err != OK ? err : record(tx, arena, &entry, trouble);
}

enum err period_refuse(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                       struct text why, struct trouble *trouble)
{
    struct period_signatures signatures;
    struct period_lock lock;
    struct entry entry = entry_of(deed, "money.period.refuse", "signatures are taken back");
    size_t standing = 0;
    enum err err = judge_why(why, trouble);

    entry.why = why;
    if (err != OK)
        return err;
    err = period_lock_load(tx, arena, &deed->place, &lock, trouble);
    if (err != ERR_MISSING)
        return err != OK ? err : fail(trouble, ERR_CONFLICT, "The period is locked: what is wrong "
                                      "in it is corrected in the next open one.");
    err = period_signatures_load(tx, arena, &deed->place, &signatures, trouble);
    for (size_t i = 0; i < signatures.count && err == OK; i++)
        standing += stands(&signatures.signature[i]);
    if (err == OK && standing == 0)
        return fail(trouble, ERR_CONFLICT, "No signature stands that could be taken back.");
    if (err == OK)
        err = undo_by(tx, arena, deed, why, trouble);
    return err != OK ? err : record(tx, arena, &entry, trouble);
}

enum err period_say_nothing(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                            struct trouble *trouble)
{
    const struct entry entry = entry_of(deed, "money.period.nothing", "no lines");
    enum period_state state[PERIODS];
    struct statement *add;
    int64_t added = 0;
    enum err err = joint_periods_load(tx, deed->place.year, state, trouble);

    if (err == OK)
        err = prepare(tx, &sql_period_nothing_add, &deed->place, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 3, deed->actor->acting);
    bind_moment(add, 4, deed->happening->now);
    bind_text(add, 5, text_of(deed->actor->login));
    err = statement_run(add, &added, trouble);
    return err != OK || added == 0 ? err : record(tx, arena, &entry, trouble);
}

/* --- closed softly --- */

enum err period_soft_load(struct tx *tx, struct text year, unsigned *soft,
                          struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_soft_list, &list, trouble);

    *soft = 0;
    if (err != OK)
        return err;
    bind_text(list, 1, year);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        *soft |= 1U << (column_int(list, 0) - 1);
    return err;
}

const char *period_soft_first(struct arena *arena, unsigned soft)
{
    int index = 0;

    while (index < PERIODS - 1 && (soft & 1U << index) == 0)
        index++;
    return arena_print(arena, "P%02d", index + 1);
}

enum err import_late_why(struct tx *tx, int64_t council, int64_t import, struct text why,
                         struct trouble *trouble)
{
    struct statement *set;

    if (why.size > PERIOD_WHY_MOST)
        return fail(trouble, ERR_CONFLICT, "Say why in at most 1000 bytes.");
    enum err err = tx_prepare(tx, &sql_ledger_import_late_set, &set, trouble);
    if (err != OK)
        return err;
    bind_int(set, 1, council);
    bind_int(set, 2, import);
    bind_text(set, 3, why);
    return statement_run(set, NULL, trouble);
}

enum err import_is_explained(struct tx *tx, int64_t council, int64_t import, bool *explained,
                             struct trouble *trouble)
{
    struct statement *read;
    enum err err = tx_prepare(tx, &sql_ledger_import_late, &read, trouble);

    if (err != OK)
        return err;
    bind_int(read, 1, council);
    bind_int(read, 2, import);
    if ((err = statement_one(read, trouble)) != OK)
        return err;
    *explained = column_bool(read, 0);
    statement_end(read);
    return OK;
}

/* --- signing --- */

struct signing {
    struct arena             *arena;
    const struct period_deed *deed;
    struct period_known       known;
    int64_t                   run;
    struct text               outputs;
};

/* Is it for this council and person to sign, as things stand? */
static enum err may_sign(struct signing *signing, struct trouble *trouble)
{
    const struct period_known *known = &signing->known;
    const enum period_check check = period_check_first(signing->arena, &known->facts);

    if (check <= CHECK_RUN)
        return fail(trouble, ERR_CONFLICT, "%s: %s", period_check_title(check),
                    period_check(signing->arena, &known->facts, check).words);
    if (known->run.id != signing->run || (known->run.state == RUN_CLOSED &&
                                          !text_equal(known->outputs, signing->outputs)))
        return fail(trouble, ERR_CONFLICT, "Another run came meanwhile: look at that one before "
                    "you sign it.");
    if (check < PERIOD_CHECKS)
        return fail(trouble, ERR_CONFLICT, "%s: %s", period_check_title(check),
                    period_check(signing->arena, &known->facts, check).words);
    if (!period_run_is_by_others(known, signing->deed->actor->login))
        return fail(trouble, ERR_CONFLICT, "You began this run yourself: let somebody else work the "
                    "period out, too; it is signed when that comes to the same.");
    return OK;
}

static enum err add_signature(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct signing *signing = context;
    const struct actor *actor = signing->deed->actor;
    struct statement *add;
    enum err err = prepare(tx, &sql_period_signature_add, &signing->deed->place, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 3, actor->acting);
    bind_int(add, 4, signing->run);
    bind_text(add, 5, signing->known.outputs);
    bind_int(add, 6, actor->account);
    bind_text(add, 7, text_of(actor->login));
    bind_moment(add, 8, signing->deed->happening->now);
    return statement_run(add, NULL, trouble);
}

static enum err sign(struct tx *tx, struct signing *signing, struct trouble *trouble)
{
    const struct entry entry = entry_of(
        signing->deed, "money.period.sign",
        arena_print(signing->arena, "run %lld, outputs %.*s", (long long)signing->run,
                    TEXT(signing->known.outputs)));
    enum err err = tx_attempt(tx, add_signature, signing, trouble);

    if (err == ERR_CONFLICT) {
        const bool person = strcmp(tx_constraint(tx),
                                   "period_signature_year_number_account_key") == 0;
        *trouble = (struct trouble){ .text = "" };
        return !person ? no_longer(trouble)
            : fail(trouble, err, "You have signed for another council: each signs by its own "
                   "head of finance.");
    }
    if (err == OK && signing->known.state == PERIOD_OPEN)
        err = set_state(tx, signing->deed, PERIOD_OPEN, PERIOD_SOFT, trouble);
    return err != OK ? err : record(tx, signing->arena, &entry, trouble);
}

/* Do all councils stand behind the run, with the one that was just added? */
static bool is_complete(const struct signing *signing)
{
    const struct period_known *known = &signing->known;
    size_t behind = 1;

    for (size_t i = 0; i < known->signatures.count; i++)
        behind += stands(&known->signatures.signature[i]) &&
                  known->signatures.signature[i].run == signing->run;
    return behind == known->councils.count;
}

static enum err add_job(struct tx *tx, const struct signing *signing, int64_t *job,
                        struct trouble *trouble)
{
    const struct period_deed *deed = signing->deed;
    const struct text name = text_of(arena_print(signing->arena, "%.*s/P%02d",
                                                 TEXT(deed->place.year), deed->place.index + 1));
    const struct job_order order = {
        .now = deed->happening->now, .kind = text_of(PERIOD_BUNDLE_JOB),
        .council = deed->actor->acting, .asked_by = text_of(deed->actor->login),
        .arguments = name, .priority = JOB_PRIORITY_USUAL, .idempotency = name,
        .request = deed->happening->request,
    };

    return job_add(tx, deed->happening->outside, &order, job, trouble);
}

static enum err lock(struct tx *tx, const struct signing *signing, struct trouble *trouble)
{
    const struct period_deed *deed = signing->deed;
    const struct entry entry = entry_of(
        deed, "money.period.lock",
        arena_print(signing->arena, "run %lld, outputs %.*s", (long long)signing->run,
                    TEXT(signing->known.outputs)));
    struct statement *add;
    int64_t job;
    enum err err = add_job(tx, signing, &job, trouble);

    if (err == OK)
        err = prepare(tx, &sql_period_lock_add, &deed->place, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 3, signing->run);
    bind_text(add, 4, signing->known.outputs);
    bind_moment(add, 5, deed->happening->now);
    bind_int(add, 6, deed->actor->acting);
    bind_text(add, 7, text_of(deed->actor->login));
    bind_int(add, 8, job);
    err = statement_run(add, NULL, trouble);
    if (err == OK)
        err = set_state(tx, deed, PERIOD_SOFT, PERIOD_LOCKED, trouble);
    return err != OK ? err : record(tx, signing->arena, &entry, trouble);
}

/* The council's signature stands already: by this click's twin, or by a colleague. */
static enum err find_earlier(struct signing *signing, enum period_signed *came, bool *found,
                             struct trouble *trouble)
{
    const struct period_signature *own = period_signature_of(&signing->known.signatures,
                                                             signing->deed->actor->acting);

    *found = own != NULL;
    if (own == NULL)
        return signing->known.state != PERIOD_LOCKED
                   ? OK : fail(trouble, ERR_CONFLICT, "The period is locked already.");
    *came = signing->known.state == PERIOD_LOCKED ? PERIOD_IS_LOCKED : PERIOD_SIGNED_BEFORE;
    return own->run == signing->run
               ? OK : fail(trouble, ERR_CONFLICT, "Your council's signature stands under run %lld: "
                           "take it back first.", (long long)own->run);
}

enum err period_sign(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                     int64_t run, struct text outputs, enum period_signed *came,
                     struct trouble *trouble)
{
    struct signing signing = { .arena = arena, .deed = deed, .run = run, .outputs = outputs };
    bool found = false;
    enum err err = period_known_load(tx, arena, deed->actor->acting, &deed->place,
                                     &signing.known, trouble);

    *came = PERIOD_SIGNED;
    if (err == OK)
        err = find_earlier(&signing, came, &found, trouble);
    if (err != OK || found)
        return err;
    err = may_sign(&signing, trouble);
    if (err == OK)
        err = sign(tx, &signing, trouble);
    if (err != OK || !is_complete(&signing))
        return err;
    *came = PERIOD_IS_LOCKED;
    return lock(tx, &signing, trouble);
}
