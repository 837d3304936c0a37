/*
 * finance/finance_year_pages.c -- the joint calendar, with what the acting council has taken in.
 */
#include "finance/finance_pages.h"

static void state_cell(struct html *h, enum period_state state)
{
    static const struct {
        enum tag_kind kind;
        const char   *words;
    } tags[PERIOD_STATES] = {
        [PERIOD_OPEN] = { TAG_NEWS, "Open" },
        [PERIOD_SOFT] = { TAG_WARNING, "Closed softly" },
        [PERIOD_LOCKED] = { TAG_GOOD, "Locked" },
    };

    El(h, "td") page_tag(h, tags[state].kind, tags[state].words);
}

static void period_row(struct request *request, struct html *h, struct text year, int index,
                       enum period_state state, const struct period_sums *sums)
{
    const char *period = arena_print(request->arena, "P%02d", index + 1);
    const struct url url = url_segment(request->arena, Url("/money"), year);

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", url_segment(request->arena, url, text_of(period)));
                html_text(h, text_of(period));
                Lit(h, " ");
                html_text(h, text_of(month_name(index)));
            }
        }
        state_cell(h, state);
        page_number(h, sums->lines[index]);
        page_money(h, sums->pence[index]);
    }
}

static enum err year_table(struct request *request, struct html *h,
                           const struct joint_year *year)
{
    static const struct column columns[] = {
        { "Period", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "Lines taken in", COLUMN_NUMBER },
        { "Amount", COLUMN_NUMBER },
    };
    enum period_state state[PERIODS];
    struct period_sums sums;
    enum err err = joint_periods_load(request->tx, year->year, state, request->trouble);

    if (err == OK)
        err = period_sums_load(request->tx, request->actor.acting, year->year, &sums,
                               request->trouble);
    if (err != OK)
        return err;
    Table(h, arena_print(request->arena, "%.*s, as your council's ledger has it",
                         TEXT(year->year)), columns)
        for (int i = 0; i < PERIODS; i++)
            period_row(request, h, year->year, i, state[i], &sums);
    return OK;
}

static enum err answer(struct request *request, const char *wrong, int status)
{
    const struct field field = {
        .name = "year", .label = "Financial year", .hint = "As 2014-15: April to March",
        .type = "text", .autocomplete = "off", .value = request_field(request, "year"),
        .error = wrong,
    };
    struct joint_years years;
    enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Months");
    page_errors(request, h, &field, 1);
    if (years.count == 0)
        page_empty(h, "No year has begun.",
                   "A head of finance begins it; its thirteen periods are then open for the "
                   "extracts of both councils.");
    for (size_t i = 0; i < years.count && err == OK; i++)
        err = year_table(request, h, &years.year[i]);
    if (err != OK)
        return err;
    if (actor_may(&request->actor, MAY_BEGIN_YEAR)) {
        El(h, "h2") Lit(h, "Begin a year");
        Form(request, h, Url("/money")) {
            page_field(h, &field);
            page_button(h, "Begin it");
        }
    }
    return page_end(request, h, status);
}

enum err money_show(struct request *request)
{
    return answer(request, NULL, 200);
}

enum err year_make(struct request *request)
{
    struct trouble said = { 0 };
    enum err err = joint_year_begin(request->tx, &request->happening, &request->actor,
                                    request_field(request, "year"), &said);

    if (err == OK)
        return answer_done(request, Url("/money"), WORD_DONE_YEAR_BEGUN);
    if (err != ERR_USAGE && err != ERR_CONFLICT)
        return fail(request->trouble, err, "%s", said.text);
    return answer(request, arena_copy(request->arena, said.text, strlen(said.text)), 422);
}
