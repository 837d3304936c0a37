/*
 * finance/finance_code_pages.c -- the councils' codes side by side: which accounts make a
 * subjective group, which cost centres a pool, here and there.
 *
 * A council's map is its own. Of the partner's is shown what the cost model of the year says that
 * a council sees of the other's lines (`sight`), and nothing while none is agreed. Each map is read
 * in its own council's scope, and what is not to be seen goes no further than visible_centre().
 */
#include <stdlib.h>

#include "finance/finance_csv_file.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_pages.h"
#include "register/register_field_view.h"

/* What is compared: a group, or a pool with a treatment; and who has which codes for it. */
struct code_line {
    struct text  what, treatment;
    const char **codes;         /* [council]: "71001H, 71002H from 2014-15/P07"; NULL: none */
};

struct code_lines {
    struct code_line *line;
    size_t            count;
};

struct codes_page {
    struct request     *request;
    struct text         year;
    struct joint_model  joint;
    bool                agreed;         /* there is a cost model */
    struct code_lines   groups, pools;
};

/* --- what is to be seen --- */

static bool is_own(const struct codes_page *page, size_t council)
{
    return page->joint.councils.council[council].id == page->request->actor.acting;
}

static struct text own_code(const struct codes_page *page)
{
    const struct councils *councils = &page->joint.councils;

    for (size_t i = 0; i < councils->count; i++)
        if (is_own(page, i))
            return councils->council[i].code;
    return text_of("");
}

/* Accounts say nothing of cost by themselves. */
static bool visible_account(const struct codes_page *page, size_t council)
{
    return is_own(page, council) || (page->agreed && page->joint.sight != SIGHT_NONE);
}

/* Of the partner's: cost that the acting council bears a share of, or all. */
static bool visible_centre(const struct codes_page *page, size_t council, struct text treatment,
                           struct text bearer)
{
    if (is_own(page, council))
        return true;
    if (!page->agreed || page->joint.sight == SIGHT_NONE)
        return false;
    return page->joint.sight == SIGHT_ALL || text_is(treatment, "common") ||
           text_is(treatment, "support") ||
           (!text_is(treatment, "excluded") && text_equal(bearer, own_code(page)));
}

/* --- put side by side --- */

static struct code_line *line_of(struct codes_page *page, struct code_lines *lines,
                                 struct text what, struct text treatment)
{
    struct arena *arena = page->request->arena;

    for (size_t i = 0; i < lines->count; i++)
        if (text_equal(lines->line[i].what, what) &&
            text_equal(lines->line[i].treatment, treatment))
            return &lines->line[i];
    lines->line = arena_grow(arena, lines->line, lines->count, lines->count + 1,
                             sizeof *lines->line);
    struct code_line *line = &lines->line[lines->count++];
    *line = (struct code_line){ what, treatment,
                                arena_take(arena, page->joint.councils.count + 1,
                                           sizeof *line->codes) };
    return line;
}

static void add_code(struct codes_page *page, struct code_line *line, size_t council,
                     const char *code)
{
    const char *before = line->codes[council];

    line->codes[council] = before == NULL ? code
                           : arena_print(page->request->arena, "%s, %s", before, code);
}

static void take_accounts(struct codes_page *page, size_t council, struct text file)
{
    struct csv_rows rows;

    csv_rows_open(&rows, page->request->arena, file);
    (void)!csv_rows_next(&rows);    /* the header */
    while (csv_rows_next(&rows))
        if (visible_account(page, council))
            add_code(page, line_of(page, &page->groups, csv_rows_field(&rows, 2), text_of("")),
                     council, arena_print(page->request->arena, "%.*s",
                                          TEXT(csv_rows_field(&rows, 1))));
}

static const char *centre_words(struct arena *arena, const struct csv_rows *rows)
{
    const struct text account = csv_rows_field(rows, 2);
    const struct text from = csv_rows_field(rows, 3), to = csv_rows_field(rows, 4);
    const char *words = arena_print(arena, "%.*s", TEXT(csv_rows_field(rows, 1)));

    if (account.size > 0)
        words = arena_print(arena, "%s account %.*s", words, TEXT(account));
    if (from.size > 0)
        words = arena_print(arena, "%s from %.*s", words, TEXT(from));
    return to.size == 0 ? words : arena_print(arena, "%s to %.*s", words, TEXT(to));
}

static void take_centres(struct codes_page *page, size_t council, struct text file)
{
    struct csv_rows rows;

    csv_rows_open(&rows, page->request->arena, file);
    (void)!csv_rows_next(&rows);    /* the header */
    while (csv_rows_next(&rows)) {
        const struct text treatment = csv_rows_field(&rows, 5), pool = csv_rows_field(&rows, 6);
        if (visible_centre(page, council, treatment, csv_rows_field(&rows, 7)))
            add_code(page, line_of(page, &page->pools, pool, treatment), council,
                     centre_words(page->request->arena, &rows));
    }
}

/* --- read --- */

static enum err load_agreed(struct tx *tx, void *context, struct trouble *trouble)
{
    struct codes_page *page = context;
    struct arena *arena = page->request->arena;
    enum period_state state[PERIODS];
    struct councils councils;
    struct db_day day;
    enum err err = joint_periods_load(tx, page->year, state, trouble);

    if (err == OK)
        err = councils_read(tx, arena, &councils, trouble);
    if (err == OK && !joint_period_day(page->year, PERIODS - 1, &day))
        err = ERR_MISSING;
    if (err == OK)
        err = joint_model_agreed(tx, arena, &councils, page->year, day, &page->joint, trouble);
    page->agreed = err == OK && page->joint.words.cost_model != NULL;
    return err;
}

struct council_reading {
    struct codes_page *page;
    size_t             council;
};

static enum err load_council(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct council_reading *reading = context;
    struct codes_page *page = reading->page;

    return joint_model_council(tx, page->request->arena,
                               &page->joint.councils.council[reading->council], &page->joint,
                               trouble);
}

static int by_words(const void *one, const void *other)
{
    const struct code_line *a = one, *b = other;
    const int order = text_compare(a->what, b->what);

    return order != 0 ? order : text_compare(a->treatment, b->treatment);
}

static void compare(struct codes_page *page)
{
    for (size_t c = 0; c < page->joint.councils.count; c++)
        for (size_t i = 0; i < page->joint.maps; i++)
            if (page->joint.map[i].council == page->joint.councils.council[c].id) {
                take_accounts(page, c, page->joint.map[i].map.accounts);
                take_centres(page, c, page->joint.map[i].map.cost_centres);
            }
    if (page->groups.count > 0)
        qsort(page->groups.line, page->groups.count, sizeof *page->groups.line, by_words);
    if (page->pools.count > 0)
        qsort(page->pools.line, page->pools.count, sizeof *page->pools.line, by_words);
}

enum err codes_show_prepare(struct request *request)
{
    struct codes_page *page = arena_take(request->arena, 1, sizeof *page);
    const struct db_scope scope = { request->actor.acting, request->arena };

    *page = (struct codes_page){ .request = request, .year = request_word(request, "year") };
    request->work = page;
    enum err err = db_read(request->site->db, scope, load_agreed, page, request->trouble);
    for (size_t c = 0; err == OK && c < page->joint.councils.count; c++) {
        struct council_reading reading = { page, c };
        const struct db_scope theirs = { page->joint.councils.council[c].id, request->arena };
        /* Without an agreement the partner's map is not even read. */
        if (is_own(page, c) || page->agreed)
            err = db_read(request->site->db, theirs, load_council, &reading, request->trouble);
    }
    if (err == OK)
        compare(page);
    return err;
}

/* --- the page --- */

/* Could the council have codes there that are not to be seen? */
static bool hides(const struct codes_page *page, size_t council, const struct code_line *line)
{
    return line->treatment.size == 0 ? !visible_account(page, council)
                                     : !visible_centre(page, council, line->treatment,
                                                       text_of(""));
}

static void lines_table(struct request *request, struct html *h, const struct codes_page *page,
                        const char *caption, const char *head, const struct code_lines *lines)
{
    const struct councils *councils = &page->joint.councils;
    struct column *column = arena_take(request->arena, councils->count + 1, sizeof *column);

    column[0] = (struct column){ head, COLUMN_WORDS };
    for (size_t c = 0; c < councils->count; c++)
        column[1 + c] = (struct column){
            arena_print(request->arena, "%.*s", TEXT(councils->council[c].name)), COLUMN_WORDS };
    for (bool once = page_table_begin(h, caption, column, 1 + councils->count); once;
         once = page_table_end(h))
        for (size_t i = 0; i < lines->count; i++)
            El(h, "tr") {
                const struct code_line *line = &lines->line[i];
                page_row_head(h, text_of(arena_print(
                    request->arena, "%.*s%s%.*s", TEXT(line->what),
                    line->what.size > 0 && line->treatment.size > 0 ? ", " : "",
                    TEXT(line->treatment))));
                for (size_t c = 0; c < councils->count; c++)
                    page_cell(h, text_of(line->codes[c] != NULL ? line->codes[c]
                                         : hides(page, c, line) ? "Not shown" : "None"));
            }
}

static const char *sight_words(const struct codes_page *page)
{
    if (!page->agreed)
        return "No cost model of this year is agreed, so nothing of the other council's map is "
               "shown.";
    switch (page->joint.sight) {
    case SIGHT_NONE: return "The councils agreed that neither sees the other's codes.";
    case SIGHT_ALL: return "The councils agreed that each sees all of the other's codes.";
    default: break;
    }
    return "The councils agreed that each sees of the other what it bears a share of: cost centres "
           "of other treatments are not shown.";
}

enum err codes_show(struct request *request)
{
    const struct codes_page *page = request->work;
    struct html *h = page_begin(request, arena_print(request->arena, "Codes of %.*s",
                                                     TEXT(page->year)));

    El(h, "p") html_text(h, text_of(sight_words(page)));
    if (page->groups.count == 0 && page->pools.count == 0) {
        page_empty(h, "There is no map to compare yet.",
                   "A council keeps its map under Map of codes.");
    } else {
        lines_table(request, h, page, "Accounts of each group", "Group", &page->groups);
        lines_table(request, h, page, "Cost centres of each pool", "Pool and treatment",
                    &page->pools);
    }
    El(h, "p") link_to(h, url_segment(request->arena, Url("/money/map"), page->year),
                       "Your council's map");
    return page_end(request, h, 200);
}
