/*
 * finance/finance_run_api.c -- runs for programs: begun, looked at, and what came of them. They do
 * what the pages do, by the same functions.
 */
#include "finance/finance_api.h"

#include "cli/answer.h"
#include "finance/finance_run.h"
#include "finance/finance_settlement_rows.h"
#include "finance/finance_table.h"
#include "finance/finance_working.h"
#include "identity/right.h"
#include "web/api_field.h"

/* --- runs --- */

static void write_run(struct request *request, struct json *json, const struct money_run *run)
{
    api_number(json, "run", run->id);
    api_text(json, "through", text_of(period_title(request->arena, run->year,
                                                   (int)run->through - 1)));
    json_word(json, "book", book_name[run->book]);
    json_word(json, "state", run_state_word(run->state));
    api_text(json, "outcome", run->outcome);
    api_number(json, "lines", run->lines);
    api_number(json, "faults", run->faults);
    api_text_or_null(json, "inputs", run->inputs);
    api_number_or_null(json, "same_as", run->same_as);
    api_text(json, "made_for", money_council_code(request, run->made_for));
    api_text(json, "made_by", run->made_by);
    api_moment(json, "made_at", run->made_at);
    api_moment(json, "ended_at", run->ended_at);
}

static enum err run_list(struct request *request)
{
    const struct text year = request_word(request, "year");
    enum period_state state[PERIODS];
    struct money_runs runs;
    struct answer_json out;
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    if (err == OK)
        err = money_runs_load(request->tx, request->arena, year, &runs, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < runs.count; i++) {
        json_object(&out.json);
        write_run(request, &out.json, &runs.run[i]);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err answer_run(struct request *request, int64_t id, int status)
{
    struct money_run run;
    struct answer_json out;
    enum err err = money_run_load(request->tx, request->arena, id, &run, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    write_run(request, &out.json, &run);
    json_object_end(&out.json);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

static enum err run_show_call(struct request *request)
{
    return answer_run(request, request_number(request, "run"), 200);
}

static enum err run_begin(struct request *request)
{
    const int index = month_index(request_word(request, "period"));
    const struct text word = request_field(request, "book");
    struct trouble said = { .text = "" };
    enum book book = BOOK_LEDGER;
    int64_t id = 0;

    while (word.size > 0 && book < BOOKS && !text_is(word, book_name[book]))
        book++;
    if (index < 0)
        return ERR_MISSING;
    if (book == BOOKS) {
        const struct api_fault fault = { .field = "book", .code = "choice",
                                         .words = "It is ledger, budget or forecast.",
                                         .value = word };
        return answer_faults(request, "There is no such book.", &fault, 1);
    }
    enum err err = money_run_begin(request->tx, request->arena, &request->happening,
                                   &request->actor, request_word(request, "year"), index + 1,
                                   book, &id, &said);
    if (err == ERR_REFUSED)              /* as things stand; the page names all that is missing */
        err = ERR_CONFLICT;
    if (err != OK)
        return fail(request->trouble, err, "%s", said.text);
    return answer_run(request, id, 202);
}

/* --- what came of it --- */

static void write_row(struct json *json, const struct settlement_row *row)
{
    json_object(json);
    api_text(json, "kind", row->kind);
    api_text(json, "pool", row->pool);
    api_text(json, "period", row->period);
    api_text(json, "group", row->group);
    api_text(json, "partner", row->partner);
    json_key(json, "borne");
    json_money(json, row->borne);
    json_key(json, "paid");
    json_money(json, row->paid);
    json_key(json, "net");
    json_money(json, row->net);
    json_object_end(json);
}

static enum err run_settlement(struct request *request)
{
    struct settlement_rows rows;
    struct answer_json out;
    struct text bytes;
    enum err err = money_run_file(request->tx, request->arena, request_number(request, "run"),
                                  "settlement.csv", &bytes, request->trouble);

    if (err == OK)
        err = settlement_rows_read(request->arena, bytes, &rows, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < rows.count; i++)
        write_row(&out.json, &rows.row[i]);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err run_bill(struct request *request)
{
    struct bill_rows rows;
    struct answer_json out;
    struct text bytes;
    enum err err = money_run_file(request->tx, request->arena, request_number(request, "run"),
                                  "bill.csv", &bytes, request->trouble);

    if (err == OK)
        err = bill_rows_read(request->arena, bytes, &rows, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < rows.count; i++) {
        const struct bill_row *row = &rows.row[i];
        json_object(&out.json);
        api_text(&out.json, "service", row->service);
        api_text(&out.json, "from", row->from);
        api_text(&out.json, "to", row->to);
        json_key(&out.json, "amount");
        json_money(&out.json, row->amount);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- the rows --- */

#define LINE(n, h)   { .name = (n), .type = API_LINE, .required = true, .help = (h) }
#define MONEY(n, h)  { .name = (n), .type = API_LINE, .required = true, \
                       .help = h ", in pounds: 1234.56" }

static const char *const books[] = { "ledger", "budget", "forecast", NULL };
static const char *const states[] = { "waiting", "closed", "refused", "same", "failed", NULL };

static const struct api_field run_gives[] = {
    { .name = "run", .type = API_NUMBER, .required = true, .brief = true, .least = 1,
      .help = "Its number" },
    { .name = "through", .type = API_LINE, .required = true, .brief = true,
      .help = "The last period settled, as 2014-15/P03" },
    { .name = "book", .type = API_CHOICE, .required = true, .brief = true, .choices = books,
      .help = "Of which book" },
    { .name = "state", .type = API_CHOICE, .required = true, .brief = true, .choices = states,
      .help = "Waiting for its job; closed: there is a settlement; refused: its file errors.csv "
              "says why; same: nothing had changed, another run stands; failed" },
    { .name = "outcome", .type = API_LINE, .required = true, .help = "What came of it" },
    { .name = "lines", .type = API_NUMBER, .required = true, .help = "Ledger lines added up" },
    { .name = "faults", .type = API_NUMBER, .required = true, .help = "Why it was refused" },
    { .name = "inputs", .type = API_LINE, .help = "SHA-256 of all that went in" },
    { .name = "same_as", .type = API_NUMBER, .least = 1, .help = "The run that stands" },
    LINE("made_for", "The council it was begun for"),
    LINE("made_by", "By whom"),
    { .name = "made_at", .type = API_MOMENT, .required = true, .brief = true,
      .help = "When it was begun" },
    { .name = "ended_at", .type = API_MOMENT, .help = "When it ended; none: not yet" },
    { 0 },
};
static const struct api_field begin_takes[] = {
    { .name = "book", .type = API_CHOICE, .choices = books,
      .help = "Of which book; without it, ledger" },
    { 0 },
};
static const struct api_field settlement_gives[] = {
    { .name = "kind", .type = API_LINE, .required = true, .brief = true,
      .help = "common, direct, initiative or support" },
    { .name = "pool", .type = API_LINE, .required = true, .brief = true, .help = "The cost pool" },
    { .name = "period", .type = API_LINE, .required = true, .brief = true,
      .help = "As 2014-15/P03" },
    LINE("group", "The subjective group"),
    { .name = "partner", .type = API_LINE, .required = true, .brief = true,
      .help = "The council's code" },
    { .name = "borne", .type = API_LINE, .required = true, .brief = true,
      .help = "What it bears, in pounds: 1234.56" },
    MONEY("paid", "What it has paid"),
    MONEY("net", "What it bears less what it has paid"),
    { 0 },
};
static const struct api_field bill_gives[] = {
    { .name = "service", .type = API_LINE, .required = true, .brief = true,
      .help = "The service; all: settled net" },
    { .name = "from", .type = API_LINE, .required = true, .brief = true, .help = "Who owes" },
    { .name = "to", .type = API_LINE, .required = true, .brief = true, .help = "To whom" },
    { .name = "amount", .type = API_LINE, .required = true, .brief = true,
      .help = "How much, in pounds: 1234.56" },
    { 0 },
};
static const struct api_field working_takes[] = {
    { .name = "pool", .type = API_LINE, .required = true, .most = 64, .help = "The cost pool" },
    { .name = "period", .type = API_LINE, .required = true, .most = 3, .help = "Such as P03" },
    { .name = "group", .type = API_LINE, .most = 200, .help = "Of this subjective group alone" },
    { 0 },
};

static const struct api_call run_list_call = { .answer = API_LIST, .gives = run_gives };
static const struct api_call run_one_call = { .answer = API_OBJECT, .gives = run_gives };
static const struct api_call run_begin_call = { .answer = API_OBJECT, .status = 202,
                                                .takes = begin_takes, .gives = run_gives };
static const struct api_call settlement_call = { .answer = API_LIST, .gives = settlement_gives };
static const struct api_call bill_call = { .answer = API_LIST, .gives = bill_gives };
static const struct api_call working_call = { .answer = API_FILE, .type = JSON_TYPE,
                                              .takes = working_takes };
static const struct api_call file_call = { .answer = API_FILE, .type = "text/csv" };

static const struct action actions[] = {
    { .verb = "api run list", .summary = "The runs of a year, the newest first",
      .method = ACTION_GET, .route = "/api/v1/years/{year:year}/runs", .right = MAY_SEE_MONEY,
      .respond = run_list, .call = &run_list_call },
    { .verb = "api run begin", .summary = "Work out what each council pays up to a period",
      .method = ACTION_POST, .route = "/api/v1/years/{year:year}/periods/{period:word}/runs",
      .right = MAY_TAKE_EXTRACT, .respond = run_begin, .call = &run_begin_call },
    { .verb = "api run show", .summary = "A run, and what came of it",
      .method = ACTION_GET, .route = "/api/v1/runs/{run}", .right = MAY_SEE_MONEY,
      .respond = run_show_call, .call = &run_one_call },
    { .verb = "api run settlement", .summary = "What each council bears and has paid, by a run",
      .method = ACTION_GET, .route = "/api/v1/runs/{run}/settlement", .right = MAY_SEE_MONEY,
      .respond = run_settlement, .call = &settlement_call },
    { .verb = "api run bill", .summary = "Who owes whom, by a run",
      .method = ACTION_GET, .route = "/api/v1/runs/{run}/bill", .right = MAY_SEE_MONEY,
      .respond = run_bill, .call = &bill_call },
    { .verb = "api run working", .summary = "Why the figures of a pool in a period are what they "
      "are: the steps, as ochil explain --json gives them",
      .method = ACTION_GET, .route = "/api/v1/runs/{run}/working", .right = MAY_SEE_MONEY,
      .respond = working_file, .call = &working_call },
    { .verb = "api run file", .summary = "A file of a run, as the engine wrote it",
      .method = ACTION_GET, .route = "/api/v1/runs/{run}/files/{file:word}",
      .right = MAY_SEE_MONEY, .respond = run_file, .call = &file_call },
    { 0 },
};

const struct feature money_run_call_feature = { "runs", "Runs of a year", actions };
