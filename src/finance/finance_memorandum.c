/*
 * finance/finance_memorandum.c -- the register of what sharing costs or may cost beside the bill:
 * opportunity costs, set-up and exit costs, liabilities that go with a transfer; by day and bearer.
 */
#include "finance/finance_beside.h"

#include "finance/finance_sql.h"
#include "finance/finance_table.h"
#include "register/register_rows.h"
#include "register/two_key_desk.h"

#define ABOUT                                                                                    \
    "A memorandum is a cost or liability that is in no bill: what a council forgoes, what it "   \
    "costs to set sharing up or to end it, pension, leave, equal pay or insurance that goes with " \
    "a transfer. It has a value on a day, a method, a source, and says who bears it. One that is " \
    "joint becomes common knowledge by two keys, and its figures stay as agreed."

static const char *const kinds[] = { "opportunity", "set-up", "exit", "pension", "leave",
                                     "equal-pay", "insurance", "other", NULL };
#define KINDS (COUNT(kinds) - 1)

static const struct field_form fields[MEMORANDUM_FIELDS] = {
    [MEMORANDUM_TITLE] = { "title", "Memorandum", "What it is, in one line", FIELD_LINE,
                           .required = true, .most = 200 },
    [MEMORANDUM_KIND] = { "kind", "Kind", NULL, FIELD_CHOICE, .required = true,
                          .choices = kinds },
    [MEMORANDUM_AMOUNT] = { "amount", "Value", "In pounds", FIELD_MONEY, .required = true,
                            .most = BESIDE_PENCE_MOST },
    [MEMORANDUM_VALUED_AT] = { "valued_at", "Valued on", "The day of that value, as 2026-04-01",
                               FIELD_DAY, .required = true },
    [MEMORANDUM_METHOD] = { "method", "Method", "How it was valued", FIELD_TEXT,
                            .required = true, .most = 1000 },
    [MEMORANDUM_SOURCE] = { "source", "Source", "Actuary's report, invoice, calculation: where it "
                            "is", FIELD_LINE, .required = true, .most = 300 },
    [MEMORANDUM_BEARER] = { "bearer", "Borne by", "None: both, as the split says",
                            FIELD_COUNCIL, .most = 32 },
    [MEMORANDUM_SPLIT] = { "split", "Split", "By which rule, if both bear it; who pays for "
                           "whom, if it is indemnified", FIELD_TEXT, .most = 1000,
                           .example = "By area served" },
    [MEMORANDUM_DETAIL] = { "detail", "Detail", NULL, FIELD_TEXT, .most = 4000 },
    [MEMORANDUM_OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                                .required = true, .most = 100 },
    [MEMORANDUM_AGREED_FROM] = { "agreed_from", "Agreed from", NULL, FIELD_DAY, .fixed = true },
    [MEMORANDUM_SERVICE] = FIELD_OF_SERVICE,
};

static const char *const states[] = { "estimated", "final", "ended", NULL };
static const struct register_step steps[] = {
    { "estimated", "finalise", "final" }, { "estimated", "end", "ended" },
    { "final", "end", "ended" },          { "ended", "reopen", "estimated" },
    { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "kind", "amount", "valued_at", "bearer", "state",
                                       "agreed_from", "source", "service", "owner_post",
                                       "sharing", NULL };
static const char *const brief[] = { "title", "kind", "amount", "bearer", NULL };
static const char *const filters[] = { "kind", "bearer", "state", "service", "sharing", NULL };

static bool is_agreed(const struct entry *memorandum)
{
    return memorandum->field[MEMORANDUM_AGREED_FROM].size > 0;
}

static void judge(const struct entry *memorandum, const char *wrong[])
{
    if (wrong[MEMORANDUM_SPLIT] == NULL && memorandum->field[MEMORANDUM_BEARER].size == 0 &&
        memorandum->field[MEMORANDUM_SPLIT].size == 0)
        wrong[MEMORANDUM_SPLIT] = "say by which rule both bear it, or which council does.";
}

static const char *refuses(const struct entry *memorandum, const char *event)
{
    return strcmp(event, "share") == 0 && is_agreed(memorandum) &&
                   memorandum->sharing != SHARING_JOINT
               ? "What both councils agreed on stays joint." : NULL;
}

/* What was agreed stays as it was agreed; another value is another memorandum. */
static bool writes(const struct entry *memorandum, size_t field, const struct entry_turn *turn)
{
    (void)turn;
    return !is_agreed(memorandum) || field == MEMORANDUM_DETAIL || field == MEMORANDUM_OWNER_POST;
}

/* --- totals --- */

/* Pence of a kind borne by a council; empty: by both. What has ended counts no more. */
static int64_t total(const struct entries *all, const char *kind, struct text bearer)
{
    int64_t pence = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct entry *entry = &all->entry[i];
        if (text_is(entry->field[MEMORANDUM_KIND], kind) &&
            text_equal(entry->field[MEMORANDUM_BEARER], bearer) &&
            strcmp(states[entry->state], "ended") != 0)
            pence += field_number(&fields[MEMORANDUM_AMOUNT], entry->field[MEMORANDUM_AMOUNT]);
    }
    return pence;
}

static void total_row(struct request *request, struct html *h, const struct entries *all,
                      const char *kind)
{
    wide sum = total(all, kind, text_of(""));

    El(h, "tr") {
        page_row_head(h, word_shown(request->arena, text_of(kind)));
        for (size_t i = 0; i < request->councils.count; i++) {
            const int64_t pence = total(all, kind, request->councils.council[i].code);
            sum += pence;
            page_money(h, pence);
        }
        page_money(h, total(all, kind, text_of("")));
        page_money(h, sum);
    }
}

static void totals(struct request *request, struct html *h, const struct entries *all)
{
    const size_t councils = request->councils.count;

    if (all->count == 0)
        return;
    struct column *column = arena_take(request->arena, councils + 3, sizeof *column);

    column[0] = (struct column){ "Kind", COLUMN_WORDS };
    for (size_t i = 0; i < councils; i++)
        column[i + 1] = (struct column){
            arena_copy(request->arena, request->councils.council[i].name.data,
                       request->councils.council[i].name.size), COLUMN_NUMBER };
    column[councils + 1] = (struct column){ "Both", COLUMN_NUMBER };
    column[councils + 2] = (struct column){ "Total", COLUMN_NUMBER };
    El(h, "h2") Lit(h, "Totals");
    El(h, "p") Lit(h, "Of what was found and has not ended. None of it is in a bill.");
    (void)page_table_begin(h, "By kind, and who bears it", column, councils + 3);
    for (size_t i = 0; i < KINDS; i++)
        total_row(request, h, all, kinds[i]);
    (void)page_table_end(h);
}

/* --- its page --- */

static void more(struct request *request, struct html *h, const struct entry_page *page)
{
    const struct entry *memorandum = &page->entry;
    const bool may_prepare = actor_may(&request->actor, MAY_PREPARE_PROPOSAL) &&
                             actor_may(&request->actor, MAY_PREPARE_MEMORANDUM);

    El(h, "h2") Lit(h, "Agreed or not");
    if (is_agreed(memorandum))
        El(h, "p") Lit(h, "Both councils have agreed on it, from the day above: value, bearer and "
                          "rule stay as they are. Another value is another memorandum.");
    else if (memorandum->sharing != SHARING_JOINT)
        El(h, "p") Lit(h, "It is one council's view. Made joint, it can be agreed by two keys.");
    else
        El(h, "p") Lit(h, "It is joint, and not agreed: each council has yet to turn its key.");
    if (may_prepare && !is_agreed(memorandum) && memorandum->sharing == SHARING_JOINT)
        El(h, "p") link_to(h, UrlArg(request->arena, Url("/new-proposal?kind=memorandum"),
                                     "subject", memorandum->reference),
                           "Propose that both agree on it");
}

const struct register_type memorandum_register = {
    .one = "memorandum", .many = "memoranda", .a = "a memorandum", .about = ABOUT,
    .may_see = MAY_SEE_BESIDE, .may_edit = MAY_EDIT_BESIDE,
    .fields = fields, .field_count = MEMORANDUM_FIELDS, .states = states, .steps = steps,
    .columns = columns, .brief = brief, .filters = filters, .sql = REGISTER_SQL(memorandum),
    .judge = judge, .refuses = refuses, .writes = writes, .below_list = totals, .more = more,
};

/* --- what both councils agree to --- */

static const struct two_key_field kind_fields[] = {
    { "value", "Value", "In pounds, as it stands in the memorandum.", false, true, 20 },
    { "terms", "What is agreed", "Such as: what happens when the value changes.", true, false,
      4000 },
    { NULL, NULL, NULL, false, false, 0 },
};

/* It was agreed on with this value, so it must have it when the last key turns. */
static const char *why_not(const struct entry *memorandum, struct text value)
{
    const struct field_form *amount = &fields[MEMORANDUM_AMOUNT];

    if (memorandum->sharing != SHARING_JOINT)
        return "its council must make it joint first";
    if (is_agreed(memorandum))
        return "both councils have agreed on it already";
    return field_judge(amount, value) != NULL ||
                   field_number(amount, value) !=
                       field_number(amount, memorandum->field[MEMORANDUM_AMOUNT])
               ? "its value is another one" : NULL;
}

static enum err effect(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                       const struct two_key_proposal *proposal, struct trouble *trouble)
{
    const struct form content = two_key_content(arena, proposal->payload);
    const struct happening at = { act->now, act->outside, act->request };
    const struct register_deed deed = {
        .happening = &at, .arena = arena, .council = act->council, .login = act->login,
        .action = "memorandum.agreed",
        .why = text_of(arena_print(arena, "Agreed by each council: proposal %lld",
                                   (long long)proposal->place.id)),
    };
    const struct entry_asker program = { .council = act->council };
    struct entry was, now;
    char day[DB_DAY_TEXT];
    const enum err err = entry_load(tx, arena, &memorandum_register, &program, proposal->subject,
                                    &was, trouble);

    if (err != OK && err != ERR_MISSING)
        return err;
    const char *not = err == ERR_MISSING ? "there is none of that number"
                                         : why_not(&was, form_value(&content, "value"));
    if (not != NULL)
        return fail(trouble, ERR_REFUSED, "Memorandum %.*s: %s.", TEXT(proposal->subject), not);
    now = was;
    db_day_print((struct db_day){ proposal->key.effective_days }, day);
    now.field[MEMORANDUM_AGREED_FROM] = text_of(arena_copy(arena, day, strlen(day)));
    return entry_save(tx, &memorandum_register, &deed, &was, &now, trouble);
}

const struct two_key_kind memorandum_kind = {
    .name = "memorandum",
    .title = "Agreed memorandum",
    .purpose = "That both councils agree on a cost or liability beside the bill: its value, who "
               "bears it, by which rule.",
    .subject = "Which memorandum",
    .subject_hint = "Its number, as CLK-3. It must be joint.",
    .prepare = MAY_PREPARE_MEMORANDUM,
    .agree = MAY_AGREE_MEMORANDUM,
    .fields = kind_fields,
    .effect = effect,
};

static const struct action actions[] = {
    REGISTER_ROWS(memorandum_register, "memorandum", "memoranda", "a memorandum", MAY_SEE_BESIDE,
                  MAY_EDIT_BESIDE, ABOUT),
    { 0 },
};
const struct feature memorandum_feature = { "memorandum", "Memoranda", actions };
