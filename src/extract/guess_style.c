/*
 * extract/guess_style.c -- how the amounts of an extract are written: marks, signs, currency,
 * decimals.
 */
#include "extract/guess.h"

#include <inttypes.h>

/* The figures of all columns that hold amounts. */
struct style_facts {
    uint64_t amounts, point, comma, either_point, either_comma;
    uint64_t thousands[THOUSANDS_APOSTROPHE + 1];
    uint64_t minus, brackets, trailing, cr;
    uint64_t finer, residue, scientific;
    uint64_t currency[GUESS_CURRENCIES];
};

static struct style_facts add_up(const struct table_facts *facts,
                                 const struct amount_columns *columns)
{
    struct style_facts all = { 0 };

    for (size_t i = 0; i < columns->count; i++) {
        const struct column_facts *one = &facts->column[columns->column[i]];
        all.amounts += one->amounts;
        all.point += one->proof[MARK_POINT];
        all.comma += one->proof[MARK_COMMA];
        all.either_point += one->proof[MARK_EITHER_POINT];
        all.either_comma += one->proof[MARK_EITHER_COMMA];
        for (size_t mark = 0; mark < COUNT(all.thousands); mark++)
            all.thousands[mark] += one->thousands[mark];
        all.minus += one->minus;
        all.brackets += one->brackets;
        all.trailing += one->trailing;
        all.cr += one->cr;
        all.finer += one->finer;
        all.residue += one->residue;
        all.scientific += one->scientific;
        for (size_t sign = 0; sign < GUESS_CURRENCIES; sign++)
            all.currency[sign] += one->currency[sign];
    }
    return all;
}

/* So many times more often must one mark be proved, if the other is too. */
#define FAR_MORE 20

/* false: two readings are left. */
static bool decide_mark(const struct style_facts *all, enum decimal_mark *mark)
{
    const bool both = all->point > 0 && all->comma > 0;
    const uint64_t either = all->either_point + all->either_comma;

    *mark = all->comma > all->point ? DECIMAL_COMMA : DECIMAL_POINT;
    if (all->point == 0 && all->comma == 0)
        return either == 0;
    if (!both)
        return true;
    return either == 0 && (all->point >= all->comma * FAR_MORE
                           || all->comma >= all->point * FAR_MORE);
}

static void leave_marks_open(struct guess *guess, const struct style_facts *all)
{
    const char *why = arena_print(
        guess->arena, "%" PRIu64 " cells prove a point, %" PRIu64 " a comma, %" PRIu64
        " could be read either way (as 1.234 and 1,234 can); ask whoever made the extract",
        all->point, all->comma, all->either_point + all->either_comma);

    guess_need(guess, "decimal", all->either_comma > all->either_point ? "comma" : "point", why);
}

static void say_mark(struct guess *guess, const struct style_facts *all, enum decimal_mark mark)
{
    const uint64_t against = mark == DECIMAL_COMMA ? all->point : all->comma;

    if (mark == DECIMAL_COMMA || against > 0)
        guess_say(guess, "decimal", mark == DECIMAL_COMMA ? "comma" : "point",
                  against > 0 ? SURENESS_LIKELY : SURENESS_SURE,
                  arena_print(guess->arena, "%" PRIu64 " amounts prove it, %" PRIu64
                              " speak against it and will be refused",
                              mark == DECIMAL_COMMA ? all->comma : all->point, against));
}

static void say_thousands(struct guess *guess, const struct style_facts *all,
                          enum decimal_mark mark)
{
    static const char *const names[] = {
        [THOUSANDS_NONE] = "none", [THOUSANDS_COMMA] = "comma", [THOUSANDS_POINT] = "point",
        [THOUSANDS_BLANK] = "blank", [THOUSANDS_APOSTROPHE] = "apostrophe",
    };
    uint64_t seen[COUNT(names)];
    size_t most = THOUSANDS_COMMA;

    memcpy(seen, all->thousands, sizeof seen);
    seen[THOUSANDS_COMMA] += all->either_comma;
    seen[THOUSANDS_POINT] += all->either_point;
    seen[mark == DECIMAL_COMMA ? THOUSANDS_COMMA : THOUSANDS_POINT] = 0;
    for (size_t i = THOUSANDS_COMMA; i < COUNT(names); i++)
        most = seen[i] > seen[most] ? i : most;
    if (seen[most] > 0 && most == THOUSANDS_BLANK && guess->fixed)
        guess_need(guess, "thousands", "blank", "in a text of fixed width the next blank may "
                   "stand where a column begins: check `columns` against the longest amounts");
    else if (seen[most] > 0)
        guess_say(guess, "thousands", names[most], SURENESS_SURE,
                  arena_print(guess->arena, "in %" PRIu64 " of %" PRIu64 " amounts", seen[most],
                              all->amounts));
}

static void say_negative(struct guess *guess, const struct style_facts *all)
{
    const char *value = arena_print(
        guess->arena, "%s%s%s%s", all->minus > 0 ? " minus" : "",
        all->brackets > 0 ? " brackets" : "", all->trailing > 0 ? " trailing-minus" : "",
        all->cr > 0 ? " cr" : "");

    if (all->brackets + all->trailing + all->cr > 0)
        guess_say(guess, "negative", value + 1, SURENESS_SURE,
                  arena_print(guess->arena, "minus %" PRIu64 ", brackets %" PRIu64 ", minus "
                              "behind %" PRIu64 ", CR or DR %" PRIu64, all->minus, all->brackets,
                              all->trailing, all->cr));
}

static void say_currency(struct guess *guess, const struct style_facts *all)
{
    size_t most = 0;
    uint64_t others = 0;

    for (size_t i = 0; i < GUESS_CURRENCIES; i++) {
        most = all->currency[i] > all->currency[most] ? i : most;
        others += all->currency[i];
    }
    others -= all->currency[most];
    if (all->currency[most] > 0)
        guess_say(guess, "currency", guess_currency[most],
                  others > 0 ? SURENESS_LIKELY : SURENESS_SURE,
                  arena_print(guess->arena, "in %" PRIu64 " amounts; another one in %" PRIu64,
                              all->currency[most], others));
}

/* A third decimal is rounded only where it is what a spreadsheet's arithmetic has left behind. */
static void say_rounding(struct guess *guess, const struct style_facts *all,
                         enum decimal_mark mark)
{
    const uint64_t finer = all->finer
                           + (mark == DECIMAL_COMMA ? all->either_comma : all->either_point);

    if (finer == 0 && all->scientific == 0)
        return;
    if (finer == all->residue && all->scientific == 0) {
        guess_say(guess, "rounding", "residue", SURENESS_SURE,
                  arena_print(guess->arena, "%" PRIu64 " amounts have more than two decimals, all "
                              "within a millionth of a pound of a penny", finer));
        return;
    }
    guess_say(guess, "rounding", "refuse", SURENESS_LIKELY,
              arena_print(guess->arena, "%" PRIu64 " amounts have more than two decimals, %" PRIu64
                          " stand as 1.2E+3; all are refused until you say otherwise", finer,
                          all->scientific));
}

bool guess_style(struct guess *guess, const struct table_facts *facts,
                 struct amount_columns *columns, bool values)
{
    const struct style_facts all = add_up(facts, columns);

    if (!decide_mark(&all, &columns->mark)) {
        leave_marks_open(guess, &all);
        return false;
    }
    say_mark(guess, &all, columns->mark);
    say_thousands(guess, &all, columns->mark);
    say_negative(guess, &all);
    say_currency(guess, &all);
    if (!values)
        say_rounding(guess, &all, columns->mark);
    return true;
}
