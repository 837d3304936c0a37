/*
 * finance/finance_what_if_pages.c -- questions to a run: what if a pool were shared on another
 * basis, a value were another, a setting? A question is put together by a form that changes
 * nothing; it can be kept under a name, shared, and thrown away.
 */
#include "finance/finance_pages.h"
#include "finance/finance_what_if_desk.h"
#include "register/register_field_view.h"

static struct url what_if_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/money/what-if"), id);
}

static struct url new_url(struct request *request, int64_t run)
{
    return UrlArg(request->arena, Url("/money/what-if/new"), "run",
                  text_of(arena_number(request->arena, run)));
}

/* --- the answer --- */

/* What changes stands first: on a narrow screen the rest is behind the edge. */
static void change_cells(struct html *h, const struct what_if_change *change, size_t partners)
{
    for (size_t p = 0; p < partners; p++)
        page_money(h, change[p].after - change[p].before);
    for (size_t p = 0; p < partners; p++) {
        page_money(h, change[p].before);
        page_money(h, change[p].after);
    }
}

static void changes_table(struct request *request, struct html *h,
                          const struct what_if_answer *answer, const char *caption,
                          const struct what_if_row *row, size_t rows)
{
    struct column *column = arena_take(request->arena, 1 + 3 * answer->partners, sizeof *column);
    size_t columns = 0;

    column[columns++] = (struct column){ "What", COLUMN_WORDS };
    for (size_t p = 0; p < answer->partners; p++)
        column[columns++] = (struct column){
            arena_print(request->arena, "%.*s changes by", TEXT(answer->partner[p])),
            COLUMN_NUMBER };
    for (size_t p = 0; p < answer->partners; p++) {
        const struct text code = answer->partner[p];
        column[columns++] = (struct column){
            arena_print(request->arena, "%.*s bears", TEXT(code)), COLUMN_NUMBER };
        column[columns++] = (struct column){
            arena_print(request->arena, "%.*s would", TEXT(code)), COLUMN_NUMBER };
    }
    for (bool once = page_table_begin(h, caption, column, columns); once;
         once = page_table_end(h)) {
        for (size_t i = 0; i < rows; i++)
            if (what_if_is_changed(row[i].change, answer->partners))
                El(h, "tr") {
                    page_row_head(h, text_of(arena_print(request->arena, "%.*s (%.*s)",
                                                         TEXT(row[i].name), TEXT(row[i].code))));
                    change_cells(h, row[i].change, answer->partners);
                }
        El(h, "tr") {
            page_row_head(h, text_of("The year, all together"));
            change_cells(h, answer->total, answer->partners);
        }
    }
}

static struct text name_of(const struct request *request, struct text code)
{
    for (size_t i = 0; i < request->councils.count; i++)
        if (text_equal(request->councils.council[i].code, code))
            return request->councils.council[i].name;
    return code;
}

/* Who gains and who loses, in words. */
static void totals(struct request *request, struct html *h, const struct what_if_answer *answer)
{
    El(h, "ul") for (size_t p = 0; p < answer->partners; p++)
        El(h, "li") {
            const wide change = answer->total[p].after - answer->total[p].before;
            html_text(h, name_of(request, answer->partner[p]));
            if (change == 0) {
                Lit(h, " would bear the same.");
                continue;
            }
            Lit(h, " would bear ");
            page_pounds(h, change < 0 ? -change : change);
            html_text(h, text_of(change < 0 ? " less." : " more."));
        }
}

static void answer_part(struct request *request, struct html *h, const struct question_page *page)
{
    const struct what_if_answer *answer = &page->answer;

    if (answer->refused != NULL)
        El(h, "div") {
            LitAttr(h, "class", "errors");
            LitAttr(h, "role", "alert");
            El(h, "p") html_text(h, text_of(answer->refused));
        }
    if (!answer->settled)
        return;
    El(h, "h2") Lit(h, "What it would come to");
    totals(request, h, answer);
    changes_table(request, h, answer, "Pool by pool, where something changes", answer->pool,
                  answer->pools);
    changes_table(request, h, answer, "Service by service", answer->service, answer->services);
    if (answer->evens == 0)
        return;
    El(h, "h2") Lit(h, "Break-even of that value");
    El(h, "ul") for (size_t i = 0; i < answer->evens; i++)
        El(h, "li") html_text(h, text_of(answer->even[i]));
}

static void run_part(struct request *request, struct html *h, const struct question_page *page)
{
    El(h, "p") {
        Lit(h, "Asked of run ");
        html_int(h, page->run.id);
        html_text(h, text_of(arena_print(request->arena, ", %.*s up to P%02lld. Nothing real is "
                                         "changed; periods that are locked stay as they were "
                                         "charged.", TEXT(page->run.year),
                                         (long long)page->run.through)));
    }
}

/* --- the form --- */

static const char *terminated(struct arena *arena, struct text text)
{
    return arena_copy(arena, text.data, text.size);
}

static struct choice *pool_choices(struct arena *arena, const struct what_if_answer *answer)
{
    struct choice *choice = arena_take(arena, answer->pools + 1, sizeof *choice);

    for (size_t i = 0; i < answer->pools; i++) {
        const struct what_if_row *pool = &answer->pool[i];
        choice[i] = (struct choice){
            terminated(arena, pool->code),
            arena_print(arena, "%.*s %.*s, on %.*s", TEXT(pool->code), TEXT(pool->name),
                        TEXT(pool->basis.size > 0 ? pool->basis : text_of("its drivers"))) };
    }
    return choice;
}

/* With their values, as "POP Population: CLK 52000, STI 91000". */
static struct choice *basis_choices(struct arena *arena, const struct what_if_answer *answer)
{
    struct choice *choice = arena_take(arena, answer->bases + 1, sizeof *choice);

    for (size_t i = 0; i < answer->bases; i++) {
        const struct what_if_basis *basis = &answer->basis[i];
        const char *label = arena_print(arena, "%.*s %.*s (%s)", TEXT(basis->code),
                                        TEXT(basis->name), basis->kind);
        for (size_t p = 0; p < answer->partners; p++)
            if (basis->value[p].size > 0)
                label = arena_print(arena, "%s%s %.*s %.*s", label, p == 0 ? ":" : ",",
                                    TEXT(answer->partner[p]), TEXT(basis->value[p]));
        choice[i] = (struct choice){ terminated(arena, basis->code), label };
    }
    return choice;
}

static void basis_boxes(struct request *request, struct html *h,
                        const struct what_if_answer *answer)
{
    struct arena *arena = request->arena;
    struct choice *council = arena_take(arena, answer->partners + 1, sizeof *council);
    const struct field basis = { .name = "basis", .label = "Another value of the basis" };
    const struct field whose = { .name = "council", .label = "For the council" };
    const struct field value = { .name = "value", .label = "Value", .type = "text",
                                 .autocomplete = "off", .value = text_of("") };
    const struct field from = { .name = "from", .label = "From the period", .type = "text",
                                .hint = "As 2014-15/P06; empty: for the whole year.",
                                .autocomplete = "off", .value = text_of("") };

    for (size_t p = 0; p < answer->partners; p++)
        council[p] = (struct choice){ terminated(arena, answer->partner[p]),
                                      terminated(arena, answer->partner[p]) };
    page_choice_field(h, &basis, "None", basis_choices(arena, answer), answer->bases);
    page_choice_field(h, &whose, NULL, council, answer->partners);
    page_field(h, &value);
    page_field(h, &from);
}

/* How lines of a subjective group, or of all, could be treated in the pool chosen above. */
static void treatment_boxes(struct request *request, struct html *h,
                            const struct what_if_answer *answer)
{
    struct arena *arena = request->arena;
    struct choice *group = arena_take(arena, answer->groups + 1, sizeof *group);
    struct choice *as = arena_take(arena, answer->partners + 3, sizeof *as);
    const struct field of = { .name = "group", .label = "Treat its subjective group" };
    const struct field how = { .name = "treatment", .label = "As" };
    size_t count = 0;

    group[0] = (struct choice){ "*", "All of the pool" };
    for (size_t i = 0; i < answer->groups; i++)
        group[i + 1] = (struct choice){ terminated(arena, answer->group[i]),
                                        terminated(arena, answer->group[i]) };
    as[count++] = (struct choice){ "direct", "Borne by whoever paid" };
    for (size_t p = 0; p < answer->partners; p++)
        as[count++] = (struct choice){
            arena_print(arena, "direct:%.*s", TEXT(answer->partner[p])),
            arena_print(arena, "Borne by %.*s", TEXT(answer->partner[p])) };
    as[count++] = (struct choice){ "excluded", "Left out: not settled at all" };
    as[count++] = (struct choice){ "common", "Shared, what one council bears alone too" };
    page_choice_field(h, &of, "None", group, answer->groups + 1);
    page_choice_field(h, &how, NULL, as, count);
}

/* Drafts of one's own council and what is proposed; nothing where there are none. */
static void proposal_box(struct request *request, struct html *h, const struct question_page *page)
{
    struct choice *choice = arena_take(request->arena, page->open.count + 1, sizeof *choice);
    const struct field field = { .name = "proposal", .label = "As if this basis were agreed" };
    size_t count = 0;

    for (size_t i = 0; i < page->open.count; i++) {
        const struct two_key_proposal *one = &page->open.proposal[i];
        const char *number = arena_number(request->arena, one->place.id);
        if (one->key.state == TWO_KEY_DRAFT || one->key.state == TWO_KEY_PROPOSED)
            choice[count++] = (struct choice){ number, arena_print(
                request->arena, "%.*s, %s %s", TEXT(one->subject),
                one->key.state == TWO_KEY_DRAFT ? "draft" : "proposal", number) };
    }
    if (count > 0)
        page_choice_field(h, &field, "None", choice, count);
}

static void form_part(struct request *request, struct html *h, const struct question_page *page)
{
    const struct what_if_answer *answer = &page->answer;
    const struct field set = { .name = "set", .label = "What is assumed", .value = page->set,
                               .hint = "A line for each. Choose below, and it is added here; or "
                                       "write it, as support.HR.ED=40 or "
                                       "setting.rounding=period." };
    const struct field pool = { .name = "pool", .label = "Share the pool" };
    const struct field on = { .name = "on", .label = "On the basis" };
    const struct field fixed = { .name = "fixed", .label = "Or by fixed per cent", .type = "text",
                                 .hint = "For each council in their order, as 40,60.",
                                 .autocomplete = "off", .value = text_of("") };

    El(h, "h2") Lit(h, "The question");
    Filter(request, h, Url("/money/what-if/new")) {
        money_hidden(h, "run", text_of(arena_number(request->arena, page->run.id)));
        page_text_field(h, &set);
        page_choice_field(h, &pool, "None", pool_choices(request->arena, answer), answer->pools);
        page_choice_field(h, &on, "None", basis_choices(request->arena, answer), answer->bases);
        page_field(h, &fixed);
        treatment_boxes(request, h, answer);
        basis_boxes(request, h, answer);
        proposal_box(request, h, page);
    }
}

static void keep_part(struct request *request, struct html *h, const struct question_page *page)
{
    const struct field name = { .name = "name", .label = "Name", .type = "text",
                                .hint = "Such as: primary schools by September's roll.",
                                .autocomplete = "off", .value = request_field(request, "name"),
                                .error = page->wrong };

    if (!page->answer.settled || !actor_may(&request->actor, MAY_KEEP_WHAT_IF))
        return;
    El(h, "h2") Lit(h, "Keep it");
    Form(request, h, Url("/money/what-if")) {
        money_hidden(h, "run", text_of(arena_number(request->arena, page->run.id)));
        money_hidden(h, "set", page->set);
        page_field(h, &name);
        page_button(h, "Keep the question");
    }
}

static enum err answer_new(struct request *request, const struct question_page *page, int status)
{
    const struct field fields[] = {
        { .name = "name", .label = "Name", .error = page->wrong },
    };
    struct html *h = page_begin(request, "A question to a run");

    page_errors(request, h, fields, COUNT(fields));
    run_part(request, h, page);
    answer_part(request, h, page);
    keep_part(request, h, page);
    form_part(request, h, page);
    return page_end(request, h, status);
}

enum err what_if_new(struct request *request)
{
    const struct question_page *page = request->work;

    return page == NULL ? what_ifs_show(request) : answer_new(request, page, 200);
}

/* --- kept --- */

static void share_form(struct request *request, struct html *h, const struct question_page *page)
{
    const struct url url = what_if_url(request->arena, page->id);

    if (page->kept.council != request->actor.acting ||
        !actor_may(&request->actor, MAY_KEEP_WHAT_IF))
        return;
    Form(request, h, url_segment(request->arena, url, text_of("share"))) {
        money_hidden(h, "shared", text_of(page->kept.shared ? "no" : "yes"));
        page_button(h, page->kept.shared ? "Share it no longer" : "Share it with the other "
                                                                  "council");
    }
    Form(request, h, url_segment(request->arena, url, text_of("end")))
        El(h, "button") {
            LitAttr(h, "type", "submit");
            LitAttr(h, "class", "second");
            Lit(h, "Throw it away");
        }
}

enum err what_if_show(struct request *request)
{
    const struct question_page *page = request->work;
    struct html *h = page_begin(request, arena_print(request->arena, "What if: %.*s",
                                                     TEXT(page->kept.name)));

    run_part(request, h, page);
    El(h, "dl") {
        page_entry(h, "Asked by", page->kept.made_by);
        page_entry(h, "For", page_council(request, page->kept.council));
        El(h, "dt") Lit(h, "Who reads it");
        El(h, "dd") page_tag(h, page->kept.shared ? TAG_NEWS : TAG_PLAIN,
                             page->kept.shared ? "Every council" : "Its council alone");
        El(h, "dt") Lit(h, "Assumed");
        El(h, "dd") El(h, "pre") html_text(h, page->set);
    }
    answer_part(request, h, page);
    El(h, "p") link_to(h, UrlArg(request->arena, new_url(request, page->run.id), "set",
                                 page->set), "Go on from this question");
    share_form(request, h, page);
    return page_end(request, h, 200);
}

enum err what_if_make(struct request *request)
{
    struct question_page *page = request->work;
    struct what_if question = { .run = page->run.id, .name = request_field(request, "name"),
                                .assignments = page->set };

    if (!page->answer.settled)
        return answer_new(request, page, 422);
    if (!what_if_name_is_fit(question.name)) {
        page->wrong = WHAT_IF_NAME_WORDS;
        return answer_new(request, page, 422);
    }
    const enum err err = what_if_keep(request->tx, request->arena, &request->happening,
                                      &request->actor, &question, request->trouble);
    return err != OK ? err : answer_done(request, what_if_url(request->arena, question.id),
                                         WORD_DONE_QUESTION_KEPT);
}

enum err what_if_share_make(struct request *request)
{
    const int64_t id = request_number(request, "question");
    const bool shared = text_is(request_field(request, "shared"), "yes");
    const enum err err = what_if_share(request->tx, &request->happening, &request->actor, id,
                                       shared, request->trouble);

    return err != OK ? err : answer_done(request, what_if_url(request->arena, id),
                                         shared ? WORD_DONE_QUESTION_SHARED
                                                : WORD_DONE_QUESTION_OWN);
}

enum err what_if_end_make(struct request *request)
{
    const enum err err = what_if_end(request->tx, &request->happening, &request->actor,
                                     request_number(request, "question"), request->trouble);

    return err != OK ? err : answer_done(request, Url("/money/what-if"),
                                         WORD_DONE_QUESTION_ENDED);
}

/* --- the list --- */

struct list_page {
    struct what_ifs   questions;
    struct money_run *run;          /* closed, the newest of each year first */
    size_t            runs;
};

#define RUNS_SHOWN 20

static enum err load_runs(struct request *request, struct list_page *page)
{
    struct joint_years years;
    struct money_runs runs;
    enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    page->run = arena_take(request->arena, RUNS_SHOWN, sizeof *page->run);
    for (size_t y = 0; y < years.count && err == OK; y++) {
        err = money_runs_load(request->tx, request->arena, years.year[y].year, &runs,
                              request->trouble);
        for (size_t i = 0; err == OK && i < runs.count && page->runs < RUNS_SHOWN; i++)
            if (runs.run[i].state == RUN_CLOSED)
                page->run[page->runs++] = runs.run[i];
    }
    return err;
}

static void questions_part(struct request *request, struct html *h, const struct list_page *page)
{
    static const struct column columns[] = {
        { "Question", COLUMN_WORDS }, { "Asked for", COLUMN_WORDS }, { "By", COLUMN_WORDS },
        { "When", COLUMN_WORDS }, { "Who reads it", COLUMN_WORDS },
    };

    if (page->questions.count == 0) {
        page_empty(h, "No question is kept yet.", "Ask one of a run below: nothing real is "
                   "changed by it.");
        return;
    }
    Table(h, "Questions that are kept", columns)
        for (size_t i = 0; i < page->questions.count; i++) {
            const struct what_if *question = &page->questions.question[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    link_to(h, what_if_url(request->arena, question->id),
                            terminated(request->arena, question->name));
                }
                page_cell(h, page_council(request, question->council));
                page_cell(h, question->made_by);
                El(h, "td") page_moment(h, question->made_at);
                page_cell(h, text_of(question->shared ? "Every council" : "Its council alone"));
            }
        }
}

static void runs_part(struct request *request, struct html *h, const struct list_page *page)
{
    static const struct column columns[] = {
        { "Run", COLUMN_WORDS }, { "Up to", COLUMN_WORDS }, { "When", COLUMN_WORDS },
    };

    El(h, "h2") Lit(h, "Ask a question");
    if (page->runs == 0) {
        page_empty(h, "There is no run to ask.", "A question is asked of a run that closed.");
        return;
    }
    Table(h, "Runs that can be asked, the newest first", columns)
        for (size_t i = 0; i < page->runs; i++) {
            const struct money_run *run = &page->run[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    link_to(h, new_url(request, run->id),
                            arena_print(request->arena, "Ask run %lld", (long long)run->id));
                }
                page_cell(h, text_of(period_title(request->arena, run->year,
                                                  (int)run->through - 1)));
                El(h, "td") page_moment(h, run->made_at);
            }
        }
}

enum err what_ifs_show(struct request *request)
{
    struct list_page page = { .runs = 0 };
    enum err err = what_ifs_load(request->tx, request->arena, request->actor.acting,
                                 &page.questions, request->trouble);

    if (err == OK)
        err = load_runs(request, &page);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, "What if");
    questions_part(request, h, &page);
    runs_part(request, h, &page);
    return page_end(request, h, 200);
}
