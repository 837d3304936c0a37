#include "finance/finance_agreed.h"

#include "finance/finance_on_account.h"

struct undoing {
    struct tx                  *tx;
    struct arena               *arena;
    const struct agreed_change *change;
    struct councils             councils;
    struct period_place         place;
};

/* The run that a standing signature is under; 0: none stands. */
static int64_t signed_run(const struct period_signatures *signatures)
{
    for (size_t i = 0; i < signatures->count; i++)
        if (signatures->signature[i].undone_at.ms == 0)
            return signatures->signature[i].run;
    return 0;
}

/* Is what the run was made of still what is agreed for the period? */
static enum err compare(const struct undoing *undoing, int64_t run, bool *same,
                        struct trouble *trouble)
{
    struct joint_model *model = arena_take(undoing->arena, 1, sizeof *model);
    struct run_part *part;
    size_t parts;
    struct db_day day;

    if (!joint_period_day(undoing->place.year, undoing->place.index, &day))
        return fail(trouble, ERR_BUG, "a period of no year");
    enum err err = joint_model_agreed(undoing->tx, undoing->arena, &undoing->councils,
                                      undoing->place.year, day, model, trouble);
    if (err == OK)
        err = money_run_parts_load(undoing->tx, undoing->arena, run, &part, &parts, trouble);
    if (err != OK)
        return err;
    *same = run_is_agreed(part, parts, model);
    return *same ? run_is_billed(undoing->tx, undoing->arena, run, &undoing->place, same, trouble)
                 : OK;
}

/* A locked period has signatures, too: they stay. */
static enum err undo_period(const struct undoing *undoing, struct trouble *trouble)
{
    const struct agreed_change *change = undoing->change;
    struct period_signatures signatures;
    bool same = true;
    enum err err = period_signatures_load(undoing->tx, undoing->arena, &undoing->place,
                                          &signatures, trouble);
    const int64_t run = err == OK ? signed_run(&signatures) : 0;

    if (run == 0)
        return err;
    err = compare(undoing, run, &same, trouble);
    if (err != OK || same)
        return err;
    const struct period_undoing undone = { change->happening, change->council, change->login,
                                           undoing->place, change->why };
    return period_sign_undo(undoing->tx, undoing->arena, &undone, trouble);
}

static enum err undo_year(struct undoing *undoing, struct text year, struct trouble *trouble)
{
    enum period_state state[PERIODS];
    enum err err = joint_periods_load(undoing->tx, year, state, trouble);

    for (int index = 0; index < PERIODS && err == OK; index++) {
        undoing->place = (struct period_place){ year, index };
        if (state[index] != PERIOD_LOCKED)
            err = undo_period(undoing, trouble);
    }
    return err;
}

enum err agreed_undo(struct tx *tx, struct arena *arena, const struct agreed_change *change,
                     struct trouble *trouble)
{
    struct undoing undoing = { .tx = tx, .arena = arena, .change = change };
    struct joint_years years;
    enum err err = councils_read(tx, arena, &undoing.councils, trouble);

    if (err == OK)
        err = joint_years_load(tx, arena, &years, trouble);
    for (size_t i = 0; err == OK && i < years.count; i++)
        err = undo_year(&undoing, years.year[i].year, trouble);
    return err;
}

enum err agreed_effect(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                       const struct two_key_proposal *proposal, struct trouble *trouble)
{
    const struct happening happening = { act->now, act->outside, act->request };
    const struct agreed_change change = {
        &happening, act->council, act->login,
        arena_print(arena, "%s %.*s was agreed anew, version %lld",
                    text_is(proposal->kind, BASIS_KIND) ? "basis" : "cost model",
                    TEXT(proposal->subject), (long long)proposal->version) };

    return agreed_undo(tx, arena, &change, trouble);
}
