/*
 * finance/finance_course_pages.c -- a period's course: what is to be done until it is locked, by
 * whom and where; and its checks, each explained.
 */
#include "finance/finance_pages.h"
#include "finance/finance_table.h"

struct url month_url(struct arena *arena, const struct period_place *place)
{
    return url_segment(arena, url_segment(arena, Url("/money"), place->year),
                       text_of(arena_print(arena, "P%02d", place->index + 1)));
}

struct url month_part_url(struct arena *arena, const struct period_place *place,
                          const char *part)
{
    return url_segment(arena, month_url(arena, place), text_of(part));
}

enum err month_place(struct request *request, struct period_place *place)
{
    *place = (struct period_place){ request_word(request, "year"),
                                    month_index(request_word(request, "period")) };
    return place->index < 0 ? ERR_MISSING : OK;
}

enum err month_deed(struct request *request, struct period_deed *deed)
{
    enum period_state state[PERIODS];

    *deed = (struct period_deed){ &request->happening, &request->actor, { { NULL, 0 }, 0 } };
    const enum err err = month_place(request, &deed->place);
    return err != OK ? err : joint_periods_load(request->tx, deed->place.year, state,
                                                request->trouble);
}

enum err month_known(struct request *request, struct period_place *place,
                     struct period_known *known)
{
    enum err err = month_place(request, place);

    return err != OK ? err
        : period_known_load(request->tx, request->arena, request->actor.acting, place, known,
                            request->trouble);
}

void month_tabs(struct request *request, struct html *h, const struct period_place *place,
                enum month_tab current)
{
    const struct tab tabs[] = {
        { "Month", month_url(request->arena, place) },
        { "What each council pays", month_part_url(request->arena, place, "settlement") },
        { "Checks", month_part_url(request->arena, place, "checks") },
        { "Sign-off", month_part_url(request->arena, place, "sign") },
        { "Documents", month_part_url(request->arena, place, "documents") },
    };

    page_tabs(h, "Parts of this month", tabs, COUNT(tabs), current);
}

/* --- tasks --- */

enum task_state { TASK_DONE, TASK_OPEN, TASK_WAITS };

/* A task of the month: done when its checks have passed. */
static const struct task {
    const char       *title, *who, *done;   /* what is said when it is; NULL: its last check's */
    enum period_check from, to;         /* of its checks, the last included */
} tasks[] = {
    { "Extracts in", "An accountant of each council", NULL, CHECK_TAKEN, CHECK_TAKEN },
    { "Codes mapped", "An accountant of each council", NULL, CHECK_MAPPED, CHECK_MAPPED },
    { "Bases agreed", "The heads of finance of both", NULL, CHECK_AGREED, CHECK_AGREED },
    { "Worked out", "An accountant of either council", "It is, of what there is now.", CHECK_RUN,
      CHECK_NEWEST },
    { "Checks", "The program; mended at their source", "All have passed.", CHECK_EARLIER,
      CHECK_BILL },
    { "Queries", "Who asked, and who is asked", NULL, CHECK_QUERIES, CHECK_QUERIES },
};

static struct url queries_url(struct arena *arena, const struct period_place *place)
{
    return UrlArg(arena, UrlArg(arena, Url("/queries"), "year", place->year), "period",
                  text_of(arena_print(arena, "P%02d", place->index + 1)));
}

static struct url source_url(struct request *request, const struct period_place *place,
                             enum check_source source)
{
    struct arena *arena = request->arena;

    switch (source) {
    case SOURCE_EXTRACT: return Url("/money/imports/new");
    case SOURCE_MAP: return url_segment(arena, Url("/money/map"), place->year);
    case SOURCE_AGREEMENT: return Url("/proposals");
    case SOURCE_EARLIER: return Url("/money");
    case SOURCE_RUN: return month_part_url(arena, place, "settlement");
    case SOURCE_QUERIES: return queries_url(arena, place);
    case SOURCE_NONE: break;
    }
    return month_url(arena, place);
}

/* Of its checks the first that has not passed decides. */
static enum task_state task_state(struct arena *arena, const struct period_facts *facts,
                                  const struct task *task, const char **words)
{
    for (enum period_check check = task->from; check <= task->to; check++) {
        const struct check_result result = period_check(arena, facts, check);
        *words = result.words;
        if (result.state != CHECK_PASSED)
            return result.state == CHECK_FAILED ? TASK_OPEN : TASK_WAITS;
    }
    if (task->done != NULL)
        *words = task->done;
    return TASK_DONE;
}

static void state_cell(struct html *h, enum task_state state)
{
    static const struct {
        enum tag_kind kind;
        const char   *words;
    } tags[] = {
        [TASK_DONE] = { TAG_GOOD, "Done" }, [TASK_OPEN] = { TAG_WARNING, "To do" },
        [TASK_WAITS] = { TAG_PLAIN, "Waits" },
    };

    El(h, "td") page_tag(h, tags[state].kind, tags[state].words);
}

static void task_row(struct html *h, const char *title, struct url url, const char *who,
                     enum task_state state, const char *words)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", url);
                html_text(h, text_of(title));
            }
        }
        page_cell(h, text_of(who));
        state_cell(h, state);
        page_said(h, text_of(words));
    }
}

/* "Signed by Clackmannanshire Council." */
static const char *signed_by(struct arena *arena, const struct period_known *known)
{
    const char *words = NULL;

    for (size_t i = 0; i < known->councils.count; i++)
        if (period_signature_of(&known->signatures, known->councils.council[i].id) != NULL)
            words = words == NULL
                ? arena_print(arena, "%.*s", TEXT(known->councils.council[i].name))
                : arena_print(arena, "%s, %.*s", words, TEXT(known->councils.council[i].name));
    return words == NULL ? "Nobody has signed yet."
                         : arena_print(arena, "Signed by %s.", words);
}

/* How each task stands; how many are done, the sign-off with them. */
struct course {
    enum task_state state[COUNT(tasks)];
    const char     *words[COUNT(tasks)];
    int             done;
};

static void judge_course(struct arena *arena, const struct period_known *known,
                         struct course *course)
{
    course->done = known->state == PERIOD_LOCKED ? 1 : 0;
    for (size_t i = 0; i < COUNT(tasks); i++) {
        course->state[i] = task_state(arena, &known->facts, &tasks[i], &course->words[i]);
        course->done += course->state[i] == TASK_DONE;
    }
}

void month_course(struct request *request, struct html *h, const struct period_place *place,
                  const struct period_known *known)
{
    static const struct column columns[] = {
        { "Task", COLUMN_WORDS }, { "Who", COLUMN_WORDS }, { "State", COLUMN_WORDS },
        { "What there is", COLUMN_WORDS },
    };
    struct arena *arena = request->arena;
    const bool locked = known->state == PERIOD_LOCKED;
    struct course course;

    judge_course(arena, known, &course);
    Table(h, arena_print(arena, "Close %s: %d of %d done",
                         period_title(arena, place->year, place->index), course.done,
                         (int)COUNT(tasks) + 1), columns) {
        for (size_t i = 0; i < COUNT(tasks); i++)
            task_row(h, tasks[i].title, tasks[i].to == CHECK_BILL
                         ? month_part_url(arena, place, "checks")
                         : source_url(request, place, period_check_source(tasks[i].from)),
                     tasks[i].who, course.state[i], course.words[i]);
        task_row(h, "Sign-off", month_part_url(arena, place, "sign"),
                 "The head of finance of each council", locked ? TASK_DONE : TASK_OPEN,
                 locked ? "Locked." : signed_by(arena, known));
    }
}

/* --- on Home --- */

/* A month to be closed: the first that is open, of a begun year. */
struct month_waits {
    struct period_place *place;
    int                 *done;
    size_t               count;
};

static enum err add_waiting(struct request *request, struct text year,
                            struct month_waits *waits)
{
    enum period_state state[PERIODS];
    struct period_place place = { year, 0 };
    struct period_known known;
    struct course course;
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    while (err == OK && place.index < PERIODS && state[place.index] == PERIOD_LOCKED)
        place.index++;
    if (err != OK || place.index == PERIODS)
        return err;
    err = period_known_load(request->tx, request->arena, request->actor.acting, &place, &known,
                            request->trouble);
    if (err != OK)
        return err;
    judge_course(request->arena, &known, &course);
    waits->place[waits->count] = place;
    waits->done[waits->count++] = course.done;
    return OK;
}

static enum err load_waiting(struct request *request, const void **found)
{
    struct month_waits *waits = arena_take(request->arena, 1, sizeof *waits);
    struct joint_years years;
    enum err err = OK;

    *found = NULL;
    if (!actor_may(&request->actor, MAY_TAKE_EXTRACT))
        return OK;
    err = joint_years_load(request->tx, request->arena, &years, request->trouble);
    if (err != OK)
        return err;
    waits->place = arena_take(request->arena, years.count + 1, sizeof *waits->place);
    waits->done = arena_take(request->arena, years.count + 1, sizeof *waits->done);
    for (size_t i = years.count; i > 0 && err == OK; i--)
        err = add_waiting(request, years.year[i - 1].year, waits);
    *found = waits->count > 0 ? waits : NULL;
    return err;
}

/* "June 2014": the months from January on are of the year in which the financial one ends. */
static const char *month_of_year(struct arena *arena, const struct period_place *place)
{
    const int begins = (int)route_number((struct text){ place->year.data, 4 });

    return place->index == PERIODS - 1
        ? arena_print(arena, "the final accounts of %.*s", TEXT(place->year))
        : arena_print(arena, "%s %d", month_name(place->index), begins + (place->index >= 9));
}

static void show_waiting(struct request *request, struct html *h, const void *found)
{
    const struct month_waits *waits = found;

    for (size_t i = 0; i < waits->count; i++)
        El(h, "p") El(h, "a") {
            Href(h, "href", month_url(request->arena, &waits->place[i]));
            html_text(h, text_of(arena_print(
                request->arena, "Close %s (P%02d), %d of %d done",
                month_of_year(request->arena, &waits->place[i]), waits->place[i].index + 1,
                waits->done[i], (int)COUNT(tasks) + 1)));
        }
}

const struct home_part money_home = { load_waiting, show_waiting };

/* --- checks --- */

static void check_row(struct request *request, struct html *h, const struct period_place *place,
                      const struct period_known *known, enum period_check check)
{
    static const struct {
        enum tag_kind kind;
        const char   *words;
    } tags[CHECK_STATES] = {
        [CHECK_PASSED] = { TAG_GOOD, "Passed" }, [CHECK_FAILED] = { TAG_BAD, "Not passed" },
        [CHECK_WAITS] = { TAG_PLAIN, "Waits" },
    };
    const struct check_result result = period_check(request->arena, &known->facts, check);

    El(h, "tr") {
        page_row_head(h, text_of(period_check_title(check)));
        El(h, "td") page_tag(h, result.warns ? TAG_WARNING : tags[result.state].kind,
                             result.warns ? "Passed, with a warning" : tags[result.state].words);
        El(h, "td") {
            LitAttr(h, "class", "said");
            html_text(h, text_of(result.words));
            Lit(h, " ");
            if (result.state == CHECK_FAILED || result.warns)
                El(h, "a") {
                    Href(h, "href", source_url(request, place, period_check_source(check)));
                    Lit(h, "Mend it at its source");
                }
        }
        page_said(h, text_of(period_check_why(check)));
    }
}

enum err checks_show(struct request *request)
{
    static const struct column columns[] = {
        { "Check", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "What was found", COLUMN_WORDS },
        { "Why it is asked", COLUMN_WORDS },
    };
    struct period_place place;
    struct period_known known;
    int passed = 0;
    enum err err = month_known(request, &place, &known);

    if (err != OK)
        return err;
    for (enum period_check check = 0; check < PERIOD_CHECKS; check++)
        passed += period_check(request->arena, &known.facts, check).state == CHECK_PASSED;
    struct html *h = page_begin(request, arena_print(
        request->arena, "Checks of %s", period_title(request->arena, place.year, place.index)));
    month_tabs(request, h, &place, TAB_CHECKS);
    if (known.state == PERIOD_LOCKED)
        El(h, "p") Lit(h, "The period is locked. This is how it stands against what there is "
                          "today; what was locked does not change.");
    Table(h, arena_print(request->arena, "%d of %d have passed", passed, (int)PERIOD_CHECKS),
          columns)
        for (enum period_check check = 0; check < PERIOD_CHECKS; check++)
            check_row(request, h, &place, &known, check);
    return page_end(request, h, 200);
}
