/* finance/finance_query.c -- the register of queries: its declaration and its pages. */
#include "finance/finance_query.h"

#include "engine/period.h"
#include "finance/finance_sql.h"
#include "finance/finance_table.h"
#include "finance/finance_query_standing.h"
#include "register/register_rows.h"
#include "store/db.h"
#include "web/site.h"

#define ABOUT                                                                                    \
    "A query is one council's question about a line or figure of a period: a pool, a group, a "  \
    "share or a line of a ledger. A draft is seen by its council alone; once it is put, both "   \
    "see it. The council that was asked answers within 14 days, the other accepts the answer or " \
    "takes it further: to the Programme Board, then to the chief executives, 28 days each. What " \
    "is not in dispute stays payable."

#define PENCE_MOST INT64_C(99999999999999)

static const char *const periods[] = { "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08",
                                       "P09", "P10", "P11", "P12", "P13", NULL };
static const char *const outcomes[] = { "stands", "corrected", NULL };

static const struct field_form fields[QUERY_FIELDS] = {
    [QUERY_TITLE] = { "title", "Question", "What is asked, in one line", FIELD_LINE,
                      .required = true, .most = 200 },
    [QUERY_YEAR] = { "year", "Year", "As 2014-15", FIELD_LINE, .required = true, .most = 7,
                     .example = "2014-15" },
    [QUERY_PERIOD] = { "period", "Period", "P01 is April", FIELD_CHOICE, .required = true,
                       .choices = periods },
    [QUERY_POOL] = { "pool", "Cost pool", "Its code, if the figure is of one", FIELD_LINE,
                     .most = 60, .example = "ED-PRI" },
    [QUERY_GROUP] = { "cost_group", "Subjective group", "Likewise", FIELD_LINE, .most = 60 },
    [QUERY_BEARER] = { "bearer", "Share of", "Of a council's share: which",
                       FIELD_COUNCIL, .most = 32 },
    [QUERY_LINE] = { "source_line", "Ledger line", "Import and row, or the line's own number",
                     FIELD_LINE, .most = 200 },
    [QUERY_DETAIL] = { "detail", "What is wrong with it", "And what it should be, if known",
                       FIELD_TEXT, .required = true, .most = 4000 },
    [QUERY_AMOUNT] = { "amount", "Figure", "In pounds, without its sign; none: nothing is due",
                       FIELD_MONEY, .most = PENCE_MOST },
    [QUERY_DISPUTED] = { "disputed", "In dispute", "In pounds; the rest stays payable",
                         FIELD_MONEY, .required = true, .most = PENCE_MOST },
    [QUERY_ANSWERS] = { "answers", "Answered by", "None: the other council", FIELD_COUNCIL,
                        .most = 32 },
    [QUERY_OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                           .most = 100, .later = true },
    [QUERY_ANSWER] = { "answer", "Answer", "Of the council, or what the Programme Board or the "
                       "chief executives decided", FIELD_TEXT, .most = 4000, .later = true },
    [QUERY_OUTCOME] = { "outcome", "Outcome", NULL, FIELD_CHOICE, .choices = outcomes,
                        .later = true },
    [QUERY_CORRECTED_FROM] = { "corrected_from", "Corrected from", "The period, as 2014-15/P05",
                               FIELD_LINE, .most = 11, .later = true },
    [QUERY_CORRECTION] = { "correction", "Correction", "In pounds; less is -123.45", FIELD_MONEY,
                           .most = PENCE_MOST, .least = -PENCE_MOST, .later = true },
    [QUERY_STAGE] = { "stage", "With", NULL, FIELD_CHOICE, .choices = query_stages,
                      .fixed = true },
    [QUERY_PUT_ON] = { "put_on", "Put on", NULL, FIELD_DAY, .fixed = true },
    [QUERY_DUE] = { "due", "Due", NULL, FIELD_DAY, .fixed = true },
    [QUERY_SERVICE] = FIELD_OF_SERVICE,
};

static const char *const states[] = { "draft", "put", "answered", "settled", "withdrawn", NULL };
static const struct register_step steps[] = {
    { "draft", "put", "put" },           { "draft", "withdraw", "withdrawn" },
    { "put", "answer", "answered" },     { "put", "escalate", "put" },
    { "put", "withdraw", "withdrawn" },  { "answered", "accept", "settled" },
    { "answered", "return", "put" },     { "answered", "escalate", "put" },
    { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "state", "due", "year", "period", "amount",
                                       "disputed", "answers", "stage", "outcome", "pool",
                                       "cost_group", "bearer", "service", NULL };
static const char *const brief[] = { "title", "year", "period", "disputed", "due", NULL };
static const char *const filters[] = { "state", "year", "period", "answers", "stage", "service",
                                       NULL };

/* --- below the list --- */

static bool is_open(const struct entry *query)
{
    return query->state == QUERY_PUT || query->state == QUERY_ANSWERED;
}

static int64_t number(const struct entry *query, enum query_field field)
{
    return field_number(&fields[field], query->field[field]);
}

static bool is_overdue(struct request *request, const struct entry *query)
{
    return is_open(query) &&
           number(query, QUERY_DUE) < day_of(request->happening.now).days;
}

static void totals(struct request *request, struct html *h, const struct entries *queries)
{
    int64_t open = 0, overdue = 0, disputed = 0;

    for (size_t i = 0; i < queries->count; i++) {
        const struct entry *query = &queries->entry[i];
        open += is_open(query) ? 1 : 0;
        overdue += is_overdue(request, query) ? 1 : 0;
        disputed += is_open(query) ? number(query, QUERY_DISPUTED) : 0;
    }
    if (queries->count == 0)
        return;
    El(h, "h2") Lit(h, "In dispute");
    El(h, "dl") {
        El(h, "dt") Lit(h, "Open");
        El(h, "dd") html_int(h, open);
        El(h, "dt") Lit(h, "Overdue");
        El(h, "dd") html_int(h, overdue);
        El(h, "dt") Lit(h, "In dispute in those that are open");
        El(h, "dd") page_pounds(h, disputed);
    }
}

/* --- on its page --- */

static void undisputed(struct html *h, const struct entry *query)
{
    if (query->field[QUERY_AMOUNT].size == 0)
        return;
    El(h, "dt") Lit(h, "Stays payable");
    El(h, "dd") {
        page_pounds(h, query_undisputed(query));
        Lit(h, ": what is not in dispute");
    }
}

static const char *whose_turn(const struct entry *query)
{
    static const char *const at[STAGES] = {
        [STAGE_COUNCIL] = "The council that was asked answers.",
        [STAGE_BOARD] = "It is with the Programme Board. The council that was asked writes down "
                        "what the Board decided.",
        [STAGE_EXECUTIVES] = "It is with the chief executives. The council that was asked writes "
                             "down what they decided.",
    };

    switch ((enum query_state)query->state) {
    case QUERY_DRAFT: return "It is a draft, and your council's alone until it is put.";
    case QUERY_PUT: return at[query_stage_of(query)];
    case QUERY_ANSWERED:
        return query_stage_of(query) == STAGE_EXECUTIVES
                   ? "The council that asked accepts the answer, or returns it."
                   : "The council that asked accepts the answer, returns it, or takes it further.";
    case QUERY_SETTLED: return "The council that asked has accepted the answer.";
    case QUERY_WITHDRAWN: break;
    }
    return "It was withdrawn.";
}

static void more(struct request *request, struct html *h, const struct entry_page *page)
{
    const struct entry *query = &page->entry;

    El(h, "h2") Lit(h, "Where it stands");
    El(h, "p") html_text(h, text_of(whose_turn(query)));
    El(h, "dl") {
        undisputed(h, query);
        if (is_open(query)) {
            El(h, "dt") Lit(h, "Until");
            El(h, "dd") {
                page_iso_day(h, query->field[QUERY_DUE]);
                Lit(h, " ");
                if (is_overdue(request, query))
                    page_tag(h, TAG_BAD, "Overdue");
            }
        }
    }
    if (query->state == QUERY_PUT && query_stage_of(query) != STAGE_EXECUTIVES &&
        query->council == request->actor.acting && !is_overdue(request, query))
        El(h, "p") Lit(h, "After that day you may take it further.");
}

const struct register_type query_register = {
    .one = "query", .many = "queries", .a = "a query", .about = ABOUT,
    .may_see = MAY_SEE_QUERY, .may_edit = MAY_EDIT_QUERY,
    .fields = fields, .field_count = QUERY_FIELDS, .states = states, .steps = steps,
    .columns = columns, .brief = brief, .filters = filters, .sql = REGISTER_SQL(query),
    .judge = query_judge, .refuses = query_refuses, .writes = query_writes, .bars = query_bars,
    .moves = query_moves, .waits = query_waits, .below_list = totals, .more = more,
};

/* --- how a period stands --- */

enum err query_standing_load(struct tx *tx, int64_t council, struct text year, int index,
                             struct query_standing *out, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_query_standing, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    bind_text(ask, 2, year);
    bind_text(ask, 3, text_of(periods[index]));
    if ((err = statement_one(ask, trouble)) == OK)
        *out = (struct query_standing){ .open = column_int(ask, 0),
                                        .disputed = column_int(ask, 1),
                                        .answered = column_int(ask, 2) };
    statement_end(ask);
    return err;
}

/* --- other ways to it --- */

static enum err money_queries_show(struct request *request)
{
    return answer_redirect(request, Url("/queries"));
}

static struct url asked(struct request *request, struct url url, const char *from,
                        const char *to)
{
    const struct text value = request_field(request, from);

    return value.size == 0 ? url : url_argument(request->arena, url, to, value);
}

/* What a figure's page knows of it, into the form; "2014-15/P03" as a period says the year, too. */
static enum err money_query_new(struct request *request)
{
    const struct text period = request_field(request, "period");
    struct url url = Url("/new-query");
    period_number written;

    if (period_parse(period, &written)) {
        url = UrlArg(request->arena, url, "year", ((struct text){ period.data, 7 }));
        url = UrlArg(request->arena, url, "period", ((struct text){ period.data + 8, 3 }));
    } else {
        url = asked(request, asked(request, url, "year", "year"), "period", "period");
    }
    url = asked(request, asked(request, url, "pool", "pool"), "group", "cost_group");
    url = asked(request, asked(request, url, "council", "bearer"), "line", "source_line");
    return answer_redirect(request, asked(request, url, "amount", "amount"));
}

static const struct action actions[] = {
    REGISTER_ROWS(query_register, "query", "queries", "a query", MAY_SEE_QUERY, MAY_EDIT_QUERY,
                  ABOUT),
    { .verb = "money queries", .summary = "The queries, from Money",
      .description = "Leads to the list of queries.", .for_all = true,
      .method = ACTION_GET, .route = "/money/queries", .right = MAY_SEE_QUERY,
      .respond = money_queries_show },
    { .verb = "money ask", .summary = "A query about a figure",
      .description = "Leads to the form for a query, filled in with what the figure is: year, "
                     "period, pool, group, council, line and amount.", .for_all = true,
      .method = ACTION_GET, .route = "/money/queries/new", .right = MAY_EDIT_QUERY,
      .respond = money_query_new },
    { 0 },
};
const struct feature query_feature = { "query", "Queries", actions };
