#include "finance/finance_year.h"

#include <assert.h>

#include "finance/finance_sql.h"

static const char *const state_words[PERIOD_STATES] = { "open", "soft", "locked" };

const char *period_state_word(enum period_state state)
{
    assert(state < PERIOD_STATES);
    return state_words[state];
}

struct text year_text(struct arena *arena, int begins)
{
    return text_of(arena_print(arena, "%04d-%02d", begins, (begins + 1) % 100));
}

enum err joint_years_load(struct tx *tx, struct arena *arena, struct joint_years *out,
                          struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_joint_year_list, &list, trouble);

    *out = (struct joint_years){ .count = 0 };
    if (err != OK)
        return err;
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->year = arena_grow(arena, out->year, out->count, out->count + 1, sizeof *out->year);
        out->year[out->count++] = (struct joint_year){
            text_keep(arena, column_text(list, 0)), column_moment(list, 1),
            text_keep(arena, column_text(list, 2)),
        };
    }
    return err;
}

static enum err add_periods(struct tx *tx, const struct happening *happening,
                            const struct actor *actor, struct text year, struct trouble *trouble)
{
    struct statement *add;
    enum err err = OK;

    for (int number = 1; number <= PERIODS && err == OK; number++) {
        if ((err = tx_prepare(tx, &sql_joint_period_add, &add, trouble)) != OK)
            return err;
        bind_text(add, 1, year);
        bind_int(add, 2, number);
        bind_moment(add, 3, happening->now);
        bind_text(add, 4, text_of(actor->login));
        err = statement_run(add, NULL, trouble);
    }
    return err;
}

struct beginning {
    const struct happening *happening;
    const struct actor     *actor;
    struct text             year;
};

static enum err add_year(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct beginning *beginning = context;
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_joint_year_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, beginning->actor->acting);
    bind_text(add, 2, beginning->year);
    bind_moment(add, 3, beginning->happening->now);
    bind_text(add, 4, text_of(beginning->actor->login));
    return statement_run(add, NULL, trouble);
}

enum err joint_year_begin(struct tx *tx, const struct happening *happening,
                          const struct actor *actor, struct text year, struct trouble *trouble)
{
    struct beginning beginning = { happening, actor, year };
    const struct identity_event event = { text_of(actor->login), actor->acting, "money.year",
                                          "joint_year", 1, year };
    struct trouble said = { 0 };
    int32_t number;

    if (!year_parse(year, &number))
        return fail(trouble, ERR_USAGE, "Write a financial year as 2014-15.");
    enum err err = tx_attempt(tx, add_year, &beginning, &said);
    if (err == ERR_CONFLICT)
        return fail(trouble, err, "%.*s was begun before.", TEXT(year));
    if (err != OK)
        return fail(trouble, err, "%s", said.text);
    err = add_periods(tx, happening, actor, year, trouble);
    return err != OK ? err : identity_record_shared(tx, happening, &event, trouble);
}

enum err joint_periods_load(struct tx *tx, struct text year, enum period_state state[PERIODS],
                            struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    int count = 0;
    enum err err = tx_prepare(tx, &sql_joint_period_list, &list, trouble);

    if (err != OK)
        return err;
    bind_text(list, 1, year);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        assert(count < PERIODS);
        state[count] = PERIOD_OPEN;
        for (enum period_state is = 0; is < PERIOD_STATES; is++)
            if (text_is(column_text(list, 1), state_words[is]))
                state[count] = is;
        count++;
    }
    if (err == OK && count != PERIODS)
        return fail(trouble, ERR_MISSING, "there is no such year");
    return err;
}
