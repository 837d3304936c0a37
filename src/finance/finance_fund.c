/*
 * finance/finance_fund.c -- the register of ring-fenced money: grants and other funds from outside,
 * with their conditions, and whether the map would share them by accident.
 */
#include "finance/finance_beside.h"
#include "finance/finance_fund_check.h"
#include "finance/finance_map.h"
#include "finance/finance_sql.h"
#include "finance/finance_table.h"
#include "finance/finance_year.h"
#include "register/register_rows.h"

#define ABOUT                                                                                    \
    "A fund is money from outside with conditions: a grant, a contribution. It is ring-fenced: " \
    "the cost centres in which it is received and spent are named here, and if the council's "   \
    "map has one of them as common or support, so that the partner would share it, its page and " \
    "the month say so, unless its conditions let it be shared."

static const struct field_form fields[FUND_FIELDS] = {
    [FUND_TITLE] = { "title", "Fund", "Its name", FIELD_LINE, .required = true, .most = 200 },
    [FUND_FUNDER] = { "funder", "Funder", "Who gives it, and under which reference", FIELD_LINE,
                      .required = true, .most = 200 },
    [FUND_CONDITIONS] = { "conditions", "Conditions", "What it may be spent on, for whom, until "
                          "when; where the letter is", FIELD_TEXT, .required = true,
                          .most = 4000 },
    [FUND_AMOUNT] = { "amount", "Amount", "In pounds", FIELD_MONEY, .required = true,
                      .most = BESIDE_PENCE_MOST },
    [FUND_STARTS] = { "starts", "From", "A day as 2026-04-01", FIELD_DAY, .required = true },
    [FUND_ENDS] = { "ends", "To be spent by", NULL, FIELD_DAY, .required = false },
    [FUND_CENTRES] = { "cost_centres", "Cost centres", "Codes with a blank between them: where it "
                       "is received and spent", FIELD_LINE, .required = true, .most = 400 },
    [FUND_ACCOUNTS] = { "accounts", "Accounts", "Likewise; none: all accounts of those cost "
                        "centres", FIELD_LINE, .most = 400 },
    [FUND_MAY_SHARE] = { "may_share", "Its conditions let it be shared with the partner", NULL,
                         FIELD_FLAG, .required = false },
    [FUND_OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                          .required = true, .most = 100 },
    [FUND_REPORT_DUE] = { "report_due", "Report or claim due", NULL, FIELD_DAY,
                           .required = false },
    [FUND_SERVICE] = FIELD_OF_SERVICE,
};

static const char *const states[] = { "expected", "held", "spent", "closed", NULL };
static const struct register_step steps[] = {
    { "expected", "receive", "held" }, { "expected", "close", "closed" },
    { "held", "spend", "spent" },      { "held", "close", "closed" },
    { "spent", "close", "closed" },    { "closed", "reopen", "held" },
    { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "funder", "amount", "state", "starts", "ends",
                                       "cost_centres", "accounts", "may_share", "report_due",
                                       "service", "owner_post", "sharing", NULL };
static const char *const brief[] = { "title", "funder", "amount", "ends", NULL };
static const char *const filters[] = { "state", "service", "funder", "owner_post", NULL };

static void judge(const struct entry *fund, const char *wrong[])
{
    beside_judge_days(&fund_register, fund, FUND_STARTS, FUND_ENDS, wrong);
}

/* --- totals --- */

static void total_row(struct html *h, const struct entries *all, const struct council *council)
{
    int64_t sum[COUNT(states) - 1] = { 0 };

    for (size_t i = 0; i < all->count; i++)
        if (all->entry[i].council == council->id)
            sum[all->entry[i].state] += field_number(&fields[FUND_AMOUNT],
                                                     all->entry[i].field[FUND_AMOUNT]);
    El(h, "tr") {
        page_row_head(h, council->name);
        for (size_t i = 0; i < COUNT(sum); i++)
            page_money(h, sum[i]);
    }
}

static void totals(struct request *request, struct html *h, const struct entries *all)
{
    static const struct column heads[] = {
        { "Council", COLUMN_WORDS }, { "Expected", COLUMN_NUMBER }, { "Held", COLUMN_NUMBER },
        { "Spent", COLUMN_NUMBER }, { "Closed", COLUMN_NUMBER },
    };

    if (all->count == 0)
        return;
    El(h, "h2") Lit(h, "Totals");
    Table(h, "Of what was found, by council and state", heads)
        for (size_t i = 0; i < request->councils.count; i++)
            total_row(h, all, &request->councils.council[i]);
}

/* --- its page --- */

struct shared_in {
    struct text       year;
    struct fund_leaks leaks;
};
struct shared_years {
    struct shared_in *in;       /* the latest year first */
    size_t            count;
    bool              ours;     /* the partner's map is not ours to see */
};

static enum err gather(struct request *request, struct entry_page *page)
{
    struct shared_years *found = arena_take(request->arena, 1, sizeof *found);
    struct joint_years years = { .count = 0 };
    enum err err = OK;

    page->more = found;
    found->ours = page->entry.council == request->actor.acting;
    if (!found->ours)
        return OK;
    err = joint_years_load(request->tx, request->arena, &years, request->trouble);
    found->in = arena_take(request->arena, years.count + 1, sizeof *found->in);
    for (size_t i = 0; i < years.count && err == OK; i++) {
        struct money_map map;
        struct map_centres rows;
        found->in[i] = (struct shared_in){ .year = years.year[i].year };
        err = money_map_load(request->tx, request->arena, page->entry.council,
                             years.year[i].year, &map, request->trouble);
        if (err != OK)
            return err;
        map_centres_read(request->arena, map.cost_centres, &rows);
        fund_leaks_find(request->arena, &page->entry, &rows, &found->in[i].leaks);
        found->count++;
    }
    return err;
}

static void more(struct request *request, struct html *h, const struct entry_page *page)
{
    const struct shared_years *found = page->more;
    size_t leaks = 0;

    if (!found->ours)
        return;
    El(h, "h2") Lit(h, "Ring-fenced or shared");
    for (size_t i = 0; i < found->count; i++) {
        leaks += found->in[i].leaks.count;
        fund_leaks_shown(request, h, found->in[i].year, &found->in[i].leaks);
    }
    if (page->entry.field[FUND_MAY_SHARE].size > 0)
        El(h, "p") Lit(h, "Its conditions let it be shared: the map is not looked at.");
    else if (leaks == 0)
        El(h, "p") Lit(h, "No map of your council has one of its cost centres as common or "
                          "support.");
}

void fund_leaks_shown(struct request *request, struct html *h, struct text year,
                      const struct fund_leaks *leaks)
{
    static const struct column heads[] = {
        { "Fund", COLUMN_WORDS }, { "Cost centre", COLUMN_WORDS }, { "Account", COLUMN_WORDS },
        { "Is", COLUMN_WORDS }, { "In the pool", COLUMN_WORDS }, { "From", COLUMN_WORDS },
    };

    if (leaks->count == 0)
        return;
    El(h, "p") page_tag(h, TAG_BAD, "Shared by the map");
    Table(h, arena_print(request->arena, "Rows of the map of %.*s by which the partner shares a "
                         "ring-fenced fund", TEXT(year)), heads)
        for (size_t i = 0; i < leaks->count; i++) {
            const struct fund_leak *leak = &leaks->leak[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    entry_link(request, h, register_url(&fund_register, request->arena),
                               leak->fund);
                }
                page_cell(h, leak->row.cost_centre);
                page_cell(h, leak->row.account.size > 0 ? leak->row.account : text_of("All"));
                page_cell(h, leak->row.treatment);
                page_cell(h, leak->row.pool);
                page_cell(h, leak->row.from);
            }
        }
}

const struct register_type fund_register = {
    .one = "fund", .many = "funds", .a = "a fund", .about = ABOUT,
    .may_see = MAY_SEE_BESIDE, .may_edit = MAY_EDIT_BESIDE,
    .fields = fields, .field_count = FUND_FIELDS, .states = states, .steps = steps,
    .columns = columns, .brief = brief, .filters = filters, .sql = REGISTER_SQL(fund),
    .judge = judge, .below_list = totals, .gather = gather, .more = more,
};

static const struct action actions[] = {
    REGISTER_ROWS(fund_register, "fund", "funds", "a fund", MAY_SEE_BESIDE, MAY_EDIT_BESIDE,
                  ABOUT),
    { 0 },
};
const struct feature fund_feature = { "fund", "Funds", actions };
