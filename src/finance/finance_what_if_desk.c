#include "finance/finance_what_if_desk.h"

/* Another line behind those that there are. */
static void add_line(struct question_page *page, const char *line)
{
    page->set = text_of(arena_print(page->request->arena, "%.*s%s%s", TEXT(page->set),
                                    page->set.size > 0 ? "\n" : "", line));
}

/* The lines that were typed, and what was chosen beside them. */
static void read_question(struct question_page *page)
{
    struct request *request = page->request;
    const struct text pool = request_field(request, "pool");
    const struct text on = request_field(request, "on");
    const struct text fixed = request_field(request, "fixed");
    const struct text group = request_field(request, "group");
    const struct text treatment = request_field(request, "treatment");
    const struct text basis = request_field(request, "basis");
    const struct text council = request_field(request, "council");
    const struct text value = request_field(request, "value");
    const struct text from = request_field(request, "from");
    const struct text proposal = request_field(request, "proposal");

    page->set = request_field(request, "set");
    while (page->set.size > 0 && is_one_of(page->set.data[page->set.size - 1], " \n\t"))
        page->set.size--;
    if (proposal.size > 0)
        add_line(page, arena_print(request->arena, "proposal.%.*s", TEXT(proposal)));
    if (pool.size > 0 && on.size > 0)
        add_line(page, arena_print(request->arena, "pool.%.*s.basis=%.*s", TEXT(pool),
                                   TEXT(on)));
    if (pool.size > 0 && fixed.size > 0)
        add_line(page, arena_print(request->arena, "pool.%.*s.fixed=%.*s", TEXT(pool),
                                   TEXT(fixed)));
    if (pool.size > 0 && group.size > 0)
        add_line(page, arena_print(request->arena, "group.%.*s.%.*s=%.*s", TEXT(pool),
                                   TEXT(group), TEXT(treatment)));
    if (basis.size > 0 && value.size > 0)
        add_line(page, arena_print(request->arena, "basis.%.*s.%.*s%s%.*s=%.*s", TEXT(basis),
                                   TEXT(council), from.size > 0 ? "@" : "", TEXT(from),
                                   TEXT(value)));
}

/* Proposals of bases that are there: the question's own, and what it could be about. */
static enum err load_proposals(struct tx *tx, struct question_page *page, struct trouble *trouble)
{
    struct request *request = page->request;
    const struct two_key_filter filter = { .council = request->actor.acting,
                                           .kind = text_of(BASIS_KIND),
                                           .rows = TWO_KEY_ROWS_MAX };
    enum err err = what_if_proposals_load(tx, request->arena, request->actor.acting, page->set,
                                          &page->proposals, trouble);

    return err != OK ? err : two_key_list(tx, request->arena, &filter, &page->open.proposal,
                                          &page->open.count, trouble);
}

/* In a transaction: the kept question if there is one, and the run. */
static enum err load_question(struct tx *tx, void *context, struct trouble *trouble)
{
    struct question_page *page = context;
    struct request *request = page->request;
    int64_t run = money_number(request_field(request, "run"));
    enum err err = OK;

    if (page->id > 0) {
        err = what_if_load(tx, request->arena, request->actor.acting, page->id, &page->kept,
                           trouble);
        run = err == OK ? page->kept.run : 0;
        page->set = page->kept.assignments;
    }
    if (err == OK)
        err = load_proposals(tx, page, trouble);
    if (err == OK)
        err = money_run_load(tx, request->arena, run, &page->run, trouble);
    if (err == OK && page->run.state != RUN_CLOSED)
        err = ERR_MISSING;
    return err != OK ? err : money_run_inputs_load(tx, request->arena, page->run.id, &page->input,
                                                   &page->inputs, trouble);
}

static enum err prepare(struct request *request, int64_t id)
{
    struct question_page *page = arena_take(request->arena, 1, sizeof *page);
    const struct db_scope scope = { request->actor.acting, request->arena };

    *page = (struct question_page){ .request = request, .id = id };
    request->work = page;
    if (id == 0)
        read_question(page);
    const enum err err = db_read(request->site->db, scope, load_question, page,
                                 request->trouble);
    return err != OK ? err : what_if_ask(request->arena, &page->run, page->input, page->inputs,
                                         page->set, &page->proposals, &page->answer,
                                         request->trouble);
}

/* Of no run: the page lets one choose. */
enum err what_if_new_prepare(struct request *request)
{
    return request_field(request, "run").size == 0 ? OK : prepare(request, 0);
}

enum err what_if_show_prepare(struct request *request)
{
    const int64_t id = request_number(request, "question");

    return id > 0 ? prepare(request, id) : ERR_MISSING;
}

enum err what_if_make_prepare(struct request *request)
{
    return prepare(request, 0);
}
