/*
 * finance/finance_map_pages.c -- the map of a council's codes: what is missing, and ways to say it:
 * several codes by one choice, files added, files replaced.
 */
#include "finance/finance_map.h"
#include "finance/finance_moves.h"
#include "finance/finance_pages.h"
#include "register/register_field_view.h"

#define CODES_SHOWN 50          /* of a kind; as many as a form's fields let tick at once */
#define TICK "map:"             /* and the code: the name of a box */

/* What a page is made of. */
struct map_page {
    struct text       year;
    struct councils   councils;
    struct council    council;
    struct money_map  map;
    struct map_gaps   gaps;
    struct map_faults faults;   /* of what was sent */
    const char       *wrong;    /* a sentence about what was sent */
    bool              may;
    unsigned          soft;     /* periods closed softly: a reason is asked for */
};

static struct map_question question_of(const struct map_page *page, const struct money_map *map)
{
    return (struct map_question){ &page->councils, &page->council, page->year, map };
}

static struct url map_url(struct request *request, struct text year)
{
    return url_segment(request->arena, Url("/money/map"), year);
}

static enum err load_page(struct request *request, struct text year, struct map_page *page)
{
    enum period_state state[PERIODS];
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    *page = (struct map_page){ .year = year,
                               .may = actor_may(&request->actor, MAY_TAKE_EXTRACT) };
    if (err == OK)
        err = councils_read(request->tx, request->arena, &page->councils, request->trouble);
    if (err == OK)
        err = money_council(request, &page->council);
    if (err == OK)
        err = money_map_load(request->tx, request->arena, request->actor.acting, year, &page->map,
                             request->trouble);
    if (err == OK)
        err = period_soft_load(request->tx, year, &page->soft, request->trouble);
    if (err != OK)
        return err;
    const struct map_question question = question_of(page, &page->map);
    return money_map_gaps(request->tx, request->arena, &question, &page->gaps, request->trouble);
}

/* --- parts of the page --- */

static void faults_part(struct html *h, const struct map_page *page)
{
    static const struct column columns[] = {
        { "File", COLUMN_WORDS }, { "Line", COLUMN_NUMBER }, { "Fault", COLUMN_WORDS },
        { "Value", COLUMN_WORDS }, { "What it means", COLUMN_WORDS },
    };

    if (page->wrong != NULL)
        El(h, "p") {
            page_tag(h, TAG_BAD, "Nothing was changed");
            Lit(h, " ");
            html_text(h, text_of(page->wrong));
        }
    if (page->faults.count == 0)
        return;
    Table(h, "What the engine refuses in it", columns)
        for (size_t i = 0; i < page->faults.count; i++) {
            const struct map_fault *fault = &page->faults.fault[i];
            El(h, "tr") {
                page_cell(h, text_of(fault->file));
                page_number(h, (int64_t)fault->line);
                page_cell(h, text_of(fault->code));
                page_cell(h, fault->value);
                page_said(h, text_of(fault->help));
            }
        }
}

static void file_link(struct request *request, struct html *h, const struct map_page *page,
                      const char *name, const char *words)
{
    El(h, "li") El(h, "a") {
        Href(h, "href", url_segment(request->arena, map_url(request, page->year),
                                    text_of(name)));
        html_phrase(h, text_of(words));
    }
}

static void facts_part(struct request *request, struct html *h, const struct map_page *page)
{
    El(h, "dl") {
        page_entry(h, "Version", page->map.version == 0 ? text_of("None yet")
                   : text_of(arena_number(request->arena, page->map.version)));
        if (page->map.version > 0) {
            El(h, "dt") Lit(h, "Kept");
            El(h, "dd") page_moment(h, page->map.made_at);
            page_entry(h, "By", page->map.made_by);
        }
        El(h, "dt") Lit(h, "Rows for accounts");
        El(h, "dd") html_int(h, map_records(page->map.accounts));
        El(h, "dt") Lit(h, "Rows for cost centres");
        El(h, "dd") html_int(h, map_records(page->map.cost_centres));
        El(h, "dt") Lit(h, "Rows for codes that became others");
        El(h, "dd") html_int(h, page->map.moves.size > 0 ? map_records(page->map.moves) : 0);
        El(h, "dt") Lit(h, "Accounts without a row");
        El(h, "dd") html_int(h, (int64_t)page->gaps.accounts.count);
        El(h, "dt") Lit(h, "Cost centres without one");
        El(h, "dd") html_int(h, (int64_t)page->gaps.cost_centres.count);
    }
    El(h, "ul") {
        file_link(request, h, page, "accounts.csv", "The accounts as a file");
        file_link(request, h, page, "cost_centres.csv", "The cost centres as a file");
        file_link(request, h, page, "moves.csv", "What codes became, as a file");
        file_link(request, h, page, "missing-accounts.csv", "Accounts without a row, to fill in");
        file_link(request, h, page, "missing-cost-centres.csv",
                  "Cost centres without a row, to fill in");
    }
}

static void code_rows(struct request *request, struct html *h, const struct map_page *page,
                      const struct unmapped_codes *codes)
{
    for (size_t i = 0; i < codes->count && i < CODES_SHOWN; i++) {
        const struct unmapped_code *code = &codes->code[i];
        const char *name = arena_print(request->arena, "%.*s", TEXT(code->code));
        El(h, "tr") {
            if (page->may)
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    page_tick(h, arena_print(request->arena, TICK "%s", name), name, false);
                }
            else
                page_row_head(h, code->code);
            page_number(h, code->lines);
            page_money(h, code->pence);
            page_cell(h, text_of(map_periods_shown(request->arena, code->periods)));
        }
    }
}

static void codes_table(struct request *request, struct html *h, const struct map_page *page,
                        const char *caption, const struct unmapped_codes *codes)
{
    static const struct column columns[] = {
        { "Code", COLUMN_WORDS }, { "Lines", COLUMN_NUMBER }, { "Amount", COLUMN_NUMBER },
        { "Periods", COLUMN_WORDS },
    };

    Table(h, caption, columns)
        code_rows(request, h, page, codes);
    if (codes->count > CODES_SHOWN)
        El(h, "p") {
            Lit(h, "And ");
            html_int(h, (int64_t)(codes->count - CODES_SHOWN));
            Lit(h, " more: fill in the file instead.");
        }
}

static void plain_field(struct request *request, struct html *h, const char *name,
                        const char *label, const char *hint)
{
    page_field(h, &(struct field){ .name = name, .label = label, .hint = hint, .type = "text",
                                   .autocomplete = "off",
                                   .value = request_field(request, name) });
}

static void why_field(struct request *request, struct html *h, const struct map_page *page)
{
    if (page->soft != 0)
        plain_field(request, h, "why", "Why the map is changed now", arena_print(
            request->arena, "%s is closed softly: a change needs a reason.",
            period_soft_first(request->arena, page->soft)));
}

static void accounts_part(struct request *request, struct html *h, const struct map_page *page)
{
    const struct unmapped_codes *codes = &page->gaps.accounts;
    const struct url url = url_segment(request->arena, map_url(request, page->year),
                                       text_of("accounts"));

    if (codes->count == 0)
        return;
    El(h, "h2") Lit(h, "Accounts without a row");
    if (!page->may) {
        codes_table(request, h, page, "The largest first", codes);
        return;
    }
    Form(request, h, url) {
        money_hidden(h, "version", text_of(arena_number(request->arena, page->map.version)));
        why_field(request, h, page);
        codes_table(request, h, page, "Accounts without a row, the largest first", codes);
        plain_field(request, h, "group", "Group of those that are ticked", "Such as employees");
        page_button(h, "Map these accounts");
    }
}

static void centres_part(struct request *request, struct html *h, const struct map_page *page)
{
    static const struct choice treatments[] = {
        { "common", "Common: shared on the pool's basis" },
        { "support", "Support: allocated to the pools it supports" },
        { "direct", "Direct: borne by one council" },
        { "initiative", "Initiative: one council's own, shown apart" },
        { "excluded", "Excluded: not part of the shared service" },
    };
    const struct unmapped_codes *codes = &page->gaps.cost_centres;
    const struct url url = url_segment(request->arena, map_url(request, page->year),
                                       text_of("cost-centres"));
    const struct field treatment = { .name = "treatment", .label = "Treatment of those ticked",
                                     .value = request_field(request, "treatment") };

    if (codes->count == 0)
        return;
    El(h, "h2") Lit(h, "Cost centres without a row");
    if (!page->may) {
        codes_table(request, h, page, "The largest first", codes);
        return;
    }
    Form(request, h, url) {
        money_hidden(h, "version", text_of(arena_number(request->arena, page->map.version)));
        why_field(request, h, page);
        codes_table(request, h, page, "Cost centres without a row, the largest first", codes);
        page_choice_field(h, &treatment, NULL, treatments, COUNT(treatments));
        plain_field(request, h, "pool", "Pool", "Its code; empty for excluded");
        plain_field(request, h, "bearer", "Bearer", "A council's code, for direct and initiative");
        plain_field(request, h, "from", "From", "A period such as 2014-15/P04; empty: open");
        plain_field(request, h, "to", "To", "Likewise");
        page_button(h, "Map these cost centres");
    }
}

/* "71001 71002, 71003": codes, parted by commas or blanks. */
size_t map_codes_read(struct request *request, const char *name, struct text code[], size_t most)
{
    struct text left = request_field(request, name);
    size_t count = 0;

    while (left.size > 0 && count < most) {
        size_t size = 0;
        while (size < left.size && !is_one_of(left.data[size], ", \n\t"))
            size++;
        if (size > 0)
            code[count++] = (struct text){ left.data, size };
        left.data += size + (size < left.size);
        left.size -= size + (size < left.size);
    }
    return count;
}

static void move_part(struct request *request, struct html *h, const struct map_page *page)
{
    El(h, "h2") Lit(h, "Cost centres that are reorganised");
    El(h, "p") Lit(h, "One for one renames, several for one splits, one for several merges. Rows "
                      "of the old ones end with the period before, and the new ones get rows like "
                      "theirs; earlier periods read as they did. An account is not dated: give the "
                      "new one the group of the old. What became of what stands in moves.csv, for "
                      "whoever restates an earlier report by the new codes.");
    Form(request, h, url_segment(request->arena, map_url(request, page->year),
                                 text_of("reorganise"))) {
        money_hidden(h, "version", text_of(arena_number(request->arena, page->map.version)));
        plain_field(request, h, "old", "Cost centres that end", "Their codes, parted by commas");
        plain_field(request, h, "new", "Cost centres that begin", "Likewise");
        plain_field(request, h, "first", "First period of the new ones",
                    "A period such as 2014-15/P07");
        page_button(h, "Reorganise them");
    }
}

static void files_part(struct request *request, struct html *h, const struct map_page *page)
{
    static const struct choice ways[] = {
        { "add", "Add these rows to the map" },
        { "replace", "Put these files in the place of the map's" },
    };
    const struct field way = { .name = "way", .label = "What to do with them",
                               .value = request_field(request, "way") };
    const struct field accounts = { .name = "accounts", .label = "accounts.csv", .type = "file",
                                    .hint = "partner, account, group" };
    const struct field centres = { .name = "cost_centres", .label = "cost_centres.csv",
                                   .type = "file", .hint = "partner, cost_centre, account, from, "
                                   "to, treatment, pool, bearer" };
    const struct field moves = { .name = "moves", .label = "Moved codes (moves.csv)",
                                 .type = "file", .hint = "cost_centre, account, "
                                 "becomes_cost_centre, becomes_account, from" };

    El(h, "h2") Lit(h, "By files");
    UploadForm(request, h, map_url(request, page->year)) {
        money_hidden(h, "version", text_of(arena_number(request->arena, page->map.version)));
        why_field(request, h, page);
        page_file_field(h, &accounts, false);
        page_file_field(h, &centres, false);
        page_file_field(h, &moves, false);
        page_choice_field(h, &way, NULL, ways, COUNT(ways));
        page_button(h, "Keep it as a new version");
    }
}

static enum err answer(struct request *request, const struct map_page *page, int status)
{
    struct html *h = page_begin(request, arena_print(request->arena, "Map of %.*s",
                                                     TEXT(page->year)));

    faults_part(h, page);
    facts_part(request, h, page);
    if (page->gaps.lines == 0)
        page_empty(h, "Nothing is taken in for this year yet.",
                   "Take an extract in, and codes that the map does not know stand here, the "
                   "largest first.");
    else if (page->gaps.accounts.count == 0 && page->gaps.cost_centres.count == 0)
        El(h, "p") page_tag(h, TAG_GOOD, "Every line that was taken in is mapped");
    accounts_part(request, h, page);
    centres_part(request, h, page);
    if (page->may && page->map.version > 0)
        move_part(request, h, page);
    if (page->may)
        files_part(request, h, page);
    El(h, "p") link_to(h, url_segment(request->arena, Url("/money/codes"), page->year),
                       "Beside the other council's codes");
    return page_end(request, h, status);
}

/* --- shown --- */

enum err map_show(struct request *request)
{
    struct map_page page;
    enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer(request, &page, 200);
}

enum err map_first_show(struct request *request)
{
    struct joint_years years;
    struct map_page page;
    enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    if (err != OK)
        return err;
    if (years.count > 0) {
        err = load_page(request, years.year[0].year, &page);
        return err != OK ? err : answer(request, &page, 200);
    }
    struct html *h = page_begin(request, "Map");
    page_empty(h, "No year has begun.", "A head of finance begins it under Months.");
    return page_end(request, h, 200);
}

static enum err answer_csv(struct request *request, const char *name, struct text file)
{
    http_answer_header(request->answer, "Content-Disposition",
                       text_of(arena_print(request->arena, "attachment; filename=\"%s\"",
                                           name)));
    return answer_bytes(request, 200, "text/csv; charset=utf-8", file);
}

enum err map_accounts_file(struct request *request)
{
    struct map_page page;
    enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer_csv(request, "accounts.csv", page.map.accounts);
}

enum err map_centres_file(struct request *request)
{
    struct map_page page;
    enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer_csv(request, "cost_centres.csv", page.map.cost_centres);
}

enum err map_moves_file(struct request *request)
{
    struct map_page page;
    enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer_csv(request, "moves.csv", page.map.moves.size > 0
                                            ? page.map.moves : text_of(MOVES_HEADER));
}

static struct text *codes_of(struct arena *arena, const struct unmapped_codes *codes)
{
    struct text *code = arena_take(arena, codes->count + 1, sizeof *code);

    for (size_t i = 0; i < codes->count; i++)
        code[i] = codes->code[i].code;
    return code;
}

enum err map_missing_accounts(struct request *request)
{
    struct map_page page;
    enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer_csv(request, "accounts.csv", money_map_add_accounts(
        request->arena, text_of(ACCOUNTS_HEADER), page.council.code,
        codes_of(request->arena, &page.gaps.accounts), page.gaps.accounts.count, text_of("")));
}

enum err map_missing_centres(struct request *request)
{
    static const struct centre_choice blank = { .treatment = { "", 0 }, .pool = { "", 0 },
                                                .bearer = { "", 0 }, .from = { "", 0 },
                                                .to = { "", 0 } };
    struct map_page page;
    enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer_csv(request, "cost_centres.csv", money_map_add_centres(
        request->arena, text_of(COST_CENTRES_HEADER), page.council.code,
        codes_of(request->arena, &page.gaps.cost_centres), page.gaps.cost_centres.count, &blank));
}

/* --- changed --- */

/* Was the map changed since the form was shown? */
static bool is_stale(struct request *request, const struct map_page *page)
{
    return !text_is(request_field(request, "version"),
                    arena_number(request->arena, page->map.version));
}

/* The map as it would be: judged, and kept if it is fit. */
static enum err keep(struct request *request, struct map_page *page, struct money_map *next)
{
    const struct map_question question = question_of(page, next);
    enum err err = OK;

    if (page->wrong == NULL)
        page->wrong = money_map_unfit(request->arena, next);
    if (page->wrong == NULL)
        err = money_map_judge(request->arena, &question, &page->faults, request->trouble);
    if (err != OK)
        return err;
    if (page->faults.count > 0)
        page->wrong = "The engine would refuse it.";
    if (page->wrong != NULL)
        return answer(request, page, 422);
    err = money_map_keep(request->tx, request->arena, &request->happening, &request->actor,
                         page->year, next, request->trouble);
    return err != OK ? err : answer_done(request, map_url(request, page->year),
                                         WORD_DONE_MAP_KEPT);
}

static enum err begin_change(struct request *request, struct map_page *page,
                             struct money_map *next)
{
    enum err err = load_page(request, request_word(request, "year"), page);

    if (err != OK)
        return err;
    *next = page->map;
    next->why = request_field(request, "why");
    return is_stale(request, page)
               ? fail(request->trouble, ERR_CONFLICT, "The map was changed meanwhile: go back and "
                      "look at it again.") : OK;
}

/* The codes whose boxes were ticked. */
static size_t ticked(const struct request *request, struct text code[FORM_FIELDS_MOST])
{
    const struct form *form = &request->form;
    const size_t size = sizeof TICK - 1;
    size_t count = 0;

    for (size_t i = 0; i < form->count; i++)
        if (form->name[i].size >= size && memcmp(form->name[i].data, TICK, size) == 0)
            code[count++] = (struct text){ form->name[i].data + size, form->name[i].size - size };
    return count;
}

enum err map_accounts_make(struct request *request)
{
    struct text code[FORM_FIELDS_MOST];
    const size_t count = ticked(request, code);
    struct map_page page;
    struct money_map next;
    enum err err = begin_change(request, &page, &next);

    if (err != OK)
        return err;
    if (count == 0)
        page.wrong = "Tick at least one code.";
    next.accounts = money_map_add_accounts(request->arena, next.accounts, page.council.code, code,
                                           count, request_field(request, "group"));
    return keep(request, &page, &next);
}

enum err map_centres_make(struct request *request)
{
    const struct centre_choice choice = {
        .treatment = request_field(request, "treatment"), .pool = request_field(request, "pool"),
        .bearer = request_field(request, "bearer"), .from = request_field(request, "from"),
        .to = request_field(request, "to"),
    };
    struct text code[FORM_FIELDS_MOST];
    const size_t count = ticked(request, code);
    struct map_page page;
    struct money_map next;
    enum err err = begin_change(request, &page, &next);

    if (err != OK)
        return err;
    if (count == 0)
        page.wrong = "Tick at least one code.";
    next.cost_centres = money_map_add_centres(request->arena, next.cost_centres,
                                              page.council.code, code, count, &choice);
    return keep(request, &page, &next);
}

#define CODES_MOVED 50

enum err map_reorganise_make(struct request *request)
{
    struct text old[CODES_MOVED], new[CODES_MOVED];
    struct centre_move move = { .old = old, .new = new };
    struct map_page page;
    struct money_map next;
    enum err err = begin_change(request, &page, &next);

    if (err != OK)
        return err;
    move.partner = page.council.code;
    move.olds = map_codes_read(request, "old", old, CODES_MOVED);
    move.news = map_codes_read(request, "new", new, CODES_MOVED);
    if (!period_parse(request_field(request, "first"), &move.from))
        page.wrong = "Give the first period of the new cost centres, as 2014-15/P07.";
    else
        page.wrong = money_map_reorganise(request->arena, &move, &next.cost_centres);
    if (page.wrong == NULL)
        next.moves = code_moves_add(request->arena, next.moves, &move);
    return keep(request, &page, &next);
}

/* A file of the form, into the map; `*any`: there was one. */
static enum err take_file(struct request *request, const char *field, struct text *file,
                          uint64_t *before, bool *any)
{
    const bool replaces = text_is(request_field(request, "way"), "replace");

    for (size_t i = 0; i < request->files.count; i++) {
        const struct sent_file *sent = &request->files.file[i];
        if (!text_is(sent->field, field) || sent->size == 0)
            continue;
        char *bytes = arena_take(request->arena, (size_t)sent->size + 1, 1);
        enum err err = spool_read(&request->http->upload.spool, sent->at, bytes,
                                  (size_t)sent->size, request->trouble);
        if (err != OK)
            return err;
        const struct text came = { bytes, (size_t)sent->size };
        const bool behind = !replaces && file->size > 0;
        *before = behind ? money_map_lines(*file) : 0;
        *file = behind ? money_map_append(request->arena, *file, came) : came;
        *any = true;
    }
    return OK;
}

enum err map_files_make(struct request *request)
{
    bool any = false;
    struct map_page page;
    struct money_map next;
    enum err err = begin_change(request, &page, &next);

    if (err == OK)
        err = take_file(request, "accounts", &next.accounts, &next.before[0], &any);
    if (err == OK)
        err = take_file(request, "cost_centres", &next.cost_centres, &next.before[1], &any);
    if (err == OK)
        err = take_file(request, "moves", &next.moves, &next.before[2], &any);
    if (err != OK)
        return err;
    if (!any)
        page.wrong = "Choose at least one file.";
    return keep(request, &page, &next);
}
