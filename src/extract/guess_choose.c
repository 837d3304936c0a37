/*
 * extract/guess_choose.c -- which column is which field, and how sure that is.
 *
 * A column's name says what it could be, its cells whether it can be that. Where the name is
 * unknown, only a column that is alone in its kind is taken.
 */
#include "extract/guess.h"

#include <inttypes.h>

#define NO_COLUMN SIZE_MAX
#define BY_NAME_SURE 90        /* a name that says it outright */

/* What is asked, and what has been given away. */
struct choice {
    struct guess             *guess;
    const struct table_facts *facts;
    const struct last_row    *last;
    size_t                    cost_centre;      /* once chosen; or NO_COLUMN */
    size_t                    account;
    bool                      dated;            /* there is a date */
};

/* A column, and what else it could have been. */
struct found {
    size_t column, rival;
    int    score, rival_score;
};

static const struct column_facts *column_at(const struct choice *choice, size_t column)
{
    return &choice->facts->column[column];
}

static struct text name_at(const struct choice *choice, size_t column)
{
    const struct row *header = &choice->facts->header;

    return column < header->count ? cell_trim(header->cell[column].text) : (struct text){ "", 0 };
}

static const char *named(const struct choice *choice, size_t column)
{
    return guess_column_name(choice->guess, choice->facts, column);
}

static const char *as_column(const struct choice *choice, size_t column)
{
    return column == NO_COLUMN ? "column ???"
         : arena_print(choice->guess->arena, "column %s", named(choice, column));
}

/* -- what a column can be ------------------------------------------------------------------ */

typedef bool (*column_test)(const struct column_facts *);

static bool holds_anything(const struct column_facts *column)
{
    return column->filled > 0;
}

static bool holds_amounts(const struct column_facts *column)
{
    return column->amounts * 2 >= column->filled && column->amounts > 0
           && column->typed_dates == 0;
}

static bool holds_dates(const struct column_facts *column)
{
    return column->dates * 2 >= column->filled && column->dates > 0;
}

static bool holds_lost_dates(const struct column_facts *column)
{
    return column->lost_dates * 2 >= column->filled && column->lost_dates > 0;
}

static uint64_t most_periods(const struct column_facts *column, size_t *which)
{
    *which = 0;
    for (size_t i = 1; i < GUESS_PERIODS; i++) {
        if (column->period[i] > column->period[*which])
            *which = i;
    }
    return column->period[*which];
}

static bool holds_periods(const struct column_facts *column)
{
    size_t which;
    uint64_t most = most_periods(column, &which);

    return most * 2 >= column->filled && most > 0;
}

/* Blank cells and a single value all the way down speak against a column. */
static int penalty_of(const struct choice *choice, const struct column_facts *column)
{
    const uint64_t rows = choice->facts->counted;

    return (column->filled * 2 < rows ? 60 : column->filled * 20 < rows * 19 ? 25 : 0)
           + (!column->varied && rows > 1 && column->dates == 0 ? 30 : 0);
}

/* The best by its name among those that pass the test. */
static struct found find(const struct choice *choice, unsigned role, column_test test,
                         size_t but, bool strict)
{
    struct found found = { .column = NO_COLUMN, .rival = NO_COLUMN };

    for (size_t i = 0; i < choice->facts->columns; i++) {
        const struct column_facts *column = column_at(choice, i);
        int score = i == but ? 0 : guess_name_score(name_at(choice, i), role);

        if (score == 0 || !test(column))
            continue;
        score -= strict ? penalty_of(choice, column) : 0;
        score = score < 1 ? 1 : score;
        if (score > found.score) {
            found.rival = found.column;
            found.rival_score = found.score;
            found.column = i;
            found.score = score;
        } else if (score > found.rival_score) {
            found.rival = i;
            found.rival_score = score;
        }
    }
    return found;
}

/* The only column that passes, whatever its name; NO_COLUMN: none, or several. */
static size_t find_alone(const struct choice *choice, column_test test)
{
    size_t found = NO_COLUMN;

    for (size_t i = 0; i < choice->facts->columns; i++) {
        if (!test(column_at(choice, i)))
            continue;
        if (found != NO_COLUMN)
            return NO_COLUMN;
        found = i;
    }
    return found;
}

static const char *or_rival(const struct choice *choice, const struct found *found)
{
    return found->rival == NO_COLUMN ? ""
         : arena_print(choice->guess->arena, "; or column %s", named(choice, found->rival));
}

/* -- codes and texts ----------------------------------------------------------------------- */

static const char *filled_why(const struct choice *choice, const struct found *found)
{
    const struct column_facts *column = column_at(choice, found->column);
    const char *lost = column->lost == 0 ? "" : arena_print(
        choice->guess->arena, ", %" PRIu64 " are numbers that a spreadsheet has cut short and "
        "will be refused", column->lost);

    return arena_print(choice->guess->arena, "by its name; %" PRIu64 " of %" PRIu64
                       " rows have it%s%s", column->filled, choice->facts->counted, lost,
                       or_rival(choice, found));
}

static enum sureness sure_of(const struct choice *choice, const struct found *found)
{
    const struct column_facts *column = column_at(choice, found->column);

    if (found->score >= BY_NAME_SURE && column->filled == choice->facts->counted)
        return SURENESS_SURE;
    return found->score >= 60 ? SURENESS_LIKELY : SURENESS_GUESS;
}

/* A code; NO_COLUMN if it had to be left open. */
static size_t choose_code(struct choice *choice, enum target field, bool needed, size_t but)
{
    const char *key = target_name(field);
    const struct found found = find(choice, field, holds_anything, but, true);

    if (found.column != NO_COLUMN) {
        guess_say(choice->guess, key, as_column(choice, found.column), sure_of(choice, &found),
                  filled_why(choice, &found));
        return found.column;
    }
    if (needed)
        guess_need(choice->guess, key, "column ???",
                   "no column's name says so; name it, or write fixed and a code");
    return NO_COLUMN;
}

static void say_partner(struct choice *choice)
{
    struct guess *guess = choice->guess;
    const struct found found = find(choice, TARGET_PARTNER, holds_anything, NO_COLUMN, false);

    if (guess->partner != NULL)
        guess_say(guess, "partner", arena_print(guess->arena, "fixed %s", guess->partner),
                  SURENESS_SURE, "given");
    else
        guess_say(guess, "partner", "fixed ???", SURENESS_ASKED,
                  arena_print(guess->arena, "whose extract it is%s",
                              found.column == NO_COLUMN ? ""
                              : arena_print(guess->arena, "; or column %s",
                                            named(choice, found.column))));
}

static void say_description(struct choice *choice)
{
    struct guess *guess = choice->guess;
    const struct found who = find(choice, TARGET_DESCRIPTION, holds_anything, choice->account,
                                  false);
    struct found what = find(choice, GUESS_NARRATIVE, holds_anything, choice->account, true);

    if (what.column == choice->cost_centre)
        what.column = what.rival;
    const size_t first = what.column != NO_COLUMN ? what.column : who.column;

    if (first == NO_COLUMN)
        return;
    const char *value = as_column(choice, first);
    if (who.column != NO_COLUMN && who.column != first)
        value = arena_print(guess->arena, "%s + %s", value, named(choice, who.column));
    guess_say(guess, "description", value, SURENESS_LIKELY, "by name; any text will do");
}

/* Ids are taken from a column only if they do what ids must: be there, and differ. */
static const char *id_fault(const struct choice *choice, size_t at)
{
    const struct column_facts *column = column_at(choice, at);
    const uint64_t rows = choice->facts->counted;

    if (choice->facts->ids.full)
        return "there are too many to be compared";
    if (column->id_twice)
        return "some stand on several rows";
    if (column->lost + column->errors > 0)
        return "a spreadsheet has spoilt some";
    if (column->filled < rows || choice->facts->misfit > 0)
        return "it is not on every row";
    return rows == 0 ? "there is no row" : NULL;
}

static void say_entry_id(struct choice *choice)
{
    struct guess *guess = choice->guess;
    const struct found found = find(choice, TARGET_ENTRY_ID, holds_anything, NO_COLUMN, false);

    if (found.column == NO_COLUMN) {
        guess_say(guess, "entry_id", "file and row", SURENESS_SURE,
                  "no column's name says that it holds one");
        return;
    }
    const char *fault = id_fault(choice, found.column);
    if (fault == NULL)
        guess_say(guess, "entry_id", as_column(choice, found.column), SURENESS_SURE,
                  arena_print(guess->arena, "all %" PRIu64 " are there and differ",
                              choice->facts->counted));
    else
        guess_say(guess, "entry_id", "file and row", SURENESS_SURE,
                  arena_print(guess->arena, "column %s would do, but %s",
                              named(choice, found.column), fault));
}

/* -- dates and periods --------------------------------------------------------------------- */

static bool order_open(const struct date_tally *tally)
{
    return !tally->shape.year_first && !tally->shape.month_name;
}

/* Whether some cells say that the day stands first, and others that the month does. */
static bool orders_clash(const struct column_facts *column)
{
    for (size_t i = 0; i < column->date_shapes; i++) {
        if (column->date[i].day_first > 0 && column->date[i].month_first > 0)
            return true;
    }
    return false;
}

static void say_date_format(struct choice *choice, const struct date_tally *tally)
{
    struct guess *guess = choice->guess;
    char text[DATE_PATTERN_TEXT_MAX];
    const uint64_t proved = tally->day_first + tally->month_first;
    const bool certain = !order_open(tally) || proved > 0;

    date_shape_pattern(&tally->shape, tally->month_first > 0, text);
    const char *value = strchr(text, ' ') != NULL ? arena_print(guess->arena, "\"%s\"", text)
                                                  : arena_print(guess->arena, "%s", text);
    const char *why = !order_open(tally)
        ? arena_print(guess->arena, "%" PRIu64 " cells", tally->cells)
        : arena_print(guess->arena, "%" PRIu64 " cells; in %" PRIu64 " of them the %s part is "
                      "over 12%s", tally->cells, proved,
                      tally->month_first > 0 ? "second" : "first",
                      certain ? "" : ", so only custom says that the day stands first");
    guess_say(guess, "date_format", value, certain ? SURENESS_SURE : SURENESS_LIKELY, why);
}

/* In the order of how many cells they are for. */
static void say_date_formats(struct choice *choice, size_t at)
{
    const struct column_facts *column = column_at(choice, at);
    bool said[DATE_SHAPES_MAX] = { false };
    char text[DATE_PATTERN_TEXT_MAX];

    /* what a profile takes for granted */
    if (column->date_shapes == 1) {
        date_shape_pattern(&column->date[0].shape, false, text);
        if (strcmp(text, "yyyy-mm-dd") == 0)
            return;
    }
    for (size_t n = 0; n < column->date_shapes; n++) {
        size_t most = SIZE_MAX;
        for (size_t i = 0; i < column->date_shapes; i++) {
            if (!said[i] && (most == SIZE_MAX || column->date[i].cells > column->date[most].cells))
                most = i;
        }
        said[most] = true;
        say_date_format(choice, &column->date[most]);
    }
}

static size_t choose_date(struct choice *choice)
{
    struct guess *guess = choice->guess;
    struct found found = find(choice, TARGET_DATE, holds_dates, NO_COLUMN, true);

    if (found.column == NO_COLUMN) {
        found.column = find_alone(choice, holds_dates);
        found.score = 60;
    }
    if (found.column == NO_COLUMN)
        return NO_COLUMN;
    const struct column_facts *column = column_at(choice, found.column);
    if (orders_clash(column)) {
        guess_say(guess, "date", as_column(choice, found.column), SURENESS_OPEN,
                  "in some cells the first part is over 12, in others the second: day and month "
                  "are mixed");
        return NO_COLUMN;
    }
    const bool all = column->dates == choice->facts->counted;
    guess_say(guess, "date", as_column(choice, found.column),
              all && found.score >= BY_NAME_SURE ? SURENESS_SURE : SURENESS_LIKELY,
              arena_print(guess->arena, "%" PRIu64 " of %" PRIu64 " cells are dates%s%s",
                          column->dates, choice->facts->counted,
                          column->lost_dates == 0 ? "" : arena_print(
                              guess->arena, ", of %" PRIu64 " only a time is left",
                              column->lost_dates), or_rival(choice, &found)));
    return found.column;
}

static void say_lost_date(struct choice *choice)
{
    const struct found lost = find(choice, TARGET_DATE, holds_lost_dates, NO_COLUMN, false);

    if (lost.column == NO_COLUMN)
        return;
    guess_say(choice->guess, "date", as_column(choice, lost.column), SURENESS_OPEN,
              arena_print(choice->guess->arena, "a spreadsheet has lost %" PRIu64 " of %" PRIu64
                          " dates: ask for the extract again",
                          column_at(choice, lost.column)->lost_dates, choice->facts->counted));
}

/* In a column that is called a month, it is one of the calendar. */
static const char *period_pattern_of(const struct choice *choice, size_t at)
{
    size_t which;
    struct text name = name_at(choice, at);

    (void)most_periods(column_at(choice, at), &which);
    const char *pattern = guess_period[which];
    char *changed = arena_copy(choice->guess->arena, pattern, strlen(pattern));
    char *part = strstr(changed, "pp");
    if (part != NULL && guess_name_score(name, TARGET_PERIOD) > 0
        && guess_name_score(name, TARGET_PERIOD) < 90)
        part[0] = part[1] = 'm';
    return changed;
}

static bool has_year(const char *pattern)
{
    return strchr(pattern, 'y') != NULL;
}

static void say_period_format(struct choice *choice, size_t at)
{
    struct guess *guess = choice->guess;
    const char *pattern = period_pattern_of(choice, at);
    const bool numbers = strstr(pattern, "zz") == NULL && strstr(pattern, "mmm") == NULL;
    size_t which;
    const char *value = strchr(pattern, ' ') != NULL
        ? arena_print(guess->arena, "\"%s\"", pattern) : pattern;

    guess_say(guess, "period_format", value, numbers ? SURENESS_LIKELY : SURENESS_SURE,
              arena_print(guess->arena, "fits %" PRIu64 " of %" PRIu64 " cells%s",
                          most_periods(column_at(choice, at), &which),
                          column_at(choice, at)->filled,
                          numbers ? "; pp is an accounting period, mm a month of the calendar"
                                  : ""));
    if (!has_year(pattern))
        guess_need(guess, "year", "2014-15", "the periods name none");
}

/* A period without a year is not worth it where there is a date. */
static size_t choose_period(struct choice *choice, enum target field)
{
    struct guess *guess = choice->guess;
    const struct found found = find(choice, field, holds_periods, NO_COLUMN, false);

    if (found.column == NO_COLUMN)
        return NO_COLUMN;
    const char *pattern = period_pattern_of(choice, found.column);
    const bool leave = choice->dated && !has_year(pattern);
    guess_say(guess, target_name(field), as_column(choice, found.column),
              leave ? SURENESS_OPEN : SURENESS_LIKELY,
              leave ? "names no year; the date says enough"
                    : arena_print(guess->arena, "by its name; the cells fit %s", pattern));
    return leave ? NO_COLUMN : found.column;
}

static void say_when(struct choice *choice)
{
    const size_t date = choose_date(choice);

    choice->dated = date != NO_COLUMN;
    const size_t period = choose_period(choice, TARGET_PERIOD);
    if (date == NO_COLUMN && period == NO_COLUMN) {
        say_lost_date(choice);
        guess_need(choice->guess, "period", "fixed 2014-15/P01",
                   "no column holds dates or periods that can be told; name one, or the period "
                   "that the extract is for");
    }
    if (date != NO_COLUMN)
        say_date_formats(choice, date);
    if (period != NO_COLUMN)
        say_period_format(choice, period);
}

/* -- amounts ------------------------------------------------------------------------------- */

/* With fewer rows a column of credits alone could pass for one of amounts. */
#define ROWS_TO_TELL 10

/* What amounts look like where no name says so: on nearly every row, most with pence. */
static bool looks_like_amounts(const struct choice *choice, size_t at)
{
    const struct column_facts *column = column_at(choice, at);

    return choice->facts->counted >= ROWS_TO_TELL && column->amounts * 10 >= column->filled * 9
           && column->filled * 10 >= choice->facts->counted * 9
           && column->decimals * 2 >= column->amounts && column->typed_dates == 0;
}

static bool has_pence(const struct column_facts *column)
{
    return column->decimals > 0 && column->decimals > column->dates;
}

static bool says_net(const struct choice *choice, size_t column)
{
    const int with = guess_name_score(name_at(choice, column), TARGET_AMOUNT);

    return with > 95;       /* what the net ones have */
}

/* Which side an amount stands on may be said beside it; then its digits say only half. */
static size_t side_column(const struct choice *choice)
{
    for (size_t i = 0; i < choice->facts->columns; i++) {
        const struct column_facts *column = column_at(choice, i);
        if (column->sides > 0 && column->sides == column->filled)
            return i;
    }
    return NO_COLUMN;
}

static bool has_signs(const struct column_facts *column)
{
    return column->minus + column->brackets + column->trailing + column->cr > 0;
}

static const char *amount_why(const struct choice *choice, const struct found *found)
{
    struct arena *arena = choice->guess->arena;
    const struct column_facts *column = column_at(choice, found->column);
    const uint64_t others = choice->facts->counted - column->amounts;
    const char *not_read = others == 0 ? "" : arena_print(
        arena, ", %" PRIu64 " do not and will be refused", others);

    return arena_print(arena, "%" PRIu64 " of %" PRIu64 " cells read as amounts%s%s",
                       column->amounts, choice->facts->counted, not_read,
                       or_rival(choice, found));
}

static void say_amount(struct choice *choice, const struct found *found)
{
    const struct column_facts *column = column_at(choice, found->column);
    const bool sure = column->amounts == choice->facts->counted && found->score >= BY_NAME_SURE
                      && found->rival == NO_COLUMN;

    guess_say(choice->guess, "amount", as_column(choice, found->column),
              sure ? SURENESS_SURE : SURENESS_LIKELY, amount_why(choice, found));
}

static const char *all_amounts(const struct choice *choice)
{
    const char *names = "";

    for (size_t i = 0; i < choice->facts->columns; i++) {
        if (has_pence(column_at(choice, i)))
            names = arena_print(choice->guess->arena, "%s%s column %s", names,
                                names[0] == '\0' ? "" : ",", named(choice, i));
    }
    return names;
}

/* Two columns that say the same, neither of them net: a coin would have to choose. */
static bool is_tie(const struct choice *choice, const struct found *found)
{
    return found->rival != NO_COLUMN && found->score - found->rival_score < 3
           && !says_net(choice, found->column);
}

/* false: nothing can be said, and the key has been left open. */
static bool choose_one_amount(struct choice *choice, unsigned role, struct found *found)
{
    const size_t side = side_column(choice);
    const char *key = target_name((enum target)role);

    *found = find(choice, role, holds_amounts, NO_COLUMN, false);
    if (found->column == NO_COLUMN) {
        const size_t alone = find_alone(choice, has_pence);
        found->column = alone != NO_COLUMN && looks_like_amounts(choice, alone) ? alone
                                                                               : NO_COLUMN;
        found->score = 50;
    }
    if (found->column == NO_COLUMN) {
        const char *names = all_amounts(choice);
        guess_need(choice->guess, key, "column ???", names[0] == '\0'
                   ? "no column holds amounts"
                   : arena_print(choice->guess->arena, "names do not tell; amounts could be%s",
                                 names));
        return false;
    }
    if (side != NO_COLUMN && !has_signs(column_at(choice, found->column))) {
        guess_need(choice->guess, key, as_column(choice, found->column),
                   arena_print(choice->guess->arena, "column %s says debit or credit, which no "
                               "profile can read: ask for signed amounts, or for two columns",
                               named(choice, side)));
        return false;
    }
    if (is_tie(choice, found)) {
        guess_need(choice->guess, key, as_column(choice, found->column),
                   arena_print(choice->guess->arena, "as good as column %s",
                               named(choice, found->rival)));
        return false;
    }
    return true;
}

static bool may_be_side(const struct column_facts *column)
{
    return column->amounts == column->filled || holds_amounts(column);
}

/* Debit and credit, unless a column of amounts is there as well. */
static bool choose_sides(struct choice *choice, struct amount_columns *amount)
{
    const struct found debit = find(choice, GUESS_DEBIT, may_be_side, NO_COLUMN, false);
    const struct found credit = find(choice, GUESS_CREDIT, may_be_side, debit.column, false);
    const struct found one = find(choice, TARGET_AMOUNT, holds_amounts, NO_COLUMN, false);

    if (debit.column == NO_COLUMN || credit.column == NO_COLUMN || debit.rival != NO_COLUMN
        || credit.rival != NO_COLUMN || one.score >= BY_NAME_SURE)
        return false;
    *amount = (struct amount_columns){ .column = { debit.column, credit.column }, .count = 2 };
    for (size_t i = 0; i < 2; i++)
        guess_say(choice->guess, i == 0 ? "debit" : "credit",
                  as_column(choice, amount->column[i]), SURENESS_SURE,
                  arena_print(choice->guess->arena, "by its name; %" PRIu64 " cells read as "
                              "amounts, %" PRIu64 " are filled",
                              column_at(choice, amount->column[i])->amounts,
                              column_at(choice, amount->column[i])->filled));
    return true;
}

static void say_amounts(struct choice *choice)
{
    struct amount_columns amount = { .count = 1 };
    struct found found;

    if (choice->facts->counted == 0) {
        guess_need(choice->guess, "amount", "column ???", "there is no row to look at");
        return;
    }
    if (!choose_sides(choice, &amount)) {
        if (!choose_one_amount(choice, TARGET_AMOUNT, &found))
            return;
        amount.column[0] = found.column;
        say_amount(choice, &found);
        guess_say(choice->guess, "sign", "debit", SURENESS_GUESS,
                  "custom: what is spent stands without a minus; no file can prove it");
    }
    if (guess_style(choice->guess, choice->facts, &amount, false))
        guess_totals(choice->guess, choice->facts, choice->last, &amount);
}

static void say_values(struct choice *choice)
{
    struct amount_columns value = { .count = 1 };
    struct found found;

    if (!choose_one_amount(choice, TARGET_VALUE, &found))
        return;
    value.column[0] = found.column;
    const bool told = guess_style(choice->guess, choice->facts, &value, true);
    guess_say(choice->guess, "value", as_column(choice, found.column), SURENESS_LIKELY,
              amount_why(choice, &found));
    if (told)
        guess_totals(choice->guess, choice->facts, choice->last, &value);
}

/* ------------------------------------------------------------------------------------------ */

static void choose_ledger(struct choice *choice)
{
    say_partner(choice);
    choice->cost_centre = choose_code(choice, TARGET_COST_CENTRE, true, NO_COLUMN);
    choice->account = choose_code(choice, TARGET_ACCOUNT, true, choice->cost_centre);
    say_description(choice);
    say_entry_id(choice);
    say_when(choice);
    say_amounts(choice);
}

static void choose_other(struct choice *choice)
{
    const struct form_table *form = &form_table[choice->guess->form];
    size_t period = NO_COLUMN;

    say_partner(choice);
    for (size_t i = 0; i < form->count; i++) {
        const enum field_kind kind = target_kind(form->field[i].field);
        if (form->field[i].field != TARGET_PARTNER
            && (kind == KIND_CODE || kind == KIND_TREATMENT))
            (void)choose_code(choice, form->field[i].field, form->field[i].needed, NO_COLUMN);
    }
    for (size_t i = 0; i < form->count; i++) {
        if (target_kind(form->field[i].field) != KIND_PERIOD)
            continue;
        const size_t column = choose_period(choice, form->field[i].field);
        period = period == NO_COLUMN ? column : period;
    }
    if (period != NO_COLUMN)
        say_period_format(choice, period);
    if (form_has_amount(choice->guess->form))
        say_values(choice);
}

void guess_choose(struct guess *guess, const struct table_facts *facts,
                  const struct last_row *last)
{
    struct choice choice = { .guess = guess, .facts = facts, .last = last,
                             .cost_centre = NO_COLUMN, .account = NO_COLUMN };

    if (guess->form == FORM_LEDGER || guess->form == FORM_BUDGET || guess->form == FORM_FORECAST)
        choose_ledger(&choice);
    else
        choose_other(&choice);
}
