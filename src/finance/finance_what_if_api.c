/*
 * finance/finance_what_if_api.c -- questions to a run, for programs: asked, kept, shared, thrown
 * away. They do what the pages do, by the same functions, and change nothing real either.
 */
#include "finance/finance_what_if_desk.h"

#include "cli/answer.h"
#include "finance/finance_api.h"
#include "finance/finance_table.h"
#include "identity/right.h"
#include "web/api_field.h"

/* --- what is given --- */

static void write_change(struct json *json, const struct what_if_answer *answer, size_t partner,
                         const struct what_if_change *change)
{
    api_text(json, "council", answer->partner[partner]);
    json_key(json, "before");
    json_money(json, change->before);
    json_key(json, "after");
    json_money(json, change->after);
    json_key(json, "change");
    json_money(json, change->after - change->before);
}

/* Of each row that changes what each council would bear. */
static void write_rows(struct json *json, const char *name, const struct what_if_answer *answer,
                       const struct what_if_row *row, size_t rows)
{
    json_key(json, name);
    json_array(json);
    for (size_t i = 0; i < rows && answer->settled; i++)
        for (size_t p = 0; p < answer->partners; p++) {
            if (!what_if_is_changed(row[i].change, answer->partners))
                continue;
            json_object(json);
            api_text(json, "code", row[i].code);
            api_text(json, "name", row[i].name);
            write_change(json, answer, p, &row[i].change[p]);
            json_object_end(json);
        }
    json_array_end(json);
}

static void write_totals(struct json *json, const struct what_if_answer *answer)
{
    json_key(json, "total");
    json_array(json);
    for (size_t p = 0; p < answer->partners && answer->settled; p++) {
        json_object(json);
        write_change(json, answer, p, &answer->total[p]);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_question(struct request *request, struct json *json,
                           const struct what_if *question)
{
    api_number_or_null(json, "question", question->id);
    api_number(json, "run", question->run);
    api_text_or_null(json, "name", question->name);
    api_text(json, "set", question->assignments);
    api_text(json, "council", money_council_code(request, question->council));
    api_flag(json, "shared", question->shared);
    api_text_or_null(json, "made_by", question->made_by);
    api_moment(json, "made_at", question->made_at);
}

static enum err answer_question(struct request *request, const struct what_if *question,
                                const struct what_if_answer *answer, int status)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    json_object(&out.json);
    write_question(request, &out.json, question);
    api_text_or_null(&out.json, "refused", text_of(answer->refused == NULL ? ""
                                                                           : answer->refused));
    write_totals(&out.json, answer);
    write_rows(&out.json, "pools", answer, answer->pool, answer->pools);
    write_rows(&out.json, "services", answer, answer->service, answer->services);
    json_key(&out.json, "even");
    json_array(&out.json);
    for (size_t i = 0; i < answer->evens; i++)
        json_string(&out.json, answer->even[i]);
    json_array_end(&out.json);
    json_object_end(&out.json);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

/* --- the calls --- */

static enum err question_list(struct request *request)
{
    struct what_ifs questions;
    struct answer_json out;
    enum err err = what_ifs_load(request->tx, request->arena, request->actor.acting, &questions,
                                 request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < questions.count; i++) {
        json_object(&out.json);
        write_question(request, &out.json, &questions.question[i]);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static struct what_if asked(const struct request *request, const struct question_page *page)
{
    return (struct what_if){ .council = request->actor.acting, .run = page->run.id,
                             .assignments = page->set };
}

static enum err question_ask(struct request *request)
{
    const struct question_page *page = request->work;

    if (page == NULL)
        return fail(request->trouble, ERR_USAGE, "Say which run is asked.");
    const struct what_if question = asked(request, page);
    return answer_question(request, &question, &page->answer, 200);
}

static enum err question_show(struct request *request)
{
    const struct question_page *page = request->work;

    return answer_question(request, &page->kept, &page->answer, 200);
}

static enum err question_keep(struct request *request)
{
    const struct question_page *page = request->work;
    struct what_if question = asked(request, page);
    struct api_fault fault[2];
    size_t faults = 0;

    question.name = request_field(request, "name");
    if (!what_if_name_is_fit(question.name))
        fault[faults++] = (struct api_fault){ .field = "name", .code = "length",
                                              .words = WHAT_IF_NAME_WORDS,
                                              .value = question.name };
    if (!page->answer.settled)
        fault[faults++] = (struct api_fault){
            .field = "set", .code = "rule",
            .words = page->answer.refused == NULL ? "Nothing is assumed." : page->answer.refused,
            .value = page->set };
    if (faults > 0)
        return answer_faults(request, fault[faults - 1].words, fault, faults);
    question.made_at = request->happening.now;
    question.made_by = text_of(request->actor.login);
    const enum err err = what_if_keep(request->tx, request->arena, &request->happening,
                                      &request->actor, &question, request->trouble);
    return err != OK ? err : answer_question(request, &question, &page->answer, 201);
}

static enum err question_share(struct request *request)
{
    const int64_t id = request_number(request, "question");
    const bool shared = text_is(request_field(request, "shared"), "true");
    struct what_if question;
    struct answer_json out;
    enum err err = what_if_share(request->tx, &request->happening, &request->actor, id, shared,
                                 request->trouble);

    if (err == OK)
        err = what_if_load(request->tx, request->arena, request->actor.acting, id, &question,
                           request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    write_question(request, &out.json, &question);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err question_end(struct request *request)
{
    const enum err err = what_if_end(request->tx, &request->happening, &request->actor,
                                     request_number(request, "question"), request->trouble);

    return err != OK ? err : answer_bytes(request, 200, JSON_TYPE, text_of("{}\n"));
}

/* --- the rows --- */

#define LINE(n, h)  { .name = (n), .type = API_LINE, .required = true, .help = (h) }
#define CHANGES \
    LINE("council", "The council's code"), \
    LINE("before", "What it bears by the run, in pounds: 1234.56"), \
    LINE("after", "What it would bear"), \
    LINE("change", "The difference; less is -123.45")
#define QUESTION \
    { .name = "question", .type = API_NUMBER, .brief = true, .least = 1, \
      .help = "Its number; none: it is not kept" }, \
    { .name = "run", .type = API_NUMBER, .required = true, .brief = true, .least = 1, \
      .help = "The run that is asked" }, \
    { .name = "name", .type = API_LINE, .brief = true, .help = "The name that it is kept under" }, \
    { .name = "set", .type = API_TEXT, .required = true, .help = "What is assumed, by lines" }, \
    LINE("council", "The council that asks"), \
    { .name = "shared", .type = API_FLAG, .required = true, .brief = true, \
      .help = "Does every council read it?" }, \
    { .name = "made_by", .type = API_LINE, .help = "Who kept it" }, \
    { .name = "made_at", .type = API_MOMENT, .help = "When" }

static const struct api_field change_part[] = { CHANGES, { 0 } };
static const struct api_field row_part[] = {
    LINE("code", "Of the pool or service"), LINE("name", "Its name"), CHANGES, { 0 },
};
static const struct api_field question_gives[] = { QUESTION, { 0 } };
static const struct api_field answer_gives[] = {
    QUESTION,
    { .name = "refused", .type = API_LINE, .help = "Why there is no answer; none: there is one" },
    { .name = "total", .type = API_PARTS, .required = true, .parts = change_part,
      .help = "The year, all together" },
    { .name = "pools", .type = API_PARTS, .required = true, .parts = row_part,
      .help = "Pool by pool, where something changes" },
    { .name = "services", .type = API_PARTS, .required = true, .parts = row_part,
      .help = "Service by service, likewise" },
    { .name = "even", .type = API_WORDS, .required = true,
      .help = "Where a council's total turns, if one value of a basis is asked about" },
    { 0 },
};

#define RUN_FIELD { .name = "run", .type = API_NUMBER, .required = true, .least = 1, \
                    .help = "The run that is asked: one that closed" }
#define SET_FIELD { .name = "set", .type = API_TEXT, .required = true, \
                    .most = WHAT_IF_BYTES_MOST, \
                    .help = "What is assumed, a line for each: pool.ED-PRI.basis=ROLL, " \
                            "pool.ED-PRI.fixed=40,60, basis.POP.CLK@2014-15/P06=52500, " \
                            "group.ED-PRI.employees=direct, support.HR.ED=40, " \
                            "setting.rounding=period or proposal.13" }
static const struct api_field ask_takes[] = { RUN_FIELD, SET_FIELD, { 0 } };
static const struct api_field keep_takes[] = {
    RUN_FIELD, SET_FIELD,
    { .name = "name", .type = API_LINE, .required = true, .most = WHAT_IF_NAME_MOST,
      .help = "Under which it is kept" },
    { 0 },
};
static const struct api_field share_takes[] = {
    { .name = "shared", .type = API_FLAG, .required = true,
      .help = "Does every council read it from now on?" },
    { 0 },
};

static const struct api_call list_call = { .answer = API_LIST, .gives = question_gives };
static const struct api_call ask_call = { .answer = API_OBJECT, .takes = ask_takes,
                                          .gives = answer_gives };
static const struct api_call show_call = { .answer = API_OBJECT, .gives = answer_gives };
static const struct api_call keep_call = { .answer = API_OBJECT, .status = 201,
                                           .takes = keep_takes, .gives = answer_gives };
static const struct api_call share_call = { .answer = API_OBJECT, .takes = share_takes,
                                            .gives = question_gives };
static const struct api_call end_call = { .answer = API_NOTHING };

static const struct action actions[] = {
    { .verb = "api what-if list", .summary = "Questions that are kept: the council's own, and "
      "those shared with it",
      .method = ACTION_GET, .route = "/api/v1/what-ifs", .right = MAY_SEE_MONEY,
      .respond = question_list, .call = &list_call },
    { .verb = "api what-if ask", .summary = "What would each council bear, if ...?",
      .description = "Worked out by the engine from what the run keeps. Nothing is kept of it, "
                     "and nothing real is changed.",
      .method = ACTION_GET, .route = "/api/v1/what-ifs/answer", .right = MAY_SEE_MONEY,
      .prepare = what_if_new_prepare, .respond = question_ask, .call = &ask_call },
    { .verb = "api what-if show", .summary = "A question that is kept, answered",
      .method = ACTION_GET, .route = "/api/v1/what-ifs/{question}", .right = MAY_SEE_MONEY,
      .prepare = what_if_show_prepare, .respond = question_show, .call = &show_call },
    { .verb = "api what-if keep", .summary = "Keep a question under a name",
      .method = ACTION_POST, .route = "/api/v1/what-ifs", .right = MAY_KEEP_WHAT_IF,
      .prepare = what_if_make_prepare, .respond = question_keep, .call = &keep_call },
    { .verb = "api what-if share", .summary = "Share a question with every council, or no longer",
      .method = ACTION_POST, .route = "/api/v1/what-ifs/{question}/share",
      .right = MAY_KEEP_WHAT_IF, .respond = question_share, .call = &share_call },
    { .verb = "api what-if end", .summary = "Throw a question away",
      .method = ACTION_POST, .route = "/api/v1/what-ifs/{question}/end",
      .right = MAY_KEEP_WHAT_IF, .respond = question_end, .call = &end_call },
    { 0 },
};

const struct feature what_if_call_feature = { "what-ifs", "What if", actions };
